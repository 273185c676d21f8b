/* policy_fill.c - walk the table of settings and fill the policy from it. */
#include "core/policy_table.h"

#include "base/str.h"

#include <string.h>

/* One group of settings: a section, or one item of a list. */
struct group {
	struct loader *l;
	const struct section *sec;
	const struct node *map; /* NULL: not in the text */
	const char *key;        /* "people[kim]" */
	const char *kind;       /* value of its row "kind"; NULL: unclear */
	char *base;             /* the struct the rows write into */
};

/* The text of a value, for config show. */
static const char *
value_words(struct loader *l, const struct node *n)
{
	struct str b = { 0 };
	const char *out;

	if (n->kind == NODE_TEXT)
		return n->text;
	for (size_t i = 0; i < n->n; i++)
		str_printf(&b, "%s%s", i == 0 ? "" : ", ", n->v[i]->text);
	out = str_dup(&b, l->a);
	str_fini(&b);
	return out;
}

static void
show(const struct group *g, const struct setting *row, const struct node *n,
    const char *key)
{
	struct loader *l = g->l;
	const char *fallback = row->fallback != NULL ? row->fallback : "";

	*ARENA_PUSH(l->a, l->views, l->n_views, l->cap_views) =
	    (struct setting_view){
		.key = key,
		.value = n == NULL ? fallback : row->is_secret ? "(set)" :
		    value_words(l, n),
		.fallback = fallback,
		.file = n == NULL ? "" : n->file,
		.line = n == NULL ? 0 : n->line,
		.help = row->help,
	};
}

static bool
is_text(enum setting_type t)
{
	return t <= SET_FIELDS && t != SET_EMAILS;
}

/* No pointer to text is ever NULL, also where a problem was found. */
static void
clear_text(const struct group *g)
{
	const char *empty = "";

	for (size_t i = 0; i < g->sec->n_rows; i++) {
		const struct setting *row = &g->sec->rows[i];

		if ((is_text(row->type) || row->type == SET_CHOICE) &&
		    row->at != SIZE_MAX)
			memcpy(g->base + row->at, &empty, sizeof(empty));
	}
}

static void
fill_row(const struct group *g, const struct setting *row)
{
	struct node *n = node_get(g->map, row->key);
	bool is_idle = row->only_for != NULL &&
	    !str_caseeq(row->only_for, g->kind);
	const char *key = arena_printf(g->l->a, "%s.%s", g->key, row->key);
	struct node usual = { .kind = NODE_TEXT, .file = g->l->path,
	    .key = row->key, .text = row->fallback };
	struct value v = {
		.l = g->l, .row = row, .node = n != NULL ? n : &usual,
		.key = key,
		.field = row->at == SIZE_MAX ? NULL : g->base + row->at,
		.count = g->base + row->at_n,
	};

	if (n != NULL) {
		n->is_known = true;
		if (is_idle && g->kind == NULL)
			return;
		if (is_idle)
			value_problem(&v, "has no effect with kind %s: remove "
			    "it", g->kind);
		else if (value_read(&v))
			show(g, row, n, key);
		return;
	}
	if (is_idle || row->type == SET_REFUSED)
		return;
	if (row->fallback == NULL) {
		problem_add(g->l->probs, g->map != NULL ? g->map->file :
		    g->l->path, g->map != NULL ? g->map->line : 0, key,
		    "is missing: %s", row->help);
		return;
	}
	if (row->fallback[0] != '\0' || !is_text(row->type))
		(void)value_read(&v);
	if (g->sec->item_size == 0)
		show(g, row, NULL, key);
}

static void
find_unknown(const struct group *g)
{
	const char *words[32] = { NULL }, *near;
	struct str b = { 0 };

	for (size_t i = 0; i < g->sec->n_rows && i < 31; i++) {
		words[i] = g->sec->rows[i].key;
		str_printf(&b, "%s%s", i == 0 ? "" : ", ", words[i]);
	}
	for (size_t i = 0; g->map != NULL && i < g->map->n; i++) {
		const struct node *n = g->map->v[i];

		/* a key that stands twice is told where it is read */
		if (n->is_known || node_get(g->map, n->key) != n)
			continue;
		near = problem_did_you_mean(n->key, words);
		problem_add(g->l->probs, n->file, n->line,
		    arena_printf(g->l->a, "%s.%.80s", g->key, n->key),
		    "there is no such setting%s%s%s", near != NULL ?
		    ": did you mean \"" : "; known here: ", near != NULL ?
		    near : str_text(&b), near != NULL ? "\"?" : "");
	}
	str_fini(&b);
}

/* What the row "kind" will become, if it is one of its words. */
static const char *
kind_of(const struct group *g)
{
	const struct node *n = node_get(g->map, "kind");

	for (size_t i = 0; n != NULL && i < g->sec->n_rows; i++) {
		const struct setting *row = &g->sec->rows[i];

		if (!str_eq(row->key, "kind"))
			continue;
		for (size_t w = 0; row->words[w] != NULL; w++)
			if (str_caseeq(row->words[w], n->text))
				return row->words[w];
	}
	return NULL;
}

static void
fill_group(struct group *g)
{
	g->kind = kind_of(g);
	clear_text(g);
	for (size_t i = 0; i < g->sec->n_rows; i++)
		fill_row(g, &g->sec->rows[i]);
	find_unknown(g);
}

static void
fill_list(struct loader *l, enum section_id s)
{
	const struct section *sec = &policy_sections[s];
	const struct item_list *list = &l->lists[s];

	for (size_t i = 0; i < list->n; i++) {
		struct group g = {
			.l = l, .sec = sec, .map = list->nodes[i],
			.key = loader_item_key(l, s, i),
			.base = list->items + i * sec->item_size,
		};

		fill_group(&g);
	}
}

void
policy_fill(struct loader *l)
{
	for (int s = 0; s < SEC_N; s++) {
		const struct section *sec = &policy_sections[s];
		struct group g = {
			.l = l, .sec = sec, .map = l->groups[s],
			.key = sec->path, .base = (char *)l->p,
		};

		if (sec->item_size != 0)
			fill_list(l, (enum section_id)s);
		else
			fill_group(&g);
	}
	l->p->settings = l->views;
	l->p->n_settings = l->n_views;
}
