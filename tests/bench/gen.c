/*
 * gen.c - an HR inbox of any size, the same on every machine.
 *
 *	gen MAILDIR COUNT
 *
 * Writes COUNT mails of 28 KB in the mean into MAILDIR/new, named as Dovecot
 * names them (S= and W= spare it a look into each).  About half of them are
 * new matters; the rest answer an earlier mail of the same inbox by
 * References, by In-Reply-To alone, or by the subject alone, or are out of
 * office replies, bounces and lists.  A quarter has an attachment, most have
 * HTML.  Prints how many of each, and the bytes, as one JSON object.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define EMPLOYEES 5000
#define FIRST_MAIL INT64_C(1793610000) /* 2026-11-02 09:00 UTC */
#define MAX_MAIL (512 * 1024)

enum kind { NEW, REFERENCES, IN_REPLY_TO, SUBJECT, AUTO, BOUNCE, LIST, N_KINDS };

static const struct {
	const char *name;
	unsigned per_mille;
} kinds[N_KINDS] = {
	[NEW] = { "new", 520 },
	[REFERENCES] = { "by_references", 280 },
	[IN_REPLY_TO] = { "by_in_reply_to", 80 },
	[SUBJECT] = { "by_subject", 60 },
	[AUTO] = { "auto", 30 },
	[BOUNCE] = { "bounce", 10 },
	[LIST] = { "list", 20 },
};

static const char *const matters[] = {
	"Overtime missing on payslip", "Parental leave dates",
	"Address change not taken over", "Benefits enrolment refused",
	"Conflict with shift lead", "Tax form needed", "Sick note sent",
	"Final pay after leaving", "Bonus letter", "Garnishment question",
	"401(k) contribution wrong", "Direct deposit returned",
};

static const char *const words[] = {
	"payroll", "since", "the", "last", "period", "hours", "were", "not",
	"paid", "please", "check", "my", "manager", "said", "that", "benefits",
	"would", "answer", "within", "a", "week", "and", "I", "have", "still",
	"no", "reply", "from", "anybody", "about", "this", "leave", "request",
	"which", "was", "approved", "in", "October", "thank", "you",
};

#define N_OF(v) (sizeof(v) / sizeof((v)[0]))

struct mail { /* being written */
	char *bytes;
	size_t len;
	uint64_t chance;
};

static uint64_t
draw(struct mail *m, uint64_t below)
{
	m->chance ^= m->chance << 13;
	m->chance ^= m->chance >> 7;
	m->chance ^= m->chance << 17;
	return (m->chance >> 11) % below;
}

static void fail(const char *what) __attribute__((noreturn));
static void
fail(const char *what)
{
	perror(what);
	exit(1);
}

static void add(struct mail *m, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static void
add(struct mail *m, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(m->bytes + m->len, MAX_MAIL - m->len, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= MAX_MAIL - m->len)
		fail("a mail is too large");
	m->len += (size_t)n;
}

static void
add_prose(struct mail *m, size_t bytes, const char *before, const char *after)
{
	for (size_t end = m->len + bytes; m->len < end;) {
		add(m, "%s", before);
		for (size_t line = m->len; m->len < line + 62;)
			add(m, "%s ", words[draw(m, N_OF(words))]);
		m->bytes[m->len - 1] = '.';
		add(m, "%s\n", after);
	}
}

static void
add_base64(struct mail *m, size_t bytes)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	char line[77];

	for (size_t done = 0; done < bytes; done += 76) {
		for (size_t i = 0; i < 76; i++)
			line[i] = digits[draw(m, 64)];
		line[76] = '\0';
		add(m, "%s\n", line);
	}
}

/* What any mail can be asked again about an earlier one: all of it follows
 * from the number. */
struct facts {
	uint64_t root;      /* the mail that opened the matter */
	unsigned employee;
	const char *matter;
};

static void
facts_of(uint64_t root, struct facts *f)
{
	uint64_t x = (root + 1) * UINT64_C(0x9E3779B97F4A7C15);

	f->root = root;
	f->employee = (unsigned)((x >> 20) % EMPLOYEES);
	f->matter = matters[(x >> 40) % N_OF(matters)];
}

