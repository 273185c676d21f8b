/* test_re.c - patterns of a config meet hostile mails (M7, L22). */
#include "base/re.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#define N_OF(v) (sizeof(v) / sizeof((v)[0]))

static void
test_match_M7(void **state)
{
	static const struct {
		const char *name, *pattern;
		unsigned flags;
		const char *subject;
		enum rc want;
		size_t start, end;
	} tests[] = {
		{ "found", "over(time)", 0, "my overtime", RC_OK, 3, 11 },
		{ "not found", "overtime", 0, "Overtime", RC_NONE, 0, 0 },
		{ "any case", "overtime", RE_CASELESS, "OVERTIME", RC_OK, 0, 8 },
		{ "any case beyond ASCII", "ÜBER", RE_CASELESS, "über", RC_OK, 0, 5 },
		{ "start of a line", "^b", RE_MULTILINE, "a\nb", RC_OK, 2, 3 },
		{ "start of the text only", "^b", 0, "a\nb", RC_NONE, 0, 0 },
		{ "comments in the pattern", "a b # x", RE_EXTENDED, "ab", RC_OK, 0, 2 },
		{ "damaged subject", "pay", 0, "\xff\xfe pay", RC_OK, 3, 6 },
	};
	struct re_span span[3];
	struct err e;

	(void)state;
	for (size_t i = 0; i < N_OF(tests); i++) {
		struct re *re = NULL;
		enum rc rc;

		assert_int_equal(re_new(tests[i].pattern, tests[i].flags, &re, &e),
		    RC_OK);
		rc = re_match(re, tests[i].subject, strlen(tests[i].subject), 0,
		    span, 3);
		if (rc != tests[i].want || (rc == RC_OK &&
		    (span[0].start != tests[i].start || span[0].end != tests[i].end)))
			fail_msg("%s: %s", tests[i].name, rc_name(rc));
		if (rc == RC_OK)
			assert_true(span[2].start == (size_t)-1);
		re_free(&re);
		assert_null(re);
	}
}

static void
test_bad_pattern_says_where_M7(void **state)
{
	struct re *re = NULL;
	struct err e;

	(void)state;
	assert_int_equal(re_new("pay(", 0, &re, &e), RC_BAD);
	assert_null(re);
	assert_non_null(strstr(e.text, "pay("));
	assert_non_null(strstr(e.text, "character 5"));
}

/* The patterns that stop other programs for hours end here at once, and
 * not as "no match". */
static void
test_evil_patterns_are_cut_short_L22(void **state)
{
	static const char *const evil[] = { "(a+)+$", "(a|aa)+$", "(.*a){20}$",
	    "^(([a-z])+.)+[A-Z]([a-z])+$" };
	char subject[5000];
	struct err e;

	(void)state;
	memset(subject, 'a', sizeof(subject));
	subject[sizeof(subject) - 1] = '!';
	for (size_t i = 0; i < N_OF(evil); i++) {
		struct re *re = NULL;

		assert_int_equal(re_new(evil[i], 0, &re, &e), RC_OK);
		assert_int_equal(re_match(re, subject, sizeof(subject), 0, NULL, 0),
		    RC_BAD);
		re_free(&re);
	}
}

static void
test_long_subjects_are_cut_L22(void **state)
{
	size_t n = RE_MAX_SUBJECT + 100;
	char *subject = malloc(n);
	struct re *re = NULL;
	struct err e;

	(void)state;
	assert_non_null(subject);
	memset(subject, 'x', n);
	subject[RE_MAX_SUBJECT + 50] = 'y';
	assert_int_equal(re_new("y", 0, &re, &e), RC_OK);
	assert_int_equal(re_match(re, subject, n, 0, NULL, 0), RC_NONE);
	assert_int_equal(re_match(re, subject, n, n, NULL, 0), RC_NONE);
	re_free(&re);
	free(subject);
}

