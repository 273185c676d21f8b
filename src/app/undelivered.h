/*
 * undelivered.h - a mail of ours did not arrive: it came back, or the server
 * refused it for good (M2, M6, BN-13).
 *
 * On a case the owner is told and the step goes to the next contact
 * (core/intake.h).  Of a mail about no case, a work list or a digest, the
 * supervisor hears, or who stands above: else a dead mailbox of an agent
 * would be found by chance.  A refusal by policy also goes to the operators;
 * a mail that was too large leaves once more as plain text.
 */
#ifndef CW_APP_UNDELIVERED_H
#define CW_APP_UNDELIVERED_H

#include "app/app.h"
#include "mail/bounce.h"
#include "store/outbox_store.h"

/* In the caller's transaction.  `cause` as in struct plan. */
enum rc undelivered_mail(struct app *app, const struct outbox_mail *m,
    enum bounce_kind kind, const char *status, const char *cause,
    struct arena *a, struct err *e);

#endif
