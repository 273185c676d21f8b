/*
 * pack.h - bytes made small (zstd, its quickest level) and whole again.
 *
 * A packer keeps its working memory, because making it anew costs more than
 * packing a mail.  One packer serves one connection.
 */
#ifndef CW_STORE_PACK_H
#define CW_STORE_PACK_H

#include "base/arena.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

#define PACK_MAX_BYTES (UINT32_C(512) * 1024 * 1024)

enum { PACK_PLAIN = 0, PACK_ZSTD = 1 }; /* blob.codec */

struct packer;

struct packer *packer_new(void);
void packer_free(struct packer **p); /* NULL-safe */

/* How the bytes are best kept: *out is `p` itself (PACK_PLAIN) where packing
 * would not help, else memory of the packer, good until the next call. */
int packer_pack(struct packer *k, const void *p, size_t n, const void **out,
    size_t *len);

/* RC_FAIL: damaged.  *out has `size` bytes and a NUL. */
enum rc packer_unpack(struct packer *k, int codec, const void *p, size_t n,
    int64_t size, struct arena *a, char **out, struct err *e);

#endif
