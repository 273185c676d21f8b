/* encode.c - text and bytes as 7-bit lines for outgoing mail. */
#include "mail/encode.h"

#include <string.h>

#define LINE_MAX_7BIT 78
#define LINE_MAX_QP 76
#define QP_FULL (LINE_MAX_QP - 4) /* behind it no =XX and "=" fit any more */
#define LINE_MAX_HEADER 76
#define WORD_OPEN "=?utf-8?" /* then B? or Q? and ?= at the end */
#define WORD_COST 12         /* bytes of an encoded word around its text */
#define WORD_ROOM 32         /* less room on a line is not worth a word */
#define WORD_MAX 75          /* RFC 2047 section 2 */
#define PLAIN_WORD_MAX 60    /* longer words are encoded, to be broken */

static const char hex[] = "0123456789ABCDEF";
static const char base64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* --- bodies --- */

/* Length of the line at s[i] without its end; *next: where the next begins. */
static size_t
line_at(const char *s, size_t n, size_t i, size_t *next)
{
	const char *lf = memchr(s + i, '\n', n - i), *cr;
	size_t e = lf == NULL ? n : (size_t)(lf - s);

	*next = lf == NULL ? n : e + 1;
	if ((cr = memchr(s + i, '\r', e - i)) != NULL) {
		e = (size_t)(cr - s);
		if (cr + 1 != lf)
			*next = e + 1;
	}
	return e - i;
}

/* May the line go as it is?  "From " and "." at its head, blanks at its end
 * are changed by programs on the way; "--=_" might be a boundary. */
static bool
is_plain_line(const char *s, size_t n)
{
	if (n == 0)
		return true;
	if (n > LINE_MAX_7BIT || s[0] == '.' || s[n - 1] == ' ' ||
	    s[n - 1] == '\t' || (n >= 5 && memcmp(s, "From ", 5) == 0) ||
	    (n >= 4 && memcmp(s, "--=_", 4) == 0))
		return false;
	for (size_t i = 0; i < n; i++)
		if ((s[i] < ' ' && s[i] != '\t') || s[i] == 0x7f)
			return false;
	return true;
}

enum encoding
encode_choose(const char *s, size_t n)
{
	size_t high = 0, next;
	bool plain = true;

	for (size_t i = utf8_ascii(s, n); i < n; i++)
		high += (unsigned char)s[i] >= 0x80;
	if (high > 0 && high * 6 > n)
		return ENCODE_BASE64;
	for (size_t i = 0; i < n && plain && high == 0; i = next) {
		size_t len = line_at(s, n, i, &next);

		plain = is_plain_line(s + i, len);
	}
	return high == 0 && plain ? ENCODE_7BIT : ENCODE_QP;
}

const char *
encode_name(enum encoding e)
{
	static const char *const names[] = {
		[ENCODE_7BIT] = "7bit",
		[ENCODE_QP] = "quoted-printable",
		[ENCODE_BASE64] = "base64",
	};

	return names[e];
}

/* What may not stand at the head of a line. */
static bool
is_bad_head(const char *s, size_t n)
{
	return s[0] == '.' || (n >= 5 && memcmp(s, "From ", 5) == 0);
}

/* How many of at most `max` bytes go as they are; the line ends at s[n]. */
static size_t
literal_run(const char *s, size_t n, size_t max)
{
	size_t i = 0;

	max = max < n ? max : n;
	while (i < max && s[i] != '=' && ((s[i] > ' ' && s[i] < 0x7f) ||
	    ((s[i] == ' ' || s[i] == '\t') && i + 1 < n)))
		i++;
	return i;
}

/* Does s[0] fit behind k characters, with a "=" if more follows? */
static bool
qp_fits(const char *s, size_t n, size_t k)
{
	return k <= QP_FULL || (n == 1 && k + (literal_run(s, n, 1) == 0 ? 3 :
	    1) <= LINE_MAX_QP);
}

