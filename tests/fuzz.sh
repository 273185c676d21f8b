#!/bin/sh
# fuzz.sh DIRECTORY SECONDS [NAME...] : let each fuzzer of a build tree run,
# over tests/corpus and what earlier runs found (DIRECTORY/found).  Prints
# executions and coverage; exits 1 if one found a bug.
set -u
dir=$1 seconds=$2
shift 2
status=0
# What libraries keep for themselves is not a leak of ours.
export ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1

for source in tests/fuzz/fuzz_*.c; do
	name=$(basename "$source" .c)
	case " ${*:-$name} " in *" $name "*) ;; *) continue ;; esac
	found=$dir/found/$name
	log=$dir/$name.log
	seeds=tests/corpus
	[ ! -d "tests/corpus/${name#fuzz_}" ] || seeds=tests/corpus/${name#fuzz_}
	mkdir -p "$found"
	if "$dir/$name" -max_total_time="$seconds" -timeout=10 -max_len=65536 \
	    -rss_limit_mb=2048 -print_final_stats=1 \
	    -artifact_prefix="$dir/$name." "$found" "$seeds" \
	    >"$log" 2>&1 </dev/null; then
		verdict=ok
	else
		tail -60 "$log"
		verdict=FAIL
		status=1
	fi
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
	edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -1)
	printf '%-5s %s: %s executions, %s edges covered\n' \
	    $verdict "$name" "${runs:-?}" "${edges:-?}"
done
exit $status
