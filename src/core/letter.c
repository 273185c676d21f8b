/* letter.c - load the templates, and make letters of them. */
#include "core/letter.h"

#include "base/str.h"
#include "core/letter_fields.h"
#include "core/letter_frame.h"
#include "core/letter_rows.h"
#include "core/markdown.h"
#include "core/mustache.h"
#include "core/phrases.h"

#include <stdbool.h>
#include <string.h>

struct template {
	const struct letter_kind *kind;
	const struct mustache *subject; /* NULL: made by code */
	const struct mustache *preheader, *why, *body;
	struct {
		const struct mustache *label, *command;
	} actions[LETTER_MAX_ACTIONS];
	size_t n_actions;
	bool places_actions; /* ~~~ actions stands in the body */
	const char *const *used; /* names of the fields it needs */
	size_t n_used;
};

struct templates {
	const char *const *languages; /* the first one is complete */
	size_t n_languages;
	size_t n_kinds;
	const struct template **v; /* [language * n_kinds + kind] or NULL */
	const struct phrases **phrases; /* by language; NULL: English */
};

/* --- loading one file --- */

struct loader {
	struct arena *a;
	const char *file;
	const struct tfield *fields;
	struct problems *probs;
	struct template *t;
	int line;      /* of what is being read */
	int body_line; /* where the words begin */
};

static void
complain(struct loader *l, int line, const char *key, const char *text)
{
	problem_add(l->probs, l->file, line, key, "%s", text);
}

static const struct mustache *
compile(struct loader *l, const char *s)
{
	return mustache_compile(l->a, l->file, l->line, s, strlen(s), l->fields,
	    l->probs);
}

/* action: label | command */
static void
read_action(struct loader *l, const char *value)
{
	const char *bar = strchr(value, '|');
	size_t i = l->t->n_actions;

	if (bar == NULL) {
		complain(l, l->line, "action", "is written: label | command");
		return;
	}
	if (i == LETTER_MAX_ACTIONS) {
		complain(l, l->line, "action", "at most three are allowed");
		return;
	}
	l->t->actions[i].label = compile(l, str_trim(l->a, value,
	    (size_t)(bar - value)));
	bar += strspn(bar, "| ");
	l->t->actions[i].command = compile(l, bar);
	l->t->n_actions++;
}

static void
read_setting(struct loader *l, const char *key, const char *value)
{
	const struct {
		const char *key;
		const struct mustache **into;
	} table[] = {
		{ "subject", &l->t->subject },
		{ "preheader", &l->t->preheader },
		{ "why", &l->t->why },
	};

	if (str_eq(key, "action")) {
		read_action(l, value);
		return;
	}
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (!str_eq(key, table[i].key))
			continue;
		if (*table[i].into != NULL)
			complain(l, l->line, key, "stands twice");
		*table[i].into = compile(l, value);
		return;
	}
	complain(l, l->line, key,
	    "is unknown: subject, preheader, action, why are allowed");
}

/* Lines between two "---" lines; returns where the words begin. */
static const char *
read_front(struct loader *l, const char *s)
{
	const char *eol;

	if (!str_has_prefix(s, "---\n")) {
		complain(l, 1, "", "must begin with --- and its settings");
		return s;
	}
	l->line = 1;
	for (s += 4; *s != '\0'; s = *eol != '\0' ? eol + 1 : eol) {
		const char *line, *colon;

		l->line++;
		eol = s + strcspn(s, "\n");
		line = arena_strndup(l->a, s, (size_t)(eol - s));
		if (str_eq(line, "---")) {
			l->body_line = l->line + 1;
			return *eol != '\0' ? eol + 1 : eol;
		}
		if (str_is_empty(line) || *line == '#')
			continue;
		if ((colon = strchr(line, ':')) == NULL) {
			complain(l, l->line, line, "is written: key: value");
			continue;
		}
		read_setting(l, str_trim(l->a, line, (size_t)(colon - line)),
		    colon + 1 + strspn(colon + 1, " "));
	}
	complain(l, l->line, "---", "the settings are never closed");
	return s;
}

static void
check_widget(void *ctx, const char *name)
{
	struct loader *l = ctx;

	if (str_eq(name, "actions"))
		l->t->places_actions = true;
	else if ((l->t->kind->flags & LETTER_DIGEST) == 0)
		complain(l, l->body_line, name,
		    "widgets are for digests: this letter has none");
	else if (!letter_rows_is_known(name))
		complain(l, l->body_line, name, "there is no such widget");
}

