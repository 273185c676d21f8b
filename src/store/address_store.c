/* address_store.c - what is known of addresses: bounced, absent. */
#include "store/person_store.h"

#define SOFT_WINDOW (14 * CW_DAY)
#define MAX_LIST 10000

enum { Q_GET, Q_UNDELIVERABLE, Q_HEARD, Q_SOFT, Q_ABSENT, Q_AWAY, Q_LIST,
	Q_N };

#define SELECT_ADDRESS "SELECT email, undeliverable_since, absent_until," \
	" deputy, absent_from, stand_in, away_since FROM address"

static const char *const sql[Q_N] = {
	[Q_GET] = SELECT_ADDRESS " WHERE email = lower($1)",
	[Q_UNDELIVERABLE] = "INSERT INTO address (email,"
	    " undeliverable_since, undeliverable_why)"
	    " VALUES (lower($1), $2, $3) ON CONFLICT (email) DO UPDATE SET"
	    " undeliverable_since = excluded.undeliverable_since,"
	    " undeliverable_why = excluded.undeliverable_why,"
	    " soft_last = 0, soft_before = 0, soft_third = 0",
	[Q_HEARD] = "UPDATE address SET undeliverable_since = 0,"
	    " undeliverable_why = '', soft_last = 0, soft_before = 0,"
	    " soft_third = 0 WHERE email = lower($1)"
	    " AND (undeliverable_since > 0 OR soft_last > 0)",
	/* three within the window: the last but two is in it as well */
	[Q_SOFT] = "INSERT INTO address AS was (email, soft_last)"
	    " VALUES (lower($1), $2) ON CONFLICT (email) DO UPDATE SET"
	    " soft_before = was.soft_last, soft_last = excluded.soft_last,"
	    " soft_third = was.soft_before RETURNING soft_third",
	[Q_ABSENT] = "INSERT INTO address (email, absent_from, absent_until,"
	    " deputy) VALUES (lower($1), $2, $3, $4)"
	    " ON CONFLICT (email) DO UPDATE SET"
	    " absent_from = excluded.absent_from,"
	    " absent_until = excluded.absent_until, deputy = excluded.deputy",
	[Q_AWAY] = "UPDATE address SET away_since = $2, stand_in = $3"
	    " WHERE email = lower($1)",
	[Q_LIST] = SELECT_ADDRESS " WHERE undeliverable_since > 0"
	    " OR absent_until > 0 OR away_since > 0 ORDER BY email LIMIT $1",
};

const struct db_sql address_store_sql = { __FILE__, sql, Q_N };

static void
read_address(struct db_stmt *st, struct arena *a, struct address_state *s)
{
	*s = (struct address_state){
		.email = db_col_text(st, 0, a),
		.undeliverable_since = db_col_int(st, 1),
		.absent_until = db_col_int(st, 2),
		.deputy = db_col_text(st, 3, a),
		.absent_from = db_col_int(st, 4),
		.stand_in = db_col_text(st, 5, a),
		.away_since = db_col_int(st, 6),
	};
}

enum rc
address_store_get(struct db *db, const char *email, struct arena *a,
    struct address_state *out, struct err *e)
{
	struct db_stmt *st = NULL;
	enum rc rc;

	if ((rc = db_query(db, &st, e, sql[Q_GET], "t", email)) == RC_OK &&
	    (rc = db_step(st, e)) == RC_OK)
		read_address(st, a, out);
	db_stmt_free(&st);
	return rc;
}

enum rc
address_store_undeliverable(struct db *db, const char *email, cw_time since,
    const char *why, struct err *e)
{
	return db_run(db, e, sql[Q_UNDELIVERABLE], "tit", email, since, why);
}

enum rc
address_store_soft_bounce(struct db *db, const char *email, cw_time now,
    bool *is_hard, struct err *e)
{
	struct db_stmt *st = NULL;
	cw_time third;
	enum rc rc;

	if ((rc = db_query(db, &st, e, sql[Q_SOFT], "ti", email, now)) !=
	    RC_OK || (rc = db_step(st, e)) != RC_OK)
		goto out;
	third = db_col_int(st, 0);
	*is_hard = third > 0 && now - third <= SOFT_WINDOW;
out:
	db_stmt_free(&st);
	return rc;
}

enum rc
address_store_heard(struct db *db, const char *email, bool *was_marked,
    struct err *e)
{
	enum rc rc = db_run(db, e, sql[Q_HEARD], "t", email);

	*was_marked = rc == RC_OK && db_changes(db) > 0;
	return rc;
}

enum rc
address_store_absent(struct db *db, const char *email, cw_time from,
    cw_time until, const char *deputy, struct err *e)
{
	return db_run(db, e, sql[Q_ABSENT], "tiit", email, from, until,
	    deputy);
}

enum rc
address_store_away(struct db *db, const char *email, cw_time since,
    const char *stand_in, struct err *e)
{
	return db_run(db, e, sql[Q_AWAY], "tit", email, since, stand_in);
}

enum rc
address_store_list(struct db *db, struct arena *a,
    struct address_state **out, size_t *n, struct err *e)
{
	struct address_state *v = NULL;
	struct db_stmt *st = NULL;
	size_t have = 0, cap = 0;
	enum rc rc;

	if ((rc = db_query(db, &st, e, sql[Q_LIST], "i",
	    (int64_t)MAX_LIST)) != RC_OK)
		return rc;
	while ((rc = db_step(st, e)) == RC_OK)
		read_address(st, a, ARENA_PUSH(a, v, have, cap));
	*out = v;
	*n = have;
	db_stmt_free(&st);
	return rc == RC_NONE ? RC_OK : rc;
}
