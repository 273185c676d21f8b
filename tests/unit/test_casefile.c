/* test_casefile.c - states, fields, missing fields, the composed subject. */
#include "fixture_policy.h"

#include "core/casefile.h"

static void
test_moves_H12(void **state)
{
	static const struct {
		const char *name;
		enum case_state from, to;
		bool legal;
	} tests[] = {
		{ "a new case is sorted", CASE_NEW, CASE_TRIAGED, true },
		{ "a new case is resolved by phone", CASE_NEW, CASE_RESOLVED,
		    true },
		{ "nothing becomes new again", CASE_TRIAGED, CASE_NEW,
		    false },
		{ "an owner gives a case back to the pool",
		    CASE_IN_PROGRESS, CASE_TRIAGED, true },
		{ "waiting ends", CASE_WAITING_EMPLOYEE, CASE_IN_PROGRESS,
		    true },
		{ "a case cannot be closed unresolved", CASE_IN_PROGRESS,
		    CASE_CLOSED, false },
		{ "resolved, then closed", CASE_RESOLVED, CASE_CLOSED, true },
		{ "a reply reopens", CASE_RESOLVED, CASE_IN_PROGRESS, true },
		{ "a reply reopens a closed case", CASE_CLOSED,
		    CASE_IN_PROGRESS, true },
		{ "closed does not go back to resolved", CASE_CLOSED,
		    CASE_RESOLVED, false },
		{ "to stay is legal", CASE_CLOSED, CASE_CLOSED, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		if (case_move_is_legal(tests[i].from, tests[i].to) !=
		    tests[i].legal)
			fail_msg("%s", tests[i].name);
}

static void
test_state_names_H12(void **state)
{
	(void)state;
	for (int i = 0; i < CASE_STATE_N; i++) {
		enum case_state s = (enum case_state)i, back;

		assert_true(case_state_parse(case_state_name(s), &back));
		assert_int_equal(back, s);
		assert_non_null(case_state_words(s));
		assert_int_equal(case_state_is_open(s), s < CASE_RESOLVED);
	}
	enum case_state s;

	assert_false(case_state_parse("lost", &s));
}

static void
test_fields_G1(void **state)
{
	struct arena *a = arena_new();
	struct casefile c = company_case(1793631600);
	const char **missing;
	struct err e;

	(void)state;
	assert_string_equal(case_get(&c, "employee-id", a), "E1007");
	assert_string_equal(case_get(&c, "employee", a), "Joan Park");
	assert_string_equal(case_get(&c, "priority", a), "low");
	assert_string_equal(case_get(&c, "opened_at", a),
	    "2026-11-02T15:00:00Z");
	assert_string_equal(case_get(&c, "due at", a), "");
	assert_null(case_get(&c, "colour", a));
	assert_true(case_field_is_known("employee_name"));
	assert_false(case_field_is_known("employee_nam"));
	assert_false(case_field_is_known(""));

	c.division = "";
	c.employee_id = " ";
	struct company *company = company_new(a);

	assert_int_equal(case_missing(&c, &company->policy, a, &missing), 2);
	assert_string_equal(missing[0], "employee-id");
	assert_string_equal(missing[1], "division");
	assert_int_equal(case_set(&c, "division", "West", a, &e), RC_OK);
	assert_int_equal(case_missing(&c, &company->policy, a, &missing), 1);
	arena_free(&a);
}

static void
test_subject_G8(void **state)
{
	static const struct {
		const char *name, *brief, *ee, *id, *client, *client_id,
		    *division, *want;
	} tests[] = {
		{ "all is known", "Overtime", "Joan Park", "E1", "Acme",
		    "C5", "West", "Overtime - Joan Park (E1) - Acme (C5) -"
		    " West" },
		{ "no ids", "Overtime", "Joan Park", "", "Acme", "", "West",
		    "Overtime - Joan Park - Acme - West" },
		{ "no name", "Overtime", "", "E1", "Acme", "C5", "West",
		    "Overtime - (E1) - Acme (C5) - West" },
		{ "no client", "Overtime", "Joan Park", "E1", "", "", "West",
		    "Overtime - Joan Park (E1) - West" },
		{ "only the brief", "Overtime", "", "", "", "", "",
		    "Overtime" },
		{ "only the division", "", "", "", "", "", "West", "West" },
		{ "no brief", "", "Joan Park", "E1", "", "", "",
		    "Joan Park (E1)" },
		{ "nothing", "", "", "", "", "", "", "" },
		{ "values keep their own dashes", "Pay - late (again)", "",
		    "", "", "", "A - B", "Pay - late (again) - A - B" },
		{ "a value cannot break the line", "Pay\r\nBcc: x", "", "",
		    "", "", "", "Pay  Bcc: x" },
		{ "a value is no template", "{{division}}", "", "", "", "",
		    "West", "{{division}} - West" },
	};
	struct arena *a = arena_new();
	struct company *company = company_new(a);

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct casefile c = company_case(0);

		c.brief = tests[i].brief;
		c.employee_name = tests[i].ee;
		c.employee_id = tests[i].id;
		c.client = tests[i].client;
		c.client_id = tests[i].client_id;
		c.division = tests[i].division;
		same_text(tests[i].name,
		    case_compose_subject(&c, &company->policy, a),
		    tests[i].want);
	}
	arena_free(&a);
}

static void
test_due_by_priority_G5(void **state)
{
	static const struct {
		enum priority priority;
		const char *department, *want; /* in New York */
	} tests[] = {
		{ PRIO_LOW, "payroll", "Mon 2026-11-16 10:00" },
		{ PRIO_NORMAL, "payroll", "Mon 2026-11-09 10:00" },
		{ PRIO_HIGH, "payroll", "Wed 2026-11-04 10:00" },
		{ PRIO_URGENT, "payroll", "Tue 2026-11-03 10:00" },
		/* Kolkata is closed by then: it counts from its Tuesday */
		{ PRIO_URGENT, "benefits", "Tue 2026-11-03 22:30" },
		{ PRIO_URGENT, "a department that is gone",
		    "Tue 2026-11-03 10:00" },
	};
	struct arena *a = arena_new();
	struct company *company = company_new(a);
	const struct zone *z = company->office.zone;

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct casefile c = company_case(at(z, "2026-11-02 10:00"));

		c.priority = tests[i].priority;
		c.department = tests[i].department;
		same_text(tests[i].department, clock_text(a, z,
		    case_due(&c, &company->policy, c.opened_at)),
		    tests[i].want);
	}
	arena_free(&a);
}

static void
test_who_answers_for_it_H10(void **state)
{
	struct arena *a = arena_new();
	struct company *company = company_new(a);
	struct casefile c = company_case(0);

	(void)state;
	assert_string_equal(case_owner(&c, &company->policy)->id, "ana");
	assert_string_equal(case_lead(&c, &company->policy)->id, "lee");
	c.owner = "";
	assert_null(case_owner(&c, &company->policy));
	assert_string_equal(case_lead(&c, &company->policy)->id, "lee");
	c.owner = "somebody who left";
	c.team = "a team that is gone";
	assert_null(case_owner(&c, &company->policy));
	assert_string_equal(case_lead(&c, &company->policy)->id, "lee");
	assert_string_equal(case_number(&c, a), "ER-000123");
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_moves_H12),
		cmocka_unit_test(test_state_names_H12),
		cmocka_unit_test(test_fields_G1),
		cmocka_unit_test(test_subject_G8),
		cmocka_unit_test(test_due_by_priority_G5),
		cmocka_unit_test(test_who_answers_for_it_H10),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
