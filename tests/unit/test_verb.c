/* test_verb.c - what people may say about a case: every verb, right and
 * wrong. */
#include "fixture_desk.h"

#include "core/verb.h"

#define NOBODY P_N /* the operator, on the command line */

static const struct history_line some_history[] = { { .kind = "opened",
	.actor = "", .text = "", .public_text = "" } };

/* A case of Ana's, opened Mon 2 Nov 10:00; it is now Wed 4 Nov 11:00. */
static struct desk *
desk_today(struct arena *a)
{
	struct desk *d = desk_new(a, "2026-11-02 10:00");

	d->f.history = some_history;
	d->f.n_history = 1;
	d->f.c.step_due_at = at(d->z, "2026-11-05 10:00");
	d->now = at(d->z, "2026-11-04 11:00");
	return d;
}

static enum rc
say(struct desk *d, int who, const char *line, struct plan *p,
    const char **said, struct err *e)
{
	const struct person *x = who == NOBODY ? NULL : &d->co->people[who];
	struct verb_call c = { &d->f, d->p, d->now, x, x == NULL ?
	    ROLE_OPERATOR : x->roles, "", d->a };

	*p = desk_plan(d, x == NULL ? "operator" : x->id);
	*said = "";
	e->text[0] = '\0';
	return verb_decide(line, &c, p, said, e);
}

/* What changes the case before something is said. */
static void
resolved(struct desk *d)
{
	d->f.c.state = CASE_RESOLVED;
	d->f.c.resolution = "paid";
	d->f.c.resolved_at = d->now - CW_HOUR;
}

static void
closed(struct desk *d)
{
	resolved(d);
	d->f.c.state = CASE_CLOSED;
	d->f.c.closed_at = d->now;
}

static void
fresh(struct desk *d)
{
	d->f.c.state = CASE_NEW;
	d->f.c.owner = d->f.c.department = d->f.c.category = "";
}

static void
without_address(struct desk *d)
{
	d->f.c.employee_email = "";
}

static void
about_ben(struct desk *d)
{
	d->f.c.employee_email = "Ben@corp.example";
}

static void
of_benefits(struct desk *d)
{
	d->f.c.category = "benefits";
}

static void
without_outcome(struct desk *d)
{
	resolved(d);
	d->f.c.resolution = d->f.c.brief = "";
}

static void
climbed_now(struct desk *d)
{
	d->f.c.climbed_at = d->now;
}

static void
with_strangers(struct desk *d)
{
	static const char *const v[] = { "CRM/HR", "Employee Relations",
		"Payroll", "Benefits", "tom.hale@corp.example" };

	d->f.subscribers = v;
	d->f.n_subscribers = N(v);
}

static void
with_files(struct desk *d)
{
	d->f.c.has_unreviewed = d->f.c.resolution_in_attachment = true;
}

