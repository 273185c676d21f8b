/* outbox_store.c - mails on their way out, with their final bytes. */
#include "store/outbox_store.h"

#include "base/str.h"
#include "store/blob_store.h"

#include <stdlib.h>

enum {
	Q_NEXT_ID, Q_ADD, Q_HAS_DEDUP, Q_RECOVER, Q_NEXT_TRY, Q_CLAIM, Q_SENT, Q_LATER,
	Q_UNTRIED, Q_FAILED, Q_BOUNCED, Q_REQUEUE, Q_GET, Q_BY_MID, Q_LAST_TO,
	Q_OF_CASE, Q_WAITING, Q_STUCK, Q_ALL,
	Q_NTH_LAST_AT, Q_COUNT_WAITING, Q_COUNT_STUCK, Q_COUNT,
	Q_DEAD_SINCE, Q_FIRST, Q_N
};

#define COLUMNS "id, channel, case_no, audience, template, rcpt, rcpt_name," \
	" subject, why, message_id, refs, dedup, state, attempts,"          \
	" created_at, next_try_at, sent_at, bounced_at, reply, blob"
#define SELECT_MAIL "SELECT " COLUMNS " FROM outbox WHERE "
/* the words of the partial indexes, so that they are used */
#define WAITING "state IN ('queued', 'unsure')"
#define STUCK "state IN ('sending', 'failed', 'held')"

/* restore_store.h: numbers that a lost database may have given are not given
 * again */
#define NEXT_ID "(SELECT max(n) + 1 FROM (SELECT coalesce(max(id), 0) AS n" \
	" FROM outbox UNION ALL SELECT CAST(value AS INTEGER) FROM meta"    \
	" WHERE key = 'floor-mail') AS used)"
#define IS_RESTORED "EXISTS (SELECT 1 FROM meta WHERE key = 'restore-hold')"

static const char *const sql[Q_N] = {
	[Q_NEXT_ID] = "SELECT " NEXT_ID,
	/* what is made while a restored database catches up is held */
	[Q_ADD] = "INSERT INTO outbox (id, channel, case_no, audience,"
	    " template, rcpt, rcpt_name, subject, why, message_id, refs,"
	    " dedup, state, created_at, next_try_at, reply, blob)"
	    " VALUES (" NEXT_ID ", $1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
	    " $11, CASE WHEN $12 = 'queued' AND " IS_RESTORED " THEN 'held'"
	    " ELSE $12 END, $13, $14, CASE WHEN $12 = 'queued' AND"
	    " " IS_RESTORED " THEN 'restored: may have been sent before'"
	    " ELSE $15 END, $16)",
	[Q_HAS_DEDUP] = "SELECT 1 FROM outbox WHERE dedup = $1",
	[Q_RECOVER] = "UPDATE outbox SET state = 'unsure', next_try_at = $1"
	    " WHERE state = 'sending' AND " STUCK,
	[Q_NEXT_TRY] = "SELECT next_try_at FROM outbox WHERE " WAITING
	    " ORDER BY next_try_at, id LIMIT 1",
	/* The oldest ones whose bytes together stay below $4, but at least
	 * one. */
	[Q_CLAIM] = "UPDATE outbox SET state = 'sending',"
	    " attempts = attempts + 1 WHERE id IN ("
	    "SELECT id FROM (SELECT o.id AS id, sum(ifnull(b.size, 0)) OVER w"
	    " AS bytes, row_number() OVER w AS place FROM (SELECT id, next_try_at, blob"
	    " FROM outbox AS m WHERE " WAITING " AND next_try_at <= $1"
	    " AND ($2 = '' OR channel = $2) AND NOT (case_no > 0 AND EXISTS"
	    " (SELECT 1 FROM outbox AS p WHERE p.case_no = m.case_no"
	    " AND p.rcpt = m.rcpt AND p.id < m.id"
	    " AND p.state IN ('queued', 'unsure') AND p.next_try_at > m.next_try_at"
	    " AND p.next_try_at <= $1 + 900))"
	    " ORDER BY next_try_at, id LIMIT $3) AS o"
	    " LEFT JOIN blob b ON b.id = o.blob"
	    " WINDOW w AS (ORDER BY o.next_try_at, o.id"
	    " ROWS UNBOUNDED PRECEDING)) AS due"
	    " WHERE bytes <= $4 OR place = 1) RETURNING " COLUMNS,
	[Q_SENT] = "UPDATE outbox SET state = 'sent', sent_at = $2,"
	    " reply = $3 WHERE id = $1",
	[Q_LATER] = "UPDATE outbox SET state = $2, next_try_at = $3,"
	    " reply = $4 WHERE id = $1",
	[Q_UNTRIED] = "UPDATE outbox SET state = $2, attempts = attempts - 1,"
	    " reply = $3 WHERE id = $1",
	[Q_FAILED] = "UPDATE outbox SET state = 'failed', reply = $2"
	    " WHERE id = $1",
	[Q_BOUNCED] = "UPDATE outbox SET bounced_at = $2"
	    " WHERE id = $1 AND bounced_at = 0",
	[Q_REQUEUE] = "UPDATE outbox SET state = 'queued', next_try_at = $2"
	    " WHERE id = $1 AND state IN ('failed', 'held')",
	[Q_GET] = SELECT_MAIL "id = $1",
	[Q_BY_MID] = SELECT_MAIL "message_id = $1",
	[Q_LAST_TO] = SELECT_MAIL "case_no = $1 AND rcpt = $2"
	    " AND channel = 'mail' ORDER BY id DESC LIMIT 1",
	[Q_OF_CASE] = SELECT_MAIL "case_no = $2 AND ($1 = '' OR state = $1)"
	    " ORDER BY id DESC LIMIT $3",
	/* +id: to sort those few is better than to walk through all mails */
	[Q_WAITING] = SELECT_MAIL WAITING " AND state = $1"
	    " AND ($2 = 0 OR case_no = $2) ORDER BY +id DESC LIMIT $3",
	[Q_STUCK] = SELECT_MAIL STUCK " AND state = $1"
	    " AND ($2 = 0 OR case_no = $2) ORDER BY id DESC LIMIT $3",
	[Q_ALL] = SELECT_MAIL "($1 = '' OR state = $1)"
	    " AND ($2 = 0 OR case_no = $2) ORDER BY id DESC LIMIT $3",
	[Q_NTH_LAST_AT] = "SELECT CASE WHEN sent_at > 0 THEN sent_at"
	    " ELSE next_try_at END AS at FROM outbox WHERE rcpt = $1"
	    " AND template = $2 AND created_at >= $3"
	    " ORDER BY at DESC LIMIT 1 OFFSET $4",
	[Q_COUNT_WAITING] = "SELECT count(*) FROM outbox WHERE " WAITING
	    " AND state = $1",
	[Q_COUNT_STUCK] = "SELECT count(*) FROM outbox WHERE " STUCK
	    " AND state = $1",
	[Q_COUNT] = "SELECT count(*) FROM outbox WHERE $1 = '' OR state = $1",
	[Q_DEAD_SINCE] = "SELECT count(*) FROM outbox WHERE " STUCK
	    " AND state = 'failed' AND next_try_at >= $1",
	/* of the thousand that are to go first: a look at them all would
	 * cost the more, the longer an outage lasts */
	[Q_FIRST] = "SELECT created_at, attempts, next_try_at FROM outbox WHERE "
	    WAITING " ORDER BY next_try_at, id LIMIT 1000",
};

