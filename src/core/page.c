/* page.c - a page about what happened: plot and table. */
#include "core/page.h"

#include "core/look.h"
#include "core/words.h"

#include <stdbool.h>
#include <string.h>

/* The plot, in user units of its SVG. */
#define WIDTH 1000
#define LEFT 150   /* names of the lanes */
#define RIGHT 30
#define TOP 34     /* days */
#define LANE 40
#define LABEL_GAP 14 /* between two labels of a lane */
#define CHAR_WIDTH 6 /* of a label, about */

struct plot {
	const struct page *p;
	struct arena *a;
	const struct words *w;
	cw_time from, until; /* whole days */
	const char *lanes[PAGE_MAX_LANES];
	int label_ends[PAGE_MAX_LANES]; /* where the last label ends */
	size_t n_lanes;
	struct str *out;
};

static const char css[] =
    ":root{--page:" LOOK_PAGE ";--card:" LOOK_CARD ";--ink:" LOOK_INK
    ";--mut:" LOOK_MUTED ";--rule:" LOOK_RULE ";--act:" LOOK_ACTION
    ";--red:" LOOK_BAR_RED ";--lane:" LOOK_PAGE ";--redtext:" LOOK_RED "}"
    "@media(prefers-color-scheme:dark){:root{--page:" LOOK_DARK_PAGE
    ";--card:" LOOK_DARK_CARD ";--ink:" LOOK_DARK_INK ";--mut:"
    LOOK_DARK_MUTED ";--rule:" LOOK_DARK_RULE ";--act:" LOOK_DARK_ACTION
    ";--red:" LOOK_DARK_BAR_RED ";--lane:" LOOK_DARK_PAGE
    ";--redtext:" LOOK_DARK_RED "}}"
    "body{margin:0;background:var(--page);color:var(--ink);font:14px/20px "
    LOOK_FONT "}"
    "main{max-width:1040px;margin:16px auto;background:var(--card);"
    "border-top:4px solid var(--act);padding:20px 28px 28px}"
    "h1{font-size:22px;line-height:28px;font-weight:600;margin:0 0 8px}"
    "h2{font-size:16px;line-height:22px;font-weight:600;margin:24px 0 8px}"
    ".lead{font-size:15px;line-height:22px;margin:0 0 12px}"
    ".m,th{color:var(--mut);font-size:13px;line-height:18px;font-weight:400}"
    "p.m{margin:0 0 4px}"
    ".plot{overflow-x:auto}svg{min-width:760px;width:100%;height:auto;"
    "display:block}text{font:12px " LOOK_FONT ";fill:var(--ink)}"
    "text.d{fill:var(--mut)}text.l{font-size:11px;fill:var(--mut)}"
    "text.c{font-size:11px;fill:var(--redtext)}"
    "text.g{font-weight:600}summary h2{display:inline-block}"
    "summary{cursor:pointer}"
    "table{width:100%;border-collapse:collapse}"
    "th,td{text-align:left;vertical-align:top;padding:8px 16px 8px 0;"
    "border-top:1px solid var(--rule)}td.t{white-space:nowrap}"
    "tr:target{outline:2px solid var(--act)}a{color:var(--act)}"
    "td p{margin:0}"
    "@media(max-width:640px){main{margin:0;padding:16px}"
    "thead{display:none}tr{display:block;border-top:1px solid var(--rule);"
    "padding:8px 0}td{display:block;border:0;padding:0 0 2px}"
    "td.t:first-child,td.w{display:inline;padding-right:12px;"
    "color:var(--mut)}}"
    "@media print{body{background:#fff}main{margin:0;max-width:none}"
    "tr{break-inside:avoid}.plot{overflow:visible}}";

static void
escaped(struct str *out, const char *s)
{
	look_escape_text(out, s != NULL ? s : "");
}

/* --- scale --- */

static cw_time
midnight(const struct plot *t, cw_time at, int days)
{
	const struct zone *z = t->p->calendar != NULL &&
	    t->p->calendar->zone != NULL ? t->p->calendar->zone : zone_utc();
	struct civil c;

	(void)zone_civil(z, at, &c, NULL);
	civil_from_days(civil_days(c.year, c.month, c.day) + days, &c);
	c.hour = c.minute = c.second = 0;
	return zone_instant(z, &c);
}

static int
x_of(const struct plot *t, cw_time at)
{
	int64_t span = t->until - t->from;

	return LEFT + (int)((at - t->from) * (WIDTH - LEFT - RIGHT) / span);
}

