/*
 * fixture_sim.h - one case in memory, and time that runs.
 *
 * Plans are carried out by facts_apply_plan, alarms are fired as a pass of
 * the daemon would.  Whatever goes out is kept as lines:
 *	"Tue 2026-11-03 10:00 status-request kim"
 */
#ifndef FIXTURE_SIM_H
#define FIXTURE_SIM_H

#include "fixture_policy.h"

#include "base/str.h"
#include "core/ladder.h"

struct sim {
	struct arena *a;
	struct company *company;
	const struct policy *p;
	const struct zone *zone;
	struct case_facts f;
	struct agenda ag;
	cw_time now;
	struct str log;
	int climbs;          /* "step" events so far */
	cw_time lead_at;     /* first mail to the lead by the ladder */
	cw_time employee_at; /* last mail to the employee */
};

static inline void
sim_line(struct sim *s, const char *what, const char *to)
{
	str_printf(&s->log, "%s %s %.*s\n", clock_text(s->a, s->zone, s->now),
	    what, (int)strcspn(to, "@"), to);
}

static inline void
sim_act(struct sim *s, const struct act *act)
{
	switch (act->kind) {
	case ACT_MAIL:
		sim_line(s, act->field, act->to);
		if (act->audience == AUD_EMPLOYEE)
			s->employee_at = s->now;
		if (str_eq(act->field, "escalation-lead") && s->lead_at == 0)
			s->lead_at = s->now;
		break;
	case ACT_TASK:
		sim_line(s, arena_printf(s->a, "task:%s", act->field),
		    act->to);
		break;
	case ACT_WEBHOOK:
		sim_line(s, "chat", act->field);
		break;
	case ACT_EVENT:
		if (str_eq(act->field, "breach"))
			sim_line(s, "breach", "");
		s->climbs += str_eq(act->field, "step");
		break;
	default:
		break;
	}
}

static inline struct plan
sim_plan(struct sim *s)
{
	struct plan plan;

	plan_init(&plan, s->a, "caseward", "clock");
	return plan;
}

static inline void
sim_apply(struct sim *s, const struct plan *plan)
{
	struct err e;

	for (size_t i = 0; i < plan->n; i++)
		sim_act(s, &plan->v[i]);
	if (facts_apply_plan(&s->f, &s->ag, plan, s->now, s->a, &e) != RC_OK)
		fail_msg("%s: %s", clock_text(s->a, s->zone, s->now), e.text);
}

/* A case of Payroll, opened on the clocks of New York. */
static inline struct sim *
sim_new(struct arena *a, const char *opened)
{
	struct sim *s = arena_alloc(a, sizeof(*s));
	struct plan plan;

	s->a = a;
	s->company = company_new(a);
	s->p = &s->company->policy;
	s->zone = s->company->office.zone;
	s->now = at(s->zone, opened);
	s->employee_at = s->now;
	s->f.c = company_case(s->now);
	plan = sim_plan(s);
	ladder_begin(&s->f, s->p, s->now, &plan);
	sim_apply(s, &plan);
	return s;
}

static inline void
sim_fini(struct sim *s)
{
	str_fini(&s->log);
}

/* One pass: every alarm that is due now, once each, as loaded at first. */
static inline void
sim_pass(struct sim *s, cw_time now)
{
	struct agenda_item *due = arena_array(s->a, s->ag.n + 1, sizeof(*due));
	size_t n = 0;

	s->now = now;
	for (size_t i = 0; i < s->ag.n; i++)
		if (s->ag.v[i].due_at <= now)
			due[n++] = s->ag.v[i];
	for (size_t i = 0; i < n; i++) {
		struct plan plan = sim_plan(s);

		assert_true(ladder_fire(due[i].kind, &s->f, s->p, now,
		    &plan));
		sim_apply(s, &plan);
	}
}

/* A pass at every alarm until `until`. */
static inline void
sim_run(struct sim *s, const char *until)
{
	const struct agenda_item *first;
	cw_time end = at(s->zone, until);

	while ((first = agenda_first(&s->ag)) != NULL && first->due_at <= end)
		sim_pass(s, first->due_at);
	s->now = end;
}

/* The department answers now. */
static inline void
sim_answer(struct sim *s)
{
	struct plan plan = sim_plan(s);

	ladder_answered(&s->f, s->p, s->now, &plan);
	sim_apply(s, &plan);
}

/* The lines since the last call. */
static inline const char *
sim_log(struct sim *s)
{
	const char *log = str_dup(&s->log, s->a);

	str_clear(&s->log);
	return log;
}

/* Mark an address: away until a date, or undeliverable ("bounced"). */
static inline void
sim_unreachable(struct sim *s, const char *email, const char *until)
{
	struct plan plan = sim_plan(s);
	struct act *act = plan_add(&plan, str_eq(until, "bounced")
	    ? ACT_UNDELIVERABLE : ACT_ABSENT, "", "");

	act->to = email;
	act->at = act->kind == ACT_ABSENT ? at(s->zone, until) : s->now;
	sim_apply(s, &plan);
}

#endif
