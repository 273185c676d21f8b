/* scan.c - small things found in running text. */
#include "mail/scan.h"

#include "base/str.h"

#include <string.h>

#define MAX_LOCAL 64
#define MAX_DOMAIN 255

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alnum(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_local(char c)
{
	return is_alnum(c) || (c != '\0' && strchr("!#$%&'*+/=?^_`{|}~.-", c));
}

static bool
is_domain(char c)
{
	return is_alnum(c) || c == '.' || c == '-';
}

/* Grow around the @ at `at`.  Quotes around an address are no part of it. */
static bool
address_around(const char *s, size_t len, size_t from, size_t at,
    struct scan_span *out)
{
	size_t b = at, e = at + 1, dots = 0;

	while (b > from && at - b <= MAX_LOCAL && is_local(s[b - 1]))
		b--;
	while (b < at && (strchr("'`.=*", s[b]) != NULL))
		b++;
	while (e < len && e - at <= MAX_DOMAIN && is_domain(s[e]))
		e++;
	while (e > at + 1 && !is_alnum(s[e - 1]))
		e--;
	for (size_t i = at + 1; i < e; i++) {
		if (s[i] == '.' && !is_alnum(s[i - 1]))
			return false;
		dots += s[i] == '.';
	}
	if (b == at || at - b > MAX_LOCAL || dots == 0 || e - at > MAX_DOMAIN)
		return false;
	*out = (struct scan_span){ b, e };
	return true;
}

bool
scan_address(const char *s, size_t len, size_t from, struct scan_span *out)
{
	const char *p;

	for (size_t i = from; i < len; i = (size_t)(p - s) + 1) {
		if ((p = memchr(s + i, '@', len - i)) == NULL)
			return false;
		if (address_around(s, len, from, (size_t)(p - s), out))
			return true;
	}
	return false;
}

/* One to three digits at *i; moves on. */
static bool
short_number(const char *s, size_t len, size_t *i)
{
	size_t start = *i;

	while (*i < len && is_digit(s[*i]))
		(*i)++;
	return *i - start >= 1 && *i - start <= 3;
}

bool
scan_status(const char *s, size_t len, size_t from, struct scan_span *out)
{
	for (size_t i = from; i + 4 < len; i++) {
		size_t e = i + 2;

		if ((s[i] != '2' && s[i] != '4' && s[i] != '5') ||
		    s[i + 1] != '.')
			continue;
		if (i > 0 && (is_alnum(s[i - 1]) || s[i - 1] == '.'))
			continue;
		if (!short_number(s, len, &e) || e >= len || s[e++] != '.' ||
		    !short_number(s, len, &e))
			continue;
		if (e + 1 < len && s[e] == '.' && is_digit(s[e + 1]))
			continue; /* an IP address */
		if (e < len && is_alnum(s[e]))
			continue;
		*out = (struct scan_span){ i, e };
		return true;
	}
	return false;
}

bool
scan_line(const char *s, size_t len, size_t *at, struct scan_span *out)
{
	const char *nl;
	size_t end;

	if (*at >= len)
		return false;
	nl = memchr(s + *at, '\n', len - *at);
	end = nl != NULL ? (size_t)(nl - s) : len;
	out->start = *at;
	*at = nl != NULL ? end + 1 : end;
	out->end = end > out->start && s[end - 1] == '\r' ? end - 1 : end;
	return true;
}
