/*
 * intake_work.h - one mail on its way through the decision: what the files
 * of intake share.  Others use intake_mail.h.
 */
#ifndef CW_APP_INTAKE_WORK_H
#define CW_APP_INTAKE_WORK_H

#include "app/intake.h"
#include "base/str.h"
#include "core/intake.h"
#include "store/spool_store.h"

#define MAX_SIGNALS 24 /* ids beyond these lead nowhere new */

struct work {
	struct app *app;
	const struct spool_mail *s;
	const struct msg *m;
	struct arena *a;
	struct intake_count *n;
	const char *from;            /* "" if none or several */
	const uint8_t *fingerprint;  /* NULL: none */
	struct thread_signal signals[MAX_SIGNALS];
	size_t n_signals;
	struct thread_verdict thread;
	struct triage triage;
	struct employee employee;
	struct intake in;
	int64_t opened_no;
	bool answers_digest; /* a keyed mail of ours that is of no case ... */
	int64_t digest_id;   /* ... this one, 0 if it is not known */
	bool is_unproven; /* there is such a check, and it did not pass */
	struct str explain;
};

/* What the mail names its case by (TH-8): fills signals. */
enum rc intake_signals(struct work *w, struct err *e);

#endif
