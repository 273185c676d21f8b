/*
 * mustache.h - text with holes: {{name}}, {{#section}}, {{^inverted}}, {{! }}.
 *
 * A template is compiled once, against the list of fields that may be named
 * in it: an unknown field is an error of loading, with file and line, never
 * an empty hole in a mail (M11, G13).  There are no partials, no lambdas, no
 * raw {{{holes}}}, no recursion.
 *
 * A tag for a section that stands alone on its line takes the line with it.
 * A section over a list is repeated for each row, over a map or a text that
 * is not empty shown once; names are looked up from the inside out, and
 * {{.}} is the row of a list of texts.
 */
#ifndef CW_CORE_MUSTACHE_H
#define CW_CORE_MUSTACHE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "core/problems.h"

#include <stdbool.h>

#define MUSTACHE_MAX_DEPTH 8
#define MUSTACHE_MAX_NODES 4000
#define MUSTACHE_MAX_SOURCE (64 * 1024)
#define MUSTACHE_MAX_OUTPUT (256 * 1024)

/* --- what a template may name; the list ends with a NULL name --- */
struct tfield {
	const char *name;
	const struct tfield *sub; /* fields of its rows, NULL: text or flag */
};

/* --- values: a tree of maps, lists and texts in one arena --- */
enum tval_kind { TVAL_TEXT, TVAL_LIST, TVAL_MAP };

struct tval {
	const char *name; /* its field in the map above it, else NULL */
	enum tval_kind kind;
	const char *text;
	struct tval **v;
	size_t n, cap;
};

struct tval *tval_new(struct arena *a); /* an empty map */
/* Set a field of a map; NULL and "" are both false.  `text` is not copied
 * and must be valid UTF-8. */
void tval_text(struct arena *a, struct tval *map, const char *name,
    const char *text);
void tval_flag(struct arena *a, struct tval *map, const char *name, bool on);
struct tval *tval_list(struct arena *a, struct tval *map, const char *name);
struct tval *tval_row(struct arena *a, struct tval *list); /* a new map */
const struct tval *tval_get(const struct tval *map, const char *name);

/* --- templates --- */
struct mustache;

/*
 * `line` is the number of the first line of `src` in `file`.  All mistakes
 * are added to *probs; NULL if there was one.
 */
const struct mustache *mustache_compile(struct arena *a, const char *file,
    int line, const char *src, size_t len, const struct tfield *fields,
    struct problems *probs);

/* Is this top field named anywhere in it? */
bool mustache_uses(const struct mustache *m, const char *name);

enum mustache_mode {
	MUSTACHE_PLAIN,   /* values as they are */
	MUSTACHE_MARKDOWN /* values escaped: they can never become markup */
};

/*
 * In Markdown a line break in a value is a hard break that stays inside the
 * paragraph, quote or list item that the tag stands in; in a heading or a
 * table row it is a blank.  RC_BAD: more than MUSTACHE_MAX_OUTPUT bytes;
 * what was rendered till then is in *out.
 */
enum rc mustache_render(const struct mustache *m, enum mustache_mode mode,
    const struct tval *root, struct str *out, struct err *e);

#endif
