/* policy_calendar.c - settings of a calendar: zone, hours, holidays. */
#include "core/policy_table.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

#define ZONEINFO "/usr/share/zoneinfo/"

bool
value_read_zone(struct value *v)
{
	struct calendar *cal = v->field;
	const char *name = v->node->text, *path;
	struct err e = { "" };
	size_t len;
	char *bytes;
	enum rc rc;

	if (!zone_name_is_safe(name)) {
		value_problem(v, "\"%.80s\" cannot be a time zone: write it "
		    "like America/New_York or UTC", name);
		return false;
	}
	path = arena_printf(v->l->a, ZONEINFO "%s", name);
	rc = v->l->io->read(v->l->io->ctx, v->l->a, path, &bytes, &len, &e);
	if (rc == RC_NONE) {
		value_problem(v, "this machine knows no time zone \"%s\" (no "
		    "%s): correct the name, or install tzdata", name, path);
		return false;
	}
	if (rc == RC_OK)
		rc = zone_parse(v->l->a, name, bytes, len, &cal->zone, &e);
	if (rc != RC_OK) {
		value_problem(v, "time zone \"%s\" cannot be read: %s", name,
		    e.text);
		return false;
	}
	return true;
}

/* "Mon" at s, moved behind it; -1 if it is no day. */
static int
scan_day(const char **s)
{
	static const char *const days[] = { "sun", "mon", "tue", "wed", "thu",
		"fri", "sat" };
	size_t letters = strspn(*s, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

	for (int i = 0; i < 7 && letters >= 3; i++) {
		if (str_has_caseprefix(*s, days[i])) {
			*s += letters;
			return i;
		}
	}
	return -1;
}

/* "Mon-Fri", "Sat,Sun" at s, moved behind them. */
static bool
scan_days(const char **s, bool days[7])
{
	int first, last;

	for (;;) {
		if ((first = last = scan_day(s)) < 0)
			return false;
		if (**s == '-') {
			++*s;
			if ((last = scan_day(s)) < 0)
				return false;
		}
		for (int d = first; d != last; d = (d + 1) % 7)
			days[d] = true;
		days[last] = true;
		if (**s != ',')
			return true;
		*s += 1 + strspn(*s + 1, " ");
	}
}

/* One line of hours; false if it is none, or names a day once more. */
static bool
add_hours(struct calendar *cal, const char *s, bool seen[7])
{
	bool days[7] = { false };
	int from, to;

	if (!scan_days(&s, days))
		return false;
	s += strspn(s, " ");
	if (!value_scan_clock(&s, &from))
		return false;
	s += strspn(s, " ");
	if (*s++ != '-')
		return false;
	s += strspn(s, " ");
	if (!value_scan_clock(&s, &to) || *s != '\0' || from >= to)
		return false;
	for (int d = 0; d < 7; d++) {
		if (!days[d])
			continue;
		if (seen[d])
			return false;
		seen[d] = true;
		cal->open[d] = from;
		cal->close[d] = to;
	}
	return true;
}

bool
value_read_hours(struct value *v)
{
	struct texts lines = { 0 };
	bool seen[7] = { false };

	if (v->node->kind == NODE_TEXT)
		lines = (struct texts){ arena_memdup(v->l->a, &v->node->text,
		    sizeof(v->node->text)), 1 };
	else
		lines = value_texts(v);
	for (size_t i = 0; i < lines.n; i++) {
		if (!add_hours(v->field, lines.v[i], seen)) {
			value_problem(v, "\"%.80s\" are not opening hours: "
			    "write them like Mon-Fri 09:00-17:00, each day "
			    "once, opening before closing", lines.v[i]);
			return false;
		}
	}
	if (lines.n == 0)
		value_problem(v, "never open: write hours like Mon-Fri "
		    "09:00-17:00");
	return lines.n != 0;
}

static int
compare_days(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return x < y ? -1 : x > y;
}

/* Add the days of one file; they are put in order when all are there. */
static bool
add_holidays(struct value *v, const char *name, struct calendar *cal)
{
	struct arena *a = v->l->a;
	const char *path = str_beside(a, v->node->file, name);
	size_t len, n = 0, skipped;
	const int32_t *days = NULL;
	struct err e = { "" };
	int32_t *all;
	char *text;
	enum rc rc;

	rc = v->l->io->read(v->l->io->ctx, a, path, &text, &len, &e);
	if (rc == RC_NONE) {
		value_problem(v, "there is no file %s: correct the path (it "
		    "counts from the folder of %s)", path, v->node->file);
		return false;
	}
	if (rc == RC_OK)
		rc = ics_parse_days(a, text, len, v->l->year - 1,
		    v->l->year + 3, &days, &n, &skipped, &e);
	if (rc != RC_OK || cal->n_holidays + n > CALENDAR_MAX_HOLIDAYS) {
		value_problem(v, "%s cannot be used: %s", path, rc != RC_OK ?
		    e.text : "too many days in all");
		return false;
	}
	all = arena_grow(a, cal->holidays, cal->n_holidays,
	    cal->n_holidays + n + 1, sizeof(*all));
	if (n != 0)
		memcpy(all + cal->n_holidays, days, n * sizeof(*all));
	cal->holidays = all;
	cal->n_holidays += n;
	return true;
}

static void
sort_holidays(struct arena *a, struct calendar *cal)
{
	int32_t *v = arena_grow(a, cal->holidays, cal->n_holidays,
	    cal->n_holidays + 1, sizeof(*v));
	size_t n = 0;

	qsort(v, cal->n_holidays, sizeof(*v), compare_days);
	for (size_t i = 0; i < cal->n_holidays; i++)
		if (n == 0 || v[n - 1] != v[i])
			v[n++] = v[i];
	cal->holidays = v;
	cal->n_holidays = n;
}

bool
value_read_holidays(struct value *v)
{
	struct texts files = value_texts(v);
	struct calendar *cal = v->field;
	bool ok = true;

	for (size_t i = 0; i < files.n; i++)
		ok = add_holidays(v, files.v[i], cal) && ok;
	sort_holidays(v->l->a, cal);
	return ok;
}
