/*
 * digest.h - what an agent or a lead must know today, as plain data.
 *
 * app fills it from the store (one query a list), core/letter renders it.
 * At most DIGEST_MAX_ROWS rows a list; `more` counts the rest.
 */
#ifndef CW_CORE_DIGEST_H
#define CW_CORE_DIGEST_H

#include "core/casefile.h"

#define DIGEST_MAX_ROWS 50

struct digest_row {
	struct casefile c;
	const char *next_action; /* "Confirm the resolution and close" ... */
	cw_time next_at;         /* of the next ladder step, 0 if none */
	const char *missing;     /* "employee id, division", "" if complete */
	const char *story;       /* "Asked Tue 3 Nov and Thu 5 Nov: no answer." */
	bool is_new_today;       /* created today: only "has it been resolved?" */
	const char *reply_address; /* keyed for this case and reader; NULL or
	                              "": the address of the whole letter */
};

struct digest_list {
	const struct digest_row *v;
	size_t n, more;
};

struct digest_silence { /* one department */
	const char *department; /* name */
	int64_t median_answer;  /* seconds; -1: never answered */
	int nudges;             /* status requests in the last 30 days */
	int waiting;            /* open cases it owes an answer for */
};

struct digest {
	const char *for_name;
	int open, escalated, at_risk, unassigned; /* the four big numbers */
	/* work list of an agent (G15): queue first, oldest first */
	struct digest_list queue, mine, today;
	/* digest of a lead */
	struct digest_list decide;     /* escalated to the lead, or breached */
	struct digest_list risk;       /* due within a day, not in decide */
	struct digest_list unowned, incomplete, orphaned;
	const struct digest_silence *silent; /* slowest first */
	size_t n_silent;
};

#endif
