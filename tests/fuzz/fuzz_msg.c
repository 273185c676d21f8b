/*
 * fuzz_msg.c - headers of a mail, and what follows from them: everything
 * that happens to hostile bytes outside the reader child (M4, M5, M6, M7).
 * The body, which the child would bring, is the input again.
 */
#include "base/str.h"
#include "mail/msg.h"
#include "mail/token.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *addresses[] = { "er@hr.example" };
	static const struct token_keys keys = { 1, { { 'a', "a key" } } };
	static const struct msg_own own = { { addresses, 1 }, "instance", &keys,
		"mx.hr.example", true };
	struct arena *a = arena_new();
	struct msg m = { 0 };
	const char *text;
	struct token t;

	msg_scan((const char *)data, size, a, &m);
	body_init(&m.body, "");
	text = utf8_clean(a, (const char *)data, size);
	m.body.text = m.body.reply_text = m.body.delivery_status = text;
	m.body.embedded_headers = text;
	if (size % 2)
		m.body.report_type = "delivery-status";
	msg_understand(&m, &own, a);
	(void)token_find_recipient(&keys, &own.addresses, &m.recipients, &t);
	(void)token_parse_message_id(&keys, m.message_id, &t);
	if (m.subject == NULL || m.class_why == NULL ||
	    utf8_cut(m.subject, strlen(m.subject), SIZE_MAX) != strlen(m.subject))
		abort();
	arena_free(&a);
	return 0;
}
