/* test_answers.c - what a mail does to a case that is there (core/intake):
 * answers of the three audiences, strangers, absences, bounces. */
#include "fixture_mail.h"

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
	w->d->now = at(w->d->z, "2026-11-04 11:00");
	w->d->f.c.state = CASE_WAITING_DEPARTMENT;
	w->d->f.c.step = 1;
	w->d->f.c.climbed_at = at(w->d->z, "2026-11-03 10:00");
	w->d->f.c.step_due_at = w->d->f.c.step_planned_at = at(w->d->z,
	    "2026-11-05 10:00");
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

static struct plan
append(struct letter_in *l)
{
	struct plan p = desk_plan(l->d, "test");

	intake_append(&l->in, &l->d->f, &p);
	return p;
}

/* --- the employee --- */

static void
test_employee_writes_M4_L16(void **state)
{
	static const struct {
		const char *name;
		enum case_state state;
		const char *want; /* the whole plan */
	} tests[] = {
		{ "on an open case: the owner reads it, nothing moves",
		    CASE_WAITING_DEPARTMENT,
		    "event mail-in: the employee wrote / You wrote to us.\n"
		    "mail new-mail internal ana: The employee wrote. | any"
		    " news?\n" },
		{ "we waited for it: the ladder goes on",
		    CASE_WAITING_EMPLOYEE,
		    "event mail-in: the employee wrote / You wrote to us.\n"
		    "set waiting_until=0\n"
		    "state in-progress: the employee wrote\n"
		    "set step_due_at=Thu 2026-11-05 11:00\n"
		    "alarm step Thu 2026-11-05 11:00\n"
		    "clear wait\n"
		    "mail new-mail internal ana: The employee wrote. | any"
		    " news?\n" },
	};
	struct desk *d = desk_of(state);

	for (size_t i = 0; i < N(tests); i++) {
		struct plan p;

		d->f.c.state = tests[i].state;
		p = append(answer_of(d, AUD_EMPLOYEE, "joan@home.example",
		    "any news?"));
		same_text(tests[i].name, plan_text(d, &p), tests[i].want);
		desk_apply(tests[i].name, d, &p);
	}
}

static void
test_employee_answers_late_step_H12(void **state)
{
	struct desk *d = desk_of(state);
	struct plan p;

	d->f.c.state = CASE_WAITING_EMPLOYEE;
	d->f.c.step_due_at = d->now - CW_HOUR;
	p = append(answer_of(d, AUD_EMPLOYEE, "joan@home.example", "here"));
	check_lines("row and agenda say the same", d, &p,
	    "set step_due_at=Thu 2026-11-05 11:00\n"
	    "alarm step Thu 2026-11-05 11:00");
}

static void
test_employee_reopens_TH14_H12(void **state)
{
	struct desk *d = desk_of(state);
	struct plan p;

	d->f.c.state = CASE_CLOSED;
	d->f.c.closed_at = d->now - CW_DAY;
	p = append(answer_of(d, AUD_EMPLOYEE, "joan@home.example",
	    "still not paid"));
	check_lines("open again, from the foot of the ladder", d, &p,
	    "state in-progress: the employee wrote\n"
	    "event reopened: the employee wrote / Your case was opened"
	    " again.\n"
	    "set step=0\n"
	    "alarm step Thu 2026-11-05 11:00\n"
	    "alarm due Wed 2026-11-18 11:00\n"
	    "mail new-mail internal ana: The employee wrote; the case is open"
	    " again. | still not paid");
	desk_apply("reopened", d, &p);
	assert_int_equal(d->f.c.state, CASE_IN_PROGRESS);
}

/* A later mail may be graver than the first: who must know hears of it. */
static void
test_employee_writes_something_grave_H5(void **state)
{
	struct desk *d = desk_of(state);
	const struct triage_escalation up[] = {
		{ &d->co->people[P_SAM], "harassment" } };
	struct letter_in *l = answer_of(d, AUD_EMPLOYEE, "joan@home.example",
	    "and he harasses me");
	struct plan p;

	l->t.escalations = up;
	l->t.n_escalations = 1;
	l->t.risk = RISK_HIGH;
	l->t.priority = PRIO_URGENT;
	p = append(l);
	check_lines("grave", d, &p, "set risk=high\nset priority=urgent\n"
	    "event escalated: to Sam Reyes at once: harassment\n"
	    "mail escalation-intake internal sam: harassment | and he"
	    " harasses me\nalarm due Thu 2026-11-05 11:00");
	desk_apply("grave", d, &p);
	p = append(l); /* once is enough */
	must_not_have("told already", d, &p, "mail escalation-intake*");
}

