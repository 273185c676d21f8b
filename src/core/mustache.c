/* mustache.c - compile and render text with holes. */
#include "core/mustache.h"

#include <string.h>

enum node_kind { N_TEXT, N_VAR, N_SECTION, N_INVERTED };

struct node {
	enum node_kind kind;
	const char *text; /* N_TEXT: the words; else the name of the field */
	size_t len;       /* of the words */
	size_t end;       /* sections: the node after the last one inside */
	const char *glue; /* N_VAR: what a line break in the value becomes */
	int line;
};

struct mustache {
	const struct node *v;
	size_t n;
};

/* --- values --- */

static struct tval *
push(struct arena *a, struct tval *into, const char *name, enum tval_kind kind)
{
	struct tval *v = arena_alloc(a, sizeof(*v));

	v->name = name;
	v->kind = kind;
	v->text = "";
	*ARENA_PUSH(a, into->v, into->n, into->cap) = v;
	return v;
}

struct tval *
tval_new(struct arena *a)
{
	struct tval *v = arena_alloc(a, sizeof(*v));

	v->kind = TVAL_MAP;
	v->text = "";
	return v;
}

void
tval_text(struct arena *a, struct tval *map, const char *name,
    const char *text)
{
	push(a, map, name, TVAL_TEXT)->text = text != NULL ? text : "";
}

void
tval_flag(struct arena *a, struct tval *map, const char *name, bool on)
{
	tval_text(a, map, name, on ? "yes" : "");
}

struct tval *
tval_list(struct arena *a, struct tval *map, const char *name)
{
	return push(a, map, name, TVAL_LIST);
}

struct tval *
tval_row(struct arena *a, struct tval *list)
{
	return push(a, list, NULL, TVAL_MAP);
}

const struct tval *
tval_get(const struct tval *map, const char *name)
{
	for (size_t i = 0; i < map->n; i++)
		if (map->v[i]->name != NULL &&
		    strcmp(map->v[i]->name, name) == 0)
			return map->v[i];
	return NULL;
}

static bool
is_true(const struct tval *v)
{
	if (v == NULL)
		return false;
	return v->kind == TVAL_TEXT ? v->text[0] != '\0' : v->n != 0;
}

/* --- compiling --- */

struct open_section {
	const struct tfield *fields; /* what its rows add; NULL: nothing */
	size_t node;
};

struct compiler {
	struct arena *a;
	const char *file, *src, *end;
	const char *line_start; /* of the line that is being read */
	int line;
	struct node *v;
	size_t n, cap;
	struct open_section open[MUSTACHE_MAX_DEPTH + 1];
	size_t depth; /* open[0] holds the declared fields */
	struct problems *probs;
	bool is_bad;
};

struct tag {
	char sigil; /* '#', '^', '/', '!' or 0 for a variable */
	const char *name;
	const char *start, *after;
};

static void
complain(struct compiler *c, int line, const char *key, const char *text)
{
	problem_add(c->probs, c->file, line, key, "%s", text);
	c->is_bad = true;
}

static struct node *
node_add(struct compiler *c, enum node_kind kind)
{
	struct node *n = ARENA_PUSH(c->a, c->v, c->n, c->cap);

	*n = (struct node){ .kind = kind, .line = c->line };
	return n;
}

static void
text_add(struct compiler *c, const char *s, const char *end)
{
	struct node *n;

	if (s >= end)
		return;
	n = node_add(c, N_TEXT);
	n->text = s;
	n->len = (size_t)(end - s);
}

static const struct tfield *
find_in(const struct tfield *f, const char *name)
{
	for (; f != NULL && f->name != NULL; f++)
		if (strcmp(f->name, name) == 0)
			return f;
	return NULL;
}

static const struct tfield *
find_field(const struct compiler *c, const char *name)
{
	const struct tfield *f;

	for (size_t i = c->depth + 1; i-- > 0;)
		if ((f = find_in(c->open[i].fields, name)) != NULL)
			return f;
	return NULL;
}

