/* note_store.c - what hangs on a case: notes, tasks, subscribers. */
#include "store/casefile_store.h"

enum {
	Q_NOTE, Q_NOTES, Q_TASK, Q_TASK_DONE, Q_SUBSCRIBE, Q_UNSUBSCRIBE, Q_N
};

static const char *const sql[Q_N] = {
	[Q_NOTE] = "INSERT INTO note (case_no, kind, at, author, text)"
	    " VALUES ($1, $2, $3, $4, $5)",
	[Q_NOTES] = "SELECT kind, author, text, at FROM note"
	    " WHERE case_no = $1 ORDER BY id",
	[Q_TASK] = "INSERT INTO task (case_no, kind, owner, text, opened_at,"
	    " due_at) VALUES ($1, $2, $3, $4, $5, $6)"
	    " ON CONFLICT (case_no, kind) WHERE done_at = 0 DO UPDATE SET"
	    " owner = excluded.owner, text = excluded.text,"
	    " due_at = excluded.due_at",
	[Q_TASK_DONE] = "UPDATE task SET done_at = $3"
	    " WHERE case_no = $1 AND ($2 = '' OR kind = $2) AND done_at = 0",
	[Q_SUBSCRIBE] = "INSERT INTO subscriber (case_no, name)"
	    " VALUES ($1, $2) ON CONFLICT (case_no, name) DO NOTHING",
	[Q_UNSUBSCRIBE] = "DELETE FROM subscriber"
	    " WHERE case_no = $1 AND name = $2",
};

const struct db_sql note_store_sql = { __FILE__, sql, Q_N };

enum rc
note_store_add(struct db *db, int64_t no, const char *kind, cw_time at,
    const char *author, const char *text, struct err *e)
{
	return db_run(db, e, sql[Q_NOTE], "ititt", no, kind, at, author, text);
}

enum rc
note_store_list(struct db *db, int64_t no, struct arena *a, struct note **out,
    size_t *n, struct err *e)
{
	struct db_stmt *st = NULL;
	struct note *v = NULL;
	size_t have = 0, cap = 0;
	enum rc rc;

	if ((rc = db_query(db, &st, e, sql[Q_NOTES], "i", no)) != RC_OK)
		return rc;
	while ((rc = db_step(st, e)) == RC_OK)
		*ARENA_PUSH(a, v, have, cap) = (struct note){
			.kind = db_col_text(st, 0, a),
			.author = db_col_text(st, 1, a),
			.text = db_col_text(st, 2, a),
			.at = db_col_int(st, 3),
		};
	*out = v;
	*n = have;
	db_stmt_free(&st);
	return rc == RC_NONE ? RC_OK : rc;
}

enum rc
task_store_open(struct db *db, int64_t no, const char *kind,
    const char *owner, const char *text, cw_time now, cw_time due_at,
    struct err *e)
{
	return db_run(db, e, sql[Q_TASK], "itttii", no, kind, owner, text, now,
	    due_at);
}

enum rc
task_store_done(struct db *db, int64_t no, const char *kind, cw_time now,
    struct err *e)
{
	return db_run(db, e, sql[Q_TASK_DONE], "iti", no, kind, now);
}

enum rc
subscriber_store_add(struct db *db, int64_t no, const char *name,
    struct err *e)
{
	return db_run(db, e, sql[Q_SUBSCRIBE], "it", no, name);
}

enum rc
subscriber_store_remove(struct db *db, int64_t no, const char *name,
    struct err *e)
{
	return db_run(db, e, sql[Q_UNSUBSCRIBE], "it", no, name);
}
