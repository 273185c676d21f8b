/*
 * status.h - how it does: mailboxes, queues, cases.  For `status`, and for
 * the file that a monitor reads (setting status_file), written after each
 * pass.
 */
#ifndef CW_APP_STATUS_H
#define CW_APP_STATUS_H

#include "app/app.h"
#include "app/token_watch.h"
#include "store/casefile_store.h"
#include "store/spool_store.h"

struct status {
	struct mailbox_state *mailboxes; /* as many as in the settings */
	size_t n_mailboxes;
	struct token_view *oauth2; /* likewise */
	size_t n_oauth2;
	struct case_tally cases;
	int64_t queued, unsure, failed, held, quarantined;
	int64_t restored; /* of the held ones: since a backup was put back */
	bool is_sick; /* a person should look */
};

/* Cases are counted up to `at_most`, -1: to the last one. */
enum rc status_get(struct app *app, int64_t at_most, struct arena *a,
    struct status *out, struct err *e);
/* One JSON object, with a newline. */
char *status_json(const struct app *app, const struct status *s,
    struct arena *a);
/* The status file, if the settings name one.  Its figures of cases end at
 * 10,000: a pass may not take longer the more cases there are. */
enum rc status_write(struct app *app, struct err *e);

#endif
