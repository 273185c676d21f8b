/*
 * calendar.h - business time: zones, opening hours, holidays.
 *
 * Instants are UTC; rules ("2 business days", "next opening") are computed
 * on civil dates in the zone of whoever must act (PROTOCOL CT-1 .. CT-7).
 * Pure: zone files are read elsewhere and handed in as bytes.
 *
 *   "n business days after T"  the same wall-clock time on the n-th
 *                              following business day; a T outside hours
 *                              counts as the next opening.
 *   "n days after T"           the same wall-clock time n civil days later;
 *                              outside hours it moves to the next opening.
 *   "n business hours after T" hours counted while open.
 *   "n hours after T"          plain elapsed time.
 *
 * A wall-clock time that does not exist (DST gap) is the first instant
 * after the gap; one that exists twice is the first of the two.
 */
#ifndef CW_CORE_CALENDAR_H
#define CW_CORE_CALENDAR_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct zone; /* one time zone, immutable */

/*
 * Parse a TZif file (RFC 8536, version 2 or later: the 64-bit block and the
 * POSIX-TZ footer).  `name` is kept for display.  RC_BAD: not a zone file.
 */
enum rc zone_parse(struct arena *a, const char *name, const void *bytes,
    size_t len, const struct zone **out, struct err *e);
const struct zone *zone_utc(void);
const char *zone_name(const struct zone *z);
/* A name that may be looked up below the zoneinfo folder: no "..", no
 * leading "/", letters digits _ + - / only (CT-3). */
bool zone_name_is_safe(const char *name);

/* Civil time of an instant; *abbrev (may be NULL) lives as long as the
 * zone; returns the offset from UTC in seconds (east positive). */
int zone_civil(const struct zone *z, cw_time t, struct civil *out,
    const char **abbrev);
cw_time zone_instant(const struct zone *z, const struct civil *c);

#define CALENDAR_MAX_HOLIDAYS 2000

struct calendar {
	const struct zone *zone;
	/* minutes after midnight, per weekday (0 = Sunday); open == close:
	 * closed that day */
	int open[7], close[7];
	const int32_t *holidays; /* days since 1970, ascending */
	size_t n_holidays;
};

enum duration_unit { UNIT_HOURS, UNIT_DAYS, UNIT_BUSINESS_HOURS, UNIT_BUSINESS_DAYS };

struct duration {
	int n; /* 0 .. 1000 */
	enum duration_unit unit;
};

/* "2 business days", "1 business day", "7 days", "8 business hours",
 * "24 hours"; also "2bd", "7d", "8bh", "24h", and "1 week". */
bool duration_parse(const char *s, struct duration *out);
char *duration_format(struct arena *a, struct duration d);

cw_time calendar_add(const struct calendar *c, cw_time t, struct duration d);
/* The same, backwards: for warnings ahead of a date. */
cw_time calendar_back(const struct calendar *c, cw_time t, struct duration d);
/* t itself if open then, else the next opening. */
cw_time calendar_next_open(const struct calendar *c, cw_time t);
/* The next instant strictly after t at wall-clock `minute` of a business
 * day ("every working day at 09:00"). */
cw_time calendar_next_at(const struct calendar *c, cw_time t, int minute);
bool calendar_is_open(const struct calendar *c, cw_time t);
bool calendar_is_business_day(const struct calendar *c, cw_time t);

/* "Mon 9 Nov 2026, 10:00 EST (UTC-05:00)" (LOOK 8, CT-9) */
char *calendar_format(struct arena *a, const struct calendar *c, cw_time t);
/* "Mon 9 Nov" */
char *calendar_format_day(struct arena *a, const struct calendar *c, cw_time t);

/*
 * All-day events of an iCalendar file as days since 1970, ascending and
 * unique: DTSTART;VALUE=DATE, DTEND exclusive or DURATION, RRULE:FREQ=YEARLY
 * on one date or on the nth weekday of a month ("4TH" of 11) for years
 * first .. last only; other rules and timed events are counted in *skipped
 * (CT-7).  At most CALENDAR_MAX_HOLIDAYS days; RC_BAD beyond.
 */
enum rc ics_parse_days(struct arena *a, const char *text, size_t len,
    int first_year, int last_year, const int32_t **days, size_t *n,
    size_t *skipped, struct err *e);

#endif
