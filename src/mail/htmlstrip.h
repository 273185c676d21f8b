/*
 * htmlstrip.h - text out of HTML without a parser: linear, for what a parser
 * would take too long for or gives up on.
 */
#ifndef CW_MAIL_HTMLSTRIP_H
#define CW_MAIL_HTMLSTRIP_H

#include "base/arena.h"

#include <stddef.h>

/* What an element does to the flow of text. */
enum html_kind {
	HTML_INLINE,
	HTML_BLOCK,     /* begins and ends a line */
	HTML_PARAGRAPH, /* the same, an empty line apart */
	HTML_BREAK,     /* ends a line */
	HTML_ITEM,      /* of a list */
	HTML_CELL,      /* of a table */
	HTML_PRE,
	HTML_QUOTE
};

enum html_kind htmlstrip_kind(const char *element);

/* `html` is UTF-8.  At most 1 MiB of text. */
char *htmlstrip(struct arena *a, const char *html, size_t len);

#endif
