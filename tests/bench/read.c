/*
 * read.c - what the reader's jail costs: the same mails read in this process
 * and by the reader child; and what memory large mails take in the child.
 *
 *	read MAILDIR
 *
 * Prints one JSON object: mails, mean bytes, mails/s both ways, the start of
 * a child in milliseconds, and the child's peak in MB for mails of 50 MB.
 */
#include "base/clock.h"
#include "base/fsx.h"
#include "base/str.h"
#include "mail/mime.h"
#include "mail/reader.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LARGE ((size_t)50 * 1000 * 1000)
#define ROUNDS 3

struct mails {
	struct arena *a;
	char **raw;
	size_t *len;
	size_t n, cap, bytes;
};

static void
fail(const char *what, const char *why)
{
	fprintf(stderr, "read: %s: %s\n", what, why);
	exit(1);
}

static void
load(struct mails *m, const char *maildir)
{
	const char *folder = arena_printf(m->a, "%s/new", maildir);
	DIR *d = opendir(folder);
	size_t cap = 0;
	struct err e;

	if (d == NULL)
		fail(folder, "cannot be read");
	for (struct dirent *p; (p = readdir(d)) != NULL;) {
		size_t n = m->n;

		if (p->d_name[0] == '.')
			continue;
		*ARENA_PUSH(m->a, m->raw, n, m->cap) = NULL;
		*ARENA_PUSH(m->a, m->len, m->n, cap) = 0;
		if (fsx_read(m->a, arena_printf(m->a, "%s/%s", folder,
		    p->d_name), LARGE, &m->raw[m->n - 1], &m->len[m->n - 1],
		    &e) != RC_OK)
			fail(p->d_name, e.text);
		m->bytes += m->len[m->n - 1];
	}
	(void)closedir(d);
}

static int64_t
read_here(const struct mails *m)
{
	int64_t start = clock_monotonic_ms();
	struct arena *a = arena_new();

	for (size_t i = 0; i < m->n; i++) {
		struct body b;

		mime_read(m->raw[i], m->len[i], a, &b);
		arena_reset(a);
	}
	arena_free(&a);
	return clock_monotonic_ms() - start;
}

static int64_t
read_in_jail(const struct mails *m, struct reader *r)
{
	int64_t start = clock_monotonic_ms();
	struct arena *a = arena_new();
	size_t sent = 0;
	struct body b;
	struct err e;

	for (size_t taken = 0; taken < m->n; taken++) {
		for (; sent < m->n && sent - taken < READER_MAX_QUEUE; sent++)
			(void)reader_submit(r, m->raw[sent], m->len[sent], &e);
		if (reader_collect(r, a, &b, &e) != RC_OK)
			fail("a mail", e.text);
		arena_reset(a);
	}
	arena_free(&a);
	return clock_monotonic_ms() - start;
}

static long
peak_mb(pid_t pid)
{
	char path[64], line[256];
	long kb = 0;
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	if ((f = fopen(path, "r")) == NULL)
		return 0;
	while (fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "VmHWM: %ld", &kb) == 1)
			break;
	(void)fclose(f);
	return kb / 1000;
}

static void
large(const char *name, const char *head, const char *piece, size_t size)
{
	struct reader *r = reader_new();
	struct arena *a = arena_new();
	struct str mail = { 0 };
	int64_t start;
	struct body b;
	struct err e;

	str_add(&mail, head);
	while (mail.len < size)
		str_add(&mail, piece);
	start = clock_monotonic_ms();
	if (reader_read(r, mail.s, mail.len, a, &b, &e) != RC_OK)
		fail(name, e.text);
	printf(", \"%s_mb\": %ld, \"%s_ms\": %lld", name,
	    peak_mb(reader_pid(r)), name,
	    (long long)(clock_monotonic_ms() - start));
	str_fini(&mail);
	arena_free(&a);
	reader_free(&r);
}

int
main(int argc, char **argv)
{
	struct mails m = { .a = arena_new() };
	int64_t here = INT64_MAX, jail = INT64_MAX, start, begin;
	struct reader *r = reader_new();
	struct err e;

	if (argc != 2)
		fail("usage", "read MAILDIR");
	load(&m, argv[1]);
	begin = clock_monotonic_ms();
	if (reader_ready(r, &e) != RC_OK)
		fail("reader", e.text);
	start = clock_monotonic_ms() - begin;
	for (int i = 0; i < ROUNDS; i++) {
		int64_t took = read_here(&m);

		here = took < here ? took : here;
		took = read_in_jail(&m, r);
		jail = took < jail ? took : jail;
	}
	printf("{\"mails\": %zu, \"mean_bytes\": %zu, \"here_per_s\": %lld,"
	    " \"jail_per_s\": %lld, \"start_ms\": %lld, \"idle_mb\": %ld", m.n,
	    m.bytes / (m.n + (m.n == 0)),
	    (long long)m.n * 1000 / (here + (here == 0)),
	    (long long)m.n * 1000 / (jail + (jail == 0)), (long long)start,
	    peak_mb(reader_pid(r)));
	reader_free(&r);
	large("file", "Subject: a file\nContent-Type: application/pdf\n"
	    "Content-Transfer-Encoding: base64\n\n", "JVBERi0xLjQgbm90IHJlYWxs"
	    "eSBhIGZpbGUgYnV0IGxvbmcgZW5vdWdoIGZvciBhIGxp\n", LARGE);
	large("text", "Subject: a text\nContent-Type: text/plain\n\n",
	    "a line of text that is long enough for a mail of this kind\n",
	    LARGE);
	large("html", "Subject: HTML\nContent-Type: text/html\n\n",
	    "<p class=a>a line of text that is <b>long enough</b></p>\n",
	    LARGE);
	large("parts_10000", "Subject: parts\nContent-Type: multipart/mixed;"
	    " boundary=b\n\n", "--b\nContent-Type: text/plain\n\nx\n",
	    10000 * 32);
	printf("}\n");
	arena_free(&m.a);
	return 0;
}
