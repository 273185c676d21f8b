/* ics.c - holidays from an iCalendar file (RFC 5545; CT-7). */
#include "core/ics_part.h"

#include "base/str.h"

#include <string.h>

enum {
	MAX_SPAN = 62,    /* days of one event */
	MAX_YEARS = 60
};

/* A rule we know: every year on one date, or on the nth weekday of a month. */
struct rule {
	bool is_set, is_known;
	int interval, count;
	int64_t until;            /* last day, or a day that never comes */
	int month, month_day;     /* 0: those of the first date */
	int nth, weekday;         /* nth 0: by date */
};

struct event {
	bool has_start, has_end, is_timed, is_cancelled;
	bool has_exceptions; /* EXDATE, RDATE */
	int64_t start, end; /* end exclusive */
	int span;           /* from DURATION, 0 if none */
	struct rule rule;
};

struct reader {
	struct ics_text text;
	int64_t first, last; /* days that count */
	uint8_t *marks;      /* one per day from first to last */
	size_t skipped;
};

/* "4TH" (fourth Thursday), "-1MO" (last Monday) */
static bool
nth_weekday(const char *s, size_t n, struct rule *r)
{
	static const char names[] = "SUMOTUWETHFRSA";

	if (n < 3)
		return false;
	for (int w = 0; w < 7; w++)
		if (strncmp(&names[2 * w], s + n - 2, 2) == 0) {
			r->weekday = w;
			return ics_number(s, n - 2, -5, 5, &r->nth) &&
			    r->nth != 0;
		}
	return false;
}

static bool
rule_part(const char *key, size_t k, const char *v, size_t n, struct rule *r)
{
	if (k == 4 && strncmp(key, "FREQ", k) == 0)
		return n == 6 && strncmp(v, "YEARLY", n) == 0;
	if (k == 8 && strncmp(key, "INTERVAL", k) == 0)
		return ics_number(v, n, 1, 100, &r->interval);
	if (k == 5 && strncmp(key, "COUNT", k) == 0)
		return ics_number(v, n, 1, 9999, &r->count);
	if (k == 5 && strncmp(key, "UNTIL", k) == 0)
		return n >= 8 && ics_date(v, &r->until);
	if (k == 7 && strncmp(key, "BYMONTH", k) == 0)
		return ics_number(v, n, 1, 12, &r->month);
	if (k == 10 && strncmp(key, "BYMONTHDAY", k) == 0)
		return ics_number(v, n, 1, 31, &r->month_day);
	if (k == 5 && strncmp(key, "BYDAY", k) == 0)
		return nth_weekday(v, n, r);
	return k == 4 && strncmp(key, "WKST", k) == 0;
}

static void
parse_rule(const char *s, struct rule *r)
{
	*r = (struct rule){ .is_set = true, .interval = 1, .count = 9999,
		.until = INT32_MAX };
	r->is_known = str_has_prefix(s, "FREQ=YEARLY") ||
	    strstr(s, ";FREQ=YEARLY") != NULL;
	while (r->is_known && *s != '\0') {
		size_t n = strcspn(s, ";"), k = strcspn(s, "=");

		if (n > 0 && (k >= n ||
		    !rule_part(s, k, s + k + 1, n - k - 1, r)))
			r->is_known = false;
		s += n;
		if (*s == ';')
			s++;
	}
	if (r->month == 0 && (r->nth != 0 || r->month_day != 0))
		r->is_known = false; /* more than one month is meant */
}

/* "P1D", "P2W" */
static int
parse_span(const char *s)
{
	size_t n = strlen(s);
	int v;

	if (n < 3 || *s != 'P' || !ics_number(s + 1, n - 2, 1, 100, &v))
		return 0;
	return s[n - 1] == 'D' ? v : s[n - 1] == 'W' ? 7 * v : 0;
}

static void
event_line(const char *line, struct event *ev)
{
	const char *v;

	if ((v = ics_property(line, "DTSTART")) != NULL) {
		ev->has_start = ics_date(v, &ev->start);
		ev->is_timed = ev->has_start && v[8] != '\0';
	} else if ((v = ics_property(line, "DTEND")) != NULL) {
		ev->has_end = ics_date(v, &ev->end);
	} else if ((v = ics_property(line, "DURATION")) != NULL) {
		ev->span = parse_span(v);
	} else if ((v = ics_property(line, "RRULE")) != NULL) {
		parse_rule(v, &ev->rule);
	} else if ((v = ics_property(line, "STATUS")) != NULL) {
		ev->is_cancelled = str_caseeq(v, "CANCELLED");
	} else if (ics_property(line, "EXDATE") != NULL ||
	    ics_property(line, "RDATE") != NULL) {
		ev->has_exceptions = true;
	}
}

