/* test_ladder.c - the ladder, the due date and the weekly word, day by day. */
#include "fixture_sim.h"

#include "core/forecast.h"

/* The table of DESIGN 3.1, without the two mails of the opening itself. */
static const char design_table[] =
    "Tue 2026-11-03 10:00 status-request kim\n"
    "Tue 2026-11-03 10:00 chat payroll\n"
    "Thu 2026-11-05 10:00 reminder kim\n"
    "Thu 2026-11-05 10:00 task:call ana\n"
    "Thu 2026-11-05 10:00 call-task ana\n"
    "Mon 2026-11-09 10:00 escalation-lead lee\n"
    "Mon 2026-11-09 10:00 weekly-update joan\n"
    "Tue 2026-11-10 10:00 escalation-leadership dana\n"
    "Tue 2026-11-10 10:00 escalation-leadership lee\n"
    "Thu 2026-11-12 10:00 escalation-supervisor sam\n"
    "Fri 2026-11-13 10:00 due-warning ana\n"
    "Fri 2026-11-13 10:00 due-warning lee\n";

/* On Monday step, due date and weekly word fall together; their order in
 * one pass does not matter, the mails do. */
static const char design_monday[] =
    "Mon 2026-11-16 10:00 escalation-supervisor maria\n"
    "Mon 2026-11-16 10:00 weekly-update joan\n"
    "Mon 2026-11-16 10:00 breach \n";

static const char design_later[] =
    "Wed 2026-11-18 10:00 escalation-supervisor omar\n"
    "Fri 2026-11-20 10:00 escalation-supervisor omar\n"
    "Mon 2026-11-23 10:00 weekly-update joan\n"
    "Tue 2026-11-24 10:00 escalation-supervisor omar\n";

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The same lines in the order of the alphabet. */
static const char *
sorted(struct arena *a, const char *text)
{
	char **v = NULL, *copy = arena_strdup(a, text), *rest = NULL;
	size_t n = 0, cap = 0;
	const char *out = "";

	for (char *l = strtok_r(copy, "\n", &rest); l != NULL;
	    l = strtok_r(NULL, "\n", &rest))
		*ARENA_PUSH(a, v, n, cap) = l;
	qsort(v, n, sizeof(*v), by_text);
	for (size_t i = 0; i < n; i++)
		out = arena_printf(a, "%s%s\n", out, v[i]);
	return out;
}

static void
test_design_table_G6_G16_G17_G18_G19_G20(void **state)
{
	struct arena *a = arena_new();
	struct sim *s = sim_new(a, "2026-11-02 10:00");

	(void)state;
	assert_int_equal(s->f.c.due_at, at(s->zone, "2026-11-16 10:00"));
	sim_run(s, "2026-11-03 09:59");
	assert_string_equal(sim_log(s), ""); /* G16: not within a day */
	sim_run(s, "2026-11-13 23:00");
	assert_string_equal(sim_log(s), design_table);
	assert_int_equal(s->f.c.state, CASE_WAITING_DEPARTMENT);
	sim_run(s, "2026-11-16 23:00");
	assert_string_equal(sorted(a, sim_log(s)), sorted(a, design_monday));
	assert_int_equal(s->f.c.due_at, at(s->zone, "2026-11-30 10:00"));
	assert_int_equal(s->f.c.breaches, 1);
	sim_run(s, "2026-11-24 23:00");
	assert_string_equal(sim_log(s), design_later);
	sim_fini(s);
	arena_free(&a);
}

