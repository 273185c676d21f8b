/* fuzz_mbox.c - any bytes as an mbox file: every mail once, no byte made up
 * (H1). */
#include "fuzz.h"

#include "net/mbox.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	size_t pos = 0, before = 0, n, all = 0;
	const char *mail;

	(void)mbox_is((const char *)data, size);
	while (mbox_next((const char *)data, size, &pos, a, &mail, &n)) {
		fuzz_must(pos > before && pos <= size);
		fuzz_must(mail != NULL && n <= pos - before);
		before = pos;
		all += n;
		arena_reset(a);
	}
	fuzz_must(all <= size);
	arena_free(&a);
	return 0;
}
