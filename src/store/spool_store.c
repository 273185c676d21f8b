/* spool_store.c - mails as they came; where a mailbox stands. */
#include "store/spool_store.h"

#include "store/blob_store.h"

enum {
	Q_FIND, Q_HAS, Q_ADD, Q_NEW, Q_GET, Q_ATTEMPT, Q_DONE, Q_QUARANTINE, Q_RETRY,
	Q_QUARANTINED, Q_COUNT, Q_MISSED, Q_MISSING, Q_FORGET, Q_COUNT_MISSING,
	Q_MAILBOX, Q_PUT_MAILBOX, Q_N
};

#define COLUMNS "s.id, s.mailbox, s.key, s.uidvalidity, s.uid, s.sha256," \
	" s.received_at, s.taken_at, s.state, s.problem, s.attempts, s.size," \
	" s.blob"

static const char *const sql[Q_N] = {
	[Q_FIND] = "SELECT id FROM spool WHERE mailbox = $1 AND sha256 = $2"
	    " UNION ALL SELECT id FROM spool WHERE mailbox = $1"
	    " AND uidvalidity = $3 AND uid = $4 AND key = $5 LIMIT 1",
	[Q_HAS] = "SELECT 1 FROM spool WHERE mailbox = $1"
	    " AND uidvalidity = $2 AND uid = $3 AND key = $4",
	[Q_ADD] = "INSERT INTO spool (mailbox, uidvalidity, uid, key, sha256,"
	    " size, received_at, taken_at, state, problem, blob)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'new', $9, $10)",
	[Q_NEW] = "SELECT " COLUMNS " FROM spool s"
	    " WHERE s.state = 'new' AND s.id > $1 ORDER BY s.id LIMIT $2",
	[Q_GET] = "SELECT " COLUMNS " FROM spool s WHERE s.id = $1",
	[Q_ATTEMPT] = "UPDATE spool SET attempts = attempts + 1 WHERE id = $1",
	[Q_DONE] = "UPDATE spool SET state = 'done' WHERE id = $1",
	[Q_QUARANTINE] = "UPDATE spool SET state = 'quarantined', problem = $2"
	    " WHERE id = $1",
	[Q_RETRY] = "UPDATE spool SET state = 'new', attempts = 0,"
	    " problem = '' WHERE id = $1 AND state = 'quarantined'",
	[Q_COUNT] = "SELECT count(*) FROM spool WHERE state = 'quarantined'",
	[Q_QUARANTINED] = "SELECT " COLUMNS " FROM spool s"
	    " WHERE s.state = 'quarantined' ORDER BY s.id",
	[Q_MISSED] = "INSERT INTO missing (mailbox, uidvalidity, uid, tries,"
	    " tried_at, asked_at, why) VALUES ($1, $2, $3, 1, $4, $4, $5)"
	    " ON CONFLICT (mailbox, uidvalidity, uid) DO UPDATE SET"
	    " tries = tries + (excluded.tried_at - tried_at >= 600),"
	    " tried_at = CASE WHEN excluded.tried_at - tried_at >= 600"
	    " THEN excluded.tried_at ELSE tried_at END,"
	    " asked_at = excluded.asked_at, why = excluded.why"
	    " RETURNING tries",
	[Q_MISSING] = "SELECT uid FROM missing WHERE mailbox = $1"
	    " AND uidvalidity = $2 ORDER BY asked_at, uid LIMIT $3",
	[Q_FORGET] = "DELETE FROM missing WHERE mailbox = $1"
	    " AND asked_at <> $2",
	[Q_COUNT_MISSING] = "SELECT count(*) FROM missing WHERE mailbox = $1",
	[Q_MAILBOX] = "SELECT uidvalidity, last_uid, ok_at, tried_at,"
	    " alerted_at, failures, error FROM mailbox WHERE name = $1",
	[Q_PUT_MAILBOX] = "INSERT INTO mailbox (name, uidvalidity, last_uid,"
	    " ok_at, tried_at, alerted_at, failures, error)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
	    " ON CONFLICT (name) DO UPDATE SET"
	    " uidvalidity = excluded.uidvalidity,"
	    " last_uid = excluded.last_uid, ok_at = excluded.ok_at,"
	    " tried_at = excluded.tried_at, alerted_at = excluded.alerted_at,"
	    " failures = excluded.failures, error = excluded.error",
};

const struct db_sql spool_store_sql = { __FILE__, sql, Q_N };

static bool
has(struct db *db, const char *mailbox, int64_t uidvalidity, int64_t uid,
    const char *key)
{
	struct db_stmt *st = NULL;
	struct err e;
	bool found = db_query(db, &st, &e, sql[Q_HAS], "tiit", mailbox,
	    uidvalidity, uid, key) == RC_OK && db_step(st, &e) == RC_OK;

	db_stmt_free(&st);
	return found;
}

