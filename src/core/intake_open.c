/* intake_open.c - a mail opens a case. */
#include "core/intake_part.h"

#include "base/str.h"
#include "core/ladder.h"
#include "core/language.h"
#include "core/party.h"
#include "mail/unread.h"

#include <string.h>

static const char *
or_empty(const char *s)
{
	return s != NULL ? s : "";
}

const char *
intake_sender(const struct intake *in)
{
	return in->m->from.n > 0 ? in->m->from.v[0].email : "nobody";
}

const char *
intake_words(const struct intake *in)
{
	return unread_reply(&in->m->body, in->a);
}

void
intake_name_unread(const struct intake *in, const struct casefile *c,
    struct plan *p)
{
	const char *words = unread_words(&in->m->body, in->a);

	if (*words == '\0')
		return;
	words = arena_printf(in->a, "Mail of %s: %s", intake_sender(in),
	    words);
	plan_event(p, "unread", words, "");
	plan_task(p, "read-original", c->owner, arena_printf(in->a, "%s Open"
	    " the original, or ask the sender to send it again as plain text,"
	    " without encryption.", words), c->due_at);
}

static const struct person *
pick_agent(const struct team *t, const char *region, size_t rotation,
    const struct casefile *c, bool (*is_away)(void *, const char *),
    void *ctx)
{
	const struct person *any = NULL;

	for (size_t i = 0; i < t->n_members; i++) {
		const struct person *m =
		    t->members[(rotation + i) % t->n_members];

		/* Nobody handles the case that they are part of. */
		if (party_is(c, m->email) || is_away(ctx, m->email))
			continue;
		if (*region == '\0' || str_caseeq(m->region, region))
			return m;
		if (any == NULL)
			any = m;
	}
	return any != NULL ? any : party_above(c, t->lead);
}

/* Staff of the desk write for others; everybody else writes for themselves,
 * the contact of a department too. */
static bool
writes_for_others(const struct person *staff)
{
	return staff != NULL && (staff->roles & (ROLE_AGENT | ROLE_LEAD |
	    ROLE_SUPERVISOR)) != 0;
}

/* The reader's language: the directory's word on who wrote, else that of the
 * mail, else what is known of the employee. */
static const char *
language_of(const struct intake *in, const char *known)
{
	const char *guess;

	if (in->staff != NULL || (in->sender_is_employee && *known != '\0'))
		return known;
	guess = language_guess(in->m->body.reply_text, in->a);
	return *guess != '\0' ? guess : known;
}

static void
fill_employee(const struct intake *in, struct casefile *c)
{
	const struct employee *e = in->employee;
	/* AR-2, AR-6: nobody reads what goes to a robot or to several */
	const struct addr *from = in->m->from.n == 1 &&
	    !autoreply_is_robot(in->m->from.v[0].email) ?
	    &in->m->from.v[0] : NULL;

	if (e != NULL) {
		c->employee_name = e->name;
		c->employee_email = e->email;
		c->employee_id = e->employee_id;
		c->client = e->client;
		c->client_id = e->client_id;
		c->division = e->division;
		c->language = e->language;
		c->zone_name = e->zone;
	}
	/* The answer goes where the mail came from, unless staff wrote for
	 * somebody: who is only named in a mail may be whom it is against. */
	if (from != NULL && !writes_for_others(in->staff)) {
		c->employee_email = str_lower(in->a, from->email);
		if (!in->sender_is_employee)
			c->employee_name = in->staff != NULL ?
			    in->staff->name : from->name;
		c->language = language_of(in, c->language);
	}
}

bool
intake_is_grave(const struct triage *t)
{
	return t->risk >= RISK_HIGH || t->n_escalations > 0;
}

static void
no_text(struct casefile *c)
{
	*c = (struct casefile){ .category = "", .type = "", .department = "",
		.owner = "", .notify_user = "", .team = "",
		.employee_name = "", .employee_email = "", .employee_id = "",
		.client = "", .client_id = "", .division = "", .language = "",
		.zone_name = "", .brief = "", .subject = "",
		.public_title = "", .reported_by = "", .stoppage_reason = "",
		.escalated_why = "", .parties = "", .resolution = "" };
}

