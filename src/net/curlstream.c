/* curlstream.c - a libetpan stream over a libcurl connection. */
#include "net/curlstream.h"

#include "base/clock.h"
#include "base/str.h"
#include "net/curlx.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECT_MS 30000L /* lookup, TCP, TLS, greeting and login */
#define IDLE_S 60L
#define GOODBYE_S 2L
#define MIN_BYTES_PER_MS 8 /* slower than 8 kB/s is given up */

struct stream {
	mailstream_low_driver driver; /* libetpan wants one without const */
	CURL *curl;
	curl_socket_t fd;
	int wake_fd;
	int64_t idle_ms;
	int64_t deadline; /* on the monotonic clock, 0: none */
	size_t budget;    /* bytes that the server may still send */
	char ahead[4096]; /* read before libetpan asked for it */
	size_t ahead_len;
	struct str said; /* written before libetpan wants to */
	size_t said_done; /* of it, what libetpan has written again */
	bool is_dead;
	char why[160];
};

static struct stream *
of(mailstream *s)
{
	return mailstream_get_low(s)->data;
}

static ssize_t
dead(struct stream *c, const char *why)
{
	if (!c->is_dead)
		(void)snprintf(c->why, sizeof(c->why), "%s", why);
	c->is_dead = true;
	return -1;
}

/* poll() and not select(): a descriptor may be 1024 or more. */
static enum curlstream_event
wait_fd(const struct stream *c, short events, int wake_fd, int64_t ms)
{
	int64_t until = clock_monotonic_ms() + ms;
	struct pollfd p[2] = {
		{ .fd = c->fd, .events = events },
		{ .fd = wake_fd, .events = POLLIN },
	};

	if (c->deadline != 0 && c->deadline < until)
		until = c->deadline;
	for (;;) {
		int64_t left = until - clock_monotonic_ms();
		int r = poll(p, 2, left <= 0 ? 0 :
		    left > 3600000 ? 3600000 : (int)left);

		if (r < 0 && errno != EINTR)
			return CURLSTREAM_DEAD;
		if (r > 0 && p[1].revents != 0)
			return CURLSTREAM_WOKEN;
		if (r > 0)
			return CURLSTREAM_DATA;
		if (left <= 0)
			return CURLSTREAM_TIMEOUT;
	}
}

/* After CURLE_AGAIN: 0 go on, -1 dead. */
static ssize_t
wait_more(struct stream *c, short events)
{
	switch (wait_fd(c, events, c->wake_fd, c->idle_ms)) {
	case CURLSTREAM_DATA:
		return 0;
	case CURLSTREAM_WOKEN:
		return dead(c, "interrupted");
	case CURLSTREAM_TIMEOUT:
		return dead(c, c->deadline != 0 &&
		    clock_monotonic_ms() >= c->deadline ?
		    "the server took too long" : "the server fell silent");
	case CURLSTREAM_DEAD:
		break;
	}
	return dead(c, strerror(errno));
}

static ssize_t
take_ahead(struct stream *c, void *buf, size_t n)
{
	if (n > c->ahead_len)
		n = c->ahead_len;
	memcpy(buf, c->ahead, n);
	memmove(c->ahead, c->ahead + n, c->ahead_len -= n);
	return (ssize_t)n;
}

static ssize_t
recv_some(struct stream *c, void *buf, size_t n)
{
	size_t got = 0;
	CURLcode r;

	if (c->deadline != 0 && clock_monotonic_ms() >= c->deadline)
		return dead(c, "the server took too long");
	if ((r = curl_easy_recv(c->curl, buf, n, &got)) == CURLE_AGAIN)
		return 0;
	if (r != CURLE_OK)
		return dead(c, curl_easy_strerror(r));
	if (got == 0)
		return dead(c, "the server closed the connection");
	if (got > c->budget)
		return dead(c, "the server sent more than was asked for");
	c->budget -= got;
	if (c->deadline != 0)
		c->deadline += (int64_t)(got / MIN_BYTES_PER_MS);
	(void)net_progress(true); /* what is asked for is received */
	return (ssize_t)got;
}

static ssize_t
low_read(mailstream_low *low, void *buf, size_t n)
{
	struct stream *c = low->data;
	ssize_t got;

	if (c->ahead_len != 0)
		return take_ahead(c, buf, n);
	if (c->is_dead)
		return -1;
	/* First receive, then poll: TLS may hold bytes already decoded. */
	while ((got = recv_some(c, buf, n)) == 0)
		if (wait_more(c, POLLIN) != 0)
			return -1;
	return got;
}

