/* intake_mail.c - one understood mail: which case, what to do, apply it. */
#include "app/intake_mail.h"

#include "app/absence.h"
#include "app/apply.h"
#include "app/mailer.h"
#include "app/command.h"
#include "app/intake_work.h"
#include "app/undelivered.h"
#include "base/hash.h"
#include "base/str.h"
#include "core/intake.h"
#include "core/lifecycle.h"
#include "core/verb.h"
#include "mail/addr.h"
#include "mail/bounce_text.h"
#include "mail/unread.h"
#include "store/casefile_store.h"
#include "store/history_store.h"
#include "store/message_store.h"
#include "store/outbox_store.h"
#include "store/person_store.h"

#include <stdio.h>
#include <string.h>

#define MAX_OTHERS 10   /* open cases of the same person, named */
#define MAX_WORDS 4000  /* of a mail, kept beside the raw bytes */

/* ---- who --------------------------------------------------------------- */

static void
employee_from_row(struct employee *out, const struct employee_row *r)
{
	*out = (struct employee){ .employee_id = r->employee_id,
		.name = r->name, .email = r->email, .client = r->client,
		.client_id = r->client_id, .division = r->division,
		.region = r->region, .zone = r->zone,
		.language = r->language, .manager = r->manager };
}

/* G7: by address, then by employee id or name in the mail. */
static enum rc
find_employee(struct work *w, struct err *e)
{
	struct directory_hints hints;
	struct employee_row row;
	enum rc rc;

	rc = person_store_by_email(w->app->db, str_lower(w->a, w->from), w->a,
	    &row, e);
	if (rc == RC_OK)
		w->in.sender_is_employee = true;
	if (rc == RC_NONE) {
		directory_find_hints(&w->app->policy, w->m, w->a,
		    &hints);
		for (size_t i = 0; rc == RC_NONE && i < hints.n_ids; i++)
			rc = person_store_by_employee_id(w->app->db,
			    hints.ids[i], w->a, &row, e);
		for (size_t i = 0; rc == RC_NONE && i < hints.n_names; i++)
			rc = person_store_by_name(w->app->db, hints.names[i],
			    w->a, &row, e);
	}
	if (rc == RC_OK) {
		employee_from_row(&w->employee, &row);
		w->in.employee = &w->employee;
		str_printf(&w->explain, "directory: %s (%s)\n",
		    w->in.sender_is_employee ? "the sender" : "named in the mail",
		    row.employee_id);
	}
	return rc == RC_NONE ? RC_OK : rc;
}

/* er+detail@example.com -> er@example.com */
static const char *
without_detail(struct arena *a, const char *email)
{
	size_t local = strcspn(email, "+@");

	return email[local] != '+' ? email : arena_printf(a, "%.*s%s",
	    (int)local, email, email + strcspn(email, "@"));
}

static bool
is_addressed(const struct work *w)
{
	const struct addrs *r = &w->m->recipients;

	for (size_t i = 0; i < r->n; i++)
		if (policy_is_own_address(&w->app->policy,
		    without_detail(w->a, r->v[i].email)))
			return true;
	return false;
}

/* AR-14: when may the next acknowledgement go to this sender?  So that no
 * span of that length holds more than `most`, planned ones included. */
static enum rc
not_before(struct work *w, int most, cw_time span, struct err *e)
{
	cw_time last = 0;
	enum rc rc = outbox_store_nth_last_at(w->app->db, w->from, "ack",
	    w->app->now - 30 * CW_DAY, most, &last, e);

	if (rc == RC_OK && last + span > w->app->now &&
	    last + span > w->in.ack_not_before)
		w->in.ack_not_before = last + span;
	return rc == RC_NONE ? RC_OK : rc;
}

static enum rc
ack_time(struct work *w, struct err *e)
{
	const struct policy *p = &w->app->policy;
	enum rc rc = not_before(w, p->acks_per_hour, CW_HOUR, e);

	return rc != RC_OK ? rc : not_before(w, p->acks_per_day, CW_DAY, e);
}

/* ---- the message row --------------------------------------------------- */

/* Two deliveries of one mail differ in trace headers only (M3).  NULL for a
 * mail without a Message-ID. */
