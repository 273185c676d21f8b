/* ladder.c - climbing: one rung at a time, until a person resolves the case. */
#include "core/ladder_part.h"

#include "base/str.h"

/* What the employee may read of a rung: what was done, never by whom. */
static const char *const public_words[] = {
	[STEP_TO_DEPARTMENT] = "We asked the responsible department for an"
	    " update.",
	[STEP_TO_LEAD] = "A team leader is now looking after your request.",
	[STEP_TO_LEADERSHIP] = "We asked the leadership of the responsible"
	    " department for an answer.",
	[STEP_TO_CHAIN] = "We brought your request to our management.",
};

static enum audience
step_audience(const struct step *s)
{
	/* leadership is not ER staff: it must not see internal notes */
	return s->to == STEP_TO_DEPARTMENT || s->to == STEP_TO_LEADERSHIP
	    ? AUD_DEPARTMENT : AUD_INTERNAL;
}

static bool
is_open(const struct case_facts *f)
{
	return case_state_is_open(f->c.state);
}

static void
set_step_alarm(cw_time due, struct plan *out)
{
	plan_set_int(out, "step_due_at", due);
	plan_alarm(out, "step", "", due);
}

/* Why somebody is asked, fit for a department's eyes: dates only. */
static char *
reason_words(const struct case_facts *f, const struct policy *p,
    struct arena *a)
{
	const struct casefile *c = &f->c;

	if (c->climbed_at == 0)
		return arena_printf(a, "The case was opened on %s, and we need"
		    " to know where it stands.",
		    calendar_format_day(a, p->calendar, c->opened_at));
	if (c->department_answered_at >= c->climbed_at)
		return arena_printf(a, "The last answer came on %s, and the"
		    " case is not resolved.", calendar_format_day(a,
		    p->calendar, c->department_answered_at));
	return arena_printf(a, "We last asked on %s and have no answer.",
	    calendar_format_day(a, p->calendar, c->climbed_at));
}

/* "Asked Payroll (Kim Ode) for the status: step 1, ask." */
static char *
note_words(const struct case_facts *f, const struct policy *p,
    const struct person *who, const char *why, struct arena *a)
{
	size_t i = rung_index(p, f->c.step);
	const struct step *s = &p->ladder.steps[i];
	const struct department *d = case_department(&f->c, p);
	const char *name = d == NULL ? "the department" : d->name;
	const char *doubt = directory_doubt(f);
	const struct person *first = rung_first_person(f, p, f->c.step,
	    f->c.chain);
	char *did;

	if (s->to == STEP_TO_DEPARTMENT)
		did = arena_printf(a, "Asked %s (%s) for the status", name,
		    who->name);
	else if (s->to == STEP_TO_LEADERSHIP)
		did = arena_printf(a, "Escalated to the leadership of %s (%s)",
		    name, who->name);
	else
		did = arena_printf(a, "Escalated to %s", who->name);
	if (first != who)
		did = arena_printf(a, "%s, instead of %s, who cannot be"
		    " reached", did, first->name);
	return arena_printf(a, "%s: step %zu, %s.%s%s%s%s", did, i + 1,
	    s->name, *why != '\0' ? " " : "", why, doubt != NULL ? " " : "",
	    doubt != NULL ? doubt : "");
}

static void
add_call_task(const struct case_facts *f, const struct policy *p,
    const struct person *who, cw_time now, struct plan *out)
{
	struct duration day = { 1, UNIT_BUSINESS_DAYS };
	const struct person *keeper = case_keeper(f, p, now);
	char *text;

	if (facts_task(f, "call") != NULL)
		return;
	text = arena_printf(out->a, "Call %s%s%s: mail has brought no answer.",
	    who->name, str_is_empty(who->phone) ? "" : ", ",
	    str_is_empty(who->phone) ? "" : who->phone);
	plan_task(out, "call", keeper->id, text,
	    calendar_add(p->calendar, now, day));
	plan_mail(out, "call-task", AUD_INTERNAL, keeper->email, keeper->name,
	    text);
}

