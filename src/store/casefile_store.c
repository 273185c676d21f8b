/* casefile_store.c - cases: written whole, read whole, listed. */
#include "store/casefile_store.h"

#include "base/str.h"
#include "store/casefile_row.h"

/*
 * A list begins at the index that narrows it best (`lead`); what else is
 * asked for is tested row by row.  $8 0: no limit in due_before; the states
 * of $6 decide both "any" (-1) and is_open.
 */
#define AND_THE_REST                                                    \
	" AND ($1 = '' OR owner = $1) AND ($2 = '' OR team = $2)"       \
	" AND ($3 = '' OR department = $3)"                             \
	" AND ($4 = '' OR employee_email = $4)"                         \
	" AND ($5 = '' OR state = $5) AND ($6 < 0 OR is_open = $6)"     \
	" AND ($7 = 0 OR owner = '') AND ($8 = 0 OR due_at < $8)"       \
	" AND opened_at >= $9"
#define SELECT_CASES "SELECT " CASEFILE_SELECT " FROM casefile WHERE "
#define OLDEST_FIRST " ORDER BY opened_at, no LIMIT $10"

#define BY_EMPLOYEE "employee_email = $4"
#define BY_OWNER "is_open AND owner = $1"
#define BY_QUEUE "is_open AND owner = ''"
#define BY_TEAM "is_open AND team = $2"
#define BY_DUE "is_open AND due_at < $8"
#define BY_OPEN "is_open"
#define BY_NOTHING "no > 0"

enum {
	Q_INSERT, Q_GET, Q_UPDATE,
	/* in the order of `lead` */
	Q_LIST_EMPLOYEE, Q_LIST_QUEUE, Q_LIST_OWNER, Q_LIST_TEAM, Q_LIST_DUE,
	Q_LIST_OPEN, Q_LIST,
	Q_ENDED, Q_TALLY, Q_N
};

static const char *const sql[Q_N] = {
	/* restore_store.h: no number that a lost database may have given */
	[Q_INSERT] = "INSERT INTO casefile (no, version, " CASEFILE_COLUMNS ")"
	    " VALUES ((SELECT max(n) + 1 FROM (SELECT coalesce(max(no), 0)"
	    " AS n FROM casefile UNION ALL SELECT CAST(value AS INTEGER)"
	    " FROM meta WHERE key = 'floor-case') AS used),"
	    " 1, " CASEFILE_VALUES ")",
	[Q_GET] = "SELECT " CASEFILE_SELECT " FROM casefile WHERE no = $1",
	[Q_UPDATE] = "UPDATE casefile SET (version, " CASEFILE_COLUMNS ")"
	    " = (version + 1, " CASEFILE_VALUES ")"
	    " WHERE no = $45 AND version = $46",
	[Q_LIST_EMPLOYEE] = SELECT_CASES BY_EMPLOYEE AND_THE_REST OLDEST_FIRST,
	[Q_LIST_QUEUE] = SELECT_CASES BY_QUEUE AND_THE_REST OLDEST_FIRST,
	[Q_LIST_OWNER] = SELECT_CASES BY_OWNER AND_THE_REST OLDEST_FIRST,
	[Q_LIST_TEAM] = SELECT_CASES BY_TEAM AND_THE_REST OLDEST_FIRST,
	[Q_LIST_DUE] = SELECT_CASES BY_DUE AND_THE_REST OLDEST_FIRST,
	[Q_LIST_OPEN] = SELECT_CASES BY_OPEN AND_THE_REST OLDEST_FIRST,
	[Q_LIST] = SELECT_CASES BY_NOTHING AND_THE_REST OLDEST_FIRST,
	[Q_ENDED] = SELECT_CASES "no > (SELECT max(no) FROM casefile) - $1"
	    " AND owner = $2 AND NOT is_open AND (resolved_at >= $3"
	    " OR closed_at >= $3) ORDER BY no LIMIT $4",
	[Q_TALLY] = "SELECT"
	    " (SELECT count(*) FROM (SELECT 1 FROM casefile"
	    " WHERE is_open LIMIT $1)),"
	    " (SELECT count(*) FROM (SELECT 1 FROM casefile"
	    " WHERE is_open AND owner = '' LIMIT $1)),"
	    " (SELECT count(*) FROM (SELECT 1 FROM casefile"
	    " WHERE is_open AND due_at < $2 LIMIT $1))",
};

const struct db_sql casefile_store_sql = { __FILE__, sql, Q_N };

