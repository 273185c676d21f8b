/* str.c - growing text, and small questions about text. */
#include "base/str.h"

#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void
reserve(struct str *b, size_t more)
{
	size_t need, cap;

	if (more > SIZE_MAX / 4 - b->len)
		die("text too long");
	need = b->len + more + 1;
	if (need <= b->cap)
		return;
	for (cap = b->cap != 0 ? b->cap : 128; cap < need; cap *= 2)
		;
	if ((b->s = realloc(b->s, cap)) == NULL)
		die("out of memory (%zu bytes)", cap);
	b->cap = cap;
}

void
str_fini(struct str *b)
{
	free(b->s);
	*b = (struct str){ 0 };
}

void
str_clear(struct str *b)
{
	b->len = 0;
	if (b->s != NULL)
		b->s[0] = '\0';
}

void
str_addn(struct str *b, const void *p, size_t n)
{
	reserve(b, n);
	if (n != 0)
		memcpy(b->s + b->len, p, n);
	b->len += n;
	b->s[b->len] = '\0';
}

void
str_add(struct str *b, const char *s)
{
	str_addn(b, s, strlen(s));
}

void
str_addc(struct str *b, char c)
{
	reserve(b, 1);
	b->s[b->len++] = c;
	b->s[b->len] = '\0';
}

void
str_printf(struct str *b, const char *fmt, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	reserve(b, 128); /* mostly enough: formatted once */
	if ((n = vsnprintf(b->s + b->len, b->cap - b->len, fmt, ap)) < 0)
		die("cannot format text");
	if ((size_t)n >= b->cap - b->len) {
		reserve(b, (size_t)n);
		(void)vsnprintf(b->s + b->len, (size_t)n + 1, fmt, again);
	}
	b->len += (size_t)n;
	va_end(again);
	va_end(ap);
}

const char *
str_text(const struct str *b)
{
	return b->s == NULL ? "" : b->s;
}

char *
str_dup(const struct str *b, struct arena *a)
{
	return arena_memdup(a, str_text(b), b->len);
}

bool
str_eq(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

bool
str_caseeq(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcasecmp(a, b) == 0;
}

bool
str_has_prefix(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool
str_has_caseprefix(const char *s, const char *prefix)
{
	return strncasecmp(s, prefix, strlen(prefix)) == 0;
}

const char *
str_casefind(const char *s, const char *needle)
{
	return strcasestr(s, needle);
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool
str_is_empty(const char *s)
{
	if (s == NULL)
		return true;
	while (is_space(*s))
		s++;
	return *s == '\0';
}

char *
str_lower(struct arena *a, const char *s)
{
	char *t = arena_strdup(a, s);

	for (char *p = t; p != NULL && *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + ('a' - 'A'));
	return t;
}

char *
str_trim(struct arena *a, const char *s, size_t n)
{
	while (n > 0 && is_space(*s))
		s++, n--;
	while (n > 0 && is_space(s[n - 1]))
		n--;
	return arena_memdup(a, s, n);
}

bool
str_to_int(const char *s, int64_t min, int64_t max, int64_t *out)
{
	int64_t v = 0;

	if (s == NULL || *s == '\0' || strlen(s) > 18)
		return false;
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9')
			return false;
		v = v * 10 + (*s - '0');
	}
	if (v < min || v > max)
		return false;
	*out = v;
	return true;
}

char *
str_beside(struct arena *a, const char *base, const char *path)
{
	const char *slash = strrchr(base, '/');

	if (path[0] == '/' || slash == NULL)
		return arena_strdup(a, path);
	return arena_printf(a, "%.*s/%s", (int)(slash - base), base, path);
}

size_t
utf8_len(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	uint32_t c;
	size_t len;

	if (n == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || n < len)
		return 0;
	c = p[0] & (0xffu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if ((len == 3 && c < 0x800) || (len == 4 && c < 0x10000) ||
	    c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	return len;
}

size_t
utf8_ascii(const char *s, size_t n)
{
	const uint64_t high = UINT64_C(0x8080808080808080);
	uint64_t eight;
	size_t i = 0;

	for (; n - i >= sizeof(eight); i += sizeof(eight)) {
		memcpy(&eight, s + i, sizeof(eight));
		if ((eight & high) != 0)
			break;
	}
	while (i < n && (unsigned char)s[i] < 0x80)
		i++;
	return i;
}

size_t
utf8_valid(const char *s, size_t n)
{
	size_t i = utf8_ascii(s, n), len;

	while (i < n && (len = utf8_len(s + i, n - i)) != 0) {
		i += len;
		i += utf8_ascii(s + i, n - i);
	}
	return i;
}

static bool
is_control(const char *s, size_t len)
{
	unsigned char c = (unsigned char)s[0];

	if (len == 1)
		return (c < 0x20 && c != '\t' && c != '\n') || c == 0x7f;
	return len == 2 && c == 0xc2 && (unsigned char)s[1] < 0xa0;
}

/* Bytes at the head of s that need no cleaning. */
static size_t
clean_run(const char *s, size_t n)
{
	size_t i = 0, len;

	while (i < n)
		if ((s[i] >= ' ' && s[i] < 0x7f) || s[i] == '\n')
			i++;
		else if ((len = utf8_len(s + i, n - i)) != 0 &&
		    !is_control(s + i, len))
			i += len;
		else
			break;
	return i;
}

char *
utf8_clean(struct arena *a, const char *s, size_t n)
{
	struct str b = { 0 };
	char *out;

	if (clean_run(s, n) == n)
		return arena_memdup(a, s, n);
	for (size_t i = 0, run = 0; i <= n; i += run) {
		size_t start = i, len;

		i += clean_run(s + i, n - i);
		str_addn(&b, s + start, i - start);
		if (i == n)
			break;
		len = utf8_len(s + i, n - i);
		run = len == 0 ? 1 : len;
		if (!(s[i] == '\r' && i + 1 < n && s[i + 1] == '\n'))
			str_add(&b, "\xef\xbf\xbd");
	}
	out = str_dup(&b, a);
	str_fini(&b);
	return out;
}

size_t
utf8_cut(const char *s, size_t len, size_t n)
{
	if (len <= n)
		return len;
	while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	return n;
}
