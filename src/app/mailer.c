/* mailer.c - from an act to an outbox row with its final bytes. */
#include "app/mailer.h"

#include "app/chat.h"
#include "base/str.h"
#include "core/guard.h"
#include "core/ladder.h"
#include "core/phrases.h"
#include "mail/compose.h"
#include "store/blob_store.h"
#include "store/casefile_store.h"
#include "store/history_store.h"
#include "store/message_store.h"
#include "store/outbox_store.h"
#include "store/person_store.h"

#include <string.h>

#define AUDIENCE_LETTERS "edi" /* of enum audience, in tokens */

/* Everything about one mail on its way into the outbox. */
struct draft {
	struct case_facts *f; /* NULL: digest */
	const char *template_name;
	enum audience audience;
	const char *to, *to_name;
	struct letter_more more;
	const char *dedup;
	cw_time not_before;
	bool is_small; /* plain text, nothing quoted */
	/* made here */
	int64_t id, case_no;
	struct texts refs, in_reply_to;
	struct letter letter;
	struct outmail mail;
	char *bytes;
	size_t len;
};

/* ---- threading of what we send (TH-3, TH-4) ---------------------------- */

static void
texts_add(struct arena *a, struct texts *t, const char *s)
{
	const char **v = arena_array(a, t->n + 1, sizeof(*v));

	if (t->n > 0)
		memcpy(v, t->v, t->n * sizeof(*v));
	v[t->n] = s;
	*t = (struct texts){ v, t->n + 1 };
}

static void
texts_split(struct arena *a, struct texts *t, const char *blank_separated)
{
	const char *s = blank_separated;

	while (*s != '\0') {
		size_t n = strcspn(s, " ");

		if (n > 0)
			texts_add(a, t, arena_strndup(a, s, n));
		s += n + strspn(s + n, " ");
	}
}

static const char *
texts_join(struct arena *a, const struct texts *t)
{
	struct str b = { 0 };
	char *out;

	for (size_t i = 0; i < t->n; i++)
		str_printf(&b, "%s%s", i == 0 ? "" : " ", t->v[i]);
	out = str_dup(&b, a);
	str_fini(&b);
	return out;
}

/* Does the mail at hand come from this recipient?  Then it is the parent. */
static bool
answers_mail_at_hand(const struct app *app, const char *to)
{
	return app->mail != NULL && app->mail->from.n == 1 &&
	    *app->mail->message_id != '\0' &&
	    str_caseeq(app->mail->from.v[0].email, to);
}

static enum rc
find_parent(struct app *app, struct draft *d, struct arena *a, struct err *e)
{
	struct outbox_mail last;
	enum rc rc;

	if (answers_mail_at_hand(app, d->to)) {
		const struct msg *m = app->mail;

		d->refs = m->references.n > 0 ? m->references : m->in_reply_to;
		texts_add(a, &d->refs, m->message_id);
		texts_add(a, &d->in_reply_to, m->message_id);
		return RC_OK;
	}
	if (d->f == NULL) /* a digest: a thread of its own */
		return RC_OK;
	rc = outbox_store_last_to(app->db, d->case_no, d->to, a, &last, e);
	if (rc == RC_OK) {
		texts_split(a, &d->refs, last.refs);
		texts_add(a, &d->refs, last.message_id);
		texts_add(a, &d->in_reply_to, last.message_id);
	} else if (rc == RC_NONE) {
		/* A constant root, so that Gmail keeps them together. */
		texts_add(a, &d->refs, arena_printf(a, "c%lld.%c.root@%s",
		    (long long)d->case_no, AUDIENCE_LETTERS[d->audience],
		    app->policy.host));
		rc = RC_OK;
	}
	return rc;
}

/* Who has had no mail of the case, because it was handed over later or the
 * contact is away, could not answer without what was told first. */
static enum rc
find_words(struct app *app, struct draft *d, struct arena *a, struct err *e)
{
	struct message_row first;
	enum rc rc;

	if (d->f == NULL || d->audience != AUD_DEPARTMENT || d->is_small ||
	    d->in_reply_to.n > 0 || !str_is_empty(d->more.detail))
		return RC_OK;
	rc = message_store_first(app->db, d->case_no, a, &first, e);
	if (rc == RC_OK)
		d->more.detail = first.words;
	return rc == RC_NONE ? RC_OK : rc;
}

/* ---- the letter and its bytes ------------------------------------------ */

static const struct calendar *
calendar_of(const struct app *app, const struct draft *d)
{
	const struct person *staff = policy_person_by_email(&app->policy, d->to);

	if (staff != NULL)
		return staff->calendar;
	return d->f != NULL && d->f->employee_calendar != NULL ?
	    d->f->employee_calendar : app->policy.calendar;
}

