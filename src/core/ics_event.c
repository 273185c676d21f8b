/* ics_event.c - the events of an iCalendar file. */
#include "core/ics_event.h"

#include "base/str.h"
#include "core/ics_part.h"

#include <string.h>

enum {
	MAX_DAYS = 400,      /* of one event */
	MAX_LOOK = 366 * 40, /* days after its first that a rule is followed */
	MAX_EXCEPT = 200,
	DAY_SECONDS = 86400
};

enum freq { NEVER, DAILY, WEEKLY, MONTHLY, YEARLY };

/* RRULE; sets of days as bits. */
struct rule {
	enum freq freq;
	int interval, count;
	int64_t until;     /* last day */
	unsigned weekdays; /* bit 0: Sunday */
	int nth;           /* of the weekday in the month, 0: each */
	unsigned months;   /* bit 1: January */
	uint64_t days;     /* bit 1: the first of the month */
};

struct stamp {
	int64_t day;
	int second;
	bool is_set, is_timed, is_utc;
};

struct entry {
	struct stamp from, until;
	int64_t span;  /* seconds, from DURATION */
	struct rule rule;
	int64_t except[MAX_EXCEPT];
	size_t n_except;
	bool is_cancelled, is_free, is_bad;
	const char *uid, *summary, *attendee, *organizer;
};

struct reader {
	struct arena *a;
	struct ics_text text;
	int64_t first, last;
	struct ics_event *v;
	size_t n, cap, skipped;
	bool is_full;
};

/* --- values --- */

static bool
two_digits(const char *s, int max, int *out)
{
	return ics_number(s, 2, 0, max, out) && s[0] >= '0';
}

/* "20261225", "20261225T090000", "20261225T090000Z" */
static struct stamp
read_stamp(const char *s)
{
	struct stamp t = { .is_set = true };
	int hour, minute, second;

	if (!ics_date(s, &t.day))
		return (struct stamp){ 0 };
	if (s[8] != 'T')
		return t;
	if (strlen(s) < 15 || !two_digits(s + 9, 23, &hour) ||
	    !two_digits(s + 11, 59, &minute) ||
	    !two_digits(s + 13, 60, &second))
		return (struct stamp){ 0 };
	t.second = hour * 3600 + minute * 60 + second % 60;
	t.is_timed = true;
	t.is_utc = s[15] == 'Z';
	return t;
}

/* "P1D", "P2W", "PT8H", "P1DT12H": seconds, 0 if it is none */
static int64_t
read_span(const char *s)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = { { 'W', 7 * DAY_SECONDS }, { 'D', DAY_SECONDS },
		{ 'H', 3600 }, { 'M', 60 }, { 'S', 1 } };
	int64_t total = 0;

	if (*s++ != 'P')
		return 0;
	while (*s != '\0') {
		size_t n = strspn(s, "0123456789"), i = 0;
		int v;

		if (*s == 'T') {
			s++;
			continue;
		}
		while (i < 5 && units[i].unit != s[n])
			i++;
		if (i == 5 || !ics_number(s, n, 0, 9999, &v))
			return 0;
		total += v * units[i].seconds;
		s += n + 1;
	}
	return total;
}

static int
weekday_of(const char *s)
{
	static const char names[] = "SUMOTUWETHFRSA";

	for (int w = 0; w < 7; w++)
		if (strncmp(&names[2 * w], s, 2) == 0)
			return w;
	return -1;
}

/* "MO,WE", "1MO", "-1FR": one number for all of them */
static bool
read_weekdays(const char *s, size_t n, struct rule *r)
{
	while (n > 0) {
		size_t one = 0;
		int w;

		while (one < n && s[one] != ',')
			one++;
		if (one < 2 || (w = weekday_of(s + one - 2)) < 0 ||
		    (one > 2 && !ics_number(s, one - 2, -5, 5, &r->nth)))
			return false;
		r->weekdays |= 1u << w;
		s += one + (one < n);
		n -= one + (one < n);
	}
	return r->weekdays != 0;
}

static bool
read_set(const char *s, size_t n, int max, uint64_t *out)
{
	while (n > 0) {
		size_t one = 0;
		int v;

		while (one < n && s[one] != ',')
			one++;
		if (!ics_number(s, one, 1, max, &v))
			return false;
		*out |= UINT64_C(1) << v;
		s += one + (one < n);
		n -= one + (one < n);
	}
	return true;
}

static bool
is_key(const char *s, size_t n, const char *key)
{
	return strlen(key) == n && strncasecmp(s, key, n) == 0;
}

static bool
read_freq(const char *s, size_t n, enum freq *out)
{
	static const char *const names[] = { [DAILY] = "DAILY",
		[WEEKLY] = "WEEKLY", [MONTHLY] = "MONTHLY",
		[YEARLY] = "YEARLY" };

	for (int i = DAILY; i <= YEARLY; i++)
		if (is_key(s, n, names[i])) {
			*out = (enum freq)i;
			return true;
		}
	return false;
}

