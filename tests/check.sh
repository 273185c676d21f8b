#!/bin/sh
# check.sh BUILD : what `make check` runs once everything is built.  Goes
# on after a failure, and ends with the line "N passed, N failed".
set -u
build=$1
rm -f "$build/unit.result" "$build/sys.result"
status=0

for step in lint lint_selftest unit sys; do
	echo "== $step"
	tests/$step.sh "$build" || status=1
done

echo "== trace"
traced=$(/usr/bin/python3 tests/trace.py) || status=1
echo "$traced" | grep -v '^later'

set -- $(cat "$build/unit.result") $(cat "$build/sys.result")
[ $# = 4 ] || exit 1
[ $status = 0 ] || echo "check failed: see above"
echo "$(($1 + $3)) passed, $(($2 + $4)) failed"
exit $status
