/* test_report.c - what a work list and a lead's digest hold (G15, W10). */
#include "fixture_app.h"

#include "app/report.h"

/* A case of its own, opened so many days ago. */
static int64_t
one_more(struct office *o, const char *owner, int days_ago, const char *brief)
{
	struct casefile c = o->d->f.c;

	c.no = 0;
	c.owner = owner;
	c.brief = brief;
	c.opened_at = o->app.now - days_ago * CW_DAY;
	must(o, casefile_store_insert(o->app.db, &c, &o->e));
	return c.no;
}

static struct digest
digest_for(struct office *o, int who, bool is_lead)
{
	struct digest d;

	must(o, report_digest(&o->app, &o->d->co->people[who], is_lead, 77,
	    o->a, &d, &o->e));
	return d;
}

/* "Dental plan, Missing pay" */
static const char *
briefs(struct office *o, const struct digest_list *l)
{
	const char *out = "";

	for (size_t i = 0; i < l->n; i++)
		out = arena_printf(o->a, "%s%s%s", out, i == 0 ? "" : ", ",
		    l->v[i].c.brief);
	return out;
}

static void
test_work_list_G15_G1(void **state)
{
	struct office *o = *state;
	struct digest d;

	(void)one_more(o, "ana", 3, "newer");
	(void)one_more(o, "ana", 5, "older");
	(void)one_more(o, "", 4, "nobody's");
	(void)one_more(o, "ben", 4, "Ben's");
	d = digest_for(o, P_ANA, false);
	same_text("queue", briefs(o, &d.queue), "nobody's");
	same_text("mine, oldest first", briefs(o, &d.mine), "older, newer");
	same_text("today", briefs(o, &d.today), "Missing overtime pay");
	assert_true(d.today.v[0].is_new_today);
	assert_false(d.mine.v[0].is_new_today);
	same_text("next action", d.mine.v[0].next_action,
	    "Payroll answers next");
	same_text("of the queue", d.queue.v[0].next_action,
	    "Take the case, or assign it");
	assert_int_equal(d.open, 4);
}

/* The buttons of each row answer for that case, and for its reader. */
static void
test_rows_have_keys_of_their_own_M9(void **state)
{
	struct office *o = *state;
	const char *own = o->app.policy.address;
	struct texts ours = { &own, 1 };
	struct digest d = digest_for(o, P_ANA, false);
	struct addr to = { "", d.today.v[0].reply_address };
	struct addrs list = { &to, 1 };
	struct token t;

	must(o, token_find_recipient(&o->app.keys, &ours, &list, &t));
	assert_int_equal(t.case_no, o->no);
	assert_int_equal(t.audience, 'i');
	assert_int_equal(t.out_id, 77);
}

/* Whom a case is about does not read of it, in no list (party.h). */
static void
test_parties_read_nothing_of_it_G13_H6(void **state)
{
	struct office *o = *state;
	struct case_facts f = office_facts(o);
	struct digest d;
	struct plan p;

	plan_init(&p, o->a, "operator", "command");
	plan_set_int(&p, "breaches", 1);
	plan_set(&p, "parties", "lee@corp.example");
	must(o, apply_plan(&o->app, &f, &p, o->a, &o->e));
	d = digest_for(o, P_LEE, true);
	assert_int_equal(d.decide.n, 0);
	d = digest_for(o, P_SAM, true);
	assert_int_equal(d.decide.n, 1);
	f = office_facts(o);
	plan_init(&p, o->a, "operator", "command");
	plan_set(&p, "employee_email", "sam@corp.example");
	must(o, apply_plan(&o->app, &f, &p, o->a, &o->e));
	d = digest_for(o, P_SAM, true);
	assert_int_equal(d.decide.n, 0);
}

/* G19: what is to be decided and due soon stands in the first of the lists,
 * and counts as due all the same. */
static void
test_case_stands_in_one_list_G19(void **state)
{
	struct office *o = *state;
	struct case_facts f = office_facts(o);
	struct digest d;
	struct plan p;

	plan_init(&p, o->a, "operator", "command");
	plan_set_int(&p, "due_at", o->app.now + CW_HOUR);
	must(o, apply_plan(&o->app, &f, &p, o->a, &o->e));
	d = digest_for(o, P_LEE, true);
	assert_int_equal(d.decide.n, 0);
	assert_int_equal(d.risk.n, 1);
	f = office_facts(o);
	plan_init(&p, o->a, "operator", "command");
	plan_set_int(&p, "breaches", 1);
	must(o, apply_plan(&o->app, &f, &p, o->a, &o->e));
	d = digest_for(o, P_LEE, true);
	assert_int_equal(d.decide.n, 1);
	assert_int_equal(d.risk.n, 0);
	assert_int_equal(d.at_risk, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(test_work_list_G15_G1),
		OFFICE_TEST(test_rows_have_keys_of_their_own_M9),
		OFFICE_TEST(test_parties_read_nothing_of_it_G13_H6),
		OFFICE_TEST(test_case_stands_in_one_list_G19),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
