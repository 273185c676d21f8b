/*
 * commands.h - the "#verb ..." lines at the top of a reply (SA-12, M9).
 *
 * A command stands before the first ordinary line of the new text; blank
 * lines between are skipped.  Nothing is read from quotes (the caller hands
 * in reply_text), from automatic mail or from attachments.  What a command
 * means, and whether its sender may, is decided elsewhere.
 */
#ifndef CW_MAIL_COMMANDS_H
#define CW_MAIL_COMMANDS_H

#include "mail/msg.h"

#define COMMANDS_MAX 20
#define COMMAND_MAX_LENGTH 4096

void commands_find(const char *reply_text, struct arena *a,
    struct texts *out);

/*
 * SA-6: commands need exactly one From, and a Sender and Reply-To (if any)
 * of From's domain.  On false *why says what is wrong.
 */
bool commands_sender_is_plain(const struct msg *m, const char **why);

#endif
