/* verb.c - what a person may say about a case: one table. */
#include "core/verb.h"

#include "base/str.h"
#include "core/ladder.h"
#include "core/lifecycle.h"
#include "core/party.h"
#include "core/verb_part.h"

#include <string.h>
#include <strings.h>

#define WAIT_MAX_DAYS 30 /* nothing is put aside for ever (G6) */
#define STAFF (ROLE_AGENT | ROLE_LEAD | ROLE_SUPERVISOR | ROLE_OPERATOR)

const char *
verb_who(const struct verb_call *c)
{
	return c->who != NULL ? c->who->name : "the operator";
}

static enum rc
need_open(const struct verb_call *c, struct err *e)
{
	if (case_state_is_open(c->f->c.state))
		return RC_OK;
	return err_set(e, RC_BAD, "the case is %s; say #reopen first",
	    case_state_words(c->f->c.state));
}

/* Give the case to a person: owner, notify-user, team, state.  Nobody owns
 * the case that they are part of. */
static enum rc
give(const struct verb_call *c, const struct person *to, struct plan *p,
    struct err *e)
{
	if (party_is(&c->f->c, to->email))
		return err_set(e, RC_BAD, "the case is about %s", to->name);
	plan_set(p, "owner", to->id);
	plan_set(p, "notify_user", to->id);
	if (to->team != NULL)
		plan_set(p, "team", to->team->id);
	if (c->f->c.state == CASE_NEW || c->f->c.state == CASE_TRIAGED)
		plan_state(p, CASE_ASSIGNED, "an owner was named");
	plan_event(p, "owner", arena_printf(c->a, "%s is the owner (by %s)",
	    to->name, verb_who(c)), "");
	return RC_OK;
}

static enum rc
own(const struct verb_call *c, struct plan *p, const char **said,
    struct err *e)
{
	if (c->who == NULL)
		return err_set(e, RC_BAD,
		    "say who you are: add --as PERSON");
	*said = "The case is yours.";
	return give(c, c->who, p, e);
}

static enum rc
assign_department(const struct verb_call *c, const struct department *d,
    struct plan *p, const char **said, struct err *e)
{
	struct case_facts after = *c->f;
	const struct person *to;
	enum rc rc;

	if ((rc = need_open(c, e)) != RC_OK)
		return rc;
	if (str_eq(c->f->c.department, d->id))
		return err_set(e, RC_BAD, "the case is with %s already",
		    d->name);
	after.c.department = d->id;
	plan_set(p, "department", d->id);
	if (c->f->c.state == CASE_NEW)
		plan_state(p, CASE_TRIAGED, "a department was named");
	plan_event(p, "department", arena_printf(c->a,
	    "assigned to %s (by %s)", d->name, verb_who(c)),
	    "Your case was passed to the department that can answer it.");
	ladder_handed_over(&after, c->policy, c->now, p);
	to = case_contact(&after, c->policy, c->now);
	plan_mail(p, "notice", AUD_DEPARTMENT, to->email, to->name,
	    "The case was assigned to you.");
	*said = arena_printf(c->a, "Assigned to %s.", d->name);
	return RC_OK;
}

static enum rc
assign(const struct verb_call *c, struct plan *p, const char **said,
    struct err *e)
{
	const struct department *d = policy_department(c->policy, c->args);
	const struct person *to = policy_person(c->policy, c->args);

	if (to == NULL)
		to = policy_person_by_email(c->policy, c->args);
	if (d != NULL)
		return assign_department(c, d, p, said, e);
	if (to == NULL)
		return err_set(e, RC_BAD, "no department and nobody is called"
		    " \"%.80s\"; `caseward people` lists them", c->args);
	if ((to->roles & (ROLE_AGENT | ROLE_LEAD | ROLE_SUPERVISOR)) == 0)
		return err_set(e, RC_BAD, "%s is not an agent", to->name);
	if (to != c->who)
		plan_mail(p, "assigned", AUD_INTERNAL, to->email, to->name,
		    arena_printf(c->a, "%s gave you the case.", verb_who(c)));
	*said = arena_printf(c->a, "Owner is now %s.", to->name);
	return give(c, to, p, e);
}

