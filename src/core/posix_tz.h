/*
 * posix_tz.h - the footer of a zone file: "EST5EDT,M3.2.0,M11.1.0".
 *
 * It says what holds after the last transition of the table (RFC 8536 3.3;
 * CT-4).  Hours of a rule may run from -167 to 167.
 */
#ifndef CW_CORE_POSIX_TZ_H
#define CW_CORE_POSIX_TZ_H

#include "base/clock.h"

#include <stdbool.h>
#include <stddef.h>

#define POSIX_TZ_NAME 16

struct posix_tz_rule {
	char kind;            /* 'M', 'J' (1-365, no 29 Feb), 'D' (0-365) */
	int month, week, day; /* only day for J and D */
	int seconds;          /* after midnight */
};

struct posix_tz {
	char std[POSIX_TZ_NAME], dst[POSIX_TZ_NAME];
	int std_offset, dst_offset; /* seconds east of UTC */
	bool has_dst;
	struct posix_tz_rule start, end; /* of summer time */
};

bool posix_tz_parse(const char *s, size_t len, struct posix_tz *out);
/* The offset that holds at `t`; *abbrev lives as long as the rule. */
int posix_tz_offset(const struct posix_tz *z, cw_time t, const char **abbrev);

#endif