/* What the quick way through a text finds is what the slow way finds. */
static void
check_words(const char *pattern, const char *text, size_t len)
{
	const unsigned flags = RE_CASELESS | RE_UNICODE;
	struct re_span slow = { 0, 0 }, quick = { 0, 0 };
	struct re *a = NULL, *b = NULL;
	struct arena *mem = arena_new();
	struct re_words words;
	enum rc want;
	struct err e;

	assert_int_equal(re_new(pattern, flags, &a, &e), RC_OK);
	assert_int_equal(re_new(pattern, flags | RE_WORDS, &b, &e), RC_OK);
	re_words_find(text, len, mem, &words);
	want = re_match(a, text, len, 0, &slow, 1);
	for (int again = 0; again < 2; again++) { /* and when it remembers */
		if (re_match_words(b, &words, &quick) != want ||
		    quick.start != slow.start || quick.end != slow.end)
			fail_msg("%s in \"%.*s\"", pattern, (int)len, text);
	}
	re_free(&a);
	re_free(&b);
	arena_free(&mem);
}

static const char *const word_patterns[] = {
	"\\b(?:pay(roll|slip)?\\b|over ?time)", "\\b(?:(?:2|second) request)",
	"\\b(?:über|straße)", "\\b(?:my|our) (?:boss|attorney)",
	"\\b(?:k|pa)", "\\b(?:(?<=not )paid)", "\\b(?:[a-z]+ due\\b)",
	"\\b(?:i'm|o'neill|a\\b)", "\\b(?:(?!re)[a-z]{4}x)",
	"\\b(?:hr|h\\. ?r\\.)",
};

static void
test_words_are_found_where_they_begin_G3(void **state)
{
	static const char *const texts[] = {
		"", "pay", "My PAYSLIP is wrong", "no_pay, unpaid", "xpay 2 payroll",
		"a second request", "42 request", "2 request", "Über die Straße",
		"die\xc3\x9c" "ber", "\xc3\xbc" "pay", "\xe2\x80\x9cpay\xe2\x80\x9d",
		"\xe2\x84\xaa", "\xff\xfepay", "pay\xff", "my\nattorney", "our  boss",
		"our boss", "not paid", "paid", "it is due", "is due", "due",
		"O'Neill", "i'm", "b a", "reabx abcdx", "H.R.", "h. r. h r", "HR",
	};

	(void)state;
	for (size_t p = 0; p < N_OF(word_patterns); p++)
		for (size_t i = 0; i < N_OF(texts); i++)
			check_words(word_patterns[p], texts[i], strlen(texts[i]));
}

/* Texts of pieces put together by chance. */
static void
test_words_are_found_in_any_text_G3(void **state)
{
	static const char *const pieces[] = { "pay", "roll", "slip", " ", " ",
		"\n", "over", "time", "2", "second", "request", "\xc3\xbc", "ber",
		"my", "our", "boss", "not ", "paid", "due", "'", "k",
		"\xe2\x84\xaa", "\xc5\xbf", ".", "h", "r", "_", "\xff", "\xc3", "a" };
	uint64_t chance = 88172645463325252;
	char text[256];

	(void)state;
	for (int i = 0; i < 3000; i++) {
		size_t n = 0;

		for (int k = 0; k < 12; k++) {
			const char *piece;

			chance ^= chance << 13;
			chance ^= chance >> 7;
			chance ^= chance << 17;
			piece = pieces[chance % N_OF(pieces)];
			memcpy(text + n, piece, strlen(piece));
			n += strlen(piece);
		}
		check_words(word_patterns[i % (int)N_OF(word_patterns)], text, n);
	}
}

/* The limit holds for each word, so that many of them take no hours. */
static void
test_evil_words_are_cut_short_L22(void **state)
{
	struct arena *a = arena_new();
	struct re_words words;
	struct re *re = NULL;
	char text[5000];
	struct err e;

	(void)state;
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '!';
	assert_int_equal(re_new("\\b(?:(a+)+$)", RE_WORDS, &re, &e), RC_OK);
	re_words_find(text, sizeof(text), a, &words);
	assert_int_equal(words.n, 1);
	assert_int_equal(re_match_words(re, &words, NULL), RC_BAD);
	re_free(&re);
	arena_free(&a);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_match_M7),
		cmocka_unit_test(test_bad_pattern_says_where_M7),
		cmocka_unit_test(test_evil_patterns_are_cut_short_L22),
		cmocka_unit_test(test_long_subjects_are_cut_L22),
		cmocka_unit_test(test_words_are_found_where_they_begin_G3),
		cmocka_unit_test(test_words_are_found_in_any_text_G3),
		cmocka_unit_test(test_evil_words_are_cut_short_L22),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
