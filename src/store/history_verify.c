/* history_verify.c - anchors over all events, and the proof that nothing was
 * changed, moved or taken away. */
#include "store/history_store.h"

#include "store/history_hash.h"

#include <stdio.h>
#include <string.h>

enum {
	Q_LAST_ANCHOR, Q_EVENTS_SINCE, Q_ADD_ANCHOR, Q_CHAINS, Q_NO_HEAD,
	Q_NO_EVENT, Q_NO_CASE, Q_IN_ORDER, Q_ANCHORS, Q_N
};

static const char *const sql[Q_N] = {
	[Q_LAST_ANCHOR] = "SELECT day, last_event, hash FROM anchor"
	    " ORDER BY day DESC LIMIT 1",
	[Q_EVENTS_SINCE] = "SELECT id, hash FROM event WHERE id > $1"
	    " ORDER BY id",
	[Q_ADD_ANCHOR] = "INSERT INTO anchor (day, last_event, hash)"
	    " VALUES ($1, $2, $3)",
	[Q_CHAINS] = "SELECT h.case_no, h.seq, h.hash, e.seq, e.at, e.actor,"
	    " e.kind, e.text, e.public_text, e.hash FROM event_head h"
	    " LEFT JOIN event e ON e.case_no = h.case_no"
	    " ORDER BY h.case_no, e.seq",
	[Q_NO_HEAD] = "SELECT e.case_no FROM event e WHERE NOT EXISTS"
	    " (SELECT 1 FROM event_head h WHERE h.case_no = e.case_no)"
	    " LIMIT 1",
	[Q_NO_EVENT] = "SELECT c.no FROM casefile c WHERE NOT EXISTS"
	    " (SELECT 1 FROM event_head h WHERE h.case_no = c.no) LIMIT 1",
	[Q_NO_CASE] = "SELECT h.case_no FROM event_head h"
	    " WHERE h.case_no > 0 AND NOT EXISTS"
	    " (SELECT 1 FROM casefile c WHERE c.no = h.case_no) LIMIT 1",
	[Q_IN_ORDER] = "SELECT id, hash FROM event ORDER BY id",
	[Q_ANCHORS] = "SELECT day, last_event, hash FROM anchor ORDER BY day",
};

const struct db_sql history_verify_sql = { __FILE__, sql, Q_N };

/* A hash of another length than ours equals none. */
static void
read_hash(struct db_stmt *st, int i, uint8_t out[SHA256_LEN])
{
	size_t n;
	const void *p = db_view_blob(st, i, &n);

	memset(out, 0xff, SHA256_LEN);
	if (n == SHA256_LEN)
		memcpy(out, p, SHA256_LEN);
}

struct anchor {
	int64_t day, last_event;
	uint8_t hash[SHA256_LEN];
};

static void
read_anchor(struct db_stmt *st, struct anchor *out)
{
	out->day = db_col_int(st, 0);
	out->last_event = db_col_int(st, 1);
	read_hash(st, 2, out->hash);
}

enum rc
anchor_store_add(struct db *db, cw_time now, struct err *e)
{
	struct anchor last = { .day = -1 };
	struct db_stmt *st = NULL;
	int64_t day = now / CW_DAY;
	enum rc rc;

	if ((rc = db_query(db, &st, e, sql[Q_LAST_ANCHOR], "")) != RC_OK)
		return rc;
	if ((rc = db_step(st, e)) == RC_OK)
		read_anchor(st, &last);
	db_stmt_free(&st);
	if ((rc != RC_OK && rc != RC_NONE) || last.day >= day)
		return rc;

	if ((rc = db_query(db, &st, e, sql[Q_EVENTS_SINCE], "i",
	    last.last_event)) != RC_OK)
		return rc;
	anchor_begin(last.hash, day);
	while ((rc = db_step(st, e)) == RC_OK) {
		uint8_t hash[SHA256_LEN];

		last.last_event = db_col_int(st, 0);
		read_hash(st, 1, hash);
		anchor_fold(last.hash, hash);
	}
	db_stmt_free(&st);
	return rc != RC_NONE ? rc : db_run(db, e, sql[Q_ADD_ANCHOR], "iib",
	    day, last.last_event, last.hash, sizeof(last.hash));
}

/* --- verify --- */

static enum rc
found(struct err *e, int64_t no, const char *what, int64_t seq)
{
	char where[40] = "no case (digests)";

	if (no > 0)
		(void)snprintf(where, sizeof(where), "ER-%06lld", (long long)no);
	if (seq > 0)
		return err_set(e, RC_BAD, "%s, event %lld: %s", where,
		    (long long)seq, what);
	return err_set(e, RC_BAD, "%s: %s", where, what);
}

/* Where the walk through all chains stands. */
struct walk {
	int64_t no, seq;         /* case and event that was read last */
	int64_t head_seq;
	uint8_t hash[SHA256_LEN], head[SHA256_LEN];
	int64_t cases, events;
};

/* The chain of w->no was read to its end: is that the end it had? */
static enum rc
end_chain(const struct walk *w, struct err *e)
{
	if (w->no < 0 || (w->seq == w->head_seq &&
	    hash_equal(w->hash, w->head, SHA256_LEN)))
		return RC_OK;
	return found(e, w->no, w->seq < w->head_seq ?
	    "its last events are gone" : "its end was changed", 0);
}

