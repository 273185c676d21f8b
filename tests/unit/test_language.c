/* test_language.c - whose language is it? (M11, LESSONS 5) */
#include "core/language.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void
test_guess(void **state)
{
	static const struct {
		const char *name, *want, *text;
	} tests[] = {
		{ "plain Spanish", "es", "Hola, no he recibido mi pago de "
		    "octubre y la renta vence el viernes. ¿Me pueden ayudar? "
		    "Gracias, Jorge" },
		{ "without accents, in capitals", "es", "BUENOS DIAS, NECESITO "
		    "SABER CUANDO ME VAN A PAGAR LAS HORAS EXTRA DE LA SEMANA" },
		{ "plain English", "en", "Hello, my pay for October is two days "
		    "short. Could you look into it, please? Thank you" },
		{ "Portuguese is not Spanish", "pt", "Olá, não recebi o meu "
		    "salário de outubro e a minha conta está em dia. Obrigado "
		    "pela ajuda de vocês" },
		{ "Italian", "it", "Buongiorno, non ho ricevuto lo stipendio di "
		    "ottobre e vorrei sapere perché. Grazie e saluti" },
		{ "French", "fr", "Bonjour, je n'ai pas reçu mon salaire du mois "
		    "et vous demande une réponse. Merci" },
		{ "German", "de", "Hallo, ich habe mein Gehalt für den Oktober "
		    "noch nicht bekommen. Bitte um Auskunft, danke" },
		{ "among words longer than any we know", "en", "Rechtsschutz"
		    "versicherungsgesellschaften is what you will have, thank "
		    "you, incomprehensibly, incomprehensible" },
		{ "too short", "", "Gracias" },
		{ "a name and a number", "", "Jorge Medina 100104" },
		{ "two minds", "", "The pay is wrong and I have to ask. El pago "
		    "es incorrecto y no sé por qué lo es." },
		{ "nothing", "", "" },
		{ "bad bytes", "", "\xff\xfe\x80 \xc3" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		if (!str_eq(language_guess(tests[i].text, a), tests[i].want))
			fail_msg("%s: \"%s\"", tests[i].name,
			    language_guess(tests[i].text, a));
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_guess) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
