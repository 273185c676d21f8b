/* test_calendar.c - business time: steps, warnings, holidays, odd clocks. */
#include "fixture_zone.h"

#include <time.h>

/* New York; closed on Thanksgiving, Christmas and New Year's Day. */
static struct calendar
new_york(struct arena *a)
{
	struct calendar c = office_hours(zone_named(a, "America/New_York"));
	int32_t *days = arena_array(a, 3, sizeof(*days));

	days[0] = (int32_t)civil_days(2026, 11, 26);
	days[1] = (int32_t)civil_days(2026, 12, 25);
	days[2] = (int32_t)civil_days(2027, 1, 1);
	c.holidays = days;
	c.n_holidays = 3;
	return c;
}

struct row {
	const char *name, *from, *length, *want;
};

static void
check(const struct calendar *c, struct arena *a, const struct row *rows,
    size_t n, cw_time (*f)(const struct calendar *, cw_time, struct duration))
{
	for (size_t i = 0; i < n; i++) {
		struct duration d = { 0, UNIT_DAYS };

		if (!duration_parse(rows[i].length, &d))
			fail_msg("%s: length", rows[i].name);
		same_text(rows[i].name, clock_text(a, c->zone,
		    f(c, at(c->zone, rows[i].from), d)), rows[i].want);
	}
}

static void
test_later_CT6_G5(void **state)
{
	static const struct row rows[] = {
		{ "the next business day", "2026-11-02 10:00",
		    "1 business day", "Tue 2026-11-03 10:00" },
		{ "a weekend is no business day", "2026-11-06 10:00",
		    "1 business day", "Mon 2026-11-09 10:00" },
		{ "nor is a holiday", "2026-11-25 10:00", "1 business day",
		    "Fri 2026-11-27 10:00" },
		{ "ten of them, over Thanksgiving", "2026-11-16 10:00",
		    "10 business days", "Tue 2026-12-01 10:00" },
		{ "Saturday counts as Monday's opening", "2026-11-07 15:00",
		    "1 business day", "Tue 2026-11-10 09:00" },
		{ "early morning counts as the opening", "2026-11-02 06:30",
		    "1 business day", "Tue 2026-11-03 09:00" },
		{ "the evening counts as the next opening",
		    "2026-11-02 17:00", "1 business day",
		    "Wed 2026-11-04 09:00" },
		{ "no days: now, if open", "2026-11-02 10:00",
		    "0 business days", "Mon 2026-11-02 10:00" },
		{ "no days: the opening, if closed", "2026-11-02 20:00",
		    "0 business days", "Tue 2026-11-03 09:00" },
		{ "the clock goes back in between", "2026-10-30 10:00",
		    "1 business day", "Mon 2026-11-02 10:00" },
		{ "a week", "2026-11-02 10:00", "7 days",
		    "Mon 2026-11-09 10:00" },
		{ "a week that ends on a Saturday", "2026-10-31 10:00",
		    "1 week", "Mon 2026-11-09 09:00" },
		{ "a week that ends on a holiday", "2026-11-19 10:00",
		    "7 days", "Fri 2026-11-27 09:00" },
		{ "a week that ends in the evening", "2026-11-02 18:00",
		    "7 days", "Tue 2026-11-10 09:00" },
		{ "a week that ends before dawn", "2026-11-02 05:00",
		    "7 days", "Mon 2026-11-09 09:00" },
		{ "hours of a day", "2026-11-02 10:00", "3 business hours",
		    "Mon 2026-11-02 13:00" },
		{ "hours to the very close", "2026-11-02 10:00",
		    "7 business hours", "Mon 2026-11-02 17:00" },
		{ "hours over the weekend", "2026-11-06 16:00",
		    "2 business hours", "Mon 2026-11-09 10:00" },
		{ "hours from the night", "2026-11-02 23:00",
		    "1 business hour", "Tue 2026-11-03 10:00" },
		{ "plain hours do not care", "2026-11-06 16:00", "24 hours",
		    "Sat 2026-11-07 16:00" },
		{ "plain hours over the clock's change",
		    "2027-03-13 09:00", "24 hours", "Sun 2027-03-14 10:00" },
	};
	struct arena *a = arena_new();
	struct calendar c = new_york(a);

	(void)state;
	check(&c, a, rows, sizeof(rows) / sizeof(rows[0]), calendar_add);
	arena_free(&a);
}