/* ... and whom it names hears nothing of it, and handles it no more. */
static void
test_grave_answer_names_somebody_H5_H6(void **state)
{
	struct desk *d = desk_of(state);
	struct letter_in *l = answer_of(d, AUD_EMPLOYEE, "joan@home.example",
	    "It is Ana Ruiz who harasses me, and Kim Ode laughs.");
	struct plan p;

	l->t.risk = RISK_HIGH;
	l->t.priority = PRIO_LOW;
	p = append(l);
	check_lines("named", d, &p, "set parties=ana@corp.example"
	    " kim@corp.example\nset owner=lee\nset notify_user=lee\n"
	    "event owner: Ana Ruiz is named in the mail: the case is Lee"
	    " Okafor's now\ntask check-parties lee*\n"
	    "mail new-mail internal lee: The employee wrote.*\n"
	    "!mail new-mail internal ana*");
	desk_apply("named", d, &p);
	p = append(l);
	must_not_have("named already", d, &p, "set parties*");
	l->t.risk = RISK_LOW;
	l->m.body.reply_text = "Thank you, Ben Cole.";
	p = append(l);
	must_not_have("no complaint", d, &p, "set parties*");
	l->t.risk = RISK_HIGH;
	l->thread.sender_belongs = false;
	p = append(l);
	must_not_have("a stranger with the key", d, &p, "set parties*");
}

/* H5: a case that such a mail opens again is as urgent as a new one. */
static void
test_grave_answer_reopens_H5_G5(void **state)
{
	struct desk *d = desk_of(state);
	const struct triage_escalation up[] = {
		{ &d->co->people[P_SAM], "harassment" } };
	struct letter_in *l = answer_of(d, AUD_EMPLOYEE, "joan@home.example",
	    "and he harasses me");
	struct plan p;

	l->t.escalations = up;
	l->t.n_escalations = 1;
	l->t.priority = PRIO_URGENT;
	d->f.c.state = CASE_RESOLVED;
	d->f.c.resolved_at = d->now - CW_DAY;
	p = append(l);
	check_lines("urgent", d, &p, "event reopened*\nset priority=urgent\n"
	    "alarm due Thu 2026-11-05 11:00");
	desk_apply("urgent", d, &p);
	assert_int_equal(d->f.c.state, CASE_IN_PROGRESS);
	assert_int_equal(d->f.c.priority, PRIO_URGENT);
}

/* --- strangers with a key (L13, SA-15) --- */

static void
test_strangers_speak_for_themselves_L13_SA15_G13(void **state)
{
	static const struct {
		const char *name;
		enum audience thread;
		const char *from;
		bool is_forged;
		const char *want;
	} tests[] = {
		{ "with the employee's key", AUD_EMPLOYEE, "x@law.example",
		    false,
		    "event mail-in: x@law.example, who is not the employee,"
		    " wrote\n"
		    "mail new-mail internal ana: x@law.example, who is not"
		    " the employee, wrote. Please check who wrote. | hello\n"
		    "task check-thread ana*" },
		{ "with the department's key, of another company",
		    AUD_DEPARTMENT, "x@law.example", false,
		    "event mail-in: x@law.example wrote in the department's"
		    " thread; the ladder goes on.\n"
		    "!set department_answered_at*\n!alarm step*\n!state *" },
		{ "a colleague of the contact answers for it",
		    AUD_DEPARTMENT, "tom@corp.example", false,
		    "event mail-in: the department answered / The department"
		    " that can answer your question wrote back to us.\n"
		    "set department_answered_at=Wed 2026-11-04 11:00\n"
		    "mail new-mail internal ana: tom@corp.example answered for"
		    " the department. | hello\ntask check-thread ana*" },
		{ "unless the border says that From is forged",
		    AUD_DEPARTMENT, "tom@corp.example", true,
		    "!set department_answered_at*\n!alarm step*" },
		{ "with an internal key", AUD_INTERNAL, "x@law.example",
		    false,
		    "event mail-in: x@law.example wrote\n"
		    "note internal: x@law.example: hello\n"
		    "mail new-mail internal ana: x@law.example wrote. | hello"
		    "\ntask check-thread ana*" },
	};
	struct desk *d = desk_of(state);

	for (size_t i = 0; i < N(tests); i++) {
		struct letter_in *l = answer_of(d, tests[i].thread,
		    tests[i].from, "hello");
		struct plan p;

		l->thread.sender_belongs = false;
		l->thread.is_flagged = true;
		l->in.is_forged = tests[i].is_forged;
		p = append(l);
		check_lines(tests[i].name, d, &p, tests[i].want);
		must_not_have(tests[i].name, d, &p, "mail * employee*");
		for (size_t k = 0; k < p.n; k++)
			if (p.v[k].kind == ACT_MAIL)
				assert_int_equal(p.v[k].audience,
				    AUD_INTERNAL);
	}
}

