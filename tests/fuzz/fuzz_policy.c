/* fuzz_policy.c - any text as settings: a policy or problems, never both. */
#include "core/policy.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

/* Whatever file is asked for, it is the rest of the input. */
struct input {
	const char *text;
	size_t len;
	int reads;
};

static enum rc
input_read(void *ctx, struct arena *a, const char *path, char **out,
    size_t *len, struct err *e)
{
	struct input *in = ctx;

	(void)e;
	if (++in->reads > 20)
		return RC_NONE;
	if (str_has_prefix(path, "/usr/share/zoneinfo/") &&
	    strstr(path, "..") != NULL)
		abort();
	*out = arena_memdup(a, in->text, in->len);
	*len = in->len;
	return RC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { .text = (const char *)data, .len = size };
	struct policy_io io = { &in, input_read };
	struct arena *a = arena_new();
	struct problems probs = { .a = a };
	struct policy p;
	enum rc rc = policy_load(&io, "x.yaml", 2026, a, &p, &probs);

	if ((rc == RC_OK) != (probs.n == 0))
		abort();
	if (rc == RC_OK && (policy_chain(&p, 100) == NULL ||
	    p.ladder.n == 0 || p.default_team->lead == NULL))
		abort();
	for (size_t i = 0; i < probs.n; i++)
		if (str_is_empty(probs.v[i].text) || probs.v[i].line < 0)
			abort();
	if (rc == RC_OK)
		policy_fini(&p);
	arena_free(&a);
	return 0;
}
