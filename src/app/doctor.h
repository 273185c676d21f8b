/*
 * doctor.h - try everything live and say what to do.  Changes nothing, and
 * sends nothing but the one test mail of --send.
 *
 * A check is one row in doctor.c: a function that tells any number of
 * lines with doctor_tell().  Rows run from the top; one that needs settings
 * or database is passed over, and says so, when they could not be had.
 */
#ifndef CW_APP_DOCTOR_H
#define CW_APP_DOCTOR_H

#include "app/app.h"

enum doctor_level { DOCTOR_OK, DOCTOR_WARN, DOCTOR_FAIL };

struct doctor_line {
	enum doctor_level level;
	const char *what;   /* "mailbox inbox" */
	const char *text;   /* what was found */
	const char *advice; /* what to do; "" if nothing */
};

struct doctor {
	struct app *app;         /* loaded and opened by the first checks */
	const char *config_path;
	const char *send_to;     /* --send: a test mail to this address; NULL */
	struct arena *a;
	bool has_policy, has_db;
	/* the server whose time is nearest to ours, NULL: none said it */
	const char *clock_by;
	int64_t clock_off; /* seconds that ours is ahead of it */
	void (*tell)(void *ctx, const struct doctor_line *line);
	void *ctx;
	size_t n_warn, n_fail;
};

/* Run every check.  app->a must be freed by app_close() afterwards, also
 * when the settings could not be loaded. */
void doctor_run(struct doctor *d);

/* --- for the checks --- */
void doctor_tell(struct doctor *d, enum doctor_level level, const char *what,
    const char *advice, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
/* "ok", "warn", "FAIL" */
const char *doctor_level_name(enum doctor_level level);

void doctor_disk(struct doctor *d); /* doctor_machine.c */
void doctor_backup(struct doctor *d);
void doctor_people(struct doctor *d); /* doctor_people.c */
void doctor_directory(struct doctor *d);
void doctor_mailboxes(struct doctor *d); /* doctor_net.c */
void doctor_transport(struct doctor *d);
void doctor_send(struct doctor *d);
void doctor_certificates(struct doctor *d); /* doctor_look.c */
void doctor_webhooks(struct doctor *d);
void doctor_clock(struct doctor *d); /* after these */
void doctor_oauth2(struct doctor *d); /* doctor_oauth2.c; before these */
/* What to do about a refused login; takes the same words off *e. */
const char *doctor_login_advice(const struct oauth2 *source, struct err *e,
    const char *usual);

#endif
