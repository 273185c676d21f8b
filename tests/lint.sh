#!/bin/sh
# lint.sh BUILD [RULE...] : the rules of the house that a machine can see
# (src/README.md, STYLE).  Each rule is a function that prints what breaks
# it; silence is good.  tests/lint_selftest.sh sees every one of them fail.
set -u
export LC_ALL=C
build=$1
shift

all_rules='layers doors sql log clock banned labels guards alone long_files
long_functions marks space ids settings pure globals collisions'

sources() { find src -name '*.[ch]' | sort; }
ours() { find src tests contrib config templates .ci Makefile README.md \
    -type f ! -path 'tests/corpus/*' ! -name '*.pyc' ! -name '*.png' \
    2>/dev/null | sort; }

# grep -n over the sources with comments blanked out: code PATTERN FILE...
code()
{
	pattern=$1
	shift
	[ $# = 0 ] || awk -v pattern="$pattern" '
	FNR == 1 { inside = 0 }
	{
		line = $0
		text = ""
		while (line != "") {
			if (inside) {
				i = index(line, "*/")
				if (!i)
					break
				inside = 0
				line = substr(line, i + 2)
			} else if ((i = index(line, "/*"))) {
				text = text substr(line, 1, i - 1) " "
				inside = 1
				line = substr(line, i + 2)
			} else {
				text = text line
				break
			}
		}
		if (text ~ pattern)
			print FILENAME ":" FNR ":" $0
	}' "$@"
}

# --- who may include whom ---

layers()
{
	grep -n '^#include "' $(sources) /dev/null | awk -F'[:"]' '
	BEGIN {
		may["base"] = " base "
		may["mail"] = " base mail "
		may["core"] = " base mail core "
		may["store"] = " base mail core store "
		may["net"] = " base mail net "
		may["app"] = " base mail core store net app "
		may["cli"] = " base mail core store net app cli "
	}
	{
		split($1, path, "/")
		split($4, want, "/")
		if (!index(may[path[2]], " " want[1] " "))
			print $1 ":" $2 ": " path[2] " may not include " $4
	}'
}

# Foreign headers: which, and in which files they may stand.
doors()
{
	grep -nE '^#include <' $(sources) /dev/null | awk -F'[:<>]' '
	BEGIN {
		n = split("\
^sqlite3\\.h        ^src/store/db_sqlite\\.c$ \
^(curl|libetpan)/   ^src/net/ \
^(gmime|libxml|glib) ^src/mail/(mime|html|reader_child)[a-z_]*\\.c$ \
^pcre2\\.h          ^src/base/re\\.c$ \
^gnutls/            ^src/net/oauth2_jwt\\.c$ \
^nettle/            ^src/base/hash\\.c$ \
^sodium             ^src/(base/hash|store/[a-z_]*crypt[a-z_]*)\\.c$ \
^zstd\\.h           ^src/store/ \
^yaml\\.h           ^src/core/yaml_doc\\.c$ \
^md4c               ^src/core/markdown[a-z_]*\\.c$ \
^jansson\\.h        ^src/(app/|cli/|mail/msg_json\\.c|net/(webhook|oauth)) \
", w, " ")
		for (i = 1; i < n; i += 2)
			door[w[i]] = w[i + 1]
		std = "^((assert|ctype|dirent|errno|fcntl|fnmatch|grp|inttypes|limits" \
		    "|locale|math|poll|pwd|regex|sched|setjmp|signal|spawn" \
		    "|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio" \
		    "|stdlib|stdnoreturn|string|strings|syslog|termios|time" \
		    "|unistd|wchar|float|getopt|netdb|iconv|malloc)\\.h" \
		    "|(sys|netinet|arpa|linux|net)/.*)$"
	}
	{
		known = $4 ~ std
		for (h in door) {
			if ($4 !~ h)
				continue
			known = 1
			if ($1 !~ door[h])
				print $1 ":" $2 ": <" $4 "> has its door elsewhere"
		}
		if (!known)
			print $1 ":" $2 ": <" $4 "> has no door in tests/lint.sh"
	}'
}

# --- what may stand where ---

sql() # only in src/store
{
	code '(SELECT .* FROM |INSERT INTO |UPDATE [a-z_]+ SET |DELETE FROM |BEGIN IMMEDIATE)' \
	    $(sources | grep -v '^src/store/')
}

log() # lower layers return, only app and cli log
{
	code '(^|[^a-z_])log_event[(]' \
	    $(sources | grep -vE '^src/(app|cli)/|^src/base/log\.')
}

clock() # only app and cli (and a log line) ask for now, only base/clock answers
{
	code '(^|[^a-z_])clock_now[(]' \
	    $(sources | grep -vE '^src/(app|cli)/|^src/base/(clock|log)\.')
	code '(^|[^a-z_>.])(time|gettimeofday|clock_gettime|localtime|localtime_r|gmtime|gmtime_r|mktime|timegm)[(]' \
	    $(sources | grep -v '^src/base/clock\.c$')
}

banned() # no bounds, hidden state, or a shell
{
	code '(^|[^a-z_>.])(strcpy|strcat|sprintf|vsprintf|gets|strtok|alloca|system|popen|atoi|atol|rand|srand|setlocale)[(]|[#]define NDEBUG' \
	    $(sources)
}

labels() # one way out of a function, and it is called out
{
	grep -nE '^[a-z_]+:' $(sources) /dev/null | grep -vE ':(out|default):'
}

guards() # CW_<ROOM>_<NAME>_H
{
	for h in $(sources | grep '\.h$'); do
		name=CW_$(echo "${h#src/}" | tr 'a-z/.' 'A-Z__')
		grep -q "^#ifndef $name\$" "$h" && grep -q "^#define $name\$" "$h" ||
		    echo "$h: no include guard $name"
	done
}

alone() # every header is complete in itself
{
	set -- $(sources | grep '\.h$')
	[ $# = 0 ] || ${CC:-gcc} -std=c17 -D_GNU_SOURCE -fsyntax-only -Isrc \
	    $(pkg-config --cflags gmime-3.0 libxml-2.0) -x c "$@" 2>&1
}

# --- how much and how clean ---

long_files()
{
	wc -l $(ours | grep -E '\.([ch]|py|sh|sql|awk)$') /dev/null |
	    awk '$2 != "total" && $1 > 800 { print $2 ": " $1 " lines, at most 800" }'
}

long_functions() # the body stands between a lone { and a lone }
{
	awk '/^\{$/ { start = FNR }
	/^\}$/ {
		if (start && FNR - start > 100)
			print FILENAME ":" start ": a function of " FNR - start " lines, at most 100"
		start = 0
	}' $(sources) $(find tests -name '*.c') /dev/null
}

marks() # nothing is left for later
{
	grep -nE 'TOD[O]|FIXM[E]|(^|[^.A-Za-z0-9])XX[X]([^A-Za-z0-9]|$)|HAC[K]' $(ours) /dev/null
}

space()
{
	grep -nE '[[:space:]]+$|^ +	' $(ours | grep -v '\.md$') /dev/null
	for f in $(ours); do
		[ ! -s "$f" ] || [ -z "$(tail -c 1 "$f")" ] ||
		    echo "$f: no newline at the end"
	done
}

ids() # every unit test says which requirement it proves
{
	for t in tests/unit/test_*.c; do
		[ ! -e "$t" ] ||
		    grep -qE '(^|[^A-Za-z0-9])([GWCPHML][0-9]+|[A-Z][A-Z]-?[0-9]+)($|[^A-Za-z0-9])' "$t" ||
		    echo "$t: names no requirement"
	done
}

# A setting that nothing reads is a lie to whoever sets it (L24): each field
# of core/policy.h is looked at somewhere behind the loading of the policy.
settings()
{
	[ -e src/core/policy.h ] || return
	readers=$(sources | grep '\.c$' | grep -v '^src/core/policy')
	awk '
	/^struct [a-z_]+ \{/ && !/setting_view/ { inside = 1; next }
	/^};/ { inside = 0 }
	inside {
		if (comment) {
			if (!(i = index($0, "*/")))
				next
			$0 = substr($0, i + 2)
		}
		comment = index($0, "/*") && !index($0, "*/")
		sub(/\/\*.*/, "")
		gsub(/\[[^]]*\]/, "")
		n = split($0, part, /[,;]/)
		for (i = 1; i < n; i++)
			if (match(part[i], /[a-z_]+[[:space:]]*$/)) {
				field = substr(part[i], RSTART)
				gsub(/[[:space:]]/, "", field)
				print field
			}
	}' src/core/policy.h | sort -u | grep -vE '^(n_)?teams$' | while read -r field; do
		grep -qE "(->|\.)$field([^a-z_(]|\$)" $readers /dev/null ||
		    echo "src/core/policy.h: nothing reads the setting $field"
	done
}

