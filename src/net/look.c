/* look.c - look at a server from outside. */
#include "net/look.h"

#include "base/str.h"
#include "net/curlx.h"

#include <stdio.h>
#include <string.h>

#define SECONDS 20L
#define MAX_ANSWER (64U * 1024)

struct answer {
	struct look *look;
	size_t heard;
};

static size_t
on_header(char *p, size_t size, size_t n, void *ctx)
{
	struct answer *x = ctx;
	char line[80];
	time_t t;

	n *= size;
	if ((x->heard += n) > MAX_ANSWER)
		return 0;
	if (n >= sizeof(line) || n < 6 || strncasecmp(p, "Date: ", 6) != 0)
		return n;
	memcpy(line, p + 6, n - 6);
	line[n - 6] = '\0';
	if ((t = curl_getdate(line, NULL)) > 0)
		x->look->said_at = (cw_time)t;
	return n;
}

static size_t
on_body(char *p, size_t size, size_t n, void *ctx)
{
	struct answer *x = ctx;

	(void)p;
	return (x->heard += size * n) > MAX_ANSWER ? 0 : size * n;
}

/* "Expire Date:2026-12-22 20:26:15 GMT" of the first one, the server's. */
static void
read_certificate(CURL *c, struct look *out)
{
	static const char head[] = "Expire Date:";
	struct curl_certinfo *ci = NULL;
	char when[24];

	if (curl_easy_getinfo(c, CURLINFO_CERTINFO, &ci) != CURLE_OK ||
	    ci == NULL || ci->num_of_certs < 1)
		return;
	for (const struct curl_slist *l = ci->certinfo[0]; l != NULL;
	     l = l->next) {
		if (!str_has_prefix(l->data, head))
			continue;
		(void)snprintf(when, sizeof(when), "%.19sZ",
		    l->data + sizeof(head) - 1);
		if (!time_parse(when, &out->ends_at))
			out->ends_at = 0;
	}
}

static enum rc
look(CURL *c, const char *name, struct look *out, struct err *e)
{
	struct answer x = { out, 0 };
	char detail[CURL_ERROR_SIZE] = "";
	CURLcode r;

	*out = (struct look){ 0 };
	(void)curl_easy_setopt(c, CURLOPT_CERTINFO, 1L);
	(void)curl_easy_setopt(c, CURLOPT_TIMEOUT, SECONDS);
	(void)curl_easy_setopt(c, CURLOPT_SERVER_RESPONSE_TIMEOUT, SECONDS);
	(void)curl_easy_setopt(c, CURLOPT_ERRORBUFFER, detail);
	(void)curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	(void)curl_easy_setopt(c, CURLOPT_HEADERDATA, &x);
	(void)curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	(void)curl_easy_setopt(c, CURLOPT_WRITEDATA, &x);
	if ((r = curl_easy_perform(c)) == CURLE_OK)
		read_certificate(c, out);
	/* Else a server that does not answer LOGOUT or QUIT holds us. */
	(void)curl_easy_setopt(c, CURLOPT_SERVER_RESPONSE_TIMEOUT, 2L);
	curl_easy_cleanup(c);
	if (r == CURLE_OK)
		return RC_OK;
	return err_set(e, curlx_is_tls_refusal(r) ? RC_FAIL : RC_RETRY,
	    "%s%s: %s", name, curlx_is_tls_refusal(r) ?
	    " is not to be trusted" : "", *detail != '\0' ? detail :
	    curl_easy_strerror(r));
}

static CURL *
new_handle(void)
{
	CURL *c = curl_easy_init();

	if (c == NULL)
		die("out of memory");
	return c;
}

enum rc
look_host(const char *scheme, const struct net_host *h, struct look *out,
    struct err *e)
{
	struct net_host nobody = *h;
	char url[CURLX_URL_SIZE];
	enum rc rc;
	CURL *c;

	nobody.user = NULL;
	if ((rc = net_host_check(&nobody, e)) != RC_OK)
		return rc;
	curlx_url(url, scheme, h, NULL);
	c = new_handle();
	curlx_host(c, &nobody);
	(void)curl_easy_setopt(c, CURLOPT_URL, url);
	(void)curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR,
	    "imap,imaps,smtp,smtps");
	(void)curl_easy_setopt(c, CURLOPT_CONNECT_ONLY, 1L);
	return look(c, h->host, out, e);
}

enum rc
look_web(const char *url, const char *cafile, struct look *out, struct err *e)
{
	char host[254] = "the server";
	CURL *c;

	if (!curlx_is_web(url, CURLX_LOOPBACK))
		return err_set(e, RC_BAD, "it must be an https URL");
	(void)sscanf(url, "%*[a-z]://%253[^/?#]", host);
	c = new_handle();
	curlx_secure(c, cafile);
	(void)curl_easy_setopt(c, CURLOPT_URL, url);
	(void)curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	(void)curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
	(void)curl_easy_setopt(c, CURLOPT_USERAGENT, "caseward");
	return look(c, host, out, e);
}