static const struct row {
	const char *name;
	void (*before)(struct desk *); /* NULL: as it is */
	int who;
	const char *line;
	const char *refused; /* NULL: done; else the reason begins so */
	const char *said;    /* begins so */
	const char *acts;    /* lines of the plan; all of them if it ends in
	                        a line "." */
} rows[] = {
	/* --- own (H10) --- */
	{ "an agent takes the case", NULL, P_BEN, "#own", NULL,
	    "The case is yours.",
	    "set owner=ben\nset notify_user=ben\nset team=east\n"
	    "event owner: Ben Cole is the owner (by Ben Cole)\n." },
	{ "taking a new case assigns it", fresh, P_BEN, "own", NULL,
	    "The case is yours.", "state assigned: an owner was named" },
	{ "the operator has to say who", NULL, NOBODY, "own",
	    "say who you are", "", "" },
	{ "not one's own case", about_ben, P_BEN, "#own",
	    "the case is about you: somebody else has to say it", "", "" },
	{ "a department cannot", NULL, P_KIM, "#own", "you may not say #own",
	    "", "" },
	/* --- assign (W3, W4) --- */
	{ "to a department", NULL, P_LEE, "#assign Benefits", NULL,
	    "Assigned to Benefits.",
	    "set department=benefits\n"
	    "event department: assigned to Benefits (by Lee Okafor) / Your"
	    " case was passed to the department that can answer it.\n"
	    "set step=0\nset chain=0\nset climbed_at=0\n"
	    "set department_answered_at=0\n"
	    "set step_planned_at=Thu 2026-11-05 22:30\n"
	    "set step_postponed=0\ntask-done call\n"
	    "set step_due_at=Thu 2026-11-05 22:30\n"
	    "alarm step Thu 2026-11-05 22:30\n"
	    "mail notice department raj: The case was assigned to you.\n." },
	{ "a department triages a new case", fresh, P_LEE,
	    "#assign benefits", NULL, "Assigned",
	    "state triaged: a department was named" },
	{ "it is there already", NULL, P_LEE, "#assign payroll",
	    "the case is with Payroll already", "", "" },
	{ "a department answers no closed case", closed, P_LEE,
	    "#assign benefits", "the case is closed; say #reopen", "", "" },
	{ "to an agent, by id", NULL, P_LEE, "#assign ben", NULL,
	    "Owner is now Ben Cole.",
	    "mail assigned internal ben: Lee Okafor gave you the case.\n"
	    "set owner=ben\nset notify_user=ben\nset team=east\n"
	    "event owner: Ben Cole is the owner (by Lee Okafor)\n." },
	{ "to an agent, by address", NULL, NOBODY, "assign ben@corp.example",
	    NULL, "Owner is now Ben Cole.",
	    "mail assigned internal ben: the operator gave you the case." },
	{ "to oneself: no mail about it", NULL, P_BEN, "#assign ben", NULL,
	    "Owner is now Ben Cole.", "!mail assigned*" },
	{ "to whom the case is about", about_ben, P_LEE, "#assign ben",
	    "the case is about Ben Cole", "", "" },
	{ "to a department's contact as a person", NULL, P_LEE,
	    "#assign kim", "Kim Ode is not an agent", "", "" },
	{ "to nobody we know", NULL, P_LEE, "#assign tom",
	    "no department and nobody is called \"tom\"", "", "" },
	{ "to whom?", NULL, P_LEE, "#assign", "#assign needs <department or"
	    " person>, for example: #assign payroll", "", "" },
	/* --- note (G13) --- */
	{ "a note", NULL, P_ANA, "#note called Kim", NULL,
	    "Noted, for internal eyes only.",
	    "note internal: called Kim\n." },
	{ "a note on a closed case", closed, P_ANA, "note: seen", NULL,
	    "Noted", "note internal: seen\n." },
	{ "an empty note", NULL, P_ANA, "#note  ", "#note needs <text>", "",
	    "" },
	{ "leadership writes no notes", NULL, P_DANA, "#note x",
	    "you may not say #note", "", "" },
	/* --- priority (G5) --- */
	{ "high: due two business days after the opening, but warned ahead",
	    NULL, P_ANA, "#priority High", NULL, "Priority is now high.",
	    "set priority=high\n"
	    "event priority: priority high (by Ana Ruiz)\n"
	    "set due_at=Thu 2026-11-05 11:00\n"
	    "alarm due Thu 2026-11-05 11:00\n"
	    "alarm due-warning Thu 2026-11-05 09:00\n." },
	{ "normal: from the opening", NULL, P_ANA, "#priority normal", NULL,
	    "Priority is now normal.", "set due_at=Mon 2026-11-09 10:00\n"
	    "alarm due-warning Fri 2026-11-06 10:00" },
	{ "no priority", NULL, P_ANA, "#priority top",
	    "\"top\" is no priority: low, normal, high or urgent", "", "" },
	{ "of a resolved case", resolved, P_ANA, "#priority high",
	    "the case is resolved; say #reopen first", "", "" },
	{ "in Spanish (M11)", NULL, P_ANA, "#prioridad Urgente", NULL,
	    "Priority is now urgent.", "set priority=urgent" },
	/* --- due (G5, G6) --- */
	{ "in Spanish (M11)", NULL, P_ANA, "#PLAZO viernes", NULL,
	    "Due Fri 6 Nov 2026, 09:00 EST", "set due_at=Fri 2026-11-06 09:00" },
	{ "a weekday", NULL, P_ANA, "#due friday", NULL,
	    "Due Fri 6 Nov 2026, 09:00 EST",
	    "set due_at=Fri 2026-11-06 09:00\n"
	    "alarm due Fri 2026-11-06 09:00\n"
	    "alarm due-warning Thu 2026-11-05 09:00\n"
	    "event due: Due Fri 6 Nov 2026, 09:00 EST (UTC-05:00). (by Ana"
	    " Ruiz)\n." },
	{ "tomorrow: warned ahead all the same", NULL, P_ANA,
	    "#due tomorrow", NULL, "Due Thu 5 Nov 2026, 09:00",
	    "alarm due-warning Wed 2026-11-04 13:00" },
	{ "in the past", NULL, P_ANA, "#due 2026-11-03",
	    "\"2026-11-03\" is no date ahead of us", "", "" },
	{ "no date", NULL, P_ANA, "#due soon", "\"soon\" is no date", "",
	    "" },
	{ "of a closed case", closed, P_ANA, "#due friday",
	    "the case is closed", "", "" },
	/* --- wait (H12) --- */
	{ "for the employee", NULL, P_ANA, "#wait employee 5 days", NULL,
	    "Waiting on the employee until Mon 9 Nov 2026, 11:00",
	    "set waiting_until=Mon 2026-11-09 11:00\n"
	    "state waiting-employee: by Ana Ruiz\n"
	    "alarm wait Mon 2026-11-09 11:00\n"
	    "mail waiting-employee employee joan: \n." },
	{ "without words: the employee, a week", NULL, P_ANA, "#wait", NULL,
	    "Waiting on the employee until Wed 11 Nov", "" },
	{ "no address: somebody calls", without_address, P_ANA,
	    "#wait employee", NULL, "Waiting on the employee",
	    "!mail*\ntask call-employee ana Wed 2026-11-11 11:00: Call the"
	    " employee: we wait for an answer, and no address is known." },
	{ "for the department: the next step holds", NULL, P_LEE,
	    "#wait department 2 business days", NULL,
	    "Waiting on the department until Fri 6 Nov 2026, 11:00 EST"
	    " (UTC-05:00).",
	    "set waiting_until=Fri 2026-11-06 11:00\n"
	    "state waiting-department: by Lee Okafor\n"
	    "alarm wait Fri 2026-11-06 11:00\n"
	    "set step_due_at=Fri 2026-11-06 11:00\n"
	    "alarm step Fri 2026-11-06 11:00\n." },
	{ "for long: the lead hears of it in time (G19)", NULL, P_ANA,
	    "#wait department 20 days", NULL,
	    "Waiting on the department until Tue 24 Nov 2026, 11:00 EST"
	    " (UTC-05:00). The next step comes before that, on Mon 9 Nov",
	    "alarm step Mon 2026-11-09 10:00" },
	{ "for the department, in Spanish (M11)", NULL, P_ANA,
	    "#esperar departamento 2 días hábiles", NULL,
	    "Waiting on the department until Fri 6 Nov 2026, 11:00", "" },
	{ "for the employee, in Spanish (M11)", NULL, P_ANA,
	    "#esperar empleada 5 días", NULL,
	    "Waiting on the employee until Mon 9 Nov 2026, 11:00", "" },
	{ "for ever", NULL, P_ANA, "#wait employee 1000 days",
	    "a wait ends within 30 days", "", "" },
	{ "until a date behind us", NULL, P_ANA, "#wait employee 2026-11-01",
	    "\"2026-11-01\" is no date ahead of us", "", "" },
	{ "for somebody else", NULL, P_ANA, "#wait bank friday",
	    "\"bank friday\" is no date", "", "" },
	{ "with a resolved case", resolved, P_ANA, "#wait",
	    "the case is resolved", "", "" },
	/* --- message --- */
	{ "words to the employee", NULL, P_ANA, "#message we need the form",
	    NULL, "Sent to the employee.",
	    "mail message employee joan:  | we need the form\n"
	    "event message: we need the form\n." },
	{ "no address of the employee", without_address, P_ANA,
	    "#message x", "no address of the employee is known", "", "" },
	/* --- resolve (H4, G14) --- */
	{ "resolved, and the employee is told", NULL, P_ANA,
	    "#resolve paid with the run of 13 Nov", NULL,
	    "Resolved, and the employee is told.",
	    "set resolution=paid with the run of 13 Nov\n"
	    "set resolved_at=Wed 2026-11-04 11:00\n"
	    "set waiting_until=0\n"
	    "set resolution_proposed=0\nset resolution_in_attachment=0\n"
	    "state resolved: by Ana Ruiz\n"
	    "event resolved: paid with the run of 13 Nov / Your case was"
	    " resolved.\n"
	    "clear step\nclear due\nclear due-warning\nclear weekly\n"
	    "task-done call\ntask-done check-employee\nclear wait\n"
	    "task-done \nalarm close Wed 2026-11-11 11:00\n"
	    "mail resolution employee joan:  | paid with the run of 13 Nov\n"
	    "." },
	{ "nobody can be told", without_address, P_ANA, "#resolve paid",
	    NULL, "Resolved. No address is known: please tell the employee.",
	    "!mail*" },
	{ "how?", NULL, P_ANA, "#resolve", "#resolve needs <what was done>",
	    "", "" },
	{ "twice", resolved, P_ANA, "#resolve paid", "the case is resolved",
	    "", "" },
	/* --- close (H4) --- */
	{ "a resolved case", resolved, P_ANA, "#close", NULL, "Closed.",
	    "state closed: by Ana Ruiz\n"
	    "set closed_at=Wed 2026-11-04 11:00\n"
	    "event closed: closed / Your case was closed.\n"
	    "clear step\nclear due\nclear due-warning\nclear weekly\n"
	    "task-done call\ntask-done check-employee\ntask-done \n"
	    "clear close\nclear review\n"
	    "mail closing employee joan: \n." },
	{ "an open case: what is missing is named", NULL, P_ANA, "#close",
	    "closing needs: outcome (say #resolve what was done), resolution"
	    " date", "", "" },
	{ "more is missing", without_outcome, P_ANA, "#close",
	    "closing needs: description, outcome (say #resolve what was done)",
	    "", "" },
	{ "closed already", closed, P_ANA, "#close", "the case is closed"
	    " already", "", "" },
	/* --- reopen (H12) --- */
	{ "a closed case opens again", closed, P_ANA, "#reopen not paid",
	    NULL, "Open again; the ladder runs.",
	    "state in-progress: not paid\nset resolution=\nset step=0\n"
	    "set due_at=Wed 2026-11-18 11:00\n"
	    "alarm step Thu 2026-11-05 11:00" },
	{ "an open one does not", NULL, P_ANA, "#reopen", "the case is open",
	    "", "" },
	/* --- escalate (G6, G19) --- */
	{ "one step, now", NULL, P_LEE, "#escalate it is urgent", NULL,
	    "Escalated to the next step.",
	    "mail status-request department kim: Lee Okafor asked for it: it"
	    " is urgent\nset step=1\nset climbed_at=Wed 2026-11-04 11:00" },
	{ "once at a time", climbed_now, P_LEE, "#escalate",
	    "a step was climbed this very moment", "", "" },
	{ "nothing above a resolved case", resolved, P_LEE, "#escalate",
	    "the case is resolved", "", "" },
	/* --- reviewed (G10) --- */
	{ "the files were looked at", with_files, P_ANA, "#reviewed", NULL,
	    "Attachments are marked as reviewed.",
	    "reviewed \nset has_unreviewed=0\n"
	    "set resolution_in_attachment=0\n." },
	/* --- stoppage (G4) --- */
	{ "payroll cannot be processed", NULL, P_ANA,
	    "#stoppage no bank file", NULL,
	    "Work stoppage is set; priority is urgent.",
	    "set stoppage_reason=no bank file\nset priority=urgent\n"
	    "event stoppage: no bank file\n"
	    "alarm due Thu 2026-11-05 11:00" },
	{ "only where payroll is concerned", of_benefits, P_ANA,
	    "#stoppage x", "work stoppage is for payroll that cannot be"
	    " processed; this case's category is Benefits", "", "" },
	{ "not without a category", fresh, P_ANA, "#stoppage x",
	    "work stoppage is for payroll that cannot be processed; this"
	    " case's category is unknown", "", "" },
	{ "not without a reason", NULL, P_ANA, "#stoppage",
	    "#stoppage needs <reason>", "", "" },
	{ "not on a closed case", closed, P_ANA, "#stoppage x",
	    "the case is closed", "", "" },
	/* --- field (G1) --- */
	{ "a field", NULL, P_ANA, "#field division East Coast", NULL,
	    "division is now \"East Coast\".",
	    "set division=East Coast\n"
	    "event field: division = East Coast (by Ana Ruiz)\n." },
	{ "spelled as people spell it", NULL, P_ANA, "#field Employee-ID: E7",
	    NULL, "employee_id is now \"E7\".", "set employee_id=E7" },
	{ "a category by its name", fresh, P_ANA, "#field category Benefits",
	    NULL, "category is now \"benefits\".", "set category=benefits" },
	{ "no category", NULL, P_ANA, "#field category gossip",
	    "no category \"gossip\"", "", "" },
	{ "an address", NULL, P_ANA,
	    "#field employee_email Joan.Park@home.example", NULL,
	    "employee_email is now \"joan.park@home.example\".",
	    "set employee_email=joan.park@home.example" },
	{ "no address", NULL, P_ANA, "#field employee_email joan",
	    "\"joan\" is not an address that can be mailed", "", "" },
	{ "our own address", NULL, P_ANA,
	    "#field employee_email er@corp.example",
	    "er@corp.example is our own address", "", "" },
	{ "the owner's: somebody else has to own it first", NULL, P_LEE,
	    "#field employee_email ANA@corp.example",
	    "Ana Ruiz owns the case", "", "" },
	{ "a field that has a verb of its own", NULL, P_ANA,
	    "#field owner ben", "fields are: category, type,", "", "" },
	{ "a field without a value", NULL, P_ANA, "#field division",
	    "fields are: ", "", "" },
	{ "no field", NULL, P_ANA, "#field", "#field needs <name> <value>",
	    "", "" },
	/* --- prune (G12) --- */
	{ "subscribers that no longer belong", with_strangers, P_ANA,
	    "#prune", NULL,
	    "2 subscribers removed: Benefits, tom.hale@corp.example.",
	    "unsubscribe : Benefits\n"
	    "unsubscribe : tom.hale@corp.example\n." },
	{ "all belong", NULL, P_ANA, "#prune", NULL,
	    "All subscribers belong.", "." },
	/* --- help, and what is no verb (M9) --- */
	{ "help for an agent", NULL, P_ANA, "#help", NULL, "#own - take", "." },
	{ "help for a department is short", NULL, P_KIM, "#HELP", NULL,
	    "#help - list what you may say\n", "." },
	{ "no verb", NULL, P_ANA, "#delete everything",
	    "\"delete\" is no command; say #help for the list", "", "" },
	{ "nothing", NULL, P_ANA, "#", "\"\" is no command", "", "" },
};

