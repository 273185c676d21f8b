/*
 * mime.h - the body of a mail (GMime).  Runs in the reader child.
 *
 * GMime finds the parts; what is in them is decoded by our own forgiving
 * decoders, because it stops at NULs and drops unpadded base64 (ENGINEERING
 * 3).  Bounds: depth 20, 500 parts (PROTOCOL IM-15), 1 MiB of text; what is
 * beyond is left out and `problem` says so.
 */
#ifndef CW_MAIL_MIME_H
#define CW_MAIL_MIME_H

#include "base/arena.h"
#include "base/err.h"
#include "mail/msg.h"

#include <stddef.h>

/* Fills all of *out, reply_text too.  Never fails: what cannot be read is
 * named in out->problem. */
void mime_read(const char *raw, size_t len, struct arena *a,
    struct body *out);

/* The same for a mail that is not needed any more: its bytes are worked on
 * in place, so that a large one is not held twice. */
void mime_read_here(char *raw, size_t len, struct arena *a, struct body *out);

/* The decoded bytes of the attachment with that index.  RC_NONE: there is
 * no such attachment. */
enum rc mime_attachment(const char *raw, size_t len, size_t index,
    struct arena *a, const char **bytes, size_t *n, struct err *e);

#endif
