/*
 * replytext.h - what is new in a mail, without quotes and signatures.
 *
 * For display and for commands only: what is cut here stays in the mail
 * (PROTOCOL HT-5 - HT-10).  In doubt text is kept; if nothing would be left,
 * all of it is shown.  Pure, and linear in the length of the text.
 */
#ifndef CW_MAIL_REPLYTEXT_H
#define CW_MAIL_REPLYTEXT_H

#include "base/arena.h"

/* Our own mails carry this line, or its brother in another language; what
 * stands above it is the answer. */
#define REPLYTEXT_DELIMITER "-- Please reply above this line --"

/* `text` is UTF-8 with "\n" lines.  Never empty if the text is not. */
const char *replytext_extract(const char *text, struct arena *a);

#endif
