/* plan.c - the list of acts that a decision asks for. */
#include "core/plan.h"

#include "base/str.h"

#include <inttypes.h>

static const char *const kind_names[] = {
	[ACT_SET] = "set",
	[ACT_STATE] = "state",
	[ACT_NOTE] = "note",
	[ACT_MAIL] = "mail",
	[ACT_WEBHOOK] = "webhook",
	[ACT_ALARM] = "alarm",
	[ACT_CLEAR] = "clear",
	[ACT_TASK] = "task",
	[ACT_TASK_DONE] = "task-done",
	[ACT_SUBSCRIBE] = "subscribe",
	[ACT_UNSUBSCRIBE] = "unsubscribe",
	[ACT_EVENT] = "event",
	[ACT_ABSENT] = "absent",
	[ACT_UNDELIVERABLE] = "undeliverable",
	[ACT_REVIEWED] = "reviewed",
};

const char *
act_kind_name(enum act_kind k)
{
	return kind_names[k];
}

static const char *
own(struct plan *p, const char *s)
{
	return s == NULL || *s == '\0' ? "" : arena_strdup(p->a, s);
}

void
plan_init(struct plan *p, struct arena *a, const char *actor,
    const char *cause)
{
	*p = (struct plan){ .a = a };
	p->actor = own(p, actor);
	p->cause = own(p, cause);
}

struct act *
plan_add(struct plan *p, enum act_kind kind, const char *field,
    const char *text)
{
	struct act *act = ARENA_PUSH(p->a, p->v, p->n, p->cap);

	*act = (struct act){
		.kind = kind,
		.field = own(p, field),
		.text = own(p, text),
		.public_text = "",
		.key = "",
		.to = "",
		.to_name = "",
		.audience = AUD_INTERNAL,
	};
	return act;
}

struct act *
plan_set(struct plan *p, const char *field, const char *text)
{
	return plan_add(p, ACT_SET, field, text);
}

struct act *
plan_set_int(struct plan *p, const char *field, int64_t n)
{
	struct act *act = plan_add(p, ACT_SET, field, "");

	act->text = arena_printf(p->a, "%" PRId64, n);
	act->n = n;
	return act;
}

struct act *
plan_state(struct plan *p, enum case_state to, const char *why)
{
	struct act *act = plan_add(p, ACT_STATE, "", why);

	act->n = to;
	return act;
}

struct act *
plan_note(struct plan *p, const char *kind, const char *text)
{
	return plan_add(p, ACT_NOTE, kind, text);
}

struct act *
plan_mail(struct plan *p, const char *template_name, enum audience audience,
    const char *to, const char *to_name, const char *reason)
{
	struct act *act = plan_add(p, ACT_MAIL, template_name, reason);

	act->audience = audience;
	act->to = own(p, to);
	act->to_name = own(p, to_name);
	return act;
}

struct act *
plan_alarm(struct plan *p, const char *kind, const char *key, cw_time at)
{
	struct act *act = plan_add(p, ACT_ALARM, kind, "");

	act->key = own(p, key);
	act->at = at;
	return act;
}

struct act *
plan_clear(struct plan *p, const char *kind, const char *key)
{
	struct act *act = plan_add(p, ACT_CLEAR, kind, "");

	act->key = own(p, key);
	return act;
}

struct act *
plan_task(struct plan *p, const char *kind, const char *owner,
    const char *text, cw_time due_at)
{
	struct act *act = plan_add(p, ACT_TASK, kind, text);

	act->to = own(p, owner);
	act->at = due_at;
	return act;
}

struct act *
plan_event(struct plan *p, const char *kind, const char *text,
    const char *public_text)
{
	struct act *act = plan_add(p, ACT_EVENT, kind, text);

	act->public_text = own(p, public_text);
	return act;
}

const struct act *
plan_find(const struct plan *p, enum act_kind kind, const char *field)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].kind == kind &&
		    (field == NULL || str_eq(p->v[i].field, field)))
			return &p->v[i];
	return NULL;
}
