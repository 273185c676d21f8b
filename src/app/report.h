/*
 * report.h - mails about many cases: work lists, lead digests, the nightly
 * sweep.  Each runs inside the caller's savepoint and sets its next row.
 */
#ifndef CW_APP_REPORT_H
#define CW_APP_REPORT_H

#include "app/app.h"
#include "core/digest.h"

enum rc report_work_list(struct app *app, const char *person_id,
    struct arena *a, struct err *e);
enum rc report_lead_digest(struct app *app, const char *person_id,
    struct arena *a, struct err *e);
/* Anchor of the event chains, and the full audit: a finding is mail to the
 * ER supervisor. */
enum rc report_night(struct app *app, const char *key, struct arena *a,
    struct err *e);

/* The data behind them, for `digest --for` and tests.  `out_id` is the mail
 * that it goes into (outbox_store_next_id): its rows get reply addresses
 * that are bound to its reader; 0: none. */
enum rc report_digest(struct app *app, const struct person *who,
    bool is_lead, int64_t out_id, struct arena *a, struct digest *out,
    struct err *e);

#endif
