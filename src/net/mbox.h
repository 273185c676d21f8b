/*
 * mbox.h - the mails of an mbox file, for `ingest`.
 */
#ifndef CW_NET_MBOX_H
#define CW_NET_MBOX_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

bool mbox_is(const char *buf, size_t len); /* begins with a "From " line */

/*
 * The next mail at *pos, copied into `a` without its "From " line and the
 * empty line before the next one; ">From " is unquoted (mboxrd).  False at
 * the end.  Start with *pos = 0.
 */
bool mbox_next(const char *buf, size_t len, size_t *pos, struct arena *a,
    const char **mail, size_t *n);

#endif
