/* test_plan.c - plans are data: built, asked, carried out on facts. */
#include "fixture_policy.h"

#include "core/facts.h"

static void
test_acts_are_copied(void **state)
{
	struct arena *a = arena_new();
	char word[] = "step";
	const struct act *act;
	struct plan p;

	(void)state;
	plan_init(&p, a, "lee", "command");
	plan_alarm(&p, word, NULL, 42);
	plan_set_int(&p, "breaches", -7);
	plan_mail(&p, "reminder", AUD_DEPARTMENT, "kim@corp.example",
	    "Kim Ode", NULL);
	word[0] = 'X';
	act = plan_find(&p, ACT_ALARM, "step");
	assert_non_null(act);
	assert_int_equal(act->at, 42);
	assert_string_equal(act->key, "");
	assert_string_equal(plan_find(&p, ACT_SET, NULL)->text, "-7");
	assert_string_equal(plan_find(&p, ACT_MAIL, NULL)->text, "");
	assert_null(plan_find(&p, ACT_MAIL, "ack"));
	assert_null(plan_find(&p, ACT_TASK, NULL));
	arena_free(&a);
}

static void
test_every_act_has_a_name(void **state)
{
	(void)state;
	for (int k = ACT_SET; k <= ACT_REVIEWED; k++)
		assert_non_null(act_kind_name((enum act_kind)k));
}

/* All kinds of acts, on facts whose arrays belong to somebody else. */
static void
test_carried_out_on_facts(void **state)
{
	static const char *const names[] = { "CRM/HR", "Payroll" };
	static const struct case_attachment files[] = {
		{ .id = 1, .filename = "a.pdf" }, { .id = 2, .filename = "b" }
	};
	struct arena *a = arena_new();
	struct case_facts f = { .c = company_case(1000), .subscribers = names,
		.n_subscribers = 2, .attachments = files,
		.n_attachments = 2 };
	struct agenda ag = { NULL, 0, 0 };
	struct plan p;
	struct err e;

	(void)state;
	plan_init(&p, a, "ana", "command");
	plan_set(&p, "priority", "urgent");
	plan_set(&p, "client", "Other");
	plan_set_int(&p, "due_at", 5000);
	plan_set_int(&p, "step_postponed", 1);
	plan_state(&p, CASE_IN_PROGRESS, "work began");
	plan_alarm(&p, "due", "", 5000);
	plan_alarm(&p, "bring-forward", "1", 4000);
	plan_alarm(&p, "bring-forward", "2", 4500);
	plan_alarm(&p, "due", "", 6000);
	plan_task(&p, "call", "ana", "Call", 7000);
	plan_task(&p, "look", "ana", "Look", 7000);
	plan_add(&p, ACT_TASK_DONE, "call", "");
	plan_event(&p, "note", "inside", "outside");
	plan_add(&p, ACT_UNSUBSCRIBE, "", "payroll");
	plan_add(&p, ACT_SUBSCRIBE, "", "Legal");
	plan_add(&p, ACT_ABSENT, "", "pat@corp.example");
	p.v[p.n - 1].to = "kim@corp.example";
	p.v[p.n - 1].at = 9000;
	plan_add(&p, ACT_REVIEWED, "", "");
	p.v[p.n - 1].n = 2;
	assert_int_equal(facts_apply_plan(&f, &ag, &p, 2000, a, &e), RC_OK);

	assert_int_equal(f.c.priority, PRIO_URGENT);
	assert_string_equal(f.c.client, "Other");
	assert_int_equal(f.c.due_at, 5000);
	assert_true(f.c.step_postponed);
	assert_int_equal(f.c.state, CASE_IN_PROGRESS);
	assert_int_equal(ag.n, 3);
	assert_string_equal(agenda_first(&ag)->key, "1");
	assert_int_equal(agenda_find(&ag, "due", "")->due_at, 6000);
	assert_int_equal(f.n_tasks, 1);
	assert_null(facts_task(&f, "call"));
	assert_non_null(facts_task(&f, "look"));
	assert_string_equal(f.history[0].public_text, "outside");
	assert_string_equal(f.history[0].actor, "ana");
	assert_int_equal(f.n_subscribers, 2);
	assert_string_equal(f.subscribers[1], "Legal");
	assert_string_equal(names[1], "Payroll");
	assert_false(facts_is_reachable(&f, "KIM@corp.example", 8999));
	assert_true(facts_is_reachable(&f, "kim@corp.example", 9000));
	assert_true(f.attachments[1].is_reviewed);
	assert_false(f.attachments[0].is_reviewed);
	assert_false(files[1].is_reviewed);

	plan_init(&p, a, "ana", "command");
	plan_clear(&p, "bring-forward", "");
	assert_int_equal(facts_apply_plan(&f, &ag, &p, 2000, a, &e), RC_OK);
	assert_int_equal(ag.n, 1);
	arena_free(&a);
}

static void
test_wrong_plans_are_refused_H12(void **state)
{
	struct arena *a = arena_new();
	struct case_facts f = { .c = company_case(1000) };
	struct agenda ag = { NULL, 0, 0 };
	struct plan p;
	struct err e;

	(void)state;
	plan_init(&p, a, "ana", "command");
	plan_state(&p, CASE_CLOSED, "at once");
	assert_int_equal(facts_apply_plan(&f, &ag, &p, 1, a, &e), RC_BAD);
	plan_init(&p, a, "ana", "command");
	plan_set(&p, "colour", "red");
	assert_int_equal(facts_apply_plan(&f, &ag, &p, 1, a, &e), RC_BAD);
	plan_init(&p, a, "ana", "command");
	plan_set(&p, "due_at", "tomorrow");
	assert_int_equal(facts_apply_plan(&f, &ag, &p, 1, a, &e), RC_BAD);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_acts_are_copied),
		cmocka_unit_test(test_every_act_has_a_name),
		cmocka_unit_test(test_carried_out_on_facts),
		cmocka_unit_test(test_wrong_plans_are_refused_H12),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
