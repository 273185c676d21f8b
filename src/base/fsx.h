/*
 * fsx.h - files: read whole, write atomically, lock.
 */
#ifndef CW_BASE_FSX_H
#define CW_BASE_FSX_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a failed call means: RC_RETRY if there is no room (or the like) now,
 * RC_FAIL if it will be refused again. */
enum rc fsx_meaning(int error);

/* A whole regular file of at most `max` bytes, NUL added.  RC_NONE: there
 * is no such file; RC_BAD: too large or not a regular file. */
enum rc fsx_read(struct arena *a, const char *path, size_t max, char **out,
    size_t *len, struct err *e);

/* The first bytes of what has no size (/proc): at most `max`; 0 on an error. */
size_t fsx_read_some(const char *path, char *out, size_t max);

/* The name of this start of the machine, "unknown" if it has none. */
#define FSX_BOOT_SIZE 64
void fsx_boot_id(char out[FSX_BOOT_SIZE]);
/* Write through a temporary file, fsync file and directory, rename. */
enum rc fsx_write_atomic(const char *path, const void *data, size_t len,
    unsigned mode, struct err *e);

/* A new file with the bytes of `from`, fsynced with its folder; RC_FAIL if
 * `to` is there already; nothing is left of one that failed. */
enum rc fsx_copy(const char *from, const char *to, unsigned mode,
    struct err *e);
/* What was made, renamed or removed in the folder of `path` is on disk. */
void fsx_sync_folder(const char *path);

/* Like `mkdir -p` with mode 0700 for what it makes. */
enum rc fsx_mkdirs(const char *path, struct err *e);

/* Bytes that are free for us, and all, on the file system of `path`. */
enum rc fsx_room(const char *path, int64_t *room, int64_t *size,
    struct err *e);

/* An exclusive lock that ends with the process; RC_RETRY: somebody else
 * has it.  The file stays.  *fd is to be closed to unlock. */
enum rc fsx_lock(const char *path, int *fd, struct err *e);
/* The same, but waits so long for the other to be ready. */
enum rc fsx_lock_wait(const char *path, int64_t ms, int *fd, struct err *e);

#endif
