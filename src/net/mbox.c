/* mbox.c - the mails of an mbox file. */
#include "net/mbox.h"

#include <string.h>

/* The first byte after the line at i. */
static size_t
line_end(const char *buf, size_t len, size_t i)
{
	const char *nl = memchr(buf + i, '\n', len - i);

	return nl == NULL ? len : (size_t)(nl - buf) + 1;
}

/*
 * "From somebody Tue Nov  3 10:00:00 2026": not every line of a text that
 * begins with "From " is quoted in the wild, so look for a time too.
 */
static bool
is_separator(const char *s, size_t n)
{
	if (n < 5 || memcmp(s, "From ", 5) != 0)
		return false;
	for (size_t i = 6; i + 3 < n; i++)
		if (s[i] == ':' && s[i - 1] >= '0' && s[i - 1] <= '9' &&
		    s[i + 1] >= '0' && s[i + 1] <= '9' &&
		    s[i + 2] >= '0' && s[i + 2] <= '9')
			return true;
	return false;
}

static bool
is_blank(const char *s, size_t n)
{
	return (n == 1 && s[0] == '\n') ||
	    (n == 2 && s[0] == '\r' && s[1] == '\n');
}

static bool
is_quoted_from(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && s[i] == '>')
		i++;
	return i > 0 && n - i >= 5 && memcmp(s + i, "From ", 5) == 0;
}

bool
mbox_is(const char *buf, size_t len)
{
	return len > 0 && is_separator(buf, line_end(buf, len, 0));
}

bool
mbox_next(const char *buf, size_t len, size_t *pos, struct arena *a,
    const char **mail, size_t *n)
{
	size_t i = *pos, end, start, blank = 0; /* bytes of the last, if blank */
	char *out;

	if (i >= len)
		return false;
	end = line_end(buf, len, i);
	if (is_separator(buf + i, end - i))
		i = end;
	for (start = i; i < len; i = end) { /* find where it ends */
		end = line_end(buf, len, i);
		if ((blank != 0 || i == start) &&
		    is_separator(buf + i, end - i))
			break;
		blank = is_blank(buf + i, end - i) ? end - i : 0;
	}
	*pos = i;
	out = arena_alloc(a, i - start + 1);
	*mail = out;
	*n = 0;
	for (size_t at = start; at < i - blank; at = end) {
		end = line_end(buf, i - blank, at);
		if (is_quoted_from(buf + at, end - at))
			at++;
		memcpy(out + *n, buf + at, end - at);
		*n += end - at;
	}
	return true;
}
