/*
 * triage.h - what a mail is about: rules from the settings, read in order.
 *
 * Each rule whose patterns all match sets what it names; the first rule that
 * sets a field wins it.  What no rule sets comes from the category, then
 * from the desk's defaults; the priority is low unless a rule says more
 * (G3).  Every rule that holds is kept with the words that made it hold, so
 * that `explain` can say why.
 *
 * Patterns see at most 1 KiB of the subject and 64 KiB of the text.  A
 * pattern that hits its match limit counts as "does not match" and is named
 * in the explanation.
 */
#ifndef CW_CORE_TRIAGE_H
#define CW_CORE_TRIAGE_H

#include "core/policy.h"
#include "mail/msg.h"

#define TRIAGE_MAX_SUBJECT 1024
#define TRIAGE_MAX_BODY (64 * 1024)
#define TRIAGE_MAX_BRIEF 120 /* bytes */

struct triage_hit {
	const struct rule *rule;
	const char *reason; /* body matches at "hostile" */
};

/* Somebody who must hear of the case at intake (H5). */
struct triage_escalation {
	const struct person *to;
	const char *why; /* of all rules that name this person */
};

struct triage {
	const struct category *category;     /* never NULL */
	const char *type;                    /* "" if not set */
	const struct department *department; /* never NULL */
	enum priority priority;
	enum risk risk;
	bool money; /* Payroll becomes a subscriber (G12) */

	/* A mail may be a complaint and a legal threat at once: each of
	 * these people is told.  escalate_to is the first, NULL: nobody. */
	const struct triage_escalation *escalations;
	size_t n_escalations;
	const struct person *escalate_to;
	const char *escalate_why; /* all reasons, "" if none */

	const char *brief;        /* internal: the subject without prefixes */
	const char *public_title; /* says nothing personal (TH-5) */

	const struct triage_hit *hits;
	size_t n_hits;
	const char *explain; /* one line a rule, and what was decided */
};

/* For a mail that opens a case. */
void triage_classify(const struct policy *p, const struct msg *m,
    struct arena *a, struct triage *out);

/*
 * Does a department's reply read like a resolution (G14)?  Looks at what is
 * new in it only, so that a quoted question of ours does not count.
 * *rule (may be NULL) is the rule that says so.
 */
bool triage_reads_resolved(const struct policy *p, const struct msg *m,
    const struct rule **rule);

#endif