static void
qp_line(struct str *o, const char *s, size_t n)
{
	char line[LINE_MAX_QP + 4];
	size_t k = 0, run;

	for (size_t i = 0; i < n; i += run) {
		if (!qp_fits(s + i, n - i, k)) {
			memcpy(line + k, "=\r\n", 3);
			str_addn(o, line, k + 3);
			k = 0;
		}
		run = k == 0 && is_bad_head(s + i, n - i) ? 0 :
		    literal_run(s + i, n - i, k > QP_FULL ? 1 : QP_FULL + 1 - k);
		memcpy(line + k, s + i, run);
		k += run;
		if (run == 0) {
			line[k++] = '=';
			line[k++] = hex[(unsigned char)s[i] >> 4];
			line[k++] = hex[(unsigned char)s[i] & 15];
			run = 1;
		}
	}
	memcpy(line + k, "\r\n", 2);
	str_addn(o, line, k + 2);
}

/* Up to three bytes as four characters. */
static void
base64_group(const unsigned char *p, size_t n, char out[4])
{
	unsigned v = (unsigned)p[0] << 16 | (n > 1 ? (unsigned)p[1] << 8 : 0) |
	    (n > 2 ? p[2] : 0u);

	out[0] = base64[v >> 18];
	out[1] = base64[v >> 12 & 63];
	out[2] = n > 1 ? base64[v >> 6 & 63] : '=';
	out[3] = n > 2 ? base64[v & 63] : '=';
}

void
encode_bytes(struct str *o, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	char line[LINE_MAX_HEADER + 2];
	size_t k = 0;

	for (size_t i = 0; i < n; i += 3) {
		base64_group(p + i, n - i, line + k);
		k += 4;
		if (k == LINE_MAX_HEADER || i + 3 >= n) {
			memcpy(line + k, "\r\n", 2);
			str_addn(o, line, k + 2);
			k = 0;
		}
	}
}

static void
crlf_lines(struct str *o, const char *s, size_t n)
{
	size_t next;

	for (size_t i = 0; i < n; i = next) {
		size_t len = line_at(s, n, i, &next);

		str_addn(o, s + i, len);
		str_addn(o, "\r\n", 2);
	}
}

void
encode_text(struct str *o, enum encoding e, const char *s, size_t n)
{
	struct str canonical = { 0 };
	size_t next;

	switch (e) {
	case ENCODE_7BIT:
		crlf_lines(o, s, n);
		break;
	case ENCODE_QP:
		for (size_t i = 0; i < n; i = next) {
			size_t len = line_at(s, n, i, &next);

			qp_line(o, s + i, len);
		}
		break;
	case ENCODE_BASE64:
		crlf_lines(&canonical, s, n);
		encode_bytes(o, canonical.s, canonical.len);
		str_fini(&canonical);
		break;
	}
}

/* --- header fields --- */

void
encode_token(struct str *o, size_t *col, const char *s, size_t n)
{
	const char *last = o->len > 0 ? &o->s[o->len - 1] : "";

	/* Never right behind the name of the field: an empty first line. */
	if (*col + 1 + n > LINE_MAX_HEADER && *last != ':') {
		str_addn(o, "\r\n", 2);
		*col = 0;
	}
	str_addc(o, ' ');
	str_addn(o, s, n);
	*col += 1 + n;
}

static bool
is_q_safe(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z') || (c != '\0' && strchr("!*+-/", c) != NULL);
}

/* How many bytes a character of len bytes needs in a Q word. */
static size_t
q_cost(const char *s, size_t len)
{
	return len > 1 || !(is_q_safe((unsigned char)*s) || *s == ' ') ?
	    3 * len : 1;
}

static void
q_word(struct str *o, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == ' ') {
			str_addc(o, '_');
		} else if (is_q_safe(c)) {
			str_addc(o, s[i]);
		} else {
			str_addc(o, '=');
			str_addc(o, hex[c >> 4]);
			str_addc(o, hex[c & 15]);
		}
	}
}

