/* outbox.c - send what is queued: claim, send, mark. */
#include "app/outbox.h"

#include "app/beat.h"
#include "app/connect.h"
#include "app/mailer.h"
#include "app/sendmark.h"
#include "app/undelivered.h"
#include "app/wayout.h"
#include "base/log.h"
#include "base/str.h"
#include "mail/scan.h"
#include "net/webhook.h"
#include "store/audit_store.h"
#include "store/outbox_store.h"

#include <string.h>

#define CLAIM_MAILS 200
#define CLAIM_BYTES (8 * 1024 * 1024)
#define MAX_ATTEMPTS 40      /* about five days, see backoff() */
#define UNSURE_AFTER (15 * CW_MINUTE)
#define UNSURE_TRIES 3

/* 1, 2, 4 ... minutes, at most four hours. */
static cw_time
backoff(int64_t attempts)
{
	int64_t minutes = attempts > 8 ? 240 : INT64_C(1) << attempts;

	return (minutes > 240 ? 240 : minutes) * CW_MINUTE;
}

/* What became of one mail or post. */
struct outcome {
	enum rc rc;
	const char *reply;
	bool was_tried;  /* else nobody was asked about it */
	bool is_address; /* the recipient was refused, for good */
	long rest_s;     /* that the server asks for, 0: none */
};

/* The address of a chat channel is a secret: only the department is named. */
static enum rc
tell_of_chat(struct app *app, const struct outbox_mail *m, const char *reply,
    struct arena *a, struct err *e)
{
	struct letter_more more = { .reason = arena_printf(a, "The chat channel"
	    " of %s does not take our messages. Mail to the department goes on"
	    " as ever.", m->rcpt_name), .detail = reply };
	enum rc rc = mailer_queue_digest(app, "finding",
	    app->policy.supervisor, &more, arena_printf(a, "chat/%s/%lld",
	    m->rcpt_name, (long long)(app->now / CW_DAY)), a, e);

	return rc == RC_NONE ? RC_OK : rc;
}

/* A mail that will never arrive is treated like a bounce: told, and the
 * ladder goes to the next contact.  Only a refusal of the address itself is
 * held against it; an outage or a policy is not (BN-5). */
static enum rc
tell_of_failure(struct app *app, const struct outbox_mail *m,
    const struct outcome *o, struct arena *a, struct err *e)
{
	enum bounce_kind kind = o->is_address ? BOUNCE_KIND_HARD :
	    BOUNCE_KIND_OUTAGE;
	const char *reply = o->reply;
	struct scan_span at;

	if (!str_eq(m->channel, "mail"))
		return tell_of_chat(app, m, reply, a, e);
	if (scan_status(reply, strlen(reply), 0, &at))
		kind = bounce_kind_of(arena_strndup(a, reply + at.start,
		    at.end - at.start), "failed");
	if (kind == BOUNCE_KIND_SOFT || kind == BOUNCE_KIND_NONE)
		kind = BOUNCE_KIND_OUTAGE; /* refused for good all the same */
	return undelivered_mail(app, m, kind, reply, arena_printf(a,
	    "out %lld", (long long)m->id), a, e);
}

/* The mark of the mail must stand, whatever becomes of the telling. */
static enum rc
try_to_tell(struct app *app, const struct outbox_mail *m,
    const struct outcome *o, struct arena *a, struct err *e)
{
	enum rc rc;

	if ((rc = db_savepoint(app->db, e)) != RC_OK)
		return rc;
	if ((rc = tell_of_failure(app, m, o, a, e)) == RC_OK)
		return db_release(app->db, e);
	db_undo(app->db);
	log_event(LOG_LEVEL_ERROR, "dead-letter-untold", "out=%lld why=\"%s\"",
	    (long long)m->id, e->text);
	return RC_OK;
}

/* It waits in its place: the server was not asked about it.  A post is put
 * off, as nothing else keeps it from being claimed again in this run. */
