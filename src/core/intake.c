/* intake.c - what a mail does to a case. */
#include "core/intake.h"

#include "base/str.h"
#include "core/ladder.h"
#include "core/lifecycle.h"
#include "core/party.h"
#include "core/thanks.h"
#include "mail/addr.h"

#include <string.h>

#define SHORT_ANSWER 200 /* "done, see attached": the rest is in the file */
#define SMALL_PICTURE (64 * 1024)

static const char *
or_empty(const char *s)
{
	return s != NULL ? s : "";
}

/* Who handles the case, but for one who cannot be told. */
static const struct person *
keeper_but(const struct case_facts *f, const struct policy *policy,
    cw_time now, const char *not_email)
{
	const struct person *to = case_keeper(f, policy, now);

	if (str_caseeq(to->email, not_email))
		to = case_keeper_lead(f, policy, now);
	return str_caseeq(to->email, not_email) ? policy->supervisor : to;
}

/* Why the owner, or who stands in, hears of this mail: one sentence, then
 * the words. */
static void
tell_owner(const struct case_facts *f, const struct policy *policy,
    cw_time now, const char *not_email, const char *template_name,
    const char *reason, const char *detail, struct plan *p)
{
	const struct person *to = keeper_but(f, policy, now, not_email);

	plan_mail(p, template_name, AUD_INTERNAL, to->email, to->name, reason)
	    ->key = arena_strdup(p->a, detail);
}

static const char *
sender_of(const struct intake *in)
{
	return in->m->from.n > 0 ? in->m->from.v[0].email : "nobody";
}

/* ---- a new case ------------------------------------------------------- */

/* `who` or, if the case is about them, the first manager above of whom it is
 * not. */
static const struct person *
above(const struct casefile *c, const struct person *who)
{
	while (party_is(c, who->email) && who->manager != NULL)
		who = who->manager;
	return who;
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
	return any != NULL ? any : above(c, t->lead);
}

/* Staff of the desk write for others; everybody else writes for themselves,
 * the contact of a department too. */
static bool
writes_for_others(const struct person *staff)
{
	return staff != NULL && (staff->roles & (ROLE_AGENT | ROLE_LEAD |
	    ROLE_SUPERVISOR)) != 0;
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
	}
}

/* A complaint: staff whom it names may be whom it is against. */
static bool
is_grave(const struct triage *t)
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
	if (is_grave(t))
		c->parties = party_named(in->policy, in->m, sender_of(in),
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

/* H5: who must hear of it hears now, by the first mail that says so. */
static void
escalate_at_once(const struct intake *in, const struct case_facts *f,
    struct plan *p)
{
	const struct triage *t = in->triage;

	for (size_t i = 0; i < t->n_escalations; i++) {
		const struct person *to = above(&f->c, t->escalations[i].to);

		if (was_told(f, to))
			continue;
		plan_event(p, "escalated", arena_printf(in->a,
		    "to %s at once: %s", to->name, t->escalations[i].why),
		    "");
		plan_mail(p, "escalation-intake", AUD_INTERNAL, to->email,
		    to->name, t->escalations[i].why)->key =
		    arena_strdup(p->a, in->m->body.reply_text);
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

/* The list is a guess by names: the owner can put it right. */
static void
name_parties(const struct casefile *c, struct plan *p, struct arena *a)
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

/* People write twice about one matter: the owner is told of the other case,
 * and asked about one that is as fresh as this. */
static void
name_others(const struct intake *in, const struct casefile *c,
    struct plan *p)
{
	const struct casefile *last = in->n_others == 0 ? NULL :
	    &in->others[in->n_others - 1];
	const char *list = "";

	if (last == NULL)
		return;
	for (size_t i = 0; i < in->n_others; i++)
		list = arena_printf(in->a, "%s%s%s (%s)", list, i == 0 ? "" :
		    ", ", case_number(&in->others[i], in->a),
		    in->others[i].brief);
	plan_event(p, "same-person", arena_printf(in->a,
	    "also open for the same person: %s", list), "");
	if (in->now - last->opened_at <= CW_DAY)
		plan_task(p, "same-matter", c->owner, arena_printf(in->a,
		    "Is it the same matter as %s, \"%s\", which came shortly"
		    " before?", case_number(last, in->a), last->brief),
		    c->due_at);
}

static void
keep_attachments(const struct msg *m, struct plan *p)
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
	    sender_of(in), in->thread->why),
	    "We received your message and opened a case.");
	subscribe(in, p);
	note_missing(in, c, p);
	keep_attachments(in->m, p);
	ladder_begin(f, in->policy, in->now, p);
	plan_alarm(p, "review", "", calendar_add(in->policy->calendar,
	    in->now, (struct duration){ 1, UNIT_BUSINESS_DAYS }));
	acknowledge(in, c, p);
	plan_mail(p, "notice", AUD_DEPARTMENT, contact->email, contact->name,
	    "")->key = arena_strdup(p->a, in->m->body.reply_text);
	escalate_at_once(in, f, p);
	check_sender(in, c, p);
	name_parties(c, p, in->a);
	name_others(in, c, p);
	if (in->thread->is_flagged)
		plan_task(p, "check-thread", c->owner, in->thread->why,
		    c->due_at);
}

