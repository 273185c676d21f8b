/* reader_child.c - the child's side of the reader. */
#include "mail/reader_child.h"

#include "base/arena.h"
#include "base/str.h"
#include "mail/charset.h"
#include "mail/mime.h"
#include "mail/reader_wire.h"
#include "mail/sandbox.h"

#include <errno.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define MIB ((rlim_t)1024 * 1024)
/* A mail may need this, and twice its size; what it needs is measured by
 * tests/unit/test_reader_cost.c. */
#define MEMORY (128 * MIB)
#define MEMORY_STEP (32 * MIB)

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#endif

struct child {
	reader_parse *parse;
	rlim_t own;   /* address space before the first mail */
	rlim_t given; /* to the mails, on top of it */
};

/* All of n bytes, or the parent is gone. */
static void
read_all(void *p, size_t n)
{
	char *at = p;

	while (n > 0) {
		ssize_t r = read(WIRE_FD, at, n);

		if (r == 0 || (r < 0 && errno != EINTR))
			_exit(0);
		if (r > 0)
			at += r, n -= (size_t)r;
	}
}

static void
write_all(const void *p, size_t n)
{
	const char *at = p;

	while (n > 0) {
		ssize_t r = write(WIRE_FD, at, n);

		if (r < 0 && errno != EINTR)
			_exit(0);
		if (r > 0)
			at += r, n -= (size_t)r;
	}
}

/* --- the jail --- */

static void
reset_signals(void)
{
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		(void)signal(i, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static void
close_others(void)
{
	(void)close(0);
	(void)close(1);
	(void)close(2); /* nobody's log is for a mail to write to */
	if (close_range(WIRE_FD + 1, ~0U, 0) != 0)
		for (int i = WIRE_FD + 1; i < 4096; i++)
			(void)close(i);
}

static void
silent(const gchar *domain, GLogLevelFlags level, const gchar *text,
    gpointer data)
{
	(void)domain, (void)level, (void)text, (void)data;
}

/* What the libraries load when they are first used, they load now. */
static void
warm_up(struct arena *a)
{
	static const char mail[] = "Content-Type: multipart/mixed; boundary=b"
	    "\n\n--b\nContent-Type: text/html; charset=utf-8\n\n<p>a&nbsp;"
	    "\n--b\nContent-Type: text/plain; name*=koi8-r''%c1; charset=big5"
	    "\nContent-Transfer-Encoding: base64\n\n/////w==\n--b--\n";
	struct body b;

	(void)g_log_set_default_handler(silent, NULL);
	charset_load();
	mime_read(mail, sizeof(mail) - 1, a, &b);
	arena_reset(a);
}

static bool
limit(__rlimit_resource_t what, rlim_t soft, rlim_t hard)
{
	return setrlimit(what, &(struct rlimit){ soft, hard }) == 0;
}

#ifdef HAS_ASAN /* its shadow memory is terabytes of address space */

static void
limit_memory(struct child *c, size_t len)
{
	(void)c, (void)len;
}

static bool
limit_memory_ever(struct child *c)
{
	(void)c;
	return true;
}

#else

/* So much and no more for a mail of this size. */
static void
limit_memory(struct child *c, size_t len)
{
	rlim_t want = MEMORY + 2 * (rlim_t)len;

	want = (want + MEMORY_STEP - 1) / MEMORY_STEP * MEMORY_STEP;
	if (want == c->given)
		return;
	if (!limit(RLIMIT_AS, c->own + want, c->own + MEMORY + MEMORY_STEP +
	    2 * (rlim_t)READER_MAX_MAIL))
		_exit(1);
	c->given = want;
}

static bool
limit_memory_ever(struct child *c)
{
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (f == NULL || fscanf(f, "%lu", &pages) != 1)
		pages = 0;
	if (f != NULL)
		(void)fclose(f);
	c->own = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
	limit_memory(c, 0);
	return pages > 0;
}

#endif

static enum sandbox
lock_down(struct child *c)
{
	/* The parent ends us if a mail takes too long, and takes a new child
	 * long before this limit is reached.  The soft one comes first, so
	 * that the end has a name. */
	if (!limit_memory_ever(c) ||
	    !limit(RLIMIT_CPU, READER_CPU_S, READER_CPU_S + 1) ||
	    !limit(RLIMIT_FSIZE, 0, 0) || !limit(RLIMIT_NPROC, 0, 0) ||
	    !limit(RLIMIT_NOFILE, WIRE_FD + 1, WIRE_FD + 1))
		return SANDBOX_LIMITS;
	return sandbox_enter();
}

/* --- a mail --- */

static void
answer_body(struct child *c, char *raw, size_t len, struct arena *a)
{
	struct wire_response head = { .found = 1 };
	struct str b = { 0 };
	struct body body;

	c->parse(raw, len, a, &body);
	head.flags = wire_put_body(&b, &body);
	head.len = b.len;
	write_all(&head, sizeof(head));
	write_all(b.s, b.len);
	str_fini(&b);
}

static void
answer_attachment(const char *raw, size_t len, size_t index, struct arena *a)
{
	struct wire_response head = { 0 };
	const char *bytes = NULL;
	struct err e;
	size_t n = 0;

	if (mime_attachment(raw, len, index, a, &bytes, &n, &e) == RC_OK)
		head.found = 1, head.len = n;
	write_all(&head, sizeof(head));
	write_all(bytes, n);
}

void
reader_child_main(reader_parse *parse)
{
	struct child c = { .parse = parse == NULL ? mime_read_here :
	    parse };
	struct wire_hello hello = { .magic = WIRE_HELLO };
	struct arena *a = arena_new();
	struct wire_request q;
	char *raw;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)limit(RLIMIT_CORE, 0, 0);
	reset_signals();
	close_others();
	warm_up(a);
	hello.jail = lock_down(&c);
	hello.error = (uint32_t)errno;
	write_all(&hello, sizeof(hello));
	for (;;) {
		read_all(&q, sizeof(q));
		if (q.len > READER_MAX_MAIL)
			_exit(1);
		limit_memory(&c, q.len);
		raw = arena_alloc(a, q.len + 1);
		read_all(raw, q.len);
		if (q.job == WIRE_BODY)
			answer_body(&c, raw, q.len, a);
		else
			answer_attachment(raw, q.len, q.index, a);
		arena_reset(a);
	}
}

/* Runs before main(): see reader_child.h. */
__attribute__((constructor)) static void
become_reader(int argc, char **argv)
{
	if (argc == 1 && strcmp(argv[0], READER_NAME) == 0)
		reader_child_main(NULL);
}
