#!/bin/sh
# lint_selftest.sh : a rule that was never seen to fail is a wish.  For each
# rule of lint.sh make a small house that breaks only this rule, and see it
# found; then mend it, and see silence.
set -u
lint=$PWD/tests/lint.sh
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
failed=0 seen=

# breaks RULE FILE TEXT [GOOD]: the rule finds FILE with TEXT, but not with
# GOOD in it.  C files are compiled, because some rules read objects.
breaks()
{
	rule=$1 file=$2 text=$3 good=${4-}
	seen="$seen $rule"
	for content in "$text" "$good"; do
		rm -rf "$here/src" "$here/tests" "$here/b"
		mkdir -p "$here/tests" "$here/$(dirname "$file")" "$here/b/$(dirname "$file")"
		printf '%b' "$content" >"$here/$file"
		case $rule$file in
		pure*.c | globals*.c | collisions*.c)
			${CC:-gcc} -w -fPIE -c -o "$here/b/${file%.c}.o" "$here/$file" ;;
		esac
		if (cd "$here" && "$lint" b "$rule") >"$here/out" 2>&1; then
			verdict=green
		else
			verdict=red
		fi
		if [ "$content" = "$text" ] && [ $verdict = green ]; then
			echo "FAIL  lint $rule does not see: $text"
			failed=1
		elif [ "$content" != "$text" ] && [ $verdict = red ]; then
			cat "$here/out"
			echo "FAIL  lint $rule finds fault with: $good"
			failed=1
		fi
	done
}

repeat() { awk -v n="$1" -v s="$2" 'BEGIN { for (; n > 0; n--) print s }'; }

breaks layers src/core/x.c '#include "store/db.h"\n' '#include "mail/msg.h"\n'
breaks layers src/net/x.c '#include "core/plan.h"\n' '#include "mail/msg.h"\n'
breaks layers src/base/x.h '#include "mail/msg.h"\n' '#include "base/err.h"\n'
breaks layers src/app/x.c '#include "cli/cli.h"\n' '#include "net/smtp.h"\n'
breaks layers src/attic/x.c '#include "base/err.h"\n'
breaks doors src/store/x_store.c '#include <sqlite3.h>\n' '#include <string.h>\n'
breaks doors src/app/x.c '#include <curl/curl.h>\n'
breaks doors src/app/x.c '#include <libetpan/libetpan.h>\n'
breaks doors src/mail/header.c '#include <gmime/gmime.h>\n'
breaks doors src/core/x.c '#include <libxml/parser.h>\n'
breaks doors src/core/x.c '#include <pcre2.h>\n'
breaks doors src/mail/x.c '#include <sodium.h>\n'
breaks doors src/app/x.c '#include <zstd.h>\n'
breaks doors src/app/x.c '#include <yaml.h>\n'
breaks doors src/core/letter.c '#include <md4c-html.h>\n'
breaks doors src/core/x.c '#include <jansson.h>\n'
breaks doors src/core/x.c '#include <openssl/evp.h>\n'
breaks sql src/app/x.c 'const char *q = "DELETE FROM casefile";\n' '/* DELETE FROM */\n'
breaks log src/store/x.c 'f() { log_event(1, "x", "y"); }\n' '/* log_event(1) */\n'
breaks clock src/core/x.c 'f() { return clock_now(); }\n' 'f() { return at_time(3); }\n'
breaks clock src/app/x.c 'f() { return time(0); }\n' 'f() { return clock_now(); }\n'
breaks banned src/net/x.c 'f(char *s) { strcpy(s, "x"); }\n' '/*\n strcpy() */\n'
breaks labels src/net/x.c 'f() {\nfail:\n\treturn 1; }\n' 'f() {\nout:\n\treturn 1; }\n'
breaks guards src/net/x.h 'int f(void);\n' '#ifndef CW_NET_X_H\n#define CW_NET_X_H\n#endif\n'
breaks alone src/net/x.h 'size_t f(void);\n' '#include <stddef.h>\nsize_t f(void);\n'
breaks long_files src/net/x.c "$(repeat 801 'int;')\n" "$(repeat 800 'int;')\n"
breaks long_functions src/net/x.c "f()\n{\n$(repeat 101 ';')\n}\n" "f()\n{\n$(repeat 90 ';')\n}\n"
breaks marks src/net/x.c "/* TO""DO: later */\n" "/* to do */\n"
breaks space src/net/x.c 'int f(void); \n' 'int f(void);\n'
breaks space tests/x.py 'x = 1' 'x = 1\n'
breaks ids tests/unit/test_x.c 'test_it()\n' 'test_it_G6()\n/* G6 */\n'
breaks settings src/core/policy.h \
    'struct mailbox {\n\tconst char *host, *user; /* of\n it; */\n};\n' \
    'struct mailbox {\n\t/* none;\n at all; */\n};\n'
breaks pure src/core/x.c 'f() { return time(0); }\n' 'f(char *s) { return strlen(s); }\n'
breaks pure src/core/x.c 'f() { return getenv("A"); }\n'
breaks pure src/core/x.c 'f() { return fopen("a", "r"); }\n'
breaks pure src/core/x.c 'f() { return socket(1, 2, 3); }\n'
breaks pure src/core/x.c 'f() { return gmtime(0); }\n'
breaks pure src/core/x.c 'f() { return printf("%d", 4); }\n'
breaks pure src/core/x.c 'f() { return rand(); }\n'
breaks pure src/core/x.c 'f() { return clock_now(); }\n'
breaks pure src/core/x.c 'f() { return fsx_read(); }\n'
breaks globals src/core/x.c 'static int n; f() { return n++; }\n' \
    'static const int n = 3; const char *const names[] = { "a" }; f() { return n; }\n'
breaks globals src/store/x.c 'int n = 4;\n' 'const int n = 4;\n'
breaks globals src/core/x.c 'f() { static int n; return n++; }\n'
breaks collisions src/mail/x.c 'decode_base64() {}\n' 'hash_base64() {}\n'
breaks collisions src/core/x.c 'int charconv() { return 1; }\n' 'static int charconv() { return 1; }\n'

for rule in $(sed -n "/^all_rules='/,/'\$/p" "$lint" | sed "s/all_rules=//; s/'//g"); do
	case " $seen " in
	*" $rule "*) ;;
	*)
		echo "FAIL  lint $rule was never seen to fail"
		failed=1
		;;
	esac
done
[ $failed = 0 ] && echo "ok    lint was seen to fail ($(echo "$seen" | wc -w) ways)"
exit $failed
