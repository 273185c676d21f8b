/*
 * curlstream.h - a libetpan stream over a libcurl connection.
 *
 * libcurl does name lookup, TLS, verification, STARTTLS and the IMAP login
 * (ENGINEERING 0, 1); libetpan sees bytes of a session that is logged in.
 * A read never returns 0, on which libetpan 1.9.4 would spin.
 */
#ifndef CW_NET_CURLSTREAM_H
#define CW_NET_CURLSTREAM_H

#include "net/net.h"

#include <libetpan/libetpan.h>
#include <stddef.h>
#include <stdint.h>

/*
 * RC_BAD, RC_FAIL (login or certificate refused) or RC_RETRY.  wake_fd:
 * readable means "interrupt what you are doing"; -1 for none.
 */
enum rc curlstream_open(const struct net_host *h, int wake_fd,
    mailstream **out, struct err *e);

/*
 * For the commands that follow: how long all may take, and how much the
 * server may send.  Beyond that the connection is dead.  What arrives buys
 * time, 8 kB a second: a large mail on a thin line is no stall, and a
 * server that drips is one.
 */
void curlstream_limit(mailstream *s, int64_t deadline_ms, size_t bytes);
void curlstream_allow(mailstream *s, size_t more_bytes);

/* The longest silence, in milliseconds. */
int64_t curlstream_patience(mailstream *s);

/*
 * Send `text` now, though libetpan will only write it later: what it then
 * writes is compared and swallowed.  Anything else than this text kills
 * the connection.  So the server works while we do something else.
 */
void curlstream_say_ahead(mailstream *s, const char *text);

enum curlstream_event {
	CURLSTREAM_DATA,
	CURLSTREAM_TIMEOUT,
	CURLSTREAM_WOKEN,
	CURLSTREAM_DEAD
};

/* Wait for input.  Looks into libetpan's buffer and the TLS layer before
 * it sleeps, and also at `wake_fd` (-1: none). */
enum curlstream_event curlstream_wait(mailstream *s, int wake_fd, int64_t ms);

/* Why the connection is dead; "" while it is not. */
const char *curlstream_error(mailstream *s);

#endif
