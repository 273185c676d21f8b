/* reader_child.c - the child's side of the reader. */
#include "mail/reader_child.h"

#include "base/arena.h"
#include "base/str.h"
#include "mail/mime.h"
#include "mail/reader.h"
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

#define MEMORY ((rlim_t)512 * 1024 * 1024 + 4 * READER_MAX_MAIL)

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#endif

static void
limit(__rlimit_resource_t what, rlim_t n)
{
	(void)setrlimit(what, &(struct rlimit){ n, n });
}

/* Memory for parsing, on top of the address space the parent left us. */
static void
limit_memory(void)
{
#ifndef HAS_ASAN /* its shadow memory is terabytes of address space */
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (f == NULL || fscanf(f, "%lu", &pages) != 1)
		pages = 0;
	if (f != NULL)
		(void)fclose(f);
	limit(RLIMIT_AS,
	    MEMORY + (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE));
#endif
}

/* A mail must not be able to do more than to waste some memory. */
static void
lock_down(int fd)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)prctl(PR_SET_DUMPABLE, 0);
	limit_memory();
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_NOFILE, 16); /* iconv opens its tables */
	limit(RLIMIT_FSIZE, 0);
	if (fd != 3)
		(void)dup2(fd, 3);
	if (close_range(4, ~0U, 0) != 0)
		for (int i = 4; i < 4096; i++)
			(void)close(i);
	(void)close(0);
	(void)close(1);
	sandbox_enter();
}

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
silent(const gchar *domain, GLogLevelFlags level, const gchar *text,
    gpointer data)
{
	(void)domain, (void)level, (void)text, (void)data;
}

/* All of n bytes, or the parent is gone. */
static void
read_all(int fd, void *p, size_t n)
{
	char *at = p;

	while (n > 0) {
		ssize_t r = read(fd, at, n);

		if (r == 0 || (r < 0 && errno != EINTR))
			_exit(0);
		if (r > 0)
			at += r, n -= (size_t)r;
	}
}

static void
write_all(int fd, const void *p, size_t n)
{
	const char *at = p;

	while (n > 0) {
		ssize_t r = write(fd, at, n);

		if (r < 0 && errno != EINTR)
			_exit(0);
		if (r > 0)
			at += r, n -= (size_t)r;
	}
}

static void
put_text(struct str *b, const char *s)
{
	uint32_t n = (uint32_t)strlen(s);

	str_addn(b, &n, sizeof(n));
	str_addn(b, s, n);
}

static void
put_body(struct str *b, const struct body *body)
{
	uint32_t n = (uint32_t)body->n_attachments;

	put_text(b, body->text);
	put_text(b, body->reply_text);
	put_text(b, body->report_type);
	put_text(b, body->delivery_status);
	put_text(b, body->embedded_headers);
	put_text(b, body->calendar_method);
	put_text(b, body->problem);
	str_addn(b, &n, sizeof(n));
	for (size_t i = 0; i < body->n_attachments; i++) {
		const struct attachment *at = &body->attachments[i];
		uint64_t size = at->size;

		put_text(b, at->filename);
		put_text(b, at->type);
		put_text(b, at->sha256);
		str_addn(b, &size, sizeof(size));
	}
}

static void
answer_body(int fd, const char *raw, size_t len, struct arena *a)
{
	struct reader_response head = { .found = 1 };
	struct str b = { 0 };
	struct body body;

	mime_read(raw, len, a, &body);
	put_body(&b, &body);
	head.flags = (body.is_encrypted ? READER_ENCRYPTED : 0u) |
	    (body.is_signed ? READER_SIGNED : 0u) |
	    (body.has_tnef ? READER_TNEF : 0u);
	head.len = b.len;
	write_all(fd, &head, sizeof(head));
	write_all(fd, b.s, b.len);
	str_fini(&b);
}

static void
answer_attachment(int fd, const char *raw, size_t len, size_t index,
    struct arena *a)
{
	struct reader_response head = { 0 };
	const char *bytes = NULL;
	struct err e;
	size_t n = 0;

	if (mime_attachment(raw, len, index, a, &bytes, &n, &e) == RC_OK)
		head.found = 1, head.len = n;
	write_all(fd, &head, sizeof(head));
	write_all(fd, bytes, n);
}

void
reader_child_main(int fd, unsigned limit_s)
{
	struct reader_request q;
	struct arena *a = arena_new();
	char *raw;

	reset_signals();
	lock_down(fd);
	fd = 3;
	(void)g_log_set_default_handler(silent, NULL);
	for (;;) {
		read_all(fd, &q, sizeof(q));
		if (q.len > READER_MAX_MAIL)
			_exit(1);
		raw = arena_alloc(a, q.len + 1);
		read_all(fd, raw, q.len);
		/* Should the parent not be there to end us. */
		(void)alarm(limit_s + (unsigned)(q.len >> 20));
		if (q.job == READER_BODY)
			answer_body(fd, raw, q.len, a);
		else
			answer_attachment(fd, raw, q.len, q.index, a);
		(void)alarm(0);
		arena_reset(a);
	}
}
