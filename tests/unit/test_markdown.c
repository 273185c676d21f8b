/* test_markdown.c - Markdown to the two bodies of a mail (M10, M11, LOOK). */
#include "core/look.h"
#include "core/markdown.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static void
draw(void *ctx, const char *name, struct str *out)
{
	(void)ctx;
	str_printf(out, "[widget %s]\n", name);
}

static const struct markdown_widgets widgets = { NULL, draw };

static void
test_text(void **state)
{
	static const struct {
		const char *name, *md, *want;
	} tests[] = {
		{ "a heading is underlined", "# News\n\nWords.",
		    "News\n====\n\nWords.\n" },
		{ "a smaller one with dashes", "Words.\n\n## Next",
		    "Words.\n\nNext\n----\n" },
		{ "a paragraph is wrapped at 72",
		    "one two three four five six seven eight nine ten eleven "
		    "twelve thirteen fourteen",
		    "one two three four five six seven eight nine ten eleven "
		    "twelve thirteen\nfourteen\n" },
		{ "letters are counted, not bytes",
		    "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4 "
		    "six seven eight nine ten eleven twelve thirteen fourteen xx",
		    "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4 "
		    "six seven eight nine ten eleven twelve thirteen fourteen xx\n" },
		{ "a list keeps its dashes", "Do:\n\n- one\n- two\n\nEnd.",
		    "Do:\n\n- one\n- two\n\nEnd.\n" },
		{ "numbers count on", "1. one\n2. two", "1. one\n2. two\n" },
		{ "a list in a list", "- one\n  - two\n- three",
		    "- one\n  - two\n- three\n" },
		{ "a quote keeps its bars", "Said:\n\n> a\\\n> b\n\nEnd.",
		    "Said:\n\n> a\n> b\n\nEnd.\n" },
		{ "strong words are words", "a **b** *c* `#d`", "a b c #d\n" },
		{ "a link says where it goes", "[Rules](https://x.example/)",
		    "Rules <https://x.example/>\n" },
		{ "an address is said once", "[a@x.example](mailto:a@x.example)",
		    "a@x.example\n" },
		{ "a bad link is only words", "[x](javascript:alert(1))", "x\n" },
		{ "escaped markup is words", "\\*a\\* \\<b\\>", "*a* <b>\n" },
		{ "a list of facts", "| | |\n|---|---|\n| Case | ER-1 |\n| Due date | x |",
		    "Case      ER-1\nDue date  x\n" },
		{ "a table with a head", "| a | n |\n|---|--:|\n| bb | 10 |\n| c | 9 |",
		    "a    n\n--  --\nbb  10\nc    9\n" },
		{ "a widget stands by itself", "a\n\n~~~ cases x\n~~~\n\nb",
		    "a\n\n[widget cases x]\n\nb\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct str out = { 0 };
		struct err e;

		assert_int_equal(markdown_text(tests[i].md,
		    strlen(tests[i].md), &widgets, &out, &e), RC_OK);
		if (strcmp(str_text(&out), tests[i].want) != 0)
			fail_msg("%s: got\n%s", tests[i].name, str_text(&out));
		str_fini(&out);
	}
}

static void
test_html(void **state)
{
	static const struct {
		const char *name, *md, *has, *has_not;
	} tests[] = {
		{ "a heading is a real one", "# News", ">News</h1>", NULL },
		{ "and a smaller one", "## News", ">News</h2>", NULL },
		{ "the paragraph after the heading is larger", "# a\n\nb\n\nc",
		    "font-size:15px", NULL },
		{ "text is escaped", "\\<b\\> \\& \"q\"",
		    "&lt;b&gt; &amp; &quot;q&quot;", "<b>" },
		{ "raw HTML is shown as text", "<script>x</script>",
		    "&lt;script&gt;", "<script" },
		{ "a good link is a link", "[x](https://a.example/?a=1&b=2)",
		    "href=\"https://a.example/?a=1&amp;b=2\"", NULL },
		{ "a script link is not", "[x](javascript:alert(1))", "x",
		    "<a" },
		{ "nor a hidden one", "[x](JaVaScRiPt:alert(1))", "x", "<a" },
		{ "nor an unsafe web link", "[x](http://a.example/)", "x", "<a" },
		{ "a quote in a link cannot end the attribute",
		    "[x](https://a/\"onclick=\"y)", "x", "\"onclick" },
		{ "a picture is its words", "![alt](https://a/b.png)", "alt",
		    "<img" },
		{ "a link that ends and never began",
		    "[.\xe7![x](y\xed[)!ux](y)una", "una", "<a" },
		{ "words of a length that was never set",
		    "{{emp[x](https: {{emp{{/m{{emp[x](https://[x](https://x)l",
		    "emp", "<img" },
		{ "real table heads", "| a |\n|---|\n| b |", "scope=\"col\"",
		    NULL },
		{ "labels of facts are heads of rows",
		    "| | |\n|---|---|\n| Case | ER-1 |", "scope=\"row\"",
		    "scope=\"col\"" },
		{ "a case number is not broken", "See ER-000412.",
		    ">ER-000412</span>.", NULL },
		{ "a widget is drawn", "~~~ stats\n~~~", "[widget stats]", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct str out = { 0 };
		struct err e;

		assert_int_equal(markdown_html(tests[i].md,
		    strlen(tests[i].md), &widgets, &out, &e), RC_OK);
		if (strstr(str_text(&out), tests[i].has) == NULL ||
		    (tests[i].has_not != NULL &&
		    strstr(str_text(&out), tests[i].has_not) != NULL))
			fail_msg("%s: got\n%s", tests[i].name, str_text(&out));
		str_fini(&out);
	}
}

static void
count(void *ctx, const char *name)
{
	(void)name;
	++*(int *)ctx;
}

static void
test_lint_M11(void **state)
{
	static const struct {
		const char *name, *md;
		enum rc want;
		int widgets;
	} tests[] = {
		{ "plain words are fine", "# a\n\nb", RC_OK, 0 },
		{ "widgets are told", "~~~ stats\n~~~\n\n~~~ cases x\n~~~", RC_OK,
		    2 },
		{ "no code", "```\nx\n```", RC_BAD, 0 },
		{ "no pictures", "![a](https://b/c.png)", RC_BAD, 0 },
		{ "no web pages without TLS", "[a](http://b/)", RC_BAD, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct err e;
		int n = 0;

		if (markdown_lint(tests[i].md, strlen(tests[i].md), count, &n,
		    &e) != tests[i].want || n != tests[i].widgets)
			fail_msg("%s", tests[i].name);
	}
}

/* OF-9, LOOK 5: everything can be read. */
static void
test_every_colour_pair_has_contrast(void **state)
{
	(void)state;
	assert_true(look_contrast("#000000", "#ffffff") > 20.9);
	assert_true(look_contrast("#777777", "#ffffff") < 4.5);
	assert_true(look_contrast("#767676", "#ffffff") > 4.5);
	for (const struct look_pair *p = look_pairs; p->name != NULL; p++)
		if (look_contrast(p->text, p->ground) < 4.5)
			fail_msg("%s: %s on %s is %.2f", p->name, p->text,
			    p->ground, look_contrast(p->text, p->ground));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_html),
		cmocka_unit_test(test_lint_M11),
		cmocka_unit_test(test_every_colour_pair_has_contrast),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
