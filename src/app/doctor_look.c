/* doctor_look.c - checks that look at servers without logging in. */
#include "app/doctor.h"

#include "app/connect.h"
#include "app/passmark.h"
#include "base/str.h"
#include "net/look.h"

#include <stdlib.h>
#include <unistd.h>

#define WARN_DAYS 21
#define CLOCK_WARN 60  /* seconds beside a server's clock */
#define CLOCK_FAIL 300 /* tokens are refused then */

/* ---- certificates ------------------------------------------------------- */

/* False: there is nothing to say against it. */
static bool
tell_of_end(struct doctor *d, const char *what, const struct look *l)
{
	int64_t days = (l->ends_at - clock_now()) / CW_DAY;

	if (l->ends_at == 0 || days >= WARN_DAYS)
		return false;
	doctor_tell(d, DOCTOR_WARN, what, "whoever runs this server must renew"
	    " it: we talk to it no more then", "the certificate ends in %lld"
	    " day%s, on %.10s", (long long)days, days == 1 ? "" : "s",
	    time_format(d->a, l->ends_at));
	return true;
}

/* A server that cannot be talked to has its line already. */
static void
certificate(struct doctor *d, const char *scheme, const struct net_host *h)
{
	const char *what = arena_printf(d->a, "certificate %s", h->host);
	struct look l;
	struct err e;

	if (h->tls == NET_TLS_NONE || look_host(scheme, h, &l, &e) != RC_OK)
		return;
	if (!tell_of_end(d, what, &l) && l.ends_at != 0)
		doctor_tell(d, DOCTOR_OK, what, "", "port %d: good until"
		    " %.10s", h->port, time_format(d->a, l.ends_at));
}

/* Many mailboxes are often on one server. */
static bool
is_seen(const struct policy *p, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (str_eq(p->mailboxes[k].kind, "imap") &&
		    str_eq(p->mailboxes[k].host, p->mailboxes[i].host) &&
		    p->mailboxes[k].port == p->mailboxes[i].port)
			return true;
	return false;
}

void
doctor_certificates(struct doctor *d)
{
	const struct policy *p = &d->app->policy;
	struct net_host h;

	for (size_t i = 0; i < p->n_mailboxes; i++) {
		if (!str_eq(p->mailboxes[i].kind, "imap") || is_seen(p, i))
			continue;
		h = connect_host_of_mailbox(&p->mailboxes[i]);
		certificate(d, "imap", &h);
	}
	if (str_eq(p->transport.kind, "smtp")) {
		h = connect_host_of_transport(&p->transport);
		certificate(d, "smtp", &h);
	}
}

/* What a server says of the time; one that is wrong does not count if
 * another one is right. */
static void
note_clock(struct doctor *d, const char *by, const struct look *l)
{
	int64_t off = clock_now() - l->said_at;

	if (l->said_at == 0 ||
	    (d->clock_by != NULL && llabs(d->clock_off) <= llabs(off)))
		return;
	d->clock_by = by;
	d->clock_off = off;
}

/* ---- webhooks ----------------------------------------------------------- */

static void
webhook(struct doctor *d, const char *of, const char *url)
{
	const char *what = arena_printf(d->a, "webhook %s", of);
	struct look l;
	struct err e = { "" };
	enum rc rc;

	if (*url == '\0')
		return;
	if ((rc = look_web(url, NULL, &l, &e)) != RC_OK)
		doctor_tell(d, DOCTOR_FAIL, what, rc == RC_BAD ? "mend this"
		    " setting" : rc == RC_FAIL ? "is the address right? this"
		    " server's certificate is not one for it" : "is the address"
		    " right, and reachable from here?", "%s", e.text);
	else if (!tell_of_end(d, what, &l))
		doctor_tell(d, DOCTOR_OK, what, "", "its server answers;"
		    " nothing was posted");
	if (rc == RC_OK)
		note_clock(d, what, &l);
}

void
doctor_webhooks(struct doctor *d)
{
	const struct policy *p = &d->app->policy;

	webhook(d, "of alarms", p->alarms.webhook);
	for (size_t i = 0; i < p->n_departments; i++)
		webhook(d, p->departments[i].id, p->departments[i].webhook);
}

/* ---- the clock ---------------------------------------------------------- */

/* What the pass thinks of it; true if there was something to say. */
static bool
is_jump(struct doctor *d)
{
	const char *mark = arena_printf(d->a, "%s.lock",
	    d->app->policy.database);
	enum clock_verdict v = CLOCK_PLAUSIBLE;
	struct passmark last;
	struct err e;

	if (d->app->manual_clock || access(mark, F_OK) != 0 ||
	    passmark_look(d->app, &last, &v, &e) != RC_OK ||
	    v == CLOCK_PLAUSIBLE)
		return false;
	doctor_tell(d, DOCTOR_FAIL, "clock", "mend the time of this machine;"
	    " if it is right, say caseward clock accept", "%s is %s the last"
	    " pass at %s: nothing is taken in or sent",
	    time_format(d->a, d->app->now), v == CLOCK_AHEAD ?
	    "longer than can be after" : "before",
	    time_format(d->a, last.at));
	return true;
}

static void
ask_token_endpoints(struct doctor *d)
{
	const struct policy *p = &d->app->policy;
	struct look l;
	struct err e;

	for (size_t i = 0; i < p->n_oauth2; i++)
		if (*p->oauth2[i].token_url != '\0' &&
		    look_web(p->oauth2[i].token_url, p->oauth2[i].ca_file,
		    &l, &e) == RC_OK)
			note_clock(d, arena_printf(d->a, "oauth2 %s",
			    p->oauth2[i].name), &l);
}

void
doctor_clock(struct doctor *d)
{
	long long off;

	ask_token_endpoints(d);
	off = llabs(d->clock_off);
	if (is_jump(d))
		return;
	if (d->clock_by == NULL)
		doctor_tell(d, DOCTOR_OK, "clock", "", "%s is plausible; there"
		    " is no server to ask", time_format(d->a, d->app->now));
	else if (off <= CLOCK_WARN)
		doctor_tell(d, DOCTOR_OK, "clock", "", "as the server of %s"
		    " says", d->clock_by);
	else
		doctor_tell(d, off > CLOCK_FAIL ? DOCTOR_FAIL : DOCTOR_WARN,
		    "clock", "check the time of this machine and its time"
		    " service", "%lld seconds %s the server of %s", off,
		    d->clock_off > 0 ? "ahead of" : "behind", d->clock_by);
}