/* Some lines of the plan or, with a line "." at the end, all of them. */
static void
check_all(const struct row *t, const struct desk *d, const struct plan *p)
{
	size_t n = strlen(t->acts);

	if (str_eq(t->acts, ".") || (n > 1 &&
	    str_eq(t->acts + n - 2, "\n.")))
		same_text(t->name, arena_printf(d->a, "%s.", plan_text(d, p)),
		    t->acts);
	else
		check_lines(t->name, d, p, t->acts);
}

static void
test_verb_rows_G4_G5_G12_H4_H12_M9_W3(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		const struct row *t = &rows[i];
		struct desk *d = desk_today(a);
		const char *said;
		struct plan p;
		struct err e;
		enum rc rc;

		if (t->before != NULL)
			t->before(d);
		rc = say(d, t->who, t->line, &p, &said, &e);
		same_text(t->name, rc_name(rc), t->refused == NULL ? "ok" :
		    "bad");
		if (t->refused != NULL) {
			same_text(t->name, arena_strndup(a, e.text,
			    strlen(t->refused)), t->refused);
			continue;
		}
		same_text(t->name, arena_strndup(a, said, strlen(t->said)),
		    t->said);
		check_all(t, d, &p);
		desk_apply(t->name, d, &p);
		arena_reset(a);
	}
	arena_free(&a);
}

