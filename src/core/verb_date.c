/* verb_date.c - dates as people write them behind a verb. */
#include "core/verb.h"

#include "base/str.h"
#include "core/words.h"
#include "mail/fold.h"

#include <string.h>

static int64_t
today_of(const struct calendar *c, cw_time now, struct civil *day)
{
	(void)zone_civil(c->zone, now, day, NULL);
	return civil_days(day->year, day->month, day->day);
}

/* The number of the name that begins like s, in any language: "fri", "vie";
 * -1: none does.  Both are folded, so that "mie" is "Miércoles". */
static int
name_of(const char *s, bool is_month)
{
	char have[32], want[32];
	size_t n = strlen(s);
	const struct words *w;

	if (n >= sizeof(want) || (n = fold_into(want, s, n)) < 3)
		return -1;
	for (size_t row = 0; (w = words_row(row)) != NULL; row++)
		for (int i = 0; i < (is_month ? 12 : 7); i++) {
			const char *name = is_month ? w->month[i] :
			    w->weekday[i];

			have[fold_into(have, name, strlen(name))] = '\0';
			if (strncmp(have, want, n) == 0)
				return i;
		}
	return -1;
}

/* "friday", "fri": the next one, today excluded. */
static bool
weekday_date(const char *s, int64_t today, struct civil *day)
{
	int i = name_of(s, false);
	int ahead = (i - civil_weekday(today) + 7) % 7;

	if (i < 0)
		return false;
	civil_from_days(today + (ahead == 0 ? 7 : ahead), day);
	return true;
}

/* 1 .. 12 for "Nov" or "november", 0: no month. */
static int
month_of(const char *s)
{
	return name_of(s, true) + 1;
}

static bool
is_tomorrow(const char *s)
{
	return str_caseeq(s, "tomorrow") || str_caseeq(s, "mañana");
}

/* Up to three words; 0: there are more, or one is too long.  "30 de noviembre
 * de 2027" has three: "de" counts for none. */
static size_t
split(const char *s, char words[3][16])
{
	static const char blanks[] = " \t.,";
	size_t n = 0;

	for (s += strspn(s, blanks); *s != '\0'; n++) {
		size_t len = strcspn(s, blanks);

		if (n > 0 && len == 2 && str_has_caseprefix(s, "de")) {
			s += len + strspn(s + len, blanks);
			len = strcspn(s, blanks);
		}
		if (len == 0 || n == 3 || len >= sizeof(words[0]))
			return 0;
		memcpy(words[n], s, len);
		words[n][len] = '\0';
		s += len + strspn(s + len, blanks);
	}
	return n;
}

/* "30 Nov", "Nov 30", "30 November 2027": without a year the next one. */
static bool
month_date(const char *s, int64_t today, struct civil *day)
{
	char words[3][16];
	size_t n = split(s, words);
	int64_t number, year = day->year;
	struct civil c = { 0 };
	bool day_first;

	if (n < 2)
		return false;
	day_first = str_to_int(words[0], 1, 31, &number);
	if ((!day_first && !str_to_int(words[1], 1, 31, &number)) ||
	    (n == 3 && !str_to_int(words[2], 1970, 9999, &year)))
		return false;
	c.year = (int)year;
	c.month = month_of(words[day_first ? 1 : 0]);
	c.day = (int)number;
	if (n == 2 && civil_days(c.year, c.month, c.day) < today)
		c.year++;
	if (!civil_is_valid(&c))
		return false;
	*day = c;
	return true;
}

static bool
day_date(const char *s, const struct calendar *c, cw_time now,
    struct civil *day)
{
	int64_t today = today_of(c, now, day);
	cw_time t;

	if (strlen(s) == 10 && time_parse(s, &t)) {
		civil_from_utc(t, day);
		return true;
	}
	if (is_tomorrow(s)) {
		civil_from_days(today + 1, day);
		return true;
	}
	return weekday_date(s, today, day) || month_date(s, today, day);
}

bool
verb_date(const char *s, const struct calendar *c, cw_time now, cw_time *out)
{
	struct civil day;
	struct duration d;

	if (duration_parse(s, &d)) {
		*out = calendar_add(c, now, d);
		return true;
	}
	if (!day_date(s, c, now, &day))
		return time_parse(s, out);
	day.hour = day.minute = day.second = 0;
	*out = calendar_next_open(c, zone_instant(c->zone, &day));
	return true;
}

bool
verb_day(const char *s, const struct calendar *c, cw_time now, cw_time *out)
{
	struct civil day;
	struct duration d;

	if (duration_parse(s, &d)) {
		*out = calendar_add(c, now, d);
		if (d.unit == UNIT_HOURS || d.unit == UNIT_BUSINESS_HOURS)
			return true;
		(void)zone_civil(c->zone, *out, &day, NULL);
	} else if (!day_date(s, c, now, &day)) {
		return time_parse(s, out);
	}
	day.hour = day.minute = day.second = 0;
	*out = zone_instant(c->zone, &day);
	return true;
}
