/* history_hash.c - what binds events together. */
#include "store/history_hash.h"

#include "base/str.h"

#include <string.h>

static void
put_number(uint8_t *out, uint64_t v)
{
	for (int i = 7; i >= 0; i--, v >>= 8)
		out[i] = (uint8_t)v;
}

static void
add(struct str *b, const void *p, size_t n)
{
	uint8_t len[8];

	put_number(len, n);
	str_addn(b, len, sizeof(len));
	str_addn(b, p, n);
}

static void
add_number(struct str *b, int64_t v)
{
	uint8_t bytes[8];

	put_number(bytes, (uint64_t)v);
	add(b, bytes, sizeof(bytes));
}

void
event_hash(const struct event *ev, const uint8_t prev[SHA256_LEN],
    uint8_t out[SHA256_LEN])
{
	const char *const words[] = {
		ev->actor, ev->kind, ev->text, ev->public_text,
	};
	struct str b = { 0 };

	str_addn(&b, prev, SHA256_LEN);
	add_number(&b, ev->case_no);
	add_number(&b, ev->seq);
	add_number(&b, ev->at);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		add(&b, words[i], strlen(words[i]));
	hash_sha256(b.s, b.len, out);
	str_fini(&b);
}

void
anchor_fold(uint8_t hash[SHA256_LEN], const uint8_t next[SHA256_LEN])
{
	uint8_t both[2 * SHA256_LEN];

	memcpy(both, hash, SHA256_LEN);
	memcpy(both + SHA256_LEN, next, SHA256_LEN);
	hash_sha256(both, sizeof(both), hash);
}

void
anchor_begin(uint8_t hash[SHA256_LEN], int64_t day)
{
	uint8_t both[SHA256_LEN + 8];

	memcpy(both, hash, SHA256_LEN);
	put_number(both + SHA256_LEN, (uint64_t)day);
	hash_sha256(both, sizeof(both), hash);
}
