/*
 * str.h - growing text, and small questions about text.
 *
 * A `struct str` is always NUL-terminated after the first call; it may hold
 * NUL bytes, `len` counts them.  Out of memory aborts.
 */
#ifndef CW_BASE_STR_H
#define CW_BASE_STR_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
	char *s; /* NULL until something was added: use str_text() */
	size_t len, cap;
};

void str_fini(struct str *b); /* free, and ready for use again */
void str_clear(struct str *b); /* empty, memory kept */
void str_add(struct str *b, const char *s);
void str_addn(struct str *b, const void *p, size_t n);
void str_addc(struct str *b, char c);
void str_printf(struct str *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
const char *str_text(const struct str *b); /* "" when empty, never NULL */
char *str_dup(const struct str *b, struct arena *a); /* copy into an arena */

bool str_eq(const char *a, const char *b); /* NULL equals only NULL */
bool str_caseeq(const char *a, const char *b); /* ASCII case folded */
bool str_has_prefix(const char *s, const char *prefix);
bool str_has_caseprefix(const char *s, const char *prefix);
const char *str_casefind(const char *s, const char *needle); /* or NULL */
bool str_is_empty(const char *s); /* NULL, "" or only ASCII white space */
char *str_lower(struct arena *a, const char *s); /* ASCII */
char *str_trim(struct arena *a, const char *s, size_t n); /* ASCII space */

/* A whole decimal number, no sign, no space, in [min, max]. */
bool str_to_int(const char *s, int64_t min, int64_t max, int64_t *out);

/* Join a relative path to the folder of the file `base`; absolute stays. */
char *str_beside(struct arena *a, const char *base, const char *path);

/* --- UTF-8 --- */
/* Bytes of the valid sequence at s (1-4), 0 if there is none. */
size_t utf8_len(const char *s, size_t n);
/* How many bytes at the head of s are ASCII; eight are looked at a time. */
size_t utf8_ascii(const char *s, size_t n);
/* How many bytes at the head of s are valid: n if all are. */
size_t utf8_valid(const char *s, size_t n);
/* A copy in which each bad byte and each C0/C1 control except tab and
 * newline is U+FFFD; NULs too, so the result is a plain C string. */
char *utf8_clean(struct arena *a, const char *s, size_t n);
/* The longest prefix of at most `n` bytes that ends between characters. */
size_t utf8_cut(const char *s, size_t len, size_t n);

#endif