static ssize_t
send_some(struct stream *c, const void *buf, size_t n)
{
	while (!c->is_dead) {
		size_t put = 0;
		CURLcode r = curl_easy_send(c->curl, buf, n, &put);

		if (r == CURLE_OK && put > 0)
			return (ssize_t)put;
		if (r != CURLE_OK && r != CURLE_AGAIN)
			return dead(c, curl_easy_strerror(r));
		if (wait_more(c, POLLOUT) != 0)
			break;
	}
	return -1;
}

static ssize_t
low_write(mailstream_low *low, const void *buf, size_t n)
{
	struct stream *c = low->data;
	size_t left = c->said.len - c->said_done;

	if (left == 0)
		return send_some(c, buf, n);
	if (n > left)
		n = left;
	if (memcmp(c->said.s + c->said_done, buf, n) != 0)
		return dead(c, "another command than was said ahead");
	c->said_done += n;
	return (ssize_t)n;
}

static void
hang_up(CURL *curl)
{
	/* Else a server that does not answer LOGOUT holds us for minutes. */
	(void)curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT,
	    GOODBYE_S);
	curl_easy_cleanup(curl);
}

static int
low_close(mailstream_low *low)
{
	struct stream *c = low->data;

	if (c->curl != NULL)
		hang_up(c->curl);
	c->curl = NULL;
	return 0;
}

static int
low_fd(mailstream_low *low)
{
	const struct stream *c = low->data;

	return (int)c->fd;
}

static void
low_free(mailstream_low *low)
{
	struct stream *c = low->data;

	(void)low_close(low);
	str_fini(&c->said);
	free(c);
	free(low); /* libetpan leaves this one to the driver, too */
}

static const mailstream_low_driver driver = {
	.mailstream_read = low_read,
	.mailstream_write = low_write,
	.mailstream_close = low_close,
	.mailstream_get_fd = low_fd,
	.mailstream_free = low_free,
};

/* The last line that the server said before it went wrong. */
struct words {
	char last[400];
	char detail[CURL_ERROR_SIZE]; /* and what libcurl says */
};

static size_t
on_line(char *line, size_t size, size_t n, void *ctx)
{
	struct words *w = ctx;
	size_t len = size * n, k = 0;

	for (size_t i = 0; i < len && k + 1 < sizeof(w->last); i++)
		if (line[i] >= ' ' && line[i] < 0x7f)
			w->last[k++] = line[i];
	w->last[k] = '\0';
	return len;
}

/* RFC 5530: the account is well, the server is not.  Nor is a server that
 * says BYE instead of an answer. */
static bool
is_login_for_later(const char *said)
{
	static const char *const codes[] = { "[UNAVAILABLE]", "[LIMIT]",
		"[INUSE]", "[SERVERBUG]" };

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcasestr(said, codes[i]) != NULL)
			return true;
	return strncasecmp(said, "* BYE", 5) == 0;
}

static enum rc
explain(CURLcode r, const struct words *w, const struct net_host *h,
    struct err *e)
{
	const char *why = *w->detail != '\0' ? w->detail :
	    curl_easy_strerror(r);
	char said[sizeof(w->last)];

	if (is_login_for_later(w->last))
		return err_set(e, RC_RETRY, "%s:%d lets nobody in now: %s",
		    h->host, h->port, w->last);
	if (w->last[0] == '+')
		curlx_refusal(w->last, said, sizeof(said));
	else
		(void)snprintf(said, sizeof(said), "%s", w->last);
	if (r == CURLE_LOGIN_DENIED)
		return err_set(e, RC_FAIL, "%s:%d refuses the login of %s%s:"
		    " %s", h->host, h->port, h->user, h->bearer == NULL ?
		    ", is the password right?" : "", *said != '\0' ? said :
		    why);
	if (r == CURLE_SSL_CONNECT_ERROR)
		return err_set(e, RC_RETRY, "%s:%d does not speak TLS, is the"
		    " port right and `tls: %s`? %s", h->host, h->port,
		    h->tls == NET_TLS_IMPLICIT ? "implicit" : "starttls", why);
	if (curlx_is_tls_refusal(r))
		return err_set(e, RC_FAIL, "%s:%d is not to be trusted: %s",
		    h->host, h->port, why);
	return err_set(e, RC_RETRY, "%s:%d: %s", h->host, h->port, why);
}

/* *is_refused: the server does not take our login. */
static enum rc
login_once(CURL *curl, const struct net_host *h, bool *is_refused,
    struct err *e)
{
	struct words w = { "", "" };
	const char *token;
	CURLcode r;
	enum rc rc;

	if ((rc = curlx_token(h, *is_refused, &token, e)) != RC_OK) {
		*is_refused = false;
		return rc;
	}
	(void)curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER,
	    *token != '\0' ? token : NULL);
	(void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, w.detail);
	(void)curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_line);
	(void)curl_easy_setopt(curl, CURLOPT_HEADERDATA, &w);
	r = curl_easy_perform(curl);
	/* These die with this frame. */
	(void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
	(void)curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, NULL);
	(void)curl_easy_setopt(curl, CURLOPT_HEADERDATA, NULL);
	rc = r == CURLE_OK ? RC_OK : explain(r, &w, h, e);
	*is_refused = r == CURLE_LOGIN_DENIED && rc == RC_FAIL;
	return rc;
}

