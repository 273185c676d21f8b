/*
 * outbox_store.h - mails (and webhook posts) on their way out, with their
 * final bytes and a key that makes doing it twice harmless.
 */
#ifndef CW_STORE_OUTBOX_STORE_H
#define CW_STORE_OUTBOX_STORE_H

#include "base/clock.h"
#include "core/casefile.h"
#include "store/db.h"

struct outbox_mail {
	int64_t id;
	const char *channel; /* "mail" or "webhook" */
	int64_t case_no;
	enum audience audience;
	const char *template, *rcpt, *rcpt_name, *subject, *why;
	const char *message_id, *refs, *dedup;
	const char *state; /* queued sending unsure sent failed held */
	int attempts;
	cw_time created_at, next_try_at, sent_at, bounced_at;
	const char *reply;
	const char *bytes; /* NULL in listings, and when they are lost */
	size_t len;
};

/* The id the next outbox_store_add will take: it is part of the mail's own
 * Message-ID and reply address.  Inside the transaction that adds it. */
enum rc outbox_store_next_id(struct db *db, int64_t *id, struct err *e);
/* RC_NONE: a row with this dedup key is there already.  m->state NULL is
 * "queued"; id, attempts, sent_at and bounced_at are the store's. */
enum rc outbox_store_add(struct db *db, const struct outbox_mail *m,
    struct err *e);

/* 'sending' left by a dead pass -> 'unsure', due again at `retry_at`. */
enum rc outbox_store_recover(struct db *db, cw_time retry_at, int64_t *n,
    struct err *e);
/* Claim up to max (and max_bytes) of a channel ("": any) that are due: ->
 * 'sending', attempts + 1; oldest first, at least one.  A mail waits up to
 * a quarter of an hour for an earlier one on its case to the same person.
 * `bytes` NULL: they are lost or damaged, `reply` says so.  The caller
 * commits before it touches the network. */
enum rc outbox_store_claim(struct db *db, const char *channel, cw_time now,
    size_t max, size_t max_bytes, struct arena *a, struct outbox_mail **out, size_t *n,
    struct err *e);
/* When the next one is due; RC_NONE and 0: nothing is queued. */
enum rc outbox_store_next_try(struct db *db, cw_time *at, struct err *e);
enum rc outbox_store_mark_sent(struct db *db, int64_t id, cw_time now,
    const char *reply, struct err *e);
enum rc outbox_store_mark_later(struct db *db, int64_t id, const char *state,
    cw_time next_try_at, const char *reply, struct err *e); /* queued|unsure */
/* It was claimed, but nobody was asked about it: as before the claim. */
enum rc outbox_store_mark_untried(struct db *db, int64_t id,
    const char *state, const char *reply, struct err *e); /* queued|unsure */
enum rc outbox_store_mark_failed(struct db *db, int64_t id,
    const char *reply, struct err *e);
enum rc outbox_store_mark_bounced(struct db *db, int64_t id, cw_time now,
    struct err *e);
enum rc outbox_store_requeue(struct db *db, int64_t id, cw_time now,
    struct err *e); /* failed or held -> queued, by the operator */

enum rc outbox_store_get(struct db *db, int64_t id, struct arena *a,
    struct outbox_mail *out, struct err *e); /* with bytes */
enum rc outbox_store_by_mid(struct db *db, const char *mid, struct arena *a,
    struct outbox_mail *out, struct err *e);
/* The last mail to this address on this case, as parent of the next (TH-3);
 * RC_NONE: the first one.  No bytes. */
enum rc outbox_store_last_to(struct db *db, int64_t case_no,
    const char *rcpt, struct arena *a, struct outbox_mail *out, struct err *e);
/* state "" = all; newest first; no bytes. */
enum rc outbox_store_list(struct db *db, const char *state, int64_t case_no,
    size_t limit, struct arena *a, struct outbox_mail **out, size_t *n,
    struct err *e);
/* When the nth last mail (from 1) of `template` to `rcpt` left, or is to
 * leave (AR-14); of those made since `since`.  RC_NONE: there are fewer. */
enum rc outbox_store_nth_last_at(struct db *db, const char *rcpt,
    const char *template_name, cw_time since, int64_t nth, cw_time *at,
    struct err *e);
/* How many became dead letters since then (by their last try). */
enum rc outbox_store_dead_since(struct db *db, cw_time since, int64_t *n,
    struct err *e);
/* When the oldest mail was made that should have left by now, or was tried
 * in vain; 0: none waits. */
enum rc outbox_store_oldest_late(struct db *db, cw_time now, cw_time *at,
    struct err *e);
enum rc outbox_store_count_state(struct db *db, const char *state, int64_t *n,
    struct err *e);

#endif
