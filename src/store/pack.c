/* pack.c - bytes made small (zstd, its quickest level) and whole again. */
#include "store/pack.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#define LEVEL 1
#define TOO_SMALL 200          /* not worth a frame */
#define KEEP_ROOM (256 * 1024) /* beyond it memory is given back */

struct packer {
	ZSTD_CCtx *c;
	ZSTD_DCtx *d;
	char *room;
	size_t cap;
};

struct packer *
packer_new(void)
{
	struct packer *k = calloc(1, sizeof(*k));

	if (k == NULL || (k->c = ZSTD_createCCtx()) == NULL ||
	    (k->d = ZSTD_createDCtx()) == NULL)
		die("out of memory");
	return k;
}

void
packer_free(struct packer **p)
{
	if (*p == NULL)
		return;
	(void)ZSTD_freeCCtx((*p)->c);
	(void)ZSTD_freeDCtx((*p)->d);
	free((*p)->room);
	free(*p);
	*p = NULL;
}

static void
make_room(struct packer *k, size_t want)
{
	if (want <= k->cap && (k->cap <= KEEP_ROOM || want > KEEP_ROOM))
		return;
	free(k->room);
	if ((k->room = malloc(want)) == NULL)
		die("out of memory (%zu bytes)", want);
	k->cap = want;
}

int
packer_pack(struct packer *k, const void *p, size_t n, const void **out,
    size_t *len)
{
	size_t got;

	*out = p;
	*len = n;
	if (n < TOO_SMALL || n > PACK_MAX_BYTES)
		return PACK_PLAIN;
	make_room(k, ZSTD_compressBound(n));
	got = ZSTD_compressCCtx(k->c, k->room, k->cap, p, n, LEVEL);
	if (ZSTD_isError(got) || got > n - n / 16)
		return PACK_PLAIN;
	*out = k->room;
	*len = got;
	return PACK_ZSTD;
}

enum rc
packer_unpack(struct packer *k, int codec, const void *p, size_t n,
    int64_t size, struct arena *a, char **out, struct err *e)
{
	size_t got;

	if (size < 0 || (codec == PACK_PLAIN && (size_t)size != n) ||
	    (codec != PACK_PLAIN && size > PACK_MAX_BYTES))
		return err_set(e, RC_FAIL, "stored bytes have a wrong length");
	if (codec == PACK_PLAIN) {
		*out = arena_memdup(a, p, n);
		return RC_OK;
	}
	if (codec != PACK_ZSTD ||
	    ZSTD_getFrameContentSize(p, n) != (unsigned long long)size)
		return err_set(e, RC_FAIL, "stored bytes are damaged");
	*out = arena_alloc(a, (size_t)size + 1);
	got = ZSTD_decompressDCtx(k->d, *out, (size_t)size, p, n);
	if (ZSTD_isError(got) || got != (size_t)size)
		return err_set(e, RC_FAIL, "stored bytes are damaged: %s",
		    ZSTD_isError(got) ? ZSTD_getErrorName(got) : "too short");
	return RC_OK;
}
