/* pass.c - one poll: mails in, what is due, mails out. */
#include "app/pass.h"

#include "app/absence.h"
#include "app/alarm.h"
#include "app/directory.h"
#include "app/passmark.h"
#include "app/status.h"
#include "app/token_watch.h"
#include "base/log.h"
#include "store/agenda_store.h"
#include "store/audit_store.h"
#include "store/restore_store.h"

/* After each pass: no date lies behind us.  A finding is a bug of ours; it
 * is logged, and `caseward audit` shows it. */
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

enum rc
pass_run(struct app *app, unsigned parts, struct pass_count *n, struct err *e)
{
	int fd;
	enum rc rc;

	*n = (struct pass_count){ 0 };
	if ((rc = passmark_begin(app, &fd, e)) != RC_OK)
		goto out;
	if (directory_refresh(app, e) != RC_OK) /* the old one serves */
		alarm_raise(app, ALARM_DIRECTORY, "", "%s", e->text);
	if ((rc = tick_standing(app, e)) != RC_OK ||
	    (rc = absence_refresh(app, e)) != RC_OK)
		goto out;
	token_watch(app);
	if (parts & PASS_INTAKE && (rc = intake_run(app, &n->in, e)) != RC_OK)
		goto out;
	if (parts & PASS_TICK && (rc = tick_run(app, &n->tick, e)) != RC_OK)
		goto out;
	if (parts & PASS_SEND && (rc = outbox_run(app, &n->out, e)) != RC_OK)
		goto out;
	if (parts & PASS_TICK && (rc = check(app, n, e)) != RC_OK)
		goto out;
	if (parts == PASS_ALL && (rc = restore_store_end(app->db, e)) != RC_OK)
		goto out;
	if ((rc = next_due(app, &n->next_due_at, e)) == RC_OK &&
	    (rc = keep_clock(app, e)) == RC_OK)
		rc = status_write(app, e);
out:
	for (size_t i = 0; i < app->raised.n; i++)
		log_event(LOG_LEVEL_ERROR, "alarm", "kind=%s about=%s"
		    " why=\"%s\"", alarm_info(app->raised.v[i].kind)->name,
		    app->raised.v[i].about, app->raised.v[i].text);
	passmark_end(&fd, rc);
	return rc;
}