const struct db_sql outbox_store_sql = { __FILE__, sql, Q_N };

/* Which statement finds the mails in a state by an index. */
static const struct {
	const char *state;
	int list, count;
} by_state[] = {
	{ "queued", Q_WAITING, Q_COUNT_WAITING },
	{ "unsure", Q_WAITING, Q_COUNT_WAITING },
	{ "sending", Q_STUCK, Q_COUNT_STUCK },
	{ "failed", Q_STUCK, Q_COUNT_STUCK },
	{ "held", Q_STUCK, Q_COUNT_STUCK },
};

/* The one number that a question is answered with; RC_NONE: no row. */
static enum rc
number(struct db_stmt *st, int64_t *out, struct err *e)
{
	enum rc rc = db_step(st, e);

	if (rc == RC_OK)
		*out = db_col_int(st, 0);
	db_stmt_free(&st);
	return rc;
}

enum rc
outbox_store_next_id(struct db *db, int64_t *id, struct err *e)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, &st, e, sql[Q_NEXT_ID], "");

	return rc == RC_OK ? number(st, id, e) : rc;
}

enum rc
outbox_store_add(struct db *db, const struct outbox_mail *m, struct err *e)
{
	struct db_stmt *st;
	int64_t blob, one;
	enum rc rc;

	/* asked first: a duplicate must not leave its bytes behind */
	if ((rc = db_query(db, &st, e, sql[Q_HAS_DEDUP], "t", m->dedup)) !=
	    RC_OK || (rc = number(st, &one, e)) != RC_NONE)
		return rc == RC_OK ? RC_NONE : rc;
	if ((rc = blob_store_put(db, m->bytes, m->len, &blob, e)) != RC_OK)
		return rc;
	return db_run(db, e, sql[Q_ADD], "tiitttttttttiiti", m->channel,
	    m->case_no, (int64_t)m->audience, m->template, m->rcpt,
	    m->rcpt_name, m->subject, m->why, m->message_id, m->refs,
	    m->dedup, m->state == NULL ? "queued" : m->state, m->created_at,
	    m->next_try_at, m->reply == NULL ? "" : m->reply, blob);
}

