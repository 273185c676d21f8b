/* test_lifecycle.c - reopening, closing by time, waits, the daily review. */
#include "fixture_desk.h"

#include "core/lifecycle.h"

struct world {
	struct arena *a;
	struct desk *d;
};

static int
setup(void **state)
{
	struct arena *a = arena_new();
	struct world *w = arena_alloc(a, sizeof(*w));

	w->a = a;
	w->d = desk_new(a, "2026-11-02 10:00");
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;
	struct arena *a = w->a;

	arena_free(&a);
	return 0;
}

static struct desk *
desk_of(void **state)
{
	return ((struct world *)*state)->d;
}

/* --- reopening --- */

static const char reopened_plan[] =
    "state in-progress: the employee wrote\n"
    "set resolution=\n"
    "set waiting_until=0\n"
    "event reopened: the employee wrote / Your case was opened again.\n"
    "clear close\n"
    "set step=0\n"
    "set chain=0\n"
    "set climbed_at=0\n"
    "set ladder_from=Mon 2026-11-09 10:00\n"
    "set step_planned_at=Tue 2026-11-10 10:00\n"
    "set step_postponed=0\n"
    "set step_due_at=Tue 2026-11-10 10:00\n"
    "alarm step Tue 2026-11-10 10:00\n"
    "set due_at=Mon 2026-11-23 10:00\n"
    "alarm due Mon 2026-11-23 10:00\n"
    "alarm due-warning Fri 2026-11-20 10:00\n"
    "alarm weekly Mon 2026-11-16 10:00\n"
    "alarm review Tue 2026-11-10 10:00\n";

static void
test_reopen_begins_anew_H12_TH14(void **state)
{
	struct desk *d = desk_of(state);
	struct plan p = desk_plan(d, "employee");

	d->f.c.state = CASE_CLOSED;
	d->f.c.closed_at = d->now;
	d->f.c.resolution = "paid";
	d->f.c.step = 4;
	d->f.c.waiting_until = d->now;
	d->now = at(d->z, "2026-11-09 10:00");
	case_reopen(&d->f, d->p, d->now, "the employee wrote", &p);
	same_text("the whole plan", plan_text(d, &p), reopened_plan);
	desk_apply("reopen", d, &p);
	assert_int_equal(d->f.c.state, CASE_IN_PROGRESS);
	assert_int_equal(d->f.c.step, 0);
	assert_int_equal(d->f.c.closed_at, 0);
	assert_int_equal(d->f.c.waiting_until, 0);
}

/* --- closing by time --- */

/* What closing needs (H4). */
static void
resolve(struct desk *d)
{
	static struct history_line line = { .kind = "resolved", .actor = "ana",
		.text = "paid", .public_text = "" };

	d->f.c.state = CASE_RESOLVED;
	d->f.c.resolution = "paid";
	d->f.c.resolved_at = d->now;
	d->f.history = &line;
	d->f.n_history = 1;
}

static void
test_close_by_time_H12(void **state)
{
	struct desk *d = desk_of(state);
	struct plan p = desk_plan(d, "caseward");

	resolve(d);
	case_close_due(&d->f, d->p, d->now, &p);
	same_text("the whole plan", plan_text(d, &p),
	    "task-done close\n"
	    "state closed: resolved for a while, nobody objected\n"
	    "set closed_at=Mon 2026-11-02 10:00\n"
	    "event closed: closed by time / Your case was closed.\n"
	    "clear review\n"
	    "mail closing employee joan: \n");
	desk_apply("close", d, &p);

	p = desk_plan(d, "caseward");
	resolve(d);
	d->f.c.employee_email = "";
	case_close_due(&d->f, d->p, d->now, &p);
	assert_null(plan_find(&p, ACT_MAIL, NULL));

	p = desk_plan(d, "caseward");
	d->f.c.state = CASE_IN_PROGRESS; /* was opened again meanwhile */
	case_close_due(&d->f, d->p, d->now, &p);
	assert_int_equal(p.n, 0);
}

static void
test_time_closes_nothing_incomplete_H4(void **state)
{
	struct desk *d = desk_of(state);
	struct plan p = desk_plan(d, "caseward");

	resolve(d);
	d->f.c.resolution = "";
	case_close_due(&d->f, d->p, d->now, &p);
	same_text("stays, and somebody is told", plan_text(d, &p),
	    "alarm close Tue 2026-11-03 10:00\n"
	    "task close ana Tue 2026-11-03 10:00: The case is resolved but"
	    " cannot be closed: closing needs: outcome (say #resolve what was"
	    " done).\n"
	    "event not-closed: The case is resolved but cannot be closed:"
	    " closing needs: outcome (say #resolve what was done).\n"
	    "mail new-mail internal ana: The case is resolved but cannot be"
	    " closed: closing needs: outcome (say #resolve what was done).\n");
}

/* --- waits --- */