static void
test_earlier_G6(void **state)
{
	static const struct row rows[] = {
		{ "one business day before", "2026-11-16 10:00",
		    "1 business day", "Fri 2026-11-13 10:00" },
		{ "before a holiday", "2026-11-27 10:00", "1 business day",
		    "Wed 2026-11-25 10:00" },
		{ "a date on Saturday is warned of on Friday",
		    "2026-11-14 12:00", "1 business day",
		    "Fri 2026-11-13 12:00" },
		{ "a date at night: at the opening before",
		    "2026-11-13 22:00", "1 business day",
		    "Thu 2026-11-12 09:00" },
		{ "two days before a Monday", "2026-11-16 10:00", "2 days",
		    "Fri 2026-11-13 09:00" },
		{ "business hours before", "2026-11-16 10:00",
		    "2 business hours", "Fri 2026-11-13 16:00" },
		{ "hours before", "2026-11-16 10:00", "24 hours",
		    "Sun 2026-11-15 10:00" },
	};
	struct arena *a = arena_new();
	struct calendar c = new_york(a);

	(void)state;
	check(&c, a, rows, sizeof(rows) / sizeof(rows[0]), calendar_back);
	arena_free(&a);
}

static void
test_openings(void **state)
{
	static const struct {
		const char *name, *from, *want_open, *want_nine;
	} tests[] = {
		{ "at ten", "2026-11-02 10:00", "Mon 2026-11-02 10:00",
		    "Tue 2026-11-03 09:00" },
		{ "at nine sharp", "2026-11-02 09:00", "Mon 2026-11-02 09:00",
		    "Tue 2026-11-03 09:00" },
		{ "a minute before", "2026-11-02 08:59",
		    "Mon 2026-11-02 09:00", "Mon 2026-11-02 09:00" },
		{ "Friday evening", "2026-11-06 17:00",
		    "Mon 2026-11-09 09:00", "Mon 2026-11-09 09:00" },
		{ "Thanksgiving", "2026-11-26 11:00", "Fri 2026-11-27 09:00",
		    "Fri 2026-11-27 09:00" },
		{ "from Christmas over the weekend", "2026-12-25 11:00",
		    "Mon 2026-12-28 09:00", "Mon 2026-12-28 09:00" },
	};
	struct arena *a = arena_new();
	struct calendar c = new_york(a);

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		cw_time t = at(c.zone, tests[i].from);

		same_text(tests[i].name, clock_text(a, c.zone,
		    calendar_next_open(&c, t)), tests[i].want_open);
		same_text(tests[i].name, clock_text(a, c.zone,
		    calendar_next_at(&c, t, 9 * 60)), tests[i].want_nine);
		assert_int_equal(calendar_is_open(&c, t),
		    calendar_next_open(&c, t) == t);
	}
	assert_false(calendar_is_business_day(&c,
	    at(c.zone, "2026-11-26 11:00")));
	assert_true(calendar_is_business_day(&c,
	    at(c.zone, "2026-11-27 23:00")));
	arena_free(&a);
}

/* An office that opens in the hour that a clock leaves out, a short Friday,
 * an office that never opens: nothing hangs, nothing goes back in time. */
static void
test_odd_offices_CT5(void **state)
{
	struct arena *a = arena_new();
	struct calendar c = new_york(a);
	struct duration two = { 2, UNIT_BUSINESS_DAYS };

	(void)state;
	c.open[0] = 2 * 60 + 30;
	c.close[0] = 6 * 60;
	same_text("opens in the gap", time_format(a, calendar_next_open(&c,
	    at(c.zone, "2027-03-14 00:10"))), "2027-03-14T07:00:00Z");
	c.open[0] = c.close[0] = 0;

	c.close[5] = 12 * 60;
	same_text("too late for a short Friday", clock_text(a, c.zone,
	    calendar_add(&c, at(c.zone, "2026-11-04 15:00"), two)),
	    "Mon 2026-11-09 09:00");

	for (int w = 0; w < 7; w++)
		c.open[w] = c.close[w] = 0;
	for (int unit = UNIT_HOURS; unit <= UNIT_BUSINESS_DAYS; unit++) {
		struct duration d = { 3, (enum duration_unit)unit };
		cw_time t = at(c.zone, "2026-11-04 15:00");

		assert_true(calendar_add(&c, t, d) > t);
		assert_true(calendar_back(&c, t, d) < t);
	}
	arena_free(&a);
}

