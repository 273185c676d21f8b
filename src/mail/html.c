/* html.c - HTML to text. */
#include "mail/html.h"

#include "base/str.h"
#include "mail/htmlstrip.h"
#include "mail/htmltag.h"
#include "mail/textflow.h"

#include <libxml/HTMLparser.h>
#include <libxml/tree.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define MAX_PARSE ((size_t)256 * 1024)
#define MAX_DEPTH 300
#define MAX_LINK 1000
#define RULER "________________________________"
#define COUNT(t) (sizeof(t) / sizeof((t)[0]))

/* How mailers mark what is not new (HT-4). */
enum mark {
	MARK_NONE,
	MARK_QUOTE, /* this element is quoted */
	MARK_REST,  /* from here on everything is older */
	MARK_EXTRA, /* block quotes within it are quoted */
	MARK_SIGNATURE
};

static const struct {
	const char *attr, *value;
	enum mark mark;
} marks[] = {
	{ "class", "gmail_quote", MARK_QUOTE },
	{ "class", "gmail_extra", MARK_EXTRA },
	{ "class", "gmail_signature", MARK_SIGNATURE },
	{ "class", "yahoo_quoted", MARK_QUOTE },
	{ "class", "moz-cite-prefix", MARK_QUOTE },
	{ "class", "moz-signature", MARK_SIGNATURE },
	{ "class", "protonmail_signature_block", MARK_SIGNATURE },
	{ "class", "protonmail_quote", MARK_QUOTE },
	{ "class", "zmail_extra", MARK_QUOTE },
	{ "class", "OutlookMessageHeader", MARK_REST },
	{ "id", "divRplyFwdMsg", MARK_REST },
	{ "id", "appendonsend", MARK_REST },
	{ "id", "mail-editor-reference-message-container", MARK_QUOTE },
	{ "id", "ms-outlook-mobile-body-separator-line", MARK_REST },
	{ "id", "Signature", MARK_SIGNATURE },
	{ "id", "ms-outlook-mobile-signature", MARK_SIGNATURE },
	{ "id", "AppleMailSignature", MARK_SIGNATURE },
	{ "data-marker", "__QUOTED_TEXT__", MARK_QUOTE },
	{ "data-marker", "__HEADERS__", MARK_QUOTE },
	{ "data-marker", "__SIG_PRE__", MARK_SIGNATURE },
	{ "data-marker", "__SIG_POST__", MARK_SIGNATURE },
	{ "type", "cite", MARK_QUOTE },
};

/* An element that is open and has to be closed again. */
struct open {
	const xmlNode *node;
	enum mark mark;
};

struct walk {
	struct textflow t;
	struct open stack[MAX_DEPTH];
	size_t depth;
	size_t extra;
	bool has_rest;
	const xmlNode *link;
	size_t link_at; /* where its text begins */
};

static const char *
name_of(const xmlNode *n)
{
	return n->name == NULL ? "" : (const char *)n->name;
}

static const char *
attr(const xmlNode *n, const char *name)
{
	for (const xmlAttr *p = n->properties; p != NULL; p = p->next)
		if (p->name != NULL &&
		    strcasecmp((const char *)p->name, name) == 0)
			return p->children == NULL ||
			    p->children->content == NULL ? "" :
			    (const char *)p->children->content;
	return NULL;
}

/* Is `word` one of the blank-separated words of the value? */
static bool
has_word(const char *value, const char *word)
{
	size_t len = strlen(word), n;

	while (*value != '\0') {
		value += strspn(value, " \t\r\n");
		n = strcspn(value, " \t\r\n");
		if (n == len && strncasecmp(value, word, len) == 0)
			return true;
		value += n;
	}
	return false;
}

/* A declaration in the style attribute; blanks do not count. */
static bool
has_style(const xmlNode *n, const char *what)
{
	const char *style = attr(n, "style");
	char buf[512];
	size_t len = 0;

	if (style == NULL)
		return false;
	for (; *style != '\0' && len + 1 < sizeof(buf); style++)
		if (strchr(" \t\r\n", *style) == NULL)
			buf[len++] = *style;
	buf[len] = '\0';
	return str_casefind(buf, what) != NULL;
}

/* The first text within a node, looking at a few nodes only; or the first
 * element called `element`. */
static const xmlNode *
first(const xmlNode *root, const char *element)
{
	const xmlNode *n = root->children;

	for (int i = 0; n != NULL && i < 24; i++) {
		if (element == NULL ? n->type == XML_TEXT_NODE &&
		    !str_is_empty((const char *)n->content) :
		    strcasecmp(name_of(n), element) == 0)
			return n;
		if (n->children != NULL) {
			n = n->children;
			continue;
		}
		while (n != root && n->next == NULL)
			n = n->parent;
		if (n == root)
			break;
		n = n->next;
	}
	return NULL;
}

