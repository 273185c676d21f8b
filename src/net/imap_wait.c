/*
 * imap_wait.c - IDLE, or a NOOP now and then.
 *
 * IDLE is spoken here line by line: libetpan 1.9.4 gives up when a server
 * says something before its "+", and looks for input only below TLS.
 */
#include "net/imap_impl.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

#define REISSUE_S (28 * 60) /* servers hang up after 30 minutes (IM-13) */
#define NOOP_S 60
#define TAG "cwidle"

static enum rc
lost(struct imap *m, struct err *e)
{
	const char *why = curlstream_error(m->stream);

	m->is_dead = true;
	return err_set(e, RC_RETRY, "%s: IDLE: %s", m->host,
	    *why != '\0' ? why : "the connection is gone");
}

static enum rc
say(struct imap *m, const char *line, struct err *e)
{
	if (mailstream_write(m->stream, line, strlen(line)) < 0 ||
	    mailstream_flush(m->stream) < 0)
		return lost(m, e);
	return RC_OK;
}

/* Valid until the next one. */
static enum rc
hear(struct imap *m, const char **line, struct err *e)
{
	*line = mailstream_read_line_remove_eol(m->stream,
	    m->session->imap_stream_buffer);
	return *line == NULL ? lost(m, e) : RC_OK;
}

struct idle {
	bool is_on;   /* "+" was seen */
	bool is_over; /* the tagged answer was seen */
	bool is_short; /* ... at once: IDLE that does not wait is a busy loop */
	bool is_woken;
};

/* "* 12 EXISTS", "* 3 EXPUNGE": the only lines that matter here. */
static void
count(struct imap *m, const char *line)
{
	char *end;
	unsigned long n;

	if (!str_has_prefix(line, "* ") || line[2] < '0' || line[2] > '9')
		return;
	n = strtoul(line + 2, &end, 10);
	if (str_caseeq(end, " EXISTS") && n <= UINT32_MAX)
		m->session->imap_selection_info->sel_exists = (uint32_t)n;
	if (str_caseeq(end, " EXPUNGE") && m->known > 0 &&
	    m->session->imap_selection_info->sel_exists > 0) {
		m->session->imap_selection_info->sel_exists--;
		m->known--;
	}
}

static void
understand(struct imap *m, const char *line, struct idle *i)
{
	if (line[0] == '+')
		i->is_on = true;
	else if (str_has_prefix(line, TAG " "))
		i->is_over = true;
	else
		count(m, line);
}

static bool
has_news(const struct imap *m)
{
	return (int32_t)(m->session->imap_selection_info->sel_exists -
	    m->known) > 0;
}

/* DONE, and what is left of the answer. */
static enum rc
finish(struct imap *m, struct idle *i, struct err *e)
{
	const char *line;
	enum rc rc = RC_OK;

	imap_bound(m, IMAP_SMALL_ANSWER);
	if (!i->is_over)
		rc = say(m, "DONE\r\n", e);
	while (rc == RC_OK && !i->is_over)
		if ((rc = hear(m, &line, e)) == RC_OK)
			understand(m, line, i);
	return rc;
}

/* One IDLE of at most `ms`. */
static enum rc
idle_once(struct imap *m, struct idle *i, int wake_fd, int64_t ms,
    struct err *e)
{
	int64_t began = clock_monotonic_ms(), until = began + ms;
	int64_t patience = curlstream_patience(m->stream);
	enum curlstream_event ev = CURLSTREAM_DATA;
	const char *line;
	enum rc rc;

	i->is_on = i->is_over = false;
	curlstream_limit(m->stream, ms + patience, IMAP_SMALL_ANSWER);
	if ((rc = say(m, TAG " IDLE\r\n", e)) != RC_OK)
		return rc;
	while (!i->is_over && !has_news(m)) {
		ev = curlstream_wait(m->stream, wake_fd, i->is_on ?
		    until - clock_monotonic_ms() : patience);
		if (ev == CURLSTREAM_DEAD)
			return lost(m, e);
		if (ev != CURLSTREAM_DATA)
			break;
		if ((rc = hear(m, &line, e)) != RC_OK)
			return rc;
		understand(m, line, i);
	}
	if (ev == CURLSTREAM_WOKEN)
		i->is_woken = true;
	i->is_short = i->is_over &&
	    clock_monotonic_ms() - began < NOOP_S * INT64_C(1000);
	return finish(m, i, e);
}

/* Without IDLE: sleep, then ask. */
static enum rc
noop_once(struct imap *m, struct idle *i, int wake_fd, int64_t ms,
    struct err *e)
{
	enum curlstream_event ev;

	curlstream_limit(m->stream, ms + curlstream_patience(m->stream),
	    IMAP_SMALL_ANSWER);
	ev = curlstream_wait(m->stream, wake_fd, ms);
	if (ev == CURLSTREAM_DEAD)
		return lost(m, e);
	if (ev == CURLSTREAM_WOKEN) {
		i->is_woken = true;
		return RC_OK;
	}
	imap_bound(m, IMAP_SMALL_ANSWER);
	return imap_result(m, mailimap_noop(m->session), "NOOP", e);
}

enum rc
imap_wait(struct imap *m, int wake_fd, long seconds, struct err *e)
{
	int64_t until = clock_monotonic_ms() + (int64_t)seconds * 1000;
	struct idle i = { .is_on = false };
	enum rc rc = RC_OK;

	if (m->session->imap_selection_info == NULL)
		return err_set(e, RC_RETRY, "%s: no mailbox is open", m->host);
	while (rc == RC_OK && !i.is_woken && !has_news(m)) {
		bool idle = m->can & IMAP_CAN_IDLE;
		int64_t left = until - clock_monotonic_ms();
		int64_t most = (idle ? REISSUE_S : NOOP_S) * INT64_C(1000);

		if (left <= 0)
			return RC_NONE;
		if (left > most)
			left = most;
		rc = (idle ? idle_once : noop_once)(m, &i, wake_fd, left, e);
		if (idle && rc == RC_OK && (!i.is_on || i.is_short))
			m->can &= ~(unsigned)IMAP_CAN_IDLE; /* refused */
	}
	return rc;
}
