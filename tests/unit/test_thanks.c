/* test_thanks.c - a mail that is nothing but thanks. */
#include "core/thanks.h"

#include "mailtest.h"

static void
test_thanks_only_L16(void **state)
{
	static const struct {
		const char *name, *text;
		bool want;
	} tests[] = {
		{ "one word", "Thanks!", true },
		{ "with a name below", "Thank you very much!\n\nAlice", true },
		{ "with a greeting and both names",
		    "Dear team,\nmany thanks for the quick help.\n"
		    "Best regards\nAlice Martín", true },
		{ "German", "Vielen Dank für Ihre Hilfe\nMit freundlichen"
		    " Grüßen", true },
		{ "French", "Merci beaucoup !", true },
		{ "Spanish", "Muchas gracias por su ayuda.", true },
		{ "Spanish, with all courtesy", "Hola, muchísimas gracias por"
		    " todo. Recibido.\nSaludos cordiales\nAlice", true },
		{ "Spanish, but", "Gracias, pero no me llegó el pago.", false },
		{ "thanks, but", "Thanks, but it did not arrive.", false },
		{ "thanks for nothing", "Thanks for nothing.", false },
		{ "a question", "Thank you. When is it paid?", false },
		{ "only a greeting", "Hello Alice", false },
		{ "somebody else's name", "Thanks, Bob", false },
		{ "a thumb", "\xf0\x9f\x91\x8d", false },
		{ "nothing at all", "", false },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		if (thanks_only(tests[i].text, "Alice Martin", a) !=
		    tests[i].want)
			fail_msg("%s", tests[i].name);
	arena_free(&a);
}

static void
test_long_mail_is_no_thanks_L16(void **state)
{
	struct arena *a = arena_new();
	char text[2000];

	(void)state;
	for (size_t i = 0; i + 7 < sizeof(text); i += 7)
		memcpy(text + i, "thanks ", 7);
	text[1995] = '\0';
	assert_false(thanks_only(text, "Alice Martin", a));
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_thanks_only_L16),
		cmocka_unit_test(test_long_mail_is_no_thanks_L16),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
