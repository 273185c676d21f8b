/*
 * embed.h - files that the binary carries inside itself.
 *
 * The Makefile puts config/, templates/, src/store/sql/ and contrib/demo/
 * into one table (contrib/embed.sh), so that `caseward` works without any
 * file beside it.
 * Names are paths in the repository: "src/store/sql/0001_cases.sql".
 */
#ifndef CW_BASE_EMBED_H
#define CW_BASE_EMBED_H

#include <stddef.h>

struct embedded {
	const char *name;
	const char *data; /* `len` bytes and a NUL */
	size_t len;
};

/* Sorted by name; the last one has name NULL. */
extern const struct embedded embedded_files[];

/* NULL: there is no such file. */
const struct embedded *embed_find(const char *name);

/* The first file after `prev` (NULL: from the start) whose name begins with
 * `prefix`, or NULL: for (e = NULL; (e = embed_next(p, e)) != NULL;) */
const struct embedded *embed_next(const char *prefix,
    const struct embedded *prev);

#endif
