/* fixture_world.h - a desk, its letters and a sample case, for cmocka. */
#ifndef FIXTURE_WORLD_H
#define FIXTURE_WORLD_H

#include "fixture_letter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

struct world {
	struct arena *a;
	const struct templates *t;
	struct policy *p;
	struct case_facts f;
	struct digest d;
};

static inline int
setup(void **state)
{
	struct arena *a = arena_new();
	struct world *w = arena_alloc(a, sizeof(*w));

	w->a = a;
	w->t = fixture_templates(a);
	w->p = fixture_policy(a);
	letter_sample(w->p, a, &w->f, &w->d);
	*state = w;
	return w->t == NULL;
}

static inline int
teardown(void **state)
{
	struct world *w = *state;
	struct arena *a = w->a;

	arena_free(&a);
	return 0;
}

static inline void
has(const char *what, const char *text, const char *words)
{
	if (strstr(text, words) == NULL)
		fail_msg("%s: \"%s\" is not in\n%s", what, words, text);
}

static inline void
has_not(const char *what, const char *text, const char *words)
{
	if (strstr(text, words) != NULL)
		fail_msg("%s: \"%s\" must not be in\n%s", what, words, text);
}

/* The text on one line, so that it does not matter where it was wrapped. */
static inline const char *
flat(struct arena *a, const char *text)
{
	char *out = arena_strdup(a, text), *to = out;

	for (const char *s = out; *s != '\0'; s++) {
		bool blank = *s == ' ' || *s == '\n';

		if (!blank || to == out || to[-1] != ' ')
			*to++ = blank ? ' ' : *s;
	}
	*to = '\0';
	return out;
}

#endif