static const uint8_t *
fingerprint(const struct work *w)
{
	const struct msg *m = w->m;
	struct str b = { 0 };
	uint8_t *out;

	if (*m->message_id == '\0')
		return NULL;
	out = arena_alloc(w->a, SHA256_LEN);
	str_printf(&b, "%s\n%s\n%lld\n%s\n", m->message_id, w->from,
	    (long long)m->date, m->subject);
	str_add(&b, m->body.text);
	for (size_t i = 0; i < m->body.n_attachments; i++)
		str_add(&b, m->body.attachments[i].sha256);
	hash_sha256(b.s, b.len, out);
	str_fini(&b);
	return out;
}

static enum rc
record(struct work *w, int64_t no, enum audience audience,
    const char *outcome, struct err *e)
{
	const struct msg *m = w->m;
	const char *words = m->body.reply_text;
	struct message_row row = { .case_no = no, .audience = audience,
		.spool = w->s->id, .message_id = m->message_id,
		.from_email = w->from,
		.from_name = m->from.n > 0 ? m->from.v[0].name : "",
		.to_email = m->to.n > 0 ? m->to.v[0].email : "",
		.subject = m->subject, .at = w->s->received_at,
		.class = msg_class_name(m->class), .outcome = outcome,
		.fingerprint = w->fingerprint,
		.words = arena_strndup(w->a, words,
		    utf8_cut(words, strlen(words), MAX_WORDS)) };
	enum rc rc;

	str_printf(&w->explain, "outcome: %s\n", outcome);
	row.explain = str_text(&w->explain);
	if ((rc = message_store_add(w->app->db, &row, e)) != RC_OK || no == 0)
		return rc;
	if (*m->message_id != '\0' && !str_eq(outcome, "unverified") &&
	    (rc = known_id_store_add(w->app->db, m->message_id, no, audience,
	    0, e)) != RC_OK)
		return rc;
	for (size_t i = 0; rc == RC_OK && i < m->body.n_attachments; i++)
		rc = attachment_store_add(w->app->db, no, row.id, i,
		    &m->body.attachments[i], e);
	return rc;
}

static bool
is_away(void *ctx, const char *email)
{
	struct work *w = ctx;
	struct address_state st;
	struct err e;

	return address_store_get(w->app->db, str_lower(w->a, email), w->a,
	    &st, &e) == RC_OK && (address_is_absent(&st, w->app->now) ||
	    st.undeliverable_since != 0);
}

/* ---- what becomes of it ------------------------------------------------ */

static enum rc
file_away(struct work *w, const char *outcome, struct err *e)
{
	w->n->filed++;
	return record(w, 0, AUD_INTERNAL, outcome, e);
}

static struct plan
plan_for(struct work *w, const char *actor)
{
	struct plan p;

	plan_init(&p, w->a, actor, arena_printf(w->a, "mail %lld",
	    (long long)w->s->id));
	return p;
}

static enum rc
find_others(struct work *w, const struct casefile *c, struct err *e)
{
	const struct case_filter f = { .employee_email = c->employee_email,
		.is_open = 1, .limit = MAX_OTHERS };
	struct casefile *v = NULL;
	enum rc rc = RC_OK;

	if (*c->employee_email != '\0')
		rc = casefile_store_list(w->app->db, &f, w->a, &v,
		    &w->in.n_others, e);
	w->in.others = v;
	return rc == RC_NONE ? RC_OK : rc;
}

static enum rc
open_case(struct work *w, struct err *e)
{
	struct plan p = plan_for(w, "caseward");
	struct case_facts f = { 0 };
	struct casefile c;
	enum rc rc;

	if ((rc = find_employee(w, e)) != RC_OK ||
	    (rc = ack_time(w, e)) != RC_OK)
		return rc;
	triage_classify(&w->app->policy, w->m, w->a, &w->triage);
	str_add(&w->explain, w->triage.explain);
	intake_open(&w->in, (size_t)w->s->id, is_away, w, &c);
	if ((rc = find_others(w, &c, e)) != RC_OK)
		return rc;
	if ((rc = casefile_store_insert(w->app->db, &c, e)) != RC_OK)
		return rc;
	if ((rc = apply_facts_of(w->app, &c, w->a, &f, e)) != RC_OK)
		return rc;
	if (c.employee_email[0] != '\0')
		rc = participant_store_add(w->app->db, c.no,
		    str_lower(w->a, c.employee_email), AUD_EMPLOYEE, e);
	if (rc != RC_OK || (rc = record(w, c.no, AUD_EMPLOYEE, "opened",
	    e)) != RC_OK)
		return rc;
	intake_opened(&w->in, &f, &p);
	w->opened_no = c.no;
	w->n->opened++;
	return apply_plan(w->app, &f, &p, w->a, e);
}

