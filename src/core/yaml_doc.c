/* yaml_doc.c - a YAML text as a small tree of nodes that know their line. */
#include "core/yaml_doc.h"

#include "base/str.h"

#include <string.h>
#include <yaml.h>

struct reader {
	yaml_parser_t yaml;
	struct arena *a;
	const char *file, *text;
	struct problems *probs;
	size_t n_nodes;
	bool is_bad; /* give up: the rest cannot be trusted */
};

/* Where the parser is inside the tree: the container, and for a mapping the
 * key whose value comes next. */
struct level {
	struct node *node;
	const char *key;
	int key_line;
};

struct node *
node_get(const struct node *map, const char *key)
{
	if (map == NULL || map->kind != NODE_MAP)
		return NULL;
	for (size_t i = 0; i < map->n; i++)
		if (str_eq(map->v[i]->key, key))
			return map->v[i];
	return NULL;
}

const char *
node_kind_words(enum node_kind k)
{
	static const char *const words[] = {
		[NODE_TEXT] = "a single value",
		[NODE_LIST] = "a list",
		[NODE_MAP] = "a group of \"key: value\" lines",
	};

	return words[k];
}

static int
line_of(const yaml_mark_t *m)
{
	return m->line < 1000000 ? (int)m->line + 1 : 0;
}

static void
give_up(struct reader *r, int line, const char *text)
{
	problem_add(r->probs, r->file, line, "", "%s", text);
	r->is_bad = true;
}

static struct node *
node_new(struct reader *r, enum node_kind kind, const struct level *at,
    int line)
{
	struct node *n = arena_alloc(r->a, sizeof(*n));

	n->kind = kind;
	n->file = r->file;
	n->line = at != NULL && at->key != NULL ? at->key_line : line;
	n->key = at != NULL && at->key != NULL ? at->key : "";
	n->text = "";
	if (++r->n_nodes > YAML_DOC_MAX_NODES)
		give_up(r, line, "too many entries: split the file, or move "
		    "employees into the directory");
	return n;
}

static void
attach(struct reader *r, struct level *at, struct node *n)
{
	struct node *map = at->node;

	if (map->kind == NODE_MAP) {
		const struct node *old = node_get(map, n->key);

		if (map->n == YAML_DOC_MAX_KEYS)
			give_up(r, n->line, "too many keys in one group");
		if (old != NULL)
			problem_add(r->probs, r->file, n->line, n->key,
			    "this key stands twice here (first in line %d): "
			    "remove one of them", old->line);
		at->key = NULL;
	}
	*ARENA_PUSH(r->a, map->v, map->n, map->cap) = n;
}

static bool
is_null(const char *s, bool is_plain)
{
	return is_plain && (*s == '\0' || str_eq(s, "~") || str_eq(s, "null"));
}

/* A scalar is a key where a mapping waits for one, else a value. */
static void
on_text(struct reader *r, struct level *at, const yaml_event_t *ev)
{
	const char *s = (const char *)ev->data.scalar.value;
	size_t len = ev->data.scalar.length;
	int line = line_of(&ev->start_mark);
	struct node *n;

	if (strlen(s) != len) {
		give_up(r, line, "a zero byte is not allowed here");
		return;
	}
	if (ev->data.scalar.tag != NULL)
		problem_add(r->probs, r->file, line, "",
		    "YAML tags (%s) are not used here: remove it",
		    (const char *)ev->data.scalar.tag);
	if (at->node->kind == NODE_MAP && at->key == NULL) {
		at->key = arena_strdup(r->a, s);
		at->key_line = line;
		return;
	}
	n = node_new(r, NODE_TEXT, at, line);
	n->text = arena_strdup(r->a, s);
	n->is_empty = is_null(s,
	    ev->data.scalar.style == YAML_PLAIN_SCALAR_STYLE);
	attach(r, at, n);
}

static void
on_open(struct reader *r, struct level *stack, size_t *depth,
    enum node_kind kind, int line)
{
	struct level *at = &stack[*depth];
	struct node *n;

