/* backup.c - checked copies of the database, and one put back. */
#include "app/backup.h"

#include "app/keys.h"
#include "base/fsx.h"
#include "base/str.h"
#include "store/audit_store.h"
#include "store/history_store.h"
#include "store/restore_store.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_HEAD "caseward-"
#define NAME_TAIL ".db"
#define NAME_LEN (sizeof(NAME_HEAD NAME_TAIL "20261102T100000Z") - 1)

static const char *const ends[] = { "-journal", "-wal", "-shm", "" };

static void
remove_all(const char *path, struct arena *a)
{
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		(void)unlink(arena_printf(a, "%s%s", path, ends[i]));
}

static enum rc
is_sound(struct db *db, struct err *e)
{
	int64_t cases, events;
	enum rc rc = db_check_whole(db, e);

	if (rc == RC_OK)
		rc = history_store_verify(db, &cases, &events, e);
	return rc == RC_BAD ? RC_FAIL : rc;
}

/* ---- backup ------------------------------------------------------------ */

/* The copy says when it was made; then it is read through. */
static enum rc
stamp_and_check(struct app *app, const char *path, struct err *e)
{
	struct db *db = NULL;
	enum rc rc;

	if ((rc = db_open(path, 0, &db, e)) == RC_OK &&
	    (rc = meta_store_set(db, "backup-at", time_format(app->a,
	    app->now), e)) == RC_OK)
		rc = is_sound(db, e);
	db_close(&db); /* folds its -wal into the file, synced */
	return rc;
}

/* For doctor and the alarm. */
static enum rc
note_backup(struct app *app, const char *file, struct err *e)
{
	char *where = realpath(file, NULL);
	enum rc rc = meta_store_set(app->db, "backup-file", where != NULL ?
	    where : file, e);

	free(where);
	return rc != RC_OK ? rc : meta_store_set(app->db, "backup-at",
	    time_format(app->a, app->now), e);
}

enum rc
backup_make(struct app *app, const char *file, struct err *e)
{
	char *tmp = arena_printf(app->a, "%s.tmp%ld", file, (long)getpid());
	struct stat st;
	enum rc rc;

	if (lstat(file, &st) == 0)
		return err_set(e, RC_FAIL, "%s is there already: a backup never"
		    " replaces a file", file);
	if ((rc = db_backup(app->db, tmp, e)) != RC_OK ||
	    (rc = stamp_and_check(app, tmp, e)) != RC_OK)
		goto out;
	if (link(tmp, file) != 0) { /* unlike rename it replaces nothing */
		rc = err_set(e, fsx_meaning(errno), "%s: %s", file,
		    strerror(errno));
		goto out;
	}
	fsx_sync_folder(file);
	rc = note_backup(app, file, e);
out:
	remove_all(tmp, app->a);
	return rc;
}

enum rc
backup_last(struct app *app, cw_time *at, struct err *e)
{
	char *text;
	enum rc rc = meta_store_get(app->db, "backup-at", app->a, &text, e);

	return rc == RC_OK && !time_parse(text, at) ? RC_NONE : rc;
}

static bool
is_backup_name(const char *s)
{
	return strlen(s) == NAME_LEN && str_has_prefix(s, NAME_HEAD) &&
	    str_eq(s + NAME_LEN - strlen(NAME_TAIL), NAME_TAIL) &&
	    strspn(s + strlen(NAME_HEAD), "0123456789TZ") == 16;
}

static int
newest_first(const void *x, const void *y)
{
	const char *const *a = x, *const *b = y;

	return strcmp(*b, *a);
}

static enum rc
remove_old(struct app *app, const char *dir, int64_t keep, struct err *e)
{
	DIR *d = opendir(dir);
	char **v = NULL;
	size_t n = 0, cap = 0;
	struct dirent *de;

	if (d == NULL)
		return err_set(e, RC_RETRY, "%s: %s", dir, strerror(errno));
	while ((de = readdir(d)) != NULL)
		if (is_backup_name(de->d_name))
			*ARENA_PUSH(app->a, v, n, cap) = arena_strdup(app->a,
			    de->d_name);
	(void)closedir(d);
	if (n > 1)
		qsort(v, n, sizeof(*v), newest_first);
	for (size_t i = (size_t)keep; i < n; i++)
		(void)unlink(arena_printf(app->a, "%s/%s", dir, v[i]));
	return RC_OK;
}

enum rc
backup_make_in(struct app *app, const char *dir, int64_t keep, char **file,
    struct err *e)
{
	struct civil t;
	enum rc rc;

	civil_from_utc(app->now, &t);
	*file = arena_printf(app->a, "%s/" NAME_HEAD "%04d%02d%02dT%02d%02d%02dZ"
	    NAME_TAIL, dir, t.year, t.month, t.day, t.hour, t.minute, t.second);
	if ((rc = fsx_mkdirs(dir, e)) != RC_OK ||
	    (rc = backup_make(app, *file, e)) != RC_OK || keep == 0)
		return rc;
	return remove_old(app, dir, keep, e);
}

enum rc
backup_key(struct app *app, const char *to, struct err *e)
{
	char *ours, *theirs;
	size_t n, m;
	enum rc rc;

	rc = fsx_read(app->a, app->policy.key_file, 4096, &ours, &n, e);
	if (rc != RC_OK)
		return rc;
	rc = fsx_read(app->a, to, 4096, &theirs, &m, e);
	if (rc == RC_NONE)
		return fsx_copy(app->policy.key_file, to, 0600, e);
	if (rc == RC_OK && n == m && memcmp(ours, theirs, n) == 0)
		return RC_OK;
	return rc != RC_OK ? rc : err_set(e, RC_FAIL,
	    "%s is there already and holds another key", to);
}

