/* test_header.c - the header scanner and RFC 2047 (PROTOCOL TH-9, HT-2). */
#include "base/str.h"
#include "mail/header.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static void
test_decode_TH9_M7(void **state)
{
	static const struct {
		const char *name, *in, *want;
	} tests[] = {
		{ "plain text stays", "Question about pay", "Question about pay" },
		{ "Q word", "=?utf-8?Q?Geh=C3=A4lt?=", "Gehält" },
		{ "underscore is a blank", "=?utf-8?q?a_b?=", "a b" },
		{ "B word", "=?UTF-8?B?w7xiZXI=?=", "über" },
		{ "B word without padding", "=?UTF-8?B?w7xiZXI?=", "über" },
		{ "Latin-1", "=?ISO-8859-1?Q?Stra=DFe?=", "Straße" },
		{ "windows-1252 quotes under the name of Latin-1",
		    "=?iso-8859-1?Q?=93x=94?=", "“x”" },
		{ "blank between words disappears",
		    "=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab" },
		{ "blank before plain text stays",
		    "=?utf-8?Q?a?= b", "a b" },
		{ "a character split over two words",
		    "=?utf-8?Q?=C3?= =?utf-8?Q?=A4?=", "ä" },
		{ "a character split over two B words",
		    "=?utf-8?B?4pw=?= =?utf-8?B?kw==?=", "✓" },
		{ "inside quotes", "\"=?utf-8?Q?=C3=A4?=\"", "\"ä\"" },
		{ "glued to text", "x=?utf-8?Q?y?=z", "xyz" },
		{ "with a language", "=?utf-8*de?Q?=C3=A4?=", "ä" },
		{ "Japanese, ISO-2022-JP",
		    "=?ISO-2022-JP?B?GyRCNWtNPxsoQg==?=", "給与" },
		{ "Chinese, GB2312", "=?gb2312?B?uaTXyg==?=", "工资" },
		{ "Chinese, Big5", "=?big5?B?wX6k9A==?=", "薪水" },
		{ "Japanese, Shift_JIS with a circled one",
		    "=?Shift_JIS?B?h0A=?=", "①" },
		{ "Korean", "=?ks_c_5601-1987?B?sd6/qQ==?=", "급여" },
		{ "Russian, KOI8-R", "=?koi8-r?B?+sHS0MzB1ME=?=", "Зарплата" },
		{ "unknown charset that is UTF-8",
		    "=?x-nonsense?Q?=C3=A4?=", "ä" },
		{ "unknown charset that is not UTF-8",
		    "=?x-nonsense?Q?=E4?=", "ä" },
		{ "declared UTF-8 that is Latin-1", "=?utf-8?Q?=E4?=", "ä" },
		{ "half a character at the end becomes a mark",
		    "=?utf-8?Q?=C3=A4=C3=A4=C3=A4=C3=A4=C3?=", "ääää\xef\xbf\xbd" },
		{ "controls and line breaks are no way in",
		    "=?utf-8?Q?a=0D=0ABcc:_x=00y?=", "a Bcc: x\xef\xbf\xbdy" },
		{ "a lone bell", "=?utf-8?Q?=07?=", "\xef\xbf\xbd" },
		{ "not an encoded word", "=?what", "=?what" },
		{ "word without an end", "=?utf-8?Q?abc", "=?utf-8?Q?abc" },
		{ "unknown encoding", "=?utf-8?X?abc?=", "=?utf-8?X?abc?=" },
		{ "blanks in the text", "=?utf-8?Q?a b?=", "a b" },
		{ "empty word", "=?utf-8?Q?" "?=x", "x" },
		{ "marks of direction go", "a\u202eb\u2066c\u2069d", "abcd" },
		{ "marks of direction in a word",
		    "=?utf-8?Q?fdp=E2=80=AEexe?=", "fdpexe" },
		{ "UTF-16 cut within a character",
		    "=?utf-16le?Q?=E4=00=F6=00=FC?=", "äö\xef\xbf\xbd" },
		{ "Chinese cut within a character",
		    "=?gb18030?Q?=C4=E3=BA?=", "你\xef\xbf\xbd" },
		{ "Latin-1 that calls itself Chinese",
		    "=?gb18030?Q?caf=E9?=", "café" },
		{ "a token cut in two by a fold",
		    "Re: =?utf-8?Q?=5BER-0?= =?utf-8?Q?00123=5D?= pay",
		    "Re: [ER-000123] pay" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		const char *got = header_decode(a, tests[i].in);

		if (strcmp(got, tests[i].want) != 0)
			fail_msg("%s: got \"%s\", want \"%s\"", tests[i].name,
			    got, tests[i].want);
	}
	arena_free(&a);
}

static void
test_scan_M7_L21(void **state)
{
	static const struct {
		const char *name, *raw, *field, *want, *body;
	} tests[] = {
		{ "CRLF lines", "Subject: a\r\nX: b\r\n\r\nbody", "X", "b", "body" },
		{ "LF lines", "Subject: a\n\nbody", "subject", "a", "body" },
		{ "folded value", "Subject: a\r\n\tb\r\n  c\r\n\r\nx", "Subject",
		    "a b c", "x" },
		{ "an mbox line in front", "From x@y Mon\nSubject: a\n\nb",
		    "Subject", "a", "b" },
		{ "empty lines in front", "\r\n\r\nSubject: a\r\n\r\nb",
		    "Subject", "a", "b" },
		{ "blank before the colon", "Subject : a\n\nb", "Subject", "a",
		    "b" },
		{ "no blank after the colon", "Subject:a\n\nb", "Subject", "a",
		    "b" },
		{ "raw UTF-8", "Subject: \xc3\xa4\n\nb", "Subject", "ä", "b" },
		{ "raw Latin-1", "Subject: \xe4\n\nb", "Subject", "ä", "b" },
		{ "NUL byte", "Subject: a\1b\n\nb", "Subject",
		    "a\xef\xbf\xbd" "b", "b" },
		{ "the first of two counts", "Subject: a\nSubject: b\n\nc",
		    "Subject", "a", "c" },
		{ "junk between fields is skipped",
		    "A: 1\nthis is no field\nSubject: b\n\nc", "Subject", "b",
		    "c" },
		{ "no empty line before the body", "Subject: b\nDear team\nx",
		    "Subject", "b", "Dear team\nx" },
		{ "no header at all", "Dear team\nSubject: b\n\nx", "Subject",
		    NULL, "Dear team\nSubject: b\n\nx" },
		{ "header without body", "Subject: b\n", "Subject", "b", "" },
		{ "header without newline", "Subject: b", "Subject", "b", "" },
		{ "nothing", "", "Subject", NULL, "" },
		{ "empty body text", "\n\nhello", "Subject", NULL, "\nhello" },
		{ "byte order mark", "\xef\xbb\xbfSubject: b\n\nc", "Subject",
		    "b", "c" },
	};
	struct arena *a = arena_new();
	struct headers h;

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		const char *got;

		header_scan(tests[i].raw, strlen(tests[i].raw), a, &h);
		got = header_get(&h, tests[i].field);
		if (!str_eq(got, tests[i].want))
			fail_msg("%s: got \"%s\"", tests[i].name, got);
		if (strcmp(tests[i].raw + h.body_at, tests[i].body) != 0)
			fail_msg("%s: body \"%s\"", tests[i].name,
			    tests[i].raw + h.body_at);
		assert_false(h.is_cut);
	}
	arena_free(&a);
}

