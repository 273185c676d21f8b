/*
 * report_store.h - the lists of work lists and digests (G15, core/digest.h).
 *
 * One list is one question to the store: at most REPORT_MAX_ROWS cases,
 * oldest first (the risk list: what is due first), and a count of the rest.
 * Words (next action, story) are core's.
 */
#ifndef CW_STORE_REPORT_STORE_H
#define CW_STORE_REPORT_STORE_H

#include "core/casefile.h"
#include "store/db.h"

#define REPORT_MAX_ROWS 50

enum report_kind {
	/* an agent's; all open cases */
	REPORT_QUEUE, /* nobody owns it, opened before today */
	REPORT_MINE,  /* the agent's, opened before today */
	REPORT_TODAY, /* the agent's or nobody's, opened today */
	/* a lead's; open cases of the team ("" = of all teams) */
	REPORT_DECIDE,     /* escalated (step >= escalated_step) or breached */
	REPORT_RISK,       /* due before risk_until */
	REPORT_SOON,       /* the same, but not to be decided anyway */
	REPORT_UNOWNED,
	REPORT_INCOMPLETE, /* one of the required fields is empty */
	REPORT_ORPHANED,   /* owned by somebody who is not in live */
	REPORT_N
};

struct report_scope {
	const char *owner; /* staff id of the agent */
	const char *team;  /* id of the team, "" = all */
	cw_time day_start, risk_until;
	/* casefile.step is the next one to climb: when index 2 of the ladder
	 * is the lead's, a case that was escalated to the lead has 3 */
	int escalated_step;
	const char *const *required; /* policy->required_fields */
	size_t n_required;
	const char *const *live;     /* staff ids that may own a case */
	size_t n_live;
};

struct report_list {
	struct casefile *v;
	size_t n, more;
};

enum rc report_store_list(struct db *db, enum report_kind kind,
    const struct report_scope *s, struct arena *a, struct report_list *out,
    struct err *e);
enum rc report_store_count(struct db *db, enum report_kind kind,
    const struct report_scope *s, int64_t *n, struct err *e);

/* Open cases: of the agent (with the queue) if `owner` is set, else of the
 * team. */
enum rc report_store_open(struct db *db, const struct report_scope *s,
    int64_t *n, struct err *e);

#endif
