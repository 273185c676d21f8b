/*
 * health.h - how caseward itself does: alarms that stand, how the last
 * passes went, and counts since it was set up.
 *
 * Kept in a small file beside the database (DATABASE.health), because it
 * must be known above all when the database does not work.  The daemon also
 * holds its text in memory, for when the disk is full; the newer one counts.
 */
#ifndef CW_APP_HEALTH_H
#define CW_APP_HEALTH_H

#include "app/app.h"
#include "app/pass.h"

struct health {
	int64_t serial;             /* of this text: each is newer */
	struct alarm_list standing;
	struct pass_count total;    /* its times mean nothing */
	int64_t passes, failed_passes, died_passes;
	cw_time ended_at, ok_at;    /* of the last pass, the last good one */
	int64_t pass_ms;            /* how long the last one took */
	int failed;                 /* in a row */
	char why[512];              /* the last one failed */
};

/* What is counted, for the file and for the figures: one row each. */
struct health_count {
	const char *name;   /* in the file: "in-opened" */
	const char *metric; /* "mails_in_total" */
	const char *label;  /* outcome="..."; "" none */
	size_t at;          /* of an int64_t in struct health */
};
extern const struct health_count health_counts[]; /* name NULL ends it */
int64_t health_count_of(const struct health *h, const struct health_count *c);

/* Never fails: what cannot be read is as if there was nothing. */
void health_load(const struct app *app, struct arena *a, struct health *out);
/* Also leaves the text in app->health_text. */
enum rc health_save(struct app *app, struct health *h, struct err *e);

/* A pass has ended: count it. */
void health_add_pass(struct health *h, const struct pass_count *n,
    enum rc rc, const struct err *why, cw_time now, int64_t ms);

#endif
