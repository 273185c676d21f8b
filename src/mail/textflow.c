/* textflow.c - plain text from the pieces of a marked-up one. */
#include "mail/textflow.h"

#include <string.h>

#define MAX_PREFIX 5 /* deeper quotes look like this one */

static bool
is_at_start(const struct textflow *t)
{
	return t->b.len == t->line;
}

static void
newline(struct textflow *t)
{
	str_addc(&t->b, '\n');
	t->line = t->b.len;
	t->has_gap = t->has_nbsp = false;
}

/* What is due before a word. */
static void
begin_word(struct textflow *t, bool is_dashes)
{
	if (is_at_start(t)) {
		if (t->has_break && t->b.len > 0)
			newline(t);
		t->has_break = t->has_nbsp = false;
		if (t->is_signature && !is_dashes) {
			str_add(&t->b, "--");
			newline(t);
		}
		t->is_signature = false;
		for (size_t i = 0; i < t->quote && i < MAX_PREFIX; i++)
			str_add(&t->b, "> ");
	} else if (t->has_gap) {
		str_addc(&t->b, ' ');
	}
	t->has_gap = false;
}

static size_t
blank_len(const char *s, size_t n)
{
	if (*s == ' ' || (*s >= '\t' && *s <= '\r'))
		return 1;
	if (n >= 2 && memcmp(s, "\xc2\xa0", 2) == 0)
		return 2;
	return 0;
}

static size_t
word_len(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && blank_len(s + i, n - i) == 0)
		i++;
	return i;
}

static void
preformatted(struct textflow *t, const char *s, size_t n)
{
	size_t i = 0, end;

	while (i < n) {
		const char *nl = memchr(s + i, '\n', n - i);

		end = nl == NULL ? n : (size_t)(nl - s);
		if (end > i)
			begin_word(t, false);
		str_addn(&t->b, s + i, end - i);
		if (nl != NULL)
			textflow_br(t);
		i = end + 1;
	}
}

void
textflow_text(struct textflow *t, const char *s, size_t n)
{
	size_t i = 0, len;

	if (t->b.len >= TEXTFLOW_MAX)
		return;
	if (n > TEXTFLOW_MAX - t->b.len)
		n = utf8_cut(s, n, TEXTFLOW_MAX - t->b.len);
	if (t->pre > 0) {
		preformatted(t, s, n);
		return;
	}
	while (i < n) {
		if ((len = blank_len(s + i, n - i)) > 0) {
			t->has_gap = true;
			t->has_nbsp = t->has_nbsp || len == 2;
			i += len;
			continue;
		}
		len = word_len(s + i, n - i);
		begin_word(t, len >= 2 && memcmp(s + i, "--", 2) == 0);
		str_addn(&t->b, s + i, len);
		i += len;
	}
}

void
textflow_gap(struct textflow *t)
{
	t->has_gap = true;
}

void
textflow_line(struct textflow *t)
{
	if (!is_at_start(t))
		newline(t);
	else if (t->has_nbsp) /* Outlook's empty line: <p>&nbsp;</p> */
		t->has_break = true;
	t->has_gap = t->has_nbsp = false;
}

void
textflow_br(struct textflow *t)
{
	if (is_at_start(t))
		t->has_break = true;
	else
		newline(t);
	t->has_gap = t->has_nbsp = false;
}

void
textflow_paragraph(struct textflow *t)
{
	textflow_line(t);
	t->has_break = true;
}
