/* fuzz_authres.c - a header block whose Authentication-Results are odd. */
#include "mail/authres.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const anchors[] = { "mx.er.example",
		AUTHRES_TOPMOST, "" };
	struct arena *a = arena_new();
	struct msg m;

	msg_scan((const char *)data, size, a, &m);
	for (size_t i = 0; i < 3; i++) {
		struct msg_own own = { .trust_authserv_id = anchors[i],
			.trust_authas_internal = i == 1 };

		authres_check(&m.headers, &m.from, &own, a, &m.auth);
	}
	arena_free(&a);
	return 0;
}
