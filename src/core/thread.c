/* thread.c - which case a mail belongs to. */
#include "core/thread.h"

static const char *const names[] = {
	[SIGNAL_ADDRESS] = "keyed reply address",
	[SIGNAL_KEYED_ID] = "keyed Message-ID",
	[SIGNAL_KNOWN_ID] = "known Message-ID",
	[SIGNAL_TOKEN] = "subject token",
	[SIGNAL_FORGED] = "forged key",
};

const char *
signal_kind_name(enum signal_kind k)
{
	return names[k];
}

/* Keyed ones are one strength: a MAC of ours vouches for each. */
static int
strength(const struct thread_signal *s)
{
	if (!s->exists || s->kind == SIGNAL_FORGED)
		return 0;
	if (s->kind == SIGNAL_ADDRESS || s->kind == SIGNAL_KEYED_ID)
		return 3;
	return s->kind == SIGNAL_KNOWN_ID ? 2 : 1;
}

/* The first of the strongest signals; NULL if none leads anywhere. */
static const struct thread_signal *
strongest(const struct thread_signal *v, size_t n)
{
	const struct thread_signal *best = NULL;

	for (size_t i = 0; i < n; i++)
		if (strength(&v[i]) > (best == NULL ? 0 : strength(best)))
			best = &v[i];
	return best;
}

/* Another signal, as strong as `best` (or weaker), that names another case. */
static const struct thread_signal *
contradicts(const struct thread_signal *v, size_t n,
    const struct thread_signal *best, bool as_strong)
{
	for (size_t i = 0; i < n; i++) {
		bool same = strength(&v[i]) == strength(best);

		if (strength(&v[i]) != 0 && v[i].case_no != best->case_no &&
		    same == as_strong)
			return &v[i];
	}
	return NULL;
}

static void
unverified(struct thread_verdict *out, int64_t case_no, const char *why)
{
	*out = (struct thread_verdict){ .what = THREAD_UNVERIFIED,
		.case_no = case_no, .audience = AUD_INTERNAL,
		.is_flagged = true, .why = why };
}

/* Nothing leads to a case: a new one, unless the mail claims one. */
static void
no_case(const struct thread_signal *v, size_t n, bool token_is_ambiguous,
    struct arena *a, struct thread_verdict *out)
{
	if (token_is_ambiguous) {
		unverified(out, 0, "the subject names several cases");
		return;
	}
	*out = (struct thread_verdict){ .what = THREAD_NEW,
		.why = "nothing in it names a case" };
	for (size_t i = 0; i < n; i++) {
		out->is_flagged = true;
		out->why = v[i].kind == SIGNAL_FORGED ?
		    "its reply key is not ours (forged or damaged)" :
		    arena_printf(a, "it names ER-%06lld, which does not exist",
		        (long long)v[i].case_no);
	}
}

void
thread_match(const struct thread_signal *v, size_t n, bool token_is_ambiguous,
    struct arena *a, struct thread_verdict *out)
{
	const struct thread_signal *best = strongest(v, n), *other;

	if (best == NULL) {
		no_case(v, n, token_is_ambiguous, a, out);
		return;
	}
	if ((other = contradicts(v, n, best, true)) != NULL) {
		unverified(out, 0, arena_printf(a,
		    "it names two cases, ER-%06lld (%s) and ER-%06lld (%s)",
		    (long long)best->case_no, names[best->kind],
		    (long long)other->case_no, names[other->kind]));
		return;
	}
	if (strength(best) < 3 && !best->sender_belongs) {
		unverified(out, best->case_no, arena_printf(a,
		    "the %s names ER-%06lld, but the sender does not belong"
		    " to that case", names[best->kind],
		    (long long)best->case_no));
		return;
	}
	*out = (struct thread_verdict){ .what = THREAD_CASE,
		.case_no = best->case_no, .audience = best->audience,
		.out_id = best->out_id, .is_keyed = strength(best) == 3,
		.sender_belongs = best->sender_belongs,
		.why = arena_printf(a, "the %s names ER-%06lld",
		    names[best->kind], (long long)best->case_no) };
	if ((other = contradicts(v, n, best, false)) != NULL) {
		out->is_flagged = true;
		out->why = arena_printf(a, "%s, although the %s names ER-%06lld",
		    out->why, names[other->kind], (long long)other->case_no);
	}
	if (!best->sender_belongs) {
		out->is_flagged = true;
		out->why = arena_printf(a, "%s; the sender is not the addressee",
		    out->why);
	}
}
