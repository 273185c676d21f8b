/* authres.c - what a trusted Authentication-Results says about From. */
#include "mail/authres.h"

#include "base/str.h"

#include <string.h>

#define FIELD "Authentication-Results"
#define MAX_FIELD 8192
#define MAX_RESULTS 50
#define MAX_FIELDS 10 /* of one trusted group */

/* --- the parser (RFC 8601 section 2.2, junk tolerated) --- */

struct scanner {
	const char *s;
	size_t n, at;
	struct arena *a;
};

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* White space and nested comments. */
static void
skip_cfws(struct scanner *sc)
{
	size_t depth = 0;

	for (; sc->at < sc->n; sc->at++) {
		char c = sc->s[sc->at];

		if (c == '(')
			depth++;
		else if (c == ')' && depth > 0)
			depth--;
		else if (c == '\\' && depth > 0)
			sc->at++;
		else if (depth == 0 && !is_space(c))
			return;
	}
	sc->at = sc->n;
}

static char *
quoted(struct scanner *sc)
{
	size_t start = ++sc->at;
	char *out, *o;

	while (sc->at < sc->n && sc->s[sc->at] != '"')
		sc->at += sc->s[sc->at] == '\\' && sc->at + 1 < sc->n ? 2 : 1;
	out = o = arena_alloc(sc->a, sc->at - start + 1);
	for (size_t i = start; i < sc->at; i++) {
		if (sc->s[i] == '\\' && i + 1 < sc->at)
			i++;
		*o++ = sc->s[i];
	}
	sc->at += sc->at < sc->n;
	return out;
}

/* A word up to white space, a comment, ';' or one of `stop`; lower case. */
static char *
word(struct scanner *sc, const char *stop)
{
	size_t start = sc->at;

	if (sc->at < sc->n && sc->s[sc->at] == '"')
		return str_lower(sc->a, quoted(sc));
	while (sc->at < sc->n && !is_space(sc->s[sc->at]) &&
	    strchr("(;", sc->s[sc->at]) == NULL &&
	    strchr(stop, sc->s[sc->at]) == NULL)
		sc->at++;
	return str_lower(sc->a,
	    arena_strndup(sc->a, sc->s + start, sc->at - start));
}

struct pair {
	char *key, *value; /* value NULL: a word alone */
};

/* The next "key = value" or lone word of this segment; false at its end. */
static bool
next_pair(struct scanner *sc, struct pair *out)
{
	size_t before;

	skip_cfws(sc);
	before = sc->at;
	if (sc->at >= sc->n || sc->s[sc->at] == ';')
		return false;
	out->key = word(sc, "=");
	out->value = NULL;
	skip_cfws(sc);
	if (sc->at < sc->n && sc->s[sc->at] == '=') {
		sc->at++;
		skip_cfws(sc);
		out->value = word(sc, "");
	}
	sc->at += sc->at == before; /* never stand still */
	return true;
}

/* "dkim/1" is dkim. */
static void
strip_version(char *method)
{
	char *slash = strchr(method, '/');

	if (slash != NULL)
		*slash = '\0';
}

/* One "method = result reason = x ptype.property = y ..." */
static void
take_result(const char *method, const char *result, const char *header_from,
    const char *reason, struct authres *out)
{
	if (strcmp(method, "spf") == 0 && *out->spf == '\0') {
		out->spf = result;
	} else if (strcmp(method, "dkim") == 0) {
		/* Several signatures: one good one is enough to show. */
		if (*out->dkim == '\0' || strcmp(result, "pass") == 0)
			out->dkim = result;
	} else if (strcmp(method, "dmarc") == 0) {
		if (*out->dmarc == '\0') {
			out->dmarc = result;
			out->header_from = header_from;
		} else if (strcmp(out->dmarc, result) != 0 ||
		    strcmp(out->header_from, header_from) != 0) {
			out->dmarc_conflict = true;
		}
	} else if (strcmp(method, "compauth") == 0 && *out->compauth == '\0') {
		out->compauth = result;
		out->compauth_reason = reason;
	}
}