static void
add_webhook(const struct case_facts *f, const struct policy *p,
    const struct step *s, struct plan *out)
{
	const struct department *d = case_department(&f->c, p);

	if (s->webhook && d != NULL && !str_is_empty(d->webhook))
		plan_add(out, ACT_WEBHOOK, d->id, arena_printf(out->a,
		    "%s: please tell us where this case stands. We have"
		    " written to %s.", case_number(&f->c, out->a),
		    d->contact->name));
}

/* Nobody of the rung can be reached: a leader of the desk hears of it now,
 * not with a later step.  false: there is none either. */
static bool
tell_leader(const struct case_facts *f, const struct policy *p, cw_time now,
    const char *except, struct plan *out)
{
	const struct person *leader = rung_rescuer(f, p, now, except);
	const struct step *s = &p->ladder.steps[rung_index(p, f->c.step)];
	const struct department *d = case_department(&f->c, p);

	if (leader == NULL)
		return false;
	plan_mail(out, "escalation-lead", AUD_INTERNAL, leader->email,
	    leader->name, arena_printf(out->a, "Nobody of %s can be reached by"
	    " mail: their addresses fail or they are away. Please call, or"
	    " hand the case to somebody who is there.", d != NULL &&
	    s->to == STEP_TO_DEPARTMENT ? d->name : "those who should act"));
	return true;
}

/* The mails, the chat message and the call task of the next rung. */
static void
ask(const struct case_facts *f, const struct policy *p,
    const struct person *who, const char *reason, cw_time now,
    const char *except, struct plan *out)
{
	const struct step *s = &p->ladder.steps[rung_index(p, f->c.step)];
	const struct person *lead = case_keeper_lead(f, p, now);
	int trouble = person_trouble(f, who, now, except);
	bool told = trouble != 0 && tell_leader(f, p, now, except, out);

	/* who is away can read it later; what would only come back is not
	 * sent, if there is a reader at all */
	if (trouble < 2 || !told)
		plan_mail(out, s->template, step_audience(s), who->email,
		    who->name, reason);
	/* a true copy: of the same template, so of the same audience */
	if (s->copy_lead && lead != who)
		plan_mail(out, s->template, step_audience(s), lead->email,
		    lead->name, reason);
	add_webhook(f, p, s, out);
	if (s->call_task)
		add_call_task(f, p, who, now, out);
}

static void
record(const struct case_facts *f, const struct policy *p,
    const struct person *who, const char *why, cw_time now, struct plan *out)
{
	const struct step *s = &p->ladder.steps[rung_index(p, f->c.step)];
	enum case_state from = f->c.state;
	const char *note = note_words(f, p, who, why, out->a);

	plan_note(out, "internal", note);
	plan_event(out, "step", note, public_words[s->to]);
	if (directory_doubt(f) != NULL)
		note_doubt(f, p, now, out);
	if (s->to == STEP_TO_DEPARTMENT && from != CASE_WAITING_EMPLOYEE &&
	    from != CASE_WAITING_DEPARTMENT)
		plan_state(out, CASE_WAITING_DEPARTMENT,
		    "the department was asked");
}

/* Where the case stands after rung c->step, and when the next one comes. */
static void
move_up(const struct case_facts *f, const struct policy *p,
    const struct person *who, cw_time now, struct plan *out)
{
	size_t i = rung_index(p, f->c.step);
	int step = (int)i, chain = f->c.chain;
	struct rung_dates next;

	if (p->ladder.steps[i].to == STEP_TO_CHAIN)
		chain = rung_next_chain(p, chain, who);
	if (i + 1 < p->ladder.n)
		step++;
	next = rung_after(f, p, step, chain, now);
	plan_set_int(out, "step", step);
	plan_set_int(out, "chain", chain);
	plan_set_int(out, "climbed_at", now);
	plan_set_int(out, "step_planned_at", next.planned);
	plan_set_int(out, "step_postponed", 0);
	set_step_alarm(next.due, out);
}

