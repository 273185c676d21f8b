/* lifecycle.c - what happens to a case as a whole. */
#include "core/lifecycle.h"

#include "base/str.h"
#include "core/ladder.h"
#include "core/party.h"

void
case_reopen(const struct case_facts *f, const struct policy *policy,
    cw_time now, const char *why, struct plan *p)
{
	plan_state(p, CASE_IN_PROGRESS, why);
	plan_set(p, "resolution", "");
	plan_set_int(p, "waiting_until", 0);
	plan_event(p, "reopened", why, "Your case was opened again.");
	plan_clear(p, "close", "");
	/* The ladder runs from its foot, as if the case were opened now. */
	ladder_begin(f, policy, now, p);
	plan_alarm(p, "review", "", calendar_add(policy->calendar, now,
	    (struct duration){ 1, UNIT_BUSINESS_DAYS }));
}

const char *
case_missing_to_close(const struct case_facts *f, struct arena *a)
{
	const struct casefile *c = &f->c;
	const struct {
		const char *name;
		bool is_there;
	} needs[] = {
		{ "date received", c->opened_at != 0 },
		{ "description", c->brief[0] != '\0' },
		{ "parties (employee)",
		    c->employee_name[0] != '\0' ||
		    c->employee_email[0] != '\0' },
		{ "category", c->category[0] != '\0' },
		{ "actions taken", f->n_history > 0 },
		{ "outcome (say #resolve what was done)",
		    c->resolution[0] != '\0' },
		{ "resolution date", c->resolved_at != 0 },
	};
	const char *out = "";

	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		if (!needs[i].is_there)
			out = arena_printf(a, "%s%s%s", out,
			    *out == '\0' ? "" : ", ", needs[i].name);
	return out;
}

/* It stays resolved: who handles it is told once, and asked each day. */
static void
hold_open(const struct case_facts *f, const struct policy *policy,
    cw_time now, const char *missing, struct plan *p)
{
	const struct person *to = case_keeper(f, policy, now);
	cw_time tomorrow = calendar_add(policy->calendar, now,
	    (struct duration){ 1, UNIT_BUSINESS_DAYS });
	const char *why = arena_printf(p->a, "The case is resolved but cannot"
	    " be closed: closing needs: %s.", missing);

	plan_alarm(p, "close", "", tomorrow);
	if (facts_task(f, "close") != NULL)
		return;
	plan_task(p, "close", to->id, why, tomorrow);
	plan_event(p, "not-closed", why, "");
	plan_mail(p, "new-mail", AUD_INTERNAL, to->email, to->name, why);
}

void
case_close_due(const struct case_facts *f, const struct policy *policy,
    cw_time now, struct plan *p)
{
	const char *missing;

	if (f->c.state != CASE_RESOLVED)
		return;
	missing = case_missing_to_close(f, p->a);
	if (*missing != '\0') {
		hold_open(f, policy, now, missing, p);
		return;
	}
	plan_add(p, ACT_TASK_DONE, "close", "");
	plan_state(p, CASE_CLOSED, "resolved for a while, nobody objected");
	plan_set_int(p, "closed_at", now);
	plan_event(p, "closed", "closed by time", "Your case was closed.");
	plan_clear(p, "review", "");
	if (f->c.employee_email[0] != '\0')
		plan_mail(p, "closing", AUD_EMPLOYEE, f->c.employee_email,
		    f->c.employee_name, "");
}

static bool
is_waiting(enum case_state s)
{
	return s == CASE_WAITING_EMPLOYEE || s == CASE_WAITING_DEPARTMENT;
}

void
case_wait_over(const struct case_facts *f, const struct policy *policy,
    cw_time now, struct plan *p)
{
	if (!case_state_is_open(f->c.state) || f->c.waiting_until == 0)
		return;
	if (f->c.waiting_until > now) /* made longer since */
		plan_alarm(p, "wait", "", f->c.waiting_until);
	else if (is_waiting(f->c.state) && f->c.climbed_at != now)
		ladder_resume(f, policy, now, "the wait is over", p);
	else
		plan_set_int(p, "waiting_until", 0);
}

static bool
is_above(const struct policy *policy, const struct person *who)
{
	const struct person *last = NULL, *next;

	for (size_t k = 0; k < 32; k++, last = next) {
		if ((next = policy_chain(policy, k)) == last)
			return false;
		if (next == who)
			return true;
	}
	return false;
}

bool
case_belongs(const struct casefile *c, const struct policy *policy,
    const struct person *who, enum audience *as)
{
	const struct department *d = case_department(c, policy);
	const struct person *owner = case_owner(c, policy);

	*as = AUD_INTERNAL;
	if (party_is(c, who->email))
		return false;
	if (who == owner || who == case_lead(c, policy) ||
	    is_above(policy, who))
		return true;
	if (c->risk != RISK_CONFIDENTIAL && who->team != NULL &&
	    str_eq(who->team->id, owner != NULL && owner->team != NULL ?
	    owner->team->id : c->team))
		return true;
	*as = AUD_DEPARTMENT;
	return d != NULL && (who == d->contact || who == d->backup ||
	    who == d->leadership);
}

bool
case_subscriber_belongs(const struct casefile *c, const struct policy *policy,
    const char *name)
{
	const struct department *d = policy_department(policy, c->department);

	for (size_t i = 0; i < policy->n_always_subscribed; i++)
		if (str_caseeq(policy->always_subscribed[i], name))
			return true;
	return str_caseeq(policy->payroll_subscriber, name) ||
	    (d != NULL && (str_caseeq(d->name, name) ||
	    str_caseeq(d->id, name))) ||
	    policy_person(policy, name) != NULL ||
	    policy_person_by_email(policy, name) != NULL;
}