/* Whoever may say it, in whatever state: a refusal with its reason, or a
 * plan that makes legal moves only. */
static void
test_verb_every_verb_in_every_state_H12(void **state)
{
	struct arena *a = arena_new();
	const struct verb *v;
	size_t n;

	(void)state;
	v = verb_table(&n);
	for (size_t i = 0; i < n; i++)
		for (int s = 0; s < CASE_STATE_N; s++) {
			struct desk *d = desk_today(a);
			const char *said;
			struct plan p;
			struct err e;

			d->f.c.state = (enum case_state)s;
			if (s >= CASE_RESOLVED)
				d->f.c.resolved_at = d->now;
			if (say(d, P_LEE, v[i].example, &p, &said, &e) ==
			    RC_OK) {
				assert_true(*said != '\0');
				desk_apply(v[i].name, d, &p);
			} else if (e.text[0] == '\0') {
				fail_msg("%s refused without a reason",
				    v[i].name);
			}
			arena_reset(a);
		}
	arena_free(&a);
}

/* Words thrown together, the same ones each time: whatever is said, a plan
 * that can be carried out and leaves the dates ahead, or a reason. */
static void
test_verb_thrown_together_words_G6_H12(void **state)
{
	static const char *const words[] = { "#", "##", " ", ":", "=", "-1",
		"0", "999999999999", "days", "business", "3bd", "1 week",
		"friday", "30 Feb", "Nov", "2026-11-05", "9999-12-31",
		"employee", "department", "payroll", "Benefits", "ana",
		"joan@home.example", "employee_email", "category", "urgent",
		"\xc3\xbc", "{{x}}", "a\nb", "%s%n" };
	struct arena *a = arena_new();
	const struct verb *v;
	uint32_t x = 2026;
	size_t n, done = 0;

	(void)state;
	v = verb_table(&n);
	for (int i = 0; i < 6000; i++) {
		struct desk *d = desk_today(a);
		const char *said, *line;
		struct plan p;
		struct err e;

		x = x * 1664525 + 1013904223;
		line = arena_printf(a, "#%s", v[(x >> 16) % n].name);
		d->f.c.state = (enum case_state)((x >> 24) % CASE_STATE_N);
		for (int k = 0; k < 4; k++) {
			x = x * 1664525 + 1013904223;
			if ((x >> 30) != 0)
				line = arena_printf(a, "%s%s%s", line,
				    (x >> 8) % 3 == 0 ? "" : " ",
				    words[(x >> 12) % N(words)]);
		}
		if (say(d, P_LEE, line, &p, &said, &e) == RC_OK) {
			done++;
			desk_apply(line, d, &p);
			if (case_state_is_open(d->f.c.state) &&
			    (d->f.c.due_at <= d->now ||
			    d->f.c.step_due_at <= d->now))
				fail_msg("%s: a date behind us", line);
		} else if (e.text[0] == '\0') {
			fail_msg("%s: refused without a reason", line);
		}
		arena_reset(a);
	}
	assert_in_range(done, 1000, 5000); /* some of each */
	arena_free(&a);
}

