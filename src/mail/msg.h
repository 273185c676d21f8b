/*
 * msg.h - one mail as the bot sees it: a plain struct, no library behind it.
 *
 * Headers come from our own scanner (header.h), so a mail that kills the
 * reader child is still threaded and shown; the body comes from the reader
 * child (reader.h); what is derived from both (class, bounce, token,
 * commands, authentication) is filled by msg_understand().
 *
 * All text is valid UTF-8 without NUL; all pointers live in the arena that
 * was passed in.  Pointers are never NULL unless a comment says so; absent
 * text is "", absent lists have a count of 0.
 */
#ifndef CW_MAIL_MSG_H
#define CW_MAIL_MSG_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "mail/header.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct addr {
	const char *name;  /* decoded display name, "" if none */
	const char *email; /* local part as written, domain lower case */
};

struct addrs {
	struct addr *v;
	size_t n;
};

struct texts { /* a list of strings */
	const char **v;
	size_t n;
};

/* A part that is not shown as text.  `index` counts the attachments in the
 * order of the mail, from 0; the bytes stay in the raw mail. */
struct attachment {
	const char *filename; /* decoded, no path parts; "" if none */
	const char *type;     /* "application/pdf", lower case */
	size_t size;          /* decoded bytes */
	const char *sha256;   /* of the decoded bytes, 64 hex digits */
};

/* What the reader child found in the body. */
struct body {
	const char *text;       /* all visible text, UTF-8, "\n" lines */
	const char *reply_text; /* only what is new (replytext.h) */
	struct attachment *attachments;
	size_t n_attachments;
	const char *report_type;     /* "delivery-status", ...; "" if no report */
	const char *delivery_status; /* text of message/delivery-status, or "" */
	const char *embedded_headers; /* header block of the first embedded
	                                 message/rfc822 or rfc822-headers, "" */
	const char *calendar_method; /* "REPLY", "REQUEST" ...; "" if none */
	bool is_encrypted, is_signed, has_tnef;
	const char *problem; /* "" or why it could not be read in full */
};

enum msg_class { MSG_HUMAN, MSG_AUTO, MSG_BOUNCE, MSG_LIST, MSG_OWN };

/* One recipient of a bounce (RFC 3464). */
struct bounce_rcpt {
	const char *recipient; /* address as the report names it */
	const char *status;    /* "5.1.1", "" if unknown */
	const char *action;    /* failed | delayed | delivered | relayed | expanded */
};

struct bounce {
	struct bounce_rcpt *rcpts;
	size_t n;
	struct texts original_ids; /* Message-IDs that may be the mail that
	                              caused it, best first (PROTOCOL BN-8) */
	const char *envelope_id;   /* Original-Envelope-Id, "" if none */
	const char *original_subject; /* subject of the embedded mail, or "" */
};

enum auth_verdict { AUTH_NONE, AUTH_FAIL, AUTH_PASS };

/* What a trusted Authentication-Results says (PROTOCOL SA). */
struct auth {
	enum auth_verdict dmarc; /* PASS only if header.from is From's domain */
	const char *authserv_id; /* of the trusted instance, "" if none */
	const char *spf, *dkim, *dmarc_text; /* result words, "" if absent */
	const char *why;         /* one sentence for `explain` */
};

struct msg {
	struct headers headers; /* all of them, unfolded, undecoded */

	struct addrs from, sender, reply_to, to, cc;
	struct addrs recipients; /* To, Cc, Delivered-To, X-Original-To,
	                            X-Forwarded-To, Envelope-To: where a keyed
	                            reply address may stand (PROTOCOL TH-12) */
	const char *subject;     /* decoded */
	const char *message_id;  /* without <>, "" if none */
	struct texts in_reply_to, references; /* ids without <>, mail order */
	cw_time date;            /* the Date header, 0 if none or bad */

	struct body body;

	enum msg_class class;
	const char *class_why;  /* which rule decided, e.g. "AR-1 Auto-Submitted" */
	bool wants_no_answer;   /* AR: store, but never acknowledge */
	bool is_challenge;      /* MSG_AUTO: wants to hear that a person wrote */
	bool is_forward;        /* TH-13 */
	struct bounce bounce;   /* n > 0 only for MSG_BOUNCE */
	const char *token;      /* "[ER-000123]", NULL if none in the subject */
	int64_t token_case;     /* 123, 0 if none */
	bool token_is_ambiguous; /* the subject names several cases */
	struct auth auth;
	struct texts commands;  /* "#note ..." lines at the top of new text */
};

struct token_keys; /* token.h */

/* What must be known about ourselves to understand a mail. */
struct msg_own {
	struct texts addresses;  /* our own addresses, lower case */
	const char *instance_id; /* X-Caseward-Loop of our mails */
	const struct token_keys *keys; /* to know our Message-IDs (AR-13); may
	                                  be NULL */
	const char *trust_authserv_id; /* "" nobody; "topmost-without-id" SA-3 */
	bool trust_authas_internal;    /* SA-8 */
};

/* Headers only: fills headers .. date.  Linear, never fails. */
void msg_scan(const char *raw, size_t len, struct arena *a, struct msg *m);

/* Class, bounce, token, auth, commands from headers and body.  Pure. */
void msg_understand(struct msg *m, const struct msg_own *own,
    struct arena *a);

const char *msg_class_name(enum msg_class c); /* human auto bounce list own */

/* A body that has nothing but a problem, for a mail the reader died on. */
void body_init(struct body *b, const char *problem);

#endif
