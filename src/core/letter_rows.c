/* letter_rows.c - numbers, lists and bars of a digest. */
#include "core/letter_rows.h"

#include "base/str.h"
#include "core/letter_frame.h"
#include "core/look.h"

#include <string.h>

#define BUDGET (LETTER_MAX_HTML - 12000) /* frame, headings, numbers, bars */
#define TITLE_MAX 90  /* bytes of a case's title in a row */
#define LINE_MAX_LEN 220 /* bytes of a story or next action */
#define SILENT_MAX 12

#define SMALL "font-size:13px;line-height:18px;"
#define PLAIN "font-size:14px;line-height:20px;"

void
letter_rows_init(struct letter_rows *r, const struct letter_ctx *x,
    bool is_html)
{
	*r = (struct letter_rows){ .x = x, .is_html = is_html,
		.bytes_left = BUDGET };
}

/* --- one row in words --- */

struct row_words {
	const char *number, *title, *where, *age, *due, *line;
	bool is_late, is_soon;
};

static const char *
cut(const struct letter_ctx *x, const char *s, size_t max)
{
	size_t len;

	if (s == NULL)
		return "";
	len = strlen(s);
	if (len <= max)
		return s;
	return arena_printf(x->a, "%.*s\xe2\x80\xa6", (int)utf8_cut(s, len, max),
	    s);
}

static const struct calendar *
zone_of(const struct letter_ctx *x)
{
	return x->to->calendar != NULL ? x->to->calendar : x->p->calendar;
}

/* A digest goes round: of confidential cases it says no more than their
 * public title. */
static const char *
title_of(const struct letter_ctx *x, const struct casefile *c)
{
	struct case_facts f = { .c = *c };
	struct letter_ctx one = *x;

	one.f = &f;
	return cut(x, str_is_empty(c->brief) || letter_is_confidential(&f)
	    ? letter_title(&one) : c->brief, TITLE_MAX);
}

/* "Payroll, owner Lee Okafor" with a dot between */
static const char *
where_of(const struct letter_ctx *x, const struct casefile *c)
{
	const struct department *d = policy_department(x->p, c->department);
	const struct person *o = case_owner(c, x->p);

	return arena_printf(x->a, "%s%s%s%s",
	    d != NULL ? letter_say(x, d->name) : "", d != NULL ? " \xc2\xb7 " : "",
	    o != NULL ? x->w->owner : "", o != NULL ? o->name
	    : x->w->no_owner);
}

/* What the reader should do or know, in one line. */
static const char *
line_of(const struct letter_ctx *x, const struct digest_row *r,
    bool asks_only)
{
	struct str b = { 0 };
	const char *next;
	char *out;

	if (!asks_only)
		str_add(&b, cut(x, letter_say(x, r->story), LINE_MAX_LEN));
	next = letter_say(x, r->next_action);
	if (!asks_only && !str_is_empty(next))
		str_printf(&b, "%s%s%s", b.len > 0 ? " " : "",
		    cut(x, next, LINE_MAX_LEN),
		    strchr(".?", next[strlen(next) - 1]) != NULL ? "" : ".");
	if (!str_is_empty(r->missing))
		str_printf(&b, "%s%s%s.", b.len > 0 ? " " : "", x->w->missing,
		    cut(x, phrases_say_list(x->phrases, x->a, r->missing),
		    LINE_MAX_LEN));
	out = str_dup(&b, x->a);
	str_fini(&b);
	return out;
}

static struct row_words
words_of(const struct letter_ctx *x, const struct digest_row *r,
    bool asks_only)
{
	const struct casefile *c = &r->c;
	int64_t age = words_nights(zone_of(x), c->opened_at, x->now);
	struct row_words v = { 0 };

	v.number = case_number(c, x->a);
	v.title = title_of(x, c);
	v.where = where_of(x, c);
	v.line = line_of(x, r, asks_only);
	v.age = age < 1 ? "" : age == 1 ? x->w->day_open
	    : arena_printf(x->a, "%lld%s", (long long)age, x->w->days_open);
	v.is_late = c->due_at != 0 && c->due_at <= x->now;
	v.is_soon = !v.is_late && c->due_at != 0 && c->due_at <= x->now + CW_DAY;
	v.due = c->due_at == 0 ? "" : arena_printf(x->a, "%s%s",
	    v.is_late ? x->w->overdue : x->w->due,
	    words_day_time(x->a, x->w, zone_of(x), c->due_at));
	return v;
}

