/*
 * ladder.h - which rung of the escalation ladder a case has reached, the
 * weekly word, and the due-date guard (DESIGN 3.1, G5, G6, G16-G20).
 *
 * Pure: facts, policy and `now` in, a plan out.  On return of each decide
 * function the case's alarm of that kind lies after `now`: an open case
 * always has an alarm ahead of it.  "due-warning" comes once for each due
 * date and is then cleared.  An alarm that is stale (its date was moved in
 * the case since) is only set anew.
 *
 * A rung that counts from the opening (the lead) is reached within
 * answer_grace of its date however the rungs before it dragged on; those
 * are brought forward for it, but no two come closer than min_gap.  After
 * downtime late rungs follow each other by min_gap (CT-8).
 *
 * A call task (call_task) is mailed to who has to call, too ("call-task").
 * The copy to the lead (copy_lead) is of the same template and audience as
 * the mail itself.
 *
 * Agenda kinds used here: "step", "due-warning", "due", "weekly".  The
 * decisions also write the fields step, chain, step_due_at,
 * step_planned_at, step_postponed, climbed_at, due_at, breaches,
 * employee_told_at through plan_set_int, so that the case row says the same
 * as the agenda.
 */
#ifndef CW_CORE_LADDER_H
#define CW_CORE_LADDER_H

#include "core/facts.h"
#include "core/plan.h"

/* At opening, or when a case is reopened: due date, warning, first step,
 * weekly word. */
void ladder_begin(const struct case_facts *f, const struct policy *p,
    cw_time now, struct plan *out);

bool ladder_knows(const char *kind);
/* The decide function of an agenda kind; false: it is not one of these. */
bool ladder_fire(const char *kind, const struct case_facts *f,
    const struct policy *p, cw_time now, struct plan *out);

/*
 * The alarm "step" has come.  Climbs at most one rung, however late `now`
 * is; nothing if one was climbed at this very `now` already.  While waiting
 * on the employee nothing is climbed and the alarm is set anew.  A step
 * whose person cannot be reached (bounce, absence) goes to the backup; the
 * chain skips people who cannot be reached, and an unreachable top is asked
 * anyway (never silent).  A wait that is over (waiting_until) ends here.
 */
void ladder_step(const struct case_facts *f, const struct policy *p,
    cw_time now, struct plan *out);

/* Climb now, whatever the date: the due date was reached, a person asked
 * for it (#escalate), or the step's mail bounced.  `why` is shown to who is
 * asked, a department too; "" gives the plain words (no answer since ...).
 * At most once at one `now`. */
void ladder_climb(const struct case_facts *f, const struct policy *p,
    cw_time now, const char *why, struct plan *out);

/*
 * The same step, or the notice of the opening, once more to the backup
 * contact, because `email` bounced or is away (AR-12, BN-13); with nobody
 * left for that step, the next one now.  Once for each address and climb, so
 * that out-of-office replies cannot make a loop.  Nothing, if neither has
 * been sent to that address.  The caller marks the
 * address itself (ACT_ABSENT, ACT_UNDELIVERABLE), in the same plan.
 */
void ladder_divert(const struct case_facts *f, const struct policy *p,
    cw_time now, const char *email, const char *why, struct plan *out);

/* A department's human answer: postpones the next step once, records
 * department_answered_at, closes the call task, and a case that waited on
 * the department is in progress again. */
void ladder_answered(const struct case_facts *f, const struct policy *p,
    cw_time now, struct plan *out);

/* The alarms "due-warning", "due" and "weekly" have come. */
void ladder_due_warning(const struct case_facts *f, const struct policy *p,
    cw_time now, struct plan *out);
void ladder_due(const struct case_facts *f, const struct policy *p,
    cw_time now, struct plan *out);
void ladder_weekly(const struct case_facts *f, const struct policy *p,
    cw_time now, struct plan *out);

/* The priority was changed (or a department), and `f` carries the new one:
 * due date and warning anew, from the opening but never before now plus the
 * warning time. */
void ladder_rescheduled(const struct case_facts *f, const struct policy *p,
    cw_time now, struct plan *out);

/* The case was handed to another department, which `f` carries: it is asked
 * from the first step on, and what the old one was asked counts no more.
 * The steps that count from the opening keep their dates. */
void ladder_handed_over(const struct case_facts *f, const struct policy *p,
    cw_time now, struct plan *out);

/* A new due date with its warning: ahead of it by warn_before or, where
 * that is too short, half way. */
void ladder_set_due(const struct case_facts *f, const struct policy *p,
    cw_time due, cw_time now, struct plan *out);

/* A person lets the department have time until `until`: the next step comes
 * then, but never past the last date of a rung above the department that
 * counts from the opening.  Returns when it comes. */
cw_time ladder_hold(const struct case_facts *f, const struct policy *p,
    cw_time until, struct plan *out);

/* The case waits no more (waiting_until), for the reason given: it is in
 * progress.  After a wait for the employee the department has min_gap before
 * the next step; after a wait for the department a step whose date has
 * passed comes within the hour. */
void ladder_resume(const struct case_facts *f, const struct policy *p,
    cw_time now, const char *why, struct plan *out);

/* Stop all alarms of the case: it is resolved. */
void ladder_end(struct plan *out);

/* Who would be asked by step `step` (and chain climb `chain`) right now,
 * for `plan`, lint and tests. */
const struct person *ladder_target(const struct case_facts *f,
    const struct policy *p, int step, int chain, cw_time now);

/* --- who stands in (stand_in.c, G21) --- */

/*
 * Whoever is away or undeliverable is stood in for by the backup, the
 * backup's backup and so on (two that name each other are no trap); then an
 * agent by the colleague that the out-of-office names, the one chosen when
 * the absence began, any agent of the same region, the team's lead; then the
 * managers up to the top.  With nobody there at all it is who can read it
 * later, rather than who never will.
 */

/* Of the facts, only the addresses are looked at. */
const struct person *staff_stand_in(const struct case_facts *f,
    const struct policy *p, const struct person *who, cw_time now);
/* The same for what is internal to this case: of a confidential one no
 * colleague of an agent hears, but the lead (H6). */
const struct person *case_reader(const struct case_facts *f,
    const struct policy *p, const struct person *who, cw_time now);
/* May `reader`, who gets the lists that are meant for `meant`, find the case
 * in them?  Of a confidential one no colleague reads, but who leads; nobody
 * reads what is about them. */
bool case_may_be_listed(const struct casefile *c, const struct person *meant,
    const struct person *reader);
/* The owner, or who stands in; without an owner the lead: who gets the
 * case's tasks. */
const struct person *case_keeper(const struct case_facts *f,
    const struct policy *p, cw_time now);
/* The lead, or who stands in. */
const struct person *case_keeper_lead(const struct case_facts *f,
    const struct policy *p, cw_time now);
/* Who is written to in the department: the contact, or who stands in. */
const struct person *case_contact(const struct case_facts *f,
    const struct policy *p, cw_time now);

/* --- the employee (ladder_who.c) --- */

/* G22: the directory says that the employee left or moved; in words, NULL
 * if there is no doubt. */
const char *directory_doubt(const struct case_facts *f);
/* Note the doubt: flag, and a task for the owner unless there is one. */
void note_doubt(const struct case_facts *f, const struct policy *p,
    cw_time now, struct plan *out);

#endif
