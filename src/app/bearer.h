/*
 * bearer.h - OAuth2 access tokens for logins: asked for, kept, renewed.
 *
 * What is known of a token source stands in one file beside the database,
 * DATABASE.oauth2-NAME (mode 0600), and is the same for each process: a pass
 * and the children that wait for mail.  It is written before what it says is
 * used, so that a refresh token that was exchanged for another is not lost
 * by a crash; DATABASE.oauth2-NAME.lock is held meanwhile, so that nobody
 * exchanges it twice.  Changed settings or secrets make the file void.
 *
 * A token is renewed at 80 % of its life, and once when a server refuses it.
 * Then the login, or the endpoint if that refuses, rests for a growing time,
 * and whoever asks meanwhile gets the error without any traffic (OA-9, L18).
 * While the endpoint is away the old token serves to its end.
 */
#ifndef CW_APP_BEARER_H
#define CW_APP_BEARER_H

#include "core/policy.h"
#include "net/net.h"
#include "net/oauth2.h"

struct bearer_opts {
	const struct oauth2 *source;
	const char *database;
	const char *login; /* "mailbox er": whose refusals are counted */
	bool insist;       /* doctor: try, whatever rests */
	/* tests; NULL: oauth2_fetch and the clock.  Tokens live by the real
	 * time, as certificates do, not by that of a pass. */
	enum rc (*fetch)(const struct oauth2_request *r, struct arena *a,
	    struct oauth2_answer *out, struct err *e);
	cw_time (*now)(void);
};

/* For net_host.bearer; lives in `a`, as the options must. */
const struct net_bearer *bearer_new(const struct bearer_opts *o,
    struct arena *a);
/* For net_host.login_options. */
const char *bearer_mechanism(const struct oauth2 *source);

/* Ask the endpoint now, whatever is kept or rests; *expires_at is when the
 * new token ends. */
enum rc bearer_renew(const struct bearer_opts *o, cw_time *expires_at,
    struct err *e);

struct bearer_state {
	cw_time expires_at; /* of the token that is kept; 0: none */
	const char *error;  /* of the endpoint, or of a login; "": none */
};

/* What the file says; asks nobody. */
enum rc bearer_state(const struct bearer_opts *o, struct arena *a,
    struct bearer_state *out, struct err *e);

#endif
