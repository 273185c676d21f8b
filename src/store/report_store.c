/* report_store.c - the lists of work lists and digests. */
#include "store/report_store.h"

#include "base/str.h"
#include "store/casefile_row.h"

/* Each where-clause asks for its parameters in the order of the letters in
 * its row of `reports`. */
#define IN_QUEUE "is_open AND owner = '' AND opened_at < $1"
#define MINE "is_open AND owner = $1 AND opened_at < $2"
#define TODAY "is_open AND owner IN ('', $1) AND opened_at >= $2"
#define TEAM "is_open AND team BETWEEN $1 AND $2"
#define DECIDE TEAM " AND (step >= $3 OR breaches > 0)"
/* +team: these two are few among the team's cases, but at one end of
 * another index */
#define RISK "is_open AND +team BETWEEN $1 AND $2 AND due_at < $3"
#define SOON RISK " AND NOT (step >= $4 OR breaches > 0)"
#define UNOWNED "is_open AND +team BETWEEN $1 AND $2 AND owner = ''"
#define NEEDS(bit, column) "(($3 & " #bit ") <> 0 AND " #column " = '')"
#define INCOMPLETE TEAM " AND (" NEEDS(1, category) " OR "               \
	NEEDS(2, type) " OR " NEEDS(4, department) " OR "                  \
	NEEDS(8, owner) " OR " NEEDS(16, notify_user) " OR "               \
	NEEDS(32, employee_name) " OR " NEEDS(64, employee_email) " OR "   \
	NEEDS(128, employee_id) " OR " NEEDS(256, client) " OR "           \
	NEEDS(512, client_id) " OR " NEEDS(1024, division) " OR "          \
	NEEDS(2048, brief) " OR " NEEDS(4096, reported_by) ")"
/* From owner to owner by the index; $3 is ",live,ids,": one that can be cut
 * out of it is alive. */
#define ORPHANED TEAM " AND owner IN (WITH RECURSIVE o (id) AS ("         \
	"SELECT min(owner) FROM casefile WHERE is_open AND owner > ''"     \
	" UNION ALL SELECT (SELECT min(owner) FROM casefile"               \
	" WHERE is_open AND owner > o.id) FROM o WHERE o.id IS NOT NULL)"  \
	" SELECT id FROM o WHERE id IS NOT NULL"                           \
	" AND replace($3, ',' || id || ',', '') = $3)"

#define LIST(where, order, limit) "SELECT " CASEFILE_SELECT                \
	" FROM casefile WHERE " where " ORDER BY " order " LIMIT " limit
#define COUNT(where) "SELECT count(*) FROM casefile WHERE " where

/* The lists in the order of enum report_kind, then the counts. */
enum { Q_COUNTS = REPORT_N, Q_OPEN_AGENT = 2 * REPORT_N, Q_OPEN_TEAM, Q_N };

static const char *const sql[Q_N] = {
	[REPORT_QUEUE] = LIST(IN_QUEUE, "opened_at, no", "$2"),
	[REPORT_MINE] = LIST(MINE, "opened_at, no", "$3"),
	[REPORT_TODAY] = LIST(TODAY, "opened_at, no", "$3"),
	[REPORT_DECIDE] = LIST(DECIDE, "opened_at, no", "$4"),
	[REPORT_RISK] = LIST(RISK, "due_at, no", "$4"),
	[REPORT_SOON] = LIST(SOON, "due_at, no", "$5"),
	[REPORT_UNOWNED] = LIST(UNOWNED, "opened_at, no", "$3"),
	[REPORT_INCOMPLETE] = LIST(INCOMPLETE, "opened_at, no", "$4"),
	[REPORT_ORPHANED] = LIST(ORPHANED, "opened_at, no", "$4"),
	[Q_COUNTS + REPORT_QUEUE] = COUNT(IN_QUEUE),
	[Q_COUNTS + REPORT_MINE] = COUNT(MINE),
	[Q_COUNTS + REPORT_TODAY] = COUNT(TODAY),
	[Q_COUNTS + REPORT_DECIDE] = COUNT(DECIDE),
	[Q_COUNTS + REPORT_RISK] = COUNT(RISK),
	[Q_COUNTS + REPORT_SOON] = COUNT(SOON),
	[Q_COUNTS + REPORT_UNOWNED] = COUNT(UNOWNED),
	[Q_COUNTS + REPORT_INCOMPLETE] = COUNT(INCOMPLETE),
	[Q_COUNTS + REPORT_ORPHANED] = COUNT(ORPHANED),
	[Q_OPEN_AGENT] = COUNT("is_open AND owner IN ('', $1)"),
	[Q_OPEN_TEAM] = COUNT(TEAM),
};