/* TH-14: each of the two cases names the other. */
static enum rc
open_linked(struct work *w, int64_t old, struct err *e)
{
	enum rc rc;

	w->thread = (struct thread_verdict){ .what = THREAD_NEW,
		.why = arena_printf(w->a, "it answers ER-%06lld, which was"
		    " closed long ago", (long long)old) };
	if ((rc = open_case(w, e)) != RC_OK)
		return rc;
	return history_store_add(w->app->db, old, w->app->now, "caseward",
	    "linked", arena_printf(w->a, "a late answer opened ER-%06lld",
	    (long long)w->opened_no), "", e);
}

static const char *
actor_of(const struct work *w)
{
	if (w->in.staff != NULL)
		return w->in.staff->id;
	return w->thread.audience == AUD_EMPLOYEE ? "employee" :
	    w->thread.audience == AUD_DEPARTMENT ? "department" : "unknown";
}

/* ER staff answer as what they are, also where a copy of a department's
 * mail brought them here. */
static void
as_what_they_are(struct work *w, const struct casefile *c)
{
	enum audience as;

	if (w->in.staff != NULL && w->thread.audience == AUD_DEPARTMENT &&
	    case_belongs(c, &w->app->policy, w->in.staff, &as))
		w->thread.audience = as;
}

/* BN-13: who writes from an address that we wrote to, or that is proven, is
 * reachable there; a person who does is no more away by a machine's word. */
static enum rc
heard_from(struct work *w, bool is_person, struct err *e)
{
	const char *email = str_lower(w->a, w->from);
	bool was_marked;
	enum rc rc;

	if (w->m->auth.dmarc != AUTH_PASS &&
	    !(w->thread.is_keyed && !w->thread.is_flagged) &&
	    w->digest_id == 0)
		return RC_OK;
	rc = address_store_heard(w->app->db, email, &was_marked, e);
	if (rc == RC_OK && was_marked)
		str_printf(&w->explain, "address: %s works again\n", email);
	if (rc != RC_OK || !is_person || w->in.staff == NULL)
		return rc;
	return absence_heard(w->app, email, w->a, e);
}

static enum rc
append(struct work *w, struct err *e)
{
	struct plan p = plan_for(w, actor_of(w));
	struct case_facts f;
	enum rc rc;

	rc = apply_load_facts(w->app, w->thread.case_no, w->a, &f, e);
	if (rc != RC_OK)
		return rc;
	if (w->thread.audience == AUD_EMPLOYEE &&
	    !intake_reopens(&f.c, &w->app->policy, w->app->now))
		return open_linked(w, f.c.no, e);
	as_what_they_are(w, &f.c);
	if (w->thread.audience == AUD_EMPLOYEE) /* H5 */
		triage_classify(&w->app->policy, w->m, w->a, &w->triage);
	if ((rc = record(w, f.c.no, w->thread.audience, "appended",
	    e)) != RC_OK)
		return rc;
	if (w->m->body.n_attachments > 0 && (rc = apply_load_facts(w->app,
	    f.c.no, w->a, &f, e)) != RC_OK) /* with the new ones */
		return rc;
	intake_append(&w->in, &f, &p);
	w->n->appended++;
	if ((rc = apply_plan(w->app, &f, &p, w->a, e)) != RC_OK)
		return rc;
	return command_mail(w->app, &f, w->m, w->in.staff, &w->thread,
	    !w->is_unproven, plan_for(w, actor_of(w)).cause, w->a, e);
}

/* Nobody's case: the lead of the desk is told. */
static enum rc
tell_desk(struct work *w, struct err *e)
{
	const struct person *lead = w->app->policy.default_team->lead;
	struct letter_more more = {
		.reason = arena_printf(w->a, "A mail of %s is kept as"
		    " unverified: %s.", *w->from == '\0' ? "nobody" : w->from,
		    w->thread.why),
		.detail = unread_reply(&w->m->body, w->a) };
	enum rc rc = mailer_queue_digest(w->app, "quarantine", lead, &more,
	    arena_printf(w->a, "unverified/%lld", (long long)w->s->id), w->a,
	    e);

	return rc == RC_NONE ? RC_OK : rc;
}

