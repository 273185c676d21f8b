/* oauth2_jwt.c - a service account's assertion (RFC 7515, 7523). */
#include "net/oauth2.h"

#include "base/hash.h"
#include "base/str.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define LIFE CW_HOUR /* the longest that Google takes */

/* RFC 4648 5, no padding. */
static char *
base64url(const void *p, size_t n, struct arena *a)
{
	char *s = hash_base64(a, p, n), *c;

	for (c = s; *c != '\0' && *c != '='; c++)
		*c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
	*c = '\0';
	return s;
}

static char *
json_part(json_t *j, struct arena *a)
{
	char *text = json_dumps(j, JSON_COMPACT), *out;

	if (text == NULL)
		die("out of memory");
	out = base64url(text, strlen(text), a);
	free(text);
	json_decref(j);
	return out;
}

static enum rc
sign(const char *pem, const char *text, struct arena *a, char **out,
    struct err *e)
{
	gnutls_datum_t key = { (unsigned char *)(uintptr_t)pem,
		(unsigned)strlen(pem) };
	gnutls_datum_t data = { (unsigned char *)(uintptr_t)text,
		(unsigned)strlen(text) };
	gnutls_datum_t sig = { NULL, 0 };
	gnutls_privkey_t k = NULL;
	int r;

	if ((r = gnutls_privkey_init(&k)) == 0 &&
	    (r = gnutls_privkey_import_x509_raw(k, &key, GNUTLS_X509_FMT_PEM,
	    NULL, 0)) == 0)
		r = gnutls_privkey_get_pk_algorithm(k, NULL) == GNUTLS_PK_RSA ?
		    gnutls_privkey_sign_data(k, GNUTLS_DIG_SHA256, 0, &data,
		    &sig) : GNUTLS_E_UNSUPPORTED_SIGNATURE_ALGORITHM;
	if (r == 0)
		*out = base64url(sig.data, sig.size, a);
	gnutls_free(sig.data);
	gnutls_privkey_deinit(k);
	return r == 0 ? RC_OK : err_set(e, RC_BAD,
	    "the private key cannot sign: %s", gnutls_strerror(r));
}

enum rc
oauth2_jwt(const char *key_json, size_t len, const char *subject,
    const char *scope, const char *audience, cw_time now, struct arena *a,
    char **out, struct err *e)
{
	json_t *j = json_loadb(key_json, len, 0, NULL), *head, *claims;
	const char *mail = json_string_value(json_object_get(j,
	    "client_email"));
	const char *pem = json_string_value(json_object_get(j, "private_key"));
	const char *id = json_string_value(json_object_get(j,
	    "private_key_id"));
	char *text, *signature = NULL;
	enum rc rc;

	if (mail == NULL || pem == NULL) {
		rc = err_set(e, RC_BAD, "not the JSON key of a service"
		    " account: it has no client_email or private_key");
		goto out;
	}
	head = json_pack("{s:s,s:s,s:s*}", "alg", "RS256", "typ", "JWT",
	    "kid", id);
	claims = json_pack("{s:s,s:s*,s:s*,s:s,s:I,s:I}", "iss", mail,
	    "sub", str_is_empty(subject) ? NULL : subject,
	    "scope", str_is_empty(scope) ? NULL : scope, "aud", audience,
	    "iat", (json_int_t)now, "exp", (json_int_t)(now + LIFE));
	if (head == NULL || claims == NULL) {
		json_decref(head);
		json_decref(claims);
		rc = err_set(e, RC_BAD, "the key file holds no valid text");
		goto out;
	}
	text = arena_printf(a, "%s.%s", json_part(head, a),
	    json_part(claims, a));
	if ((rc = sign(pem, text, a, &signature, e)) == RC_OK)
		*out = arena_printf(a, "%s.%s", text, signature);
out:
	if (pem != NULL)
		explicit_bzero((char *)(uintptr_t)pem, strlen(pem));
	json_decref(j);
	return rc;
}
