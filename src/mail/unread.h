/*
 * unread.h - what of a mail cannot be read here, in words for a person (M7).
 *
 * Encrypted mail, Outlook's own format, text within an opaque signature, and
 * what the bounds of the reader left out: the original is always kept, and
 * whoever works on the case must know that there is more in it.
 */
#ifndef CW_MAIL_UNREAD_H
#define CW_MAIL_UNREAD_H

#include "mail/msg.h"

/* A few sentences; "" if all of the mail could be read. */
const char *unread_words(const struct body *b, struct arena *a);

/* What is new in the mail as a person is shown it: without the armour of
 * PGP, which says nothing, and with those sentences above it. */
const char *unread_reply(const struct body *b, struct arena *a);

#endif
