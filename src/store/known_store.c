/* known_store.c - the Message-IDs and people that lead to a case. */
#include "store/message_store.h"

enum { Q_ADD_ID, Q_FIND_ID, Q_ADD_PERSON, Q_FIND_PERSON, Q_N };

static const char *const sql[Q_N] = {
	[Q_ADD_ID] = "INSERT INTO known_id (mid, case_no, audience, outbox)"
	    " VALUES ($1, $2, $3, $4)"
	    " ON CONFLICT (mid, case_no, audience) DO NOTHING",
	/* anybody may mail the same id again and again: bounded */
	[Q_FIND_ID] = "SELECT case_no, outbox, audience FROM known_id"
	    " WHERE mid = $1 ORDER BY case_no, audience LIMIT 20",
	[Q_ADD_PERSON] = "INSERT INTO participant (case_no, email, audience)"
	    " VALUES ($1, lower($2), $3)"
	    " ON CONFLICT (case_no, email) DO NOTHING",
	[Q_FIND_PERSON] = "SELECT audience FROM participant"
	    " WHERE case_no = $1 AND email = lower($2)",
};

const struct db_sql known_store_sql = { __FILE__, sql, Q_N };

enum rc
known_id_store_add(struct db *db, const char *mid, int64_t case_no,
    enum audience audience, int64_t outbox, struct err *e)
{
	return db_run(db, e, sql[Q_ADD_ID], "tiii", mid, case_no,
	    (int64_t)audience, outbox);
}

enum rc
known_id_store_find(struct db *db, const char *mid, struct arena *a,
    struct known_id **out, size_t *n, struct err *e)
{
	struct db_stmt *st = NULL;
	struct known_id *v = NULL;
	size_t have = 0, cap = 0;
	enum rc rc;

	if ((rc = db_query(db, &st, e, sql[Q_FIND_ID], "t", mid)) != RC_OK)
		return rc;
	while ((rc = db_step(st, e)) == RC_OK)
		*ARENA_PUSH(a, v, have, cap) = (struct known_id){
			.case_no = db_col_int(st, 0),
			.outbox = db_col_int(st, 1),
			.audience = (enum audience)db_col_int(st, 2),
		};
	*out = v;
	*n = have;
	db_stmt_free(&st);
	return rc == RC_NONE ? RC_OK : rc;
}

enum rc
participant_store_add(struct db *db, int64_t no, const char *email,
    enum audience audience, struct err *e)
{
	return db_run(db, e, sql[Q_ADD_PERSON], "iti", no, email,
	    (int64_t)audience);
}

enum rc
participant_store_find(struct db *db, int64_t no, const char *email,
    enum audience *audience, struct err *e)
{
	struct db_stmt *st = NULL;
	enum rc rc;

	if ((rc = db_query(db, &st, e, sql[Q_FIND_PERSON], "it", no, email)) ==
	    RC_OK && (rc = db_step(st, e)) == RC_OK)
		*audience = (enum audience)db_col_int(st, 0);
	db_stmt_free(&st);
	return rc;
}
