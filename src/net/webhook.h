/*
 * webhook.h - post one JSON text to a chat webhook.
 */
#ifndef CW_NET_WEBHOOK_H
#define CW_NET_WEBHOOK_H

#include "base/err.h"

#include <stdbool.h>

struct webhook_opts {
	const char *cafile;       /* NULL: the system's authorities */
	bool allow_http_loopback; /* http:// to loopback, for tests */
	long timeout_s;           /* for all of it; 0: 20 */
	long *retry_after_s;      /* NULL, or: what the server asks for; 0 */
};

/*
 * https only, no redirects, at most 64 KiB of answer.  RC_OK: 2xx;
 * RC_BAD: the URL is not allowed; RC_RETRY: 408, 425, 429, 5xx or not
 * reachable; RC_FAIL: any other answer or a certificate that is not good;
 * RC_UNSURE: sent, but the answer got lost.  The text of an error never
 * holds the URL's path or query: they are secrets.
 */
enum rc webhook_post(const char *url, const char *json,
    const struct webhook_opts *o, struct err *e);

#endif
