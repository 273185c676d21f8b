/* migrate.c - bring the schema of an open file up to date. */
#include "store/migrate.h"

#include "base/embed.h"

#include <stdlib.h>

#define FOLDER "src/store/sql/"
#define OUR_FILE 1128354629 /* "CASE", set by the first migration */

enum { Q_VERSION, Q_OWNER, Q_TABLES, Q_N };

static const char *const sql[Q_N] = {
	[Q_VERSION] = "PRAGMA user_version",
	[Q_OWNER] = "PRAGMA application_id",
	[Q_TABLES] = "SELECT count(*) FROM sqlite_schema",
};

static int64_t
number_of(const struct embedded *file)
{
	return strtol(file->name + sizeof(FOLDER) - 1, NULL, 10);
}

int64_t
migrate_latest(void)
{
	const struct embedded *f = NULL;
	int64_t last = 0;

	while ((f = embed_next(FOLDER, f)) != NULL)
		last = number_of(f);
	return last;
}

static enum rc
ask(struct db *db, const char *question, int64_t *out, struct err *e)
{
	struct db_stmt *st = NULL;
	enum rc rc;

	if ((rc = db_query(db, &st, e, question, "")) != RC_OK ||
	    (rc = db_step(st, e)) != RC_OK)
		goto out;
	*out = db_col_int(st, 0);
out:
	db_stmt_free(&st);
	return rc;
}

enum rc
migrate_check(struct db *db, int64_t *version, struct err *e)
{
	int64_t owner, tables;
	enum rc rc;

	if ((rc = ask(db, sql[Q_VERSION], version, e)) != RC_OK ||
	    (rc = ask(db, sql[Q_OWNER], &owner, e)) != RC_OK ||
	    (rc = ask(db, sql[Q_TABLES], &tables, e)) != RC_OK)
		return rc;
	if (owner != OUR_FILE && (owner != 0 || *version != 0 || tables != 0))
		return err_set(e, RC_FAIL, "not a database of caseward");
	if (*version > migrate_latest())
		return err_set(e, RC_FAIL, "schema version %lld is newer than"
		    " this program (%lld): install the newer caseward",
		    (long long)*version, (long long)migrate_latest());
	return RC_OK;
}

static enum rc
apply(struct db *db, const struct embedded *file, struct err *e)
{
	struct arena *a = arena_new();
	int64_t have;
	enum rc rc;

	if ((rc = db_begin(db, e)) != RC_OK)
		goto out;
	/* another process may have been quicker */
	if ((rc = ask(db, sql[Q_VERSION], &have, e)) != RC_OK ||
	    have >= number_of(file))
		goto out;
	if ((rc = db_exec(db, file->data, e)) != RC_OK ||
	    (rc = db_exec(db, arena_printf(a, "PRAGMA user_version = %lld",
	    (long long)number_of(file)), e)) != RC_OK)
		goto out;
	rc = db_commit(db, e);
out:
	db_rollback(db);
	arena_free(&a);
	return rc == RC_OK ? rc : err_wrap(e, rc, "%s", file->name);
}

enum rc
migrate_run(struct db *db, struct err *e)
{
	const struct embedded *f = NULL;
	int64_t have;
	enum rc rc;

	if ((rc = ask(db, sql[Q_VERSION], &have, e)) != RC_OK)
		return rc;
	while ((f = embed_next(FOLDER, f)) != NULL)
		if (number_of(f) > have && (rc = apply(db, f, e)) != RC_OK)
			return rc;
	return RC_OK;
}
