/* apart.c - do one thing in a process of its own. */
#include "base/apart.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct result {
	enum rc rc;
	struct err why;
};

static bool
write_all(int fd, const void *p, size_t n)
{
	const char *at = p;

	while (n > 0) {
		ssize_t k = write(fd, at, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		at += k;
		n -= (size_t)k;
	}
	return true;
}

/* All of it, or nothing that counts. */
static bool
read_all(int fd, void *p, size_t n)
{
	char *at = p;

	while (n > 0) {
		ssize_t k = read(fd, at, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		at += k;
		n -= (size_t)k;
	}
	return true;
}

__attribute__((noreturn)) static void
child(enum rc (*work)(void *ctx, struct err *e), void *ctx,
    const void *report, size_t size, int fd, pid_t parent)
{
	struct result r = { .why = { "" } };
	bool ok;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	r.rc = work(ctx, &r.why);
	/* The report first: who has the result has all. */
	ok = write_all(fd, report, size) && write_all(fd, &r, sizeof(r));
	(void)fflush(NULL);
	_exit(ok ? 0 : 1);
}

/* The report goes through a copy: half of one is none. */
static bool
receive(int fd, void *report, size_t size, struct result *r)
{
	char copy[1024];

	if (size > sizeof(copy))
		die("apart: a report of %zu bytes", size);
	if (!read_all(fd, copy, size) || !read_all(fd, r, sizeof(*r)))
		return false;
	memcpy(report, copy, size);
	return true;
}

enum rc
apart_run(enum rc (*work)(void *ctx, struct err *e), void *ctx,
    void *report, size_t size, struct err *e)
{
	pid_t parent = getpid(), pid;
	struct result r;
	int fds[2], status = 0;
	bool told;

	if (pipe(fds) != 0)
		return err_set(e, RC_UNSURE, "no pipe: %s", strerror(errno));
	(void)fflush(NULL);
	if ((pid = fork()) == 0) {
		(void)close(fds[0]);
		child(work, ctx, report, size, fds[1], parent);
	}
	(void)close(fds[1]);
	told = pid > 0 && receive(fds[0], report, size, &r);
	(void)close(fds[0]);
	if (pid < 0)
		return err_set(e, RC_UNSURE, "no process: %s", strerror(errno));
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (told) {
		*e = r.why;
		return r.rc;
	}
	if (WIFSIGNALED(status))
		return err_set(e, RC_UNSURE, "signal %d ended the process",
		    WTERMSIG(status));
	return err_set(e, RC_UNSURE, "the process ended early");
}
