/*
 * audit_store.h - the invariants as queries that must return no rows
 * (DESIGN 3).  `caseward audit` prints what they find; every pass runs them
 * on what it touched, the nightly sweep on everything.
 */
#ifndef CW_STORE_AUDIT_STORE_H
#define CW_STORE_AUDIT_STORE_H

#include "base/clock.h"
#include "store/db.h"

struct audit_finding {
	int64_t case_no;
	const char *rule; /* "due-ahead" ... */
	const char *text; /* in words */
};

/*
 * After a pass at `now`: open case with a due date not after `now`; without
 * a "step", "due" or "weekly" alarm; with any alarm not after `now`; a
 * resolved or closed case with a ladder alarm; step alarm and case row
 * differ; spool rows 'new' (mail not handled); outbox rows 'sending'; sent
 * rows without sent_at; case rows without an event.  At most `max`.
 */
enum rc audit_store_check(struct db *db, cw_time now, size_t max,
    struct arena *a, struct audit_finding **out, size_t *n, struct err *e);

/* The cheap part, by index only: due dates and alarms that lie behind. */
enum rc audit_store_quick(struct db *db, cw_time now, size_t max,
    struct arena *a, struct audit_finding **out, size_t *n, struct err *e);

enum rc meta_store_get(struct db *db, const char *key, struct arena *a,
    char **out, struct err *e); /* RC_NONE */
enum rc meta_store_set(struct db *db, const char *key, const char *value,
    struct err *e);

#endif
