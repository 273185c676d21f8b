/* policy_list.c - settings that are lists, patterns or names of things. */
#include "core/policy_table.h"

#include "base/str.h"
#include "mail/addr.h"

#include <string.h>

#define PATTERN_MAX 4000
#define LIST_MAX 500

bool
value_has_control(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return true;
	return false;
}

const char *
value_email_of(struct value *v, const char *s)
{
	if (addr_is_valid(s))
		return str_lower(v->l->a, s);
	value_problem(v, "\"%.80s\" is not an e-mail address: write it like "
	    "er@example.com, without name and brackets", s);
	return NULL;
}

int
value_word_index(struct value *v, const char *s)
{
	const char *const *words = v->row->words, *near;
	struct str b = { 0 };

	for (int i = 0; words[i] != NULL; i++)
		if (str_caseeq(words[i], s))
			return i;
	for (int i = 0; words[i] != NULL; i++)
		str_printf(&b, "%s%s", i == 0 ? "" : ", ", words[i]);
	near = problem_did_you_mean(s, words);
	value_problem(v, "\"%.80s\" is not possible here%s%s%s; choose one "
	    "of: %s", s, near != NULL ? ", did you mean \"" : "",
	    near != NULL ? near : "", near != NULL ? "\"?" : "", str_text(&b));
	str_fini(&b);
	return -1;
}

struct texts
value_texts(struct value *v)
{
	struct texts t = { 0 };
	size_t cap = 0;

	if (v->node->kind == NODE_TEXT) {
		const char *s = v->node->text, *comma;

		for (; *s != '\0'; s = *comma != '\0' ? comma + 1 : comma) {
			comma = v->node->line == 0 ? strchrnul(s, ',') :
			    s + strlen(s);
			*ARENA_PUSH(v->l->a, t.v, t.n, cap) =
			    str_trim(v->l->a, s, (size_t)(comma - s));
		}
		return t;
	}
	for (size_t i = 0; i < v->node->n && i < LIST_MAX; i++) {
		const struct node *item = v->node->v[i];

		if (item->kind != NODE_TEXT || item->is_empty ||
		    value_has_control(item->text))
			problem_add(v->l->probs, item->file, item->line,
			    v->key, "item %zu must be a single value on one "
			    "line", i + 1);
		else
			*ARENA_PUSH(v->l->a, t.v, t.n, cap) = item->text;
	}
	return t;
}

static bool
store_list(struct value *v, const void *list, size_t n)
{
	memcpy(v->field, &list, sizeof(list));
	memcpy(v->count, &n, sizeof(n));
	return true;
}

bool
value_read_texts(struct value *v)
{
	struct texts t = value_texts(v);

	for (size_t i = 0; v->row->words != NULL && i < t.n; i++)
		if (value_word_index(v, t.v[i]) < 0)
			return false;
	return store_list(v, t.v, t.n);
}

bool
value_read_emails(struct value *v)
{
	struct texts t = value_texts(v);

	for (size_t i = 0; i < t.n; i++)
		if ((t.v[i] = value_email_of(v, t.v[i])) == NULL)
			return false;
	return store_list(v, t.v, t.n);
}

bool
value_read_paths(struct value *v)
{
	struct texts t = value_texts(v);

	for (size_t i = 0; i < t.n; i++)
		t.v[i] = str_beside(v->l->a, v->node->file, t.v[i]);
	return store_list(v, t.v, t.n);
}

bool
value_read_flags(struct value *v)
{
	struct texts t = value_texts(v);
	unsigned flags = 0;
	int bit;

	for (size_t i = 0; i < t.n; i++) {
		if ((bit = value_word_index(v, t.v[i])) < 0)
			return false;
		flags |= 1u << bit;
	}
	memcpy(v->field, &flags, sizeof(flags));
	return true;
}

/* Each pattern is compiled alone first, so that a mistake in one cannot
 * hide behind another. */
bool
value_read_pattern(struct value *v)
{
	unsigned flags = RE_CASELESS | RE_MULTILINE | RE_UNICODE;
	bool is_words = v->row->type == SET_WORDS;
	struct texts t;
	struct str all = { 0 };
	struct re *re = NULL;
	struct err e;
	bool ok = true;

	if (v->node->kind == NODE_TEXT && v->node->line == 0)
		t = (struct texts){ arena_memdup(v->l->a, &v->node->text,
		    sizeof(v->node->text)), v->node->text[0] != '\0' };
	else
		t = value_texts(v);
	str_add(&all, is_words ? "\\b(?:" : "");
	for (size_t i = 0; i < t.n && ok; i++) {
		if (re_new(t.v[i], flags, &re, &e) != RC_OK) {
			value_problem(v, "%s", e.text);
			ok = false;
		}
		re_free(&re);
		str_printf(&all, "%s(?:%s)", i == 0 ? "" : "|", t.v[i]);
	}
	str_add(&all, is_words ? ")" : "");
	flags |= is_words ? RE_WORDS : 0;
	if (ok && all.len > PATTERN_MAX) {
		value_problem(v, "longer than %d characters: make two rules "
		    "of it", PATTERN_MAX);
		ok = false;
	}
	if (ok && t.n > 0 && re_new(str_text(&all), flags, &re, &e) != RC_OK) {
		value_problem(v, "%s", e.text);
		ok = false;
	}
	memcpy(v->field, &re, sizeof(re));
	str_fini(&all);
	return ok;
}

static void *
referred(struct value *v, const char *id)
{
	const struct section *s = &policy_sections[v->row->refers];
	const struct item_list *list = &v->l->lists[v->row->refers];
	const char **ids = arena_array(v->l->a, list->n + 1, sizeof(*ids));
	void *item = loader_item(v->l, v->row->refers, id);
	const char *near;

	if (item != NULL)
		return item;
	if (list->n != 0)
		memcpy(ids, list->ids, list->n * sizeof(*ids));
	near = problem_did_you_mean(id, ids);
	value_problem(v, "there is no \"%.80s\" in %s%s%s%s", id, s->path,
	    near != NULL ? ": did you mean \"" : ": add it there or name "
	    "another", near != NULL ? near : "", near != NULL ? "\"?" : "");
	return NULL;
}

bool
value_read_ref(struct value *v)
{
	void *item = NULL;

	if (v->node->text[0] != '\0' &&
	    (item = referred(v, v->node->text)) == NULL)
		return false;
	memcpy(v->field, &item, sizeof(item));
	return true;
}

bool
value_read_refs(struct value *v)
{
	struct texts t = value_texts(v);
	void **items = arena_array(v->l->a, t.n + 1, sizeof(*items));
	size_t n = 0;

	for (size_t i = 0; i < t.n; i++)
		if ((items[n] = referred(v, t.v[i])) != NULL)
			n++;
	return store_list(v, items, n);
}
