/* bounce.c - mails that say that a mail of ours did not arrive. */
#include "mail/bounce.h"

#include "base/str.h"
#include "mail/bounce_text.h"
#include "mail/fold.h"
#include "mail/scan.h"
#include "mail/subject.h"

#include <string.h>

/* --- BN-5: what an error means --- */

/* Longest match first; a status that ends with '.' matches what begins
 * with it. */
static const struct {
	const char *status;
	enum bounce_kind kind;
} kinds[] = {
	{ "5.3.4", BOUNCE_KIND_SIZE },  { "5.2.3", BOUNCE_KIND_SIZE },
	{ "5.2.1", BOUNCE_KIND_HARD },  { "5.2.2", BOUNCE_KIND_SOFT },
	{ "5.1.7", BOUNCE_KIND_POLICY }, { "5.1.8", BOUNCE_KIND_POLICY },
	{ "5.1.", BOUNCE_KIND_HARD },   { "5.7.", BOUNCE_KIND_POLICY },
	{ "4.7.", BOUNCE_KIND_POLICY }, { "", BOUNCE_KIND_SOFT },
};

static bool
status_is(const char *status, const char *pattern)
{
	size_t n = strlen(pattern);

	return n == 0 || pattern[n - 1] == '.' ?
	    str_has_prefix(status, pattern) : strcmp(status, pattern) == 0;
}

enum bounce_kind
bounce_kind_of(const char *status, const char *action)
{
	if (str_caseeq(action, "delayed"))
		return BOUNCE_KIND_DELAY;
	if (str_caseeq(action, "delivered") || str_caseeq(action, "relayed") ||
	    str_caseeq(action, "expanded") || status[0] == '2')
		return BOUNCE_KIND_NONE;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (status_is(status, kinds[i].status))
			return kinds[i].kind;
	return BOUNCE_KIND_SOFT;
}

/* --- BN-1: is it one? --- */

static bool
from_local_is(const struct msg *m, const char *local)
{
	const char *header = header_get(&m->headers, "From"), *email, *at;

	if (m->from.n == 0) /* "From: MAILER-DAEMON (Mail Delivery System)" */
		return header != NULL && str_casefind(header, local) != NULL;
	email = m->from.v[0].email;
	at = strrchr(email, '@');
	return (at == NULL ? strlen(email) : (size_t)(at - email)) ==
	    strlen(local) && str_has_caseprefix(email, local);
}

static bool
has_null_return_path(const struct msg *m)
{
	const char *path = header_get(&m->headers, "Return-Path");

	return path != NULL && path[strspn(path, " \t<>")] == '\0' &&
	    strchr(path, '<') != NULL;
}

/* Whoever sends on a bounce by "Fwd:" is a person, and takes it out of its
 * multipart/report. */
static bool
is_delivery_report(const struct msg *m)
{
	struct subject s;

	subject_parse(m->subject, &s);
	return strcmp(m->body.report_type, "delivery-status") == 0 ||
	    (*m->body.delivery_status != '\0' && s.kind != SUBJECT_FORWARD &&
	        s.kind != SUBJECT_UNKNOWN);
}

static bool
is_other_report(const struct msg *m)
{
	return *m->body.report_type != '\0' && !is_delivery_report(m);
}

enum bounce_proof
bounce_detect(const struct msg *m, const char **why)
{
	const struct {
		bool holds;
		const char *why;
		enum bounce_proof proof;
	} rules[] = {
		{ is_delivery_report(m), "BN-1 delivery status report",
		    BOUNCE_SURE },
		{ is_other_report(m), "AR-5 another kind of report", BOUNCE_NO },
		{ header_get(&m->headers, "X-Failed-Recipients") != NULL,
		    "BN-1 X-Failed-Recipients", BOUNCE_SURE },
		{ header_get(&m->headers, "X-MS-Exchange-Message-Is-Ndr") !=
		    NULL, "BN-7 X-MS-Exchange-Message-Is-Ndr", BOUNCE_SURE },
		{ from_local_is(m, "mailer-daemon"), "BN-1 From mailer-daemon",
		    BOUNCE_SURE },
		{ from_local_is(m, "postmaster") && bounce_text_is_error(m),
		    "BN-1 From postmaster, with an error", BOUNCE_SURE },
		{ bounce_text_is_qmail(m->body.text), "BN-6 qmail",
		    BOUNCE_SURE },
		{ has_null_return_path(m) && bounce_text_is_error(m),
		    "BN-1 null return path, with an error", BOUNCE_LIKELY },
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].holds) {
			*why = rules[i].why;
			return rules[i].proof;
		}
	*why = "";
	return BOUNCE_NO;
}

