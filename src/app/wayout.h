/*
 * wayout.h - how the way out does: since when no mail can leave, and when
 * it is tried again.
 *
 * A server that is down or refuses us is no fault of any mail.  So the mails
 * wait in their order and nothing is counted against them, however long it
 * lasts; it is the server that is tried less and less often, half an hour
 * apart at most.  Kept in the database between passes.
 */
#ifndef CW_APP_WAYOUT_H
#define CW_APP_WAYOUT_H

#include "app/app.h"

struct wayout {
	int64_t tries;      /* in vain, in a row; 0: all is well */
	cw_time since;      /* the first of them */
	cw_time next_at;    /* not before */
	bool is_refusal;    /* of our login, certificate or sender */
	const char *why;
	bool is_changed;    /* must be put */
};

enum rc wayout_get(struct app *app, struct arena *a, struct wayout *out,
    struct err *e);
/* In the caller's transaction. */
enum rc wayout_put(struct app *app, struct wayout *w, struct arena *a,
    struct err *e);

/* The server was tried: RC_OK, or how and why it is in trouble. */
void wayout_note(struct app *app, struct wayout *w, enum rc host,
    const char *why, struct arena *a);

bool wayout_is_shut(const struct app *app, const struct wayout *w);

/* Raise the alarm if it is time for it. */
void wayout_alarm(struct app *app, const struct wayout *w, struct arena *a);

#endif