/* --- the lists --- */

struct list_kind {
	const char *name;
	size_t offset; /* of the list in struct digest */
	struct {
		size_t label; /* offset in struct words */
		const char *command;
	} actions[LETTER_MAX_ACTIONS];
	size_t n_actions;
	bool asks_only; /* of new cases only: is it resolved? (G15) */
};

#define LIST(name) #name, offsetof(struct digest, name)
#define ESCALATE { offsetof(struct words, escalate), "#escalate" }
#define ASSIGN { offsetof(struct words, assign), "#assign ..." }
#define WAIT { offsetof(struct words, wait), "#wait department 2 business days" }
#define OWN { offsetof(struct words, own), "#own" }
#define RESOLVE { offsetof(struct words, resolve), "#resolve ..." }
#define SETTLE { offsetof(struct words, settle), "#resolve ..." }
#define NOTE { offsetof(struct words, note), "#note ..." }
#define FIELD { offsetof(struct words, field), "#field ..." }

static const struct list_kind lists[] = {
	{ LIST(queue), { OWN, NOTE }, 2, false },
	{ LIST(mine), { SETTLE, ESCALATE }, 2, false },
	{ LIST(today), { RESOLVE }, 1, true },
	{ LIST(decide), { ESCALATE, ASSIGN, WAIT }, 3, false },
	{ LIST(risk), { ESCALATE, ASSIGN }, 2, false },
	{ LIST(unowned), { OWN, ASSIGN }, 2, false },
	{ LIST(incomplete), { FIELD }, 1, false },
	{ LIST(orphaned), { OWN, ASSIGN }, 2, false },
};

static const char *
label_of(const struct words *w, size_t offset)
{
	return *(const char *const *)(const void *)((const char *)w + offset);
}

static const struct list_kind *
find_list(const char *name)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (strcmp(lists[i].name, name) == 0)
			return &lists[i];
	return NULL;
}

static const char *
reply_address(const struct letter_ctx *x, const struct digest_row *r)
{
	return str_is_empty(r->reply_address) ? x->to->reply_address
	    : r->reply_address;
}

static void
html_tag(const struct row_words *v, struct str *out)
{
	if (!v->is_late && !v->is_soon)
		return;
	str_printf(out, "<span class=\"%s\" style=\"background:%s;color:%s;"
	    "font-size:12px;font-weight:600;padding:2px 6px\">",
	    v->is_late ? "x" : "a", v->is_late ? LOOK_ON_RED : LOOK_ON_AMBER,
	    v->is_late ? LOOK_RED : LOOK_AMBER);
	look_escape_text(out, v->due);
	str_add(out, "</span> &nbsp;");
}

static void
add_part(struct str *out, const char *s)
{
	if (*s == '\0')
		return;
	str_add(out, " \xc2\xb7 ");
	look_escape_text(out, s);
}

static void
row_buttons(const struct letter_rows *lr, const struct list_kind *k,
    const struct digest_row *r, const struct row_words *v, struct str *out)
{
	struct letter_action actions[LETTER_MAX_ACTIONS];

	for (size_t i = 0; i < k->n_actions; i++)
		actions[i] = (struct letter_action){
			label_of(lr->x->w, k->actions[i].label),
			k->actions[i].command };
	letter_buttons(out, reply_address(lr->x, r), arena_printf(lr->x->a,
	    "[%s]", v->number), actions, k->n_actions);
}

