/*
 * fuzz_html.c - HTML to text by both ways, and new text apart from quoted
 * text (M7, M8, L22, L23: never empty if the text is not).
 */
#include "base/str.h"
#include "mail/html.h"
#include "mail/htmlstrip.h"
#include "mail/replytext.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	const char *text = utf8_clean(a, (const char *)data, size);
	const char *found[] = { text, html_to_text(a, text, strlen(text)),
		htmlstrip(a, text, strlen(text)) };

	(void)html_charset(a, text, strlen(text));
	for (size_t i = 0; i < 3; i++)
		if (!str_is_empty(found[i]) &&
		    str_is_empty(replytext_extract(found[i], a)))
			abort();
	arena_free(&a);
	return 0;
}
