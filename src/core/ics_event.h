/*
 * ics_event.h - the events of an iCalendar file (RFC 5545), one call for
 * each time that they take place: who is away when (G21).  Pure.
 *
 * All-day and timed events, DTEND or DURATION, RRULE daily to yearly with
 * INTERVAL, COUNT, UNTIL, BYDAY, BYMONTHDAY and BYMONTH, EXDATE.  Cancelled
 * events are left out, and timed ones that leave the time free.  A time zone
 * that an event names is taken for that of its reader; only "Z" is UTC.
 */
#ifndef CW_CORE_ICS_EVENT_H
#define CW_CORE_ICS_EVENT_H

#include "core/calendar.h"

#define ICS_MAX_EVENTS 5000 /* times of all events together */

struct ics_event {
	const char *uid, *summary; /* "" if there is none */
	const char *email;         /* of ATTENDEE, else ORGANIZER; "" */
	bool is_utc;               /* else in the reader's zone */
	int64_t from_day, until_day; /* days since 1970 */
	int from_second, until_second; /* of these days; both 0: all day, and
	                                  until_day is the first day after */
};

/*
 * Those that are not over on day `first` and begin by day `last`, in the
 * order of the file.  *skipped counts events that could not be understood.
 * RC_BAD: no calendar, or more than ICS_MAX_EVENTS.
 */
enum rc ics_events(struct arena *a, const char *text, size_t len,
    int64_t first, int64_t last, struct ics_event **out, size_t *n,
    size_t *skipped, struct err *e);

#endif
