/*
 * clock.h - instants.  The only module that asks what time it is.
 *
 * A `cw_time` is seconds since 1970-01-01 UTC, without leap seconds.  Time
 * is an argument everywhere else: `now` is read once per pass and handed
 * down (DESIGN 3).
 */
#ifndef CW_BASE_CLOCK_H
#define CW_BASE_CLOCK_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

typedef int64_t cw_time;

#define CW_MINUTE 60
#define CW_HOUR (60 * CW_MINUTE)
#define CW_DAY (24 * CW_HOUR)
#define CW_TIME_MAX INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

cw_time clock_now(void);
int64_t clock_monotonic_ms(void); /* for deadlines on the network */
int64_t clock_cpu_ms(int pid); /* processor time of a process, 0: none known */

int64_t clock_up_seconds(void); /* since the machine was started, asleep or not */

/* A civil date and time without a zone; month 1-12, day 1-31. */
struct civil {
	int year, month, day, hour, minute, second;
};

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar. */
int64_t civil_days(int year, int month, int day);
void civil_from_days(int64_t days, struct civil *out); /* sets the date only */
int civil_weekday(int64_t days); /* 0 = Sunday ... 6 = Saturday */
/* The civil time read as if it were UTC, and back. */
cw_time civil_to_utc(const struct civil *c);
void civil_from_utc(cw_time t, struct civil *out);
bool civil_is_valid(const struct civil *c);

/*
 * "2026-11-02T10:00:00Z", with "+02:00" or "-0500" instead of Z, seconds
 * optional, a blank instead of T, or a date alone (00:00Z).
 */
bool time_parse(const char *s, cw_time *out);
/* RFC 3339 in UTC: "2026-11-02T10:00:00Z". */
char *time_format(struct arena *a, cw_time t);

#endif