static enum rc
connect_and_login(CURL *curl, const struct net_host *h, struct err *e)
{
	bool is_refused = false;
	char url[CURLX_URL_SIZE];
	enum rc rc;

	curlx_url(url, "imap", h, NULL);
	curlx_host(curl, h);
	(void)curl_easy_setopt(curl, CURLOPT_URL, url);
	(void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "imap,imaps");
	(void)curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, h->timeout_s > 0 &&
	    h->timeout_s < CONNECT_MS / 1000 ? h->timeout_s * 1000 :
	    CONNECT_MS);
	do /* the bearer ends it: it gives no token after the second one */
		rc = login_once(curl, h, &is_refused, e);
	while (is_refused && h->bearer != NULL);
	(void)curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 0L);
	if (rc == RC_OK && h->bearer != NULL)
		h->bearer->accepted(h->bearer->ctx);
	return rc;
}

static mailstream *
wrap(CURL *curl, curl_socket_t fd, const struct net_host *h, int wake_fd)
{
	struct stream *c = calloc(1, sizeof(*c));
	mailstream_low *low;
	mailstream *s;

	if (c == NULL || (low = mailstream_low_new(c, &c->driver)) == NULL ||
	    (s = mailstream_new(low, 16384)) == NULL)
		die("out of memory");
	c->driver = driver;
	c->curl = curl;
	c->fd = fd;
	c->wake_fd = wake_fd;
	c->idle_ms = (h->timeout_s > 0 ? h->timeout_s : IDLE_S) * 1000;
	/*
	 * libcurl has read the greeting, so libetpan gets one from us.  The
	 * CAPABILITY in it keeps mailimap_capability() of 1.9.4 from a NULL
	 * pointer when the server answers with a bare OK.
	 */
	c->ahead_len = (size_t)snprintf(c->ahead, sizeof(c->ahead),
	    "* %s [CAPABILITY IMAP4rev1] hello\r\n",
	    str_is_empty(h->user) ? "OK" : "PREAUTH");
	return s;
}

enum rc
curlstream_open(const struct net_host *h, int wake_fd, mailstream **out,
    struct err *e)
{
	CURL *curl;
	curl_socket_t fd = CURL_SOCKET_BAD;
	enum rc rc;

	if ((rc = net_host_check(h, e)) != RC_OK)
		return rc;
	if ((curl = curl_easy_init()) == NULL)
		die("out of memory");
	if ((rc = connect_and_login(curl, h, e)) == RC_OK &&
	    (curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, &fd) != CURLE_OK ||
	    fd == CURL_SOCKET_BAD))
		rc = err_set(e, RC_RETRY, "%s:%d: no connection", h->host,
		    h->port);
	if (rc != RC_OK) {
		hang_up(curl);
		return rc;
	}
	*out = wrap(curl, fd, h, wake_fd);
	return RC_OK;
}

void
curlstream_limit(mailstream *s, int64_t deadline_ms, size_t bytes)
{
	struct stream *c = of(s);

	c->deadline = clock_monotonic_ms() + deadline_ms;
	c->budget = bytes;
}

void
curlstream_allow(mailstream *s, size_t more_bytes)
{
	of(s)->budget += more_bytes;
}

int64_t
curlstream_patience(mailstream *s)
{
	return of(s)->idle_ms;
}

void
curlstream_say_ahead(mailstream *s, const char *text)
{
	struct stream *c = of(s);
	size_t done = 0;
	ssize_t n;

	str_clear(&c->said);
	str_add(&c->said, text);
	c->said_done = 0;
	for (; done < c->said.len; done += (size_t)n)
		if ((n = send_some(c, c->said.s + done, c->said.len - done)) < 0)
			return; /* dead; libetpan will see it */
}

enum curlstream_event
curlstream_wait(mailstream *s, int wake_fd, int64_t ms)
{
	struct stream *c = of(s);
	ssize_t got;

	if (s->read_buffer_len != 0 || c->ahead_len != 0)
		return CURLSTREAM_DATA;
	if (c->is_dead)
		return CURLSTREAM_DEAD;
	if ((got = recv_some(c, c->ahead, sizeof(c->ahead))) < 0)
		return CURLSTREAM_DEAD;
	c->ahead_len = (size_t)got;
	if (got > 0)
		return CURLSTREAM_DATA;
	return wait_fd(c, POLLIN, wake_fd, ms);
}

const char *
curlstream_error(mailstream *s)
{
	return of(s)->why;
}
