/* test_ics.c - holidays from calendars as people export them (CT-7). */
#include "core/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#define EVENT(body) "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" body \
	"END:VEVENT\r\nEND:VCALENDAR\r\n"

static const char *
days_of(struct arena *a, const char *text, size_t *skipped)
{
	const int32_t *days;
	struct err e;
	size_t n;
	const char *out = "";

	if (ics_parse_days(a, text, strlen(text), 2026, 2028, &days, &n,
	    skipped, &e) != RC_OK)
		return arena_printf(a, "refused: %s", e.text);
	for (size_t i = 0; i < n; i++) {
		struct civil c;

		civil_from_days(days[i], &c);
		out = arena_printf(a, "%s%s%04d-%02d-%02d", out,
		    i > 0 ? " " : "", c.year, c.month, c.day);
	}
	return out;
}

static void
test_days_CT7(void **state)
{
	static const struct {
		const char *name, *text, *want;
		size_t skipped;
	} tests[] = {
		{ "one day", EVENT("DTSTART;VALUE=DATE:20261126\r\n"
		    "SUMMARY:Thanksgiving\r\n"), "2026-11-26", 0 },
		{ "the end is not part of it", EVENT(
		    "DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227\n"),
		    "2026-12-24 2026-12-25 2026-12-26", 0 },
		{ "an end on the first day is one day", EVENT(
		    "DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261224\n"),
		    "2026-12-24", 0 },
		{ "a length instead of an end", EVENT(
		    "DTSTART;VALUE=DATE:20261224\nDURATION:P2D\n"),
		    "2026-12-24 2026-12-25", 0 },
		{ "every year", EVENT("DTSTART;VALUE=DATE:20201225\r\n"
		    "RRULE:FREQ=YEARLY\r\n"),
		    "2026-12-25 2027-12-25 2028-12-25", 0 },
		{ "every year until a date", EVENT(
		    "DTSTART;VALUE=DATE:20201225\r\n"
		    "RRULE:FREQ=YEARLY;UNTIL=20271231\r\n"),
		    "2026-12-25 2027-12-25", 0 },
		{ "every year, seven times", EVENT(
		    "DTSTART;VALUE=DATE:20201225\r\n"
		    "RRULE:FREQ=YEARLY;COUNT=7\r\n"), "2026-12-25", 0 },
		{ "every other year", EVENT("DTSTART;VALUE=DATE:20261225\r\n"
		    "RRULE:FREQ=YEARLY;INTERVAL=2\r\n"),
		    "2026-12-25 2028-12-25", 0 },
		{ "the 29th of February", EVENT(
		    "DTSTART;VALUE=DATE:20240229\r\nRRULE:FREQ=YEARLY\r\n"),
		    "2028-02-29", 0 },
		{ "the fourth Thursday of November", EVENT(
		    "DTSTART;VALUE=DATE:20201126\r\n"
		    "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH\r\n"),
		    "2026-11-26 2027-11-25 2028-11-23", 0 },
		{ "the last Monday of May", EVENT(
		    "DTSTART;VALUE=DATE:20200525\r\n"
		    "RRULE:FREQ=YEARLY;BYDAY=-1MO;BYMONTH=5\r\n"),
		    "2026-05-25 2027-05-31 2028-05-29", 0 },
		{ "a folded line", EVENT("DTSTART;VAL\r\n UE=DATE:2026\r\n"
		    "\t1126\r\n"), "2026-11-26", 0 },
		{ "small letters and parameters", EVENT(
		    "dtstart;x=\"a:b\";value=date:20261126\r\n"),
		    "2026-11-26", 0 },
		{ "an alarm's own length is not the event's", EVENT(
		    "DTSTART;VALUE=DATE:20261126\r\nBEGIN:VALARM\r\n"
		    "DURATION:P9D\r\nEND:VALARM\r\n"), "2026-11-26", 0 },
		{ "cancelled", EVENT("DTSTART;VALUE=DATE:20261126\r\n"
		    "STATUS:CANCELLED\r\n"), "", 0 },
		{ "a meeting is no holiday", EVENT(
		    "DTSTART:20261126T100000Z\r\n"), "", 1 },
		{ "a weekly rule is not for us", EVENT(
		    "DTSTART;VALUE=DATE:20261126\r\nRRULE:FREQ=WEEKLY\r\n"),
		    "", 1 },
		{ "days of every month are not for us", EVENT(
		    "DTSTART;VALUE=DATE:20261126\r\n"
		    "RRULE:FREQ=YEARLY;BYMONTHDAY=1\r\n"), "", 1 },
		{ "a year-long event is a mistake", EVENT(
		    "DTSTART;VALUE=DATE:20260101\nDTEND;VALUE=DATE:20270101\n"),
		    "", 1 },
		{ "no start", EVENT("SUMMARY:Nothing\r\n"), "", 1 },
		{ "no such date", EVENT("DTSTART;VALUE=DATE:20260230\r\n"),
		    "", 1 },
		{ "another year", EVENT("DTSTART;VALUE=DATE:20301126\r\n"),
		    "", 0 },
		{ "the same day twice, out of order",
		    "BEGIN:VCALENDAR\n"
		    "BEGIN:VEVENT\nDTSTART:20261225\nEND:VEVENT\n"
		    "BEGIN:VEVENT\nDTSTART:20261126\nEND:VEVENT\n"
		    "BEGIN:VEVENT\nDTSTART:20261225\nEND:VEVENT\n"
		    "END:VCALENDAR", "2026-11-26 2026-12-25", 0 },
		{ "not a calendar", "<html>Sign in</html>",
		    "refused: not an iCalendar file: it has no"
		    " BEGIN:VCALENDAR", 0 },
		{ "an empty file", "", "refused: not an iCalendar file: it"
		    " has no BEGIN:VCALENDAR", 0 },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		size_t skipped;
		const char *got = days_of(a, tests[i].text, &skipped);

		if (strcmp(got, tests[i].want) != 0)
			fail_msg("%s: got %s", tests[i].name, got);
		if (skipped != tests[i].skipped)
			fail_msg("%s: skipped %zu", tests[i].name, skipped);
	}
	arena_free(&a);
}

