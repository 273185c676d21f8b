/*
 * token_watch.h - how the sources of OAuth2 tokens do, for status and alarms.
 */
#ifndef CW_APP_TOKEN_WATCH_H
#define CW_APP_TOKEN_WATCH_H

#include "app/app.h"

#define TOKEN_WARN_BEFORE (30 * CW_DAY) /* a secret ends */

struct token_view {
	const char *name;
	cw_time expires_at;        /* of the access token; 0: none is kept */
	cw_time secret_expires_at; /* as the settings say; 0: not known */
	const char *error;         /* of endpoint or login; "" all is well */
};

/* One for each source of the settings, in their order; asks nobody. */
struct token_view *token_watch_all(const struct app *app, struct arena *a);

/* Raises ALARM_SECRET for each secret that ends soon (L17). */
void token_watch(struct app *app);

#endif
