/* test_stores.c - cases and what hangs on them, time, people (G1, G7, G12,
 * G22, M6, W2, W6). */
#include "store_fixture.h"

#include "base/str.h"
#include "store/agenda_store.h"
#include "store/audit_store.h"
#include "store/person_store.h"

#include <string.h>

/* STYLE 9: a statement with a mistake in it is found here, not in use. */
static void
test_every_statement_prepares(void **state)
{
	struct fixture *f = *state;
	size_t n = 0;

	for (size_t i = 0; db_all_sql[i] != NULL; i++) {
		const struct db_sql *s = db_all_sql[i];

		for (size_t k = 0; k < s->n; k++, n++) {
			struct db_stmt *st = NULL;

			if (s->sql[k] == NULL)
				fail_msg("%s: statement %zu is missing",
				    s->file, k);
			if (db_prepare(f->db, s->sql[k], &st, &f->e) != RC_OK)
				fail_msg("%s: %s: %s", s->file, s->sql[k],
				    f->e.text);
			db_stmt_free(&st);
		}
	}
	assert_true(n > 100);
}

static void
test_meta(void **state)
{
	struct fixture *f = *state;
	char *v;

	assert_rc(meta_store_get(f->db, "k", f->a, &v, &f->e), RC_NONE);
	assert_ok(f, meta_store_set(f->db, "k", "1", &f->e));
	assert_ok(f, meta_store_set(f->db, "k", "2", &f->e));
	assert_ok(f, meta_store_get(f->db, "k", f->a, &v, &f->e));
	assert_string_equal(v, "2");
}

/* --- cases --- */

/* Every field of a case, each different, comes back where it belongs. */
static void
test_a_case_comes_back_whole_G1(void **state)
{
	struct fixture *f = *state;
	struct casefile c = {
		.state = CASE_WAITING_DEPARTMENT, .priority = PRIO_HIGH,
		.risk = RISK_CONFIDENTIAL, .category = "t1", .type = "t2",
		.department = "t3", .owner = "t4", .notify_user = "t5",
		.team = "t6", .employee_name = "t7", .employee_email = "t8",
		.employee_id = "t9", .client = "t10", .client_id = "t11",
		.division = "t12", .language = "t13", .zone_name = "t14",
		.brief = "t15", .subject = "t16", .public_title = "t17",
		.reported_by = "t18", .stoppage_reason = "t19",
		.escalated_why = "t20", .resolution = "t21",
		.opened_at = 1, .due_at = 2, .resolved_at = 3, .closed_at = 4,
		.step = 5, .chain = 6, .step_due_at = 7, .step_planned_at = 8,
		.step_postponed = true, .climbed_at = 9,
		.ladder_from = 14,
		.department_answered_at = 10, .employee_told_at = 11,
		.waiting_until = 12, .breaches = 13,
		.resolution_proposed = true, .resolution_in_attachment = false,
		.needs_directory_check = true, .has_unreviewed = true,
	}, got;
	const char *const *texts = &got.category;

	assert_ok(f, casefile_store_insert(f->db, &c, &f->e));
	assert_int_equal(c.no, 1);
	assert_int_equal(c.version, 1);
	assert_ok(f, casefile_store_get(f->db, 1, f->a, &got, &f->e));
	for (int i = 0; i < 20; i++)
		assert_string_equal(texts[i], arena_printf(f->a, "t%d", i + 1));
	assert_string_equal(got.resolution, "t21");
	assert_int_equal(got.state, CASE_WAITING_DEPARTMENT);
	assert_int_equal(got.priority, PRIO_HIGH);
	assert_int_equal(got.risk, RISK_CONFIDENTIAL);
	/* the numbers stand in a row in the struct: compare them with what
	 * went in, text pointers made the same first */
	got.resolution = c.resolution;
	assert_memory_equal(&got.opened_at, &c.opened_at,
	    sizeof(c) - offsetof(struct casefile, opened_at));

	c.chain = 99;
	c.has_unreviewed = false;
	assert_ok(f, casefile_store_update(f->db, &c, &f->e));
	assert_int_equal(c.version, 2);
	assert_ok(f, casefile_store_get(f->db, 1, f->a, &got, &f->e));
	assert_int_equal(got.chain, 99);
	assert_int_equal(got.version, 2);
	assert_string_equal(got.division, "t12");
	assert_false(got.has_unreviewed);
	assert_rc(casefile_store_get(f->db, 2, f->a, &got, &f->e), RC_NONE);
}

