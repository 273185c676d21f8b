/* pass.c - one poll: mails in, what is due, mails out. */
#include "app/pass.h"

#include "app/absence.h"
#include "app/alarm.h"
#include "app/backup.h"
#include "app/beat.h"
#include "app/directory.h"
#include "app/health.h"
#include "app/metrics.h"
#include "app/passmark.h"
#include "app/status.h"
#include "app/token_watch.h"
#include "base/fsx.h"
#include "base/log.h"
#include "store/agenda_store.h"
#include "store/audit_store.h"
#include "store/outbox_store.h"
#include "store/restore_store.h"
#include "store/spool_store.h"

#include <string.h>

/* After each pass: no date lies behind us.  A finding is a bug of ours; it
 * is an alarm, and `caseward audit` shows it. */
static enum rc
check(struct app *app, struct pass_count *n, struct err *e)
{
	struct arena *a = arena_new();
	struct audit_finding *v;
	size_t found = 0;
	enum rc rc;

	rc = audit_store_quick(app->db, app->now, 20, a, &v, &found, e);
	for (size_t i = 0; (rc == RC_OK || rc == RC_NONE) && i < found; i++)
		log_event(LOG_LEVEL_ERROR, "invariant", "case=ER-%06lld rule=%s",
		    (long long)v[i].case_no, v[i].rule);
	if (found > 0)
		alarm_raise(app, ALARM_INVARIANT, "", "%zu case%s: ER-%06lld"
		    " breaks the rule %s", found, found == 1 ? "" : "s or more",
		    (long long)v[0].case_no, v[0].rule);
	n->findings = (int64_t)found;
	arena_free(&a);
	return rc == RC_NONE ? RC_OK : rc;
}

static enum rc
next_due(struct app *app, cw_time *out, struct err *e)
{
	struct arena *a = arena_new();
	struct agenda_row *v;
	size_t n = 0;
	enum rc rc = agenda_store_next(app->db, 1, a, &v, &n, e);

	*out = rc == RC_OK && n > 0 ? v[0].due_at : 0;
	arena_free(&a);
	return rc == RC_NONE ? RC_OK : rc;
}

/* A clock that is turned by hand stands where the last pass left it. */
static enum rc
keep_clock(struct app *app, struct err *e)
{
	return !app->manual_clock ? RC_OK : meta_store_set(app->db, "clock",
	    time_format(app->a, app->now), e);
}

/* Every mailbox, to its end, in this very pass? */
static enum rc
all_read(struct app *app, const struct pass_count *n, bool *out,
    struct err *e)
{
	struct arena *a = arena_new();
	struct mailbox_state st;
	enum rc rc = RC_OK;

	*out = n->in.unfinished == 0;
	for (size_t i = 0; rc == RC_OK && i < app->policy.n_mailboxes; i++) {
		rc = mailbox_store_get(app->db, app->policy.mailboxes[i].name,
		    a, &st, e);
		*out = *out && rc == RC_OK && st.ok_at == app->now;
	}
	arena_free(&a);
	return rc;
}

/* What came since the backup was made is on record again: mails leave. */
static enum rc
end_restore(struct app *app, const struct pass_count *n, struct err *e)
{
	bool whole;
	enum rc rc = all_read(app, n, &whole, e);

	return rc != RC_OK ? rc :
	    restore_store_end(app->db, app->now, whole, e);
}

/* *done: the parts that were gone through. */
static enum rc
work(struct app *app, unsigned parts, unsigned *done, struct pass_count *n,
    struct err *e)
{
	enum rc rc;

	if (directory_refresh(app, e) != RC_OK) /* the old one serves */
		alarm_raise(app, ALARM_DIRECTORY, "", "%s", e->text);
	if ((rc = tick_standing(app, e)) != RC_OK ||
	    (rc = absence_refresh(app, e)) == RC_RETRY)
		return rc;
	if (rc != RC_OK) /* no reason to leave mail and ladder alone */
		alarm_raise(app, ALARM_NO_PROGRESS, "absences", "Who is away"
		    " is not kept up to date: %s", e->text);
	token_watch(app);
	if (parts & PASS_INTAKE && (rc = intake_run(app, &n->in, e)) != RC_OK)
		return rc;
	*done |= beat() ? parts & PASS_INTAKE : 0;
	if (parts & PASS_TICK && beat() &&
	    (rc = tick_run(app, &n->tick, e)) != RC_OK)
		return rc;
	if (parts & PASS_SEND && beat() &&
	    (rc = outbox_run(app, &n->out, e)) != RC_OK)
		return rc;
	*done |= beat() ? parts & PASS_SEND : 0;
	if (parts & PASS_TICK && beat() && (rc = check(app, n, e)) != RC_OK)
		return rc;
	*done |= beat() ? parts & PASS_TICK : 0;
	if (*done == PASS_ALL && (rc = end_restore(app, n, e)) != RC_OK)
		return rc;
	if ((rc = next_due(app, &n->next_due_at, e)) == RC_OK)
		rc = keep_clock(app, e);
	return rc;
}

/* ---- the end of a pass --------------------------------------------------- */

