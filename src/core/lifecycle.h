/*
 * lifecycle.h - what happens to a case as a whole: reopening, closing by
 * time, waiting that ends, the daily review (G23, H12, TH-14).  Pure.
 */
#ifndef CW_CORE_LIFECYCLE_H
#define CW_CORE_LIFECYCLE_H

#include "core/facts.h"
#include "core/plan.h"

/* Open again: a fresh due date, the ladder from its first step. */
void case_reopen(const struct case_facts *f, const struct policy *policy,
    cw_time now, const char *why, struct plan *p);

/* The alarms "close", "wait" and "review" have come. */
void case_close_due(const struct case_facts *f, const struct policy *policy,
    cw_time now, struct plan *p);
void case_wait_over(const struct case_facts *f, const struct policy *policy,
    cw_time now, struct plan *p);
/* Records what was checked and what was found, and sets the next review.
 * Whose owner or department has left the settings gets a living one, who is
 * told (H10, L25). */
void case_review(const struct case_facts *f, const struct policy *policy,
    cw_time now, struct plan *p);

/* H4: what closing needs and is not there, in words; "" for nothing. */
const char *case_missing_to_close(const struct case_facts *f,
    struct arena *a);

/*
 * Do they belong to the case by what they are (M4): its owner and the
 * owner's team (not if it is confidential), its lead and the chain above,
 * its department and that one's leadership?  *as: in whose thread.
 */
bool case_belongs(const struct casefile *c, const struct policy *policy,
    const struct person *who, enum audience *as);

/* Does this subscriber still belong (G12)? */
bool case_subscriber_belongs(const struct casefile *c,
    const struct policy *policy, const char *name);

/* What the owner should do next, in words (G15). */
const char *case_next_action(const struct case_facts *f,
    const struct policy *policy, struct arena *a);

#endif
