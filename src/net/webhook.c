/* webhook.c - post one JSON text to a chat webhook. */
#include "net/webhook.h"

#include "net/curlx.h"

#include <string.h>

#define MAX_ANSWER (64U * 1024)
#define TIMEOUT_S 20L

/* The answer is only counted: nobody reads it. */
static size_t
on_answer(char *p, size_t size, size_t n, void *ctx)
{
	size_t *have = ctx;

	(void)p;
	*have += size * n;
	return *have > MAX_ANSWER ? 0 : size * n;
}

/* Counted too: headers without end would all be kept by the library. */
static size_t
on_header(char *p, size_t size, size_t n, void *ctx)
{
	return on_answer(p, size, n, ctx);
}

static void
read_retry_after(CURL *c, const struct webhook_opts *o)
{
	curl_off_t wait = 0;

	(void)curl_easy_getinfo(c, CURLINFO_RETRY_AFTER, &wait);
	if (o->retry_after_s != NULL)
		*o->retry_after_s = wait <= 0 ? 0 : wait < 86400 ? (long)wait :
		    86400;
}

static enum rc
judge(CURL *c, CURLcode r, size_t len, struct err *e)
{
	curl_off_t sent = 0;
	long code = 0;

	(void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &code);
	(void)curl_easy_getinfo(c, CURLINFO_SIZE_UPLOAD_T, &sent);
	if (code >= 200 && code < 300)
		return RC_OK;
	if (code == 408 || code == 425 || code == 429 || code >= 500)
		return err_set(e, RC_RETRY, "the webhook answers %ld", code);
	if (code >= 300)
		return err_set(e, RC_FAIL, "the webhook answers %ld", code);
	if (curlx_is_tls_refusal(r))
		return err_set(e, RC_FAIL, "the webhook is not to be trusted: "
		    "%s", curl_easy_strerror(r));
	return err_set(e, sent >= (curl_off_t)len && len != 0 ? RC_UNSURE :
	    RC_RETRY, "the webhook gives no answer: %s",
	    curl_easy_strerror(r));
}

enum rc
webhook_post(const char *url, const char *json, const struct webhook_opts *o,
    struct err *e)
{
	size_t have = 0, len = strlen(json);
	struct curl_slist *headers;
	enum rc rc;
	CURL *c;

	if (!curlx_is_web(url, o->allow_http_loopback ? CURLX_LOOPBACK : 0))
		return err_set(e, RC_BAD, "a webhook must be an https URL");
	headers = curl_slist_append(NULL, "Content-Type: application/json");
	if (headers == NULL || (c = curl_easy_init()) == NULL)
		die("out of memory");
	curlx_secure(c, o->cafile);
	(void)curl_easy_setopt(c, CURLOPT_URL, url);
	(void)curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	(void)curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	(void)curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	(void)curl_easy_setopt(c, CURLOPT_POSTFIELDS, json);
	(void)curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE,
	    (curl_off_t)len);
	(void)curl_easy_setopt(c, CURLOPT_USERAGENT, "caseward");
	(void)curl_easy_setopt(c, CURLOPT_TIMEOUT,
	    o->timeout_s > 0 ? o->timeout_s : TIMEOUT_S);
	(void)curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_answer);
	(void)curl_easy_setopt(c, CURLOPT_WRITEDATA, &have);
	(void)curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	(void)curl_easy_setopt(c, CURLOPT_HEADERDATA, &have);
	rc = judge(c, curl_easy_perform(c), len, e);
	read_retry_after(c, o);
	curl_easy_cleanup(c);
	curl_slist_free_all(headers);
	return rc;
}
