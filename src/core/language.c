/* language.c - guess the language of a mail from its little words. */
#include "core/language.h"

#include "base/str.h"
#include "mail/fold.h"

#include <limits.h>
#include <string.h>

#define HEAD 4000
#define BREAKS " \t\r\n.,;:!?-()[]<>/'\"*_#=@0123456789"

/* Words of our trade and of greetings among them; folded (fold.h): lower case,
 * without accents.  A word that two languages share stands in both rows. */
static const struct {
	const char *language;
	const char *words;
} table[] = {
	{ "en", " the and of to is are was were have has had not you your my we "
	    "our this that these with for from please thank thanks would could "
	    "about which what when there been will am it in on me a no " },
	{ "es", " el la los las un una unos y o de del al que es son fue no he "
	    "ha han hay mi mis su sus nos me se lo le con por para porque pero "
	    "como cuando donde este esta esto desde hasta muy ya tambien sobre "
	    "estoy tengo quiero puedo puede pueden hola gracias saludos buenos "
	    "buenas dias tardes favor usted ustedes a en si mas sin te " },
	{ "pt", " o a os as um uma uns e de do da dos das ao que foi nao sou "
	    "estou tenho meu minha meus seu sua com por para pelo pela mas como "
	    "quando onde este esta isto desde ate muito ja tambem sobre em no "
	    "na nos ola obrigado obrigada voce voces se eu ou sem mais me " },
	{ "fr", " le la les un une des et ou de du au aux que qui est sont ete "
	    "ne pas je tu nous vous il elle mon ma mes votre vos notre avec pour "
	    "par mais comme quand dans sur ce cette depuis tres bonjour merci "
	    "cordialement se en a y si me te plus sans j l d n c qu " },
	{ "it", " il lo la i gli le un una e o di del della dei al che sono "
	    "stato non ho ha hanno mi mio mia suo sua ci si con per perche ma "
	    "come quando dove questo questa da dal fino molto gia anche su in "
	    "nel ciao buongiorno grazie saluti vorrei posso se a piu no te " },
	{ "de", " der die das ein eine einen und oder von zu im am ist sind war "
	    "wurde nicht kein ich wir sie mein meine ihr ihre mit fur auf aber "
	    "wie wann wo dieser diese seit bis sehr schon auch uber hallo danke "
	    "gruße bitte habe haben noch den dem es in so " },
};

enum { LANGUAGES = sizeof(table) / sizeof(table[0]) };

#define LONGEST 16 /* bytes of a word */
#define SLOTS 1024 /* for words; a power of two, several times as many */

/* The words of all languages: each mail has hundreds to look up. */
struct words {
	struct slot {
		uint64_t key[LONGEST / 8]; /* the word, padded with NUL */
		uint8_t languages;         /* a bit for each; 0: no word */
	} v[SLOTS];
	bool is_break[UCHAR_MAX + 1];
};

_Static_assert(LANGUAGES <= 8, "a bit for each");

/* Where the word stands, or would. */
static struct slot *
slot_of(struct words *w, const char *word, size_t n)
{
	uint64_t key[LONGEST / 8] = { 0 }, i;

	memcpy(key, word, n);
	i = (key[0] ^ key[1] << 1) * UINT64_C(0x9e3779b97f4a7c15) >> 40;
	while (w->v[i % SLOTS].languages != 0 &&
	    memcmp(w->v[i % SLOTS].key, key, sizeof(key)) != 0)
		i++;
	memcpy(w->v[i % SLOTS].key, key, sizeof(key));
	return &w->v[i % SLOTS];
}

static void
words_init(struct words *w)
{
	memset(w, 0, sizeof(*w));
	for (const char *s = BREAKS; *s != '\0'; s++)
		w->is_break[(unsigned char)*s] = true;
	for (size_t i = 0; i < LANGUAGES; i++)
		for (const char *s = table[i].words + 1; *s != '\0';) {
			size_t n = strcspn(s, " ");

			slot_of(w, s, n)->languages |= (uint8_t)(1u << i);
			s += n + 1;
		}
}

static void
count_word(struct words *w, const char *word, size_t n, int hits[LANGUAGES])
{
	uint8_t languages = n <= LONGEST ? slot_of(w, word, n)->languages : 0;

	for (size_t i = 0; languages >> i != 0; i++)
		hits[i] += (languages >> i & 1) != 0;
}

const char *
language_guess(const char *text, struct arena *a)
{
	int hits[LANGUAGES] = { 0 }, second = 0;
	const char *s = fold_text(a, text, utf8_cut(text, strlen(text), HEAD));
	size_t best = 0, n;
	struct words w;

	words_init(&w);
	for (; *s != '\0'; s += n == 0 ? 1 : n) {
		for (n = 0; s[n] != '\0' && !w.is_break[(unsigned char)s[n]];)
			n++;
		if (n > 0)
			count_word(&w, s, n, hits);
	}
	for (size_t i = 1; i < LANGUAGES; i++)
		best = hits[i] > hits[best] ? i : best;
	for (size_t i = 0; i < LANGUAGES; i++)
		if (i != best && hits[i] > second)
			second = hits[i];
	return hits[best] >= LANGUAGE_MIN_HITS && hits[best] >= 2 * second
	    ? table[best].language : "";
}
