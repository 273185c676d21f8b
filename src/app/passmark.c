/* passmark.c - did the last pass end, and is the clock to be trusted? */
#include "app/passmark.h"

#include "app/alarm.h"
#include "base/fsx.h"
#include "base/log.h"
#include "base/str.h"
#include "store/history_store.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define AHEAD_UP (6 * CW_HOUR)
#define AHEAD_BOOT (45 * CW_DAY)
#define BEHIND CW_HOUR
#define LINE_LEN 128

enum clock_verdict
passmark_judge(const struct passmark *last, const struct passmark *now)
{
	bool same = str_eq(last->boot, now->boot) &&
	    !str_eq(now->boot, "unknown") && now->up_seconds >= last->up_seconds;
	int64_t passed = now->at - last->at, ahead = same ?
	    passed - (now->up_seconds - last->up_seconds) : passed;

	if (last->at == 0)
		return CLOCK_PLAUSIBLE;
	if (passed < -BEHIND)
		return CLOCK_BEHIND;
	return ahead > (same ? AHEAD_UP : AHEAD_BOOT) ? CLOCK_AHEAD :
	    CLOCK_PLAUSIBLE;
}

/* ---- the line ---------------------------------------------------------- */

void
passmark_parse(const char *line, struct passmark *out)
{
	char state[8], at[24], up[24], end;

	*out = (struct passmark){ 0 };
	if (sscanf(line, "%7s %63s %23s %23s%c", state, out->boot, at, up,
	    &end) != 5 || end != '\n' ||
	    !str_to_int(at, 1, CW_TIME_MAX, &out->at) ||
	    !str_to_int(up, 0, CW_TIME_MAX, &out->up_seconds))
		*out = (struct passmark){ 0 };
	else
		out->ended = str_eq(state, "ended");
}

static void
mark_now(const struct app *app, struct passmark *out)
{
	*out = (struct passmark){ .at = app->now,
		.up_seconds = clock_up_seconds() };
	fsx_boot_id(out->boot);
}

static void
read_mark(int fd, struct passmark *out)
{
	char line[LINE_LEN];
	ssize_t n = pread(fd, line, sizeof(line) - 1, 0);

	line[n < 0 ? 0 : n] = '\0';
	passmark_parse(line, out);
}

/* Not synced: what a power cut leaves of it is checked like a bad end. */
static void
write_mark(int fd, const char *state, const struct passmark *m)
{
	char line[LINE_LEN];
	int n = snprintf(line, sizeof(line), "%s %s %lld %lld\n", state,
	    m->boot, (long long)m->at, (long long)m->up_seconds);

	if (pwrite(fd, line, (size_t)n, 0) != n || ftruncate(fd, n) != 0)
		log_event(LOG_LEVEL_WARN, "mark-failed",
		    "say=\"is the disk full?\"");
}

/* ---- the pass ---------------------------------------------------------- */

static char *
lock_path(struct app *app)
{
	return arena_printf(app->a, "%s.lock", app->policy.database);
}

/* A mark that is lost is replaced by the last thing that is on record. */
static enum rc
last_mark(struct app *app, int fd, struct passmark *out, struct err *e)
{
	cw_time at;
	enum rc rc;

	read_mark(fd, out);
	if (out->at != 0)
		return RC_OK;
	if ((rc = history_store_last_at(app->db, &at, e)) == RC_OK)
		out->at = at;
	return rc == RC_NONE ? RC_OK : rc;
}

static enum rc
check_clock(struct app *app, const struct passmark *last,
    const struct passmark *now, struct err *e)
{
	enum clock_verdict v = passmark_judge(last, now);

	if (app->manual_clock || v == CLOCK_PLAUSIBLE)
		return RC_OK;
	(void)err_set(e, RC_RETRY, "the clock says %s, which is %s the last"
	    " pass at %s: nothing is taken in or sent until it is right."
	    "  Mend it; if it is right now, say `caseward clock accept`",
	    time_format(app->a, now->at), v == CLOCK_AHEAD ?
	    "longer than can be after" : "before",
	    time_format(app->a, last->at));
	alarm_raise(app, ALARM_CLOCK, "", "%s", e->text);
	return RC_RETRY;
}

static enum rc
check_database(struct app *app, const struct passmark *last,
    const struct passmark *now, struct err *e)
{
	struct stat st;
	enum rc rc;

	if (last->ended && str_eq(last->boot, now->boot))
		return RC_OK;
	if (stat(app->policy.database, &st) != 0 ||
	    st.st_size > PASSMARK_CHECK_BYTES)
		return RC_OK;
	if ((rc = db_check(app->db, e)) == RC_OK && last->at != 0)
		log_event(LOG_LEVEL_INFO, "database-checked",
		    "bytes=%lld", (long long)st.st_size);
	return rc;
}

enum rc
passmark_begin(struct app *app, int *fd, struct err *e)
{
	struct passmark last, now;
	enum rc rc;

	*fd = -1;
	if ((rc = fsx_lock(lock_path(app), fd, e)) != RC_OK)
		return rc;
	mark_now(app, &now);
	if ((rc = last_mark(app, *fd, &last, e)) == RC_OK &&
	    (rc = check_clock(app, &last, &now, e)) == RC_OK &&
	    (rc = check_database(app, &last, &now, e)) == RC_OK) {
		write_mark(*fd, "begun", &now);
		return RC_OK;
	}
	(void)close(*fd); /* the old mark stands */
	*fd = -1;
	return rc;
}

/* A pass that failed for the world's sake (RC_RETRY) has ended well.  Both
 * clocks are those of its begin. */
void
passmark_end(int *fd, enum rc ended)
{
	struct passmark begun;

	if (*fd < 0)
		return;
	read_mark(*fd, &begun);
	if (begun.at != 0)
		write_mark(*fd, ended == RC_FAIL ? "failed" : "ended", &begun);
	(void)close(*fd);
	*fd = -1;
}

/* ---- for the operator -------------------------------------------------- */

enum rc
passmark_look(struct app *app, struct passmark *last, enum clock_verdict *out,
    struct err *e)
{
	struct passmark now;
	int fd = -1;
	enum rc rc = fsx_lock(lock_path(app), &fd, e);

	if (rc != RC_OK)
		return rc;
	mark_now(app, &now);
	if ((rc = last_mark(app, fd, last, e)) == RC_OK)
		*out = passmark_judge(last, &now);
	(void)close(fd);
	return rc;
}

enum rc
passmark_accept(struct app *app, struct err *e)
{
	struct passmark now;
	int fd = -1;
	enum rc rc = fsx_lock(lock_path(app), &fd, e);

	if (rc != RC_OK)
		return rc;
	mark_now(app, &now);
	write_mark(fd, "ended", &now);
	(void)close(fd);
	return RC_OK;
}
