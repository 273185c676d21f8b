/* header.c - our own linear scanner for the header block of a mail. */
#include "mail/header.h"

#include "base/str.h"
#include "mail/charset.h"
#include "mail/codec.h"

#include <string.h>
#include <strings.h>

#define MAX_BLOCK ((size_t)256 * 1024)
#define MAX_FIELDS 4096
#define MAX_FIELD ((size_t)64 * 1024)

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* End of the line that begins at `at`, behind its newline. */
static size_t
next_line(const char *s, size_t len, size_t at)
{
	const char *nl = at < len ? memchr(s + at, '\n', len - at) : NULL;

	return nl == NULL ? len : (size_t)(nl - s) + 1;
}

/* An empty line, which ends the block. */
static bool
is_empty_line(const char *s, size_t len, size_t at)
{
	return at < len && (s[at] == '\n' ||
	    (s[at] == '\r' && at + 1 < len && s[at + 1] == '\n'));
}

/* Length of the name if a field begins at `at`, or 0; *colon is set. */
static size_t
field_name(const char *s, size_t end, size_t at, size_t *colon)
{
	size_t i = at, n;

	while (i < end && s[i] > ' ' && s[i] < 0x7f && s[i] != ':')
		i++;
	n = i - at;
	while (i < end && is_blank(s[i])) /* "Subject : x" is seen */
		i++;
	if (n == 0 || i >= end || s[i] != ':')
		return 0;
	*colon = i;
	return n;
}

/* Where the field that begins at `at` ends: behind its folded lines. */
static size_t
field_end(const char *s, size_t len, size_t at)
{
	do {
		at = next_line(s, len, at);
	} while (at < len && is_blank(s[at]));
	return at;
}

char *
header_unfold(struct arena *a, const char *s, size_t n)
{
	struct str b = { 0 };
	size_t i = 0, end;
	char *out;

	while (i < n) {
		end = next_line(s, n, i);
		str_addn(&b, s + i, end - i);
		while (b.len > 0 && (b.s[b.len - 1] == '\n' ||
		    b.s[b.len - 1] == '\r'))
			b.len--;
		for (i = end; i < n && is_blank(s[i]); i++)
			;
		if (i < n)
			str_addc(&b, ' ');
	}
	out = charset_to_utf8(a, "", str_text(&b), b.len);
	str_fini(&b);
	return str_trim(a, out, strlen(out));
}

/* Does the mail, or what is left of it, begin with a field? */
static bool
has_field(const char *s, size_t len, size_t at)
{
	size_t colon, end = next_line(s, len, at);

	return field_name(s, end, at, &colon) != 0;
}

/* Behind an mbox line and empty lines that a tool put in front. */
static size_t
skip_front(const char *raw, size_t len)
{
	size_t at = 0;

	if (len >= 3 && memcmp(raw, "\xef\xbb\xbf", 3) == 0)
		at = 3;
	while (is_empty_line(raw, len, at) && at < 16)
		at = next_line(raw, len, at);
	if (len - at > 5 && memcmp(raw + at, "From ", 5) == 0)
		at = next_line(raw, len, at);
	else if (len - at > 6 && memcmp(raw + at, ">From ", 6) == 0)
		at = next_line(raw, len, at);
	return has_field(raw, len, at) ? at : 0;
}

static size_t
find_body(const char *raw, size_t len, size_t at)
{
	while (at < len && !is_empty_line(raw, len, at))
		at = next_line(raw, len, at);
	return next_line(raw, len, at);
}

void
header_scan(const char *raw, size_t len, struct arena *a, struct headers *out)
{
	size_t at = skip_front(raw, len), start = at, cap = 0, end, name, colon;

	*out = (struct headers){ 0 };
	for (; at < len && !is_empty_line(raw, len, at); at = end) {
		if (out->n == MAX_FIELDS || at - start >= MAX_BLOCK) {
			out->is_cut = true;
			break;
		}
		end = field_end(raw, len, at);
		name = field_name(raw, end, at, &colon);
		if (name == 0 &&
		    (out->n == 0 || !has_field(raw, len, end))) {
			out->body_at = at; /* the empty line is missing */
			return;
		}
		if (name == 0) /* a line of junk between two fields */
			continue;
		if (end - colon > MAX_FIELD)
			out->is_cut = true;
		*ARENA_PUSH(a, out->v, out->n, cap) = (struct header){
			.name = arena_strndup(a, raw + at, name),
			.value = header_unfold(a, raw + colon + 1,
			    (end - colon > MAX_FIELD ? colon + MAX_FIELD :
			    end) - colon - 1),
		};
	}
	out->body_at = find_body(raw, len, at);
}

