/*
 * fuzz_thread.c - any set of signals: a mail reaches only a case that is
 * there, by a key or for somebody who belongs; a forged key leads nowhere
 * (M4, L10, L11, TH-8).  Three bytes are one signal.
 */
#include "fuzz.h"

#include "core/thread.h"

#define MAX 32

static bool
leads(const struct thread_signal *s, int64_t no)
{
	return s->case_no == no && s->exists && s->kind != SIGNAL_FORGED &&
	    (s->kind == SIGNAL_ADDRESS || s->kind == SIGNAL_KEYED_ID ||
	    s->sender_belongs);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct thread_signal v[MAX];
	struct thread_verdict out;
	bool is_led = false, has_key = false;
	size_t n = 0;

	for (; n < MAX && size >= 3; n++, data += 3, size -= 3)
		v[n] = (struct thread_signal){
			.kind = (enum signal_kind)(data[0] % 5),
			.case_no = data[1] % 4,
			.audience = (enum audience)(data[1] / 4 % AUD_N),
			.out_id = data[1] / 16, .exists = data[2] & 1,
			.sender_belongs = data[2] & 2 };
	thread_match(v, n, size == 1, a, &out);
	for (size_t i = 0; i < n; i++) {
		is_led = is_led || leads(&v[i], out.case_no);
		has_key = has_key || (v[i].case_no == out.case_no &&
		    (v[i].kind == SIGNAL_ADDRESS ||
		    v[i].kind == SIGNAL_KEYED_ID));
	}
	fuzz_must(out.why != NULL && *out.why != '\0');
	fuzz_must(out.what != THREAD_CASE || is_led);
	fuzz_must(!out.is_keyed || has_key);
	fuzz_must(out.what != THREAD_NEW || out.case_no == 0);
	for (size_t i = 0; i < n; i++)
		(void)signal_kind_name(v[i].kind);
	arena_free(&a);
	return 0;
}
