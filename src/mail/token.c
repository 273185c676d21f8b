/* token.c - what leads a mail back to its case. */
#include "mail/token.h"

#include "base/str.h"
#include "mail/fold.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MAC_BYTES 16
#define MAC_CHARS 26 /* base 32 */
#define MIN_DIGITS 4
#define MAX_DIGITS 9

#define PURPOSE_REPLY "reply"
#define PURPOSE_ID "id"

char *
token_number(struct arena *a, int64_t case_no)
{
	return arena_printf(a, TOKEN_PREFIX "-%06" PRId64, case_no);
}

char *
token_format(struct arena *a, int64_t case_no)
{
	return arena_printf(a, "[" TOKEN_PREFIX "-%06" PRId64 "]", case_no);
}

/* --- in subjects --- */

static size_t
skip_blanks(const char *s, size_t n, size_t i)
{
	size_t len;

	while (i < n && fold_is_blank(fold_char(s + i, n - i, &len)))
		i += len;
	return i;
}

/* Where matching goes on behind the character, 0 if it is another one. */
static size_t
take_bracket(const char *s, size_t n, size_t i, char ascii, uint32_t wide)
{
	uint32_t c;
	size_t len;

	if (i >= n)
		return 0;
	c = fold_char(s + i, n - i, &len);
	return c == (uint32_t)ascii || c == wide ? i + len : 0;
}

static size_t
take_dash(const char *s, size_t n, size_t i)
{
	size_t len;

	return i < n && fold_is_dash(fold_char(s + i, n - i, &len)) ? i + len :
	                                                              0;
}

/*
 * TH-9 at s[i]: [\[［]\h*ER\h*[-‐-―−－]\h*([0-9]{4,9})\h*[\]］], caseless.
 * The case number, 0 if there is none.
 */
static int64_t
token_at(const char *s, size_t n, size_t i)
{
	const size_t prefix = sizeof(TOKEN_PREFIX) - 1;
	int64_t value = 0;
	size_t digits = 0;

	if ((i = take_bracket(s, n, i, '[', 0xff3b)) == 0)
		return 0;
	i = skip_blanks(s, n, i);
	if (n - i < prefix || !str_has_caseprefix(s + i, TOKEN_PREFIX))
		return 0;
	i = skip_blanks(s, n, i + prefix);
	if ((i = take_dash(s, n, i)) == 0)
		return 0;
	for (i = skip_blanks(s, n, i); i < n && s[i] >= '0' && s[i] <= '9' &&
	     digits < MAX_DIGITS; i++, digits++)
		value = value * 10 + (s[i] - '0');
	if (digits < MIN_DIGITS)
		return 0;
	i = skip_blanks(s, n, i);
	return take_bracket(s, n, i, ']', 0xff3d) != 0 ? value : 0;
}

size_t
token_find_subject(const char *subject, int64_t *cases, size_t max)
{
	size_t n = strlen(subject), found = 0, len;

	for (size_t i = 0; i < n && found < max; i += len) {
		int64_t value = token_at(subject, n, i);
		bool known = value == 0;

		(void)fold_char(subject + i, n - i, &len);
		for (size_t k = 0; k < found; k++)
			known = known || cases[k] == value;
		if (!known)
			cases[found++] = value;
	}
	return found;
}

/* --- keyed --- */

static bool
is_audience(char c)
{
	return c == 'e' || c == 'd' || c == 'i';
}

static bool
is_key_id(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static char *
mac(struct arena *a, const struct token_key *key, const char *purpose,
    const struct token *t)
{
	char text[96];
	uint8_t digest[SHA256_LEN];
	int n = snprintf(text, sizeof(text), "v1|%s|%" PRId64 "|%c|%" PRId64,
	    purpose, t->case_no, t->audience, t->out_id);

	assert(n > 0 && (size_t)n < sizeof(text));
	hash_hmac(key->key, text, (size_t)n, digest);
	return hash_base32(a, digest, MAC_BYTES);
}

static bool
mac_is(const struct token_key *key, const char *purpose,
    const struct token *t, const char *got)
{
	struct arena *a = arena_new();
	bool same = hash_equal(mac(a, key, purpose, t), got, MAC_CHARS);

	arena_free(&a);
	return same;
}

static void
check_token(const struct token_keys *keys, const struct token *t)
{
	assert(keys->n >= 1 && keys->n <= 2 && is_key_id(keys->v[0].id));
	assert(t->case_no >= 0 && t->case_no <= TOKEN_CASE_MAX);
	assert(t->out_id >= 0 && t->out_id <= TOKEN_OUT_MAX);
	assert(is_audience(t->audience));
}

static const char *
base36(int64_t v, char buf[16])
{
	char *p = buf + 15;

	*p = '\0';
	do {
		*--p = "0123456789abcdefghijklmnopqrstuvwxyz"[v % 36];
		v /= 36;
	} while (v != 0);
	return p;
}

char *
token_reply_detail(struct arena *a, const struct token_keys *keys,
    const struct token *t)
{
	char buf[16];

	check_token(keys, t);
	return arena_printf(a, "%c%c%" PRId64 "-%s-%s", keys->v[0].id,
	    t->audience, t->case_no, base36(t->out_id, buf),
	    mac(a, &keys->v[0], PURPOSE_REPLY, t));
}

char *
token_reply_address(struct arena *a, const struct token_keys *keys,
    const struct token *t, const char *address)
{
	const char *at = strrchr(address, '@');

	assert(at != NULL);
	return arena_printf(a, "%.*s+%s%s", (int)(at - address), address,
	    token_reply_detail(a, keys, t), at);
}

/* A number of 1 to `max` digits in that base at *s, spelled as we would;
 * moves on. */
static bool
take_number(const char **s, int base, size_t max, int64_t *out)
{
	const char *start = *s;

	*out = 0;
	for (; (size_t)(*s - start) < max; (*s)++) {
		int digit = **s >= '0' && **s <= '9' ? **s - '0' :
		    **s >= 'a' && **s <= 'z' ? **s - 'a' + 10 : base;

		if (digit >= base)
			break;
		*out = *out * base + digit;
	}
	return *s > start && (*start != '0' || *s == start + 1);
}

static bool
take_char(const char **s, char c)
{
	return **s == c && (*s)++ != NULL;
}

static bool
is_mac(const char *s, size_t n)
{
	if (n != MAC_CHARS)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!((s[i] >= 'a' && s[i] <= 'z') ||
		        (s[i] >= '2' && s[i] <= '7')))
			return false;
	return true;
}

