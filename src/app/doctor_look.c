/* doctor_look.c - checks that look at servers without logging in. */
#include "app/doctor.h"

#include "app/connect.h"
#include "base/str.h"
#include "net/look.h"

#define WARN_DAYS 21

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
}

void
doctor_webhooks(struct doctor *d)
{
	const struct policy *p = &d->app->policy;

	webhook(d, "of alarms", p->alarms.webhook);
	for (size_t i = 0; i < p->n_departments; i++)
		webhook(d, p->departments[i].id, p->departments[i].webhook);
}