/* ---- restore ----------------------------------------------------------- */

enum rc
backup_lock_daemon(struct app *app, int *fd, struct err *e)
{
	enum rc rc = keys_whose(app, e);

	return rc != RC_OK ? rc : fsx_lock(arena_printf(app->a, "%s.run",
	    app->policy.database), fd, e);
}

static enum rc
clock_of_copy(struct app *app, struct db *db, const char *now_text,
    struct err *e)
{
	char *manual, *clock;
	enum rc rc = meta_store_get(db, "manual-clock", app->a, &manual, e);

	app->manual_clock = rc == RC_OK;
	if (rc == RC_OK && now_text == NULL &&
	    meta_store_get(db, "clock", app->a, &clock, e) == RC_OK)
		now_text = clock;
	return rc == RC_OK || rc == RC_NONE ? app_set_now(app, now_text, e) :
	    rc;
}

/* Has the database that is there gone on since?  One that cannot be read is
 * no reason to keep it. */
static enum rc
may_replace(struct app *app, int64_t last_of_copy, struct err *e)
{
	struct db *db = NULL;
	int64_t last = 0;
	struct err why;

	if (db_open(app->policy.database, 0, &db, &why) == RC_OK &&
	    db_check(db, &why) == RC_OK)
		(void)restore_store_last_event(db, &last, &why);
	db_close(&db);
	return last <= last_of_copy ? RC_OK : err_set(e, RC_FAIL, "%s is sound"
	    " and has gone on since this backup (%lld events more): say"
	    " --force to put it aside all the same", app->policy.database,
	    (long long)(last - last_of_copy));
}

static enum rc
prepare(struct app *app, const char *path, bool force, const char *now_text,
    struct restore_report *out, struct err *e)
{
	struct db *db = NULL;
	char *text;
	int64_t last;
	enum rc rc;

	if ((rc = db_open(path, 0, &db, e)) != RC_OK ||
	    (rc = is_sound(db, e)) != RC_OK) {
		if (rc == RC_FAIL) /* not the advice for a database in use */
			(void)err_set(e, rc, "this backup is damaged: %s; take"
			    " another one", arena_strndup(app->a, e->text,
			    strcspn(e->text, ";")));
		goto out;
	}
	if ((rc = keys_belong(app, db, false, e)) != RC_OK ||
	    (rc = clock_of_copy(app, db, now_text, e)) != RC_OK ||
	    (rc = restore_store_last_event(db, &last, e)) != RC_OK)
		goto out;
	if (!force && (rc = may_replace(app, last, e)) != RC_OK)
		goto out;
	if (meta_store_get(db, "backup-at", app->a, &text, e) == RC_OK)
		(void)time_parse(text, &out->copied_at);
	rc = restore_store_begin(db, app->now, out->copied_at, &out->held, e);
out:
	db_close(&db);
	return rc;
}

/* The -wal goes first: beside another file it would be poison. */
static enum rc
put_aside(struct app *app, const char *path, const char *aside,
    struct err *e)
{
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (rename(arena_printf(app->a, "%s%s", path, ends[i]),
		    arena_printf(app->a, "%s%s", aside, ends[i])) != 0 &&
		    errno != ENOENT)
			return err_set(e, fsx_meaning(errno), "%s%s: %s", path, ends[i],
			    strerror(errno));
	fsx_sync_folder(path);
	return RC_OK;
}

static enum rc
swap(struct app *app, const char *tmp, struct restore_report *out,
    struct err *e)
{
	const char *path = app->policy.database;
	struct stat st;
	struct civil t;
	enum rc rc;

	civil_from_utc(clock_now(), &t);
	if (lstat(path, &st) == 0)
		out->aside = arena_printf(app->a, "%s.lost-%04d%02d%02d"
		    "T%02d%02d%02dZ", path, t.year, t.month, t.day, t.hour,
		    t.minute, t.second);
	if ((rc = put_aside(app, path, out->aside != NULL ? out->aside :
	    arena_printf(app->a, "%s.lost", path), e)) != RC_OK)
		return rc;
	if (rename(tmp, path) != 0)
		return err_set(e, fsx_meaning(errno), "%s: %s", path,
		    strerror(errno));
	fsx_sync_folder(path);
	return RC_OK;
}

enum rc
backup_restore(struct app *app, const char *file, bool force,
    const char *now_text, struct restore_report *out, struct err *e)
{
	const char *path = app->policy.database;
	char *tmp = arena_printf(app->a, "%s.restore%ld", path, (long)getpid());
	int daemon = -1, pass = -1;
	enum rc rc;

	*out = (struct restore_report){ 0 };
	if ((rc = keys_read(app, e)) != RC_OK)
		return rc == RC_NONE ? err_set(e, RC_FAIL, "%s is not there:"
		    " put the copy of the key back first (--with-key COPY)",
		    app->policy.key_file) : rc;
	if ((rc = backup_lock_daemon(app, &daemon, e)) != RC_OK ||
	    (rc = fsx_lock(arena_printf(app->a, "%s.lock", path), &pass, e)) !=
	    RC_OK) {
		rc = err_wrap(e, rc, "stop caseward first");
		goto out;
	}
	if ((rc = fsx_copy(file, tmp, 0600, e)) == RC_OK &&
	    (rc = prepare(app, tmp, force, now_text, out, e)) == RC_OK)
		rc = swap(app, tmp, out, e);
	remove_all(tmp, app->a);
out:
	if (daemon >= 0)
		(void)close(daemon);
	if (pass >= 0)
		(void)close(pass);
	return rc;
}
