/*
 * history_hash.h - what binds events together.
 */
#ifndef CW_STORE_HISTORY_HASH_H
#define CW_STORE_HISTORY_HASH_H

#include "base/clock.h"
#include "base/hash.h"

struct event {
	int64_t case_no, seq;
	cw_time at;
	const char *actor, *kind, *text, *public_text;
	uint8_t hash[SHA256_LEN]; /* of this event; before it is known, of the
	                             one before */
};

/* SHA-256 over `prev` (32 zero bytes for the first), then each field behind
 * its length (8 bytes, big-endian); numbers are 8 bytes, big-endian. */
void event_hash(const struct event *ev, const uint8_t prev[SHA256_LEN],
    uint8_t out[SHA256_LEN]);

/* One step of the anchor: SHA-256(hash so far | hash of the next event). */
void anchor_fold(uint8_t hash[SHA256_LEN], const uint8_t next[SHA256_LEN]);
/* The first: SHA-256(hash of the anchor before | day). */
void anchor_begin(uint8_t hash[SHA256_LEN], int64_t day);

#endif
