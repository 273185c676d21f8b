/*
 * curlx.h - libcurl, set up as we always want it.  Inside net only.
 */
#ifndef CW_NET_CURLX_H
#define CW_NET_CURLX_H

#include "net/net.h"

#include <curl/curl.h>

#define CURLX_URL_SIZE 600

/* "imaps://host:port/path"; `scheme` without the s. */
void curlx_url(char *url, const char *scheme, const struct net_host *h,
    const char *path);

/* No proxy, no signals, certificate and name verified, TLS 1.2 or later. */
void curlx_secure(CURL *h, const char *cafile);

/* curlx_secure, how much TLS, and the login. */
void curlx_host(CURL *h, const struct net_host *host);

/* The certificate or the lack of TLS is the trouble, not the moment. */
bool curlx_is_tls_refusal(CURLcode r);

#endif
