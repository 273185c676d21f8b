/*
 * token.h - what leads a mail back to its case.
 *
 * Three marks, from the weakest to the strongest:
 *   [ER-000123]                         in subjects; public, routes only
 *   er+1d412-3kf9-<mac>@example.com     reply address, keyed
 *   c412.d.o4571.<mac>@example.com      Message-ID, keyed
 * A keyed mark is HMAC-SHA-256 over "v1|purpose|case|audience|outid", cut
 * to 128 bits, spelled in base 32 (PROTOCOL TH-1, TH-9, TH-12, SA-13).
 * MACs are compared in constant time.  Pure; keys come from the caller.
 */
#ifndef CW_MAIL_TOKEN_H
#define CW_MAIL_TOKEN_H

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "mail/msg.h"

#include <stddef.h>
#include <stdint.h>

#define TOKEN_PREFIX "ER"
#define TOKEN_CASE_MAX INT64_C(999999999)          /* 9 digits, TH-9 */
#define TOKEN_OUT_MAX INT64_C(99999999999999999)   /* 11 digits in base 36 */
#define TOKEN_DETAIL_MAX 50                        /* TH-12 */

/* --- in subjects --- */

char *token_format(struct arena *a, int64_t case_no); /* "[ER-000123]" */
char *token_number(struct arena *a, int64_t case_no); /* "ER-000123" */

/*
 * The different case numbers that a decoded subject names, in its order;
 * at most `max` are stored.  More than one: ambiguous (TH-9).  Accepts what
 * mail programs make of a token: other dashes, blanks, full-width brackets,
 * lower case.
 */
size_t token_find_subject(const char *subject, int64_t *cases, size_t max);

/* --- keyed --- */

struct token {
	int64_t case_no; /* 0: belongs to no case (digests) */
	char audience;   /* 'e' employee, 'd' department, 'i' internal */
	int64_t out_id;  /* the outgoing mail */
};

struct token_keys {
	unsigned n; /* v[0] makes, all of them check */
	struct token_key {
		char id; /* [a-z0-9] */
		uint8_t key[HMAC_KEY_LEN];
	} v[2];
};

/* What stands after the +: at most 50 characters of [a-z0-9-]. */
char *token_reply_detail(struct arena *a, const struct token_keys *keys,
    const struct token *t);
/* `address` with the detail in its local part. */
char *token_reply_address(struct arena *a, const struct token_keys *keys,
    const struct token *t, const char *address);

/* RC_OK; RC_NONE: not of our form; RC_BAD: our form, but not our MAC. */
enum rc token_parse_detail(const struct token_keys *keys, const char *detail,
    struct token *out);

/*
 * Look for a reply address of ours ("er+detail@..." for one of `own`) among
 * the recipients.  RC_OK: the first genuine one; RC_BAD: only forged ones;
 * RC_NONE: none at all.
 */
enum rc token_find_recipient(const struct token_keys *keys,
    const struct texts *own, const struct addrs *recipients,
    struct token *out);

/* Without <>; `host` is our domain. */
char *token_message_id(struct arena *a, const struct token_keys *keys,
    const struct token *t, const char *host);
/* Any host: gateways rewrite it and the MAC is proof enough. */
enum rc token_parse_message_id(const struct token_keys *keys, const char *id,
    struct token *out);

#endif
