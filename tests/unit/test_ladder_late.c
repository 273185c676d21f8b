/*
 * test_ladder_late.c - after downtime: nobody is asked at night for what is
 * late, nothing is skipped; and the calendar in every kind of zone and year
 * (G6, CT-5, CT-6, CT-8, L24).
 */
#include "fixture_sim.h"

#include "core/ladder_part.h"

/* The program was down from the opening until `up`; a pass then, and then on
 * time.  The first mail of the ladder leaves at ... */
static void
test_a_late_step_waits_for_the_opening_CT8_G6(void **state)
{
	static const struct {
		const char *name, *department, *up, *want;
	} tests[] = {
		{ "up at three in the morning", "payroll", "2026-11-11 03:00",
		    "Wed 2026-11-11 09:00" },
		{ "up in the evening", "payroll", "2026-11-11 19:30",
		    "Thu 2026-11-12 09:00" },
		{ "up on Saturday", "payroll", "2026-11-07 12:00",
		    "Mon 2026-11-09 09:00" },
		{ "up at work", "payroll", "2026-11-11 15:20",
		    "Wed 2026-11-11 15:20" },
		{ "on time, by half an hour", "payroll", "2026-11-03 10:30",
		    "Tue 2026-11-03 10:30" },
		{ "after the due date, at night", "payroll",
		    "2026-11-24 02:00", "Tue 2026-11-24 09:00" },
		{ "after the due date, on Sunday", "payroll",
		    "2026-11-22 16:00", "Mon 2026-11-23 09:00" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct arena *a = arena_new();
		struct sim *s = sim_new(a, "2026-11-02 10:00");
		cw_time up = at(s->zone, tests[i].up);

		s->f.c.department = tests[i].department;
		sim_pass(s, up);
		for (int n = 0; s->climbs == 0 && n < 20; n++)
			sim_pass(s, agenda_first(&s->ag)->due_at);
		same_text(tests[i].name, clock_text(a, s->zone,
		    s->f.c.climbed_at), tests[i].want);
		assert_int_equal(s->f.c.step, 1); /* none was skipped */
		sim_fini(s);
		arena_free(&a);
	}
}

static void
one_storm(unsigned seed)
{
	struct arena *a = arena_new();
	struct sim *s = sim_new(a, "2026-11-02 10:00");
	cw_time end = s->now + 70 * CW_DAY;

	if (seed % 3 == 0)
		s->f.c.department = "benefits"; /* in Kolkata */
	for (cw_time t = s->now; t < end;
	     t += rand_r(&seed) % 50 > 0 ? 30 * CW_MINUTE :
	     rand_r(&seed) % (9 * 24) * CW_HOUR) {
		const struct calendar *theirs = rung_calendar(&s->f, s->p,
		    s->f.c.step, s->f.c.chain);
		/* a breach in time climbs at once, whoever is asked then */
		bool late = t - s->f.c.step_due_at > CW_HOUR &&
		    (t < s->f.c.due_at || t - s->f.c.due_at > CW_HOUR);
		int climbs = s->climbs;

		sim_pass(s, t);
		assert_true(agenda_first(&s->ag)->due_at > t);
		if (s->climbs > climbs && late &&
		    !calendar_is_open(theirs, t))
			fail_msg("asked at %s", clock_text(a, theirs->zone,
			    t));
	}
	assert_true(s->climbs >= 3);
	sim_fini(s);
	arena_free(&a);
}

static void
test_storms_wake_nobody_CT8_G19(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 120; seed++)
		one_storm(seed);
}

/* ---- the calendar everywhere ------------------------------------------- */

static const char *const zones[] = { "America/New_York", "Europe/Berlin",
	"Australia/Sydney", "Australia/Lord_Howe", "America/Santiago",
	"Pacific/Auckland", "Africa/Casablanca", "Asia/Kolkata",
	"Africa/Cairo", "Pacific/Apia", "America/Sao_Paulo", "Antarctica/Troll" };

/* Shifts that begin in the hour that is left out, or end in the one that
 * comes twice. */
static const struct {
	int open, close;
} shifts[] = { { 9 * 60, 17 * 60 }, { 150, 600 }, { 0, 24 * 60 },
	{ 60, 180 }, { 22 * 60, 24 * 60 } };

