/* test_tick.c - the agenda on a database: what is due, once, oldest first. */
#include "fixture_app.h"

#include "app/tick.h"
#include "core/ladder.h"
#include "store/audit_store.h"

/* The case with the alarms of its opening; nothing in a transaction. */
static int
setup(void **state)
{
	int rc = office_setup(state);
	struct office *o = *state;
	struct case_facts f = office_facts(o);
	struct plan p;

	plan_init(&p, o->a, "caseward", "opening");
	ladder_begin(&f, &o->app.policy, o->app.now, &p);
	must(o, apply_plan(&o->app, &f, &p, o->a, &o->e));
	must(o, db_commit(o->app.db, &o->e));
	return rc;
}

static struct tick_count
tick_at(struct office *o, const char *when)
{
	struct tick_count n = { 0 };

	o->app.now = at(o->d->z, when);
	must(o, tick_run(&o->app, &n, &o->e));
	return n;
}

static int64_t
count(struct office *o, const char *question)
{
	struct db_stmt *st = NULL;
	int64_t n;

	must(o, db_query(o->app.db, &st, &o->e, question, ""));
	must(o, db_step(st, &o->e));
	n = db_col_int(st, 0);
	db_stmt_free(&st);
	return n;
}

static const char *
due_at(struct office *o, int64_t no, const char *kind, const char *key)
{
	cw_time t;

	if (agenda_store_get(o->app.db, no, kind, key, &t, &o->e) != RC_OK)
		return "";
	return clock_text(o->a, o->d->z, t);
}

/* After a tick no open case has a date behind it (G6). */
static void
nothing_behind(struct office *o)
{
	struct audit_finding *v;
	size_t n = 0;

	must(o, audit_store_check(o->app.db, o->app.now, 10, o->a, &v, &n,
	    &o->e));
	for (size_t i = 0; i < n; i++)
		if (v[i].case_no != 0)
			fail_msg("%s: %s %s", clock_text(o->a, o->d->z,
			    o->app.now), v[i].rule, v[i].text);
}

static void
test_nothing_is_due_yet_G16(void **state)
{
	struct office *o = *state;

	assert_int_equal(tick_at(o, "2026-11-03 09:59").fired, 0);
	assert_int_equal(count(o, "SELECT count(*) FROM outbox"), 0);
}

static void
test_the_first_step_is_asked_once_G17_M3(void **state)
{
	struct office *o = *state;

	assert_int_equal(tick_at(o, "2026-11-03 10:00").fired, 1);
	assert_int_equal(count(o, "SELECT count(*) FROM outbox WHERE template"
	    " = 'status-request' AND rcpt = 'kim@corp.example'"), 1);
	assert_int_equal(tick_at(o, "2026-11-03 10:00").fired, 0);
	same_text("next", due_at(o, o->no, "step", ""),
	    "Thu 2026-11-05 10:00");
	nothing_behind(o);
}

/* Two months of silence, then one pass: one step, not the whole ladder. */
static void
test_a_late_daemon_climbs_one_step_a_pass_CT8_G6(void **state)
{
	struct office *o = *state;
	static const char *const passes[] = { "2027-01-04 10:00",
		"2027-01-04 10:30", "2027-01-05 10:00", "2027-01-06 10:00" };

	for (int i = 0; i < 4; i++) {
		int64_t before = count(o, "SELECT count(*) FROM event WHERE"
		    " kind = 'step'");

		(void)tick_at(o, passes[i]);
		assert_in_range(count(o, "SELECT count(*) FROM event WHERE"
		    " kind = 'step'") - before, 0, 1);
		nothing_behind(o);
	}
	assert_int_equal(count(o, "SELECT count(*) FROM event WHERE kind ="
	    " 'breach'"), 1);
	assert_int_equal(count(o, "SELECT step FROM casefile"), 3);
}

/* Thirty days, hour by hour: dates ahead, no case falls silent (G6, H10). */
static void
test_thirty_days_hour_by_hour_G6_G19_G20(void **state)
{
	struct office *o = *state;
	cw_time now = o->app.now;

	for (int h = 0; h < 30 * 24; h++) {
		struct tick_count n = { 0 };

		o->app.now = now + h * CW_HOUR;
		must(o, tick_run(&o->app, &n, &o->e));
		assert_int_equal(n.failed, 0);
		if (h % 12 == 0)
			nothing_behind(o);
	}
	assert_int_equal(count(o, "SELECT count(*) FROM outbox WHERE template"
	    " = 'weekly-update'"), 4);
	assert_int_equal(count(o, "SELECT count(*) FROM outbox WHERE rcpt ="
	    " 'omar@corp.example'") > 2, 1); /* the top is reminded */
	assert_int_equal(count(o, "SELECT breaches FROM casefile"), 2);
}

static void
test_one_row_that_fails_stops_no_other_L18(void **state)
{
	struct office *o = *state;
	struct tick_count n;

	must(o, agenda_store_set(o->app.db, o->no, "made-up", "",
	    at(o->d->z, "2026-11-03 08:00"), &o->e));
	n = tick_at(o, "2026-11-03 10:00");
	assert_int_equal(n.failed, 1);
	assert_int_equal(n.fired, 1);
	same_text("tried again later", due_at(o, o->no, "made-up", ""),
	    "Tue 2026-11-03 11:00");
	assert_int_equal(count(o, "SELECT count(*) FROM outbox WHERE template"
	    " = 'status-request'"), 1);
}