/*
 * What a line break inside the value becomes: a hard break plus whatever
 * keeps the next line inside the same quote or list item; a blank in
 * headings and table rows, which have one line.
 */
static const char *
glue_for(struct compiler *c, const char *tag)
{
	const char *s = c->line_start;
	size_t n = 0;
	char *glue;

	if (s < tag && (*s == '#' || *s == '|'))
		return " ";
	while (s + n < tag && strchr("> -*.0123456789", s[n]) != NULL)
		n++;
	glue = arena_alloc(c->a, n + 3);
	glue[0] = '\\';
	glue[1] = '\n';
	for (size_t i = 0; i < n; i++)
		glue[i + 2] = s[i] == '>' ? '>' : ' ';
	return glue;
}

static bool
is_in_code(const struct compiler *c, const char *tag)
{
	size_t ticks = 0;

	for (const char *s = c->line_start; s < tag; s++)
		ticks += *s == '`';
	return ticks % 2 != 0 ||
	    str_has_prefix(c->line_start, "~~~");
}

static void
add_variable(struct compiler *c, const struct tag *t)
{
	const struct tfield *f = find_field(c, t->name);
	struct node *n;

	if (strcmp(t->name, ".") != 0) {
		if (f == NULL)
			complain(c, c->line, t->name,
			    "unknown field: this audience has none by that name");
		else if (f->sub != NULL)
			complain(c, c->line, t->name,
			    "is a list: use {{#name}} ... {{/name}}");
	}
	if (is_in_code(c, t->start))
		complain(c, c->line, t->name,
		    "stands inside code, where values cannot be escaped");
	n = node_add(c, N_VAR);
	n->text = t->name;
	n->glue = glue_for(c, t->start);
}

static void
open_section(struct compiler *c, const struct tag *t)
{
	const struct tfield *f = find_field(c, t->name);
	struct node *n;

	if (f == NULL)
		complain(c, c->line, t->name,
		    "unknown field: this audience has none by that name");
	if (c->depth == MUSTACHE_MAX_DEPTH) {
		complain(c, c->line, t->name, "sections nest too deeply");
		return;
	}
	n = node_add(c, t->sigil == '#' ? N_SECTION : N_INVERTED);
	n->text = t->name;
	c->open[++c->depth] = (struct open_section){
		.fields = f != NULL && t->sigil == '#' ? f->sub : NULL,
		.node = c->n - 1,
	};
}

static void
close_section(struct compiler *c, const struct tag *t)
{
	struct node *n;

	if (c->depth == 0) {
		complain(c, c->line, t->name, "closes a section that is not open");
		return;
	}
	n = &c->v[c->open[c->depth].node];
	if (strcmp(n->text, t->name) != 0)
		complain(c, c->line, t->name, arena_printf(c->a,
		    "closes {{#%s}} of line %d", n->text, n->line));
	n->end = c->n;
	c->depth--;
}

/* Read the tag at s, which begins with "{{"; false: it is no good, and
 * after is where to go on. */
static bool
read_tag(struct compiler *c, const char *s, struct tag *t)
{
	const char *close = memmem(s, (size_t)(c->end - s), "}}", 2);
	const char *p = s + 2;

	*t = (struct tag){ .start = s, .name = "" };
	if (close == NULL) {
		complain(c, c->line, "{{", "is never closed with }}");
		t->after = c->end;
		return false;
	}
	t->after = close + 2;
	if (*p == '!') {
		t->sigil = '!';
		return true;
	}
	if (strchr("{&><=", *p) != NULL) {
		complain(c, c->line, "{{",
		    "raw holes, partials and other delimiters are not allowed");
		return false;
	}
	if (strchr("#^/", *p) != NULL)
		t->sigil = *p++;
	t->name = str_trim(c->a, p, (size_t)(close - p));
	if (t->name[0] == '\0' || t->name[strspn(t->name,
	    "abcdefghijklmnopqrstuvwxyz0123456789_.")] != '\0') {
		complain(c, c->line, t->name, "is no name of a field");
		return false;
	}
	return true;
}