static enum mail_purpose
purpose_of(const char *word)
{
	static const struct {
		const char *word;
		enum mail_purpose purpose;
	} table[] = { { "ack", MAIL_ACK }, { "digest", MAIL_DIGEST },
		{ "agent", MAIL_AGENT }, { "followup", MAIL_FOLLOWUP } };

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (str_eq(table[i].word, word))
			return table[i].purpose;
	return MAIL_FOLLOWUP;
}

static enum rc
write_letter(struct app *app, struct draft *d, struct arena *a, struct err *e)
{
	const struct policy *p = &app->policy;
	const struct person *staff = policy_person_by_email(p, d->to);
	struct token t = { d->case_no, AUDIENCE_LETTERS[d->audience], d->id };
	struct letter_to to = { d->to, d->to_name,
		staff != NULL ? staff->language :
		    d->f != NULL && *d->f->c.language != '\0' ?
		    d->f->c.language : p->language,
		calendar_of(app, d),
		token_reply_address(a, &app->keys, &t, p->address) };
	struct civil c;
	enum rc rc;

	rc = letter_render(app->templates, d->template_name, p, d->f, &to,
	    &d->more, app->now, a, &d->letter, e);
	if (rc != RC_OK)
		return rc;
	d->mail = (struct outmail){ .from_name = p->desk_name,
		.from_addr = p->address, .to_name = d->to_name,
		.to_addr = d->to, .reply_to = to.reply_address,
		.subject = d->in_reply_to.n > 0 ?
		    arena_printf(a, "Re: %s", d->letter.subject) :
		    d->letter.subject,
		.message_id = token_message_id(a, &app->keys, &t, p->host),
		.in_reply_to = d->in_reply_to, .references = d->refs,
		.date = app->now,
		.utc_offset = zone_civil(to.calendar->zone, app->now, &c, NULL),
		.purpose = purpose_of(d->letter.purpose),
		.loop_id = p->instance_id,
		.thread_seed = arena_printf(a, "%s/%lld/%d", p->instance_id,
		    (long long)d->case_no, (int)d->audience),
		.thread_topic = d->letter.subject,
		.text = d->letter.text,
		.html = d->is_small ? NULL : d->letter.html };
	return compose(&d->mail, a, &d->bytes, &d->len, e);
}

static enum rc
put_in_outbox(struct app *app, struct draft *d, const char *why,
    struct arena *a, struct err *e)
{
	return outbox_store_add(app->db, &(struct outbox_mail){ .id = d->id,
	    .channel = "mail", .case_no = d->case_no,
	    .audience = d->audience, .template = d->template_name,
	    .rcpt = d->to, .rcpt_name = d->to_name,
	    .subject = d->mail.subject, .why = why,
	    .message_id = d->mail.message_id,
	    .refs = texts_join(a, &d->refs), .dedup = d->dedup,
	    .state = "queued", .created_at = app->now,
	    .next_try_at = d->not_before > app->now ? d->not_before : app->now,
	    .bytes = d->bytes, .len = d->len }, e);
}

/* The draft becomes a row; RC_NONE: it is there already. */
static enum rc
draft_queue(struct app *app, struct draft *d, const char *why,
    struct arena *a, struct err *e)
{
	enum rc rc;

	if ((rc = outbox_store_next_id(app->db, &d->id, e)) != RC_OK ||
	    (rc = find_parent(app, d, a, e)) != RC_OK ||
	    (rc = find_words(app, d, a, e)) != RC_OK ||
	    (rc = write_letter(app, d, a, e)) != RC_OK)
		return rc;
	return put_in_outbox(app, d, why, a, e);
}

/* ---- on a case --------------------------------------------------------- */

static enum rc
record_sent(struct app *app, struct draft *d, struct arena *a, struct err *e)
{
	int64_t no = d->case_no;
	struct message_row row = { .case_no = no, .is_out = true,
		.audience = d->audience, .outbox = d->id,
		.message_id = d->mail.message_id,
		.from_email = app->policy.address,
		.from_name = app->policy.desk_name, .to_email = d->to,
		.subject = d->mail.subject, .at = app->now, .class = "own",
		.outcome = "sent", .words = "", .explain = "" };
	enum rc rc;

	if ((rc = message_store_add(app->db, &row, e)) != RC_OK ||
	    (rc = known_id_store_add(app->db, d->mail.message_id, no,
	    d->audience, d->id, e)) != RC_OK ||
	    (rc = participant_store_add(app->db, no, str_lower(a, d->to),
	    d->audience, e)) != RC_OK)
		return rc;
	return history_store_add(app->db, no, app->now, "caseward", "mail-out",
	    arena_printf(a, "%s to %s", d->template_name, d->to),
	    d->audience == AUD_EMPLOYEE ? "We wrote to you." : "", e);
}

static enum rc
hold_back(struct app *app, const struct case_facts *f, const struct act *m,
    const char *why, struct arena *a, struct err *e)
{
	char *text = arena_printf(a, "the mail %s to %s was held back: %s",
	    m->field, *m->to == '\0' ? "(nobody)" : m->to, why);
	enum rc rc;

	rc = history_store_add(app->db, f->c.no, app->now, "caseward", "held",
	    text, "", e);
	if (rc == RC_OK)
		rc = task_store_open(app->db, f->c.no, "held-mail", f->c.owner,
		    text, app->now, f->c.due_at, e);
	return rc == RC_OK ? RC_NONE : rc;
}

