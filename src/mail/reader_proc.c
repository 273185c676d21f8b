/* reader_proc.c - the process of the reader child as its parent sees it. */
#include "mail/reader_proc.h"

#include "base/clock.h"
#include "mail/reader_child.h"
#include "mail/reader_wire.h"
#include "mail/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAM "/proc/self/fd/4"
#define PROGRAM_FD (WIRE_FD + 1)
#define SOCKET_BUFFER (1024 * 1024)
#define START_MS 30000

/* This program, wherever its file is by now, out of the child's way. */
static int
open_program(void)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), high;

	if (fd < 0)
		return -1;
	high = fcntl(fd, F_DUPFD_CLOEXEC, 10);
	(void)close(fd);
	return high;
}

/* Anew: its end of the socket is WIRE_FD, beside it its program, which it
 * closes; all others close. */
static int
spawn(int fd, pid_t *pid)
{
	char name[] = READER_NAME;
	char *const argv[] = { name, NULL }, *const env[] = { NULL };
	int program = open_program(), error = program < 0 ? errno : 0;
	posix_spawn_file_actions_t acts;

	if (error != 0)
		return error;
	if ((error = posix_spawn_file_actions_init(&acts)) == 0) {
		if ((error = posix_spawn_file_actions_adddup2(&acts, fd,
		    WIRE_FD)) == 0 &&
		    (error = posix_spawn_file_actions_adddup2(&acts, program,
		    PROGRAM_FD)) == 0 &&
		    (error = posix_spawn_file_actions_addclosefrom_np(&acts,
		    PROGRAM_FD + 1)) == 0)
			error = posix_spawn(pid, PROGRAM, &acts, NULL, argv,
			    env);
		(void)posix_spawn_file_actions_destroy(&acts);
	}
	(void)close(program);
	return error;
}

static int
fork_to(reader_parse *parse, int fd, pid_t *pid)
{
	if ((*pid = fork()) < 0)
		return errno;
	if (*pid > 0)
		return 0;
	if (dup2(fd, WIRE_FD) < 0)
		_exit(1);
	reader_child_main(parse);
}

enum rc
reader_proc_start(struct reader_proc *p, reader_parse *parse, struct err *e)
{
	int fds[2], size = SOCKET_BUFFER, error;

	if (p->pid != 0)
		return RC_OK;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
		return err_set(e, RC_RETRY, "cannot make a socket: %s",
		    strerror(errno));
	for (int i = 0; i < 2; i++)
		(void)setsockopt(fds[i], SOL_SOCKET, SO_SNDBUF, &size,
		    sizeof(size));
	error = parse == NULL ? spawn(fds[1], &p->pid) :
	    fork_to(parse, fds[1], &p->pid);
	(void)close(fds[1]);
	if (error != 0) {
		(void)close(fds[0]);
		p->pid = 0;
		return err_set(e, RC_RETRY, "cannot start the reader of mail"
		    " (/proc/self/exe): %s", strerror(error));
	}
	p->fd = fds[0];
	p->is_ready = false;
	(void)fcntl(p->fd, F_SETFL, O_NONBLOCK);
	return RC_OK;
}

static bool
read_hello(struct reader_proc *p, struct wire_hello *out)
{
	int64_t deadline = clock_monotonic_ms() + START_MS, left;
	size_t have = 0;

	while (have < sizeof(*out)) {
		struct pollfd w = { .fd = p->fd, .events = POLLIN };
		ssize_t k;

		if ((left = deadline - clock_monotonic_ms()) <= 0)
			return false;
		if (poll(&w, 1, (int)left) < 0 && errno != EINTR)
			return false;
		k = read(p->fd, (char *)out + have, sizeof(*out) - have);
		if (k == 0 || (k < 0 && errno != EAGAIN && errno != EINTR))
			return false;
		if (k > 0)
			have += (size_t)k;
	}
	return out->magic == WIRE_HELLO;
}

enum rc
reader_proc_ready(struct reader_proc *p, struct err *e)
{
	struct wire_hello h = { 0 };

	if (p->is_ready)
		return RC_OK;
	if (!read_hello(p, &h))
		return err_set(e, RC_RETRY,
		    "the reader of mail does not start");
	switch ((enum sandbox)h.jail) {
	case SANDBOX_CLOSED:
	case SANDBOX_INSTRUMENTED:
		p->is_ready = true;
		return RC_OK;
	case SANDBOX_REFUSED:
		return err_set(e, RC_RETRY, "mail is not read without a"
		    " sandbox, and the kernel or the container refuses seccomp"
		    " filters (%s): allow them", strerror((int)h.error));
	case SANDBOX_UNKNOWN_CPU:
		return err_set(e, RC_RETRY, "mail is not read without a"
		    " sandbox, and there is none for this processor:"
		    " src/mail/sandbox.c");
	case SANDBOX_LIMITS:
		break;
	}
	return err_set(e, RC_RETRY, "mail is not read without a sandbox, and"
	    " its limits cannot be set: %s", strerror((int)h.error));
}

static const char *
how_it_ended(int status)
{
	static const struct {
		int signal;
		const char *how;
	} ends[] = {
		{ SIGKILL, "" },
		{ SIGSYS, "it wanted what a mail has no right to" },
		{ SIGSEGV, "invalid memory" },
		{ SIGBUS, "invalid memory" },
		{ SIGABRT, "out of memory, or a broken rule" },
		{ SIGTRAP, "out of memory, or a broken rule" },
		{ SIGXCPU, "out of processor time" },
	};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (WIFSIGNALED(status) && WTERMSIG(status) == ends[i].signal)
			return ends[i].how;
	return WIFSIGNALED(status) ? "a signal" : "it left";
}

void
reader_proc_stop(struct reader_proc *p, const char **how)
{
	int status = 0;

	if (how != NULL)
		*how = "";
	if (p->pid == 0)
		return;
	(void)kill(p->pid, SIGKILL);
	(void)close(p->fd);
	while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (how != NULL)
		*how = how_it_ended(status);
	*p = (struct reader_proc){ .fd = -1 };
}

int64_t
reader_proc_cpu_ms(const struct reader_proc *p)
{
	return p->pid == 0 ? 0 : clock_cpu_ms(p->pid);
}