/* Above a forwarded mail stands a line that replytext.h knows; the mail
 * itself is content and must not look quoted. */
static bool
is_forward(const xmlNode *n)
{
	const xmlNode *text = first(n, NULL);

	return text != NULL && str_has_prefix(
	    (const char *)text->content + strspn((const char *)text->content,
	    " \t\r\n"), "-----");
}

static bool
is_named(const xmlNode *n, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcasecmp(name_of(n), names[i]) == 0)
			return true;
	return false;
}

static bool
is_hidden(const xmlNode *n)
{
	static const char *const dropped[] = { "script", "style", "head",
		"title", "noscript", "template", "iframe", "object", "svg",
		"math", "select", "button", "textarea", "audio", "video" };

	return is_named(n, dropped, COUNT(dropped)) ||
	    has_style(n, "display:none") || has_style(n, "mso-hide:all") ||
	    has_style(n, "visibility:hidden") || attr(n, "hidden") != NULL;
}

static enum mark
mark_of(const struct walk *w, const xmlNode *n)
{
	bool is_block = strcasecmp(name_of(n), "blockquote") == 0;
	const char *value;

	if (n->properties == NULL)
		return is_block && w->extra > 0 ? MARK_QUOTE : MARK_NONE;
	for (size_t i = 0; i < COUNT(marks); i++)
		if ((value = attr(n, marks[i].attr)) != NULL &&
		    has_word(value, marks[i].value))
			return marks[i].mark == MARK_QUOTE && is_forward(n) ?
			    MARK_NONE : marks[i].mark;
	if (is_block && (w->extra > 0 || attr(n, "cite") != NULL ||
	    ((value = attr(n, "class")) != NULL &&
	    str_casefind(value, "quote") != NULL)))
		return MARK_QUOTE;
	/* Outlook for Windows draws a line above bold From: and Sent:. */
	if (strcasecmp(name_of(n), "div") == 0 &&
	    has_style(n, "border-top:solid") && first(n, "b") != NULL)
		return MARK_REST;
	return MARK_NONE;
}

static void
begin_mark(struct walk *w, enum mark mark)
{
	if (mark != MARK_NONE)
		textflow_line(&w->t);
	w->t.quote += mark == MARK_QUOTE;
	w->extra += mark == MARK_EXTRA;
	if (mark == MARK_SIGNATURE)
		w->t.is_signature = true;
	if (mark == MARK_REST && !w->has_rest && w->t.quote == 0) {
		w->has_rest = true; /* as Outlook writes it in plain text */
		textflow_text(&w->t, RULER, strlen(RULER));
		textflow_line(&w->t);
	}
}

static void
end_mark(struct walk *w, enum mark mark)
{
	if (mark != MARK_NONE)
		textflow_line(&w->t);
	w->t.quote -= mark == MARK_QUOTE;
	w->extra -= mark == MARK_EXTRA;
	if (mark == MARK_SIGNATURE)
		w->t.is_signature = false;
}

static void
block(struct textflow *t, const xmlNode *n)
{
	const char *class;

	switch (htmlstrip_kind(name_of(n))) {
	case HTML_PARAGRAPH:
		class = attr(n, "class");
		if (class != NULL && str_has_prefix(class, "Mso"))
			textflow_line(t); /* Outlook: a paragraph a line */
		else
			textflow_paragraph(t);
		break;
	case HTML_BLOCK:
	case HTML_ITEM:
		textflow_line(t);
		break;
	case HTML_CELL:
		textflow_gap(t);
		break;
	case HTML_BREAK:
	case HTML_PRE:
	case HTML_QUOTE:
	case HTML_INLINE:
		break;
	}
}

/* A picture of a face is a word; other pictures are not text. */
static void
image(struct textflow *t, const xmlNode *n)
{
	const char *alt = attr(n, "alt");

	if (alt == NULL || strlen(alt) > 32)
		return;
	for (const char *p = alt; *p != '\0'; p++)
		if ((unsigned char)*p >= 0xe0) {
			textflow_text(t, alt, strlen(alt));
			return;
		}
}

static void
begin_element(struct walk *w, const xmlNode *n, enum mark mark)
{
	begin_mark(w, mark);
	block(&w->t, n);
	switch (htmlstrip_kind(name_of(n))) {
	case HTML_BREAK:
		textflow_br(&w->t);
		break;
	case HTML_ITEM:
		textflow_text(&w->t, "- ", 2);
		break;
	case HTML_PRE:
		textflow_paragraph(&w->t);
		w->t.pre++;
		break;
	case HTML_QUOTE:
		textflow_paragraph(&w->t);
		break;
	default:
		break;
	}
	if (strcasecmp(name_of(n), "img") == 0)
		image(&w->t, n);
	if (strcasecmp(name_of(n), "a") == 0) {
		w->link = n;
		w->link_at = w->t.b.len;
	}
}

