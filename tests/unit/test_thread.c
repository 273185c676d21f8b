/* test_thread.c - which case a mail belongs to, every combination. */
#include "fixture_desk.h"

#include "core/thread.h"

/*
 * A signal as a word: what it is (a keyed address, i keyed id, k known id,
 * t token, f forged), the case, and + the sender belongs, - does not,
 * ! no such case.  "a1+ t2-"
 */
static size_t
signals(const char *s, struct thread_signal *v)
{
	static const char kinds[] = "aiktf";
	size_t n = 0;

	for (; *s != '\0'; s += 3 + (s[3] == ' '), n++)
		v[n] = (struct thread_signal){
			.kind = (enum signal_kind)(strchr(kinds, s[0]) - kinds),
			.case_no = s[1] - '0',
			.audience = AUD_DEPARTMENT,
			.out_id = 10 + (int64_t)n,
			.exists = s[2] != '!',
			.sender_belongs = s[2] == '+',
		};
	return n;
}

/* "case 1 keyed flagged", "new", "unverified 1" */
static const char *
verdict_text(struct arena *a, const struct thread_verdict *v)
{
	static const char *const what[] = { "new", "case", "unverified" };

	return arena_printf(a, "%s%s%s%s", what[v->what],
	    v->what == THREAD_NEW ? "" : arena_printf(a, " %d",
	    (int)v->case_no), v->is_keyed ? " keyed" : "",
	    v->is_flagged ? " flagged" : "");
}

static const struct row {
	const char *name, *signals, *want;
} rows[] = {
	{ "a mail that names nothing", "", "new" },
	/* one signal */
	{ "keyed address, of the addressee", "a1+", "case 1 keyed" },
	{ "keyed address, of a stranger: there, but somebody looks", "a1-",
	    "case 1 keyed flagged" },
	{ "keyed address of a case that is gone", "a1!", "new flagged" },
	{ "keyed id, of the addressee", "i1+", "case 1 keyed" },
	{ "keyed id, of a stranger", "i1-", "case 1 keyed flagged" },
	{ "keyed id of a case that is gone", "i1!", "new flagged" },
	{ "known id, of somebody who belongs", "k1+", "case 1" },
	{ "known id, of a stranger", "k1-", "unverified 1 flagged" },
	{ "known id of a case that is gone", "k1!", "new flagged" },
	{ "token, of somebody who belongs", "t1+", "case 1" },
	{ "token, of a stranger (L11)", "t1-", "unverified 1 flagged" },
	{ "token of no case", "t1!", "new flagged" },
	{ "a key that is not ours", "f0-", "new flagged" },
	/* two that agree */
	{ "address and id", "a1+ i1+", "case 1 keyed" },
	{ "address and token", "a1+ t1+", "case 1 keyed" },
	{ "known id and token", "k1+ t1+", "case 1" },
	{ "known id and token of a stranger", "k1- t1-",
	    "unverified 1 flagged" },
	{ "a forged key beside a good token", "f0- t1+", "case 1" },
	{ "a forged key beside a stranger's token", "f0- t1-",
	    "unverified 1 flagged" },
	/* two that differ: the stronger is followed and flagged (TH-8) */
	{ "address 1, known id 2", "a1+ k2+", "case 1 keyed flagged" },
	{ "address 1, token 2", "a1+ t2+", "case 1 keyed flagged" },
	{ "address 1, token of somebody else's case 2", "a1+ t2-",
	    "case 1 keyed flagged" },
	{ "keyed id 1, known id 2", "i1+ k2+", "case 1 keyed flagged" },
	{ "keyed id 1, token 2", "i1+ t2+", "case 1 keyed flagged" },
	{ "known id 1, token 2", "k1+ t2+", "case 1 flagged" },
	{ "the order in the mail does not matter", "t2+ k1+",
	    "case 1 flagged" },
	{ "known id of a stranger, token of a case of theirs: no guess",
	    "k1- t2+", "unverified 1 flagged" },
	{ "token of a case that is gone contradicts nothing", "k1+ t2!",
	    "case 1" },
	{ "the stronger one is of a case that is gone", "a1! t2+", "case 2" },
	/* equally strong ones that differ go to a person (L10) */
	{ "two keyed addresses", "a1+ a2+", "unverified 0 flagged" },
	{ "keyed address and keyed id", "a1+ i2+", "unverified 0 flagged" },
	{ "two keyed ids", "i1+ i2+", "unverified 0 flagged" },
	{ "two known ids", "k1+ k2+", "unverified 0 flagged" },
	{ "two known ids, one of a stranger's case", "k1+ k2-",
	    "unverified 0 flagged" },
	{ "two known ids below a keyed one", "a1+ k2+ k1+",
	    "case 1 keyed flagged" },
	{ "three cases", "a1+ k2+ t3+", "case 1 keyed flagged" },
};

