/*
 * hash.h - digests, keyed digests and their spellings (nettle, libsodium).
 */
#ifndef CW_BASE_HASH_H
#define CW_BASE_HASH_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHA256_LEN 32
#define HMAC_KEY_LEN 32

void hash_sha256(const void *p, size_t n, uint8_t out[SHA256_LEN]);

/* The same of what comes in pieces. */
struct hash_pieces;
struct hash_pieces *hash_pieces_new(struct arena *a);
void hash_pieces_add(struct hash_pieces *h, const void *p, size_t n);
void hash_pieces_end(struct hash_pieces *h, uint8_t out[SHA256_LEN]);

void hash_hmac(const uint8_t key[HMAC_KEY_LEN], const void *p, size_t n,
    uint8_t out[SHA256_LEN]); /* HMAC-SHA-256, RFC 2104 */
bool hash_equal(const void *a, const void *b, size_t n); /* constant time */
void hash_random(void *out, size_t n);

char *hash_hex(struct arena *a, const void *p, size_t n); /* lower case */
bool hash_from_hex(const char *s, void *out, size_t n); /* exactly n bytes */
/* RFC 4648 base 32, lower case, no padding: 26 characters for 16 bytes. */
char *hash_base32(struct arena *a, const void *p, size_t n);
char *hash_base64(struct arena *a, const void *p, size_t n); /* padded */

#endif
