/* policy_load.c - from the text of the settings to a policy. */
#include "core/policy_table.h"

#include "base/str.h"

static size_t
file_rank(const struct loader *l, const char *file)
{
	size_t i = 0;

	while (i < l->n_docs && !str_eq(l->docs[i]->file, file))
		i++;
	return i;
}

static bool
is_before(const struct loader *l, const struct problem *a,
    const struct problem *b)
{
	size_t x = file_rank(l, a->file), y = file_rank(l, b->file);

	return x != y ? x < y : a->line < b->line;
}

/* In the order in which a person meets them in the files. */
static void
sort_problems(const struct loader *l, size_t from)
{
	struct problem *v = l->probs->v;

	for (size_t i = from + 1; i < l->probs->n; i++) {
		struct problem x = v[i];
		size_t k = i;

		for (; k > from && is_before(l, &x, &v[k - 1]); k--)
			v[k] = v[k - 1];
		v[k] = x;
	}
}

enum rc
policy_load(const struct policy_io *io, const char *path, int year,
    struct arena *a, struct policy *out, struct problems *probs)
{
	size_t before = probs->n;
	struct loader l = {
		.io = io, .a = a, .probs = probs, .p = out, .year = year,
		.path = arena_strdup(a, path),
	};

	*out = (struct policy){ .path = l.path };
	if (probs->a == NULL)
		probs->a = a;
	policy_read_files(&l);
	if (l.is_incomplete) { /* all else would be guessing */
		sort_problems(&l, before);
		return RC_BAD;
	}
	policy_fill(&l);
	policy_link(&l);
	policy_check(&l);
	if (probs->n == before && before < PROBLEMS_MAX)
		return RC_OK;
	sort_problems(&l, before);
	policy_fini(out);
	return RC_BAD;
}