static bool
rule_part(const char *s, size_t k, const char *v, size_t n, struct rule *r)
{
	uint64_t months = 0;

	if (is_key(s, k, "FREQ"))
		return read_freq(v, n, &r->freq);
	if (is_key(s, k, "INTERVAL"))
		return ics_number(v, n, 1, 1000, &r->interval);
	if (is_key(s, k, "COUNT"))
		return ics_number(v, n, 1, 9999, &r->count);
	if (is_key(s, k, "UNTIL"))
		return n >= 8 && ics_date(v, &r->until);
	if (is_key(s, k, "BYDAY"))
		return read_weekdays(v, n, r);
	if (is_key(s, k, "BYMONTHDAY"))
		return read_set(v, n, 31, &r->days);
	if (is_key(s, k, "BYMONTH")) {
		bool ok = read_set(v, n, 12, &months);

		r->months = (unsigned)months;
		return ok;
	}
	return is_key(s, k, "WKST");
}

static bool
read_rule(const char *s, struct rule *r)
{
	*r = (struct rule){ .interval = 1, .count = 9999,
		.until = INT32_MAX };
	while (*s != '\0') {
		size_t n = strcspn(s, ";"), k = strcspn(s, "=");

		if (n > 0 && (k >= n ||
		    !rule_part(s, k, s + k + 1, n - k - 1, r)))
			return false;
		s += n + (s[n] == ';');
	}
	return r->freq != NEVER;
}

static void
read_exceptions(const char *s, struct entry *x)
{
	while (*s != '\0') {
		size_t n = strcspn(s, ",");
		struct stamp t = read_stamp(s);

		if (!t.is_set || x->n_except == MAX_EXCEPT) {
			x->is_bad = true;
			return;
		}
		x->except[x->n_except++] = t.day;
		s += n + (s[n] == ',');
	}
}