static void
test_two_people_change_a_case_W6(void **state)
{
	struct fixture *f = *state;
	struct casefile one, two;
	int64_t no = open_case(f, "kim");

	assert_ok(f, casefile_store_get(f->db, no, f->a, &one, &f->e));
	assert_ok(f, casefile_store_get(f->db, no, f->a, &two, &f->e));
	one.owner = "sam";
	assert_ok(f, casefile_store_update(f->db, &one, &f->e));
	two.owner = "pat";
	assert_rc(casefile_store_update(f->db, &two, &f->e), RC_RETRY);
	assert_non_null(strstr(f->e.text, "modified by another user"));
	assert_ok(f, casefile_store_get(f->db, no, f->a, &two, &f->e));
	assert_string_equal(two.owner, "sam");
}

static void
test_case_lists_W2(void **state)
{
	static const struct {
		const char *name;
		struct case_filter f;
		const char *want; /* numbers of the cases */
	} tests[] = {
		{ "everything", { .is_open = -1 }, "1 2 3 4 5" },
		{ "open", { .is_open = 1 }, "1 2 3 4" },
		{ "done", { .is_open = 0 }, "5" },
		{ "Kim's", { .is_open = 1, .owner = "kim" }, "1 3" },
		{ "Kim's, done ones too", { .is_open = -1, .owner = "kim" },
		    "1 3 5" },
		{ "the queue", { .is_open = 1, .owner_is_queue = "" }, "2 4" },
		{ "team west", { .is_open = 1, .team = "west" }, "4" },
		{ "of benefits", { .is_open = 1, .department = "benefits" },
		    "3" },
		{ "of an employee", { .is_open = -1,
		    .employee_email = "bo@example.com" }, "2" },
		{ "in a state", { .is_open = -1, .state = "resolved" }, "5" },
		{ "due before Tuesday", { .is_open = 1,
		    .due_before = T0 + CW_DAY }, "1" },
		{ "opened lately", { .is_open = -1,
		    .opened_since = T0 + 3 }, "4 5" },
		{ "Kim's of benefits", { .is_open = 1, .owner = "kim",
		    .department = "benefits" }, "3" },
		{ "the first two", { .is_open = 1, .limit = 2 }, "1 2" },
		{ "nobody's", { .is_open = 1, .owner = "nobody" }, "" },
	};
	struct fixture *f = *state;

	for (int i = 0; i < 5; i++) {
		struct casefile c = a_case(i % 2 == 0 ? "kim" : "");

		c.opened_at += i;
		if (i == 0)
			c.due_at = T0 + CW_HOUR;
		if (i == 1)
			c.employee_email = "bo@example.com";
		if (i == 2)
			c.department = "benefits";
		if (i == 3)
			c.team = "west";
		if (i == 4)
			c.state = CASE_RESOLVED;
		assert_ok(f, casefile_store_insert(f->db, &c, &f->e));
	}
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct str got = { 0 };
		struct casefile *v;
		size_t n;

		assert_ok(f, casefile_store_list(f->db, &tests[i].f, f->a, &v,
		    &n, &f->e));
		for (size_t k = 0; k < n; k++)
			str_printf(&got, "%s%lld", k ? " " : "",
			    (long long)v[k].no);
		if (!str_eq(str_text(&got), tests[i].want))
			fail_msg("%s: %s", tests[i].name, str_text(&got));
		str_fini(&got);
	}
}

