/*
 * person_store.h - employees of the directory, and what is known of
 * addresses (bounced, absent).
 */
#ifndef CW_STORE_PERSON_STORE_H
#define CW_STORE_PERSON_STORE_H

#include "core/facts.h"
#include "store/db.h"

struct employee_row {
	int64_t id;
	const char *employee_id, *name, *email, *client, *client_id;
	const char *division, *region, *zone, *language, *manager, *status;
};

enum rc person_store_upsert(struct db *db, const struct employee_row *p,
    cw_time now, struct err *e);
/* Employees not seen by an import that began at `since` become 'left'. */
enum rc person_store_mark_left(struct db *db, cw_time since, int64_t *n,
    struct err *e);
enum rc person_store_by_email(struct db *db, const char *email,
    struct arena *a, struct employee_row *out, struct err *e);
enum rc person_store_by_employee_id(struct db *db, const char *id,
    struct arena *a, struct employee_row *out, struct err *e);
/* RC_OK only if exactly one has this name; RC_NONE none or several. */
enum rc person_store_by_name(struct db *db, const char *name,
    struct arena *a, struct employee_row *out, struct err *e);
enum rc person_store_list(struct db *db, const char *like, size_t limit,
    struct arena *a, struct employee_row **out, size_t *n, struct err *e);
/* Who has not left, and was not seen by an import that began at `since`. */
enum rc person_store_here(struct db *db, cw_time since, int64_t *n,
    struct err *e);
enum rc person_store_count(struct db *db, int64_t *n, struct err *e);

enum rc address_store_get(struct db *db, const char *email, struct arena *a,
    struct address_state *out, struct err *e); /* RC_NONE: nothing known */
enum rc address_store_undeliverable(struct db *db, const char *email,
    cw_time since, const char *why, struct err *e); /* since 0 clears */
/* A soft bounce: counts; *is_hard when it is the third in 14 days (BN-13). */
enum rc address_store_soft_bounce(struct db *db, const char *email,
    cw_time now, bool *is_hard, struct err *e);
/* Who writes from it is reachable there: marks and counts are cleared. */
enum rc address_store_heard(struct db *db, const char *email,
    bool *was_marked, struct err *e);
/* The absence that is now or comes next (absence_store.h says which);
 * until 0 clears it. */
enum rc address_store_absent(struct db *db, const char *email, cw_time from,
    cw_time until, const char *deputy, struct err *e);
/* It has begun, and `stand_in` was told; since 0: it is over. */
enum rc address_store_away(struct db *db, const char *email, cw_time since,
    const char *stand_in, struct err *e);
/* All of whom something is known that keeps mail from them. */
enum rc address_store_list(struct db *db, struct arena *a,
    struct address_state **out, size_t *n, struct err *e);

/* --- the silence ledger --- */
enum rc ask_store_asked(struct db *db, int64_t no, const char *department,
    cw_time now, struct err *e);
enum rc ask_store_answered(struct db *db, int64_t no, cw_time now,
    struct err *e); /* all open asks of the case */
struct silence_row {
	const char *department;
	int64_t median_answer; /* seconds, -1 never */
	int nudges, waiting;
};
/* Slowest first; over asks since `since`. */
enum rc ask_store_ledger(struct db *db, cw_time since, struct arena *a,
    struct silence_row **out, size_t *n, struct err *e);

#endif
