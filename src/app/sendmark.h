/*
 * sendmark.h - which mails of a round a pass that died had really begun.
 *
 * A round is claimed and marked in two commits; a pass that is killed in
 * between leaves up to 200 mails of which nobody knows whether they left.
 * This file beside the database (DATABASE.sending) knows: a line when a
 * server is given the bytes of a mail, another when it has taken them,
 * written at once and never synced.  So it outlives a killed process, which
 * is the usual case; after a power cut (another boot_id) or a full disk it
 * says nothing, and every claimed mail is unsure, as without it.
 *
 * It is a hint to the sender alone: the database holds what is true.
 */
#ifndef CW_APP_SENDMARK_H
#define CW_APP_SENDMARK_H

#include "app/app.h"

struct sendmark {
	int fd; /* -1: no marks are kept */
};

/*
 * What the last pass left in state 'sending': taken mails are sent, those
 * that were never begun wait again in their place, the others are unsure.
 * One transaction.  *n: how many are unsure.
 */
enum rc sendmark_recover(struct app *app, int64_t *n, struct err *e);

/* A file that cannot be written is logged, and does without. */
void sendmark_open(struct sendmark *s, struct app *app);
void sendmark_close(struct sendmark *s);

/* The marks of the round before are in the database: begin anew. */
void sendmark_round(struct sendmark *s);
/* The server is given the mail, or (is_taken) has said that it has it. */
void sendmark_note(struct sendmark *s, const char *message_id,
    bool is_taken);

#endif