static enum rc
note(const struct verb_call *c, struct plan *p, const char **said,
    struct err *e)
{
	(void)e;
	plan_note(p, "internal", c->args);
	*said = "Noted, for internal eyes only.";
	return RC_OK;
}

static bool
parse_priority(const char *s, enum priority *out)
{
	static const char *const spanish[] = { "baja", "normal", "alta",
		"urgente" };
	static const enum priority same[] = { PRIO_LOW, PRIO_NORMAL,
		PRIO_HIGH, PRIO_URGENT };

	for (size_t i = 0; i < sizeof(spanish) / sizeof(spanish[0]); i++)
		if (str_caseeq(s, spanish[i])) {
			*out = same[i];
			return true;
		}
	return priority_parse(s, out);
}

static enum rc
priority(const struct verb_call *c, struct plan *p, const char **said,
    struct err *e)
{
	struct case_facts f = *c->f;
	enum rc rc;

	if ((rc = need_open(c, e)) != RC_OK)
		return rc;
	if (!parse_priority(c->args, &f.c.priority))
		return err_set(e, RC_BAD,
		    "\"%.40s\" is no priority: low, normal, high or urgent",
		    c->args);
	plan_set(p, "priority", priority_name(f.c.priority));
	plan_event(p, "priority", arena_printf(c->a, "priority %s (by %s)",
	    priority_name(f.c.priority), verb_who(c)), "");
	ladder_rescheduled(&f, c->policy, c->now, p);
	*said = arena_printf(c->a, "Priority is now %s.",
	    priority_name(f.c.priority));
	return RC_OK;
}

static enum rc
due(const struct verb_call *c, struct plan *p, const char **said,
    struct err *e)
{
	const struct calendar *cal = case_department_calendar(&c->f->c,
	    c->policy);
	cw_time at;
	enum rc rc;

	if ((rc = need_open(c, e)) != RC_OK)
		return rc;
	if (!verb_date(c->args, cal, c->now, &at) || at <= c->now)
		return err_set(e, RC_BAD, "\"%.40s\" is no date ahead of us:"
		    " say 2026-11-30, friday, or 3 business days", c->args);
	ladder_set_due(c->f, c->policy, at, c->now, p);
	*said = arena_printf(c->a, "Due %s.", calendar_format(c->a, cal, at));
	plan_event(p, "due", arena_printf(c->a, "%s (by %s)", *said,
	    verb_who(c)), "");
	return RC_OK;
}

/* "employee 5 days": for whom, and until when. */
static enum rc
read_wait(const struct verb_call *c, bool *employee, cw_time *until,
    struct err *e)
{
	const struct calendar *cal = c->policy->calendar;
	const char *rest = c->args;
	size_t n = strcspn(rest, " \t");
	bool department = n > 0 && (strncasecmp(rest, "department", n) == 0 ||
	    strncasecmp(rest, "departamento", n) == 0);

	*employee = !department;
	if (department || (n > 0 && (strncasecmp(rest, "employee", n) == 0 ||
	    strncasecmp(rest, "empleado", n) == 0 ||
	    strncasecmp(rest, "empleada", n) == 0)))
		rest += n;
	rest += strspn(rest, " \t");
	if (*rest == '\0')
		*until = calendar_add(cal, c->now, c->policy->wait_default);
	else if (!verb_date(rest, cal, c->now, until) || *until <= c->now)
		return err_set(e, RC_BAD, "\"%.40s\" is no date ahead of us",
		    rest);
	if (*until > calendar_add(cal, c->now,
	    (struct duration){ WAIT_MAX_DAYS, UNIT_DAYS }))
		return err_set(e, RC_BAD, "a wait ends within %d days; say"
		    " #wait again then", WAIT_MAX_DAYS);
	return RC_OK;
}

static void
ask_employee(const struct verb_call *c, cw_time until, struct plan *p)
{
	const struct casefile *f = &c->f->c;

	if (f->employee_email[0] != '\0')
		plan_mail(p, "waiting-employee", AUD_EMPLOYEE,
		    f->employee_email, f->employee_name, "");
	else
		plan_task(p, "call-employee", f->owner, "Call the employee:"
		    " we wait for an answer, and no address is known.", until);
}

static enum rc
wait_for(const struct verb_call *c, struct plan *p, const char **said,
    struct err *e)
{
	const struct calendar *cal = c->policy->calendar;
	cw_time until, step_at;
	bool employee;
	enum rc rc;

