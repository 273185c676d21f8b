/* fixture_zone.h - real zones from /usr/share/zoneinfo, for tests. */
#ifndef FIXTURE_ZONE_H
#define FIXTURE_ZONE_H

#include "base/fsx.h"
#include "core/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline const struct zone *
zone_named(struct arena *a, const char *name)
{
	const struct zone *z = NULL;
	struct err e = { "" };
	size_t len;
	char *bytes;

	if (fsx_read(a, arena_printf(a, "/usr/share/zoneinfo/%s", name),
	    1 << 20, &bytes, &len, &e) != RC_OK ||
	    zone_parse(a, name, bytes, len, &z, &e) != RC_OK)
		fail_msg("zone %s: %s", name, e.text);
	return z;
}

/* Mon-Fri 09:00-17:00, no holidays. */
static inline struct calendar
office_hours(const struct zone *z)
{
	struct calendar c = { .zone = z };

	for (int w = 1; w <= 5; w++) {
		c.open[w] = 9 * 60;
		c.close[w] = 17 * 60;
	}
	return c;
}

/* "2026-11-02 10:00" on the clocks of z, or with an offset as it is. */
static inline cw_time
at(const struct zone *z, const char *s)
{
	struct civil c;
	cw_time t;

	if (time_parse(s, &t))
		return t;
	if (sscanf(s, "%d-%d-%d %d:%d", &c.year, &c.month, &c.day, &c.hour,
	    &c.minute) != 5)
		fail_msg("bad time in test: %s", s);
	c.second = 0;
	return zone_instant(z, &c);
}

/* "Mon 2026-11-02 10:00" on the clocks of z. */
static inline const char *
clock_text(struct arena *a, const struct zone *z, cw_time t)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu",
		"Fri", "Sat" };
	struct civil c;

	(void)zone_civil(z, t, &c, NULL);
	return arena_printf(a, "%s %04d-%02d-%02d %02d:%02d",
	    days[civil_weekday(civil_days(c.year, c.month, c.day))], c.year,
	    c.month, c.day, c.hour, c.minute);
}

/* The like of assert_string_equal that says which row it was. */
static inline void
same_text(const char *row, const char *got, const char *want)
{
	if (strcmp(got, want) != 0)
		fail_msg("%s: got \"%s\", want \"%s\"", row, got, want);
}

#endif
