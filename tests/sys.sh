#!/bin/sh
# sys.sh BUILD [PYTEST-OPTION...] : run the system tests on the binary of a
# build tree.  Leaves "PASSED FAILED" in BUILD/sys.result.
set -u
build=$1
shift
CASEWARD=$PWD/$build/caseward
export CASEWARD PYTHONDONTWRITEBYTECODE=1
xml=$build/sys.xml
rm -f "$xml"

# In memory, where there is room: hundreds of small databases are written.
room=$(df -k --output=avail /dev/shm 2>/dev/null | tail -1)
if [ "${room:-0}" -gt 2000000 ]; then
	TMPDIR=$(mktemp -d /dev/shm/caseward-sys.XXXXXX)
	chmod 755 "$TMPDIR" # the mail servers are other users
	trap 'rm -rf "$TMPDIR" 2>/dev/null || sudo -n rm -rf "$TMPDIR"' EXIT
	trap 'exit 130' INT TERM
	export TMPDIR
fi

# Postfix and Dovecot want root to start, even for a folder of their own.
root=
if [ "$(id -u)" != 0 ] && sudo -n true 2>/dev/null; then
	root="sudo -n env CASEWARD=$CASEWARD PYTHONDONTWRITEBYTECODE=1 ${TMPDIR:+TMPDIR=$TMPDIR}"
fi

$root timeout -k 10 1200 /usr/bin/python3 -m pytest -q -p no:cacheprovider \
    --junitxml="$xml" "$@" tests/sys </dev/null
status=$?

# The number that the test run itself gave to an attribute of its report.
count()
{
	n=$(sed -n "s/.*<testsuite [^>]*$1=\"\([0-9]*\)\".*/\1/p" "$xml" 2>/dev/null)
	echo "${n:-0}"
}

bad=$(($(count failures) + $(count errors)))
good=$(($(count tests) - bad - $(count skipped)))
if [ $bad = 0 ] && { [ $status != 0 ] || [ $good = 0 ]; }; then
	bad=1 # it never got as far as a report, or tested nothing
fi
echo "$good $bad" >"$build/sys.result"
[ $bad = 0 ]
