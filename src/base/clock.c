/* clock.c - instants. */
#include "base/clock.h"

#include "base/str.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

cw_time
clock_now(void)
{
	return (cw_time)time(NULL);
}

int64_t
clock_monotonic_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t
clock_up_seconds(void)
{
	struct timespec t = { 0 };

	(void)clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec;
}

int64_t
clock_cpu_ms(int pid)
{
	clockid_t id;
	struct timespec t;

	if (clock_getcpuclockid(pid, &id) != 0 || clock_gettime(id, &t) != 0)
		return 0;
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Howard Hinnant's "chrono-compatible low-level date algorithms", days from
 * civil: eras of 400 years, years that begin in March. */
int64_t
civil_days(int year, int month, int day)
{
	int64_t y = (int64_t)year - (month <= 2), era, yoe, doy, doe;

	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + doe - 719468;
}

void
civil_from_days(int64_t days, struct civil *out)
{
	int64_t era, doe, yoe, doy, mp;

	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	doe = days - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	out->day = (int)(doy - (153 * mp + 2) / 5 + 1);
	out->month = (int)(mp < 10 ? mp + 3 : mp - 9);
	out->year = (int)(yoe + era * 400 + (out->month <= 2));
}

int
civil_weekday(int64_t days)
{
	int w = (int)((days + 4) % 7);

	return w < 0 ? w + 7 : w;
}

cw_time
civil_to_utc(const struct civil *c)
{
	return civil_days(c->year, c->month, c->day) * CW_DAY +
	    c->hour * CW_HOUR + c->minute * CW_MINUTE + c->second;
}

void
civil_from_utc(cw_time t, struct civil *out)
{
	int64_t days = t / CW_DAY, rest = t % CW_DAY;

	if (rest < 0)
		rest += CW_DAY, days--;
	civil_from_days(days, out);
	out->hour = (int)(rest / CW_HOUR);
	out->minute = (int)(rest % CW_HOUR / CW_MINUTE);
	out->second = (int)(rest % CW_MINUTE);
}

bool
civil_is_valid(const struct civil *c)
{
	struct civil back;

	if (c->year < 1 || c->year > 9999 || c->month < 1 || c->month > 12 ||
	    c->day < 1 || c->day > 31 || c->hour < 0 || c->hour > 23 ||
	    c->minute < 0 || c->minute > 59 || c->second < 0 ||
	    c->second > 59)
		return false;
	civil_from_days(civil_days(c->year, c->month, c->day), &back);
	return back.month == c->month && back.day == c->day;
}

/* Exactly `n` digits at *s; moves on. */
static bool
digits(const char **s, int n, int *out)
{
	*out = 0;
	for (; n > 0; n--, (*s)++) {
		if (**s < '0' || **s > '9')
			return false;
		*out = *out * 10 + (**s - '0');
	}
	return true;
}

static bool
parse_offset(const char **s, int *seconds)
{
	int h, m, sign;

	*seconds = 0;
	if (**s == 'Z' || **s == 'z') {
		(*s)++;
		return true;
	}
	if (**s != '+' && **s != '-')
		return false;
	sign = *(*s)++ == '-' ? -1 : 1;
	if (!digits(s, 2, &h))
		return false;
	if (**s == ':')
		(*s)++;
	if (!digits(s, 2, &m) || h > 14 || m > 59)
		return false;
	*seconds = sign * (h * CW_HOUR + m * CW_MINUTE);
	return true;
}

bool
time_parse(const char *s, cw_time *out)
{
	struct civil c = { 0 };
	int offset = 0;

	if (!digits(&s, 4, &c.year) || *s++ != '-' ||
	    !digits(&s, 2, &c.month) || *s++ != '-' || !digits(&s, 2, &c.day))
		return false;
	if (*s != '\0') {
		if ((*s != 'T' && *s != 't' && *s != ' ') || s++ == NULL ||
		    !digits(&s, 2, &c.hour) || *s++ != ':' ||
		    !digits(&s, 2, &c.minute))
			return false;
		if (*s == ':' && (s++, !digits(&s, 2, &c.second)))
			return false;
		if (!parse_offset(&s, &offset) || *s != '\0')
			return false;
	}
	if (!civil_is_valid(&c))
		return false;
	*out = civil_to_utc(&c) - offset;
	return true;
}

char *
time_format(struct arena *a, cw_time t)
{
	struct civil c;

	civil_from_utc(t, &c);
	return arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year,
	    c.month, c.day, c.hour, c.minute, c.second);
}
