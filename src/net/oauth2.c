/* oauth2.c - ask a token endpoint for an access token. */
#include "net/oauth2.h"

#include "base/str.h"
#include "net/curlx.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ANSWER (64U * 1024)
#define MAX_TOKEN (16U * 1024)
#define TIMEOUT_MS 20000L
#define CONNECT_MS 10000L
#define USUAL_LIFE 300          /* where the endpoint does not say */
#define LONGEST_LIFE CW_DAY     /* look again, whatever it says */
#define MARGIN 120              /* a login and the way to it take time */

bool
oauth2_is_token(const char *s)
{
	size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~+/=");

	return n > 0 && n < MAX_TOKEN && s[n] == '\0';
}

void
oauth2_times(cw_time asked_at, int64_t life_s, cw_time *renew_at,
    cw_time *expires_at)
{
	int64_t life = life_s > LONGEST_LIFE ? LONGEST_LIFE : life_s;
	int64_t use = life > 2 * MARGIN ? life - MARGIN : life / 2;

	*expires_at = asked_at + use;
	*renew_at = asked_at + (life * 4 / 5 < use ? life * 4 / 5 : use);
}

bool
oauth2_is_url(const char *url)
{
	return curlx_is_web(url, CURLX_LOOPBACK | CURLX_NO_USER);
}

/* ---- the question ------------------------------------------------------ */

static char *
escape(char *to, const char *s)
{
	static const char hex[] = "0123456789ABCDEF";

	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		    (c >= 'a' && c <= 'z') || strchr("-._~", c) != NULL) {
			*to++ = (char)c;
			continue;
		}
		*to++ = '%';
		*to++ = hex[c >> 4];
		*to++ = hex[c & 15];
	}
	*to = '\0';
	return to;
}

char *
oauth2_form(const struct oauth2_request *r, struct arena *a)
{
	static const char *const grants[] = {
		[OAUTH2_CLIENT_CREDENTIALS] = "client_credentials",
		[OAUTH2_REFRESH_TOKEN] = "refresh_token",
		[OAUTH2_JWT_BEARER] =
		    "urn:ietf:params:oauth:grant-type:jwt-bearer",
	};
	const struct {
		const char *name, *value;
	} fields[] = {
		{ "grant_type", grants[r->grant] },
		{ "client_id", r->client_id },
		{ "client_secret", r->client_secret },
		{ "refresh_token", r->refresh_token },
		{ "assertion", r->assertion },
		{ "scope", r->scope },
	};
	size_t n = sizeof(fields) / sizeof(fields[0]), room = 1;
	char *form, *p;

	/* One allocation, so that there is one copy to be wiped. */
	for (size_t i = 0; i < n; i++)
		if (!str_is_empty(fields[i].value))
			room += strlen(fields[i].name) + 2 +
			    3 * strlen(fields[i].value);
	form = p = arena_alloc(a, room);
	for (size_t i = 0; i < n; i++) {
		if (str_is_empty(fields[i].value))
			continue;
		if (p != form)
			*p++ = '&';
		p = stpcpy(p, fields[i].name);
		*p++ = '=';
		p = escape(p, fields[i].value);
	}
	return form;
}

/* ---- the answer -------------------------------------------------------- */

static void
wipe(char *s)
{
	if (s != NULL)
		explicit_bzero(s, strlen(s));
}

void
oauth2_answer_wipe(struct oauth2_answer *out)
{
	wipe(out->access);
	wipe(out->refresh);
}

static const char *
text_of(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s == NULL ? "" : s;
}