static int
y_of(size_t lane)
{
	return TOP + (int)lane * LANE + LANE / 2 + 5;
}

static size_t
lane_of_who(struct plot *t, const char *who)
{
	size_t i;

	for (i = 0; i < t->n_lanes; i++)
		if (strcmp(t->lanes[i], who) == 0)
			return i;
	if (t->n_lanes == PAGE_MAX_LANES)
		return PAGE_MAX_LANES - 1;
	t->lanes[t->n_lanes++] = i == PAGE_MAX_LANES - 1 ? "others" : who;
	return i;
}

static const char *
who_of(const struct page_event *e)
{
	return str_is_empty(e->who) ? "the case" : e->who;
}

static size_t
lane_of(struct plot *t, const struct page_event *e)
{
	if (t->p->n_groups == 0)
		return lane_of_who(t, who_of(e));
	return e->group < PAGE_MAX_LANES ? e->group : PAGE_MAX_LANES - 1;
}

static bool
is_drawn(const struct plot *t, const struct page_event *e)
{
	return t->p->n_groups == 0 || e->group < t->p->n_groups;
}

static void
make_lanes(struct plot *t)
{
	const struct page *p = t->p;

	for (size_t i = 0; i < p->n_groups && i < PAGE_MAX_LANES; i++)
		t->lanes[t->n_lanes++] = i == PAGE_MAX_LANES - 1 &&
		    p->n_groups > PAGE_MAX_LANES ? "others" : p->groups[i].id;
	for (size_t i = 0; i < p->n_events && p->n_groups == 0; i++)
		(void)lane_of(t, &p->events[i]);
}

/* --- the plot --- */

/* One line a day, a label for each Monday, or each day of a short time. */
static void
draw_days(const struct plot *t)
{
	int bottom = TOP + (int)t->n_lanes * LANE;
	int64_t days = words_nights(t->p->calendar, t->from, t->until);
	int every = days <= 10 ? 1 : days <= 70 ? 7 : 28;

	for (int d = 0; d <= days; d++) {
		cw_time at = midnight(t, t->from, d);
		int x = x_of(t, at);
		bool labelled = d % every == 0 && d < days &&
		    x < WIDTH - RIGHT - 40;

		if (!labelled && days > 70)
			continue;
		str_printf(t->out, "<path d=\"M%d %dV%d\" stroke=\"var(--rule)\""
		    "%s/>", x, labelled ? TOP - 10 : TOP, bottom,
		    labelled ? "" : " stroke-dasharray=\"1 4\"");
		if (labelled)
			str_printf(t->out, "<text class=\"d\" x=\"%d\" y=\"%d\">"
			    "%s</text>", x + 3, TOP - 14,
			    words_day(t->a, t->w, t->p->calendar, at, false));
	}
	str_addc(t->out, '\n');
}

/* Case and name, one above the other; a line as long as the case lives. */
static void
draw_group(const struct plot *t, size_t lane)
{
	const struct page_group *g = &t->p->groups[lane];
	cw_time first = t->until, last = t->from;

	for (size_t i = 0; i < t->p->n_events; i++) {
		const struct page_event *e = &t->p->events[i];

		if (e->group != lane)
			continue;
		first = e->at < first ? e->at : first;
		last = e->at > last ? e->at : last;
	}
	if (first < last)
		str_printf(t->out, "<path d=\"M%d %dH%d\" stroke="
		    "\"var(--rule)\" stroke-width=\"3\"/>", x_of(t, first),
		    y_of(lane) + 3, x_of(t, last));
	str_printf(t->out, "<a href=\"#");
	escaped(t->out, g->id);
	str_printf(t->out, "\"><text class=\"g\" x=\"6\" y=\"%d\">",
	    y_of(lane) - 6);
	escaped(t->out, g->id);
	str_printf(t->out, "</text><text class=\"d\" x=\"6\" y=\"%d\">",
	    y_of(lane) + 8);
	look_escape(t->out, g->name, utf8_cut(g->name, strlen(g->name), 24));
	str_add(t->out, "</text></a>\n");
}

static void
draw_lanes(const struct plot *t)
{
	for (size_t i = 0; i < t->n_lanes; i++) {
		const char *name = t->lanes[i];
		size_t n = utf8_cut(name, strlen(name), 24);

		if (i % 2 == 0)
			str_printf(t->out, "<rect x=\"0\" y=\"%d\" width=\"%d\" "
			    "height=\"%d\" fill=\"var(--lane)\"/>",
			    TOP + (int)i * LANE, WIDTH, LANE);
		if (i < t->p->n_groups && strcmp(name, "others") != 0) {
			draw_group(t, i);
			continue;
		}
		str_printf(t->out, "<text x=\"6\" y=\"%d\">", y_of(i) + 4);
		look_escape(t->out, name, n);
		str_add(t->out, n < strlen(name) ? "\xe2\x80\xa6</text>\n"
		    : "</text>\n");
	}
}

