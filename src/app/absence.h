/*
 * absence.h - who is away, who stands in, and the hand-over both ways (G21).
 *
 * Absences come from a command, from calendars and from out-of-office
 * replies (store/absence_store.h).  Mail finds its reader by them at once
 * (core/stand_in.c).  The agenda row "absence" comes at each beginning and
 * end: of an agent or leader who goes, whoever stands in gets a list of the
 * open cases, and a long absence is asked about; of one who is back, both
 * get a list of what came in meanwhile.  A case keeps its owner all along.
 *
 * An address that failed for good is tried again after undeliverable_for,
 * and that is told (L15).
 */
#ifndef CW_APP_ABSENCE_H
#define CW_APP_ABSENCE_H

#include "app/app.h"
#include "store/absence_store.h"

/* In the caller's transaction: somebody is away, or (until_at <= now) back:
 * then `source` "mail" ends only what an out-of-office claimed. */
enum rc absence_set(struct app *app, const struct absence_row *r,
    struct arena *a, struct err *e);
/* They wrote themselves: an out-of-office of theirs is over. */
enum rc absence_heard(struct app *app, const char *email, struct arena *a,
    struct err *e);

/* The agenda row: hand over, hand back, set the next row. */
enum rc absence_due(struct app *app, const char *key, struct arena *a,
    struct err *e);
/* At the start of a pass: calendars that have changed, and the row above if
 * it is due, so that mail which comes in now finds its reader.  A row that
 * fails is left to the tick, which tells of it. */
enum rc absence_refresh(struct app *app, struct err *e);

/* The row comes at `at`, if it does not come before. */
enum rc absence_wake(struct app *app, cw_time at, struct err *e);
/* The address failed for good, and will be tried again; since 0 clears. */
enum rc absence_dead(struct app *app, const char *email, cw_time since,
    const char *why, struct arena *a, struct err *e);

/* Read the calendars, if one has changed since (absence_calendar.c). */
enum rc absence_calendars(struct app *app, struct arena *a,
    bool *has_changed, struct err *e);

/* The letters (handover.c).  `to` NULL: nobody is told. */
struct handover {
	const struct person *who; /* is away */
	const struct person *to;  /* stands in */
	cw_time since, until;
};
enum rc handover_begin(struct app *app, const struct handover *h,
    bool is_long, struct arena *a, struct err *e);
enum rc handover_end(struct app *app, const struct handover *h,
    struct arena *a, struct err *e);

#endif
