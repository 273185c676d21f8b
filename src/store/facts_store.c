/* facts_store.c - everything that a decision about one case may look at. */
#include "store/casefile_store.h"

#include "base/str.h"
#include "store/history_store.h"
#include "store/person_store.h"

#define MAX_HISTORY 200
#define MAX_ATTACHMENTS 500
#define MAX_TASKS 100
#define MAX_SUBSCRIBERS 100

enum { Q_ATTACHMENTS, Q_TASKS, Q_SUBSCRIBERS, Q_N };

static const char *const sql[Q_N] = {
	[Q_ATTACHMENTS] = "SELECT t.id, t.filename, t.type, t.sha256, t.size,"
	    " t.reviewed_at, m.at FROM attachment t"
	    " JOIN message m ON m.id = t.message"
	    " WHERE t.case_no = $1 ORDER BY t.id LIMIT $2",
	[Q_TASKS] = "SELECT id, kind, owner, text, due_at FROM task"
	    " WHERE case_no = $1 AND done_at = 0 ORDER BY kind LIMIT $2",
	[Q_SUBSCRIBERS] = "SELECT name FROM subscriber WHERE case_no = $1"
	    " ORDER BY name LIMIT $2",
};

const struct db_sql facts_store_sql = { __FILE__, sql, Q_N };

static enum rc
load_attachments(struct db *db, struct arena *a, struct case_facts *f,
    struct err *e)
{
	struct case_attachment *v = NULL;
	struct db_stmt *st = NULL;
	size_t n = 0, cap = 0;
	enum rc rc;

	if ((rc = db_query(db, &st, e, sql[Q_ATTACHMENTS], "ii", f->c.no,
	    (int64_t)MAX_ATTACHMENTS)) != RC_OK)
		return rc;
	while ((rc = db_step(st, e)) == RC_OK)
		*ARENA_PUSH(a, v, n, cap) = (struct case_attachment){
			.id = db_col_int(st, 0),
			.filename = db_col_text(st, 1, a),
			.type = db_col_text(st, 2, a),
			.sha256 = db_col_text(st, 3, a),
			.size = db_col_int(st, 4),
			.is_reviewed = db_col_int(st, 5) != 0,
			.at = db_col_int(st, 6),
		};
	f->attachments = v;
	f->n_attachments = n;
	db_stmt_free(&st);
	return rc == RC_NONE ? RC_OK : rc;
}

static enum rc
load_tasks(struct db *db, struct arena *a, struct case_facts *f,
    struct err *e)
{
	struct db_stmt *st = NULL;
	struct case_task *v = NULL;
	size_t n = 0, cap = 0;
	enum rc rc;

	if ((rc = db_query(db, &st, e, sql[Q_TASKS], "ii", f->c.no,
	    (int64_t)MAX_TASKS)) != RC_OK)
		return rc;
	while ((rc = db_step(st, e)) == RC_OK)
		*ARENA_PUSH(a, v, n, cap) = (struct case_task){
			.id = db_col_int(st, 0),
			.kind = db_col_text(st, 1, a),
			.owner = db_col_text(st, 2, a),
			.text = db_col_text(st, 3, a),
			.due_at = db_col_int(st, 4),
		};
	f->tasks = v;
	f->n_tasks = n;
	db_stmt_free(&st);
	return rc == RC_NONE ? RC_OK : rc;
}

static enum rc
load_subscribers(struct db *db, struct arena *a, struct case_facts *f,
    struct err *e)
{
	struct db_stmt *st = NULL;
	const char **v = NULL;
	size_t n = 0, cap = 0;
	enum rc rc;

	if ((rc = db_query(db, &st, e, sql[Q_SUBSCRIBERS], "ii", f->c.no,
	    (int64_t)MAX_SUBSCRIBERS)) != RC_OK)
		return rc;
	while ((rc = db_step(st, e)) == RC_OK)
		*ARENA_PUSH(a, v, n, cap) = db_col_text(st, 0, a);
	f->subscribers = v;
	f->n_subscribers = n;
	db_stmt_free(&st);
	return rc == RC_NONE ? RC_OK : rc;
}

static bool
is_among(const char *const *emails, size_t n, const char *email)
{
	for (size_t i = 0; i < n; i++)
		if (str_caseeq(emails[i], email))
			return true;
	return false;
}

/* There are few of whom anything is known, whatever is asked for. */
static enum rc
load_addresses(struct db *db, const char *const *emails, size_t n_emails,
    struct arena *a, struct case_facts *f, struct err *e)
{
	struct address_state *v = NULL;
	size_t n = 0;
	enum rc rc = address_store_list(db, a, &v, &n, e);

	f->addresses = v;
	f->n_addresses = 0;
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		if (is_among(emails, n_emails, v[i].email) ||
		    is_among(&f->c.employee_email, 1, v[i].email))
			v[f->n_addresses++] = v[i];
	return rc;
}

static enum rc
load_directory(struct db *db, struct arena *a, struct case_facts *f,
    struct err *e)
{
	struct employee_row p;
	enum rc rc = RC_NONE;

	f->directory_division = "";
	if (!str_eq(f->c.employee_id, ""))
		rc = person_store_by_employee_id(db, f->c.employee_id, a, &p, e);
	if (rc == RC_NONE && !str_eq(f->c.employee_email, ""))
		rc = person_store_by_email(db, f->c.employee_email, a, &p, e);
	if (rc != RC_OK)
		return rc == RC_NONE ? RC_OK : rc;
	f->employee_known = true;
	f->employee_left = str_eq(p.status, "left");
	f->directory_division = p.division;
	return RC_OK;
}

enum rc
facts_store_load(struct db *db, int64_t no, const char *const *emails,
    size_t n_emails, struct arena *a, struct case_facts *out, struct err *e)
{
	struct history_line *history;
	enum rc rc;

	*out = (struct case_facts){ 0 };
	if ((rc = casefile_store_get(db, no, a, &out->c, e)) != RC_OK ||
	    (rc = history_store_list(db, no, MAX_HISTORY, a, &history,
	    &out->n_history, e)) != RC_OK)
		return rc;
	out->history = history;
	if ((rc = load_attachments(db, a, out, e)) != RC_OK ||
	    (rc = load_tasks(db, a, out, e)) != RC_OK ||
	    (rc = load_subscribers(db, a, out, e)) != RC_OK ||
	    (rc = load_addresses(db, emails, n_emails, a, out, e)) != RC_OK)
		return rc;
	return load_directory(db, a, out, e);
}
