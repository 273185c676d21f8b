/*
 * outbox.h - send what is queued: claim (commit), send, mark (commit).
 */
#ifndef CW_APP_OUTBOX_H
#define CW_APP_OUTBOX_H

#include "app/app.h"

struct outbox_count {
	int64_t sent, later, failed, unsure;
	cw_time next_try_at; /* of what is still queued; 0: nothing */
};

enum rc outbox_run(struct app *app, struct outbox_count *n, struct err *e);

#endif
