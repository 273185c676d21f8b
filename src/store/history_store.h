/*
 * history_store.h - what happened, hash-chained per case; a daily anchor
 * chains the heads of all cases (DESIGN 6, H6).
 */
#ifndef CW_STORE_HISTORY_STORE_H
#define CW_STORE_HISTORY_STORE_H

#include "core/facts.h"
#include "store/db.h"

/* hash = SHA-256(previous hash | case | seq | at | actor | kind | text |
 * public_text), each field length-prefixed.  The head is kept on the case
 * row, so an append does not read the chain. */
enum rc history_store_add(struct db *db, int64_t no, cw_time at,
    const char *actor, const char *kind, const char *text,
    const char *public_text, struct err *e);
/* The last `limit` events, oldest first; 0 = all. */
enum rc history_store_list(struct db *db, int64_t no, size_t limit,
    struct arena *a, struct history_line **out, size_t *n, struct err *e);

/* Write the anchor of the day if it is not there. */
enum rc anchor_store_add(struct db *db, cw_time now, struct err *e);
/* Recompute every chain and the last anchor.  RC_OK, or RC_BAD with the
 * first finding; *cases and *events counted. */
enum rc history_store_verify(struct db *db, int64_t *cases, int64_t *events,
    struct err *e);

#endif
