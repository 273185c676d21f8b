/*
 * addr.h - addresses as mails write them.
 *
 * The parser is tolerant: it takes what real mailers send and finds the
 * mailboxes in it.  What is found is *not* fit for an SMTP envelope until
 * addr_is_valid() says so.
 */
#ifndef CW_MAIL_ADDR_H
#define CW_MAIL_ADDR_H

#include "base/arena.h"
#include "mail/msg.h"

#include <stdbool.h>

#define ADDR_MAX 254 /* bytes of an address, RFC 5321 errata 1690 */

/*
 * Add the mailboxes of one header value (undecoded) to *out, which begins
 * as { 0 } and may already hold some; at most 1,000 in all.  Two addresses
 * in one place ("<a@x.org> <b@y.org>") are two mailboxes, never a choice of
 * ours: who may command is judged by the sole From (PROTOCOL SA-6).
 */
void addrs_parse(struct arena *a, const char *value, struct addrs *out);

/* May it stand in an SMTP envelope?  ASCII dot-atoms (dots anywhere in the
 * local part, mailers do that), a host name; no blank, no <>, no control. */
bool addr_is_valid(const char *email);

/* What follows the last @, "" if there is none. */
const char *addr_domain(const char *email);

/* The same mailbox?  Case is ignored on both sides of the @. */
bool addr_equal(const char *a, const char *b);

#endif
