/* htmlstrip.c - text out of HTML without a parser. */
#include "mail/htmlstrip.h"

#include "base/str.h"
#include "mail/textflow.h"

#include <libxml/HTMLparser.h>
#include <stdbool.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define MAX_NAME 12
#define MAX_TAG ((size_t)64 * 1024) /* a tag with its attributes */

struct strip {
	struct textflow t;
	const char *s;
	size_t n, at;
	/* What was looked for in vain is not looked for again. */
	bool is_unclosed; /* an element to skip has no end */
	bool is_unquoted; /* a quote in a tag has no end */
	bool is_untagged; /* there is no > ahead */
};

enum html_kind
htmlstrip_kind(const char *element)
{
	static const struct {
		const char *name;
		enum html_kind kind;
	} kinds[] = {
		{ "p", HTML_PARAGRAPH }, { "div", HTML_BLOCK },
		{ "br", HTML_BREAK }, { "td", HTML_CELL }, { "th", HTML_CELL },
		{ "tr", HTML_BLOCK }, { "li", HTML_ITEM },
		{ "table", HTML_BLOCK }, { "blockquote", HTML_QUOTE },
		{ "ul", HTML_BLOCK }, { "ol", HTML_BLOCK },
		{ "hr", HTML_BLOCK }, { "pre", HTML_PRE },
		{ "h1", HTML_PARAGRAPH }, { "h2", HTML_PARAGRAPH },
		{ "h3", HTML_PARAGRAPH }, { "h4", HTML_PARAGRAPH },
		{ "h5", HTML_PARAGRAPH }, { "h6", HTML_PARAGRAPH },
		{ "body", HTML_BLOCK }, { "section", HTML_BLOCK },
		{ "article", HTML_BLOCK }, { "header", HTML_BLOCK },
		{ "footer", HTML_BLOCK }, { "center", HTML_BLOCK },
		{ "dl", HTML_BLOCK }, { "dt", HTML_BLOCK },
		{ "dd", HTML_BLOCK }, { "address", HTML_BLOCK },
		{ "fieldset", HTML_BLOCK }, { "form", HTML_BLOCK },
		{ "caption", HTML_BLOCK },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcasecmp(element, kinds[i].name) == 0)
			return kinds[i].kind;
	return HTML_INLINE;
}

static void
put_char(struct textflow *t, unsigned c)
{
	char u[4];
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		c = 0xfffd, n = 3;
	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		u[i] = (char)(0x80 | (c & 0x3f));
	u[0] = (char)(n == 1 ? c : (0xf00u >> n & 0xff) | c);
	textflow_text(t, u, n);
}

/* "&name;" or "&#123;" at p; the length, 0 if it is only an ampersand. */
static size_t
entity(struct textflow *t, const char *p, size_t n)
{
	const htmlEntityDesc *e;
	char name[10];
	size_t len = 1;
	char *end;
	unsigned long c;

	while (len < n && len < sizeof(name) && ((p[len] | 0x20) >= 'a' ?
	    (p[len] | 0x20) <= 'z' : (p[len] >= '0' && p[len] <= '9') ||
	    p[len] == '#'))
		len++;
	memcpy(name, p + 1, len - 1);
	name[len - 1] = '\0';
	if (name[0] == '#') {
		bool hex = name[1] == 'x' || name[1] == 'X';

		c = strtoul(name + (hex ? 2 : 1), &end, hex ? 16 : 10);
		if (*end != '\0' || end == name + 1)
			return 0;
		put_char(t, c > 0x10ffff ? 0 : (unsigned)c);
	} else if ((e = htmlEntityLookup((const xmlChar *)name)) != NULL) {
		put_char(t, e->value);
	} else {
		return 0;
	}
	return len + (len < n && p[len] == ';');
}

static void
text(struct textflow *t, const char *s, size_t n)
{
	while (n > 0) {
		const char *amp = memchr(s, '&', n);
		size_t run = amp == NULL ? n : (size_t)(amp - s), used;

		textflow_text(t, s, run);
		s += run, n -= run;
		if (n == 0)
			break;
		if ((used = entity(t, s, n)) == 0) {
			textflow_text(t, "&", 1);
			used = 1;
		}
		s += used, n -= used;
	}
}

