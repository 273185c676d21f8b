/*
 * fixture_desk.h - the company of fixture_policy.h with all that a desk
 * needs, one case, and plans as lines of text:
 *	"set priority=urgent", "state assigned: an owner was named",
 *	"mail notice department kim: ...", "alarm due Mon 2026-11-16 10:00"
 * so that a test can look at a whole plan.
 */
#ifndef FIXTURE_DESK_H
#define FIXTURE_DESK_H

#include "fixture_sim.h"

#define N(v) (sizeof(v) / sizeof((v)[0]))

static const char *const desk_subscribers[] = { "CRM/HR",
	"Employee Relations" };
static const char *const desk_addresses[] = { "er@corp.example",
	"hr@corp.example" };

struct desk {
	struct arena *a;
	struct company *co;
	struct policy *p;
	const struct zone *z;
	struct case_facts f;
	cw_time now;
};

static inline struct desk *
desk_new(struct arena *a, const char *opened)
{
	struct desk *d = arena_alloc(a, sizeof(*d));
	const struct person **members = arena_array(a, 2, sizeof(*members));

	d->a = a;
	d->co = company_new(a);
	d->p = &d->co->policy;
	d->z = d->co->office.zone;
	d->now = at(d->z, opened);
	members[0] = &d->co->people[P_ANA];
	members[1] = &d->co->people[P_BEN];
	d->co->team.members = members;
	d->co->team.n_members = 2;
	d->p->own_addresses = desk_addresses;
	d->p->n_own_addresses = N(desk_addresses);
	d->p->always_subscribed = desk_subscribers;
	d->p->n_always_subscribed = N(desk_subscribers);
	d->p->payroll_subscriber = "Payroll";
	d->p->wait_default = (struct duration){ 7, UNIT_DAYS };
	d->p->absence_unknown = (struct duration){ 2, UNIT_BUSINESS_DAYS };
	d->p->absence_long = (struct duration){ 28, UNIT_DAYS };
	d->p->undeliverable_for = (struct duration){ 30, UNIT_DAYS };
	d->p->reopen_within = (struct duration){ 14, UNIT_DAYS };
	d->p->close_after = (struct duration){ 5, UNIT_BUSINESS_DAYS };
	d->f.c = company_case(d->now);
	d->f.c.due_at = case_due(&d->f.c, d->p, d->now);
	d->f.c.step_due_at = d->f.c.step_planned_at = at(d->z,
	    "2026-11-03 10:00");
	return d;
}

/* A new array with one more at its end. */
static inline void
desk_task(struct desk *d, const char *kind, const char *text)
{
	struct case_task *v = arena_grow(d->a, d->f.tasks, d->f.n_tasks,
	    d->f.n_tasks + 1, sizeof(*v));

	v[d->f.n_tasks++] = (struct case_task){ (int64_t)d->f.n_tasks + 1,
		kind, "ana", text, d->now };
	d->f.tasks = v;
}

static inline void
desk_address(struct desk *d, const char *email, cw_time dead_since,
    cw_time away_until)
{
	struct address_state *v = arena_grow(d->a, d->f.addresses,
	    d->f.n_addresses, d->f.n_addresses + 1, sizeof(*v));

	v[d->f.n_addresses++] = (struct address_state){ .email = email,
		.undeliverable_since = dead_since,
		.absent_until = away_until, .deputy = "" };
	d->f.addresses = v;
}

/* --- plans as text --- */

static inline const char *
audience_text(enum audience a)
{
	return a == AUD_EMPLOYEE ? "employee" : a == AUD_DEPARTMENT ?
	    "department" : "internal";
}

static inline const char *
value_text(const struct desk *d, const struct act *act)
{
	size_t n = strlen(act->field);
	bool is_time = (n > 3 && str_eq(act->field + n - 3, "_at")) ||
	    str_eq(act->field, "waiting_until") ||
	    str_eq(act->field, "ladder_from");

	return is_time && act->n != 0 ? clock_text(d->a, d->z, act->n) :
	    act->text;
}

