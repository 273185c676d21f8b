/*
 * arena.h - memory for one unit of work.
 *
 * One arena per mail, per case in a tick, per command.  Results live in the
 * arena that was passed in; nobody frees single strings.  Memory comes
 * zeroed; out of memory aborts.  Small things share blocks, except under
 * AddressSanitizer, which sees each overrun.
 */
#ifndef CW_BASE_ARENA_H
#define CW_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena **a);  /* NULL-safe; sets *a to NULL */
void arena_reset(struct arena *a);  /* free what it holds, keep the arena */
size_t arena_bytes(const struct arena *a); /* what it holds now */

void *arena_alloc(struct arena *a, size_t n);
/* n * size bytes, zeroed; an overflow of the product aborts. */
void *arena_array(struct arena *a, size_t n, size_t size);
/* A copy of `have` items of `size` bytes with room for `want`. */
void *arena_grow(struct arena *a, const void *old, size_t have, size_t want,
    size_t size);
/* Give `old`, which has `was` bytes, n of them, in place if it can be: for
 * what grows to many megabytes.  Only for pieces of 2 kB and more. */
void *arena_resize(struct arena *a, void *old, size_t was, size_t n);
void *arena_memdup(struct arena *a, const void *p, size_t n); /* plus a NUL */
char *arena_strdup(struct arena *a, const char *s); /* NULL gives NULL */
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

/*
 * Append to an array that lives in an arena:
 *	struct addr *v = NULL; size_t n = 0, cap = 0;
 *	*ARENA_PUSH(a, v, n, cap) = x;
 */
#define ARENA_PUSH(a, v, n, cap)                                           \
	((n) == (cap) ? ((v) = arena_grow((a), (v), (n),                   \
	    (cap) = (cap) ? 2 * (cap) : 8, sizeof(*(v)))) : (v), &(v)[(n)++])

#endif
