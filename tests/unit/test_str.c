/* test_str.c - growing text and UTF-8: damage never spreads (M7). */
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#define N_OF(v) (sizeof(v) / sizeof((v)[0]))

static void
test_growing_M7(void **state)
{
	struct str b = { 0 };
	struct arena *a = arena_new();

	(void)state;
	assert_string_equal(str_text(&b), "");
	str_add(&b, "case ");
	str_printf(&b, "%06d", 123);
	str_addc(&b, '!');
	str_addn(&b, "\0x", 2);
	assert_int_equal(b.len, 14);
	assert_memory_equal(b.s, "case 000123!\0x", 15);
	for (int i = 0; i < 5000; i++)
		str_add(&b, "ab");
	assert_int_equal(b.len, 10014);
	str_clear(&b);
	assert_string_equal(str_text(&b), "");
	str_add(&b, "kept");
	assert_string_equal(str_dup(&b, a), "kept");
	str_fini(&b);
	assert_string_equal(str_text(&b), "");
	arena_free(&a);
}

static void
test_utf8_clean_M7(void **state)
{
	static const struct {
		const char *name, *in;
		size_t n;
		const char *want;
	} tests[] = {
		{ "plain", "pay", 3, "pay" },
		{ "umlaut and sign", "\xc3\xa4\xe2\x82\xac", 5, "ä€" },
		{ "a smiley of four bytes", "\xf0\x9f\x98\x80", 4, "😀" },
		{ "tab and new line stay", "a\tb\n", 4, "a\tb\n" },
		{ "Latin-1 byte", "a\xe4", 2, "a\xef\xbf\xbd" },
		{ "cut off in the middle", "\xe2\x82", 2, "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "NUL does not end the text", "a\0b", 3, "a\xef\xbf\xbd" "b" },
		{ "escape sequences lose their power", "\x1b[2J", 4,
		    "\xef\xbf\xbd[2J" },
		{ "C1 control", "\xc2\x85", 2, "\xef\xbf\xbd" },
		{ "slash in disguise (overlong)", "\xc0\xaf", 2,
		    "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "half of a UTF-16 pair", "\xed\xa0\x80", 3,
		    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "beyond Unicode", "\xf4\x90\x80\x80", 4,
		    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N_OF(tests); i++) {
		const char *got = utf8_clean(a, tests[i].in, tests[i].n);

		if (!str_eq(got, tests[i].want))
			fail_msg("%s: \"%s\"", tests[i].name, got);
	}
	arena_free(&a);
}

static void
test_utf8_cut_M7(void **state)
{
	static const struct {
		const char *name, *in;
		size_t n, want;
	} tests[] = {
		{ "short enough", "abc", 5, 3 },
		{ "exactly", "abc", 3, 3 },
		{ "plain cut", "abc", 2, 2 },
		{ "not through an umlaut", "a\xc3\xa4", 2, 1 },
		{ "just behind an umlaut", "a\xc3\xa4z", 3, 3 },
		{ "not through a smiley", "\xf0\x9f\x98\x80", 3, 0 },
	};

	(void)state;
	for (size_t i = 0; i < N_OF(tests); i++) {
		size_t got = utf8_cut(tests[i].in, strlen(tests[i].in), tests[i].n);

		if (got != tests[i].want)
			fail_msg("%s: %zu", tests[i].name, got);
	}
}

static void
test_utf8_valid_M7(void **state)
{
	static const struct {
		const char *name, *in;
		size_t want_ascii, want_valid;
	} tests[] = {
		{ "nothing", "", 0, 0 },
		{ "less than eight", "abc", 3, 3 },
		{ "eight", "abcdefgh", 8, 8 },
		{ "eight and more", "abcdefghijk", 11, 11 },
		{ "an umlaut among the first eight", "abc\xc3\xa4" "defghijk",
		    3, 13 },
		{ "an umlaut across the eighth", "abcdefg\xc3\xa4hijklmnop",
		    7, 18 },
		{ "an umlaut at the end", "abcdefgh\xc3\xa4", 8, 10 },
		{ "several in a row", "\xc3\xa4\xc3\xa4\xe2\x82\xac", 0, 7 },
		{ "a bad byte behind eight", "abcdefgh\xe4i", 8, 8 },
		{ "a bad byte behind an umlaut", "\xc3\xa4" "abcdefghij\xe4",
		    0, 12 },
		{ "cut off at the end", "abcdefghi\xe2\x82", 9, 9 },
	};

	(void)state;
	for (size_t i = 0; i < N_OF(tests); i++) {
		size_t n = strlen(tests[i].in);
		size_t ascii = utf8_ascii(tests[i].in, n);
		size_t valid = utf8_valid(tests[i].in, n);

		if (ascii != tests[i].want_ascii || valid != tests[i].want_valid)
			fail_msg("%s: %zu, %zu", tests[i].name, ascii, valid);
	}
}

static void
test_numbers_M7(void **state)
{
	static const struct {
		const char *in;
		int64_t min, max, want; /* want < 0: refused */
	} tests[] = {
		{ "0", 0, 9, 0 },
		{ "42", 0, 99, 42 },
		{ "007", 0, 99, 7 },
		{ "100", 0, 99, -1 },
		{ "3", 5, 99, -1 },
		{ "", 0, 99, -1 },
		{ " 4", 0, 99, -1 },
		{ "+4", 0, 99, -1 },
		{ "4x", 0, 99, -1 },
		{ "0x10", 0, 99, -1 },
		{ "999999999999999999", 0, INT64_MAX, INT64_C(999999999999999999) },
		{ "9223372036854775808", 0, INT64_MAX, -1 },
		{ "99999999999999999999999", 0, INT64_MAX, -1 },
	};
	int64_t got;

	(void)state;
	for (size_t i = 0; i < N_OF(tests); i++) {
		if (!str_to_int(tests[i].in, tests[i].min, tests[i].max, &got))
			got = -1;
		if (got != tests[i].want)
			fail_msg("\"%s\": %ld", tests[i].in, (long)got);
	}
}

static void
test_questions_M7(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_true(str_eq(NULL, NULL));
	assert_false(str_eq(NULL, ""));
	assert_true(str_caseeq("ER-1", "er-1"));
	assert_false(str_caseeq("ER-1", "er-12"));
	assert_true(str_has_prefix("[ER-1]", "[ER-"));
	assert_false(str_has_prefix("[E", "[ER-"));
	assert_true(str_has_caseprefix("RE: x", "re:"));
	assert_string_equal(str_casefind("a URGENT b", "urgent"), "URGENT b");
	assert_null(str_casefind("urgen", "urgent"));
	assert_true(str_is_empty(NULL));
	assert_true(str_is_empty(" \t\r\n"));
	assert_false(str_is_empty(" x"));
	assert_string_equal(str_lower(a, "Er@HR.Example"), "er@hr.example");
	assert_string_equal(str_trim(a, "  a b \r\n", 8), "a b");
	assert_string_equal(str_trim(a, "   ", 3), "");
	arena_free(&a);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_growing_M7),
		cmocka_unit_test(test_utf8_clean_M7),
		cmocka_unit_test(test_utf8_cut_M7),
		cmocka_unit_test(test_utf8_valid_M7),
		cmocka_unit_test(test_numbers_M7),
		cmocka_unit_test(test_questions_M7),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
