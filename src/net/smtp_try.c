/* smtp_try.c - is the way open?  A login without a mail. */
#include "net/smtp_impl.h"

#include <stdio.h>

static enum rc
try_once(struct sink *s, struct smtp_lane *l, bool *is_refused, struct err *e)
{
	const struct net_host *h = &s->opts.smtp;
	struct smtp *p = s->data;
	struct sink_mail nothing = { .rc = RC_RETRY };
	struct smtp_verdict v;
	long code = 0;
	CURLcode r;
	enum rc rc;

	if ((rc = smtp_take_token(p, s, *is_refused, e)) != RC_OK) {
		*is_refused = false;
		return rc;
	}
	(void)curl_easy_setopt(l->curl, CURLOPT_XOAUTH2_BEARER,
	    *p->token != '\0' ? p->token : NULL);
	r = curl_easy_perform(l->curl);
	(void)curl_easy_getinfo(l->curl, CURLINFO_RESPONSE_CODE, &code);
	l->mail = &nothing;
	v = smtp_judge(&(struct smtp_end){ r, (int)code, SMTP_HELLO, false });
	smtp_lane_say(l, r, v.mail, (int)code);
	l->mail = NULL;
	*is_refused = r != CURLE_OK && smtp_is_login_refusal(r, (int)code);
	if (v.host == RC_OK)
		return RC_OK; /* what it thinks of NOOP is no matter */
	return err_set(e, v.host, "%s:%d%s%s: %s", h->host, h->port,
	    *is_refused ? " refuses the login of " : "", *is_refused ?
	    h->user : "", nothing.reply);
}

/* Said on the connection that has logged in; QUIT ends it without a mail. */
static enum rc
ask_sender(struct sink *s, struct smtp_lane *l, const char *from, struct err *e)
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

enum rc
smtp_try(struct sink *s, const char *from, struct err *e)
{
	struct smtp *p = s->data;
	struct smtp_lane l = { .curl = NULL };
	bool is_refused = false;
	enum rc rc;

	smtp_lane_init(&l, p, s);
	(void)curl_easy_setopt(l.curl, CURLOPT_UPLOAD, 0L);
	(void)curl_easy_setopt(l.curl, CURLOPT_NOBODY, 1L);
	(void)curl_easy_setopt(l.curl, CURLOPT_CUSTOMREQUEST, "NOOP");
	do
		rc = try_once(s, &l, &is_refused, e);
	while (is_refused && s->opts.smtp.bearer != NULL);
	if (rc == RC_OK) {
		smtp_accepted(p, s);
		if (from != NULL)
			rc = ask_sender(s, &l, from, e);
	}
	smtp_hang_up(p);
	curl_easy_cleanup(l.curl);
	return rc;
}
