/* test_audit.c - every broken invariant is found, and only it (G6, L24). */
#include "store_fixture.h"

#include "store/agenda_store.h"
#include "store/audit_store.h"
#include "store/history_store.h"

#include <string.h>

/* One open case and one resolved one, as they should be. */
static void
fill(struct fixture *f)
{
	static const char *const kinds[] = { "step", "due", "weekly" };
	struct casefile done = a_case("kim");
	int64_t no = open_case(f, "kim");

	for (size_t i = 0; i < 3; i++)
		assert_ok(f, agenda_store_set(f->db, no, kinds[i], "",
		    T0 + CW_DAY, &f->e));
	done.state = CASE_RESOLVED;
	assert_ok(f, casefile_store_insert(f->db, &done, &f->e));
	for (int64_t i = 1; i <= 2; i++)
		assert_ok(f, history_store_add(f->db, i, T0, "kim", "state",
		    "opened", "", &f->e));
}

static void
test_each_rule_finds_its_violation_G6(void **state)
{
	static const struct {
		const char *rule, *what;
		int64_t no;
		bool quick;
	} tests[] = {
		{ "due-ahead", "UPDATE casefile SET opened_at = 1, due_at = 2"
		    " WHERE no = 1", 1, true },
		{ "alarm-ahead", "UPDATE agenda SET due_at = 5"
		    " WHERE kind = 'weekly'", 1, true },
		{ "alarm-ahead", "INSERT INTO agenda VALUES"
		    " (0, 'digest', 'kim', 7)", 0, true },
		{ "has-step", "DELETE FROM agenda WHERE kind = 'step'", 1,
		    false },
		{ "has-due", "DELETE FROM agenda WHERE kind = 'due'", 1,
		    false },
		{ "has-weekly", "DELETE FROM agenda WHERE kind = 'weekly'", 1,
		    false },
		{ "ended", "INSERT INTO agenda VALUES (2, 'due-warning', '',"
		    " 9999999999)", 2, false },
		{ "step-agrees", "UPDATE casefile SET step_due_at = 7"
		    " WHERE no = 1", 1, false },
		{ "alarm-has-case", "INSERT INTO agenda VALUES (9, 'step', '',"
		    " 9999999999)", 9, false },
		{ "mail-handled", "INSERT INTO blob VALUES (1, 0, 0, x'');"
		    "INSERT INTO spool VALUES (4, 'hr', 1, 1, '', x'00', 1, 1,"
		    " 1, 'new', 0, '', 1)", 0, false },
		{ "mail-sent", "INSERT INTO blob VALUES (1, 0, 0, x'');"
		    "INSERT INTO outbox VALUES (1, 'mail', 1, 0, 'ack',"
		    " 'a@b', '', '', '', 'm', '', 'd', 'sending', 1, 1, 1, 0,"
		    " '', 0, 1)", 1, false },
		{ "sent-at", "INSERT INTO blob VALUES (1, 0, 0, x'');"
		    "PRAGMA ignore_check_constraints = ON;"
		    "INSERT INTO outbox VALUES (1, 'mail', 1, 0, 'ack',"
		    " 'a@b', '', '', '', 'm', '', 'd', 'sent', 1, 1, 1, 0,"
		    " '', 0, 1)", 1, false },
		{ "has-history", "DELETE FROM event_head WHERE case_no = 2", 2,
		    false },
	};
	struct fixture *f = *state;
	struct audit_finding *v;
	size_t n;

	fill(f);
	assert_ok(f, audit_store_check(f->db, T0, 9, f->a, &v, &n, &f->e));
	assert_int_equal(n, 0);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		assert_ok(f, db_begin(f->db, &f->e));
		assert_ok(f, db_exec(f->db, tests[i].what, &f->e));
		assert_ok(f, audit_store_check(f->db, T0, 9, f->a, &v, &n,
		    &f->e));
		if (n != 1 || strcmp(v[0].rule, tests[i].rule) != 0 ||
		    v[0].case_no != tests[i].no || strlen(v[0].text) < 10)
			fail_msg("%s: %zu findings, first %s", tests[i].rule, n,
			    n > 0 ? v[0].rule : "none");
		assert_ok(f, audit_store_quick(f->db, T0, 9, f->a, &v, &n,
		    &f->e));
		if (n != tests[i].quick)
			fail_msg("%s, quick: %zu", tests[i].rule, n);
		db_rollback(f->db);
	}
}

static void
test_time_makes_findings_and_max_bounds_them_G6(void **state)
{
	struct fixture *f = *state;
	struct audit_finding *v;
	size_t n;

	fill(f);
	/* when three alarms and then the due date have passed */
	assert_ok(f, audit_store_quick(f->db, T0 + CW_DAY, 9, f->a, &v, &n,
	    &f->e));
	assert_int_equal(n, 3);
	assert_ok(f, audit_store_check(f->db, T0 + 14 * CW_DAY, 9, f->a, &v,
	    &n, &f->e));
	assert_int_equal(n, 4);
	assert_string_equal(v[0].rule, "due-ahead");
	assert_ok(f, audit_store_check(f->db, T0 + 14 * CW_DAY, 2, f->a, &v,
	    &n, &f->e));
	assert_int_equal(n, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(test_each_rule_finds_its_violation_G6),
		STORE_TEST(test_time_makes_findings_and_max_bounds_them_G6),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
