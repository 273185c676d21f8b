/* forecast.c - what will be sent about a case if nobody answers. */
#include "core/forecast.h"

#include "base/str.h"
#include "core/ladder.h"

struct lines {
	struct forecast_line *v;
	size_t n, cap;
};

/* Does anybody notice this act?  What is it called in a line? */
static bool
is_shown(const struct act *act, const char **kind, const char **name)
{
	*kind = act_kind_name(act->kind);
	*name = act->field;
	switch (act->kind) {
	case ACT_MAIL:
	case ACT_TASK:
		return true;
	case ACT_WEBHOOK:
		*name = "";
		return true;
	case ACT_STATE:
		*name = case_state_name((enum case_state)act->n);
		return true;
	case ACT_EVENT:
		*kind = "breach";
		*name = "";
		return str_eq(act->field, "breach");
	default:
		return false;
	}
}

static void
add_lines(const struct plan *plan, cw_time now, struct lines *out)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct act *act = &plan->v[i];
		const char *kind, *name;

		if (!is_shown(act, &kind, &name))
			continue;
		*ARENA_PUSH(plan->a, out->v, out->n, out->cap) =
		    (struct forecast_line){
			.at = now,
			.kind = kind,
			.template_name = name,
			.to = act->kind == ACT_WEBHOOK ? act->field : act->to,
			.to_name = act->to_name,
			.audience = act->audience,
			.words = act->text,
		};
	}
}

/* The ladder's alarms among those that are set. */
static struct agenda
own_alarms(const struct agenda_item *alarms, size_t n, struct arena *a)
{
	struct agenda ag = { NULL, 0, 0 };

	for (size_t i = 0; i < n; i++)
		if (ladder_knows(alarms[i].kind))
			*ARENA_PUSH(a, ag.v, ag.n, ag.cap) = alarms[i];
	return ag;
}

enum rc
forecast_case(const struct case_facts *f, const struct agenda_item *alarms,
    size_t n, const struct policy *p, cw_time until, struct arena *a,
    struct forecast_line **out, size_t *n_out)
{
	struct agenda ag = own_alarms(alarms, n, a);
	struct case_facts copy = *f;
	const struct agenda_item *first;
	struct lines lines = { NULL, 0, 0 };
	struct plan plan;
	struct err e;

	while (lines.n < FORECAST_MAX_LINES &&
	    (first = agenda_first(&ag)) != NULL && first->due_at <= until) {
		cw_time now = first->due_at;

		plan_init(&plan, a, "caseward", "clock");
		(void)ladder_fire(first->kind, &copy, p, now, &plan);
		if (facts_apply_plan(&copy, &ag, &plan, now, a, &e) != RC_OK)
			die("the ladder made an impossible plan: %s", e.text);
		add_lines(&plan, now, &lines);
	}
	*out = lines.v;
	*n_out = lines.n;
	return lines.n < FORECAST_MAX_LINES ? RC_OK : RC_FAIL;
}
