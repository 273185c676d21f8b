/* fuzz_token.c - subjects, reply addresses and ids of strangers. */
#include "mail/subject.h"
#include "mail/token.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct token_keys keys = { 2,
		{ { '1', "one" }, { '2', "two" } } };
	static const char *own_v[] = { "er@er.example" };
	struct texts own = { own_v, 1 };
	struct arena *a = arena_new();
	char *s = arena_memdup(a, data, size);
	struct addr v = { "", arena_printf(a, "er+%s@er.example", s) };
	struct addrs to = { &v, 1 };
	int64_t cases[8];
	struct token t;
	struct subject subject;
	size_t n = token_find_subject(s, cases, 8);

	for (size_t i = 0; i < n; i++)
		assert(cases[i] > 0 && cases[i] <= TOKEN_CASE_MAX);
	(void)token_parse_detail(&keys, s, &t);
	(void)token_parse_message_id(&keys, s, &t);
	(void)token_find_recipient(&keys, &own, &to, &t);
	subject_parse(s, &subject);
	assert(subject.base >= s && subject.base <= s + strlen(s));
	(void)subject_is_forward(s, s, "", a);
	arena_free(&a);
	return 0;
}