static void
add_headers(struct mail *m, uint64_t n, enum kind kind, const struct facts *f)
{
	char date[64];
	time_t at = (time_t)(FIRST_MAIL + (int64_t)n * 60);
	struct tm tm;

	(void)gmtime_r(&at, &tm);
	(void)strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S +0000", &tm);
	add(m, "Return-Path: <%s>\n", kind == BOUNCE ? "" : "sender@client.example");
	add(m, "Received: from mx.client.example (mx.client.example [192.0.2.7])\n"
	    "\tby mx.hr.example (Postfix) with ESMTPS id %" PRIX64 "\n"
	    "\tfor <er@hr.example>; %s\n", n + 0x10000, date);
	if (kind == BOUNCE)
		add(m, "From: Mail Delivery System <MAILER-DAEMON@mx.client.example>\n");
	else if (kind == LIST)
		add(m, "From: News <news@list.example>\nList-Id: <hr.list.example>\n"
		    "Precedence: list\n");
	else
		add(m, "From: \"Employee %u\" <e%u@client.example>\n", f->employee,
		    f->employee);
	add(m, "To: Employee Relations <er@hr.example>\nDate: %s\n"
	    "Message-ID: <%" PRIu64 ".bench@client.example>\n", date, n);
	add(m, "Subject: %s%s, case of employee %u (%" PRIu64 ")\n",
	    kind == NEW || kind == LIST ? "" : kind == AUTO ? "Automatic reply: " :
	    kind == BOUNCE ? "Undelivered: " : "Re: ", f->matter, f->employee,
	    f->root);
	if (kind == REFERENCES)
		add(m, "References: <thread.%" PRIu64 "@elsewhere.example>\n"
		    " <%" PRIu64 ".bench@client.example>\n", f->root, f->root);
	if (kind == REFERENCES || kind == IN_REPLY_TO)
		add(m, "In-Reply-To: <%" PRIu64 ".bench@client.example>\n", f->root);
	if (kind == AUTO)
		add(m, "Auto-Submitted: auto-replied\nX-Auto-Response-Suppress: All\n");
	add(m, "MIME-Version: 1.0\n");
}

static void
add_text(struct mail *m, const struct facts *f, enum kind kind)
{
	add(m, "Content-Type: text/plain; charset=utf-8\n"
	    "Content-Transfer-Encoding: 8bit\n\nHello,\n\n%s:\n", f->matter);
	add_prose(m, 600 + draw(m, 2400), "", "");
	add(m, "\nKind regards\nEmployee %u\n", f->employee);
	if (kind == REFERENCES || kind == IN_REPLY_TO || kind == SUBJECT) {
		add(m, "\nOn Mon, 2 Nov 2026 at 09:00, Employee Relations wrote:\n");
		add_prose(m, 500 + draw(m, 1500), "> ", "");
	}
}

static void
add_html(struct mail *m, const struct facts *f)
{
	add(m, "Content-Type: text/html; charset=utf-8\n"
	    "Content-Transfer-Encoding: 8bit\n\n<html><head><style>p { margin:"
	    " 0 } .x { color: #333 }</style></head><body><p>Hello,</p><h3>%s</h3>\n",
	    f->matter);
	add_prose(m, 3000 + draw(m, 8000), "<p class=\"x\"><span>", "</span></p>");
	add(m, "</body></html>\n");
}

static void
add_body(struct mail *m, uint64_t n, enum kind kind, const struct facts *f)
{
	bool with_file = draw(m, 100) < 25, with_html = draw(m, 100) < 60;

	if (with_file)
		add(m, "Content-Type: multipart/mixed; boundary=\"m%" PRIu64 "\"\n\n"
		    "--m%" PRIu64 "\n", n, n);
	if (with_html)
		add(m, "Content-Type: multipart/alternative; boundary=\"a%" PRIu64
		    "\"\n\n--a%" PRIu64 "\n", n, n);
	add_text(m, f, kind);
	if (with_html) {
		add(m, "--a%" PRIu64 "\n", n);
		add_html(m, f);
		add(m, "--a%" PRIu64 "--\n", n);
	}
	if (with_file) {
		add(m, "--m%" PRIu64 "\nContent-Type: application/pdf; name=\"payslip"
		    "-%u.pdf\"\nContent-Disposition: attachment; filename=\"payslip-%u"
		    ".pdf\"\nContent-Transfer-Encoding: base64\n\n", n, f->employee,
		    f->employee);
		add_base64(m, 16000 + draw(m, 132000));
		add(m, "--m%" PRIu64 "--\n", n);
	}
}

