/* bearer.c - OAuth2 access tokens for logins: asked for, kept, renewed. */
#include "app/bearer.h"

#include "app/app.h"
#include "app/bearer_file.h"
#include "base/fsx.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/str.h"

#include <string.h>
#include <unistd.h>

#define LOCK_MS 45000         /* somebody else's request may take so long */
#define LONGEST_REST CW_HOUR
#define CLOCK_SLACK CW_MINUTE /* between what was written and now */

struct bearer {
	struct bearer_opts o;
	struct net_bearer net;
	struct arena *a;
	char *given;      /* the token of the last login; NULL: none */
	bool was_refused; /* one was, since a login was accepted */
	bool is_over;     /* and so was the next */
	bool is_struck;   /* the login was refused in an earlier turn */
	struct err why;
};

/* One turn with the file: everything secret in it is in `a`. */
struct turn {
	struct bearer *b;
	struct arena *a;
	const char *path, *key;
	const char *client_secret, *refresh_token;
	char *key_json;
	size_t key_len;
	struct bearer_file f;
	cw_time now;
	int lock; /* -1: not held */
};

/* ---- secrets ----------------------------------------------------------- */

static enum rc
read_secrets(struct turn *t, struct err *e)
{
	const struct oauth2 *o = t->b->o.source;
	enum rc rc;

	t->client_secret = t->refresh_token = "";
	rc = app_secret(o->client_secret_file, o->client_secret_env, t->a,
	    &t->client_secret, e);
	if (rc == RC_OK || rc == RC_NONE)
		rc = app_secret(o->refresh_token_file, NULL, t->a,
		    &t->refresh_token, e);
	if ((rc != RC_OK && rc != RC_NONE) || o->key_file[0] == '\0')
		return rc == RC_NONE ? RC_OK : rc;
	rc = fsx_read(t->a, o->key_file, 65536, &t->key_json, &t->key_len, e);
	return rc == RC_NONE ? err_set(e, RC_FAIL, "%s: no such file",
	    o->key_file) : rc;
}

/* What the file is good for: another app, secret or scope is another one. */
static const char *
digest(const struct turn *t)
{
	const struct oauth2 *o = t->b->o.source;
	const char *const parts[] = { o->kind, o->token_url, o->client_id,
		o->scope, o->subject, t->client_secret, t->refresh_token,
		t->key_json != NULL ? t->key_json : "" };
	uint8_t sum[SHA256_LEN];
	struct str all = { 0 };
	char *out;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		str_addn(&all, parts[i], strlen(parts[i]) + 1);
	hash_sha256(all.s, all.len, sum);
	out = hash_hex(t->a, sum, sizeof(sum));
	explicit_bzero(all.s, all.len);
	str_fini(&all);
	return out;
}

static void
wipe(const char *s, size_t n)
{
	if (s != NULL)
		explicit_bzero((char *)(uintptr_t)s, n);
}

static void
turn_end(struct turn *t)
{
	if (t->lock >= 0)
		(void)close(t->lock);
	bearer_file_wipe(&t->f);
	if (t->client_secret != NULL && *t->client_secret != '\0')
		wipe(t->client_secret, strlen(t->client_secret));
	if (t->refresh_token != NULL && *t->refresh_token != '\0')
		wipe(t->refresh_token, strlen(t->refresh_token));
	wipe(t->key_json, t->key_len);
	arena_free(&t->a);
}

static enum rc
turn_begin(struct turn *t, struct bearer *b, bool lock, struct err *e)
{
	enum rc rc;

	*t = (struct turn){ .b = b, .a = arena_new(), .lock = -1 };
	t->path = arena_printf(t->a, "%s.oauth2-%s", b->o.database,
	    b->o.source->name);
	if (lock && (rc = fsx_lock_wait(arena_printf(t->a, "%s.lock", t->path),
	    LOCK_MS, &t->lock, e)) != RC_OK)
		return rc;
	if ((rc = read_secrets(t, e)) != RC_OK)
		return err_wrap(e, rc, "oauth2 %s", b->o.source->name);
	t->key = digest(t);
	t->now = b->o.now();
	return bearer_file_load(t->path, t->key, t->a, &t->f, e);
}

static enum rc
turn_store(struct turn *t, struct err *e)
{
	return bearer_file_store(t->path, t->key, &t->f, e);
}

/* ---- what may be used, what rests -------------------------------------- */

/* A clock that was set back makes nothing live longer. */
static bool
is_before(const struct turn *t, cw_time end)
{
	return t->f.access != NULL && t->now < end &&
	    t->f.asked_at <= t->now + CLOCK_SLACK;
}

static bool
rests(const struct turn *t, const struct bearer_strike *s)
{
	return !t->b->o.insist && t->now < s->try_at &&
	    s->try_at - t->now <= LONGEST_REST;
}

