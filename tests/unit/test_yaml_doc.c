/* test_yaml_doc.c - settings as a tree; hostile YAML is refused (L24, M7). */
#include "core/yaml_doc.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#define N_OF(v) (sizeof(v) / sizeof((v)[0]))

static void
test_tree_with_lines(void **state)
{
	static const char text[] =
	    "# who we are\n"
	    "desk:\n"
	    "  name: Employee Relations\n"
	    "  phone:\n"
	    "  note: 'no'\n"
	    "members: [kim, \"lee\"]\n"
	    "people:\n"
	    "  - id: kim\n"
	    "    name: \"null\"\n"
	    "  - {id: lee}\n";
	struct arena *a = arena_new();
	struct problems probs = { .a = a };
	struct node *doc, *n;

	(void)state;
	assert_int_equal(yaml_doc_parse(a, "x.yaml", text, strlen(text), &doc,
	    &probs), RC_OK);
	n = node_get(doc, "desk");
	assert_int_equal(n->kind, NODE_MAP);
	assert_int_equal(n->line, 2);
	assert_string_equal(node_get(n, "name")->text, "Employee Relations");
	assert_int_equal(node_get(n, "name")->line, 3);
	assert_true(node_get(n, "phone")->is_empty);
	assert_string_equal(node_get(n, "note")->text, "no");
	n = node_get(doc, "members");
	assert_int_equal(n->n, 2);
	assert_string_equal(n->v[1]->text, "lee");
	n = node_get(doc, "people");
	assert_int_equal(n->v[0]->line, 8);
	assert_false(node_get(n->v[0], "name")->is_empty);
	assert_string_equal(node_get(n->v[1], "id")->text, "lee");
	assert_null(node_get(n->v[1], "name"));
	assert_null(node_get(NULL, "name"));
	assert_int_equal(probs.n, 0);
	arena_free(&a);
}

static void
test_empty_is_a_mapping(void **state)
{
	static const char *const texts[] = { "", "\n\n", "# only words\n",
		"---\n", "~\n", "\xef\xbb\xbf" };
	struct arena *a = arena_new();
	struct problems probs = { .a = a };
	struct node *doc;

	(void)state;
	for (size_t i = 0; i < N_OF(texts); i++) {
		assert_int_equal(yaml_doc_parse(a, "x", texts[i],
		    strlen(texts[i]), &doc, &probs), RC_OK);
		assert_int_equal(doc->kind, NODE_MAP);
		assert_int_equal(doc->n, 0);
	}
	arena_free(&a);
}

static const struct {
	const char *name, *text;
	int line;
	const char *want;
} refused[] = {
	{ "a key twice", "a: 1\nb: 2\na: 3\n", 3, "twice here (first in line 1)" },
	{ "an alias", "a: &x 1\nb: *x\n", 2, "aliases" },
	{ "a bomb of aliases", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
	    2, "aliases" },
	{ "a merge key", "a: &x {k: 1}\nb:\n  <<: *x\n", 3, "aliases" },
	{ "a tag", "a: !!python/object:os.system x\n", 1, "tags" },
	{ "two documents", "a: 1\n---\nb: 2\n", 2, "second document" },
	{ "a list as a key", "? [a, b]\n: 1\n", 1, "a key must be" },
	{ "a tab for indentation", "a:\n\tb: 1\n", 2, "not valid YAML" },
	{ "an unclosed quote", "a: \"x\nb: 1\n", 3, "not valid YAML" },
	{ "an unclosed bracket", "a: [1, 2\n", 2, "not valid YAML" },
	{ "a zero byte by escape", "a: \"x\\0y\"\n", 1, "zero byte" },
	{ "bytes that are not UTF-8", "a: 1\nb: \xff\xfe\n", 2, "not valid" },
};

