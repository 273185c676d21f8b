/* date.c - the Date header. */
#include "mail/date.h"

#include "base/str.h"

#include <string.h>
#include <strings.h>

static const char months[12][4] = { "jan", "feb", "mar", "apr", "may", "jun",
	"jul", "aug", "sep", "oct", "nov", "dec" };

static const struct {
	const char *name;
	int hours;
} zones[] = {
	{ "EST", -5 }, { "EDT", -4 }, { "CST", -6 }, { "CDT", -5 },
	{ "MST", -7 }, { "MDT", -6 }, { "PST", -8 }, { "PDT", -7 },
	{ "CET", 1 }, { "CEST", 2 }, { "MEZ", 1 }, { "MESZ", 2 },
	{ "BST", 1 }, { "JST", 9 }, { "EET", 2 }, { "EEST", 3 },
};

/* Blanks, commas and (comments) between the parts. */
static void
skip(const char **s)
{
	int depth = 0;

	for (; **s != '\0'; (*s)++) {
		if (**s == '(')
			depth++;
		else if (**s == ')' && depth > 0)
			depth--;
		else if (depth == 0 && strchr(" \t,", **s) == NULL)
			break;
	}
}

static int
read_int(const char **s, int max_digits, int *digits)
{
	int v = 0;

	*digits = 0;
	for (; **s >= '0' && **s <= '9' && *digits < max_digits; (*s)++) {
		v = v * 10 + (**s - '0');
		(*digits)++;
	}
	return v;
}

static bool
read_month(const char **s, int *month)
{
	for (int m = 0; m < 12; m++) {
		if (strncasecmp(*s, months[m], 3) != 0)
			continue;
		*month = m + 1;
		*s += strspn(*s, "abcdefghijklmnopqrstuvwxyz"
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZ.");
		return true;
	}
	return false;
}

static bool
read_date(const char **s, struct civil *c)
{
	int n;

	skip(s);
	if (**s < '0' || **s > '9') { /* the day of the week */
		while (**s != '\0' && strchr(" \t,", **s) == NULL)
			(*s)++;
		skip(s);
	}
	c->day = read_int(s, 2, &n);
	while (**s == '-' || **s == '.')
		(*s)++;
	skip(s);
	if (n == 0 || !read_month(s, &c->month))
		return false;
	while (**s == '-')
		(*s)++;
	skip(s);
	c->year = read_int(s, 4, &n);
	if (n == 2)
		c->year += c->year < 50 ? 2000 : 1900;
	else if (n == 3)
		c->year += 1900;
	return n >= 2;
}

static bool
read_time(const char **s, struct civil *c)
{
	int n;

	skip(s);
	c->hour = read_int(s, 2, &n);
	if (n == 0)
		return **s == '\0'; /* a date alone */
	if (**s != ':' && **s != '.')
		return false;
	(*s)++;
	c->minute = read_int(s, 2, &n);
	if (n == 0)
		return false;
	if (**s == ':' || **s == '.') {
		(*s)++;
		c->second = read_int(s, 2, &n);
	}
	if (c->second == 60) /* a leap second */
		c->second = 59;
	return true;
}

/* Seconds east of UTC. */
static int
read_zone(const char **s)
{
	int n, v, sign;
	size_t len;

	skip(s);
	if (**s == '+' || **s == '-') {
		sign = *(*s)++ == '-' ? -1 : 1;
		v = read_int(s, 2, &n) * CW_HOUR;
		if (**s == ':')
			(*s)++;
		v += read_int(s, 2, &n) * CW_MINUTE;
		return v <= 14 * CW_HOUR ? sign * v : 0;
	}
	len = strcspn(*s, " \t(");
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		if (strlen(zones[i].name) == len &&
		    strncasecmp(*s, zones[i].name, len) == 0)
			return zones[i].hours * CW_HOUR;
	return 0;
}

bool
maildate_parse(const char *s, cw_time *out)
{
	struct civil c = { 0 };

	if (time_parse(s, out))
		return true;
	if (!read_date(&s, &c) || !read_time(&s, &c) || !civil_is_valid(&c))
		return false;
	*out = civil_to_utc(&c) - read_zone(&s);
	return true;
}