static void
test_thread_M4_TH8_L10_L11_L13_rows(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct thread_signal v[8];
		struct thread_verdict out;
		size_t n = signals(rows[i].signals, v);

		thread_match(v, n, false, a, &out);
		same_text(rows[i].name, verdict_text(a, &out), rows[i].want);
		assert_non_null(out.why);
		assert_true(*out.why != '\0');
	}
	arena_free(&a);
}

static void
test_thread_TH9_ambiguous_token(void **state)
{
	static const struct row ambiguous[] = {
		{ "nothing else: a person decides", "",
		    "unverified 0 flagged" },
		{ "a keyed address decides", "a1+", "case 1 keyed" },
		{ "a known id decides", "k1+", "case 1" },
		{ "a forged key does not", "f0-", "unverified 0 flagged" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(ambiguous); i++) {
		struct thread_signal v[8];
		struct thread_verdict out;

		thread_match(v, signals(ambiguous[i].signals, v), true, a,
		    &out);
		same_text(ambiguous[i].name, verdict_text(a, &out),
		    ambiguous[i].want);
	}
	arena_free(&a);
}

/* What the verdict hands on is that of the signal that was followed. */
static void
test_thread_hands_on_the_followed_signal_M4(void **state)
{
	struct arena *a = arena_new();
	struct thread_signal v[8];
	struct thread_verdict out;
	size_t n = signals("t2+ a1- k1+", v);

	(void)state;
	v[0].audience = AUD_INTERNAL;
	v[1].audience = AUD_EMPLOYEE;
	thread_match(v, n, false, a, &out);
	assert_int_equal(out.case_no, 1);
	assert_int_equal(out.audience, AUD_EMPLOYEE);
	assert_int_equal(out.out_id, 11);
	assert_false(out.sender_belongs);
	assert_non_null(strstr(out.why, "keyed reply address names ER-000001"));
	assert_non_null(strstr(out.why, "subject token names ER-000002"));
	assert_non_null(strstr(out.why, "the sender is not the addressee"));
	arena_free(&a);
}

/*
 * All triples of signals over two cases, 14^3: whatever the combination, a mail gets on a case only by a key or by somebody who
 * belongs to it, never against an equally strong signal, and never by a
 * weaker signal than the strongest that leads somewhere.
 */
static int
rank(const struct thread_signal *s)
{
	static const int ranks[] = { 3, 3, 2, 1, 0 };

	return s->exists ? ranks[s->kind] : 0;
}

static void
check_safe(const char *spec, const struct thread_signal *v, size_t n,
    const struct thread_verdict *out)
{
	int top = 0;
	bool leads = false, conflict = false;

	for (size_t i = 0; i < n; i++)
		top = rank(&v[i]) > top ? rank(&v[i]) : top;
	for (size_t i = 0; i < n; i++) {
		if (top == 0 || rank(&v[i]) != top)
			continue;
		leads |= v[i].case_no == out->case_no &&
		    (top == 3 || v[i].sender_belongs);
		for (size_t k = 0; k < n; k++)
			conflict |= rank(&v[k]) == top &&
			    v[k].case_no != v[i].case_no;
	}
	if (out->what == THREAD_CASE && (!leads || conflict))
		fail_msg("%s: got on case %d", spec, (int)out->case_no);
	if (out->what == THREAD_CASE && out->is_keyed != (top == 3))
		fail_msg("%s: keyed is wrong", spec);
	if (out->what != THREAD_UNVERIFIED && conflict)
		fail_msg("%s: a conflict was guessed", spec);
	if (out->what == THREAD_NEW && top != 0)
		fail_msg("%s: a new case although it names one", spec);
	if (n > 0 && out->what != THREAD_CASE && !out->is_flagged)
		fail_msg("%s: nobody looks", spec);
}

static void
test_thread_all_combinations_M4_L10_L11(void **state)
{
	static const char *const words[] = { "f0-", "a1+", "a1-", "a1!", "i2+",
		"i2-", "k1+", "k1-", "k2+", "k2!", "t1+", "t1-", "t2+",
		"t2-" };
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(words); i++)
		for (size_t k = 0; k < N(words); k++)
			for (size_t l = 0; l < N(words); l++) {
				struct thread_signal v[8];
				struct thread_verdict out;
				const char *spec = arena_printf(a, "%s %s %s",
				    words[i], words[k], words[l]);
				size_t n = signals(spec, v);

				thread_match(v, n, false, a, &out);
				check_safe(spec, v, n, &out);
				arena_reset(a);
			}
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_thread_M4_TH8_L10_L11_L13_rows),
		cmocka_unit_test(test_thread_TH9_ambiguous_token),
		cmocka_unit_test(test_thread_hands_on_the_followed_signal_M4),
		cmocka_unit_test(test_thread_all_combinations_M4_L10_L11),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
