/* intake.c - what a mail does to a case that is there. */
#include "core/intake_part.h"

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
	    "%s, who is not %s,", intake_sender(in), whose);
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
	intake_escalate(in, f, p);
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
	    "" : " Please check who wrote."), intake_words(in), p);
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
	    intake_words(in), p);
}

/* The addressee, or a colleague: departments pass questions on. */
static bool
speaks_for_department(const struct intake *in, const struct casefile *c)
{
	const struct department *d = case_department(c, in->policy);
	const char *domain = addr_domain(intake_sender(in));

	return in->thread->sender_belongs || (!in->is_forged &&
	    !party_is(c, intake_sender(in)) && *domain != '\0' && str_caseeq(domain,
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
	    intake_sender(in)) : NULL;
	size_t before = p->n;

	if (note != NULL) {
		plan_event(p, "mail-in", note, "");
		tell_owner(f, in->policy, in->now, "", "new-mail", note,
		    intake_words(in), p);
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
	    intake_sender(in)), intake_words(in), p);
}

static void
from_staff(const struct intake *in, const struct case_facts *f,
    struct plan *p)
{
	const struct person *keeper = case_keeper(f, in->policy, in->now);
	const char *name = in->staff != NULL ? in->staff->name :
	    intake_sender(in);

	plan_event(p, "mail-in", arena_printf(in->a, "%s wrote", name), "");
	if (!str_is_empty(in->m->body.reply_text) && in->m->commands.n == 0)
		plan_note(p, "internal", arena_printf(in->a, "%s: %s", name,
		    intake_words(in)));
	if (in->staff != keeper) /* who keeps the case wrote it: no loop (M5) */
		tell_owner(f, in->policy, in->now, "", "new-mail",
		    arena_printf(in->a, "%s wrote.", name),
		    intake_words(in), p);
}

void
intake_append(const struct intake *in, const struct case_facts *f,
    struct plan *p)
{
	intake_keep_files(in->m, p);
	intake_name_unread(in, &f->c, p);
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
	    " unverified: %s", intake_sender(in), in->thread->why);

	plan_event(p, "unverified", words, "");
	plan_task(p, "check-sender", f->c.owner, words, f->c.due_at);
	tell_owner(f, in->policy, in->now, "", "unverified",
	    arena_printf(in->a, "A %s.", words), intake_words(in), p);
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
	    intake_words(in), p);
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
