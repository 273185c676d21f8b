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

/* Who handles the case, but for one who cannot be told. */
static const struct person *
keeper_but(const struct case_facts *f, const struct policy *policy,
    cw_time now, const char *not_email, struct arena *a)
{
	struct case_facts without = *f;
	struct address_state *v;

	if (*not_email == '\0')
		return case_keeper(f, policy, now);
	v = arena_array(a, f->n_addresses + 1, sizeof(*v));
	v[0] = (struct address_state){ .email = not_email, .deputy = "",
		.undeliverable_since = now, .stand_in = "" };
	if (f->n_addresses > 0)
		memcpy(v + 1, f->addresses, f->n_addresses * sizeof(*v));
	without.addresses = v;
	without.n_addresses++;
	return case_keeper(&without, policy, now);
}

void
intake_tell(const struct case_facts *f, const struct policy *policy,
    cw_time now, const char *not_email, const char *template_name,
    const char *reason, const char *detail, struct plan *p)
{
	const struct person *to = keeper_but(f, policy, now, not_email,
	    p->a);

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

/* Nobody handles the case that they are part of. */
static void
find_other_owner(const struct intake *in, struct casefile *c, struct plan *p)
{
	const struct person *owner = case_owner(c, in->policy);
	const struct person *lead = party_above(c, case_lead(c, in->policy));

	if (owner == NULL || !party_is(c, owner->email))
		return;
	c->owner = lead->id;
	plan_set(p, "owner", lead->id);
	plan_set(p, "notify_user", lead->id);
	plan_event(p, "owner", arena_printf(in->a, "%s is named in the mail:"
	    " the case is %s's now", owner->name, lead->name), "");
}

/* Staff whom a grave mail names hear of the case no more (DESIGN 5). */
static void
add_parties(const struct intake *in, struct casefile *c, struct plan *p)
{
	const char *had = c->parties != NULL ? c->parties : "";

	if (!in->thread->sender_belongs || !intake_is_grave(in->triage))
		return;
	c->parties = party_join(had, party_named(in->policy, in->m,
	    intake_sender(in), in->a), in->a);
	if (str_eq(c->parties, had))
		return;
	plan_set(p, "parties", c->parties);
	find_other_owner(in, c, p);
	intake_name_parties(c, p, in->a);
}

/* H5: a case may become grave by a later mail: its risk and priority rise,
 * and who must hear of it does.  *f is what the plan makes of it. */
static void
grow_graver(const struct intake *in, struct case_facts *f, struct plan *p)
{
	const struct triage *t = in->triage;

	add_parties(in, &f->c, p);
	if (t->n_escalations == 0)
		return;
	if (t->risk > f->c.risk)
		plan_set(p, "risk", risk_name(t->risk));
	intake_escalate(in, f, p);
	if (t->priority <= f->c.priority || !case_state_is_open(f->c.state))
		return;
	f->c.priority = t->priority;
	plan_set(p, "priority", priority_name(t->priority));
	ladder_rescheduled(f, in->policy, in->now, p);
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
	struct case_facts after = *f;

	plan_event(p, "mail-in", wrote, in->thread->sender_belongs ?
	    "You wrote to us." : "");
	if (reopens) {
		case_reopen(f, in->policy, in->now, wrote, p);
		after.c.state = CASE_IN_PROGRESS;
	} else if (f->c.state == CASE_WAITING_EMPLOYEE) {
		ladder_resume(f, in->policy, in->now, wrote, p);
		plan_clear(p, "wait", "");
	}
	grow_graver(in, &after, p);
	intake_tell(&after, in->policy, in->now, "", "new-mail",
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
	intake_tell(f, in->policy, in->now, "", "confirm-resolution", why,
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
		intake_tell(f, in->policy, in->now, "", "new-mail", note,
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
	intake_tell(f, in->policy, in->now, "", "new-mail",
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
		intake_tell(f, in->policy, in->now, "", "new-mail",
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
	intake_tell(f, in->policy, in->now, "", "unverified",
	    arena_printf(in->a, "A %s.", words), intake_words(in), p);
}

/* ---- automatic mail, bounces ------------------------------------------ */

/* It was told before that this address fails. */
static bool
is_known_dead(const struct case_facts *f, const char *rcpt)
{
	const struct address_state *known = facts_address(f, rcpt);

	if (known == NULL || known->undeliverable_since == 0)
		return false;
	for (size_t i = 0; i < f->n_history; i++)
		if (str_eq(f->history[i].kind, "bounce") &&
		    str_casefind(f->history[i].text, rcpt) != NULL)
			return true;
	return false;
}

static void
call_employee(const struct case_facts *f, const struct policy *policy,
    cw_time now, const char *why, struct plan *p)
{
	plan_task(p, "call-employee", case_keeper(f, policy, now)->id,
	    arena_printf(p->a, "%s: call the employee", why), f->c.due_at);
}

void
intake_bounced(const struct case_facts *f, const struct policy *policy,
    cw_time now, const struct returned *r, struct plan *p)
{
	const char *why = arena_printf(p->a, "mail to %s came back (%s)",
	    r->rcpt, *r->status != '\0' ? r->status : "no status");
	bool is_telling = str_eq(r->template_name, "undeliverable");
	struct act *act;

	plan_event(p, "bounce", why, "");
	if (r->kind == BOUNCE_KIND_NONE || r->kind == BOUNCE_KIND_DELAY ||
	    r->kind == BOUNCE_KIND_SOFT)
		return;
	if (r->kind == BOUNCE_KIND_HARD) {
		act = plan_add(p, ACT_UNDELIVERABLE, "", r->status);
		act->to = arena_strdup(p->a, r->rcpt);
		act->at = now;
	}
	/* Each address that fails for good is told of once.  Of mails that
	 * tell of others nothing more is told, unless that ends too: by then
	 * the address is marked (M5). */
	if (r->kind == BOUNCE_KIND_HARD ? !is_known_dead(f, r->rcpt) :
	    !is_telling)
		intake_tell(f, policy, now, r->rcpt, "undeliverable", why, "",
		    p);
	if (!case_state_is_open(f->c.state))
		return;
	if (str_caseeq(r->rcpt, f->c.employee_email))
		call_employee(f, policy, now, why, p);
	else
		ladder_divert(f, policy, now, r->rcpt, why, p);
}
