/* fuzz_markdown.c - any bytes as Markdown: no crash, no raw HTML, no script
 * link, no line of text with a control character (M11, OF-5). */
#include "core/markdown.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
draw(void *ctx, const char *name, struct str *out)
{
	(void)ctx;
	(void)name;
	str_add(out, "w\n");
}

static void
no_widget(void *ctx, const char *name)
{
	(void)ctx;
	(void)name;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct markdown_widgets w = { NULL, draw };
	struct str html = { 0 }, text = { 0 };
	struct err e;
	char *md = malloc(size + 1); /* NUL behind it: see markdown.h */

	if (md == NULL)
		abort();
	memcpy(md, data, size);
	md[size] = '\0';
	(void)markdown_html(md, size, &w, &html, &e);
	(void)markdown_text(md, size, &w, &text, &e);
	(void)markdown_lint(md, size, no_widget, NULL, &e);
	if (strcasestr(str_text(&html), "<script") != NULL ||
	    strcasestr(str_text(&html), "href=\"javascript") != NULL ||
	    strstr(str_text(&html), "<img") != NULL)
		__builtin_trap();
	str_fini(&html);
	str_fini(&text);
	free(md);
	return 0;
}
