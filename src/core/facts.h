/*
 * facts.h - all that a decision about one case may look at.
 *
 * app loads facts from the store; core reads them and answers with a plan.
 */
#ifndef CW_CORE_FACTS_H
#define CW_CORE_FACTS_H

#include "core/casefile.h"
#include "core/plan.h"

struct history_line { /* one event, newest last */
	cw_time at;
	const char *kind;   /* "mail-in", "mail-out", "state", "step", "note" ... */
	const char *actor;  /* staff id, "employee", "caseward" */
	const char *text;   /* internal words */
	enum audience audience; /* AUD_INTERNAL unless the line may be shown to
	                           the employee or the department */
	const char *public_text; /* words for the employee, "" = do not show */
};

struct case_attachment {
	int64_t id;
	const char *filename, *type, *sha256;
	int64_t size;
	bool is_reviewed;
	cw_time at;
};

/* What is known of an e-mail address. */
struct address_state {
	const char *email;
	cw_time undeliverable_since; /* 0 = fine */
	cw_time absent_until;        /* 0 = no absence is known */
	const char *deputy;          /* address named in the out-of-office, "" */
	cw_time absent_from;         /* the absence begins here: 0 = it has begun */
	const char *stand_in;        /* address of who was chosen when it began;
	                                NULL or "": nobody yet */
	cw_time away_since;          /* that it began was noticed then, 0: not */
};

struct case_task {
	int64_t id;
	const char *kind;   /* "call", "confirm-resolution", "call-employee" ... */
	const char *owner;  /* staff id */
	const char *text;
	cw_time due_at;
};

struct case_facts {
	struct casefile c;
	const struct history_line *history;
	size_t n_history;
	const struct case_attachment *attachments;
	size_t n_attachments;
	const struct address_state *addresses; /* of the people it may mail */
	size_t n_addresses;
	const struct case_task *tasks; /* open ones */
	size_t n_tasks;
	const char *const *subscribers;
	size_t n_subscribers;
	/* the directory's word on the employee (G22) */
	bool employee_known;   /* stands in the directory */
	bool employee_left;
	const char *directory_division; /* "" if unknown */
	/* hours and zone of the employee; NULL: those of the desk */
	const struct calendar *employee_calendar;
};

/* One row of the case's agenda: unique on (kind, key). */
struct agenda_item {
	const char *kind; /* "step", "due", "due-warning", "weekly" ... */
	const char *key;  /* "" unless a kind has several */
	cw_time due_at;
};

struct agenda {
	struct agenda_item *v;
	size_t n, cap;
};

/*
 * Carry a plan out on facts in memory: the pure twin of app/apply, for
 * `caseward plan`, `simulate` and tests.  Mails are not kept; one to the
 * employee counts as our last word (employee_told_at).  Arrays of *f are
 * copied before they change, so that the caller's stay as they are.
 * RC_BAD: an unknown field or an illegal move.
 */
enum rc facts_apply_plan(struct case_facts *f, struct agenda *ag,
    const struct plan *p, cw_time now, struct arena *a, struct err *e);
/* The row that comes first, NULL if there is none: by time, then by kind. */
const struct agenda_item *agenda_first(const struct agenda *ag);
/* The row of that kind and key; NULL if there is none. */
const struct agenda_item *agenda_find(const struct agenda *ag,
    const char *kind, const char *key);

/* An open task of that kind; NULL if there is none. */
const struct case_task *facts_task(const struct case_facts *f,
    const char *kind);

/* Away at `now`? */
bool address_is_absent(const struct address_state *s, cw_time now);

/* NULL: nothing is known against it. */
const struct address_state *facts_address(const struct case_facts *f,
    const char *email);
/* May this one of the staff be mailed now: not undeliverable, not absent at
 * `now`, and not part of the case (party.h)? */
bool facts_is_reachable(const struct case_facts *f, const char *email,
    cw_time now);

#endif