/* All but the bytes; *blob says where they are. */
static void
read_mail(struct db_stmt *st, struct arena *a, struct outbox_mail *m,
    int64_t *blob)
{
	*m = (struct outbox_mail){
		.id = db_col_int(st, 0),
		.channel = db_col_text(st, 1, a),
		.case_no = db_col_int(st, 2),
		.audience = (enum audience)db_col_int(st, 3),
		.template = db_col_text(st, 4, a),
		.rcpt = db_col_text(st, 5, a),
		.rcpt_name = db_col_text(st, 6, a),
		.subject = db_col_text(st, 7, a),
		.why = db_col_text(st, 8, a),
		.message_id = db_col_text(st, 9, a),
		.refs = db_col_text(st, 10, a),
		.dedup = db_col_text(st, 11, a),
		.state = db_col_text(st, 12, a),
		.attempts = (int)db_col_int(st, 13),
		.created_at = db_col_int(st, 14),
		.next_try_at = db_col_int(st, 15),
		.sent_at = db_col_int(st, 16),
		.bounced_at = db_col_int(st, 17),
		.reply = db_col_text(st, 18, a),
	};
	*blob = db_col_int(st, 19);
}

static enum rc
read_bytes(struct db *db, int64_t blob, struct arena *a,
    struct outbox_mail *m, struct err *e)
{
	char *bytes;
	enum rc rc = blob_store_get(db, blob, a, &bytes, &m->len, e);

	if (rc == RC_OK)
		m->bytes = bytes;
	else if (rc == RC_NONE)
		rc = err_set(e, RC_FAIL, "its bytes are gone");
	return rc == RC_OK ? rc : err_wrap(e, rc, "outgoing mail %lld",
	    (long long)m->id);
}

/* --- the way of a mail --- */

enum rc
outbox_store_recover(struct db *db, cw_time retry_at, int64_t *n,
    struct err *e)
{
	enum rc rc = db_run(db, e, sql[Q_RECOVER], "i", retry_at);

	if (rc == RC_OK)
		*n = db_changes(db);
	return rc;
}

enum rc
outbox_store_next_try(struct db *db, cw_time *at, struct err *e)
{
	*at = 0;
	return db_ask(db, at, e, sql[Q_NEXT_TRY], "");
}

static int
older_first(const void *x, const void *y)
{
	const struct outbox_mail *a = x, *b = y;

	if (a->next_try_at != b->next_try_at)
		return a->next_try_at < b->next_try_at ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

enum rc
outbox_store_claim(struct db *db, const char *channel, cw_time now,
    size_t max, size_t max_bytes, struct arena *a, struct outbox_mail **out, size_t *n, struct err *e)
{
	struct db_stmt *st = NULL;
	struct outbox_mail *v = NULL;
	size_t have = 0, cap = 0;
	int64_t blob;
	enum rc rc;

	if ((rc = db_query(db, &st, e, sql[Q_CLAIM], "itii", now, channel,
	    (int64_t)max, (int64_t)max_bytes)) != RC_OK)
		return rc;
	while ((rc = db_step(st, e)) == RC_OK) {
		struct outbox_mail *m = ARENA_PUSH(a, v, have, cap);

		read_mail(st, a, m, &blob);
		rc = read_bytes(db, blob, a, m, e);
		if (rc == RC_FAIL) /* this one alone; a damaged database ends
			            * the work at the next step */
			m->reply = arena_strdup(a, e->text);
		else if (rc != RC_OK)
			break;
	}
	if (have > 1) /* RETURNING has no order */
		qsort(v, have, sizeof(*v), older_first);
	*out = v;
	*n = have;
	db_stmt_free(&st);
	return rc == RC_NONE ? RC_OK : rc;
}

enum rc
outbox_store_mark_sent(struct db *db, int64_t id, cw_time now,
    const char *reply, struct err *e)
{
	return db_run(db, e, sql[Q_SENT], "iit", id, now, reply);
}

enum rc
outbox_store_mark_later(struct db *db, int64_t id, const char *state,
    cw_time next_try_at, const char *reply, struct err *e)
{
	return db_run(db, e, sql[Q_LATER], "itit", id, state, next_try_at,
	    reply);
}

enum rc
outbox_store_mark_untried(struct db *db, int64_t id, const char *state,
    const char *reply, struct err *e)
{
	return db_run(db, e, sql[Q_UNTRIED], "itt", id, state, reply);
}

enum rc
outbox_store_mark_failed(struct db *db, int64_t id, const char *reply,
    struct err *e)
{
	return db_run(db, e, sql[Q_FAILED], "it", id, reply);
}

enum rc
outbox_store_mark_bounced(struct db *db, int64_t id, cw_time now,
    struct err *e)
{
	return db_run(db, e, sql[Q_BOUNCED], "ii", id, now);
}

enum rc
outbox_store_requeue(struct db *db, int64_t id, cw_time now, struct err *e)
{
	enum rc rc = db_run(db, e, sql[Q_REQUEUE], "ii", id, now);

	return rc == RC_OK && db_changes(db) == 0 ? RC_NONE : rc;
}

/* --- looking --- */

/* The one mail of `st`, which is given back; with bytes. */
static enum rc
read_one(struct db *db, struct db_stmt *st, struct arena *a,
    struct outbox_mail *out, struct err *e)
{
	int64_t blob;
	enum rc rc = db_step(st, e);

	if (rc == RC_OK) {
		read_mail(st, a, out, &blob);
		rc = read_bytes(db, blob, a, out, e);
	}
	db_stmt_free(&st);
	return rc;
}

enum rc
outbox_store_get(struct db *db, int64_t id, struct arena *a,
    struct outbox_mail *out, struct err *e)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, &st, e, sql[Q_GET], "i", id);

	return rc == RC_OK ? read_one(db, st, a, out, e) : rc;
}