static void
add_bounce(struct mail *m, uint64_t n, const struct facts *f)
{
	add(m, "Auto-Submitted: auto-replied\nContent-Type: multipart/report;"
	    " report-type=delivery-status;\n boundary=\"b%" PRIu64 "\"\n\n--b%" PRIu64
	    "\nContent-Type: text/plain\n\nYour mail could not be delivered.\n"
	    "--b%" PRIu64 "\nContent-Type: message/delivery-status\n\n"
	    "Reporting-MTA: dns; mx.client.example\n\n"
	    "Final-Recipient: rfc822; e%u@client.example\nAction: failed\n"
	    "Status: 5.1.1\n\n--b%" PRIu64 "\nContent-Type: text/rfc822-headers\n\n"
	    "From: er@hr.example\nMessage-ID: <%" PRIu64 ".bench@client.example>\n"
	    "\n--b%" PRIu64 "--\n", n, n, n, f->employee, n, f->root, n);
}

/* Start the chances of mail `n`; its kind is the first of them. */
static enum kind
kind_of(struct mail *m, uint64_t n)
{
	enum kind kind = NEW;
	uint64_t at;

	m->chance = (n + 1) * UINT64_C(0xD1342543DE82EF95);
	(void)draw(m, 2);
	at = draw(m, 1000);
	while (kind < LIST && at >= kinds[kind].per_mille)
		at -= kinds[kind++].per_mille;
	return n == 0 ? NEW : kind;
}

static enum kind
make_mail(struct mail *m, uint64_t n)
{
	struct mail other = { 0 };
	enum kind kind = kind_of(m, n);
	uint64_t root = n;
	struct facts f;

	m->len = 0;
	if (kind != NEW && kind != LIST)
		do
			root = draw(m, n);
		while (kind_of(&other, root) != NEW);
	facts_of(root, &f);
	add_headers(m, n, kind, &f);
	if (kind == BOUNCE)
		add_bounce(m, n, &f);
	else
		add_body(m, n, kind, &f);
	return kind;
}

static void
write_mail(const struct mail *m, const char *maildir, uint64_t n)
{
	char path[4096];
	size_t lines = 0;
	FILE *f;

	for (size_t i = 0; i < m->len; i++)
		lines += m->bytes[i] == '\n';
	(void)snprintf(path, sizeof(path), "%s/new/%" PRId64 ".M%" PRIu64
	    "P1.bench,S=%zu,W=%zu", maildir, FIRST_MAIL + (int64_t)n, n, m->len,
	    m->len + lines);
	if ((f = fopen(path, "w")) == NULL ||
	    fwrite(m->bytes, 1, m->len, f) != m->len || fclose(f) != 0)
		fail(path);
}

int
main(int argc, char **argv)
{
	static const char *const folders[] = { "", "/cur", "/new", "/tmp" };
	struct mail m = { malloc(MAX_MAIL), 0, 0 };
	uint64_t count, bytes = 0, of_kind[N_KINDS] = { 0 };
	char path[4096];

	if (argc != 3 || m.bytes == NULL) {
		fprintf(stderr, "usage: gen MAILDIR COUNT\n");
		return 2;
	}
	count = strtoull(argv[2], NULL, 10);
	for (size_t i = 0; i < N_OF(folders); i++) {
		(void)snprintf(path, sizeof(path), "%s%s", argv[1], folders[i]);
		(void)mkdir(path, 0777);
	}
	for (uint64_t n = 0; n < count; n++) {
		of_kind[make_mail(&m, n)]++;
		bytes += m.len;
		write_mail(&m, argv[1], n);
	}
	printf("{\"mails\": %" PRIu64 ", \"bytes\": %" PRIu64, count, bytes);
	for (size_t k = 0; k < N_KINDS; k++)
		printf(", \"%s\": %" PRIu64, kinds[k].name, of_kind[k]);
	printf("}\n");
	free(m.bytes);
	return 0;
}
