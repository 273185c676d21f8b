/* markdown.c - Markdown to HTML with inline styles, and its lint. */
#include "core/markdown.h"

#include "core/look.h"

#include <md4c.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#define FLAGS (MD_FLAG_NOHTML | MD_FLAG_TABLES | MD_FLAG_NOINDENTEDCODEBLOCKS)

#define INK "color:" LOOK_INK
#define BODY "font-size:14px;line-height:20px;" INK
#define CELL "padding:3px 16px 3px 0;vertical-align:top;"

struct html {
	const char *md;
	size_t len;
	struct str *out;
	const struct markdown_widgets *w;
	struct str widget; /* name of the widget that is being read */
	bool in_widget;
	bool is_lead;      /* the next paragraph is the one after the heading */
	int quotes;        /* depth of quotes */
	int in_link[8], n_links; /* did the link get an <a>? */
	bool head_is_empty; /* of the table that is being read */
	bool in_head;
	size_t head_at;    /* where the table's head begins in `out` */
	size_t head_words; /* bytes of words in the head */
	int column;
};

size_t
markdown_bound(const char *md, size_t len, const char *words, size_t n)
{
	uintptr_t at = (uintptr_t)words - (uintptr_t)md;

	if (at > len)
		return n == 1 ? 1 : 0;
	return n < len - at ? n : len - at;
}

bool
markdown_link_is_allowed(const char *url, size_t n)
{
	static const char *const schemes[] = { "https://", "mailto:", "tel:" };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		size_t len = strlen(schemes[i]);

		if (n > len && strncasecmp(url, schemes[i], len) == 0)
			return true;
	}
	return false;
}

static void
add_attribute(struct str *out, const MD_ATTRIBUTE *at)
{
	for (size_t i = 0; at->size != 0 && at->substr_offsets[i] < at->size;
	    i++) {
		const char *s = at->text + at->substr_offsets[i];
		size_t n = at->substr_offsets[i + 1] - at->substr_offsets[i];

		if (at->substr_types[i] == MD_TEXT_ENTITY)
			str_addn(out, s, n);
		else
			look_escape(out, s, n);
	}
}

/* --- blocks that are always drawn the same way --- */

static const struct {
	MD_BLOCKTYPE type;
	const char *enter, *leave;
} blocks[] = {
	{ MD_BLOCK_QUOTE,
	    "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" "
	    "cellspacing=\"0\" style=\"margin:0 0 12px\"><tr><td class=\"r\" "
	    "style=\"border-left:3px solid " LOOK_RULE ";padding:2px 0 2px 12px\">",
	    "</td></tr></table>\n" },
	{ MD_BLOCK_UL, "<ul style=\"margin:0 0 12px;padding:0 0 0 22px\">",
	    "</ul>\n" },
	{ MD_BLOCK_OL, "<ol style=\"margin:0 0 12px;padding:0 0 0 22px\">",
	    "</ol>\n" },
	{ MD_BLOCK_LI, "<li class=\"i\" style=\"margin:0 0 4px;" BODY "\">",
	    "</li>" },
	{ MD_BLOCK_HR, "<hr class=\"r\" style=\"border:0;border-top:1px solid "
	    LOOK_RULE ";margin:16px 0\">", "" },
	{ MD_BLOCK_TABLE, "<table width=\"100%\" cellpadding=\"0\" "
	    "cellspacing=\"0\" style=\"margin:0 0 12px;" BODY "\">",
	    "</table>\n" },
	{ MD_BLOCK_TR, "<tr>", "</tr>" },
};

static void
fixed_block(struct html *h, MD_BLOCKTYPE type, bool enters)
{
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
		if (blocks[i].type == type)
			str_add(h->out, enters ? blocks[i].enter
			    : blocks[i].leave);
}

static void
enter_heading(struct html *h, unsigned level)
{
	if (level == 1)
		str_add(h->out, "<h1 class=\"i\" style=\"margin:0 0 8px;"
		    "font-size:22px;line-height:28px;font-weight:600;" INK "\">");
	else
		str_add(h->out, "<h2 class=\"i\" style=\"margin:22px 0 6px;"
		    "font-size:16px;line-height:22px;font-weight:600;" INK "\">");
	h->is_lead = level == 1;
}

static void
enter_paragraph(struct html *h)
{
	if (h->is_lead)
		str_add(h->out, "<p class=\"i\" style=\"margin:0 0 12px;"
		    "font-size:15px;line-height:22px;" INK "\">");
	else
		str_printf(h->out, "<p class=\"i\" style=\"margin:0%s;" BODY
		    "\">", h->quotes > 0 ? "" : " 0 10px");
	h->is_lead = false;
}

/* A label of a list of facts is the head of its row. */
static bool
is_label(const struct html *h, MD_BLOCKTYPE type)
{
	return type == MD_BLOCK_TH || (h->head_is_empty && h->column == 0);
}

