/*
 * sink_smtp.c - mail to an SMTP server, over several connections.
 *
 * Until the server has accepted something, only one transfer runs: a host
 * that is down, or refuses our login, is tried once and not once per mail.
 *
 * libcurl (7.88) waits for the answer to the final dot of one mail before it
 * looks at the others: more connections help with all that comes before the
 * dot, and not with a server that thinks long behind it.
 */
#include "net/smtp_impl.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

#define MAX_WAITS 3

/* ---- OAuth2 ------------------------------------------------------------ */

static void
drop_token(struct smtp *p)
{
	if (p->token != NULL)
		explicit_bzero(p->token, strlen(p->token));
	free(p->token);
	p->token = NULL;
}

enum rc
smtp_take_token(struct smtp *p, const struct sink *s, bool refused,
    struct err *e)
{
	const char *token;
	enum rc rc = curlx_token(&s->opts.smtp, refused, &token, e);

	if (rc != RC_OK || (p->token != NULL && str_eq(p->token, token)))
		return rc;
	drop_token(p);
	if ((p->token = strdup(token)) == NULL)
		die("out of memory");
	p->n_token++;
	return RC_OK;
}

/* ---- the lanes --------------------------------------------------------- */

static enum rc
smtp_open(struct sink *s, struct err *e)
{
	struct smtp *p = calloc(1, sizeof(*p));
	long n = s->opts.max_connections;
	enum rc rc;

	if (p == NULL || (p->multi = curl_multi_init()) == NULL)
		die("out of memory");
	s->data = p;
	if ((rc = net_host_check(&s->opts.smtp, e)) != RC_OK)
		return rc;
	if (s->opts.ehlo_name != NULL && !smtp_is_host_name(s->opts.ehlo_name))
		return err_set(e, RC_BAD, "the name for EHLO is not valid");
	curlx_url(p->url, "smtp", &s->opts.smtp, s->opts.ehlo_name);
	(void)curl_multi_setopt(p->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, n);
	(void)curl_multi_setopt(p->multi, CURLMOPT_MAXCONNECTS, n);
	p->n_lanes = p->n_allowed = (size_t)n;
	p->lanes = calloc(p->n_lanes, sizeof(*p->lanes));
	/* Twice as many: IPv6 and IPv4 are tried at once. */
	p->n_sockets = 2 * p->n_lanes;
	p->sockets = calloc(p->n_sockets, sizeof(*p->sockets));
	if (p->lanes == NULL || p->sockets == NULL)
		die("out of memory");
	for (size_t i = 0; i < p->n_sockets; i++)
		p->sockets[i] = -1;
	for (size_t i = 0; i < p->n_lanes; i++)
		smtp_lane_init(&p->lanes[i], p, s);
	return RC_OK;
}

static void
smtp_close(struct sink *s)
{
	struct smtp *p = s->data;

	for (size_t i = 0; p->lanes != NULL && i < p->n_lanes; i++) {
		if (p->lanes[i].mail != NULL)
			(void)curl_multi_remove_handle(p->multi,
			    p->lanes[i].curl);
		curl_easy_cleanup(p->lanes[i].curl);
		curl_slist_free_all(p->lanes[i].rcpt);
	}
	smtp_hang_up(p);
	(void)curl_multi_cleanup(p->multi);
	drop_token(p);
	free(p->lanes);
	free(p->sockets);
	free(p);
}

/* ---- what became of a mail --------------------------------------------- */

/* A login was refused: once more with the next token, if there is one. */
static enum rc
try_next_token(struct smtp *p, const struct sink *s, struct smtp_lane *l,
    struct err *e)
{
	const struct net_host *h = &s->opts.smtp;
	enum rc rc = RC_OK;

	(void)err_set(e, RC_FAIL, "%s:%d refuses the login of %s: %s", h->host,
	    h->port, h->user, l->mail->reply);
	if (l->token == p->n_token) /* else another lane has got a new one */
		rc = smtp_take_token(p, s, true, e);
	if (rc == RC_OK)
		smtp_lane_start(p, l, l->mail, true);
	return rc;
}

void
smtp_accepted(struct smtp *p, const struct sink *s)
{
	if (!p->is_proven && s->opts.smtp.bearer != NULL)
		s->opts.smtp.bearer->accepted(s->opts.smtp.bearer->ctx);
	p->is_proven = true;
}

/*
 * The server takes no more connections at once, but does answer on others:
 * go on with those.  libcurl lets a transfer wait for one of them.
 */
static bool
is_one_too_many(struct smtp *p, struct smtp_lane *l,
    const struct smtp_verdict *v)
{
	size_t n = 0;

	if (v->host != RC_RETRY || l->stage != SMTP_HELLO || !p->is_proven ||
	    p->n_lanes == 1 || ++l->n_waits > MAX_WAITS)
		return false;
	for (size_t i = 0; i < p->n_lanes; i++)
		n += p->lanes[i].mail != NULL &&
		    p->lanes[i].stage != SMTP_HELLO;
	if (n < p->n_allowed)
		p->n_allowed = n == 0 ? 1 : n;
	(void)curl_multi_setopt(p->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS,
	    (long)p->n_allowed);
	return true;
}