bool
spool_store_has_key(struct db *db, const char *mailbox, const char *key)
{
	return has(db, mailbox, 0, 0, key);
}

bool
spool_store_has_uid(struct db *db, const char *mailbox, uint32_t uidvalidity,
    uint32_t uid)
{
	return has(db, mailbox, uidvalidity, uid, "");
}

/* RC_OK: we have it.  Asked before the bytes are packed, so that a mailbox
 * that is scanned again (IM-1) costs no compression. */
static enum rc
find(struct db *db, const struct spool_mail *m, int64_t *id, struct err *e)
{
	return db_ask(db, id, e, sql[Q_FIND], "tbiit", m->mailbox, m->sha256,
	    (size_t)32, m->uidvalidity, m->uid, m->key);
}

enum rc
spool_store_add(struct db *db, const struct spool_mail *m, int64_t *id,
    struct err *e)
{
	int64_t blob;
	enum rc rc;

	if ((rc = find(db, m, id, e)) == RC_OK)
		return RC_NONE;
	if (rc != RC_NONE ||
	    (rc = blob_store_put(db, m->raw, m->len, &blob, e)) != RC_OK ||
	    (rc = db_run(db, e, sql[Q_ADD], "tiitbiiiti", m->mailbox,
	    m->uidvalidity, m->uid, m->key, m->sha256, (size_t)32,
	    (int64_t)m->len, m->received_at, m->taken_at,
	    m->problem == NULL ? "" : m->problem, blob)) != RC_OK)
		return rc;
	*id = db_last_id(db);
	return RC_OK;
}

/* All but the bytes; *blob says where they are. */
static void
read_mail(struct db_stmt *st, struct arena *a, struct spool_mail *m,
    int64_t *blob)
{
	size_t n;

	*m = (struct spool_mail){
		.id = db_col_int(st, 0),
		.mailbox = db_col_text(st, 1, a),
		.key = db_col_text(st, 2, a),
		.uidvalidity = db_col_int(st, 3),
		.uid = db_col_int(st, 4),
		.sha256 = db_col_blob(st, 5, a, &n),
		.received_at = db_col_int(st, 6),
		.taken_at = db_col_int(st, 7),
		.state = db_col_text(st, 8, a),
		.problem = db_col_text(st, 9, a),
		.attempts = (int)db_col_int(st, 10),
		.len = (size_t)db_col_int(st, 11),
	};
	*blob = db_col_int(st, 12);
}

static enum rc
read_bytes(struct db *db, int64_t blob, struct arena *a, struct spool_mail *m,
    struct err *e)
{
	char *raw;
	enum rc rc = blob_store_get(db, blob, a, &raw, &m->len, e);

	if (rc == RC_OK)
		m->raw = raw;
	else if (rc == RC_NONE)
		rc = err_set(e, RC_FAIL, "its bytes are gone");
	return rc == RC_OK ? rc : err_wrap(e, rc, "spooled mail %lld",
	    (long long)m->id);
}

enum rc
spool_store_new(struct db *db, int64_t after, size_t max, size_t max_bytes,
    struct arena *a, struct spool_mail **out, size_t *n, struct err *e)
{
	struct spool_mail *v = NULL, m;
	struct db_stmt *st = NULL;
	size_t have = 0, cap = 0, bytes = 0;
	int64_t blob;
	enum rc rc;

	rc = db_query(db, &st, e, sql[Q_NEW], "ii", after, (int64_t)max);
	if (rc != RC_OK)
		return rc;
	while ((rc = db_step(st, e)) == RC_OK) {
		read_mail(st, a, &m, &blob);
		if (have > 0 && m.len > max_bytes - bytes)
			break;
		if ((rc = read_bytes(db, blob, a, &m, e)) != RC_OK)
			break;
		*ARENA_PUSH(a, v, have, cap) = m;
		bytes += m.len;
		if (bytes >= max_bytes)
			break;
	}
	*out = v;
	*n = have;
	db_stmt_free(&st);
	return rc == RC_NONE ? RC_OK : rc;
}

enum rc
spool_store_get(struct db *db, int64_t id, struct arena *a,
    struct spool_mail *out, struct err *e)
{
	struct db_stmt *st = NULL;
	int64_t blob;
	enum rc rc;

	if ((rc = db_query(db, &st, e, sql[Q_GET], "i", id)) != RC_OK ||
	    (rc = db_step(st, e)) != RC_OK)
		goto out;
	read_mail(st, a, out, &blob);
	rc = read_bytes(db, blob, a, out, e);
out:
	db_stmt_free(&st);
	return rc;
}