/* Behind the end tag of an element whose content is no text. */
static void
skip_element(struct strip *p, const char *name)
{
	char end[MAX_NAME + 3];
	const char *hit = NULL, *from = p->s + p->at;

	if (p->is_unclosed)
		return;
	(void)snprintf(end, sizeof(end), "</%s", name);
	for (size_t left = p->n - p->at; left > 0;) {
		hit = memmem(from, left, "</", 2);
		if (hit == NULL)
			break;
		left -= (size_t)(hit - from);
		if (left >= strlen(end) &&
		    strncasecmp(hit, end, strlen(end)) == 0)
			break;
		from = hit + 2, left -= 2;
		hit = NULL;
	}
	if (hit == NULL)
		p->is_unclosed = true;
	else
		p->at = (size_t)(hit - p->s);
}

static void
tag(struct strip *p, const char *name, bool is_end)
{
	static const char *const dropped[] = { "script", "style", "head",
		"title", "template", "svg" };
	enum html_kind kind = htmlstrip_kind(name);

	for (size_t i = 0; i < sizeof(dropped) / sizeof(dropped[0]); i++)
		if (!is_end && strcasecmp(name, dropped[i]) == 0)
			skip_element(p, name);
	if (kind == HTML_CELL)
		textflow_gap(&p->t);
	else if (kind == HTML_BREAK)
		textflow_br(&p->t);
	else if (kind == HTML_PARAGRAPH || kind == HTML_PRE)
		textflow_paragraph(&p->t);
	else if (kind != HTML_INLINE)
		textflow_line(&p->t);
	if (kind == HTML_ITEM && !is_end)
		textflow_text(&p->t, "- ", 2);
	if (kind == HTML_QUOTE && !is_end)
		p->t.quote++;
	else if (kind == HTML_QUOTE && p->t.quote > 0)
		p->t.quote--;
}

/* Behind the > that ends a tag; one in quotes does not count.  0: none. */
static size_t
tag_end(struct strip *p, const char *s, size_t n)
{
	const char *gt = p->is_untagged ? NULL : memchr(s, '>', n);
	char quote = '\0';

	if (gt == NULL) {
		p->is_untagged = true;
		return 0;
	}
	for (size_t i = 1; i < n && i < MAX_TAG && !p->is_unquoted; i++) {
		if (quote != '\0')
			quote = s[i] == quote ? '\0' : quote;
		else if ((s[i] == '"' || s[i] == '\'') && s[i - 1] == '=')
			quote = s[i];
		else if (s[i] == '>')
			return i + 1;
	}
	p->is_unquoted = true;
	return (size_t)(gt - s) + 1;
}

/* A tag or comment at p->at; false: only a "less than". */
static bool
markup(struct strip *p)
{
	const char *s = p->s + p->at, *hit;
	size_t n = p->n - p->at, i = 1, len = 0, end;
	char name[MAX_NAME + 1];
	bool is_end;

	if (n >= 4 && memcmp(s, "<!--", 4) == 0) {
		hit = memmem(s + 4, n - 4, "-->", 3);
		p->at = hit == NULL ? p->n : (size_t)(hit - p->s) + 3;
		return true;
	}
	is_end = n > 1 && s[1] == '/';
	i += is_end;
	if (i >= n || !(((s[i] | 0x20) >= 'a' && (s[i] | 0x20) <= 'z') ||
	    s[i] == '!' || s[i] == '?') || (end = tag_end(p, s, n)) == 0)
		return false;
	for (; i < n && len < MAX_NAME && (((s[i] | 0x20) >= 'a' &&
	    (s[i] | 0x20) <= 'z') || (s[i] >= '0' && s[i] <= '9')); i++)
		name[len++] = s[i];
	name[len] = '\0';
	p->at += end;
	tag(p, name, is_end);
	return true;
}

char *
htmlstrip(struct arena *a, const char *html, size_t len)
{
	struct strip p = { .s = html, .n = len };
	char *out;

	while (p.at < p.n && p.t.b.len < TEXTFLOW_MAX) {
		const char *lt = memchr(p.s + p.at, '<', p.n - p.at);
		size_t run = lt == NULL ? p.n - p.at :
		    (size_t)(lt - p.s) - p.at;

		text(&p.t, p.s + p.at, run);
		p.at += run;
		if (p.at < p.n && !markup(&p)) {
			textflow_text(&p.t, "<", 1);
			p.at++;
		}
	}
	out = str_dup(&p.t.b, a);
	str_fini(&p.t.b);
	return out;
}