	if ((rc = need_open(c, e)) != RC_OK ||
	    (rc = read_wait(c, &employee, &until, e)) != RC_OK)
		return rc;
	plan_set_int(p, "waiting_until", until);
	plan_state(p, employee ? CASE_WAITING_EMPLOYEE :
	    CASE_WAITING_DEPARTMENT, arena_printf(c->a, "by %s", verb_who(c)));
	plan_alarm(p, "wait", "", until);
	*said = arena_printf(c->a, "Waiting on the %s until %s.",
	    employee ? "employee" : "department",
	    calendar_format(c->a, cal, until));
	if (employee) {
		ask_employee(c, until, p);
		return RC_OK;
	}
	step_at = ladder_hold(c->f, c->policy, until, p);
	if (step_at < until)
		*said = arena_printf(c->a, "%s The next step comes before"
		    " that, on %s: the lead must hear of it in time.", *said,
		    calendar_format(c->a, cal, step_at));
	return RC_OK;
}

/* The desk writes to the employee; the words go out as they are. */
static enum rc
message(const struct verb_call *c, struct plan *p, const char **said,
    struct err *e)
{
	const struct casefile *f = &c->f->c;

	if (f->employee_email[0] == '\0')
		return err_set(e, RC_BAD, "no address of the employee is known;"
		    " say #field employee_email ADDRESS first");
	plan_mail(p, "message", AUD_EMPLOYEE, f->employee_email,
	    f->employee_name, "")->key = arena_strdup(p->a, c->args);
	plan_event(p, "message", c->args, "");
	*said = "Sent to the employee.";
	return RC_OK;
}

static enum rc
resolve(const struct verb_call *c, struct plan *p, const char **said,
    struct err *e)
{
	const struct casefile *f = &c->f->c;
	enum rc rc;

	if ((rc = need_open(c, e)) != RC_OK)
		return rc;
	plan_set(p, "resolution", c->args);
	plan_set_int(p, "resolved_at", c->now);
	plan_set_int(p, "waiting_until", 0);
	plan_set_int(p, "resolution_proposed", 0);
	plan_set_int(p, "resolution_in_attachment", 0);
	plan_state(p, CASE_RESOLVED, arena_printf(c->a, "by %s", verb_who(c)));
	plan_event(p, "resolved", c->args, "Your case was resolved.");
	ladder_end(p);
	plan_clear(p, "wait", "");
	plan_add(p, ACT_TASK_DONE, "", "");
	plan_alarm(p, "close", "", calendar_add(c->policy->calendar, c->now,
	    c->policy->close_after));
	if (f->employee_email[0] != '\0')
		plan_mail(p, "resolution", AUD_EMPLOYEE, f->employee_email,
		    f->employee_name, "")->key = arena_strdup(p->a, c->args);
	*said = f->employee_email[0] != '\0' ?
	    "Resolved, and the employee is told." :
	    "Resolved. No address is known: please tell the employee.";
	return RC_OK;
}

static enum rc
close_case(const struct verb_call *c, struct plan *p, const char **said,
    struct err *e)
{
	const char *missing;

	if (c->f->c.state == CASE_CLOSED)
		return err_set(e, RC_BAD, "the case is closed already");
	missing = case_missing_to_close(c->f, c->a);
	if (*missing != '\0')
		return err_set(e, RC_BAD, "closing needs: %s", missing);
	plan_state(p, CASE_CLOSED, arena_printf(c->a, "by %s", verb_who(c)));
	plan_set_int(p, "closed_at", c->now);
	plan_event(p, "closed", "closed", "Your case was closed.");
	ladder_end(p);
	plan_add(p, ACT_TASK_DONE, "", "");
	plan_clear(p, "close", "");
	plan_clear(p, "review", "");
	if (c->f->c.employee_email[0] != '\0')
		plan_mail(p, "closing", AUD_EMPLOYEE, c->f->c.employee_email,
		    c->f->c.employee_name, "");
	*said = "Closed.";
	return RC_OK;
}

static enum rc
reopen(const struct verb_call *c, struct plan *p, const char **said,
    struct err *e)
{
	if (case_state_is_open(c->f->c.state))
		return err_set(e, RC_BAD, "the case is open");
	case_reopen(c->f, c->policy, c->now, c->args, p);
	*said = "Open again; the ladder runs.";
	return RC_OK;
}