static bool
is_blank(const char *s, const char *end)
{
	while (s < end && (*s == ' ' || *s == '\t'))
		s++;
	return s >= end;
}

/* Is the tag alone on its line?  Then *s and *after are moved so that the
 * line goes with it. */
static void
take_line(const struct compiler *c, const struct tag *t, const char **before,
    const char **after)
{
	const char *eol = t->after;

	while (eol < c->end && *eol != '\n')
		eol++;
	if (t->sigil == 0 || !is_blank(c->line_start, t->start) ||
	    !is_blank(t->after, eol))
		return;
	*before = c->line_start;
	*after = eol < c->end ? eol + 1 : eol;
}

static void
count_lines(struct compiler *c, const char *s, const char *end)
{
	for (; s < end; s++)
		if (*s == '\n') {
			c->line++;
			c->line_start = s + 1;
		}
}

static void
act_on_tag(struct compiler *c, const struct tag *t)
{
	switch (t->sigil) {
	case '#':
	case '^':
		open_section(c, t);
		break;
	case '/':
		close_section(c, t);
		break;
	case '!':
		break;
	default:
		add_variable(c, t);
		break;
	}
}

static void
compile(struct compiler *c)
{
	const char *s = c->src, *hit;

	while (c->n < MUSTACHE_MAX_NODES && s < c->end &&
	    (hit = memmem(s, (size_t)(c->end - s), "{{", 2)) != NULL) {
		const char *before = hit, *after;
		struct tag t;

		count_lines(c, s, hit);
		if (read_tag(c, hit, &t)) {
			after = t.after;
			take_line(c, &t, &before, &after);
			/* a tag earlier on this line began after `before` */
			text_add(c, s, before > s ? before : s);
			act_on_tag(c, &t);
		} else {
			after = t.after;
		}
		count_lines(c, hit, after);
		s = after;
	}
	if (c->n >= MUSTACHE_MAX_NODES)
		complain(c, c->line, "", "too many tags");
	text_add(c, s, c->end);
}

const struct mustache *
mustache_compile(struct arena *a, const char *file, int line, const char *src,
    size_t len, const struct tfield *fields, struct problems *probs)
{
	struct compiler c = { .a = a, .file = file, .line = line,
		.probs = probs };
	struct mustache *m;

	if (len > MUSTACHE_MAX_SOURCE) {
		complain(&c, line, "", "the template is too long");
		return NULL;
	}
	c.src = c.line_start = arena_memdup(a, src, len);
	c.end = c.src + len;
	c.open[0].fields = fields;
	compile(&c);
	for (size_t i = 1; i <= c.depth; i++) {
		const struct node *n = &c.v[c.open[i].node];

		complain(&c, n->line, n->text, "the section is never closed");
	}
	if (c.is_bad)
		return NULL;
	m = arena_alloc(a, sizeof(*m));
	m->v = c.v;
	m->n = c.n;
	return m;
}

bool
mustache_uses(const struct mustache *m, const char *name)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->v[i].kind != N_TEXT &&
		    strcmp(m->v[i].text, name) == 0)
			return true;
	return false;
}

/* --- rendering --- */

struct render {
	const struct mustache *m;
	enum mustache_mode mode;
	const struct tval *scope[MUSTACHE_MAX_DEPTH + 2];
	size_t depth; /* scopes in use */
	struct str *out;
	size_t max;
};

static const struct tval *
look_up(const struct render *r, const char *name)
{
	const struct tval *v;

	if (strcmp(name, ".") == 0)
		return r->scope[r->depth - 1];
	for (size_t i = r->depth; i-- > 0;)
		if ((v = tval_get(r->scope[i], name)) != NULL)
			return v;
	return NULL;
}

/* Characters that turn the direction of the text around them could make
 * "fdp.exe" of a name: they are left out. */
