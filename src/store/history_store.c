/* history_store.c - what happened, hash-chained per case. */
#include "store/history_store.h"

#include "store/history_hash.h"

#include <string.h>

enum { Q_HEAD, Q_PUT_HEAD, Q_ADD, Q_LIST, Q_LAST_AT, Q_N };

static const char *const sql[Q_N] = {
	[Q_HEAD] = "SELECT seq, hash FROM event_head WHERE case_no = $1",
	[Q_PUT_HEAD] = "INSERT INTO event_head (case_no, seq, hash)"
	    " VALUES ($1, $2, $3) ON CONFLICT (case_no) DO UPDATE SET"
	    " seq = excluded.seq, hash = excluded.hash",
	[Q_ADD] = "INSERT INTO event (case_no, seq, at, actor, kind, text,"
	    " public_text, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
	[Q_LIST] = "SELECT at, actor, kind, text, public_text FROM event"
	    " WHERE case_no = $1 ORDER BY seq DESC LIMIT $2",
	[Q_LAST_AT] = "SELECT at FROM event"
	    " WHERE id = (SELECT max(id) FROM event)",
};

const struct db_sql history_store_sql = { __FILE__, sql, Q_N };

/* A case without events begins with a hash of zeros. */
static enum rc
read_head(struct db *db, struct event *ev, struct err *e)
{
	struct db_stmt *st = NULL;
	const void *hash;
	size_t n;
	enum rc rc;

	if ((rc = db_query(db, &st, e, sql[Q_HEAD], "i", ev->case_no)) !=
	    RC_OK || (rc = db_step(st, e)) != RC_OK)
		goto out;
	ev->seq = db_col_int(st, 0);
	hash = db_view_blob(st, 1, &n);
	memcpy(ev->hash, hash, n < sizeof(ev->hash) ? n : sizeof(ev->hash));
out:
	db_stmt_free(&st);
	return rc == RC_NONE ? RC_OK : rc;
}

enum rc
history_store_add(struct db *db, int64_t no, cw_time at, const char *actor,
    const char *kind, const char *text, const char *public_text,
    struct err *e)
{
	struct event ev = {
		.case_no = no, .at = at, .actor = actor, .kind = kind,
		.text = text, .public_text = public_text,
	};
	enum rc rc;

	if ((rc = read_head(db, &ev, e)) != RC_OK)
		return rc;
	ev.seq++;
	event_hash(&ev, ev.hash, ev.hash);
	rc = db_run(db, e, sql[Q_ADD], "iiittttb", no, ev.seq, at, actor,
	    kind, text, public_text, ev.hash, sizeof(ev.hash));
	return rc != RC_OK ? rc : db_run(db, e, sql[Q_PUT_HEAD], "iib", no,
	    ev.seq, ev.hash, sizeof(ev.hash));
}

static void
reverse(struct history_line *v, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		struct history_line t = v[i];

		v[i] = v[n - 1 - i];
		v[n - 1 - i] = t;
	}
}

enum rc
history_store_list(struct db *db, int64_t no, size_t limit, struct arena *a,
    struct history_line **out, size_t *n, struct err *e)
{
	struct history_line *v = NULL, *h;
	struct db_stmt *st = NULL;
	size_t have = 0, cap = 0;
	enum rc rc;

	if ((rc = db_query(db, &st, e, sql[Q_LIST], "ii", no,
	    limit == 0 ? INT64_MAX : (int64_t)limit)) != RC_OK)
		return rc;
	while ((rc = db_step(st, e)) == RC_OK) {
		h = ARENA_PUSH(a, v, have, cap);
		*h = (struct history_line){
			.at = db_col_int(st, 0),
			.actor = db_col_text(st, 1, a),
			.kind = db_col_text(st, 2, a),
			.text = db_col_text(st, 3, a),
			.public_text = db_col_text(st, 4, a),
		};
		h->audience = h->public_text[0] == '\0' ? AUD_INTERNAL :
		    AUD_EMPLOYEE;
	}
	reverse(v, have);
	*out = v;
	*n = have;
	db_stmt_free(&st);
	return rc == RC_NONE ? RC_OK : rc;
}

enum rc
history_store_last_at(struct db *db, cw_time *at, struct err *e)
{
	return db_ask(db, at, e, sql[Q_LAST_AT], "");
}
