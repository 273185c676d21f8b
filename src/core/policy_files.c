/* policy_files.c - read the YAML files and find the sections in them. */
#include "core/policy_table.h"

#include "base/str.h"

#include <string.h>

#define MAX_ITEMS 5000

/* Read and parse one file that is named at `from` (NULL: the main file). */
static struct node *
read_file(struct loader *l, const char *path, const struct node *from)
{
	const char *file = from != NULL ? from->file : path;
	int line = from != NULL ? from->line : 0;
	struct err e = { "" };
	struct node *doc;
	char *text;
	size_t len;
	enum rc rc;

	rc = l->io->read(l->io->ctx, l->a, path, &text, &len, &e);
	if (rc != RC_OK) {
		problem_add(l->probs, file, line, from != NULL ? "include" : "",
		    "%s cannot be read: %s", path, rc == RC_NONE ?
		    "there is no such file" : e.text);
		l->is_incomplete = true;
		return NULL;
	}
	(void)yaml_doc_parse(l->a, path, text, len, &doc, l->probs);
	if (doc != NULL && doc->kind != NODE_MAP) {
		problem_add(l->probs, path, doc->line, "",
		    "must be sections like \"desk:\" and \"people:\"");
		doc = NULL;
	}
	if (doc != NULL)
		l->docs[l->n_docs++] = doc;
	else
		l->is_incomplete = true;
	return doc;
}

static void
include(struct loader *l, const struct node *n, const struct node *from)
{
	if (n->kind != NODE_TEXT || n->text[0] == '\0' ||
	    strpbrk(n->text, "\r\n") != NULL)
		problem_add(l->probs, n->file, n->line, "include",
		    "must be the name of a file, or a list of names");
	else if (l->n_docs == POLICY_MAX_FILES)
		problem_add(l->probs, n->file, n->line, "include",
		    "more than %d files: put some together", POLICY_MAX_FILES);
	else
		(void)read_file(l, str_beside(l->a, from->file, n->text), n);
}

static void
read_includes(struct loader *l, const struct node *doc)
{
	struct node *n = node_get(doc, "include");

	if (n == NULL)
		return;
	n->is_known = true;
	if (n->kind == NODE_LIST)
		for (size_t i = 0; i < n->n; i++)
			include(l, n->v[i], n);
	else
		include(l, n, n);
}

static void
take_group(struct loader *l, enum section_id s, struct node *n)
{
	n->is_known = true;
	if (n->kind == NODE_TEXT && n->is_empty)
		return;
	if (n->kind != NODE_MAP)
		problem_add(l->probs, n->file, n->line, n->key,
		    "must be a group of \"key: value\" lines, not %s",
		    node_kind_words(n->kind));
	else if (l->groups[s] != NULL)
		problem_add(l->probs, n->file, n->line, n->key,
		    "stands in %s:%d already: put both together",
		    l->groups[s]->file, l->groups[s]->line);
	else
		l->groups[s] = n;
}

static void
take_items(struct loader *l, enum section_id s, struct node *n)
{
	struct item_list *list = &l->lists[s];
	const char *path = policy_sections[s].path;

	n->is_known = true;
	if (n->kind == NODE_TEXT && n->is_empty)
		return;
	if (n->kind != NODE_LIST) {
		problem_add(l->probs, n->file, n->line, path,
		    "must be a list: each item begins with \"- \"");
		return;
	}
	for (size_t i = 0; i < n->n; i++) {
		struct node *item = n->v[i];

		if (list->n == MAX_ITEMS) {
			problem_add(l->probs, item->file, item->line, path,
			    "more than %d items", MAX_ITEMS);
			return;
		}
		if (item->kind == NODE_MAP)
			*ARENA_PUSH(l->a, list->nodes, list->n, list->cap) =
			    item;
		else
			problem_add(l->probs, item->file, item->line, path,
			    "item %zu must be a group of \"key: value\" lines",
			    i + 1);
	}
}

