/*
 * imap.h - the few IMAP commands that a source needs, over libetpan.
 * Inside net only; libetpan's types stay in imap*.c and curlstream.c.
 *
 * RC_FAIL: the server said NO or BAD, the session goes on.  RC_RETRY: the
 * session is dead (lost, too slow, too much, or it spoke nonsense, after
 * which libetpan is out of step): open another one.
 */
#ifndef CW_NET_IMAP_H
#define CW_NET_IMAP_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "net/net.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct imap;

enum rc imap_open(const struct net_host *h, int wake_fd, struct imap **out,
    struct err *e);
void imap_close(struct imap **m); /* NULL-safe */
bool imap_is_dead(const struct imap *m);
int64_t imap_patience(const struct imap *m); /* the longest silence, ms */

enum imap_can {
	IMAP_CAN_IDLE = 1,
	IMAP_CAN_UIDPLUS = 2,
	IMAP_CAN_MOVE = 4,
	IMAP_CAN_KEYWORDS = 8 /* of the mailbox that is open */
};
unsigned imap_can(const struct imap *m);

struct imap_box {
	uint32_t uidvalidity;
	uint32_t exists;
};
enum rc imap_select(struct imap *m, const char *mailbox, bool read_only,
    struct imap_box *out, struct err *e);

struct imap_uids { /* grown with realloc by imap_search */
	uint32_t *v;
	size_t n, cap;
};
void imap_uids_add(struct imap_uids *u, uint32_t uid);

/*
 * Among the mails with sequence numbers first to last, append those whose
 * UID is min_uid or more, or that came since a time (0: no).
 * *n_expunged: how many mails vanished meanwhile, so that later ones have
 * moved down by as many.
 */
enum rc imap_search(struct imap *m, uint32_t first, uint32_t last,
    uint32_t min_uid, cw_time since, struct imap_uids *out,
    uint32_t *n_expunged, struct err *e);

/* RC_NONE: no such mail any more. */
enum rc imap_find(struct imap *m, uint32_t uid, struct err *e);

#define IMAP_FETCH_ROWS 200 /* in one command: keeps its line short */

struct imap_row {
	uint32_t uid;        /* set by the caller: what is asked for */
	bool has_size;
	size_t size;         /* RFC822.SIZE, an estimate */
	cw_time received_at; /* INTERNALDATE, 0 if none came */
	const char *raw;     /* in the arena; NULL: did not come */
	size_t len;
	char *room;          /* of imap_fetch_one, to be used again */
	size_t room_size;
};

/* Size and date of n mails, IMAP_FETCH_ROWS at most; rows that were not asked for are ignored. */
enum rc imap_fetch_info(struct imap *m, struct imap_row *rows, size_t n,
    struct err *e);

/* The bytes of n mails, `budget` bytes in all. */
enum rc imap_fetch_raw(struct imap *m, struct imap_row *rows, size_t n,
    size_t budget, struct arena *a, struct err *e);

/*
 * Ask for n mails now, to be received by an imap_fetch_raw() for the same
 * mails; nothing else may be done in the session before that.
 */
void imap_fetch_ahead(struct imap *m, const struct imap_row *rows, size_t n,
    size_t budget);
bool imap_is_ahead(const struct imap *m);

/* One mail, or its header, straight into the arena.  RC_BAD: it has more
 * than `max` bytes; the session is dead after that. */
enum rc imap_fetch_one(struct imap *m, struct imap_row *row,
    bool header_only, size_t max, struct arena *a, struct err *e);

enum rc imap_mark(struct imap *m, const uint32_t *uids, size_t n,
    const char *keyword, struct err *e);

/* MOVE, or COPY and delete those UIDs alone; makes the mailbox if it is
 * missing.  Needs IMAP_CAN_MOVE or IMAP_CAN_UIDPLUS. */
enum rc imap_move(struct imap *m, const uint32_t *uids, size_t n,
    const char *mailbox, struct err *e);

/* Until a mail has come since imap_select (RC_OK), wake_fd is readable
 * (RC_OK), or `seconds` are over (RC_NONE). */
enum rc imap_wait(struct imap *m, int wake_fd, long seconds, struct err *e);

#endif
