/* intake.c - mails come in: fetched, kept, understood, decided. */
#include "app/intake.h"

#include "app/alarm.h"
#include "app/beat.h"
#include "app/connect.h"
#include "app/intake_mail.h"
#include "app/mailer.h"
#include "base/apart.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/str.h"
#include "mail/msg.h"
#include "net/source.h"
#include "store/audit_store.h"
#include "store/message_store.h"
#include "store/spool_store.h"

#include <string.h>

#define MAX_ATTEMPTS 3
#define LOOK_BACK (3 * CW_DAY) /* IM-2 */
#define LONGEST_REST (25 * CW_MINUTE) /* less than between two polls */
#define MOST_MISSING 1000 /* asked for again in one poll */

/* Mails as they came, not kept yet. */
struct fetched {
	struct mailbox_state *st; /* of the mailbox */
	struct raw_mail *v;
	size_t n;
};

/* Mails that are kept and at the reader, not decided yet. */
struct batch {
	struct arena *a;
	struct spool_mail *v;
	size_t n;
};

static const struct mailbox *
find_mailbox(const struct policy *p, const char *name)
{
	for (size_t i = 0; i < p->n_mailboxes; i++)
		if (str_eq(p->mailboxes[i].name, name))
			return &p->mailboxes[i];
	return NULL;
}

static struct msg_own
own_for(const struct app *app, const char *mailbox)
{
	const struct policy *p = &app->policy;
	const struct mailbox *m = find_mailbox(p, mailbox);

	return (struct msg_own){
		.addresses = { (const char **)(uintptr_t)p->own_addresses,
		    p->n_own_addresses },
		.instance_id = p->instance_id,
		.keys = &app->keys,
		.trust_authserv_id = m != NULL ? m->trust_authserv_id : "",
		.trust_authas_internal = m != NULL && m->trust_authas_internal,
	};
}

void
intake_understand(struct app *app, const char *mailbox, const char *raw,
    size_t len, struct arena *a, struct msg *m)
{
	const struct msg_own own = own_for(app, mailbox);
	struct err e;

	*m = (struct msg){ 0 };
	msg_scan(raw, len, a, m);
	if (reader_read(app_reader(app), raw, len, a, &m->body, &e) != RC_OK)
		body_init(&m->body, arena_strdup(a, e.text));
	msg_understand(m, &own, a);
}

/* ---- decide ------------------------------------------------------------ */

/* The desk hears of a mail that could not be handled; it is kept raw. */
static enum rc
quarantine(struct app *app, const struct spool_mail *s, const char *why,
    struct intake_count *n, struct arena *a, struct err *e)
{
	const struct person *lead = app->policy.default_team->lead;
	struct letter_more more = { .reason = arena_printf(a, "Mail %lld of"
	    " mailbox %s could not be handled and is kept in quarantine: %s",
	    (long long)s->id, s->mailbox, why), .detail = "" };
	enum rc rc;

	log_event(LOG_LEVEL_WARN, "mail-quarantined", "spool=%lld", (long long)s->id);
	n->quarantined++;
	rc = spool_store_quarantine(app->db, s->id, why, e);
	if (rc == RC_OK)
		rc = mailer_queue_digest(app, "quarantine", lead, &more,
		    arena_printf(a, "quarantine/%lld", (long long)s->id), a, e);
	return rc == RC_NONE ? RC_OK : rc;
}

/* One mail as a savepoint of its own: what fails is undone alone. */
static enum rc
handle(struct app *app, const struct spool_mail *s, struct msg *m,
    bool is_unreadable, struct arena *a, struct intake_count *n,
    struct err *e)
{
	struct intake_count before = *n;
	enum rc rc;

	if ((rc = db_savepoint(app->db, e)) != RC_OK)
		return rc;
	rc = intake_mail(app, s, m, a, n, e);
	if (rc == RC_OK && is_unreadable)
		rc = quarantine(app, s, m->body.problem, n, a, e);
	if (rc == RC_OK)
		return db_release(app->db, e);
	db_undo(app->db);
	*n = before;
	if (rc == RC_RETRY) /* the world is wrong, not the mail */
		return rc;
	log_event(LOG_LEVEL_ERROR, "mail-failed", "spool=%lld why=\"%s\"",
	    (long long)s->id, e->text);
	return s->attempts < MAX_ATTEMPTS ? RC_OK :
	    quarantine(app, s, arena_strdup(a, e->text), n, a, e);
}

/* *is_unreadable: the body could not be read, so the mail is handled by its
 * headers, and a person has to look.  RC_RETRY: no mail can be read now. */