static enum rc
keep_unverified(struct work *w, struct err *e)
{
	struct plan p = plan_for(w, "unknown");
	struct case_facts f;
	enum rc rc;

	w->n->unverified++;
	if ((rc = record(w, w->thread.case_no, AUD_INTERNAL, "unverified",
	    e)) != RC_OK)
		return rc;
	if (w->thread.case_no == 0)
		return tell_desk(w, e);
	rc = apply_load_facts(w->app, w->thread.case_no, w->a, &f, e);
	if (rc != RC_OK)
		return rc;
	intake_unverified(&w->in, &f, &p);
	return apply_plan(w->app, &f, &p, w->a, e);
}

/* Staff answered a work list, or commanded, without a case: it opens none,
 * and they are told how it is said (M9). */
static enum rc
no_case_of_staff(struct work *w, struct err *e)
{
	const struct person *to = w->in.staff;
	struct letter_more more = { .reason = "Your mail was kept, but it names"
		" no case, so nothing was done with it.",
		.detail = verb_help(w->a, to->roles, "#") };
	enum rc rc = mailer_queue_digest(w->app, "help", to, &more,
	    arena_printf(w->a, "help/%lld", (long long)w->s->id), w->a, e);

	if (rc != RC_OK && rc != RC_NONE)
		return rc;
	str_printf(&w->explain, "no case: %s wrote, and named none\n",
	    to->id);
	return file_away(w, "filed", e);
}

static enum rc
human(struct work *w, struct err *e)
{
	enum rc rc = heard_from(w, true, e);

	if (rc != RC_OK)
		return rc;
	switch (w->thread.what) {
	case THREAD_CASE:
		return append(w, e);
	case THREAD_UNVERIFIED:
		return keep_unverified(w, e);
	case THREAD_NEW:
		break;
	}
	if (w->in.staff != NULL && (w->answers_digest ||
	    w->m->commands.n > 0))
		return no_case_of_staff(w, e);
	return open_case(w, e);
}

/* AR-12: does this department answer through a ticket system? */
static bool
is_ticket_answer(const struct work *w)
{
	const struct policy *p = &w->app->policy;
	struct absence away;

	if (w->thread.what != THREAD_CASE || w->in.staff == NULL ||
	    *w->m->body.report_type != '\0' ||
	    *w->m->body.calendar_method != '\0' ||
	    autoreply_absence(w->m, w->app->now, w->a, &away))
		return false;
	for (size_t i = 0; i < p->n_departments; i++) {
		const struct department *d = &p->departments[i];

		if (d->answers_look_automatic && (w->in.staff == d->contact ||
		    w->in.staff == d->backup))
			return true;
	}
	return false;
}

/* Does it answer a mail that we wrote to this very sender, or is its origin
 * proven?  A name in From alone makes nobody absent. */
static enum rc
is_from_reader(struct work *w, bool *out, struct err *e)
{
	int64_t id = w->digest_id != 0 ? w->digest_id :
	    w->thread.is_keyed ? w->thread.out_id : 0;
	struct outbox_mail mail;
	enum rc rc = RC_NONE;

	*out = !w->in.is_forged && w->m->auth.dmarc == AUTH_PASS;
	if (!*out && !w->in.is_forged && id != 0)
		rc = outbox_store_get(w->app->db, id, w->a, &mail, e);
	if (rc == RC_OK)
		*out = str_caseeq(mail.rcpt, w->from);
	return rc == RC_NONE ? RC_OK : rc;
}

/* An out-of-office that answers a work list or a digest. */
static enum rc
absent_reader(struct work *w, const struct absence *away, struct err *e)
{
	struct absence_row row = { .email = w->from, .source = "mail",
		.key = "", .from_at = intake_away_from(&w->in, away),
		.until_at = intake_back_at(&w->in, away),
		.deputy = away->deputy };

	str_printf(&w->explain, "absence: %s until %s\n", w->from,
	    time_format(w->a, row.until_at));
	return absence_set(w->app, &row, w->a, e);
}

static enum rc
automatic(struct work *w, struct err *e)
{
	struct plan p = plan_for(w, "caseward");
	struct absence away;
	struct case_facts f;
	bool is_absence = autoreply_absence(w->m, w->app->now, w->a, &away);
	enum rc rc;

	if ((rc = heard_from(w, false, e)) != RC_OK ||
	    (rc = is_from_reader(w, &w->in.is_from_reader, e)) != RC_OK)
		return rc;
	if (is_absence && *away.deputy == '\0')
		away.deputy = intake_named_deputy(&w->in);
	if (w->thread.what != THREAD_CASE) {
		if (is_absence && w->in.is_from_reader &&
		    w->in.staff != NULL &&
		    (rc = absent_reader(w, &away, e)) != RC_OK)
			return rc;
		return file_away(w, "filed", e);
	}
	rc = apply_load_facts(w->app, w->thread.case_no, w->a, &f, e);
	if (rc != RC_OK)
		return rc;
	w->n->filed++;
	if ((rc = record(w, f.c.no, w->thread.audience, "filed", e)) != RC_OK)
		return rc;
	intake_auto(&w->in, &f, is_absence ? &away : NULL, &p);
	return apply_plan(w->app, &f, &p, w->a, e);
}