static void
html_card(struct letter_rows *lr, const struct list_kind *k,
    const struct digest_row *r, const struct row_words *v, struct str *out)
{
	str_add(out, "<tr><td class=\"r\" style=\"border-top:1px solid "
	    LOOK_RULE ";padding:12px 0 14px\">");
	html_tag(v, out);
	str_printf(out, "<span class=\"m\" style=\"" SMALL "color:" LOOK_MUTED
	    "\">%s", v->number);
	add_part(out, v->where);
	add_part(out, v->age);
	if (!v->is_late && !v->is_soon)
		add_part(out, v->due);
	str_add(out, "</span>\n<p class=\"i\" style=\"margin:6px 0 2px;"
	    "font-size:15px;line-height:21px;font-weight:600;color:" LOOK_INK
	    "\">");
	look_escape_text(out, v->title);
	str_add(out, "</p>\n");
	if (*v->line != '\0') {
		str_add(out, "<p class=\"i\" style=\"margin:0 0 10px;" PLAIN
		    "color:" LOOK_INK "\">");
		look_escape_text(out, v->line);
		str_add(out, "</p>\n");
	}
	row_buttons(lr, k, r, v, out);
	str_add(out, "</td></tr>\n");
	lr->cards++;
}

/* Two lines: the style stands on the cell once, so that fifty rows stay
 * small. */
static void
html_line(const struct row_words *v, struct str *out)
{
	str_add(out, "<tr><td class=\"r i\" style=\"border-top:1px solid "
	    LOOK_RULE ";padding:8px 0;" PLAIN "color:" LOOK_INK "\">");
	html_tag(v, out);
	look_escape_text(out, v->title);
	str_printf(out, "<br><span class=\"m\" style=\"font-size:13px;color:"
	    LOOK_MUTED "\">%s", v->number);
	add_part(out, v->where);
	if (!v->is_late && !v->is_soon)
		add_part(out, v->due);
	add_part(out, v->line);
	str_add(out, "</span></td></tr>\n");
}

static void
html_row(struct letter_rows *lr, const struct list_kind *k,
    const struct digest_row *r, struct str *out)
{
	struct row_words v = words_of(lr->x, r, k->asks_only);

	if (lr->cards < LETTER_CARDS)
		html_card(lr, k, r, &v, out);
	else
		html_line(&v, out);
}

static void
text_row(const struct letter_rows *lr, const struct list_kind *k,
    const struct digest_row *r, struct str *out)
{
	struct row_words v = words_of(lr->x, r, k->asks_only);
	struct str b = { 0 };

	str_printf(&b, "%s  %s", v.number, v.title);
	text_wrap(out, b.s, "* ", "  ", MARKDOWN_COLUMNS);
	str_clear(&b);
	str_printf(&b, "%s%s%s%s%s", v.where, *v.age != '\0' ? " \xc2\xb7 " : "",
	    v.age, *v.due != '\0' ? " \xc2\xb7 " : "", v.due);
	text_wrap(out, b.s, "  ", "  ", MARKDOWN_COLUMNS);
	if (*v.line != '\0')
		text_wrap(out, v.line, "  ", "  ", MARKDOWN_COLUMNS);
	if (k->n_actions > 0) {
		str_clear(&b);
		str_add(&b, lr->x->w->reply_with);
		for (size_t i = 0; i < k->n_actions; i++)
			str_printf(&b, "%s%s", i == 0 ? "" : "  |  ",
			    k->actions[i].command);
		text_wrap(out, b.s, "  ", "  ", MARKDOWN_COLUMNS);
	}
	str_fini(&b);
}

static void
more_rows(const struct letter_rows *lr, size_t more, struct str *out)
{
	const struct words *w = lr->x->w;

	if (more == 0)
		return;
	if (lr->is_html)
		str_printf(out, "<tr><td class=\"r m\" style=\"border-top:1px "
		    "solid " LOOK_RULE ";padding:8px 0;" SMALL "color:"
		    LOOK_MUTED "\">%s%zu%s</td></tr>\n", w->more_before, more,
		    w->more_after);
	else
		str_printf(out, "\n  %s%zu%s\n", w->more_before, more,
		    w->more_after);
}

