/*
 * net.h - what everything on the network shares: start and end of the
 * libraries, and how to reach and log in to one host.
 */
#ifndef CW_NET_NET_H
#define CW_NET_NET_H

#include "base/err.h"

#include <stdbool.h>

/* Once per process, before anything else here; SIGPIPE is ignored. */
enum rc net_init(struct err *e);
void net_fini(void);

/* Called when bytes have moved, so that a long transfer is no silence, and
 * without that to ask: false: begin nothing more.  NULL: never. */
void net_on_progress(bool (*go_on)(bool moved));
bool net_progress(bool moved); /* for the files of net */

enum net_tls {
	NET_TLS_IMPLICIT, /* imaps, smtps */
	NET_TLS_STARTTLS, /* required: no STARTTLS, no mail */
	NET_TLS_NONE      /* only for hosts that are loopback */
};

/*
 * OAuth2 access tokens, asked for at each login.  `refused`: the server did
 * not take the last one, *e says why; the answer is another token, or an
 * error after which no login is tried again.  A token lives until the next
 * call.  accepted(): the last one was good.
 */
struct net_bearer {
	enum rc (*get)(void *ctx, bool refused, const char **token,
	    struct err *e);
	void (*accepted)(void *ctx);
	void *ctx;
};

/*
 * One host and how to log in there.  Strings belong to the caller and must
 * outlive what is opened with them.  The server's certificate and name are
 * always verified, against `cafile` alone if that is set.
 */
struct net_host {
	const char *host; /* name or address */
	int port;
	enum net_tls tls;
	const char *cafile;   /* PEM; NULL or "": the system's authorities */
	const char *user;     /* NULL or "": no login */
	const char *password; /* NULL with a bearer */
	const struct net_bearer *bearer; /* OAuth2, or NULL */
	const char *login_options; /* "AUTH=XOAUTH2", ...; NULL: the best */
	long timeout_s; /* longest silence of the server; 0: the default */
};

/* RC_BAD and why, if a value is missing, out of range or has characters
 * that would break out of its place in the protocol (CR, LF, ...). */
enum rc net_host_check(const struct net_host *h, struct err *e);

bool net_is_loopback(const char *host); /* localhost, 127/8, ::1 */
bool net_is_clean(const char *s); /* no control characters; NULL is clean */

#endif
