/* ask_store.c - when a department was asked and when it answered. */
#include "store/person_store.h"

enum { Q_ASKED, Q_ANSWERED, Q_LEDGER, Q_N };

static const char *const sql[Q_N] = {
	[Q_ASKED] = "INSERT INTO ask (case_no, department, asked_at)"
	    " VALUES ($1, $2, $3)",
	[Q_ANSWERED] = "UPDATE ask SET answered_at = $2"
	    " WHERE case_no = $1 AND answered_at = 0",
	/* The median is the mean of the one or two answers in the middle.
	 * Waiting counts open cases, however long ago they were asked for. */
	[Q_LEDGER] =
	    "WITH answers AS (SELECT department, answered_at - asked_at AS t,"
	    " row_number() OVER (PARTITION BY department"
	    "  ORDER BY answered_at - asked_at) AS place,"
	    " count(*) OVER (PARTITION BY department) AS n"
	    " FROM ask WHERE asked_at >= $1 AND answered_at > 0),"
	    " medians AS (SELECT department, sum(t) / count(*) AS median"
	    " FROM answers WHERE place IN ((n + 1) / 2, (n + 2) / 2)"
	    " GROUP BY department),"
	    " nudges AS (SELECT department, count(*) AS n FROM ask"
	    " WHERE asked_at >= $1 GROUP BY department),"
	    " waits AS (SELECT a.department AS department,"
	    " count(DISTINCT a.case_no) AS n FROM ask a"
	    " JOIN casefile c ON c.no = a.case_no"
	    " WHERE a.answered_at = 0 AND c.is_open GROUP BY a.department),"
	    " all_of_them AS (SELECT department FROM nudges"
	    " UNION SELECT department FROM waits)"
	    " SELECT d.department, coalesce(m.median, -1), coalesce(n.n, 0),"
	    " coalesce(w.n, 0) FROM all_of_them d"
	    " LEFT JOIN medians m ON m.department = d.department"
	    " LEFT JOIN nudges n ON n.department = d.department"
	    " LEFT JOIN waits w ON w.department = d.department"
	    " ORDER BY m.median IS NOT NULL, m.median DESC, w.n DESC,"
	    " d.department",
};

const struct db_sql ask_store_sql = { __FILE__, sql, Q_N };

enum rc
ask_store_asked(struct db *db, int64_t no, const char *department,
    cw_time now, struct err *e)
{
	return db_run(db, e, sql[Q_ASKED], "iti", no, department, now);
}

enum rc
ask_store_answered(struct db *db, int64_t no, cw_time now, struct err *e)
{
	return db_run(db, e, sql[Q_ANSWERED], "ii", no, now);
}

enum rc
ask_store_ledger(struct db *db, cw_time since, struct arena *a,
    struct silence_row **out, size_t *n, struct err *e)
{
	struct silence_row *v = NULL;
	struct db_stmt *st = NULL;
	size_t have = 0, cap = 0;
	enum rc rc;

	if ((rc = db_query(db, &st, e, sql[Q_LEDGER], "i", since)) != RC_OK)
		return rc;
	while ((rc = db_step(st, e)) == RC_OK)
		*ARENA_PUSH(a, v, have, cap) = (struct silence_row){
			.department = db_col_text(st, 0, a),
			.median_answer = db_col_int(st, 1),
			.nudges = (int)db_col_int(st, 2),
			.waiting = (int)db_col_int(st, 3),
		};
	*out = v;
	*n = have;
	db_stmt_free(&st);
	return rc == RC_NONE ? RC_OK : rc;
}
