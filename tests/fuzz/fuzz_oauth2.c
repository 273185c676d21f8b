/*
 * fuzz_oauth2.c - any bytes as the answer of a token endpoint, and as a key
 * file: a token that cannot break out of the SASL line, or a reason without
 * a secret (M1, OA-9).
 */
#include "fuzz.h"

#include "net/oauth2.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const long codes[] = { 200, 400, 401, 403, 429, 500, 503, 302 };
	const struct oauth2_request r = {
		.token_url = "https://login.example/token", .client_id = "id",
		.client_secret = "s3cret-of-ours", .refresh_token = "r3fresh" };
	struct arena *a = arena_new();
	struct oauth2_answer out;
	struct err e = { "" };
	enum rc rc;
	char *jwt;

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		rc = oauth2_judge(&r, codes[i], (const char *)data, size, a,
		    &out, &e);
		fuzz_must((rc == RC_OK) == (out.access != NULL));
		fuzz_must(rc != RC_OK || (oauth2_is_token(out.access) &&
		    codes[i] == 200 && out.life_s >= 0));
		fuzz_must(rc == RC_OK || (e.text[0] != '\0' &&
		    strstr(e.text, "s3cret-of-ours") == NULL));
		fuzz_must(strpbrk(e.text, "\r\n") == NULL);
		oauth2_answer_wipe(&out);
	}
	(void)oauth2_jwt((const char *)data, size, "ann@x.example", "s",
	    "https://login.example", 1794819600, a, &jwt, &e);
	(void)oauth2_advice(utf8_clean(a, (const char *)data, size));
	arena_free(&a);
	return 0;
}
