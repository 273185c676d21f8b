/*
 * words.h - words and dates that code puts into letters, per language.
 *
 * Sentences stand in the templates, and those of the history in phrases.h;
 * here is only what a table, a button or a date needs.  A new language is a
 * row in words.c and a folder of templates; what has no row is English.
 */
#ifndef CW_CORE_WORDS_H
#define CW_CORE_WORDS_H

#include "core/calendar.h"

struct words {
	const char *language; /* "en" */
	const char *weekday[7], *weekday_short[7]; /* 0 = Sunday */
	const char *month[12], *month_short[12];
	const char *of;   /* between day and month in full: " ", " de " */
	const char *your; /* a public title begins with it: "Your " */
	/* frame */
	const char *reply_above, *reply_with, *reply_only, *you_can;
	/* rows of work lists and digests */
	const char *escalate, *assign, *wait, *own, *resolve, *settle,
	    *note, *field;
	const char *owner, *no_owner, *due, *overdue, *missing;
	const char *day_open, *days_open;    /* "1 day open", " days open" */
	const char *more_before, *more_after; /* "and 36 more, not listed" */
	const char *none; /* an empty list */
	/* figures */
	const char *open, *escalated, *at_risk, *unassigned;
	const char *department, *median, *nudges, *waiting;
	const char *days, *hour, *hours, *never; /* " days", " hour" */
};

/* By "en" or "en-GB"; never NULL. */
const struct words *words_for(const char *language);
/* The rows, one by one; NULL at the end. */
const struct words *words_row(size_t i);

/* "Mon 9 Nov", or in full "Monday 9 November"; "" for 0. */
char *words_day(struct arena *a, const struct words *w,
    const struct calendar *cal, cw_time t, bool in_full);
/* "Mon 9 Nov, 10:00" */
char *words_day_time(struct arena *a, const struct words *w,
    const struct calendar *cal, cw_time t);
/* "Mon 9 Nov 2026, 10:00 EST (UTC-05:00)" with a real minus sign, where no
 * line breaks (LOOK 8, CT-9); "" for 0. */
char *words_date(struct arena *a, const struct words *w,
    const struct calendar *cal, cw_time t);
/* How many midnights lie between the two, in the zone of `cal`. */
int64_t words_nights(const struct calendar *cal, cw_time from, cw_time to);
/* "4.3 days", "5 hours" */
char *words_span(struct arena *a, const struct words *w, int64_t seconds);

#endif
