/* doctor.c - the checks, and those that need no network. */
#include "app/doctor.h"

#include "base/str.h"

#include <string.h>

static void
check_settings(struct doctor *d)
{
	struct problems probs = { .a = d->a };
	struct err e = { "" };
	enum rc rc = app_load(d->config_path, d->app, &probs, &e);

	d->has_policy = rc == RC_OK;
	if (rc == RC_OK)
		doctor_tell(d, DOCTOR_OK, "settings", "", "%s",
		    d->config_path);
	else
		doctor_tell(d, DOCTOR_FAIL, "settings",
		    "caseward check lists every mistake", "%s", e.text);
}

/* Most words of the database say themselves what to do. */
static const char *
database_advice(const char *said)
{
	static const char *const orders[] = { "say ", "may this user",
		"copy back" };

	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		if (strstr(said, orders[i]) != NULL)
			return "do that, then say caseward doctor again";
	return strstr(said, "Permission denied") != NULL ? "file and folder"
	    " must belong to the user of the service; say doctor as that user"
	    : "put the last backup back (caseward restore FILE), or the copy"
	    " of the key";
}

static void
check_database(struct doctor *d)
{
	struct err e = { "" };
	enum rc rc = app_open_db(d->app, 0, &e);

	if (rc == RC_OK)
		rc = app_set_now(d->app, NULL, &e);
	if (rc == RC_OK)
		rc = db_check(d->app->db, &e);
	d->has_db = rc == RC_OK;
	if (rc == RC_OK)
		doctor_tell(d, DOCTOR_OK, "database", "", "%s",
		    d->app->policy.database);
	else
		doctor_tell(d, DOCTOR_FAIL, "database",
		    database_advice(e.text), "%s", e.text);
}

static void
check_reader(struct doctor *d)
{
	struct reader *r = reader_new();
	struct err e = { "" };

	if (reader_ready(r, &e) == RC_OK)
		doctor_tell(d, DOCTOR_OK, "reader of mail", "",
		    "runs, its jail is closed");
	else
		doctor_tell(d, DOCTOR_FAIL, "reader of mail", "let caseward"
		    " use /proc and seccomp filters; in a container that is"
		    " its security profile", "%s", e.text);
	reader_free(&r);
}

/* ---- the table --------------------------------------------------------- */

enum needs { NOTHING, POLICY, DATABASE };

static const struct check {
	const char *name;
	enum needs needs;
	void (*run)(struct doctor *d);
} checks[] = {
	{ "settings", NOTHING, check_settings },
	{ "database", POLICY, check_database },
	{ "reader", NOTHING, check_reader },
	{ "disk", POLICY, doctor_disk },
	{ "backup", DATABASE, doctor_backup },
	{ "people", DATABASE, doctor_people },
	{ "directory", DATABASE, doctor_directory },
	{ "oauth2", POLICY, doctor_oauth2 },
	{ "mailboxes", POLICY, doctor_mailboxes },
	{ "transport", POLICY, doctor_transport },
	{ "test mail", POLICY, doctor_send },
	{ "certificates", POLICY, doctor_certificates },
	{ "webhooks", POLICY, doctor_webhooks },
	{ "clock", DATABASE, doctor_clock },
};

void
doctor_run(struct doctor *d)
{
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		const struct check *c = &checks[i];

		if ((c->needs >= POLICY && !d->has_policy) ||
		    (c->needs == DATABASE && !d->has_db))
			continue;
		c->run(d);
	}
}

const char *
doctor_level_name(enum doctor_level level)
{
	static const char *const names[] = { "ok", "warn", "FAIL" };

	return names[level];
}

void
doctor_tell(struct doctor *d, enum doctor_level level, const char *what,
    const char *advice, const char *fmt, ...)
{
	struct doctor_line line = { level, what, NULL, advice };
	va_list ap;

	va_start(ap, fmt);
	line.text = arena_vprintf(d->a, fmt, ap);
	va_end(ap);
	d->n_warn += level == DOCTOR_WARN;
	d->n_fail += level == DOCTOR_FAIL;
	d->tell(d->ctx, &line);
}
