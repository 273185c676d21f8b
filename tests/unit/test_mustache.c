/* test_mustache.c - text with holes (M11, G13). */
#include "core/mustache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static const struct tfield row_fields[] = {
	{ "when", NULL },
	{ "what", NULL },
	{ NULL, NULL },
};

static const struct tfield fields[] = {
	{ "name", NULL },
	{ "phone", NULL },
	{ "empty", NULL },
	{ "story", row_fields },
	{ NULL, NULL },
};

static struct tval *
values(struct arena *a)
{
	struct tval *v = tval_new(a), *story, *row;

	tval_text(a, v, "name", "Ann *Bold* <b>");
	tval_text(a, v, "phone", "555");
	tval_text(a, v, "empty", "");
	story = tval_list(a, v, "story");
	row = tval_row(a, story);
	tval_text(a, row, "when", "Mon");
	tval_text(a, row, "what", "asked");
	row = tval_row(a, story);
	tval_text(a, row, "when", "Tue");
	tval_text(a, row, "what", "called");
	return v;
}

static void
test_render(void **state)
{
	static const struct {
		const char *name, *source, *want;
	} tests[] = {
		{ "words stay as they are", "Hello.\n", "Hello.\n" },
		{ "a field is filled in", "T {{phone}}!", "T 555!" },
		{ "blanks in the tag do not matter", "{{ phone }}", "555" },
		{ "a field that is empty leaves nothing", "a{{empty}}b", "ab" },
		{ "a section of a full field is shown",
		    "{{#phone}}call {{phone}}{{/phone}}", "call 555" },
		{ "a section of an empty field is not",
		    "{{#empty}}call{{/empty}}", "" },
		{ "the inverted section is shown instead",
		    "{{^empty}}none{{/empty}}{{^phone}}no{{/phone}}", "none" },
		{ "a list repeats its section",
		    "{{#story}}{{when}}: {{what}}; {{/story}}",
		    "Mon: asked; Tue: called; " },
		{ "outer fields are seen from a row",
		    "{{#story}}{{when}} {{phone}} {{/story}}",
		    "Mon 555 Tue 555 " },
		{ "a tag alone on its line takes the line with it",
		    "a\n{{#phone}}\nb\n{{/phone}}\nc\n", "a\nb\nc\n" },
		{ "also at the end of the text", "a\n{{#phone}}\nb\n{{/phone}}",
		    "a\nb\n" },
		{ "two tags on a line leave the line",
		    "{{#phone}}b{{/phone}}\nc", "b\nc" },
		{ "a comment says nothing", "a\n{{! not for readers }}\nb",
		    "a\nb" },
		{ "single braces are words", "{a} } {", "{a} } {" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct problems probs = { .a = a };
		const struct mustache *m = mustache_compile(a, "t.md", 1,
		    tests[i].source, strlen(tests[i].source), fields, &probs);
		struct str out = { 0 };
		struct err e;

		if (m == NULL)
			fail_msg("%s: %s %s", tests[i].name, probs.v[0].key,
			    probs.v[0].text);
		assert_int_equal(mustache_render(m, MUSTACHE_PLAIN, values(a),
		    &out, &e), RC_OK);
		if (strcmp(str_text(&out), tests[i].want) != 0)
			fail_msg("%s: got \"%s\"", tests[i].name, str_text(&out));
		str_fini(&out);
	}
	arena_free(&a);
}

static void
test_mistakes_M11_are_found_with_their_line(void **state)
{
	static const struct {
		const char *name, *source;
		int line;
		const char *key;
	} tests[] = {
		{ "an unknown field", "a\nb {{nmae}}\n", 12, "nmae" },
		{ "an unknown section", "{{#notes}}x{{/notes}}", 11, "notes" },
		{ "a field of a row outside its list", "{{when}}", 11, "when" },
		{ "a list used as a field", "{{story}}", 11, "story" },
		{ "a section that is never closed", "\n\n{{#phone}}x", 13,
		    "phone" },
		{ "a section closed by another name",
		    "{{#phone}}\n{{/name}}", 12, "name" },
		{ "a section closed before it was opened", "{{/phone}}", 11,
		    "phone" },
		{ "a raw hole", "{{{name}}}", 11, "{{" },
		{ "the other raw hole", "{{&name}}", 11, "{{" },
		{ "a partial", "{{>file}}", 11, "{{" },
		{ "other delimiters", "{{=<% %>=}}", 11, "{{" },
		{ "a tag without an end", "a\n{{name", 12, "{{" },
		{ "a name that is none", "{{na me}}", 11, "na me" },
		{ "an empty name", "{{ }}", 11, "" },
		{ "a field inside code, where it cannot be escaped",
		    "`#{{name}}`", 11, "name" },
		{ "sections nested too deeply",
		    "{{#name}}{{#name}}{{#name}}{{#name}}{{#name}}{{#name}}"
		    "{{#name}}{{#name}}{{#name}}", 11, "name" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct problems probs = { .a = a };

		if (mustache_compile(a, "t.md", 11, tests[i].source,
		    strlen(tests[i].source), fields, &probs) != NULL)
			fail_msg("%s: was not found", tests[i].name);
		assert_true(probs.n >= 1);
		assert_string_equal(probs.v[0].file, "t.md");
		if (probs.v[0].line != tests[i].line ||
		    strcmp(probs.v[0].key, tests[i].key) != 0)
			fail_msg("%s: line %d, %s", tests[i].name,
			    probs.v[0].line, probs.v[0].key);
	}
	arena_free(&a);
}

static void
test_values_cannot_become_markup(void **state)
{
	static const struct {
		const char *name, *source, *value, *want;
	} tests[] = {
		{ "stars and tags", "{{name}}", "*a* <b>", "\\*a\\* \\<b\\>" },
		{ "a link", "{{name}}", "[x](y)", "\\[x\\]\\(y\\)" },
		{ "a heading", "{{name}}", "# x", "\\# x" },
		{ "a hyphen in a word is no markup", "{{name}}", "ER-1 a-b",
		    "ER-1 a-b" },
		{ "at its start it is", "{{name}}", "- a\n-b\n---",
		    "\\- a\\\n\\-b\\\n\\-\\-\\-" },
		{ "a fence", "{{name}}", "~~~ cases", "\\~\\~\\~ cases" },
		{ "an entity", "{{name}}", "&lt;", "\\&lt\\;" },
		{ "a new line is a hard break", "{{name}}", "a\nb", "a\\\nb" },
		{ "and stays inside the quote", "> {{name}}", "a\nb",
		    "> a\\\n> b" },
		{ "and inside the item", "- {{name}}", "a\nb", "- a\\\n  b" },
		{ "many empty lines are one", "> {{name}}", "a\n\n\n\nb",
		    "> a\\\n> \\\n> b" },
		{ "in a heading it is a blank", "# {{name}}", "a\nb", "# a b" },
		{ "in a table too, and bars are words", "| {{name}} |", "a\n|b",
		    "| a \\|b |" },
		{ "blank ends are cut", "[{{name}}]", "\n a \n", "[a]" },
		{ "returns and tabs are blanks", "{{name}}", "a\r\n\tb",
		    "a\\\nb" },
		{ "control characters vanish", "{{name}}", "a\x01" "b", "ab" },
		{ "marks that turn the writing direction vanish", "{{name}}",
		    "a\xe2\x80\xae" "fdp", "afdp" },
		{ "other characters stay", "{{name}}", "\xc3\x9cnal \xe2\x82\xac",
		    "\xc3\x9cnal \xe2\x82\xac" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct problems probs = { .a = a };
		const struct mustache *m = mustache_compile(a, "t.md", 1,
		    tests[i].source, strlen(tests[i].source), fields, &probs);
		struct tval *v = tval_new(a);
		struct str out = { 0 };
		struct err e;

		tval_text(a, v, "name", tests[i].value);
		assert_int_equal(mustache_render(m, MUSTACHE_MARKDOWN, v, &out,
		    &e), RC_OK);
		if (strcmp(str_text(&out), tests[i].want) != 0)
			fail_msg("%s: got \"%s\"", tests[i].name, str_text(&out));
		str_fini(&out);
	}
	arena_free(&a);
}

static void
test_output_is_bounded(void **state)
{
	static const char source[] =
	    "{{#story}}{{#story}}{{#story}}{{name}}{{/story}}{{/story}}{{/story}}";
	struct arena *a = arena_new();
	struct problems probs = { .a = a };
	static const struct tfield deep[] = {
		{ "name", NULL }, { "story", fields }, { NULL, NULL } };
	const struct mustache *m = mustache_compile(a, "t.md", 1, source,
	    strlen(source), deep, &probs);
	struct tval *v = tval_new(a), *list;
	struct str out = { 0 };
	struct err e;

	(void)state;
	assert_non_null(m);
	tval_text(a, v, "name", "0123456789012345678901234567890123456789");
	list = tval_list(a, v, "story");
	for (int i = 0; i < 100; i++)
		(void)tval_row(a, list);
	for (size_t i = 0; i < list->n; i++)
		tval_text(a, list->v[i], "name", "01234567890123456789012345");
	assert_int_equal(mustache_render(m, MUSTACHE_PLAIN, v, &out, &e),
	    RC_BAD);
	assert_in_range(out.len, MUSTACHE_MAX_OUTPUT, MUSTACHE_MAX_OUTPUT + 99);
	str_fini(&out);
	arena_free(&a);
}

static void
test_uses_tells_which_fields_are_named(void **state)
{
	static const char source[] = "{{#phone}}{{name}}{{/phone}}";
	struct arena *a = arena_new();
	struct problems probs = { .a = a };
	const struct mustache *m = mustache_compile(a, "t.md", 1, source,
	    strlen(source), fields, &probs);

	(void)state;
	assert_true(mustache_uses(m, "name"));
	assert_true(mustache_uses(m, "phone"));
	assert_false(mustache_uses(m, "story"));
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_render),
		cmocka_unit_test(test_mistakes_M11_are_found_with_their_line),
		cmocka_unit_test(test_values_cannot_become_markup),
		cmocka_unit_test(test_output_is_bounded),
		cmocka_unit_test(test_uses_tells_which_fields_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