void
intake_open(const struct intake *in, size_t rotation,
    bool (*is_away)(void *ctx, const char *email), void *ctx,
    struct casefile *c)
{
	const struct triage *t = in->triage;
	const struct team *team = in->policy->default_team;
	const char *region = in->employee != NULL ? in->employee->region : "";
	const struct person *owner;

	no_text(c);
	fill_employee(in, c);
	c->state = CASE_ASSIGNED;
	c->priority = t->priority;
	c->risk = t->risk;
	c->category = t->category != NULL ? t->category->id : "";
	c->type = or_empty(t->type);
	c->department = t->department->id;
	c->brief = t->brief;
	c->public_title = t->public_title;
	c->escalated_why = t->escalate_to != NULL ?
	    or_empty(t->escalate_why) : "";
	c->reported_by = writes_for_others(in->staff) ? in->staff->name :
	    in->policy->desk_name;
	if (intake_is_grave(t))
		c->parties = party_named(in->policy, in->m, intake_sender(in),
		    in->a);
	owner = pick_agent(team, or_empty(region), rotation,
	    c, is_away, ctx);
	c->owner = c->notify_user = owner->id;
	c->team = team->id;
	c->opened_at = c->ladder_from = in->now;
	c->due_at = case_due(c, in->policy, in->now);
	c->step_due_at = c->due_at; /* until ladder_begin says better */
	c->subject = case_compose_subject(c, in->policy, in->a);
}

static void
subscribe(const struct intake *in, struct plan *p)
{
	const struct policy *pol = in->policy;

	for (size_t i = 0; i < pol->n_always_subscribed; i++)
		plan_add(p, ACT_SUBSCRIBE, "", pol->always_subscribed[i]);
	if (in->triage->money)
		plan_add(p, ACT_SUBSCRIBE, "", pol->payroll_subscriber);
}

/* G1: what is missing is named, field by field. */
static void
note_missing(const struct intake *in, const struct casefile *c, struct plan *p)
{
	const char *list = case_missing_words(c, in->policy, in->a);

	if (*list != '\0')
		plan_event(p, "incomplete",
		    arena_printf(in->a, "missing: %s", list), "");
}

static void
acknowledge(const struct intake *in, const struct casefile *c, struct plan *p)
{
	const char *why = in->m->wants_no_answer ? in->m->class_why :
	    !in->is_addressed ? "AR-7 not addressed to us" :
	    in->m->from.n != 1 ? "AR-6 no single sender" :
	    c->employee_email[0] == '\0' ? "no employee address" : NULL;

	if (why != NULL) {
		plan_event(p, "no-ack", arena_printf(in->a,
		    "no acknowledgement: %s", why), "");
		return;
	}
	plan_mail(p, "ack", AUD_EMPLOYEE, c->employee_email,
	    c->employee_name, "")->at = in->ack_not_before;
	if (in->ack_not_before > in->now)
		plan_event(p, "ack-deferred", "many mails from this sender:"
		    " the acknowledgement goes out later (AR-14)", "");
}

static bool
was_told(const struct case_facts *f, const struct person *who)
{
	for (size_t i = 0; i < f->n_history; i++)
		if (str_eq(f->history[i].kind, "escalated") &&
		    strstr(f->history[i].text, who->name) != NULL)
			return true;
	return false;
}

void
intake_escalate(const struct intake *in, const struct case_facts *f,
    struct plan *p)
{
	const struct triage *t = in->triage;

	for (size_t i = 0; i < t->n_escalations; i++) {
		const struct person *to = party_above(&f->c,
		    t->escalations[i].to);

		if (was_told(f, to))
			continue;
		plan_event(p, "escalated", arena_printf(in->a,
		    "to %s at once: %s", to->name, t->escalations[i].why),
		    "");
		plan_mail(p, "escalation-intake", AUD_INTERNAL, to->email,
		    to->name, t->escalations[i].why)->key =
		    arena_strdup(p->a, intake_words(in));
	}
}

