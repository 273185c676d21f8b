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

/* curlx_secure, how much TLS, and the login (but for a bearer). */
void curlx_host(CURL *h, const struct net_host *host);

/* The token for the next login, as struct net_bearer gives it; "" where the
 * host wants none. */
enum rc curlx_token(const struct net_host *host, bool refused,
    const char **token, struct err *e);


/* The words of a line that refuses a login: behind its tag or code, and
 * decoded where a challenge says why a token is refused ("+ BASE64", "334
 * BASE64", RFC 7628 3.2.2), for libcurl does not ask for more then. */
void curlx_refusal(const char *line, char *out, size_t size);

/* https anywhere; http only to this machine, and only if that is allowed. */
enum { CURLX_LOOPBACK = 1, CURLX_NO_USER = 2 /* refuse user@ in it */ };
bool curlx_is_web(const char *url, unsigned flags);

/* The certificate or the lack of TLS is the trouble, not the moment. */
bool curlx_is_tls_refusal(CURLcode r);

#endif