/* --- the department --- */

static const char answered_plan[] =
    "event mail-in: the department answered / The department that can answer"
    " your question wrote back to us.\n"
    "set department_answered_at=Wed 2026-11-04 11:00\n"
    "task-done call\n"
    "state in-progress: the department answered\n"
    "set step_postponed=1\n"
    "set step_due_at=Fri 2026-11-06 11:00\n"
    "alarm step Fri 2026-11-06 11:00\n"
    "mail new-mail internal ana: The department answered. | we look into"
    " it\n";

static void
test_department_answers_G18(void **state)
{
	struct desk *d = desk_of(state);
	struct plan p = append(answer_of(d, AUD_DEPARTMENT,
	    "kim@corp.example", "we look into it"));

	same_text("the whole plan", plan_text(d, &p), answered_plan);
	desk_apply("answer", d, &p);
}

static void
test_department_forwards_TH13(void **state)
{
	struct desk *d = desk_of(state);
	struct letter_in *l = answer_of(d, AUD_DEPARTMENT, "kim@corp.example",
	    "see below");
	struct plan p;

	l->m.is_forward = true;
	p = append(l);
	same_text("a note, the ladder goes on", plan_text(d, &p),
	    "event mail-in: The department forwarded a mail; the ladder goes"
	    " on.\n"
	    "mail new-mail internal ana: The department forwarded a mail; the"
	    " ladder goes on. | see below\n");
}

/* An answer does not open a closed case, and the owner reads it. */
static void
test_department_answers_a_closed_case_L16(void **state)
{
	struct desk *d = desk_of(state);
	struct plan p;

	d->f.c.state = CASE_CLOSED;
	p = append(answer_of(d, AUD_DEPARTMENT, "kim@corp.example", "paid"));
	check_lines("filed and told", d, &p, "!state *\n!alarm *\n!task *\n"
	    "mail new-mail internal ana: The department answered. | paid");
	desk_apply("closed", d, &p);
}

static void
test_resolutions_are_proposed_G14_G10(void **state)
{
	static const char in_words[] = "set resolution_proposed=1\n"
	    "task confirm-resolution ana Mon 2026-11-16 10:00: The"
	    " department's answer reads like a resolution.\n"
	    "mail confirm-resolution internal ana: The department's answer"
	    " reads like a resolution. |*\n!mail new-mail*";
	static const char in_file[] = "set resolution_in_attachment=1\n"
	    "event resolution-proposed: The department sent an attachment and"
	    " few words: the resolution may be in the attachment.\n"
	    "set has_unreviewed=1\nmail confirm-resolution internal ana:*";
	static const char neither[] = "!set resolution*\n!task *\n"
	    "mail new-mail internal ana:*";
	static const char long_answer[] = "The numbers are in the file. We"
	    " have looked at each of the weeks since September and found three"
	    " in which hours are missing; the terminal was out of order then,"
	    " as you know. We go on with it next week and write again.";
	static const struct {
		const char *name, *text, *file, *type;
		size_t size;
		const char *want;
	} tests[] = {
		{ "it reads like one", "It was paid today.", NULL, "", 0,
		    in_words },
		{ "a question does not", "We look into it.", NULL, "", 0,
		    neither },
		{ "a file and few words", "see attached", "fix.xlsx",
		    "application/xlsx", 100, in_file },
		{ "a file and no words", "", "fix.pdf", "application/pdf", 9,
		    in_file },
		{ "both", "paid, see attached", "fix.xlsx",
		    "application/xlsx", 100, "set resolution_proposed=1\n"
		    "set resolution_in_attachment=1" },
		{ "a file and many words", long_answer, "a.pdf",
		    "application/pdf", 100, neither },
		{ "the logo of a signature is no resolution",
		    "We look into it.", "logo.png", "image/png", 4000,
		    neither },
		{ "a scan may be one", "see scan", "scan.jpg", "image/jpeg",
		    300000, in_file },
	};
	struct desk *d = desk_of(state);

	for (size_t i = 0; i < N(tests); i++) {
		struct letter_in *l = answer_of(d, AUD_DEPARTMENT,
		    "kim@corp.example", tests[i].text);
		struct plan p;

		mail_rules(l);
		if (tests[i].file != NULL)
			mail_file(l, tests[i].file, tests[i].type,
			    tests[i].size);
		p = append(l);
		check_lines(tests[i].name, d, &p, tests[i].want);
		/* never closed by itself, never told to the employee */
		check_lines(tests[i].name, d, &p, "!state resolved*\n"
		    "!state closed*\n!mail resolution*");
		desk_apply(tests[i].name, d, &p);
		d->f.c.step_postponed = false;
		re_free(&l->re);
		d->p->n_rules = 0;
	}
}