/* The same future, foretold on the opening day, and facts left alone. */
static void
test_forecast_is_what_happens(void **state)
{
	struct arena *a = arena_new();
	struct sim *s = sim_new(a, "2026-11-02 10:00");
	struct casefile before = s->f.c;
	struct forecast_line *lines;
	const char *told = "";
	size_t n;

	(void)state;
	assert_int_equal(forecast_case(&s->f, s->ag.v, s->ag.n, s->p,
	    at(s->zone, "2026-12-31 23:00"), a, &lines, &n), RC_OK);
	for (size_t i = 0; i < n; i++) {
		const struct forecast_line *l = &lines[i];
		const char *what = l->template_name;

		if (str_eq(l->kind, "state"))
			continue;
		if (str_eq(l->kind, "task"))
			what = arena_printf(a, "task:%s", what);
		else if (str_eq(l->kind, "webhook"))
			what = "chat";
		else if (str_eq(l->kind, "breach"))
			what = "breach";
		told = arena_printf(a, "%s%s %s %.*s\n", told,
		    clock_text(a, s->zone, l->at), what,
		    (int)strcspn(l->to, "@"), l->to);
	}
	assert_memory_equal(&before, &s->f.c, sizeof(before));
	assert_int_equal(s->f.n_tasks, 0);
	sim_run(s, "2026-12-31 23:00");
	assert_string_equal(sorted(a, told), sorted(a, sim_log(s)));
	assert_memory_equal(told, design_table, strlen(design_table));

	assert_int_equal(forecast_case(&s->f, s->ag.v, s->ag.n, s->p,
	    at(s->zone, "2226-12-31 23:00"), a, &lines, &n), RC_FAIL);
	assert_true(n >= FORECAST_MAX_LINES);
	sim_fini(s);
	arena_free(&a);
}

