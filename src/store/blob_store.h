/*
 * blob_store.h - raw bytes: the one place where they are written and read,
 * compressed (zstd) now, encrypted later.
 */
#ifndef CW_STORE_BLOB_STORE_H
#define CW_STORE_BLOB_STORE_H

#include "store/db.h"

enum rc blob_store_put(struct db *db, const void *p, size_t n, int64_t *id,
    struct err *e);
/* RC_NONE: no such blob; RC_FAIL: damaged. */
enum rc blob_store_get(struct db *db, int64_t id, struct arena *a,
    char **out, size_t *n, struct err *e);

#endif
