/* verb_absence.c - the verbs "absent" and "back": who is away until when. */
#include "core/verb_part.h"

#include "base/str.h"

#include <string.h>

static const struct person *
find(const struct policy *p, const char *s)
{
	const struct person *who = policy_person(p, s);

	return who != NULL ? who : policy_person_by_email(p, s);
}

/* The first word, if it names somebody, else who speaks; *rest: behind it. */
static enum rc
whom(const struct verb_call *c, const struct person **who,
    const char **rest, struct err *e)
{
	size_t n = strcspn(c->args, " \t,:");
	const char *name = arena_strndup(c->a, c->args, n);

	*rest = c->args + n + strspn(c->args + n, " \t,:");
	if ((*who = find(c->policy, name)) != NULL)
		return RC_OK;
	*rest = c->args;
	if ((*who = c->who) != NULL)
		return RC_OK;
	return err_set(e, RC_BAD, "nobody of the staff is called \"%.80s\";"
	    " `caseward people` lists them", name);
}

static const char *
skip_word(const char *s, const char *word)
{
	size_t n = strlen(word);

	return str_has_caseprefix(s, word) && (s[n] == ' ' || s[n] == '\t') ?
	    s + n + strspn(s + n, " \t") : s;
}

enum rc
verb_span(const char *s, const struct calendar *cal, cw_time now,
    struct arena *a, cw_time *from, cw_time *until, struct err *e)
{
	static const char *const marks[] = { " until ", " to ", " - ",
		" hasta " };
	const char *mark = NULL, *end = NULL;

	*from = now;
	s = skip_word(skip_word(s, "from"), "desde");
	for (size_t i = 0; mark == NULL && i < 4; i++)
		if ((mark = str_casefind(s, marks[i])) != NULL)
			end = mark + strlen(marks[i]);
	if (mark != NULL && !verb_day(arena_strndup(a, s,
	    (size_t)(mark - s)), cal, now, from))
		return err_set(e, RC_BAD, "\"%.*s\" is no day",
		    (int)(mark - s < 40 ? mark - s : 40), s);
	if (end == NULL)
		end = skip_word(skip_word(s, "until"), "hasta");
	if (!verb_day(end, cal, now, until) || *until <= now ||
	    *until <= *from)
		return err_set(e, RC_BAD, "until when?  \"%.40s\" is no day"
		    " ahead of us: say 2026-11-30, friday, or 5 days", end);
	return RC_OK;
}

static struct act *
absence_act(const struct person *who, cw_time from, cw_time until,
    struct plan *p)
{
	struct act *act = plan_add(p, ACT_ABSENT, "command", "");

	act->to = arena_strdup(p->a, who->email);
	act->n = from;
	act->at = until;
	return act;
}

enum rc
verb_absent(const struct verb_call *c, struct plan *p, const char **said,
    struct err *e)
{
	const struct person *who;
	cw_time from, until;
	const char *rest;
	enum rc rc;

	if ((rc = whom(c, &who, &rest, e)) != RC_OK ||
	    (rc = verb_span(rest, who->calendar, c->now, c->a, &from,
	    &until, e)) != RC_OK)
		return rc;
	(void)absence_act(who, from, until, p);
	*said = arena_printf(c->a, "%s is away%s%s until %s; that day they are"
	    " back.", who->name, from > c->now ? " from " : "", from > c->now ?
	    calendar_format_day(c->a, who->calendar, from) : "",
	    calendar_format_day(c->a, who->calendar, until));
	plan_event(p, "absence", arena_printf(c->a, "%s (by %s)", *said,
	    verb_who(c)), "");
	return RC_OK;
}

enum rc
verb_back(const struct verb_call *c, struct plan *p, const char **said,
    struct err *e)
{
	const struct person *who;
	const char *rest;
	enum rc rc;

	if ((rc = whom(c, &who, &rest, e)) != RC_OK)
		return rc;
	if (*rest != '\0')
		return err_set(e, RC_BAD, "nobody of the staff is called"
		    " \"%.80s\"", rest);
	(void)absence_act(who, 0, 0, p);
	*said = arena_printf(c->a, "%s is there.", who->name);
	plan_event(p, "absence", arena_printf(c->a, "%s (by %s)", *said,
	    verb_who(c)), "");
	return RC_OK;
}
