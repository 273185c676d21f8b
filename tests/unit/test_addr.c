/* test_addr.c - address lists as mails write them (M7, SA-6). */
#include "base/str.h"
#include "mail/addr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static void
test_parse_M7_SA6(void **state)
{
	static const struct {
		const char *name, *in;
		const char *want; /* "name|email" each, with / between */
	} tests[] = {
		{ "bare", "a@x.org", "|a@x.org" },
		{ "name and angle", "Ann Lee <a@x.org>", "Ann Lee|a@x.org" },
		{ "quoted name", "\"Lee, Ann\" <a@x.org>", "Lee, Ann|a@x.org" },
		{ "escaped quote", "\"Ann \\\"Bo\\\" Lee\" <a@x.org>",
		    "Ann \"Bo\" Lee|a@x.org" },
		{ "name with an unquoted comma", "Lee, Ann <a@x.org>",
		    "Lee, Ann|a@x.org" },
		{ "direction turned in a name", "\u202ennA <a@x.org>",
		    "nnA|a@x.org" },
		{ "two", "a@x.org, Bo <b@y.org>", "|a@x.org/Bo|b@y.org" },
		{ "semicolons, as Outlook", "a@x.org; b@y.org",
		    "|a@x.org/|b@y.org" },
		{ "bracket tag in the name", "[HR] Team <a@x.org>",
		    "[HR] Team|a@x.org" },
		{ "dot before the at", "a.@x.org", "|a.@x.org" },
		{ "trailing semicolon", "a@x.org;", "|a@x.org" },
		{ "comment as name", "a@x.org (Ann Lee)", "Ann Lee|a@x.org" },
		{ "nested comment", "a@x.org (Ann (Bo) Lee)",
		    "Ann (Bo) Lee|a@x.org" },
		{ "comment inside the angle", "<a(x)@x.org>", "|a@x.org" },
		{ "group", "Team: a@x.org, b@y.org;", "|a@x.org/|b@y.org" },
		{ "empty group", "undisclosed-recipients:;", "" },
		{ "source route", "<@r.org,@s.org:a@x.org>", "|a@x.org" },
		{ "domain in capitals", "Ann.Lee@X.ORG", "|Ann.Lee@x.org" },
		{ "encoded name", "=?utf-8?Q?J=C3=B6rg?= <j@x.org>",
		    "Jörg|j@x.org" },
		{ "encoded name in quotes", "\"=?utf-8?B?SsO2cmc=?=\" <j@x.org>",
		    "Jörg|j@x.org" },
		{ "all of it encoded", "=?utf-8?Q?J=C3=B6rg_=3Cj=40x.org=3E?=",
		    "Jörg|j@x.org" },
		{ "single quotes of Outlook", "'a@x.org' <a@x.org>",
		    "a@x.org|a@x.org" },
		{ "an address as somebody else's name",
		    "\"boss@x.org\" <evil@y.org>", "boss@x.org|evil@y.org" },
		{ "two angles are two mailboxes", "<a@x.org> <b@y.org>",
		    "|a@x.org/|b@y.org" },
		{ "text behind the angle is a mailbox of its own",
		    "<a@x.org> b@y.org", "|a@x.org/|b@y.org" },
		{ "angle without end", "Ann <a@x.org", "Ann|a@x.org" },
		{ "quote without end", "\"Ann <a@x.org>", "Ann|a@x.org" },
		{ "blanks in the angle", "< a@x.org >", "|a@x.org" },
		{ "mailto in the angle", "<mailto:a@x.org>", "|a@x.org" },
		{ "daemon without a domain",
		    "MAILER-DAEMON (Mail Delivery System)",
		    "Mail Delivery System|MAILER-DAEMON" },
		{ "daemon in angles", "<MAILER-DAEMON>", "|MAILER-DAEMON" },
		{ "null sender", "<>", "" },
		{ "words only", "nobody at all", "" },
		{ "only commas", ",,;,", "" },
		{ "quoted local part", "\"a b\"@x.org <c@x.org>",
		    "\"a b\"@x.org|c@x.org" },
		{ "plus and equals", "er+b-12-x=y@x.org", "|er+b-12-x=y@x.org" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct addrs out = { 0 };
		struct str got = { 0 };

		addrs_parse(a, tests[i].in, &out);
		for (size_t k = 0; k < out.n; k++)
			str_printf(&got, "%s%s|%s", k > 0 ? "/" : "",
			    out.v[k].name, out.v[k].email);
		if (strcmp(str_text(&got), tests[i].want) != 0)
			fail_msg("%s: got \"%s\", want \"%s\"", tests[i].name,
			    str_text(&got), tests[i].want);
		str_fini(&got);
	}
	arena_free(&a);
}

static void
test_parse_adds_and_is_bounded(void **state)
{
	struct arena *a = arena_new();
	struct addrs out = { 0 };
	struct str b = { 0 };

	(void)state;
	for (int i = 0; i < 10; i++)
		addrs_parse(a, "a@x.org, b@y.org, c@z.org", &out);
	assert_int_equal(out.n, 30);
	assert_string_equal(out.v[29].email, "c@z.org");
	for (int i = 0; i < 3000; i++)
		str_add(&b, "a@x.org,");
	addrs_parse(a, b.s, &out);
	assert_int_equal(out.n, 1000);
	/* a name stands in mails of ours: 200 bytes of it are enough */
	out = (struct addrs){ 0 };
	addrs_parse(a, arena_printf(a, "%0999d <a@x.org>", 7), &out);
	assert_int_equal(strlen(out.v[0].name), 200);
	str_fini(&b);
	arena_free(&a);
}

static void
test_is_valid_M2(void **state)
{
	static const struct {
		const char *email;
		bool want;
	} tests[] = {
		{ "a@x.org", true },
		{ "Ann.O'Lee+tag@mail.x-y.example", true },
		{ "a.@docomo.example", true },
		{ "root@localhost", true },
		{ "", false },
		{ "a", false },
		{ "@x.org", false },
		{ "a@", false },
		{ "a@@x.org", false },
		{ "a@b@x.org", false },
		{ "a b@x.org", false },
		{ "a@x .org", false },
		{ "a@x.org\r\nRCPT TO:<b@y.org>", false },
		{ "a\n@x.org", false },
		{ "<a@x.org>", false },
		{ "a@x.org> SIZE=1", false },
		{ "\"a b\"@x.org", false },
		{ "j\xc3\xb6rg@x.org", false },
		{ "a@m\xc3\xbcller.example", false },
		{ "a@-x.org", false },
		{ "a@x-.org", false },
		{ "a@x..org", false },
		{ "a@.org", false },
		{ "a@[127.0.0.1]", false },
		{ "a@x_y.org", false },
	};
	char big[300];

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		if (addr_is_valid(tests[i].email) != tests[i].want)
			fail_msg("\"%s\" should be %s", tests[i].email,
			    tests[i].want ? "valid" : "invalid");
	memset(big, 'a', sizeof(big));
	memcpy(big, "a@x", 3);
	big[sizeof(big) - 1] = '\0';
	assert_false(addr_is_valid(big));
	assert_false(addr_is_valid(NULL));
	assert_string_equal(addr_domain("a@x.org"), "x.org");
	assert_string_equal(addr_domain("root"), "");
	assert_true(addr_equal("Ann@x.org", "ann@X.org"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_M7_SA6),
		cmocka_unit_test(test_parse_adds_and_is_bounded),
		cmocka_unit_test(test_is_valid_M2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
