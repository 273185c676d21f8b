#!/bin/sh
# unit.sh BUILD : run every unit test of a build tree, one line a file, and
# every fuzz target over the inputs that are kept (tests/corpus).
# Leaves "PASSED FAILED" in BUILD/unit.result; exits 1 if a test failed.
set -u
build=$1
export CMOCKA_MESSAGE_OUTPUT=TAP
passed=0 failed=0

for source in tests/unit/test_*.c tests/fuzz/fuzz_*.c; do
	name=$(basename "$source" .c) room=unit inputs=
	case $name in
	fuzz_*) room=replay inputs=$(tests/fuzz.sh - seeds "${name#fuzz_}") ;;
	esac
	tap=$build/$room/$name.tap
	timeout -k 5 120 "$build/$room/$name" $inputs >"$tap" 2>&1 </dev/null
	status=$?
	good=$(grep -c '^ok ' "$tap")
	skipped=$(grep -c '^not ok .*# SKIP' "$tap")
	bad=$(($(grep -c '^not ok ' "$tap") - skipped))
	# A crash, a sanitizer or nothing tested is a failure too.
	if [ $bad = 0 ] && { [ $status != 0 ] || [ $((good + skipped)) = 0 ]; }; then
		bad=1
	fi
	if [ $bad = 0 ]; then
		echo "ok    $name ($good$([ "$skipped" = 0 ] || echo ", $skipped skipped"))"
	else
		cat "$tap"
		echo "FAIL  $name ($bad failed, exit $status)"
	fi
	passed=$((passed + good)) failed=$((failed + bad))
done
echo "$passed $failed" >"$build/unit.result"
[ $failed = 0 ]