/* "user@example.com" or "example.com" */
static const char *
domain_of(const char *s)
{
	const char *at = strrchr(s, '@');

	return at != NULL ? at + 1 : s;
}

static void
parse_segment(struct scanner *sc, bool is_first, struct authres *out)
{
	const char *method = NULL, *result = "", *from = "", *reason = "";
	struct pair p;

	for (size_t i = 0; next_pair(sc, &p); i++) {
		if (i == 0 && is_first && p.value == NULL)
			out->id = p.key;
		if (p.value == NULL)
			continue; /* the id, a version, a bare domain (SA-3) */
		if (method == NULL) {
			strip_version(p.key);
			method = p.key;
			result = p.value;
		} else if (strcmp(p.key, "header.from") == 0) {
			from = domain_of(p.value);
		} else if (strcmp(p.key, "reason") == 0) {
			reason = p.value;
		}
	}
	if (method != NULL)
		take_result(method, result, from, reason, out);
}

void
authres_parse(const char *value, struct arena *a, struct authres *out)
{
	struct scanner sc = { value, strnlen(value, MAX_FIELD), 0, a };

	*out = (struct authres){ "", "", "", "", "", "", "", false };
	for (size_t i = 0; i < MAX_RESULTS && sc.at < sc.n; i++) {
		parse_segment(&sc, i == 0, out);
		sc.at += sc.at < sc.n; /* the ';' */
	}
}

/* --- which fields are to be believed --- */

/* Is `host` the anchor, or in its domain?  mx1.example.com trusts
 * imap.example.com; a domain of one label is never shared. */
static bool
is_our_host(const char *host, const char *anchor)
{
	const char *parent = strchr(anchor, '.');
	size_t h = strlen(host), p;

	if (str_caseeq(host, anchor))
		return true;
	p = strlen(anchor);
	if (h > p && host[h - p - 1] == '.' && str_caseeq(host + h - p, anchor))
		return true;
	if (parent == NULL || strchr(parent + 1, '.') == NULL)
		return false;
	p = strlen(parent);
	return str_caseeq(host, parent + 1) ||
	    (h > p && str_caseeq(host + h - p, parent));
}

/* The word behind " by " in a Received field outside comments, or "". */
static const char *
received_by(const char *value, struct arena *a)
{
	struct scanner sc = { value, strnlen(value, MAX_FIELD), 0, a };

	for (;;) {
		bool is_by;

		skip_cfws(&sc);
		if (sc.at >= sc.n || sc.s[sc.at] == ';')
			return "";
		is_by = strcmp(word(&sc, ""), "by") == 0;
		skip_cfws(&sc);
		if (is_by)
			return word(&sc, "");
	}
}

/* Lines without "from" are hand-overs inside one host (Gmail writes them). */
static bool
is_our_received(const char *value, const char *anchor, struct arena *a)
{
	return !str_has_caseprefix(value, "from") ||
	    is_our_host(received_by(value, a), anchor);
}

/*
 * SA-2: from the top down to the first foreign Received, the first fields
 * with our id; once one was seen, the next Received ends the group, since
 * everything below may come from outside.
 */
static size_t
trusted_by_id(const struct headers *h, const char *anchor, struct arena *a,
    struct authres *v)
{
	size_t n = 0;

	for (size_t i = 0; i < h->n && n < MAX_FIELDS; i++) {
		const struct header *f = &h->v[i];

		if (str_caseeq(f->name, "Received")) {
			if (n > 0 || !is_our_received(f->value, anchor, a))
				break;
		} else if (str_caseeq(f->name, FIELD)) {
			authres_parse(f->value, a, &v[n]);
			n += str_caseeq(v[n].id, anchor);
		}
	}
	return n;
}

