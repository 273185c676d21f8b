#!/bin/sh
# fuzz.sh DIRECTORY SECONDS [NAME] : let each fuzzer of a build tree run, as
# many at once as there are processors, over tests/corpus and what earlier
# runs found (DIRECTORY/found).  Prints executions and coverage; exits 1 if
# one found a bug.
set -u
dir=$1 seconds=$2 name=${3-}

if [ -z "$name" ]; then
	for source in tests/fuzz/fuzz_*.c; do
		basename "$source" .c
	done | xargs -n 1 -P "$(nproc)" "$0" "$dir" "$seconds"
	[ $? = 0 ] && exit 0
	exit 1
fi

seeds=tests/corpus
[ ! -d "tests/corpus/${name#fuzz_}" ] || seeds=tests/corpus/${name#fuzz_}
case $name in
fuzz_policy) seeds="$seeds config" ;;
fuzz_template | fuzz_mustache | fuzz_markdown) seeds="$seeds templates" ;;
esac
found=$dir/found/$name
log=$dir/$name.log
mkdir -p "$found"
# What libraries keep for themselves is not a leak of ours.
export ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1

verdict=ok
"$dir/$name" -max_total_time="$seconds" -timeout=10 -max_len=65536 \
    -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$dir/$name." \
    "$found" $seeds >"$log" 2>&1 </dev/null || verdict=FAIL
[ $verdict = ok ] || tail -60 "$log"
runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -1)
printf '%-5s %s: %s executions, %s edges covered\n' \
    $verdict "$name" "${runs:-?}" "${edges:-?}"
[ $verdict = ok ]