static inline const char *
act_text(const struct desk *d, const struct act *act)
{
	struct arena *a = d->a;
	const char *when = act->at == 0 ? "" : arena_printf(a, " %s",
	    clock_text(a, d->z, act->at));
	int name = (int)strcspn(act->to, "@");

	switch (act->kind) {
	case ACT_SET:
		return arena_printf(a, "set %s=%s", act->field,
		    value_text(d, act));
	case ACT_STATE:
		return arena_printf(a, "state %s: %s",
		    case_state_name((enum case_state)act->n), act->text);
	case ACT_MAIL:
		return arena_printf(a, "mail %s %s %.*s%s: %s%s%s", act->field,
		    audience_text(act->audience), name, act->to, when,
		    act->text, *act->key == '\0' ? "" : " | ", act->key);
	case ACT_ALARM:
		return arena_printf(a, "alarm %s%s%s", act->field, act->key,
		    when);
	case ACT_TASK:
		return arena_printf(a, "task %s %s%s: %s", act->field,
		    act->to, when, act->text);
	case ACT_EVENT:
		return arena_printf(a, "event %s: %s%s%s", act->field,
		    act->text, *act->public_text == '\0' ? "" : " / ",
		    act->public_text);
	default:
		return arena_printf(a, "%s %s%s%.*s%s%s%s",
		    act_kind_name(act->kind), act->field,
		    *act->to == '\0' || *act->field == '\0' ? "" : " ", name,
		    act->to, when, *act->text == '\0' ? "" : ": ", act->text);
	}
}

/* The whole plan, a line an act. */
static inline const char *
plan_text(const struct desk *d, const struct plan *p)
{
	struct str b = { 0 };
	const char *out;

	for (size_t i = 0; i < p->n; i++)
		str_printf(&b, "%s\n", act_text(d, &p->v[i]));
	out = str_dup(&b, d->a);
	str_fini(&b);
	return out;
}

/* Is one of the lines this one, or does one begin with it ("...*")? */
static inline bool
plan_has(const struct desk *d, const struct plan *p, const char *line)
{
	size_t n = strlen(line);
	bool begins = n > 0 && line[n - 1] == '*';

	for (size_t i = 0; i < p->n; i++) {
		const char *s = act_text(d, &p->v[i]);

		if (begins ? strncmp(s, line, n - 1) == 0 : str_eq(s, line))
			return true;
	}
	return false;
}

static inline void
must_have(const char *row, const struct desk *d, const struct plan *p,
    const char *line)
{
	if (!plan_has(d, p, line))
		fail_msg("%s: no line \"%s\" in\n%s", row, line,
		    plan_text(d, p));
}

static inline void
must_not_have(const char *row, const struct desk *d, const struct plan *p,
    const char *line)
{
	if (plan_has(d, p, line))
		fail_msg("%s: there is a line \"%s\" in\n%s", row, line,
		    plan_text(d, p));
}

/* All lines of `want`; one that begins with ! must not be there. */
static inline void
check_lines(const char *row, const struct desk *d, const struct plan *p,
    const char *want)
{
	while (*want != '\0') {
		size_t n = strcspn(want, "\n");
		const char *line = arena_strndup(d->a, want, n);

		if (*line == '!')
			must_not_have(row, d, p, line + 1);
		else
			must_have(row, d, p, line);
		want += n + (want[n] == '\n');
	}
}

static inline struct plan
desk_plan(struct desk *d, const char *actor)
{
	struct plan p;

	plan_init(&p, d->a, actor, "test");
	return p;
}

/* Every plan must be one that can be carried out. */
static inline void
desk_apply(const char *row, struct desk *d, const struct plan *p)
{
	struct agenda ag = { 0 };
	struct err e = { "" };

	if (facts_apply_plan(&d->f, &ag, p, d->now, d->a, &e) != RC_OK)
		fail_msg("%s: %s in\n%s", row, e.text, plan_text(d, p));
}

#endif
