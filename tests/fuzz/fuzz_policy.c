/*
 * fuzz_policy.c - a config that is wrong in any way gives a list of what is
 * wrong, never a crash.  Every file that it includes is the input again.
 */
#include "core/policy.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *data;
	size_t size;
};

static enum rc
read_input(void *ctx, struct arena *a, const char *path, char **out,
    size_t *len, struct err *e)
{
	const struct input *in = ctx;

	(void)path;
	(void)e;
	*out = arena_memdup(a, in->data, in->size);
	*len = in->size;
	return RC_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	const struct policy_io io = { &in, read_input };
	struct arena *a = arena_new();
	struct policy policy = { 0 };
	struct problems probs = { .a = a };

	(void)policy_load(&io, "f.yaml", 2026, a, &policy, &probs);
	policy_fini(&policy);
	arena_free(&a);
	return 0;
}