static void
draw_cases(struct letter_rows *lr, const char *name, struct str *out)
{
	const struct list_kind *k = find_list(name);
	const struct digest_list *l;
	size_t i;

	if (k == NULL)
		return;
	l = (const struct digest_list *)(const void *)
	    ((const char *)lr->x->digest + k->offset);
	if (lr->is_html)
		str_add(out, "<table role=\"presentation\" width=\"100%\" "
		    "cellpadding=\"0\" cellspacing=\"0\">\n");
	for (i = 0; i < l->n && i < DIGEST_MAX_ROWS; i++) {
		struct str row = { 0 };
		bool fits;

		if (lr->is_html)
			html_row(lr, k, &l->v[i], &row);
		else
			text_row(lr, k, &l->v[i], &row);
		fits = row.len <= lr->bytes_left;
		if (fits && i > 0 && !lr->is_html)
			str_addc(out, '\n');
		if (fits) {
			str_addn(out, row.s, row.len);
			lr->bytes_left -= row.len;
		}
		str_fini(&row);
		if (!fits)
			break;
	}
	more_rows(lr, l->n - i + l->more, out);
	if (lr->is_html)
		str_add(out, "</table>\n");
}

/* --- the four big numbers --- */

static void
draw_stats(struct letter_rows *lr, struct str *out)
{
	const struct digest *d = lr->x->digest;
	const struct words *w = lr->x->w;
	const struct {
		int n;
		const char *label, *class, *colour; /* if it is not 0 */
	} stats[] = {
		{ d->open, w->open, "i", LOOK_INK },
		{ d->escalated, w->escalated, "fx", LOOK_RED },
		{ d->at_risk, w->at_risk, "fa", LOOK_AMBER },
		{ d->unassigned, w->unassigned, "i", LOOK_INK },
	};
	size_t n = sizeof(stats) / sizeof(stats[0]);

	if (!lr->is_html) {
		for (size_t i = 0; i < n; i++)
			str_printf(out, "%5d  %s\n", stats[i].n, stats[i].label);
		return;
	}
	str_add(out, "<table role=\"presentation\" width=\"100%\" "
	    "cellpadding=\"0\" cellspacing=\"0\"><tr>");
	for (size_t i = 0; i < n; i++) {
		bool is_quiet = stats[i].n == 0;

		str_printf(out, "<td class=\"stat\" width=\"25%%\" "
		    "style=\"padding:6px 0 10px;vertical-align:top\">"
		    "<span class=\"%s\" style=\"font-size:26px;"
		    "line-height:30px;font-weight:600;color:%s\">%d</span><br>"
		    "<span class=\"m\" style=\"" SMALL "color:" LOOK_MUTED
		    "\">%s</span></td>", is_quiet ? "i" : stats[i].class,
		    is_quiet ? LOOK_INK : stats[i].colour, stats[i].n,
		    stats[i].label);
	}
	str_add(out, "</tr></table>\n");
}

/* --- who is silent --- */

struct bar {
	const struct digest_silence *s;
	int percent; /* of the slowest */
	const char *name, *words;
	const char *class, *colour;
};

/* Zero-based: the slowest department fills the track.  More than three days
 * is red, more than one amber. */
static struct bar
bar_of(const struct letter_ctx *x, const struct digest_silence *s,
    int64_t slowest)
{
	struct bar b = { .s = s, .class = "bx", .colour = LOOK_BAR_RED };

	b.name = letter_say(x, s->department);
	b.words = words_span(x->a, x->w, s->median_answer);
	if (s->median_answer < 0 || slowest <= 0) {
		b.percent = s->median_answer < 0 ? 100 : 1;
	} else {
		b.percent = (int)(s->median_answer * 100 / slowest);
		if (b.percent < 1)
			b.percent = 1;
	}
	if (s->median_answer >= 0 && s->median_answer <= 3 * CW_DAY) {
		b.class = s->median_answer > CW_DAY ? "ba" : "bg";
		b.colour = s->median_answer > CW_DAY ? LOOK_BAR_AMBER
		    : LOOK_BAR_GREEN;
	}
	return b;
}

