/* fuzz_token.c - subjects, reply addresses and ids of strangers. */
#include "mail/subject.h"
#include "mail/token.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct token_keys keys = { 2,
		{ { '1', "one" }, { '2', "two" } } };
	static const struct token_keys old = { 1, { { '2', "two" } } };
	static const char *own_v[] = { "er@er.example" };
	static const struct token mine = { 412, 'e', 7 };
	struct texts own = { own_v, 1 };
	struct arena *a = arena_new();
	char *s = arena_memdup(a, data, size);
	struct addr v = { "", arena_printf(a, "er+%s@er.example", s) };
	struct addrs to = { &v, 1 };
	int64_t cases[8];
	struct token t;
	const char *own_id = token_message_id(a, &keys, &mine, "er.example");
	struct subject subject;
	size_t n = token_find_subject(s, cases, 8);

	for (size_t i = 0; i < n; i++)
		assert(cases[i] > 0 && cases[i] <= TOKEN_CASE_MAX);
	/* Only what we made ourselves is accepted (M4, L10). */
	if (token_parse_detail(&keys, s, &t) == RC_OK)
		assert(t.case_no >= 0 && (strcasecmp(s, token_reply_detail(a,
		    &keys, &t)) == 0 || strcasecmp(s, token_reply_detail(a,
		    &old, &t)) == 0));
	if (token_parse_message_id(&keys, s, &t) == RC_OK)
		assert(strncasecmp(s, token_message_id(a, &keys, &t, "x"),
		    strcspn(s, "@")) == 0 || strncasecmp(s, token_message_id(a,
		    &old, &t, "x"), strcspn(s, "@")) == 0);
	assert(token_parse_message_id(&keys, own_id, &t) == RC_OK &&
	    t.case_no == mine.case_no && t.out_id == mine.out_id);
	(void)token_find_recipient(&keys, &own, &to, &t);
	subject_parse(s, &subject);
	assert(subject.base >= s && subject.base <= s + strlen(s));
	(void)subject_is_forward(s, s, "", a);
	arena_free(&a);
	return 0;
}
