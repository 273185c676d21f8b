/*
 * fold.h - text made alike, for comparing it with words we know.
 *
 * Lower case, without accents (composed or combining), with plain blanks,
 * dashes, apostrophes and ASCII instead of their typographic and full-width
 * brothers: "RÉPONSE", with É in one piece or in two, becomes "reponse".  Latin,
 * Greek and Cyrillic are folded, other scripts stay as they are.  Linear;
 * bytes that are not UTF-8 are left out.
 */
#ifndef CW_MAIL_FOLD_H
#define CW_MAIL_FOLD_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

char *fold_text(struct arena *a, const char *s, size_t n);
/* The same into out, which has room for n + 1 bytes; returns the length. */
size_t fold_into(char *out, const char *s, size_t n);

/* The character at s (n > 0 bytes left) and its length; a bad byte is
 * U+FFFD of length 1. */
uint32_t fold_char(const char *s, size_t n, size_t *len);
bool fold_is_blank(uint32_t c); /* horizontal: tab, space, NBSP, U+3000 ... */
bool fold_is_dash(uint32_t c);  /* hyphen, dashes, minus, full-width hyphen */

#endif