static void
test_answers_postpone_once_G18_G19(void **state)
{
	static const struct {
		const char *name;
		const char *answers[3]; /* at, or NULL */
		const char *want_step_due; /* after the last answer */
	} tests[] = {
		{ "an answer before the first request",
		    { "2026-11-02 15:00" }, "Wed 2026-11-04 15:00" },
		{ "the second answer does not postpone again",
		    { "2026-11-02 15:00", "2026-11-04 12:00" },
		    "Wed 2026-11-04 15:00" },
		{ "an answer after the first request",
		    { "2026-11-04 12:00" }, "Fri 2026-11-06 12:00" },
		{ "an early answer changes nothing",
		    { "2026-11-03 10:00" }, "Thu 2026-11-05 10:00" },
		{ "an answer after the reminder holds the lead",
		    { "2026-11-06 12:00" }, "Tue 2026-11-10 12:00" },
		{ "but never past two business days from its date",
		    { "2026-11-02 15:00", "2026-11-06 14:00",
		    "2026-11-10 16:00" }, "Wed 2026-11-11 10:00" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct sim *s = sim_new(a, "2026-11-02 10:00");

		for (size_t k = 0; k < 3 && tests[i].answers[k] != NULL; k++) {
			sim_run(s, tests[i].answers[k]);
			sim_answer(s);
		}
		same_text(tests[i].name, clock_text(a, s->zone,
		    s->f.c.step_due_at), tests[i].want_step_due);
		assert_int_equal(agenda_find(&s->ag, "step", "")->due_at,
		    s->f.c.step_due_at);
		sim_fini(s);
	}
	arena_free(&a);
}

/* The reminder was held back as long as it may be and its pass came late:
 * the lead's last date stands. */
static void
test_late_pass_does_not_move_the_lead_G19(void **state)
{
	struct arena *a = arena_new();
	struct sim *s = sim_new(a, "2026-11-02 10:00");

	(void)state;
	sim_run(s, "2026-11-02 15:00");
	sim_answer(s);
	sim_run(s, "2026-11-06 14:00");
	sim_answer(s);
	same_text("the reminder leaves the lead a day", clock_text(a, s->zone,
	    s->f.c.step_due_at), "Tue 2026-11-10 10:00");
	sim_pass(s, at(s->zone, "2026-11-10 13:00"));
	same_text("the lead", clock_text(a, s->zone, s->f.c.step_due_at),
	    "Wed 2026-11-11 10:00");
	sim_fini(s);
	arena_free(&a);
}

static void
test_an_answer_ends_the_call_H12(void **state)
{
	struct arena *a = arena_new();
	struct sim *s = sim_new(a, "2026-11-02 10:00");

	(void)state;
	sim_run(s, "2026-11-05 12:00");
	assert_non_null(facts_task(&s->f, "call"));
	assert_int_equal(s->f.c.state, CASE_WAITING_DEPARTMENT);
	sim_answer(s);
	assert_null(facts_task(&s->f, "call"));
	assert_int_equal(s->f.c.state, CASE_IN_PROGRESS);
	assert_int_equal(s->f.c.department_answered_at, s->now);
	assert_int_equal(s->f.c.step, 2); /* never lowered */
	sim_fini(s);
	arena_free(&a);
}

static void
test_downtime_CT8(void **state)
{
	struct arena *a = arena_new();
	struct sim *s = sim_new(a, "2026-11-02 10:00");

	(void)state;
	/* three weeks without the daemon, then a pass every half hour */
	for (cw_time t = at(s->zone, "2026-11-23 10:00");
	    t <= at(s->zone, "2026-11-27 18:00"); t += 30 * CW_MINUTE)
		sim_pass(s, t);
	assert_string_equal(sorted(a, sim_log(s)), sorted(a,
	    "Mon 2026-11-23 10:00 status-request kim\n"
	    "Mon 2026-11-23 10:00 chat payroll\n"
	    "Mon 2026-11-23 10:00 breach \n"
	    "Mon 2026-11-23 10:00 weekly-update joan\n"
	    "Tue 2026-11-24 10:00 reminder kim\n"
	    "Tue 2026-11-24 10:00 task:call ana\n"
	    "Tue 2026-11-24 10:00 call-task ana\n"
	    "Wed 2026-11-25 10:00 escalation-lead lee\n"
	    "Thu 2026-11-26 10:00 escalation-leadership dana\n"
	    "Thu 2026-11-26 10:00 escalation-leadership lee\n"));
	assert_int_equal(s->f.c.due_at, at(s->zone, "2026-12-07 10:00"));
	sim_fini(s);
	arena_free(&a);
}

static void
test_climb_once_in_a_pass_G6(void **state)
{
	struct arena *a = arena_new();
	struct sim *s = sim_new(a, "2026-11-02 10:00");
	struct plan plan;

	(void)state;
	sim_run(s, "2026-11-03 10:00");
	plan = sim_plan(s);
	ladder_climb(&s->f, s->p, s->now, "because", &plan);
	sim_apply(s, &plan);
	assert_int_equal(s->climbs, 1);
	assert_true(agenda_find(&s->ag, "step", "")->due_at > s->now);

	s->now += CW_MINUTE;
	plan = sim_plan(s);
	ladder_climb(&s->f, s->p, s->now, "Joan called again.", &plan);
	sim_apply(s, &plan);
	assert_int_equal(s->climbs, 2);
	assert_non_null(strstr(plan_find(&plan, ACT_NOTE, NULL)->text,
	    "step 2, ask-again. Joan called again."));

	/* an alarm from before the climb finds nothing to do */
	plan = sim_plan(s);
	ladder_step(&s->f, s->p, s->now + CW_MINUTE, &plan);
	assert_int_equal(plan.n, 1);
	assert_int_equal(plan.v[0].at, s->f.c.step_due_at);
	sim_fini(s);
	arena_free(&a);
}

static void
test_unreachable_people_M6_AR12_BN13(void **state)
{
	static const struct {
		const char *name;
		int step, chain;
		const char *away[4]; /* x: back in a year; !x: undeliverable */
		const char *want;
	} tests[] = {
		{ "the contact", 0, 0, { NULL }, "kim" },
		{ "the contact is away: the backup", 0, 0, { "kim" },
		    "pat" },
		{ "the contact bounced: the backup", 1, 0, { "!kim" },
		    "pat" },
		{ "both away: the leadership", 0, 0, { "kim", "pat" },
		    "dana" },
		{ "nobody there: who reads it first, not who never will",
		    0, 0, { "!kim", "pat", "dana" }, "pat" },
		{ "the lead is away: the manager", 2, 0, { "lee" }, "sam" },
		{ "the leadership is away: its manager", 3, 0, { "dana" },
		    "omar" },
		{ "the chain skips who is away", 4, 0, { "sam" }, "maria" },
		{ "and skips two", 4, 0, { "sam", "!maria" }, "omar" },
		{ "all are away: the top is asked anyway", 4, 0,
		    { "sam", "maria", "omar" }, "omar" },
		{ "a dead address at the top", 4, 0,
		    { "sam", "maria", "!omar" }, "maria" },
		{ "the top again and again", 4, 7, { NULL }, "omar" },
		{ "the ladder was shortened", 9, 1, { NULL }, "maria" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct sim *s = sim_new(a, "2026-11-02 10:00");

		for (size_t k = 0; k < 4 && tests[i].away[k] != NULL; k++) {
			const char *id = tests[i].away[k];
			bool bounced = *id == '!';

			sim_unreachable(s, arena_printf(a,
			    "%s@corp.example", id + bounced),
			    bounced ? "bounced" : "2027-11-02 10:00");
		}
		same_text(tests[i].name, ladder_target(&s->f, s->p,
		    tests[i].step, tests[i].chain, s->now)->id,
		    tests[i].want);
		sim_fini(s);
	}
	arena_free(&a);
}

/* Skipping nobody twice: after Maria stood in for Sam it is Omar's turn. */
static void
test_chain_goes_on_from_who_was_asked_G19(void **state)
{
	struct arena *a = arena_new();
	struct sim *s = sim_new(a, "2026-11-02 10:00");

	(void)state;
	sim_unreachable(s, "sam@corp.example", "2027-11-02 10:00");
	sim_run(s, "2026-11-11 00:00");
	(void)sim_log(s);
	sim_run(s, "2026-11-12 23:00");
	assert_string_equal(sim_log(s),
	    "Thu 2026-11-12 10:00 escalation-supervisor maria\n");
	assert_int_equal(s->f.c.chain, 2);
	sim_fini(s);
	arena_free(&a);
}

static void
divert(struct sim *s, const char *email)
{
	struct plan plan = sim_plan(s);
	struct act *act = plan_add(&plan, ACT_ABSENT, "", "");

	act->to = email;
	act->at = s->now + 90 * CW_DAY;
	ladder_divert(&s->f, s->p, s->now, email, "out of office", &plan);
	sim_apply(s, &plan);
}

static void
test_bounce_goes_to_the_backup_at_once_M6(void **state)
{
	struct arena *a = arena_new();
	struct sim *s = sim_new(a, "2026-11-02 10:00");

	(void)state;
	divert(s, "kim@corp.example"); /* nobody was asked yet */
	assert_string_equal(sim_log(s), "");
	sim_run(s, "2026-11-03 10:05");
	assert_string_equal(sim_log(s),
	    "Tue 2026-11-03 10:00 status-request pat\n"
	    "Tue 2026-11-03 10:00 chat payroll\n");
	divert(s, "pat@corp.example");
	assert_string_equal(sim_log(s),
	    "Tue 2026-11-03 10:05 status-request dana\n");
	divert(s, "pat@corp.example"); /* the same again: no loop */
	divert(s, "stranger@corp.example");
	assert_string_equal(sim_log(s), "");
	assert_int_equal(s->climbs, 1);
	divert(s, "dana@corp.example"); /* nobody is left: the next rung, and
	                                   the lead hears of it */
	assert_int_equal(s->climbs, 2);
	assert_string_equal(sim_log(s),
	    "Tue 2026-11-03 10:05 escalation-lead lee\n"
	    "Tue 2026-11-03 10:05 reminder kim\n"
	    "Tue 2026-11-03 10:05 task:call ana\n"
	    "Tue 2026-11-03 10:05 call-task ana\n");
	sim_fini(s);
	arena_free(&a);
}

/* Out-of-office replies of the whole chain end, and the clock goes on. */
static void
test_absent_chain_makes_no_loop_M5(void **state)
{
	static const char *const all[] = { "sam@corp.example",
		"maria@corp.example", "omar@corp.example" };
	struct arena *a = arena_new();
	struct sim *s = sim_new(a, "2026-11-02 10:00");
	int climbs;

	(void)state;
	sim_run(s, "2026-11-12 10:05");
	climbs = s->climbs;
	(void)sim_log(s);
	for (int round = 0; round < 5; round++)
		for (size_t i = 0; i < 3; i++) {
			s->now += CW_MINUTE;
			divert(s, all[i]);
		}
	assert_int_equal(s->climbs, climbs);
	assert_string_equal(sim_log(s),
	    "Thu 2026-11-12 10:06 escalation-supervisor maria\n"
	    "Thu 2026-11-12 10:07 escalation-supervisor omar\n");
	sim_run(s, "2026-11-16 23:00");
	assert_non_null(strstr(sim_log(s), "escalation-supervisor omar"));
	sim_fini(s);
	arena_free(&a);
}

static void
test_waiting_on_the_employee(void **state)
{
	struct arena *a = arena_new();
	struct sim *s = sim_new(a, "2026-11-02 10:00");

	(void)state;
	sim_run(s, "2026-11-02 12:00");
	s->f.c.state = CASE_WAITING_EMPLOYEE;
	sim_run(s, "2026-11-16 23:00");
	assert_string_equal(sorted(a, sim_log(s)), sorted(a,
	    "Mon 2026-11-09 10:00 waiting-employee joan\n"
	    "Fri 2026-11-13 10:00 due-warning ana\n"
	    "Fri 2026-11-13 10:00 due-warning lee\n"
	    "Mon 2026-11-16 10:00 breach \n"
	    "Mon 2026-11-16 10:00 due-warning ana\n"
	    "Mon 2026-11-16 10:00 due-warning lee\n"
	    "Mon 2026-11-16 10:00 waiting-employee joan\n"));
	assert_int_equal(s->climbs, 0);
	assert_int_equal(s->f.c.due_at, at(s->zone, "2026-11-30 10:00"));

	/* the employee answers: the ladder goes on within a business day */
	s->f.c.state = CASE_IN_PROGRESS;
	sim_run(s, "2026-11-17 23:00");
	assert_string_equal(sim_log(s),
	    "Tue 2026-11-17 10:00 status-request kim\n"
	    "Tue 2026-11-17 10:00 chat payroll\n");
	sim_fini(s);
	arena_free(&a);
}

static void
test_a_wait_ends_on_its_date(void **state)
{
	struct arena *a = arena_new();
	struct sim *s = sim_new(a, "2026-11-02 10:00");

	(void)state;
	s->f.c.state = CASE_WAITING_EMPLOYEE;
	s->f.c.waiting_until = at(s->zone, "2026-11-05 15:00");
	sim_run(s, "2026-11-05 14:59");
	assert_string_equal(sim_log(s), "");
	sim_run(s, "2026-11-05 23:00");
	assert_string_equal(sim_log(s),
	    "Thu 2026-11-05 15:00 status-request kim\n"
	    "Thu 2026-11-05 15:00 chat payroll\n");
	assert_int_equal(s->f.c.state, CASE_WAITING_DEPARTMENT);
	assert_int_equal(s->f.c.waiting_until, 0);
	sim_fini(s);
	arena_free(&a);
}

static void
test_due_date_before_the_step_climbs_G6(void **state)
{
	struct arena *a = arena_new();
	struct sim *s = sim_new(a, "2026-11-02 10:00");
	struct plan plan = sim_plan(s);

	(void)state;
	s->f.c.priority = PRIO_HIGH;
	ladder_rescheduled(&s->f, s->p, s->now, &plan);
	sim_apply(s, &plan);
	sim_run(s, "2026-11-04 23:00");
	/* High: due on Wednesday, a day before the reminder's date */
	assert_string_equal(sorted(a, sim_log(s)), sorted(a,
	    "Tue 2026-11-03 10:00 due-warning ana\n"
	    "Tue 2026-11-03 10:00 due-warning lee\n"
	    "Tue 2026-11-03 10:00 status-request kim\n"
	    "Tue 2026-11-03 10:00 chat payroll\n"
	    "Wed 2026-11-04 10:00 breach \n"
	    "Wed 2026-11-04 10:00 reminder kim\n"
	    "Wed 2026-11-04 10:00 task:call ana\n"
	    "Wed 2026-11-04 10:00 call-task ana\n"));
	assert_int_equal(s->f.c.due_at, at(s->zone, "2026-11-06 10:00"));
	assert_int_equal(s->f.c.step, 2);
	assert_int_equal(s->f.c.breaches, 1);
	sim_fini(s);
	arena_free(&a);
}

static void
test_priority_changes_the_due_date_G5(void **state)
{
	static const struct {
		const char *name, *changed;
		enum priority to;
		const char *want_due, *want_warning;
	} tests[] = {
		{ "raised on the first day: from the opening",
		    "2026-11-02 12:00", PRIO_NORMAL, "Mon 2026-11-09 10:00",
		    "Fri 2026-11-06 10:00" },
		{ "raised late: not before now plus the warning",
		    "2026-11-11 12:00", PRIO_HIGH, "Thu 2026-11-12 12:00",
		    "Thu 2026-11-12 09:00" },
		{ "due at an opening: warned while people work, not on the"
		    " weekend", "2026-11-06 09:00", PRIO_URGENT,
		    "Mon 2026-11-09 09:00", "Fri 2026-11-06 13:00" },
		{ "lowered again", "2026-11-03 12:00", PRIO_LOW,
		    "Mon 2026-11-16 10:00", "Fri 2026-11-13 10:00" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct sim *s = sim_new(a, "2026-11-02 10:00");
		struct plan plan = sim_plan(s);

		sim_run(s, tests[i].changed);
		s->f.c.priority = tests[i].to;
		ladder_rescheduled(&s->f, s->p, s->now, &plan);
		sim_apply(s, &plan);
		same_text(tests[i].name, clock_text(a, s->zone,
		    agenda_find(&s->ag, "due", "")->due_at),
		    tests[i].want_due);
		same_text(tests[i].name, clock_text(a, s->zone,
		    agenda_find(&s->ag, "due-warning", "")->due_at),
		    tests[i].want_warning);
		sim_fini(s);
	}
	arena_free(&a);
}

static void
test_warning_finds_somebody_G6_G21(void **state)
{
	static const struct {
		const char *name, *owner;
		const char *away[2];
		const char *want[2]; /* NULL: no such mail */
	} tests[] = {
		{ "owner and lead", "ana", { NULL }, { "ana", "lee" } },
		{ "no owner: the lead", "", { NULL }, { "lee", NULL } },
		{ "the owner is away: a colleague of the region", "ana",
		    { "ana" }, { "ben", "lee" } },
		{ "nobody of the region: the lead", "ana",
		    { "ana", "ben" }, { "lee", NULL } },
		{ "the lead is away: the lead's manager", "ana", { "lee" },
		    { "ana", "sam" } },
		{ "the lead owns the case", "lee", { NULL },
		    { "lee", NULL } },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct sim *s = sim_new(a, "2026-11-02 10:00");
		const char *want = "";
		struct plan plan;

		s->f.c.owner = tests[i].owner;
		for (size_t k = 0; k < 2 && tests[i].away[k] != NULL; k++)
			sim_unreachable(s, arena_printf(a,
			    "%s@corp.example", tests[i].away[k]),
			    "2027-11-02 10:00");
		s->now = at(s->zone, "2026-11-13 10:00");
		plan = sim_plan(s);
		ladder_due_warning(&s->f, s->p, s->now, &plan);
		sim_apply(s, &plan);
		for (size_t k = 0; k < 2 && tests[i].want[k] != NULL; k++)
			want = arena_printf(a,
			    "%sFri 2026-11-13 10:00 due-warning %s\n", want,
			    tests[i].want[k]);
		same_text(tests[i].name, sim_log(s), want);
		assert_null(agenda_find(&s->ag, "due-warning", ""));
		sim_fini(s);
	}
	arena_free(&a);
}

static void
test_weekly_word_G20(void **state)
{
	static const struct {
		const char *name;
		const char *told, *fired; /* on New York's clocks */
		bool is_kolkata;          /* where the employee lives */
		const char *want;         /* mail, or "" */
		const char *want_next;
	} tests[] = {
		{ "a week after our last mail", "2026-11-02 10:00",
		    "2026-11-09 10:00", false,
		    "Mon 2026-11-09 10:00 weekly-update joan\n",
		    "Mon 2026-11-16 10:00" },
		{ "we wrote on Thursday: wait for its week",
		    "2026-11-05 14:00", "2026-11-09 10:00", false, "",
		    "Thu 2026-11-12 14:00" },
		{ "not at night", "2026-11-02 10:00", "2026-11-09 20:00",
		    false, "", "Tue 2026-11-10 09:00" },
		{ "not at the employee's night", "2026-11-02 10:00",
		    "2026-11-09 13:00", true, "", "Mon 2026-11-09 22:30" },
		{ "late at night here is a morning there",
		    "2026-11-02 10:00", "2026-11-09 23:00", true,
		    "Mon 2026-11-09 23:00 weekly-update joan\n",
		    "Mon 2026-11-16 23:00" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct sim *s = sim_new(a, "2026-11-02 10:00");
		struct plan plan = sim_plan(s);

		if (tests[i].is_kolkata)
			s->f.employee_calendar = &s->company->kolkata;
		s->f.c.employee_told_at = at(s->zone, tests[i].told);
		s->now = at(s->zone, tests[i].fired);
		ladder_weekly(&s->f, s->p, s->now, &plan);
		sim_apply(s, &plan);
		same_text(tests[i].name, sim_log(s), tests[i].want);
		same_text(tests[i].name, clock_text(a, s->zone,
		    agenda_find(&s->ag, "weekly", "")->due_at),
		    tests[i].want_next);
		sim_fini(s);
	}
	arena_free(&a);
}

static void
test_weekly_call_when_mail_bounces_BN13(void **state)
{
	struct arena *a = arena_new();
	struct sim *s = sim_new(a, "2026-11-02 10:00");
	struct plan plan = sim_plan(s);

	(void)state;
	sim_unreachable(s, "joan@home.example", "bounced");
	s->now = at(s->zone, "2026-11-09 10:00");
	ladder_weekly(&s->f, s->p, s->now, &plan);
	sim_apply(s, &plan);
	assert_string_equal(sim_log(s),
	    "Mon 2026-11-09 10:00 task:call-employee ana\n");
	assert_true(agenda_find(&s->ag, "weekly", "")->due_at > s->now);
	sim_fini(s);
	arena_free(&a);
}

static void
test_employee_left_or_moved_G22(void **state)
{
	static const struct {
		const char *name;
		bool known, left;
		const char *division;
		bool doubt;
	} tests[] = {
		{ "not in the directory: no doubt", false, true, "East",
		    false },
		{ "still there", true, false, "west", false },
		{ "the directory does not say", true, false, "", false },
		{ "left", true, true, "West", true },
		{ "moved", true, false, "East", true },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct sim *s = sim_new(a, "2026-11-02 10:00");
		const char *log;

		s->f.employee_known = tests[i].known;
		s->f.employee_left = tests[i].left;
		s->f.directory_division = tests[i].division;
		sim_run(s, "2026-11-09 23:00");
		log = sim_log(s);
		if (strstr(log, "reminder kim") == NULL)
			fail_msg("%s: the department is asked", tests[i].name);
		if ((strstr(log, "weekly-update joan") == NULL) !=
		    tests[i].doubt)
			fail_msg("%s: weekly word", tests[i].name);
		if ((strstr(log, "task:check-employee ana") != NULL) !=
		    tests[i].doubt)
			fail_msg("%s: task", tests[i].name);
		assert_int_equal(s->f.c.needs_directory_check,
		    tests[i].doubt);
		assert_int_equal(s->f.n_tasks, tests[i].doubt ? 2 : 1);
		sim_fini(s);
	}
	arena_free(&a);
}

/* G13: what the employee may read names nobody; who is not ER staff gets
 * only the department's audience. */
static void
test_audiences_G13(void **state)
{
	struct arena *a = arena_new();
	struct sim *s = sim_new(a, "2026-11-02 10:00");

	(void)state;
	sim_run(s, "2026-11-11 00:00");
	for (size_t i = 0; i < s->f.n_history; i++)
		for (size_t k = 0; k < P_N; k++) {
			const struct person *who = &s->p->people[k];
			const char *text = s->f.history[i].public_text;

			assert_null(str_casefind(text, who->name));
			assert_null(str_casefind(text, who->email));
		}
	for (int step = 0; step < 5; step++) {
		struct plan plan = sim_plan(s);

		s->f.c.step = step;
		s->now += CW_HOUR;
		ladder_climb(&s->f, s->p, s->now, "", &plan);
		for (size_t i = 0; i < plan.n; i++) {
			const struct act *act = &plan.v[i];

			if (act->kind == ACT_MAIL &&
			    !str_eq(act->field, "call-task"))
				assert_int_equal(act->audience, step == 2 ||
				    step == 4 ? AUD_INTERNAL : AUD_DEPARTMENT);
		}
	}
	sim_fini(s);
	arena_free(&a);
}

static void
test_resolved_is_silent(void **state)
{
	static const char *const kinds[] = { "step", "due", "due-warning",
		"weekly" };
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct sim *s = sim_new(a, "2026-11-02 10:00");
		struct plan plan = sim_plan(s);

		s->f.c.state = CASE_RESOLVED;
		s->now = at(s->zone, "2026-12-02 10:00");
		assert_true(ladder_fire(kinds[i], &s->f, s->p, s->now,
		    &plan));
		sim_apply(s, &plan);
		assert_string_equal(sim_log(s), "");
		assert_null(agenda_find(&s->ag, kinds[i], ""));
		sim_fini(s);
	}
	assert_false(ladder_knows("daily-review"));
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_design_table_G6_G16_G17_G18_G19_G20),
		cmocka_unit_test(test_forecast_is_what_happens),
		cmocka_unit_test(test_answers_postpone_once_G18_G19),
		cmocka_unit_test(test_late_pass_does_not_move_the_lead_G19),
		cmocka_unit_test(test_an_answer_ends_the_call_H12),
		cmocka_unit_test(test_downtime_CT8),
		cmocka_unit_test(test_climb_once_in_a_pass_G6),
		cmocka_unit_test(test_unreachable_people_M6_AR12_BN13),
		cmocka_unit_test(test_chain_goes_on_from_who_was_asked_G19),
		cmocka_unit_test(test_bounce_goes_to_the_backup_at_once_M6),
		cmocka_unit_test(test_absent_chain_makes_no_loop_M5),
		cmocka_unit_test(test_waiting_on_the_employee),
		cmocka_unit_test(test_a_wait_ends_on_its_date),
		cmocka_unit_test(test_due_date_before_the_step_climbs_G6),
		cmocka_unit_test(test_priority_changes_the_due_date_G5),
		cmocka_unit_test(test_warning_finds_somebody_G6_G21),
		cmocka_unit_test(test_weekly_word_G20),
		cmocka_unit_test(test_weekly_call_when_mail_bounces_BN13),
		cmocka_unit_test(test_employee_left_or_moved_G22),
		cmocka_unit_test(test_audiences_G13),
		cmocka_unit_test(test_resolved_is_silent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