static void
test_durations(void **state)
{
	static const struct {
		const char *in, *want;
	} tests[] = {
		{ "2 business days", "2 business days" },
		{ "1 business day", "1 business day" },
		{ " 2  Business   Days ", "2 business days" },
		{ "2bd", "2 business days" },
		{ "7 days", "7 days" },
		{ "7d", "7 days" },
		{ "1 day", "1 day" },
		{ "8 business hours", "8 business hours" },
		{ "8bh", "8 business hours" },
		{ "24 hours", "24 hours" },
		{ "24h", "24 hours" },
		{ "1 week", "7 days" },
		{ "3 días hábiles", "3 business days" },
		{ "1 dia habil", "1 business day" },
		{ "2 horas", "2 hours" },
		{ "1 semana", "7 days" },
		{ "12 weeks", "84 days" },
		{ "0 days", "0 days" },
		{ "1000 hours", "1000 hours" },
		{ "1001 hours", NULL },
		{ "99999999999999999999 hours", NULL },
		{ "200 weeks", NULL },
		{ "-1 days", NULL },
		{ "2", NULL },
		{ "days", NULL },
		{ "", NULL },
		{ "2 fortnights", NULL },
		{ "2 business", NULL },
		{ "2 days or so", NULL },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct duration d, back;
		bool good = duration_parse(tests[i].in, &d);

		if (good != (tests[i].want != NULL))
			fail_msg("'%s'", tests[i].in);
		if (!good)
			continue;
		same_text(tests[i].in, duration_format(a, d), tests[i].want);
		assert_true(duration_parse(tests[i].want, &back));
		assert_int_equal(back.n, d.n);
		assert_int_equal(back.unit, d.unit);
	}
	arena_free(&a);
}

static void
test_words_CT9(void **state)
{
	static const struct {
		const char *zone, *at, *want;
	} tests[] = {
		{ "America/New_York", "2026-11-09 10:00",
		    "Mon 9 Nov 2026, 10:00 EST (UTC-05:00)" },
		{ "Europe/Berlin", "2026-07-06 08:05",
		    "Mon 6 Jul 2026, 08:05 CEST (UTC+02:00)" },
		{ "America/Sao_Paulo", "2026-07-06 08:05",
		    "Mon 6 Jul 2026, 08:05 (UTC-03:00)" },
		{ "Asia/Kathmandu", "2026-07-06 08:05",
		    "Mon 6 Jul 2026, 08:05 (UTC+05:45)" },
		{ "UTC", "2026-07-06 08:05", "Mon 6 Jul 2026, 08:05 UTC" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct calendar c = { .zone = zone_named(a, tests[i].zone) };

		same_text(tests[i].zone, calendar_format(a, &c,
		    at(c.zone, tests[i].at)), tests[i].want);
	}
	struct calendar none = { .zone = NULL };

	same_text("no zone is UTC", calendar_format_day(a, &none,
	    at(zone_utc(), "2026-11-09 10:00")), "Mon 9 Nov");
	arena_free(&a);
}

/* For any instant and length: never before its start, later starts never
 * end earlier, and what is due in business time is due while open. */
static void
test_order_is_kept(void **state)
{
	struct arena *a = arena_new();
	struct calendar c = new_york(a);
	cw_time t = at(c.zone, "2026-10-20 00:00");
	cw_time last[4][8] = { { 0 } };

	(void)state;
	for (int i = 0; i < 24 * 100; i++, t += 47 * CW_MINUTE)
		for (int unit = 0; unit < 4; unit++)
			for (int n = 0; n < 8; n++) {
				struct duration d = { n,
					(enum duration_unit)unit };
				cw_time end = calendar_add(&c, t, d);

				assert_true(end >= t && end >= last[unit][n]);
				assert_true(calendar_back(&c, t, d) <= t);
				if (unit == UNIT_DAYS ||
				    unit == UNIT_BUSINESS_DAYS)
					assert_true(calendar_is_open(&c, end));
				last[unit][n] = end;
			}
	arena_free(&a);
}

/* Thousands of steps a second: a few microseconds each. */
static void
test_is_fast(void **state)
{
	struct arena *a = arena_new();
	struct calendar c = new_york(a);
	cw_time t = at(c.zone, "2026-11-02 10:00");
	struct duration d = { 10, UNIT_BUSINESS_DAYS };
	clock_t began = clock();
	double us;

	(void)state;
	for (int i = 0; i < 100000; i++)
		t = calendar_add(&c, t, d) - 13 * CW_DAY;
	us = (double)(clock() - began) / CLOCKS_PER_SEC * 1e6 / 100000;
	print_message("calendar_add: %.2f us\n", us);
	assert_true(us < 50);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_later_CT6_G5),
		cmocka_unit_test(test_earlier_G6),
		cmocka_unit_test(test_openings),
		cmocka_unit_test(test_odd_offices_CT5),
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_words_CT9),
		cmocka_unit_test(test_order_is_kept),
		cmocka_unit_test(test_is_fast),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
