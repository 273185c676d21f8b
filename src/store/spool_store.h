/*
 * spool_store.h - mails as they came: kept before anything else is done.
 */
#ifndef CW_STORE_SPOOL_STORE_H
#define CW_STORE_SPOOL_STORE_H

#include "base/clock.h"
#include "store/db.h"

struct spool_mail {
	int64_t id;
	const char *mailbox, *key;
	int64_t uidvalidity, uid;
	const uint8_t *sha256; /* 32 bytes */
	cw_time received_at, taken_at;
	const char *state, *problem; /* problem of a stub: "" if whole */
	int attempts;
	const char *raw;
	size_t len;
};

/* RC_NONE: we have it already (by place or by bytes); then *id is that
 * row's.  Runs inside the caller's transaction. */
enum rc spool_store_add(struct db *db, const struct spool_mail *m,
    int64_t *id, struct err *e);

/* Is a file of this name taken already? (Maildir; false on an error) */
bool spool_store_has_key(struct db *db, const char *mailbox, const char *key);
bool spool_store_has_uid(struct db *db, const char *mailbox,
    uint32_t uidvalidity, uint32_t uid); /* IMAP; false on an error */

/* Up to `max` mails in state 'new' with id > after, oldest first, at most
 * `max_bytes` of raw bytes (but at least one mail). */
enum rc spool_store_new(struct db *db, int64_t after, size_t max,
    size_t max_bytes, struct arena *a, struct spool_mail **out, size_t *n,
    struct err *e);
enum rc spool_store_get(struct db *db, int64_t id, struct arena *a,
    struct spool_mail *out, struct err *e);

/* attempts + 1 for these; commit before touching them (STYLE 2). */
enum rc spool_store_attempt(struct db *db, const int64_t *ids, size_t n,
    struct err *e);
enum rc spool_store_done(struct db *db, int64_t id, struct err *e);
enum rc spool_store_quarantine(struct db *db, int64_t id, const char *problem,
    struct err *e);
/* Back to 'new' with attempts 0 (`quarantine retry`). */
enum rc spool_store_retry(struct db *db, int64_t id, struct err *e);
/* Quarantined ones, without raw bytes. */
enum rc spool_store_quarantined(struct db *db, struct arena *a,
    struct spool_mail **out, size_t *n, struct err *e);

/* --- mails that are listed and do not come (IM-8) --- */

/* One more try at `now`; tries within ten minutes count as one.  *tries:
 * how many there were. */
enum rc missing_store_note(struct db *db, const char *mailbox,
    uint32_t uidvalidity, uint32_t uid, cw_time now, const char *why,
    int64_t *tries, struct err *e);
/* Their UIDs, at most `max`, those asked for longest ago first. */
enum rc missing_store_list(struct db *db, const char *mailbox,
    uint32_t uidvalidity, size_t max, struct arena *a, uint32_t **out,
    size_t *n, struct err *e);
/* All were asked for at `now`: forget those that came, or are gone. */
enum rc missing_store_forget(struct db *db, const char *mailbox,
    cw_time now, struct err *e);
enum rc missing_store_count(struct db *db, const char *mailbox, int64_t *n,
    struct err *e);
enum rc spool_store_count_quarantined(struct db *db, int64_t *n,
    struct err *e);

/* --- where a mailbox stands and how it does --- */
struct mailbox_state {
	const char *name;
	int64_t uidvalidity, last_uid;
	cw_time ok_at, tried_at, alerted_at;
	int failures;
	const char *error;
};
/* A mailbox never seen is all zero (RC_OK). */
enum rc mailbox_store_get(struct db *db, const char *name, struct arena *a,
    struct mailbox_state *out, struct err *e);
enum rc mailbox_store_put(struct db *db, const struct mailbox_state *m,
    struct err *e);

#endif