static size_t
direction_mark(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;

	if (p[0] != 0xe2)
		return 0;
	if (p[1] == 0x80 && p[2] >= 0xaa && p[2] <= 0xae)
		return 3;
	return p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9 ? 3 : 0;
}

/* The C library's ispunct depends on the locale; Markdown's does not. */
static bool
is_markup(char c)
{
	return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') ||
	    (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

static bool
is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z');
}

/* Blank lines at the ends say nothing, and two in a row are enough. */
static const char *
skip_breaks(const char *s, int *breaks)
{
	for (*breaks = 0; *s == '\n' || *s == '\r' || *s == ' ' || *s == '\t';
	    s++)
		*breaks += *s == '\n';
	return s;
}

static void
put_markdown(struct str *out, const char *s, const char *glue)
{
	const char *start = s;
	int breaks;

	s = skip_breaks(s, &breaks);
	while (*s != '\0') {
		const char *next = skip_breaks(s, &breaks);

		if (breaks != 0 && *next != '\0') {
			str_add(out, glue);
			if (breaks > 1 && glue[0] == '\\')
				str_add(out, glue);
		} else if (next != s && *next != '\0') {
			str_addc(out, ' ');
		} else if (next == s) {
			size_t skip = direction_mark(s);

			/* a hyphen inside a word is only a hyphen, and so
			 * "ER-000412" stays in one piece */
			if (is_markup(*s) && !(*s == '-' && s > start &&
			    is_word(s[-1]) && is_word(s[1])))
				str_addc(out, '\\');
			if (skip == 0 && ((unsigned char)*s >= 0x20))
				str_addc(out, *s);
			next = s + (skip != 0 ? skip : 1);
		}
		s = next;
	}
}

static void render_range(struct render *r, size_t from, size_t to);

static void
render_rows(struct render *r, const struct tval *list, size_t from, size_t to)
{
	for (size_t i = 0; i < list->n && r->out->len < r->max; i++) {
		r->scope[r->depth++] = list->v[i];
		render_range(r, from, to);
		r->depth--;
	}
}

static void
render_section(struct render *r, const struct node *n, size_t i)
{
	const struct tval *v = look_up(r, n->text);

	if (n->kind == N_INVERTED) {
		if (!is_true(v))
			render_range(r, i + 1, n->end);
	} else if (is_true(v) && v->kind == TVAL_LIST) {
		render_rows(r, v, i + 1, n->end);
	} else if (is_true(v)) {
		if (v->kind == TVAL_MAP)
			r->scope[r->depth++] = v;
		render_range(r, i + 1, n->end);
		if (v->kind == TVAL_MAP)
			r->depth--;
	}
}

static void
render_range(struct render *r, size_t from, size_t to)
{
	for (size_t i = from; i < to && r->out->len < r->max; i++) {
		const struct node *n = &r->m->v[i];
		const struct tval *v;

		switch (n->kind) {
		case N_TEXT:
			str_addn(r->out, n->text, n->len);
			break;
		case N_VAR:
			v = look_up(r, n->text);
			if (v == NULL || v->text == NULL)
				break;
			if (r->mode == MUSTACHE_MARKDOWN)
				put_markdown(r->out, v->text, n->glue);
			else
				str_add(r->out, v->text);
			break;
		case N_SECTION:
		case N_INVERTED:
			render_section(r, n, i);
			i = n->end - 1;
			break;
		}
	}
}

enum rc
mustache_render(const struct mustache *m, enum mustache_mode mode,
    const struct tval *root, struct str *out, struct err *e)
{
	struct render r = { .m = m, .mode = mode, .out = out, .depth = 1,
		.scope = { root }, .max = out->len + MUSTACHE_MAX_OUTPUT };

	render_range(&r, 0, m->n);
	if (out->len >= r.max)
		return err_set(e, RC_BAD, "the text is longer than %d bytes",
		    MUSTACHE_MAX_OUTPUT);
	return RC_OK;
}
