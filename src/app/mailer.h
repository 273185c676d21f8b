/*
 * mailer.h - from an act "mail this to that person" to an outbox row with
 * its final bytes: guard, token, parent, letter, composing.
 */
#ifndef CW_APP_MAILER_H
#define CW_APP_MAILER_H

#include "app/app.h"
#include "core/plan.h"

/* The dedup key of a mail that is sent again, smaller, begins so. */
#define MAILER_SMALL "small/"

/* On a case.  What is internal and for one who is away or cannot be reached
 * goes to who stands in, and says so (G21).  RC_NONE: held back by the
 * guard (a task tells the owner), or queued already under the same cause. */
enum rc mailer_queue(struct app *app, struct case_facts *f,
    const struct act *m, const struct plan *p, struct arena *a,
    struct err *e);

/* Who gets what is meant for `who` just now: they, or who stands in. */
enum rc mailer_reader(struct app *app, const struct person *who,
    struct arena *a, const struct person **out, struct err *e);

/* A work list, digest or notice that is not about one case. */
enum rc mailer_queue_digest(struct app *app, const char *template_name,
    const struct person *to, const struct letter_more *more,
    const char *dedup, struct arena *a, struct err *e);

/* The department's chat (G17): Teams or Slack JSON in the same queue. */
enum rc mailer_queue_webhook(struct app *app, const struct case_facts *f,
    const struct department *d, const char *text, const char *dedup,
    struct arena *a, struct err *e);

#endif