/* --- BN-2: message/delivery-status --- */

struct reader {
	const struct msg *m;
	struct arena *a;
	struct bounce *out;
	size_t cap_rcpts, cap_ids;
};

static void
add_rcpt(struct reader *r, const char *recipient, const char *status,
    const char *action)
{
	struct bounce *b = r->out;

	if (b->n >= BOUNCE_MAX_RCPTS)
		return;
	for (size_t i = 0; i < b->n; i++)
		if (str_caseeq(b->rcpts[i].recipient, recipient))
			return;
	*ARENA_PUSH(r->a, b->rcpts, b->n, r->cap_rcpts) =
	    (struct bounce_rcpt){ recipient, status, action };
}

/* "rfc822; addr" or "addr", "" if it is no address. */
static const char *
report_address(const char *value, struct arena *a)
{
	const char *semi;
	struct scan_span at;

	if (value == NULL)
		return "";
	semi = strchr(value, ';');
	value = semi != NULL ? semi + 1 : value;
	if (scan_address(value, strlen(value), 0, &at))
		return arena_strndup(a, value + at.start, at.end - at.start);
	return "";
}

static const char *
find_status(const char *text, struct arena *a)
{
	struct scan_span at;

	if (text == NULL || !scan_status(text, strlen(text), 0, &at))
		return "";
	return arena_strndup(a, text + at.start, at.end - at.start);
}

/* Status; the diagnostic text where that says more than "5.0.0". */
static const char *
block_status(const struct headers *block, struct arena *a)
{
	const char *status = find_status(header_get(block, "Status"), a);
	const char *more = find_status(header_get(block, "Diagnostic-Code"), a);
	size_t n = strlen(status);

	if (*status == '\0')
		return more;
	if (n > 4 && strcmp(status + n - 4, ".0.0") == 0 && *more == *status)
		return more;
	return status;
}

/* An action left out is told by the class of the status. */
static const char *
block_action(const struct headers *block, const char *status, struct arena *a)
{
	const char *action = header_get(block, "Action");

	if (action != NULL && *action != '\0') {
		size_t n = strcspn(action, " \t(;");

		return str_lower(a, arena_strndup(a, action, n));
	}
	return *status == '2' ? "delivered" : *status == '4' ? "delayed" :
	                                                       "failed";
}

static void
read_block(struct reader *r, const char *text, size_t n)
{
	const char *recipient, *status, *envelope;
	struct headers block;

	header_scan(text, n, r->a, &block);
	envelope = header_get(&block, "Original-Envelope-Id");
	if (envelope != NULL && *r->out->envelope_id == '\0')
		r->out->envelope_id = envelope;
	recipient = report_address(header_get(&block, "Original-Recipient"),
	    r->a);
	if (*recipient == '\0')
		recipient = report_address(
		    header_get(&block, "Final-Recipient"), r->a);
	status = block_status(&block, r->a);
	if (*recipient == '\0' && (header_get(&block, "Action") == NULL ||
	        header_get(&block, "Final-Recipient") == NULL))
		return;
	add_rcpt(r, recipient, status, block_action(&block, status, r->a));
}

/* Blocks are set apart by blank lines. */
static void
read_delivery_status(struct reader *r, const char *text)
{
	size_t n = strlen(text), at = 0, start = 0, blocks = 0;
	struct scan_span line;

	while (blocks <= BOUNCE_MAX_RCPTS && scan_line(text, n, &at, &line)) {
		if (line.end != line.start)
			continue;
		if (line.start > start) {
			read_block(r, text + start, line.start - start);
			blocks++;
		}
		start = at;
	}
	if (start < n && blocks <= BOUNCE_MAX_RCPTS)
		read_block(r, text + start, n - start);
}

/* --- the others --- */

static void
read_failed_recipients(struct reader *r)
{
	const char *status = bounce_text_status(r->m->body.text, r->a);
	const char *value;

	for (size_t i = 0; (value = header_get_nth(&r->m->headers,
	         "X-Failed-Recipients", i)) != NULL && i < 10; i++) {
		size_t n = strlen(value), from = 0;
		struct scan_span at;

		for (; scan_address(value, n, from, &at); from = at.end)
			add_rcpt(r, arena_strndup(r->a, value + at.start,
			    at.end - at.start), status,
			    bounce_text_action(r->m));
	}
}

