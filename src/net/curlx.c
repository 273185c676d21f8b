/* curlx.c - libcurl, set up as we always want it. */
#include "net/curlx.h"

#include "base/str.h"

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
	if (!str_is_empty(host->bearer))
		(void)curl_easy_setopt(h, CURLOPT_XOAUTH2_BEARER,
		    host->bearer);
	else
		(void)curl_easy_setopt(h, CURLOPT_PASSWORD,
		    host->password == NULL ? "" : host->password);
	if (!str_is_empty(host->login_options))
		(void)curl_easy_setopt(h, CURLOPT_LOGIN_OPTIONS,
		    host->login_options);
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
