/* message_store.c - every mail of a case, in and out. */
#include "store/message_store.h"

enum {
	Q_ADD, Q_OF_CASE, Q_FIRST, Q_GET, Q_BY_SPOOL, Q_BY_MID, Q_TWIN, Q_APART,
	Q_OUTCOME, Q_N
};

#define SELECT_MESSAGE "SELECT m.id, m.case_no, m.direction, m.audience,"  \
	" m.spool, m.outbox, m.message_id, m.from_email, m.from_name,"     \
	" m.to_email, m.subject, m.at, m.class, m.outcome, m.words,"       \
	" m.explain, m.fingerprint FROM message m WHERE "

static const char *const sql[Q_N] = {
	[Q_ADD] = "INSERT INTO message (case_no, direction, audience, spool,"
	    " outbox, message_id, from_email, from_name, to_email, subject,"
	    " at, class, outcome, words, explain, fingerprint)"
	    " VALUES ($1, $2, $3, nullif($4, 0), nullif($5, 0), $6, $7, $8,"
	    " $9, $10, $11, $12, $13, $14, $15, $16)"
	    " ON CONFLICT (spool) WHERE spool IS NOT NULL DO NOTHING",
	[Q_OF_CASE] = SELECT_MESSAGE "m.case_no = $1 ORDER BY m.id",
	[Q_FIRST] = SELECT_MESSAGE "m.case_no = $1 AND m.direction = 'in'"
	    " AND m.outcome = 'opened' ORDER BY m.id LIMIT 1",
	[Q_GET] = SELECT_MESSAGE "m.id = $1",
	[Q_BY_SPOOL] = SELECT_MESSAGE "m.spool = $1",
	[Q_BY_MID] = SELECT_MESSAGE "m.id = (SELECT max(id) FROM ("
	    "SELECT n.id AS id FROM known_id k"
	    " JOIN message n ON n.case_no = k.case_no"
	    " AND n.message_id = k.mid WHERE k.mid = $1"
	    " UNION ALL SELECT id FROM message"
	    " WHERE case_no = 0 AND message_id = $1 AND $1 <> ''"
	    /* a stranger's id leads to no case, so it is not known */
	    " UNION ALL SELECT id FROM message"
	    " WHERE outcome = 'unverified' AND outcome IN"
	    " ('unverified', 'quarantined') AND message_id = $1"
	    " AND $1 <> ''))",
	[Q_TWIN] = "SELECT m.id, m.case_no FROM message m"
	    " JOIN spool s ON s.id = m.spool"
	    /* a file is put in by hand: it may be a copy of any mailbox's */
	    " WHERE m.fingerprint = $1 AND (s.mailbox IN ($2, 'file')"
	    " OR $2 = 'file')"
	    " ORDER BY m.id LIMIT 1",
	[Q_APART] = SELECT_MESSAGE "m.outcome = $1 AND m.outcome IN"
	    " ('unverified', 'quarantined') ORDER BY m.id DESC LIMIT $2",
	[Q_OUTCOME] = SELECT_MESSAGE "m.outcome = $1"
	    " ORDER BY m.id DESC LIMIT $2",
};

const struct db_sql message_store_sql = { __FILE__, sql, Q_N };

enum rc
message_store_add(struct db *db, struct message_row *m, struct err *e)
{
	enum rc rc = db_run(db, e, sql[Q_ADD], "itiiitttttittttb", m->case_no,
	    m->is_out ? "out" : "in", (int64_t)m->audience, m->spool,
	    m->outbox, m->message_id, m->from_email, m->from_name,
	    m->to_email, m->subject, m->at, m->class, m->outcome, m->words,
	    m->explain, m->fingerprint, (size_t)32);

	if (rc != RC_OK)
		return rc;
	if (db_changes(db) == 0)
		return RC_NONE;
	m->id = db_last_id(db);
	return RC_OK;
}

