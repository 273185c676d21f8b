/*
 * fuzz_calendar.c - holiday files and time zones come from outside (CT-4,
 * CT-7): the first byte of the input says which of them the rest is.
 */
#include "core/calendar.h"
#include "core/posix_tz.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
ask_zone(struct arena *a, const void *bytes, size_t len)
{
	const struct zone *z;
	struct civil c;
	struct err e;

	if (zone_parse(a, "f", bytes, len, &z, &e) != RC_OK)
		return;
	for (cw_time t = -40000 * (cw_time)CW_DAY; t < CW_TIME_MAX; t += 36500 * (cw_time)CW_DAY) {
		(void)zone_civil(z, t, &c, NULL);
		(void)zone_instant(z, &c);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	const char *text = (const char *)data + 1;
	struct posix_tz tz;
	const char *abbrev;
	size_t n, skipped;
	const int32_t *days;
	struct err e;

	if (size > 0)
		switch (data[0]) {
		case 'Z':
			ask_zone(a, text, size - 1);
			break;
		case 'P':
			if (posix_tz_parse(text, size - 1, &tz))
				(void)posix_tz_offset(&tz, 1793610000, &abbrev);
			break;
		default:
			(void)ics_parse_days(a, text, size - 1, 2020, 2030, &days,
			    &n, &skipped, &e);
		}
	arena_free(&a);
	return 0;
}