static enum rc
understand_collected(struct app *app, const struct spool_mail *s,
    struct arena *a, struct msg *m, bool *is_unreadable, struct err *e)
{
	const struct msg_own own = own_for(app, s->mailbox);
	enum rc rc;

	*m = (struct msg){ 0 };
	msg_scan(s->raw, s->len, a, m);
	rc = reader_collect(app_reader(app), a, &m->body, e);
	if (rc == RC_RETRY)
		return rc;
	*is_unreadable = rc != RC_OK || *s->problem != '\0';
	if (*s->problem != '\0')
		m->body.problem = s->problem;
	msg_understand(m, &own, a);
	return RC_OK;
}

/* Decide the mails that are at the reader. */
static enum rc
decide_batch(struct app *app, const struct batch *b, struct intake_count *n,
    struct err *e)
{
	struct arena *a = arena_new();
	enum rc rc = RC_OK;

	for (size_t i = 0; i < b->n && rc == RC_OK; i++) {
		struct msg m;
		bool is_unreadable = false;

		arena_reset(a);
		rc = understand_collected(app, &b->v[i], a, &m,
		    &is_unreadable, e);
		n->unread += is_unreadable && *b->v[i].problem == '\0';
		(void)beat(); /* what was begun is finished */
		if (rc == RC_OK)
			rc = handle(app, &b->v[i], &m, is_unreadable, a, n, e);
	}
	arena_free(&a);
	return rc;
}

/* Keep the raw bytes of what came: with the commit the mails are ours (IM-4). */
static enum rc
keep_batch(struct app *app, const struct fetched *f, struct batch *b,
    struct intake_count *count, struct err *e)
{
	enum rc rc;

	b->v = arena_array(b->a, f->n, sizeof(*b->v));
	b->n = 0;
	for (size_t i = 0; i < f->n; i++) {
		const struct raw_mail *raw = &f->v[i];
		struct spool_mail *s = &b->v[b->n];
		uint8_t *digest = arena_alloc(b->a, SHA256_LEN);

		hash_sha256(raw->raw, raw->len, digest);
		*s = (struct spool_mail){ .mailbox = f->st->name,
			.key = raw->key, .uidvalidity = raw->uidvalidity,
			.uid = raw->uid, .sha256 = digest,
			.received_at = raw->received_at,
			.taken_at = app->now, .state = "new", .attempts = 1,
			.problem = raw->problem, .raw = raw->raw,
			.len = raw->len };
		rc = spool_store_add(app->db, s, &s->id, e);
		if (rc != RC_OK && rc != RC_NONE)
			return rc;
		b->n += rc == RC_OK;
		f->st->uidvalidity = raw->uidvalidity;
		if (raw->uid > f->st->last_uid)
			f->st->last_uid = raw->uid;
	}
	count->taken += (int64_t)b->n;
	return mailbox_store_put(app->db, f->st, e);
}

/*
 * One commit: what was at the reader is decided, what came meanwhile is
 * kept.  `at_reader` is given back; `f` may be NULL: nothing came.
 */
static enum rc
commit_both(struct app *app, struct batch *at_reader, const struct fetched *f,
    struct batch *kept, struct intake_count *n, struct err *e)
{
	struct intake_count before = *n;
	enum rc rc;

	if ((rc = db_begin(app->db, e)) == RC_OK)
		rc = decide_batch(app, at_reader, n, e);
	if (rc == RC_OK && f != NULL)
		rc = keep_batch(app, f, kept, n, e);
	if (rc == RC_OK)
		rc = db_commit(app->db, e);
	db_rollback(app->db);
	if (rc != RC_OK)
		*n = before;
	/* What was not collected is no answer to the next mail. */
	reader_forget(app_reader(app));
	arena_free(&at_reader->a);
	*at_reader = (struct batch){ 0 };
	return rc;
}

static enum rc
submit_batch(struct app *app, const struct batch *b, struct err *e)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < b->n && rc == RC_OK; i++)
		rc = reader_submit(app_reader(app), b->v[i].raw, b->v[i].len,
		    e);
	if (rc != RC_OK)
		reader_forget(app_reader(app));
	return rc;
}

/* ---- what an earlier pass left ----------------------------------------- */