/* ---- a mail on a case ------------------------------------------------- */

bool
intake_reopens(const struct casefile *c, const struct policy *p, cw_time now)
{
	cw_time ended = c->closed_at > c->resolved_at ? c->closed_at :
	    c->resolved_at;

	return case_state_is_open(c->state) ||
	    now <= calendar_add(p->calendar, ended, p->reopen_within);
}

/* In whose name?  A stranger may hold the key: an event of its own (L13,
 * SA-15). */
static const char *
voice(const struct intake *in, const char *whose)
{
	return in->thread->sender_belongs ? whose : arena_printf(in->a,
	    "%s, who is not %s,", sender_of(in), whose);
}

/* H5: a case may become grave by a later mail: its risk and priority rise,
 * and who must hear of it does. */
static void
grow_graver(const struct intake *in, const struct case_facts *f,
    struct plan *p)
{
	const struct triage *t = in->triage;
	struct case_facts after = *f;

	if (t->n_escalations == 0)
		return;
	if (t->risk > f->c.risk)
		plan_set(p, "risk", risk_name(t->risk));
	escalate_at_once(in, f, p);
	if (t->priority <= f->c.priority || !case_state_is_open(f->c.state))
		return;
	after.c.priority = t->priority;
	plan_set(p, "priority", priority_name(t->priority));
	ladder_rescheduled(&after, in->policy, in->now, p);
}

static void
from_employee(const struct intake *in, const struct case_facts *f,
    struct plan *p)
{
	const char *wrote = arena_printf(in->a, "%s wrote",
	    voice(in, "the employee"));
	bool ended = !case_state_is_open(f->c.state);
	bool thanked = ended && in->m->body.n_attachments == 0 && thanks_only(
	    in->m->body.reply_text, f->c.employee_name, in->a); /* L16 */
	bool reopens = ended && !thanked;

	plan_event(p, "mail-in", wrote, in->thread->sender_belongs ?
	    "You wrote to us." : "");
	if (reopens) {
		case_reopen(f, in->policy, in->now, wrote, p);
	} else if (f->c.state == CASE_WAITING_EMPLOYEE) {
		ladder_resume(f, in->policy, in->now, wrote, p);
		plan_clear(p, "wait", "");
	}
	grow_graver(in, f, p);
	tell_owner(f, in->policy, in->now, "", "new-mail",
	    arena_printf(in->a, "%s%s.%s", in->thread->sender_belongs ?
	    "The employee wrote" : wrote, reopens ?
	    "; the case is open again" : thanked ?
	    "; it reads like thanks only, so the case stays as it is" : "",
	    in->thread->sender_belongs ?
	    "" : " Please check who wrote."), in->m->body.reply_text, p);
}

/* Anything but the small pictures of a signature. */
static bool
has_document(const struct msg *m)
{
	for (size_t i = 0; i < m->body.n_attachments; i++)
		if (!str_has_prefix(m->body.attachments[i].type, "image/") ||
		    m->body.attachments[i].size >= SMALL_PICTURE)
			return true;
	return false;
}

