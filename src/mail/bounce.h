/*
 * bounce.h - mails that say that a mail of ours did not arrive.
 *
 * PROTOCOL BN-1 to BN-9: reports by RFC 3464, X-Failed-Recipients, qmail,
 * Exchange, and plain text of everybody else.  What is read here is a claim
 * of the sender and may be forged: act on it only if an id in it belongs to
 * a mail that was really sent to that recipient (BN-9, BN-12).
 */
#ifndef CW_MAIL_BOUNCE_H
#define CW_MAIL_BOUNCE_H

#include "mail/msg.h"

#define BOUNCE_MAX_RCPTS 100
#define BOUNCE_MAX_IDS 20

enum bounce_proof {
	BOUNCE_NO,
	BOUNCE_LIKELY, /* null return path and an error: unless it is a
	                  vacation notice, which looks alike */
	BOUNCE_SURE
};

/* *why: the rule that decided, "BN-1 ...". */
enum bounce_proof bounce_detect(const struct msg *m, const char **why);

/*
 * Recipients and ids of the mail that came back.  Where the text gives an
 * error but no address there is one recipient with an empty address, so
 * that status and action are not lost.
 */
void bounce_read(const struct msg *m, struct arena *a, struct bounce *out);

enum bounce_kind {
	BOUNCE_KIND_NONE,   /* delivered, relayed, expanded: no failure */
	BOUNCE_KIND_HARD,   /* this address does not work */
	BOUNCE_KIND_SOFT,   /* may work later; unclear errors too */
	BOUNCE_KIND_POLICY, /* refused, but not the fault of the address */
	BOUNCE_KIND_SIZE,   /* too large: send without attachments */
	BOUNCE_KIND_OUTAGE, /* given up after days, nobody's fault; of SMTP */
	BOUNCE_KIND_DELAY   /* only a warning */
};

/* BN-3, BN-5: the action decides, then the status ("" if unknown). */
enum bounce_kind bounce_kind_of(const char *status, const char *action);

#endif
