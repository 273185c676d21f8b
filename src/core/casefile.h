/*
 * casefile.h - a case: what it carries, its states and the legal moves.
 *
 * Pure data and pure questions.  Staff and departments are named by id here
 * (they may have left the settings since); policy.h resolves them.
 */
#ifndef CW_CORE_CASEFILE_H
#define CW_CORE_CASEFILE_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "core/policy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum case_state { /* H12 */
	CASE_NEW,         /* taken in, nothing known yet */
	CASE_TRIAGED,     /* category and department are known */
	CASE_ASSIGNED,    /* has an owner */
	CASE_IN_PROGRESS, /* the department has been asked or has answered */
	CASE_WAITING_DEPARTMENT,
	CASE_WAITING_EMPLOYEE,
	CASE_RESOLVED,
	CASE_CLOSED,
	CASE_STATE_N
};

enum audience { AUD_EMPLOYEE, AUD_DEPARTMENT, AUD_INTERNAL, AUD_N };

struct casefile {
	int64_t no;      /* shown as ER-000123; also the key in the store */
	int64_t version; /* counts changes (W6) */
	enum case_state state;
	enum priority priority;
	enum risk risk;
	const char *category, *type;   /* ids; "" if unknown */
	const char *department;        /* id */
	const char *owner;             /* staff id; "" = queue of the desk */
	const char *notify_user;       /* staff id; "" = the queue (G2) */
	const char *team;              /* id of the owner's team */
	const char *employee_name, *employee_email, *employee_id;
	const char *client, *client_id, *division;
	const char *language, *zone_name;   /* of the employee, "" unknown */
	const char *brief;        /* brief description, internal */
	const char *subject;      /* composed by G8, internal */
	const char *public_title; /* says nothing personal (TH-5) */
	const char *reported_by;
	const char *stoppage_reason; /* "" = no work stoppage (G4) */
	const char *escalated_why;   /* "" = not escalated at intake */
	const char *parties;         /* addresses of staff who must hear nothing
	                                of it (party.h), with blanks between */
	cw_time opened_at, due_at;
	cw_time resolved_at, closed_at; /* 0 = not yet */
	const char *resolution;         /* text, "" = none */

	/* ladder */
	int step;               /* next step to climb, index into the ladder */
	int chain;              /* climbs of the chain so far */
	cw_time step_due_at;
	cw_time step_planned_at; /* when it is due without any answer */
	bool step_postponed;    /* an answer has postponed this step */
	cw_time climbed_at;     /* when the last step was climbed; 0 = never */
	cw_time ladder_from;    /* opening, or the last reopening */

	cw_time department_answered_at; /* last human answer, 0 = never */
	cw_time employee_told_at;  /* our last mail to the employee, 0 = never */
	cw_time waiting_until;     /* 0 = not waiting */
	int breaches;
	bool resolution_proposed;  /* a reply reads like one (G14) */
	bool resolution_in_attachment; /* G10 */
	bool needs_directory_check; /* G22: EE left or moved */
	bool has_unreviewed;       /* attachments nobody has looked at */
};

const char *case_state_name(enum case_state s); /* "waiting-department" ... */
const char *case_state_words(enum case_state s); /* "waiting on the department" */
bool case_state_parse(const char *s, enum case_state *out);
bool case_state_is_open(enum case_state s); /* not resolved, not closed */

/* Is the move legal?  A state may always "move" to itself. */
bool case_move_is_legal(enum case_state from, enum case_state to);

/*
 * Fields by the name they have above ("employee_id"; "employee-id" and
 * "employee id" are the same, "employee" is employee_name).  Everything but
 * no, version and state.
 */
bool case_field_is_known(const char *name);
/* The value as text: times in RFC 3339, "" if unset; NULL: no such field. */
const char *case_get(const struct casefile *c, const char *name,
    struct arena *a);
/* Set from the text of ACT_SET (numbers and times as decimal seconds).
 * RC_BAD: no such field, or no value for it. */
enum rc case_set(struct casefile *c, const char *name, const char *text,
    struct arena *a, struct err *e);

/* "ER-000123" */
char *case_number(const struct casefile *c, struct arena *a);

/* Names of required fields (policy->required_fields) that are missing. */
size_t case_missing(const struct casefile *c, const struct policy *p,
    struct arena *a, const char ***out);

/* The same for readers: "employee id, client"; "" if it is complete. */
char *case_missing_words(const struct casefile *c, const struct policy *p,
    struct arena *a);

/* The composed subject (G8) from policy->subject_format: {{field}} with any
 * name above; brackets and separators around empty fields go. */
char *case_compose_subject(const struct casefile *c, const struct policy *p,
    struct arena *a);

/* Due date from `from` by priority, in the department's business time. */
cw_time case_due(const struct casefile *c, const struct policy *p,
    cw_time from);

/* The department that owes the answer; the default one if it is unknown. */
const struct department *case_department(const struct casefile *c,
    const struct policy *p);
/* Whose hours count for a case. */
const struct calendar *case_department_calendar(const struct casefile *c,
    const struct policy *p);
/* The lead that answers for the case: of the owner's team, else of the
 * default team.  Never NULL (policy_load guarantees it). */
const struct person *case_lead(const struct casefile *c,
    const struct policy *p);
const struct person *case_owner(const struct casefile *c,
    const struct policy *p); /* NULL: the queue */

#endif