static enum rc
mark_untried(struct app *app, const struct outbox_mail *m,
    const struct outcome *o, struct outbox_count *n, struct err *e)
{
	bool is_unsure = str_eq(m->reply, "unsure");
	enum rc rc = outbox_store_mark_untried(app->db, m->id, is_unsure ?
	    "unsure" : "queued", is_unsure ? "unsure" : o->reply, e);

	n->later++;
	return rc != RC_OK || str_eq(m->channel, "mail") ? rc :
	    outbox_store_mark_later(app->db, m->id, "queued", app->now +
	    backoff(1), o->reply, e);
}

static enum rc
mark_later(struct app *app, const struct outbox_mail *m,
    const struct outcome *o, struct outbox_count *n, struct err *e)
{
	cw_time wait = backoff(m->attempts);

	if (o->rest_s > wait)
		wait = o->rest_s;
	n->later++;
	return outbox_store_mark_later(app->db, m->id, "queued",
	    app->now + wait, o->reply, e);
}

/* It will not be tried again: somebody is told. */
static enum rc
mark_dead(struct app *app, const struct outbox_mail *m,
    const struct outcome *o, struct outbox_count *n, struct arena *a,
    struct err *e)
{
	enum rc rc;

	n->failed++;
	log_event(LOG_LEVEL_ERROR, "mail-dead", "out=%lld case=ER-%06lld"
	    " template=%s", (long long)m->id, (long long)m->case_no,
	    m->template);
	rc = outbox_store_mark_failed(app->db, m->id, o->reply, e);
	return rc != RC_OK ? rc : try_to_tell(app, m, o, a, e);
}

/* Again, with the same Message-ID; a mail twice beats a mail never. */
static enum rc
mark_unsure(struct app *app, const struct outbox_mail *m,
    struct outbox_count *n, struct arena *a, struct err *e)
{
	static const struct outcome lost = { .rc = RC_UNSURE, .reply =
	    "the answer of the server was lost each time: nobody knows"
	    " whether it arrived" };

	n->unsure++;
	if (str_eq(m->reply, "unsure") && m->attempts >= UNSURE_TRIES)
		return mark_dead(app, m, &lost, n, a, e);
	return outbox_store_mark_later(app->db, m->id, "unsure",
	    app->now + UNSURE_AFTER, "unsure", e);
}

/* What the server said, one outcome after the other. */
static enum rc
mark(struct app *app, const struct outbox_mail *m, const struct outcome *o,
    struct outbox_count *n, struct arena *a, struct err *e)
{
	switch (o->rc) {
	case RC_OK:
		n->sent++;
		return outbox_store_mark_sent(app->db, m->id, app->now,
		    o->reply, e);
	case RC_UNSURE:
		return mark_unsure(app, m, n, a, e);
	case RC_RETRY:
		if (!o->was_tried)
			return mark_untried(app, m, o, n, e);
		if (m->attempts < MAX_ATTEMPTS)
			return mark_later(app, m, o, n, e);
		break;
	case RC_NONE:
	case RC_BAD:
	case RC_FAIL:
		break;
	}
	return mark_dead(app, m, o, n, a, e);
}

/* ---- one round --------------------------------------------------------- */

#define POST_S 20     /* a chat channel has no queue to go through */
#define MAX_SILENT 32 /* chat channels that are left alone in one run */

/* One run: the round that is under way, and what the earlier ones taught. */
struct run {
	struct app *app;
	struct arena *a;         /* as long as the run */
	struct sink *sink;       /* NULL: could not be opened */
	struct wayout way;
	struct sendmark marks;
	const char *silent[MAX_SILENT]; /* URLs that did not take a post */
	size_t n_silent;
};

struct round {
	struct arena *a;
	struct outbox_mail *v;
	size_t n;
	struct sink_mail *mails; /* those of channel mail */
	size_t n_mails;
	struct outcome *results; /* of all n */
};

/* How many mails may leave now, so that no minute sees more than the limit,
 * however often a pass runs; INT64_MAX: no limit. */
static enum rc
allowance(struct app *app, struct arena *a, int64_t *used, int64_t *left,
    struct err *e)
{
	int64_t most = app->policy.transport.per_minute, at;
	char *text, *count;
	enum rc rc;

