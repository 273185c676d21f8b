/*
 * apply.h - carry out a plan, inside the caller's transaction (or
 * savepoint), with the events that describe it.  Nothing outside the
 * database changes here: mails become outbox rows.
 */
#ifndef CW_APP_APPLY_H
#define CW_APP_APPLY_H

#include "app/app.h"
#include "core/plan.h"

/*
 * `f` is brought up to date: the next decision on the same case may look at
 * it.  RC_BAD: the plan asks for an illegal move; RC_RETRY: somebody else
 * changed the case meanwhile.  The caller undoes the savepoint then.
 */
enum rc apply_plan(struct app *app, struct case_facts *f,
    const struct plan *p, struct arena *a, struct err *e);

/* What a decision on this case may look at: the store's facts with the
 * states of all whom the case may mail, and the employee's calendar. */
enum rc apply_facts_of(struct app *app, const struct casefile *c,
    struct arena *a, struct case_facts *out, struct err *e);
/* The same by number; RC_NONE: no such case. */
enum rc apply_load_facts(struct app *app, int64_t no, struct arena *a,
    struct case_facts *out, struct err *e);

#endif
