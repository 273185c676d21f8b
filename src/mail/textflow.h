/*
 * textflow.h - plain text from the pieces of a marked-up one.
 *
 * Blanks collapse, blocks become lines, paragraphs are one empty line apart,
 * quoted lines begin with "> " so that replytext.h can cut them.
 */
#ifndef CW_MAIL_TEXTFLOW_H
#define CW_MAIL_TEXTFLOW_H

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

#define TEXTFLOW_MAX ((size_t)1024 * 1024) /* bytes; the rest is left out */

struct textflow {
	struct str b;
	size_t line;     /* where the current line begins in b */
	size_t quote;    /* depth of quoting */
	size_t pre;      /* > 0: blanks and newlines as they are */
	bool has_gap;    /* a blank is due before the next word */
	bool has_break;  /* an empty line is due before the next line */
	bool has_nbsp;   /* the line holds only no-break spaces so far */
	bool is_signature; /* "--" is due before the next word */
};

void textflow_text(struct textflow *t, const char *s, size_t n);
void textflow_gap(struct textflow *t);  /* a blank, if a word follows */
void textflow_line(struct textflow *t); /* end the line, if there is one */
void textflow_br(struct textflow *t);   /* end the line, be it empty */
void textflow_paragraph(struct textflow *t);

#endif
