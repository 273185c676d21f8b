/*
 * problems.h - everything that is wrong with a text, found in one go.
 *
 * Settings, included files, directories and templates are read to the end;
 * each mistake becomes one problem with file, line, key and a sentence that
 * says what to do.  A person then mends them all at once.
 */
#ifndef CW_CORE_PROBLEMS_H
#define CW_CORE_PROBLEMS_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

#define PROBLEMS_MAX 200 /* more are counted by the last one */

/* One thing that is wrong. */
struct problem {
	const char *file;
	int line;         /* from 1; 0: the file as a whole */
	const char *key;  /* "ladder.steps[lead].after"; "" if none */
	const char *text; /* what is wrong and what to do */
};

struct problems {
	struct problem *v;
	size_t n, cap;
	struct arena *a; /* set by the owner before the first problem */
};

void problem_add(struct problems *p, const char *file, int line,
    const char *key, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* "file:line: key: text", the parts that are there. */
char *problem_format(struct arena *a, const struct problem *p);

/*
 * The word of `words` (NULL at the end) that a person may have meant by
 * `wrong`: at most 2 edits away, 1 for short words.  NULL: none.
 */
const char *problem_did_you_mean(const char *wrong, const char *const *words);

#endif