static enum rc
escalate(const struct verb_call *c, struct plan *p, const char **said,
    struct err *e)
{
	enum rc rc;

	if ((rc = need_open(c, e)) != RC_OK)
		return rc;
	if (c->f->c.climbed_at == c->now)
		return err_set(e, RC_BAD, "a step was climbed this very"
		    " moment");
	ladder_climb(c->f, c->policy, c->now, arena_printf(c->a,
	    "%s asked for it%s%s", verb_who(c), *c->args == '\0' ? "" : ": ",
	    c->args), p);
	*said = "Escalated to the next step.";
	return RC_OK;
}

static enum rc
reviewed(const struct verb_call *c, struct plan *p, const char **said,
    struct err *e)
{
	(void)c;
	(void)e;
	plan_add(p, ACT_REVIEWED, "", "");
	plan_set_int(p, "has_unreviewed", 0);
	plan_set_int(p, "resolution_in_attachment", 0);
	*said = "Attachments are marked as reviewed.";
	return RC_OK;
}

/* G4: only where payroll cannot be processed, with a reason; top priority. */
static enum rc
stoppage(const struct verb_call *c, struct plan *p, const char **said,
    struct err *e)
{
	const struct category *cat = policy_category(c->policy,
	    c->f->c.category);
	struct case_facts f = *c->f;
	enum rc rc;

	if ((rc = need_open(c, e)) != RC_OK)
		return rc;
	if (cat == NULL || !cat->is_payroll)
		return err_set(e, RC_BAD, "work stoppage is for payroll that"
		    " cannot be processed; this case's category is %s",
		    cat == NULL ? "unknown" : cat->name);
	f.c.priority = PRIO_URGENT;
	plan_set(p, "stoppage_reason", c->args);
	plan_set(p, "priority", priority_name(PRIO_URGENT));
	plan_event(p, "stoppage", c->args, "");
	ladder_rescheduled(&f, c->policy, c->now, p);
	*said = "Work stoppage is set; priority is urgent.";
	return RC_OK;
}

/* G12: drop subscribers that are neither staff, department nor constant. */
static enum rc
prune(const struct verb_call *c, struct plan *p, const char **said,
    struct err *e)
{
	const char *names = "";
	size_t dropped = 0;

	(void)e;
	for (size_t i = 0; i < c->f->n_subscribers; i++) {
		const char *s = c->f->subscribers[i];

		if (case_subscriber_belongs(&c->f->c, c->policy, s))
			continue;
		plan_add(p, ACT_UNSUBSCRIBE, "", s);
		names = arena_printf(c->a, "%s%s%s", names,
		    dropped++ == 0 ? "" : ", ", s);
	}
	*said = dropped == 0 ? "All subscribers belong." :
	    arena_printf(c->a, "%zu subscriber%s removed: %s.", dropped,
	    dropped == 1 ? "" : "s", names);
	return RC_OK;
}

static enum rc
help(const struct verb_call *c, struct plan *p, const char **said,
    struct err *e)
{
	(void)p;
	(void)e;
	*said = verb_help(c->a, c->roles, "#");
	return RC_OK;
}