/* A case that is not there any more, and a kind of the desk that is gone. */
static void
test_rows_of_nothing_go_away(void **state)
{
	struct office *o = *state;

	must(o, agenda_store_set(o->app.db, 0, "old-digest", "x",
	    o->app.now, &o->e));
	(void)tick_at(o, "2026-11-02 11:00");
	same_text("gone", due_at(o, 0, "old-digest", "x"), "");
}

static void
test_an_alarm_of_a_resolved_case_does_nothing_H12(void **state)
{
	struct office *o = *state;
	struct case_facts f = office_facts(o);
	struct plan p;

	plan_init(&p, o->a, "ana", "command");
	plan_state(&p, CASE_RESOLVED, "done");
	must(o, apply_plan(&o->app, &f, &p, o->a, &o->e));
	(void)tick_at(o, "2026-12-24 10:00");
	assert_int_equal(count(o, "SELECT count(*) FROM outbox"), 0);
	assert_int_equal(count(o, "SELECT count(*) FROM agenda"), 0);
}

/* Nobody to write to: the weekly word becomes a task, not a failure. */
static void
test_weekly_word_without_an_address_G20(void **state)
{
	struct office *o = *state;
	struct case_facts f = office_facts(o);
	struct plan p;

	plan_init(&p, o->a, "ana", "command");
	plan_set(&p, "employee_email", "");
	plan_set_int(&p, "employee_told_at", 0);
	must(o, apply_plan(&o->app, &f, &p, o->a, &o->e));
	assert_int_equal(tick_at(o, "2026-11-09 10:00").failed, 0);
	f = office_facts(o);
	assert_non_null(facts_task(&f, "call-employee"));
	same_text("and again next week", due_at(o, o->no, "weekly", ""),
	    "Mon 2026-11-16 10:00");
}

/* --- standing rows (G15) --- */

static void
test_standing_rows_for_everybody_G15(void **state)
{
	static const struct {
		const char *kind, *key, *want;
	} tests[] = {
		{ "work-list", "ana", "Tue 2026-11-03 09:00" },
		{ "work-list", "ben", "Tue 2026-11-03 09:00" },
		{ "work-list", "kim", "" }, /* a department has none */
		{ "lead-digest", "lee", "Tue 2026-11-03 09:00" },
		{ "lead-digest", "sam", "Tue 2026-11-03 09:00" },
		{ "lead-digest", "ana", "" },
		{ "night", "", "Mon 2026-11-02 19:00" }, /* 00:00 UTC */
	};
	struct office *o = *state;

	must(o, tick_standing(&o->app, &o->e));
	must(o, tick_standing(&o->app, &o->e));
	for (size_t i = 0; i < N(tests); i++)
		same_text(tests[i].kind, due_at(o, 0, tests[i].kind,
		    tests[i].key), tests[i].want);
}

static void
test_work_lists_come_each_business_day_G15(void **state)
{
	struct office *o = *state;

	must(o, tick_standing(&o->app, &o->e));
	(void)tick_at(o, "2026-11-03 09:00");
	assert_int_equal(count(o, "SELECT count(*) FROM outbox WHERE template"
	    " = 'work-list' AND rcpt = 'ana@corp.example'"), 1);
	same_text("tomorrow", due_at(o, 0, "work-list", "ana"),
	    "Wed 2026-11-04 09:00");
	(void)tick_at(o, "2026-11-06 12:00"); /* late: one, not three */
	assert_int_equal(count(o, "SELECT count(*) FROM outbox WHERE template"
	    " = 'work-list' AND rcpt = 'ana@corp.example'"), 2);
	same_text("not on Saturday", due_at(o, 0, "work-list", "ana"),
	    "Mon 2026-11-09 09:00");
}

/* What is late after an outage is not lost: the nightly check, which is late
 * too, must not say so. */
static void
test_an_outage_is_no_finding_G6(void **state)
{
	struct office *o = *state;

	must(o, tick_standing(&o->app, &o->e));
	assert_int_equal(tick_at(o, "2026-11-11 12:00").failed, 0);
	assert_int_equal(count(o, "SELECT count(*) FROM outbox WHERE template"
	    " = 'finding'"), 0);
	same_text("and it goes on", due_at(o, 0, "night", ""),
	    "Wed 2026-11-11 19:00");
}

/* Who has left the settings gets no list, and the row goes. */
static void
test_rows_of_who_is_gone_go_L25_W12(void **state)
{
	struct office *o = *state;

	must(o, agenda_store_set(o->app.db, 0, "work-list", "tom",
	    o->app.now, &o->e));
	assert_int_equal(tick_at(o, "2026-11-02 10:00").failed, 0);
	same_text("gone", due_at(o, 0, "work-list", "tom"), "");
}

#define FRESH(t) cmocka_unit_test_setup_teardown(t, setup, office_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FRESH(test_nothing_is_due_yet_G16),
		FRESH(test_the_first_step_is_asked_once_G17_M3),
		FRESH(test_a_late_daemon_climbs_one_step_a_pass_CT8_G6),
		FRESH(test_thirty_days_hour_by_hour_G6_G19_G20),
		FRESH(test_one_row_that_fails_stops_no_other_L18),
		FRESH(test_rows_of_nothing_go_away),
		FRESH(test_an_alarm_of_a_resolved_case_does_nothing_H12),
		FRESH(test_weekly_word_without_an_address_G20),
		FRESH(test_standing_rows_for_everybody_G15),
		FRESH(test_work_lists_come_each_business_day_G15),
		FRESH(test_an_outage_is_no_finding_G6),
		FRESH(test_rows_of_who_is_gone_go_L25_W12),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
