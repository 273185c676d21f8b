/* phrases.c - match a sentence of ours, and say it in another language. */
#include "core/phrases.h"

#include "base/str.h"

#include <string.h>

#define MAX_DEPTH 4 /* a phrase in a phrase in ... */

/* Text between the holes: before[0] {hole[0]} before[1] ... before[n]. */
struct pattern {
	size_t n;
	const char *before[PHRASES_MAX_HOLES + 1];
	char hole[PHRASES_MAX_HOLES]; /* 0, 's', 'l', 'd', or '1' .. '6' */
};

struct phrase {
	struct pattern from, to;
};

struct phrases {
	const struct words *w;
	const struct phrase *v;
	size_t n;
};

struct span {
	const char *s;
	size_t n;
};

/* --- reading --- */

/* The kind of the hole that begins at s, and its length; 0: there is none. */
static size_t
hole_at(const char *s, char *kind)
{
	if (s[0] != '{')
		return 0;
	*kind = '\0';
	if (s[1] == '}')
		return 2;
	*kind = s[1];
	return s[1] != '\0' && strchr("sld123456", s[1]) != NULL &&
	    s[2] == '}' ? 3 : 0;
}

/* What is wrong, or NULL; *out is whole in any case. */
static const char *
read_pattern(struct arena *a, const char *s, struct pattern *out)
{
	const char *from = s, *wrong = NULL;
	size_t len;
	char kind;

	for (*out = (struct pattern){ 0 }; *s != '\0' && wrong == NULL;) {
		if ((len = hole_at(s, &kind)) == 0) {
			s++;
			continue;
		}
		if (out->n > 0 && s == from)
			wrong = "has two holes without a word between them";
		if (out->n == PHRASES_MAX_HOLES) {
			wrong = "has too many holes";
			break;
		}
		out->before[out->n] = arena_strndup(a, from, (size_t)(s - from));
		out->hole[out->n++] = kind;
		from = s += len;
	}
	out->before[out->n] = arena_strdup(a, from);
	return wrong;
}

static const char *
check(const struct phrase *p)
{
	for (size_t i = 0; i < p->from.n; i++)
		if (p->from.hole[i] >= '1' && p->from.hole[i] <= '6')
			return "numbers stand in the answer only";
	for (size_t i = 0; i < p->to.n; i++)
		if (p->to.hole[i] > '0' + (int)p->from.n &&
		    p->to.hole[i] <= '6')
			return "names a hole that the English does not have";
	if (p->to.n > p->from.n)
		return "has more holes than the English";
	if (p->from.n == 1 && p->from.before[0][0] == '\0' &&
	    p->from.before[1][0] == '\0')
		return "would match everything";
	return NULL;
}

const struct phrases *
phrases_parse(const char *text, const char *file, const struct words *w,
    struct arena *a, struct problems *probs)
{
	struct phrases *out = arena_alloc(a, sizeof(*out));
	struct phrase *v = NULL;
	bool open = false; /* the English stands there, its answer not yet */
	size_t cap = 0;
	int no = 0;

	out->w = w;
	for (const char *next; *text != '\0'; text = next) {
		size_t n = strcspn(text, "\n");
		const char *line = str_trim(a, text, n), *wrong = NULL;
		bool is_answer = *text == '\t' || *text == ' ';

		next = text + n + (text[n] == '\n');
		no++;
		if (*line == '\0' || str_eq(line, "#") ||
		    str_has_prefix(line, "# "))
			continue;
		if (is_answer != open)
			wrong = open ? "the line above has no answer"
			    : "this answer has no line above it";
		else if (!open)
			wrong = read_pattern(a, line,
			    &ARENA_PUSH(a, v, out->n, cap)->from);
		else if ((wrong = read_pattern(a, line,
		    &v[out->n - 1].to)) == NULL)
			wrong = check(&v[out->n - 1]);
		open = !is_answer;
		if (wrong != NULL)
			problem_add(probs, file, no, "", "%s", wrong);
	}
	if (open)
		problem_add(probs, file, no, "", "the last line has no answer");
	out->v = v;
	return out;
}

/* --- matching --- */

static bool
take(struct span *rest, const char *literal)
{
	size_t n = strlen(literal);

	if (n > rest->n || memcmp(rest->s, literal, n) != 0)
		return false;
	rest->s += n;
	rest->n -= n;
	return true;
}

