/*
 * test_desk_weeks.c - seven weeks of a desk with a dozen cases on a
 * database, with random absences, bounces and hand-overs among those who
 * share them: nobody who waits is forgotten.
 */
#include "fixture_app.h"

#include "app/absence.h"
#include "app/command.h"
#include "app/tick.h"
#include "core/ladder.h"
#include "store/audit_store.h"

enum { CASES = 12, DAYS = 7 * 7, STEP_HOURS = 3 };

struct life {
	struct office *o;
	unsigned seed;
	int64_t no[CASES];
	cw_time heard_at[CASES]; /* by one of the staff who is there */
};

static int64_t
count(struct office *o, const char *question, int64_t about)
{
	struct db_stmt *st = NULL;
	int64_t n;

	must(o, db_query(o->app.db, &st, &o->e, question, "i", about));
	must(o, db_step(st, &o->e));
	n = db_col_int(st, 0);
	db_stmt_free(&st);
	return n;
}

static int
any(struct life *l, int n)
{
	return rand_r(&l->seed) % n;
}

static void
open_cases(struct life *l)
{
	static const char *const owners[] = { "ana", "ben", "" };
	struct office *o = l->o;

	for (int i = 0; i < CASES; i++) {
		struct case_facts f;
		struct plan p;

		o->d->f.c.owner = o->d->f.c.notify_user = owners[i % 3];
		o->d->f.c.department = i % 4 == 0 ? "benefits" : "payroll";
		if (i > 0) /* one is there */
			office_case(o);
		l->no[i] = o->no;
		l->heard_at[i] = o->app.now;
		f = office_facts(o);
		plan_init(&p, o->a, "caseward", "opening");
		ladder_begin(&f, &o->app.policy, o->app.now, &p);
		must(o, apply_plan(&o->app, &f, &p, o->a, &o->e));
	}
	must(o, db_commit(o->app.db, &o->e));
}

/* ---- what happens ------------------------------------------------------- */

static void
go_away_or_bounce(struct life *l, struct arena *a)
{
	struct office *o = l->o;
	const struct person *who = &o->d->co->people[any(l, P_N)];
	struct absence_row r = { .email = who->email, .source = any(l, 2) ?
	    "command" : "mail", .key = "", .deputy = "",
		.until_at = o->app.now + any(l, 15) * CW_DAY };

	must(o, db_begin(o->app.db, &o->e));
	if (any(l, 4) == 0)
		must(o, absence_dead(&o->app, who->email, o->app.now,
		    "550 nobody", a, &o->e));
	else /* no day at all: back again */
		must(o, absence_set(&o->app, &r, a, &o->e));
	must(o, db_commit(o->app.db, &o->e));
}

static void
hand_over(struct life *l, struct arena *a)
{
	static const char *const lines[] = { "own", "assign benefits",
		"assign payroll" };
	struct office *o = l->o;
	const struct person *who = &o->d->co->people[any(l, 3)];
	const char *said;
	enum rc rc = command_case(&o->app, l->no[any(l, CASES)], who,
	    lines[any(l, 3)], a, &said, &o->e);

	if (rc != RC_OK && rc != RC_BAD) /* it is there already */
		fail_msg("%s", o->e.text);
}

/* ---- what must hold ----------------------------------------------------- */

static void
check_dates(struct life *l, struct arena *a)
{
	struct office *o = l->o;
	struct audit_finding *v;
	size_t n = 0;

	must(o, audit_store_check(o->app.db, o->app.now, 10, a, &v, &n,
	    &o->e));
	for (size_t i = 0; i < n; i++)
		if (v[i].case_no != 0)
			fail_msg("seed %u: case %lld: %s %s", l->seed,
			    (long long)v[i].case_no, v[i].rule, v[i].text);
}

static bool
has_a_leader(const struct life *l, const struct case_facts *f)
{
	static const int leaders[] = { P_LEE, P_SAM, P_MARIA, P_OMAR };
	bool found = false;

	for (size_t i = 0; i < N(leaders); i++)
		found = found || facts_is_reachable(f,
		    l->o->d->co->people[leaders[i]].email, l->o->app.now);
	return found;
}

/* Of what was mailed on this case since the last look, something reached
 * one of the staff; or no leader is there to be reached. */
static bool
was_heard(struct life *l, const struct case_facts *f, cw_time since)
{
	struct office *o = l->o;
	struct db_stmt *st = NULL;
	bool found = !has_a_leader(l, f);

	must(o, db_query(o->app.db, &st, &o->e, "SELECT DISTINCT rcpt FROM"
	    " outbox WHERE case_no = $1 AND created_at > $2 AND rcpt LIKE"
	    " '%@corp.example'", "ii", f->c.no, since));
	while (!found && db_step(st, &o->e) == RC_OK)
		found = facts_is_reachable(f, db_col_text(st, 0, o->a),
		    o->app.now);
	db_stmt_free(&st);
	return found;
}

static void
check_not_silent(struct life *l, cw_time since, struct arena *a)
{
	struct office *o = l->o;

	for (int i = 0; i < CASES; i++) {
		struct case_facts f;

		must(o, apply_load_facts(&o->app, l->no[i], a, &f, &o->e));
		if (was_heard(l, &f, since))
			l->heard_at[i] = o->app.now;
		if (o->app.now - l->heard_at[i] > 8 * CW_DAY)
			fail_msg("case %d: silent since %s", i, clock_text(a,
			    o->d->z, l->heard_at[i]));
		if (o->app.now - f.c.opened_at > 10 * CW_DAY &&
		    o->app.now - count(o, "SELECT coalesce(max(created_at),"
		    " 0) FROM outbox WHERE rcpt = 'joan@home.example' AND"
		    " case_no = $1", l->no[i]) > 10 * CW_DAY)
			fail_msg("case %d: the employee hears nothing", i);
	}
}

static void
live(struct life *l)
{
	struct office *o = l->o;
	cw_time end = o->app.now + DAYS * (cw_time)CW_DAY;

	while (o->app.now < end) {
		struct arena *a = arena_new();
		cw_time before = o->app.now;
		struct tick_count n = { 0 };

		if (any(l, 8) == 0)
			go_away_or_bounce(l, a);
		if (any(l, 6) == 0)
			hand_over(l, a);
		o->app.now += STEP_HOURS * CW_HOUR;
		must(o, absence_refresh(&o->app, &o->e));
		must(o, tick_run(&o->app, &n, &o->e));
		assert_int_equal(n.failed, 0);
		check_dates(l, a);
		check_not_silent(l, before, a);
		arena_free(&a);
	}
	assert_true(count(o, "SELECT count(*) FROM event WHERE kind = 'step'"
	    " AND case_no > $1", 0) > 2 * CASES);
	assert_true(count(o, "SELECT count(*) FROM outbox WHERE template ="
	    " 'handover' AND case_no = $1", 0) > 0);
}

static void
test_many_cases_and_random_absences_G18_G19_G20_G21_L25(void **state)
{
	for (unsigned seed = 1; seed < 4; seed++) {
		struct life l = { .seed = seed };

		if (seed > 1) {
			(void)office_teardown(state);
			(void)office_setup(state);
		}
		l.o = *state;
		open_cases(&l);
		live(&l);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(
		    test_many_cases_and_random_absences_G18_G19_G20_G21_L25),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
