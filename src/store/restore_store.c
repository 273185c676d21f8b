/* restore_store.c - a database that was put back from a backup. */
#include "store/restore_store.h"

#include "store/audit_store.h"
#include "store/history_store.h"

enum {
	Q_HOLD, Q_FLOOR_CASE, Q_FLOOR_MAIL, Q_END, Q_RELEASE, Q_LAST_EVENT, Q_COUNT,
	Q_N
};

/* the words of the partial index, so that it is used */
#define IS_HELD "state = 'held' AND state IN ('sending', 'failed', 'held')" \
	" AND reply LIKE 'restored:%'"

static const char *const sql[Q_N] = {
	/* two indexes, one state each way: those that wait, and the claimed */
	[Q_HOLD] = "UPDATE outbox SET state = 'held', reply = 'restored: may"
	    " have been sent after the backup' WHERE id IN (SELECT id FROM"
	    " outbox WHERE state IN ('queued', 'unsure') UNION ALL SELECT id"
	    " FROM outbox WHERE state = 'sending' AND state IN ('sending',"
	    " 'failed', 'held'))",
	[Q_FLOOR_CASE] = "INSERT INTO meta (key, value) SELECT 'floor-case',"
	    " CAST(coalesce(max(no), 0) + $1 AS TEXT) FROM casefile WHERE true"
	    " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
	[Q_FLOOR_MAIL] = "INSERT INTO meta (key, value) SELECT 'floor-mail',"
	    " CAST(coalesce(max(id), 0) + $1 AS TEXT) FROM outbox WHERE true"
	    " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
	[Q_END] = "DELETE FROM meta WHERE key = 'restore-hold'",
	[Q_RELEASE] = "UPDATE outbox SET state = 'queued', next_try_at = $1,"
	    " reply = '' WHERE " IS_HELD,
	[Q_COUNT] = "SELECT count(*) FROM outbox WHERE " IS_HELD,
	[Q_LAST_EVENT] = "SELECT coalesce(max(id), 0) FROM event",
};

const struct db_sql restore_store_sql = { __FILE__, sql, Q_N };

enum rc
restore_store_begin(struct db *db, cw_time now, cw_time copied_at,
    int64_t *held, struct err *e)
{
	struct arena *a = arena_new();
	enum rc rc;

	if ((rc = db_begin(db, e)) != RC_OK ||
	    (rc = db_run(db, e, sql[Q_HOLD], "")) != RC_OK)
		goto out;
	*held = db_changes(db);
	if ((rc = db_run(db, e, sql[Q_FLOOR_CASE], "i",
	    (int64_t)RESTORE_GAP_CASES)) != RC_OK ||
	    (rc = db_run(db, e, sql[Q_FLOOR_MAIL], "i",
	    (int64_t)RESTORE_GAP_MAILS)) != RC_OK ||
	    (rc = meta_store_set(db, "restore-hold", time_format(a, now),
	    e)) != RC_OK ||
	    (rc = history_store_add(db, 0, now, "caseward", "restored",
	    copied_at == 0 ? "Put back from a backup." : arena_printf(a,
	    "Put back from the backup of %s.", time_format(a, copied_at)), "",
	    e)) != RC_OK)
		goto out;
	rc = db_commit(db, e);
out:
	db_rollback(db);
	arena_free(&a);
	return rc;
}

enum rc
restore_store_end(struct db *db, cw_time now, bool all_read, struct err *e)
{
	struct arena *a = arena_new();
	cw_time since;
	char *text;
	enum rc rc = meta_store_get(db, "restore-hold", a, &text, e);

	if (rc == RC_OK && (all_read || !time_parse(text, &since) ||
	    now - since >= RESTORE_WAIT))
		rc = db_run(db, e, sql[Q_END], "");
	arena_free(&a);
	return rc == RC_NONE ? RC_OK : rc;
}

enum rc
restore_store_release(struct db *db, cw_time now, int64_t *n, struct err *e)
{
	enum rc rc = db_run(db, e, sql[Q_RELEASE], "i", now);

	*n = rc == RC_OK ? db_changes(db) : 0;
	return rc;
}

static enum rc
number(struct db *db, const char *question, int64_t *out, struct err *e)
{
	struct db_stmt *st = NULL;
	enum rc rc;

	if ((rc = db_query(db, &st, e, question, "")) == RC_OK &&
	    (rc = db_step(st, e)) == RC_OK)
		*out = db_col_int(st, 0);
	db_stmt_free(&st);
	return rc;
}

enum rc
restore_store_held(struct db *db, int64_t *n, struct err *e)
{
	return number(db, sql[Q_COUNT], n, e);
}

enum rc
restore_store_last_event(struct db *db, int64_t *id, struct err *e)
{
	return number(db, sql[Q_LAST_EVENT], id, e);
}
