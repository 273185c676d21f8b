/*
 * app.h - what a running caseward has in hand: settings, templates,
 * database, keys, the reader child, and the one `now` of this pass.
 */
#ifndef CW_APP_APP_H
#define CW_APP_APP_H

#include "core/alarm.h"
#include "core/letter.h"
#include "core/policy.h"
#include "mail/reader.h"
#include "mail/token.h"
#include "store/db.h"

struct app {
	struct arena *a; /* lives as long as the app */
	struct policy policy;
	const struct templates *templates;
	struct db *db;             /* NULL until app_open_db */
	struct token_keys keys;
	struct reader *reader;     /* started when first needed */
	cw_time now;
	bool manual_clock;         /* the database was made for --now */
	bool is_patient; /* daemon: mailboxes rest after a failure */
	bool insist; /* doctor: try logins that rest after a refusal, too */
	/* the inbound mail that is being handled, NULL between mails: an
	 * answer to its sender threads below it */
	const struct msg *mail;
	struct zone_row *zones; /* zones.c: those read so far */
	struct alarm_list raised; /* alarm.h: what is wrong in this pass */
	const char *health_text; /* health.h: as last saved; NULL: the file */
};

enum {
	APP_CREATE = 1,       /* make the database */
	APP_MANUAL_CLOCK = 2, /* app_init: of a new one, for --now */
	APP_NEW_KEY = 4       /* the key was lost: go on with another */
};

/* Settings, zones, holidays, templates: RC_BAD with every problem listed. */
enum rc app_load(const char *config_path, struct app *app,
    struct problems *probs, struct err *e);
/* Key file and database, which must belong together.  A database with a
 * manual clock also obeys CASEWARD_TEST_KILL_AT_COMMIT=n: the program ends
 * behind its n-th commit, as in a power cut (tests).  RC_NONE: not made yet,
 * say `caseward init`; RC_FAIL: lost, damaged or not ours: a person has to
 * put the backup back, and nothing empty takes its place. */
enum rc app_open_db(struct app *app, unsigned flags, struct err *e);
void app_close(struct app *app);

/* `init`: folders, key file, database.  Refuses (RC_FAIL) where one was in
 * use and is lost: its lock file is still there. */
enum rc app_init(struct app *app, unsigned flags, struct err *e);

/* The instant of this run: the clock, or `now_text` (--now) where the
 * database allows it. */
enum rc app_set_now(struct app *app, const char *now_text, struct err *e);

struct reader *app_reader(struct app *app);

/* A secret from a file (first line) or the environment; RC_NONE: none set. */
enum rc app_secret(const char *file, const char *env, struct arena *a,
    const char **out, struct err *e);
/* May users outside our group read this file? */
bool app_secret_is_open(const char *file, struct arena *a);

#endif