static void
test_wait_over_H12(void **state)
{
	static const struct {
		const char *name;
		enum case_state state;
		const char *until, *step_due, *now, *want;
	} tests[] = {
		{ "the department has a business day before the next step",
		    CASE_WAITING_EMPLOYEE, "2026-11-06 11:00",
		    "2026-11-06 10:00", "2026-11-06 11:00",
		    "set waiting_until=0\n"
		    "state in-progress: the wait is over\n"
		    "set step_due_at=Mon 2026-11-09 11:00\n"
		    "alarm step Mon 2026-11-09 11:00\n" },
		{ "over the weekend", CASE_WAITING_EMPLOYEE, "2026-11-06 16:30",
		    "2026-11-06 10:00", "2026-11-06 16:30",
		    "set waiting_until=0\n"
		    "state in-progress: the wait is over\n"
		    "set step_due_at=Mon 2026-11-09 16:30\n"
		    "alarm step Mon 2026-11-09 16:30\n" },
		{ "a step that lies ahead stays",
		    CASE_WAITING_DEPARTMENT, "2026-11-06 11:00",
		    "2026-11-09 10:00", "2026-11-06 11:00",
		    "set waiting_until=0\n"
		    "state in-progress: the wait is over\n" },
		{ "the wait was made longer since", CASE_WAITING_EMPLOYEE,
		    "2026-11-10 11:00", "2026-11-06 10:00",
		    "2026-11-06 11:00", "alarm wait Tue 2026-11-10 11:00\n" },
		{ "nobody waits any more", CASE_IN_PROGRESS, "",
		    "2026-11-06 10:00", "2026-11-06 11:00", "" },
		{ "another state was chosen meanwhile", CASE_IN_PROGRESS,
		    "2026-11-06 11:00", "2026-11-09 10:00",
		    "2026-11-06 11:00", "set waiting_until=0\n" },
		{ "the case is resolved", CASE_RESOLVED, "2026-11-06 11:00",
		    "2026-11-06 10:00", "2026-11-06 11:00", "" },
	};
	struct desk *d = desk_of(state);

	for (size_t i = 0; i < N(tests); i++) {
		struct plan p = desk_plan(d, "caseward");

		d->f.c.state = tests[i].state;
		d->f.c.waiting_until = *tests[i].until == '\0' ? 0 :
		    at(d->z, tests[i].until);
		d->f.c.step_due_at = at(d->z, tests[i].step_due);
		d->now = at(d->z, tests[i].now);
		case_wait_over(&d->f, d->p, d->now, &p);
		same_text(tests[i].name, plan_text(d, &p), tests[i].want);
		desk_apply(tests[i].name, d, &p);
	}
}

/* --- who belongs --- */

static void
test_who_belongs_by_what_they_are_M4(void **state)
{
	static const struct {
		const char *name;
		int who;
		enum risk risk;
		const char *want; /* "" does not */
	} tests[] = {
		{ "the owner", P_ANA, RISK_LOW, "internal" },
		{ "the owner's team", P_BEN, RISK_LOW, "internal" },
		{ "not if it is confidential", P_BEN, RISK_CONFIDENTIAL, "" },
		{ "the owner of a confidential one", P_ANA, RISK_CONFIDENTIAL,
		    "internal" },
		{ "the lead", P_LEE, RISK_CONFIDENTIAL, "internal" },
		{ "the supervisor", P_SAM, RISK_LOW, "internal" },
		{ "the top of the chain", P_OMAR, RISK_LOW, "internal" },
		{ "the department's contact", P_KIM, RISK_LOW, "department" },
		{ "the department's backup", P_PAT, RISK_LOW, "department" },
		{ "the department's leadership", P_DANA, RISK_LOW,
		    "department" },
		{ "another department", P_RAJ, RISK_LOW, "" },
	};
	struct desk *d = desk_of(state);

	for (size_t i = 0; i < N(tests); i++) {
		enum audience as;

		d->f.c.risk = tests[i].risk;
		same_text(tests[i].name, case_belongs(&d->f.c, d->p,
		    &d->co->people[tests[i].who], &as) ? audience_text(as) :
		    "", tests[i].want);
	}
}

/* --- subscribers (G12) --- */

static void
test_subscribers_that_belong_G12(void **state)
{
	static const struct {
		const char *name, *subscriber;
		bool money, want;
	} tests[] = {
		{ "always there", "CRM/HR", false, true },
		{ "the queue", "employee relations", false, true },
		{ "the case's department", "Payroll", false, true },
		{ "an unassigned department", "Benefits", false, false },
		{ "a department by its id", "benefits", false, false },
		{ "an agent by id", "ben", false, true },
		{ "an agent by address", "ben@corp.example", false, true },
		{ "somebody who has gone", "tom@corp.example", false, false },
		{ "the employee is no subscriber", "joan@home.example", false,
		    false },
		{ "nothing", "", false, false },
	};
	struct desk *d = desk_of(state);

	for (size_t i = 0; i < N(tests); i++)
		if (case_subscriber_belongs(&d->f.c, d->p,
		    tests[i].subscriber) != tests[i].want)
			fail_msg("%s", tests[i].name);
}

/* --- the daily review (G23) --- */