/* `except`: an address that is of no use just now, or NULL. */
static void
climb(const struct case_facts *f, const struct policy *p, cw_time now,
    const char *why, const char *except, struct plan *out)
{
	const struct person *who;
	const char *reason = why;

	if (!is_open(f)) {
		ladder_end(out);
		return;
	}
	if (f->c.climbed_at == now) { /* once in a pass is enough */
		plan_alarm(out, "step", "", f->c.step_due_at > now
		    ? f->c.step_due_at : now + CW_HOUR);
		return;
	}
	if (*reason == '\0')
		reason = reason_words(f, p, out->a);
	who = rung_person(f, p, f->c.step, f->c.chain, now, except, NULL);
	ask(f, p, who, reason, now, except, out);
	record(f, p, who, why, now, out);
	move_up(f, p, who, now, out);
}

void
ladder_climb(const struct case_facts *f, const struct policy *p, cw_time now,
    const char *why, struct plan *out)
{
	climb(f, p, now, why == NULL ? "" : why, NULL, out);
}

void
ladder_breached(const struct case_facts *f, const struct policy *p,
    cw_time due, cw_time now, const char *why, struct plan *out)
{
	cw_time opening = rung_late_opening(f, p, due, now);

	if (opening == now)
		ladder_climb(f, p, now, why, out);
	else if (f->c.step_due_at <= now || f->c.step_due_at > opening)
		set_step_alarm(opening, out);
}

void
ladder_begin(const struct case_facts *f, const struct policy *p, cw_time now,
    struct plan *out)
{
	const struct calendar *theirs = f->employee_calendar != NULL
	    ? f->employee_calendar : p->calendar;
	struct rung_dates first = rung_first(f, p, now);

	plan_set_int(out, "step", 0);
	plan_set_int(out, "chain", 0);
	plan_set_int(out, "climbed_at", 0);
	plan_set_int(out, "ladder_from", now);
	plan_set_int(out, "step_planned_at", first.planned);
	plan_set_int(out, "step_postponed", 0);
	set_step_alarm(first.due, out);
	ladder_set_due(f, p, case_due(&f->c, p, now), now, out);
	plan_alarm(out, "weekly", "", calendar_add(theirs, now, p->weekly));
}

cw_time
ladder_hold(const struct case_facts *f, const struct policy *p,
    cw_time until, struct plan *out)
{
	cw_time due = rung_held(f, p, until);

	if (due > f->c.step_due_at)
		set_step_alarm(due, out);
	return due;
}

void
ladder_resume(const struct case_facts *f, const struct policy *p,
    cw_time now, const char *why, struct plan *out)
{
	/* The department had no word while the employee was awaited. */
	cw_time next = f->c.state == CASE_WAITING_EMPLOYEE ?
	    calendar_add(p->calendar, now, p->ladder.min_gap) :
	    calendar_next_open(p->calendar, now + CW_HOUR);

	plan_set_int(out, "waiting_until", 0);
	plan_state(out, CASE_IN_PROGRESS, why);
	if (f->c.step_due_at <= now || (f->c.step_due_at < next &&
	    f->c.state == CASE_WAITING_EMPLOYEE))
		set_step_alarm(next, out);
}

void
ladder_handed_over(const struct case_facts *f, const struct policy *p,
    cw_time now, struct plan *out)
{
	struct rung_dates first = rung_first(f, p, now);

	plan_set_int(out, "step", 0);
	plan_set_int(out, "chain", 0);
	plan_set_int(out, "climbed_at", 0);
	plan_set_int(out, "department_answered_at", 0);
	plan_set_int(out, "step_planned_at", first.planned);
	plan_set_int(out, "step_postponed", 0);
	plan_add(out, ACT_TASK_DONE, "call", "");
	set_step_alarm(first.due, out);
}

/* The wait is not over: look again on the next business day, so that the
 * ladder goes on soon after the employee has answered. */