/* Each hole is as short as it can be, the last one takes what is left. */
static bool
match(const struct pattern *p, const char *text, struct span *holes)
{
	struct span rest = { text, strlen(text) };

	if (!take(&rest, p->before[0]))
		return false;
	for (size_t i = 0; i < p->n; i++) {
		const char *next = p->before[i + 1], *at;
		size_t n = strlen(next);

		if (i + 1 == p->n) {
			if (n > rest.n || memcmp(rest.s + rest.n - n, next,
			    n) != 0)
				return false;
			holes[i] = (struct span){ rest.s, rest.n - n };
			return true;
		}
		if ((at = memmem(rest.s, rest.n, next, n)) == NULL)
			return false;
		holes[i] = (struct span){ rest.s, (size_t)(at - rest.s) };
		rest.n -= holes[i].n + n;
		rest.s = at + n;
	}
	return rest.n == 0;
}

/* --- saying --- */

static const char *say(const struct phrases *p, struct arena *a,
    const char *text, int depth);

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The name of a day or a month, "" if it is none. */
static const char *
day_or_month(const struct words *w, const char *s, size_t n)
{
	const struct words *en = words_for("en");

	for (size_t i = 0; i < 7; i++)
		if (strlen(en->weekday_short[i]) == n &&
		    memcmp(en->weekday_short[i], s, n) == 0)
			return w->weekday_short[i];
	for (size_t i = 0; i < 12; i++)
		if (strlen(en->month_short[i]) == n &&
		    memcmp(en->month_short[i], s, n) == 0)
			return w->month_short[i];
	return "";
}

/* "Tue 3 Nov and Thu 5 Nov" */
static const char *
say_dates(const struct phrases *p, struct arena *a, const char *s)
{
	struct str b = { 0 };
	char *out;

	while (*s != '\0') {
		size_t n = 0;
		const char *word;

		while (is_letter(s[n]))
			n++;
		word = day_or_month(p->w, s, n);
		n = n == 0 ? 1 : n;
		if (*word != '\0')
			str_add(&b, word);
		else
			str_addn(&b, s, n);
		s += n;
	}
	out = str_dup(&b, a);
	str_fini(&b);
	return out;
}

/* The parts between the separators, each said by itself. */
static const char *
say_parts(const struct phrases *p, struct arena *a, const char *s,
    const char *separator, int depth)
{
	size_t skip = strlen(separator);
	struct str b = { 0 };
	char *out;

	for (;;) {
		const char *end = strstr(s, separator);
		size_t n = end != NULL ? (size_t)(end - s) : strlen(s);

		str_add(&b, say(p, a, arena_strndup(a, s, n), depth));
		if (end == NULL)
			break;
		str_add(&b, separator);
		s = end + skip;
	}
	out = str_dup(&b, a);
	str_fini(&b);
	return out;
}

static const char *
say_hole(const struct phrases *p, struct arena *a, char kind,
    const struct span *hole, int depth)
{
	const char *s = arena_strndup(a, hole->s, hole->n);

	switch (kind) {
	case 's':
		return say(p, a, s, depth + 1);
	case 'l':
		return say_parts(p, a, s, ", ", depth + 1);
	case 'd':
		return say_dates(p, a, s);
	default:
		return s;
	}
}

static const struct phrase *
find(const struct phrases *p, const char *text, struct span *holes)
{
	for (size_t i = 0; i < p->n; i++)
		if (match(&p->v[i].from, text, holes))
			return &p->v[i];
	return NULL;
}

static const char *
say(const struct phrases *p, struct arena *a, const char *text, int depth)
{
	struct span holes[PHRASES_MAX_HOLES];
	const struct phrase *f;
	struct str b = { 0 };
	char *out;

	if (depth > MAX_DEPTH || (f = find(p, text, holes)) == NULL)
		return text;
	for (size_t i = 0; i < f->to.n; i++) {
		char kind = f->to.hole[i];
		size_t k = kind >= '1' && kind <= '6' ? (size_t)(kind - '1')
		    : i;

		str_add(&b, f->to.before[i]);
		str_add(&b, say_hole(p, a, f->from.hole[k], &holes[k], depth));
	}
	str_add(&b, f->to.before[f->to.n]);
	out = str_dup(&b, a);
	str_fini(&b);
	return out;
}

const char *
phrases_say(const struct phrases *p, struct arena *a, const char *text)
{
	if (text == NULL)
		return "";
	return p == NULL || *text == '\0' ? text : say(p, a, text, 0);
}

const char *
phrases_say_lines(const struct phrases *p, struct arena *a, const char *text)
{
	if (text == NULL)
		return "";
	return p == NULL ? text : say_parts(p, a, text, "\n", 0);
}

const char *
phrases_say_list(const struct phrases *p, struct arena *a, const char *text)
{
	if (text == NULL)
		return "";
	return p == NULL ? text : say_parts(p, a, text, ", ", 0);
}

bool
phrases_has(const struct phrases *p, const char *text)
{
	struct span holes[PHRASES_MAX_HOLES];

	return p != NULL && find(p, text, holes) != NULL;
}
