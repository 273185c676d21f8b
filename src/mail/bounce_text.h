/*
 * bounce_text.h - bounces in plain words: qmail, Exchange 2003, Exim, Gmail
 * and whoever else writes no delivery status (a part of bounce.h; PROTOCOL
 * BN-4, BN-6, BN-7).  Only the text before the returned mail is looked at,
 * at most 16 KiB.
 */
#ifndef CW_MAIL_BOUNCE_TEXT_H
#define CW_MAIL_BOUNCE_TEXT_H

#include "mail/msg.h"

#define BOUNCE_TEXT_MAX 10 /* recipients */

bool bounce_text_is_qmail(const char *text);
/* Does body or subject speak of a failed delivery? */
bool bounce_text_is_error(const struct msg *m);

/* The first status in the text, or what its words amount to, or "". */
const char *bounce_text_status(const char *text, struct arena *a);
const char *bounce_text_action(const struct msg *m); /* failed | delayed */

size_t bounce_text_rcpts(const struct msg *m, struct arena *a,
    struct bounce_rcpt out[BOUNCE_TEXT_MAX]);

#endif