static void
hold(const struct case_facts *f, const struct policy *p, cw_time now,
    struct plan *out)
{
	struct duration day = { 1, UNIT_BUSINESS_DAYS };
	cw_time next = calendar_add(p->calendar, now, day);

	if (f->c.waiting_until > now && f->c.waiting_until < next)
		next = f->c.waiting_until;
	set_step_alarm(next, out);
}

void
ladder_step(const struct case_facts *f, const struct policy *p, cw_time now,
    struct plan *out)
{
	struct case_facts after_wait;
	cw_time opening;

	if (!is_open(f)) {
		ladder_end(out);
		return;
	}
	if (f->c.step_due_at > now) { /* moved since the alarm was set */
		plan_alarm(out, "step", "", f->c.step_due_at);
		return;
	}
	opening = rung_late_opening(f, p, f->c.step_due_at, now);
	if (opening > now) {
		set_step_alarm(opening, out);
		return;
	}
	if (f->c.state != CASE_WAITING_EMPLOYEE) {
		ladder_climb(f, p, now, "", out);
		return;
	}
	if (f->c.waiting_until == 0 || f->c.waiting_until > now) {
		hold(f, p, now, out);
		return;
	}
	plan_state(out, CASE_IN_PROGRESS,
	    "the time to wait for the employee is over");
	plan_set_int(out, "waiting_until", 0);
	after_wait = *f;
	after_wait.c.state = CASE_IN_PROGRESS;
	after_wait.c.waiting_until = 0;
	ladder_climb(&after_wait, p, now, "", out);
}

void
ladder_answered(const struct case_facts *f, const struct policy *p,
    cw_time now, struct plan *out)
{
	cw_time due;

	if (!is_open(f))
		return;
	plan_set_int(out, "department_answered_at", now);
	plan_add(out, ACT_TASK_DONE, "call", "");
	if (f->c.state == CASE_WAITING_DEPARTMENT)
		plan_state(out, CASE_IN_PROGRESS, "the department answered");
	if (f->c.step_postponed)
		return;
	due = rung_postponed(f, p, now);
	if (due > f->c.step_due_at) {
		plan_set_int(out, "step_postponed", 1);
		set_step_alarm(due, out);
	}
}

/* --- a mail that did not reach its person --- */

/* Facts as they were before the last rung was climbed that asked `email`;
 * false: no rung asked it. */
static bool
rung_that_asked(const struct case_facts *f, const struct policy *p,
    cw_time now, const char *email, struct case_facts *then)
{
	size_t i = rung_index(p, f->c.step);
	bool repeats = f->c.chain > 0 || (size_t)f->c.step >= p->ladder.n;

	if (f->c.climbed_at == 0)
		return false;
	*then = *f;
	then->c.chain = f->c.chain > 0 ? f->c.chain - 1 : 0;
	for (i += repeats ? 1 : 0; i > 0; i--) {
		then->c.step = (int)i - 1;
		if (rung_asks(then, p, then->c.step, then->c.chain, now,
		    email))
			return true;
	}
	return false;
}

/* The same bounce or absence has been dealt with since the last climb. */
static bool
was_diverted(const struct case_facts *f, const char *email)
{
	for (size_t i = f->n_history; i > 0; i--) {
		const struct history_line *h = &f->history[i - 1];

		if (h->at < f->c.climbed_at)
			break;
		if (str_eq(h->kind, "divert") &&
		    str_casefind(h->text, email) != NULL)
			return true;
	}
	return false;
}

static void
note_diverted(const char *email, const char *why, const char *did,
    const struct person *instead, struct plan *out)
{
	const char *text = arena_printf(out->a, "%s did not reach its reader"
	    " (%s)%s%s%s.", email, why, instead == NULL ? "" : "; ",
	    instead == NULL ? "" : did, instead == NULL ? "" : instead->name);

	plan_note(out, "internal", text);
	plan_event(out, "divert", text, "");
}

