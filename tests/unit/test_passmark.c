/* test_passmark.c - the mark of a pass: clocks that jump, passes that did
 * not end (G6, M3, L24). */
#include "fixture_app.h"

#include "app/passmark.h"

#include <fcntl.h>

#define DAY_S (24 * 3600)
#define NOW INT64_C(1793700000)

static const char *const verdicts[] = { "plausible", "ahead", "behind" };

/* Where the clock of the world stands and how long the machine was up, both
 * since the last pass. */
static void
test_which_clocks_are_plausible_G6_L24(void **state)
{
	static const struct {
		const char *name;
		int64_t world, up;
		bool same_boot;
		enum clock_verdict want;
	} tests[] = {
		{ "half an hour later", 1800, 1800, true, CLOCK_PLAUSIBLE },
		{ "the same second", 0, 0, true, CLOCK_PLAUSIBLE },
		{ "set by a few minutes", 2100, 1800, true, CLOCK_PLAUSIBLE },
		{ "set back by half an hour", 0, 1800, true, CLOCK_PLAUSIBLE },
		{ "asleep for a week", 7 * DAY_S, 7 * DAY_S, true,
		    CLOCK_PLAUSIBLE },
		{ "six hours too many", 1800 + 6 * 3600, 1800, true,
		    CLOCK_PLAUSIBLE },
		{ "more than that", 1801 + 6 * 3600, 1800, true, CLOCK_AHEAD },
		{ "a year ahead", 365 * DAY_S, 1800, true, CLOCK_AHEAD },
		{ "an hour back", -3600, 1800, true, CLOCK_PLAUSIBLE },
		{ "more than an hour back", -3601, 1800, true, CLOCK_BEHIND },
		{ "a year back", -365 * DAY_S, 1800, true, CLOCK_BEHIND },
		{ "a month switched off", 30 * DAY_S, -5000, false,
		    CLOCK_PLAUSIBLE },
		{ "a year ahead after a start", 365 * DAY_S, -5000, false,
		    CLOCK_AHEAD },
		{ "1970 after a start", -NOW, -5000, false, CLOCK_BEHIND },
		{ "2106 after a start", INT64_C(4294967295) - NOW, 0, false,
		    CLOCK_AHEAD },
	};

	(void)state;
	for (size_t i = 0; i < N(tests); i++) {
		struct passmark last = { true, "one", NOW, 90000 }, now = {
			false, "one", NOW + tests[i].world,
			90000 + tests[i].up };

		if (!tests[i].same_boot)
			(void)snprintf(now.boot, sizeof(now.boot), "two");
		same_text(tests[i].name, verdicts[passmark_judge(&last, &now)],
		    verdicts[tests[i].want]);
	}
	assert_int_equal(passmark_judge(&(struct passmark){ 0 },
	    &(struct passmark){ .at = NOW }), CLOCK_PLAUSIBLE);
}

static void
test_a_torn_mark_is_none(void **state)
{
	static const char *const bad[] = { "", "\n", "ended", "ended b 1",
		"ended b 1 2", "ended b x 2\n", "ended b 1 -2\n",
		"ended b 99999999999999999999999 2\n" };
	struct passmark m;

	(void)state;
	for (size_t i = 0; i < N(bad); i++) {
		passmark_parse(bad[i], &m);
		assert_int_equal(m.at, 0);
		assert_false(m.ended);
	}
	passmark_parse("ended 12-34 1793700000 17\n", &m);
	assert_true(m.ended);
	assert_string_equal(m.boot, "12-34");
	assert_int_equal(m.at, NOW);
	assert_int_equal(m.up_seconds, 17);
	passmark_parse("begun 12-34 1793700000 17\n", &m);
	assert_false(m.ended);
}

/* ---- on a database ----------------------------------------------------- */

static int
setup(void **state)
{
	int rc = office_setup(state);
	struct office *o = *state;

	must(o, db_commit(o->app.db, &o->e));
	o->app.policy.database = arena_printf(o->a, "%s/db", o->dir);
	return rc;
}

static int
teardown(void **state)
{
	struct office *o = *state;

	(void)unlink(arena_printf(o->a, "%s/db.lock", o->dir));
	return office_teardown(state);
}

static enum rc
pass_at(struct office *o, cw_time now, enum rc ended)
{
	int fd;
	enum rc rc;

	o->app.now = now;
	if ((rc = passmark_begin(&o->app, &fd, &o->e)) == RC_OK)
		passmark_end(&fd, ended);
	return rc;
}

