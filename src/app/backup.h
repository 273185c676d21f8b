/*
 * backup.h - checked copies of the database, and one put back.
 *
 * A copy is made while the daemon works: one consistent moment, written
 * beside its name, read through (every page and index, every event chain),
 * on disk, and only then named.  It is a database like any other.  The key
 * file is not in it: who has both can write mails that we believe; it can be
 * copied to a place of its own.
 *
 * What is put back is checked the same way, brought to this program's schema
 * and made safe (store/restore_store.h); the database that was there is put
 * aside as FILE.lost-TIME, never removed.  A crash half way leaves the
 * database away, which every command says, and `restore` works again.
 */
#ifndef CW_APP_BACKUP_H
#define CW_APP_BACKUP_H

#include "app/app.h"

/* RC_FAIL: the file is there already, or the database is damaged; RC_RETRY:
 * the disk is full.  Time and file are kept in meta "backup-at", "backup-file". */
enum rc backup_make(struct app *app, const char *file, struct err *e);
/* When the last one was made; RC_NONE: never. */
enum rc backup_last(struct app *app, cw_time *at, struct err *e);
/* DIR/caseward-20261102T100000Z.db; then all but the newest `keep` of such
 * names are removed (0: none). */
enum rc backup_make_in(struct app *app, const char *dir, int64_t keep,
    char **file, struct err *e);
/* The key file to another place; RC_OK if the same key is there already. */
enum rc backup_key(struct app *app, const char *to, struct err *e);

struct restore_report {
	cw_time copied_at;  /* 0: not known */
	int64_t held;       /* mails that waited in the backup */
	const char *aside;  /* where the old database is; NULL: there was none */
};

/*
 * Only app_load has been called.  `now_text`: --now, where the backup allows
 * it.  RC_RETRY: a caseward is at work here; RC_FAIL: the backup is no good,
 * is another key's, or (without `force`) the database has gone on since.
 */
enum rc backup_restore(struct app *app, const char *file, bool force,
    const char *now_text, struct restore_report *out, struct err *e);

/* The lock that a daemon holds as long as it lives; RC_RETRY: one lives. */
enum rc backup_lock_daemon(struct app *app, int *fd, struct err *e);

#endif
