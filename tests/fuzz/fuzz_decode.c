/*
 * fuzz_decode.c - one line is a charset, an encoding or a header value, the
 * rest is bytes in it: text that comes out is clean, bytes never more than
 * went in (L21, HT-2, TH-9).
 */
#include "fuzz.h"

#include "mail/charset.h"
#include "mail/codec.h"
#include "mail/flowed.h"
#include "mail/header.h"
#include "mail/param.h"

static void
ask_value(struct arena *a, const char *value, size_t n)
{
	char *unfolded = header_unfold(a, value, n);
	char *decoded = header_decode(a, unfolded);
	const char *name;

	fuzz_clean(unfolded, true);
	fuzz_clean(decoded, true);
	fuzz_must(strchr(decoded, '\n') == NULL || strstr(value, "=?") == NULL);
	(void)param_main(a, unfolded);
	if ((name = param_get(a, unfolded, "filename")) != NULL) {
		name = param_filename(a, name);
		fuzz_clean(name, false);
		fuzz_must(strlen(name) <= 200 && strpbrk(name, "/\\") == NULL);
		fuzz_must(strcmp(name, "..") != 0 && strcmp(name, ".") != 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	const char *word = fuzz_line(a, &data, &size, false);
	const char *s = (const char *)data, *text, *bytes;
	struct codec_uu uu;
	size_t n;

	if (size > 0) {
		text = charset_to_utf8(a, word, s, size);
		fuzz_clean(text, true);
		fuzz_must(strcmp(charset_to_utf8(a, "utf-8", text,
		    strlen(text)), text) == 0); /* stable */
		fuzz_clean(flowed_join(a, text, size % 2 != 0), true);
		bytes = codec_body(a, word, s, size, &n);
		fuzz_must(bytes != NULL && n <= size);
		for (size_t at = 0; codec_find_uu(a, s, size, at, &uu);
		     at = uu.end) {
			fuzz_must(uu.start >= at && uu.end > uu.start &&
			    uu.end <= size && uu.len <= size);
		}
		ask_value(a, s, size);
	}
	ask_value(a, word, strlen(word));
	arena_free(&a);
	return 0;
}
