/*
 * fuzz_mime.c - what the reader child does with a mail: parts, charsets,
 * HTML, reply text (M7, M8, L21).  Each attachment it names can be had.
 */
#include "base/str.h"
#include "mail/mime.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
is_clean(const char *s)
{
	for (size_t len = strlen(s), n; len > 0; s += n, len -= n)
		if ((n = utf8_len(s, len)) == 0)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	const char *bytes, *raw = (const char *)data;
	struct body b = { 0 };
	struct err e;
	size_t n;

	mime_read(raw, size, a, &b);
	is_clean(b.text);
	is_clean(b.reply_text);
	is_clean(b.embedded_headers);
	for (size_t i = 0; i < b.n_attachments; i++) {
		is_clean(b.attachments[i].filename);
		if (i < 3 && (mime_attachment(raw, size, i, a, &bytes, &n, &e) !=
		    RC_OK || n != b.attachments[i].size))
			abort();
	}
	arena_free(&a);
	return 0;
}
