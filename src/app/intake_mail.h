/*
 * intake_mail.h - one understood mail: which case, what to do, apply it.
 * Runs inside the caller's transaction, as one savepoint.
 */
#ifndef CW_APP_INTAKE_MAIL_H
#define CW_APP_INTAKE_MAIL_H

#include "app/intake.h"
#include "mail/msg.h"
#include "store/spool_store.h"

/* RC_OK: handled, the spool row is done.  Any other: undone. */
enum rc intake_mail(struct app *app, const struct spool_mail *s,
    const struct msg *m, struct arena *a, struct intake_count *n,
    struct err *e);

#endif
