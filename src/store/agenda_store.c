/* agenda_store.c - everything that happens by time, one row each. */
#include "store/agenda_store.h"

#include "base/str.h"

enum {
	Q_SET, Q_CLEAR, Q_CLEAR_KIND, Q_CLEAR_ALL, Q_DUE, Q_OF_CASE, Q_NEXT,
	Q_GET, Q_N
};

#define SELECT_ROW "SELECT case_no, kind, key, due_at FROM agenda"
#define OLDEST_FIRST " ORDER BY due_at, case_no, kind, key"

static const char *const sql[Q_N] = {
	[Q_SET] = "INSERT INTO agenda (case_no, kind, key, due_at)"
	    " VALUES ($1, $2, $3, $4) ON CONFLICT (case_no, kind, key)"
	    " DO UPDATE SET due_at = excluded.due_at",
	[Q_CLEAR] = "DELETE FROM agenda"
	    " WHERE case_no = $1 AND kind = $2 AND key = $3",
	[Q_CLEAR_KIND] = "DELETE FROM agenda WHERE case_no = $1 AND kind = $2",
	[Q_CLEAR_ALL] = "DELETE FROM agenda WHERE case_no = $1",
	[Q_DUE] = SELECT_ROW " WHERE due_at <= $1" OLDEST_FIRST " LIMIT $2",
	[Q_OF_CASE] = SELECT_ROW " WHERE case_no = $1" OLDEST_FIRST,
	[Q_NEXT] = SELECT_ROW OLDEST_FIRST " LIMIT $1",
	[Q_GET] = "SELECT due_at FROM agenda"
	    " WHERE case_no = $1 AND kind = $2 AND key = $3",
};

const struct db_sql agenda_store_sql = { __FILE__, sql, Q_N };

enum rc
agenda_store_set(struct db *db, int64_t case_no, const char *kind,
    const char *key, cw_time due_at, struct err *e)
{
	return db_run(db, e, sql[Q_SET], "itti", case_no, kind, key, due_at);
}

enum rc
agenda_store_clear(struct db *db, int64_t case_no, const char *kind,
    const char *key, struct err *e)
{
	if (str_eq(kind, ""))
		return db_run(db, e, sql[Q_CLEAR_ALL], "i", case_no);
	if (str_eq(key, ""))
		return db_run(db, e, sql[Q_CLEAR_KIND], "it", case_no, kind);
	return db_run(db, e, sql[Q_CLEAR], "itt", case_no, kind, key);
}

/* All rows of `st`, which is given back. */
static enum rc
read_rows(struct db_stmt *st, struct arena *a, struct agenda_row **out,
    size_t *n, struct err *e)
{
	struct agenda_row *v = NULL;
	size_t have = 0, cap = 0;
	enum rc rc;

	while ((rc = db_step(st, e)) == RC_OK)
		*ARENA_PUSH(a, v, have, cap) = (struct agenda_row){
			.case_no = db_col_int(st, 0),
			.kind = db_col_text(st, 1, a),
			.key = db_col_text(st, 2, a),
			.due_at = db_col_int(st, 3),
		};
	*out = v;
	*n = have;
	db_stmt_free(&st);
	return rc == RC_NONE ? RC_OK : rc;
}

enum rc
agenda_store_due(struct db *db, cw_time now, size_t max, struct arena *a,
    struct agenda_row **out, size_t *n, struct err *e)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, &st, e, sql[Q_DUE], "ii", now, (int64_t)max);

	return rc == RC_OK ? read_rows(st, a, out, n, e) : rc;
}

enum rc
agenda_store_of_case(struct db *db, int64_t case_no, struct arena *a,
    struct agenda_row **out, size_t *n, struct err *e)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, &st, e, sql[Q_OF_CASE], "i", case_no);

	return rc == RC_OK ? read_rows(st, a, out, n, e) : rc;
}

enum rc
agenda_store_next(struct db *db, size_t max, struct arena *a,
    struct agenda_row **out, size_t *n, struct err *e)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, &st, e, sql[Q_NEXT], "i", (int64_t)max);

	return rc == RC_OK ? read_rows(st, a, out, n, e) : rc;
}

enum rc
agenda_store_get(struct db *db, int64_t case_no, const char *kind,
    const char *key, cw_time *due_at, struct err *e)
{
	struct db_stmt *st = NULL;
	enum rc rc;

	if ((rc = db_query(db, &st, e, sql[Q_GET], "itt", case_no, kind,
	    key)) == RC_OK && (rc = db_step(st, e)) == RC_OK)
		*due_at = db_col_int(st, 0);
	db_stmt_free(&st);
	return rc;
}
