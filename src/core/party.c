/* party.c - whom a case is about or against. */
#include "core/party.h"

#include "base/str.h"

#include <string.h>

#define MAX_TEXT (64 * 1024)

/* The next address of a list that blanks separate; NULL at its end. */
static const char *
next(const char **list, struct arena *a)
{
	const char *s = *list + strspn(*list, " ");
	size_t n = strcspn(s, " ");

	*list = s + n;
	return n == 0 ? NULL : arena_strndup(a, s, n);
}

static bool
is_listed(const char *list, const char *email)
{
	size_t want = strlen(email);

	while (*(list += strspn(list, " ")) != '\0') {
		size_t n = strcspn(list, " ");

		if (n == want && str_has_caseprefix(list, email))
			return true;
		list += n;
	}
	return false;
}

bool
party_is(const struct casefile *c, const char *email)
{
	if (str_is_empty(email))
		return false;
	return (c->employee_email != NULL &&
	    str_caseeq(c->employee_email, email)) ||
	    (c->parties != NULL && is_listed(c->parties, email));
}

const char *
party_with(const char *parties, const char *email, struct arena *a)
{
	if (is_listed(parties, email))
		return parties;
	return arena_printf(a, "%s%s%s", parties, *parties == '\0' ? "" : " ",
	    str_lower(a, email));
}

const char *
party_without(const char *parties, const char *email, struct arena *a)
{
	const char *rest = parties, *out = "", *one;

	while ((one = next(&rest, a)) != NULL)
		if (!str_caseeq(one, email))
			out = party_with(out, one, a);
	return out;
}

const char *
party_join(const char *parties, const char *more, struct arena *a)
{
	const char *one;

	while ((one = next(&more, a)) != NULL)
		parties = party_with(parties, one, a);
	return parties;
}

const struct person *
party_above(const struct casefile *c, const struct person *who)
{
	while (party_is(c, who->email) && who->manager != NULL)
		who = who->manager;
	return who;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* As words of their own: Ann Lee is not in Joann Leeds. */
static bool
has_words(const char *text, const char *words)
{
	size_t n = strlen(words);

	for (const char *s = text; (s = str_casefind(s, words)) != NULL; s++)
		if ((s == text || !is_letter(s[-1])) && !is_letter(s[n]))
			return true;
	return false;
}

bool
party_is_named(const char *text, const struct person *who)
{
	return has_words(text, who->name) || has_words(text, who->id) ||
	    has_words(text, who->email);
}

const char *
party_named(const struct policy *p, const struct msg *m,
    const char *not_email, struct arena *a)
{
	const char *text = m->body.reply_text, *list = "";

	text = arena_strndup(a, text, utf8_cut(text, strlen(text), MAX_TEXT));
	for (size_t i = 0; i < p->n_people; i++) {
		const struct person *x = &p->people[i];

		if (str_caseeq(x->email, not_email) ||
		    strchr(x->name, ' ') == NULL)
			continue;
		if (has_words(m->subject, x->name) ||
		    has_words(text, x->name) || has_words(text, x->email))
			list = party_with(list, x->email, a);
	}
	return list;
}
