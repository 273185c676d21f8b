/* net.c - what everything on the network shares. */
#include "net/net.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <signal.h>
#include <string.h>

#include "base/str.h"

enum rc
net_init(struct err *e)
{
	CURLcode r;

	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return err_set(e, RC_FAIL, "cannot ignore SIGPIPE");
	if ((r = curl_global_init(CURL_GLOBAL_ALL)) != CURLE_OK)
		return err_set(e, RC_FAIL, "libcurl: %s",
		    curl_easy_strerror(r));
	return RC_OK;
}

void
net_fini(void)
{
	curl_global_cleanup();
}

static bool (*progress)(bool moved); /* of the process, like libcurl itself */

void
net_on_progress(bool (*go_on)(bool moved))
{
	progress = go_on;
}

bool
net_progress(bool moved)
{
	return progress == NULL || progress(moved);
}

bool
net_is_clean(const char *s)
{
	for (; s != NULL && *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return false;
	return true;
}

bool
net_is_loopback(const char *host)
{
	struct in_addr v4;
	struct in6_addr v6;

	if (inet_pton(AF_INET, host, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	if (inet_pton(AF_INET6, host, &v6) == 1)
		return IN6_IS_ADDR_LOOPBACK(&v6);
	return str_caseeq(host, "localhost");
}

/* Letters, digits, dots, dashes; colons in an IPv6 address.  Nothing that
 * has a meaning in a URL. */
static bool
is_host(const char *s)
{
	static const char ok[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:";
	size_t n = s == NULL ? 0 : strlen(s);

	return n > 0 && n <= 253 && strspn(s, ok) == n;
}

enum rc
net_host_check(const struct net_host *h, struct err *e)
{
	if (!is_host(h->host))
		return err_set(e, RC_BAD, "the host has no valid name");
	if (h->port < 1 || h->port > 65535)
		return err_set(e, RC_BAD, "not a port: %d", h->port);
	if (h->tls == NET_TLS_NONE && !net_is_loopback(h->host))
		return err_set(e, RC_BAD,
		    "%s: without TLS only on loopback", h->host);
	if (!net_is_clean(h->user) || !net_is_clean(h->password) ||
	    !net_is_clean(h->login_options))
		return err_set(e, RC_BAD,
		    "%s: control characters in user or password", h->host);
	return RC_OK;
}
