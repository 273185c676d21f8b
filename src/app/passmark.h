/*
 * passmark.h - the mark that a pass leaves behind in its lock file: did it
 * end, and what did the clocks say?  Two dangers are seen by it before
 * anything is decided.
 *
 * A pass that did not end (killed, power cut), and the first one after the
 * machine was started: the database is looked through (quick_check) before
 * it is used, if it is not larger than PASSMARK_CHECK_BYTES; larger ones are
 * left to `doctor` and `backup`.
 *
 * A clock that jumps.  The rule: between two passes the clock of the world
 * may not run ahead of the time that really passed by more than
 *	6 hours, while the machine was up all the time (CLOCK_BOOTTIME knows),
 *	45 days, if it was started in between (then nobody knows),
 * nor stand more than 1 hour before the last pass.  A smaller step back is
 * harmless: nothing is due until the time is reached again.  Without a mark
 * the last event of the history takes its place.
 * While the rule is broken nothing is taken in, decided or sent (RC_RETRY):
 * a case opened a year ahead would have its due date a year too late, and a
 * year of due dates would be breached at once.  The mails wait in the inbox.
 * It ends when the clock is right again, or when a person says `caseward
 * clock accept`.  A clock by hand (--now) is under no such rule.
 */
#ifndef CW_APP_PASSMARK_H
#define CW_APP_PASSMARK_H

#include "app/app.h"

#define PASSMARK_CHECK_BYTES (INT64_C(1) << 30)

struct passmark {
	bool ended;         /* the pass came to its end */
	char boot[64];      /* which start of the machine */
	cw_time at;         /* clock of the world; 0: no mark */
	int64_t up_seconds; /* seconds since that start */
};

enum clock_verdict { CLOCK_PLAUSIBLE, CLOCK_AHEAD, CLOCK_BEHIND };

/* The rule above; pure. */
enum clock_verdict passmark_judge(const struct passmark *last,
    const struct passmark *now);

/* A broken line is no mark. */
void passmark_parse(const char *line, struct passmark *out);

/* One pass at a time: RC_RETRY if another one runs, or the clock may not be
 * trusted; RC_FAIL if the database turns out damaged.  *fd holds the lock
 * until passmark_end (-1: not taken). */
enum rc passmark_begin(struct app *app, int *fd, struct err *e);
void passmark_end(int *fd, enum rc ended);

/* What `caseward clock` shows: the last mark and the verdict on now. */
enum rc passmark_look(struct app *app, struct passmark *last,
    enum clock_verdict *out, struct err *e);
/* A person says that the clock is right. */
enum rc passmark_accept(struct app *app, struct err *e);

#endif
