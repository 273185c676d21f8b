/*
 * fuzz_compose.c - a mail of ours with hostile words in it is legal mail:
 * 7-bit, CRLF, short lines, the fields we meant and no other; and what is
 * read out of it again is what was put in (OF-2, OF-5, OF-6, M10).
 */
#include "fuzz.h"

#include "mail/addr.h"
#include "mail/compose.h"
#include "mail/header.h"
#include "mail/mime.h"

#include <strings.h>

#define MAX_LINE 998

static void
check_wire(const char *s, size_t n)
{
	size_t line = 0;

	for (size_t i = 0; i < n; i++, line++) {
		fuzz_must((signed char)s[i] > 0);
		fuzz_must(s[i] != '\r' || (i + 1 < n && s[i + 1] == '\n'));
		fuzz_must(s[i] != '\n' || (i > 0 && s[i - 1] == '\r'));
		if (s[i] == '\n') {
			fuzz_must(line <= MAX_LINE + 1);
			line = (size_t)-1;
		}
	}
}

static void
check_fields(const struct headers *h)
{
	static const char *const known[] = { "Date", "From", "To", "Reply-To",
		"Subject", "Message-ID", "In-Reply-To", "References",
		"Thread-Topic", "Thread-Index", "Auto-Submitted",
		"X-Auto-Response-Suppress", "X-Caseward-Loop", "X-Caseward-Id",
		"MIME-Version", "Content-Type", "Content-Transfer-Encoding" };

	for (size_t i = 0; i < h->n; i++) {
		bool found = false;

		for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++)
			found = found || strcmp(h->v[i].name, known[k]) == 0;
		fuzz_must(found);
		fuzz_must(header_get_nth(h, h->v[i].name, 1) == NULL);
	}
}

/* Blanks become single; else every letter is the same. */
static void
same_words(const char *x, const char *y)
{
	for (;;) {
		x += strspn(x, " \t\n");
		y += strspn(y, " \t\n");
		if (*x == '\0' || *y == '\0')
			break;
		fuzz_must(*x++ == *y++);
	}
	fuzz_must(*x == '\0' && *y == '\0');
}

static void
check_read(struct arena *a, const struct outmail *m, const char *raw,
    size_t len)
{
	char *subject = arena_strdup(a, m->subject);
	struct msg got;

	msg_scan(raw, len, a, &got);
	mime_read(raw, len, a, &got.body);
	check_fields(&got.headers);
	header_drop_marks(subject);
	fuzz_must(got.from.n == 1 && got.to.n == 1 && got.date == m->date);
	fuzz_must(addr_equal(got.to.v[0].email, m->to_addr));
	fuzz_must(addr_equal(got.from.v[0].email, m->from_addr));
	fuzz_must(strcmp(got.message_id, m->message_id) == 0);
	fuzz_must(got.references.n <= 10);
	if (strstr(m->subject, "=?") == NULL)
		same_words(got.subject, subject);
	fuzz_must(*got.body.problem == '\0');
	if (strstr(m->text, "begin ") != NULL)
		return; /* a file that is uuencoded in the text */
	same_words(got.body.text, m->text);
	fuzz_must(got.body.n_attachments == m->n_attachments);
	for (size_t i = 0; i < m->n_attachments; i++)
		fuzz_must(got.body.attachments[i].size ==
		    m->attachments[i].len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	const bool clean = size == 0 || data[0] % 8 != 0;
	const char *to_name = fuzz_line(a, &data, &size, clean);
	const char *subject = fuzz_line(a, &data, &size, clean);
	const char *parent = fuzz_line(a, &data, &size, clean);
	const char *file = fuzz_line(a, &data, &size, clean);
	const char *text = utf8_clean(a, (const char *)data, size);
	struct outpart part = { file, "application/pdf", data, size };
	struct outmail m = { .from_name = to_name,
		.from_addr = "er@er.example", .to_name = to_name,
		.to_addr = "ann@x.example", .reply_to = "er+1@er.example",
		.subject = subject, .message_id = "c1.e.o1.x@er.example",
		.references = { &parent, 1 }, .date = 1794819600,
		.purpose = (enum mail_purpose)(size % 4), .loop_id = "x",
		.thread_seed = subject, .text = text,
		.html = size % 3 == 0 ? text : NULL, .attachments = &part,
		.n_attachments = size % 5 == 0 };
	struct err e;
	size_t len;
	char *raw;

	if (compose(&m, a, &raw, &len, &e) == RC_OK) {
		check_wire(raw, len);
		check_read(a, &m, raw, len);
	}
	arena_free(&a);
	return 0;
}
