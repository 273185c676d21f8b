/* test_phrases.c - sentences of ours, said again (M10, M11). */
#include "core/phrases.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#define N(v) (sizeof(v) / sizeof((v)[0]))

static const char book[] =
    "# a comment\n"
    "#own - take it\n\t#own - tomarlo\n"
    "\n"
    "Asked {s} ({}) for the status: {s}\n\tSe preguntó a {s} ({}): {s}\n"
    "Asked {d}: no answer.\n\tSe preguntó: {d}. Sin respuesta.\n"
    "missing: {l}\n\tfalta: {l}\n"
    "the {s} names {}\n\tmenciona {2} ({1})\n"
    "Payroll\n\tNómina\n"
    "client\n\tcliente\n"
    "division\n\tdivisión\n"
    "{}, {s}!\n\t¡{}, {s}!\n"
    "loop {s}\n\tvuelta {s}\n"
    "{} wrote\n\t{} escribió\n";

static const struct phrases *
read_book(struct arena *a, const char *text, struct problems *probs)
{
	*probs = (struct problems){ .a = a };
	return phrases_parse(text, "es/phrases.txt", words_for("es"), a,
	    probs);
}

static void
test_sentences(void **state)
{
	static const struct {
		const char *name, *text, *want;
	} tests[] = {
		{ "as it stands", "Payroll", "Nómina" },
		{ "a hole is kept, another is said", "Asked Payroll (Kim "
		    "Payroll) for the status: client", "Se preguntó a Nómina "
		    "(Kim Payroll): cliente" },
		{ "days and months", "Asked Tue 3 Nov, Thu 31 Dec 2026, 10:00 "
		    "EST: no answer.", "Se preguntó: mar 3 nov, jue 31 dic "
		    "2026, 10:00 EST. Sin respuesta." },
		{ "a list, a part of which is unknown", "missing: client, shoe, "
		    "division", "falta: cliente, shoe, división" },
		{ "out of order", "the Payroll names ER-1",
		    "menciona ER-1 (Nómina)" },
		{ "the first that matches wins", "Kim, client!",
		    "¡Kim, cliente!" },
		{ "the end must match, too", "Kim wrote.", "Kim wrote." },
		{ "an empty hole", " wrote", " escribió" },
		{ "a person's words stay", "Please call me", "Please call me" },
		{ "no comment", "#own - take it", "#own - tomarlo" },
		{ "nothing", "", "" },
		{ "too deep is left as it is", "loop loop loop loop loop loop "
		    "Payroll", "vuelta vuelta vuelta vuelta vuelta loop Payroll" },
	};
	struct arena *a = arena_new();
	struct problems probs;
	const struct phrases *p = read_book(a, book, &probs);

	(void)state;
	assert_int_equal(probs.n, 0);
	for (size_t i = 0; i < N(tests); i++)
		if (!str_eq(phrases_say(p, a, tests[i].text), tests[i].want))
			fail_msg("%s: %s", tests[i].name,
			    phrases_say(p, a, tests[i].text));
	assert_string_equal(phrases_say_lines(p, a, "Payroll\n\nx\nclient"),
	    "Nómina\n\nx\ncliente");
	assert_string_equal(phrases_say_list(p, a, "client, division"),
	    "cliente, división");
	assert_true(phrases_has(p, "Payroll"));
	assert_false(phrases_has(p, "Parking"));
	arena_free(&a);
}

static void
test_english_needs_none(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_string_equal(phrases_say(NULL, a, "Payroll"), "Payroll");
	assert_string_equal(phrases_say(NULL, a, NULL), "");
	assert_string_equal(phrases_say_lines(NULL, a, "a\nb"), "a\nb");
	assert_string_equal(phrases_say_list(NULL, a, NULL), "");
	assert_false(phrases_has(NULL, "Payroll"));
	arena_free(&a);
}

static void
test_mistakes_have_a_line_M11(void **state)
{
	static const struct {
		const char *text, *want;
		int line;
	} tests[] = {
		{ "a\n\tb\n\tc\n", "no line above", 3 },
		{ "a\nb\n\tc\n", "has no answer", 2 },
		{ "a\n\tb\nc\n", "last line has no answer", 3 },
		{ "{}{}\n\tb\n", "without a word between", 1 },
		{ "{}\n\tb\n", "match everything", 2 },
		{ "a {1}\n\tb\n", "answer only", 2 },
		{ "a {}\n\tb {2}\n", "does not have", 2 },
		{ "a {}\n\tb {} {}\n", "more holes", 2 },
		{ "{}1{}2{}3{}4{}5{}6{}\n\tb\n", "too many", 1 },
	};

	(void)state;
	for (size_t i = 0; i < N(tests); i++) {
		struct arena *a = arena_new();
		struct problems probs;

		(void)read_book(a, tests[i].text, &probs);
		if (probs.n == 0 || probs.v[0].line != tests[i].line ||
		    strstr(probs.v[0].text, tests[i].want) == NULL)
			fail_msg("%s: %zu, %s", tests[i].text, probs.n,
			    probs.n > 0 ? problem_format(a, &probs.v[0]) : "");
		arena_free(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sentences),
		cmocka_unit_test(test_english_needs_none),
		cmocka_unit_test(test_mistakes_have_a_line_M11),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
