/* meta_store.c - single values: when something was done last, ids, switches. */
#include "store/audit_store.h"

enum { Q_GET, Q_SET, Q_N };

static const char *const sql[Q_N] = {
	[Q_GET] = "SELECT value FROM meta WHERE key = $1",
	[Q_SET] = "INSERT INTO meta (key, value) VALUES ($1, $2)"
	    " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
};

const struct db_sql meta_store_sql = { __FILE__, sql, Q_N };

enum rc
meta_store_get(struct db *db, const char *key, struct arena *a, char **out,
    struct err *e)
{
	struct db_stmt *st = NULL;
	enum rc rc;

	if ((rc = db_query(db, &st, e, sql[Q_GET], "t", key)) == RC_OK &&
	    (rc = db_step(st, e)) == RC_OK)
		*out = db_col_text(st, 0, a);
	db_stmt_free(&st);
	return rc;
}

enum rc
meta_store_set(struct db *db, const char *key, const char *value,
    struct err *e)
{
	return db_run(db, e, sql[Q_SET], "tt", key, value);
}