static void
mark(struct reader *r, int64_t day, int64_t span)
{
	for (int64_t i = day; i < day + span; i++)
		if (i >= r->first && i <= r->last)
			r->marks[i - r->first] = 1;
}

/* The date of the rule in `year`; false: there is none (29 February). */
static bool
rule_day(const struct rule *r, const struct civil *first, int year,
    int64_t *out)
{
	struct civil c = { .year = year, .month = first->month,
		.day = first->day };
	int64_t from, next;

	if (r->month != 0)
		c.month = r->month;
	if (r->month_day != 0)
		c.day = r->month_day;
	if (r->nth == 0) {
		*out = civil_days(c.year, c.month, c.day);
		return civil_is_valid(&c);
	}
	from = civil_days(year, c.month, 1);
	next = c.month == 12 ? civil_days(year + 1, 1, 1)
	    : civil_days(year, c.month + 1, 1);
	if (r->nth > 0)
		*out = from + (r->weekday - civil_weekday(from) + 7) % 7 +
		    7 * (r->nth - 1);
	else
		*out = next - 1 -
		    (civil_weekday(next - 1) - r->weekday + 7) % 7 +
		    7 * (r->nth + 1);
	return *out >= from && *out < next;
}

static void
repeat(struct reader *r, const struct event *ev, int64_t span)
{
	const struct rule *rule = &ev->rule;
	struct civil first, last;
	int left = rule->count;

	civil_from_days(ev->start, &first);
	civil_from_days(r->last, &last);
	for (int y = first.year; y <= last.year && left > 0;
	    y += rule->interval) {
		int64_t day;

		if (!rule_day(rule, &first, y, &day) || day < ev->start)
			continue;
		if (day > rule->until)
			break;
		mark(r, day, span);
		left--;
	}
}

static void
event_end(struct reader *r, const struct event *ev)
{
	int64_t span = 1;

	if (ev->has_end && ev->end > ev->start)
		span = ev->end - ev->start;
	else if (ev->span > 0)
		span = ev->span;
	if (ev->is_cancelled)
		return;
	if (!ev->has_start || ev->is_timed || ev->has_exceptions ||
	    span > MAX_SPAN || (ev->rule.is_set && !ev->rule.is_known))
		r->skipped++;
	else if (ev->rule.is_set)
		repeat(r, ev, span);
	else
		mark(r, ev->start, span);
}

/* Walk the lines; alarms and the like inside an event are passed over. */
static bool
read_events(struct reader *r)
{
	char line[ICS_MAX_LINE];
	struct event ev = { 0 };
	bool is_calendar = false, in_event = false;
	const char *v;
	int inner = 0;

	while (ics_line(&r->text, line)) {
		if ((v = ics_property(line, "BEGIN")) != NULL) {
			is_calendar = is_calendar || str_caseeq(v, "VCALENDAR");
			if (in_event) {
				inner++;
			} else if (str_caseeq(v, "VEVENT")) {
				in_event = true;
				ev = (struct event){ 0 };
			}
		} else if ((v = ics_property(line, "END")) != NULL) {
			if (inner > 0) {
				inner--;
			} else if (in_event && str_caseeq(v, "VEVENT")) {
				in_event = false;
				event_end(r, &ev);
			}
		} else if (in_event && inner == 0) {
			event_line(line, &ev);
		}
	}
	return is_calendar;
}

enum rc
ics_parse_days(struct arena *a, const char *text, size_t len, int first_year,
    int last_year, const int32_t **days, size_t *n, size_t *skipped,
    struct err *e)
{
	struct reader r = { .text = { text, text + len } };
	int32_t *v;
	size_t total;

	*days = NULL;
	*n = *skipped = 0;
	if (first_year < 1970 || last_year < first_year ||
	    last_year - first_year >= MAX_YEARS)
		return err_set(e, RC_BAD, "holidays of %d to %d: too many"
		    " years", first_year, last_year);
	r.first = civil_days(first_year, 1, 1);
	r.last = civil_days(last_year, 12, 31);
	total = (size_t)(r.last - r.first + 1);
	r.marks = arena_alloc(a, total);
	if (!read_events(&r))
		return err_set(e, RC_BAD, "not an iCalendar file: it has no"
		    " BEGIN:VCALENDAR");

	v = arena_array(a, CALENDAR_MAX_HOLIDAYS, sizeof(*v));
	for (size_t i = 0; i < total; i++) {
		if (r.marks[i] == 0)
			continue;
		if (*n == CALENDAR_MAX_HOLIDAYS)
			return err_set(e, RC_BAD, "more than %d holidays",
			    CALENDAR_MAX_HOLIDAYS);
		v[(*n)++] = (int32_t)(r.first + (int64_t)i);
	}
	*days = v;
	*skipped = r.skipped;
	return RC_OK;
}
