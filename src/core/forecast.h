/*
 * forecast.h - what will be sent about a case if nobody answers.
 *
 * The same decisions as in the daemon, carried out on facts in memory
 * (`caseward plan`, `caseward simulate`, and the lint that proves that every
 * ladder ends at a living person).  Pure.
 */
#ifndef CW_CORE_FORECAST_H
#define CW_CORE_FORECAST_H

#include "core/facts.h"

#define FORECAST_MAX_LINES 4096

struct forecast_line {
	cw_time at;
	const char *kind; /* "mail", "webhook", "task", "state", "breach" */
	const char *template_name; /* of a mail; kind of a task; new state */
	const char *to;      /* address, staff id (task), department (webhook) */
	const char *to_name; /* of a mail, else "" */
	enum audience audience;
	const char *words;   /* why, or what to do */
};

/*
 * What happens from the alarms that are set until `until`, in order of time.
 * Alarms of other kinds than the ladder's are left out.  RC_FAIL: more than
 * FORECAST_MAX_LINES; the first ones are handed back.
 */
enum rc forecast_case(const struct case_facts *f,
    const struct agenda_item *alarms, size_t n, const struct policy *p,
    cw_time until, struct arena *a, struct forecast_line **out, size_t *n_out);

#endif
