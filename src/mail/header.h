/*
 * header.h - our own linear scanner for the header block of a mail.
 *
 * It needs no child process and no library: it must survive any bytes, and
 * route what the MIME reader cannot read.  Bounds: 256 KiB of header, 4,096
 * fields, 64 KiB a field; what is beyond is ignored and `is_cut` is set
 * (PROTOCOL IM-15).  An mbox "From " line in front is skipped.
 */
#ifndef CW_MAIL_HEADER_H
#define CW_MAIL_HEADER_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

struct header {
	const char *name;  /* as written */
	const char *value; /* unfolded, trimmed, undecoded; cleaned UTF-8 or,
	                      where bytes are not UTF-8, read as windows-1252 */
};

struct headers {
	struct header *v;
	size_t n;
	size_t body_at; /* offset in the raw mail where the body begins */
	bool is_cut;
};

void header_scan(const char *raw, size_t len, struct arena *a,
    struct headers *out);

/* First field of that name (ASCII caseless), or NULL. */
const char *header_get(const struct headers *h, const char *name);
/* The i-th field of that name, or NULL: for fields that repeat. */
const char *header_get_nth(const struct headers *h, const char *name, size_t i);

/* A raw value as header_scan() gives it: a fold becomes one blank. */
char *header_unfold(struct arena *a, const char *s, size_t n);

/* Take out the marks that turn the direction of text: "exe.pdf" shall not
 * read as something else. */
void header_drop_marks(char *s);

/*
 * Decode RFC 2047 encoded words, also where a lax mailer split a character
 * over two words or put a word inside quotes.  Always valid UTF-8 without
 * controls and marks of direction.
 */
char *header_decode(struct arena *a, const char *value);

#endif
