/*
 * intake.h - what a mail does to a case: open, append, reopen; bounces and
 * absences; what the owner is told.  Pure.
 */
#ifndef CW_CORE_INTAKE_H
#define CW_CORE_INTAKE_H

#include "core/directory.h"
#include "core/facts.h"
#include "core/plan.h"
#include "core/thread.h"
#include "core/triage.h"
#include "mail/autoreply.h"
#include "mail/bounce.h"
#include "mail/msg.h"

/* A mail and what is known about it. */
struct intake {
	const struct policy *policy;
	const struct msg *m;
	const struct triage *triage;        /* of this mail */
	const struct thread_verdict *thread;
	const struct employee *employee;    /* directory: the sender, or whom
	                                       the mail names; NULL unknown */
	bool sender_is_employee;            /* `employee` is the sender */
	const struct person *staff;         /* the sender, NULL: not staff */
	bool is_forged;                     /* a trusted check of From failed */
	cw_time ack_not_before;             /* AR-14: 0 = at once */
	bool is_addressed;                  /* one of our addresses is in it (AR-7) */
	const struct casefile *others;      /* open cases of the same person,
	                                       oldest first */
	size_t n_others;
	cw_time now;
	struct arena *a;
};

/* A new case: fills *c (without a number).
 * `rotation` spreads cases over the agents of a team; agents that
 * `is_away` are passed over. */
void intake_open(const struct intake *in, size_t rotation,
    bool (*is_away)(void *ctx, const char *email), void *ctx,
    struct casefile *c);
/* The rest of opening, once the case has its number: acknowledgement,
 * notice, alarms, subscribers, immediate escalation. */
void intake_opened(const struct intake *in, const struct case_facts *f,
    struct plan *p);

/* A human mail on a case, in the thread of in->thread->audience. */
void intake_append(const struct intake *in, const struct case_facts *f,
    struct plan *p);

/* A mail of unclear standing: kept and shown to the owner. */
void intake_unverified(const struct intake *in, const struct case_facts *f,
    struct plan *p);

/* An automatic mail on a case: filed; an absence moves the same step to the
 * backup at once (AR-12). */
void intake_auto(const struct intake *in, const struct case_facts *f,
    const struct absence *away, struct plan *p);

/* A mail of ours to `rcpt` came back (by bounce or refused by SMTP). */
void intake_bounced(const struct case_facts *f, const struct policy *policy,
    cw_time now, const char *rcpt, enum bounce_kind kind, const char *status,
    struct plan *p);

/* May the closed case take this mail, or does it open a linked one (TH-14)? */
bool intake_reopens(const struct casefile *c, const struct policy *p,
    cw_time now);

#endif