static void
find_section(struct loader *l, enum section_id s, const struct node *doc)
{
	const struct section *sec = &policy_sections[s];
	const char *dot = strchr(sec->path, '.');
	struct node *n;

	if (dot != NULL)
		n = node_get(node_get(doc, arena_strndup(l->a, sec->path,
		    (size_t)(dot - sec->path))), dot + 1);
	else
		n = node_get(doc, sec->path);
	if (n == NULL)
		return;
	if (sec->item_size == 0)
		take_group(l, s, n);
	else
		take_items(l, s, n);
}

static void
find_unknown(struct loader *l, const struct node *doc)
{
	const char *words[SEC_N + 2] = { "include" };
	size_t n = 1;

	for (int s = 0; s < SEC_N; s++)
		if (strchr(policy_sections[s].path, '.') == NULL)
			words[n++] = policy_sections[s].path;
	for (size_t i = 0; i < doc->n; i++) {
		const struct node *c = doc->v[i];
		const char *near = problem_did_you_mean(c->key, words);

		if (c->is_known)
			continue;
		if (str_eq(c->key, "include"))
			problem_add(l->probs, c->file, c->line, c->key,
			    "only the main file may include others");
		else
			problem_add(l->probs, c->file, c->line, c->key,
			    "there is no such section%s%s%s", near != NULL ?
			    ": did you mean \"" : ": remove it",
			    near != NULL ? near : "", near != NULL ? "\"?" : "");
	}
}

/* Space for the items of a list, and their ids, each of them once. */
static void
name_items(struct loader *l, enum section_id s)
{
	const struct section *sec = &policy_sections[s];
	struct item_list *list = &l->lists[s];

	list->items = arena_array(l->a, list->n + 1, sec->item_size);
	list->ids = arena_array(l->a, list->n + 1, sizeof(*list->ids));
	for (size_t i = 0; i < list->n; i++) {
		const struct node *id = node_get(list->nodes[i], sec->id_key);

		list->ids[i] = id != NULL ? id->text : "";
		for (size_t k = 0; k < i && list->ids[i][0] != '\0'; k++) {
			if (!str_eq(list->ids[k], list->ids[i]))
				continue;
			problem_add(l->probs, id->file, id->line,
			    loader_item_key(l, s, i), "the %s \"%.80s\" is "
			    "used in %s:%d already: choose another",
			    sec->id_key, id->text, list->nodes[k]->file,
			    list->nodes[k]->line);
			break;
		}
	}
}

void
policy_read_files(struct loader *l)
{
	const struct node *doc = read_file(l, l->path, NULL);

	if (doc != NULL)
		read_includes(l, doc);
	for (size_t d = 0; d < l->n_docs; d++) {
		for (int s = 0; s < SEC_N; s++)
			find_section(l, (enum section_id)s, l->docs[d]);
		find_unknown(l, l->docs[d]);
	}
	for (int s = 0; s < SEC_N; s++)
		if (policy_sections[s].item_size != 0)
			name_items(l, (enum section_id)s);
}

void *
loader_item(const struct loader *l, enum section_id s, const char *id)
{
	const struct item_list *list = &l->lists[s];

	for (size_t i = 0; i < list->n; i++)
		if (str_eq(list->ids[i], id))
			return list->items + i * policy_sections[s].item_size;
	return NULL;
}

static size_t
index_of(const struct loader *l, enum section_id s, const void *item)
{
	return (size_t)((const char *)item - l->lists[s].items) /
	    policy_sections[s].item_size;
}

const struct node *
loader_node(const struct loader *l, enum section_id s, const void *item)
{
	return l->lists[s].nodes[index_of(l, s, item)];
}

char *
loader_item_key(const struct loader *l, enum section_id s, size_t i)
{
	const char *path = policy_sections[s].path, *id = l->lists[s].ids[i];

	return id[0] != '\0' && strlen(id) < 80 ?
	    arena_printf(l->a, "%s[%s]", path, id) :
	    arena_printf(l->a, "%s[%zu]", path, i + 1);
}