static enum rc
check_event(struct db_stmt *st, struct arena *a, struct walk *w,
    struct err *e)
{
	struct event ev = {
		.case_no = w->no, .seq = db_col_int(st, 3),
		.at = db_col_int(st, 4), .actor = db_col_text(st, 5, a),
		.kind = db_col_text(st, 6, a), .text = db_col_text(st, 7, a),
		.public_text = db_col_text(st, 8, a),
	};

	read_hash(st, 9, ev.hash);
	if (ev.seq != w->seq + 1)
		return found(e, w->no, "the event before it is gone", ev.seq);
	event_hash(&ev, w->hash, w->hash);
	if (!hash_equal(w->hash, ev.hash, SHA256_LEN))
		return found(e, w->no, "it was changed", ev.seq);
	w->seq = ev.seq;
	w->events++;
	return RC_OK;
}

static enum rc
check_row(struct db_stmt *st, struct arena *a, struct walk *w, struct err *e)
{
	int64_t no = db_col_int(st, 0);
	enum rc rc;

	if (no != w->no) {
		if ((rc = end_chain(w, e)) != RC_OK)
			return rc;
		w->no = no;
		w->seq = 0;
		memset(w->hash, 0, sizeof(w->hash));
		w->head_seq = db_col_int(st, 1);
		read_hash(st, 2, w->head);
		w->cases += no > 0;
	}
	return db_col_is_null(st, 3) ? RC_OK : check_event(st, a, w, e);
}

static enum rc
check_chains(struct db *db, struct walk *w, struct err *e)
{
	struct arena *a = arena_new();
	struct db_stmt *st = NULL;
	enum rc rc;

	if ((rc = db_query(db, &st, e, sql[Q_CHAINS], "")) != RC_OK)
		goto out;
	while ((rc = db_step(st, e)) == RC_OK) {
		if ((rc = check_row(st, a, w, e)) != RC_OK)
			goto out;
		arena_reset(a);
	}
	if (rc == RC_NONE)
		rc = end_chain(w, e);
out:
	db_stmt_free(&st);
	arena_free(&a);
	return rc;
}

/* Nothing may stand alone: event, head and case belong together. */
static enum rc
check_belonging(struct db *db, struct err *e)
{
	static const struct {
		int q;
		const char *what;
	} checks[] = {
		{ Q_NO_HEAD, "its events are there, their head is gone" },
		{ Q_NO_EVENT, "the case has no history" },
		{ Q_NO_CASE, "its history is there, the case is gone" },
	};
	enum rc rc = RC_NONE;

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		struct db_stmt *st = NULL;

		if ((rc = db_query(db, &st, e, sql[checks[i].q], "")) != RC_OK)
			return rc;
		if ((rc = db_step(st, e)) == RC_OK)
			rc = found(e, db_col_int(st, 0), checks[i].what, 0);
		db_stmt_free(&st);
		if (rc != RC_NONE)
			return rc;
	}
	return RC_OK;
}

/* All events in the order in which they were written, and after the last one
 * of each anchor that anchor. */
static enum rc
check_anchor(const struct anchor *want, const uint8_t hash[SHA256_LEN],
    int64_t id, struct err *e)
{
	if (id >= want->last_event &&
	    hash_equal(hash, want->hash, SHA256_LEN))
		return RC_OK;
	return err_set(e, RC_BAD, "anchor of day %lld: events up to number"
	    " %lld are not those that it was set over",
	    (long long)want->day, (long long)want->last_event);
}

static enum rc
check_order(struct db *db, struct err *e)
{
	struct db_stmt *st = NULL, *anchors = NULL;
	uint8_t hash[SHA256_LEN] = { 0 }, next[SHA256_LEN];
	struct anchor want;
	int64_t id = 0;
	enum rc rc, more;

	if ((rc = db_query(db, &st, e, sql[Q_IN_ORDER], "")) != RC_OK ||
	    (rc = db_query(db, &anchors, e, sql[Q_ANCHORS], "")) != RC_OK)
		goto out;
	while ((more = db_step(anchors, e)) == RC_OK) {
		read_anchor(anchors, &want);
		anchor_begin(hash, want.day);
		while (id < want.last_event && (rc = db_step(st, e)) == RC_OK) {
			if (db_col_int(st, 0) != ++id)
				break;
			read_hash(st, 1, next);
			anchor_fold(hash, next);
		}
		if ((rc = check_anchor(&want, hash, id, e)) != RC_OK)
			goto out;
	}
	while (more == RC_NONE && (rc = db_step(st, e)) == RC_OK)
		if (db_col_int(st, 0) != ++id) {
			rc = err_set(e, RC_BAD, "event number %lld is gone",
			    (long long)id);
			goto out;
		}
	rc = more != RC_NONE ? more : rc == RC_NONE ? RC_OK : rc;
out:
	db_stmt_free(&st);
	db_stmt_free(&anchors);
	return rc;
}

enum rc
history_store_verify(struct db *db, int64_t *cases, int64_t *events,
    struct err *e)
{
	struct walk w = { .no = -1 };
	enum rc rc = check_chains(db, &w, e);

	*cases = w.cases;
	*events = w.events;
	if (rc != RC_OK || (rc = check_belonging(db, e)) != RC_OK)
		return rc;
	return check_order(db, e);
}