static enum rc
retry_batch(struct app *app, int64_t after, struct batch *b, struct err *e)
{
	int64_t ids[SOURCE_BATCH_MAILS];
	enum rc rc;

	b->a = arena_new();
	rc = spool_store_new(app->db, after, SOURCE_BATCH_MAILS, SOURCE_BATCH_BYTES, b->a,
	    &b->v, &b->n, e);
	if (rc != RC_OK || b->n == 0)
		return rc == RC_OK ? RC_NONE : rc;
	if (reader_ready(app_reader(app), e) != RC_OK) {
		/* no try of theirs; dates and mails of ours go on */
		log_event(LOG_LEVEL_ERROR, "reader-failed", "why=\"%s\"",
		    e->text);
		return RC_NONE;
	}
	for (size_t i = 0; i < b->n; i++) {
		ids[i] = b->v[i].id;
		b->v[i].attempts++;
	}
	if ((rc = db_begin(app->db, e)) != RC_OK)
		return rc;
	rc = spool_store_attempt(app->db, ids, b->n, e);
	if (rc == RC_OK)
		rc = db_commit(app->db, e);
	db_rollback(app->db);
	return rc;
}

/* It is on its case already, and was kept only for a person to look at. */
static bool
is_handled(struct app *app, const struct spool_mail *s, struct arena *a)
{
	struct message_row row;
	struct err e;

	return message_store_by_spool(app->db, s->id, a, &row, &e) == RC_OK;
}

/* A mail that was tried too often without an answer killed the pass. */
static enum rc
put_aside(struct app *app, struct batch *b, struct intake_count *n,
    struct err *e)
{
	size_t keep = 0;
	enum rc rc = db_begin(app->db, e);

	for (size_t i = 0; i < b->n && rc == RC_OK; i++) {
		if (is_handled(app, &b->v[i], b->a))
			rc = spool_store_done(app->db, b->v[i].id, e);
		else if (b->v[i].attempts <= MAX_ATTEMPTS)
			b->v[keep++] = b->v[i];
		else
			rc = quarantine(app, &b->v[i], "handling it failed"
			    " several times", n, b->a, e);
	}
	b->n = keep;
	if (rc == RC_OK)
		rc = db_commit(app->db, e);
	db_rollback(app->db);
	return rc;
}

enum rc
intake_spool(struct app *app, struct intake_count *n, struct err *e)
{
	struct batch b = { 0 };
	int64_t after = 0;
	enum rc rc = RC_OK;

	while (beat()) {
		if ((rc = retry_batch(app, after, &b, e)) != RC_OK)
			break;
		after = b.v[b.n - 1].id;
		if ((rc = put_aside(app, &b, n, e)) != RC_OK ||
		    (rc = submit_batch(app, &b, e)) != RC_OK ||
		    (rc = commit_both(app, &b, NULL, NULL, n, e)) != RC_OK)
			break;
	}
	arena_free(&b.a);
	return rc == RC_NONE ? RC_OK : rc;
}

/* ---- fetch ------------------------------------------------------------- */

/* What is kept may be marked on the server; that it fails is no reason to
 * stop. */
static void
acknowledge(struct source *src, const struct fetched *f)
{
	struct err e;

	if (source_ack(src, f->v, f->n, &e) != RC_OK)
		log_event(LOG_LEVEL_WARN, "ack-failed", "mailbox=%s why=\"%s\"",
		    f->st->name, e.text);
}

/*
 * While the reader is at one batch the next one is fetched; the decisions on
 * the one and the bytes of the other are one commit.
 */
static enum rc
take_all(struct app *app, struct source *src, struct mailbox_state *st,
    struct intake_count *n, struct err *e)
{
	struct batch ahead, behind = { 0 };
	struct fetched f = { .st = st };
	struct err later;
	enum rc rc, done;

	do {
		ahead = (struct batch){ .a = arena_new() };
		rc = !beat() ? RC_NONE : source_next_batch(src, ahead.a, &f.v,
		    &f.n, e);
		if (rc == RC_OK)
			rc = reader_ready(app_reader(app), e);
		if (rc != RC_OK && behind.n == 0)
			break;
		done = commit_both(app, &behind, rc == RC_OK ? &f : NULL,
		    &ahead, n, &later);
		if (done != RC_OK) {
			rc = done;
			*e = later;
		}
		if (rc == RC_OK) {
			acknowledge(src, &f);
			rc = submit_batch(app, &ahead, e);
			behind = ahead;
			ahead.a = NULL;
		}
	} while (rc == RC_OK);
	arena_free(&ahead.a);
	arena_free(&behind.a);
	return rc;
}

/* Where to go on in a mailbox, and what to look for besides. */
static enum rc
position(struct app *app, const struct mailbox_state *st, struct arena *a,
    struct source_position *pos, struct err *e)
{
	/* The first poll of a day also looks for what came out of order. */
	bool first_of_day = st->ok_at / CW_DAY != app->now / CW_DAY;
	uint32_t *again;
	enum rc rc;

