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

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECT_S 30L
#define SILENCE_S 600L /* RFC 5321 4.5.3.2.6: ten minutes after the dot */
#define SLOW_BYTES 10L
#define MAX_PATH 254

/* One transfer; `curl` and its settings are kept for the next mail. */
struct lane {
	CURL *curl;
	struct curl_slist *rcpt;
	struct sink_mail *mail; /* NULL: free */
	size_t sent;     /* bytes that libcurl has taken */
	bool is_at_end;  /* libcurl was told that there are no more */
	bool saw_354;
	bool is_second;  /* try, after a connection that had died */
	char last[256];  /* last line of the server */
	char detail[CURL_ERROR_SIZE];
};

struct smtp {
	CURLM *multi;
	struct lane *lanes;
	size_t n_lanes;
	char url[CURLX_URL_SIZE];
	bool is_proven; /* the server took or judged a mail */
};

/* A host name for EHLO; it is part of the URL. */
static bool
is_ehlo_name(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");

	return s[n] == '\0' && n <= 253;
}

static size_t
on_read(char *to, size_t size, size_t n, void *ctx)
{
	struct lane *l = ctx;
	size_t left = l->mail->len - l->sent;

	if ((n *= size) > left)
		n = left;
	memcpy(to, l->mail->bytes + l->sent, n);
	l->sent += n;
	if (n == 0)
		l->is_at_end = true; /* from here on the dot may be out */
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
	memcpy(l->last, line, keep);
	l->last[keep] = '\0';
	l->last[strcspn(l->last, "\r\n")] = '\0';
	if (str_has_prefix(l->last, "354"))
		l->saw_354 = true;
	return len;
}

static void
lane_init(struct lane *l, const struct smtp *p, const struct sink_opts *o)
{
	long silence = o->smtp.timeout_s > 0 ? o->smtp.timeout_s : SILENCE_S;
	CURL *c = curl_easy_init();

	if ((l->curl = c) == NULL)
		die("out of memory");
	curlx_host(c, &o->smtp);
	(void)curl_easy_setopt(c, CURLOPT_URL, p->url);
	(void)curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	(void)curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
	(void)curl_easy_setopt(c, CURLOPT_READFUNCTION, on_read);
	(void)curl_easy_setopt(c, CURLOPT_READDATA, l);
	(void)curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_line);
	(void)curl_easy_setopt(c, CURLOPT_HEADERDATA, l);
	(void)curl_easy_setopt(c, CURLOPT_ERRORBUFFER, l->detail);
	(void)curl_easy_setopt(c, CURLOPT_PRIVATE, l);
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
	if (s->opts.ehlo_name != NULL && !is_ehlo_name(s->opts.ehlo_name))
		return err_set(e, RC_BAD, "the name for EHLO is not valid");
	curlx_url(p->url, "smtp", &s->opts.smtp, s->opts.ehlo_name);
	(void)curl_multi_setopt(p->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, n);
	(void)curl_multi_setopt(p->multi, CURLMOPT_MAXCONNECTS, n);
	p->n_lanes = (size_t)n;
	if ((p->lanes = calloc(p->n_lanes, sizeof(*p->lanes))) == NULL)
		die("out of memory");
	for (size_t i = 0; i < p->n_lanes; i++)
		lane_init(&p->lanes[i], p, &s->opts);
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
	(void)curl_multi_cleanup(p->multi);
	free(p->lanes);
	free(p);
}

/* libcurl passes an address on as it is: CR LF would be a new command,
 * "<a> SIZE=1" a parameter, and a name beyond ASCII needs SMTPUTF8. */
static bool
is_path(const char *s)
{
	const char *at = strrchr(s, '@');
	size_t n = strlen(s);

	if (at == NULL || at == s || at[1] == '\0' || n > MAX_PATH)
		return false;
	for (size_t i = 0; i < n; i++)
		if (s[i] <= ' ' || s[i] >= 0x7f || s[i] == '<' || s[i] == '>')
			return false;
	return true;
}

/* A bare CR or LF is how one mail is smuggled into another. */
static bool
has_crlf_lines(const char *p, size_t n)
{
	const char *end = p + n, *cr;
	const char *lf;

	for (; (lf = memchr(p, '\n', (size_t)(end - p))) != NULL; p = lf + 1) {
		cr = memchr(p, '\r', (size_t)(lf - p));
		if (cr != lf - 1 || lf == p)
			return false;
	}
	return memchr(p, '\r', (size_t)(end - p)) == NULL;
}

static bool
is_sendable(struct sink_mail *m)
{
	if (m->from[0] != '\0' && !is_path(m->from))
		sink_result(m, RC_FAIL, "the sender's address is not valid");
	else if (!is_path(m->rcpt))
		sink_result(m, RC_FAIL, "the address is not valid");
	else if (m->len == 0 || !has_crlf_lines(m->bytes, m->len))
		sink_result(m, RC_FAIL, "the mail has lines without CR LF");
	else
		return true;
	return false;
}