/* Held until the clock is back, or a person says that it is right. */
static void
test_a_jump_holds_every_pass_G6_L24(void **state)
{
	struct office *o = *state;
	cw_time now = o->app.now;

	assert_int_equal(pass_at(o, now, RC_OK), RC_OK);
	for (int i = 0; i < 3; i++)
		assert_int_equal(pass_at(o, now + 365 * CW_DAY, RC_OK),
		    RC_RETRY);
	assert_non_null(strstr(o->e.text, "caseward clock accept"));
	assert_int_equal(pass_at(o, now - 2 * CW_HOUR, RC_OK), RC_RETRY);
	assert_int_equal(pass_at(o, now + 60, RC_OK), RC_OK);

	o->app.now = now + 365 * CW_DAY;
	must(o, passmark_accept(&o->app, &o->e));
	assert_int_equal(pass_at(o, now + 365 * CW_DAY, RC_OK), RC_OK);
	assert_int_equal(pass_at(o, now, RC_OK), RC_RETRY);
}

/* The lock file is lost: the history knows when we lived last. */
static void
test_without_a_mark_the_history_tells_G6(void **state)
{
	struct office *o = *state;
	cw_time now = o->app.now;

	assert_int_equal(pass_at(o, now - 2 * CW_HOUR, RC_OK), RC_RETRY);
	assert_int_equal(pass_at(o, now + 365 * CW_DAY, RC_OK), RC_RETRY);
	assert_int_equal(pass_at(o, now + 3 * CW_DAY, RC_OK), RC_OK);
}

static void
test_a_clock_by_hand_is_free(void **state)
{
	struct office *o = *state;
	cw_time now = o->app.now;

	o->app.manual_clock = true;
	assert_int_equal(pass_at(o, now + 900 * CW_DAY, RC_OK), RC_OK);
	assert_int_equal(pass_at(o, now, RC_OK), RC_OK);
}

static void
zero_a_page(struct office *o)
{
	static const char zeros[4096];
	int fd;

	must(o, db_exec(o->app.db, "PRAGMA wal_checkpoint(TRUNCATE)", &o->e));
	db_close(&o->app.db);
	assert_true((fd = open(o->app.policy.database, O_WRONLY)) >= 0);
	assert_true(pwrite(fd, zeros, 4096, 5 * 4096) == 4096);
	(void)close(fd);
	must(o, db_open(o->app.policy.database, 0, &o->app.db, &o->e));
}

/* After a pass that did not end the database is looked through; after one
 * that did it is not, each time anew would cost too much. */
static void
test_a_pass_that_did_not_end_M3_L1(void **state)
{
	struct office *o = *state;
	cw_time now = o->app.now;
	int fd;

	assert_int_equal(pass_at(o, now, RC_OK), RC_OK);
	assert_int_equal(passmark_begin(&o->app, &fd, &o->e), RC_OK);
	(void)close(fd); /* killed */
	zero_a_page(o);
	assert_int_equal(pass_at(o, now, RC_OK), RC_FAIL);
	assert_non_null(strstr(o->e.text, "damaged"));
	assert_int_equal(pass_at(o, now, RC_OK), RC_FAIL);
}

static void
test_a_pass_that_met_damage_is_followed_by_a_check_M3(void **state)
{
	struct office *o = *state;
	cw_time now = o->app.now;

	assert_int_equal(pass_at(o, now, RC_OK), RC_OK);
	zero_a_page(o);
	assert_int_equal(pass_at(o, now, RC_RETRY), RC_OK);
	assert_int_equal(pass_at(o, now, RC_FAIL), RC_OK);
	assert_int_equal(pass_at(o, now, RC_OK), RC_FAIL);
}

#define MARK_TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_which_clocks_are_plausible_G6_L24),
		cmocka_unit_test(test_a_torn_mark_is_none),
		MARK_TEST(test_a_jump_holds_every_pass_G6_L24),
		MARK_TEST(test_without_a_mark_the_history_tells_G6),
		MARK_TEST(test_a_clock_by_hand_is_free),
		MARK_TEST(test_a_pass_that_did_not_end_M3_L1),
		MARK_TEST(test_a_pass_that_met_damage_is_followed_by_a_check_M3),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