const struct db_sql report_store_sql = { __FILE__, sql, Q_N };

/* o owner, d day_start, T team (two parameters), s step, r risk_until,
 * m required fields, l live ids */
static const char *const asks[REPORT_N] = {
	[REPORT_QUEUE] = "d",
	[REPORT_MINE] = "od",
	[REPORT_TODAY] = "od",
	[REPORT_DECIDE] = "Ts",
	[REPORT_RISK] = "Tr",
	[REPORT_SOON] = "Trs",
	[REPORT_UNOWNED] = "T",
	[REPORT_INCOMPLETE] = "Tm",
	[REPORT_ORPHANED] = "Tl",
};

/* The bits of INCOMPLETE. */
static int64_t
required_bits(const struct report_scope *s)
{
	static const char *const names[] = {
		"category", "type", "department", "owner", "notify_user",
		"employee_name", "employee_email", "employee_id", "client",
		"client_id", "division", "brief", "reported_by",
	};
	int64_t bits = 0;

	for (size_t i = 0; i < s->n_required; i++)
		for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
			if (str_eq(s->required[i], names[k]))
				bits |= INT64_C(1) << k;
	return bits;
}

static const char *
live_ids(const struct report_scope *s, struct arena *a)
{
	struct str b = { 0 };
	char *out;

	/* two commas between ids, so that cutting one out leaves the next */
	for (size_t i = 0; i < s->n_live; i++)
		str_printf(&b, ",%s,", s->live[i]);
	out = str_dup(&b, a);
	str_fini(&b);
	return out;
}

/* Binds what the letters ask for; *next is the first parameter after. */
static void
bind(struct db_stmt *st, const char *letters, const struct report_scope *s,
    struct arena *a, int *next)
{
	bool all = s->team == NULL || *s->team == '\0';
	int i = 0;

	for (; *letters != '\0'; letters++) {
		switch (*letters) {
		case 'o':
			db_bind_text(st, ++i, s->owner);
			break;
		case 'd':
			db_bind_int(st, ++i, s->day_start);
			break;
		case 'T': /* all: from the first name to the last character */
			db_bind_text(st, ++i, all ? "" : s->team);
			db_bind_text(st, ++i, all ? "\xf4\x8f\xbf\xbf" : s->team);
			break;
		case 's':
			db_bind_int(st, ++i, s->escalated_step);
			break;
		case 'r':
			db_bind_int(st, ++i, s->risk_until);
			break;
		case 'm':
			db_bind_int(st, ++i, required_bits(s));
			break;
		case 'l':
			db_bind_text(st, ++i, live_ids(s, a));
			break;
		default:
			die("report: no letter '%c'", *letters);
		}
	}
	*next = i + 1;
}

static enum rc
count(struct db *db, int q, const char *letters,
    const struct report_scope *s, int64_t *n, struct err *e)
{
	struct arena *a = arena_new();
	struct db_stmt *st = NULL;
	enum rc rc;
	int next;

	if ((rc = db_prepare(db, sql[q], &st, e)) != RC_OK)
		goto out;
	bind(st, letters, s, a, &next);
	if ((rc = db_step(st, e)) == RC_OK)
		*n = db_col_int(st, 0);
out:
	db_stmt_free(&st);
	arena_free(&a);
	return rc;
}

enum rc
report_store_count(struct db *db, enum report_kind kind,
    const struct report_scope *s, int64_t *n, struct err *e)
{
	return count(db, Q_COUNTS + (int)kind, asks[kind], s, n, e);
}

enum rc
report_store_list(struct db *db, enum report_kind kind,
    const struct report_scope *s, struct arena *a, struct report_list *out,
    struct err *e)
{
	struct db_stmt *st = NULL;
	int64_t all = 0;
	enum rc rc;
	int next;

	*out = (struct report_list){ 0 };
	if ((rc = db_prepare(db, sql[kind], &st, e)) != RC_OK)
		return rc;
	bind(st, asks[kind], s, a, &next);
	db_bind_int(st, next, REPORT_MAX_ROWS);
	rc = casefile_row_read_all(st, a, &out->v, &out->n, e);
	db_stmt_free(&st);
	if (rc != RC_OK || out->n < REPORT_MAX_ROWS)
		return rc;
	if ((rc = report_store_count(db, kind, s, &all, e)) == RC_OK)
		out->more = (size_t)all - out->n;
	return rc;
}

enum rc
report_store_open(struct db *db, const struct report_scope *s, int64_t *n,
    struct err *e)
{
	bool agent = s->owner != NULL && *s->owner != '\0';

	return count(db, agent ? Q_OPEN_AGENT : Q_OPEN_TEAM, agent ? "o" : "T",
	    s, n, e);
}