enum rc
spool_store_attempt(struct db *db, const int64_t *ids, size_t n,
    struct err *e)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < n && rc == RC_OK; i++)
		rc = db_run(db, e, sql[Q_ATTEMPT], "i", ids[i]);
	return rc;
}

enum rc
spool_store_done(struct db *db, int64_t id, struct err *e)
{
	return db_run(db, e, sql[Q_DONE], "i", id);
}

enum rc
spool_store_quarantine(struct db *db, int64_t id, const char *problem,
    struct err *e)
{
	return db_run(db, e, sql[Q_QUARANTINE], "it", id, problem);
}

enum rc
spool_store_retry(struct db *db, int64_t id, struct err *e)
{
	enum rc rc = db_run(db, e, sql[Q_RETRY], "i", id);

	return rc == RC_OK && db_changes(db) == 0 ? RC_NONE : rc;
}

enum rc
spool_store_quarantined(struct db *db, struct arena *a,
    struct spool_mail **out, size_t *n, struct err *e)
{
	struct spool_mail *v = NULL;
	struct db_stmt *st = NULL;
	size_t have = 0, cap = 0;
	int64_t blob;
	enum rc rc;

	if ((rc = db_query(db, &st, e, sql[Q_QUARANTINED], "")) != RC_OK)
		return rc;
	while ((rc = db_step(st, e)) == RC_OK)
		read_mail(st, a, ARENA_PUSH(a, v, have, cap), &blob);
	*out = v;
	*n = have;
	db_stmt_free(&st);
	return rc == RC_NONE ? RC_OK : rc;
}

enum rc
missing_store_note(struct db *db, const char *mailbox, uint32_t uidvalidity,
    uint32_t uid, cw_time now, const char *why, int64_t *tries, struct err *e)
{
	return db_ask(db, tries, e, sql[Q_MISSED], "tiiit", mailbox,
	    (int64_t)uidvalidity, (int64_t)uid, now, why);
}

enum rc
missing_store_list(struct db *db, const char *mailbox, uint32_t uidvalidity,
    size_t max, struct arena *a, uint32_t **out, size_t *n, struct err *e)
{
	struct db_stmt *st = NULL;
	size_t cap = 0;
	enum rc rc = db_query(db, &st, e, sql[Q_MISSING], "tii", mailbox,
	    (int64_t)uidvalidity, (int64_t)max);

	*out = NULL;
	*n = 0;
	if (rc != RC_OK)
		return rc;
	while ((rc = db_step(st, e)) == RC_OK)
		*ARENA_PUSH(a, *out, *n, cap) = (uint32_t)db_col_int(st, 0);
	db_stmt_free(&st);
	return rc == RC_NONE ? RC_OK : rc;
}

enum rc
missing_store_forget(struct db *db, const char *mailbox, cw_time now,
    struct err *e)
{
	return db_run(db, e, sql[Q_FORGET], "ti", mailbox, now);
}

enum rc
missing_store_count(struct db *db, const char *mailbox, int64_t *n,
    struct err *e)
{
	return db_ask(db, n, e, sql[Q_COUNT_MISSING], "t", mailbox);
}

enum rc
spool_store_count_quarantined(struct db *db, int64_t *n, struct err *e)
{
	return db_ask(db, n, e, sql[Q_COUNT], "");
}

enum rc
mailbox_store_get(struct db *db, const char *name, struct arena *a,
    struct mailbox_state *out, struct err *e)
{
	struct db_stmt *st = NULL;
	enum rc rc;

	*out = (struct mailbox_state){
		.name = arena_strdup(a, name), .error = "",
	};
	if ((rc = db_query(db, &st, e, sql[Q_MAILBOX], "t", name)) != RC_OK ||
	    (rc = db_step(st, e)) != RC_OK)
		goto out;
	out->uidvalidity = db_col_int(st, 0);
	out->last_uid = db_col_int(st, 1);
	out->ok_at = db_col_int(st, 2);
	out->tried_at = db_col_int(st, 3);
	out->alerted_at = db_col_int(st, 4);
	out->failures = (int)db_col_int(st, 5);
	out->error = db_col_text(st, 6, a);
out:
	db_stmt_free(&st);
	return rc == RC_NONE ? RC_OK : rc;
}

enum rc
mailbox_store_put(struct db *db, const struct mailbox_state *m, struct err *e)
{
	return db_run(db, e, sql[Q_PUT_MAILBOX], "tiiiiiit", m->name,
	    m->uidvalidity, m->last_uid, m->ok_at, m->tried_at, m->alerted_at,
	    (int64_t)m->failures, m->error == NULL ? "" : m->error);
}