# --- what the objects say; only a plain build can be read this way ---

objects()
{
	case $build in
	*-san | *-cov | *-fuzz) ;;
	*) for room; do find "$build/src/$room" -name '*.o' 2>/dev/null; done ;;
	esac
}

# What core may call: itself, base without clock, files, log and chance,
# mail, and the part of libc that only looks at its arguments.
pure()
{
	may=$(mktemp)
	for o in $(objects base mail core); do
		case $o in
		*/base/log.o | */base/fsx.o | */mail/reader*.o) ;;
		*) nm --defined-only "$o" | awk '$2 ~ /[TRDB]/ { print $3 }' ;;
		esac
	done | grep -vE '^(clock_now|clock_monotonic_ms|clock_cpu_ms|hash_random)$' >"$may"
	for o in $(objects core); do
		nm -u "$o" | awk -v o="$o" -v may="$may" '
		BEGIN {
			while ((getline s < may) > 0)
				ok[s] = 1
			libc = "^(_GLOBAL_OFFSET_TABLE_|__stack_chk_fail|__assert_fail" \
			    "|abort|qsort|bsearch|(__)?v?snprintf(_chk)?" \
			    "|(__)?mem[a-z]+(_chk)?|(__)?str[a-z]+(_chk)?" \
			    "|__ctype_[a-z_]+|to(upper|lower)|is[a-z]+|l?l?abs" \
			    "|embedded_files|l?l?round|floor|ceil" \
			    "|yaml_(parser|event|document|token)_[a-z_]+|md_(html|parse))$"
			not = "^(strerror.*|strftime|strptime|strsignal|strdup|strtok" \
			    "|yaml_parser_set_input_file)$"
		}
		!($2 in ok) && ($2 !~ libc || $2 ~ not) { print o ": calls " $2 }'
	done
	rm -f "$may"
}

