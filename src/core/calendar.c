/* calendar.c - business time: opening hours and holidays in a zone. */
#include "core/calendar.h"

#include <string.h>

/*
 * A local date with its hours.  All arithmetic goes by civil dates (CT-6);
 * instants come last.
 */
struct day {
	int64_t no; /* days since 1970 of the local date */
	int open, close; /* minutes; equal: closed */
};

static const struct zone *
zone_of(const struct calendar *c)
{
	return c->zone != NULL ? c->zone : zone_utc();
}

static cw_time
sane(cw_time t)
{
	return t < 0 ? 0 : t > CW_TIME_MAX ? CW_TIME_MAX : t;
}

static bool
is_holiday(const struct calendar *c, int64_t day)
{
	size_t lo = 0, hi = c->n_holidays;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (c->holidays[mid] < day)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < c->n_holidays && c->holidays[lo] == day;
}

static struct day
day_at(const struct calendar *c, int64_t no)
{
	int w = civil_weekday(no);
	struct day d = { no, c->open[w], c->close[w] };

	if (d.close < d.open || is_holiday(c, no))
		d.close = d.open;
	return d;
}

static bool
is_business(const struct day *d)
{
	return d->open < d->close;
}

/* With no opening hours at all there is no business time to wait for. */
static bool
never_opens(const struct calendar *c)
{
	for (int w = 0; w < 7; w++)
		if (c->open[w] < c->close[w])
			return false;
	return true;
}

/* The next business day after `no` (or before it, with step -1).  Ends:
 * holidays are finite. */
static struct day
business_day(const struct calendar *c, int64_t no, int step)
{
	struct day d;

	do {
		no += step;
		d = day_at(c, no);
	} while (!is_business(&d));
	return d;
}

static int64_t
civil_of(const struct calendar *c, cw_time t, struct civil *out)
{
	(void)zone_civil(zone_of(c), t, out, NULL);
	return civil_days(out->year, out->month, out->day);
}

/* The instant of a wall-clock time in seconds after midnight. */
static cw_time
instant(const struct calendar *c, int64_t day, int seconds)
{
	struct civil at;

	civil_from_days(day + seconds / (int)CW_DAY, &at);
	seconds %= (int)CW_DAY;
	at.hour = seconds / CW_HOUR;
	at.minute = seconds % CW_HOUR / CW_MINUTE;
	at.second = seconds % CW_MINUTE;
	return zone_instant(zone_of(c), &at);
}

static cw_time
opening(const struct calendar *c, const struct day *d)
{
	return instant(c, d->no, d->open * CW_MINUTE);
}

static cw_time
closing(const struct calendar *c, const struct day *d)
{
	return instant(c, d->no, d->close * CW_MINUTE);
}

static int
wall_clock(const struct civil *c)
{
	return c->hour * CW_HOUR + c->minute * CW_MINUTE + c->second;
}

bool
calendar_is_open(const struct calendar *c, cw_time t)
{
	struct civil at;
	struct day d = day_at(c, civil_of(c, sane(t), &at));
	int s = wall_clock(&at);

	return s >= d.open * CW_MINUTE && s < d.close * CW_MINUTE;
}

bool
calendar_is_business_day(const struct calendar *c, cw_time t)
{
	struct civil at;
	struct day d = day_at(c, civil_of(c, sane(t), &at));

	return is_business(&d);
}

cw_time
calendar_next_open(const struct calendar *c, cw_time t)
{
	struct civil at;
	struct day d;
	cw_time open;

	t = sane(t);
	if (calendar_is_open(c, t) || never_opens(c))
		return t;
	d = day_at(c, civil_of(c, t, &at));
	if (!is_business(&d) || (open = opening(c, &d)) < t) {
		d = business_day(c, d.no, 1);
		open = opening(c, &d);
	}
	return open;
}

cw_time
calendar_next_at(const struct calendar *c, cw_time t, int minute)
{
	struct civil at;
	int64_t no;

	t = sane(t);
	no = civil_of(c, t, &at) - 1;
	for (;;) {
		cw_time when;

		no = never_opens(c) ? no + 1 : business_day(c, no, 1).no;
		when = instant(c, no, minute * CW_MINUTE);
		if (when > t)
			return when;
	}
}

/* --- forwards --- */

static cw_time
add_days(const struct calendar *c, cw_time t, int n)
{
	struct civil at;
	int64_t no = civil_of(c, t, &at);

	return calendar_next_open(c, instant(c, no + n, wall_clock(&at)));
}

static cw_time
add_business_days(const struct calendar *c, cw_time t, int n)
{
	struct civil at;
	int64_t no;

	t = calendar_next_open(c, t);
	no = civil_of(c, t, &at);
	if (n == 0)
		return t;
	for (; n > 0; n--)
		no = never_opens(c) ? no + 1 : business_day(c, no, 1).no;
	/* hours may differ by weekday: too late for a short Friday */
	return calendar_next_open(c, instant(c, no, wall_clock(&at)));
}

