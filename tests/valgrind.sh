#!/bin/sh
# valgrind.sh BUILD : unit tests under valgrind; exits 1 if memory was
# misused or lost for good.
set -u
build=$1
status=0
command -v valgrind >/dev/null || { echo "valgrind: not installed" >&2; exit 1; }

for source in tests/unit/test_*.c; do
	name=$(basename "$source" .c)
	log=$build/unit/$name.valgrind
	if valgrind -q --error-exitcode=99 --leak-check=full \
	    --errors-for-leak-kinds=definite --suppressions=tests/valgrind.supp \
	    "$build/unit/$name" >"$log" 2>&1 </dev/null; then
		echo "ok    $name"
	else
		cat "$log"
		echo "FAIL  $name"
		status=1
	fi
done
exit $status