static void
check_whole(struct loader *l, const char *body)
{
	bool has_case = (l->t->kind->flags & LETTER_CASE) != 0;
	const char *words = body + strspn(body, "\n");
	struct err e;

	if (markdown_lint(body, strlen(body), check_widget, l, &e) != RC_OK)
		complain(l, l->body_line, "", e.text);
	if (!str_has_prefix(words, "# "))
		complain(l, l->body_line, "",
		    "the first line must be the heading: # The news");
	if (has_case && l->t->subject != NULL)
		complain(l, 1, "subject",
		    "is always [case] and public title (TH-5)");
	if (!has_case && l->t->subject == NULL)
		complain(l, 1, "subject", "is missing");
	if (l->t->preheader == NULL)
		complain(l, 1, "preheader", "is missing");
	if (l->t->why == NULL)
		complain(l, 1, "why", "is missing: every mail says why it comes");
}

static bool
uses(const struct template *t, const char *name)
{
	const struct mustache *parts[4 + 2 * LETTER_MAX_ACTIONS] = {
		t->subject, t->preheader, t->why, t->body };

	for (size_t i = 0; i < t->n_actions; i++) {
		parts[4 + 2 * i] = t->actions[i].label;
		parts[5 + 2 * i] = t->actions[i].command;
	}
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i] != NULL && mustache_uses(parts[i], name))
			return true;
	return false;
}

static void
note_used(struct loader *l)
{
	const char **used = NULL;
	size_t n = 0, cap = 0;

	for (const struct tfield *f = l->fields; f->name != NULL; f++)
		if (uses(l->t, f->name))
			*ARENA_PUSH(l->a, used, n, cap) = f->name;
	l->t->used = used;
	l->t->n_used = n;
}

static const struct template *
parse(const struct letter_kind *kind, const char *file, const char *source,
    size_t len, struct arena *a, struct problems *probs)
{
	struct loader l = { .a = a, .file = file, .probs = probs, .line = 1,
		.body_line = 1, .fields = letter_fields_declared(kind, a) };
	size_t before = probs->n;
	const char *body;

	if (strlen(source) != len)
		complain(&l, 1, "", "has a NUL byte");
	l.t = arena_alloc(a, sizeof(*l.t));
	l.t->kind = kind;
	body = read_front(&l, source);
	l.line = l.body_line;
	l.t->body = compile(&l, body);
	check_whole(&l, body);
	if (probs->n != before)
		return NULL;
	note_used(&l);
	return l.t;
}

/* --- loading all of them --- */

static size_t
count_kinds(void)
{
	size_t n = 0;

	while (letter_kinds[n].name != NULL)
		n++;
	return n;
}

static const char *const english[] = { "en" };

/* English first, then the others in the order given, each once. */
static void
set_languages(struct templates *t, const char *const *languages, size_t n,
    struct arena *a)
{
	const char **v = arena_array(a, n + 1, sizeof(*v));

	v[0] = english[0];
	t->n_languages = 1;
	for (size_t i = 0; i < n; i++)
		if (!str_eq(languages[i], "en"))
			v[t->n_languages++] = languages[i];
	t->languages = v;
}

/* False: there is no such file. */
static bool
load_one(const struct policy_io *io, const char *dir, size_t language,
    size_t kind, struct arena *a, struct templates *t,
    struct problems *probs)
{
	const char *file = arena_printf(a, "%s/%s/%s.md", dir,
	    t->languages[language], letter_kinds[kind].name);
	struct err e = { "" };
	size_t len;
	char *s;

	switch (io->read(io->ctx, a, file, &s, &len, &e)) {
	case RC_OK:
		t->v[language * t->n_kinds + kind] = parse(&letter_kinds[kind],
		    file, s, len, a, probs);
		break;
	case RC_NONE:
		if (language == 0)
			problem_add(probs, file, 0, "",
			    "the template is missing");
		return false;
	default:
		problem_add(probs, file, 0, "", "%s", e.text);
		break;
	}
	return true;
}

static void
load_phrases(const struct policy_io *io, const char *dir, size_t language,
    struct arena *a, struct templates *t, struct problems *probs)
{
	const char *file = arena_printf(a, "%s/%s/" PHRASES_FILE, dir,
	    t->languages[language]);
	struct err e = { "" };
	size_t len;
	char *s;

