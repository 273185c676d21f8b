/* test_schema.c - the rules that must never break are kept by the schema
 * itself (G6, H12, M3, DESIGN 6). */
#include "store_fixture.h"

#include "base/str.h"

#include <string.h>

/* In the schema a mistake of the program is refused, whoever makes it. */
static void
test_broken_rules_are_refused_G6_H12(void **state)
{
	static const struct {
		const char *name, *sql;
	} tests[] = {
		{ "an open case without a due date",
		    "UPDATE casefile SET due_at = 0" },
		{ "an open case that was due before it was opened",
		    "UPDATE casefile SET due_at = opened_at" },
		{ "an open case without a next step",
		    "UPDATE casefile SET step_due_at = 0" },
		{ "a state that nobody knows",
		    "UPDATE casefile SET state = 'asleep'" },
		{ "a closed case without the time of closing",
		    "UPDATE casefile SET state = 'closed'" },
		{ "a fifth priority", "UPDATE casefile SET priority = 4" },
		{ "a negative risk", "UPDATE casefile SET risk = -1" },
		{ "no owner at all (the queue is '')",
		    "UPDATE casefile SET owner = NULL" },
		{ "a case set open by hand",
		    "UPDATE casefile SET is_open = 1" },
		{ "a case vanishes under its note",
		    "DELETE FROM casefile" },
		{ "an event with a short hash",
		    "INSERT INTO event VALUES"
		    " (1, 1, 1, 1, 'a', 'k', 't', '', x'00')" },
		{ "two events in one place", "INSERT INTO event VALUES"
		    " (1, 1, 1, 1, 'a', 'k', 't', '', zeroblob(32)),"
		    " (2, 1, 1, 1, 'a', 'k', 't', '', zeroblob(32))" },
		{ "a message of an unknown direction", "INSERT INTO message"
		    " VALUES (1, 1, 'up', 0, NULL, NULL, '', '', '', '', '',"
		    " 1, '', '', '', NULL, '')" },
		{ "a mail sent at no time", "INSERT INTO outbox VALUES (1,"
		    " 'mail', 1, 0, '', '', '', '', '', 'm', '', 'd', 'sent',"
		    " 0, 1, 1, 0, '', 0, 1)" },
		{ "a pigeon", "INSERT INTO outbox VALUES (1,"
		    " 'pigeon', 1, 0, '', '', '', '', '', 'm', '', 'd',"
		    " 'queued', 0, 1, 1, 0, '', 0, 1)" },
		{ "a mail without bytes", "INSERT INTO outbox VALUES (1,"
		    " 'mail', 1, 0, '', '', '', '', '', 'm', '', 'd',"
		    " 'queued', 0, 1, 1, 0, '', 0, 77)" },
		{ "two open tasks of a kind", "INSERT INTO task VALUES"
		    " (1, 1, 'call', '', '', 1, 1, 0),"
		    " (2, 1, 'call', '', '', 1, 1, 0)" },
		{ "an employee who is neither here nor gone",
		    "INSERT INTO employee VALUES (1, 'E', '', '', '', '', '',"
		    " '', '', '', '', '', 'asleep', 1)" },
	};
	struct fixture *f = *state;
	int64_t no = open_case(f, "kim");

	assert_ok(f, note_store_add(f->db, no, "case", T0, "kim", "x",
	    &f->e));
	assert_ok(f, db_exec(f->db, "INSERT INTO blob VALUES (1, 0, 0, x'')",
	    &f->e));
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		enum rc rc = db_exec(f->db, tests[i].sql, &f->e);

		/* a column that is not ours to set is a mistake in the SQL */
		if (rc != RC_BAD && !(rc == RC_FAIL &&
		    strstr(f->e.text, "generated") != NULL))
			fail_msg("%s: %s %s", tests[i].name, rc_name(rc),
			    f->e.text);
	}
}

static void
test_what_is_allowed(void **state)
{
	static const char *const tests[] = {
		"UPDATE casefile SET state = 'resolved', due_at = 0,"
		" step_due_at = 0",
		"UPDATE casefile SET state = 'closed', closed_at = 5",
		"INSERT INTO task VALUES (1, 1, 'call', '', '', 1, 1, 9),"
		" (2, 1, 'call', '', '', 1, 1, 0)",
	};
	struct fixture *f = *state;

	(void)open_case(f, "kim");
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		assert_ok(f, db_exec(f->db, tests[i], &f->e));
}

/* Which states are open is said twice, here and in core. */
static void
test_open_means_the_same_in_core_and_store_H12(void **state)
{
	struct fixture *f = *state;

	for (int s = 0; s < CASE_STATE_N; s++) {
		struct casefile c = a_case("kim");
		struct case_tally n;

		c.state = (enum case_state)s;
		c.closed_at = T0;
		assert_ok(f, db_begin(f->db, &f->e));
		assert_ok(f, casefile_store_insert(f->db, &c, &f->e));
		assert_ok(f, casefile_store_tally(f->db, T0, -1, &n, &f->e));
		if (n.open != case_state_is_open(c.state))
			fail_msg("%s", case_state_name(c.state));
		db_rollback(f->db);
	}
}

/* Does the line of a plan say that a table is read from end to end?  "due"
 * and "o" are small results of our own questions. */
static bool
is_scan(const char *line)
{
	return str_has_prefix(line, "SCAN ") &&
	    strstr(line, " INDEX ") == NULL &&
	    strcmp(line, "SCAN CONSTANT ROW") != 0 &&
	    strncmp(line, "SCAN (subquery", 14) != 0 &&
	    strcmp(line, "SCAN due") != 0 && strcmp(line, "SCAN o") != 0;
}

/* Questions that are asked often or at any size of the house go by index
 * (DESIGN 3).  A plan that scans says SCAN without USING ... INDEX. */
static void
test_plans_go_by_index(void **state)
{
	/* these look at all rows, once a night or when a person asks */
	static const char *const may_scan[] = {
		"audit_store.c", "history_verify.c", "migrate.c",
	};
	static const char *const may_scan_sql[] = {
		"FROM outbox WHERE ($1 = ''", "FROM outbox WHERE $1 = ''",
		"WHERE m.outcome = $1", "FROM employee", "FROM address WHERE",
		"WHERE no > 0", "FROM ask a", "UPDATE employee",
	};
	struct fixture *f = *state;

	for (size_t i = 0; db_all_sql[i] != NULL; i++) {
		const struct db_sql *s = db_all_sql[i];
		bool free_to_scan = false;

		for (size_t k = 0; k < 3; k++)
			free_to_scan |= strstr(s->file, may_scan[k]) != NULL;
		for (size_t k = 0; k < s->n && !free_to_scan; k++) {
			struct db_stmt *st = NULL;
			bool known = false;

			for (size_t m = 0; m < 8; m++)
				known |= strstr(s->sql[k],
				    may_scan_sql[m]) != NULL;
			assert_ok(f, db_query(f->db, &st, &f->e,
			    arena_printf(f->a, "EXPLAIN QUERY PLAN %s",
			    s->sql[k]), ""));
			while (!known && db_step(st, &f->e) == RC_OK) {
				const char *p = db_col_text(st, 3, f->a);

				if (is_scan(p))
					fail_msg("%s\n%s", s->sql[k], p);
			}
			db_stmt_free(&st);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(test_broken_rules_are_refused_G6_H12),
		STORE_TEST(test_what_is_allowed),
		STORE_TEST(test_open_means_the_same_in_core_and_store_H12),
		STORE_TEST(test_plans_go_by_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