static void
test_repeated_fields(void **state)
{
	static const char raw[] = "To: a\nTO: b\nto: c\n\n";
	struct arena *a = arena_new();
	struct headers h;

	(void)state;
	header_scan(raw, sizeof(raw) - 1, a, &h);
	assert_string_equal(header_get_nth(&h, "To", 2), "c");
	assert_null(header_get_nth(&h, "To", 3));
	arena_free(&a);
}

static void
test_bounds_IM15(void **state)
{
	struct arena *a = arena_new();
	struct str b = { 0 };
	struct headers h;

	(void)state;
	for (int i = 0; i < 5000; i++)
		str_add(&b, "X: y\n");
	str_add(&b, "\nbody");
	header_scan(b.s, b.len, a, &h);
	assert_true(h.is_cut);
	assert_int_equal(h.n, 4096);
	assert_string_equal(b.s + h.body_at, "body");

	str_clear(&b);
	str_add(&b, "Subject: ");
	for (int i = 0; i < 100000; i++)
		str_add(&b, "long ");
	str_add(&b, "\nTo: x\n\nbody");
	header_scan(b.s, b.len, a, &h);
	assert_true(h.is_cut);
	assert_true(strlen(h.v[0].value) < 70000);
	assert_string_equal(b.s + h.body_at, "body");
	str_fini(&b);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decode_TH9_M7),
		cmocka_unit_test(test_scan_M7_L21),
		cmocka_unit_test(test_repeated_fields),
		cmocka_unit_test(test_bounds_IM15),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