/* Has `email` had the notice of the case, and no step since? */
static bool
was_noticed(const struct case_facts *f, const char *email, struct arena *a)
{
	const char *line = arena_printf(a, "notice to %s", email);

	for (size_t i = f->n_history; i > 0; i--) {
		const struct history_line *h = &f->history[i - 1];

		if (h->at < f->c.climbed_at)
			break;
		if (str_eq(h->kind, "mail-out") && str_caseeq(h->text, line))
			return true;
	}
	return false;
}

/* The next rung, because of a mail that came back.  A case that climbed in
 * this very pass climbs in the next. */
static void
climb_instead(const struct case_facts *f, const struct policy *p, cw_time now,
    const char *email, struct plan *out)
{
	if (f->c.climbed_at == now)
		set_step_alarm(calendar_next_open(p->calendar, now + CW_HOUR),
		    out);
	else
		climb(f, p, now, "", email, out);
}

/* The notice once more; the steps have not begun, or ask somebody else. */
static void
divert_notice(const struct case_facts *f, const struct policy *p, cw_time now,
    const char *email, const char *why, struct plan *out)
{
	struct candidates c = { .n = 0 };
	const struct person *who = NULL;

	candidates_department(f, p, &c);
	if (c.n > 0)
		who = candidates_best(&c, f, now, email);
	if (who != NULL && person_trouble(f, who, now, email) != 0)
		who = NULL;
	note_diverted(email, why, "told instead: ", who, out);
	if (who != NULL)
		plan_mail(out, "notice", AUD_DEPARTMENT, who->email, who->name,
		    "");
	else
		climb_instead(f, p, now, email, out);
}

void
ladder_divert(const struct case_facts *f, const struct policy *p,
    cw_time now, const char *email, const char *why, struct plan *out)
{
	const struct person *who;
	struct case_facts then;
	const struct step *s;
	bool is_live;

	if (!is_open(f) || was_diverted(f, email))
		return;
	if (was_noticed(f, email, out->a)) {
		divert_notice(f, p, now, email, why, out);
		return;
	}
	if (f->c.state == CASE_WAITING_EMPLOYEE ||
	    !rung_that_asked(f, p, now, email, &then))
		return;
	s = &p->ladder.steps[rung_index(p, then.c.step)];
	who = rung_person(&then, p, then.c.step, then.c.chain, now, email,
	    &is_live);
	note_diverted(email, why, "asked instead: ", is_live ? who : NULL,
	    out);
	if (is_live)
		plan_mail(out, s->template, step_audience(s), who->email,
		    who->name, reason_words(f, p, out->a));
	else if (s->to != STEP_TO_CHAIN) /* no backup: the next rung, now */
		climb_instead(f, p, now, email, out);
}

static const struct {
	const char *kind;
	void (*decide)(const struct case_facts *, const struct policy *,
	    cw_time, struct plan *);
} alarms[] = {
	{ "step", ladder_step },
	{ "due", ladder_due },
	{ "due-warning", ladder_due_warning },
	{ "weekly", ladder_weekly },
};

enum { N_ALARMS = sizeof(alarms) / sizeof(alarms[0]) };

static size_t
alarm_index(const char *kind)
{
	size_t i = 0;

	while (i < N_ALARMS && !str_eq(alarms[i].kind, kind))
		i++;
	return i;
}

bool
ladder_knows(const char *kind)
{
	return alarm_index(kind) < N_ALARMS;
}

bool
ladder_fire(const char *kind, const struct case_facts *f,
    const struct policy *p, cw_time now, struct plan *out)
{
	size_t i = alarm_index(kind);

	if (i == N_ALARMS)
		return false;
	alarms[i].decide(f, p, now, out);
	return true;
}

void
ladder_end(struct plan *out)
{
	for (size_t i = 0; i < N_ALARMS; i++)
		plan_clear(out, alarms[i].kind, "");
	plan_add(out, ACT_TASK_DONE, "call", "");
	plan_add(out, ACT_TASK_DONE, "check-employee", "");
}
