/* msg.c - one mail as the bot sees it: what the headers say. */
#include "mail/msg.h"

#include "base/str.h"
#include "mail/addr.h"
#include "mail/date.h"

#include <stddef.h>
#include <string.h>

#define MAX_IDS 1000
#define MAX_ID 998

/* Which fields make which list; every field of a name counts. */
static const struct {
	const char *name;
	size_t list; /* offset in struct msg */
} lists[] = {
	{ "From", offsetof(struct msg, from) },
	{ "Sender", offsetof(struct msg, sender) },
	{ "Reply-To", offsetof(struct msg, reply_to) },
	{ "To", offsetof(struct msg, to) },
	{ "Cc", offsetof(struct msg, cc) },
	{ "To", offsetof(struct msg, recipients) },
	{ "Cc", offsetof(struct msg, recipients) },
	{ "Delivered-To", offsetof(struct msg, recipients) },
	{ "X-Original-To", offsetof(struct msg, recipients) },
	{ "X-Forwarded-To", offsetof(struct msg, recipients) },
	{ "Envelope-To", offsetof(struct msg, recipients) },
	{ "Resent-To", offsetof(struct msg, recipients) },
	{ "Resent-Cc", offsetof(struct msg, recipients) },
};

static void
scan_addrs(struct msg *m, struct arena *a)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct addrs *out =
		    (struct addrs *)(void *)((char *)m + lists[i].list);

		for (size_t k = 0; k < m->headers.n; k++)
			if (str_caseeq(m->headers.v[k].name, lists[i].name))
				addrs_parse(a, m->headers.v[k].value, out);
	}
}

/* An id without blanks, which a careless fold may have put into it. */
static const char *
clean_id(struct arena *a, const char *s, size_t n)
{
	char *id = arena_alloc(a, n + 1), *o = id;

	for (size_t i = 0; i < n && o - id < MAX_ID; i++)
		if (s[i] != ' ' && s[i] != '\t')
			*o++ = s[i];
	*o = '\0';
	return id;
}

static void
push_id(struct arena *a, struct texts *out, size_t *cap, const char *s,
    size_t n)
{
	const char *id = clean_id(a, s, n);

	if (*id != '\0' && out->n < MAX_IDS)
		*ARENA_PUSH(a, out->v, out->n, *cap) = id;
}

/* All <ids> of a value; without any <, the words that look like an id. */
static struct texts
scan_ids(struct arena *a, const char *value)
{
	struct texts out = { 0 };
	size_t cap = 0, n;
	bool has_angle;

	if (value == NULL)
		return out;
	has_angle = strchr(value, '<') != NULL;
	while (*value != '\0') {
		if (has_angle)
			value += strcspn(value, "<");
		value += strspn(value, has_angle ? "<" : " \t,");
		n = strcspn(value, has_angle ? "<>" : " \t,");
		if (has_angle || memchr(value, '@', n) != NULL)
			push_id(a, &out, &cap, value, n);
		value += n;
	}
	return out;
}

static const char *
scan_message_id(const struct headers *h, struct arena *a)
{
	const char *value = header_get(h, "Message-ID");
	struct texts ids = scan_ids(a, value);

	if (ids.n > 0)
		return ids.v[0];
	return value == NULL ? "" : clean_id(a, value, strlen(value));
}

void
msg_scan(const char *raw, size_t len, struct arena *a, struct msg *m)
{
	const char *subject, *date;

	*m = (struct msg){ .class_why = "", .bounce = { .envelope_id = "",
	    .original_subject = "" }, .auth = { .authserv_id = "", .spf = "",
	    .dkim = "", .dmarc_text = "", .why = "" } };
	body_init(&m->body, "");
	header_scan(raw, len, a, &m->headers);
	scan_addrs(m, a);
	subject = header_get(&m->headers, "Subject");
	m->subject = subject == NULL ? "" : header_decode(a, subject);
	m->message_id = scan_message_id(&m->headers, a);
	m->in_reply_to = scan_ids(a, header_get(&m->headers, "In-Reply-To"));
	m->references = scan_ids(a, header_get(&m->headers, "References"));
	date = header_get(&m->headers, "Date");
	if (date != NULL && !maildate_parse(date, &m->date))
		m->date = 0;
}

const char *
msg_class_name(enum msg_class c)
{
	static const char *const names[] = {
		[MSG_HUMAN] = "human",
		[MSG_AUTO] = "auto",
		[MSG_BOUNCE] = "bounce",
		[MSG_LIST] = "list",
		[MSG_OWN] = "own",
	};

	return names[c];
}

void
body_init(struct body *b, const char *problem)
{
	*b = (struct body){
		.text = "",
		.reply_text = "",
		.report_type = "",
		.delivery_status = "",
		.embedded_headers = "",
		.calendar_method = "",
		.problem = problem,
	};
}
