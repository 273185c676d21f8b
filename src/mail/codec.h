/*
 * codec.h - base64, quoted-printable and uuencode, forgiving.
 *
 * Mail is full of unpadded groups, stray characters and list footers behind
 * the data; what can be decoded is.  Linear.
 */
#ifndef CW_MAIL_CODEC_H
#define CW_MAIL_CODEC_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/* Into `out`, which has room for n bytes; returns how many were written. */
size_t codec_base64(const char *s, size_t n, char *out);
size_t codec_qp(const char *s, size_t n, bool is_header, char *out);

/* A whole body part by its Content-Transfer-Encoding (any case; unknown,
 * or base64 that is prose: the bytes as they are, not copied). */
const char *codec_body(struct arena *a, const char *encoding, const char *s,
    size_t n, size_t *len);

/* The same in pieces that need no memory of their size: `take` gets them in
 * order, and may get none. */
typedef void codec_take(void *ctx, const char *p, size_t n);
void codec_pieces(const char *encoding, const char *s, size_t n,
    codec_take *take, void *ctx);

/* A uuencoded file within text. */
struct codec_uu {
	size_t start, end; /* of the block in the text, whole lines */
	const char *name;
	const char *data;
	size_t len;
};

/* The first block at or after `from`; false: there is none. */
bool codec_find_uu(struct arena *a, const char *s, size_t n, size_t from,
    struct codec_uu *out);

#endif