/* Take the lane's result; RC_OK or how the host is in trouble. */
static enum rc
lane_done(struct sink *s, struct smtp_lane *l, CURLcode r, struct err *e)
{
	struct smtp *p = s->data;
	struct sink_mail *m = l->mail;
	struct smtp_end end;
	struct smtp_verdict v;
	enum rc host;
	long code = 0;

	(void)curl_easy_getinfo(l->curl, CURLINFO_RESPONSE_CODE, &code);
	(void)curl_multi_remove_handle(p->multi, l->curl);
	if (smtp_lane_is_stale(l, r, (int)code)) {
		smtp_lane_start(p, l, m, true);
		return RC_OK;
	}
	end = (struct smtp_end){ r, (int)code, l->stage, l->is_at_end };
	v = smtp_judge(&end);
	if (v.mail == RC_OK)
		sink_tell(s, m, true);
	if (is_one_too_many(p, l, &v)) {
		smtp_lane_start(p, l, m, false);
		return RC_OK;
	}
	smtp_lane_say(l, r, v.mail, (int)code);
	host = v.host;
	if (r != CURLE_OK && s->opts.smtp.bearer != NULL &&
	    smtp_is_login_refusal(r, (int)code)) {
		if ((host = try_next_token(p, s, l, e)) == RC_OK)
			return RC_OK;
	} else if (host != RC_OK) {
		(void)err_set(e, host, "%s", m->reply);
	}
	m->was_tried = l->stage != SMTP_HELLO;
	m->is_address = v.mail == RC_FAIL && l->stage == SMTP_RCPT;
	m->is_auth_problem = v.is_auth;
	l->mail = NULL;
	if (host != RC_OK) {
		p->is_proven = false;
		return host;
	}
	smtp_accepted(p, s);
	return RC_OK;
}

/* ---- many mails -------------------------------------------------------- */

static struct smtp_lane *
free_lane(const struct smtp *p)
{
	for (size_t i = 0; i < p->n_lanes; i++)
		if (p->lanes[i].mail == NULL)
			return &p->lanes[i];
	return NULL;
}

static size_t
count_busy(const struct smtp *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_lanes; i++)
		n += p->lanes[i].mail != NULL;
	return n;
}

static bool
is_sendable(struct sink_mail *m)
{
	m->was_tried = true; /* it will not get better by itself */
	m->is_address = !smtp_is_path(m->rcpt);
	if (m->from[0] != '\0' && !smtp_is_path(m->from))
		sink_result(m, RC_FAIL, "the sender's address is not valid");
	else if (m->is_address)
		sink_result(m, RC_FAIL, "the address is not valid");
	else if (m->len == 0 || !smtp_has_crlf_lines(m->bytes, m->len))
		sink_result(m, RC_FAIL, "the mail has lines without CR LF");
	else
		return true;
	return false;
}

/* Give mails to free lanes; one lane only until the host has proven
 * itself. */
static void
start_more(struct smtp *p, struct sink_mail *v, size_t n, size_t *next)
{
	struct smtp_lane *l;

	while (*next < n && count_busy(p) < (p->is_proven ? p->n_allowed : 1) &&
	    (l = free_lane(p)) != NULL) {
		struct sink_mail *m = &v[(*next)++];

		l->n_waits = 0;
		if (is_sendable(m))
			smtp_lane_start(p, l, m, false);
	}
}

/* *came: at least one lane has done its work. */
static enum rc
take_results(struct sink *s, bool *came, struct err *e)
{
	struct smtp *p = s->data;
	enum rc rc, worst = RC_OK;
	struct err why;
	CURLMsg *msg;
	int left;

	*came = false;
	while ((msg = curl_multi_info_read(p->multi, &left)) != NULL) {
		struct smtp_lane *l = NULL;
		CURLcode r = msg->data.result;

		*came = true;
		(void)curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE,
		    (char **)&l);
		if ((rc = lane_done(s, l, r, &why)) == RC_OK || worst == RC_FAIL)
			continue;
		worst = rc;
		*e = why;
	}
	return worst;
}

static enum rc
smtp_send(struct sink *s, struct sink_mail *v, size_t n, struct err *e)
{
	struct smtp *p = s->data;
	enum rc rc, host = RC_OK;
	bool may_begin = true, came;
	size_t next = 0;
	int running;

	if ((host = smtp_take_token(p, s, false, e)) != RC_OK) {
		for (size_t i = 0; i < n; i++)
			sink_result(&v[i], RC_RETRY, e->text);
		return host;
	}
	do {
		may_begin = may_begin && net_progress(false);
		if (host == RC_OK && may_begin)
			start_more(p, v, n, &next);
		(void)curl_multi_perform(p->multi, &running);
		if ((rc = take_results(s, &came, e)) != RC_OK && host != RC_FAIL)
			host = rc;
		if (!came && count_busy(p) != 0) /* else a lane may begin anew */
			(void)curl_multi_poll(p->multi, NULL, 0, 1000, NULL);
	} while (count_busy(p) != 0 ||
	    (host == RC_OK && may_begin && next < n));
	for (; next < n; next++)
		sink_result(&v[next], RC_RETRY, host == RC_OK ?
		    "caseward was stopped" : e->text);
	return host;
}

const struct sink_ops sink_smtp_ops = {
	.try = smtp_try,
	.open = smtp_open,
	.send = smtp_send,
	.close = smtp_close,
};
