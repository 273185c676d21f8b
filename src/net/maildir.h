/*
 * maildir.h - small things about Maildirs.  Inside net only.
 */
#ifndef CW_NET_MAILDIR_H
#define CW_NET_MAILDIR_H

#include "base/err.h"

#include <stddef.h>

/* Make `path` with tmp/, new/ and cur/ where they are missing. */
enum rc maildir_make(const char *path, struct err *e);

/* Length of a file name without its ":2,flags". */
size_t maildir_key_len(const char *name);

/* So that names in it survive a power cut; errors are ignored. */
void maildir_sync(const char *path, const char *sub);

#endif