static void
read_text(struct reader *r)
{
	struct bounce_rcpt rcpts[BOUNCE_TEXT_MAX];
	size_t n = bounce_text_rcpts(r->m, r->a, rcpts);

	for (size_t i = 0; i < n; i++)
		add_rcpt(r, rcpts[i].recipient, rcpts[i].status,
		    rcpts[i].action);
}

/* --- BN-8: which mail was it? --- */

static void
add_id(struct reader *r, const char *id, size_t n)
{
	struct texts *ids = &r->out->original_ids;

	if (n == 0 || n > 998 || ids->n >= BOUNCE_MAX_IDS)
		return;
	id = arena_strndup(r->a, id, n);
	for (size_t i = 0; i < ids->n; i++)
		if (strcmp(ids->v[i], id) == 0)
			return;
	*ARENA_PUSH(r->a, ids->v, ids->n, r->cap_ids) = id;
}

/* Each <id> of a header value; a value without brackets as a whole. */
static void
add_ids(struct reader *r, const char *value)
{
	const char *open, *close;

	if (value == NULL)
		return;
	if (strchr(value, '<') == NULL && strchr(value, '@') != NULL)
		add_id(r, value, strcspn(value, " \t\n"));
	for (open = strchr(value, '<'); open != NULL; open = strchr(close, '<')) {
		if ((close = strchr(open, '>')) == NULL)
			return;
		add_id(r, open + 1, (size_t)(close - open) - 1);
	}
}

static const char *const id_headers[] = {
	"Message-ID", "X-Microsoft-Original-Message-ID", "X-Caseward-Id",
};

/* (d): the embedded mail. */
static void
read_embedded(struct reader *r)
{
	const char *text = r->m->body.embedded_headers, *subject;
	struct headers h;

	if (*text == '\0')
		return;
	header_scan(text, strlen(text), r->a, &h);
	for (size_t i = 0; i < sizeof(id_headers) / sizeof(id_headers[0]); i++)
		add_ids(r, header_get(&h, id_headers[i]));
	if ((subject = header_get(&h, "Subject")) != NULL)
		r->out->original_subject = header_decode(r->a, subject);
}

/* The value of "Name:" at the head of a line, or NULL. */
static char *
line_value(struct arena *a, const char *s, size_t n, const char *name)
{
	size_t len = strlen(name);

	if (n <= len || s[len] != ':' || strncasecmp(s, name, len) != 0)
		return NULL;
	return str_trim(a, s + len + 1, n - len - 1);
}

/* (e): the same as lines of text, perhaps quoted, perhaps folded. */
static void
read_header_lines(struct reader *r)
{
	const char *text = r->m->body.text;
	size_t n = strlen(text), at = 0;
	struct scan_span line;
	bool folded = false; /* the id stands on the next line */

	while (r->out->original_ids.n < BOUNCE_MAX_IDS &&
	    scan_line(text, n, &at, &line)) {
		const char *s = text + line.start, *value = NULL;
		size_t len = line.end - line.start;

		while (len > 0 && strchr(" \t>|", *s) != NULL)
			s++, len--;
		if (folded && len > 0 && *s == '<')
			add_ids(r, arena_strndup(r->a, s, len));
		folded = false;
		for (size_t i = 0; i < 3 && value == NULL; i++)
			value = line_value(r->a, s, len, id_headers[i]);
		add_ids(r, value);
		folded = value != NULL && *value == '\0';
		if (*r->out->original_subject == '\0' &&
		    (value = line_value(r->a, s, len, "Subject")) != NULL)
			r->out->original_subject = header_decode(r->a, value);
	}
}

void
bounce_read(const struct msg *m, struct arena *a, struct bounce *out)
{
	struct reader r = { m, a, out, 0, 0 };

	*out = (struct bounce){ .envelope_id = "", .original_subject = "" };
	read_delivery_status(&r, m->body.delivery_status);
	if (out->n == 0)
		read_failed_recipients(&r);
	if (out->n == 0)
		read_text(&r);
	add_ids(&r, out->envelope_id); /* (b) */
	for (size_t i = 0; i < m->in_reply_to.n; i++)
		add_id(&r, m->in_reply_to.v[i], strlen(m->in_reply_to.v[i]));
	for (size_t i = m->references.n; i > 0 && m->references.n - i < 10; i--)
		add_id(&r, m->references.v[i - 1],
		    strlen(m->references.v[i - 1]));
	read_embedded(&r);
	read_header_lines(&r);
}
