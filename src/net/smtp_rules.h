/*
 * smtp_rules.h - what may be said to an SMTP server, and what its answers
 * mean.  Pure; inside net only.
 */
#ifndef CW_NET_SMTP_RULES_H
#define CW_NET_SMTP_RULES_H

#include "base/err.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

#define SMTP_MAX_PATH 254

/*
 * A bare address.  libcurl passes it on as it is: CR LF would be a new
 * command, "<a> SIZE=1" a parameter, and a name beyond ASCII needs
 * SMTPUTF8.
 */
bool smtp_is_path(const char *s);

bool smtp_is_host_name(const char *s); /* for EHLO; "" is one */

/* A bare CR or LF is how one mail is smuggled into another. */
bool smtp_has_crlf_lines(const char *p, size_t n);

/* Which command was the last that we said. */
enum smtp_stage {
	SMTP_HELLO, /* none of the mail's: greeting, EHLO, STARTTLS, AUTH */
	SMTP_MAIL,
	SMTP_RCPT,
	SMTP_DATA,
	SMTP_BODY   /* DATA was accepted */
};

/* The stage after `line` was said. */
enum smtp_stage smtp_stage_after(enum smtp_stage now, const char *line,
    size_t n);

/* How a transfer ended. */
struct smtp_end {
	CURLcode r;
	int code; /* of the last reply */
	enum smtp_stage stage;
	bool is_at_end; /* all bytes were taken: the final dot may be out */
};

struct smtp_verdict {
	enum rc mail; /* what became of the mail */
	enum rc host; /* RC_OK, or stop: RC_RETRY or RC_FAIL */
	bool is_auth; /* our login, or the certificate */
};

/*
 * A refusal of the sender is one of us, as all our mails have the same: the
 * mails wait for a person.  A server that falls silent is left alone, else
 * each mail in turn would wait for it.
 */
struct smtp_verdict smtp_judge(const struct smtp_end *end);

/* Is it the login that was refused, and for ever? */
bool smtp_is_login_refusal(CURLcode r, int code);

#endif
