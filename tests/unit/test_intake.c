/* test_intake.c - what a mail does: a case opened, and answers on it. */
#include "fixture_mail.h"

#include "core/guard.h"

struct world {
	struct arena *a;
	struct desk *d;
	const char *away[2];
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

static bool
is_away(void *ctx, const char *email)
{
	const struct world *w = ctx;

	for (size_t i = 0; i < N(w->away); i++)
		if (w->away[i] != NULL && str_eq(w->away[i], email))
			return true;
	return false;
}

/* --- opening: the case (G1, G2, G3, G7, G8, G9, H10) --- */

static void
open_it(struct world *w, struct letter_in *l, size_t rotation)
{
	w->d->f = (struct case_facts){ 0 };
	intake_open(&l->in, rotation, is_away, w, &w->d->f.c);
	w->d->f.c.no = 124;
}

static void
test_open_fills_the_case_G1_G3_G5_G7_G8_G9(void **state)
{
	struct world *w = *state;
	struct letter_in *l = mail_of(w->d, "Joan@home.example", "help");
	const struct casefile *c = &w->d->f.c;

	mail_employee(l, true);
	open_it(w, l, 0);
	assert_int_equal(c->state, CASE_ASSIGNED);
	assert_int_equal(c->priority, PRIO_LOW);
	same_text("category", c->category, "payroll");
	same_text("department", c->department, "payroll");
	same_text("employee", c->employee_name, "Joan Park");
	same_text("address, as we write it", c->employee_email,
	    "joan@home.example");
	same_text("id", c->employee_id, "E1007");
	same_text("client", c->client_id, "C55");
	same_text("division", c->division, "West");
	same_text("language", c->language, "es");
	same_text("zone", c->zone_name, "America/New_York");
	same_text("reported by", c->reported_by, "Employee Relations");
	same_text("subject", c->subject, "Missing overtime pay - Joan Park"
	    " (E1007) - Acme (C55) - West");
	same_text("public title", c->public_title, "Your payroll question");
	same_text("due", clock_text(w->a, w->d->z, c->due_at),
	    "Mon 2026-11-16 10:00");
	same_text("owner", c->owner, "ana");
	same_text("notify user", c->notify_user, "ana");
	same_text("team", c->team, "east");
}

static void
test_open_finds_an_owner_H10_G2_G21(void **state)
{
	static const struct {
		const char *name, *from;
		size_t rotation;
		const char *region, *away[2], *want;
	} tests[] = {
		{ "the first", "joan@home.example", 0, "", { NULL }, "ana" },
		{ "then the next", "joan@home.example", 1, "", { NULL },
		    "ben" },
		{ "and round again", "joan@home.example", 2, "", { NULL },
		    "ana" },
		{ "of the employee's region", "joan@home.example", 0,
		    "us-west", { NULL }, "ben" },
		{ "of another if the region has none", "joan@home.example", 0,
		    "mars", { NULL }, "ana" },
		{ "not who is away", "joan@home.example", 0, "",
		    { "ana@corp.example" }, "ben" },
		{ "the lead if all are away", "joan@home.example", 0, "",
		    { "ana@corp.example", "ben@corp.example" }, "lee" },
		{ "never the employee", "ANA@corp.example", 0, "", { NULL },
		    "ben" },
		{ "not even as the lead", "lee@corp.example", 0, "",
		    { "ana@corp.example", "ben@corp.example" }, "sam" },
	};
	struct world *w = *state;

	w->d->co->people[P_BEN].region = "us-west";
	for (size_t i = 0; i < N(tests); i++) {
		struct letter_in *l = mail_of(w->d, tests[i].from, "help");

		mail_employee(l, true);
		l->in.staff = NULL; /* writes for themselves */
		l->employee.email = tests[i].from;
		l->employee.region = tests[i].region;
		memcpy(w->away, tests[i].away, sizeof(w->away));
		open_it(w, l, tests[i].rotation);
		same_text(tests[i].name, w->d->f.c.owner, tests[i].want);
	}
}

static void
test_open_knows_whom_to_answer_AR2_AR6_SA15(void **state)
{
	static const struct {
		const char *name, *from;
		size_t n_from;
		int directory; /* 0 unknown, 1 the sender, 2 named in it */
		const char *want_email, *want_name;
	} tests[] = {
		{ "an employee", "joan@home.example", 1, 1,
		    "joan@home.example", "Joan Park" },
		{ "somebody unknown", "x@y.example", 1, 0, "x@y.example", "" },
		{ "somebody unknown who names an employee: the writer",
		    "x@y.example", 1, 2, "x@y.example", "" },
		{ "staff for an employee: the registered address",
		    "ana@corp.example", 1, 2, "joan@home.example",
		    "Joan Park" },
		{ "staff, nobody is known", "ana@corp.example", 1, 0, "",
		    "" },
		{ "a robot", "no-reply@hris.example", 1, 0, "", "" },
		{ "several senders", "x@y.example", 2, 0, "", "" },
		{ "nobody", "", 0, 0, "", "" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < N(tests); i++) {
		struct letter_in *l = mail_of(w->d, tests[i].from, "help");

		l->m.from.n = tests[i].n_from;
		if (tests[i].n_from == 2) {
			l->m.from.v = arena_array(w->a, 2, sizeof(l->from));
			l->m.from.v[0] = l->m.from.v[1] = l->from;
		}
		if (tests[i].directory != 0)
			mail_employee(l, tests[i].directory == 1);
		open_it(w, l, 0);
		same_text(tests[i].name, w->d->f.c.employee_email,
		    tests[i].want_email);
		same_text(tests[i].name, w->d->f.c.employee_name,
		    tests[i].want_name);
		same_text(tests[i].name, w->d->f.c.reported_by,
		    l->in.staff != NULL ? "Ana Ruiz" : "Employee Relations");
	}
}

/* --- opening: the plan --- */

static const char opened_plan[] =
    "event opened: opened by mail of joan@home.example; nothing in it names a case"
    " / We received your message and opened a case.\n"
    "subscribe : CRM/HR\n"
    "subscribe : Employee Relations\n"
    "set step=0\n"
    "set chain=0\n"
    "set climbed_at=0\n"
    "set ladder_from=Mon 2026-11-02 10:00\n"
    "set step_planned_at=Tue 2026-11-03 10:00\n"
    "set step_postponed=0\n"
    "set step_due_at=Tue 2026-11-03 10:00\n"
    "alarm step Tue 2026-11-03 10:00\n"
    "set due_at=Mon 2026-11-16 10:00\n"
    "alarm due Mon 2026-11-16 10:00\n"
    "alarm due-warning Fri 2026-11-13 10:00\n"
    "alarm weekly Mon 2026-11-09 10:00\n"
    "alarm review Tue 2026-11-03 10:00\n"
    "mail ack employee joan: \n"
    "mail notice department kim:  | my pay is short\n";

static void
test_opened_whole_plan_G12_G16_H3_G23(void **state)
{
	struct world *w = *state;
	struct letter_in *l = mail_of(w->d, "joan@home.example",
	    "my pay is short");
	struct plan p = desk_plan(w->d, "caseward");

	mail_employee(l, true);
	open_it(w, l, 0);
	intake_opened(&l->in, &w->d->f, &p);
	same_text("the whole plan", plan_text(w->d, &p), opened_plan);
	desk_apply("open", w->d, &p);
}

static void
acks(struct letter_in *l, int how)
{
	static struct addr two[2]; /* filled anew each time */

	switch (how) {
	case 1:
		l->m.wants_no_answer = true;
		l->m.class_why = "AR-4 asks for no automatic answer";
		break;
	case 2:
		l->in.is_addressed = false;
		break;
	case 3:
		two[0] = two[1] = l->from;
		l->m.from = (struct addrs){ two, 2 };
		break;
	case 4:
		l->in.ack_not_before = l->d->now + CW_HOUR;
		break;
	default:
		break;
	}
}

static void
test_opened_ack_rules_AR4_AR6_AR7_AR14_M5(void **state)
{
	static const struct {
		const char *name, *from;
		int how;
		const char *want;
	} tests[] = {
		{ "one mail to the writer", "joan@home.example", 0,
		    "mail ack employee joan: " },
		{ "who asks for silence gets it", "joan@home.example", 1,
		    "!mail ack*\nevent no-ack: no acknowledgement: AR-4 asks"
		    " for no automatic answer" },
		{ "Bcc", "joan@home.example", 2, "!mail ack*\nevent no-ack:"
		    " no acknowledgement: AR-7 not addressed to us" },
		{ "two senders", "joan@home.example", 3, "!mail ack*\n"
		    "event no-ack: no acknowledgement: AR-6 no single sender" },
		{ "many mails of one sender: later, not never (L15)",
		    "joan@home.example", 4,
		    "mail ack employee joan Mon 2026-11-02 11:00: \n"
		    "event ack-deferred: many mails from this sender: the"
		    " acknowledgement goes out later (AR-14)" },
		{ "a robot", "noreply@hris.example", 0, "!mail ack*\n"
		    "event no-ack: no acknowledgement: no employee address" },
		{ "staff that names nobody", "ana@corp.example", 0,
		    "!mail ack*\nevent no-ack: no acknowledgement: no employee"
		    " address" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < N(tests); i++) {
		struct letter_in *l = mail_of(w->d, tests[i].from, "help");
		struct plan p = desk_plan(w->d, "caseward");

		acks(l, tests[i].how);
		open_it(w, l, 0);
		intake_opened(&l->in, &w->d->f, &p);
		check_lines(tests[i].name, w->d, &p, tests[i].want);
		check_lines(tests[i].name, w->d, &p, "mail notice department"
		    " kim:  | help\nalarm weekly Mon 2026-11-09 10:00");
		desk_apply(tests[i].name, w->d, &p);
	}
}

static void
test_opened_details_G1_G10_G12_H5_M4(void **state)
{
	struct world *w = *state;
	struct desk *d = w->d;
	struct letter_in *l = mail_of(d, "x@y.example", "he shouted at me");
	const struct triage_escalation up[] = {
		{ &d->co->people[P_SAM], "harassment" },
		{ &d->co->people[P_OMAR], "legal threat" },
	};
	struct plan p = desk_plan(d, "caseward");

	mail_file(l, "a.pdf", "application/pdf", 1000);
	l->t.money = true;
	l->t.escalations = up;
	l->t.n_escalations = N(up);
	l->t.escalate_to = up[0].to;
	l->t.escalate_why = "harassment; legal threat";
	l->thread.is_flagged = true;
	l->thread.why = "its reply key is not ours (forged or damaged)";
	open_it(w, l, 0);
	same_text("escalated", d->f.c.escalated_why,
	    "harassment; legal threat");
	intake_opened(&l->in, &d->f, &p);
	check_lines("missing fields, attachments, money, escalation", d, &p,
	    "event incomplete: missing: employee-id, division, client\n"
	    "set has_unreviewed=1\n"
	    "subscribe : Payroll\n"
	    "event escalated: to Sam Reyes at once: harassment\n"
	    "mail escalation-intake internal sam: harassment | he shouted at"
	    " me\n"
	    "mail escalation-intake internal omar: legal threat | he shouted"
	    " at me\n"
	    "task check-thread ana Mon 2026-11-16 10:00: its reply key is not"
	    " ours (forged or damaged)");
	desk_apply("open", d, &p);
}

/* Who writes from an unknown address for a known employee is checked. */
static void
test_opened_checks_who_may_hear_SA15(void **state)
{
	struct world *w = *state;
	struct letter_in *l = mail_of(w->d, "x@y.example", "E1007");
	struct plan p = desk_plan(w->d, "caseward");

	mail_employee(l, false);
	open_it(w, l, 0);
	intake_opened(&l->in, &w->d->f, &p);
	must_have("task", w->d, &p, "task check-sender ana*");
}

/* Somebody writes three mails within minutes: three cases, one question. */
static void
test_opened_names_other_cases_of_the_person_C3_H6(void **state)
{
	struct world *w = *state;
	struct letter_in *l = mail_of(w->d, "joan@home.example", "and also");
	struct casefile others[] = { company_case(w->d->now - 9 * CW_DAY),
		company_case(w->d->now - CW_MINUTE) };
	struct plan p = desk_plan(w->d, "caseward");

	others[0].no = 98;
	others[1].no = 123;
	others[0].brief = "Dental plan";
	l->in.others = others;
	l->in.n_others = 2;
	open_it(w, l, 0);
	intake_opened(&l->in, &w->d->f, &p);
	check_lines("two others", w->d, &p, "event same-person: also open for"
	    " the same person: ER-000098 (Dental plan), ER-000123 (Missing"
	    " overtime pay)\ntask same-matter ana Mon 2026-11-16 10:00: Is it"
	    " the same matter as ER-000123, \"Missing overtime pay\", which"
	    " came shortly before?");
	p = desk_plan(w->d, "caseward");
	l->in.n_others = 1;
	intake_opened(&l->in, &w->d->f, &p);
	check_lines("an old one", w->d, &p, "event same-person:*\n"
	    "!task same-matter*");
	/* H6: the one who handles this one may not read the other */
	others[0].risk = RISK_CONFIDENTIAL;
	p = desk_plan(w->d, "caseward");
	intake_opened(&l->in, &w->d->f, &p);
	must_not_have("a confidential one", w->d, &p, "event same-person*");
	others[0].risk = RISK_HIGH;
	others[0].parties = "bob@er.example";
	p = desk_plan(w->d, "caseward");
	intake_opened(&l->in, &w->d->f, &p);
	must_not_have("one that is about a colleague", w->d, &p,
	    "event same-person*");
}

/* Nothing that opening mails would be held back by the guard. */
static void
test_opened_mails_pass_the_guard_G13(void **state)
{
	static const char *const senders[] = { "joan@home.example",
		"ana@corp.example", "no-reply@hris.example", "x@y.example" };
	struct world *w = *state;

	for (size_t i = 0; i < N(senders); i++) {
		struct letter_in *l = mail_of(w->d, senders[i], "help");
		struct plan p = desk_plan(w->d, "caseward");

		open_it(w, l, i);
		intake_opened(&l->in, &w->d->f, &p);
		for (size_t k = 0; k < p.n; k++) {
			const char *why;

			if (p.v[k].kind != ACT_MAIL)
				continue;
			why = guard_objection(w->d->p, &w->d->f,
			    p.v[k].audience, p.v[k].to);
			if (why != NULL)
				fail_msg("%s: %s: %s", senders[i], p.v[k].to,
				    why);
		}
	}
}

/* --- reopening (TH-14) --- */

static void
test_reopens_within_14_days_TH14(void **state)
{
	static const struct {
		const char *name;
		enum case_state state;
		const char *resolved, *closed, *now;
		bool want;
	} tests[] = {
		{ "an open case takes it", CASE_IN_PROGRESS, "", "",
		    "2027-11-02 10:00", true },
		{ "resolved a week ago", CASE_RESOLVED, "2026-11-02 10:00",
		    "", "2026-11-09 10:00", true },
		{ "closed two weeks ago", CASE_CLOSED, "2026-11-02 10:00",
		    "2026-11-09 10:00", "2026-11-23 10:00", true },
		{ "closed longer ago", CASE_CLOSED, "2026-11-02 10:00",
		    "2026-11-09 10:00", "2026-11-23 10:01", false },
		{ "resolved longer ago", CASE_RESOLVED, "2026-11-02 10:00",
		    "", "2026-11-16 10:01", false },
	};
	struct desk *d = desk_of(state);

	for (size_t i = 0; i < N(tests); i++) {
		d->f.c.state = tests[i].state;
		d->f.c.resolved_at = *tests[i].resolved == '\0' ? 0 :
		    at(d->z, tests[i].resolved);
		d->f.c.closed_at = *tests[i].closed == '\0' ? 0 :
		    at(d->z, tests[i].closed);
		if (intake_reopens(&d->f.c, d->p, at(d->z, tests[i].now)) !=
		    tests[i].want)
			fail_msg("%s", tests[i].name);
	}
}

#define FRESH(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FRESH(test_open_fills_the_case_G1_G3_G5_G7_G8_G9),
		FRESH(test_open_finds_an_owner_H10_G2_G21),
		FRESH(test_open_knows_whom_to_answer_AR2_AR6_SA15),
		FRESH(test_opened_whole_plan_G12_G16_H3_G23),
		FRESH(test_opened_ack_rules_AR4_AR6_AR7_AR14_M5),
		FRESH(test_opened_details_G1_G10_G12_H5_M4),
		FRESH(test_opened_checks_who_may_hear_SA15),
		FRESH(test_opened_names_other_cases_of_the_person_C3_H6),
		FRESH(test_opened_mails_pass_the_guard_G13),
		FRESH(test_reopens_within_14_days_TH14),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