static const struct verb verbs[] = {
	{ "own", "", STAFF, own, "take the case", "#own" },
	{ "assign", "<department or person>", STAFF, assign,
	    "hand the case to a department or an agent", "#assign payroll" },
	{ "note", "<text>", STAFF, note, "add an internal note",
	    "#note called Payroll, Kim looks into it" },
	{ "priority", "<low|normal|high|urgent>", STAFF, priority,
	    "change the priority; the due date follows", "#priority high" },
	{ "due", "<date or duration>", STAFF, due, "set the due date",
	    "#due friday" },
	{ "wait", "[employee|department] [date or duration]", STAFF, wait_for,
	    "hold the ladder while we wait, for 30 days at most",
	    "#wait employee 5 days" },
	{ "message", "<text>", STAFF, message, "write to the employee",
	    "#message we need your bank form by Friday" },
	{ "resolve", "<what was done>", STAFF, resolve,
	    "resolve the case and tell the employee",
	    "#resolve paid with the run of 13 November" },
	{ "close", "", STAFF, close_case, "close a resolved case", "#close" },
	{ "reopen", "[reason]", STAFF, reopen, "open a resolved case again",
	    "#reopen the payment did not arrive" },
	{ "escalate", "[reason]", STAFF, escalate, "climb one step now",
	    "#escalate" },
	{ "reviewed", "", STAFF, reviewed, "the attachments were looked at",
	    "#reviewed" },
	{ "stoppage", "<reason>", STAFF, stoppage,
	    "work stoppage: payroll cannot be processed", "#stoppage no bank file" },
	{ "field", "<name> <value>", STAFF, verb_field, "fill in a field",
	    "#field division West" },
	{ "exclude", "<person>", STAFF, verb_exclude,
	    "the case is about them: they hear nothing of it",
	    "#exclude kim" },
	{ "include", "<person>", STAFF, verb_include,
	    "they may hear of the case again", "#include kim" },
	{ "absent", "[person] <until when>", STAFF, verb_absent,
	    "away: mail goes to the backup until then",
	    "#absent until 30 Nov" },
	{ "back", "[person]", STAFF, verb_back,
	    "there again: mail comes as ever", "#back" },
	{ "prune", "", STAFF, prune,
	    "remove subscribers that no longer belong", "#prune" },
	{ "help", "", STAFF | ROLE_DEPARTMENT | ROLE_LEADERSHIP, help,
	    "list what you may say", "#help" },
};

const struct verb *
verb_table(size_t *n)
{
	*n = sizeof(verbs) / sizeof(verbs[0]);
	return verbs;
}

/* The same verbs in other languages.  Our own letters say the English ones. */
static const struct {
	const char *alias, *name;
} aliases[] = {
	{ "tomar", "own" }, { "asignar", "assign" }, { "nota", "note" },
	{ "prioridad", "priority" }, { "plazo", "due" },
	{ "vencimiento", "due" }, { "esperar", "wait" },
	{ "mensaje", "message" }, { "resolver", "resolve" },
	{ "resuelto", "resolve" }, { "cerrar", "close" },
	{ "reabrir", "reopen" }, { "escalar", "escalate" },
	{ "revisado", "reviewed" }, { "suspension", "stoppage" },
	{ "suspensión", "stoppage" }, { "campo", "field" },
	{ "excluir", "exclude" }, { "incluir", "include" },
	{ "depurar", "prune" }, { "ausente", "absent" },
	{ "regreso", "back" }, { "ayuda", "help" },
};

const struct verb *
verb_find(const char *name)
{
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (strcasecmp(aliases[i].alias, name) == 0)
			name = aliases[i].name;
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcasecmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

char *
verb_help(struct arena *a, unsigned roles, const char *prefix)
{
	struct str b = { 0 };
	char *out;

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if ((verbs[i].roles & roles) != 0)
			str_printf(&b, "%s%s%s%s - %s\n", prefix,
			    verbs[i].name, *verbs[i].usage == '\0' ? "" : " ",
			    verbs[i].usage, verbs[i].help);
	out = str_dup(&b, a);
	str_fini(&b);
	return out;
}

enum rc
verb_decide(const char *line, const struct verb_call *call, struct plan *p,
    const char **said, struct err *e)
{
	struct verb_call c = *call;
	const struct verb *v;
	size_t n;
	char *name;

	line += strspn(line, "# \t");
	n = strcspn(line, " \t:");
	name = arena_memdup(c.a, line, n);
	line += n + strspn(line + n, " \t:");
	c.args = str_trim(c.a, line, strlen(line));
	if ((v = verb_find(name)) == NULL)
		return err_set(e, RC_BAD, "\"%.40s\" is no command; say #help"
		    " for the list", name);
	if ((v->roles & c.roles) == 0)
		return err_set(e, RC_BAD, "you may not say #%s", v->name);
	if (c.who != NULL && party_is(&c.f->c, c.who->email))
		return err_set(e, RC_BAD, "the case is about you: somebody"
		    " else has to say it");
	if (v->usage[0] == '<' && *c.args == '\0')
		return err_set(e, RC_BAD, "#%s needs %s, for example: %s",
		    v->name, v->usage, v->example);
	return v->decide(&c, p, said, e);
}