/* Text with its escapes taken away. */
static const char *
read_text(struct arena *a, const char *s)
{
	char *out = arena_strdup(a, s), *to = out;

	for (; *s != '\0'; s++) {
		if (*s == '\\' && s[1] != '\0') {
			s++;
			*to++ = *s == 'n' || *s == 'N' ? ' ' : *s;
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
	return out;
}

static const char *
read_address(struct arena *a, const char *s)
{
	return str_has_caseprefix(s, "mailto:") ? str_lower(a, s + 7) : "";
}

static void
entry_line(struct reader *r, const char *line, struct entry *x)
{
	const char *v;

	if ((v = ics_property(line, "DTSTART")) != NULL)
		x->from = read_stamp(v);
	else if ((v = ics_property(line, "DTEND")) != NULL)
		x->until = read_stamp(v);
	else if ((v = ics_property(line, "DURATION")) != NULL)
		x->span = read_span(v);
	else if ((v = ics_property(line, "RRULE")) != NULL)
		x->is_bad = x->is_bad || !read_rule(v, &x->rule);
	else if ((v = ics_property(line, "EXDATE")) != NULL)
		read_exceptions(v, x);
	else if ((v = ics_property(line, "STATUS")) != NULL)
		x->is_cancelled = str_caseeq(v, "CANCELLED");
	else if ((v = ics_property(line, "TRANSP")) != NULL)
		x->is_free = x->is_free || str_caseeq(v, "TRANSPARENT");
	else if ((v = ics_property(line,
	    "X-MICROSOFT-CDO-BUSYSTATUS")) != NULL)
		x->is_free = str_caseeq(v, "FREE") || str_caseeq(v,
		    "TENTATIVE") || str_caseeq(v, "WORKINGELSEWHERE");
	else if ((v = ics_property(line, "UID")) != NULL)
		x->uid = read_text(r->a, v);
	else if ((v = ics_property(line, "SUMMARY")) != NULL)
		x->summary = read_text(r->a, v);
	else if ((v = ics_property(line, "ATTENDEE")) != NULL)
		x->attendee = read_address(r->a, v);
	else if ((v = ics_property(line, "ORGANIZER")) != NULL)
		x->organizer = read_address(r->a, v);
}

/* --- when it takes place --- */

static bool
is_nth(const struct rule *r, const struct civil *c, int64_t day)
{
	struct civil next = { .year = c->year + c->month / 12,
		.month = c->month % 12 + 1, .day = 1 };
	int64_t after = civil_days(next.year, next.month, 1);

	if ((r->weekdays & (1u << civil_weekday(day))) == 0)
		return false;
	return r->nth == 0 || (r->nth > 0 ? (c->day + 6) / 7 == r->nth :
	    (after - day + 6) / 7 == -r->nth);
}

static bool
is_in_month(const struct rule *r, const struct civil *first,
    const struct civil *c, int64_t day)
{
	if (r->weekdays != 0)
		return is_nth(r, c, day);
	return r->days != 0 ? (r->days & (UINT64_C(1) << c->day)) != 0 :
	    c->day == first->day;
}

/* Does the rule of an event that began on `start` hold on `day`? */
static bool
holds(const struct rule *r, int64_t start, int64_t day)
{
	struct civil first, c;
	int64_t monday = start - (civil_weekday(start) + 6) % 7;

	civil_from_days(start, &first);
	civil_from_days(day, &c);
	if (r->months != 0 && (r->months & (1u << c.month)) == 0)
		return false;
	switch (r->freq) {
	case DAILY:
		return (day - start) % r->interval == 0 && (r->weekdays == 0 ||
		    (r->weekdays & (1u << civil_weekday(day))) != 0);
	case WEEKLY:
		return (day - monday) / 7 % r->interval == 0 &&
		    (r->weekdays == 0 ? (day - start) % 7 == 0 :
		    (r->weekdays & (1u << civil_weekday(day))) != 0);
	case MONTHLY:
		return ((c.year - first.year) * 12 + c.month - first.month) %
		    r->interval == 0 && is_in_month(r, &first, &c, day);
	case YEARLY:
		return (c.year - first.year) % r->interval == 0 &&
		    (r->months != 0 || c.month == first.month) &&
		    is_in_month(r, &first, &c, day);
	case NEVER:
		break;
	}
	return day == start;
}

static bool
is_exception(const struct entry *x, int64_t day)
{
	for (size_t i = 0; i < x->n_except; i++)
		if (x->except[i] == day)
			return true;
	return false;
}

/* The event as it takes place on `day`, `span` seconds long. */
static void
take(struct reader *r, const struct entry *x, int64_t day, int64_t span)
{
	int64_t end = day * DAY_SECONDS + x->from.second + span;

	if (end <= r->first * DAY_SECONDS || day > r->last || r->is_full)
		return;
	if (r->n == ICS_MAX_EVENTS) {
		r->is_full = true;
		return;
	}
	*ARENA_PUSH(r->a, r->v, r->n, r->cap) = (struct ics_event){
		.uid = x->uid, .summary = x->summary,
		.email = *x->attendee != '\0' ? x->attendee : x->organizer,
		.is_utc = x->from.is_utc,
		.from_day = day, .from_second = x->from.second,
		.until_day = end / DAY_SECONDS,
		.until_second = (int)(end % DAY_SECONDS) };
}

static int64_t
span_of(const struct entry *x)
{
	if (x->until.is_set)
		return (x->until.day - x->from.day) * DAY_SECONDS +
		    x->until.second - x->from.second;
	return x->span > 0 ? x->span : x->from.is_timed ? 0 : DAY_SECONDS;
}

static void
entry_end(struct reader *r, const struct entry *x)
{
	int64_t span = span_of(x), last = x->from.day + MAX_LOOK;
	int left = x->rule.count;

	if (x->is_cancelled || (x->is_free && x->from.is_timed))
		return;
	if (!x->from.is_set || x->is_bad || span <= 0 ||
	    span > (int64_t)MAX_DAYS * DAY_SECONDS) {
		r->skipped++;
		return;
	}
	if (x->rule.freq == NEVER) {
		take(r, x, x->from.day, span);
		return;
	}
	if (last > r->last)
		last = r->last;
	for (int64_t day = x->from.day; day <= last && left > 0 &&
	     day <= x->rule.until; day++) {
		if (!holds(&x->rule, x->from.day, day))
			continue;
		left--;
		if (!is_exception(x, day))
			take(r, x, day, span);
	}
}

/* Walk the lines; alarms and the like inside an event are passed over. */
static bool
read_entries(struct reader *r)
{
	static const struct entry empty = { .uid = "", .summary = "",
		.attendee = "", .organizer = "" };
	char line[ICS_MAX_LINE];
	struct entry x = empty;
	bool is_calendar = false, inside = false;
	const char *v;
	int inner = 0;

	while (ics_line(&r->text, line)) {
		if ((v = ics_property(line, "BEGIN")) != NULL) {
			is_calendar = is_calendar || str_caseeq(v, "VCALENDAR");
			inner += inside;
			if (!inside && str_caseeq(v, "VEVENT")) {
				inside = true;
				x = empty;
			}
		} else if ((v = ics_property(line, "END")) != NULL) {
			if (inner > 0) {
				inner--;
			} else if (inside && str_caseeq(v, "VEVENT")) {
				inside = false;
				entry_end(r, &x);
			}
		} else if (inside && inner == 0) {
			entry_line(r, line, &x);
		}
	}
	return is_calendar;
}

enum rc
ics_events(struct arena *a, const char *text, size_t len, int64_t first,
    int64_t last, struct ics_event **out, size_t *n, size_t *skipped,
    struct err *e)
{
	struct reader r = { .a = a, .text = { text, text + len },
		.first = first, .last = last };

	*out = NULL;
	*n = *skipped = 0;
	if (!read_entries(&r))
		return err_set(e, RC_BAD, "not an iCalendar file: it has no"
		    " BEGIN:VCALENDAR");
	if (r.is_full)
		return err_set(e, RC_BAD, "more than %d events",
		    ICS_MAX_EVENTS);
	*out = r.v;
	*n = r.n;
	*skipped = r.skipped;
	return RC_OK;
}