enum rc
token_parse_detail(const struct token_keys *keys, const char *detail,
    struct token *out)
{
	char buf[TOKEN_DETAIL_MAX + 1];
	const char *s = buf;
	struct token t = { 0 };
	size_t n = strlen(detail);

	if (n < 2 || n > TOKEN_DETAIL_MAX)
		return RC_NONE;
	for (size_t i = 0; i <= n; i++) /* relays change the case (TH-12) */
		buf[i] = (char)(detail[i] >= 'A' && detail[i] <= 'Z' ?
		    detail[i] + ('a' - 'A') : detail[i]);
	t.audience = buf[1];
	if (!is_key_id(buf[0]) || !is_audience(buf[1]))
		return RC_NONE;
	s += 2;
	if (!take_number(&s, 10, MAX_DIGITS, &t.case_no) ||
	    !take_char(&s, '-') || !take_number(&s, 36, 11, &t.out_id) ||
	    !take_char(&s, '-') || !is_mac(s, strlen(s)))
		return RC_NONE;
	for (unsigned i = 0; i < keys->n; i++)
		if (keys->v[i].id == buf[0] &&
		    mac_is(&keys->v[i], PURPOSE_REPLY, &t, s)) {
			*out = t;
			return RC_OK;
		}
	return RC_BAD;
}

/* The detail of `email` if it is `own` with one, else NULL. */
static char *
detail_of(struct arena *a, const char *email, const char *own)
{
	const char *at = strrchr(email, '@'), *own_at = strrchr(own, '@');
	size_t local;

	if (at == NULL || own_at == NULL || !str_caseeq(at, own_at))
		return NULL;
	local = (size_t)(own_at - own);
	if ((size_t)(at - email) <= local + 1 || email[local] != '+' ||
	    !str_has_caseprefix(email, arena_strndup(a, own, local)))
		return NULL;
	return arena_strndup(a, email + local + 1,
	    (size_t)(at - email) - local - 1);
}

enum rc
token_find_recipient(const struct token_keys *keys, const struct texts *own,
    const struct addrs *recipients, struct token *out)
{
	struct arena *a = arena_new();
	enum rc found = RC_NONE;

	for (size_t i = 0; i < recipients->n && found != RC_OK; i++)
		for (size_t k = 0; k < own->n && found != RC_OK; k++) {
			const char *detail = detail_of(a,
			    recipients->v[i].email, own->v[k]);
			enum rc rc = detail == NULL ? RC_NONE :
			    token_parse_detail(keys, detail, out);

			found = rc != RC_NONE ? rc : found;
		}
	arena_free(&a);
	return found;
}

char *
token_message_id(struct arena *a, const struct token_keys *keys,
    const struct token *t, const char *host)
{
	check_token(keys, t);
	return arena_printf(a, "c%" PRId64 ".%c.o%" PRId64 ".%s@%s", t->case_no,
	    t->audience, t->out_id, mac(a, &keys->v[0], PURPOSE_ID, t), host);
}

enum rc
token_parse_message_id(const struct token_keys *keys, const char *id,
    struct token *out)
{
	const char *s = id, *at = strchr(id, '@');
	struct token t = { 0 };

	if (at == NULL || !take_char(&s, 'c') ||
	    !take_number(&s, 10, MAX_DIGITS, &t.case_no) ||
	    !take_char(&s, '.') || !is_audience(*s))
		return RC_NONE;
	t.audience = *s++;
	if (!take_char(&s, '.') || !take_char(&s, 'o') ||
	    !take_number(&s, 10, 17, &t.out_id) || !take_char(&s, '.') ||
	    s > at || !is_mac(s, (size_t)(at - s)))
		return RC_NONE;
	for (unsigned i = 0; i < keys->n; i++)
		if (mac_is(&keys->v[i], PURPOSE_ID, &t, s)) {
			*out = t;
			return RC_OK;
		}
	return RC_BAD;
}
