/*
 * ladder_part.h - what the files of the ladder share: the rung itself, who
 * is asked, and when.  Others use ladder.h.
 */
#ifndef CW_CORE_LADDER_PART_H
#define CW_CORE_LADDER_PART_H

#include "core/ladder.h"

/* --- the rung (ladder_who.c) --- */

/* Index of step `step` in the ladder: the last rung repeats, also when the
 * ladder has become shorter since. */
size_t rung_index(const struct policy *p, int step);
/* Who is asked if everybody can be reached. */
const struct person *rung_first_person(const struct case_facts *f,
    const struct policy *p, int step, int chain);
/* Whose hours count for a rung: that person's, or the department's. */
const struct calendar *rung_calendar(const struct case_facts *f,
    const struct policy *p, int step, int chain);
/* Who is asked now; `except` (an address, may be NULL) comes last.  *is_live
 * (may be NULL): can be reached and is not `except`. */
const struct person *rung_person(const struct case_facts *f,
    const struct policy *p, int step, int chain, cw_time now,
    const char *except, bool *is_live);
/* Was `email` asked by this rung: is it the first one's, or that of one who
 * stood in for those before, who cannot be reached? */
bool rung_asks(const struct case_facts *f, const struct policy *p, int step,
    int chain, cw_time now, const char *email);
/* Climbs of the chain once `who` was asked. */
int rung_next_chain(const struct policy *p, int chain,
    const struct person *who);

/* --- when (ladder_date.c) --- */

struct rung_dates {
	cw_time planned; /* when it is due if nothing drags */
	cw_time due;     /* when it is due after what happened; > now */
};

struct rung_dates rung_first(const struct case_facts *f,
    const struct policy *p, cw_time now);
/* Of the rung after one that was climbed at `now`. */
struct rung_dates rung_after(const struct case_facts *f,
    const struct policy *p, int step, int chain, cw_time now);
/* Due date of the next rung when the department answers at `now`; never
 * earlier than it is. */
cw_time rung_postponed(const struct case_facts *f, const struct policy *p,
    cw_time now);
/* The same when a person holds it until `until`. */
cw_time rung_held(const struct case_facts *f, const struct policy *p,
    cw_time until);

#endif