/* --- staff --- */

static void
test_staff_writes_G13(void **state)
{
	static const struct {
		const char *name, *from, *text;
		bool commands;
		const char *want; /* the whole plan */
	} tests[] = {
		{ "the owner: a note, nobody else is told",
		    "ana@corp.example", "called her", false,
		    "event mail-in: Ana Ruiz wrote\n"
		    "note internal: Ana Ruiz: called her\n" },
		{ "the lead: a note, and the owner reads it",
		    "lee@corp.example", "keep at it", false,
		    "event mail-in: Lee Okafor wrote\n"
		    "note internal: Lee Okafor: keep at it\n"
		    "mail new-mail internal ana: Lee Okafor wrote. | keep at"
		    " it\n" },
		{ "commands are no note", "ana@corp.example",
		    "#resolve paid", true,
		    "event mail-in: Ana Ruiz wrote\n" },
		{ "nothing new in it", "ana@corp.example", " \n", false,
		    "event mail-in: Ana Ruiz wrote\n" },
	};
	static const char *command[] = { "#resolve paid" };
	struct desk *d = desk_of(state);

	for (size_t i = 0; i < N(tests); i++) {
		struct letter_in *l = answer_of(d, AUD_INTERNAL,
		    tests[i].from, tests[i].text);
		struct plan p;

		if (tests[i].commands)
			l->m.commands = (struct texts){ command, 1 };
		p = append(l);
		same_text(tests[i].name, plan_text(d, &p), tests[i].want);
	}
}

/* The owner is away: the backup of the region reads the mail (G21). */
static void
test_stand_in_reads_the_mail_G21(void **state)
{
	struct desk *d = desk_of(state);
	struct plan p;

	desk_address(d, "ana@corp.example", 0, d->now + CW_DAY);
	p = append(answer_of(d, AUD_EMPLOYEE, "joan@home.example", "news?"));
	must_have("away", d, &p, "mail new-mail internal ben:*");
	must_not_have("away", d, &p, "mail new-mail internal ana:*");
}

/* Agents of a region stand in for each other, but not for the counsel who
 * sits there: what is told to them at once is for few (H5, H6). */
static void
test_no_agent_stands_in_for_the_counsel_H6(void **state)
{
	struct desk *d = desk_of(state);
	struct person *dana = &d->co->people[P_DANA];
	const struct person *to;

	dana->region = "us-east";
	desk_address(d, dana->email, 0, d->now + CW_DAY);
	d->f.c.risk = RISK_CONFIDENTIAL;
	to = case_reader(&d->f, &d->co->policy, dana, d->now);
	assert_string_equal(to->id, "omar");
}

/* --- unverified mail (M4, SA-11 level 0) --- */

