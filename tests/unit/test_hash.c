/* test_hash.c - digests against published vectors (M3, M4: keyed ids). */
#include "base/hash.h"
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#define N_OF(v) (sizeof(v) / sizeof((v)[0]))

/* FIPS 180-4 */
static void
test_sha256_M3(void **state)
{
	static const struct {
		const char *in, *want;
	} tests[] = {
		{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	};
	struct arena *a = arena_new();
	uint8_t out[SHA256_LEN];

	(void)state;
	for (size_t i = 0; i < N_OF(tests); i++) {
		hash_sha256(tests[i].in, strlen(tests[i].in), out);
		assert_string_equal(hash_hex(a, out, sizeof(out)), tests[i].want);
	}
	arena_free(&a);
}

/* RFC 4231, test case 2: a short key is padded with zeroes. */
static void
test_hmac_M4(void **state)
{
	static const uint8_t key[HMAC_KEY_LEN] = "Jefe";
	static const char text[] = "what do ya want for nothing?";
	struct arena *a = arena_new();
	uint8_t out[SHA256_LEN];

	(void)state;
	hash_hmac(key, text, sizeof(text) - 1, out);
	assert_string_equal(hash_hex(a, out, sizeof(out)),
	    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	assert_true(hash_equal(out, out, sizeof(out)));
	assert_false(hash_equal("ab", "ac", 2));
	arena_free(&a);
}

/* RFC 4648, section 10 */
static void
test_spellings_M4(void **state)
{
	static const struct {
		const char *in, *base32, *base64;
	} tests[] = {
		{ "", "", "" },
		{ "f", "my", "Zg==" },
		{ "fo", "mzxq", "Zm8=" },
		{ "foo", "mzxw6", "Zm9v" },
		{ "foob", "mzxw6yq", "Zm9vYg==" },
		{ "fooba", "mzxw6ytb", "Zm9vYmE=" },
		{ "foobar", "mzxw6ytboi", "Zm9vYmFy" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N_OF(tests); i++) {
		size_t n = strlen(tests[i].in);

		assert_string_equal(hash_base32(a, tests[i].in, n), tests[i].base32);
		assert_string_equal(hash_base64(a, tests[i].in, n), tests[i].base64);
	}
	assert_int_equal(strlen(hash_base32(a, "0123456789abcdef", 16)), 26);
	arena_free(&a);
}

static void
test_from_hex_M4(void **state)
{
	uint8_t out[2] = { 0, 0 }, other[2];

	(void)state;
	assert_true(hash_from_hex("0aFf", out, 2));
	assert_int_equal(out[0], 0x0a);
	assert_int_equal(out[1], 0xff);
	assert_false(hash_from_hex("0af", other, 2));
	assert_false(hash_from_hex("0aff0", other, 2));
	assert_false(hash_from_hex("0agf", other, 2));
	assert_false(hash_from_hex("0a:f", other, 2));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sha256_M3),
		cmocka_unit_test(test_hmac_M4),
		cmocka_unit_test(test_spellings_M4),
		cmocka_unit_test(test_from_hex_M4),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
