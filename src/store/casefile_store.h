/*
 * casefile_store.h - cases with their notes, tasks, subscribers.
 */
#ifndef CW_STORE_CASEFILE_STORE_H
#define CW_STORE_CASEFILE_STORE_H

#include "core/facts.h"
#include "store/db.h"

/* Takes the next number; sets c->no and c->version = 1. */
enum rc casefile_store_insert(struct db *db, struct casefile *c,
    struct err *e);
enum rc casefile_store_get(struct db *db, int64_t no, struct arena *a,
    struct casefile *out, struct err *e);
/* All columns; RC_RETRY "modified by another user" if the stored version is
 * not c->version (W6).  c->version + 1 on success. */
enum rc casefile_store_update(struct db *db, struct casefile *c,
    struct err *e);

/* A filter; "" or -1 means any. */
struct case_filter {
	const char *owner, *team, *department, *employee_email, *state;
	const char *owner_is_queue; /* non-NULL: only cases without an owner */
	int is_open;      /* 1, 0, -1 */
	cw_time due_before; /* 0: any */
	cw_time opened_since; /* 0: any */
	size_t limit;     /* 0: 1000 */
};
/* Oldest first. */
enum rc casefile_store_list(struct db *db, const struct case_filter *f,
    struct arena *a, struct casefile **out, size_t *n, struct err *e);
/* Of one owner, resolved or closed since then; only the newest
 * CASEFILE_LATELY numbers are looked at. */
#define CASEFILE_LATELY 20000
enum rc casefile_store_ended(struct db *db, const char *owner, cw_time since,
    size_t limit, struct arena *a, struct casefile **out, size_t *n,
    struct err *e);
/* Open cases, those of them without an owner, those past their due date;
 * each counted up to `at_most` (-1: to the last one), without a look at the
 * cases themselves. */
struct case_tally {
	int64_t open, unowned, overdue;
};
enum rc casefile_store_tally(struct db *db, cw_time now, int64_t at_most,
    struct case_tally *out, struct err *e);

/* Everything a decision may look at: case, last 200 events, attachments,
 * open tasks, subscribers, states of the addresses in `emails` (plus the
 * employee's), the directory's word.  RC_NONE: no such case. */
enum rc facts_store_load(struct db *db, int64_t no, const char *const *emails,
    size_t n_emails, struct arena *a, struct case_facts *out, struct err *e);

enum rc note_store_add(struct db *db, int64_t no, const char *kind,
    cw_time at, const char *author, const char *text, struct err *e);
struct note {
	const char *kind, *author, *text;
	cw_time at;
};
enum rc note_store_list(struct db *db, int64_t no, struct arena *a,
    struct note **out, size_t *n, struct err *e);

/* An open task of the same kind on the case is updated, not doubled. */
enum rc task_store_open(struct db *db, int64_t no, const char *kind,
    const char *owner, const char *text, cw_time now, cw_time due_at,
    struct err *e);
/* kind "": all of the case. */
enum rc task_store_done(struct db *db, int64_t no, const char *kind,
    cw_time now, struct err *e);

enum rc subscriber_store_add(struct db *db, int64_t no, const char *name,
    struct err *e);
enum rc subscriber_store_remove(struct db *db, int64_t no, const char *name,
    struct err *e);

#endif
