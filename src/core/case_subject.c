/* case_subject.c - the composed, internal subject of a case (G8). */
#include "core/casefile.h"

#include "base/str.h"

#include <string.h>


#define SUBJECT_MAX 300

static bool
is_separator(char c)
{
	return c != '\0' && strchr("-,;:/|", c) != NULL;
}

/*
 * What stands between two fields, when a field between them was empty:
 * brackets around nothing go, and of several separators the first stays.
 */
static void
tidy(struct str *gap)
{
	struct str out = { 0 };
	const char *s = str_text(gap);

	while (*s != '\0') {
		size_t n = strspn(s, " "), sep;

		if ((*s == '(' || *s == '[') &&
		    (s[1 + strspn(s + 1, " ")] == ')' ||
		    s[1 + strspn(s + 1, " ")] == ']')) {
			s += 2 + strspn(s + 1, " ");
		} else if (n > 0) {
			if (out.len == 0 || out.s[out.len - 1] != ' ')
				str_addc(&out, ' ');
			s += n;
		} else if ((sep = strspn(s, "-,;:/|")) > 0) {
			size_t k = out.len;

			while (k > 0 && out.s[k - 1] == ' ')
				k--;
			if (k == 0 || !is_separator(out.s[k - 1]))
				str_addn(&out, s, sep);
			s += sep;
		} else {
			str_addc(&out, *s++);
		}
	}
	str_clear(gap);
	str_add(gap, str_text(&out));
	str_fini(&out);
}

/* The gap before the first field: no separators in front. */
static const char *
without_head(const char *s)
{
	while (*s == ' ' || is_separator(*s))
		s++;
	return s;
}

static void
add_value(struct str *out, struct str *gap, const char *value)
{
	tidy(gap);
	str_add(out, out->len == 0 ? without_head(str_text(gap))
	    : str_text(gap));
	str_clear(gap);
	for (; *value != '\0'; value++)
		str_addc(out, (unsigned char)*value < ' ' ? ' ' : *value);
}

/* The gap after the last field: no separators at the end. */
static void
add_tail(struct str *out, struct str *gap)
{
	size_t n;

	tidy(gap);
	n = gap->len;
	while (n > 0 && (gap->s[n - 1] == ' ' || is_separator(gap->s[n - 1])))
		n--;
	if (out->len > 0)
		str_addn(out, str_text(gap), n);
}

char *
case_compose_subject(const struct casefile *c, const struct policy *p,
    struct arena *a)
{
	struct str out = { 0 }, gap = { 0 };
	const char *s = p->subject_format, *end;
	char *subject;

	while (*s != '\0') {
		if (s[0] != '{' || s[1] != '{' ||
		    (end = strstr(s + 2, "}}")) == NULL) {
			str_addc(&gap, *s++);
			continue;
		}
		char *name = str_trim(a, s + 2, (size_t)(end - s - 2));
		const char *value = case_get(c, name, a);

		if (value != NULL && !str_is_empty(value))
			add_value(&out, &gap, value);
		s = end + 2;
	}
	add_tail(&out, &gap);
	subject = arena_strndup(a, str_text(&out),
	    utf8_cut(str_text(&out), out.len, SUBJECT_MAX));
	str_fini(&gap);
	str_fini(&out);
	return subject;
}