/* BN-8 (a): it came to the keyed address of that mail. */
static enum rc
bounced_by_address(struct work *w, struct outbox_mail *out, struct err *e)
{
	int64_t id = w->digest_id;

	for (size_t i = 0; id == 0 && i < w->n_signals; i++)
		if (w->signals[i].kind == SIGNAL_ADDRESS)
			id = w->signals[i].out_id;
	return id == 0 ? RC_NONE : outbox_store_get(w->app->db, id, w->a, out,
	    e);
}

/* BN-8, BN-9: the mail of ours that came back; RC_NONE: none of ours. */
static enum rc
find_bounced(struct work *w, struct outbox_mail *out, struct err *e)
{
	const struct bounce *b = &w->m->bounce;
	enum rc rc = bounced_by_address(w, out, e);

	for (size_t i = 0; rc == RC_NONE && i < b->original_ids.n; i++) {
		rc = outbox_store_by_mid(w->app->db, b->original_ids.v[i],
		    w->a, out, e);
		str_printf(&w->explain, "bounce: %s %s\n",
		    b->original_ids.v[i], rc == RC_OK ? "is ours" :
		    "is not ours");
	}
	return rc;
}

/* BN-8 (f): the number of a case is public, so it proves nothing (BN-12):
 * the mail is kept on the case, and does nothing. */
static enum rc
record_only(struct work *w, struct err *e)
{
	struct casefile c;
	int64_t no;
	enum rc rc;

	if (token_find_subject(w->m->bounce.original_subject, &no, 1) != 1 ||
	    (rc = casefile_store_get(w->app->db, no, w->a, &c, e)) == RC_NONE)
		return file_away(w, "filed", e);
	w->n->filed++;
	if (rc != RC_OK || (rc = record(w, no, AUD_INTERNAL, "filed",
	    e)) != RC_OK)
		return rc;
	return history_store_add(w->app->db, no, w->app->now, "caseward",
	    "bounce", "a report names this case, and no mail of ours: recorded"
	    " only", "", e);
}

/* BN-9: what the report says of the one who got that mail; RC_NONE: it is
 * about others.  A report that names nobody is about the one. */
static enum rc
failed_rcpt(const struct work *w, const char *rcpt, struct bounce_rcpt *out)
{
	const struct bounce *b = &w->m->bounce;

	for (size_t i = 0; i < b->n; i++)
		if (*b->rcpts[i].recipient == '\0' ||
		    str_caseeq(b->rcpts[i].recipient, rcpt)) {
			*out = b->rcpts[i];
			return RC_OK;
		}
	*out = (struct bounce_rcpt){ rcpt,
		bounce_text_status(w->m->body.text, w->a),
		bounce_text_action(w->m) };
	return b->n == 0 ? RC_OK : RC_NONE;
}

static enum rc
bounced(struct work *w, struct err *e)
{
	struct outbox_mail mail;
	struct bounce_rcpt r;
	enum bounce_kind kind;
	enum rc rc = find_bounced(w, &mail, e);

	if (rc == RC_NONE)
		return record_only(w, e);
	if (rc != RC_OK)
		return rc;
	w->n->filed++;
	w->thread.audience = mail.audience;
	if ((rc = record(w, mail.case_no, mail.audience, "filed", e)) != RC_OK)
		return rc;
	if (failed_rcpt(w, mail.rcpt, &r) != RC_OK)
		return history_store_add(w->app->db, mail.case_no,
		    w->app->now, "caseward", "bounce", "names a recipient that"
		    " the mail did not have: recorded only", "", e);
	kind = bounce_kind_of(r.status, r.action);
	if (kind != BOUNCE_KIND_NONE && kind != BOUNCE_KIND_DELAY &&
	    (rc = outbox_store_mark_bounced(w->app->db, mail.id, w->app->now,
	    e)) != RC_OK)
		return rc;
	return undelivered_mail(w->app, &mail, kind, r.status,
	    plan_for(w, "caseward").cause, w->a, e);
}

