/* curlx.c - libcurl, set up as we always want it. */
#include "net/curlx.h"

#include "base/str.h"
#include "mail/codec.h"

#include <stdio.h>
#include <string.h>

void
curlx_url(char *url, const char *scheme, const struct net_host *h,
    const char *path)
{
	bool v6 = strchr(h->host, ':') != NULL;

	(void)snprintf(url, CURLX_URL_SIZE, "%s%s://%s%s%s:%d/%s", scheme,
	    h->tls == NET_TLS_IMPLICIT ? "s" : "", v6 ? "[" : "", h->host,
	    v6 ? "]" : "", h->port, path == NULL ? "" : path);
}

void
curlx_secure(CURL *h, const char *cafile)
{
	/* "": whatever ALL_PROXY in the environment says, no proxy. */
	(void)curl_easy_setopt(h, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(h, CURLOPT_TCP_KEEPALIVE, 1L);
	(void)curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 1L);
	(void)curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, 2L);
	(void)curl_easy_setopt(h, CURLOPT_SSLVERSION,
	    (long)CURL_SSLVERSION_TLSv1_2);
	if (str_is_empty(cafile))
		return;
	(void)curl_easy_setopt(h, CURLOPT_CAINFO, cafile);
	(void)curl_easy_setopt(h, CURLOPT_CAPATH, NULL);
}

void
curlx_host(CURL *h, const struct net_host *host)
{
	curlx_secure(h, host->cafile);
	/* ALL also for implicit TLS: it can only make things stricter. */
	(void)curl_easy_setopt(h, CURLOPT_USE_SSL,
	    host->tls == NET_TLS_NONE ? (long)CURLUSESSL_NONE :
	    (long)CURLUSESSL_ALL);
	if (str_is_empty(host->user))
		return;
	(void)curl_easy_setopt(h, CURLOPT_USERNAME, host->user);
	if (host->bearer == NULL)
		(void)curl_easy_setopt(h, CURLOPT_PASSWORD,
		    host->password == NULL ? "" : host->password);
	if (!str_is_empty(host->login_options))
		(void)curl_easy_setopt(h, CURLOPT_LOGIN_OPTIONS,
		    host->login_options);
}

enum rc
curlx_token(const struct net_host *host, bool refused, const char **token,
    struct err *e)
{
	enum rc rc = RC_OK;

	*token = "";
	if (host->bearer == NULL)
		return RC_OK;
	if ((rc = host->bearer->get(host->bearer->ctx, refused, token, e)) !=
	    RC_OK)
		return rc;
	return net_is_clean(*token) && **token != '\0' ? RC_OK :
	    err_set(e, RC_FAIL, "%s: the token cannot be used", host->host);
}

void
curlx_refusal(const char *line, char *out, size_t size)
{
	const char *rest = strchr(line, ' ');
	size_t n = 0;

	rest = rest == NULL ? "" : rest + 1;
	if ((line[0] != '+' && !str_has_prefix(line, "334 ")) ||
	    strlen(rest) >= size) {
		(void)snprintf(out, size, "%s", rest);
		return;
	}
	n = codec_base64(rest, strlen(rest), out);
	out[n] = '\0';
	for (size_t i = 0; i < n; i++)
		if (out[i] < ' ' || out[i] > '~')
			out[i] = '?';
}

bool
curlx_is_tls_refusal(CURLcode r)
{
	switch (r) {
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_USE_SSL_FAILED:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
	case CURLE_SSL_INVALIDCERTSTATUS:
		return true;
	default:
		return false;
	}
}

bool
curlx_is_web(const char *url, unsigned flags)
{
	CURLU *u = curl_url();
	char *scheme = NULL, *host = NULL, *user = NULL;
	bool ok = false;

	if (u == NULL)
		die("out of memory");
	if (net_is_clean(url) &&
	    curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
	    ((flags & CURLX_NO_USER) == 0 ||
	    curl_url_get(u, CURLUPART_USER, &user, 0) == CURLUE_NO_USER))
		ok = str_eq(scheme, "https") || ((flags & CURLX_LOOPBACK) != 0 &&
		    str_eq(scheme, "http") && (net_is_loopback(host) ||
		    str_eq(host, "[::1]")));
	curl_free(scheme);
	curl_free(host);
	curl_free(user);
	curl_url_cleanup(u);
	return ok;
}
