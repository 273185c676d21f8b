/* outbox.c - send what is queued: claim, send, mark. */
#include "app/outbox.h"

#include "app/connect.h"
#include "app/mailer.h"
#include "app/undelivered.h"
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

/* 1, 2, 4 ... minutes, at most four hours. */
static cw_time
backoff(int attempts)
{
	int64_t minutes = attempts > 8 ? 240 : INT64_C(1) << attempts;

	return (minutes > 240 ? 240 : minutes) * CW_MINUTE;
}

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
tell_of_failure(struct app *app, const struct outbox_mail *m, enum rc result,
    const char *reply, struct arena *a, struct err *e)
{
	struct scan_span at;
	bool is_hard = result == RC_FAIL;

	if (!str_eq(m->channel, "mail"))
		return tell_of_chat(app, m, reply, a, e);
	if (scan_status(reply, strlen(reply), 0, &at))
		is_hard = bounce_kind_of(arena_strndup(a, reply + at.start,
		    at.end - at.start), "failed") == BOUNCE_KIND_HARD;
	return undelivered_mail(app, m, is_hard ? BOUNCE_KIND_HARD :
	    BOUNCE_KIND_POLICY, reply, arena_printf(a, "out %lld",
	    (long long)m->id), a, e);
}

/* The mark of the mail must stand, whatever becomes of the telling. */
static enum rc
try_to_tell(struct app *app, const struct outbox_mail *m, enum rc result,
    const char *reply, struct arena *a, struct err *e)
{
	enum rc rc;

	if ((rc = db_savepoint(app->db, e)) != RC_OK)
		return rc;
	if ((rc = tell_of_failure(app, m, result, reply, a,
	    e)) == RC_OK)
		return db_release(app->db, e);
	db_undo(app->db);
	log_event(LOG_LEVEL_ERROR, "dead-letter-untold", "out=%lld why=\"%s\"",
	    (long long)m->id, e->text);
	return RC_OK;
}

/* What the server said, one outcome after the other. */
static enum rc
mark(struct app *app, const struct outbox_mail *m, enum rc result,
    const char *reply, struct outbox_count *n, struct arena *a,
    struct err *e)
{
	enum rc rc;

	switch (result) {
	case RC_OK:
		n->sent++;
		return outbox_store_mark_sent(app->db, m->id, app->now, reply,
		    e);
	case RC_UNSURE: /* once more, with the same Message-ID; then trust */
		n->unsure++;
		if (str_eq(m->reply, "unsure"))
			return outbox_store_mark_sent(app->db, m->id, app->now,
			    "unsure twice: taken as sent", e);
		return outbox_store_mark_later(app->db, m->id, "unsure",
		    app->now + UNSURE_AFTER, "unsure", e);
	case RC_RETRY:
		if (m->attempts < MAX_ATTEMPTS) {
			n->later++;
			return outbox_store_mark_later(app->db, m->id,
			    "queued", app->now + backoff(m->attempts), reply,
			    e);
		}
		break;
	case RC_NONE:
	case RC_BAD:
	case RC_FAIL:
		break;
	}
	n->failed++;
	log_event(LOG_LEVEL_ERROR, "mail-dead", "out=%lld case=ER-%06lld"
	    " template=%s", (long long)m->id, (long long)m->case_no,
	    m->template);
	rc = outbox_store_mark_failed(app->db, m->id, reply, e);
	return rc != RC_OK ? rc : try_to_tell(app, m, result, reply, a, e);
}

/* ---- one round --------------------------------------------------------- */

struct round {
	struct arena *a;
	struct outbox_mail *v;
	size_t n;
	struct sink_mail *mails; /* those of channel mail */
	size_t n_mails;
	enum rc *results;        /* of all n */
	const char **replies;
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
		    app->now < at + CW_MINUTE)
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
claim(struct app *app, struct round *r, struct err *e)
{
	int64_t used, left;
	enum rc rc;

	if ((rc = allowance(app, r->a, &used, &left, e)) != RC_OK || left == 0)
		return rc;
	rc = outbox_store_claim(app->db, app->now, left < CLAIM_MAILS ?
	    (size_t)left : CLAIM_MAILS, CLAIM_BYTES, r->a, &r->v, &r->n, e);
	return rc != RC_OK || r->n == 0 ? rc :
	    note_claimed(app, r, used, e);
}

