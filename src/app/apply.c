/* apply.c - carry out a plan, inside the caller's transaction. */
#include "app/apply.h"

#include "app/absence.h"
#include "app/mailer.h"
#include "app/zones.h"
#include "base/str.h"
#include "store/agenda_store.h"
#include "store/casefile_store.h"
#include "store/history_store.h"
#include "store/message_store.h"
#include "store/person_store.h"

#include <string.h>

struct doing {
	struct app *app;
	struct case_facts *f;
	const struct plan *p;
	struct arena *a;
	cw_time told_before; /* the employee, before this plan */
};

/* ---- acts that only touch the database --------------------------------- */

static enum rc
do_nothing(const struct doing *d, const struct act *act, struct err *e)
{
	(void)d, (void)act, (void)e;
	return RC_OK; /* facts_apply_plan did it on the case row */
}

static enum rc
do_state(const struct doing *d, const struct act *act, struct err *e)
{
	return history_store_add(d->app->db, d->f->c.no, d->app->now,
	    d->p->actor, "state", arena_printf(d->a, "%s: %s",
	    case_state_name((enum case_state)act->n), act->text), "", e);
}

static enum rc
do_note(const struct doing *d, const struct act *act, struct err *e)
{
	enum rc rc = note_store_add(d->app->db, d->f->c.no, act->field,
	    d->app->now, d->p->actor, act->text, e);

	return rc != RC_OK ? rc : history_store_add(d->app->db, d->f->c.no,
	    d->app->now, d->p->actor, "note", act->text, "", e);
}

static enum rc
do_event(const struct doing *d, const struct act *act, struct err *e)
{
	return history_store_add(d->app->db, d->f->c.no, d->app->now,
	    d->p->actor, act->field, act->text, act->public_text, e);
}

static enum rc
do_alarm(const struct doing *d, const struct act *act, struct err *e)
{
	return agenda_store_set(d->app->db, d->f->c.no, act->field, act->key,
	    act->at, e);
}

static enum rc
do_clear(const struct doing *d, const struct act *act, struct err *e)
{
	return agenda_store_clear(d->app->db, d->f->c.no, act->field, act->key,
	    e);
}

static enum rc
do_task(const struct doing *d, const struct act *act, struct err *e)
{
	return task_store_open(d->app->db, d->f->c.no, act->field, act->to,
	    act->text, d->app->now, act->at, e);
}

static enum rc
do_task_done(const struct doing *d, const struct act *act, struct err *e)
{
	return task_store_done(d->app->db, d->f->c.no, act->field,
	    d->app->now, e);
}

static enum rc
do_subscribe(const struct doing *d, const struct act *act, struct err *e)
{
	return subscriber_store_add(d->app->db, d->f->c.no, act->text, e);
}

static enum rc
do_unsubscribe(const struct doing *d, const struct act *act, struct err *e)
{
	enum rc rc = subscriber_store_remove(d->app->db, d->f->c.no,
	    act->text, e);

	return rc != RC_OK ? rc : history_store_add(d->app->db, d->f->c.no,
	    d->app->now, d->p->actor, "unsubscribed", act->text, "", e);
}

static enum rc
do_absent(const struct doing *d, const struct act *act, struct err *e)
{
	return absence_set(d->app, &(struct absence_row){ .email = act->to,
	    .source = act->field, .key = "", .from_at = act->n,
	    .until_at = act->at, .deputy = act->text }, d->a, e);
}

static enum rc
do_undeliverable(const struct doing *d, const struct act *act, struct err *e)
{
	return absence_dead(d->app, act->to, act->at, act->text, d->a, e);
}

static enum rc
do_reviewed(const struct doing *d, const struct act *act, struct err *e)
{
	enum rc rc = attachment_store_review(d->app->db, d->f->c.no, act->n,
	    d->p->actor, d->app->now, e);

	return rc != RC_OK ? rc : history_store_add(d->app->db, d->f->c.no,
	    d->app->now, d->p->actor, "reviewed", "attachments reviewed", "",
	    e);
}

/* ---- acts that put something in the outbox ----------------------------- */

/* A mail of the ladder to the department is an ask: the silence ledger. */
static enum rc
remember_ask(const struct doing *d, const struct act *act, struct err *e)
{
	if (act->audience != AUD_DEPARTMENT || !(str_eq(act->field,
	    "status-request") || str_eq(act->field, "reminder")))
		return RC_OK;
	return ask_store_asked(d->app->db, d->f->c.no, d->f->c.department,
	    d->app->now, e);
}

