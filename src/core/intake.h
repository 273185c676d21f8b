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
	bool is_from_reader;                /* an automatic mail: it answers a
	                                       mail of ours to its sender, or
	                                       its origin is proven */
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

/*
 * An automatic mail on a case: filed.  An absence of staff moves the same
 * step to the backup at once (AR-12), and whoever keeps the case is told
 * what was understood and how to correct it; but only if the mail is from
 * somebody we wrote to, else the keeper is merely told.
 */
void intake_auto(const struct intake *in, const struct case_facts *f,
    const struct absence *away, struct plan *p);

/* From when, and the first instant back in their own zone: as the mail says,
 * else now and absence_unknown. */
cw_time intake_away_from(const struct intake *in, const struct absence *away);
cw_time intake_back_at(const struct intake *in, const struct absence *away);
/* The address of one of the staff whom an out-of-office names, "" if none. */
const char *intake_named_deputy(const struct intake *in);

/* A mail of ours that came back, by bounce or refused by SMTP. */
struct returned {
	const char *rcpt, *template_name;
	enum bounce_kind kind;
	const char *status; /* "" if none is known */
};

/*
 * What it means for its case: recorded; a HARD one marks the address, tells
 * the keeper once and asks the backup at once (the employee: a call task); a
 * POLICY or SIZE one tells the keeper too and blames no address.  Nothing
 * here satisfies or moves a due date (BN-13).
 */
void intake_bounced(const struct case_facts *f, const struct policy *policy,
    cw_time now, const struct returned *r, struct plan *p);

/* May the closed case take this mail, or does it open a linked one (TH-14)? */
bool intake_reopens(const struct casefile *c, const struct policy *p,
    cw_time now);

#endif
