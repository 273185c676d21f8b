/* connect.c - from settings to open connections. */
#include "app/connect.h"

#include "app/bearer.h"
#include "app/beat.h"
#include "base/log.h"
#include "base/str.h"
#include "store/spool_store.h"

#define MISSING_TRIES 3 /* of a mail that is listed and does not come */

static enum net_tls
tls_of(const char *word)
{
	return str_eq(word, "implicit") ? NET_TLS_IMPLICIT :
	    str_eq(word, "starttls") ? NET_TLS_STARTTLS : NET_TLS_NONE;
}

static enum source_done
done_of(const char *word)
{
	return str_eq(word, "flag") ? SOURCE_MARK :
	    str_eq(word, "move") ? SOURCE_MOVE : SOURCE_LEAVE;
}

/* A Maildir file name that is in the spool already is not read again. */
struct known {
	struct app *app;
	const char *mailbox;
};

static bool
is_known(void *ctx, const char *key)
{
	const struct known *k = ctx;

	return k->app->db != NULL &&
	    spool_store_has_key(k->app->db, k->mailbox, key);
}

static bool
is_known_uid(void *ctx, uint32_t uidvalidity, uint32_t uid)
{
	const struct known *k = ctx;

	return k->app->db != NULL && spool_store_has_uid(k->app->db,
	    k->mailbox, uidvalidity, uid);
}

/* Half an hour between polls: the third one is an hour later (IM-8). */
static bool
may_wait(void *ctx, uint32_t uidvalidity, uint32_t uid, const char *why)
{
	const struct known *k = ctx;
	int64_t tries = 0;
	struct err e;

	if (k->app->db == NULL || missing_store_note(k->app->db, k->mailbox,
	    uidvalidity, uid, k->app->now, why, &tries, &e) != RC_OK)
		return false;
	log_event(LOG_LEVEL_WARN, "mail-missing", "mailbox=%s uid=%lu"
	    " tries=%lld why=\"%s\"", k->mailbox, (unsigned long)uid,
	    (long long)tries, why);
	return tries < MISSING_TRIES;
}

/* The password or the source of tokens, whichever the settings name. */
static enum rc
log_in_by(struct app *app, const struct oauth2 *source, const char *file,
    const char *env, const char *login, struct arena *a, struct net_host *h,
    struct err *e)
{
	enum rc rc;

	if (source == NULL) {
		rc = app_secret(file, env, a, &h->password, e);
		return rc == RC_NONE ? RC_OK : rc;
	}
	h->bearer = bearer_new(&(struct bearer_opts){ .source = source,
	    .database = app->policy.database, .login = login,
	    .insist = app->insist }, a);
	h->login_options = bearer_mechanism(source);
	return RC_OK;
}

struct net_host
connect_host_of_mailbox(const struct mailbox *box)
{
	return (struct net_host){ .host = box->host, .port = box->port,
		.tls = tls_of(box->tls), .cafile = box->ca_file,
		.user = box->user, .timeout_s = box->timeout_s };
}

struct net_host
connect_host_of_transport(const struct transport *t)
{
	return (struct net_host){ .host = t->host, .port = t->port,
		.tls = tls_of(t->tls), .cafile = t->ca_file,
		.user = t->user, .timeout_s = t->timeout_s };
}

enum rc
connect_source(struct app *app, const struct mailbox *box, struct arena *a,
    struct source **out, struct err *e)
{
	struct source_opts *o = arena_alloc(a, sizeof(*o));
	struct known *known = arena_alloc(a, sizeof(*known));
	enum rc rc;

	*known = (struct known){ app, box->name };
	*o = (struct source_opts){ .done = done_of(box->after),
		.move_to = box->move_to, .wake_fd = beat_wake_fd(),
		.is_known = is_known, .is_known_uid = is_known_uid,
		.may_wait = may_wait,
		.ctx = known };
	if (str_eq(box->kind, "maildir")) {
		o->kind = SOURCE_MAILDIR;
		o->path = box->path;
		return source_open(o, out, e);
	}
	o->kind = SOURCE_IMAP;
	o->mailbox = box->folder;
	o->imap = connect_host_of_mailbox(box);
	rc = log_in_by(app, box->oauth2, box->password_file,
	    box->password_env, arena_printf(a, "mailbox %s", box->name), a,
	    &o->imap, e);
	return rc == RC_OK ? source_open(o, out, e) : rc;
}

enum rc
connect_sink(struct app *app, struct arena *a, struct sink **out,
    struct err *e)
{
	const struct transport *t = &app->policy.transport;
	struct sink_opts *o = arena_alloc(a, sizeof(*o));
	enum rc rc;

	*o = (struct sink_opts){ .path = t->path,
		.ehlo_name = app->policy.host,
		.max_connections = t->max_connections };
	if (str_eq(t->kind, "maildir")) {
		o->kind = SINK_MAILDIR;
		return sink_open(o, out, e);
	}
	o->kind = SINK_SMTP;
	o->smtp = connect_host_of_transport(t);
	rc = log_in_by(app, t->oauth2, t->password_file, t->password_env,
	    "transport", a, &o->smtp, e);
	return rc == RC_OK ? sink_open(o, out, e) : rc;
}
