/*
 * letter.h - a mail of ours in words: template + facts -> subject, text, HTML.
 *
 * Each template belongs to one audience; only the fields declared for that
 * audience exist in it, so an internal note cannot even be named in an
 * employee's template (G13).  One source (Mustache over Markdown, front
 * matter) gives both the text and the HTML part (M10, M11, LOOK).
 */
#ifndef CW_CORE_LETTER_H
#define CW_CORE_LETTER_H

#include "core/digest.h"
#include "core/facts.h"
#include "core/policy.h"

struct phrases;
struct templates; /* all templates, parsed and checked; immutable */

/*
 * Load templates/<lang>/<name>.md for every name known in the table of
 * letter.c and every language; English must be complete, others fall back.
 * A letter is in one language as a whole: one that is not there in the
 * reader's is English from its first to its last word.  Beside the letters
 * stands phrases.txt (phrases.h).
 * All mistakes (unknown field, unclosed section, bad front matter, missing
 * file) are added to *probs.
 */
enum rc templates_load(const struct policy_io *io, const char *dir,
    const char *const *languages, size_t n_languages, struct arena *a,
    const struct templates **out, struct problems *probs);
/* Names in the order of the table; NULL at the end. */
const char *templates_name(size_t i);
/* Languages, English first; NULL at the end. */
const char *templates_language(const struct templates *t, size_t i);
/* Is there a letter of that name in that language ("es", "es-MX")? */
bool templates_has(const struct templates *t, const char *name,
    const char *language);
/* What our sentences are in that language (phrases.h); NULL: English. */
const struct phrases *templates_phrases(const struct templates *t,
    const char *language);
enum audience templates_audience(const char *name);

struct letter_to {
	const char *email, *name;
	const char *language;
	const struct calendar *calendar; /* zone for dates in the mail */
	const char *reply_address; /* keyed; action links are mailto: this */
};

/* What the letter is about besides the case. */
struct letter_more {
	const char *reason;  /* {{reason}}: why now, in words; "" if none */
	const char *detail;  /* {{detail}}: e.g. the employee's words, a refused
	                        command's answer; "" if none */
	const struct digest *digest; /* work lists and digests; else NULL */
};

struct letter {
	const char *subject; /* "[ER-000123] Your payroll question" */
	const char *text;    /* "\n" lines */
	const char *html;
	const char *purpose; /* ack | followup | digest | agent (AR headers) */
};

/* RC_BAD only for an unknown template name.  `now` is the mail's date. */
enum rc letter_render(const struct templates *t, const char *name,
    const struct policy *p, const struct case_facts *f, /* NULL for digests */
    const struct letter_to *to, const struct letter_more *more, cw_time now,
    struct arena *a, struct letter *out, struct err *e);

#endif