globals() # what can be written and outlives a call
{
	for o in $(objects mail core store); do
		objdump -t "$o" | awk -v o="$o" '
		/ \.(data|bss|tdata|tbss)/ || / \*COM\*/ {
			if ($0 !~ / \.data\.rel\.ro/ && $(NF - 1) !~ /^0+$/ && $NF !~ /^\./)
				print o ": writable " $NF
		}'
	done
}

# A function of ours with the name of a library's replaces it in silence.
collisions()
{
	theirs=$(mktemp)
	for lib in etpan curl gmime-3.0 glib-2.0 gobject-2.0 xml2 sqlite3 \
	    jansson yaml sodium nettle zstd pcre2-8 md4c md4c-html gnutls; do
		so=$(${CC:-gcc} -print-file-name=lib$lib.so)
		[ ! -e "$so" ] || nm -D --defined-only "$so"
	done | awk '{ sub(/@.*/, "", $3); print $3 }' >"$theirs"
	for o in $(objects base mail core store net app cli); do
		nm --defined-only "$o" | awk -v o="$o" -v theirs="$theirs" '
		BEGIN { while ((getline s < theirs) > 0) taken[s] = 1 }
		$2 ~ /[TDBRC]/ && $3 in taken { print o ": " $3 " is a name of a library" }'
	done
	rm -f "$theirs"
}

# ---

failed=0
for rule in ${*:-$all_rules}; do
	found=$($rule)
	if [ -n "$found" ]; then
		printf '%s\n' "$found" | sed "s/^/lint $rule: /"
		failed=1
	fi
done
[ $failed = 0 ] && echo "ok    lint (${*:-$(echo "$all_rules" | wc -w) rules})"
exit $failed
