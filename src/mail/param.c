/* param.c - parameters of Content-Type and Content-Disposition. */
#include "mail/param.h"

#include "base/str.h"
#include "mail/charset.h"
#include "mail/header.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define MAX_PIECES 100
#define MAX_FILENAME 200

/* One "name*2*=value" of the list. */
struct param {
	const char *name; /* without the asterisks */
	size_t name_len;
	int piece;       /* *N, -1: not in pieces */
	bool is_encoded; /* ended in an asterisk: %XX */
	char *value;     /* unquoted */
};

char *
param_main(struct arena *a, const char *value)
{
	char *s = str_lower(a, arena_strndup(a, value, strcspn(value, ";"))),
	     *o = s;

	for (const char *p = s; *p != '\0'; p++)
		if (strchr(" \t\"", *p) == NULL)
			*o++ = *p;
	*o = '\0';
	return s;
}

/* Windows paths are sent with single backslashes, so few are escapes. */
static bool
is_escape(const char *s)
{
	return *s == '\\' && (s[1] == '"' || s[1] == '\\');
}

/* Behind a value that begins at s; it is copied without quotes. */
static const char *
read_value(struct arena *a, const char *s, char **out)
{
	size_t n = 0, end = 1;

	s += strspn(s, " \t");
	if (*s != '"') {
		n = strcspn(s, ";");
		*out = str_trim(a, s, n);
		return s + n;
	}
	while (s[end] != '\0' && s[end] != '"')
		end += is_escape(s + end) ? 2 : 1;
	*out = arena_alloc(a, end);
	for (size_t i = 1; i < end; i++) {
		i += is_escape(s + i);
		(*out)[n++] = s[i];
	}
	s += end;
	return s + strcspn(s, ";");
}

/* The next parameter at or after s; NULL: no more. */
static const char *
next_param(struct arena *a, const char *s, struct param *p)
{
	for (;;) {
		s += strspn(s, "; \t");
		if (*s == '\0')
			return NULL;
		p->name = s;
		p->name_len = strcspn(s, "=;* \t");
		s += p->name_len;
		p->piece = -1;
		p->is_encoded = false;
		if (*s == '*' && s[1] >= '0' && s[1] <= '9')
			for (p->piece = 0, s++; *s >= '0' && *s <= '9'; s++)
				p->piece = p->piece > MAX_PIECES ? p->piece :
				    p->piece * 10 + (*s - '0');
		if (*s == '*') {
			p->is_encoded = true;
			s++;
		}
		s += strspn(s, " \t");
		if (*s == '=')
			return read_value(a, s + 1, &p->value);
		s += strcspn(s, ";");
	}
}

static int
hex(char c)
{
	const char *digits = "0123456789abcdef", *p;

	p = c == '\0' ? NULL : strchr(digits, c | 0x20);
	return c >= '0' && p != NULL ? (int)(p - digits) : -1;
}

static void
unpercent(const char *s, struct str *out)
{
	for (; *s != '\0'; s++) {
		if (*s == '%' && hex(s[1]) >= 0 && hex(s[2]) >= 0) {
			str_addc(out, (char)(hex(s[1]) << 4 | hex(s[2])));
			s += 2;
		} else {
			str_addc(out, *s);
		}
	}
}

/* charset'language'text: the charset, and *s moved to the text. */
static char *
take_charset(struct arena *a, const char **s)
{
	const char *q = strchr(*s, '\''), *r;
	char *charset;

	if (q == NULL || (r = strchr(q + 1, '\'')) == NULL)
		return arena_strdup(a, "");
	charset = arena_memdup(a, *s, (size_t)(q - *s));
	*s = r + 1;
	return charset;
}

static bool
is_named(const struct param *p, const char *name)
{
	return strlen(name) == p->name_len &&
	    strncasecmp(p->name, name, p->name_len) == 0;
}

/* The pieces in their order, whatever order they came in. */
static char *
join(struct arena *a, const char *value, const char *name)
{
	struct param pieces[MAX_PIECES] = { 0 }, p;
	char *charset = NULL, *out;
	struct str b = { 0 };
	const char *s = value + strcspn(value, ";");

	while ((s = next_param(a, s, &p)) != NULL)
		if (is_named(&p, name) && p.piece >= 0 &&
		    p.piece < MAX_PIECES && pieces[p.piece].value == NULL)
			pieces[p.piece] = p;
	for (int i = 0; i < MAX_PIECES && pieces[i].value != NULL; i++) {
		const char *v = pieces[i].value;

		if (i == 0 && pieces[i].is_encoded)
			charset = take_charset(a, &v);
		if (pieces[i].is_encoded)
			unpercent(v, &b);
		else
			str_add(&b, v);
	}
	if (b.s == NULL)
		return NULL;
	out = charset_to_utf8(a, charset == NULL ? "" : charset, b.s, b.len);
	str_fini(&b);
	return charset == NULL ? header_decode(a, out) : out;
}

char *
param_get(struct arena *a, const char *value, const char *name)
{
	const char *s = value + strcspn(value, ";"), *v, *charset;
	char *plain = NULL, *out;
	struct str b = { 0 };
	struct param p;

	while ((s = next_param(a, s, &p)) != NULL) {
		if (!is_named(&p, name))
			continue;
		if (p.piece >= 0)
			return join(a, value, name);
		if (p.is_encoded) { /* better than a plain one beside it */
			v = p.value;
			charset = take_charset(a, &v);
			unpercent(v, &b);
			out = charset_to_utf8(a, charset, str_text(&b), b.len);
			str_fini(&b);
			return out;
		}
		if (plain == NULL)
			plain = header_decode(a, p.value);
	}
	return plain;
}

char *
param_filename(struct arena *a, const char *name)
{
	const char *base = name, *dot;
	char *out;
	size_t n, keep;

	for (const char *p = name; *p != '\0'; p++)
		if (*p == '/' || *p == '\\')
			base = p + 1;
	out = str_trim(a, base, strlen(base));
	header_drop_marks(out);
	for (char *p = out; *p != '\0'; p++)
		if (*p == '\n' || *p == '\t')
			*p = ' ';
	if (strcmp(out, ".") == 0 || strcmp(out, "..") == 0)
		return arena_strdup(a, "");
	if ((n = strlen(out)) <= MAX_FILENAME)
		return out;
	dot = strrchr(out, '.'); /* the end of a name says what it is */
	keep = dot == NULL || n - (size_t)(dot - out) > 16 ? 0 :
	    n - (size_t)(dot - out);
	return arena_printf(a, "%.*s%s",
	    (int)utf8_cut(out, n, MAX_FILENAME - keep), out, out + n - keep);
}
