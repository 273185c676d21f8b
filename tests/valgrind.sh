#!/bin/sh
# valgrind.sh BUILD : unit tests, and a pass over tests/corpus, under
# valgrind; exits 1 if memory was misused or lost for good.
set -u
build=$1
status=0
command -v valgrind >/dev/null || { echo "valgrind: not installed" >&2; exit 1; }

# under LOG COMMAND...
under()
{
	log=$1
	shift
	valgrind -q --error-exitcode=99 --leak-check=full \
	    --errors-for-leak-kinds=definite --suppressions=tests/valgrind.supp \
	    --child-silent-after-fork=yes "$@" >"$log" 2>&1 </dev/null
	[ $? != 99 ] && ! grep -q '^==.*process dies with signal' "$log" &&
	    return
	cat "$log"
	return 1
}

for source in tests/unit/test_*.c; do
	name=$(basename "$source" .c)
	case $name in # make SAN=1 check runs the others
	test_jail) why="its readers are forks, with less memory than valgrind needs" ;;
	test_reader_cost) why="it measures time and memory" ;;
	test_re) why="valgrind sees no frames in the machine code of patterns" ;;
	*) why= ;;
	esac
	[ -z "$why" ] || { echo "skip  $name: $why"; continue; }
	if under "$build/unit/$name.valgrind" "$build/unit/$name"; then
		echo "ok    $name"
	else
		echo "FAIL  $name"
		status=1
	fi
done

# A pass: everything the corpus holds, in, and what follows from it, out.
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cp -R config templates "$place"
pass()
{
	if under "$place/log" "$build/caseward" \
	    -c "$place/config/caseward.yaml" "$@"; then
		echo "ok    caseward $1"
	else
		echo "FAIL  caseward $1"
		status=1
	fi
}

pass init --manual-clock
pass ingest tests/corpus/*.eml --now 2026-11-02T15:00:00Z
pass once --now 2026-11-02T15:00:00Z
pass once --now 2026-11-03T15:00:00Z
pass once --now 2026-11-09T15:00:00Z
pass audit --now 2026-11-09T15:00:00Z
exit $status
