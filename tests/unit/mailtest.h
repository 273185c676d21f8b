/*
 * mailtest.h - mails for unit tests, from text or from tests/corpus.
 *
 * The body is taken apart by a few lines of our own, enough for fixtures
 * (no encodings, one level of multipart): what is under test here is what
 * we make of a body, not how it was read.
 */
#ifndef TESTS_MAILTEST_H
#define TESTS_MAILTEST_H

#include "base/arena.h"
#include "base/err.h"
#include "base/fsx.h"
#include "base/str.h"
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

/* The value of `param` in a Content-Type, or "". */
static inline char *
mailtest_param(struct arena *a, const char *type, const char *param)
{
	const char *p = str_casefind(type, param);

	if (p == NULL || p[strlen(param)] != '=')
		return arena_strdup(a, "");
	p += strlen(param) + 1;
	if (*p == '"')
		return arena_strndup(a, p + 1, strcspn(p + 1, "\""));
	return arena_strndup(a, p, strcspn(p, "; \t"));
}

static inline void
mailtest_part(struct arena *a, struct msg *m, const char *type,
    const char *content)
{
	struct body *b = &m->body;

	if (str_has_caseprefix(type, "text/calendar")) {
		b->calendar_method = mailtest_param(a, type, "method");
	} else if (str_has_caseprefix(type, "message/delivery-status")) {
		b->delivery_status = content;
	} else if (str_has_caseprefix(type, "message/rfc822") ||
	    str_has_caseprefix(type, "text/rfc822-headers")) {
		const char *end = strstr(content, "\n\n");

		b->embedded_headers = end == NULL ? content :
		    arena_strndup(a, content, (size_t)(end - content) + 1);
	} else if (str_has_caseprefix(type, "text/plain") && *b->text == '\0') {
		b->text = b->reply_text = content;
	}
}

static inline void
mailtest_body(struct arena *a, struct msg *m, const char *text)
{
	const char *type = header_get(&m->headers, "Content-Type");
	char *mark, *p;

	body_init(&m->body, "");
	type = type == NULL ? "text/plain" : type;
	if (str_has_caseprefix(type, "multipart/report"))
		m->body.report_type = mailtest_param(a, type, "report-type");
	if (!str_has_caseprefix(type, "multipart/")) {
		mailtest_part(a, m, type, text);
		return;
	}
	mark = arena_printf(a, "\n--%s",
	    mailtest_param(a, type, "boundary"));
	text = arena_printf(a, "\n%s", text);
	for (p = strstr(text, mark); p != NULL;) {
		char *next = strstr(p + 1, mark), *part;
		struct headers h;

		p += strlen(mark) + 1;
		part = next == NULL ? arena_strdup(a, "") :
		    arena_strndup(a, p, (size_t)(next - p));
		header_scan(part, strlen(part), a, &h);
		type = header_get(&h, "Content-Type");
		mailtest_part(a, m, type == NULL ? "text/plain" : type,
		    part + h.body_at);
		p = next;
	}
}

/* A mail from text with "\n" lines. */
static inline void
mailtest_parse(struct arena *a, const char *raw, struct msg *m)
{
	msg_scan(raw, strlen(raw), a, m);
	mailtest_body(a, m, raw + m->headers.body_at);
}

/* A file of tests/corpus, "\r\n" read as "\n". */
static inline void
mailtest_load(struct arena *a, const char *file, struct msg *m)
{
	char *path = arena_printf(a, "tests/corpus/%s", file), *raw, *o;
	struct err e;
	size_t len;

	if (fsx_read(a, path, 1 << 20, &raw, &len, &e) != RC_OK)
		fail_msg("cannot read %s", path);
	o = raw;
	for (const char *p = raw; *p != '\0'; p++)
		if (!(p[0] == '\r' && p[1] == '\n'))
			*o++ = *p;
	*o = '\0';
	mailtest_parse(a, raw, m);
}

#endif