static const char *
for_whom(const struct person *meant, const char *reason, struct arena *a)
{
	return arena_printf(a, "For %s, who cannot be reached now.%s%s",
	    meant->name, *reason == '\0' ? "" : " ", reason);
}

enum rc
mailer_reader(struct app *app, const struct person *who, struct arena *a,
    const struct person **out, struct err *e)
{
	struct address_state *known;
	struct case_facts f = { .n_addresses = 0 };
	enum rc rc = address_store_list(app->db, a, &known, &f.n_addresses, e);

	if (rc != RC_OK)
		return rc;
	f.addresses = known;
	*out = staff_stand_in(&f, &app->policy, who, app->now);
	return RC_OK;
}

/* G21: what is meant for one who is away or cannot be reached goes to who
 * stands in, and says so; whoever decided may have known nothing of it.  What somebody asked for just now is theirs to read. */
static void
find_case_reader(const struct app *app, struct draft *d, struct arena *a)
{
	const struct person *meant, *to;

	if (d->audience != AUD_INTERNAL || str_eq(d->template_name,
	    "command-reply") || (meant = policy_person_by_email(&app->policy,
	    d->to)) == NULL)
		return;
	to = case_reader(d->f, &app->policy, meant, app->now);
	if (to == meant)
		return;
	d->more.reason = for_whom(meant, d->more.reason, a);
	d->to = to->email;
	d->to_name = to->name;
}

enum rc
mailer_queue(struct app *app, struct case_facts *f, const struct act *m,
    const struct plan *p, struct arena *a, struct err *e)
{
	struct draft d = { .f = f, .template_name = m->field,
		.audience = m->audience, .to = m->to, .to_name = m->to_name,
		.more = { m->text, m->n == 1 ? "" : m->key, NULL },
		.not_before = m->at, .is_small = m->n == 1,
		.case_no = f->c.no };
	const char *why;
	enum rc rc;

	find_case_reader(app, &d, a);
	why = guard_objection(&app->policy, f, m->audience, d.to);
	if (why != NULL)
		return hold_back(app, f, m, why, a, e);
	d.dedup = arena_printf(a, "%s%lld/%s/%s/%s/%lld", d.is_small ?
	    MAILER_SMALL : "", (long long)f->c.no, m->field, d.to, p->cause,
	    (long long)app->now);
	rc = draft_queue(app, &d, m->text, a, e);
	if (rc != RC_OK)
		return rc;
	if (m->audience == AUD_EMPLOYEE)
		f->c.employee_told_at = app->now;
	return record_sent(app, &d, a, e);
}

enum rc
mailer_queue_digest(struct app *app, const char *template_name,
    const struct person *meant, const struct letter_more *what,
    const char *dedup, struct arena *a, struct err *e)
{
	struct draft d = { .template_name = template_name,
		.audience = AUD_INTERNAL, .more = *what, .dedup = dedup };
	const struct person *to;
	const char *why;
	enum rc rc = mailer_reader(app, meant, a, &to, e);

	if (rc != RC_OK)
		return rc;
	d.to = to->email;
	d.to_name = to->name;
	if (to != meant)
		d.more.reason = for_whom(meant, d.more.reason, a);
	why = guard_objection(&app->policy, NULL, AUD_INTERNAL, d.to);
	if (why != NULL)
		return err_set(e, RC_FAIL, "%s: %s", d.to, why);
	return draft_queue(app, &d, "", a, e);
}

/* ---- chat -------------------------------------------------------------- */

enum rc
mailer_queue_webhook(struct app *app, const struct case_facts *f,
    const struct department *dep, const char *text, const char *dedup,
    struct arena *a, struct err *e)
{
	char *body;
	int64_t id;
	enum rc rc;

	if (dep->webhook[0] == '\0')
		return RC_NONE;
	if ((rc = outbox_store_next_id(app->db, &id, e)) != RC_OK)
		return rc;
	body = chat_json(dep->webhook_kind, "Employee Relations", phrases_say(
	    templates_phrases(app->templates, dep->contact->language), a,
	    text), a);
	return outbox_store_add(app->db, &(struct outbox_mail){ .id = id,
	    .channel = "webhook", .case_no = f->c.no,
	    .audience = AUD_DEPARTMENT, .template = "chat",
	    .rcpt = dep->webhook, .rcpt_name = dep->name, .subject = "",
	    .why = "", .message_id = arena_printf(a, "webhook-%lld",
	    (long long)id), .refs = "", .dedup = dedup, .state = "queued",
	    .created_at = app->now, .next_try_at = app->now, .bytes = body,
	    .len = strlen(body) }, e);
}