static void
test_unverified_is_shown_to_the_owner_M4_L11(void **state)
{
	struct desk *d = desk_of(state);
	struct letter_in *l = mail_of(d, "x@y.example", "send me the file");
	struct plan p = desk_plan(d, "unknown");

	l->thread = (struct thread_verdict){ .what = THREAD_UNVERIFIED,
		.case_no = 123, .why = "the sender does not belong" };
	intake_unverified(&l->in, &d->f, &p);
	same_text("the whole plan", plan_text(d, &p),
	    "event unverified: mail of x@y.example is kept as unverified: the"
	    " sender does not belong\n"
	    "task check-sender ana Mon 2026-11-16 10:00: mail of x@y.example"
	    " is kept as unverified: the sender does not belong\n"
	    "mail unverified internal ana: A mail of x@y.example is kept as"
	    " unverified: the sender does not belong. | send me the file\n");
}

/* --- absences (AR-12, G21) --- */

static void
test_absences_AR12_M5(void **state)
{
	static const struct {
		const char *name;
		enum audience thread;
		const char *from;
		bool belongs, said;
		enum case_state state;
		const char *want;
	} tests[] = {
		{ "the contact: the backup is asked at once",
		    AUD_DEPARTMENT, "kim@corp.example", true, true,
		    CASE_WAITING_DEPARTMENT,
		    "absent mail kim Mon 2026-11-09 00:00: tom@corp.example\n"
		    "mail status-request department pat:*\n"
		    "event divert:*\n"
		    "mail absence internal ana: Kim Ode is out of office until"
		    " Mon 9 Nov. They name tom@corp.example, who is not of the"
		    " staff and gets no mail. What was asked there went to"
		    " somebody else at once. Say #back kim if they are there,"
		    " #absent kim and a date if that is not right. |*\n"
		    "!mail * department tom*\n!set department_answered_at*\n"
		    "!state *\n!alarm step*" },
		{ "the employee: no ladder moves, mail goes on", AUD_EMPLOYEE,
		    "joan@home.example", true, true, CASE_WAITING_DEPARTMENT,
		    "!absent *\n!mail*\n!alarm*\n!state*" },
		{ "the employee we waited for: still waiting (L16)",
		    AUD_EMPLOYEE, "joan@home.example", true, true,
		    CASE_WAITING_EMPLOYEE, "!state*\n!clear wait*" },
		{ "a stranger's is filed", AUD_DEPARTMENT, "x@y.example",
		    false, true, CASE_WAITING_DEPARTMENT,
		    "event mail-auto:*\n!absent*\n!mail*" },
		{ "an automatic mail that says no absence", AUD_DEPARTMENT,
		    "kim@corp.example", true, false, CASE_WAITING_DEPARTMENT,
		    "event mail-auto: automatic mail of kim@corp.example (AR-1"
		    " Auto-Submitted): filed, it counts for nothing\n"
		    "!absent*\n!mail*\n!set department_answered_at*" },
		{ "on a closed case", AUD_DEPARTMENT, "kim@corp.example",
		    true, true, CASE_CLOSED, "!absent*\n!mail*\n!state*" },
	};
	struct desk *d = desk_of(state);
	const struct absence away = {
		.back_at = at(zone_utc(), "2026-11-09 00:00"),
		.deputy = "tom@corp.example" };

	for (size_t i = 0; i < N(tests); i++) {
		struct letter_in *l = answer_of(d, tests[i].thread,
		    tests[i].from, "I am away");
		struct plan p = desk_plan(d, "caseward");

		d->f.c.state = tests[i].state;
		l->m.class = MSG_AUTO;
		l->m.class_why = "AR-1 Auto-Submitted";
		l->thread.sender_belongs = tests[i].belongs;
		l->in.is_from_reader = true;
		intake_auto(&l->in, &d->f, tests[i].said ? &away : NULL, &p);
		check_lines(tests[i].name, d, &p, tests[i].want);
		desk_apply(tests[i].name, d, &p);
		d->f.n_addresses = d->f.n_history = 0;
	}
}

/* No date in the notice: away for two business days. */
static void
test_absence_without_a_date_AR12(void **state)
{
	struct desk *d = desk_of(state);
	struct letter_in *l = answer_of(d, AUD_DEPARTMENT, "kim@corp.example",
	    "I am away");
	const struct absence away = { .deputy = "" };
	struct plan p = desk_plan(d, "caseward");

	l->in.is_from_reader = true;
	intake_auto(&l->in, &d->f, &away, &p);
	assert_int_equal(plan_find(&p, ACT_ABSENT, NULL)->at,
	    at(d->z, "2026-11-06 11:00"));
}

