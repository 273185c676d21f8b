/*
 * sink_smtp.c - mail to an SMTP server, over several connections.
 *
 * Each transfer is one mail to one recipient on one easy handle; the multi
 * handle keeps the connections.  Until the server has accepted something,
 * only one transfer runs: a host that is down, or refuses our login, is
 * tried once and not once per mail.
 */
#include "net/sink_impl.h"

#include "base/str.h"
#include "net/curlx.h"
#include "net/smtp_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECT_S 30L
#define SILENCE_S 600L /* RFC 5321 4.5.3.2.6: ten minutes after the dot */
#define SLOW_BYTES 10L
#define MAX_WAITS 3
#define MAX_REPLIES (64U * 1024) /* to one mail, with greeting and EHLO */

/* One transfer; `curl` and its settings are kept for the next mail. */
struct lane {
	CURL *curl;
	struct curl_slist *rcpt;
	const struct sink *sink; /* whose watcher is told */
	struct sink_mail *mail; /* NULL: free */
	size_t sent;     /* bytes that libcurl has taken */
	bool is_at_end;  /* libcurl was told that there are no more */
	enum smtp_stage stage;
	size_t heard;    /* bytes of replies */
	bool is_second;  /* try, after a connection that had died */
	unsigned n_waits; /* for a connection, as there were too many */
	unsigned token;  /* which one it logs in with */
	char last[256];  /* last line of the server */
	char detail[CURL_ERROR_SIZE];
};

struct smtp {
	CURLM *multi;
	struct lane *lanes;
	size_t n_lanes;
	int *sockets; /* that are open; -1: none */
	size_t n_sockets;
	char url[CURLX_URL_SIZE];
	bool is_proven; /* the server took or judged a mail */
	size_t n_allowed; /* lanes at once, as far as the server lets us */
	char *token;    /* OAuth2; NULL: none */
	unsigned n_token; /* counts them */
};

/* ---- OAuth2 ------------------------------------------------------------ */

static void
drop_token(struct smtp *p)
{
	if (p->token != NULL)
		explicit_bzero(p->token, strlen(p->token));
	free(p->token);
	p->token = NULL;
}

static enum rc
take_token(struct smtp *p, const struct sink *s, bool refused, struct err *e)
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

/* Is it the login that was refused, and for ever? */
static bool
is_login_refusal(CURLcode r, int code)
{
	return code == 535 || (r == CURLE_LOGIN_DENIED &&
	    (code < 400 || code >= 500));
}

/* ---- one transfer ------------------------------------------------------ */

static size_t
on_read(char *to, size_t size, size_t n, void *ctx)
{
	struct lane *l = ctx;
	size_t left = l->mail->len - l->sent;

	if ((n *= size) > left)
		n = left;
	memcpy(to, l->mail->bytes + l->sent, n);
	l->sent += n;
	(void)net_progress(true);
	if (n == 0 && !l->is_at_end) {
		l->is_at_end = true; /* from here on the dot may be out */
		sink_tell(l->sink, l->mail, false);
	}
	return n;
}

static size_t
on_line(char *line, size_t size, size_t n, void *ctx)
{
	struct lane *l = ctx;
	size_t len = size * n, keep = len < sizeof(l->last) - 1 ? len :
	    sizeof(l->last) - 1;

	if (len >= 3 && memcmp(line, "221", 3) == 0)
		return len; /* the answer to QUIT says nothing */
	if ((l->heard += len) > MAX_REPLIES)
		return 0;
	memcpy(l->last, line, keep);
	l->last[keep] = '\0';
	l->last[strcspn(l->last, "\r\n")] = '\0';
	if (str_has_prefix(l->last, "354"))
		l->stage = SMTP_BODY;
	return len;
}

/* What we say, for the stage. */
static int
on_talk(CURL *curl, curl_infotype type, char *line, size_t n, void *ctx)
{
	struct lane *l = ctx;

	(void)curl;
	if (type == CURLINFO_HEADER_OUT)
		l->stage = smtp_stage_after(l->stage, line, n);
	return 0;
}

