/*
 * ics_part.h - lines and values of iCalendar (RFC 5545), for the two that
 * read it: ics.c (holidays) and ics_event.c (absences).
 */
#ifndef CW_CORE_ICS_PART_H
#define CW_CORE_ICS_PART_H

#include "core/calendar.h"

enum { ICS_MAX_LINE = 2000 }; /* longer lines are cut: none we read is */

struct ics_text {
	const char *s, *end; /* what is not read yet */
};

/* One content line, unfolded; false at the end. */
bool ics_line(struct ics_text *t, char line[ICS_MAX_LINE]);
/* The value of property `name`, whatever its parameters; NULL: another. */
const char *ics_property(const char *line, const char *name);
/* "20261225" at the beginning of s, as days since 1970. */
bool ics_date(const char *s, int64_t *out);
/* The first n bytes, with a sign perhaps, within min .. max. */
bool ics_number(const char *s, size_t n, int min, int max, int *out);

#endif
