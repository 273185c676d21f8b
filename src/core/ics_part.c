/* ics_part.c - lines and values of iCalendar. */
#include "core/ics_part.h"

#include "base/str.h"

#include <string.h>

bool
ics_line(struct ics_text *t, char line[ICS_MAX_LINE])
{
	size_t n = 0;

	if (t->s == t->end)
		return false;
	for (; t->s < t->end; t->s++) {
		if (*t->s == '\n') {
			if (t->end - t->s < 2 ||
			    (t->s[1] != ' ' && t->s[1] != '\t'))
				break;
			t->s++; /* folded: skip the blank too */
		} else if (*t->s != '\r' && *t->s != '\0' &&
		    n + 1 < ICS_MAX_LINE) {
			line[n++] = *t->s;
		}
	}
	if (t->s < t->end)
		t->s++;
	line[n] = '\0';
	return true;
}

const char *
ics_property(const char *line, const char *name)
{
	size_t n = strlen(name);
	bool quoted = false;

	if (!str_has_caseprefix(line, name) ||
	    (line[n] != ':' && line[n] != ';'))
		return NULL;
	for (line += n; *line != '\0'; line++) {
		if (*line == '"')
			quoted = !quoted;
		else if (*line == ':' && !quoted)
			return line + 1;
	}
	return NULL;
}

bool
ics_date(const char *s, int64_t *out)
{
	struct civil c = { 0 };
	int v[8];

	for (size_t i = 0; i < 8; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		v[i] = s[i] - '0';
	}
	c.year = v[0] * 1000 + v[1] * 100 + v[2] * 10 + v[3];
	c.month = v[4] * 10 + v[5];
	c.day = v[6] * 10 + v[7];
	if (!civil_is_valid(&c))
		return false;
	*out = civil_days(c.year, c.month, c.day);
	return true;
}

bool
ics_number(const char *s, size_t n, int min, int max, int *out)
{
	int v = 0;
	bool negative = n > 0 && *s == '-';

	if (n > 0 && (*s == '-' || *s == '+'))
		s++, n--;
	if (n == 0 || n > 4)
		return false;
	for (; n > 0; n--, s++) {
		if (*s < '0' || *s > '9')
			return false;
		v = v * 10 + (*s - '0');
	}
	*out = negative ? -v : v;
	return *out >= min && *out <= max;
}