static size_t
count_unreviewed(const struct case_facts *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n_attachments; i++)
		n += !f->attachments[i].is_reviewed;
	return n;
}

/* "2 to remove (Benefits, Tom Hale)" */
static const char *
strangers_words(const struct case_facts *f, const struct policy *policy,
    struct arena *a)
{
	const char *names = "";
	size_t n = 0;

	for (size_t i = 0; i < f->n_subscribers; i++)
		if (!case_subscriber_belongs(&f->c, policy,
		    f->subscribers[i]))
			names = arena_printf(a, "%s%s%s", names,
			    n++ == 0 ? "" : ", ", f->subscribers[i]);
	return n == 0 ? "none to remove" : arena_printf(a,
	    "%zu to remove (%s)", n, names);
}

/* Notes are told by the history: how many since it was last reviewed? */
static const char *
notes_words(const struct case_facts *f, struct arena *a)
{
	size_t n = 0;

	for (size_t i = f->n_history; i > 0; i--) {
		if (str_eq(f->history[i - 1].kind, "review"))
			break;
		n += str_eq(f->history[i - 1].kind, "note");
	}
	return n == 0 ? "none new" : arena_printf(a, "%zu new", n);
}

/* Who has left the settings, or handles no cases any more, keeps none. */
static void
find_owner(const struct case_facts *f, const struct policy *policy,
    struct plan *p)
{
	const struct person *owner = case_owner(&f->c, policy);
	const struct person *lead = party_above(&f->c, case_lead(&f->c,
	    policy));
	const char *why;

	if (str_is_empty(f->c.owner) || (owner != NULL && (owner->roles &
	    (ROLE_AGENT | ROLE_LEAD | ROLE_SUPERVISOR)) != 0))
		return;
	why = arena_printf(p->a, "%s, who owned this case, handles no cases any"
	    " more. It is %s's now: please assign it.", f->c.owner, lead->name);
	plan_set(p, "owner", lead->id);
	plan_set(p, "notify_user", lead->id);
	plan_event(p, "owner", why, "");
	plan_mail(p, "new-mail", AUD_INTERNAL, lead->email, lead->name, why);
}

static void
find_department(const struct case_facts *f, const struct policy *policy,
    cw_time now, struct plan *p)
{
	const struct department *d = policy->default_department;
	struct case_facts after = *f;
	const struct person *to;

	if (policy_department(policy, f->c.department) != NULL)
		return;
	after.c.department = d->id;
	to = case_contact(&after, policy, now);
	plan_set(p, "department", d->id);
	plan_event(p, "department", arena_printf(p->a, "%s is no department any"
	    " more; assigned to %s", f->c.department, d->name),
	    "Your case was passed to the department that can answer it.");
	ladder_handed_over(&after, policy, now, p);
	plan_mail(p, "notice", AUD_DEPARTMENT, to->email, to->name, "");
}

void
case_review(const struct case_facts *f, const struct policy *policy,
    cw_time now, struct plan *p)
{
	const char *doubt = directory_doubt(f);
	const char *missing = case_missing_words(&f->c, policy, p->a);

	if (!case_state_is_open(f->c.state))
		return;
	plan_event(p, "review", arena_printf(p->a, "fields: %s%s; attachments:"
	    " %zu to review; subscribers: %s; notes: %s; directory: %s;"
	    " ladder: step %d due %s", *missing == '\0' ?
	    "complete" : missing, *missing == '\0' ? "" : " missing",
	    count_unreviewed(f), strangers_words(f, policy, p->a),
	    notes_words(f, p->a), doubt != NULL ? doubt : f->employee_known ?
	    "fine" : "the employee is not in it", f->c.step + 1,
	    calendar_format(p->a, policy->calendar, f->c.step_due_at)), "");
	find_owner(f, policy, p);
	find_department(f, policy, now, p);
	if (doubt != NULL && !f->c.needs_directory_check)
		note_doubt(f, policy, now, p);
	if (doubt == NULL && f->c.needs_directory_check) { /* put right */
		plan_set_int(p, "needs_directory_check", 0);
		plan_add(p, ACT_TASK_DONE, "check-employee", "");
	}
	plan_alarm(p, "review", "", calendar_add(policy->calendar, now,
	    (struct duration){ 1, UNIT_BUSINESS_DAYS }));
}

const char *
case_next_action(const struct case_facts *f, const struct policy *policy,
    struct arena *a)
{
	const struct casefile *c = &f->c;
	const struct department *d = policy_department(policy, c->department);

	if (c->state == CASE_CLOSED)
		return "Nothing: the case is closed";
	if (c->state == CASE_RESOLVED)
		return "Nothing: it is closed unless somebody objects";
	if (c->resolution_proposed)
		return "Confirm the resolution and close";
	if (c->resolution_in_attachment)
		return "Look at the attachment: it may hold the resolution";
	if (c->needs_directory_check)
		return "Check whether the employee still needs help";
	if (case_owner(c, policy) == NULL)
		return "Take the case, or assign it";
	if (facts_task(f, "call") != NULL)
		return arena_printf(a, "Call %s", d != NULL ? d->name :
		    "the department");
	if (f->n_tasks > 0)
		return arena_strdup(a, f->tasks[0].text);
	if (c->has_unreviewed)
		return "Review the new attachments";
	if (c->state == CASE_WAITING_EMPLOYEE)
		return "Wait for the employee";
	return arena_printf(a, "%s answers next", d != NULL ? d->name :
	    "The department");
}
