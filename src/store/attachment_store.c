/* attachment_store.c - the parts of mails: what they are, who looked. */
#include "store/message_store.h"

enum { Q_ADD, Q_REVIEW, Q_REVIEW_ALL, Q_GET, Q_N };

static const char *const sql[Q_N] = {
	[Q_ADD] = "INSERT INTO attachment (case_no, message, idx, filename,"
	    " type, size, sha256) VALUES ($1, $2, $3, $4, $5, $6, $7)",
	[Q_REVIEW] = "UPDATE attachment SET reviewed_at = $3,"
	    " reviewed_by = $4 WHERE id = $2 AND case_no = $1",
	[Q_REVIEW_ALL] = "UPDATE attachment SET reviewed_at = $2,"
	    " reviewed_by = $3 WHERE case_no = $1 AND reviewed_at = 0",
	[Q_GET] = "SELECT t.id, t.filename, t.type, t.sha256, t.size,"
	    " t.reviewed_at, m.at, m.spool, t.idx FROM attachment t"
	    " JOIN message m ON m.id = t.message WHERE t.id = $1",
};

const struct db_sql attachment_store_sql = { __FILE__, sql, Q_N };

enum rc
attachment_store_add(struct db *db, int64_t no, int64_t message, size_t idx,
    const struct attachment *att, struct err *e)
{
	return db_run(db, e, sql[Q_ADD], "iiittit", no, message, (int64_t)idx,
	    att->filename, att->type, (int64_t)att->size, att->sha256);
}

enum rc
attachment_store_review(struct db *db, int64_t no, int64_t id,
    const char *by, cw_time now, struct err *e)
{
	enum rc rc;

	if (id == 0)
		return db_run(db, e, sql[Q_REVIEW_ALL], "iit", no, now, by);
	rc = db_run(db, e, sql[Q_REVIEW], "iiit", no, id, now, by);
	return rc == RC_OK && db_changes(db) == 0 ? RC_NONE : rc;
}

enum rc
attachment_store_get(struct db *db, int64_t id, struct arena *a,
    struct case_attachment *out, int64_t *spool, size_t *idx, struct err *e)
{
	struct db_stmt *st = NULL;
	enum rc rc;

	if ((rc = db_query(db, &st, e, sql[Q_GET], "i", id)) != RC_OK ||
	    (rc = db_step(st, e)) != RC_OK)
		goto out;
	*out = (struct case_attachment){
		.id = db_col_int(st, 0),
		.filename = db_col_text(st, 1, a),
		.type = db_col_text(st, 2, a),
		.sha256 = db_col_text(st, 3, a),
		.size = db_col_int(st, 4),
		.is_reviewed = db_col_int(st, 5) != 0,
		.at = db_col_int(st, 6),
	};
	*spool = db_col_int(st, 7);
	*idx = (size_t)db_col_int(st, 8);
out:
	db_stmt_free(&st);
	return rc;
}
