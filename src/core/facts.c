/* facts.c - questions about facts, and a plan carried out on them. */
#include "core/facts.h"

#include "base/str.h"
#include "core/party.h"

#include <string.h>

const struct address_state *
facts_address(const struct case_facts *f, const char *email)
{
	for (size_t i = 0; i < f->n_addresses; i++)
		if (str_caseeq(f->addresses[i].email, email))
			return &f->addresses[i];
	return NULL;
}

bool
address_is_absent(const struct address_state *s, cw_time now)
{
	return s->absent_from <= now && now < s->absent_until;
}

bool
facts_is_reachable(const struct case_facts *f, const char *email, cw_time now)
{
	const struct address_state *s;

	if (str_is_empty(email) || party_is(&f->c, email))
		return false;
	s = facts_address(f, email);
	return s == NULL ||
	    (s->undeliverable_since == 0 && !address_is_absent(s, now));
}

const struct case_task *
facts_task(const struct case_facts *f, const char *kind)
{
	for (size_t i = 0; i < f->n_tasks; i++)
		if (str_eq(f->tasks[i].kind, kind))
			return &f->tasks[i];
	return NULL;
}

const struct agenda_item *
agenda_find(const struct agenda *ag, const char *kind, const char *key)
{
	for (size_t i = 0; i < ag->n; i++)
		if (str_eq(ag->v[i].kind, kind) && str_eq(ag->v[i].key, key))
			return &ag->v[i];
	return NULL;
}

const struct agenda_item *
agenda_first(const struct agenda *ag)
{
	const struct agenda_item *first = NULL;

	for (size_t i = 0; i < ag->n; i++) {
		const struct agenda_item *x = &ag->v[i];

		if (first == NULL || x->due_at < first->due_at ||
		    (x->due_at == first->due_at &&
		    strcmp(x->kind, first->kind) < 0))
			first = x;
	}
	return first;
}

/* --- a plan carried out --- */

struct doing {
	struct case_facts *f;
	struct agenda *ag;
	const struct plan *p;
	cw_time now;
	struct arena *a;
	struct err *e;
};

static enum rc
do_set(const struct doing *d, const struct act *act)
{
	return case_set(&d->f->c, act->field, act->text, d->a, d->e);
}

static enum rc
do_state(const struct doing *d, const struct act *act)
{
	struct casefile *c = &d->f->c;
	enum case_state to = (enum case_state)act->n;

	if (act->n < 0 || act->n >= CASE_STATE_N ||
	    !case_move_is_legal(c->state, to))
		return err_set(d->e, RC_BAD, "a case cannot go from '%s' to"
		    " state %d", case_state_name(c->state), (int)act->n);
	if (to == CASE_RESOLVED && c->state != to)
		c->resolved_at = d->now;
	if (to == CASE_CLOSED && c->state != to)
		c->closed_at = d->now;
	if (case_state_is_open(to))
		c->resolved_at = c->closed_at = 0;
	c->state = to;
	return RC_OK;
}

static enum rc
do_mail(const struct doing *d, const struct act *act)
{
	if (act->audience == AUD_EMPLOYEE)
		d->f->c.employee_told_at = d->now;
	return RC_OK;
}

static void
drop_alarms(struct agenda *ag, const char *kind, const char *key)
{
	size_t n = 0;

	for (size_t i = 0; i < ag->n; i++)
		if ((*kind != '\0' && !str_eq(ag->v[i].kind, kind)) ||
		    (*key != '\0' && !str_eq(ag->v[i].key, key)))
			ag->v[n++] = ag->v[i];
	ag->n = n;
}

static enum rc
do_alarm(const struct doing *d, const struct act *act)
{
	struct agenda *ag = d->ag;
	size_t i;

	for (i = 0; i < ag->n; i++)
		if (str_eq(ag->v[i].kind, act->field) &&
		    str_eq(ag->v[i].key, act->key))
			break;
	if (i == ag->n)
		*ARENA_PUSH(d->a, ag->v, ag->n, ag->cap) =
		    (struct agenda_item){ .kind = "", .key = "" };
	ag->v[i] = (struct agenda_item){
		.kind = arena_strdup(d->a, act->field),
		.key = arena_strdup(d->a, act->key),
		.due_at = act->at,
	};
	return RC_OK;
}

static enum rc
do_clear(const struct doing *d, const struct act *act)
{
	drop_alarms(d->ag, act->field, act->key);
	return RC_OK;
}

static enum rc
do_task(const struct doing *d, const struct act *act)
{
	struct case_facts *f = d->f;
	struct case_task *v = arena_grow(d->a, f->tasks, f->n_tasks,
	    f->n_tasks + 1, sizeof(*v));

	v[f->n_tasks++] = (struct case_task){
		.kind = arena_strdup(d->a, act->field),
		.owner = arena_strdup(d->a, act->to),
		.text = arena_strdup(d->a, act->text),
		.due_at = act->at,
	};
	f->tasks = v;
	return RC_OK;
}