const char *
header_get_nth(const struct headers *h, const char *name, size_t i)
{
	for (size_t k = 0; k < h->n; k++)
		if (strcasecmp(h->v[k].name, name) == 0 && i-- == 0)
			return h->v[k].value;
	return NULL;
}

const char *
header_get(const struct headers *h, const char *name)
{
	return header_get_nth(h, name, 0);
}

/* One encoded word: =?charset*language?encoding?text?= */
struct word {
	const char *charset, *text, *end;
	size_t charset_len, text_len;
	char encoding; /* 'q' or 'b' */
};

/* *no_end: there is no "?=" ahead, so that we look for it only once. */
static bool
read_word(const char *s, struct word *w, bool *no_end)
{
	const char *q, *end;

	if (*no_end || s[0] != '=' || s[1] != '?')
		return false;
	w->charset = s + 2;
	w->charset_len = strcspn(w->charset, "? \t=");
	q = w->charset + w->charset_len;
	if (q[0] != '?' || w->charset_len > 60 ||
	    strchr("QqBb", q[1]) == NULL || q[1] == '\0' || q[2] != '?')
		return false;
	w->encoding = (char)(q[1] | 0x20);
	w->text = q + 3;
	if ((end = strstr(w->text, "?=")) == NULL) {
		*no_end = true;
		return false;
	}
	w->text_len = (size_t)(end - w->text);
	w->end = end + 2;
	if (memchr(w->charset, '*', w->charset_len) != NULL)
		w->charset_len = strcspn(w->charset, "*");
	return true;
}

static bool
same_charset(const struct word *x, const struct word *y)
{
	return x->charset_len == y->charset_len &&
	    strncasecmp(x->charset, y->charset, x->charset_len) == 0;
}

static void
add_bytes(struct str *b, const struct word *w, char *buf)
{
	size_t n = w->encoding == 'b' ?
	    codec_base64(w->text, w->text_len, buf) :
	    codec_qp(w->text, w->text_len, true, buf);

	str_addn(b, buf, n);
}

/*
 * A run of words that follow each other.  Their bytes are put together
 * before they are converted, because lax mailers split characters.
 */
static const char *
decode_run(struct arena *a, const char *s, struct word *w, char *buf,
    struct str *out)
{
	struct str bytes = { 0 };
	struct word next;
	bool no_end = false;

	for (;;) {
		add_bytes(&bytes, w, buf);
		s = w->end;
		s += strspn(s, " \t");
		if (!read_word(s, &next, &no_end)) {
			s = w->end;
			break;
		}
		if (!same_charset(w, &next))
			break;
		*w = next;
	}
	str_add(out, charset_to_utf8(a,
	    arena_strndup(a, w->charset, w->charset_len), str_text(&bytes),
	    bytes.len));
	str_fini(&bytes);
	return s;
}

/* U+202A to U+202E, U+2066 to U+2069. */
void
header_drop_marks(char *s)
{
	char *o = s;

	for (; *s != '\0'; s++) {
		const unsigned char *u = (const unsigned char *)s;

		if (u[0] == 0xe2 && ((u[1] == 0x80 && u[2] >= 0xaa &&
		    u[2] <= 0xae) || (u[1] == 0x81 && u[2] >= 0xa6 &&
		    u[2] <= 0xa9)))
			s += 2;
		else
			*o++ = *s;
	}
	*o = '\0';
}

char *
header_decode(struct arena *a, const char *value)
{
	struct str b = { 0 };
	bool no_end = false;
	struct word w;
	char *out, *buf;

	if (strstr(value, "=?") == NULL) {
		out = arena_strdup(a, value);
		header_drop_marks(out);
		return out;
	}
	buf = arena_alloc(a, strlen(value) + 4);
	while (*value != '\0') {
		size_t plain = strcspn(value, "=");

		str_addn(&b, value, plain);
		value += plain;
		if (read_word(value, &w, &no_end))
			value = decode_run(a, value, &w, buf, &b);
		else if (*value != '\0')
			str_addc(&b, *value++);
	}
	out = utf8_clean(a, str_text(&b), b.len);
	for (char *p = out; *p != '\0'; p++)
		if (*p == '\t' || *p == '\n')
			*p = ' ';
	header_drop_marks(out);
	str_fini(&b);
	return out;
}
