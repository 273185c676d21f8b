/*
 * mailtest.h - mails for unit tests, from text or from tests/corpus, read
 * whole: headers by the scanner, body by the MIME reader in this process.
 */
#ifndef TESTS_MAILTEST_H
#define TESTS_MAILTEST_H

#include "base/arena.h"
#include "base/err.h"
#include "base/fsx.h"
#include "base/str.h"
#include "mail/mime.h"
#include "mail/msg.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define N(v) (sizeof(v) / sizeof((v)[0]))

/* Fails with the name of the row. */
static inline void
check_text(const char *row, const char *got, const char *want)
{
	if (!str_eq(got, want))
		fail_msg("%s: got \"%s\", want \"%s\"", row,
		    got == NULL ? "(null)" : got, want == NULL ? "(null)" : want);
}

static inline void
check_int(const char *row, long long got, long long want)
{
	if (got != want)
		fail_msg("%s: got %lld, want %lld", row, got, want);
}

static inline void
mailtest_parse(struct arena *a, const char *raw, struct msg *m)
{
	msg_scan(raw, strlen(raw), a, m);
	mime_read(raw, strlen(raw), a, &m->body);
}

/* A file of tests/corpus. */
static inline void
mailtest_load(struct arena *a, const char *file, struct msg *m)
{
	char *path = arena_printf(a, "tests/corpus/%s", file), *raw;
	struct err e;
	size_t len;

	if (fsx_read(a, path, 1 << 20, &raw, &len, &e) != RC_OK)
		fail_msg("cannot read %s", path);
	msg_scan(raw, len, a, m);
	mime_read(raw, len, a, &m->body);
}

#endif
