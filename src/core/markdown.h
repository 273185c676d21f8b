/*
 * markdown.h - Markdown to the two bodies of a mail: HTML and plain text.
 *
 * md4c parses, we write.  The HTML carries the inline styles of look.h; the
 * text keeps the same order, is wrapped at 72 columns, with headings
 * underlined and links in full.  Raw HTML is shown as text, pictures as
 * their words, and links other than https, mailto and tel as plain words.
 *
 * A fence of tildes asks for a widget: a block that code draws, such as the
 * rows of a digest.
 *
 *	~~~ cases decide
 *	~~~
 *
 * A table whose head is empty is a list of facts: labels left, values right.
 */
#ifndef CW_CORE_MARKDOWN_H
#define CW_CORE_MARKDOWN_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

#define MARKDOWN_MAX (256 * 1024)
#define MARKDOWN_COLUMNS 72

/* Draws the widget `name` ("cases decide"); NULL: widgets draw nothing. */
struct markdown_widgets {
	void *ctx;
	void (*draw)(void *ctx, const char *name, struct str *out);
};

/* RC_BAD: longer than MARKDOWN_MAX.  md[len] is NUL, as in any C string:
 * md4c (0.4.8) looks at the byte behind a text, and may go on from there. */
enum rc markdown_html(const char *md, size_t len,
    const struct markdown_widgets *w, struct str *out, struct err *e);
enum rc markdown_text(const char *md, size_t len,
    const struct markdown_widgets *w, struct str *out, struct err *e);

/* What a template should not contain: RC_BAD and why, or RC_OK.  Calls
 * `widget` (may be NULL) for each widget that is asked for. */
enum rc markdown_lint(const char *md, size_t len,
    void (*widget)(void *ctx, const char *name), void *ctx, struct err *e);

bool markdown_link_is_allowed(const char *url, size_t n);

/* How many of the n bytes that md4c gives as words lie in the text; a blank
 * of its own is one.  Where brackets of links and pictures cross, md4c
 * (0.4.8) gives a length that it never set, and ends links that never began. */
size_t markdown_bound(const char *md, size_t len, const char *words,
    size_t n);

/*
 * Fill `text` into lines of at most `columns` characters: `first` stands
 * before the first line, `rest` before the others; "\n" breaks a line.
 * Trailing blanks are cut, each line ends with "\n".
 */
void text_wrap(struct str *out, const char *text, const char *first,
    const char *rest, size_t columns);
size_t text_columns(const char *s, size_t n); /* characters, not bytes */
void text_pad(struct str *out, size_t n); /* n blanks */

#endif