static void
test_case_tally_W2(void **state)
{
	static const struct {
		int64_t at_most, open, unowned, overdue;
	} tests[] = { { -1, 5, 3, 2 }, { 10, 5, 3, 2 }, { 3, 3, 3, 2 },
		{ 1, 1, 1, 1 } };
	struct fixture *f = *state;
	struct case_tally n;

	for (int i = 0; i < 6; i++) {
		struct casefile c = a_case(i % 2 == 0 ? "kim" : "");

		c.due_at = i < 2 ? T0 + CW_HOUR : c.due_at;
		c.state = i == 4 ? CASE_RESOLVED : c.state;
		assert_ok(f, casefile_store_insert(f->db, &c, &f->e));
	}
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		assert_ok(f, casefile_store_tally(f->db, T0 + CW_DAY,
		    tests[i].at_most, &n, &f->e));
		assert_int_equal(n.open, tests[i].open);
		assert_int_equal(n.unowned, tests[i].unowned);
		assert_int_equal(n.overdue, tests[i].overdue);
	}
}

static void
test_notes_tasks_subscribers_G12_G13_G18(void **state)
{
	struct fixture *f = *state;
	int64_t no = open_case(f, "kim");
	struct case_facts facts;
	struct note *v;
	size_t n;

	assert_ok(f, note_store_add(f->db, no, "internal", T0, "kim", "one",
	    &f->e));
	assert_ok(f, note_store_add(f->db, no, "case", T0 + 1, "kim", "two",
	    &f->e));
	assert_rc(note_store_add(f->db, no, "public", T0, "kim", "x", &f->e),
	    RC_BAD);
	assert_ok(f, note_store_list(f->db, no, f->a, &v, &n, &f->e));
	assert_int_equal(n, 2);
	assert_string_equal(v[1].kind, "case");
	assert_string_equal(v[1].text, "two");

	assert_ok(f, task_store_open(f->db, no, "call", "kim", "call them", T0,
	    T0 + 5, &f->e));
	assert_ok(f, task_store_open(f->db, no, "call", "sam", "call again",
	    T0 + 1, T0 + 9, &f->e)); /* not doubled */
	assert_ok(f, task_store_open(f->db, no, "confirm", "kim", "sure?", T0,
	    T0 + 5, &f->e));
	assert_ok(f, task_store_done(f->db, no, "confirm", T0 + 2, &f->e));
	for (int i = 0; i < 2; i++)
		assert_ok(f, subscriber_store_add(f->db, no, "CRM/HR", &f->e));
	assert_ok(f, subscriber_store_add(f->db, no, "Payroll", &f->e));
	assert_ok(f, subscriber_store_remove(f->db, no, "Payroll", &f->e));
	assert_ok(f, facts_store_load(f->db, no, NULL, 0, f->a, &facts,
	    &f->e));
	assert_int_equal(facts.n_tasks, 1);
	assert_string_equal(facts.tasks[0].owner, "sam");
	assert_int_equal(facts.tasks[0].due_at, T0 + 9);
	assert_int_equal(facts.n_subscribers, 1);
	assert_string_equal(facts.subscribers[0], "CRM/HR");

	assert_ok(f, task_store_done(f->db, no, "call", T0 + 2, &f->e));
	assert_ok(f, task_store_open(f->db, no, "call", "kim", "once more",
	    T0 + 3, T0 + 5, &f->e));
	assert_int_equal(number_of(f, "SELECT count(*) FROM task"), 3);
	assert_ok(f, task_store_open(f->db, no, "confirm", "kim", "sure?", T0,
	    T0 + 5, &f->e));
	assert_ok(f, task_store_done(f->db, no, "", T0 + 4, &f->e)); /* all */
	assert_int_equal(number_of(f,
	    "SELECT count(*) FROM task WHERE done_at = 0"), 0);
}

/* --- time --- */

