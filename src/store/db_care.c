/* db_care.c - copies of the database, and is it sound? */
#include "store/db.h"

#include "base/fsx.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { Q_COPY, Q_QUICK, Q_WHOLE, Q_N };

static const char *const sql[Q_N] = {
	[Q_COPY] = "VACUUM INTO $1",
	[Q_QUICK] = "PRAGMA quick_check(1)",
	[Q_WHOLE] = "PRAGMA integrity_check(1)",
};

static enum rc
check(struct db *db, const char *how, struct err *e)
{
	struct arena *a = arena_new();
	struct db_stmt *st = NULL;
	const char *word;
	enum rc rc;

	if ((rc = db_query(db, &st, e, how, "")) != RC_OK ||
	    (rc = db_step(st, e)) != RC_OK)
		goto out;
	word = db_col_text(st, 0, a);
	if (!str_eq(word, "ok"))
		rc = err_set(e, RC_FAIL, "database is damaged: %s", word);
out:
	db_stmt_free(&st);
	arena_free(&a);
	return rc;
}

enum rc
db_check(struct db *db, struct err *e)
{
	return check(db, sql[Q_QUICK], e);
}

enum rc
db_check_whole(struct db *db, struct err *e)
{
	return check(db, sql[Q_WHOLE], e);
}

enum rc
db_backup(struct db *db, const char *path, struct err *e)
{
	struct db *copy = NULL;
	enum rc rc;
	int fd;

	/* made by us for its mode; SQLite takes an empty file */
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_set(e, fsx_meaning(errno), "%s: %s", path,
		    strerror(errno));
	if ((rc = db_run(db, e, sql[Q_COPY], "t", path)) == RC_OK &&
	    (rc = db_open(path, DB_READONLY, &copy, e)) == RC_OK)
		rc = check(copy, sql[Q_WHOLE], e);
	db_close(&copy);
	if (rc == RC_OK && fsync(fd) != 0)
		rc = err_set(e, RC_RETRY, "%s", strerror(errno));
	(void)close(fd);
	if (rc != RC_OK) {
		(void)unlink(path);
		return err_wrap(e, rc, "%s", path);
	}
	return RC_OK;
}
