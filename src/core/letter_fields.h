/*
 * letter_fields.h - which templates there are, which fields each audience
 * may name, and how a field is made from the facts.
 *
 * Two tables.  A field that is not declared for an audience does not exist
 * in its templates: naming it is an error of loading (G13).  Only fields
 * that a template names are computed.
 */
#ifndef CW_CORE_LETTER_FIELDS_H
#define CW_CORE_LETTER_FIELDS_H

#include "core/letter.h"
#include "core/mustache.h"
#include "core/phrases.h"
#include "core/words.h"

/* What a letter is made of; a set of flags. */
enum {
	LETTER_CASE = 1,    /* it is about a case */
	LETTER_DIGEST = 2,  /* it is about many: subject in the template */
	LETTER_REPLY = 4,   /* it asks for an answer: "reply above this line" */
	LETTER_WORDS = 8,   /* its detail or reason was written for its
	                       reader: {{words}} in an employee's letter */
	LETTER_OURS = 16    /* its detail was written by us, not by a person:
	                       said in the reader's language, line by line */
};

struct letter_kind {
	const char *name;
	enum audience audience;
	const char *purpose; /* ack | followup | digest | agent */
	unsigned flags;
};

extern const struct letter_kind letter_kinds[]; /* ends with a NULL name */
const struct letter_kind *letter_kind_find(const char *name); /* or NULL */

/* The fields that templates of this kind may name. */
const struct tfield *letter_fields_declared(const struct letter_kind *k,
    struct arena *a);

/* All that a letter is made from. */
struct letter_ctx {
	const struct letter_kind *kind;
	const struct policy *p;
	const struct case_facts *f; /* NULL if not LETTER_CASE */
	const struct letter_to *to;
	const struct letter_more *more;
	const struct digest *digest; /* never NULL if LETTER_DIGEST */
	const struct words *w;
	const struct phrases *phrases; /* NULL: English */
	cw_time now;
	struct arena *a;
};

/* A sentence or name of ours in the language of the letter. */
const char *letter_say(const struct letter_ctx *x, const char *english);

/* Set field `name` (it must be declared for the kind) in `into`. */
void letter_field_fill(const struct letter_ctx *x, const char *name,
    struct tval *into);

/* The public title; other readers than the employee get "Payroll question"
 * for "Your payroll question". */
const char *letter_title(const struct letter_ctx *x);
/* High-risk and confidential cases: no facts leave the desk by mail. */
bool letter_is_confidential(const struct case_facts *f);

#endif
