/* smtp_lane.c - one mail to one recipient, as libcurl sends it. */
#include "net/smtp_impl.h"

#include "base/str.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECT_S 30L
#define SILENCE_S 600L /* RFC 5321 4.5.3.2.6: ten minutes after the dot */
#define SLOW_BYTES 10L
#define MAX_REPLIES (64U * 1024) /* to one mail, with greeting and EHLO */

/* ---- what libcurl asks and tells --------------------------------------- */

static size_t
on_read(char *to, size_t size, size_t n, void *ctx)
{
	struct smtp_lane *l = ctx;
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
	struct smtp_lane *l = ctx;
	size_t len = size * n, keep = len < sizeof(l->last) - 1 ? len :
	    sizeof(l->last) - 1;

	if ((l->heard += len) > MAX_REPLIES)
		return 0;
	if (len >= 3 && memcmp(line, "221", 3) == 0)
		return len; /* the answer to QUIT says nothing */
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
	struct smtp_lane *l = ctx;

	(void)curl;
	if (type == CURLINFO_HEADER_OUT)
		l->stage = smtp_stage_after(l->stage, line, n);
	return 0;
}

/* Which sockets are open: see smtp_hang_up. */
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

void
smtp_hang_up(const struct smtp *p)
{
	for (size_t i = 0; i < p->n_sockets; i++)
		if (p->sockets[i] >= 0)
			(void)shutdown(p->sockets[i], SHUT_RD);
}

/* ---- a transfer -------------------------------------------------------- */

void
smtp_lane_init(struct smtp_lane *l, struct smtp *p, const struct sink *s)
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

void
smtp_lane_start(struct smtp *p, struct smtp_lane *l, struct sink_mail *m, bool second)
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

bool
smtp_lane_is_stale(const struct smtp_lane *l, CURLcode r, int code)
{
	long connects = 0;

	(void)curl_easy_getinfo(l->curl, CURLINFO_NUM_CONNECTS, &connects);
	return r != CURLE_OK && connects == 0 && l->stage != SMTP_BODY &&
	    !l->is_second && (code < 400 || code == 421);
}

void
smtp_lane_say(const struct smtp_lane *l, CURLcode r, enum rc rc, int code)
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