/* The name of the mail above its mark, unless another label is there. */
static void
draw_label(struct plot *t, const struct page_event *e)
{
	const char *label = e->label != NULL ? e->label : e->template;
	size_t lane = lane_of(t, e);
	int width, x = x_of(t, e->at), y = y_of(lane) + 3;

	if (str_is_empty(label))
		return;
	width = (int)strlen(label) * CHAR_WIDTH;
	if (x - 4 < t->label_ends[lane] + LABEL_GAP)
		return;
	if (x - 4 + width > WIDTH)
		x = WIDTH - width;
	t->label_ends[lane] = x - 4 + width;
	str_printf(t->out, "<text class=\"%s\" x=\"%d\" y=\"%d\">",
	    e->mark == PAGE_CLIMB ? "c" : "l", x - 4, y - 11);
	escaped(t->out, label);
	str_add(t->out, "</text>");
}

static void
draw_mark(struct plot *t, size_t i)
{
	const struct page_event *e = &t->p->events[i];
	size_t lane = lane_of(t, e);
	int x = x_of(t, e->at), y = y_of(lane) + 3;

	str_printf(t->out, "<a href=\"#e%zu\"><title>", i + 1);
	escaped(t->out, words_day_time(t->a, t->w, t->p->calendar, e->at));
	str_add(t->out, ": ");
	escaped(t->out, str_is_empty(e->template) ? e->kind : e->template);
	str_add(t->out, "</title>");
	switch (e->mark) {
	case PAGE_IN:
		str_printf(t->out, "<circle cx=\"%d\" cy=\"%d\" r=\"8\" "
		    "fill=\"none\" pointer-events=\"all\" stroke=\"var(--ink)\" "
		    "stroke-width=\"2\"/>", x, y);
		break;
	case PAGE_OUT:
	case PAGE_CLIMB:
		str_printf(t->out, "<circle cx=\"%d\" cy=\"%d\" r=\"5\" "
		    "fill=\"var(--%s)\"/>", x, y,
		    e->mark == PAGE_OUT ? "act" : "red");
		break;
	case PAGE_CHANGE:
		str_printf(t->out, "<rect x=\"%d\" y=\"%d\" width=\"8\" "
		    "height=\"8\" fill=\"var(--mut)\"/>", x - 4, y - 4);
		break;
	}
	str_add(t->out, "</a>\n");
}

/* The marks, those that must be seen last, on top; then the labels. */
static void
draw_marks(struct plot *t)
{
	static const enum page_mark order[] = { PAGE_OUT, PAGE_IN,
		PAGE_CHANGE, PAGE_CLIMB };
	const struct page_event *v = t->p->events;

	for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++)
		for (size_t i = 0; i < t->p->n_events; i++)
			if (v[i].mark == order[k] && is_drawn(t, &v[i]))
				draw_mark(t, i);
	for (size_t i = 0; i < t->p->n_events; i++)
		if (is_drawn(t, &v[i]))
			draw_label(t, &v[i]);
	str_addc(t->out, '\n');
}

static void
draw_plot(struct plot *t)
{
	const struct page *p = t->p;

	t->from = midnight(t, p->events[0].at, 0);
	t->until = midnight(t, p->events[p->n_events - 1].at, 1);
	if (t->until <= t->from)
		t->until = t->from + CW_DAY;
	make_lanes(t);
	str_printf(t->out, "<h2>%s</h2>\n<p class=\"m\">"
	    "A ring is a mail that came in, a dot one that went out, a red dot "
	    "a step of the ladder, a square a change of the case. Each leads "
	    "to its row below.</p>\n<div class=\"plot\">", p->n_groups > 0 ?
	    "Case by case" : "Who was written to, and when");
	str_printf(t->out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" "
	    "aria-label=\"Mails and changes over time; the table below says "
	    "the same\">\n", WIDTH, TOP + (int)t->n_lanes * LANE + 8);
	draw_lanes(t);
	draw_days(t);
	draw_marks(t);
	str_add(t->out, "</svg></div>\n");
}

/* --- the table behind it --- */