static void
check_instant(const struct calendar *c, cw_time t, struct duration d)
{
	cw_time end = calendar_add(c, t, d), open = calendar_next_open(c, t);

	assert_true(end >= t && end < t + 60 * CW_DAY);
	assert_true(open >= t && open < t + 5 * CW_DAY);
	assert_true(calendar_is_open(c, open));
	assert_true(calendar_next_open(c, open) == open);
	assert_true(calendar_back(c, t, d) <= t);
	if (d.n > 0 && (d.unit == UNIT_DAYS || d.unit == UNIT_BUSINESS_DAYS))
		assert_true(calendar_is_open(c, end) && end > t);
	assert_true(calendar_next_at(c, t, 9 * 60) > t);
}

/* Any zone, shift and instant from 1990 to 2105: beyond 2038, in leap years,
 * over every change of clocks and every new year. */
static void
test_any_zone_and_instant_CT5_CT6(void **state)
{
	struct arena *a = arena_new();
	unsigned seed = 20261102;

	(void)state;
	for (size_t z = 0; z < sizeof(zones) / sizeof(zones[0]); z++)
		for (int i = 0; i < 4000; i++) {
			struct calendar c = office_hours(zone_named(a,
			    zones[z]));
			size_t k = (size_t)rand_r(&seed) % 5;
			struct duration d = { rand_r(&seed) % 15,
				(enum duration_unit)(rand_r(&seed) % 4) };

			for (int w = 1; w <= 5; w++) {
				c.open[w] = shifts[k].open;
				c.close[w] = shifts[k].close;
			}
			check_instant(&c, INT64_C(631152000) +
			    (cw_time)((uint64_t)(unsigned)rand_r(&seed) * 1691 %
			    UINT64_C(3630000000)), d);
			if (i % 100 == 0)
				arena_reset(a);
		}
	arena_free(&a);
}

static void
test_dates_that_people_get_wrong_CT5_G20(void **state)
{
	static const struct {
		const char *name, *zone, *from, *n, *want;
	} tests[] = {
		{ "leap day", "Europe/Berlin", "2028-02-28 10:00",
		    "1 business day", "Tue 2028-02-29 10:00" },
		{ "no leap day in 2100", "Europe/Berlin", "2100-02-26 10:00",
		    "1 business day", "Mon 2100-03-01 10:00" },
		{ "a week over a leap day", "America/New_York",
		    "2028-02-24 10:00", "7 days", "Thu 2028-03-02 10:00" },
		{ "over the new year", "Europe/Berlin", "2026-12-31 16:00",
		    "1 business day", "Fri 2027-01-01 16:00" },
		{ "over the end of 32 bits", "America/New_York",
		    "2038-01-18 22:30", "1 business day",
		    "Wed 2038-01-20 09:00" },
		{ "spring forward in the north", "Europe/Berlin",
		    "2027-03-26 10:00", "1 business day",
		    "Mon 2027-03-29 10:00" },
		{ "fall back in the north", "America/New_York",
		    "2026-10-30 16:30", "2 business days",
		    "Tue 2026-11-03 16:30" },
		{ "spring forward in the south", "Australia/Sydney",
		    "2026-10-02 10:00", "1 business day",
		    "Mon 2026-10-05 10:00" },
		{ "fall back in the south", "America/Santiago",
		    "2027-04-02 10:00", "7 days", "Fri 2027-04-09 10:00" },
		{ "weekly word over the change", "Australia/Sydney",
		    "2027-03-31 15:00", "1 week", "Wed 2027-04-07 15:00" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct arena *a = arena_new();
		struct calendar c = office_hours(zone_named(a,
		    tests[i].zone));
		struct duration d;

		assert_true(duration_parse(tests[i].n, &d));
		same_text(tests[i].name, clock_text(a, c.zone, calendar_add(&c,
		    at(c.zone, tests[i].from), d)), tests[i].want);
		arena_free(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_late_step_waits_for_the_opening_CT8_G6),
		cmocka_unit_test(test_storms_wake_nobody_CT8_G19),
		cmocka_unit_test(test_any_zone_and_instant_CT5_CT6),
		cmocka_unit_test(test_dates_that_people_get_wrong_CT5_G20),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