/* G14, G10: does it read like a resolution, or is it in an attachment? */
static void
propose_resolution(const struct intake *in, const struct case_facts *f,
    struct plan *p)
{
	const struct msg *m = in->m;
	const struct rule *rule = NULL;
	bool reads_so = triage_reads_resolved(in->policy, m, &rule);
	bool in_file = has_document(m) &&
	    strlen(m->body.reply_text) < SHORT_ANSWER;
	const char *why;

	if (!reads_so && !in_file)
		return;
	why = reads_so ? "The department's answer reads like a resolution." :
	    "The department sent an attachment and few words: the resolution"
	    " may be in the attachment.";
	if (reads_so)
		plan_set_int(p, "resolution_proposed", 1);
	if (in_file)
		plan_set_int(p, "resolution_in_attachment", 1);
	plan_event(p, "resolution-proposed", why, "");
	plan_task(p, "confirm-resolution", f->c.owner, why, f->c.due_at);
	tell_owner(f, in->policy, in->now, "", "confirm-resolution", why,
	    m->body.reply_text, p);
}

/* The addressee, or a colleague: departments pass questions on. */
static bool
speaks_for_department(const struct intake *in, const struct casefile *c)
{
	const struct department *d = case_department(c, in->policy);
	const char *domain = addr_domain(sender_of(in));

	return in->thread->sender_belongs || (!in->is_forged &&
	    !party_is(c, sender_of(in)) && *domain != '\0' && str_caseeq(domain,
	    addr_domain(d->contact->email)));
}

static void
from_department(const struct intake *in, const struct case_facts *f,
    struct plan *p)
{
	const char *note = in->m->is_forward ? /* TH-13 */
	    "The department forwarded a mail; the ladder goes on." :
	    !speaks_for_department(in, &f->c) ? arena_printf(in->a,
	    "%s wrote in the department's thread; the ladder goes on.",
	    sender_of(in)) : NULL;
	size_t before = p->n;

	if (note != NULL) {
		plan_event(p, "mail-in", note, "");
		tell_owner(f, in->policy, in->now, "", "new-mail", note,
		    in->m->body.reply_text, p);
		return;
	}
	plan_event(p, "mail-in", "the department answered",
	    "The department that can answer your question wrote back to us.");
	if (case_state_is_open(f->c.state)) {
		if (f->c.state != CASE_WAITING_EMPLOYEE &&
		    f->c.state != CASE_WAITING_DEPARTMENT) /* ladder_answered */
			plan_state(p, CASE_IN_PROGRESS, "the department answered");
		ladder_answered(f, in->policy, in->now, p);
		propose_resolution(in, f, p);
	} else {
		plan_set_int(p, "department_answered_at", in->now);
	}
	for (size_t i = before; i < p->n; i++)
		if (p->v[i].kind == ACT_MAIL)
			return; /* the owner hears of it already */
	tell_owner(f, in->policy, in->now, "", "new-mail",
	    in->thread->sender_belongs ? "The department answered." :
	    arena_printf(in->a, "%s answered for the department.",
	    sender_of(in)), in->m->body.reply_text, p);
}

static void
from_staff(const struct intake *in, const struct case_facts *f,
    struct plan *p)
{
	const struct person *keeper = case_keeper(f, in->policy, in->now);
	const char *name = in->staff != NULL ? in->staff->name :
	    sender_of(in);

	plan_event(p, "mail-in", arena_printf(in->a, "%s wrote", name), "");
	if (!str_is_empty(in->m->body.reply_text) && in->m->commands.n == 0)
		plan_note(p, "internal", arena_printf(in->a, "%s: %s", name,
		    in->m->body.reply_text));
	if (in->staff != keeper) /* who keeps the case wrote it: no loop (M5) */
		tell_owner(f, in->policy, in->now, "", "new-mail",
		    arena_printf(in->a, "%s wrote.", name),
		    in->m->body.reply_text, p);
}

