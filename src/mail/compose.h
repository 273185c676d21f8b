/*
 * compose.h - one outgoing mail as the bytes that are sent and kept.
 *
 * PROTOCOL OF-1 to OF-7, AR-16 to AR-19, TH-1 to TH-6: 7-bit, CRLF lines,
 * text and HTML as multipart/alternative, the headers that keep other
 * machines quiet.  The same input gives the same bytes (boundaries come
 * from the Message-ID), so a mail can be composed again and compared.
 */
#ifndef CW_MAIL_COMPOSE_H
#define CW_MAIL_COMPOSE_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "mail/msg.h"

enum mail_purpose {
	MAIL_ACK,      /* answers a mail: acknowledgement, command result */
	MAIL_FOLLOWUP, /* sent by the clock: status request, escalation */
	MAIL_DIGEST,   /* digest, work list, weekly word to the employee */
	MAIL_AGENT     /* written by a person */
};

struct outpart { /* an attachment (multipart/mixed, OF-1) */
	const char *filename, *type; /* "application/pdf" */
	const void *bytes;
	size_t len;
};

/* NULL and "" both mean "leave it out" where that is allowed. */
struct outmail {
	const char *from_name, *from_addr; /* address required */
	const char *to_name, *to_addr;     /* address required (OF-7: one) */
	const char *reply_to;              /* the keyed address */
	const char *subject;               /* without "Re: ", which is added
	                                      when there is an in_reply_to */
	const char *message_id;            /* required, without <> */
	struct texts in_reply_to;          /* parents; without <> */
	struct texts references;           /* oldest first; the first 4 and
	                                      last 6 are sent (TH-3); none:
	                                      in_reply_to */
	cw_time date;
	int utc_offset;                    /* seconds, of the reader (CT-9) */
	enum mail_purpose purpose;
	const char *loop_id;               /* X-Caseward-Loop (AR-13) */
	const char *thread_seed;           /* the same for all mails of a case
	                                      and audience: GUID of
	                                      Thread-Index (TH-6) */
	cw_time thread_started_at;         /* date of its first mail, 0: this */
	const char *thread_topic;          /* NULL: the subject */
	const char *text;                  /* UTF-8, "\n" lines; required */
	const char *html;                  /* NULL: text only */
	const struct outpart *attachments;
	size_t n_attachments;
};

/*
 * RC_BAD: a value that may not stand in a header (control character, not
 * UTF-8, not an address); the text names the field.  Ids of others in
 * in_reply_to and references that are not fit to be sent are left out
 * unless they hold line breaks.
 */
enum rc compose(const struct outmail *m, struct arena *a, char **bytes,
    size_t *len, struct err *e);

#endif
