/* markdown_text.c - Markdown to the plain text part of a mail. */
#include "core/markdown.h"

#include <md4c.h>
#include <string.h>

#define FLAGS (MD_FLAG_NOHTML | MD_FLAG_TABLES | MD_FLAG_NOINDENTEDCODEBLOCKS)
#define MAX_NEST 12     /* quotes and lists inside each other */
#define MAX_COLUMNS 8   /* of a table */
#define MAX_CELL 30     /* characters of a column that is not the last */

struct text {
	const char *md;
	size_t len;
	struct str *out;
	const struct markdown_widgets *w;
	struct str words; /* the block that is being read */
	/* what stands before its lines, outermost first */
	const char *prefix[MAX_NEST];
	char numbers[MAX_NEST][16]; /* "12. " of ordered lists */
	int depth;
	bool is_item_new; /* the innermost item has no line yet */
	unsigned next_no[MAX_NEST]; /* of ordered lists; 0: bullets */
	int lists;
	bool is_blank_due;
	bool in_widget;
	struct str href;
	size_t link_at;
	/* table */
	struct arena *a;
	const char **cells;
	size_t n_cells, cap_cells;
	size_t columns, body_at;
	bool is_right[MAX_COLUMNS];
};

size_t
text_columns(const char *s, size_t n)
{
	size_t columns = 0;

	for (size_t i = 0; i < n; i++)
		columns += ((unsigned char)s[i] & 0xc0) != 0x80;
	return columns;
}

void
text_pad(struct str *out, size_t n)
{
	while (n-- > 0)
		str_addc(out, ' ');
}

/* The next line of *s that fits; *s moves past it and the blanks. */
static size_t
take_line(const char **s, size_t columns, const char **line)
{
	const char *p = *s, *fit = NULL;
	size_t used = 0, len;

	while (*p == ' ')
		p++;
	*line = p;
	for (; *p != '\0' && *p != '\n'; p++) {
		if (*p == ' ')
			fit = p;
		used += ((unsigned char)*p & 0xc0) != 0x80;
		if (used > columns && fit != NULL)
			break;
	}
	if (*p != '\0' && *p != '\n')
		p = fit;
	len = (size_t)(p - *line);
	*s = *p == '\n' ? p + 1 : p;
	while (**s == ' ')
		(*s)++;
	while (len > 0 && (*line)[len - 1] == ' ')
		len--;
	return len;
}

static void
end_line(struct str *out)
{
	while (out->len > 0 && out->s[out->len - 1] == ' ')
		out->s[--out->len] = '\0';
	str_addc(out, '\n');
}

void
text_wrap(struct str *out, const char *text, const char *first,
    const char *rest, size_t columns)
{
	size_t used = text_columns(rest, strlen(rest));
	const char *line, *prefix = first;

	columns = columns > used + 20 ? columns - used : 20;
	do {
		size_t len = take_line(&text, columns, &line);

		str_add(out, prefix);
		str_addn(out, line, len);
		end_line(out);
		prefix = rest;
	} while (*text != '\0');
}

/* --- blocks --- */

/* Text before the lines of a block; the first line of an item shows its
 * bullet, the others blanks of the same width. */
static void
prefixes(const struct text *t, struct str *first, struct str *rest)
{
	for (int i = 0; i < t->depth && i < MAX_NEST; i++) {
		const char *p = t->prefix[i];

		if (p[0] == '>') {
			str_add(first, p);
			str_add(rest, p);
			continue;
		}
		if (i == t->depth - 1 && t->is_item_new)
			str_add(first, p);
		else
			text_pad(first, strlen(p));
		text_pad(rest, strlen(p));
	}
}

static void
blank_line(struct text *t)
{
	if (t->is_blank_due && t->out->len != 0) {
		for (int i = 0; i < t->depth && i < MAX_NEST; i++)
			str_add(t->out, t->prefix[i][0] == '>' ? "> " : "");
		end_line(t->out);
	}
	t->is_blank_due = false;
}

static void
flush_words(struct text *t)
{
	struct str first = { 0 }, rest = { 0 };

	if (t->words.len == 0)
		return;
	blank_line(t);
	prefixes(t, &first, &rest);
	text_wrap(t->out, t->words.s, str_text(&first), str_text(&rest),
	    MARKDOWN_COLUMNS);
	t->is_item_new = false;
	str_clear(&t->words);
	str_fini(&first);
	str_fini(&rest);
}

static void
nest(struct text *t, const char *prefix)
{
	if (t->depth < MAX_NEST)
		t->prefix[t->depth] = prefix;
	t->depth++;
}

static void
flush_heading(struct text *t, char underline)
{
	size_t columns = text_columns(str_text(&t->words), t->words.len);

	if (columns > MARKDOWN_COLUMNS)
		columns = MARKDOWN_COLUMNS;
	flush_words(t);
	while (columns-- > 0)
		str_addc(t->out, underline);
	str_addc(t->out, '\n');
	t->is_blank_due = true;
}

