/*
 * pass.h - one poll: mails in, what is due, mails out; then the invariants,
 * and what an operator must know.
 */
#ifndef CW_APP_PASS_H
#define CW_APP_PASS_H

#include "app/intake.h"
#include "app/outbox.h"
#include "app/tick.h"

enum { PASS_INTAKE = 1, PASS_TICK = 2, PASS_SEND = 4, PASS_ALL = 7 };

struct pass_count {
	struct intake_count in;
	struct tick_count tick;
	struct outbox_count out;
	int64_t findings; /* invariants that do not hold */
	cw_time next_due_at; /* of the agenda; 0: nothing */
	int64_t open_cases;  /* counted up to 10,000 */
	int64_t alarms;      /* that stand */
};

/* One pass at app->now.  Takes the lock beside the database: RC_RETRY if
 * another pass runs.  A pass that is asked to stop (beat.h) ends well, with
 * less done. */
enum rc pass_run(struct app *app, unsigned parts, struct pass_count *n,
    struct err *e);

/*
 * No pass, only its end: tell what was raised and write the files, for when
 * a pass died (which is counted) or could not begin.  app->db may be NULL.
 */
void pass_tell(struct app *app, bool has_died, struct pass_count *n);

#endif
