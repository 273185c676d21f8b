/*
 * letter_rows.h - the blocks of a digest that code draws: the big numbers,
 * the lists of cases, the silent departments (~~~ widgets, markdown.h).
 *
 *	~~~ stats               four big numbers
 *	~~~ cases decide        one list: queue mine today decide risk unowned
 *	                        incomplete orphaned
 *	~~~ silence             departments with their median answer, as bars
 *
 * The first rows of a mail are cards with buttons; later ones are two lines;
 * what would make the mail larger than 80 KB is counted (OF-10).
 */
#ifndef CW_CORE_LETTER_ROWS_H
#define CW_CORE_LETTER_ROWS_H

#include "core/letter_fields.h"
#include "core/markdown.h"

#define LETTER_CARDS 6
#define LETTER_MAX_HTML (80 * 1000)

struct letter_rows {
	const struct letter_ctx *x;
	bool is_html;
	int cards;         /* cards drawn so far */
	size_t bytes_left; /* for all rows to come */
};

void letter_rows_init(struct letter_rows *r, const struct letter_ctx *x,
    bool is_html);
/* Draw the widget `name` (markdown.h). */
void letter_rows_draw(struct letter_rows *lr, const char *name, struct str *out);
/* Is there a widget of that name? */
bool letter_rows_is_known(const char *name);

#endif
