/*
 * look.h - the look of our mails and pages: one palette, one type scale.
 *
 * Colours carry state, text says it too; every pair of text and ground that
 * is used stands in look_pairs[], and a test holds each to 4.5:1 (OF-9).
 * Styles are written inline because mail programs drop style sheets; the
 * style block only turns colours for dark mode and mends narrow screens.
 */
#ifndef CW_CORE_LOOK_H
#define CW_CORE_LOOK_H

#include "base/str.h"

#include <stddef.h>

#define LOOK_FONT "Segoe UI,Arial,Helvetica,sans-serif"

/* light */
#define LOOK_PAGE "#f1f3f5"
#define LOOK_CARD "#ffffff"
#define LOOK_INK "#1b2127"
#define LOOK_MUTED "#56606b"
#define LOOK_RULE "#d9dee3"
#define LOOK_TRACK "#e7eaee"
#define LOOK_ACTION "#1f5fbf"
#define LOOK_ON_ACTION "#ffffff"
#define LOOK_RED "#8c1d15"
#define LOOK_ON_RED "#fbe3e1"
#define LOOK_AMBER "#6b4700"
#define LOOK_ON_AMBER "#fff0cc"
#define LOOK_BAR_RED "#b3261e"
#define LOOK_BAR_AMBER "#8a5a00"
#define LOOK_BAR_GREEN "#1d6b43"

/* dark */
#define LOOK_DARK_PAGE "#15181c"
#define LOOK_DARK_CARD "#1e2329"
#define LOOK_DARK_INK "#eceff3"
#define LOOK_DARK_MUTED "#a8b2bd"
#define LOOK_DARK_RULE "#39414a"
#define LOOK_DARK_ACTION "#9cc4ff"
#define LOOK_DARK_RED "#ffd9d5"
#define LOOK_DARK_ON_RED "#5c1f1c"
#define LOOK_DARK_AMBER "#ffe7ad"
#define LOOK_DARK_ON_AMBER "#54400f"
#define LOOK_DARK_BAR_RED "#e5675d"
#define LOOK_DARK_BAR_AMBER "#c99a2e"
#define LOOK_DARK_BAR_GREEN "#4fae7d"

struct look_pair {
	const char *name;
	const char *text, *ground;
};

extern const struct look_pair look_pairs[]; /* ends with a NULL name */

/* Contrast of two "#rrggbb" colours by WCAG 2: 1.0 .. 21.0. */
double look_contrast(const char *a, const char *b);

/* The style block of every mail: dark colours and narrow screens. */
extern const char look_mail_css[];

/* & < > " ' as entities: for text and for attribute values. */
void look_escape(struct str *out, const char *s, size_t n);
void look_escape_text(struct str *out, const char *s);

#endif
