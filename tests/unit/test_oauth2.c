/*
 * test_oauth2.c - OAuth2 without a network: the form, what answers mean, the
 * alphabet of tokens, how long they live, a service account's signature
 * (M1, M2, OA-1, OA-5, OA-9, OA-10, L17).
 */
#include "mailtest.h"

#include "base/str.h"
#include "mail/codec.h"
#include "net/oauth2.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>

static struct arena *a;

static int
set_up(void **state)
{
	(void)state;
	a = arena_new();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(&a);
	return 0;
}

/* Nothing in a value can end it or begin another field (OA-5, OA-10). */
static void
test_form(void **state)
{
	static const struct {
		const char *name;
		struct oauth2_request r;
		const char *want;
	} tests[] = {
		{ "an app's own secret", { .grant = OAUTH2_CLIENT_CREDENTIALS,
		    .client_id = "id", .client_secret = "s",
		    .scope = "https://outlook.office365.com/.default" },
		    "grant_type=client_credentials&client_id=id"
		    "&client_secret=s&scope=https%3A%2F%2Foutlook.office365.com"
		    "%2F.default" },
		{ "every odd character is escaped", { .grant =
		    OAUTH2_CLIENT_CREDENTIALS, .client_id = "i&d=x",
		    .client_secret = "a+b %\r\n\xc3\xa9~" },
		    "grant_type=client_credentials&client_id=i%26d%3Dx"
		    "&client_secret=a%2Bb%20%25%0D%0A%C3%A9~" },
		{ "a public client has no secret", { .grant =
		    OAUTH2_REFRESH_TOKEN, .client_id = "id",
		    .client_secret = "", .refresh_token = "r/1" },
		    "grant_type=refresh_token&client_id=id"
		    "&refresh_token=r%2F1" },
		{ "a service account", { .grant = OAUTH2_JWT_BEARER,
		    .client_id = "", .assertion = "a.b.c" },
		    "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3A"
		    "jwt-bearer&assertion=a.b.c" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		assert_string_equal(oauth2_form(&tests[i].r, a), tests[i].want);
}

static void
test_judge(void **state)
{
	static const struct oauth2_request r = { .grant = OAUTH2_REFRESH_TOKEN,
		.client_secret = "hush", .refresh_token = "old" };
	static const struct {
		const char *name;
		long http;
		const char *body;
		enum oauth2_verdict want;
		const char *access, *refresh;
		int64_t life;
		const char *words;
	} tests[] = {
		{ "a token", 200, "{\"access_token\":\"t\",\"token_type\":"
		    "\"Bearer\",\"expires_in\":3599}", OAUTH2_OK, "t", NULL,
		    3599, "" },
		{ "a number in quotes", 200, "{\"access_token\":\"t\","
		    "\"token_type\":\"bearer\",\"expires_in\":\"60\","
		    "\"refresh_token\":\"new\"}", OAUTH2_OK, "t", "new", 60,
		    "" },
		{ "no number", 200, "{\"access_token\":\"t\"}", OAUTH2_OK, "t",
		    NULL, 300, "" },
		{ "a number that is none", 200, "{\"access_token\":\"t\","
		    "\"expires_in\":\"soon\"}", OAUTH2_OK, "t", NULL, 300,
		    "" },
		{ "a number below nothing", 200, "{\"access_token\":\"t\","
		    "\"expires_in\":-5}", OAUTH2_OK, "t", NULL, 300, "" },
		{ "an error with status 200", 200, "{\"error\":"
		    "\"invalid_client\"}", OAUTH2_CONFIG, NULL, NULL, 0,
		    "invalid_client" },
		{ "a dead grant", 400, "{\"error\":\"invalid_grant\"}",
		    OAUTH2_REAUTH, NULL, NULL, 0, "invalid_grant" },
		{ "an error for now", 400, "{\"error\":"
		    "\"temporarily_unavailable\"}", OAUTH2_RETRY, NULL, NULL,
		    0, "temporarily_unavailable" },
		{ "too many requests", 429, "{}", OAUTH2_RETRY, NULL, NULL, 0,
		    "429" },
		{ "a gateway", 502, "<html>", OAUTH2_RETRY, NULL, NULL, 0,
		    "no JSON" },
		{ "a wrong address", 404, "not found", OAUTH2_CONFIG, NULL,
		    NULL, 0, "no JSON" },
		{ "a redirect", 307, "{}", OAUTH2_CONFIG, NULL, NULL, 0,
		    "redirect" },
		{ "nothing", 200, "", OAUTH2_RETRY, NULL, NULL, 0,
		    "no JSON" },
		{ "a list", 200, "[]", OAUTH2_RETRY, NULL, NULL, 0,
		    "no JSON" },
		{ "the same key twice", 200, "{\"access_token\":\"a\","
		    "\"access_token\":\"b\"}", OAUTH2_RETRY, NULL, NULL, 0,
		    "no JSON" },
		{ "a line break in the token", 200, "{\"access_token\":"
		    "\"a\\r\\nb\"}", OAUTH2_CONFIG, NULL, NULL, 0,
		    "characters" },
		{ "a line break in the refresh token", 200, "{\"access_token\":"
		    "\"a\",\"refresh_token\":\"b\\n\"}", OAUTH2_CONFIG, NULL,
		    NULL, 0, "characters" },
		{ "words that repeat our secret", 400, "{\"error\":\"x\","
		    "\"error_description\":\"secret hush is wrong\"}",
		    OAUTH2_CONFIG, NULL, NULL, 0, "repeat a secret" },
		{ "words on two lines", 400, "{\"error\":\"x\","
		    "\"error_description\":\"one\\r\\ntwo\"}", OAUTH2_CONFIG,
		    NULL, NULL, 0, "two" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct oauth2_answer got;
		struct err e = { "" };
		enum rc rc = oauth2_judge(&r, tests[i].http, tests[i].body,
		    strlen(tests[i].body), a, &got, &e);

		if (got.verdict != tests[i].want ||
		    (rc == RC_OK) != (got.verdict == OAUTH2_OK) ||
		    (rc == RC_RETRY) != (got.verdict == OAUTH2_RETRY))
			fail_msg("%s: %s, %s", tests[i].name, rc_name(rc),
			    e.text);
		assert_true(str_eq(got.access, tests[i].access));
		assert_true(str_eq(got.refresh, tests[i].refresh));
		assert_int_equal(got.life_s, tests[i].life);
		assert_non_null(strstr(e.text, tests[i].words));
		assert_null(strpbrk(e.text, "\r\n"));
		assert_null(strstr(e.text, "hush"));
	}
}

/* What would break out of the SASL string is no token (OA-1). */
static void
test_alphabet(void **state)
{
	char large[17000];

	(void)state;
	assert_true(oauth2_is_token("EwBwA8l6BAAU.abc-_~+/123=="));
	assert_false(oauth2_is_token(""));
	assert_false(oauth2_is_token("a b"));
	assert_false(oauth2_is_token("a\001auth=Bearer b"));
	assert_false(oauth2_is_token("a\r\nA1 LOGOUT"));
	assert_false(oauth2_is_token("t\xc3\xb6ken"));
	memset(large, 'x', sizeof(large));
	large[sizeof(large) - 1] = '\0';
	assert_false(oauth2_is_token(large));
	large[2500] = '\0'; /* as long as Microsoft's */
	assert_true(oauth2_is_token(large));
}

/* 80 % of the life, and never in the last two minutes (OA-9). */
static void
test_times(void **state)
{
	static const struct {
		int64_t life, renew, expires;
	} tests[] = {
		{ 3600, 2880, 3480 }, { 5400, 4320, 5280 }, { 300, 180, 180 },
		{ 240, 120, 120 }, { 60, 30, 30 }, { 1, 0, 0 },
		{ 315360000, 69120, 86280 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		cw_time renew, expires;

		oauth2_times(1000, tests[i].life, &renew, &expires);
		assert_int_equal(renew, 1000 + tests[i].renew);
		assert_int_equal(expires, 1000 + tests[i].expires);
	}
}

static void
test_url(void **state)
{
	static const struct {
		const char *url;
		bool ok;
	} tests[] = {
		{ "https://login.microsoftonline.com/t/oauth2/v2.0/token", true },
		{ "http://127.0.0.1:8080/token", true },
		{ "http://[::1]/token", true },
		{ "http://login.example.com/token", false },
		{ "http://127.0.0.1@evil.example/token", false },
		{ "https://user:pw@login.example.com/", false },
		{ "ftp://login.example.com/", false },
		{ "file:///etc/passwd", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		if (oauth2_is_url(tests[i].url) != tests[i].ok)
			fail_msg("%s", tests[i].url);
}

/* The well-known refusals have advice of their own (OA-5 to OA-11). */
static void
test_advice(void **state)
{
	static const struct {
		const char *text, *want;
	} tests[] = {
		{ "invalid_client: AADSTS7000222: expired", "has expired" },
		{ "invalid_client: AADSTS7000215: Invalid", "Value" },
		{ "invalid_grant: Token has been revoked", "sign in again" },
		{ "unauthorized_client", "Domain-wide" },
		{ "AADSTS65001: not consented", "Grant admin consent" },
		{ "535 5.7.139 Authentication unsuccessful, SmtpClient"
		    "Authentication is disabled", "SmtpClientAuthentication" },
		{ "535 5.7.3 Authentication unsuccessful", "SMTP.SendAsApp" },
		{ "NO AUTHENTICATE failed.", "IMAP.AccessAsApp" },
		{ "BAD User is authenticated but not connected.",
		    "Add-MailboxPermission" },
		{ "550 5.7.30 Basic authentication is not supported",
		    "use oauth2" },
		{ "{\"status\":\"400\",\"schemes\":\"Bearer\"}", "scope" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		const char *got = oauth2_advice(tests[i].text);

		if (got == NULL || strstr(got, tests[i].want) == NULL)
			fail_msg("%s: %s", tests[i].text, got);
	}
	assert_null(oauth2_advice("the server fell silent"));
}

/* ---- a service account ------------------------------------------------- */

static gnutls_x509_privkey_t
make_key(char **pem, gnutls_pk_algorithm_t kind, unsigned bits)
{
	gnutls_x509_privkey_t k;
	gnutls_datum_t out;
	struct str b = { 0 };

	assert_int_equal(gnutls_x509_privkey_init(&k), 0);
	assert_int_equal(gnutls_x509_privkey_generate(k, kind, bits, 0), 0);
	assert_int_equal(gnutls_x509_privkey_export2_pkcs8(k,
	    GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &out), 0);
	for (unsigned i = 0; i < out.size; i++) /* as JSON has it */
		str_printf(&b, out.data[i] == '\n' ? "\\n" : "%c",
		    out.data[i]);
	*pem = str_dup(&b, a);
	str_fini(&b);
	gnutls_free(out.data);
	return k;
}

/* A part of a JWT back to bytes. */
static gnutls_datum_t
part(const char *s, size_t n)
{
	char *plain = arena_strndup(a, s, n), *out = arena_alloc(a, n + 1);
	size_t len;

	for (char *c = plain; *c != '\0'; c++) {
		assert_null(strchr("+/=", *c));
		*c = *c == '-' ? '+' : *c == '_' ? '/' : *c;
	}
	len = codec_base64(plain, n, out);
	return (gnutls_datum_t){ (unsigned char *)out, (unsigned)len };
}

static void
verify(gnutls_x509_privkey_t k, const char *signed_text, size_t n,
    gnutls_datum_t sig)
{
	gnutls_datum_t data = { (unsigned char *)arena_strndup(a, signed_text,
	    n), (unsigned)n };
	gnutls_privkey_t abstract;
	gnutls_pubkey_t pub;

	assert_int_equal(gnutls_privkey_init(&abstract), 0);
	assert_int_equal(gnutls_privkey_import_x509(abstract, k, 0), 0);
	assert_int_equal(gnutls_pubkey_init(&pub), 0);
	assert_int_equal(gnutls_pubkey_import_privkey(pub, abstract, 0, 0), 0);
	assert_true(gnutls_pubkey_verify_data2(pub, GNUTLS_SIGN_RSA_SHA256, 0,
	    &data, &sig) >= 0);
	data.data[0] ^= 1;
	assert_true(gnutls_pubkey_verify_data2(pub, GNUTLS_SIGN_RSA_SHA256, 0,
	    &data, &sig) < 0);
	gnutls_pubkey_deinit(pub);
	gnutls_privkey_deinit(abstract);
}

static void
test_jwt(void **state)
{
	char *pem, *key, *jwt, *dot, *last;
	gnutls_x509_privkey_t k = make_key(&pem, GNUTLS_PK_RSA, 2048);
	gnutls_datum_t head, claims;
	struct err e;

	(void)state;
	key = arena_printf(a, "{\"type\":\"service_account\",\"client_email\":"
	    "\"cw@p.example\",\"private_key_id\":\"k1\",\"private_key\":"
	    "\"%s\"}", pem);
	assert_int_equal(oauth2_jwt(key, strlen(key), "er@corp.example",
	    "https://mail.google.com/", "https://t.example/token", 1000, a,
	    &jwt, &e), RC_OK);
	dot = strchr(jwt, '.');
	last = strrchr(jwt, '.');
	head = part(jwt, (size_t)(dot - jwt));
	claims = part(dot + 1, (size_t)(last - dot - 1));
	assert_string_equal((char *)head.data,
	    "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"k1\"}");
	assert_string_equal((char *)claims.data, "{\"iss\":\"cw@p.example\","
	    "\"sub\":\"er@corp.example\",\"scope\":"
	    "\"https://mail.google.com/\",\"aud\":\"https://t.example/token\","
	    "\"iat\":1000,\"exp\":4600}");
	verify(k, jwt, (size_t)(last - jwt), part(last + 1, strlen(last + 1)));
	gnutls_x509_privkey_deinit(k);
}

static void
test_bad_keys(void **state)
{
	char *pem, *jwt = NULL;
	gnutls_x509_privkey_t k = make_key(&pem, GNUTLS_PK_ECDSA,
	    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1));
	const char *bad[] = { "", "{}", "not JSON", "{\"client_email\":\"x\"}",
		"{\"client_email\":\"x\",\"private_key\":\"no PEM\"}",
		arena_printf(a, "{\"client_email\":\"x\",\"private_key\":"
		    "\"%s\"}", pem) };
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(oauth2_jwt(bad[i], strlen(bad[i]), "s", "s",
		    "a", 0, a, &jwt, &e), RC_BAD);
	assert_null(strstr(e.text, "BEGIN"));
	gnutls_x509_privkey_deinit(k);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_form), T(test_judge), T(test_alphabet), T(test_times),
		T(test_url), T(test_advice), T(test_jwt), T(test_bad_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
