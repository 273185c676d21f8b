/*
 * source.h - where mail comes from: an IMAP mailbox or a Maildir.
 *
 *	source_open -> source_begin -> { source_next_batch, (the caller
 *	commits), source_ack } until RC_NONE -> source_wait -> source_begin ...
 *
 * Nothing is changed on the server before source_ack, and nothing is ever
 * deleted there: a mail is left, marked or moved, as the options say.
 * Mails come oldest first, from a list that is fixed by source_begin (L5),
 * at most 50 and 4 MiB at a time; a larger mail comes alone.  Those of
 * `again` come last, so that they can not hold the others up.
 *
 * No list is worked on for longer than ten times the longest silence
 * (`imap.timeout_s`): the rest is for the next source_begin, so that one
 * slow server does not hold up whoever waits behind it.
 *
 * After RC_RETRY the connection is gone: close the source and open another
 * one later; what was not acknowledged comes again.
 */
#ifndef CW_NET_SOURCE_H
#define CW_NET_SOURCE_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "net/net.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SOURCE_BATCH_MAILS 50
#define SOURCE_BATCH_BYTES (4U * 1024 * 1024)
#define SOURCE_MAX_MAIL (150U * 1024 * 1024) /* IM-15 */

enum source_kind { SOURCE_IMAP, SOURCE_MAILDIR };

enum source_done { /* what source_ack does */
	SOURCE_LEAVE, /* nothing; IMAP opens the mailbox read-only */
	SOURCE_MARK,  /* IMAP: keyword $CasewardDone; Maildir: new/ to cur/ */
	SOURCE_MOVE   /* into the folder move_to */
};

struct source_opts {
	enum source_kind kind;
	struct net_host imap;
	const char *mailbox; /* IMAP: as the server spells it */
	const char *path;    /* Maildir: the folder that has new/ and cur/ */
	enum source_done done;
	/* IMAP: a mailbox; Maildir: "Done" is the Maildir++ folder .Done.
	 * Made if missing. */
	const char *move_to;
	size_t max_mail; /* larger ones come as header only; 0: 150 MiB */
	int wake_fd; /* readable: give up waiting with RC_RETRY; 0 or -1: none */
	/* Maildir: is this file taken already?  May be NULL.  Without it, and
	 * with SOURCE_LEAVE, only new/ is read. */
	bool (*is_known)(void *ctx, const char *key);
	/* IMAP: asked for the UIDs not above last_uid that
	 * source_position.since finds; NULL: all of them come again. */
	bool (*is_known_uid)(void *ctx, uint32_t uidvalidity, uint32_t uid);
	/*
	 * IMAP: a mail that is listed does not come (IM-8).  True: noted, it
	 * is left for another source_begin, which names it in `again`; false:
	 * it was tried often enough, hand out its header and the problem.
	 * NULL: always false.
	 */
	bool (*may_wait)(void *ctx, uint32_t uidvalidity, uint32_t uid,
	    const char *why);
	void *ctx;
};

struct source_position { /* what is taken already (IM-1) */
	uint32_t uidvalidity; /* 0: nothing */
	uint32_t last_uid;
	/* 0, or: list mails that came since this time also if their UID is
	 * not above last_uid (IM-2); the caller knows which it has. */
	cw_time since;
	/* Mails of this uidvalidity to list also, if they are still there. */
	const uint32_t *again;
	size_t n_again;
};

struct raw_mail {
	uint32_t uid, uidvalidity; /* 0 for a Maildir */
	const char *key;  /* Maildir: file name without flags; IMAP: "" */
	const char *raw;  /* with NUL behind; may hold NULs */
	size_t len;
	size_t size_on_server; /* what the server says; an estimate (IM-7) */
	cw_time received_at;   /* INTERNALDATE (IM-16) */
	const char *problem;   /* "" or why `raw` is only a header, or empty */
};

struct source;

/* RC_BAD: the options are wrong; RC_FAIL: login or certificate refused,
 * do not try again soon; RC_RETRY: not reachable now. */
enum rc source_open(const struct source_opts *o, struct source **out,
    struct err *e);

/*
 * Open the mailbox and fix the list of mails that are newer than `pos`.
 * *is_reset: UIDVALIDITY is not the one of `pos`, so all mails are listed
 * and the caller must look for doubles.  The options must stay alive.
 */
enum rc source_begin(struct source *s, const struct source_position *pos,
    bool *is_reset, struct err *e);

size_t source_left(const struct source *s); /* mails not handed out yet */

/* RC_OK with *n > 0 mails in `a`; RC_NONE at the end of the list. */
enum rc source_next_batch(struct source *s, struct arena *a,
    struct raw_mail **out, size_t *n, struct err *e);

/* To be called when the mails are committed.  Doing it again is harmless.
 * RC_FAIL: the server refuses it; the mails are left as they are. */
enum rc source_ack(struct source *s, const struct raw_mail *v, size_t n,
    struct err *e);

/* The time was over before the end of the list was reached. */
bool source_is_cut(const struct source *s);

/* "" or why the server cannot mark or move as the options want (IM-5). */
const char *source_note(const struct source *s);

/*
 * Wait until there is something new or wake_fd (-1: none) is readable:
 * RC_OK; or until `seconds` have passed: RC_NONE.  IMAP IDLE or inotify
 * where there is one.  Needs source_begin before it.
 */
enum rc source_wait(struct source *s, int wake_fd, long seconds,
    struct err *e);

void source_close(struct source **s); /* NULL-safe */

#endif