static void
test_agenda(void **state)
{
	struct fixture *f = *state;
	struct agenda_row *v;
	cw_time at;
	size_t n;

	assert_ok(f, agenda_store_set(f->db, 2, "step", "", T0 + 2, &f->e));
	assert_ok(f, agenda_store_set(f->db, 1, "due", "", T0 + 1, &f->e));
	assert_ok(f, agenda_store_set(f->db, 1, "step", "", T0 + 9, &f->e));
	assert_ok(f, agenda_store_set(f->db, 1, "step", "", T0, &f->e));
	assert_ok(f, agenda_store_set(f->db, 0, "digest", "kim", T0 + 3,
	    &f->e));
	assert_ok(f, agenda_store_set(f->db, 0, "digest", "sam", T0 + 4,
	    &f->e));

	assert_ok(f, agenda_store_due(f->db, T0 + 2, 9, f->a, &v, &n, &f->e));
	assert_int_equal(n, 3);
	assert_string_equal(v[0].kind, "step");
	assert_string_equal(v[1].kind, "due");
	assert_int_equal(v[2].case_no, 2);
	assert_ok(f, agenda_store_due(f->db, T0 + 2, 1, f->a, &v, &n, &f->e));
	assert_int_equal(n, 1);
	assert_ok(f, agenda_store_due(f->db, T0 - 1, 9, f->a, &v, &n, &f->e));
	assert_int_equal(n, 0);
	assert_ok(f, agenda_store_next(f->db, 5, f->a, &v, &n, &f->e));
	assert_int_equal(n, 5);
	assert_string_equal(v[4].key, "sam");
	assert_ok(f, agenda_store_of_case(f->db, 1, f->a, &v, &n, &f->e));
	assert_int_equal(n, 2);

	assert_ok(f, agenda_store_get(f->db, 1, "due", "", &at, &f->e));
	assert_int_equal(at, T0 + 1);
	assert_rc(agenda_store_get(f->db, 1, "weekly", "", &at, &f->e),
	    RC_NONE);
	assert_ok(f, agenda_store_clear(f->db, 0, "digest", "kim", &f->e));
	assert_rc(agenda_store_get(f->db, 0, "digest", "kim", &at, &f->e),
	    RC_NONE);
	assert_ok(f, agenda_store_clear(f->db, 0, "digest", "", &f->e));
	assert_ok(f, agenda_store_clear(f->db, 1, "", "", &f->e));
	assert_ok(f, agenda_store_next(f->db, 9, f->a, &v, &n, &f->e));
	assert_int_equal(n, 1);
	assert_int_equal(v[0].case_no, 2);
}

/* --- people --- */

static void
put_person(struct fixture *f, const char *id, const char *name,
    const char *email, const char *status, cw_time at)
{
	struct employee_row p = {
		.employee_id = id, .name = name, .email = email,
		.client = "Northwind", .client_id = "NW", .division = "D7",
		.region = "north", .zone = "Europe/Berlin", .language = "de",
		.manager = "E1", .status = status,
	};

	assert_ok(f, person_store_upsert(f->db, &p, at, &f->e));
}

static void
test_the_directory_G7(void **state)
{
	static const struct {
		const char *name, *like, *want;
	} lists[] = {
		{ "everybody", "", "E1 E2 E4 E3" },
		{ "part of a name", "LEE", "E1 E2" },
		{ "an address", "bo@", "E3" }, { "an id", "e4", "E4" },
		{ "a percent sign is no wildcard", "%", "" },
		{ "nor is an underscore", "_", "E4" },
	};
	struct fixture *f = *state;
	struct employee_row p, *v;
	int64_t left;
	size_t n;

	put_person(f, "E1", "Ann Lee", "Ann.Lee@example.com", "active", T0);
	put_person(f, "E2", "Ann Lee", "ann2@example.com", "active", T0);
	put_person(f, "E3", "Old Bo", "bo@example.com", "active", T0);
	put_person(f, "E3", "New Bo", "bo@example.com", "active", T0 + 9);
	put_person(f, "E4", "Cy_Re", "shared@example.com", "active", T0 + 9);

	assert_ok(f, person_store_by_email(f->db, "ANN.LEE@example.com", f->a,
	    &p, &f->e));
	assert_string_equal(p.employee_id, "E1");
	assert_string_equal(p.zone, "Europe/Berlin");
	assert_rc(person_store_by_email(f->db, "", f->a, &p, &f->e), RC_NONE);
	assert_ok(f, person_store_by_employee_id(f->db, "E3", f->a, &p,
	    &f->e));
	assert_string_equal(p.name, "New Bo");
	assert_ok(f, person_store_by_name(f->db, "new bo", f->a, &p, &f->e));
	assert_rc(person_store_by_name(f->db, "Ann Lee", f->a, &p, &f->e),
	    RC_NONE); /* which of the two? */
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct str got = { 0 };

		assert_ok(f, person_store_list(f->db, lists[i].like, 9, f->a,
		    &v, &n, &f->e));
		for (size_t k = 0; k < n; k++)
			str_printf(&got, "%s%s", k ? " " : "",
			    v[k].employee_id);
		if (!str_eq(str_text(&got), lists[i].want))
			fail_msg("%s: %s", lists[i].name, str_text(&got));
		str_fini(&got);
	}
	assert_ok(f, person_store_mark_left(f->db, T0 + 9, &left, &f->e));
	assert_int_equal(left, 2);
	put_person(f, "E5", "Dee", "ann.lee@example.com", "active", T0 + 9);
	assert_ok(f, person_store_by_email(f->db, "ann.lee@example.com", f->a,
	    &p, &f->e));
	assert_string_equal(p.employee_id, "E5"); /* who is here now */
	assert_ok(f, person_store_count(f->db, &left, &f->e));
	assert_int_equal(left, 5);
}

