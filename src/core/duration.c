/* duration.c - "2 business days" and other lengths of time. */
#include "core/calendar.h"

#include "base/str.h"

#include <string.h>

enum { MAX_N = 1000 };

/* The first row of a unit is how it is written back. */
static const struct {
	const char *one, *many, *brief;
	enum duration_unit unit;
	int times;
} units[] = {
	{ "business day", "business days", "bd", UNIT_BUSINESS_DAYS, 1 },
	{ "business hour", "business hours", "bh", UNIT_BUSINESS_HOURS, 1 },
	{ "day", "days", "d", UNIT_DAYS, 1 },
	{ "hour", "hours", "h", UNIT_HOURS, 1 },
	{ "week", "weeks", "w", UNIT_DAYS, 7 },
	{ "día hábil", "días hábiles", "dh", UNIT_BUSINESS_DAYS, 1 },
	{ "dia habil", "dias habiles", "dh", UNIT_BUSINESS_DAYS, 1 },
	{ "hora hábil", "horas hábiles", "hh", UNIT_BUSINESS_HOURS, 1 },
	{ "día", "días", "d", UNIT_DAYS, 1 },
	{ "dia", "dias", "d", UNIT_DAYS, 1 },
	{ "hora", "horas", "h", UNIT_HOURS, 1 },
	{ "semana", "semanas", "s", UNIT_DAYS, 7 },
};

/* The words of a unit: blanks at both ends go, runs of them become one. */
static bool
unit_words(const char *s, char *buf, size_t size)
{
	size_t n = 0;

	for (; *s != '\0'; s++) {
		bool blank = *s == ' ' || *s == '\t';

		if (blank && (n == 0 || buf[n - 1] == ' '))
			continue;
		if (n + 1 == size)
			return false;
		buf[n++] = blank ? ' ' : *s;
	}
	if (n > 0 && buf[n - 1] == ' ')
		n--;
	buf[n] = '\0';
	return true;
}

bool
duration_parse(const char *s, struct duration *out)
{
	char words[32];
	int n = 0;

	while (*s == ' ' || *s == '\t')
		s++;
	if (*s < '0' || *s > '9')
		return false;
	for (; *s >= '0' && *s <= '9'; s++) {
		n = n * 10 + (*s - '0');
		if (n > MAX_N)
			return false;
	}
	if (!unit_words(s, words, sizeof(words)))
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (str_caseeq(words, units[i].one) ||
		    str_caseeq(words, units[i].many) ||
		    str_caseeq(words, units[i].brief)) {
			out->n = n * units[i].times;
			out->unit = units[i].unit;
			return out->n <= MAX_N;
		}
	return false;
}

char *
duration_format(struct arena *a, struct duration d)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (units[i].unit == d.unit)
			return arena_printf(a, "%d %s", d.n,
			    d.n == 1 ? units[i].one : units[i].many);
	return arena_printf(a, "%d", d.n);
}