static void
enter_item(struct text *t)
{
	int list = t->lists - 1;
	const char *bullet = "- ";

	flush_words(t);
	if (list >= 0 && list < MAX_NEST && t->next_no[list] != 0 &&
	    t->depth < MAX_NEST) {
		struct str no = { 0 };

		str_printf(&no, "%u. ", t->next_no[list]++);
		memcpy(t->numbers[t->depth], no.s,
		    no.len < 16 ? no.len + 1 : 15);
		str_fini(&no);
		bullet = t->numbers[t->depth];
	}
	nest(t, bullet);
	t->is_item_new = true;
}

static void
enter_list(struct text *t, unsigned start)
{
	flush_words(t);
	if (t->lists == 0)
		blank_line(t);
	if (t->lists < MAX_NEST)
		t->next_no[t->lists] = start;
	t->lists++;
}

/* --- tables --- */

static size_t
column_width(const struct text *t, size_t col)
{
	size_t width = 0;

	for (size_t i = col; i < t->n_cells; i += t->columns) {
		size_t n = text_columns(t->cells[i], strlen(t->cells[i]));

		if (n > width)
			width = n;
	}
	return width > MAX_CELL && col + 1 < t->columns ? MAX_CELL : width;
}

static void
table_row(struct text *t, const char **cells, const size_t *width)
{
	struct str first = { 0 }, rest = { 0 };

	for (size_t i = 0; i + 1 < t->columns; i++) {
		size_t n = text_columns(cells[i], strlen(cells[i]));
		size_t pad = n < width[i] ? width[i] - n : 0;

		if (t->is_right[i])
			text_pad(&first, pad);
		str_add(&first, cells[i]);
		text_pad(&first, (t->is_right[i] ? 0 : pad) + 2);
		text_pad(&rest, width[i] + 2);
	}
	if (t->is_right[t->columns - 1]) {
		size_t n = text_columns(cells[t->columns - 1],
		    strlen(cells[t->columns - 1]));

		text_pad(&first, n < width[t->columns - 1]
		    ? width[t->columns - 1] - n : 0);
		str_add(&first, cells[t->columns - 1]);
		str_add(t->out, first.s);
		end_line(t->out);
	} else {
		text_wrap(t->out, cells[t->columns - 1], str_text(&first),
		    str_text(&rest), MARKDOWN_COLUMNS);
	}
	str_fini(&first);
	str_fini(&rest);
}

static void
table_rule(struct text *t, const size_t *width)
{
	for (size_t i = 0; i < t->columns; i++) {
		for (size_t k = 0; k < width[i] && k < MARKDOWN_COLUMNS; k++)
			str_addc(t->out, '-');
		str_add(t->out, "  ");
	}
	end_line(t->out);
}

static void
flush_table(struct text *t)
{
	size_t width[MAX_COLUMNS] = { 0 };
	bool has_head = false;

	if (t->columns == 0 || t->columns > MAX_COLUMNS)
		return;
	while (t->n_cells % t->columns != 0)
		*ARENA_PUSH(t->a, t->cells, t->n_cells, t->cap_cells) = "";
	blank_line(t);
	for (size_t i = 0; i < t->columns; i++)
		width[i] = column_width(t, i);
	for (size_t i = 0; i < t->columns && i < t->n_cells; i++)
		has_head |= t->cells[i][0] != '\0';
	for (size_t i = has_head ? 0 : t->columns; i < t->n_cells;
	    i += t->columns) {
		table_row(t, t->cells + i, width);
		if (i == 0)
			table_rule(t, width);
	}
	t->is_blank_due = true;
}

static void
end_cell(struct text *t, const MD_BLOCK_TD_DETAIL *d, bool is_head)
{
	size_t col = is_head ? t->n_cells : t->n_cells % (t->columns != 0
	    ? t->columns : 1);

	if (is_head && col < MAX_COLUMNS)
		t->is_right[col] = d->align == MD_ALIGN_RIGHT;
	for (char *p = t->words.s; p != NULL && *p != '\0'; p++)
		if (*p == '\n')
			*p = ' ';
	*ARENA_PUSH(t->a, t->cells, t->n_cells, t->cap_cells) =
	    str_dup(&t->words, t->a);
	str_clear(&t->words);
}

/* --- md4c --- */

static int
enter_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct text *t = ctx;

	switch (type) {
	case MD_BLOCK_QUOTE:
		flush_words(t);
		blank_line(t);
		nest(t, "> ");
		break;
	case MD_BLOCK_UL:
		enter_list(t, 0);
		break;
	case MD_BLOCK_OL:
		enter_list(t, ((MD_BLOCK_OL_DETAIL *)detail)->start);
		break;
	case MD_BLOCK_LI:
		enter_item(t);
		break;
	case MD_BLOCK_CODE:
		flush_words(t);
		t->in_widget = true;
		str_addn(&t->words, ((MD_BLOCK_CODE_DETAIL *)detail)->info.text,
		    ((MD_BLOCK_CODE_DETAIL *)detail)->info.size);
		break;
	case MD_BLOCK_TABLE:
		flush_words(t);
		t->columns = ((MD_BLOCK_TABLE_DETAIL *)detail)->col_count;
		t->n_cells = 0;
		break;
	case MD_BLOCK_HR:
		flush_words(t);
		blank_line(t);
		str_add(t->out, "* * *\n");
		t->is_blank_due = true;
		break;
	default:
		break;
	}
	return 0;
}