static void
test_review_says_what_it_found_G23(void **state)
{
	static const struct case_attachment files[] = {
		{ 1, "a.pdf", "application/pdf", "", 1, true, 0 },
		{ 2, "b.pdf", "application/pdf", "", 1, false, 0 },
	};
	static const char *const subscribers[] = { "CRM/HR", "Benefits" };
	static const struct history_line history[] = {
		{ .kind = "note" }, { .kind = "review" }, { .kind = "step" },
		{ .kind = "note" },
	};
	struct desk *d = desk_of(state);
	struct plan p = desk_plan(d, "caseward");

	d->f.c.division = "";
	d->f.history = history;
	d->f.n_history = N(history);
	d->f.attachments = files;
	d->f.n_attachments = N(files);
	d->f.subscribers = subscribers;
	d->f.n_subscribers = N(subscribers);
	case_review(&d->f, d->p, d->now, &p);
	same_text("the whole plan", plan_text(d, &p),
	    "event review: fields: division missing; attachments: 1 to review;"
	    " subscribers: 1 to remove (Benefits); notes: 1 new; directory: the"
	    " employee is not in it; ladder: step 1 due Tue 3 Nov 2026, 10:00"
	    " EST (UTC-05:00)\n"
	    "alarm review Tue 2026-11-03 10:00\n");
	desk_apply("review", d, &p);

	p = desk_plan(d, "caseward");
	d->f.c.state = CASE_RESOLVED;
	case_review(&d->f, d->p, d->now, &p);
	assert_int_equal(p.n, 0);
}

static void
test_review_asks_the_directory_G22_G23(void **state)
{
	static const struct {
		const char *name;
		bool known, left;
		const char *division;
		bool flagged;
		const char *want;
	} tests[] = {
		{ "all is well", true, false, "West", false,
		    "directory: fine*" },
		{ "the employee has left", true, true, "West", false,
		    "task check-employee ana Tue 2026-11-03 10:00: The"
		    " directory says that the employee has left.*" },
		{ "the employee moved", true, false, "East", false,
		    "set needs_directory_check=1" },
		{ "the directory knows no division", true, false, "", false,
		    "!set needs_directory_check=1" },
		{ "flagged already, the task is kept alive", true, true,
		    "West", true, "!set needs_directory_check=1" },
		{ "case and directory agree again", true, false, "West",
		    true, "set needs_directory_check=0\n"
		    "task-done check-employee" },
	};
	struct desk *d = desk_of(state);

	for (size_t i = 0; i < N(tests); i++) {
		struct plan p = desk_plan(d, "caseward");

		d->f.employee_known = tests[i].known;
		d->f.employee_left = tests[i].left;
		d->f.directory_division = tests[i].division;
		d->f.c.needs_directory_check = tests[i].flagged;
		case_review(&d->f, d->p, d->now, &p);
		if (i == 0)
			assert_non_null(strstr(plan_text(d, &p),
			    "directory: fine"));
		else
			check_lines(tests[i].name, d, &p, tests[i].want);
	}
}

/* --- the next action (G15) --- */

static void
test_next_action_G15(void **state)
{
	struct desk *d = desk_of(state);
	struct casefile *c = &d->f.c;

	same_text("nothing to do but wait", case_next_action(&d->f, d->p,
	    d->a), "Payroll answers next");
	c->state = CASE_WAITING_EMPLOYEE;
	same_text("waiting", case_next_action(&d->f, d->p, d->a),
	    "Wait for the employee");
	c->has_unreviewed = true;
	same_text("new files", case_next_action(&d->f, d->p, d->a),
	    "Review the new attachments");
	desk_task(d, "check-sender", "mail of x@y.example is unverified");
	same_text("a task", case_next_action(&d->f, d->p, d->a),
	    "mail of x@y.example is unverified");
	desk_task(d, "call", "Call Kim");
	same_text("a call comes first", case_next_action(&d->f, d->p, d->a),
	    "Call Payroll");
	c->owner = "";
	same_text("nobody owns it", case_next_action(&d->f, d->p, d->a),
	    "Take the case, or assign it");
	c->needs_directory_check = true;
	same_text("the directory", case_next_action(&d->f, d->p, d->a),
	    "Check whether the employee still needs help");
	c->resolution_in_attachment = true;
	same_text("the file", case_next_action(&d->f, d->p, d->a),
	    "Look at the attachment: it may hold the resolution");
	c->resolution_proposed = true;
	same_text("the resolution", case_next_action(&d->f, d->p, d->a),
	    "Confirm the resolution and close");
	c->state = CASE_RESOLVED;
	same_text("resolved", case_next_action(&d->f, d->p, d->a),
	    "Nothing: it is closed unless somebody objects");
	c->state = CASE_CLOSED;
	same_text("closed", case_next_action(&d->f, d->p, d->a),
	    "Nothing: the case is closed");
}

#define FRESH(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FRESH(test_reopen_begins_anew_H12_TH14),
		FRESH(test_close_by_time_H12),
		FRESH(test_time_closes_nothing_incomplete_H4),
		FRESH(test_wait_over_H12),
		FRESH(test_who_belongs_by_what_they_are_M4),
		FRESH(test_subscribers_that_belong_G12),
		FRESH(test_review_says_what_it_found_G23),
		FRESH(test_review_asks_the_directory_G22_G23),
		FRESH(test_next_action_G15),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
