/*
 * msg_json.h - a mail as one JSON object: what `caseward mail parse` prints.
 *
 * The names are stable (DESIGN 8): from {name, address} or null, to, cc,
 * subject, date (RFC 3339 or null), message_id, in_reply_to, references,
 * text, reply_text, attachments [{filename, type, size, sha256}], class,
 * bounce [{recipient, status, action}], token or null, auth, commands.
 */
#ifndef CW_MAIL_MSG_JSON_H
#define CW_MAIL_MSG_JSON_H

#include "base/arena.h"
#include "mail/msg.h"

/* Indented, without a newline at the end. */
char *msg_to_json(const struct msg *m, struct arena *a);

#endif
