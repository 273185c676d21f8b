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

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_match_M7),
		cmocka_unit_test(test_bad_pattern_says_where_M7),
		cmocka_unit_test(test_evil_patterns_are_cut_short_L22),
		cmocka_unit_test(test_long_subjects_are_cut_L22),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
