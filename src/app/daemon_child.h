/*
 * daemon_child.h - the processes that the daemon starts: a pass, and for
 * each mailbox one that waits for mail.  They die with the daemon.
 *
 * A pass shows signs of life through a pipe (beat.h): bytes "."; at its end
 * comes its report, and behind that the text of health.h.
 */
#ifndef CW_APP_DAEMON_CHILD_H
#define CW_APP_DAEMON_CHILD_H

#include "app/pass.h"
#include "base/str.h"

#include <signal.h>
#include <sys/types.h>

struct pass_report {
	enum rc rc;
	struct pass_count n;
	char why[256]; /* it failed */
};

/* What only the daemon knows, and a pass has to tell. */
struct child_news {
	const char *trouble; /* passes died or failed; "" none */
	const char *reload;  /* why new settings were refused; "" none */
	bool has_died;       /* the last pass did not end by itself */
};

/* parts 0: no pass, only tell.  The pid, or -1; *fd is the pipe, to be read
 * without waiting. */
pid_t child_pass(struct app *app, unsigned parts, const struct child_news *n,
    int *fd);
/* Take the bytes that have come; true if there were any. */
bool child_hear(int fd, struct str *heard);
/* What a pass that has ended said; false: it did not get so far.
 * *health: the text behind it, in `heard`; "" none. */
bool child_report(const struct str *heard, struct pass_report *out,
    const char **health);

enum { CHILD_NEWS = 0, CHILD_QUIET = 1, CHILD_FAILED = 3 };
/* Ends with one of these: there is mail, there was none, it did not work. */
pid_t child_wait(struct app *app, const struct mailbox *box);

#endif