/* jansson's copies of the tokens. */
static void
wipe_json(const json_t *j)
{
	static const char *const keys[] = { "access_token", "refresh_token",
		"id_token" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		wipe((char *)(uintptr_t)json_string_value(
		    json_object_get(j, keys[i])));
}

static bool
holds(const char *text, const char *secret)
{
	return !str_is_empty(secret) && strstr(text, secret) != NULL;
}

/* Words of the endpoint for a person: one line, cut before the trace ids,
 * and nothing of what we had sent in secret. */
static const char *
clean_words(const struct oauth2_request *r, const char *s, struct arena *a)
{
	const char *trace = strstr(s, "Trace ID");
	size_t len = trace != NULL ? (size_t)(trace - s) : strlen(s);
	char *out;

	if (holds(s, r->client_secret) || holds(s, r->refresh_token) ||
	    holds(s, r->assertion))
		return "(its words repeat a secret)";
	out = utf8_clean(a, s, utf8_cut(s, len, len < 240 ? len : 240));
	for (char *p = out; *p != '\0'; p++)
		if (*p == '\n' || *p == '\t')
			*p = ' ';
	return str_trim(a, out, strlen(out));
}

/* Each may be retried: the request was not judged. */
static bool
is_passing(long http, const char *error)
{
	return http == 408 || http == 425 || http == 429 || http >= 500 ||
	    str_eq(error, "temporarily_unavailable") ||
	    str_eq(error, "server_error");
}

static bool
is_dead_grant(const struct oauth2_request *r, const char *error)
{
	return str_eq(error, "interaction_required") ||
	    str_eq(error, "consent_required") ||
	    (r->grant == OAUTH2_REFRESH_TOKEN &&
	    str_eq(error, "invalid_grant"));
}

static enum rc
refused(const struct oauth2_request *r, long http, const json_t *j,
    struct arena *a, struct oauth2_answer *out, struct err *e)
{
	const char *error = text_of(j, "error");
	const char *words = clean_words(r, text_of(j, "error_description"), a);

	out->verdict = is_passing(http, error) ? OAUTH2_RETRY :
	    is_dead_grant(r, error) ? OAUTH2_REAUTH : OAUTH2_CONFIG;
	return err_set(e, out->verdict == OAUTH2_RETRY ? RC_RETRY : RC_FAIL,
	    "the token endpoint answers %ld %s%s%s", http, *error == '\0' ?
	    "without a reason" : clean_words(r, error, a),
	    *words == '\0' ? "" : ": ", words);
}

/* A number, a number in quotes (both are met), or nothing. */
static int64_t
life_of(const json_t *j)
{
	const json_t *v = json_object_get(j, "expires_in");
	int64_t n = 0;

	if (json_is_integer(v))
		n = json_integer_value(v);
	else if (json_is_real(v) && json_real_value(v) < 1e9)
		n = (int64_t)json_real_value(v);
	else if (json_is_string(v))
		(void)str_to_int(json_string_value(v), 1, INT32_MAX, &n);
	return n < 1 ? USUAL_LIFE : n;
}

static enum rc
granted(const json_t *j, struct arena *a, struct oauth2_answer *out,
    struct err *e)
{
	const char *access = text_of(j, "access_token");
	const char *refresh = text_of(j, "refresh_token");
	const char *type = text_of(j, "token_type");

	out->verdict = OAUTH2_CONFIG;
	if (*access == '\0')
		return err_set(e, RC_FAIL,
		    "the token endpoint's answer has no access_token");
	if (*type != '\0' && !str_caseeq(type, "bearer"))
		return err_set(e, RC_FAIL,
		    "the token endpoint gives a token that is no bearer");
	if (!oauth2_is_token(access) ||
	    (*refresh != '\0' && !net_is_clean(refresh)) ||
	    strlen(refresh) > MAX_TOKEN)
		return err_set(e, RC_FAIL, "the token endpoint gives a token"
		    " with characters that no token has");
	out->verdict = OAUTH2_OK;
	out->access = arena_strdup(a, access);
	out->refresh = *refresh == '\0' ? NULL : arena_strdup(a, refresh);
	out->life_s = life_of(j);
	return RC_OK;
}

enum rc
oauth2_judge(const struct oauth2_request *r, long http, const char *body,
    size_t len, struct arena *a, struct oauth2_answer *out, struct err *e)
{
	json_t *j = json_loadb(body, len, JSON_REJECT_DUPLICATES, NULL);
	enum rc rc;

	*out = (struct oauth2_answer){ .verdict = OAUTH2_RETRY };
	if (http >= 300 && http < 400) {
		out->verdict = OAUTH2_CONFIG;
		rc = err_set(e, RC_FAIL, "the token endpoint answers %ld, a"
		    " redirect: token_url must be where it ends", http);
	} else if (!json_is_object(j)) {
		/* Gateways and login pages speak HTML, and not of our case. */
		bool is_wrong = http == 404 || http == 405 || http == 410;

		out->verdict = is_wrong ? OAUTH2_CONFIG : OAUTH2_RETRY;
		rc = err_set(e, is_wrong ? RC_FAIL : RC_RETRY,
		    "%ld and no JSON: this is not the answer of a token"
		    " endpoint", http);
	} else if (http != 200 || json_object_get(j, "error") != NULL) {
		rc = refused(r, http, j, a, out, e);
	} else {
		rc = granted(j, a, out, e);
	}
	wipe_json(j);
	json_decref(j);
	return rc;
}

/* ---- both -------------------------------------------------------------- */

struct body {
	char *bytes; /* MAX_ANSWER of them */
	size_t len;
	bool is_too_long;
};

static size_t
on_body(char *p, size_t size, size_t n, void *ctx)
{
	struct body *b = ctx;

	if ((n *= size) > MAX_ANSWER - b->len) {
		b->is_too_long = true;
		return 0;
	}
	memcpy(b->bytes + b->len, p, n);
	b->len += n;
	return n;
}

static void
set_up(CURL *c, const struct oauth2_request *r, const char *form,
    struct body *b, char *detail)
{
	long ms = r->timeout_ms > 0 ? r->timeout_ms : TIMEOUT_MS;

	curlx_secure(c, r->cafile);
	(void)curl_easy_setopt(c, CURLOPT_URL, r->token_url);
	(void)curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	(void)curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	(void)curl_easy_setopt(c, CURLOPT_POSTFIELDS, form);
	(void)curl_easy_setopt(c, CURLOPT_USERAGENT, "caseward");
	(void)curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, ms);
	(void)curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, ms < CONNECT_MS ?
	    ms : CONNECT_MS);
	(void)curl_easy_setopt(c, CURLOPT_ERRORBUFFER, detail);
	(void)curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	(void)curl_easy_setopt(c, CURLOPT_WRITEDATA, b);
}

