/* htmltag.c - is there a tag in this HTML that would cost libxml2 too much? */
#include "mail/htmltag.h"

#include <string.h>

#define MAX_ATTRIBUTES 200
#define MAX_WORK 16 /* times the size */

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_name(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' &&
	    (c | 0x20) <= 'z') || (c & 0x80) != 0 || c == ':' || c == '-' ||
	    c == '_' || c == '.';
}

static size_t
skip_blanks(const char *s, size_t n, size_t i)
{
	while (i < n && is_blank(s[i]))
		i++;
	return i;
}

/* Behind the value of an attribute, as libxml2 reads it. */
static size_t
skip_value(const char *s, size_t n, size_t i)
{
	const char *end;

	if (i < n && (s[i] == '"' || s[i] == '\'')) {
		end = memchr(s + i + 1, s[i], n - i - 1);
		return end == NULL ? n : (size_t)(end - s) + 1;
	}
	while (i < n && !is_blank(s[i]) && s[i] != '>')
		i++;
	return i;
}

/* Behind one attribute, or the word that is none. */
static size_t
skip_attribute(const char *s, size_t n, size_t i)
{
	size_t from = i, eq;

	while (i < n && is_name(s[i]))
		i++;
	if (i == from) {
		while (i < n && !is_blank(s[i]) && s[i] != '>')
			i++;
		return i;
	}
	eq = skip_blanks(s, n, i);
	return eq < n && s[eq] == '=' ?
	    skip_value(s, n, skip_blanks(s, n, eq + 1)) : i;
}

/* The end of the tag whose name begins at s[i], or n; *count is set. */
static size_t
tag_end(const char *s, size_t n, size_t i, size_t *count)
{
	*count = 0;
	while (i < n && is_name(s[i]))
		i++;
	while ((i = skip_blanks(s, n, i)) < n && s[i] != '>' &&
	    *count <= MAX_ATTRIBUTES) {
		i = skip_attribute(s, n, i);
		++*count;
	}
	return i;
}

bool
htmltag_is_tame(const char *s, size_t n)
{
	size_t work = 0, count;
	const char *lt = s, *end = s + n;

	/* Also one within the quotes of another: who knows where libxml2
	 * sees a tag begin. */
	while (lt < end && (lt = memchr(lt, '<', (size_t)(end - lt))) != NULL) {
		size_t i = (size_t)(lt++ - s) + 1;

		if (i == n || !is_name(s[i]))
			continue;
		work += tag_end(s, n, i, &count) - i;
		if (count > MAX_ATTRIBUTES || work > MAX_WORK * n)
			return false;
	}
	return true;
}
