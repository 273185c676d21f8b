/*
 * verb.h - what a person may say about a case, by mail ("#note text" at the
 * top of a reply) or on the command line ("case note 123 text"): one table.
 *
 * To add a verb, add a row in verb.c.  Help, usage errors, permission checks
 * and both front ends are made from the row.  Pure.
 */
#ifndef CW_CORE_VERB_H
#define CW_CORE_VERB_H

#include "core/facts.h"
#include "core/plan.h"

struct verb_call {
	const struct case_facts *f;
	const struct policy *policy;
	cw_time now;
	const struct person *who; /* NULL: the operator, not as a person */
	unsigned roles;           /* of who; ROLE_OPERATOR on the command line */
	const char *args;         /* trimmed, "" if none */
	struct arena *a;
};

struct verb {
	const char *name, *usage;  /* "assign", "<department or person>" */
	unsigned roles;            /* any of these may say it */
	/* RC_OK with acts in the plan and an answer in *said ("Owner is now
	 * Lee Okafor."), or RC_BAD with the reason. */
	enum rc (*decide)(const struct verb_call *c, struct plan *p,
	    const char **said, struct err *e);
	const char *help;
	const char *example;
};

const struct verb *verb_table(size_t *n);
const struct verb *verb_find(const char *name); /* caseless; NULL unknown */

/*
 * Carry out one line: "note text" or "#note text".  RC_BAD: unknown verb,
 * not allowed, wrong use; the text says what would be right.
 */
enum rc verb_decide(const char *line, const struct verb_call *c,
    struct plan *p, const char **said, struct err *e);

/* "#own\n#assign <department or person>\n ..." for those roles. */
char *verb_help(struct arena *a, unsigned roles, const char *prefix);

/* A date: "2026-11-30", "30 Nov", "friday", "tomorrow", or a duration ("3bd")
 * from now, at the opening of the calendar.  false: not understood. */
bool verb_date(const char *s, const struct calendar *c, cw_time now,
    cw_time *out);
/* "until friday", "2026-11-16 until 2026-11-30", "5 days": days as verb_day
 * reads them; from is now unless it is said.  RC_BAD: what is wrong. */
enum rc verb_span(const char *s, const struct calendar *cal, cw_time now,
    struct arena *a, cw_time *from, cw_time *until, struct err *e);
/* As verb_date, but the beginning of that day, open or not; an instant that is
 * named, or is some hours from now, stays as it is. */
bool verb_day(const char *s, const struct calendar *c, cw_time now,
    cw_time *out);

#endif