void
intake_append(const struct intake *in, const struct case_facts *f,
    struct plan *p)
{
	keep_attachments(in->m, p);
	switch (in->thread->audience) {
	case AUD_EMPLOYEE:
		from_employee(in, f, p);
		break;
	case AUD_DEPARTMENT:
		from_department(in, f, p);
		break;
	case AUD_INTERNAL:
	case AUD_N:
		from_staff(in, f, p);
		break;
	}
	if (in->thread->is_flagged)
		plan_task(p, "check-thread", f->c.owner, in->thread->why,
		    f->c.due_at);
}

void
intake_unverified(const struct intake *in, const struct case_facts *f,
    struct plan *p)
{
	const char *words = arena_printf(in->a, "mail of %s is kept as"
	    " unverified: %s", sender_of(in), in->thread->why);

	plan_event(p, "unverified", words, "");
	plan_task(p, "check-sender", f->c.owner, words, f->c.due_at);
	tell_owner(f, in->policy, in->now, "", "unverified",
	    arena_printf(in->a, "A %s.", words), in->m->body.reply_text, p);
}

/* ---- automatic mail, bounces ------------------------------------------ */

void
intake_auto(const struct intake *in, const struct case_facts *f,
    const struct absence *away, struct plan *p)
{
	const char *from = in->m->from.n > 0 ? in->m->from.v[0].email : "";
	cw_time back_at = away == NULL ? 0 : away->back_at;
	const struct address_state *known = facts_address(f, from);
	struct act *act;
	size_t before;

	plan_event(p, "mail-auto", arena_printf(in->a,
	    "automatic mail of %s (%s): filed, it counts for nothing", from,
	    in->m->class_why), "");
	/* Only who belongs is believed: it is they who are away. */
	if (away == NULL || *from == '\0' || !in->thread->sender_belongs ||
	    !case_state_is_open(f->c.state))
		return;
	if (back_at <= in->now) /* not said: look again in two days */
		back_at = calendar_add(in->policy->calendar, in->now,
		    (struct duration){ 2, UNIT_BUSINESS_DAYS });
	act = plan_add(p, ACT_ABSENT, "", or_empty(away->deputy));
	act->to = arena_strdup(p->a, from);
	act->at = back_at;
	if (in->thread->audience == AUD_EMPLOYEE)
		return;
	before = p->n;
	ladder_divert(f, in->policy, in->now, from, arena_printf(in->a,
	    "%s is out of office", from), p);
	/* Known already: two who are away must not keep us writing (M5). */
	if (known != NULL && known->absent_until > in->now && p->n == before)
		return;
	tell_owner(f, in->policy, in->now, from, "new-mail",
	    arena_printf(in->a, "%s is out of office until %s%s%s.%s", from,
	    calendar_format_day(in->a, in->policy->calendar, back_at),
	    str_is_empty(away->deputy) ? "" : " and names ",
	    or_empty(away->deputy), p->n == before ? "" :
	    " What was asked there went to somebody else at once."),
	    in->m->body.reply_text, p);
}

void
intake_bounced(const struct case_facts *f, const struct policy *policy,
    cw_time now, const char *rcpt, enum bounce_kind kind, const char *status,
    struct plan *p)
{
	const char *why = arena_printf(p->a, "mail to %s came back (%s)",
	    rcpt, *status != '\0' ? status : "no status");
	struct act *act;

	plan_event(p, "bounce", why, "");
	if (kind == BOUNCE_KIND_NONE || kind == BOUNCE_KIND_DELAY ||
	    kind == BOUNCE_KIND_SOFT)
		return;
	if (kind == BOUNCE_KIND_HARD) {
		act = plan_add(p, ACT_UNDELIVERABLE, "", status);
		act->to = arena_strdup(p->a, rcpt);
		act->at = now;
	}
	tell_owner(f, policy, now, rcpt, "undeliverable", why, "", p);
	if (!case_state_is_open(f->c.state))
		return;
	if (str_caseeq(rcpt, f->c.employee_email))
		plan_task(p, "call-employee", f->c.owner, arena_printf(p->a,
		    "%s: call the employee", why), f->c.due_at);
	else
		ladder_divert(f, policy, now, rcpt, why, p);
}