static void
enter_cell(struct html *h, MD_BLOCKTYPE type, const MD_BLOCK_TD_DETAIL *d)
{
	const char *align = d->align == MD_ALIGN_RIGHT ? "right" : "left";

	if (is_label(h, type))
		str_printf(h->out, "<th class=\"m\" scope=\"%s\" align=\"%s\" "
		    "%sstyle=\"" CELL "font-weight:400;font-size:13px;color:"
		    LOOK_MUTED "\">", type == MD_BLOCK_TH ? "col" : "row",
		    align, type == MD_BLOCK_TH ? "" : "width=\"28%\" ");
	else
		str_printf(h->out, "<td class=\"i\" align=\"%s\" style=\"" CELL
		    INK "\">", align);
}

static int
enter_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct html *h = ctx;

	switch (type) {
	case MD_BLOCK_H:
		enter_heading(h, ((MD_BLOCK_H_DETAIL *)detail)->level);
		break;
	case MD_BLOCK_P:
		enter_paragraph(h);
		break;
	case MD_BLOCK_CODE:
		h->in_widget = true;
		str_clear(&h->widget);
		str_addn(&h->widget, ((MD_BLOCK_CODE_DETAIL *)detail)->info.text,
		    ((MD_BLOCK_CODE_DETAIL *)detail)->info.size);
		break;
	case MD_BLOCK_THEAD:
		h->head_at = h->out->len;
		h->head_words = 0;
		h->in_head = true;
		h->head_is_empty = false;
		break;
	case MD_BLOCK_TH:
	case MD_BLOCK_TD:
		enter_cell(h, type, detail);
		break;
	case MD_BLOCK_TR:
		h->column = 0;
		fixed_block(h, type, true);
		break;
	case MD_BLOCK_QUOTE:
		h->quotes++;
		h->is_lead = false;
		fixed_block(h, type, true);
		break;
	default:
		fixed_block(h, type, true);
		break;
	}
	return 0;
}

/* An empty head is taken back. */
static void
leave_head(struct html *h)
{
	h->in_head = false;
	if (h->head_words != 0)
		return;
	h->head_is_empty = true;
	h->out->len = h->head_at;
	h->out->s[h->out->len] = '\0';
}

static int
leave_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct html *h = ctx;

	switch (type) {
	case MD_BLOCK_H:
		str_add(h->out, ((MD_BLOCK_H_DETAIL *)detail)->level == 1
		    ? "</h1>\n" : "</h2>\n");
		break;
	case MD_BLOCK_P:
		str_add(h->out, "</p>\n");
		break;
	case MD_BLOCK_CODE:
		h->in_widget = false;
		if (h->w != NULL && h->w->draw != NULL)
			h->w->draw(h->w->ctx, str_text(&h->widget), h->out);
		break;
	case MD_BLOCK_THEAD:
		leave_head(h);
		break;
	case MD_BLOCK_TH:
	case MD_BLOCK_TD:
		str_add(h->out, is_label(h, type) ? "</th>" : "</td>");
		h->column++;
		break;
	case MD_BLOCK_QUOTE:
		h->quotes--;
		fixed_block(h, type, false);
		break;
	default:
		fixed_block(h, type, false);
		break;
	}
	return 0;
}

/* --- words --- */

static void
enter_link(struct html *h, const MD_SPAN_A_DETAIL *d)
{
	bool ok = markdown_link_is_allowed(d->href.text, d->href.size);

	if (h->n_links < (int)(sizeof(h->in_link) / sizeof(h->in_link[0])))
		h->in_link[h->n_links] = ok;
	else
		ok = false;
	h->n_links++;
	if (!ok)
		return;
	str_add(h->out, "<a href=\"");
	add_attribute(h->out, &d->href);
	str_add(h->out, "\" style=\"color:" LOOK_ACTION "\">");
}

static void
leave_link(struct html *h)
{
	if (h->n_links == 0) /* it never began: see markdown_bound */
		return;
	h->n_links--;
	if (h->n_links < (int)(sizeof(h->in_link) / sizeof(h->in_link[0])) &&
	    h->in_link[h->n_links])
		str_add(h->out, "</a>");
}

static int
enter_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	struct html *h = ctx;

	if (type == MD_SPAN_STRONG)
		str_add(h->out, "<strong style=\"font-weight:600\">");
	else if (type == MD_SPAN_EM)
		str_add(h->out, "<em>");
	else if (type == MD_SPAN_CODE)
		str_add(h->out, "<strong style=\"font-weight:600;"
		    "white-space:nowrap\">");
	else if (type == MD_SPAN_A)
		enter_link(h, detail);
	return 0;
}

