/*
 * mime_leaf.h - one part of a mail that is not a multipart: text, or a file
 * that says more than its bytes.  Used by mime.c; knows nothing of GMime.
 */
#ifndef CW_MAIL_MIME_LEAF_H
#define CW_MAIL_MIME_LEAF_H

#include "base/arena.h"
#include "base/str.h"
#include "mail/msg.h"

#include <stdbool.h>
#include <stddef.h>

#define MIME_MAX_PARTS 500
#define MIME_MAX_WORD 100 /* bytes of a type or a method */
#define MIME_NO_INDEX ((size_t)-1)

/* One part that is not a multipart. */
struct mime_leaf {
	const char *type; /* "text/plain" */
	const char *content_type, *disposition; /* header values */
	const char *filename;
	const char *encoding;
	const char *data; /* as it stands in the mail */
	size_t len;
};

struct mime_walk {
	struct arena *a;
	struct body *out;
	const char *mail; /* our header and the body, what GMime reads */
	size_t len, body_at;
	struct str text;
	bool is_mute;  /* text is not wanted here: another part says it */
	bool has_html; /* the text came from HTML */
	size_t parts, cap;
	size_t want; /* the attachment that is asked for, or MIME_NO_INDEX */
	const char *bytes;
	size_t n;
};

/* The first problem is the one that is told. */
void mime_problem(struct mime_walk *w, const char *what);

/* Text is added to the text, all else becomes an attachment; what reports,
 * calendars and encrypted parts say goes into the body. */
void mime_leaf(struct mime_walk *w, const struct mime_leaf *l);

/* Show the part as text, unless text is not wanted here. */
void mime_add_text(struct mime_walk *w, const struct mime_leaf *l);

#endif