static void
test_what_is_refused_L24(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(refused); i++) {
		struct arena *a = arena_new();
		struct problems probs = { .a = a };
		struct node *doc;

		assert_int_equal(yaml_doc_parse(a, "x.yaml", refused[i].text,
		    strlen(refused[i].text), &doc, &probs), RC_BAD);
		if (probs.n == 0 || probs.v[0].line != refused[i].line ||
		    strstr(probs.v[0].text, refused[i].want) == NULL)
			fail_msg("%s: %s", refused[i].name, probs.n == 0 ?
			    "no problem" : problem_format(a, &probs.v[0]));
		arena_free(&a);
	}
}

/* `n` times `part`, which must then be refused with `want`. */
static void
refuse_many(const char *part, size_t n, const char *want)
{
	struct arena *a = arena_new();
	struct problems probs = { .a = a };
	struct str b = { 0 };
	struct node *doc;

	for (size_t i = 0; i < n; i++)
		str_printf(&b, "%s", part);
	assert_int_equal(yaml_doc_parse(a, "x", b.s, b.len, &doc, &probs),
	    RC_BAD);
	if (strstr(probs.v[0].text, want) == NULL)
		fail_msg("%s", probs.v[0].text);
	str_fini(&b);
	arena_free(&a);
}

static void
test_bounds_M7(void **state)
{
	(void)state;
	refuse_many("[", 40, "nested too deeply");
	refuse_many("[", 20000, "nested too deeply");
	refuse_many("- - - - ", 10, "nested too deeply");
	refuse_many("- x\n", YAML_DOC_MAX_NODES + 1, "too many entries");
	refuse_many("# 64 characters of a comment that says nothing at all here"
	    "....\n", 20000, "larger than 1 MiB");
}

static void
test_too_many_keys_M7(void **state)
{
	struct arena *a = arena_new();
	struct problems probs = { .a = a };
	struct str b = { 0 };
	struct node *doc;

	(void)state;
	for (int i = 0; i <= YAML_DOC_MAX_KEYS; i++)
		str_printf(&b, "k%d: x\n", i);
	assert_int_equal(yaml_doc_parse(a, "x", b.s, b.len, &doc, &probs),
	    RC_BAD);
	assert_non_null(strstr(probs.v[0].text, "too many keys"));
	str_fini(&b);
	arena_free(&a);
}

static void
test_did_you_mean(void **state)
{
	static const char *const words[] = { "address", "after", "to",
		"poll_every_minutes", NULL };
	static const struct {
		const char *wrong, *want;
	} tests[] = {
		{ "adress", "address" }, { "afer", "after" },
		{ "poll-every-minutes", "poll_every_minutes" },
		{ "Address", "address" }, { "tw", "to" }, { "zzz", NULL },
		{ "", NULL }, { "something else", NULL },
	};

	(void)state;
	for (size_t i = 0; i < N_OF(tests); i++) {
		const char *got = problem_did_you_mean(tests[i].wrong, words);

		if (!str_eq(got, tests[i].want))
			fail_msg("%s: %s", tests[i].wrong, got ? got : "-");
	}
}

static void
test_problems_are_bounded(void **state)
{
	struct arena *a = arena_new();
	struct problems probs = { .a = a };

	(void)state;
	for (int i = 0; i < 3 * PROBLEMS_MAX; i++)
		problem_add(&probs, "x", i, "k", "wrong");
	assert_int_equal(probs.n, PROBLEMS_MAX);
	assert_string_equal(problem_format(a, &probs.v[1]), "x:1: k: wrong");
	assert_non_null(strstr(probs.v[PROBLEMS_MAX - 1].text, "more problems"));
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree_with_lines),
		cmocka_unit_test(test_empty_is_a_mapping),
		cmocka_unit_test(test_what_is_refused_L24),
		cmocka_unit_test(test_bounds_M7),
		cmocka_unit_test(test_too_many_keys_M7),
		cmocka_unit_test(test_did_you_mean),
		cmocka_unit_test(test_problems_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