static int
leave_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	struct html *h = ctx;

	(void)detail;
	if (type == MD_SPAN_STRONG || type == MD_SPAN_CODE)
		str_add(h->out, "</strong>");
	else if (type == MD_SPAN_EM)
		str_add(h->out, "</em>");
	else if (type == MD_SPAN_A)
		leave_link(h);
	return 0;
}

/* Case numbers are not broken at the end of a line. */
static void
add_words(struct str *out, const char *s, size_t n)
{
	const char *end = s + n, *hit;

	while ((hit = memmem(s, (size_t)(end - s), "ER-", 3)) != NULL) {
		size_t len = 3;

		while (hit + len < end && hit[len] >= '0' && hit[len] <= '9')
			len++;
		look_escape(out, s, (size_t)(hit - s));
		if (len > 3)
			str_add(out, "<span style=\"white-space:nowrap\">");
		look_escape(out, hit, len);
		if (len > 3)
			str_add(out, "</span>");
		s = hit + len;
	}
	look_escape(out, s, (size_t)(end - s));
}

static int
add_text(MD_TEXTTYPE type, const MD_CHAR *s, MD_SIZE n, void *ctx)
{
	struct html *h = ctx;

	if (h->in_widget)
		return 0;
	n = (MD_SIZE)markdown_bound(h->md, h->len, s, n);
	if (h->in_head)
		h->head_words += n;
	switch (type) {
	case MD_TEXT_BR:
		str_add(h->out, "<br>");
		break;
	case MD_TEXT_SOFTBR:
		str_addc(h->out, '\n');
		break;
	case MD_TEXT_NULLCHAR:
		str_add(h->out, "\xef\xbf\xbd");
		break;
	case MD_TEXT_ENTITY:
		str_addn(h->out, s, n);
		break;
	default:
		add_words(h->out, s, n);
		break;
	}
	return 0;
}

enum rc
markdown_html(const char *md, size_t len, const struct markdown_widgets *w,
    struct str *out, struct err *e)
{
	static const MD_PARSER parser = { 0, FLAGS, enter_block, leave_block,
		enter_span, leave_span, add_text, NULL, NULL };
	struct html h = { .md = md, .len = len, .out = out, .w = w };

	if (len > MARKDOWN_MAX)
		return err_set(e, RC_BAD, "more than %d bytes of Markdown",
		    MARKDOWN_MAX);
	str_add(out, "");
	if (md_parse(md, (MD_SIZE)len, &parser, &h) != 0)
		die("md4c is out of memory");
	str_fini(&h.widget);
	return RC_OK;
}

/* --- lint --- */

struct lint {
	void (*widget)(void *ctx, const char *name);
	void *ctx;
	struct err *e;
	enum rc rc;
};

static int
lint_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct lint *l = ctx;
	const MD_BLOCK_CODE_DETAIL *d = detail;
	struct str name = { 0 };

	if (type != MD_BLOCK_CODE)
		return 0;
	str_addn(&name, d->info.text, d->info.size);
	if (d->fence_char != '~' || name.len == 0)
		l->rc = err_set(l->e, RC_BAD,
		    "a code block: only ~~~ widgets are allowed");
	else if (l->widget != NULL)
		l->widget(l->ctx, name.s);
	str_fini(&name);
	return 0;
}

static int
lint_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	struct lint *l = ctx;

	if (type == MD_SPAN_IMG)
		l->rc = err_set(l->e, RC_BAD, "a picture: mails carry none");
	if (type == MD_SPAN_A) {
		const MD_ATTRIBUTE *href = &((MD_SPAN_A_DETAIL *)detail)->href;

		if (!markdown_link_is_allowed(href->text, href->size))
			l->rc = err_set(l->e, RC_BAD, "the link to '%.*s': only "
			    "https, mailto and tel are allowed",
			    (int)(href->size < 80 ? href->size : 80), href->text);
	}
	return 0;
}

static int
ignore_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	(void)type;
	(void)detail;
	(void)ctx;
	return 0;
}

static int
ignore_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	(void)type;
	(void)detail;
	(void)ctx;
	return 0;
}

static int
ignore_text(MD_TEXTTYPE type, const MD_CHAR *s, MD_SIZE n, void *ctx)
{
	(void)type;
	(void)s;
	(void)n;
	(void)ctx;
	return 0;
}

enum rc
markdown_lint(const char *md, size_t len,
    void (*widget)(void *ctx, const char *name), void *ctx, struct err *e)
{
	static const MD_PARSER parser = { 0, FLAGS, lint_block, ignore_block,
		lint_span, ignore_span, ignore_text, NULL, NULL };
	struct lint l = { widget, ctx, e, RC_OK };

	if (len > MARKDOWN_MAX)
		return err_set(e, RC_BAD, "more than %d bytes of Markdown",
		    MARKDOWN_MAX);
	if (md_parse(md, (MD_SIZE)len, &parser, &l) != 0)
		die("md4c is out of memory");
	return l.rc;
}
