/*
 * history_store.h - what happened, hash-chained per case; a daily anchor
 * chains all events of all cases (DESIGN 6, H6).
 *
 * Case 0 has a chain of its own: what is about no case (digests).  Events
 * are never deleted; their ids run without a gap.
 */
#ifndef CW_STORE_HISTORY_STORE_H
#define CW_STORE_HISTORY_STORE_H

#include "core/facts.h"
#include "store/db.h"

/* hash = SHA-256(previous hash | case | seq | at | actor | kind | text |
 * public_text), see history_hash.h.  Where a chain stands is kept in a row
 * of its own, so an append does not read the chain.  Inside a transaction. */
enum rc history_store_add(struct db *db, int64_t no, cw_time at,
    const char *actor, const char *kind, const char *text,
    const char *public_text, struct err *e);
/* The last `limit` events, oldest first; 0 = all.  A line that has public
 * words is AUD_EMPLOYEE, any other AUD_INTERNAL. */
enum rc history_store_list(struct db *db, int64_t no, size_t limit,
    struct arena *a, struct history_line **out, size_t *n, struct err *e);

/* When the last event of all was written; RC_NONE: there is none. */
enum rc history_store_last_at(struct db *db, cw_time *at, struct err *e);

/* Write the anchor of the day if it is not there: a hash over the anchor
 * before and all events since.  Inside a transaction. */
enum rc anchor_store_add(struct db *db, cw_time now, struct err *e);
/* Recompute every chain and every anchor, and see that no number is missing.
 * RC_OK, or RC_BAD with the first finding; *cases and *events counted.  Not
 * seen, because nothing is left that could tell: that the very last events of
 * all were removed together with their heads, before any anchor. */
enum rc history_store_verify(struct db *db, int64_t *cases, int64_t *events,
    struct err *e);

#endif
