/*
 * fuzz_letter.c - any file in place of a template: loaded whole or refused
 * with a line that says where, never half (M11).
 */
#include "fuzz.h"

#include "base/embed.h"
#include "core/letter.h"

struct input {
	const char *text;
	size_t len;
};

static enum rc
input_read(void *ctx, struct arena *a, const char *path, char **out,
    size_t *len, struct err *e)
{
	const struct input *in = ctx;
	const struct embedded *file = embed_find(path);
	bool is_ours = strstr(path, "/notice.md") == NULL;

	if (file == NULL)
		return err_set(e, RC_NONE, "no %s", path);
	*len = is_ours ? file->len : in->len;
	*out = arena_memdup(a, is_ours ? file->data : in->text, *len);
	return RC_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const languages[] = { "en" };
	struct input in = { (const char *)data, size };
	const struct policy_io io = { &in, input_read };
	struct arena *a = arena_new();
	struct problems probs = { .a = a };
	const struct templates *t = NULL;
	enum rc rc = templates_load(&io, "templates", languages, 1, a, &t,
	    &probs);

	fuzz_must((rc == RC_OK) == (probs.n == 0));
	for (size_t i = 0; i < probs.n; i++)
		fuzz_must(!str_is_empty(probs.v[i].text));
	arena_free(&a);
	return 0;
}
