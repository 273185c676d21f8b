/* posix_tz.c - the footer of a zone file. */
#include "core/posix_tz.h"

#include <string.h>

struct cursor {
	const char *s, *end;
};

static char
peek(const struct cursor *c)
{
	return c->s < c->end ? *c->s : '\0';
}

static bool
take(struct cursor *c, char want)
{
	if (peek(c) != want || c->s == c->end)
		return false;
	c->s++;
	return true;
}

static bool
number(struct cursor *c, int min, int max, int *out)
{
	int n = 0, digits = 0;

	for (; peek(c) >= '0' && peek(c) <= '9' && digits < 4; digits++)
		n = n * 10 + (*c->s++ - '0');
	*out = n;
	return digits > 0 && n >= min && n <= max;
}

static bool
is_letter(char ch)
{
	return (ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z');
}

static bool
is_quotable(char ch)
{
	return is_letter(ch) || (ch >= '0' && ch <= '9') || ch == '+' ||
	    ch == '-';
}

/* "EST" or "<+03>" */
static bool
name(struct cursor *c, char out[POSIX_TZ_NAME])
{
	bool quoted = take(c, '<');
	size_t n = 0;

	while (quoted ? is_quotable(peek(c)) : is_letter(peek(c))) {
		if (n + 1 == POSIX_TZ_NAME)
			return false;
		out[n++] = *c->s++;
	}
	out[n] = '\0';
	return n >= 3 && (!quoted || take(c, '>'));
}

/* "[+-]hh[:mm[:ss]]" as seconds */
static bool
hms(struct cursor *c, int max_hours, int *out)
{
	int sign = 1, h, m = 0, s = 0;

	if (take(c, '-'))
		sign = -1;
	else
		(void)take(c, '+');
	if (!number(c, 0, max_hours, &h))
		return false;
	if (take(c, ':')) {
		if (!number(c, 0, 59, &m))
			return false;
		if (take(c, ':') && !number(c, 0, 59, &s))
			return false;
	}
	*out = sign * (h * CW_HOUR + m * CW_MINUTE + s);
	return true;
}

static bool
rule(struct cursor *c, struct posix_tz_rule *out)
{
	*out = (struct posix_tz_rule){ .seconds = 2 * CW_HOUR };
	if (take(c, 'M')) {
		out->kind = 'M';
		if (!number(c, 1, 12, &out->month) || !take(c, '.') ||
		    !number(c, 1, 5, &out->week) || !take(c, '.') ||
		    !number(c, 0, 6, &out->day))
			return false;
	} else if (take(c, 'J')) {
		out->kind = 'J';
		if (!number(c, 1, 365, &out->day))
			return false;
	} else {
		out->kind = 'D';
		if (!number(c, 0, 365, &out->day))
			return false;
	}
	return !take(c, '/') || hms(c, 167, &out->seconds);
}

bool
posix_tz_parse(const char *s, size_t len, struct posix_tz *out)
{
	struct cursor c = { s, s + len };

	*out = (struct posix_tz){ .has_dst = false };
	if (!name(&c, out->std) || !hms(&c, 24, &out->std_offset))
		return false;
	out->std_offset = -out->std_offset; /* POSIX counts to the west */
	if (c.s == c.end)
		return true;

	out->has_dst = true;
	out->dst_offset = out->std_offset + CW_HOUR;
	if (!name(&c, out->dst))
		return false;
	if (peek(&c) != ',') {
		if (!hms(&c, 24, &out->dst_offset))
			return false;
		out->dst_offset = -out->dst_offset;
	}
	return take(&c, ',') && rule(&c, &out->start) && take(&c, ',') &&
	    rule(&c, &out->end) && c.s == c.end;
}

static bool
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* When the rule strikes in `year`, on the clock that stood until then. */
static cw_time
strike(const struct posix_tz_rule *r, int year)
{
	int64_t days;

	if (r->kind == 'M') {
		int64_t first = civil_days(year, r->month, 1);
		int64_t next = r->month == 12 ? civil_days(year + 1, 1, 1)
		    : civil_days(year, r->month + 1, 1);

		days = first + (r->day - civil_weekday(first) + 7) % 7 +
		    7 * (r->week - 1);
		while (days >= next) /* week 5 is the last one */
			days -= 7;
	} else {
		days = civil_days(year, 1, 1) + r->day;
		if (r->kind == 'J' && !(is_leap(year) && r->day >= 60))
			days--;
	}
	return days * CW_DAY + r->seconds;
}

int
posix_tz_offset(const struct posix_tz *z, cw_time t, const char **abbrev)
{
	bool is_dst = false;

	if (z->has_dst) {
		struct civil c;
		cw_time on, off;

		civil_from_utc(t + z->std_offset, &c);
		on = strike(&z->start, c.year) - z->std_offset;
		off = strike(&z->end, c.year) - z->dst_offset;
		is_dst = on < off ? t >= on && t < off : t >= on || t < off;
	}
	if (abbrev != NULL)
		*abbrev = is_dst ? z->dst : z->std;
	return is_dst ? z->dst_offset : z->std_offset;
}