static void
html_bar(const struct bar *b, struct str *out)
{
	str_add(out, "<tr><td class=\"i\" style=\"padding:4px 8px 4px 0;" PLAIN
	    "color:" LOOK_INK "\">");
	look_escape_text(out, b->name);
	str_printf(out, "</td><td><table role=\"presentation\" class=\"t\" "
	    "width=\"100%%\" cellpadding=\"0\" cellspacing=\"0\" "
	    "style=\"background:" LOOK_TRACK "\"><tr><td class=\"%s\" "
	    "width=\"%d%%\" height=\"14\" bgcolor=\"%s\" style=\"background:%s;"
	    "height:14px;font-size:0\">&nbsp;</td>", b->class, b->percent,
	    b->colour, b->colour);
	if (b->percent < 100)
		str_add(out, "<td style=\"font-size:0\">&nbsp;</td>");
	str_printf(out, "</tr></table></td>"
	    "<td class=\"i\" align=\"right\" style=\"padding-left:10px;"
	    "white-space:nowrap;" PLAIN "color:" LOOK_INK "\">%s</td>"
	    "<td class=\"i hide\" align=\"right\" style=\"padding-left:10px;"
	    PLAIN "color:" LOOK_INK "\">%d</td>"
	    "<td class=\"i\" align=\"right\" style=\"padding-left:10px;" PLAIN
	    "color:" LOOK_INK "\">%d</td></tr>\n", b->words, b->s->nudges,
	    b->s->waiting);
}

static void
html_silence_head(const struct words *w, struct str *out)
{
	const struct {
		const char *text, *align, *more;
	} cells[] = {
		{ w->department, "left", "" },
		{ w->median, "left", " width=\"38%\"" },
		{ "&nbsp;", "right", "" },
		{ w->nudges, "right", " hide" },
		{ w->waiting, "right", "" },
	};

	str_add(out, "<table width=\"100%\" cellpadding=\"0\" "
	    "cellspacing=\"0\"><tr>");
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
		bool hide = strcmp(cells[i].more, " hide") == 0;

		str_printf(out, "<th class=\"m%s\" scope=\"col\" align=\"%s\"%s "
		    "style=\"padding:2px 0 2px %s;font-weight:400;"
		    "font-size:12px;color:" LOOK_MUTED "\">%s</th>",
		    hide ? " hide" : "", cells[i].align,
		    hide ? "" : cells[i].more,
		    i > 1 ? "10px" : "0", cells[i].text);
	}
	str_add(out, "</tr>\n");
}

static void
text_columns_of(const char *name, const char *median, const char *nudges,
    const char *waiting, struct str *out)
{
	const char *cells[] = { name, median, nudges, waiting };
	const size_t width[] = { 24, 15, 16, 12 };

	for (size_t i = 0; i < 4; i++) {
		size_t n = text_columns(cells[i], strlen(cells[i]));
		size_t pad = n < width[i] ? width[i] - n : 1;

		if (i != 0)
			text_pad(out, pad);
		str_add(out, cells[i]);
		if (i == 0)
			text_pad(out, pad);
	}
	str_addc(out, '\n');
}

static void
draw_silence(struct letter_rows *lr, struct str *out)
{
	const struct digest *d = lr->x->digest;
	const struct words *w = lr->x->w;
	int64_t slowest = 0;

	for (size_t i = 0; i < d->n_silent; i++)
		if (d->silent[i].median_answer > slowest)
			slowest = d->silent[i].median_answer;
	if (lr->is_html)
		html_silence_head(w, out);
	else
		text_columns_of(w->department, w->median, w->nudges,
		    w->waiting, out);
	for (size_t i = 0; i < d->n_silent && i < SILENT_MAX; i++) {
		struct bar b = bar_of(lr->x, &d->silent[i], slowest);

		if (lr->is_html)
			html_bar(&b, out);
		else
			text_columns_of(cut(lr->x, b.name, 22),
			    b.words, arena_printf(lr->x->a, "%d",
			    b.s->nudges), arena_printf(lr->x->a, "%d",
			    b.s->waiting), out);
	}
	if (lr->is_html)
		str_add(out, "</table>\n");
}

bool
letter_rows_is_known(const char *name)
{
	return strcmp(name, "stats") == 0 || strcmp(name, "silence") == 0 ||
	    (str_has_prefix(name, "cases ") && find_list(name + 6) != NULL);
}

void
letter_rows_draw(struct letter_rows *lr, const char *name, struct str *out)
{
	if (lr->x->digest == NULL)
		return;
	if (strcmp(name, "stats") == 0)
		draw_stats(lr, out);
	else if (strcmp(name, "silence") == 0)
		draw_silence(lr, out);
	else if (str_has_prefix(name, "cases "))
		draw_cases(lr, name + 6, out);
}
