/* hash.c - digests, keyed digests and their spellings. */
#include "base/hash.h"

#include "base/err.h"

#include <nettle/sha2.h>
#include <sodium.h>
#include <string.h>

void
hash_sha256(const void *p, size_t n, uint8_t out[SHA256_LEN])
{
	struct sha256_ctx c;

	/* nettle and not libsodium: it uses the processor's SHA
	 * instructions, and every mail passes here (28 KB: 27 against
	 * 124 microseconds). */
	sha256_init(&c);
	sha256_update(&c, n, p);
	sha256_digest(&c, SHA256_LEN, out);
}

struct hash_pieces {
	struct sha256_ctx c;
};

struct hash_pieces *
hash_pieces_new(struct arena *a)
{
	struct hash_pieces *h = arena_alloc(a, sizeof(*h));

	sha256_init(&h->c);
	return h;
}

void
hash_pieces_add(struct hash_pieces *h, const void *p, size_t n)
{
	sha256_update(&h->c, n, p);
}

void
hash_pieces_end(struct hash_pieces *h, uint8_t out[SHA256_LEN])
{
	sha256_digest(&h->c, SHA256_LEN, out);
}

void
hash_hmac(const uint8_t key[HMAC_KEY_LEN], const void *p, size_t n,
    uint8_t out[SHA256_LEN])
{
	(void)crypto_auth_hmacsha256(out, p, n, key);
}

bool
hash_equal(const void *a, const void *b, size_t n)
{
	return sodium_memcmp(a, b, n) == 0;
}

void
hash_random(void *out, size_t n)
{
	if (sodium_init() < 0)
		die("no random numbers");
	randombytes_buf(out, n);
}

char *
hash_hex(struct arena *a, const void *p, size_t n)
{
	char *s = arena_alloc(a, 2 * n + 1);

	return sodium_bin2hex(s, 2 * n + 1, p, n);
}

bool
hash_from_hex(const char *s, void *out, size_t n)
{
	size_t got;

	return strlen(s) == 2 * n &&
	    sodium_hex2bin(out, n, s, 2 * n, NULL, &got, NULL) == 0 &&
	    got == n;
}

char *
hash_base32(struct arena *a, const void *p, size_t n)
{
	static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
	const uint8_t *b = p;
	char *s = arena_alloc(a, (n * 8 + 4) / 5 + 1), *o = s;
	unsigned bits = 0, have = 0;

	for (size_t i = 0; i < n; i++) {
		bits = (bits << 8 | b[i]) & 0xfffu;
		for (have += 8; have >= 5; have -= 5)
			*o++ = digits[bits >> (have - 5) & 31];
	}
	if (have > 0)
		*o++ = digits[bits << (5 - have) & 31];
	return s;
}

char *
hash_base64(struct arena *a, const void *p, size_t n)
{
	size_t len = sodium_base64_encoded_len(n, sodium_base64_VARIANT_ORIGINAL);

	return sodium_bin2base64(arena_alloc(a, len), len, p, n,
	    sodium_base64_VARIANT_ORIGINAL);
}
