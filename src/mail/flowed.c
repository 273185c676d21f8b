/* flowed.c - format=flowed text as its writer saw it. */
#include "mail/flowed.h"

#include "base/str.h"

#include <string.h>

/* A line ends softly if a blank stands at its end; "-- " never does. */
static bool
is_soft(const char *s, size_t n)
{
	return n > 0 && s[n - 1] == ' ' && !(n == 3 && memcmp(s, "-- ", 3) == 0);
}

static void
begin_line(struct str *b, size_t depth)
{
	for (size_t i = 0; i < depth; i++)
		str_addc(b, '>');
	if (depth > 0)
		str_addc(b, ' ');
}

char *
flowed_join(struct arena *a, const char *text, bool delsp)
{
	bool open = false, soft;
	size_t depth, open_depth = 0, n;
	struct str b = { 0 };
	char *out;

	while (*text != '\0') {
		depth = strspn(text, ">");
		text += depth;
		text += *text == ' '; /* space-stuffing */
		n = strcspn(text, "\n");
		soft = is_soft(text, n);
		if (open && depth != open_depth) {
			str_addc(&b, '\n');
			open = false;
		}
		if (!open)
			begin_line(&b, depth);
		str_addn(&b, text, n - (soft && delsp));
		open = soft;
		open_depth = depth;
		if (!soft)
			str_addc(&b, '\n');
		text += n + (text[n] == '\n');
	}
	out = str_dup(&b, a);
	str_fini(&b);
	return out;
}