	switch (io->read(io->ctx, a, file, &s, &len, &e)) {
	case RC_OK:
		if (utf8_valid(s, len) != len || strlen(s) != len)
			problem_add(probs, file, 0, "", "is not UTF-8 text");
		t->phrases[language] = phrases_parse(s, file,
		    words_for(t->languages[language]), a, probs);
		break;
	case RC_NONE:
		break;
	default:
		problem_add(probs, file, 0, "", "%s", e.text);
		break;
	}
}

enum rc
templates_load(const struct policy_io *io, const char *dir,
    const char *const *languages, size_t n_languages, struct arena *a,
    const struct templates **out, struct problems *probs)
{
	struct templates *t = arena_alloc(a, sizeof(*t));
	size_t before = probs->n;

	t->n_kinds = count_kinds();
	set_languages(t, languages, n_languages, a);
	t->v = arena_array(a, t->n_languages * t->n_kinds, sizeof(*t->v));
	t->phrases = arena_array(a, t->n_languages, sizeof(*t->phrases));
	for (size_t i = 0; i < t->n_languages; i++) {
		size_t missing = 0;

		for (size_t k = 0; k < t->n_kinds; k++)
			missing += !load_one(io, dir, i, k, a, t, probs);
		if (i == 0 && missing == t->n_kinds) {
			probs->n = before; /* one word instead of thirty */
			problem_add(probs, arena_printf(a, "%s/%s", dir,
			    t->languages[0]), 0, "", "there are no templates in"
			    " this folder: files.templates must name the folder"
			    " above it");
		}
		if (i > 0)
			load_phrases(io, dir, i, a, t, probs);
	}
	*out = t;
	return probs->n == before ? RC_OK : RC_BAD;
}

const char *
templates_name(size_t i)
{
	return i < count_kinds() ? letter_kinds[i].name : NULL;
}

enum audience
templates_audience(const char *name)
{
	const struct letter_kind *k = letter_kind_find(name);

	return k != NULL ? k->audience : AUD_INTERNAL;
}

/* --- rendering --- */

static bool
is_language(const char *have, const char *want)
{
	size_t n = strlen(have);

	return want != NULL && strncmp(have, want, n) == 0 &&
	    (want[n] == '\0' || want[n] == '-' || want[n] == '_');
}

/* The reader's language, else English. */
static const struct template *
choose(const struct templates *t, const struct letter_kind *kind,
    const char *want, size_t *language)
{
	size_t k = (size_t)(kind - letter_kinds);

	for (size_t i = 0; i < t->n_languages; i++) {
		if (!is_language(t->languages[i], want) ||
		    t->v[i * t->n_kinds + k] == NULL)
			continue;
		*language = i;
		return t->v[i * t->n_kinds + k];
	}
	*language = 0;
	return t->v[k];
}

const char *
templates_language(const struct templates *t, size_t i)
{
	return i < t->n_languages ? t->languages[i] : NULL;
}

bool
templates_has(const struct templates *t, const char *name,
    const char *language)
{
	const struct letter_kind *kind = letter_kind_find(name);
	size_t found;

	return kind != NULL && choose(t, kind, language, &found) != NULL &&
	    is_language(t->languages[found], language);
}

const struct phrases *
templates_phrases(const struct templates *t, const char *language)
{
	for (size_t i = 0; i < t->n_languages; i++)
		if (is_language(t->languages[i], language))
			return t->phrases[i];
	return NULL;
}

/* One line without control characters: for subjects, labels, commands. */
static const char *
line(struct arena *a, const struct mustache *m, const struct tval *v,
    struct err *e)
{
	struct str b = { 0 };
	char *s;

	if (m != NULL)
		(void)mustache_render(m, MUSTACHE_PLAIN, v, &b, e);
	for (size_t i = 0; i < b.len; i++)
		if ((unsigned char)b.s[i] < 0x20 || b.s[i] == 0x7f)
			b.s[i] = ' ';
	s = str_dup(&b, a);
	str_fini(&b);
	return s;
}

/* Blanks at the end of a command stay: "#resolve " waits for words. */
static size_t
fill_actions(const struct template *t, struct arena *a, const struct tval *v,
    struct letter_action *out, struct err *e)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n_actions; i++) {
		const char *label = line(a, t->actions[i].label, v, e);

		if (*label == '\0')
			continue;
		out[n++] = (struct letter_action){ label,
			line(a, t->actions[i].command, v, e) };
	}
	return n;
}

