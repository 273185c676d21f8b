/*
 * look.h - look at a server from outside, for `doctor`: does it answer, is it
 * to be trusted, until when, and what time does it say?  Nobody logs in, and
 * nothing is sent.
 */
#ifndef CW_NET_LOOK_H
#define CW_NET_LOOK_H

#include "base/clock.h"
#include "net/net.h"

struct look {
	cw_time ends_at; /* its certificate; 0: there is none */
	cw_time said_at; /* its Date; 0: it says none */
};

/* Connect as for mail; `scheme` is "imap" or "smtp". */
enum rc look_host(const char *scheme, const struct net_host *h,
    struct look *out, struct err *e);

/* HEAD, so that a webhook posts nothing; any answer is a good one.  https, or
 * http to loopback.  The text of an error never holds path or query. */
enum rc look_web(const char *url, const char *cafile, struct look *out,
    struct err *e);

#endif
