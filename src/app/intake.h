/*
 * intake.h - mails come in: fetched, kept, understood, decided, applied.
 */
#ifndef CW_APP_INTAKE_H
#define CW_APP_INTAKE_H

#include "app/app.h"

struct intake_count {
	int64_t taken;       /* new in the spool */
	int64_t opened, appended, filed, unverified, duplicate, quarantined;
	int64_t renumbered; /* mailboxes whose UIDs are new again and again */
	int64_t unread; /* the reader died of them, or could not be used */
	int64_t failed_mailboxes;
	int64_t unfinished; /* mailboxes that have more, for the next poll */
};

/* Poll every mailbox; each fails by itself.  What is new is handled. */
enum rc intake_run(struct app *app, struct intake_count *n, struct err *e);

/* One mail from a file: mailbox "file", key = its name.  RC_NONE: we have
 * it already. */
enum rc intake_file(struct app *app, const char *mailbox, const char *key,
    const char *raw, size_t len, cw_time received_at, struct intake_count *n,
    struct err *e);

/* Handle what is 'new' in the spool. */
enum rc intake_spool(struct app *app, struct intake_count *n, struct err *e);

/* Understand one mail (headers, body by the reader child, class): for the
 * spool and for `mail parse`.  Never fails for what is in the mail. */
void intake_understand(struct app *app, const char *mailbox, const char *raw,
    size_t len, struct arena *a, struct msg *m);

#endif
