/*
 * netprobe.c - the net module from the command line, for tests.
 *
 *	netprobe fetch|wait|send|hook|token key=value ...
 *
 * fetch prints one line per mail: uid, size, sha256, time, problem; `wait`
 * fetches, waits and fetches again.  `send` sends n= generated mails.
 * `token` asks url= for one; bearer=A,B logs in with A, and with B if that
 * is refused.
 * The last line is "rc=NAME TEXT"; the exit status is the rc.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/str.h"
#include "net/oauth2.h"
#include "net/sink.h"
#include "net/source.h"
#include "net/webhook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct args {
	int n;
	char **v;
};

static const char *
get(const struct args *a, const char *key, const char *or)
{
	size_t len = strlen(key);

	for (int i = 0; i < a->n; i++)
		if (strncmp(a->v[i], key, len) == 0 && a->v[i][len] == '=')
			return a->v[i] + len + 1;
	return or;
}

static long
get_long(const struct args *a, const char *key, long or)
{
	const char *s = get(a, key, NULL);

	return s == NULL ? or : atol(s);
}

/* The index of a word in a NULL-terminated list. */
static int
get_word(const struct args *a, const char *key, const char *const *words)
{
	const char *s = get(a, key, words[0]);

	for (int i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], s) == 0)
			return i;
	(void)fprintf(stderr, "netprobe: %s=%s?\n", key, s);
	exit(2);
}

/* "A,B": the tokens for a login and for the next. */
struct bearer {
	struct net_bearer net;
	char *next;
};

static enum rc
next_token(void *ctx, bool refused, const char **token, struct err *e)
{
	struct bearer *b = ctx;

	(void)printf("bearer refused=%d\n", refused);
	if (b->next == NULL)
		return err_wrap(e, RC_FAIL, "no more tokens");
	*token = strsep(&b->next, ",");
	return RC_OK;
}

static void
token_accepted(void *ctx)
{
	(void)ctx;
	(void)printf("bearer accepted\n");
}

static const struct net_bearer *
get_bearer(const struct args *a)
{
	static struct bearer b = { .net = { next_token, token_accepted, &b } };
	static char tokens[16384];

	if (get(a, "bearer", NULL) == NULL)
		return NULL;
	(void)snprintf(tokens, sizeof(tokens), "%s", get(a, "bearer", ""));
	b.next = tokens;
	return &b.net;
}

static void
get_host(const struct args *a, struct net_host *h)
{
	static const char *const tls[] = { "implicit", "starttls", "none",
		NULL };

	*h = (struct net_host){
		.host = get(a, "host", "127.0.0.1"),
		.port = (int)get_long(a, "port", 0),
		.tls = (enum net_tls)get_word(a, "tls", tls),
		.cafile = get(a, "ca", NULL),
		.user = get(a, "user", NULL),
		.password = get(a, "password", "pw"),
		.bearer = get_bearer(a),
		.login_options = get(a, "login", NULL),
		.timeout_s = get_long(a, "timeout", 10),
	};
}

static void
print_mail(const struct raw_mail *m, struct arena *a)
{
	uint8_t digest[SHA256_LEN];

	hash_sha256(m->raw, m->len, digest);
	(void)printf("mail uid=%u validity=%u key=%s size=%zu len=%zu "
	    "sha256=%s at=%s problem=%s\n", m->uid, m->uidvalidity, m->key,
	    m->size_on_server, m->len, hash_hex(a, digest, SHA256_LEN),
	    time_format(a, m->received_at), m->problem);
}

struct tally {
	size_t mails, bytes, batches;
	uint32_t last_uid, uidvalidity;
};

static enum rc
fetch_all(struct source *s, const struct args *a, struct tally *t,
    struct err *e)
{
	struct source_position pos = {
		.uidvalidity = t->uidvalidity, .last_uid = t->last_uid,
		.since = get_long(a, "since", 0),
	};
	struct arena *mem = arena_new();
	struct raw_mail *v;
	bool is_reset;
	size_t n, max = (size_t)get_long(a, "max", 1L << 40);
	enum rc rc;