static void
test_too_many_CT7(void **state)
{
	struct arena *a = arena_new();
	char *text = arena_strdup(a, "BEGIN:VCALENDAR\n");
	const int32_t *days;
	size_t n, skipped;
	struct err e;

	(void)state;
	for (int m = 1; m <= 12; m++)
		text = arena_printf(a, "%sBEGIN:VEVENT\nDTSTART:2000%02d01\n"
		    "DURATION:P31D\nRRULE:FREQ=YEARLY\nEND:VEVENT\n", text,
		    m);
	assert_int_equal(ics_parse_days(a, text, strlen(text), 2026, 2030,
	    &days, &n, &skipped, &e), RC_OK);
	assert_int_equal(n, 5 * 365 + 1);
	assert_int_equal(ics_parse_days(a, text, strlen(text), 2026, 2032,
	    &days, &n, &skipped, &e), RC_BAD);
	assert_int_equal(ics_parse_days(a, text, strlen(text), 2026, 9999,
	    &days, &n, &skipped, &e), RC_BAD);
	arena_free(&a);
}

/* Whatever the bytes: an answer, no crash. */
static void
test_noise_CT7(void **state)
{
	static const char *const words[] = { "BEGIN:", "END:", "VEVENT",
		"VCALENDAR", "\n", "\r\n ", "DTSTART", ":", ";", "20261126",
		"RRULE:", "FREQ=YEARLY", "BYDAY=", "-5MO", "COUNT=", "9",
		"\"", "P", "DURATION:P", "\t", "UNTIL=" };
	struct arena *a = arena_new();
	unsigned seed = 3;

	(void)state;
	for (int i = 0; i < 3000; i++, arena_reset(a)) {
		char text[400] = "";
		size_t skipped;

		for (int k = 0; k < 30; k++)
			(void)strcat(text, words[(size_t)rand_r(&seed) %
			    (sizeof(words) / sizeof(words[0]))]);
		(void)days_of(a, text, &skipped);
	}
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_days_CT7),
		cmocka_unit_test(test_too_many_CT7),
		cmocka_unit_test(test_noise_CT7),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
