/* problems.c - everything that is wrong with a text, found in one go. */
#include "core/problems.h"

#include "base/str.h"

#include <string.h>

#define WORD_MAX_LEN 40

void
problem_add(struct problems *p, const char *file, int line, const char *key,
    const char *fmt, ...)
{
	va_list ap;
	char *text;

	if (p->n == PROBLEMS_MAX) {
		p->v[p->n - 1] = (struct problem){ file, 0, "",
		    "there are more problems than are listed: mend these "
		    "first" };
		return;
	}
	va_start(ap, fmt);
	text = arena_vprintf(p->a, fmt, ap);
	va_end(ap);
	*ARENA_PUSH(p->a, p->v, p->n, p->cap) = (struct problem){
		.file = arena_strdup(p->a, file),
		.line = line,
		.key = arena_strdup(p->a, key),
		.text = text,
	};
}

char *
problem_format(struct arena *a, const struct problem *p)
{
	struct str b = { 0 };
	char *out;

	str_add(&b, p->file);
	if (p->line > 0)
		str_printf(&b, ":%d", p->line);
	if (p->key[0] != '\0')
		str_printf(&b, ": %s", p->key);
	str_printf(&b, ": %s", p->text);
	out = str_dup(&b, a);
	str_fini(&b);
	return out;
}

static char
fold(char c)
{
	if (c == '-')
		return '_';
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t
min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Levenshtein distance, one row at a time; words are short. */
static size_t
distance(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b), row[WORD_MAX_LEN + 1];

	if (la > WORD_MAX_LEN || lb > WORD_MAX_LEN)
		return WORD_MAX_LEN;
	for (size_t j = 0; j <= lb; j++)
		row[j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			size_t above = row[j];
			size_t swap = corner +
			    (fold(a[i - 1]) != fold(b[j - 1]));

			row[j] = min3(above + 1, row[j - 1] + 1, swap);
			corner = above;
		}
	}
	return row[lb];
}

const char *
problem_did_you_mean(const char *wrong, const char *const *words)
{
	size_t best = strlen(wrong) <= 4 ? 2 : 3, d;
	const char *found = NULL;

	for (; *words != NULL; words++) {
		if ((d = distance(wrong, *words)) < best) {
			best = d;
			found = *words;
		}
	}
	return found;
}