/* Which sockets are open: see hang_up. */
static curl_socket_t
on_open(void *ctx, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct smtp *p = ctx;
	int fd = socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);

	(void)purpose;
	for (size_t i = 0; fd >= 0 && i < p->n_sockets; i++)
		if (p->sockets[i] < 0) {
			p->sockets[i] = fd;
			break;
		}
	return fd;
}

static int
on_close(void *ctx, curl_socket_t fd)
{
	struct smtp *p = ctx;

	for (size_t i = 0; i < p->n_sockets; i++)
		if (p->sockets[i] == fd)
			p->sockets[i] = -1;
	return close(fd);
}

/* libcurl says QUIT and waits for the answer, one connection after the
 * other, as long as after the dot.  We do not listen to it. */
static void
hang_up(const struct smtp *p)
{
	for (size_t i = 0; i < p->n_sockets; i++)
		if (p->sockets[i] >= 0)
			(void)shutdown(p->sockets[i], SHUT_RD);
}

static void
lane_init(struct lane *l, struct smtp *p, const struct sink *s)
{
	const struct sink_opts *o = &s->opts;
	long silence = o->smtp.timeout_s > 0 ? o->smtp.timeout_s : SILENCE_S;
	CURL *c = curl_easy_init();

	if ((l->curl = c) == NULL)
		die("out of memory");
	l->sink = s;
	curlx_host(c, &o->smtp);
	(void)curl_easy_setopt(c, CURLOPT_URL, p->url);
	(void)curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	(void)curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
	(void)curl_easy_setopt(c, CURLOPT_READFUNCTION, on_read);
	(void)curl_easy_setopt(c, CURLOPT_READDATA, l);
	(void)curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_line);
	(void)curl_easy_setopt(c, CURLOPT_HEADERDATA, l);
	(void)curl_easy_setopt(c, CURLOPT_VERBOSE, 1L);
	(void)curl_easy_setopt(c, CURLOPT_DEBUGFUNCTION, on_talk);
	(void)curl_easy_setopt(c, CURLOPT_DEBUGDATA, l);
	(void)curl_easy_setopt(c, CURLOPT_ERRORBUFFER, l->detail);
	(void)curl_easy_setopt(c, CURLOPT_PRIVATE, l);
	(void)curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, on_open);
	(void)curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, p);
	(void)curl_easy_setopt(c, CURLOPT_CLOSESOCKETFUNCTION, on_close);
	(void)curl_easy_setopt(c, CURLOPT_CLOSESOCKETDATA, p);
	(void)curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT,
	    silence < CONNECT_S ? silence : CONNECT_S);
	(void)curl_easy_setopt(c, CURLOPT_SERVER_RESPONSE_TIMEOUT, silence);
	/* Not TIMEOUT: a large mail may take its time, silence may not. */
	(void)curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, SLOW_BYTES);
	(void)curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, silence);
}

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
		lane_init(&p->lanes[i], p, s);
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
	hang_up(p);
	(void)curl_multi_cleanup(p->multi);
	drop_token(p);
	free(p->lanes);
	free(p->sockets);
	free(p);
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

static void
lane_start(struct smtp *p, struct lane *l, struct sink_mail *m, bool second)
{
	char path[SMTP_MAX_PATH + 3];

	l->mail = m;
	l->sent = 0;
	l->is_at_end = false;
	l->stage = SMTP_HELLO;
	l->heard = 0;
	l->is_second = second;
	l->last[0] = l->detail[0] = '\0';
	curl_slist_free_all(l->rcpt);
	(void)snprintf(path, sizeof(path), "<%s>", m->rcpt);
	if ((l->rcpt = curl_slist_append(NULL, path)) == NULL)
		die("out of memory");
	(void)curl_easy_setopt(l->curl, CURLOPT_MAIL_RCPT, l->rcpt);
	(void)snprintf(path, sizeof(path), "<%s>", m->from);
	/* "" becomes <>, the null sender. */
	(void)curl_easy_setopt(l->curl, CURLOPT_MAIL_FROM,
	    m->from[0] == '\0' ? "" : path);
	if (l->token != p->n_token)
		(void)curl_easy_setopt(l->curl, CURLOPT_XOAUTH2_BEARER,
		    *p->token != '\0' ? p->token : NULL);
	l->token = p->n_token;
	(void)curl_easy_setopt(l->curl, CURLOPT_FRESH_CONNECT,
	    second ? 1L : 0L);
	m->was_tried = false;
	(void)curl_multi_add_handle(p->multi, l->curl);
}

