/* fuzz_bounce.c - the same bytes as text, report and embedded mail. */
#include "mail/bounce.h"

#include "base/str.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct bounce b;
	struct msg m;
	const char *why;

	msg_scan((const char *)data, size, a, &m);
	m.body.text = utf8_clean(a, (const char *)data + m.headers.body_at,
	    size - m.headers.body_at);
	m.body.delivery_status = size % 2 == 0 ? m.body.text : "";
	m.body.embedded_headers = m.body.text;
	(void)bounce_detect(&m, &why);
	bounce_read(&m, a, &b);
	assert(b.n <= BOUNCE_MAX_RCPTS && b.original_ids.n <= BOUNCE_MAX_IDS);
	for (size_t i = 0; i < b.n; i++)
		(void)bounce_kind_of(b.rcpts[i].status, b.rcpts[i].action);
	arena_free(&a);
	return 0;
}
