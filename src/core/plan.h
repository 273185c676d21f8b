/*
 * plan.h - the list of acts that a decision asks for.
 *
 * A plan is data: it can be applied (app/apply.c, one transaction), printed
 * (`caseward plan`), and compared in tests.  All text is copied into the
 * arena of the plan.  Acts are carried out in order.
 */
#ifndef CW_CORE_PLAN_H
#define CW_CORE_PLAN_H

#include "core/casefile.h"

enum act_kind {
	ACT_SET,      /* field = text (number fields as decimal text) */
	ACT_STATE,    /* move to state `n`, why = text */
	ACT_NOTE,     /* field = "internal" or "case", text */
	ACT_MAIL,     /* a letter: field = template, audience, to; text = extra
	                 words for the template's {{reason}} */
	ACT_WEBHOOK,  /* field = department id, text */
	ACT_ALARM,    /* agenda row: field = kind, key, at */
	ACT_CLEAR,    /* remove agenda rows: field = kind, key ("" = all keys) */
	ACT_TASK,     /* open task: field = kind, to = owner, text, at = due */
	ACT_TASK_DONE, /* close open tasks of kind = field, "" = all */
	ACT_SUBSCRIBE, /* text = name */
	ACT_UNSUBSCRIBE,
	ACT_EVENT,    /* history line: field = kind, text, public_text */
	ACT_ABSENT,   /* address `to` is away from `n` (0: now) until `at` (0:
	                 they are back); field = "mail" or "command", text =
	                 deputy or "" */
	ACT_UNDELIVERABLE, /* address `to`, text = why; at = 0 clears it */
	ACT_REVIEWED  /* attachments looked at; n = id, 0 = all */
};

struct act {
	enum act_kind kind;
	const char *field;  /* see above; "" if unused */
	const char *text;
	const char *public_text; /* ACT_EVENT: what the employee may read, "" */
	const char *key;    /* ACT_ALARM, ACT_CLEAR */
	const char *to;     /* e-mail address (ACT_MAIL), staff id (ACT_TASK) */
	const char *to_name;
	enum audience audience;
	int64_t n;
	cw_time at;
};

struct plan {
	struct arena *a;
	struct act *v;
	size_t n, cap;
	const char *actor; /* who caused it: staff id, "employee", "caseward" */
	const char *cause; /* "mail 17", "clock", "command" */
};

void plan_init(struct plan *p, struct arena *a, const char *actor,
    const char *cause);

/* Each returns the new act, already filled; the caller may set the rest. */
struct act *plan_set(struct plan *p, const char *field, const char *text);
struct act *plan_set_int(struct plan *p, const char *field, int64_t n);
struct act *plan_state(struct plan *p, enum case_state to, const char *why);
struct act *plan_note(struct plan *p, const char *kind, const char *text);
struct act *plan_mail(struct plan *p, const char *template_name,
    enum audience audience, const char *to, const char *to_name,
    const char *reason);
struct act *plan_alarm(struct plan *p, const char *kind, const char *key,
    cw_time at);
struct act *plan_clear(struct plan *p, const char *kind, const char *key);
struct act *plan_task(struct plan *p, const char *kind, const char *owner,
    const char *text, cw_time due_at);
struct act *plan_event(struct plan *p, const char *kind, const char *text,
    const char *public_text);
struct act *plan_add(struct plan *p, enum act_kind kind, const char *field,
    const char *text);

/* First act of that kind (and field, unless NULL), for tests; or NULL. */
const struct act *plan_find(const struct plan *p, enum act_kind kind,
    const char *field);
const char *act_kind_name(enum act_kind k);

#endif
