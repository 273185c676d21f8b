/* sdnotify.c - the datagrams that systemd expects of a service. */
#include "base/sdnotify.h"

#include "base/str.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int
connect_to(const char *name)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t n = strlen(name);
	int fd;

	if ((name[0] != '/' && name[0] != '@') || n < 2 ||
	    n >= sizeof(to.sun_path))
		return -1;
	memcpy(to.sun_path, name, n);
	if (name[0] == '@') /* no NUL at the end belongs to such a name */
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&to,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)) == 0)
		return fd;
	if (fd >= 0)
		(void)close(fd);
	return -1;
}

void
sdnotify_open(struct sdnotify *n)
{
	const char *name = getenv("NOTIFY_SOCKET");
	const char *usec = getenv("WATCHDOG_USEC"), *pid;
	int64_t v;

	*n = (struct sdnotify){ .fd = name == NULL ? -1 : connect_to(name) };
	pid = getenv("WATCHDOG_PID");
	if (n->fd < 0 || usec == NULL || !str_to_int(usec, 1, INT64_MAX, &v))
		return;
	n->watchdog_ms = v < 1000 ? 1 : v / 1000;
	if (pid != NULL && (!str_to_int(pid, 1, INT32_MAX, &v) ||
	    v != getpid()))
		n->watchdog_ms = 0; /* meant for somebody else */
}

bool
sdnotify_say(const struct sdnotify *n, const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	int len;

	if (n->fd < 0)
		return false;
	va_start(ap, fmt);
	len = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (len < 0)
		return false;
	if ((size_t)len >= sizeof(text))
		len = (int)sizeof(text) - 1;
	return send(n->fd, text, (size_t)len, MSG_NOSIGNAL | MSG_DONTWAIT) ==
	    len;
}

void
sdnotify_close(struct sdnotify *n)
{
	if (n->fd >= 0)
		(void)close(n->fd);
	n->fd = -1;
}