/* A kept connection that the server had closed meanwhile says nothing. */
static bool
is_stale(const struct lane *l, CURLcode r, int code)
{
	long connects = 0;

	(void)curl_easy_getinfo(l->curl, CURLINFO_NUM_CONNECTS, &connects);
	return r != CURLE_OK && connects == 0 && l->stage != SMTP_BODY &&
	    !l->is_second && (code < 400 || code == 421);
}

/* The words of a result: the server's, or libcurl's. */
static void
lane_say(const struct lane *l, CURLcode r, enum rc rc, int code)
{
	struct sink_mail *m = l->mail;

	m->code = code;
	sink_result(m, rc, l->last);
	if (l->heard > MAX_REPLIES)
		sink_result(m, rc, "the server's answer has no end");
	else if (r == CURLE_LOGIN_DENIED && code == 334)
		curlx_refusal(l->last, m->reply, sizeof(m->reply));
	else if (r != CURLE_OK && (l->last[0] == '\0' || code < 400))
		(void)snprintf(m->reply, sizeof(m->reply), "%s",
		    l->detail[0] != '\0' ? l->detail : curl_easy_strerror(r));
}

/* A login was refused: once more with the next token, if there is one. */
static enum rc
try_next_token(struct smtp *p, const struct sink *s, struct lane *l,
    struct err *e)
{
	const struct net_host *h = &s->opts.smtp;
	enum rc rc = RC_OK;

	(void)err_set(e, RC_FAIL, "%s:%d refuses the login of %s: %s", h->host,
	    h->port, h->user, l->mail->reply);
	if (l->token == p->n_token) /* else another lane has got a new one */
		rc = take_token(p, s, true, e);
	if (rc == RC_OK)
		lane_start(p, l, l->mail, true);
	return rc;
}

