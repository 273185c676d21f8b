/* test_unread.c - what cannot be read here is said in words (M7, OF-14). */
#include "mailtest.h"

#include "mail/unread.h"

#define SEALED "This mail is encrypted and cannot be read here. It is kept" \
    " as it came."
#define PARTLY "A part of this mail is encrypted and cannot be read here."  \
    " It is kept as it came."
#define TNEF "A part of this mail is in Outlook's own format (winmail.dat)" \
    " and cannot be read here: text or files may be missing. It is kept as" \
    " it came."
#define ARMOUR "-----BEGIN PGP MESSAGE-----\nhQ\n-----END PGP MESSAGE-----"

static void
test_words_M7_OF14(void **state)
{
	static const struct {
		const char *name;
		struct body b;
		const char *want, *reply;
	} tests[] = {
		{ "all of it was read", { .reply_text = "Hello", .problem = "" },
		    "", "Hello" },
		{ "encrypted", { .reply_text = "", .problem = "",
		    .is_encrypted = true }, SEALED, "[" SEALED "]" },
		{ "armour says nothing", { .reply_text = ARMOUR "\n",
		    .problem = "", .is_encrypted = true }, SEALED,
		    "[" SEALED "]" },
		{ "armour without an end",
		    { .reply_text = "-----BEGIN PGP MESSAGE-----\nhQ",
		        .problem = "", .is_encrypted = true },
		    SEALED, "[" SEALED "]" },
		{ "words around it", { .reply_text = "Hello\n" ARMOUR "\nBye",
		    .problem = "", .is_encrypted = true }, PARTLY,
		    "[" PARTLY "]\n\nHello\n\nBye" },
		{ "Outlook's format", { .reply_text = "Hello", .problem = "",
		    .has_tnef = true }, TNEF, "[" TNEF "]\n\nHello" },
		{ "a bound of the reader", { .reply_text = "Hello",
		    .problem = "it has more than 500 parts" },
		    "Attention: not all of this mail could be read, because it"
		    " has more than 500 parts. It is kept as it came.",
		    "[Attention: not all of this mail could be read, because"
		    " it has more than 500 parts. It is kept as it came.]\n\n"
		    "Hello" },
		{ "two things", { .reply_text = "", .problem = "",
		    .is_encrypted = true, .has_tnef = true },
		    SEALED " " TNEF, "[" SEALED " " TNEF "]" },
		{ "a signature is no hindrance", { .reply_text = "Hello",
		    .problem = "", .is_signed = true }, "", "Hello" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(tests); i++) {
		check_text(tests[i].name, unread_words(&tests[i].b, a),
		    tests[i].want);
		check_text(tests[i].name, unread_reply(&tests[i].b, a),
		    tests[i].reply);
	}
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_M7_OF14),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
