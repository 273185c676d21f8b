/* codec.c - base64, quoted-printable and uuencode, forgiving. */
#include "mail/codec.h"

#include "base/str.h"

#include <stdint.h>
#include <string.h>

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

/* Padding ends a group, not the data: some mailers encode in pieces. */
size_t
codec_base64(const char *s, size_t n, char *out)
{
	int8_t t[256];
	uint32_t bits = 0;
	size_t have = 0, len = 0;

	base64_table(t);
	for (size_t i = 0; i < n; i++) {
		int v = t[(unsigned char)s[i]];

		if (v >= 0) {
			bits = bits << 6 | (uint32_t)v;
			if (++have < 4)
				continue;
		} else if (s[i] != '=' || have == 0) {
			continue;
		} else {
			bits <<= 6 * (4 - have);
		}
		out[len] = (char)(bits >> 16 & 0xff);
		out[len + 1] = (char)(bits >> 8 & 0xff);
		out[len + 2] = (char)(bits & 0xff);
		len += have == 4 ? 3 : have - 1;
		bits = 0, have = 0;
	}
	if (have > 1) { /* a tail without padding */
		bits <<= 6 * (4 - have);
		out[len++] = (char)(bits >> 16 & 0xff);
		if (have == 3)
			out[len++] = (char)(bits >> 8 & 0xff);
	}
	return len;
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

size_t
codec_qp(const char *s, size_t n, bool is_header, char *out)
{
	size_t len = 0, skip;

	for (size_t i = 0; i < n; i++) {
		if (s[i] == '_' && is_header) {
			out[len++] = ' ';
		} else if (s[i] != '=') {
			out[len++] = s[i];
		} else if (i + 2 < n && hex_value(s[i + 1]) >= 0 &&
		    hex_value(s[i + 2]) >= 0) {
			out[len++] = (char)(hex_value(s[i + 1]) << 4 |
			    hex_value(s[i + 2]));
			i += 2;
		} else if (!is_header &&
		    (skip = soft_break(s + i, n - i)) != 0) {
			i += skip - 1;
		} else {
			out[len++] = '='; /* not quoted-printable: as it is */
		}
	}
	return len;
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

/* Up to the first line of prose; false if that is the first one. */
static bool
base64_body(const char *s, size_t n, char *out, size_t *len)
{
	size_t at = 0, end;
	int8_t t[256];

	base64_table(t);
	for (; at < n; at = end) {
		end = line_end(s, n, at);
		if (end - at <= 1000 && is_prose(t, s + at, end - at))
			break;
	}
	*len = codec_base64(s, at, out);
	return at > 0 || n == 0;
}

static int
uu_value(char c)
{
	return c >= ' ' && c <= '`' ? (c - ' ') & 0x3f : -1;
}

/* One line of uuencoded data; false: it is not one. */
static bool
uu_line(const char *s, size_t n, struct str *out)
{
	size_t want, got = 0;
	char three[3];

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
		three[0] = (char)(bits >> 16 & 0xff);
		three[1] = (char)(bits >> 8 & 0xff);
		three[2] = (char)(bits & 0xff);
		str_addn(out, three, want - got < 3 ? want - got : 3);
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
uu_block(const char *s, size_t n, size_t *at, struct str *data)
{
	for (size_t end; *at < n; *at = end) {
		end = line_end(s, n, *at);
		if (is_uu_end(s + *at, end - *at)) {
			*at = end;
			return true;
		}
		if (!uu_line(s + *at, end - *at, data))
			return false;
	}
	return true; /* cut off: what is there is better than nothing */
}

bool
codec_find_uu(struct arena *a, const char *s, size_t n, size_t from,
    struct codec_uu *out)
{
	const char *name, *hit;
	size_t at = from, name_len;
	struct str data = { 0 };
	bool found = false;

	while (!found && at < n) {
		if (at != from || s[at] != 'b') {
			hit = memmem(s + at - (at > from), n - at + (at > from),
			    "\nbegin ", 7);
			if (hit == NULL)
				break;
			at = (size_t)(hit - s) + 1;
		}
		out->start = at;
		at = line_end(s, n, at);
		if (!uu_begin(s + out->start, at - out->start, &name,
		    &name_len))
			continue;
		str_clear(&data);
		found = uu_block(s, n, &at, &data);
	}
	if (found) {
		out->end = at;
		out->name = str_trim(a, name, name_len);
		out->data = str_dup(&data, a);
		out->len = data.len;
	}
	str_fini(&data);
	return found;
}

const char *
codec_body(struct arena *a, const char *encoding, const char *s, size_t n,
    size_t *len)
{
	struct codec_uu uu;
	char *out;

	if (str_has_caseprefix(encoding, "base64")) {
		out = arena_alloc(a, n + 4);
		if (base64_body(s, n, out, len))
			return out;
	} else if (str_has_caseprefix(encoding, "quoted-printable")) {
		out = arena_alloc(a, n + 1);
		*len = codec_qp(s, n, false, out);
		return out;
	} else if ((str_casefind(encoding, "uuencode") != NULL ||
	    str_casefind(encoding, "x-uue") != NULL) &&
	    codec_find_uu(a, s, n, 0, &uu)) {
		*len = uu.len;
		return uu.data;
	}
	*len = n;
	return s;
}