/* An open case keeps a due date and a step ahead of it, whatever is said. */
static void
test_verb_never_loses_the_dates_G6(void **state)
{
	static const char *const lines[] = { "#due 2 business days",
		"#due tomorrow", "#priority urgent", "#priority low",
		"#wait employee", "#wait department 10 days", "#escalate",
		"#stoppage x", "#assign benefits" };
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(lines); i++) {
		struct desk *d = desk_today(a);
		const struct act *alarm;
		const char *said;
		struct plan p;
		struct err e;

		if (say(d, P_LEE, lines[i], &p, &said, &e) != RC_OK)
			fail_msg("%s: %s", lines[i], e.text);
		desk_apply(lines[i], d, &p);
		assert_true(d->f.c.due_at > d->now);
		assert_true(d->f.c.step_due_at > d->now);
		if ((alarm = plan_find(&p, ACT_ALARM, "due")) != NULL)
			assert_int_equal(alarm->at, d->f.c.due_at);
		if ((alarm = plan_find(&p, ACT_ALARM, "step")) != NULL)
			assert_int_equal(alarm->at, d->f.c.step_due_at);
		arena_reset(a);
	}
	arena_free(&a);
}

/* Help is made from the table: every verb with its use, for its roles. */
static void
test_verb_help_is_the_table_M9(void **state)
{
	struct arena *a = arena_new();
	const struct verb *v;
	const char *all;
	size_t n;

	(void)state;
	v = verb_table(&n);
	all = verb_help(a, ROLE_AGENT, "#");
	for (size_t i = 0; i < n; i++) {
		assert_non_null(strstr(all, arena_printf(a, "#%s%s%s - ",
		    v[i].name, *v[i].usage == '\0' ? "" : " ", v[i].usage)));
		assert_ptr_equal(verb_find(v[i].name), &v[i]);
		assert_true(str_has_prefix(v[i].example, arena_printf(a,
		    "#%s", v[i].name)));
	}
	assert_null(verb_find("sudo"));
	arena_free(&a);
}