/* "text <url>", unless the text says it already. */
static void
end_link(struct walk *w, const xmlNode *n)
{
	const char *href = attr(n, "href"), *text;

	w->link = NULL;
	if (href == NULL || strlen(href) > MAX_LINK ||
	    w->t.b.len <= w->link_at || w->t.b.len >= TEXTFLOW_MAX ||
	    (!str_has_caseprefix(href, "http:") &&
	    !str_has_caseprefix(href, "https:") &&
	    !str_has_caseprefix(href, "mailto:")))
		return;
	text = w->t.b.s + w->link_at;
	if (str_has_caseprefix(href, "mailto:"))
		href += 7;
	if (strstr(text, href) != NULL || strpbrk(href, " \t\r\n<>") != NULL)
		return;
	textflow_text(&w->t, " <", 2);
	str_add(&w->t.b, href);
	str_addc(&w->t.b, '>');
}

static void
end_element(struct walk *w, const xmlNode *n, enum mark mark)
{
	enum html_kind kind = htmlstrip_kind(name_of(n));

	if (w->link == n)
		end_link(w, n);
	if (kind == HTML_PRE)
		w->t.pre--;
	block(&w->t, n);
	if (kind == HTML_PRE || kind == HTML_QUOTE)
		textflow_paragraph(&w->t);
	end_mark(w, mark);
}

/* Into a node; true: its children are to be walked. */
static bool
enter(struct walk *w, const xmlNode *n)
{
	if (n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE) {
		if (n->content != NULL)
			textflow_text(&w->t, (const char *)n->content,
			    strlen((const char *)n->content));
		return false;
	}
	if (n->type != XML_ELEMENT_NODE || w->depth == MAX_DEPTH ||
	    is_hidden(n))
		return false;
	w->stack[w->depth] = (struct open){ n, mark_of(w, n) };
	begin_element(w, n, w->stack[w->depth].mark);
	w->depth++;
	return true;
}

static void
leave(struct walk *w, const xmlNode *n)
{
	if (w->depth == 0 || w->stack[w->depth - 1].node != n)
		return;
	w->depth--;
	end_element(w, n, w->stack[w->depth].mark);
}

/* An explicit loop: how deep a document is, is the sender's choice. */
static void
walk_tree(struct walk *w, const xmlNode *root)
{
	const xmlNode *n = root;

	while (n != NULL && w->t.b.len < TEXTFLOW_MAX) {
		bool down = enter(w, n);

		if (down && n->children != NULL) {
			n = n->children;
			continue;
		}
		leave(w, n);
		while (n != root && n->next == NULL) {
			n = n->parent;
			leave(w, n);
		}
		if (n == root)
			break;
		n = n->next;
	}
}

static char *
parse(struct arena *a, const char *html, size_t len)
{
	int options = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR |
	    HTML_PARSE_NOWARNING | HTML_PARSE_NONET | HTML_PARSE_COMPACT |
	    HTML_PARSE_IGNORE_ENC;
	xmlDoc *doc = htmlReadMemory(html, (int)len, NULL, "UTF-8", options);
	const xmlNode *root;
	struct walk *w;
	char *out;

	if (doc == NULL)
		return NULL;
	w = arena_alloc(a, sizeof(*w));
	if ((root = xmlDocGetRootElement(doc)) != NULL)
		walk_tree(w, root);
	out = str_dup(&w->t.b, a);
	str_fini(&w->t.b);
	xmlFreeDoc(doc);
	return str_is_empty(out) ? NULL : out;
}

char *
html_to_text(struct arena *a, const char *html, size_t len)
{
	char *out = NULL;

	if (len > 0 && len <= MAX_PARSE && htmltag_is_tame(html, len))
		out = parse(a, html, len);
	if (out == NULL)
		out = htmlstrip(a, html, len);
	return utf8_clean(a, out, strlen(out));
}

char *
html_charset(struct arena *a, const char *html, size_t len)
{
	const char *p, *end = html + (len < 2048 ? len : 2048);
	char *head = arena_memdup(a, html, (size_t)(end - html));
	size_t n;

	if ((p = str_casefind(head, "<meta")) == NULL ||
	    (p = str_casefind(p, "charset")) == NULL)
		return arena_strdup(a, "");
	p += strlen("charset");
	p += strspn(p, " \t\r\n=\"'");
	n = strcspn(p, " \t\r\n\"'/>;");
	return arena_strndup(a, p, n);
}
