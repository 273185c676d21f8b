/*
 * absence_store.h - spans of time in which somebody is away (G21).
 *
 * Three sources: a command, an event of a calendar, an out-of-office reply.
 * They may overlap and touch: together they are one absence.  A command is
 * the last word: it replaces what it overlaps, but for calendars.
 */
#ifndef CW_STORE_ABSENCE_STORE_H
#define CW_STORE_ABSENCE_STORE_H

#include "base/clock.h"
#include "store/db.h"

struct absence_row {
	int64_t id;
	const char *email;  /* lower case */
	const char *source; /* "command", "calendar", "mail" */
	const char *key;    /* which event, which command; of a mail "" */
	cw_time from_at, until_at; /* until: first instant back */
	const char *deputy; /* address, "" if none was named */
};

/* An out-of-office replaces the one before of the same person; an event of
 * a calendar that was ended by hand stays ended. */
enum rc absence_store_add(struct db *db, const struct absence_row *r,
    cw_time now, struct err *e);
/* They are there: what has begun ends now; `source` "" means any, and where
 * nothing has begun, what commands planned is off. */
enum rc absence_store_end(struct db *db, const char *email,
    const char *source, cw_time now, struct err *e);
/* Events that were not added again since `now` are in no calendar any more. */
enum rc absence_store_sweep_calendar(struct db *db, cw_time now,
    struct err *e);
/* Not over at `now`, by person and time; email "" = of everybody. */
enum rc absence_store_list(struct db *db, const char *email, cw_time now,
    struct arena *a, struct absence_row **out, size_t *n, struct err *e);
/* The span that holds `now` or comes next, made of all that overlap or
 * touch; RC_NONE: none. */
enum rc absence_store_span(struct db *db, const char *email, cw_time now,
    struct arena *a, struct absence_row *out, struct err *e);

#endif
