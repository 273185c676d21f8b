/*
 * message_store.h - every mail of a case, in and out; the Message-IDs and
 * people that lead to a case; attachments.
 */
#ifndef CW_STORE_MESSAGE_STORE_H
#define CW_STORE_MESSAGE_STORE_H

#include "core/facts.h"
#include "mail/msg.h"
#include "store/db.h"

struct message_row {
	int64_t id, case_no;
	bool is_out;
	enum audience audience;
	int64_t spool, outbox; /* 0: none */
	const char *message_id, *from_email, *from_name, *to_email, *subject;
	cw_time at;
	const char *class, *outcome, *words, *explain;
	const uint8_t *fingerprint; /* 32 bytes or NULL */
};

enum rc message_store_add(struct db *db, struct message_row *m,
    struct err *e); /* sets m->id; RC_NONE: this spooled mail has a row */
enum rc message_store_list(struct db *db, int64_t no, struct arena *a,
    struct message_row **out, size_t *n, struct err *e);
/* The mail that opened the case; RC_NONE if none did. */
enum rc message_store_first(struct db *db, int64_t no, struct arena *a,
    struct message_row *out, struct err *e);
enum rc message_store_get(struct db *db, int64_t id, struct arena *a,
    struct message_row *out, struct err *e);
enum rc message_store_by_spool(struct db *db, int64_t spool, struct arena *a,
    struct message_row *out, struct err *e);
/* Newest with this Message-ID (explain), if it is known to its case or in
 * none; RC_NONE if none. */
enum rc message_store_by_mid(struct db *db, const char *mid, struct arena *a,
    struct message_row *out, struct err *e);
/* Has this very mail been taken into `mailbox`, or from a file ("file": into
 * any), already?  RC_OK: yes, its
 * case and message id. */
enum rc message_store_find_twin(struct db *db, const char *mailbox,
    const uint8_t fingerprint[32], int64_t *message, int64_t *case_no,
    struct err *e);
/* Messages with outcome `outcome` ("unverified"), newest first. */
enum rc message_store_by_outcome(struct db *db, const char *outcome,
    size_t limit, struct arena *a, struct message_row **out, size_t *n,
    struct err *e);

/* --- Message-IDs that lead to a case --- */
struct known_id {
	int64_t case_no, outbox;
	enum audience audience;
};
enum rc known_id_store_add(struct db *db, const char *mid, int64_t case_no,
    enum audience audience, int64_t outbox, struct err *e);
/* All cases that know it (usually one). */
enum rc known_id_store_find(struct db *db, const char *mid, struct arena *a,
    struct known_id **out, size_t *n, struct err *e);

/* --- who belongs to a case --- */
enum rc participant_store_add(struct db *db, int64_t no, const char *email,
    enum audience audience, struct err *e); /* keeps the first audience */
enum rc participant_store_find(struct db *db, int64_t no, const char *email,
    enum audience *audience, struct err *e); /* RC_NONE: does not belong */

/* --- attachments --- */
enum rc attachment_store_add(struct db *db, int64_t no, int64_t message,
    size_t idx, const struct attachment *att, struct err *e);
enum rc attachment_store_review(struct db *db, int64_t no, int64_t id,
    const char *by, cw_time now, struct err *e); /* id 0: all of the case */
/* For `case attachment`: which mail holds it. */
enum rc attachment_store_get(struct db *db, int64_t id, struct arena *a,
    struct case_attachment *out, int64_t *spool, size_t *idx, struct err *e);

#endif