static void
add_link(struct str *out, const char *file, const char *words)
{
	static const char hex[] = "0123456789ABCDEF";

	str_add(out, "<a href=\"./");
	for (const unsigned char *s = (const unsigned char *)file; *s != '\0';
	    s++) {
		if ((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
		    (*s >= '0' && *s <= '9') || strchr("-._/~", *s) != NULL) {
			str_addc(out, (char)*s);
			continue;
		}
		str_addc(out, '%');
		str_addc(out, hex[*s >> 4]);
		str_addc(out, hex[*s & 15]);
	}
	str_printf(out, "\">%s</a>", words);
}

static void
add_row(const struct plot *t, size_t i)
{
	const struct page_event *e = &t->p->events[i];

	str_printf(t->out, "<tr id=\"e%zu\"><td class=\"t\">", i + 1);
	escaped(t->out, words_day_time(t->a, t->w, t->p->calendar, e->at));
	str_add(t->out, "</td><td class=\"w\">");
	escaped(t->out, who_of(e));
	str_add(t->out, "</td><td><p>");
	escaped(t->out, e->subject);
	str_add(t->out, "</p><p class=\"m\">");
	escaped(t->out, str_is_empty(e->template) ? e->kind : e->template);
	if (!str_is_empty(e->why)) {
		str_add(t->out, " \xc2\xb7 ");
		escaped(t->out, e->why);
	}
	str_add(t->out, "</p></td><td class=\"t\">");
	if (!str_is_empty(e->html))
		add_link(t->out, e->html, "read");
	if (!str_is_empty(e->html) && !str_is_empty(e->eml))
		str_add(t->out, " \xc2\xb7 ");
	if (!str_is_empty(e->eml))
		add_link(t->out, e->eml, "original");
	str_add(t->out, "</td></tr>\n");
}

/* The events of one group, or all. */
static void
add_table(const struct plot *t, size_t group)
{
	str_add(t->out, "<table><thead><tr>"
	    "<th scope=\"col\">When</th><th scope=\"col\">Who</th>"
	    "<th scope=\"col\">What</th><th scope=\"col\">Mail</th></tr>"
	    "</thead><tbody>\n");
	for (size_t i = 0; i < t->p->n_events; i++)
		if (t->p->n_groups == 0 || t->p->events[i].group == group)
			add_row(t, i);
	str_add(t->out, "</tbody></table>\n");
}

static size_t
count_of(const struct page *p, size_t group)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_events; i++)
		n += p->events[i].group == group;
	return n;
}

static void
add_groups(const struct plot *t)
{
	const struct page *p = t->p;
	size_t rest = count_of(p, p->n_groups);

	for (size_t i = 0; i < p->n_groups; i++) {
		str_add(t->out, "<h2 id=\"");
		escaped(t->out, p->groups[i].id);
		str_add(t->out, "\">");
		escaped(t->out, p->groups[i].title);
		str_add(t->out, "</h2>\n<p class=\"m\">");
		escaped(t->out, p->groups[i].note);
		str_add(t->out, "</p>\n");
		add_table(t, i);
	}
	if (rest == 0)
		return;
	str_add(t->out, "<details><summary><h2>");
	escaped(t->out, p->rest);
	str_printf(t->out, " (%zu)</h2></summary>\n", rest);
	add_table(t, p->n_groups);
	str_add(t->out, "</details>\n");
}

void
page_timeline(const struct page *p, struct arena *a, struct str *out)
{
	struct plot t = { .p = p, .a = a, .w = words_for("en"), .out = out };

	for (size_t i = 0; i < PAGE_MAX_LANES; i++)
		t.label_ends[i] = -LABEL_GAP;
	str_add(out, "<!doctype html>\n<html lang=\"en\"><head>"
	    "<meta charset=\"utf-8\"><meta name=\"viewport\" "
	    "content=\"width=device-width,initial-scale=1\">"
	    "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
	escaped(out, p->title);
	str_printf(out, "</title>\n<style>%s</style></head>\n<body><main>\n"
	    "<p class=\"m\">", css);
	escaped(out, p->eyebrow);
	str_add(out, "</p>\n<h1>");
	escaped(out, p->title);
	str_add(out, "</h1>\n<p class=\"lead\">");
	escaped(out, p->lead);
	str_add(out, "</p>\n");
	if (p->n_events > 0)
		draw_plot(&t);
	if (p->n_events > 0 && p->n_groups > 0) {
		add_groups(&t);
	} else if (p->n_events > 0) {
		str_add(out, "<h2>Everything, in order</h2>\n");
		add_table(&t, 0);
	}
	str_add(out, "</main></body></html>\n");
}