	*pos = (struct source_position){
		.uidvalidity = (uint32_t)st->uidvalidity,
		.last_uid = (uint32_t)st->last_uid,
		.since = first_of_day && st->ok_at != 0 ?
		    app->now - LOOK_BACK : 0 };
	rc = missing_store_list(app->db, st->name, pos->uidvalidity,
	    MOST_MISSING, a, &again, &pos->n_again, e);
	pos->again = again;
	return rc;
}

/* L4: a server that numbers its mails anew each time makes us read them all
 * each time. */
static enum rc
note_reset(struct app *app, const char *name, struct intake_count *n,
    struct arena *a, struct err *e)
{
	char *key = arena_printf(a, "uidvalidity-changed/%s", name), *last;
	enum rc rc = meta_store_get(app->db, key, a, &last, e);
	int64_t at;

	log_event(LOG_LEVEL_WARN, "uidvalidity-changed", "mailbox=%s", name);
	n->renumbered += rc == RC_OK && str_to_int(last, 0, CW_TIME_MAX,
	    &at) && app->now - at < CW_DAY;
	if (rc != RC_OK && rc != RC_NONE)
		return rc;
	return meta_store_set(app->db, key, arena_printf(a, "%lld",
	    (long long)app->now), e);
}

static enum rc
poll_mailbox(struct app *app, const struct mailbox *box,
    struct mailbox_state *st, struct intake_count *n, struct arena *a,
    struct err *e)
{
	struct source *src = NULL;
	struct source_position pos;
	bool is_reset;
	enum rc rc;

	if ((rc = position(app, st, a, &pos, e)) != RC_OK ||
	    (rc = connect_source(app, box, a, &src, e)) != RC_OK ||
	    (rc = source_begin(src, &pos, &is_reset, e)) != RC_OK)
		goto out;
	if (is_reset) {
		st->last_uid = 0;
		if ((rc = note_reset(app, box->name, n, a, e)) != RC_OK)
			goto out;
	}
	rc = take_all(app, src, st, n, e);
	if (rc == RC_NONE && source_is_cut(src))
		n->unfinished++;
	else if (rc == RC_NONE && pos.n_again < MOST_MISSING && beat())
		rc = missing_store_forget(app->db, st->name, app->now, e);
out:
	source_close(&src);
	return rc == RC_NONE ? RC_OK : rc;
}

/* ---- a mailbox apart --------------------------------------------------- */

struct poll {
	struct app *app;
	const struct mailbox *box;
	struct intake_count n;
};

/* One mailbox, from its state to the commit of its last mail. */
static enum rc
poll_here(void *ctx, struct err *e)
{
	struct poll *p = ctx;
	struct arena *a = arena_new();
	struct mailbox_state st;
	enum rc rc = mailbox_store_get(p->app->db, p->box->name, a, &st, e);

	if (rc == RC_OK)
		rc = poll_mailbox(p->app, p->box, &st, &p->n, a, e);
	arena_free(&a);
	return rc;
}

/* In a child.  The inherited reader is the parent's. */
static enum rc
poll_apart(void *ctx, struct err *e)
{
	struct poll *p = ctx;
	enum rc rc;

	p->app->reader = NULL;
	if ((rc = app_open_db(p->app, 0, e)) != RC_OK)
		return rc;
	rc = poll_here(ctx, e);
	reader_free(&p->app->reader);
	db_close(&p->app->db);
	return rc;
}

/*
 * libetpan is led by what a foreign server says, and some of it kills
 * (ENGINEERING 2): that must not end the pass, the other mailboxes and the
 * escalations with it.  SQLite is not to be taken through a fork: there are
 * no connections open meanwhile.  *polled: how the mailbox did, and `why`.
 */
static enum rc
poll_one(struct poll *p, enum rc *polled, struct err *why, struct err *e)
{
	if (!str_eq(p->box->kind, "imap")) {
		*polled = poll_here(p, why);
		return RC_OK;
	}
	db_close(&p->app->db);
	*polled = apart_run(poll_apart, p, &p->n, sizeof(p->n), why);
	if (*polled == RC_UNSURE)
		*polled = err_wrap(why, RC_RETRY, "%s:%d says something that"
		    " nobody can digest", p->box->host, p->box->port);
	return app_open_db(p->app, 0, e);
}

/* L17: a mailbox that cannot be read is an alarm: at once where we are
 * refused, after some polls where it is not reached. */
