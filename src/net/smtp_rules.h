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

struct smtp_verdict {
	enum rc mail; /* what became of the mail */
	enum rc host; /* RC_OK, or stop: RC_RETRY or RC_FAIL */
	bool is_auth; /* our login, or the certificate */
};

/*
 * `code` is the last reply's; saw_354: DATA was accepted; at_end: all
 * bytes were taken, so that the final dot may be out.
 */
struct smtp_verdict smtp_judge(CURLcode r, int code, bool saw_354,
    bool at_end);

#endif
