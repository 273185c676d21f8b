/* test_commands.c - "#verb" lines at the top of a reply (M9, SA-6, SA-12). */
#include "mail/commands.h"
#include "mailtest.h"

/* The commands joined with "/". */
static const char *
joined(struct arena *a, const struct texts *v)
{
	struct str s = { 0 };
	char *out;

	for (size_t i = 0; i < v->n; i++)
		str_printf(&s, "%s%s", i == 0 ? "" : "/", v->v[i]);
	out = str_dup(&s, a);
	str_fini(&s);
	return out;
}

static void
test_find_M9_SA12(void **state)
{
	static const struct {
		const char *name, *text, *want;
	} tests[] = {
		{ "one", "#resolve\n", "#resolve" },
		{ "two, with text behind", "#note called her\n#snooze 2d\nHi\n",
		    "#note called her/#snooze 2d" },
		{ "blank lines are skipped", "\n\n  \n#status\n\n#note x\n",
		    "#status/#note x" },
		{ "text first: none", "Hello\n#resolve\n", "" },
		{ "text between ends them", "#note x\nHello\n#resolve\n",
		    "#note x" },
		{ "indented", "   #status", "#status" },
		{ "no-break blank and zero width in front",
		    "\xc2\xa0\xe2\x80\x8b#status", "#status" },
		{ "byte order mark in front", "\xef\xbb\xbf#status",
		    "#status" },
		{ "Windows line ends", "#status\r\n\r\n#note x\r\nBye",
		    "#status/#note x" },
		{ "quoted line is no command", "> #resolve\n", "" },
		{ "hash in the middle", "see #resolve\n", "" },
		{ "empty", "", "" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(tests); i++) {
		struct texts v;

		commands_find(tests[i].text, a, &v);
		check_text(tests[i].name, joined(a, &v), tests[i].want);
	}
	arena_free(&a);
}

static void
test_limits_M9(void **state)
{
	struct arena *a = arena_new();
	struct str s = { 0 };
	struct texts v;

	(void)state;
	for (int i = 0; i < 1000; i++)
		str_add(&s, "#note x\n");
	commands_find(str_text(&s), a, &v);
	assert_int_equal(v.n, COMMANDS_MAX);
	str_clear(&s);
	str_add(&s, "#");
	for (int i = 0; i < 10000; i++)
		str_add(&s, "ü");
	commands_find(str_text(&s), a, &v);
	assert_int_equal(v.n, 1);
	assert_true(strlen(v.v[0]) <= COMMAND_MAX_LENGTH);
	assert_int_equal(strlen(v.v[0]) % 2, 1); /* no half character */
	str_fini(&s);
	arena_free(&a);
}

static void
test_sender_SA6(void **state)
{
	static const struct {
		const char *name, *headers;
		bool want;
	} tests[] = {
		{ "one From", "From: a@x.org\n", true },
		{ "Sender and Reply-To of the same domain",
		    "From: a@x.org\nSender: s@X.org\nReply-To: b@x.org\n",
		    true },
		{ "no From", "To: er@x.org\n", false },
		{ "two From", "From: a@x.org, b@x.org\n", false },
		{ "two From fields", "From: a@x.org\nFrom: b@y.org\n", false },
		{ "foreign Sender", "From: a@x.org\nSender: s@y.org\n", false },
		{ "foreign Reply-To", "From: a@x.org\nReply-To: a@y.org\n",
		    false },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(tests); i++) {
		struct msg m;
		const char *why;

		mailtest_parse(a, arena_printf(a, "%s\nbody\n",
		    tests[i].headers), &m);
		check_int(tests[i].name, commands_sender_is_plain(&m, &why),
		    tests[i].want);
		check_int(tests[i].name, *why == '\0', tests[i].want);
	}
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find_M9_SA12),
		cmocka_unit_test(test_limits_M9),
		cmocka_unit_test(test_sender_SA6),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