/* What a person must mend rests for 5, 10, 20 ... minutes, what may pass by
 * itself for 1, 2, 4 ...; an hour at most. */
static void
strike(struct turn *t, struct bearer_strike *s, enum rc rc, int64_t least,
    const struct err *e)
{
	int64_t rest = (rc == RC_RETRY ? 1 : 5) * CW_MINUTE;

	for (int i = 0; i < s->failures && rest < LONGEST_REST; i++)
		rest *= 2;
	rest = rest < least ? least : rest;
	s->failures++;
	s->try_at = t->now + (rest < LONGEST_REST ? rest : LONGEST_REST);
	s->error = arena_strdup(t->a, e->text);
}

static enum rc
still_rests(const struct turn *t, const struct bearer_strike *s, enum rc rc,
    struct err *e)
{
	return err_set(e, rc, "%.400s (tried again at %s)", s->error,
	    time_format(t->a, s->try_at));
}

/* ---- the endpoint ------------------------------------------------------ */

static enum rc
make_request(struct turn *t, struct oauth2_request *r, struct err *e)
{
	const struct oauth2 *o = t->b->o.source;
	char *jwt = NULL;
	enum rc rc = RC_OK;

	*r = (struct oauth2_request){ .grant = OAUTH2_CLIENT_CREDENTIALS,
		.token_url = o->token_url, .cafile = o->ca_file,
		.client_id = o->client_id, .client_secret = t->client_secret,
		.scope = o->scope };
	if (str_eq(o->kind, "refresh-token")) {
		r->grant = OAUTH2_REFRESH_TOKEN;
		r->refresh_token = t->f.refresh != NULL ? t->f.refresh :
		    t->refresh_token;
		/* If there is no room for the next refresh token, this one
		 * must not be used up. */
		rc = turn_store(t, e);
	} else if (t->key_json != NULL) {
		r->grant = OAUTH2_JWT_BEARER;
		r->scope = NULL; /* stands in the assertion */
		rc = oauth2_jwt(t->key_json, t->key_len, o->subject, o->scope,
		    o->token_url, t->now, t->a, &jwt, e);
		r->assertion = jwt;
		if (rc != RC_OK)
			rc = err_wrap(e, RC_FAIL, "%s", o->key_file);
	}
	return rc;
}

/* On return the file says what became of it, also after an error. */
static enum rc
ask(struct turn *t, struct err *e)
{
	const char *name = t->b->o.source->name;
	struct oauth2_answer answer = { .verdict = OAUTH2_CONFIG };
	struct bearer_file *f = &t->f;
	struct oauth2_request r;
	struct err unused;
	enum rc rc;

	if ((rc = make_request(t, &r, e)) == RC_OK)
		rc = t->b->o.fetch(&r, t->a, &answer, e);
	if (rc != RC_OK) {
		const char *advice = oauth2_advice(e->text);
		const char *why = arena_strdup(t->a, e->text);

		(void)err_set(e, rc, "oauth2 %s: %.220s%s%.220s", name, why,
		    advice != NULL ? "; to do: " : "", advice != NULL ?
		    advice : "");
		strike(t, &f->endpoint, rc, answer.retry_after_s, e);
		(void)turn_store(t, &unused); /* the first error says more */
		log_event(LOG_LEVEL_WARN, "token-refused", "source=%s rc=%s",
		    name, rc_name(rc));
		return rc;
	}
	bearer_file_wipe(f);
	f->access = answer.access;
	if (answer.refresh != NULL)
		f->refresh = answer.refresh;
	f->asked_at = t->now; /* before the request: rather too early */
	oauth2_times(t->now, answer.life_s, &f->renew_at, &f->expires_at);
	f->endpoint = (struct bearer_strike){ "", 0, 0, "" };
	log_event(LOG_LEVEL_INFO, "token", "source=%s life=%lld", name,
	    (long long)answer.life_s);
	return turn_store(t, e);
}

/* ---- one login --------------------------------------------------------- */

/* Nothing better than what is kept: it serves as long as it lives. */
static enum rc
use_old(const struct turn *t, bool refused, enum rc rc)
{
	return !refused && is_before(t, t->f.expires_at) ? RC_OK : rc;
}

static enum rc
find_token(struct turn *t, bool refused, struct err *e)
{
	struct bearer_file *f = &t->f;
	const char *given = t->b->given;

	/* Refused is what we gave; another process may have a newer one. */
	if (refused && f->access != NULL && given != NULL &&
	    !str_eq(f->access, given))
		refused = false;
	if (!refused && is_before(t, f->renew_at))
		return RC_OK;
	if (rests(t, &f->endpoint))
		return use_old(t, refused, still_rests(t, &f->endpoint,
		    RC_RETRY, e));
	return use_old(t, refused, ask(t, e));
}