	if (at->node->kind == NODE_MAP && at->key == NULL) {
		give_up(r, line, "a key must be a single word followed by a "
		    "colon");
		return;
	}
	if (*depth == YAML_DOC_MAX_DEPTH) {
		give_up(r, line, "nested too deeply: settings need at most "
		    "five levels");
		return;
	}
	n = node_new(r, kind, at, line);
	attach(r, at, n);
	stack[++*depth] = (struct level){ .node = n };
}

/* A container was opened or a scalar found below the top of the stack. */
static void
on_event(struct reader *r, struct level *stack, size_t *depth,
    const yaml_event_t *ev)
{
	int line = line_of(&ev->start_mark);

	switch (ev->type) {
	case YAML_SCALAR_EVENT:
		on_text(r, &stack[*depth], ev);
		break;
	case YAML_SEQUENCE_START_EVENT:
		on_open(r, stack, depth, NODE_LIST, line);
		break;
	case YAML_MAPPING_START_EVENT:
		on_open(r, stack, depth, NODE_MAP, line);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		if (*depth > 0)
			--*depth;
		break;
	case YAML_ALIAS_EVENT:
		give_up(r, line, "aliases (*name) are not supported: write "
		    "the value out");
		break;
	default: /* the start and end of the stream and the document */
		break;
	}
}

static void
on_syntax(struct reader *r)
{
	const yaml_parser_t *y = &r->yaml;
	int line = line_of(&y->problem_mark);

	if (y->error == YAML_READER_ERROR) { /* it knows the byte only */
		line = 1;
		for (size_t i = 0; i < y->problem_offset; i++)
			line += r->text[i] == '\n';
	}
	problem_add(r->probs, r->file, line, "",
	    "this is not valid YAML: %s%s%s (check the indentation, use "
	    "blanks and not tabs, and put quotes around text with \": \" "
	    "or \"#\")", y->problem != NULL ? y->problem : "unreadable text",
	    y->context != NULL ? ", " : "",
	    y->context != NULL ? y->context : "");
	r->is_bad = true;
}

/* The whole text lies below one invisible list, so that the document is an
 * item like any other. */
static void
read_all(struct reader *r, struct node *top)
{
	struct level stack[YAML_DOC_MAX_DEPTH + 1] = { { .node = top } };
	yaml_event_type_t type = YAML_NO_EVENT;
	size_t depth = 0, documents = 0;
	yaml_event_t ev;

	while (type != YAML_STREAM_END_EVENT && !r->is_bad) {
		if (yaml_parser_parse(&r->yaml, &ev) == 0) {
			on_syntax(r);
			break;
		}
		type = ev.type;
		if (type == YAML_DOCUMENT_START_EVENT && ++documents > 1)
			give_up(r, line_of(&ev.start_mark),
			    "a second document (---) begins here: put it into "
			    "a file of its own");
		else
			on_event(r, stack, &depth, &ev);
		yaml_event_delete(&ev);
	}
}

enum rc
yaml_doc_parse(struct arena *a, const char *file, const char *text, size_t len,
    struct node **out, struct problems *probs)
{
	struct reader r = { .a = a, .file = file, .text = text,
	    .probs = probs };
	struct node top = { .kind = NODE_LIST, .file = file, .text = "",
	    .key = "" };
	size_t before = probs->n;

	*out = NULL;
	if (len > YAML_DOC_MAX_BYTES) {
		problem_add(probs, file, 0, "", "the file is larger than 1 MiB: "
		    "split it");
		return RC_BAD;
	}
	if (yaml_parser_initialize(&r.yaml) == 0)
		die("out of memory");
	yaml_parser_set_encoding(&r.yaml, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.yaml, (const unsigned char *)text, len);
	read_all(&r, &top);
	yaml_parser_delete(&r.yaml);

	if (r.is_bad) {
		*out = NULL;
	} else if (top.n > 0 && !top.v[0]->is_empty) {
		*out = top.v[0];
	} else {
		*out = arena_alloc(a, sizeof(**out));
		**out = (struct node){ .kind = NODE_MAP, .file = file,
		    .line = 1, .key = "", .text = "" };
	}
	return probs->n == before && before < PROBLEMS_MAX ? RC_OK : RC_BAD;
}
