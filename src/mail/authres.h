/*
 * authres.h - what a trusted Authentication-Results says about From.
 *
 * PROTOCOL SA-1 to SA-10.  Nothing is believed without a trust anchor
 * (own->trust_authserv_id).  With one, the topmost fields that carry its id
 * and stand above the first Received of a foreign host count; with
 * "topmost-without-id" (Exchange Online) only the single topmost field, and
 * only if it carries no id.  ARC is not looked at.  DMARC passes only if
 * header.from is the domain of the one From mailbox; fields that contradict
 * each other fail.  Bounds: 8 KiB a field, 50 results.
 */
#ifndef CW_MAIL_AUTHRES_H
#define CW_MAIL_AUTHRES_H

#include "mail/msg.h"

#define AUTHRES_TOPMOST "topmost-without-id"

void authres_check(const struct headers *h, const struct addrs *from,
    const struct msg_own *own, struct arena *a, struct auth *out);

/* One field, parsed; exported for tests. */
struct authres {
	const char *id;          /* authserv-id, "" if none */
	const char *spf, *dkim;  /* result words in lower case, "" if absent */
	const char *dmarc;
	const char *header_from; /* of dmarc: a domain in lower case, or "" */
	const char *compauth, *compauth_reason;
	bool dmarc_conflict;     /* two dmarc results that differ */
};

void authres_parse(const char *value, struct arena *a, struct authres *out);

#endif