	*used = 0;
	*left = INT64_MAX;
	if (most <= 0)
		return RC_OK;
	rc = meta_store_get(app->db, "sent-lately", a, &text, e);
	if (rc == RC_OK && (count = strchr(text, ' ')) != NULL) {
		*count++ = '\0';
		if (str_to_int(text, 0, CW_TIME_MAX, &at) &&
		    app->now > at - CW_MINUTE && app->now < at + CW_MINUTE)
			(void)str_to_int(count, 0, INT32_MAX, used);
	}
	*left = most > *used ? most - *used : 0;
	return rc == RC_NONE ? RC_OK : rc;
}

static enum rc
note_claimed(struct app *app, const struct round *r, int64_t used,
    struct err *e)
{
	if (app->policy.transport.per_minute <= 0)
		return RC_OK;
	return meta_store_set(app->db, "sent-lately", arena_printf(r->a,
	    "%lld %lld", (long long)app->now, (long long)(used +
	    (int64_t)r->n)), e);
}

/* r->n 0: nothing may leave now. */
static enum rc
claim(struct run *u, struct round *r, struct err *e)
{
	struct app *app = u->app;
	const char *channel = wayout_is_shut(app, &u->way) ? "webhook" : "";
	int64_t used, left;
	enum rc rc;

	if ((rc = allowance(app, r->a, &used, &left, e)) != RC_OK || left == 0)
		return rc;
	rc = outbox_store_claim(app->db, channel, app->now, left <
	    CLAIM_MAILS ? (size_t)left : CLAIM_MAILS, CLAIM_BYTES, r->a,
	    &r->v, &r->n, e);
	return rc != RC_OK || r->n == 0 ? rc :
	    note_claimed(app, r, used, e);
}

static bool
is_silent(const struct run *u, const char *url)
{
	for (size_t i = 0; i < u->n_silent; i++)
		if (str_eq(u->silent[i], url))
			return true;
	return u->n_silent == MAX_SILENT;
}

/* A channel that is in trouble costs its time once in a run. */
static void
post(struct run *u, const struct outbox_mail *m, struct outcome *out)
{
	long patience = u->app->policy.transport.timeout_s;
	const struct webhook_opts o = { .allow_http_loopback = true,
		.timeout_s = patience < POST_S ? patience : POST_S,
		.retry_after_s = &out->rest_s };
	struct err why = { "" };

	*out = (struct outcome){ .rc = RC_RETRY, .reply =
	    "the channel was in trouble just now" };
	if (is_silent(u, m->rcpt))
		return;
	if (!beat()) {
		out->reply = "caseward was stopped";
		return;
	}
	out->was_tried = true;
	sendmark_note(&u->marks, m->message_id, false);
	out->rc = webhook_post(m->rcpt, m->bytes, &o, &why);
	if (out->rc == RC_OK)
		sendmark_note(&u->marks, m->message_id, true);
	if (out->rc == RC_RETRY || out->rc == RC_UNSURE)
		u->silent[u->n_silent++] = arena_strdup(u->a, m->rcpt);
	if (out->rc == RC_UNSURE)
		out->rc = RC_OK; /* chat: once is enough */
	if (out->rc == RC_BAD)
		out->rc = RC_FAIL;
	out->reply = arena_strdup(u->a, why.text);
}

static void
gather_mails(const struct app *app, struct round *r)
{
	r->mails = arena_array(r->a, r->n, sizeof(*r->mails));
	for (size_t i = 0; i < r->n; i++)
		if (r->v[i].bytes != NULL && str_eq(r->v[i].channel, "mail"))
			r->mails[r->n_mails++] = (struct sink_mail){
				.from = app->policy.address,
				.rcpt = r->v[i].rcpt,
				.message_id = r->v[i].message_id,
				.bytes = r->v[i].bytes, .len = r->v[i].len };
}