/* Somebody whom the directory does not know writes for one whom it knows. */
static void
check_sender(const struct intake *in, const struct casefile *c,
    struct plan *p)
{
	if (in->employee == NULL || in->sender_is_employee ||
	    writes_for_others(in->staff))
		return;
	plan_task(p, "check-sender", c->owner, arena_printf(in->a,
	    "Check that %s may hear about %s (%s): the directory does not know"
	    " this address.", c->employee_email, in->employee->name,
	    in->employee->employee_id), c->due_at);
}

void
intake_name_parties(const struct casefile *c, struct plan *p, struct arena *a)
{
	const char *words;

	if (*c->parties == '\0')
		return;
	words = arena_printf(a, "Named in the mail, so they hear nothing of"
	    " this case: %s. Where that is wrong, say #include and the name.",
	    c->parties);
	plan_event(p, "party", words, "");
	plan_task(p, "check-parties", c->owner, words, c->due_at);
}

/* H6: of a case that few may read, another one says something only if the
 * same few read that. */
static bool
may_be_named(const struct casefile *x, const struct casefile *c)
{
	if (x->risk != RISK_CONFIDENTIAL && *x->parties == '\0')
		return true;
	return str_eq(x->owner, c->owner) && c->risk >= x->risk &&
	    str_eq(x->parties, c->parties);
}

/* People write twice about one matter: the owner is told of the other case,
 * and asked about one that is as fresh as this. */
static void
name_others(const struct intake *in, const struct casefile *c,
    struct plan *p)
{
	const struct casefile *last = NULL;
	const char *list = "";

	for (size_t i = 0; i < in->n_others; i++) {
		const struct casefile *x = &in->others[i];

		if (!may_be_named(x, c))
			continue;
		list = arena_printf(in->a, "%s%s%s (%s)", list, last == NULL ?
		    "" : ", ", case_number(x, in->a), x->brief);
		last = x;
	}
	if (last == NULL)
		return;
	plan_event(p, "same-person", arena_printf(in->a,
	    "also open for the same person: %s", list), "");
	if (in->now - last->opened_at <= CW_DAY)
		plan_task(p, "same-matter", c->owner, arena_printf(in->a,
		    "Is it the same matter as %s, \"%s\", which came shortly"
		    " before?", case_number(last, in->a), last->brief),
		    c->due_at);
}

void
intake_keep_files(const struct msg *m, struct plan *p)
{
	if (m->body.n_attachments > 0)
		plan_set_int(p, "has_unreviewed", 1);
}

void
intake_opened(const struct intake *in, const struct case_facts *f,
    struct plan *p)
{
	const struct casefile *c = &f->c;
	const struct person *contact = case_contact(f, in->policy, in->now);

	plan_event(p, "opened", arena_printf(in->a, "opened by mail of %s; %s",
	    intake_sender(in), in->thread->why),
	    "We received your message and opened a case.");
	subscribe(in, p);
	note_missing(in, c, p);
	intake_keep_files(in->m, p);
	intake_name_unread(in, c, p);
	ladder_begin(f, in->policy, in->now, p);
	plan_alarm(p, "review", "", calendar_add(in->policy->calendar,
	    in->now, (struct duration){ 1, UNIT_BUSINESS_DAYS }));
	acknowledge(in, c, p);
	plan_mail(p, "notice", AUD_DEPARTMENT, contact->email, contact->name,
	    "")->key = arena_strdup(p->a, intake_words(in));
	intake_escalate(in, f, p);
	check_sender(in, c, p);
	intake_name_parties(c, p, in->a);
	name_others(in, c, p);
	if (in->thread->is_flagged)
		plan_task(p, "check-thread", c->owner, in->thread->why,
		    c->due_at);
}