/* --- bounces (BN-13, M6) --- */

static void
test_bounces_BN13_M6(void **state)
{
	static const struct {
		const char *name, *rcpt;
		enum bounce_kind kind;
		enum case_state state;
		const char *want;
	} tests[] = {
		{ "the contact is gone: the backup is asked now",
		    "kim@corp.example", BOUNCE_KIND_HARD,
		    CASE_WAITING_DEPARTMENT,
		    "event bounce: mail to kim@corp.example came back (5.1.1)\n"
		    "undeliverable kim Wed 2026-11-04 11:00: 5.1.1\n"
		    "mail undeliverable internal ana: mail to kim@corp.example"
		    " came back (5.1.1)\n"
		    "mail status-request department pat:*\n"
		    "!set department_answered_at*\n!alarm due*" },
		{ "the employee: somebody calls", "joan@home.example",
		    BOUNCE_KIND_HARD, CASE_WAITING_DEPARTMENT,
		    "undeliverable *\ntask call-employee ana Mon 2026-11-16"
		    " 10:00: mail to joan@home.example came back (5.1.1): call"
		    " the employee\n!mail * department*" },
		{ "the owner's own address: a colleague hears of it (G21)",
		    "ana@corp.example", BOUNCE_KIND_HARD,
		    CASE_WAITING_DEPARTMENT,
		    "mail undeliverable internal ben:*\n!mail * internal ana*"
		    },
		{ "a full mailbox: shown, tried again at the next rung",
		    "kim@corp.example", BOUNCE_KIND_SOFT,
		    CASE_WAITING_DEPARTMENT,
		    "event bounce:*\n!undeliverable*\n!mail*" },
		{ "only late", "kim@corp.example", BOUNCE_KIND_DELAY,
		    CASE_WAITING_DEPARTMENT, "event bounce:*\n!mail*" },
		{ "it arrived", "kim@corp.example", BOUNCE_KIND_NONE,
		    CASE_WAITING_DEPARTMENT, "event bounce:*\n!mail*" },
		{ "refused by policy: the address is not to blame",
		    "kim@corp.example", BOUNCE_KIND_POLICY,
		    CASE_WAITING_DEPARTMENT, "!undeliverable*\n"
		    "mail undeliverable internal ana:*\n"
		    "mail status-request department pat:*" },
		{ "a closed case is not asked about again",
		    "kim@corp.example", BOUNCE_KIND_HARD, CASE_CLOSED,
		    "undeliverable *\n!mail * department*\n!task*" },
	};
	struct desk *d = desk_of(state);

	for (size_t i = 0; i < N(tests); i++) {
		struct plan p = desk_plan(d, "caseward");

		d->f.c.state = tests[i].state;
		intake_bounced(&d->f, d->p, d->now, &(struct returned){
		    tests[i].rcpt, "status-request", tests[i].kind,
		    "5.1.1" }, &p);
		check_lines(tests[i].name, d, &p, tests[i].want);
		desk_apply(tests[i].name, d, &p);
		d->f.n_addresses = d->f.n_history = 0;
	}
}

#define FRESH(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FRESH(test_employee_writes_M4_L16),
		FRESH(test_employee_answers_late_step_H12),
		FRESH(test_employee_reopens_TH14_H12),
		FRESH(test_employee_writes_something_grave_H5),
		FRESH(test_grave_answer_names_somebody_H5_H6),
		FRESH(test_grave_answer_reopens_H5_G5),
		FRESH(test_strangers_speak_for_themselves_L13_SA15_G13),
		FRESH(test_department_answers_G18),
		FRESH(test_department_forwards_TH13),
		FRESH(test_department_answers_a_closed_case_L16),
		FRESH(test_resolutions_are_proposed_G14_G10),
		FRESH(test_staff_writes_G13),
		FRESH(test_stand_in_reads_the_mail_G21),
		FRESH(test_no_agent_stands_in_for_the_counsel_H6),
		FRESH(test_unverified_is_shown_to_the_owner_M4_L11),
		FRESH(test_absences_AR12_M5),
		FRESH(test_absence_without_a_date_AR12),
		FRESH(test_bounces_BN13_M6),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