static enum rc
do_mail(const struct doing *d, const struct act *act, struct err *e)
{
	struct casefile *c = &d->f->c;
	cw_time told_at = c->employee_told_at;
	enum rc rc;

	/* The letter tells what happened since the mail before it. */
	c->employee_told_at = d->told_before;
	rc = mailer_queue(d->app, d->f, act, d->p, d->a, e);
	c->employee_told_at = told_at;
	if (rc != RC_OK)
		return rc == RC_NONE ? RC_OK : rc;
	return remember_ask(d, act, e);
}

static enum rc
do_webhook(const struct doing *d, const struct act *act, struct err *e)
{
	const struct department *dep = policy_department(&d->app->policy,
	    act->field);
	enum rc rc;

	if (dep == NULL)
		return RC_OK;
	rc = mailer_queue_webhook(d->app, d->f, dep, act->text,
	    arena_printf(d->a, "%lld/chat/%s/%lld", (long long)d->f->c.no,
	    d->p->cause, (long long)d->app->now), d->a, e);
	return rc == RC_NONE ? RC_OK : rc;
}

static enum rc (*const doers[])(const struct doing *, const struct act *,
    struct err *) = {
	[ACT_SET] = do_nothing,
	[ACT_STATE] = do_state,
	[ACT_NOTE] = do_note,
	[ACT_MAIL] = do_mail,
	[ACT_WEBHOOK] = do_webhook,
	[ACT_ALARM] = do_alarm,
	[ACT_CLEAR] = do_clear,
	[ACT_TASK] = do_task,
	[ACT_TASK_DONE] = do_task_done,
	[ACT_SUBSCRIBE] = do_subscribe,
	[ACT_UNSUBSCRIBE] = do_unsubscribe,
	[ACT_EVENT] = do_event,
	[ACT_ABSENT] = do_absent,
	[ACT_UNDELIVERABLE] = do_undeliverable,
	[ACT_REVIEWED] = do_reviewed,
};

/* An answer of the department ends its open asks. */
static enum rc
note_answer(const struct doing *d, cw_time answered_before, struct err *e)
{
	if (d->f->c.department_answered_at == answered_before)
		return RC_OK;
	return ask_store_answered(d->app->db, d->f->c.no, d->app->now, e);
}

enum rc
apply_plan(struct app *app, struct case_facts *f, const struct plan *p,
    struct arena *a, struct err *e)
{
	const struct doing d = { app, f, p, a, f->c.employee_told_at };
	cw_time answered_at = f->c.department_answered_at;
	cw_time told_before = f->c.employee_told_at, told_at;
	struct agenda none = { 0 }; /* the store keeps the agenda */
	enum rc rc;

	if ((rc = facts_apply_plan(f, &none, p, app->now, a, e)) != RC_OK)
		return rc;
	f->c.subject = case_compose_subject(&f->c, &app->policy, a);
	told_at = f->c.employee_told_at;
	f->c.employee_told_at = told_before; /* letters say what came since */
	for (size_t i = 0; i < p->n; i++)
		if ((rc = doers[p->v[i].kind](&d, &p->v[i], e)) != RC_OK)
			return rc;
	f->c.employee_told_at = told_at;
	if ((rc = note_answer(&d, answered_at, e)) != RC_OK)
		return rc;
	return casefile_store_update(app->db, &f->c, e);
}

/* ---- facts ------------------------------------------------------------- */

/* Whoever of the staff it is, their state may matter: the case goes round
 * among backups and up the chain. */
static const char **
staff_addresses(const struct policy *p, struct arena *a)
{
	const char **v = arena_array(a, p->n_people + 1, sizeof(*v));

	for (size_t i = 0; i < p->n_people; i++)
		v[i] = p->people[i].email;
	return v;
}

enum rc
apply_facts_of(struct app *app, const struct casefile *c, struct arena *a,
    struct case_facts *out, struct err *e)
{
	enum rc rc = facts_store_load(app->db, c->no, staff_addresses(
	    &app->policy, a), app->policy.n_people, a, out, e);

	if (rc == RC_OK)
		out->employee_calendar = zones_calendar(app,
		    out->c.zone_name);
	return rc;
}

enum rc
apply_load_facts(struct app *app, int64_t no, struct arena *a,
    struct case_facts *out, struct err *e)
{
	struct casefile c;
	enum rc rc = casefile_store_get(app->db, no, a, &c, e);

	return rc == RC_OK ? apply_facts_of(app, &c, a, out, e) : rc;
}
