/* intake_auto.c - out-of-office replies and other automatic mail on a case. */
#include "core/intake_part.h"

#include "base/str.h"
#include "core/ladder.h"
#include "core/party.h"

#include <string.h>

static const struct calendar *
calendar_of(const struct intake *in)
{
	return in->staff != NULL ? in->staff->calendar : in->policy->calendar;
}

/* 00:00 UTC of a day, as the beginning of that day where they live. */
static cw_time
at_home(const struct intake *in, cw_time day)
{
	struct civil c;

	civil_from_utc(day, &c);
	c.hour = c.minute = c.second = 0;
	return zone_instant(calendar_of(in)->zone, &c);
}

cw_time
intake_away_from(const struct intake *in, const struct absence *away)
{
	cw_time from = away->from_at == 0 ? 0 : at_home(in, away->from_at);

	return from > in->now && from < intake_back_at(in, away) ? from :
	    in->now;
}

cw_time
intake_back_at(const struct intake *in, const struct absence *away)
{
	cw_time back = away->back_at == 0 ? 0 : at_home(in, away->back_at);

	if (back > in->now)
		return back;
	return calendar_add(calendar_of(in), in->now,
	    in->policy->absence_unknown);
}

const char *
intake_named_deputy(const struct intake *in)
{
	const char *text = in->m->body.reply_text;

	text = arena_strndup(in->a, text, utf8_cut(text, strlen(text), 8192));
	for (size_t i = 0; in->staff != NULL && i < in->policy->n_people;
	     i++) {
		const struct person *x = &in->policy->people[i];

		if (x != in->staff && strchr(x->name, ' ') != NULL &&
		    party_is_named(text, x))
			return x->email;
	}
	return "";
}

/* "They name Omar Haddad." */
static const char *
deputy_words(const struct intake *in, const struct absence *away)
{
	const struct person *who = policy_person_by_email(in->policy,
	    away->deputy);

	if (str_is_empty(away->deputy))
		return "";
	return who != NULL ? arena_printf(in->a, " They name %s.",
	    who->name) : arena_printf(in->a, " They name %s, who is not of the"
	    " staff and gets no mail.", away->deputy);
}

/* What was understood, and what to say if it is wrong. */
static const char *
absence_words(const struct intake *in, const struct absence *away,
    cw_time back_at, bool was_diverted)
{
	const char *id = in->staff->id;
	bool is_guess = away->back_at == 0 || away->back_at <= in->now;

	return arena_printf(in->a, "%s is out of office until %s%s%s%s Say"
	    " #back %s if they are there, #absent %s and a date if that is not"
	    " right.", in->staff->name, calendar_format_day(in->a,
	    calendar_of(in), back_at), is_guess ? ", we suppose, for the mail"
	    " names no day: do you know it?" : ".",
	    deputy_words(in, away), was_diverted ? " What was asked there went"
	    " to somebody else at once." : "", id, id);
}

static void
tell_keeper(const struct intake *in, const struct case_facts *f,
    const char *template_name, const char *reason, struct plan *p)
{
	intake_tell(f, in->policy, in->now, in->m->from.v[0].email,
	    template_name, reason, intake_words(in), p);
}

static void
set_absent(const struct intake *in, const struct absence *away,
    cw_time back_at, struct plan *p)
{
	struct act *act = plan_add(p, ACT_ABSENT, "mail",
	    away->deputy != NULL ? away->deputy : "");

	act->to = arena_strdup(p->a, in->m->from.v[0].email);
	act->n = intake_away_from(in, away);
	act->at = back_at;
}

/* The keeper looks at it: machines of strangers decide nothing. */
static void
only_tell(const struct intake *in, const struct case_facts *f,
    const char *from, struct plan *p)
{
	tell_keeper(in, f, "new-mail", arena_printf(in->a, "An automatic mail"
	    " says that %s is out of office, but nothing proves who sent it:"
	    " mail still goes there. If it is so, say #absent %s and a date.",
	    from, in->staff->id), p);
}

/* Has this case been told of it since it was last asked? */
static bool
was_told(const struct case_facts *f, const char *line)
{
	for (size_t i = f->n_history; i > 0; i--)
		if (str_eq(f->history[i - 1].kind, "mail-auto") &&
		    str_eq(f->history[i - 1].text, line))
			return true;
	return false;
}

void
intake_auto(const struct intake *in, const struct case_facts *f,
    const struct absence *away, struct plan *p)
{
	const char *from = in->m->from.n > 0 ? in->m->from.v[0].email : "";
	const struct address_state *known = facts_address(f, from);
	const char *line = arena_printf(in->a, "automatic mail of %s (%s):"
	    " filed, it counts for nothing", from, in->m->class_why);
	bool again = was_told(f, line);
	cw_time back_at;
	size_t before;

	plan_event(p, "mail-auto", line, "");
	if (in->m->is_challenge && !again)
		tell_keeper(in, f, "new-mail", arena_printf(in->a, "%s wants a"
		    " confirmation before our mail is let through: a person"
		    " has to give it, or to call.", from), p);
	/* Of the staff and with a right to be heard: it is they who are away.
	 * An employee who is away is written to as ever. */
	if (away == NULL || in->staff == NULL || !in->thread->sender_belongs ||
	    in->thread->audience == AUD_EMPLOYEE ||
	    !case_state_is_open(f->c.state))
		return;
	if (!in->is_from_reader) {
		if (!again)
			only_tell(in, f, from, p);
		return;
	}
	back_at = intake_back_at(in, away);
	set_absent(in, away, back_at, p);
	if (intake_away_from(in, away) > in->now)
		return; /* not yet: the hand-over comes with the day */
	before = p->n;
	ladder_divert(f, in->policy, in->now, from, arena_printf(in->a,
	    "%s is out of office", from), p);
	/* Known already: two who are away must not keep us writing (M5). */
	if (known != NULL && address_is_absent(known, in->now) &&
	    p->n == before)
		return;
	tell_keeper(in, f, "absence", absence_words(in, away, back_at,
	    p->n != before), p);
}