static void
login_accepted(struct smtp *p, const struct sink *s)
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
is_one_too_many(struct smtp *p, struct lane *l, const struct smtp_verdict *v)
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
lane_done(struct sink *s, struct lane *l, CURLcode r, struct err *e)
{
	struct smtp *p = s->data;
	struct sink_mail *m = l->mail;
	struct smtp_end end;
	struct smtp_verdict v;
	enum rc host;
	long code = 0;

	(void)curl_easy_getinfo(l->curl, CURLINFO_RESPONSE_CODE, &code);
	(void)curl_multi_remove_handle(p->multi, l->curl);
	if (is_stale(l, r, (int)code)) {
		lane_start(p, l, m, true);
		return RC_OK;
	}
	end = (struct smtp_end){ r, (int)code, l->stage, l->is_at_end };
	v = smtp_judge(&end);
	if (v.mail == RC_OK)
		sink_tell(s, m, true);
	if (is_one_too_many(p, l, &v)) {
		lane_start(p, l, m, false);
		return RC_OK;
	}
	lane_say(l, r, v.mail, (int)code);
	host = v.host;
	if (r != CURLE_OK && s->opts.smtp.bearer != NULL &&
	    is_login_refusal(r, (int)code)) {
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
	login_accepted(p, s);
	return RC_OK;
}

static struct lane *
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

/* Give mails to free lanes; one lane only until the host has proven
 * itself. */
static void
start_more(struct smtp *p, struct sink_mail *v, size_t n, size_t *next)
{
	struct lane *l;

	while (*next < n && count_busy(p) < (p->is_proven ? p->n_allowed : 1) &&
	    (l = free_lane(p)) != NULL) {
		struct sink_mail *m = &v[(*next)++];

		l->n_waits = 0;
		if (is_sendable(m))
			lane_start(p, l, m, false);
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
		struct lane *l = NULL;
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

	if ((host = take_token(p, s, false, e)) != RC_OK) {
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
		if (!came && count_busy(p) != 0) /* else its lane has a mail to begin */
			(void)curl_multi_poll(p->multi, NULL, 0, 1000, NULL);
	} while (count_busy(p) != 0 ||
	    (host == RC_OK && may_begin && next < n));
	for (; next < n; next++)
		sink_result(&v[next], RC_RETRY, host == RC_OK ?
		    "caseward was stopped" : e->text);
	return host;
}

/* ---- only the login ---------------------------------------------------- */

static enum rc
try_once(struct sink *s, struct lane *l, bool *is_refused, struct err *e)
{
	const struct net_host *h = &s->opts.smtp;
	struct smtp *p = s->data;
	struct sink_mail nothing = { .rc = RC_RETRY };
	struct smtp_verdict v;
	long code = 0;
	CURLcode r;
	enum rc rc;

	if ((rc = take_token(p, s, *is_refused, e)) != RC_OK) {
		*is_refused = false;
		return rc;
	}
	(void)curl_easy_setopt(l->curl, CURLOPT_XOAUTH2_BEARER,
	    *p->token != '\0' ? p->token : NULL);
	r = curl_easy_perform(l->curl);
	(void)curl_easy_getinfo(l->curl, CURLINFO_RESPONSE_CODE, &code);
	l->mail = &nothing;
	v = smtp_judge(&(struct smtp_end){ r, (int)code, SMTP_HELLO, false });
	lane_say(l, r, v.mail, (int)code);
	l->mail = NULL;
	*is_refused = r != CURLE_OK && is_login_refusal(r, (int)code);
	if (v.host == RC_OK)
		return RC_OK; /* what it thinks of NOOP is no matter */
	return err_set(e, v.host, "%s:%d%s%s: %s", h->host, h->port,
	    *is_refused ? " refuses the login of " : "", *is_refused ?
	    h->user : "", nothing.reply);
}

/* Said on the connection that has logged in; QUIT ends it without a mail. */
static enum rc
ask_sender(struct sink *s, struct lane *l, const char *from, struct err *e)
{
	const struct net_host *h = &s->opts.smtp;
	char ask[SMTP_MAX_PATH + 16];
	long code = 0;

	if (!smtp_is_path(from))
		return err_set(e, RC_BAD, "the sender's address is not valid");
	(void)snprintf(ask, sizeof(ask), "MAIL FROM:<%s>", from);
	(void)curl_easy_setopt(l->curl, CURLOPT_CUSTOMREQUEST, ask);
	(void)curl_easy_perform(l->curl);
	/* Not its result: libcurl takes some refusals for an answer. */
	(void)curl_easy_getinfo(l->curl, CURLINFO_RESPONSE_CODE, &code);
	if (code < 400)
		return RC_OK;
	return err_set(e, code < 500 ? RC_RETRY : RC_FAIL, "%s:%d takes no"
	    " mail from %s: %s", h->host, h->port, from, l->last);
}

static enum rc
smtp_try(struct sink *s, const char *from, struct err *e)
{
	struct smtp *p = s->data;
	struct lane l = { .curl = NULL };
	bool is_refused = false;
	enum rc rc;

	lane_init(&l, p, s);
	(void)curl_easy_setopt(l.curl, CURLOPT_UPLOAD, 0L);
	(void)curl_easy_setopt(l.curl, CURLOPT_NOBODY, 1L);
	(void)curl_easy_setopt(l.curl, CURLOPT_CUSTOMREQUEST, "NOOP");
	do
		rc = try_once(s, &l, &is_refused, e);
	while (is_refused && s->opts.smtp.bearer != NULL);
	if (rc == RC_OK) {
		login_accepted(p, s);
		if (from != NULL)
			rc = ask_sender(s, &l, from, e);
	}
	hang_up(p);
	curl_easy_cleanup(l.curl);
	return rc;
}

const struct sink_ops sink_smtp_ops = {
	.try = smtp_try,
	.open = smtp_open,
	.send = smtp_send,
	.close = smtp_close,
};
