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

enum smtp_stage
smtp_stage_after(enum smtp_stage now, const char *line, size_t n)
{
	static const struct {
		const char *word;
		enum smtp_stage stage;
	} words[] = { { "MAIL ", SMTP_MAIL }, { "RCPT ", SMTP_RCPT },
		{ "DATA", SMTP_DATA } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (n >= 4 && memcmp(line, words[i].word, 4) == 0 &&
		    words[i].stage >= now)
			return words[i].stage;
	return now;
}

/* The host is judged before the mail: what it says is of the mail only if
 * it was asked about it. */
static const struct smtp_verdict later = { RC_RETRY, RC_OK, false };
static const struct smtp_verdict never = { RC_FAIL, RC_OK, false };
static const struct smtp_verdict busy = { RC_RETRY, RC_RETRY, false };
static const struct smtp_verdict refused = { RC_RETRY, RC_FAIL, true };

static bool
is_refusal_of_us(const struct smtp_end *x)
{
	return curlx_is_tls_refusal(x->r) || x->code == 530 ||
	    x->code == 534 || x->code == 535 || x->code == 538 ||
	    (x->r == CURLE_LOGIN_DENIED && (x->code < 400 || x->code > 499));
}

/* Nothing was said in answer to what was said last. */
static struct smtp_verdict
judge_silence(const struct smtp_end *x)
{
	return (struct smtp_verdict){
		.mail = x->stage == SMTP_BODY && x->is_at_end ? RC_UNSURE :
		    RC_RETRY,
		.host = x->r == CURLE_OPERATION_TIMEDOUT ||
		    x->stage != SMTP_BODY ? RC_RETRY : RC_OK,
	};
}

struct smtp_verdict
smtp_judge(const struct smtp_end *x)
{
	bool is_5xx = x->code >= 500 && x->code < 600;

	if (x->r == CURLE_OK)
		return (struct smtp_verdict){ RC_OK, RC_OK, false };
	if (is_refusal_of_us(x))
		return refused;
	if (x->stage == SMTP_HELLO || x->code == 421 || x->code == 432)
		return busy;
	if (x->code < 400 || x->code > 599 ||
	    x->r == CURLE_OPERATION_TIMEDOUT)
		return judge_silence(x);
	if (x->stage == SMTP_MAIL && x->code != 552)
		return (struct smtp_verdict){ RC_RETRY,
			is_5xx ? RC_FAIL : RC_RETRY, false };
	return is_5xx ? never : later;
}

bool
smtp_is_login_refusal(CURLcode r, int code)
{
	return code == 535 || (r == CURLE_LOGIN_DENIED &&
	    (code < 400 || code >= 500));
}
