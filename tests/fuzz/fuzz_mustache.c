/* fuzz_mustache.c - any bytes as template and as value: no crash, and no
 * value becomes a link or a tag in the mail (M11). */
#include "core/markdown.h"
#include "core/mustache.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct tfield row_fields[] = {
	{ "when", NULL }, { "what", NULL }, { NULL, NULL } };
static const struct tfield fields[] = {
	{ "name", NULL }, { "words", NULL }, { "story", row_fields },
	{ NULL, NULL } };
static const char around[] = "# {{name}}\n\n> {{words}}\n\n"
    "| | |\n|---|---|\n| a | {{words}} |\n\n{{#story}}\n- {{what}}\n"
    "{{/story}}\nend {{name}} end\n";

static struct tval *
values(struct arena *a, const char *text)
{
	struct tval *v = tval_new(a);
	struct tval *list;

	tval_text(a, v, "name", text);
	tval_text(a, v, "words", text);
	list = tval_list(a, v, "story");
	tval_text(a, tval_row(a, list), "what", text);
	return v;
}

static void
render(const struct mustache *m, const struct tval *v, bool is_ours)
{
	struct str md = { 0 }, html = { 0 }, text = { 0 };
	struct err e;

	(void)mustache_render(m, MUSTACHE_MARKDOWN, v, &md, &e);
	(void)markdown_html(str_text(&md), md.len, NULL, &html, &e);
	(void)markdown_text(str_text(&md), md.len, NULL, &text, &e);
	if (is_ours && (strstr(str_text(&html), "<a ") != NULL ||
	    strstr(str_text(&html), "<script") != NULL ||
	    strstr(str_text(&html), "<em") != NULL ||
	    strstr(str_text(&html), "<h2") != NULL))
		__builtin_trap();
	str_fini(&md);
	str_fini(&html);
	str_fini(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct problems probs = { .a = a };
	const char *text = utf8_clean(a, (const char *)data, size);
	struct tval *v = values(a, text);
	const struct mustache *m;

	m = mustache_compile(a, "fuzz", 1, (const char *)data, size, fields,
	    &probs);
	if (m != NULL)
		render(m, v, false);
	m = mustache_compile(a, "ours", 1, around, strlen(around), fields,
	    &probs);
	render(m, v, true);
	arena_free(&a);
	return 0;
}
