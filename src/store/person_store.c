/* person_store.c - employees of the directory. */
#include "store/person_store.h"

#include "base/str.h"

enum {
	Q_UPSERT, Q_MARK_LEFT, Q_BY_EMAIL, Q_BY_EMPLOYEE_ID, Q_BY_NAME, Q_LIST,
	Q_COUNT, Q_HERE, Q_N
};

#define SELECT_PERSON "SELECT id, employee_id, name, email, client,"       \
	" client_id, division, region, zone, language, manager, status"    \
	" FROM employee"

static const char *const sql[Q_N] = {
	[Q_UPSERT] = "INSERT INTO employee (employee_id, name, name_folded,"
	    " email, client, client_id, division, region, zone, language,"
	    " manager, status, updated_at) VALUES ($1, $2, lower($2),"
	    " lower($3), $4, $5, $6, $7, $8, $9, $10, $11, $12)"
	    " ON CONFLICT (employee_id) DO UPDATE SET name = excluded.name,"
	    " name_folded = excluded.name_folded, email = excluded.email,"
	    " client = excluded.client, client_id = excluded.client_id,"
	    " division = excluded.division, region = excluded.region,"
	    " zone = excluded.zone, language = excluded.language,"
	    " manager = excluded.manager, status = excluded.status,"
	    " updated_at = excluded.updated_at",
	[Q_MARK_LEFT] = "UPDATE employee SET status = 'left'"
	    " WHERE updated_at < $1 AND status <> 'left'",
	/* an address may have passed on: who is here now, then the newest */
	[Q_BY_EMAIL] = SELECT_PERSON " WHERE email = lower($1)"
	    " ORDER BY status, id DESC LIMIT 1",
	[Q_BY_EMPLOYEE_ID] = SELECT_PERSON " WHERE employee_id = $1",
	[Q_BY_NAME] = SELECT_PERSON " WHERE name_folded = lower($1) LIMIT 2",
	[Q_LIST] = SELECT_PERSON " WHERE $1 = '' OR"
	    " name_folded LIKE lower($1) ESCAPE '~' OR"
	    " email LIKE lower($1) ESCAPE '~' OR"
	    " lower(employee_id) LIKE lower($1) ESCAPE '~'"
	    " ORDER BY name_folded, id LIMIT $2",
	[Q_COUNT] = "SELECT count(*) FROM employee",
	[Q_HERE] = "SELECT count(*) FROM employee WHERE status <> 'left'"
	    " AND updated_at < $1",
};

const struct db_sql person_store_sql = { __FILE__, sql, Q_N };

enum rc
person_store_upsert(struct db *db, const struct employee_row *p, cw_time now,
    struct err *e)
{
	return db_run(db, e, sql[Q_UPSERT], "ttttttttttti", p->employee_id,
	    p->name, p->email, p->client, p->client_id, p->division,
	    p->region, p->zone, p->language, p->manager, p->status, now);
}

enum rc
person_store_mark_left(struct db *db, cw_time since, int64_t *n,
    struct err *e)
{
	enum rc rc = db_run(db, e, sql[Q_MARK_LEFT], "i", since);

	if (rc == RC_OK)
		*n = db_changes(db);
	return rc;
}

static void
read_person(struct db_stmt *st, struct arena *a, struct employee_row *p)
{
	*p = (struct employee_row){
		.id = db_col_int(st, 0),
		.employee_id = db_col_text(st, 1, a),
		.name = db_col_text(st, 2, a),
		.email = db_col_text(st, 3, a),
		.client = db_col_text(st, 4, a),
		.client_id = db_col_text(st, 5, a),
		.division = db_col_text(st, 6, a),
		.region = db_col_text(st, 7, a),
		.zone = db_col_text(st, 8, a),
		.language = db_col_text(st, 9, a),
		.manager = db_col_text(st, 10, a),
		.status = db_col_text(st, 11, a),
	};
}

/* The row of a question about one word; RC_NONE also if there are two. */
static enum rc
the_one(struct db *db, int q, const char *word, struct arena *a,
    struct employee_row *out, struct err *e)
{
	struct db_stmt *st = NULL;
	struct err ignored;
	enum rc rc;

	if ((rc = db_query(db, &st, e, sql[q], "t", word)) != RC_OK ||
	    (rc = db_step(st, e)) != RC_OK)
		goto out;
	read_person(st, a, out);
	if (db_step(st, &ignored) == RC_OK)
		rc = RC_NONE;
out:
	db_stmt_free(&st);
	return rc;
}

enum rc
person_store_by_email(struct db *db, const char *email, struct arena *a,
    struct employee_row *out, struct err *e)
{
	return *email == '\0' ? RC_NONE :
	    the_one(db, Q_BY_EMAIL, email, a, out, e);
}

enum rc
person_store_by_employee_id(struct db *db, const char *id, struct arena *a,
    struct employee_row *out, struct err *e)
{
	return the_one(db, Q_BY_EMPLOYEE_ID, id, a, out, e);
}

enum rc
person_store_by_name(struct db *db, const char *name, struct arena *a,
    struct employee_row *out, struct err *e)
{
	return the_one(db, Q_BY_NAME, name, a, out, e);
}

/* The pattern that finds `like` anywhere in a text, taken literally. */
static char *
anywhere(struct arena *a, const char *like)
{
	struct str b = { 0 };
	char *out;

	str_addc(&b, '%');
	for (const char *s = like; *s != '\0'; s++) {
		if (*s == '%' || *s == '_' || *s == '~')
			str_addc(&b, '~');
		str_addc(&b, *s);
	}
	str_addc(&b, '%');
	out = str_dup(&b, a);
	str_fini(&b);
	return out;
}

enum rc
person_store_list(struct db *db, const char *like, size_t limit,
    struct arena *a, struct employee_row **out, size_t *n, struct err *e)
{
	const char *pattern = str_is_empty(like) ? "" : anywhere(a, like);
	struct employee_row *v = NULL;
	struct db_stmt *st = NULL;
	size_t have = 0, cap = 0;
	enum rc rc;

	if ((rc = db_query(db, &st, e, sql[Q_LIST], "ti", pattern,
	    (int64_t)limit)) != RC_OK)
		return rc;
	while ((rc = db_step(st, e)) == RC_OK)
		read_person(st, a, ARENA_PUSH(a, v, have, cap));
	*out = v;
	*n = have;
	db_stmt_free(&st);
	return rc == RC_NONE ? RC_OK : rc;
}

enum rc
person_store_count(struct db *db, int64_t *n, struct err *e)
{
	return db_ask(db, n, e, sql[Q_COUNT], "");
}

enum rc
person_store_here(struct db *db, cw_time since, int64_t *n, struct err *e)
{
	return db_ask(db, n, e, sql[Q_HERE], "i", since);
}
