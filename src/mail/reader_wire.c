/* reader_wire.c - a body as it travels from the reader child to its parent. */
#include "mail/reader_wire.h"

#include <string.h>

/* --- into the payload --- */

static void
put_text(struct str *b, const char *s)
{
	uint32_t n = (uint32_t)strlen(s);

	str_addn(b, &n, sizeof(n));
	str_addn(b, s, n);
}

uint32_t
wire_put_body(struct str *b, const struct body *body)
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
	return (body->is_encrypted ? WIRE_ENCRYPTED : 0u) |
	    (body->is_signed ? WIRE_SIGNED : 0u) |
	    (body->has_tnef ? WIRE_TNEF : 0u);
}

/* --- out of it, checked --- */

struct input {
	const char *s;
	size_t n;
	bool is_bad;
};

static void
get(struct input *in, void *out, size_t n)
{
	if (in->is_bad || in->n < n) {
		in->is_bad = true;
		memset(out, 0, n);
		return;
	}
	memcpy(out, in->s, n);
	in->s += n;
	in->n -= n;
}

static const char *
get_text(struct input *in, struct arena *a)
{
	const char *s;
	uint32_t n;

	get(in, &n, sizeof(n));
	if (in->is_bad || in->n < n) {
		in->is_bad = true;
		return "";
	}
	s = utf8_clean(a, in->s, n);
	in->s += n;
	in->n -= n;
	return s;
}

static void
get_attachments(struct input *in, struct arena *a, struct body *b)
{
	uint64_t size;
	uint32_t n;

	get(in, &n, sizeof(n));
	if (n > WIRE_MAX_ATTACHMENTS) {
		in->is_bad = true;
		return;
	}
	b->attachments = arena_array(a, n, sizeof(*b->attachments));
	b->n_attachments = n;
	for (uint32_t i = 0; i < n; i++) {
		struct attachment *at = &b->attachments[i];

		at->filename = get_text(in, a);
		at->type = get_text(in, a);
		at->sha256 = get_text(in, a);
		get(in, &size, sizeof(size));
		at->size = size;
		if (strlen(at->sha256) != 64)
			in->is_bad = true;
	}
}

bool
wire_get_body(const char *payload, size_t n, uint32_t flags, struct arena *a,
    struct body *b)
{
	struct input in = { payload, n, false };
	const char **const texts[WIRE_TEXTS] = { &b->text, &b->reply_text,
		&b->report_type, &b->delivery_status, &b->embedded_headers,
		&b->calendar_method, &b->problem };

	body_init(b, "");
	for (size_t i = 0; i < WIRE_TEXTS; i++)
		*texts[i] = get_text(&in, a);
	get_attachments(&in, a, b);
	b->is_encrypted = (flags & WIRE_ENCRYPTED) != 0;
	b->is_signed = (flags & WIRE_SIGNED) != 0;
	b->has_tnef = (flags & WIRE_TNEF) != 0;
	return !in.is_bad && in.n == 0;
}