/* M9, SA-11: where the mailbox has a trust anchor, a failed check makes the
 * sender a stranger, and only a passed one makes staff of somebody.  Without
 * an anchor the keyed reply address has to do. */
static void
check_sender(struct work *w)
{
	const struct policy *p = &w->app->policy;
	enum auth_verdict v = w->m->auth.dmarc;

	w->in.is_forged = v == AUTH_FAIL;
	for (size_t i = 0; i < p->n_mailboxes; i++) {
		const struct mailbox *box = &p->mailboxes[i];

		if (str_eq(box->name, w->s->mailbox))
			w->is_unproven = v != AUTH_PASS &&
			    (*box->trust_authserv_id != '\0' ||
			        box->trust_authas_internal);
	}
	if (w->in.is_forged)
		w->in.staff = NULL;
}

/* A person behind a list who writes to us too; not what is sent to many. */
static bool
is_for_us(const struct work *w)
{
	static const char *const marks[] = { "Feedback-ID",
		"List-Unsubscribe-Post" };
	const struct headers *h = &w->m->headers;
	const char *precedence = header_get(h, "Precedence");

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (header_get(h, marks[i]) != NULL)
			return false;
	/* one can leave it, but not write to it: a newsletter */
	if (header_get(h, "List-Unsubscribe") != NULL &&
	    header_get(h, "List-Post") == NULL)
		return false;
	return w->in.is_addressed && (precedence == NULL ||
	    (!str_has_caseprefix(precedence, "bulk") &&
	    !str_has_caseprefix(precedence, "junk"))) && *w->from != '\0' &&
	    !autoreply_is_robot(w->from);
}

static enum rc
decide(struct work *w, struct err *e)
{
	enum rc rc;

	check_sender(w);
	str_printf(&w->explain, "sender: %s\n", w->m->auth.why);

	str_printf(&w->explain, "class: %s%s%s\n", msg_class_name(w->m->class),
	    *w->m->class_why == '\0' ? "" : ", ", w->m->class_why);
	if ((rc = intake_signals(w, e)) != RC_OK)
		return rc;
	thread_match(w->signals, w->n_signals, w->m->token_is_ambiguous,
	    w->a, &w->thread);
	str_printf(&w->explain, "thread: %s\n", w->thread.why);
	switch (w->m->class) {
	case MSG_HUMAN:
		return human(w, e);
	case MSG_AUTO:
		return is_ticket_answer(w) ? human(w, e) : automatic(w, e);
	case MSG_BOUNCE:
		return bounced(w, e);
	case MSG_LIST: /* by way of a list, but on a case, or for us */
		if (w->thread.what != THREAD_NEW || is_for_us(w))
			return human(w, e);
		break;
	case MSG_OWN:
		break;
	}
	return file_away(w, "filed", e);
}

static enum rc
is_twin(struct work *w, bool *out, struct err *e)
{
	int64_t message, no;
	enum rc rc;

	*out = false;
	if (w->fingerprint == NULL)
		return RC_OK;
	rc = message_store_find_twin(w->app->db, w->s->mailbox,
	    w->fingerprint, &message, &no, e);
	*out = rc == RC_OK;
	if (*out)
		str_printf(&w->explain, "duplicate: the same mail is on"
		    " ER-%06lld already\n", (long long)no);
	return rc == RC_NONE ? RC_OK : rc;
}

enum rc
intake_mail(struct app *app, const struct spool_mail *s, const struct msg *m,
    struct arena *a, struct intake_count *n, struct err *e)
{
	struct work w = { .app = app, .s = s, .m = m, .a = a, .n = n,
		.from = m->from.n == 1 ? m->from.v[0].email : "" };
	bool twin;
	enum rc rc;

	w.in = (struct intake){ .policy = &app->policy, .m = m,
		.triage = &w.triage, .thread = &w.thread,
		.staff = policy_person_by_email(&app->policy, w.from),
		.is_addressed = is_addressed(&w), .now = app->now, .a = a };
	w.fingerprint = fingerprint(&w);
	app->mail = m;
	if ((rc = is_twin(&w, &twin, e)) != RC_OK)
		goto out;
	if (twin) {
		n->duplicate++;
		rc = record(&w, 0, AUD_INTERNAL, "duplicate", e);
	} else {
		rc = decide(&w, e);
	}
	if (rc == RC_OK)
		rc = spool_store_done(app->db, s->id, e);
out:
	app->mail = NULL;
	str_fini(&w.explain);
	return rc;
}
