/*
 * status.h - how it does: mailboxes, queues, cases, alarms, the machine.
 *
 * For `status`, for the file that a monitor reads (files.status_file) and
 * for the figures of Prometheus (files.metrics_file, metrics.h).  What does
 * not need the database is there also when that does not work.
 */
#ifndef CW_APP_STATUS_H
#define CW_APP_STATUS_H

#include "app/app.h"
#include "app/health.h"
#include "app/token_watch.h"
#include "store/casefile_store.h"
#include "store/spool_store.h"

struct status {
	struct health health;
	int64_t disk_free, disk_size; /* bytes, where the database is; -1 */
	int64_t db_bytes;             /* with what is not yet folded in; -1 */
	int64_t pid;                  /* of the daemon; 0: none runs */
	cw_time started_at;           /* of it */

	bool has_db; /* the rest is known */
	struct mailbox_state *mailboxes; /* as many as in the settings */
	size_t n_mailboxes;
	struct token_view *oauth2; /* likewise */
	size_t n_oauth2;
	struct case_tally cases;
	int64_t queued, unsure, sending, failed, held, quarantined;
	int64_t restored; /* of the held ones: since a backup was put back */
	cw_time oldest_queued_at; /* that should have left; 0: none */
	cw_time next_due_at;      /* of the agenda; 0: nothing */

	bool is_sick; /* a person should look */
};

#define STATUS_COUNT_TO 10000 /* cases, after each pass */

/* Cases are counted up to `at_most`, -1: to the last one.  `health` NULL:
 * read it.  app->db may be NULL. */
enum rc status_get(struct app *app, int64_t at_most,
    const struct health *health, struct arena *a, struct status *out,
    struct err *e);
/* Set is_sick again, after a change of the health. */
void status_judge(struct status *s);
/* One JSON object, with a newline. */
char *status_json(const struct app *app, const struct status *s,
    struct arena *a);
/* "2 things need a person: ..." or "All is well: ...". */
char *status_sentence(const struct status *s, struct arena *a);

/* The file that says which daemon runs for this database; locked by it. */
char *status_daemon_file(const struct app *app, struct arena *a);

#endif
