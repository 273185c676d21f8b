/*
 * ladder_part.h - what the files of the ladder share: the rung itself, who
 * is asked, and when.  Others use ladder.h.
 */
#ifndef CW_CORE_LADDER_PART_H
#define CW_CORE_LADDER_PART_H

#include "core/ladder.h"

/* --- people, the one who is meant first (stand_in.c) --- */

enum { MAX_CANDIDATES = 60 };

struct candidates {
	const struct person *v[MAX_CANDIDATES];
	size_t n;
};

void candidates_add(struct candidates *c, const struct person *who);
/* Somebody, the backup, the backup's backup ...; NULL: nobody. */
void candidates_add_backups(struct candidates *c, const struct person *who);
/* Contact, backups, leadership. */
void candidates_department(const struct case_facts *f, const struct policy *p,
    struct candidates *c);
/* A leader, their backups, and who stands above. */
void candidates_leaders(const struct case_facts *f, const struct policy *p,
    const struct person *lead, struct candidates *c);
/* The first of those whom it is least bad to write to; there is one. */
const struct person *candidates_best(const struct candidates *c,
    const struct case_facts *f, cw_time now, const char *except);
/* How bad it would be to write to somebody: 0 is good.  Who is away (1) can
 * at least read it later; `except` (2) is of no use just now; who is
 * undeliverable (3) never will; whom the case is about (4) must not. */
int person_trouble(const struct case_facts *f, const struct person *who,
    cw_time now, const char *except);

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
/* Who of the desk's leaders hears that nobody of a rung can be reached; NULL:
 * they cannot be reached either. */
const struct person *rung_rescuer(const struct case_facts *f,
    const struct policy *p, cw_time now, const char *except);
/* Was `email` asked by this rung: is it the first one's, or that of one who
 * stood in for those before, who cannot be reached? */
bool rung_asks(const struct case_facts *f, const struct policy *p, int step,
    int chain, cw_time now, const char *email);
/* Climbs of the chain once `who` was asked. */
int rung_next_chain(const struct policy *p, int chain,
    const struct person *who);

/* The due date `due` has passed: the next rung, now or at the opening. */
void ladder_breached(const struct case_facts *f, const struct policy *p,
    cw_time due, cw_time now, const char *why, struct plan *out);

/* --- when (ladder_date.c) --- */

struct rung_dates {
	cw_time planned; /* when it is due if nothing drags */
	cw_time due;     /* when it is due after what happened; > now */
};

/* A rung that is more than an hour late, after downtime, waits for the next
 * opening of who must act: `now`, or that opening. */
cw_time rung_late_opening(const struct case_facts *f, const struct policy *p,
    cw_time due, cw_time now);

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
