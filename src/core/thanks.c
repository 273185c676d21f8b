/* thanks.c - is a mail nothing but thanks? */
#include "core/thanks.h"

#include "base/str.h"
#include "mail/fold.h"

#include <string.h>

#define MAX_BYTES 300
#define BREAKS " \t\r\n.,;:!-()'\"*_"

/* As fold_text() leaves them: small letters without accents. */
static const char *const thanks[] = {
	"thanks", "thank", "thx", "ty", "danke", "dank", "merci", "gracias",
	"obrigado", "obrigada", "grazie", "bedankt", "tack", "takk", "tak",
	"kiitos", "dziekuje", NULL,
};

static const char *const courtesy[] = {
	"you", "very", "much", "so", "a", "lot", "many", "all", "again", "for",
	"your", "the", "quick", "help", "support", "hi", "hello", "dear",
	"team", "great", "perfect", "wonderful", "ok", "okay", "received",
	"got", "it", "best", "kind", "warm", "regards", "cheers", "sincerely",
	"vielen", "herzlichen", "besten", "schonen", "sehr", "fur", "die",
	"ihre", "hilfe", "hallo", "liebe", "freundliche", "freundlichen",
	"mit", "gruße", "grußen", "gruss", "grusse", "grussen", "viele", "beaucoup", "pour",
	"votre", "aide", "bonjour", "cordialement", "muchas", "por", "su",
	"ayuda", "hola", "saludos", "muchisimas", "mil", "todo", "la", "el",
	"apoyo", "recibido", "recibida", "perfecto", "excelente", "cordial",
	"cordiales", "un", "saludo", "buenos", "buenas", "dias", "tardes", "muito", "mille", "tante", NULL,
};

static bool
is_among(const char *word, size_t n, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strlen(*words) == n && memcmp(*words, word, n) == 0)
			return true;
	return false;
}

static bool
is_in_name(const char *word, size_t n, const char *name)
{
	while (*(name += strspn(name, BREAKS)) != '\0') {
		size_t len = strcspn(name, BREAKS);

		if (len == n && memcmp(name, word, n) == 0)
			return true;
		name += len;
	}
	return false;
}

bool
thanks_only(const char *text, const char *name, struct arena *a)
{
	const char *folded_name = fold_text(a, name, strlen(name)), *s;
	size_t len = strlen(text);
	bool thanked = false;

	if (len > MAX_BYTES)
		return false;
	for (s = fold_text(a, text, len); *(s += strspn(s, BREAKS)) != '\0';) {
		size_t n = strcspn(s, BREAKS);

		if (is_among(s, n, thanks))
			thanked = true;
		else if (!is_among(s, n, courtesy) &&
		    !is_in_name(s, n, folded_name))
			return false;
		s += n;
	}
	return thanked;
}
