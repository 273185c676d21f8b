#!/bin/sh
# cover.sh BUILD : run unit and system tests on a tree built with COV=1 and
# print, file by file, how much of it they ran.
set -u
build=$1
find "$build" -name '*.gcda' -delete
status=0
tests/unit.sh "$build" || status=1
tests/sys.sh "$build" || status=1

for object in $(find "$build/src" -name '*.o' | sort); do
	gcov -n -r -s "$PWD" -o "$object" "$object" 2>/dev/null
done | awk -F"'" '
	/^File/ { file = $2 }
	/^Lines executed:/ && file ~ /^src\/.*\.c$/ {
		split($0, part, /[:% ]+/)
		n = $0
		sub(/.* of /, "", n)
		covered += n * part[3] / 100
		all += n
		printf "%6.1f %%  %5d lines  %s\n", part[3], n, file
		file = ""
	}
	END { if (all) printf "%6.1f %%  %5d lines in all\n", 100 * covered / all, all }'
exit $status
