/*
 * yaml_doc.h - a YAML text as a small tree of nodes that know their line.
 *
 * Only what settings need: mappings with plain keys, lists and text.  No
 * aliases, tags or second documents; at most 1 MiB of text, a depth of 32
 * and 100,000 nodes.  Everything stays text here ("no" is "no"): types are
 * the business of the settings table (policy_table.h).  The only caller of
 * libyaml.
 */
#ifndef CW_CORE_YAML_DOC_H
#define CW_CORE_YAML_DOC_H

#include "base/err.h"
#include "core/problems.h"

#define YAML_DOC_MAX_BYTES (1024 * 1024)
#define YAML_DOC_MAX_DEPTH 32
#define YAML_DOC_MAX_NODES 100000
#define YAML_DOC_MAX_KEYS 1000 /* of one mapping */

enum node_kind { NODE_TEXT, NODE_LIST, NODE_MAP };

struct node {
	enum node_kind kind;
	const char *file;
	int line;
	const char *key;    /* under which it stands in a mapping, else "" */
	const char *text;   /* NODE_TEXT; "" otherwise, never NULL */
	bool is_empty;      /* "key:" with nothing, or null, or ~ */
	struct node **v;    /* items of a list, values of a mapping */
	size_t n, cap;
	bool is_known;      /* set by who reads it: the key has a meaning */
};

/*
 * Parse `text`; the nodes live in `a`.  RC_BAD: at least one problem was
 * added; *out is NULL then if the text could not be read to its end.  An
 * empty text is an empty mapping.  `file` is kept, not copied.
 */
enum rc yaml_doc_parse(struct arena *a, const char *file, const char *text,
    size_t len, struct node **out, struct problems *probs);

/* The value under `key` of a mapping, or NULL. */
struct node *node_get(const struct node *map, const char *key);

const char *node_kind_words(enum node_kind k); /* "a list" ... */

#endif
