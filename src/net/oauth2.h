/*
 * oauth2.h - ask a token endpoint for an access token (RFC 6749, 7523).
 *
 * One request, no state: what is kept between requests, and when the next
 * one is made, is app/bearer.h.  Certificates are verified, redirects are
 * not followed (a secret goes nowhere else), an answer has 64 KiB at most.
 * A token is opaque and is never looked into; only its alphabet is checked
 * (RFC 6750 2.1), because CR, LF or ^A would break out of the SASL string.
 */
#ifndef CW_NET_OAUTH2_H
#define CW_NET_OAUTH2_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum oauth2_grant {
	OAUTH2_CLIENT_CREDENTIALS, /* RFC 6749 4.4 */
	OAUTH2_REFRESH_TOKEN,      /* RFC 6749 6 */
	OAUTH2_JWT_BEARER          /* RFC 7523 2.1 */
};

/* NULL and "": not there. */
struct oauth2_request {
	enum oauth2_grant grant;
	const char *token_url; /* https; http only to loopback */
	const char *cafile;    /* PEM, instead of the system's authorities */
	const char *client_id, *client_secret;
	const char *refresh_token;
	const char *assertion; /* of oauth2_jwt */
	const char *scope;
	long timeout_ms;       /* for all of it; 0: 20 seconds */
};

enum oauth2_verdict {
	OAUTH2_OK,
	OAUTH2_RETRY,  /* not reachable, overloaded, a gateway's HTML */
	OAUTH2_REAUTH, /* the grant is dead: a person must consent again */
	OAUTH2_CONFIG  /* these settings will never work */
};

struct oauth2_answer {
	enum oauth2_verdict verdict;
	char *access;       /* NULL unless OAUTH2_OK */
	char *refresh;      /* a new refresh token; NULL: keep the old one */
	int64_t life_s;     /* of the access token */
	int64_t retry_after_s; /* the endpoint asks for this rest; 0 */
};

/* RC_OK, RC_RETRY, or RC_FAIL (a person must act) with out->verdict saying
 * more.  *e never holds a secret.  Wipe the answer when it is no longer
 * needed. */
enum rc oauth2_fetch(const struct oauth2_request *r, struct arena *a,
    struct oauth2_answer *out, struct err *e);
void oauth2_answer_wipe(struct oauth2_answer *out);

/* https anywhere, http on loopback, nothing else. */
bool oauth2_is_url(const char *url);
/* b64token of RFC 6750, 16 KiB at most. */
bool oauth2_is_token(const char *s);
/* To be used from asked_at to *expires_at, renewed from *renew_at on: at 80 %
 * of its life (OA-9), and some time before its end. */
void oauth2_times(cw_time asked_at, int64_t life_s, cw_time *renew_at,
    cw_time *expires_at);

/* What to do about a refusal of the endpoint or of a mail server, or NULL. */
const char *oauth2_advice(const char *text);

/* --- parts of oauth2_fetch, for tests --- */
/* application/x-www-form-urlencoded, every value escaped. */
char *oauth2_form(const struct oauth2_request *r, struct arena *a);
enum rc oauth2_judge(const struct oauth2_request *r, long http,
    const char *body, size_t len, struct arena *a, struct oauth2_answer *out,
    struct err *e);

/* --- a service account's assertion (oauth2_jwt.c) --- */
/*
 * A JWT of one hour, signed RS256 with the key in the JSON file that Google
 * gives out for a service account; `subject` is the mailbox it acts for.
 * RC_BAD: the key file is none.
 */
enum rc oauth2_jwt(const char *key_json, size_t len, const char *subject,
    const char *scope, const char *audience, cw_time now, struct arena *a,
    char **out, struct err *e);

#endif
