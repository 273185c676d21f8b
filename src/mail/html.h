/*
 * html.h - HTML to text (PROTOCOL HT-1, HT-3, HT-4).  In the reader child.
 *
 * What a mailer marks as quoted comes out with "> " in front, a signature
 * below a line "--"; what is invisible is left out.  Nothing is fetched.
 * Up to 256 KiB go through libxml2, larger or over-deep ones through a
 * linear tag stripper of our own.
 */
#ifndef CW_MAIL_HTML_H
#define CW_MAIL_HTML_H

#include "base/arena.h"

#include <stddef.h>

/* `html` is UTF-8; whatever charset it names itself is ignored. */
char *html_to_text(struct arena *a, const char *html, size_t len);

/* The charset that a <meta> names near the beginning, or "". */
char *html_charset(struct arena *a, const char *html, size_t len);

#endif