static cw_time
add_business_hours(const struct calendar *c, cw_time t, int n)
{
	int64_t need = (int64_t)n * CW_HOUR;
	struct civil at;
	struct day d;

	t = calendar_next_open(c, t);
	if (never_opens(c))
		return t + need;
	d = day_at(c, civil_of(c, t, &at));
	for (;;) {
		cw_time left = closing(c, &d) - t;

		if (need <= left)
			return t + need;
		need -= left;
		d = business_day(c, d.no, 1);
		t = opening(c, &d);
	}
}

cw_time
calendar_add(const struct calendar *c, cw_time t, struct duration d)
{
	t = sane(t);
	switch (d.unit) {
	case UNIT_HOURS:
		return sane(t + (int64_t)d.n * CW_HOUR);
	case UNIT_DAYS:
		return add_days(c, t, d.n);
	case UNIT_BUSINESS_HOURS:
		return add_business_hours(c, t, d.n);
	case UNIT_BUSINESS_DAYS:
		return add_business_days(c, t, d.n);
	}
	return t;
}

/* --- backwards --- */

/* t if open then, else the last opening before it. */
static cw_time
open_before(const struct calendar *c, cw_time t)
{
	struct civil at;
	struct day d;
	cw_time open;

	if (calendar_is_open(c, t) || never_opens(c))
		return t;
	d = day_at(c, civil_of(c, t, &at));
	if (!is_business(&d) || (open = opening(c, &d)) > t) {
		d = business_day(c, d.no, -1);
		open = opening(c, &d);
	}
	return open;
}

static cw_time
back_business_days(const struct calendar *c, cw_time t, int n)
{
	struct civil at;
	int64_t no = civil_of(c, t, &at);
	struct day d;
	int s = wall_clock(&at);

	if (n == 0)
		return open_before(c, t);
	for (; n > 0; n--)
		no = never_opens(c) ? no - 1 : business_day(c, no, -1).no;
	d = day_at(c, no);
	if (!never_opens(c) &&
	    (s < d.open * CW_MINUTE || s >= d.close * CW_MINUTE))
		return opening(c, &d);
	return instant(c, no, s);
}

static cw_time
back_business_hours(const struct calendar *c, cw_time t, int n)
{
	int64_t need = (int64_t)n * CW_HOUR;
	struct civil at;
	struct day d;

	if (never_opens(c))
		return t - need;
	d = day_at(c, civil_of(c, t, &at));
	for (;;) {
		cw_time open, from;

		if (is_business(&d) && (open = opening(c, &d)) < t) {
			from = closing(c, &d);
			from = from < t ? from : t;
			if (need <= from - open)
				return from - need;
			need -= from - open;
		}
		d = business_day(c, d.no, -1);
	}
}

cw_time
calendar_back(const struct calendar *c, cw_time t, struct duration d)
{
	struct civil at;
	int64_t no;

	t = sane(t);
	switch (d.unit) {
	case UNIT_HOURS:
		return sane(t - (int64_t)d.n * CW_HOUR);
	case UNIT_DAYS:
		no = civil_of(c, t, &at);
		return open_before(c, instant(c, no - d.n, wall_clock(&at)));
	case UNIT_BUSINESS_HOURS:
		return back_business_hours(c, t, d.n);
	case UNIT_BUSINESS_DAYS:
		return back_business_days(c, t, d.n);
	}
	return t;
}

/* --- for people --- */

static const char *const weekdays[] = { "Sun", "Mon", "Tue", "Wed", "Thu",
	"Fri", "Sat" };
static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May",
	"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

char *
calendar_format(struct arena *a, const struct calendar *c, cw_time t)
{
	struct civil at;
	const char *abbrev;
	int offset = zone_civil(zone_of(c), sane(t), &at, &abbrev);
	int minutes = (offset < 0 ? -offset : offset) / CW_MINUTE;
	char *day = arena_printf(a, "%s %d %s %d, %02d:%02d",
	    weekdays[civil_weekday(civil_days(at.year, at.month, at.day))],
	    at.day, months[at.month - 1], at.year, at.hour, at.minute);

	if (strcmp(abbrev, "UTC") == 0)
		return arena_printf(a, "%s UTC", day);
	/* zones without letters call themselves "+03" */
	return arena_printf(a, "%s%s%s (UTC%c%02d:%02d)", day,
	    *abbrev == '+' || *abbrev == '-' ? "" : " ",
	    *abbrev == '+' || *abbrev == '-' ? "" : abbrev,
	    offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

char *
calendar_format_day(struct arena *a, const struct calendar *c, cw_time t)
{
	struct civil at;
	int64_t no = civil_of(c, sane(t), &at);

	return arena_printf(a, "%s %d %s", weekdays[civil_weekday(no)], at.day,
	    months[at.month - 1]);
}