static void
read_message(struct db_stmt *st, struct arena *a, struct message_row *m)
{
	size_t n;

	*m = (struct message_row){
		.id = db_col_int(st, 0),
		.case_no = db_col_int(st, 1),
		.is_out = db_col_text(st, 2, a)[0] == 'o',
		.audience = (enum audience)db_col_int(st, 3),
		.spool = db_col_int(st, 4),
		.outbox = db_col_int(st, 5),
		.message_id = db_col_text(st, 6, a),
		.from_email = db_col_text(st, 7, a),
		.from_name = db_col_text(st, 8, a),
		.to_email = db_col_text(st, 9, a),
		.subject = db_col_text(st, 10, a),
		.at = db_col_int(st, 11),
		.class = db_col_text(st, 12, a),
		.outcome = db_col_text(st, 13, a),
		.words = db_col_text(st, 14, a),
		.explain = db_col_text(st, 15, a),
	};
	if (!db_col_is_null(st, 16))
		m->fingerprint = db_col_blob(st, 16, a, &n);
}

/* All rows of `st`, which is given back. */
static enum rc
read_messages(struct db_stmt *st, struct arena *a, struct message_row **out,
    size_t *n, struct err *e)
{
	struct message_row *v = NULL;
	size_t have = 0, cap = 0;
	enum rc rc;

	while ((rc = db_step(st, e)) == RC_OK)
		read_message(st, a, ARENA_PUSH(a, v, have, cap));
	*out = v;
	*n = have;
	db_stmt_free(&st);
	return rc == RC_NONE ? RC_OK : rc;
}

/* The one row of `st`, which is given back. */
static enum rc
read_one(struct db_stmt *st, struct arena *a, struct message_row *out,
    struct err *e)
{
	enum rc rc = db_step(st, e);

	if (rc == RC_OK)
		read_message(st, a, out);
	db_stmt_free(&st);
	return rc;
}

enum rc
message_store_list(struct db *db, int64_t no, struct arena *a,
    struct message_row **out, size_t *n, struct err *e)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, &st, e, sql[Q_OF_CASE], "i", no);

	return rc == RC_OK ? read_messages(st, a, out, n, e) : rc;
}

enum rc
message_store_first(struct db *db, int64_t no, struct arena *a,
    struct message_row *out, struct err *e)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, &st, e, sql[Q_FIRST], "i", no);

	return rc != RC_OK ? rc : read_one(st, a, out, e);
}

enum rc
message_store_get(struct db *db, int64_t id, struct arena *a,
    struct message_row *out, struct err *e)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, &st, e, sql[Q_GET], "i", id);

	return rc == RC_OK ? read_one(st, a, out, e) : rc;
}

enum rc
message_store_by_spool(struct db *db, int64_t spool, struct arena *a,
    struct message_row *out, struct err *e)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, &st, e, sql[Q_BY_SPOOL], "i", spool);

	return rc == RC_OK ? read_one(st, a, out, e) : rc;
}

enum rc
message_store_by_mid(struct db *db, const char *mid, struct arena *a,
    struct message_row *out, struct err *e)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, &st, e, sql[Q_BY_MID], "t", mid);

	return rc == RC_OK ? read_one(st, a, out, e) : rc;
}

enum rc
message_store_find_twin(struct db *db, const char *mailbox,
    const uint8_t fingerprint[32], int64_t *message, int64_t *case_no,
    struct err *e)
{
	struct db_stmt *st = NULL;
	enum rc rc;

	if ((rc = db_query(db, &st, e, sql[Q_TWIN], "bt", fingerprint,
	    (size_t)32, mailbox)) == RC_OK &&
	    (rc = db_step(st, e)) == RC_OK) {
		*message = db_col_int(st, 0);
		*case_no = db_col_int(st, 1);
	}
	db_stmt_free(&st);
	return rc;
}

enum rc
message_store_by_outcome(struct db *db, const char *outcome, size_t limit,
    struct arena *a, struct message_row **out, size_t *n, struct err *e)
{
	/* those that wait for a person have an index of their own */
	bool apart = outcome[0] == 'u' || outcome[0] == 'q';
	struct db_stmt *st;
	enum rc rc = db_query(db, &st, e, sql[apart ? Q_APART : Q_OUTCOME],
	    "ti", outcome, (int64_t)limit);

	return rc == RC_OK ? read_messages(st, a, out, n, e) : rc;
}
