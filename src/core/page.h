/*
 * page.h - an HTML page about what happened: a plot over time, and the
 * table behind it (LOOK 12).  Used by `caseward demo` and `caseward report`.
 *
 * One file, nothing loaded from anywhere: palette of look.h, dark mode,
 * phone and print.  Every text is escaped; links go to files beside it.
 */
#ifndef CW_CORE_PAGE_H
#define CW_CORE_PAGE_H

#include "base/str.h"
#include "core/calendar.h"

#include <stddef.h>

#define PAGE_MAX_LANES 24 /* people in the plot; the rest are "others" */

enum page_mark {
	PAGE_IN,     /* a mail came in: a ring */
	PAGE_OUT,    /* a mail of ours went out: a dot */
	PAGE_CLIMB,  /* a step of the ladder was climbed: a red dot */
	PAGE_CHANGE  /* the case changed: a square */
};

struct page_event {
	cw_time at;
	enum page_mark mark;
	const char *who;      /* its lane: "Robin Vale", "Payroll" ... */
	const char *kind;     /* "mail-out", "step", "state" ... */
	const char *template; /* label of the mark: "reminder", "" none */
	const char *subject, *why;
	const char *eml, *html; /* files beside the page, "" none */
};

struct page {
	const char *title;   /* the news: "Six weeks, 14 cases, none expired" */
	const char *eyebrow; /* the muted line above it */
	const char *lead;    /* one sentence below it */
	const struct calendar *calendar;
	const struct page_event *events; /* oldest first */
	size_t n_events;
};

void page_timeline(const struct page *p, struct arena *a, struct str *out);

#endif
