/* audit_store.c - the invariants as queries that must return no rows. */
#include "store/audit_store.h"

/* Each answers with the case and a word that says where to look, or "".  The
 * last parameter says how many findings are wanted; the first is now where
 * the row in `rules` says so. */
enum {
	Q_DUE_AHEAD, Q_ALARM_AHEAD,
	Q_NO_STEP, Q_NO_DUE, Q_NO_WEEKLY, Q_ENDED, Q_STEP_AGREES, Q_ORPHAN,
	Q_SPOOL, Q_SENDING, Q_SENT_AT, Q_EVENT, Q_N
};

#define NO_ALARM(kind) "SELECT no, '' FROM casefile c WHERE is_open"        \
	" AND NOT EXISTS (SELECT 1 FROM agenda a"                           \
	" WHERE a.case_no = c.no AND a.kind = '" kind "') LIMIT $1"

static const char *const sql[Q_N] = {
	[Q_DUE_AHEAD] = "SELECT no, '' FROM casefile"
	    " WHERE is_open AND due_at <= $1 ORDER BY due_at LIMIT $2",
	[Q_ALARM_AHEAD] = "SELECT case_no, kind FROM agenda"
	    " WHERE due_at <= $1 ORDER BY due_at LIMIT $2",
	[Q_NO_STEP] = NO_ALARM("step"),
	[Q_NO_DUE] = NO_ALARM("due"),
	[Q_NO_WEEKLY] = NO_ALARM("weekly"),
	[Q_ENDED] = "SELECT a.case_no, a.kind FROM agenda a"
	    " JOIN casefile c ON c.no = a.case_no WHERE NOT c.is_open"
	    " AND a.kind IN ('step', 'due', 'due-warning', 'weekly')"
	    " LIMIT $1",
	[Q_STEP_AGREES] = "SELECT c.no, '' FROM agenda a"
	    " JOIN casefile c ON c.no = a.case_no WHERE a.kind = 'step'"
	    " AND c.is_open AND a.due_at <> c.step_due_at LIMIT $1",
	[Q_ORPHAN] = "SELECT a.case_no, a.kind FROM agenda a"
	    " WHERE a.case_no > 0 AND NOT EXISTS (SELECT 1 FROM casefile c"
	    " WHERE c.no = a.case_no) LIMIT $1",
	[Q_SPOOL] = "SELECT 0, mailbox || ', number ' || id FROM spool"
	    " WHERE state = 'new' ORDER BY id LIMIT $1",
	[Q_SENDING] = "SELECT case_no, 'outbox ' || id FROM outbox"
	    " WHERE state = 'sending' AND state IN ('sending', 'failed',"
	    " 'held') LIMIT $1",
	[Q_SENT_AT] = "SELECT case_no, 'outbox ' || id FROM outbox"
	    " WHERE state = 'sent' AND sent_at <= 0 LIMIT $1",
	[Q_EVENT] = "SELECT c.no, '' FROM casefile c WHERE NOT EXISTS"
	    " (SELECT 1 FROM event_head h WHERE h.case_no = c.no)"
	    " LIMIT $1",
};

const struct db_sql audit_store_sql = { __FILE__, sql, Q_N };

static const struct {
	int q;
	const char *rule, *words;
	bool asks_now;
} rules[] = {
	/* the quick ones first */
	{ Q_DUE_AHEAD, "due-ahead", "an open case whose due date has passed",
	    true },
	{ Q_ALARM_AHEAD, "alarm-ahead", "an alarm that should have rung",
	    true },
	{ Q_NO_STEP, "has-step", "an open case without a next ladder step",
	    false },
	{ Q_NO_DUE, "has-due", "an open case without a due-date alarm", false },
	{ Q_NO_WEEKLY, "has-weekly", "an open case without a weekly word",
	    false },
	{ Q_ENDED, "ended", "a resolved case with an alarm of the ladder",
	    false },
	{ Q_STEP_AGREES, "step-agrees",
	    "case and agenda name different times for the next step",
	    false },
	{ Q_ORPHAN, "alarm-has-case", "an alarm of a case that is not there",
	    false },
	{ Q_SPOOL, "mail-handled", "a mail that was taken in but not handled",
	    false },
	{ Q_SENDING, "mail-sent", "a mail left in the middle of sending",
	    false },
	{ Q_SENT_AT, "sent-at", "a sent mail without the time of sending",
	    false },
	{ Q_EVENT, "has-history", "a case without any history",
	    false },
};

#define N_QUICK 2
#define N_RULES (sizeof(rules) / sizeof(rules[0]))

static enum rc
run(struct db *db, size_t n_rules, cw_time now, size_t max, struct arena *a,
    struct audit_finding **out, size_t *n, struct err *e)
{
	struct audit_finding *v = NULL;
	size_t have = 0, cap = 0;

	for (size_t i = 0; i < n_rules && have < max; i++) {
		struct db_stmt *st = NULL;
		enum rc rc;
		int k = 0;

		if ((rc = db_prepare(db, sql[rules[i].q], &st, e)) != RC_OK)
			return rc;
		if (rules[i].asks_now)
			db_bind_int(st, ++k, now);
		db_bind_int(st, ++k, (int64_t)(max - have));
		while ((rc = db_step(st, e)) == RC_OK) {
			const char *where = db_col_text(st, 1, a);

			*ARENA_PUSH(a, v, have, cap) = (struct audit_finding){
				.case_no = db_col_int(st, 0),
				.rule = rules[i].rule,
				.text = *where == '\0' ? rules[i].words :
				    arena_printf(a, "%s (%s)", rules[i].words,
				    where),
			};
		}
		db_stmt_free(&st);
		if (rc != RC_NONE)
			return rc;
	}
	*out = v;
	*n = have;
	return RC_OK;
}

enum rc
audit_store_check(struct db *db, cw_time now, size_t max, struct arena *a,
    struct audit_finding **out, size_t *n, struct err *e)
{
	return run(db, N_RULES, now, max, a, out, n, e);
}

enum rc
audit_store_quick(struct db *db, cw_time now, size_t max, struct arena *a,
    struct audit_finding **out, size_t *n, struct err *e)
{
	return run(db, N_QUICK, now, max, a, out, n, e);
}