static void
give(struct bearer *b, const char *token)
{
	if (b->given != NULL && str_eq(b->given, token))
		return;
	if (b->given != NULL)
		wipe(b->given, strlen(b->given));
	b->given = arena_strdup(b->a, token);
}

/* The login rests; who it is for stays failing, others go on (L18). */
static enum rc
give_up(struct turn *t, enum rc rc, struct err *e)
{
	struct bearer *b = t->b;
	struct err unused;

	strike(t, bearer_file_login(&t->f, b->o.login, t->a), rc, 0, e);
	(void)turn_store(t, &unused);
	b->is_over = true;
	b->why = *e;
	return rc;
}

static enum rc
refuse(struct turn *t, struct err *e)
{
	struct err said = *e;
	enum rc rc;

	if (t->b->was_refused) {
		const char *advice = oauth2_advice(said.text);

		return give_up(t, err_set(e, RC_FAIL, "%.230s, also with a new"
		    " token%s%.220s", said.text, advice != NULL ? "; to do: " :
		    "", advice != NULL ? advice : ""), e);
	}
	t->b->was_refused = true;
	if ((rc = find_token(t, true, e)) == RC_OK)
		return RC_OK;
	return give_up(t, rc, e);
}

static enum rc
get(void *ctx, bool refused, const char **token, struct err *e)
{
	struct bearer *b = ctx;
	struct bearer_strike *login;
	struct turn t;
	enum rc rc;

	if (b->is_over)
		return err_set(e, RC_FAIL, "%s", b->why.text);
	/* Without the lock, as nearly always: a good token is there. */
	if ((rc = turn_begin(&t, b, refused, e)) != RC_OK)
		goto out;
	login = bearer_file_login(&t.f, b->o.login, t.a);
	b->is_struck = login->failures > 0;
	if (refused) {
		rc = refuse(&t, e);
	} else if (rests(&t, login)) {
		rc = still_rests(&t, login, RC_FAIL, e);
	} else if (!is_before(&t, t.f.renew_at)) {
		turn_end(&t);
		if ((rc = turn_begin(&t, b, true, e)) == RC_OK)
			rc = find_token(&t, false, e);
	}
	if (rc == RC_OK) {
		give(b, t.f.access);
		*token = b->given;
	}
out:
	turn_end(&t);
	return rc;
}

static void
accepted(void *ctx)
{
	struct bearer *b = ctx;
	struct bearer_strike *login;
	struct err unused;
	struct turn t;

	b->was_refused = false;
	if (!b->is_struck) /* as nearly always */
		return;
	if (turn_begin(&t, b, true, &unused) == RC_OK) {
		login = bearer_file_login(&t.f, b->o.login, t.a);
		login->failures = 0;
		if (turn_store(&t, &unused) == RC_OK) /* else it rests on */
			b->is_struck = false;
	}
	turn_end(&t);
}

/* ---- for the others ---------------------------------------------------- */

static struct bearer *
make(const struct bearer_opts *o, struct arena *a)
{
	struct bearer *b = arena_alloc(a, sizeof(*b));

	*b = (struct bearer){ .o = *o, .a = a, .net = { get, accepted, b } };
	if (b->o.fetch == NULL)
		b->o.fetch = oauth2_fetch;
	if (b->o.now == NULL)
		b->o.now = clock_now;
	return b;
}

const struct net_bearer *
bearer_new(const struct bearer_opts *o, struct arena *a)
{
	return &make(o, a)->net;
}

const char *
bearer_mechanism(const struct oauth2 *source)
{
	return str_eq(source->mechanism, "oauthbearer") ? "AUTH=OAUTHBEARER" :
	    "AUTH=XOAUTH2";
}

enum rc
bearer_renew(const struct bearer_opts *o, cw_time *expires_at, struct err *e)
{
	struct arena *a = arena_new();
	struct bearer *b = make(o, a);
	struct turn t;
	enum rc rc;

	if ((rc = turn_begin(&t, b, true, e)) == RC_OK &&
	    (rc = ask(&t, e)) == RC_OK)
		*expires_at = t.f.expires_at;
	turn_end(&t);
	arena_free(&a);
	return rc;
}

enum rc
bearer_state(const struct bearer_opts *o, struct arena *a,
    struct bearer_state *out, struct err *e)
{
	struct bearer *b = make(o, a);
	const char *error;
	struct turn t;
	enum rc rc;

	*out = (struct bearer_state){ .error = "" };
	if ((rc = turn_begin(&t, b, false, e)) == RC_OK) {
		error = t.f.endpoint.error;
		for (size_t i = 0; i < t.f.n_logins && *error == '\0'; i++)
			error = t.f.logins[i].error;
		*out = (struct bearer_state){ .expires_at = t.f.access == NULL ?
			0 : t.f.expires_at, .error = arena_strdup(a, error) };
	}
	turn_end(&t);
	return rc;
}
