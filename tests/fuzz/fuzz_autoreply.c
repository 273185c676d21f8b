/* fuzz_autoreply.c - any mail: its class, and what an absence says. */
#include "mail/autoreply.h"

#include "base/str.h"

#include <assert.h>

#define NOW INT64_C(1794819600)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *own_v[] = { "er@er.example" };
	static const struct msg_own own = { .addresses = { own_v, 1 },
		.instance_id = "x", .trust_authserv_id = "mx.er.example" };
	struct arena *a = arena_new();
	struct absence away;
	struct msg m;

	msg_scan((const char *)data, size, a, &m);
	m.body.text = m.body.reply_text = utf8_clean(a,
	    (const char *)data + m.headers.body_at, size - m.headers.body_at);
	msg_understand(&m, &own, a);
	assert(m.class == MSG_HUMAN || m.wants_no_answer);
	assert(m.class == MSG_HUMAN || m.commands.n == 0);
	(void)autoreply_absence(&m, NOW, a, &away);
	assert(away.back_at == 0 || away.back_at % CW_DAY == 0);
	arena_free(&a);
	return 0;
}