static enum rc
no_answer(CURLcode r, const struct body *b, const char *detail,
    struct oauth2_answer *out, struct err *e)
{
	*out = (struct oauth2_answer){ .verdict = OAUTH2_RETRY };
	if (b->is_too_long)
		return err_set(e, RC_RETRY, "the token endpoint's answer is"
		    " longer than %u KiB", MAX_ANSWER / 1024);
	if (curlx_is_tls_refusal(r)) {
		out->verdict = OAUTH2_CONFIG;
		return err_set(e, RC_FAIL, "the token endpoint is not to be"
		    " trusted: %s", detail);
	}
	return err_set(e, RC_RETRY, "the token endpoint gives no answer: %s",
	    *detail != '\0' ? detail : curl_easy_strerror(r));
}

enum rc
oauth2_fetch(const struct oauth2_request *r, struct arena *a,
    struct oauth2_answer *out, struct err *e)
{
	struct body b = { .bytes = malloc(MAX_ANSWER) };
	char detail[CURL_ERROR_SIZE] = "";
	curl_off_t rest = 0;
	CURL *c = curl_easy_init();
	CURLcode result;
	long http = 0;
	char *form;
	enum rc rc;

	*out = (struct oauth2_answer){ .verdict = OAUTH2_CONFIG };
	if (c == NULL || b.bytes == NULL)
		die("out of memory");
	if (!oauth2_is_url(r->token_url)) {
		rc = err_set(e, RC_BAD, "token_url must be an https address");
		goto out;
	}
	form = oauth2_form(r, a);
	set_up(c, r, form, &b, detail);
	result = curl_easy_perform(c);
	wipe(form);
	(void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &http);
	if (result != CURLE_OK) {
		rc = no_answer(result, &b, detail, out, e);
		goto out;
	}
	rc = oauth2_judge(r, http, b.bytes, b.len, a, out, e);
	if (curl_easy_getinfo(c, CURLINFO_RETRY_AFTER, &rest) == CURLE_OK)
		out->retry_after_s = (int64_t)rest;
out:
	explicit_bzero(b.bytes, b.len);
	free(b.bytes);
	curl_easy_cleanup(c);
	return rc;
}