static void
test_addresses_M6_AR12_G21(void **state)
{
	struct fixture *f = *state;
	struct address_state s, *v;
	size_t n;

	assert_rc(address_store_get(f->db, "a@x.org", f->a, &s, &f->e),
	    RC_NONE);
	assert_ok(f, address_store_undeliverable(f->db, "A@x.org", T0,
	    "5.1.1", &f->e));
	assert_ok(f, address_store_absent(f->db, "a@x.org", T0, T0 + 5,
	    "b@x.org", &f->e));
	assert_ok(f, address_store_get(f->db, "a@X.org", f->a, &s, &f->e));
	assert_string_equal(s.email, "a@x.org");
	assert_int_equal(s.undeliverable_since, T0);
	assert_int_equal(s.absent_until, T0 + 5);
	assert_string_equal(s.deputy, "b@x.org");
	assert_ok(f, address_store_list(f->db, f->a, &v, &n, &f->e));
	assert_int_equal(n, 1);
	assert_ok(f, address_store_undeliverable(f->db, "a@x.org", 0, "",
	    &f->e));
	assert_ok(f, address_store_absent(f->db, "a@x.org", 0, 0, "", &f->e));
	assert_ok(f, address_store_list(f->db, f->a, &v, &n, &f->e));
	assert_int_equal(n, 0);
}

