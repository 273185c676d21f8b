/* fuzz_wire.c - any bytes as the answer of the reader child: refused, or a
 * body that is clean; and what we put is what we get (M7). */
#include "fuzz.h"

#include "mail/reader_wire.h"

static void
check(const struct body *b)
{
	const char *texts[] = { b->text, b->reply_text, b->report_type,
		b->delivery_status, b->embedded_headers, b->calendar_method,
		b->problem };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		fuzz_clean(texts[i], true);
	fuzz_must(b->n_attachments <= WIRE_MAX_ATTACHMENTS);
	for (size_t i = 0; i < b->n_attachments; i++) {
		fuzz_clean(b->attachments[i].filename, true);
		fuzz_clean(b->attachments[i].type, true);
		fuzz_clean(b->attachments[i].sha256, true);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct str again = { 0 };
	struct body b, c;
	uint32_t flags;

	if (wire_get_body((const char *)data, size, 5, a, &b)) {
		check(&b);
		flags = wire_put_body(&again, &b);
		fuzz_must(wire_get_body(str_text(&again), again.len, flags, a,
		    &c));
		fuzz_must(strcmp(b.text, c.text) == 0);
		fuzz_must(b.n_attachments == c.n_attachments &&
		    b.is_encrypted == c.is_encrypted &&
		    b.has_tnef == c.has_tnef);
	}
	str_fini(&again);
	arena_free(&a);
	return 0;
}