enum rc
casefile_store_insert(struct db *db, struct casefile *c, struct err *e)
{
	struct db_stmt *st = NULL;
	enum rc rc;

	if ((rc = db_prepare(db, sql[Q_INSERT], &st, e)) != RC_OK)
		return rc;
	casefile_row_bind(st, c);
	if ((rc = db_step(st, e)) == RC_NONE) {
		c->no = db_last_id(db);
		c->version = 1;
		rc = RC_OK;
	}
	db_stmt_free(&st);
	return rc;
}

enum rc
casefile_store_get(struct db *db, int64_t no, struct arena *a,
    struct casefile *out, struct err *e)
{
	struct db_stmt *st = NULL;
	enum rc rc;

	if ((rc = db_query(db, &st, e, sql[Q_GET], "i", no)) == RC_OK &&
	    (rc = db_step(st, e)) == RC_OK)
		rc = casefile_row_read(st, a, out, e);
	db_stmt_free(&st);
	return rc;
}

enum rc
casefile_store_update(struct db *db, struct casefile *c, struct err *e)
{
	struct db_stmt *st = NULL;
	enum rc rc;

	if ((rc = db_prepare(db, sql[Q_UPDATE], &st, e)) != RC_OK)
		return rc;
	casefile_row_bind(st, c);
	db_bind_int(st, CASEFILE_N + 1, c->no);
	db_bind_int(st, CASEFILE_N + 2, c->version);
	if ((rc = db_step(st, e)) == RC_NONE)
		rc = db_changes(db) == 1 ? RC_OK : err_set(e, RC_RETRY,
		    "ER-%06lld: modified by another user since it was"
		    " retrieved", (long long)c->no);
	if (rc == RC_OK)
		c->version++;
	db_stmt_free(&st);
	return rc;
}

/* --- lists --- */

static bool
is_set(const char *s)
{
	return s != NULL && *s != '\0';
}

/* Which index to begin at: a number from 0, counted from Q_LIST_EMPLOYEE. */
static int
lead(const struct case_filter *f)
{
	bool is_open = f->is_open == 1;
	const bool fits[] = {
		is_set(f->employee_email),
		is_open && f->owner_is_queue != NULL,
		is_open && is_set(f->owner),
		is_open && is_set(f->team),
		is_open && f->due_before != 0,
		is_open,
		true,
	};
	int i = 0;

	while (!fits[i])
		i++;
	return i;
}

static enum rc
ask(struct db *db, struct db_stmt **st, const char *question,
    const struct case_filter *f, struct err *e)
{
	const char *words[] = {
		f->owner, f->team, f->department, f->employee_email, f->state,
	};
	enum rc rc;
	int i = 0;

	if ((rc = db_prepare(db, question, st, e)) != RC_OK)
		return rc;
	for (; i < 5; i++)
		db_bind_text(*st, i + 1, is_set(words[i]) ? words[i] : "");
	db_bind_int(*st, ++i, f->is_open);
	db_bind_int(*st, ++i, f->owner_is_queue != NULL);
	db_bind_int(*st, ++i, f->due_before);
	db_bind_int(*st, ++i, f->opened_since);
	return RC_OK;
}

enum rc
casefile_store_list(struct db *db, const struct case_filter *f,
    struct arena *a, struct casefile **out, size_t *n, struct err *e)
{
	struct db_stmt *st = NULL;
	enum rc rc;

	rc = ask(db, &st, sql[Q_LIST_EMPLOYEE + lead(f)], f, e);
	if (rc != RC_OK)
		return rc;
	db_bind_int(st, 10, f->limit == 0 ? 1000 : (int64_t)f->limit);
	rc = casefile_row_read_all(st, a, out, n, e);
	db_stmt_free(&st);
	return rc;
}

enum rc
casefile_store_ended(struct db *db, const char *owner, cw_time since,
    size_t limit, struct arena *a, struct casefile **out, size_t *n,
    struct err *e)
{
	struct db_stmt *st = NULL;
	enum rc rc = db_query(db, &st, e, sql[Q_ENDED], "itii",
	    (int64_t)CASEFILE_LATELY, owner, since, (int64_t)limit);

	if (rc == RC_OK)
		rc = casefile_row_read_all(st, a, out, n, e);
	db_stmt_free(&st);
	return rc;
}

enum rc
casefile_store_tally(struct db *db, cw_time now, int64_t at_most,
    struct case_tally *out, struct err *e)
{
	struct db_stmt *st = NULL;
	enum rc rc;

	if ((rc = db_query(db, &st, e, sql[Q_TALLY], "ii", at_most, now)) ==
	    RC_OK && (rc = db_step(st, e)) == RC_OK)
		*out = (struct case_tally){ db_col_int(st, 0),
			db_col_int(st, 1), db_col_int(st, 2) };
	db_stmt_free(&st);
	return rc;
}