	if ((rc = source_begin(s, &pos, &is_reset, e)) == RC_OK)
		(void)printf("begin left=%zu reset=%d note=%s\n",
		    source_left(s), is_reset, source_note(s));
	while (rc == RC_OK && t->mails < max &&
	    (rc = source_next_batch(s, mem, &v, &n, e)) == RC_OK) {
		for (size_t i = 0; i < n; i++) {
			if (get_long(a, "quiet", 0) == 0)
				print_mail(&v[i], mem);
			t->bytes += v[i].len;
			t->last_uid = v[i].uid;
			t->uidvalidity = v[i].uidvalidity;
		}
		t->mails += n;
		t->batches++;
		rc = source_ack(s, v, n, e);
		arena_reset(mem);
	}
	arena_free(&mem);
	return rc == RC_NONE ? RC_OK : rc;
}

static enum rc
open_source(const struct args *a, struct source **s, struct source_opts *o,
    struct err *e)
{
	static const char *const kinds[] = { "imap", "maildir", NULL };
	static const char *const done[] = { "leave", "mark", "move", NULL };

	*o = (struct source_opts){
		.kind = (enum source_kind)get_word(a, "kind", kinds),
		.mailbox = get(a, "mailbox", "INBOX"),
		.path = get(a, "path", NULL),
		.done = (enum source_done)get_word(a, "done", done),
		.move_to = get(a, "to", NULL),
		.max_mail = (size_t)get_long(a, "max_mail", 0),
	};
	get_host(a, &o->imap);
	return source_open(o, s, e);
}

/* Not getrusage: its peak is inherited from whoever started us. */
static long
peak_kb(void)
{
	FILE *f = fopen("/proc/self/status", "r");
	char line[200];
	long kb = 0;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (str_has_prefix(line, "VmHWM:"))
			kb = atol(line + 6);
	if (f != NULL)
		(void)fclose(f);
	return kb;
}

static enum rc
run_fetch(const struct args *a, bool wait, struct err *e)
{
	struct tally t = {
		.uidvalidity = (uint32_t)get_long(a, "validity", 0),
		.last_uid = (uint32_t)get_long(a, "last", 0),
	};
	int64_t start = clock_monotonic_ms(), ms;
	struct source_opts o;
	struct source *s = NULL;
	enum rc rc;

	if ((rc = open_source(a, &s, &o, e)) == RC_OK)
		rc = fetch_all(s, a, &t, e);
	ms = clock_monotonic_ms() - start;
	if (rc == RC_OK && wait) {
		(void)printf("waiting\n");
		(void)fflush(stdout);
		rc = source_wait(s, -1, get_long(a, "seconds", 20), e);
		(void)printf("woke %s\n", rc_name(rc));
		if (rc == RC_OK)
			rc = fetch_all(s, a, &t, e);
	}
	source_close(&s);
	(void)printf("total mails=%zu bytes=%zu batches=%zu ms=%lld "
	    "peak_kb=%ld\n", t.mails, t.bytes, t.batches, (long long)ms,
	    peak_kb());
	return rc;
}

static void
make_mails(const struct args *a, struct arena *mem, struct sink_mail *v,
    size_t n)
{
	size_t size = (size_t)get_long(a, "size", 500);
	struct str body = { 0 };

	str_add(&body, "From: er@caseward.example\r\nSubject: probe\r\n\r\n");
	while (body.len < size)
		str_add(&body, "A line of text that is sixty-odd bytes long, "
		    "again and again.\r\n");
	if (get(a, "body", NULL) != NULL) {
		str_clear(&body);
		str_add(&body, get(a, "body", ""));
	}
	for (size_t i = 0; i < n; i++)
		v[i] = (struct sink_mail){
			.from = get(a, "from", "er@caseward.example"),
			.rcpt = get(a, "rcpt", "ann@test.example"),
			.message_id = arena_printf(mem, "%s.%zu@probe.example",
			    get(a, "id", "probe"), i),
			.bytes = str_text(&body), .len = body.len,
		};
	for (size_t i = 0; i < n; i++)
		v[i].bytes = i == 0 ? str_dup(&body, mem) : v[0].bytes;
	str_fini(&body);
}

