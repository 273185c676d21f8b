/* test_ics_event.c - who is away when, by a calendar (G21, RFC 5545). */
#include "core/ics_event.h"

#include "fixture_zone.h"
#include "base/str.h"

#include <string.h>

#define N(v) (sizeof(v) / sizeof((v)[0]))
#define HEAD "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\n"
#define TAIL "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

static int64_t
day_of(const char *s)
{
	cw_time t;

	assert_true(time_parse(s, &t));
	return t / CW_DAY;
}

static void
test_events_G21(void **state)
{
	static const struct {
		const char *name, *lines;
		size_t n, skipped;
		const char *first, *until; /* of the first one */
	} tests[] = {
		{ "a day", "DTSTART;VALUE=DATE:20261120", 1, 0, "2026-11-20",
		    "2026-11-21" },
		{ "a week, the end is not part of it",
		    "DTSTART;VALUE=DATE:20261123\r\n"
		    "DTEND;VALUE=DATE:20261128", 1, 0, "2026-11-23",
		    "2026-11-28" },
		{ "by its length", "DTSTART;VALUE=DATE:20261123\r\n"
		    "DURATION:P1W", 1, 0, "2026-11-23", "2026-11-30" },
		{ "over already", "DTSTART;VALUE=DATE:20251123", 0, 0, NULL,
		    NULL },
		{ "every Friday", "DTSTART;VALUE=DATE:20261106\r\n"
		    "RRULE:FREQ=WEEKLY;UNTIL=20261127", 2, 0, "2026-11-20",
		    "2026-11-21" },
		{ "every Friday but one", "DTSTART;VALUE=DATE:20261106\r\n"
		    "RRULE:FREQ=WEEKLY;COUNT=4\r\n"
		    "EXDATE;VALUE=DATE:20261120", 1, 0, "2026-11-27",
		    "2026-11-28" },
		{ "every other week", "DTSTART;VALUE=DATE:20261102\r\n"
		    "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU;UNTIL=20261202",
		    4, 0, "2026-11-16", "2026-11-17" },
		{ "the last Friday of the month",
		    "DTSTART;VALUE=DATE:20261030\r\n"
		    "RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=3", 2, 0,
		    "2026-11-27", "2026-11-28" },
		{ "daily for a while", "DTSTART;VALUE=DATE:20261117\r\n"
		    "RRULE:FREQ=DAILY;COUNT=3", 3, 0, "2026-11-17",
		    "2026-11-18" },
		{ "every year", "DTSTART;VALUE=DATE:20201224\r\n"
		    "RRULE:FREQ=YEARLY", 1, 0, "2026-12-24", "2026-12-25" },
		{ "with a time", "DTSTART;TZID=Europe/Berlin:20261120T120000"
		    "\r\nDTEND;TZID=Europe/Berlin:20261121T080000", 1, 0,
		    "2026-11-20", "2026-11-21" },
		{ "a meeting that leaves the time free",
		    "DTSTART:20261120T120000Z\r\nDURATION:PT1H\r\n"
		    "TRANSP:TRANSPARENT", 0, 0, NULL, NULL },
		{ "cancelled", "DTSTART;VALUE=DATE:20261120\r\n"
		    "STATUS:CANCELLED", 0, 0, NULL, NULL },
		{ "without a beginning", "SUMMARY:x", 0, 1, NULL, NULL },
		{ "a rule nobody knows", "DTSTART;VALUE=DATE:20261120\r\n"
		    "RRULE:FREQ=SECONDLY", 0, 1, NULL, NULL },
		{ "ends before it begins", "DTSTART;VALUE=DATE:20261120\r\n"
		    "DTEND;VALUE=DATE:20261101", 0, 1, NULL, NULL },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(tests); i++) {
		const char *text = arena_printf(a, HEAD "%s" TAIL,
		    tests[i].lines);
		struct ics_event *v;
		size_t n, skipped;
		struct err e;

		if (ics_events(a, text, strlen(text), day_of("2026-11-16"),
		    day_of("2026-12-31"), &v, &n, &skipped, &e) != RC_OK)
			fail_msg("%s: %s", tests[i].name, e.text);
		if (n != tests[i].n || skipped != tests[i].skipped)
			fail_msg("%s: %zu, %zu skipped", tests[i].name, n,
			    skipped);
		if (n > 0 && (v[0].from_day != day_of(tests[i].first) ||
		    v[0].until_day != day_of(tests[i].until)))
			fail_msg("%s: other days", tests[i].name);
	}
	arena_free(&a);
}

static void
test_who_it_is_about_G21(void **state)
{
	static const char text[] = "BEGIN:VCALENDAR\nBEGIN:VEVENT\n"
	    "DTSTART;VALUE=DATE:20261120\nSUMMARY:Maya Brooks\\, away\n"
	    "ORGANIZER:mailto:Boss@X.org\n"
	    "ATTENDEE;CN=\"Maya: B\":mailto:Maya@X.org\n"
	    "BEGIN:VALARM\nSUMMARY:no\nEND:VALARM\nEND:VEVENT\n"
	    "END:VCALENDAR\n";
	struct arena *a = arena_new();
	struct ics_event *v;
	size_t n, skipped;
	struct err e;

	(void)state;
	assert_int_equal(ics_events(a, text, sizeof(text) - 1,
	    day_of("2026-11-16"), day_of("2026-12-31"), &v, &n, &skipped,
	    &e), RC_OK);
	assert_int_equal(n, 1);
	assert_string_equal(v[0].summary, "Maya Brooks, away");
	assert_string_equal(v[0].email, "maya@x.org");
	assert_int_equal(ics_events(a, "x", 1, 0, 1, &v, &n, &skipped, &e),
	    RC_BAD);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events_G21),
		cmocka_unit_test(test_who_it_is_about_G21),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
