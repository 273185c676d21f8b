/*
 * agenda_store.h - everything that happens by time, one row each (DESIGN 3).
 */
#ifndef CW_STORE_AGENDA_STORE_H
#define CW_STORE_AGENDA_STORE_H

#include "base/clock.h"
#include "store/db.h"

struct agenda_row {
	int64_t case_no; /* 0: not about one case */
	const char *kind, *key;
	cw_time due_at;
};

/* Insert or move. */
enum rc agenda_store_set(struct db *db, int64_t case_no, const char *kind,
    const char *key, cw_time due_at, struct err *e);
enum rc agenda_store_clear(struct db *db, int64_t case_no, const char *kind,
    const char *key, struct err *e); /* kind "" all, key "" all keys */
/* Rows with due_at <= now, oldest first, at most `max`.  The cost does not
 * depend on how many rows are not due. */
enum rc agenda_store_due(struct db *db, cw_time now, size_t max,
    struct arena *a, struct agenda_row **out, size_t *n, struct err *e);
enum rc agenda_store_of_case(struct db *db, int64_t case_no, struct arena *a,
    struct agenda_row **out, size_t *n, struct err *e);
/* The next rows to come, for `caseward agenda`. */
enum rc agenda_store_next(struct db *db, size_t max, struct arena *a,
    struct agenda_row **out, size_t *n, struct err *e);
/* due_at of one row; RC_NONE if there is none. */
enum rc agenda_store_get(struct db *db, int64_t case_no, const char *kind,
    const char *key, cw_time *due_at, struct err *e);

#endif