static void
post(const struct outbox_mail *m, enum rc *result, struct err *e)
{
	const struct webhook_opts o = { .allow_http_loopback = true };

	*result = webhook_post(m->rcpt, m->bytes, &o, e);
	if (*result == RC_UNSURE)
		*result = RC_OK; /* chat: once is enough */
	if (*result == RC_BAD)
		*result = RC_FAIL;
}

/* Mails go together over several connections, chat posts one by one. */
static enum rc
send_round(struct app *app, struct sink *sink, struct round *r,
    struct err *e)
{
	size_t k = 0;
	enum rc host;

	r->results = arena_array(r->a, r->n, sizeof(*r->results));
	r->replies = arena_array(r->a, r->n, sizeof(*r->replies));
	r->mails = arena_array(r->a, r->n, sizeof(*r->mails));
	for (size_t i = 0; i < r->n; i++)
		if (str_eq(r->v[i].channel, "mail"))
			r->mails[r->n_mails++] = (struct sink_mail){
				.from = app->policy.address,
				.rcpt = r->v[i].rcpt,
				.message_id = r->v[i].message_id,
				.bytes = r->v[i].bytes, .len = r->v[i].len };
	host = r->n_mails == 0 ? RC_OK :
	    sink_send(sink, r->mails, r->n_mails, e);
	for (size_t i = 0; i < r->n; i++) {
		struct err why = { "" };

		if (str_eq(r->v[i].channel, "mail")) {
			r->results[i] = r->mails[k].rc;
			r->replies[i] = r->mails[k++].reply;
			continue;
		}
		post(&r->v[i], &r->results[i], &why);
		r->replies[i] = arena_strdup(r->a, why.text);
	}
	return host;
}

static enum rc
mark_round(struct app *app, struct round *r, struct outbox_count *n,
    struct err *e)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < r->n && rc == RC_OK; i++)
		rc = mark(app, &r->v[i], r->results[i], r->replies[i], n, r->a,
		    e);
	return rc;
}

/* One commit: what became of a round is noted, the next one is claimed. */
static enum rc
turn(struct app *app, struct round *r, bool go_on, struct outbox_count *n,
    struct err *e)
{
	struct round next = { .a = arena_new() };
	enum rc rc;

	if ((rc = db_begin(app->db, e)) == RC_OK)
		rc = mark_round(app, r, n, e);
	if (rc == RC_OK && go_on)
		rc = claim(app, &next, e);
	if (rc == RC_OK)
		rc = db_commit(app->db, e);
	db_rollback(app->db);
	arena_free(&r->a);
	*r = next;
	return rc;
}

enum rc
outbox_run(struct app *app, struct outbox_count *n, struct err *e)
{
	struct arena *a = arena_new();
	struct sink *sink = NULL;
	struct round r = { 0 };
	bool go_on = true;
	int64_t left = 0;
	struct err why;
	enum rc rc;

	if ((rc = outbox_store_recover(app->db, app->now, &left, e)) != RC_OK ||
	    (rc = connect_sink(app, a, &sink, e)) != RC_OK)
		goto out;
	while ((rc = turn(app, &r, go_on, n, e)) == RC_OK && r.n > 0) {
		go_on = send_round(app, sink, &r, &why) == RC_OK;
		if (!go_on) /* do not hammer: the rows wait */
			log_event(LOG_LEVEL_ERROR, "transport-failed",
			    "why=\"%s\"", why.text);
	}
	if (rc == RC_OK)
		rc = outbox_store_next_try(app->db, &n->next_try_at, e);
	if (rc == RC_NONE)
		rc = RC_OK;
out:
	arena_free(&r.a);
	sink_close(&sink);
	arena_free(&a);
	return rc;
}
