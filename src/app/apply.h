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

/* E-mail addresses whose state matters for a case: its department's, its
 * owner's, its leads'; for facts_store_load.  NULL-terminated list in `a`. */
size_t apply_addresses(const struct policy *p, const struct casefile *c,
    struct arena *a, const char ***out);

/* facts_store_load with apply_addresses and the employee's calendar. */
enum rc apply_load_facts(struct app *app, int64_t no, struct arena *a,
    struct case_facts *out, struct err *e);

#endif
