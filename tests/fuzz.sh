#!/bin/sh
# fuzz.sh DIRECTORY SECONDS : let each fuzzer of a build tree run over
# tests/corpus, the zoo (tests/sys/zoo.py) and what earlier runs found
# (DIRECTORY/found), and print one table.  A finding is kept as DIRECTORY/NAME.crash-... and fails the run:
# mend it, and put the input into tests/corpus/fixed for `make check`.
#
#	FUZZ_ONLY="mime html"	only these	FUZZ_JOBS=1	one at a time
set -u
dir=$1 seconds=$2 name=${3-} zoo=
[ ! -d "$dir/zoo" ] || zoo=$dir/zoo

# What a target begins with; tests/unit.sh replays the same files.
if [ "$seconds" = seeds ]; then
	for seeds in "tests/corpus/$name" tests/corpus/fixed; do
		[ ! -d "$seeds" ] || echo "$seeds"
	done
	case $name in
	policy) echo config ;;
	template | mustache | markdown | letter) echo templates/en ;;
	*) [ -d "tests/corpus/$name" ] || echo tests/corpus $zoo ;;
	esac
	exit 0
fi

if [ -z "$name" ]; then
	: >"$dir/table"
	[ -d "$dir/zoo" ] || /usr/bin/python3 tests/sys/zoo.py "$dir/zoo" || exit 1
	for source in tests/fuzz/fuzz_*.c; do
		name=$(basename "$source" .c)
		case " ${FUZZ_ONLY:-${name#fuzz_}} " in
		*" ${name#fuzz_} "*) echo "$name" ;;
		esac
	done | xargs -n 1 -P "${FUZZ_JOBS:-$(nproc)}" "$0" "$dir" "$seconds"
	status=$?
	echo
	printf '%-12s %10s %7s %6s %6s  %s\n' target runs "runs/s" cov ft found
	sort "$dir/table"
	[ -s "$dir/table" ] && [ $status = 0 ] && exit 0
	exit 1
fi

short=${name#fuzz_}
found=$dir/found/$name log=$dir/$name.log
mkdir -p "$found"
rm -f "$dir/$name".crash-* "$dir/$name".timeout-* "$dir/$name".oom-*
# What libraries keep for themselves is not a leak of ours.
export ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1
words=tests/fuzz/$short.dict

verdict=ok
"$dir/$name" -max_total_time="$seconds" -timeout=10 -max_len=65536 \
    -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$dir/$name." \
    $([ ! -e "$words" ] || echo "-dict=$words") \
    "$found" $("$0" "$dir" seeds "$short") >"$log" 2>&1 </dev/null ||
    verdict=FAIL
[ $verdict = ok ] || tail -60 "$log"

stat() { sed -n "s/^stat::$1: *//p" "$log"; }
seen() { sed -n "s/.* $1: \([0-9]*\) .*/\1/p" "$log" | tail -1; }
kept=$(ls "$dir/$name".crash-* "$dir/$name".timeout-* "$dir/$name".oom-* \
    2>/dev/null | tr '\n' ' ')
[ $verdict = ok ] || [ -n "$kept" ] || kept="died: see $log"
runs=$(stat number_of_executed_units)
printf '%-12s %10s %7s %6s %6s  %s\n' "$short" "${runs:-?}" \
    "$((${runs:-0} / (seconds > 0 ? seconds : 1)))" "$(seen cov)" "$(seen ft)" \
    "${kept:--}" >>"$dir/table"
echo "$verdict $short"
[ $verdict = ok ]
