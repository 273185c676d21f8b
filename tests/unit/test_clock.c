/* test_clock.c - civil dates and instants, on which due dates stand (G5). */
#include "base/clock.h"
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#define N_OF(v) (sizeof(v) / sizeof((v)[0]))

static void
test_parse_G5(void **state)
{
	static const struct {
		const char *name, *in, *want; /* NULL: refused */
	} tests[] = {
		{ "UTC", "2026-11-02T10:00:00Z", "2026-11-02T10:00:00Z" },
		{ "no seconds", "2026-11-02T10:00Z", "2026-11-02T10:00:00Z" },
		{ "a blank for T", "2026-11-02 10:00Z", "2026-11-02T10:00:00Z" },
		{ "a date alone", "2026-11-02", "2026-11-02T00:00:00Z" },
		{ "east", "2026-11-02T10:00:00+02:00", "2026-11-02T08:00:00Z" },
		{ "west, over midnight", "2026-11-02T20:00:00-0500",
		    "2026-11-03T01:00:00Z" },
		{ "leap day", "2028-02-29T00:00:00Z", "2028-02-29T00:00:00Z" },
		{ "no leap day", "2026-02-29T00:00:00Z", NULL },
		{ "no leap year in 2100", "2100-02-29T00:00:00Z", NULL },
		{ "month 13", "2026-13-01T00:00:00Z", NULL },
		{ "hour 24", "2026-11-02T24:00:00Z", NULL },
		{ "minute 60", "2026-11-02T10:60:00Z", NULL },
		{ "before 1970", "1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z" },
		{ "words", "tomorrow", NULL },
		{ "empty", "", NULL },
		{ "something behind", "2026-11-02T10:00:00Zx", NULL },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N_OF(tests); i++) {
		cw_time t;
		const char *got = time_parse(tests[i].in, &t) ?
		    time_format(a, t) : NULL;

		if (!str_eq(got, tests[i].want))
			fail_msg("%s: %s", tests[i].name, got ? got : "refused");
	}
	arena_free(&a);
}

/* Every day of 800 years, there and back; the week never stumbles. */
static void
test_every_day_G5(void **state)
{
	int weekday = civil_weekday(civil_days(1800, 1, 1));

	(void)state;
	assert_int_equal(civil_weekday(civil_days(2026, 11, 2)), 1);
	for (int64_t d = civil_days(1800, 1, 1); d < civil_days(2600, 1, 1); d++) {
		struct civil c = { 0 };

		civil_from_days(d, &c);
		assert_int_equal(civil_days(c.year, c.month, c.day), d);
		assert_int_equal(civil_weekday(d), weekday);
		assert_true(civil_is_valid(&c));
		weekday = (weekday + 1) % 7;
	}
}

static void
test_instants_G5(void **state)
{
	static const cw_time at[] = { -1, 0, 951782399, 1793613600,
	    INT64_C(4102444800), CW_TIME_MAX };

	(void)state;
	for (size_t i = 0; i < N_OF(at); i++) {
		struct civil c;

		civil_from_utc(at[i], &c);
		assert_int_equal(civil_to_utc(&c), at[i]);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_G5),
		cmocka_unit_test(test_every_day_G5),
		cmocka_unit_test(test_instants_G5),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
