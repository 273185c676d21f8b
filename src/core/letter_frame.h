/*
 * letter_frame.h - what stands around the words of a letter: page, card,
 * first line, buttons, small print; as HTML and as plain text.
 */
#ifndef CW_CORE_LETTER_FRAME_H
#define CW_CORE_LETTER_FRAME_H

#include "core/words.h"

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

#define LETTER_MAX_ACTIONS 3
#define LETTER_MAX_MAILTO 1500 /* OF-13 */

/* A button: a mail that is written already.  An empty command is an empty
 * answer; one that ends with "..." waits for the rest. */
struct letter_action {
	const char *label, *command;
};

struct letter_frame {
	const struct words *w;
	const char *title;     /* of the HTML page: the subject */
	const char *preheader; /* hidden; what an inbox shows beside it */
	const char *eyebrow;   /* the muted line above the heading */
	bool asks_reply;       /* the "reply above this line" delimiter */
	const struct letter_action *actions; /* the first one is filled */
	size_t n_actions;
	bool has_actions_inside; /* the body has drawn them */
	const char *reply_address; /* where the actions go */
	const char *reply_subject; /* "[ER-000412]", "" if about no case */
	const char *why;       /* why you get this, and how to change it */
};

/*
 * `body` is HTML, or text with "\n" lines.  The actions stand where the
 * template has the widget ~~~ actions, else after the body.
 */
void letter_frame_html(const struct letter_frame *l, const struct str *body,
    struct str *out);
void letter_frame_text(const struct letter_frame *l, const struct str *body,
    struct str *out);

/* "mailto:er%2Bx@example.com?subject=...&body=..." (OF-13, RFC 6068), not
 * yet escaped for HTML. */
void letter_mailto(struct str *out, const char *address, const char *subject,
    const char *body);

/* The actions as a block of the body. */
void letter_actions_html(const struct letter_frame *l, struct str *out);
void letter_actions_text(const struct letter_frame *l, struct str *out);

/* A row of buttons as HTML. */
void letter_buttons(struct str *out, const char *address, const char *subject,
    const struct letter_action *actions, size_t n);

#endif
