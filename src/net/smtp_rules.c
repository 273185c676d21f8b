/* smtp_rules.c - what may be said to an SMTP server, and what it answers. */
#include "net/smtp_rules.h"

#include "net/curlx.h"

#include <string.h>

bool
smtp_is_path(const char *s)
{
	const char *at = strrchr(s, '@');
	size_t n = strlen(s);

	if (at == NULL || at == s || at[1] == '\0' || n > SMTP_MAX_PATH)
		return false;
	for (size_t i = 0; i < n; i++)
		if (s[i] <= ' ' || s[i] >= 0x7f || s[i] == '<' || s[i] == '>')
			return false;
	return true;
}

bool
smtp_has_crlf_lines(const char *p, size_t n)
{
	const char *end = p + n, *lf, *cr;

	for (; (lf = memchr(p, '\n', (size_t)(end - p))) != NULL; p = lf + 1) {
		cr = memchr(p, '\r', (size_t)(lf - p));
		if (cr != lf - 1 || lf == p)
			return false;
	}
	return memchr(p, '\r', (size_t)(end - p)) == NULL;
}

bool
smtp_is_host_name(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");

	return s[n] == '\0' && n <= 253;
}

struct smtp_verdict
smtp_judge(CURLcode r, int code, bool saw_354, bool at_end)
{
	struct smtp_verdict ok = { RC_OK, RC_OK, false };
	struct smtp_verdict later = { RC_RETRY, RC_OK, false };
	struct smtp_verdict never = { RC_FAIL, RC_OK, false };
	struct smtp_verdict unsure = { RC_UNSURE, RC_OK, false };
	struct smtp_verdict busy = { RC_RETRY, RC_RETRY, false };
	struct smtp_verdict refused = { RC_RETRY, RC_FAIL, true };

	if (r == CURLE_OK)
		return ok;
	if (curlx_is_tls_refusal(r) || code == 530 || code == 535 ||
	    code == 538)
		return refused;
	if (r == CURLE_LOGIN_DENIED)
		return code >= 400 && code < 500 ? busy : refused;
	if (code == 354) /* silence after DATA: was the dot sent? */
		return at_end ? unsure : later;
	if (code == 421)
		return busy;
	/* Greeting and EHLO: nothing was said about this mail yet. */
	if (r == CURLE_REMOTE_ACCESS_DENIED ||
	    (r == CURLE_WEIRD_SERVER_REPLY && !saw_354))
		return busy;
	if (code >= 500 && code < 600)
		return never;
	if (code >= 400 && code < 500)
		return later;
	return saw_354 && at_end ? unsure : busy;
}
