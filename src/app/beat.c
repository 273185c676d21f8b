/* beat.c - signs of life of a pass. */
#include "app/beat.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#define EVERY_MS 100

/* Of the process: a signal handler has no other place to look at. */
static volatile sig_atomic_t is_asked_to_stop;
static int out_fd = -1, wake[2] = { -1, -1 };
static int64_t last_ms;

static void
on_stop(int sig)
{
	int was = errno;

	(void)sig;
	is_asked_to_stop = 1;
	if (write(wake[1], "", 1) < 0)
		errno = was;
	errno = was;
}

void
beat_start(int fd)
{
	struct sigaction act = { .sa_handler = on_stop };

	out_fd = fd;
	last_ms = 0;
	is_asked_to_stop = 0;
	(void)fcntl(fd, F_SETFL, O_NONBLOCK);
	if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) != 0)
		wake[0] = wake[1] = -1;
	(void)sigaction(SIGTERM, &act, NULL);
	(void)sigaction(SIGINT, &act, NULL);
}

/* The signal goes to the pass; a process of its own (base/apart.h) sees the
 * pipe, which it shares. */
static bool
may_go_on(void)
{
	struct pollfd p = { .fd = wake[0], .events = POLLIN };

	if (is_asked_to_stop == 0 && p.fd >= 0 && poll(&p, 1, 0) > 0)
		is_asked_to_stop = 1;
	return is_asked_to_stop == 0;
}

bool
beat(void)
{
	int64_t now;

	if (out_fd < 0)
		return true;
	if ((now = clock_monotonic_ms()) - last_ms >= EVERY_MS) {
		last_ms = now;
		(void)!write(out_fd, ".", 1); /* full: the daemon is behind */
		return may_go_on();
	}
	return is_asked_to_stop == 0;
}

bool
beat_net(bool moved)
{
	return moved ? beat() : may_go_on();
}

int
beat_wake_fd(void)
{
	return wake[0];
}
