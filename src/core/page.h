/*
 * page.h - an HTML page about what happened: a plot over time, and the
 * table behind it (LOOK 12).  Used by `caseward demo` and `caseward report`.
 *
 * One file, nothing loaded from anywhere: palette of look.h, dark mode,
 * phone and print.  Every text is escaped; links go to files beside it.
 *
 * Without groups a lane of the plot is a person and there is one table.
 * With groups (cases) a lane is a group, each has a table of its own, and
 * events of no group stand folded away at the end.
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
	const char *label;    /* in the plot instead of template; NULL: that */
	size_t group;         /* index; n_groups: of no group */
};

struct page_group {
	const char *id;    /* "ER-000003": its lane */
	const char *name;  /* beside it: "Samuel Greene" */
	const char *title; /* of its table */
	const char *note;  /* a muted line below that */
};

struct page {
	const char *title;   /* the news: "Six weeks, 14 cases, none expired" */
	const char *eyebrow; /* the muted line above it */
	const char *lead;    /* one sentence below it */
	const struct calendar *calendar;
	const struct page_event *events; /* oldest first */
	size_t n_events;
	const struct page_group *groups;
	size_t n_groups;
	const char *rest; /* what the events of no group are */
};

void page_timeline(const struct page *p, struct arena *a, struct str *out);

#endif
