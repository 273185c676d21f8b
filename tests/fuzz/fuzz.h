/*
 * fuzz.h - what the fuzz targets share.  A target looks at one input and
 * dies (fuzz_fail) where something that must always hold does not.  Under
 * the plain build replay.c runs it over tests/corpus in `make check`.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define fuzz_must(what) \
	((what) ? (void)0 : die("%s:%d: not so: %s", __FILE__, __LINE__, #what))

/* Valid UTF-8 without controls, but for tab and newline if those may be. */
static inline void
fuzz_clean(const char *s, bool may_break)
{
	for (size_t len = strlen(s), n; len > 0; s += n, len -= n) {
		unsigned char c = (unsigned char)*s;

		n = utf8_len(s, len);
		fuzz_must(n > 0);
		fuzz_must(c != 0x7f && (c >= ' ' ||
		    (may_break && (c == '\n' || c == '\t'))));
	}
}

/* The next line of the input as a text of its own, cleaned if so wanted;
 * "" at the end. */
static inline char *
fuzz_line(struct arena *a, const uint8_t **data, size_t *size, bool clean)
{
	const uint8_t *nl = *size == 0 ? NULL : memchr(*data, '\n', *size);
	size_t n = nl == NULL ? *size : (size_t)(nl - *data);
	char *s = clean ? utf8_clean(a, (const char *)*data, n) :
	    arena_strndup(a, (const char *)*data, n);

	n += nl != NULL;
	*data += n;
	*size -= n;
	return s;
}

#endif
