/* test_report_store.c - the lists of work lists and digests (G15, W12, L25). */
#include "store_fixture.h"

#include "base/str.h"
#include "store/report_store.h"

#define TODAY (T0 + CW_DAY)

static void
put(struct fixture *f, const struct casefile *c)
{
	struct casefile copy = *c;

	assert_ok(f, casefile_store_insert(f->db, &copy, &f->e));
}

static void
fill(struct fixture *f)
{
	struct casefile c = a_case("kim");

	put(f, &c);            /* 1: Kim's, nothing special */
	c.owner = "";
	c.opened_at = T0 + 60;
	put(f, &c);            /* 2: in the queue since yesterday */
	c.opened_at = T0;
	put(f, &c);            /* 3: a minute older */
	c.opened_at = TODAY;
	put(f, &c);            /* 4: in the queue, of today */
	c.owner = "kim";
	put(f, &c);            /* 5: Kim's, of today */
	c = a_case("sam");
	c.step = 3;
	put(f, &c);            /* 6: Sam's, escalated to the lead */
	c.step = 0;
	c.breaches = 1;
	c.due_at = T0 + 2 * CW_DAY;
	put(f, &c);            /* 7: Sam's, breached, due soon */
	c = a_case("sam");
	c.team = "west";
	c.due_at = T0 + 2 * CW_DAY - 1;
	c.division = "";
	put(f, &c);            /* 8: of the other team, due a bit sooner */
	c = a_case("gone");
	c.client = "";
	put(f, &c);            /* 9: whose owner has left */
	c = a_case("kim");
	c.state = CASE_RESOLVED;
	c.breaches = 1;
	put(f, &c);            /* 10: done */
}

static void
test_lists_of_agents_and_leads_G15_W12_L25(void **state)
{
	static const char *const required[] = { "client", "division" };
	static const char *const live[] = { "kim", "sam" };
	static const struct {
		const char *name;
		enum report_kind kind;
		const char *owner, *team, *want;
	} tests[] = {
		{ "the queue, oldest first", REPORT_QUEUE, "kim", "", "3 2" },
		{ "Kim's", REPORT_MINE, "kim", "", "1" },
		{ "Sam's", REPORT_MINE, "sam", "", "6 7 8" },
		{ "of today, Kim's and the queue's", REPORT_TODAY, "kim", "",
		    "4 5" },
		{ "of today, for Sam", REPORT_TODAY, "sam", "", "4" },
		{ "to be decided in team east", REPORT_DECIDE, "", "east",
		    "6 7" },
		{ "to be decided in team west", REPORT_DECIDE, "", "west",
		    "" },
		{ "due soon, soonest first", REPORT_RISK, "", "", "8 7" },
		{ "due soon, and not in the list of decisions", REPORT_SOON,
		    "", "", "8" },
		{ "due soon in team east", REPORT_RISK, "", "east", "7" },
		{ "owned by nobody", REPORT_UNOWNED, "", "east", "3 2 4" },
		{ "something required is missing", REPORT_INCOMPLETE, "", "",
		    "8 9" },
		{ "of team east", REPORT_INCOMPLETE, "", "east", "9" },
		{ "owned by somebody who left", REPORT_ORPHANED, "", "", "9" },
		{ "none of these in team west", REPORT_ORPHANED, "", "west",
		    "" },
	};
	struct fixture *f = *state;

	fill(f);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct report_scope s = {
			.owner = tests[i].owner, .team = tests[i].team,
			.day_start = TODAY - CW_HOUR,
			.risk_until = T0 + 2 * CW_DAY + 1,
			.escalated_step = 3, .required = required,
			.n_required = 2, .live = live, .n_live = 2,
		};
		struct report_list list;
		struct str got = { 0 };
		int64_t n;

		assert_ok(f, report_store_list(f->db, tests[i].kind, &s, f->a,
		    &list, &f->e));
		for (size_t k = 0; k < list.n; k++)
			str_printf(&got, "%s%lld", k ? " " : "",
			    (long long)list.v[k].no);
		if (!str_eq(str_text(&got), tests[i].want))
			fail_msg("%s: %s", tests[i].name, str_text(&got));
		str_fini(&got);
		assert_ok(f, report_store_count(f->db, tests[i].kind, &s, &n,
		    &f->e));
		assert_int_equal(n, list.n);
		assert_int_equal(list.more, 0);
	}
}

static void
test_open_cases_are_counted(void **state)
{
	static const struct {
		const char *owner, *team;
		int64_t want;
	} tests[] = {
		{ "kim", "", 5 }, { "", "east", 8 }, { "", "west", 1 },
		{ "", "", 9 },
	};
	struct fixture *f = *state;

	fill(f);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct report_scope s = { .owner = tests[i].owner,
			.team = tests[i].team };
		int64_t n;

		assert_ok(f, report_store_open(f->db, &s, &n, &f->e));
		assert_int_equal(n, tests[i].want);
	}
}

/* OF-10: fifty rows and a count. */
static void
test_long_lists_are_cut_G15_OF10(void **state)
{
	struct report_scope s = { .owner = "kim", .team = "",
		.day_start = TODAY };
	struct fixture *f = *state;
	struct report_list list;

	assert_ok(f, db_begin(f->db, &f->e));
	for (int i = 0; i < 57; i++)
		(void)open_case(f, "kim");
	assert_ok(f, db_commit(f->db, &f->e));
	assert_ok(f, report_store_list(f->db, REPORT_MINE, &s, f->a, &list,
	    &f->e));
	assert_int_equal(list.n, 50);
	assert_int_equal(list.more, 7);
	assert_int_equal(list.v[0].no, 1);
}

/* Names of people may contain each other, and characters of LIKE. */
static void
test_who_is_alive_is_told_by_the_whole_name_L25(void **state)
{
	static const char *const live[] = { "kim", "a_b", "sam" };
	static const struct {
		const char *owner;
		bool orphan;
	} tests[] = {
		{ "kim", false }, { "ki", true }, { "kim.lee", true },
		{ "a_b", false }, { "acb", true }, { "sam", false },
		{ "a", true }, { "", false },
	};
	struct fixture *f = *state;
	struct report_scope s = { .team = "", .live = live, .n_live = 3 };

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		int64_t n;

		assert_ok(f, db_begin(f->db, &f->e));
		(void)open_case(f, tests[i].owner);
		assert_ok(f, report_store_count(f->db, REPORT_ORPHANED, &s, &n,
		    &f->e));
		if (n != tests[i].orphan)
			fail_msg("'%s'", tests[i].owner);
		db_rollback(f->db);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(test_lists_of_agents_and_leads_G15_W12_L25),
		STORE_TEST(test_open_cases_are_counted),
		STORE_TEST(test_long_lists_are_cut_G15_OF10),
		STORE_TEST(test_who_is_alive_is_told_by_the_whole_name_L25),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