static void
b_word(struct str *o, const char *s, size_t n)
{
	char out[4];

	for (size_t i = 0; i < n; i += 3) {
		base64_group((const unsigned char *)s + i, n - i, out);
		str_addn(o, out, 4);
	}
}

/* Bytes of whole characters that fit into `room` once encoded. */
static size_t
fitting(const char *s, size_t n, bool q, size_t room)
{
	size_t i = 0, used = 0;

	while (i < n) {
		size_t len = utf8_len(s + i, n - i);

		len = len == 0 ? 1 : len;
		used = q ? used + q_cost(s + i, len) :
		           (i + len + 2) / 3 * 4;
		if (used > room && i > 0)
			break;
		i += len;
	}
	return i;
}

/* Words of RFC 2047 for all of s. */
static void
encoded_words(struct str *o, size_t *col, const char *s, size_t n)
{
	size_t high = 0, take;
	bool q;

	for (size_t i = 0; i < n; i++)
		high += (unsigned char)s[i] >= 0x80;
	q = high <= n / 3;
	for (size_t i = 0; i < n; i += take) {
		size_t room = LINE_MAX_HEADER - 1 > *col ?
		    LINE_MAX_HEADER - 1 - *col : 0, start;

		if (room < WORD_ROOM) {
			str_addn(o, "\r\n", 2);
			*col = 0;
			room = LINE_MAX_HEADER - 1;
		}
		room = room > WORD_MAX ? WORD_MAX : room;
		take = fitting(s + i, n - i, q, room - WORD_COST);
		start = o->len;
		str_add(o, q ? " " WORD_OPEN "Q?" : " " WORD_OPEN "B?");
		(q ? q_word : b_word)(o, s + i, take);
		str_add(o, "?=");
		*col += o->len - start;
	}
}

static bool
needs_encoding(const char *s, size_t n)
{
	if (n > PLAIN_WORD_MAX || memmem(s, n, "=?", 2) != NULL)
		return true;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] >= 0x80)
			return true;
	return false;
}

/* The next word of s from *i: its length; *i is moved to its begin. */
static size_t
word_at(const char *s, size_t n, size_t *i)
{
	size_t e;

	while (*i < n && s[*i] == ' ')
		(*i)++;
	for (e = *i; e < n && s[e] != ' '; e++)
		;
	return e - *i;
}

static void
plain_words(struct str *o, size_t *col, const char *s, size_t n)
{
	size_t len;

	for (size_t i = 0; (len = word_at(s, n, &i)) != 0; i += len)
		encode_token(o, col, s + i, len);
}

void
encode_words(struct str *o, size_t *col, const char *s)
{
	size_t n = strlen(s), from = n, to = 0, len;

	for (size_t i = 0; (len = word_at(s, n, &i)) != 0; i += len)
		if (needs_encoding(s + i, len)) {
			from = from == n ? i : from;
			to = i + len;
		}
	if (to == 0) {
		plain_words(o, col, s, n);
		return;
	}
	plain_words(o, col, s, from);
	encoded_words(o, col, s + from, to - from);
	plain_words(o, col, s + to, n - to);
}

static bool
is_atom(const char *s)
{
	for (; *s != '\0'; s++)
		if (strchr("()<>[]:;@\\,.\"", *s) != NULL)
			return false;
	return true;
}

void
encode_phrase(struct str *o, size_t *col, const char *s)
{
	struct str quoted = { 0 };
	size_t n = strlen(s);

	if (needs_encoding(s, n)) {
		encoded_words(o, col, s, n);
	} else if (is_atom(s)) {
		plain_words(o, col, s, n);
	} else {
		str_addc(&quoted, '"');
		for (; *s != '\0'; s++) {
			if (*s == '"' || *s == '\\')
				str_addc(&quoted, '\\');
			str_addc(&quoted, *s);
		}
		str_addc(&quoted, '"');
		encode_token(o, col, quoted.s, quoted.len);
		str_fini(&quoted);
	}
}