/* --- dates; it is Wed 4 Nov 2026, 11:00 --- */

static const struct {
	const char *text, *want; /* "": not understood */
} dates[] = {
	{ "2026-11-30", "Mon 2026-11-30 09:00" },
	{ "2026-11-28", "Mon 2026-11-30 09:00" }, /* a Saturday */
	{ "2026-11-30T15:00:00Z", "Mon 2026-11-30 10:00" },
	{ "friday", "Fri 2026-11-06 09:00" },
	{ "Fri", "Fri 2026-11-06 09:00" },
	{ "wednesday", "Wed 2026-11-11 09:00" }, /* not today */
	{ "tomorrow", "Thu 2026-11-05 09:00" },
	{ "30 Nov", "Mon 2026-11-30 09:00" },
	{ "30. november", "Mon 2026-11-30 09:00" },
	{ "Nov 30", "Mon 2026-11-30 09:00" },
	{ "November 30, 2027", "Tue 2027-11-30 09:00" },
	{ "3 Nov", "Wed 2027-11-03 09:00" }, /* has passed this year */
	{ "3 Nov 2026", "Tue 2026-11-03 09:00" },
	{ "2 business days", "Fri 2026-11-06 11:00" },
	{ "2bd", "Fri 2026-11-06 11:00" },
	{ "1 week", "Wed 2026-11-11 11:00" },
	{ "24 hours", "Thu 2026-11-05 11:00" },
	{ "viernes", "Fri 2026-11-06 09:00" }, /* M11: in Spanish */
	{ "Miércoles", "Wed 2026-11-11 09:00" },
	{ "mie", "Wed 2026-11-11 09:00" },
	{ "mañana", "Thu 2026-11-05 09:00" },
	{ "30 de noviembre", "Mon 2026-11-30 09:00" },
	{ "1 de dic de 2026", "Tue 2026-12-01 09:00" },
	{ "2 días hábiles", "Fri 2026-11-06 11:00" },
	{ "1 semana", "Wed 2026-11-11 11:00" },
	{ "30 de", "" },
	{ "de noviembre 30", "" },
	{ "", "" },
	{ "fr", "" },
	{ "soon", "" },
	{ "30 Feb", "" },
	{ "31 Nov", "" },
	{ "0 Nov", "" },
	{ "2026-13-01", "" },
	{ "30 Nov 2026 at noon", "" },
	{ "Novembery 30", "" },
	{ "99999999999999999999 days", "" },
	{ "November 30 99999999999999", "" },
};

static void
test_verb_dates(void **state)
{
	struct arena *a = arena_new();
	struct desk *d = desk_today(a);

	(void)state;
	for (size_t i = 0; i < N(dates); i++) {
		cw_time t = 0;
		bool ok = verb_date(dates[i].text, d->p->calendar, d->now, &t);

		same_text(dates[i].text, ok ? clock_text(a, d->z, t) : "",
		    dates[i].want);
	}
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verb_rows_G4_G5_G12_H4_H12_M9_W3),
		cmocka_unit_test(test_verb_every_verb_in_every_state_H12),
		cmocka_unit_test(test_verb_thrown_together_words_G6_H12),
		cmocka_unit_test(test_verb_never_loses_the_dates_G6),
		cmocka_unit_test(test_verb_help_is_the_table_M9),
		cmocka_unit_test(test_verb_dates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