/* BN-13: three soft bounces within 14 days are a hard one. */
static void
test_soft_bounces_M6_BN13(void **state)
{
	static const struct {
		const char *name;
		int day[5];
		const char *hard; /* one letter a bounce */
	} tests[] = {
		{ "three in a week", { 0, 3, 6, -1, 0 }, "..H" },
		{ "three in exactly 14 days", { 0, 3, 14, -1, 0 }, "..H" },
		{ "three in 15 days", { 0, 3, 15, -1, 0 }, "..." },
		{ "the last three of four", { 0, 13, 15, 16, -1 }, "...H" },
		{ "once a fortnight", { 0, 14, 28, 42, 56 }, "....." },
		{ "every day", { 0, 1, 2, 3, 4 }, "..HHH" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		char *who = arena_printf(f->a, "p%zu@x.org", i);
		bool hard;

		for (size_t k = 0; k < strlen(tests[i].hard); k++) {
			assert_ok(f, address_store_soft_bounce(f->db, who,
			    T0 + tests[i].day[k] * CW_DAY, &hard, &f->e));
			if (hard != (tests[i].hard[k] == 'H'))
				fail_msg("%s: bounce %zu", tests[i].name, k);
		}
		/* a mail from that address starts the count anew */
		assert_ok(f, address_store_undeliverable(f->db, who, 0, "",
		    &f->e));
		assert_ok(f, address_store_soft_bounce(f->db, who,
		    T0 + 90 * CW_DAY, &hard, &f->e));
		assert_false(hard);
	}
}

static void
test_the_silence_ledger(void **state)
{
	static const struct {
		const char *department;
		int asked, answered; /* hours, 0: never */
	} asks[] = {
		{ "payroll", 1, 3 }, { "payroll", 2, 12 },
		{ "payroll", 3, 7 },                 /* 2, 10, 4: median 4 */
		{ "benefits", 1, 3 }, { "benefits", 1, 5 }, /* 2, 4: 3 */
		{ "legal", 1, 0 }, { "legal", 2, 0 },
		{ "old", -100, -50 },                /* before the window */
		{ "late", -90, 0 },                  /* but it still owes */
	};
	struct fixture *f = *state;
	struct silence_row *v;
	size_t n;

	for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++) {
		int64_t no = open_case(f, "kim");

		assert_ok(f, ask_store_asked(f->db, no, asks[i].department,
		    T0 + asks[i].asked * CW_HOUR, &f->e));
		if (asks[i].answered != 0)
			assert_ok(f, ask_store_answered(f->db, no,
			    T0 + asks[i].answered * CW_HOUR, &f->e));
	}
	assert_ok(f, ask_store_ledger(f->db, T0, f->a, &v, &n, &f->e));
	assert_int_equal(n, 4);
	assert_string_equal(v[0].department, "legal");
	assert_int_equal(v[0].median_answer, -1);
	assert_int_equal(v[0].nudges, 2);
	assert_int_equal(v[0].waiting, 2);
	assert_string_equal(v[1].department, "late");
	assert_int_equal(v[1].nudges, 0);
	assert_int_equal(v[1].waiting, 1);
	assert_string_equal(v[2].department, "payroll");
	assert_int_equal(v[2].median_answer, 4 * CW_HOUR);
	assert_int_equal(v[3].median_answer, 3 * CW_HOUR);
	assert_int_equal(v[3].waiting, 0);
}

/* G22: what the directory says now stands beside the case. */
static void
test_facts_G22(void **state)
{
	const char *const emails[] = { "contact@example.com", "x@x.org", "" };
	struct fixture *f = *state;
	int64_t no = open_case(f, "kim");
	struct case_facts got;

	assert_rc(facts_store_load(f->db, 99, NULL, 0, f->a, &got, &f->e),
	    RC_NONE);
	assert_ok(f, facts_store_load(f->db, no, emails, 3, f->a, &got,
	    &f->e));
	assert_false(got.employee_known);
	assert_string_equal(got.directory_division, "");
	assert_int_equal(got.n_addresses + got.n_history, 0);

	put_person(f, "E1001", "Ann Lee", "ann.lee@example.com", "left", T0);
	assert_ok(f, address_store_absent(f->db, "contact@example.com",
	    0, T0 + 5, "", &f->e));
	assert_ok(f, address_store_undeliverable(f->db, "ann.lee@example.com",
	    T0, "5.1.1", &f->e));
	assert_ok(f, facts_store_load(f->db, no, emails, 3, f->a, &got,
	    &f->e));
	assert_true(got.employee_known);
	assert_true(got.employee_left);
	assert_string_equal(got.directory_division, "D7");
	assert_int_equal(got.n_addresses, 2);
	assert_string_equal(got.addresses[0].email, "ann.lee@example.com");
	assert_int_equal(got.c.no, no);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(test_every_statement_prepares),
		STORE_TEST(test_meta),
		STORE_TEST(test_a_case_comes_back_whole_G1),
		STORE_TEST(test_two_people_change_a_case_W6),
		STORE_TEST(test_case_lists_W2),
		STORE_TEST(test_case_tally_W2),
		STORE_TEST(test_notes_tasks_subscribers_G12_G13_G18),
		STORE_TEST(test_agenda),
		STORE_TEST(test_the_directory_G7),
		STORE_TEST(test_addresses_M6_AR12_G21),
		STORE_TEST(test_soft_bounces_M6_BN13),
		STORE_TEST(test_the_silence_ledger),
		STORE_TEST(test_facts_G22),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