/* "rounds": how often to send the n mails over the same sink. */
static enum rc
send_rounds(struct sink *s, const struct args *a, struct sink_mail *v,
    size_t n, struct err *e)
{
	size_t count[RC_UNSURE + 1] = { 0 };
	enum rc rc = RC_OK;

	for (long i = 0; i < get_long(a, "rounds", 1); i++) {
		rc = sink_send(s, v, n, e);
		for (size_t k = 0; k < n; k++) {
			count[v[k].rc]++;
			if (get_long(a, "quiet", 0) == 0)
				(void)printf("sent %s code=%d auth=%d %s\n",
				    rc_name(v[k].rc), v[k].code,
				    v[k].is_auth_problem, v[k].reply);
		}
	}
	for (enum rc r = RC_OK; r <= RC_UNSURE; r++)
		if (count[r] != 0)
			(void)printf("count %s=%zu\n", rc_name(r), count[r]);
	return rc;
}

static enum rc
run_send(const struct args *a, struct err *e)
{
	static const char *const kinds[] = { "smtp", "maildir", NULL };
	struct sink_opts o = {
		.kind = (enum sink_kind)get_word(a, "kind", kinds),
		.ehlo_name = get(a, "ehlo", "probe.example"),
		.max_connections = (int)get_long(a, "connections", 1),
		.path = get(a, "path", NULL),
	};
	size_t n = (size_t)get_long(a, "n", 1);
	struct arena *mem = arena_new();
	struct sink_mail *v = arena_array(mem, n, sizeof(*v));
	int64_t start = clock_monotonic_ms();
	struct sink *s = NULL;
	enum rc rc;

	get_host(a, &o.smtp);
	make_mails(a, mem, v, n);
	if ((rc = sink_open(&o, &s, e)) == RC_OK)
		rc = send_rounds(s, a, v, n, e);
	sink_close(&s);
	arena_free(&mem);
	(void)printf("total ms=%lld peak_kb=%ld\n",
	    (long long)(clock_monotonic_ms() - start), peak_kb());
	return rc;
}

static enum rc
run_hook(const struct args *a, struct err *e)
{
	long wait = 0;
	struct webhook_opts o = {
		.cafile = get(a, "ca", NULL),
		.allow_http_loopback = get_long(a, "http", 0) != 0,
		.timeout_s = get_long(a, "timeout", 5),
		.retry_after_s = &wait,
	};
	enum rc rc = webhook_post(get(a, "url", ""), get(a, "json", "{}"), &o,
	    e);

	printf("hook retry_after=%ld\n", wait);
	return rc;
}

static enum rc
run_token(const struct args *a, struct err *e)
{
	static const char *const grants[] = { "app", "refresh", "jwt", NULL };
	static const char *const verdicts[] = { "ok", "retry", "reauth",
		"config" };
	const struct oauth2_request r = {
		.grant = (enum oauth2_grant)get_word(a, "grant", grants),
		.token_url = get(a, "url", ""), .cafile = get(a, "ca", NULL),
		.client_id = get(a, "id", "probe"),
		.client_secret = get(a, "secret", NULL),
		.refresh_token = get(a, "refresh", NULL),
		.scope = get(a, "scope", NULL),
		.timeout_ms = get_long(a, "timeout", 5000),
	};
	struct arena *mem = arena_new();
	struct oauth2_answer t;
	enum rc rc = oauth2_fetch(&r, mem, &t, e);

	(void)printf("token %s access=%s refresh=%s life=%lld rest=%lld\n",
	    verdicts[t.verdict], t.access == NULL ? "" : t.access, t.refresh ==
	    NULL ? "" : t.refresh, (long long)t.life_s,
	    (long long)t.retry_after_s);
	arena_free(&mem);
	return rc;
}

int
main(int argc, char **argv)
{
	struct args a = { argc - 2, argv + 2 };
	struct err e = { "" };
	enum rc rc;

	if (argc < 2)
		return 2;
	if ((rc = net_init(&e)) == RC_OK) {
		if (strcmp(argv[1], "send") == 0)
			rc = run_send(&a, &e);
		else if (strcmp(argv[1], "hook") == 0)
			rc = run_hook(&a, &e);
		else if (strcmp(argv[1], "token") == 0)
			rc = run_token(&a, &e);
		else
			rc = run_fetch(&a, strcmp(argv[1], "wait") == 0, &e);
	}
	net_fini();
	(void)printf("rc=%s %s\n", rc_name(rc),
	    rc == RC_OK || rc == RC_NONE ? "" : e.text);
	return (int)rc;
}