static const char *
eyebrow(const struct letter_ctx *x)
{
	const struct calendar *cal = x->to->calendar != NULL
	    ? x->to->calendar : x->p->calendar;
	const char *when = words_date(x->a, x->w, cal, x->now);
	const char *desk = letter_say(x, x->p->desk_name);

	if (x->f == NULL || (x->kind->flags & LETTER_CASE) == 0)
		return arena_printf(x->a, "%s \xc2\xb7 %s", desk, when);
	return arena_printf(x->a, "%s \xc2\xb7 %s \xc2\xb7 %s",
	    desk, case_number(&x->f->c, x->a), when);
}

struct drawing {
	struct letter_rows rows;
	const struct letter_frame *frame;
};

static void
draw(void *ctx, const char *name, struct str *out)
{
	struct drawing *d = ctx;

	if (!str_eq(name, "actions"))
		letter_rows_draw(&d->rows, name, out);
	else if (d->rows.is_html)
		letter_actions_html(d->frame, out);
	else
		letter_actions_text(d->frame, out);
}

static void
render_body(const struct letter_ctx *x, const struct letter_frame *frame,
    const struct str *md, struct letter *out, struct err *e)
{
	struct drawing d = { .frame = frame };
	struct markdown_widgets widgets = { &d, draw };
	struct str body = { 0 }, whole = { 0 };

	letter_rows_init(&d.rows, x, true);
	(void)markdown_html(str_text(md), md->len, &widgets, &body, e);
	letter_frame_html(frame, &body, &whole);
	out->html = str_dup(&whole, x->a);
	str_clear(&body);
	str_clear(&whole);
	letter_rows_init(&d.rows, x, false);
	(void)markdown_text(str_text(md), md->len, &widgets, &body, e);
	letter_frame_text(frame, &body, &whole);
	out->text = str_dup(&whole, x->a);
	str_fini(&body);
	str_fini(&whole);
}

static void
render(const struct template *t, const struct letter_ctx *x,
    struct letter *out, struct err *e)
{
	struct tval *v = tval_new(x->a);
	struct letter_action actions[LETTER_MAX_ACTIONS];
	bool has_case = (t->kind->flags & LETTER_CASE) != 0;
	struct letter_frame frame = { .w = x->w, .actions = actions,
		.reply_address = x->to->reply_address,
		.has_actions_inside = t->places_actions,
		.asks_reply = (t->kind->flags & LETTER_REPLY) != 0 };
	struct str md = { 0 };

	for (size_t i = 0; i < t->n_used; i++)
		letter_field_fill(x, t->used[i], v);
	out->purpose = t->kind->purpose;
	frame.reply_subject = has_case ? arena_printf(x->a, "[%s]",
	    case_number(&x->f->c, x->a)) : "";
	out->subject = has_case ? arena_printf(x->a, "%s %s",
	    frame.reply_subject, letter_title(x))
	    : line(x->a, t->subject, v, e);
	frame.title = out->subject;
	frame.preheader = line(x->a, t->preheader, v, e);
	frame.why = line(x->a, t->why, v, e);
	frame.eyebrow = eyebrow(x);
	frame.n_actions = fill_actions(t, x->a, v, actions, e);
	(void)mustache_render(t->body, MUSTACHE_MARKDOWN, v, &md, e);
	render_body(x, &frame, &md, out, e);
	str_fini(&md);
}

enum rc
letter_render(const struct templates *t, const char *name,
    const struct policy *p, const struct case_facts *f,
    const struct letter_to *to, const struct letter_more *more, cw_time now,
    struct arena *a, struct letter *out, struct err *e)
{
	static const struct letter_more nothing = { "", "", NULL };
	static const struct digest empty = { .for_name = "" };
	const struct letter_kind *kind = letter_kind_find(name);
	struct letter_ctx x = { .kind = kind, .p = p, .f = f, .to = to,
		.more = more != NULL ? more : &nothing, .now = now, .a = a };
	const struct template *tp;
	size_t language;

	if (kind == NULL)
		return err_set(e, RC_BAD, "there is no template \"%s\"", name);
	if ((kind->flags & LETTER_CASE) != 0 && f == NULL)
		return err_set(e, RC_BAD, "template \"%s\" is about a case",
		    name);
	tp = choose(t, kind, to->language, &language);
	if (tp == NULL)
		return err_set(e, RC_BAD, "template \"%s\" was not loaded",
		    name);
	x.w = words_for(t->languages[language]);
	x.phrases = t->phrases[language];
	x.digest = x.more->digest != NULL ? x.more->digest : &empty;
	render(tp, &x, out, e);
	return RC_OK;
}