/* Mails go together over several connections, chat posts one by one. */
static void
send_round(struct run *u, struct round *r)
{
	struct err why = { "" };
	size_t k = 0;

	r->results = arena_array(r->a, r->n, sizeof(*r->results));
	sendmark_round(&u->marks);
	gather_mails(u->app, r);
	if (r->n_mails > 0)
		wayout_note(u->app, &u->way, sink_send(u->sink, r->mails,
		    r->n_mails, &why), why.text, u->a);
	for (size_t i = 0; i < r->n; i++) {
		const struct sink_mail *m = &r->mails[k];

		if (r->v[i].bytes == NULL) { /* it holds up no other */
			r->results[i] = (struct outcome){ .rc = RC_FAIL,
				.reply = r->v[i].reply };
			continue;
		}
		if (!str_eq(r->v[i].channel, "mail")) {
			post(u, &r->v[i], &r->results[i]);
			continue;
		}
		r->results[i] = (struct outcome){ .rc = m->rc,
			.reply = m->reply, .was_tried = m->was_tried,
			.is_address = m->is_address };
		k++;
	}
}

static enum rc
mark_round(struct run *u, struct round *r, struct outbox_count *n,
    struct err *e)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < r->n && rc == RC_OK; i++)
		rc = mark(u->app, &r->v[i], &r->results[i], n, r->a, e);
	return rc == RC_OK ? wayout_put(u->app, &u->way, u->a, e) : rc;
}

/* One commit: what became of a round is noted, the next one is claimed. */
static enum rc
turn(struct run *u, struct round *r, struct outbox_count *n, struct err *e)
{
	struct round next = { .a = arena_new() };
	struct db *db = u->app->db;
	enum rc rc;

	if ((rc = db_begin(db, e)) == RC_OK)
		rc = mark_round(u, r, n, e);
	if (rc == RC_OK && beat()) /* else: what was begun is marked */
		rc = claim(u, &next, e);
	if (rc == RC_OK)
		rc = db_commit(db, e);
	db_rollback(db);
	arena_free(&r->a);
	*r = next;
	return rc;
}

/* While the way out is shut there is nothing to do before it is tried. */
static enum rc
next_try(struct run *u, struct outbox_count *n, struct err *e)
{
	enum rc rc = outbox_store_next_try(u->app->db, &n->next_try_at, e);

	if (rc == RC_OK && wayout_is_shut(u->app, &u->way) &&
	    n->next_try_at < u->way.next_at)
		n->next_try_at = u->way.next_at;
	return rc == RC_NONE ? RC_OK : rc;
}

static void
note_mail(void *ctx, const char *message_id, bool is_taken)
{
	struct run *u = ctx;

	sendmark_note(&u->marks, message_id, is_taken);
}

/* Settings that cannot work are told like a server that is down. */
static void
open_sink(struct run *u)
{
	struct err why = { "" };
	enum rc rc;

	if (wayout_is_shut(u->app, &u->way))
		return;
	rc = connect_sink(u->app, u->a, &u->sink, &why);
	if (rc == RC_OK)
		sink_watch(u->sink, note_mail, u);
	else
		wayout_note(u->app, &u->way, rc, why.text, u->a);
}

enum rc
outbox_run(struct app *app, struct outbox_count *n, struct err *e)
{
	struct run u = { .app = app, .a = arena_new() };
	struct round r = { 0 };
	int64_t left = 0;
	enum rc rc;

	u.marks.fd = -1;
	if ((rc = sendmark_recover(app, &left, e)) != RC_OK ||
	    (rc = wayout_get(app, u.a, &u.way, e)) != RC_OK)
		goto out;
	sendmark_open(&u.marks, app);
	open_sink(&u);
	while ((rc = turn(&u, &r, n, e)) == RC_OK && r.n > 0)
		send_round(&u, &r);
	if (rc == RC_OK)
		rc = next_try(&u, n, e);
	wayout_alarm(app, &u.way, u.a);
out:
	arena_free(&r.a);
	sink_close(&u.sink);
	sendmark_close(&u.marks);
	arena_free(&u.a);
	return rc;
}
