/* arena.c - memory for one unit of work. */
#include "base/arena.h"

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Small things share a block.  Under AddressSanitizer each has one of its
 * own, so that every overrun is seen. */
#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define BLOCK 0
#else
#define BLOCK ((size_t)8192)
#endif

struct block {
	struct block *next;
	max_align_t data[];
};

struct arena {
	struct block *blocks;
	char *room; /* what is left of a shared block */
	size_t left;
	size_t bytes;
};

struct arena *
arena_new(void)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (a == NULL)
		die("out of memory");
	return a;
}

void
arena_reset(struct arena *a)
{
	struct block *b, *next;

	for (b = a->blocks; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	*a = (struct arena){ 0 };
}

void
arena_free(struct arena **a)
{
	if (*a == NULL)
		return;
	arena_reset(*a);
	free(*a);
	*a = NULL;
}

size_t
arena_bytes(const struct arena *a)
{
	return a->bytes;
}

static void *
add_block(struct arena *a, size_t n, bool zeroed)
{
	struct block *b = NULL;

	if (n <= SIZE_MAX - sizeof(*b))
		b = zeroed ? calloc(1, sizeof(*b) + n) :
		    malloc(sizeof(*b) + n);
	if (b == NULL)
		die("out of memory (%zu bytes)", n);
	b->next = a->blocks;
	a->blocks = b;
	return b->data;
}

/* Zeroed, or to be filled by the caller at once. */
static void *
add(struct arena *a, size_t n, bool zeroed)
{
	const size_t align = sizeof(max_align_t);
	void *p;

	n += n == 0;
	a->bytes += n;
	if (n > BLOCK / 4)
		return add_block(a, n, zeroed);
	if (n > a->left) {
		a->room = add_block(a, BLOCK, false);
		a->left = BLOCK;
	}
	p = a->room;
	n = (n + align - 1) / align * align;
	a->room += n;
	a->left -= n;
	return zeroed ? memset(p, 0, n) : p;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	return add(a, n, true);
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	if (size != 0 && n > SIZE_MAX / size)
		die("out of memory (%zu items of %zu bytes)", n, size);
	return arena_alloc(a, n * size);
}

void *
arena_grow(struct arena *a, const void *old, size_t have, size_t want,
    size_t size)
{
	void *p = arena_array(a, want, size);

	if (have != 0)
		memcpy(p, old, have * size);
	return p;
}

void *
arena_resize(struct arena *a, void *old, size_t was, size_t n)
{
	struct block **at = &a->blocks, *b = NULL;

	while (*at != NULL && (void *)(*at)->data != old)
		at = &(*at)->next;
	if (*at == NULL)
		die("arena: a small piece cannot be resized");
	if (n <= SIZE_MAX - sizeof(*b))
		b = realloc(*at, sizeof(*b) + n);
	if (b == NULL)
		die("out of memory (%zu bytes)", n);
	*at = b;
	a->bytes = a->bytes - was + n;
	return b->data;
}

void *
arena_memdup(struct arena *a, const void *p, size_t n)
{
	char *q;

	if (n == SIZE_MAX)
		die("out of memory");
	q = add(a, n + 1, false);
	if (n != 0)
		memcpy(q, p, n);
	q[n] = '\0';
	return q;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return s == NULL ? NULL : arena_memdup(a, s, strlen(s));
}

char *
arena_strndup(struct arena *a, const char *s, size_t n)
{
	return arena_memdup(a, s, strnlen(s, n));
}

char *
arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	char brief[256], *s;
	va_list again;
	int n;

	va_copy(again, ap);
	if ((n = vsnprintf(brief, sizeof(brief), fmt, ap)) < 0)
		die("cannot format text");
	if ((size_t)n < sizeof(brief)) {
		s = arena_memdup(a, brief, (size_t)n);
	} else {
		s = add(a, (size_t)n + 1, false);
		(void)vsnprintf(s, (size_t)n + 1, fmt, again);
	}
	va_end(again);
	return s;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return s;
}