static void
look_at_disk(struct app *app, const struct status *s)
{
	int64_t mb = s->disk_free / (1024 * 1024);

	if (s->disk_free >= 0 && mb < app->policy.alarms.disk_mb)
		alarm_raise(app, ALARM_DISK, "", "%lld MB are left where %s"
		    " is", (long long)mb, app->policy.database);
}

static void
look_at_backup(struct app *app)
{
	cw_time most = app->policy.alarms.backup_days * (cw_time)CW_DAY, at;
	struct err e;

	if (most == 0 || app->db == NULL)
		return;
	if (backup_last(app, &at, &e) != RC_OK)
		alarm_raise(app, ALARM_BACKUP, "", "none was made yet");
	else if (app->now - at > most)
		alarm_raise(app, ALARM_BACKUP, "", "the last one was made %s",
		    calendar_format(app->a, app->policy.calendar, at));
}

/* What can be seen from the outside, however it came about. */
static void
look_around(struct app *app, const struct status *s)
{
	const struct alarm_policy *p = &app->policy.alarms;
	int64_t dead = 0;
	struct err e = { "" };

	look_at_disk(app, s);
	look_at_backup(app);
	if (s->oldest_queued_at != 0 && app->now - s->oldest_queued_at >=
	    (cw_time)p->mail_waits_hours * CW_HOUR)
		alarm_raise(app, ALARM_TRANSPORT, "waiting", "%lld mail%s"
		    " to be sent, the oldest since %s",
		    (long long)(s->queued + s->unsure),
		    s->queued + s->unsure == 1 ? " waits" : "s wait",
		    calendar_format(app->a, app->policy.calendar,
		    s->oldest_queued_at));
	if (s->quarantined > 0)
		alarm_raise(app, ALARM_QUARANTINE, "", "%lld mail%s kept as"
		    " received, and nothing more is done",
		    (long long)s->quarantined, s->quarantined == 1 ? " is" :
		    "s are");
	if (app->db != NULL && outbox_store_dead_since(app->db,
	    app->now - CW_DAY, &dead, &e) == RC_OK && dead > 0)
		alarm_raise(app, ALARM_DEAD_LETTER, "", "%lld mail%s of the"
		    " last day", (long long)dead, dead == 1 ? "" : "s");
}

/* A file for a monitor that cannot be written is no reason to stop. */
static void
write_file(const char *path, const char *text, unsigned mode)
{
	struct err e = { "" };

	if (*path != '\0' && fsx_write_atomic(path, text, strlen(text), mode,
	    &e) != RC_OK)
		log_event(LOG_LEVEL_ERROR, "status-unwritten", "why=\"%s\"",
		    e.text);
}

/* Figures are for anybody.  The status says why something fails in words
 * of servers and of our files, which may name people: our group's alone. */
static void
write_files(struct app *app, struct status *s, struct arena *a)
{
	write_file(app->policy.status_file, status_json(app, s, a), 0640);
	write_file(app->policy.metrics_file, metrics_text(app, s, a), 0644);
}

static size_t
count_standing(const struct alarm_list *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += !l->v[i].is_over;
	return n;
}

/* `looked`: ALARM_BY_*, 0 after a failure. */
static void
finish(struct app *app, struct health *h, unsigned looked,
    struct pass_count *n, struct arena *a)
{
	struct status s;
	struct err e = { "" };

	if (status_get(app, STATUS_COUNT_TO, h, a, &s, &e) != RC_OK)
		alarm_raise(app, ALARM_DATABASE, "", "%s", e.text);
	else
		look_around(app, &s);
	alarm_settle(app, &h->standing, looked, a);
	n->alarms = (int64_t)count_standing(&h->standing);
	n->open_cases = s.cases.open;
	if (health_save(app, h, &e) != RC_OK)
		log_event(LOG_LEVEL_ERROR, "health-unsaved", "why=\"%s\"",
		    e.text);
	s.health = *h;
	status_judge(&s);
	write_files(app, &s, a);
}

enum rc
pass_run(struct app *app, unsigned parts, struct pass_count *n, struct err *e)
{
	int64_t began = clock_monotonic_ms();
	struct arena *a = arena_new();
	struct health h;
	unsigned done = 0;
	int fd;
	enum rc rc;

	*n = (struct pass_count){ 0 };
	if ((rc = passmark_begin(app, &fd, e)) == RC_OK)
		rc = work(app, parts, &done, n, e);
	else if (rc == RC_FAIL)
		alarm_raise(app, ALARM_DATABASE, "", "%s", e->text);
	else if (app->raised.n == 0) /* another one is at work */
		goto out;
	health_load(app, a, &h);
	health_add_pass(&h, n, rc, e, app->now, clock_monotonic_ms() - began);
	if (h.failed > 1)
		alarm_raise(app, ALARM_PASS, "", "The last %d passes failed:"
		    " %s", h.failed, e->text);
	finish(app, &h, rc != RC_OK ? 0 : done | ALARM_BY_DAEMON, n, a);
out:
	passmark_end(&fd, rc);
	arena_free(&a);
	return rc;
}

void
pass_tell(struct app *app, bool has_died, struct pass_count *n)
{
	struct arena *a = arena_new();
	struct health h;

	*n = (struct pass_count){ 0 };
	health_load(app, a, &h);
	h.died_passes += has_died;
	h.failed += has_died;
	finish(app, &h, 0, n, a);
	arena_free(&a);
}