static void
leave_widget(struct text *t)
{
	t->in_widget = false;
	blank_line(t);
	if (t->w != NULL && t->w->draw != NULL)
		t->w->draw(t->w->ctx, str_text(&t->words), t->out);
	str_clear(&t->words);
	t->is_blank_due = true;
}

static void
leave_nest(struct text *t, MD_BLOCKTYPE type)
{
	flush_words(t);
	t->depth--;
	t->is_item_new = false;
	if (type == MD_BLOCK_QUOTE)
		t->is_blank_due = true;
}

static int
leave_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct text *t = ctx;

	switch (type) {
	case MD_BLOCK_H:
		flush_heading(t, ((MD_BLOCK_H_DETAIL *)detail)->level == 1
		    ? '=' : '-');
		break;
	case MD_BLOCK_P:
		flush_words(t);
		t->is_blank_due = true;
		break;
	case MD_BLOCK_QUOTE:
	case MD_BLOCK_LI:
		leave_nest(t, type);
		break;
	case MD_BLOCK_UL:
	case MD_BLOCK_OL:
		t->lists--;
		t->is_blank_due = t->lists == 0;
		break;
	case MD_BLOCK_CODE:
		leave_widget(t);
		break;
	case MD_BLOCK_TH:
	case MD_BLOCK_TD:
		end_cell(t, detail, type == MD_BLOCK_TH);
		break;
	case MD_BLOCK_TABLE:
		flush_table(t);
		break;
	default:
		break;
	}
	return 0;
}

static int
enter_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	struct text *t = ctx;

	if (type == MD_SPAN_A) {
		const MD_ATTRIBUTE *href = &((MD_SPAN_A_DETAIL *)detail)->href;

		str_clear(&t->href);
		str_addn(&t->href, href->text, href->size);
		t->link_at = t->words.len;
	}
	return 0;
}

/* "words <https://...>", unless the words say the address themselves. */
static int
leave_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	struct text *t = ctx;
	const char *words = str_text(&t->words) +
	    (t->link_at < t->words.len ? t->link_at : t->words.len);
	const char *url = str_text(&t->href);

	(void)detail;
	if (type != MD_SPAN_A || !markdown_link_is_allowed(url, t->href.len))
		return 0;
	if (str_has_prefix(url, "tel:"))
		return 0;
	if (str_has_prefix(url, "mailto:"))
		url += 7;
	if (strcmp(words, url) != 0)
		str_printf(&t->words, " <%s>", url);
	str_clear(&t->href); /* said once, however often md4c ends it */
	return 0;
}

static void
add_entity(struct str *out, const char *s, size_t n)
{
	static const struct {
		const char *entity, *text;
	} table[] = {
		{ "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" },
		{ "&quot;", "\"" }, { "&nbsp;", "\xc2\xa0" },
		{ "&ndash;", "\xe2\x80\x93" }, { "&mdash;", "\xe2\x80\x94" },
		{ "&middot;", "\xc2\xb7" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strlen(table[i].entity) == n &&
		    memcmp(table[i].entity, s, n) == 0) {
			str_add(out, table[i].text);
			return;
		}
	str_addn(out, s, n);
}

static int
add_text(MD_TEXTTYPE type, const MD_CHAR *s, MD_SIZE n, void *ctx)
{
	struct text *t = ctx;

	if (t->in_widget)
		return 0;
	n = (MD_SIZE)markdown_bound(t->md, t->len, s, n);
	switch (type) {
	case MD_TEXT_BR:
		str_addc(&t->words, '\n');
		break;
	case MD_TEXT_SOFTBR:
		str_addc(&t->words, ' ');
		break;
	case MD_TEXT_NULLCHAR:
		str_add(&t->words, "\xef\xbf\xbd");
		break;
	case MD_TEXT_ENTITY:
		add_entity(&t->words, s, n);
		break;
	default:
		str_addn(&t->words, s, n);
		break;
	}
	return 0;
}

enum rc
markdown_text(const char *md, size_t len, const struct markdown_widgets *w,
    struct str *out, struct err *e)
{
	static const MD_PARSER parser = { 0, FLAGS, enter_block, leave_block,
		enter_span, leave_span, add_text, NULL, NULL };
	struct text t = { .md = md, .len = len, .out = out, .w = w };

	if (len > MARKDOWN_MAX)
		return err_set(e, RC_BAD, "more than %d bytes of Markdown",
		    MARKDOWN_MAX);
	t.a = arena_new();
	if (md_parse(md, (MD_SIZE)len, &parser, &t) != 0)
		die("md4c is out of memory");
	flush_words(&t);
	str_fini(&t.words);
	str_fini(&t.href);
	arena_free(&t.a);
	return RC_OK;
}
