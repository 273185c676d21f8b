/* fuzz_header.c - any bytes as a header: fields, addresses, ids, date. */
#include "base/err.h"
#include "mail/addr.h"
#include "mail/param.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct msg m;

	msg_scan((const char *)data, size, a, &m);
	if (m.headers.body_at > size)
		die("the body begins behind the mail");
	for (size_t i = 0; i < m.headers.n; i++) {
		const char *name = param_get(a, m.headers.v[i].value, "name");

		if (name != NULL && strpbrk(param_filename(a, name), "/\\\n"))
			die("a file name with a path");
	}
	for (size_t i = 0; i < m.recipients.n; i++)
		if (addr_is_valid(m.recipients.v[i].email) &&
		    strpbrk(m.recipients.v[i].email, " \r\n<>") != NULL)
			die("no address for an envelope");
	arena_free(&a);
	return 0;
}
