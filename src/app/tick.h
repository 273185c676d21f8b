/*
 * tick.h - the agenda: what is due now, oldest first, each row with its
 * effects in one savepoint.  The cost does not depend on what is not due.
 */
#ifndef CW_APP_TICK_H
#define CW_APP_TICK_H

#include "app/app.h"

struct tick_count {
	int64_t fired, failed;
};

/* Fire everything that is due at app->now; groups of rows share a commit. */
enum rc tick_run(struct app *app, struct tick_count *n, struct err *e);

/* Standing rows (work lists, digests, nightly sweep) for everybody in the
 * settings: made if missing, removed for who is gone. */
enum rc tick_standing(struct app *app, struct err *e);

#endif