/* SA-3: Exchange Online. */
static size_t
trusted_topmost(const struct headers *h, struct arena *a, struct authres *v)
{
	const char *value = header_get(h, FIELD);

	if (value == NULL)
		return 0;
	authres_parse(value, a, &v[0]);
	return *v[0].id == '\0' ? 1 : 0;
}

/* --- the verdict --- */

static void
settle(struct auth *out, enum auth_verdict verdict, const char *why)
{
	out->dmarc = verdict;
	out->why = why;
}

/* SA-7: 130 is an ARC override of a DMARC failure. */
static bool
compauth_objects(const struct authres *r)
{
	return strcmp(r->compauth, "fail") == 0 ||
	    strcmp(r->compauth_reason, "130") == 0;
}

/* SA-5 for one field. */
static void
judge(const struct authres *r, const struct addrs *from, struct auth *out)
{
	if (r->dmarc_conflict)
		settle(out, AUTH_FAIL, "two DMARC results differ");
	else if (strcmp(r->dmarc, "fail") == 0)
		settle(out, AUTH_FAIL, "DMARC failed");
	else if (strcmp(r->dmarc, "pass") != 0)
		settle(out, AUTH_NONE, "DMARC result is not pass");
	else if (from->n != 1)
		settle(out, AUTH_NONE,
		    "DMARC passed, but From is not one mailbox (SA-5)");
	else if (*r->header_from == '\0')
		settle(out, AUTH_NONE,
		    "DMARC passed, but names no header.from (SA-5)");
	else if (!str_caseeq(r->header_from, domain_of(from->v[0].email)))
		settle(out, AUTH_FAIL,
		    "DMARC passed for another domain than From's (SA-5)");
	else if (compauth_objects(r))
		settle(out, AUTH_FAIL,
		    "composite authentication failed (SA-7)");
	else
		settle(out, AUTH_PASS, "DMARC passed for From's domain");
}

static const char *
first_of(const char *a, const char *b)
{
	return *a != '\0' ? a : b;
}

static void
judge_all(const struct authres *v, size_t n, const struct addrs *from,
    struct auth *out)
{
	bool decided = false;

	settle(out, AUTH_NONE, "the trusted results name no DMARC");
	out->authserv_id = v[0].id;
	for (size_t i = 0; i < n; i++) {
		out->spf = first_of(out->spf, v[i].spf);
		out->dkim = first_of(out->dkim, v[i].dkim);
		out->dmarc_text = first_of(out->dmarc_text, v[i].dmarc);
		if (*v[i].dmarc != '\0' && (!decided || out->dmarc == AUTH_PASS)) {
			judge(&v[i], from, out); /* the worst stays */
			decided = true;
		}
	}
}

/* SA-8: exactly one field with exactly this value. */
static bool
is_internal(const struct headers *h, const struct addrs *from)
{
	static const char name[] = "X-MS-Exchange-Organization-AuthAs";
	const char *value = header_get(h, name);

	return value != NULL && strcmp(value, "Internal") == 0 &&
	    header_get_nth(h, name, 1) == NULL && from->n == 1;
}

void
authres_check(const struct headers *h, const struct addrs *from,
    const struct msg_own *own, struct arena *a, struct auth *out)
{
	struct authres v[MAX_FIELDS + 1];
	const char *anchor = own->trust_authserv_id;
	size_t n = 0;

	*out = (struct auth){ AUTH_NONE, "", "", "", "", "" };
	if (str_is_empty(anchor))
		settle(out, AUTH_NONE, "no trust anchor is configured (SA-1)");
	else if ((n = str_caseeq(anchor, AUTHRES_TOPMOST) ?
	             trusted_topmost(h, a, v) :
	             trusted_by_id(h, anchor, a, v)) == 0)
		settle(out, AUTH_NONE,
		    "no Authentication-Results of the trusted server (SA-2)");
	else
		judge_all(v, n, from, out);
	if (own->trust_authas_internal && out->dmarc == AUTH_NONE &&
	    is_internal(h, from))
		settle(out, AUTH_PASS, "AuthAs Internal (SA-8)");
}