static void
lane_start(struct smtp *p, struct lane *l, struct sink_mail *m, bool second)
{
	char path[MAX_PATH + 3];

	l->mail = m;
	l->sent = 0;
	l->is_at_end = l->saw_354 = false;
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
	(void)curl_easy_setopt(l->curl, CURLOPT_FRESH_CONNECT,
	    second ? 1L : 0L);
	(void)curl_multi_add_handle(p->multi, l->curl);
}

/* What a transfer came to: the table of ENGINEERING 4. */
struct verdict {
	enum rc mail;   /* of the mail */
	enum rc host;   /* RC_OK, or stop: RC_RETRY or RC_FAIL */
	bool is_auth;
};

static struct verdict
judge(CURLcode r, int code, const struct lane *l)
{
	struct verdict ok = { RC_OK, RC_OK, false };
	struct verdict later = { RC_RETRY, RC_OK, false };
	struct verdict never = { RC_FAIL, RC_OK, false };
	struct verdict unsure = { RC_UNSURE, RC_OK, false };
	struct verdict busy = { RC_RETRY, RC_RETRY, false };
	struct verdict refused = { RC_RETRY, RC_FAIL, true };

	if (r == CURLE_OK)
		return ok;
	if (curlx_is_tls_refusal(r) || code == 530 || code == 535 ||
	    code == 538)
		return refused;
	if (r == CURLE_LOGIN_DENIED)
		return code >= 400 && code < 500 ? busy : refused;
	if (code == 354) /* silence after DATA: was the dot sent? */
		return l->is_at_end ? unsure : later;
	if (code == 421)
		return busy;
	/* Greeting and EHLO: nothing was said about this mail yet. */
	if (r == CURLE_REMOTE_ACCESS_DENIED ||
	    (r == CURLE_WEIRD_SERVER_REPLY && !l->saw_354))
		return busy;
	if (code >= 500 && code < 600)
		return never;
	if (code >= 400 && code < 500)
		return later;
	return l->saw_354 && l->is_at_end ? unsure : busy;
}

/* A kept connection that the server had closed meanwhile says nothing. */
static bool
is_stale(const struct lane *l, CURLcode r, int code)
{
	long connects = 0;

	(void)curl_easy_getinfo(l->curl, CURLINFO_NUM_CONNECTS, &connects);
	return r != CURLE_OK && connects == 0 && !l->saw_354 &&
	    !l->is_second && (code < 400 || code == 421);
}

/* Take the lane's result; RC_OK or how the host is in trouble. */
static enum rc
lane_done(struct smtp *p, struct lane *l, CURLcode r, struct err *e)
{
	struct sink_mail *m = l->mail;
	struct verdict v;
	long code = 0;

	(void)curl_easy_getinfo(l->curl, CURLINFO_RESPONSE_CODE, &code);
	(void)curl_multi_remove_handle(p->multi, l->curl);
	if (is_stale(l, r, (int)code)) {
		lane_start(p, l, m, true);
		return RC_OK;
	}
	v = judge(r, (int)code, l);
	m->code = (int)code;
	m->is_auth_problem = v.is_auth;
	sink_result(m, v.mail, l->last);
	if (r != CURLE_OK && (l->last[0] == '\0' || code < 400))
		(void)snprintf(m->reply, sizeof(m->reply), "%s",
		    l->detail[0] != '\0' ? l->detail : curl_easy_strerror(r));
	l->mail = NULL;
	p->is_proven = v.host == RC_OK;
	return v.host == RC_OK ? RC_OK : err_set(e, v.host, "%s", m->reply);
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

	while (*next < n && (p->is_proven || count_busy(p) == 0) &&
	    (l = free_lane(p)) != NULL) {
		struct sink_mail *m = &v[(*next)++];

		if (is_sendable(m))
			lane_start(p, l, m, false);
	}
}

static enum rc
take_results(struct smtp *p, struct err *e)
{
	enum rc rc, worst = RC_OK;
	struct err why;
	CURLMsg *msg;
	int left;

	while ((msg = curl_multi_info_read(p->multi, &left)) != NULL) {
		struct lane *l = NULL;
		CURLcode r = msg->data.result;

		(void)curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE,
		    (char **)&l);
		if ((rc = lane_done(p, l, r, &why)) == RC_OK || worst == RC_FAIL)
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
	size_t next = 0;
	int running;

	do {
		if (host == RC_OK)
			start_more(p, v, n, &next);
		(void)curl_multi_perform(p->multi, &running);
		if ((rc = take_results(p, e)) != RC_OK && host != RC_FAIL)
			host = rc;
		if (count_busy(p) != 0)
			(void)curl_multi_poll(p->multi, NULL, 0, 1000, NULL);
	} while (count_busy(p) != 0 || (host == RC_OK && next < n));
	for (; next < n; next++)
		sink_result(&v[next], RC_RETRY, e->text);
	return host;
}

const struct sink_ops sink_smtp_ops = {
	.open = smtp_open,
	.send = smtp_send,
	.close = smtp_close,
};
