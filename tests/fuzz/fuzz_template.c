/*
 * fuzz_template.c - templates are ours, but the values in them are not: one
 * input is a template, and the same input is the value that it shows.
 * Whatever the value is, it must not become markup (G13, M11).
 */
#include "core/markdown.h"
#include "core/mustache.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct tfield row[] = { { "name", NULL }, { NULL, NULL } };
static const struct tfield fields[] = { { "x", NULL }, { "rows", row },
	{ NULL, NULL } };

static void
show(struct arena *a, const char *src, size_t len, const char *value)
{
	struct tval *root = tval_new(a), *rows;
	struct str md = { 0 }, out = { 0 };
	struct problems probs = { .a = a };
	const struct mustache *m = mustache_compile(a, "f", 1, src, len, fields,
	    &probs);
	struct err e;

	tval_text(a, root, "x", value);
	rows = tval_list(a, root, "rows");
	tval_text(a, tval_row(a, rows), "name", value);
	if (m != NULL && mustache_render(m, MUSTACHE_MARKDOWN, root, &md, &e) ==
	    RC_OK) {
		(void)markdown_html(str_text(&md), md.len, NULL, &out, &e);
		if (strstr(str_text(&out), "<script") != NULL)
			abort();
		str_clear(&out);
		(void)markdown_text(str_text(&md), md.len, NULL, &out, &e);
	}
	str_fini(&md);
	str_fini(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char fixed[] = "# {{x}}\n\n> {{x}}\n\n- {{x}}\n\n"
	    "{{#rows}}\n| | |\n|--|--|\n| {{name}} | [{{x}}](https://x) |\n{{/rows}}\n";
	struct arena *a = arena_new();
	const char *text = utf8_clean(a, (const char *)data, size);

	show(a, fixed, sizeof(fixed) - 1, text);
	show(a, text, strlen(text), text);
	arena_free(&a);
	return 0;
}
