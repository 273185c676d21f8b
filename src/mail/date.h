/*
 * date.h - the Date header (RFC 5322 with the old forms; also ISO 8601).
 */
#ifndef CW_MAIL_DATE_H
#define CW_MAIL_DATE_H

#include "base/clock.h"

#include <stdbool.h>

/* false: not a date.  An unknown zone counts as UTC (RFC 5322, 4.3). */
bool maildate_parse(const char *s, cw_time *out);

#endif