static enum rc
do_task_done(const struct doing *d, const struct act *act)
{
	struct case_facts *f = d->f;
	struct case_task *v = arena_array(d->a, f->n_tasks + 1, sizeof(*v));
	size_t n = 0;

	for (size_t i = 0; i < f->n_tasks; i++)
		if (*act->field != '\0' &&
		    !str_eq(f->tasks[i].kind, act->field))
			v[n++] = f->tasks[i];
	f->tasks = v;
	f->n_tasks = n;
	return RC_OK;
}

static enum rc
do_event(const struct doing *d, const struct act *act)
{
	struct case_facts *f = d->f;
	struct history_line *v = arena_grow(d->a, f->history, f->n_history,
	    f->n_history + 1, sizeof(*v));

	v[f->n_history++] = (struct history_line){
		.at = d->now,
		.kind = arena_strdup(d->a, act->field),
		.actor = arena_strdup(d->a, d->p->actor),
		.text = arena_strdup(d->a, act->text),
		.audience = act->audience,
		.public_text = arena_strdup(d->a, act->public_text),
	};
	f->history = v;
	return RC_OK;
}

/* A copy of the addresses in which that of `email` may be changed. */
static struct address_state *
address(const struct doing *d, const char *email)
{
	struct case_facts *f = d->f;
	struct address_state *v = arena_grow(d->a, f->addresses,
	    f->n_addresses, f->n_addresses + 1, sizeof(*v));
	size_t i;

	for (i = 0; i < f->n_addresses; i++)
		if (str_caseeq(v[i].email, email))
			break;
	if (i == f->n_addresses)
		v[f->n_addresses++] = (struct address_state){
			.email = arena_strdup(d->a, email),
			.deputy = "",
			.stand_in = "",
		};
	f->addresses = v;
	return &v[i];
}

static enum rc
do_absent(const struct doing *d, const struct act *act)
{
	struct address_state *s = address(d, act->to);

	s->absent_from = act->n;
	s->absent_until = act->at;
	s->deputy = arena_strdup(d->a, act->text);
	return RC_OK;
}

static enum rc
do_undeliverable(const struct doing *d, const struct act *act)
{
	address(d, act->to)->undeliverable_since = act->at;
	return RC_OK;
}

static enum rc
do_reviewed(const struct doing *d, const struct act *act)
{
	struct case_facts *f = d->f;
	struct case_attachment *v = arena_grow(d->a, f->attachments,
	    f->n_attachments, f->n_attachments + 1, sizeof(*v));

	for (size_t i = 0; i < f->n_attachments; i++)
		if (act->n == 0 || v[i].id == act->n)
			v[i].is_reviewed = true;
	f->attachments = v;
	return RC_OK;
}

static enum rc
do_subscribe(const struct doing *d, const struct act *act)
{
	struct case_facts *f = d->f;
	const char **v = arena_grow(d->a, f->subscribers, f->n_subscribers,
	    f->n_subscribers + 1, sizeof(*v));
	size_t n = 0;

	for (size_t i = 0; i < f->n_subscribers; i++)
		if (!str_caseeq(v[i], act->text))
			v[n++] = v[i];
	if (act->kind == ACT_SUBSCRIBE)
		v[n++] = arena_strdup(d->a, act->text);
	f->subscribers = v;
	f->n_subscribers = n;
	return RC_OK;
}

/* NULL: leaves no trace in the facts. */
static enum rc (*const doers[])(const struct doing *, const struct act *) = {
	[ACT_SET] = do_set,
	[ACT_STATE] = do_state,
	[ACT_NOTE] = NULL,
	[ACT_MAIL] = do_mail,
	[ACT_WEBHOOK] = NULL,
	[ACT_ALARM] = do_alarm,
	[ACT_CLEAR] = do_clear,
	[ACT_TASK] = do_task,
	[ACT_TASK_DONE] = do_task_done,
	[ACT_SUBSCRIBE] = do_subscribe,
	[ACT_UNSUBSCRIBE] = do_subscribe,
	[ACT_EVENT] = do_event,
	[ACT_ABSENT] = do_absent,
	[ACT_UNDELIVERABLE] = do_undeliverable,
	[ACT_REVIEWED] = do_reviewed,
};

enum rc
facts_apply_plan(struct case_facts *f, struct agenda *ag,
    const struct plan *p, cw_time now, struct arena *a, struct err *e)
{
	const struct doing d = { f, ag, p, now, a, e };
	enum rc rc = RC_OK;

	for (size_t i = 0; i < p->n && rc == RC_OK; i++)
		if (doers[p->v[i].kind] != NULL)
			rc = doers[p->v[i].kind](&d, &p->v[i]);
	return rc;
}
