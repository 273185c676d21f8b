/*
 * sdnotify.h - tell systemd how we do (sd_notify(3)), by hand.
 *
 * One datagram of KEY=value lines to the socket named in NOTIFY_SOCKET: a
 * path, or "@name" in the abstract namespace.  Without that variable
 * everything here does nothing.
 */
#ifndef CW_BASE_SDNOTIFY_H
#define CW_BASE_SDNOTIFY_H

#include <stdbool.h>
#include <stdint.h>

struct sdnotify {
	int fd;         /* -1: nobody listens */
	int64_t watchdog_ms; /* how often WATCHDOG=1 is wanted at least; 0: never */
};

/* Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. */
void sdnotify_open(struct sdnotify *n);
/* sdnotify_say(n, "READY=1\nSTATUS=%s", text); false: it did not arrive. */
bool sdnotify_say(const struct sdnotify *n, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void sdnotify_close(struct sdnotify *n);

#endif