enum rc
outbox_store_by_mid(struct db *db, const char *mid, struct arena *a,
    struct outbox_mail *out, struct err *e)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, &st, e, sql[Q_BY_MID], "t", mid);

	return rc == RC_OK ? read_one(db, st, a, out, e) : rc;
}

enum rc
outbox_store_last_to(struct db *db, int64_t case_no, const char *rcpt,
    struct arena *a, struct outbox_mail *out, struct err *e)
{
	struct db_stmt *st = NULL;
	int64_t blob;
	enum rc rc;

	/* asked for every mail we write, for its ids only: no bytes */
	if ((rc = db_query(db, &st, e, sql[Q_LAST_TO], "it", case_no,
	    rcpt)) == RC_OK && (rc = db_step(st, e)) == RC_OK)
		read_mail(st, a, out, &blob);
	db_stmt_free(&st);
	return rc;
}

enum rc
outbox_store_list(struct db *db, const char *state, int64_t case_no,
    size_t limit, struct arena *a, struct outbox_mail **out, size_t *n,
    struct err *e)
{
	struct db_stmt *st = NULL;
	struct outbox_mail *v = NULL;
	size_t have = 0, cap = 0;
	int q = case_no != 0 ? Q_OF_CASE : Q_ALL;
	int64_t blob;
	enum rc rc;

	for (size_t i = 0; i < sizeof(by_state) / sizeof(by_state[0]); i++)
		if (q == Q_ALL && str_eq(state, by_state[i].state))
			q = by_state[i].list;
	if ((rc = db_query(db, &st, e, sql[q], "tii", state, case_no,
	    (int64_t)limit)) != RC_OK)
		return rc;
	while ((rc = db_step(st, e)) == RC_OK)
		read_mail(st, a, ARENA_PUSH(a, v, have, cap), &blob);
	*out = v;
	*n = have;
	db_stmt_free(&st);
	return rc == RC_NONE ? RC_OK : rc;
}

enum rc
outbox_store_nth_last_at(struct db *db, const char *rcpt,
    const char *template_name, cw_time since, int64_t nth, cw_time *at,
    struct err *e)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, &st, e, sql[Q_NTH_LAST_AT], "ttii", rcpt,
	    template_name, since, nth - 1);

	return rc == RC_OK ? number(st, at, e) : rc;
}

enum rc
outbox_store_count_state(struct db *db, const char *state, int64_t *n,
    struct err *e)
{
	struct db_stmt *st;
	int q = Q_COUNT;
	enum rc rc;

	for (size_t i = 0; i < sizeof(by_state) / sizeof(by_state[0]); i++)
		if (str_eq(state, by_state[i].state))
			q = by_state[i].count;
	rc = db_query(db, &st, e, sql[q], "t", state);
	return rc == RC_OK ? number(st, n, e) : rc;
}

enum rc
outbox_store_dead_since(struct db *db, cw_time since, int64_t *n,
    struct err *e)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, &st, e, sql[Q_DEAD_SINCE], "i", since);

	return rc == RC_OK ? number(st, n, e) : rc;
}

enum rc
outbox_store_oldest_late(struct db *db, cw_time now, cw_time *at,
    struct err *e)
{
	struct db_stmt *st = NULL;
	enum rc rc;

	*at = 0;
	if ((rc = db_query(db, &st, e, sql[Q_FIRST], "")) != RC_OK)
		return rc;
	while ((rc = db_step(st, e)) == RC_OK) {
		cw_time made = db_col_int(st, 0);
		bool is_late = db_col_int(st, 1) > 0 ||
		    db_col_int(st, 2) <= now;

		if (is_late && (*at == 0 || made < *at))
			*at = made;
	}
	db_stmt_free(&st);
	return rc == RC_NONE ? RC_OK : rc;
}
