/* codec.c - base64, quoted-printable and uuencode, forgiving. */
#include "mail/codec.h"

#include "base/str.h"

#include <stdint.h>
#include <string.h>

#define PIECE ((size_t)16 * 1024)
#define UU_ROOM(n) (2 * (n) + 4) /* "$" and a newline stand for 4 bytes */

/* Where decoded bytes go: to memory, or piece by piece to somebody. */
struct out {
	char *s;
	size_t len, cap;
	codec_take *take;
	void *ctx;
};

static void
put(struct out *o, char c)
{
	if (o->len == o->cap) {
		o->take(o->ctx, o->s, o->len);
		o->len = 0;
	}
	o->s[o->len++] = c;
}

static int
base64_value(unsigned char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static void
base64_table(int8_t t[256])
{
	for (int c = 0; c < 256; c++)
		t[c] = (int8_t)base64_value((unsigned char)c);
}

/* `have` digits as bytes: one less than digits. */
static void
put_group(struct out *o, uint32_t bits, size_t have)
{
	bits <<= 6 * (4 - have);
	put(o, (char)(bits >> 16 & 0xff));
	if (have > 2)
		put(o, (char)(bits >> 8 & 0xff));
	if (have > 3)
		put(o, (char)(bits & 0xff));
}

/* Padding ends a group, not the data: some mailers encode in pieces. */
static void
base64(const char *s, size_t n, struct out *o)
{
	int8_t t[256];
	uint32_t bits = 0;
	size_t have = 0;

	base64_table(t);
	for (size_t i = 0; i < n; i++) {
		int v = t[(unsigned char)s[i]];

		if (v >= 0) {
			bits = bits << 6 | (uint32_t)v;
			if (++have < 4)
				continue;
		} else if (s[i] != '=' || have == 0) {
			continue;
		}
		if (have > 1)
			put_group(o, bits, have);
		bits = 0, have = 0;
	}
	if (have > 1) /* a tail without padding */
		put_group(o, bits, have);
}

size_t
codec_base64(const char *s, size_t n, char *out)
{
	struct out o = { .s = out, .cap = SIZE_MAX };

	base64(s, n, &o);
	return o.len;
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Length of a soft line break that begins at s[0] == '=', or 0. */
static size_t
soft_break(const char *s, size_t n)
{
	size_t i = 1;

	while (i < n && (s[i] == ' ' || s[i] == '\t'))
		i++;
	if (i < n && s[i] == '\r')
		i++;
	if (i < n && s[i] == '\n')
		return i + 1;
	return i == n ? n : 0;
}

static void
qp(const char *s, size_t n, bool is_header, struct out *o)
{
	size_t skip;

	for (size_t i = 0; i < n; i++) {
		if (s[i] == '_' && is_header) {
			put(o, ' ');
		} else if (s[i] != '=') {
			put(o, s[i]);
		} else if (i + 2 < n && hex_value(s[i + 1]) >= 0 &&
		    hex_value(s[i + 2]) >= 0) {
			put(o, (char)(hex_value(s[i + 1]) << 4 |
			    hex_value(s[i + 2])));
			i += 2;
		} else if (!is_header &&
		    (skip = soft_break(s + i, n - i)) != 0) {
			i += skip - 1;
		} else {
			put(o, '='); /* not quoted-printable: as it is */
		}
	}
}

size_t
codec_qp(const char *s, size_t n, bool is_header, char *out)
{
	struct out o = { .s = out, .cap = SIZE_MAX };

	qp(s, n, is_header, &o);
	return o.len;
}

static size_t
line_end(const char *s, size_t n, size_t from)
{
	const char *nl = from < n ? memchr(s + from, '\n', n - from) : NULL;

	return nl == NULL ? n : (size_t)(nl - s) + 1;
}

/* A line of prose, such as a footer a list server put behind the data. */
static bool
is_prose(const int8_t t[256], const char *s, size_t n)
{
	bool seen = false, gap = false;
	size_t foreign = 0;

	for (size_t i = 0; i < n; i++) {
		if (t[(unsigned char)s[i]] < 0 && s[i] != '=') {
			if (s[i] == ' ' || (s[i] >= '\t' && s[i] <= '\r')) {
				gap = seen;
				continue;
			}
			foreign++;
		}
		if (gap || foreign > 2)
			return true;
		seen = true;
	}
	return false;
}

/* How many bytes are data, in front of the first line of prose. */
static size_t
base64_len(const char *s, size_t n)
{
	size_t at = 0, end;
	int8_t t[256];

	base64_table(t);
	for (; at < n; at = end) {
		end = line_end(s, n, at);
		if (end - at <= 1000 && is_prose(t, s + at, end - at))
			break;
	}
	return at;
}

static int
uu_value(char c)
{
	return c >= ' ' && c <= '`' ? (c - ' ') & 0x3f : -1;
}

/* One line of uuencoded data; false: it is not one.  `o` may be NULL. */
static bool
uu_line(const char *s, size_t n, struct out *o)
{
	size_t want, got = 0;

	while (n > 0 && (s[n - 1] == '\n' || s[n - 1] == '\r'))
		n--;
	if (n == 0 || uu_value(s[0]) < 0)
		return false;
	want = (size_t)uu_value(s[0]);
	if (want * 4 / 3 > n + 4) /* trailing blanks may be lost */
		return false;
	for (size_t i = 1; got < want; i += 4, got += 3) {
		uint32_t bits = 0;

		for (size_t k = i; k < i + 4; k++) {
			int v = k < n ? uu_value(s[k]) : 0;

			if (v < 0)
				return false;
			bits = bits << 6 | (uint32_t)v;
		}
		for (size_t k = 0; o != NULL && k < 3 && k < want - got; k++)
			put(o, (char)(bits >> (16 - 8 * k) & 0xff));
	}
	return true;
}

/* "begin 644 name": three or four octal digits, then a name. */
static bool
uu_begin(const char *s, size_t n, const char **name, size_t *name_len)
{
	size_t i = 6, digits = 0;

	if (n < 11 || memcmp(s, "begin ", 6) != 0)
		return false;
	for (; i < n && s[i] >= '0' && s[i] <= '7'; i++)
		digits++;
	if (digits < 3 || digits > 4 || i >= n || s[i] != ' ')
		return false;
	*name = s + i + 1;
	*name_len = n - i - 1;
	return true;
}

static bool
is_uu_end(const char *s, size_t n)
{
	return n >= 3 && memcmp(s, "end", 3) == 0 &&
	    (n == 3 || s[3] == '\n' || s[3] == '\r');
}

/* The lines up to "end"; false: words that only begin like a file.  *at
 * moves behind what was looked at, so that all tries together are linear. */
static bool
uu_block(const char *s, size_t n, size_t *at, struct out *o)
{
	for (size_t end; *at < n; *at = end) {
		end = line_end(s, n, *at);
		if (is_uu_end(s + *at, end - *at)) {
			*at = end;
			return true;
		}
		if (!uu_line(s + *at, end - *at, o))
			return false;
	}
	return true; /* cut off: what is there is better than nothing */
}

/* A block: where it and its data begin and it ends, the name it gives. */
struct uu {
	size_t start, data, end;
	const char *name;
	size_t name_len;
};

static bool
find_uu(const char *s, size_t n, size_t from, struct uu *u)
{
	const char *hit;
	size_t at = from;

	while (at < n) {
		if (at != from || s[at] != 'b') {
			hit = memmem(s + at - (at > from), n - at + (at > from),
			    "\nbegin ", 7);
			if (hit == NULL)
				break;
			at = (size_t)(hit - s) + 1;
		}
		u->start = at;
		u->data = at = line_end(s, n, at);
		if (!uu_begin(s + u->start, at - u->start, &u->name,
		    &u->name_len))
			continue;
		if (uu_block(s, n, &at, NULL)) {
			u->end = at;
			return true;
		}
	}
	return false;
}

bool
codec_find_uu(struct arena *a, const char *s, size_t n, size_t from,
    struct codec_uu *out)
{
	struct out o = { .cap = SIZE_MAX };
	struct uu u;
	size_t at;

	if (!find_uu(s, n, from, &u))
		return false;
	at = u.data;
	o.s = arena_alloc(a, UU_ROOM(u.end - u.data));
	(void)uu_block(s, n, &at, &o);
	*out = (struct codec_uu){ u.start, u.end,
		str_trim(a, u.name, u.name_len), o.s, o.len };
	return true;
}

/* --- a whole body part --- */

static bool
is_uuencoded(const char *encoding)
{
	return str_casefind(encoding, "uuencode") != NULL ||
	    str_casefind(encoding, "x-uue") != NULL;
}

/* False: the bytes are what they are. */
static bool
decode(const char *encoding, const char *s, size_t n, struct out *o)
{
	size_t len;
	struct uu u;

	if (str_has_caseprefix(encoding, "base64")) {
		if ((len = base64_len(s, n)) == 0 && n > 0)
			return false;
		base64(s, len, o);
		return true;
	}
	if (str_has_caseprefix(encoding, "quoted-printable")) {
		qp(s, n, false, o);
		return true;
	}
	return is_uuencoded(encoding) && find_uu(s, n, 0, &u) &&
	    uu_block(s, n, &u.data, o);
}

const char *
codec_body(struct arena *a, const char *encoding, const char *s, size_t n,
    size_t *len)
{
	struct out o = { .cap = SIZE_MAX };

	if (str_has_caseprefix(encoding, "base64") ||
	    str_has_caseprefix(encoding, "quoted-printable"))
		o.s = arena_alloc(a, n + 4);
	else if (is_uuencoded(encoding))
		o.s = arena_alloc(a, UU_ROOM(n));
	if (o.s != NULL && decode(encoding, s, n, &o)) {
		*len = o.len;
		return o.s;
	}
	*len = n;
	return s;
}

void
codec_pieces(const char *encoding, const char *s, size_t n, codec_take *take,
    void *ctx)
{
	char buf[PIECE];
	struct out o = { buf, 0, sizeof(buf), take, ctx };

	if (!decode(encoding, s, n, &o))
		take(ctx, s, n);
	else if (o.len > 0)
		take(ctx, buf, o.len);
}
