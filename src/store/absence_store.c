/* absence_store.c - spans of time in which somebody is away. */
#include "store/absence_store.h"

#include "base/str.h"

#define MAX_LIST 5000

enum { Q_REPLACE, Q_ADD, Q_CANCEL, Q_END, Q_DROP, Q_SWEEP, Q_LIST, Q_N };

static const char *const sql[Q_N] = {
	[Q_REPLACE] = "DELETE FROM absence WHERE email = lower($1)"
	    " AND source IN ('command', 'mail') AND from_at < $2"
	    " AND until_at > $3",
	[Q_ADD] = "INSERT INTO absence AS was (email, source, key, from_at,"
	    " until_at, deputy, seen_at) VALUES (lower($1), $2, $3, $4, $5,"
	    " $6, $7) ON CONFLICT (email, source, key) DO UPDATE SET"
	    " from_at = CASE was.source WHEN 'calendar' THEN was.from_at"
	    " ELSE excluded.from_at END,"
	    " until_at = CASE was.source WHEN 'calendar' THEN was.until_at"
	    " ELSE excluded.until_at END,"
	    " deputy = excluded.deputy, seen_at = excluded.seen_at",
	[Q_CANCEL] = "DELETE FROM absence WHERE email = lower($1)"
	    " AND source = 'command' AND from_at > $2 AND NOT EXISTS (SELECT 1"
	    " FROM absence AS now WHERE now.email = lower($1)"
	    " AND now.from_at <= $2 AND now.until_at > $2)",
	[Q_END] = "UPDATE absence SET until_at = $1 WHERE email = lower($2)"
	    " AND ($3 = '' OR source = $3) AND from_at < $1 AND until_at > $1",
	[Q_DROP] = "DELETE FROM absence WHERE email = lower($1)"
	    " AND ($2 = '' OR source = $2) AND source <> 'calendar'"
	    " AND from_at = $3",
	[Q_SWEEP] = "DELETE FROM absence WHERE source = 'calendar'"
	    " AND seen_at < $1",
	[Q_LIST] = "SELECT id, email, source, key, from_at, until_at, deputy"
	    " FROM absence WHERE until_at > $1 AND ($2 = ''"
	    " OR email = lower($2)) ORDER BY email, from_at, id LIMIT $3",
};

const struct db_sql absence_store_sql = { __FILE__, sql, Q_N };

enum rc
absence_store_add(struct db *db, const struct absence_row *r, cw_time now,
    struct err *e)
{
	const char *key = str_eq(r->source, "mail") ? "" : r->key;
	enum rc rc = RC_OK;

	if (str_eq(r->source, "command"))
		rc = db_run(db, e, sql[Q_REPLACE], "tii", r->email,
		    r->until_at, r->from_at);
	return rc != RC_OK ? rc : db_run(db, e, sql[Q_ADD], "tttiiti",
	    r->email, r->source, key, r->from_at, r->until_at, r->deputy,
	    now);
}

enum rc
absence_store_end(struct db *db, const char *email, const char *source,
    cw_time now, struct err *e)
{
	enum rc rc = str_eq(source, "") ? db_run(db, e, sql[Q_CANCEL], "ti",
	    email, now) : RC_OK;

	if (rc == RC_OK)
		rc = db_run(db, e, sql[Q_END], "itt", now, email, source);
	/* one that began this very instant never was */
	return rc != RC_OK ? rc : db_run(db, e, sql[Q_DROP], "tti", email,
	    source, now);
}

enum rc
absence_store_sweep_calendar(struct db *db, cw_time now, struct err *e)
{
	return db_run(db, e, sql[Q_SWEEP], "i", now);
}

enum rc
absence_store_list(struct db *db, const char *email, cw_time now,
    struct arena *a, struct absence_row **out, size_t *n, struct err *e)
{
	struct absence_row *v = NULL;
	struct db_stmt *st = NULL;
	size_t have = 0, cap = 0;
	enum rc rc;

	if ((rc = db_query(db, &st, e, sql[Q_LIST], "iti", now, email,
	    (int64_t)MAX_LIST)) != RC_OK)
		return rc;
	while ((rc = db_step(st, e)) == RC_OK)
		*ARENA_PUSH(a, v, have, cap) = (struct absence_row){
			.id = db_col_int(st, 0),
			.email = db_col_text(st, 1, a),
			.source = db_col_text(st, 2, a),
			.key = db_col_text(st, 3, a),
			.from_at = db_col_int(st, 4),
			.until_at = db_col_int(st, 5),
			.deputy = db_col_text(st, 6, a),
		};
	*out = v;
	*n = have;
	db_stmt_free(&st);
	return rc == RC_NONE ? RC_OK : rc;
}

enum rc
absence_store_span(struct db *db, const char *email, cw_time now,
    struct arena *a, struct absence_row *out, struct err *e)
{
	struct absence_row *v;
	size_t n = 0;
	enum rc rc = absence_store_list(db, email, now, a, &v, &n, e);

	if (rc != RC_OK || n == 0)
		return rc == RC_OK ? RC_NONE : rc;
	*out = v[0];
	for (size_t i = 1; i < n && v[i].from_at <= out->until_at; i++) {
		if (v[i].until_at > out->until_at)
			out->until_at = v[i].until_at;
		if (*v[i].deputy != '\0')
			out->deputy = v[i].deputy;
	}
	return RC_OK;
}
