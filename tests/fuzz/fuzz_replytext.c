/* fuzz_replytext.c - any text as a reply: never empty if the text is not. */
#include "base/err.h"
#include "base/str.h"
#include "mail/replytext.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	const char *text = utf8_clean(a, (const char *)data, size);

	if (str_is_empty(replytext_extract(text, a)) && !str_is_empty(text))
		die("nothing is left");
	arena_free(&a);
	return 0;
}