static void
raise_alarms(struct app *app, const struct mailbox_state *st, enum rc polled)
{
	const struct policy *p = &app->policy;
	cw_time long_ago = (cw_time)p->alarms.mailbox_polls *
	    p->poll_minutes * CW_MINUTE;

	if (polled == RC_FAIL)
		alarm_raise(app, ALARM_LOGIN, st->name, "The mailbox %s"
		    " refuses us: %s", st->name, st->error);
	if (polled != RC_OK && (st->ok_at == 0 ?
	    st->failures >= p->alarms.mailbox_polls :
	    app->now - st->ok_at >= long_ago))
		alarm_raise(app, ALARM_MAILBOX, st->name, "The mailbox %s has"
		    " not been read since %s: what people write there is seen"
		    " by nobody. %s", st->name, st->ok_at == 0 ?
		    "it was set up" : calendar_format(app->a,
		    p->calendar, st->ok_at), st->error);
}

/*
 * How the mailbox did: the age of the last success is its health (L17).  The
 * place in it is read again: what a failed commit had wanted to take was not
 * taken, and must come again.
 */
static enum rc
record_health(struct app *app, const char *name, enum rc polled,
    const struct err *why, struct arena *a, struct err *e)
{
	struct mailbox_state st;
	enum rc rc = mailbox_store_get(app->db, name, a, &st, e);

	if (rc != RC_OK)
		return rc;
	st.tried_at = app->now;
	st.failures = polled == RC_OK ? 0 : st.failures + 1;
	st.error = polled == RC_OK ? "" : why->text;
	if (polled == RC_OK)
		st.ok_at = app->now;
	else
		log_event(LOG_LEVEL_ERROR, "mailbox-failed",
		    "mailbox=%s failures=%d why=\"%s\"", name, st.failures,
		    why->text);
	raise_alarms(app, &st, polled);
	return mailbox_store_put(app->db, &st, e);
}

static enum rc
one_mailbox(struct app *app, const struct mailbox *box,
    struct intake_count *n, struct err *e)
{
	struct arena *a = arena_new();
	struct poll p = { app, box, *n };
	struct err why;
	enum rc rc, polled;

	if ((rc = poll_one(&p, &polled, &why, e)) != RC_OK)
		goto out;
	if (p.n.renumbered > n->renumbered)
		alarm_raise(app, ALARM_NO_PROGRESS, box->name, "The server of"
		    " the mailbox %s numbers its mails anew again and again"
		    " (UIDVALIDITY): all of them are read each time",
		    box->name);
	*n = p.n;
	if (!beat()) /* interrupted: that says nothing about the mailbox */
		goto out;
	n->failed_mailboxes += polled != RC_OK;
	rc = record_health(app, box->name, polled, &why, a, e);
out:
	arena_free(&a);
	return rc;
}

/* A server in trouble is not asked again each time that mail comes in by
 * another mailbox: 2, 4, 8 ... minutes, but at the next poll for sure. */
static bool
is_resting(struct app *app, const char *name)
{
	struct arena *a = arena_new();
	struct mailbox_state st;
	struct err e;
	bool rests = false;
	cw_time rest;

	if (app->is_patient &&
	    mailbox_store_get(app->db, name, a, &st, &e) == RC_OK &&
	    st.failures > 0) {
		rest = st.failures < 5 ? CW_MINUTE << st.failures : LONGEST_REST;
		rests = app->now >= st.tried_at &&
		    app->now < st.tried_at + rest;
	}
	arena_free(&a);
	return rests;
}

enum rc
intake_run(struct app *app, struct intake_count *n, struct err *e)
{
	enum rc rc = intake_spool(app, n, e);

	for (size_t i = 0; i < app->policy.n_mailboxes && rc == RC_OK &&
	    beat(); i++)
		if (!is_resting(app, app->policy.mailboxes[i].name))
			rc = one_mailbox(app, &app->policy.mailboxes[i], n, e);
	return rc;
}

enum rc
intake_file(struct app *app, const char *mailbox, const char *key,
    const char *raw, size_t len, cw_time received_at, struct intake_count *n,
    struct err *e)
{
	struct mailbox_state st = { .name = mailbox };
	struct raw_mail mail = { .key = key, .raw = raw, .len = len,
		.received_at = received_at, .problem = "" };
	struct fetched f = { &st, &mail, 1 };
	struct batch none = { 0 }, b = { .a = arena_new() };
	int64_t before = n->taken;
	enum rc rc;

	st.error = "";
	if ((rc = commit_both(app, &none, &f, &b, n, e)) == RC_OK)
		rc = n->taken == before ? RC_NONE : submit_batch(app, &b, e);
	if (rc == RC_OK)
		rc = commit_both(app, &b, NULL, NULL, n, e);
	arena_free(&b.a);
	return rc;
}
