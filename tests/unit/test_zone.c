/* test_zone.c - time zones: real files, and files that mean harm. */
#include "fixture_zone.h"

#include "core/posix_tz.h"

#include <stdlib.h>
#include <time.h>

static void
test_wall_clock_to_instant_CT5(void **state)
{
	static const struct {
		const char *name, *zone, *clock, *want;
	} tests[] = {
		{ "an ordinary morning", "America/New_York",
		    "2026-11-02 10:00", "2026-11-02T15:00:00Z" },
		{ "half past two does not exist: first instant after",
		    "America/New_York", "2027-03-14 02:30",
		    "2027-03-14T07:00:00Z" },
		{ "half past one exists twice: the first of the two",
		    "America/New_York", "2026-11-01 01:30",
		    "2026-11-01T05:30:00Z" },
		{ "Cairo has no midnight that day", "Africa/Cairo",
		    "2027-04-30 00:00", "2027-04-29T22:00:00Z" },
		{ "Beirut has no midnight that day", "Asia/Beirut",
		    "2027-03-28 00:00", "2027-03-27T22:00:00Z" },
		{ "Havana has no midnight that day", "America/Havana",
		    "2026-03-08 00:00", "2026-03-08T05:00:00Z" },
		{ "Samoa left out a whole day", "Pacific/Apia",
		    "2011-12-30 12:00", "2011-12-30T10:00:00Z" },
		{ "half an hour of summer time", "Australia/Lord_Howe",
		    "2026-10-04 02:15", "2026-10-03T15:30:00Z" },
		{ "after the table: the footer's winter", "America/New_York",
		    "2100-01-04 09:00", "2100-01-04T14:00:00Z" },
		{ "after the table: the footer's summer", "Europe/Berlin",
		    "2100-07-05 09:00", "2100-07-05T07:00:00Z" },
		{ "the southern summer goes over new year",
		    "Australia/Sydney", "2100-01-04 09:00",
		    "2100-01-03T22:00:00Z" },
		{ "Dublin's winter is the exception", "Europe/Dublin",
		    "2100-01-04 09:00", "2100-01-04T09:00:00Z" },
		{ "quarter hours", "Asia/Kathmandu", "2026-11-02 10:00",
		    "2026-11-02T04:15:00Z" },
		{ "before there was a table", "Europe/Berlin",
		    "1850-01-01 00:53", "1849-12-31T23:59:32Z" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		const struct zone *z = zone_named(a, tests[i].zone);

		same_text(tests[i].name,
		    time_format(a, at(z, tests[i].clock)), tests[i].want);
	}
	arena_free(&a);
}

static void
test_agrees_with_the_system_CT4(void **state)
{
	static const char *const zones[] = { "America/New_York",
		"Europe/Berlin", "Asia/Kolkata", "Australia/Sydney",
		"Africa/Casablanca", "America/Sao_Paulo", "Asia/Tehran",
		"Pacific/Chatham", "Europe/Dublin", "America/Scoresbysund",
		"Antarctica/Troll", "Pacific/Apia", "Asia/Gaza", "Etc/GMT+5",
		"UTC" };
	struct arena *a = arena_new();
	unsigned seed = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		const struct zone *z = zone_named(a, zones[i]);

		(void)setenv("TZ", arena_printf(a, ":%s", zones[i]), 1);
		tzset();
		for (int k = 0; k < 2000; k++) {
			time_t t = rand_r(&seed) * INT64_C(2) % (90 * 365) *
			    CW_DAY + rand_r(&seed) % CW_DAY;
			const char *abbrev;
			struct civil c;
			struct tm tm;
			cw_time back;

			assert_non_null(localtime_r(&t, &tm));
			assert_int_equal(zone_civil(z, t, &c, &abbrev),
			    tm.tm_gmtoff);
			assert_string_equal(abbrev, tm.tm_zone);
			assert_int_equal(c.hour, tm.tm_hour);
			assert_int_equal(c.day, tm.tm_mday);
			/* there and back: the same, or its earlier twin */
			back = zone_instant(z, &c);
			assert_true(back == t || (back < t &&
			    zone_civil(z, back, &c, NULL) != tm.tm_gmtoff));
		}
	}
	(void)unsetenv("TZ");
	tzset();
	arena_free(&a);
}

static void
test_names_CT3(void **state)
{
	static const struct {
		const char *name;
		bool safe;
	} tests[] = {
		{ "America/New_York", true },
		{ "America/Port-au-Prince", true },
		{ "Etc/GMT+5", true },
		{ "UTC", true },
		{ "", false },
		{ "/etc/passwd", false },
		{ "../../etc/passwd", false },
		{ "Europe/../../../etc/passwd", false },
		{ "Europe//Berlin", false },
		{ "Europe/", false },
		{ "Europe/Berlin\n", false },
		{ "a name that is very, very long", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		if (zone_name_is_safe(tests[i].name) != tests[i].safe)
			fail_msg("%s", tests[i].name);
}

/* Every file cut short, and every byte of a file turned, is refused or
 * gives a zone that can be asked; never a crash. */
static void
test_damaged_files_CT4(void **state)
{
	struct arena *a = arena_new(), *b = arena_new();
	const struct zone *z;
	struct err e;
	size_t len;
	char *bytes;

	(void)state;
	assert_int_equal(fsx_read(a, "/usr/share/zoneinfo/America/New_York",
	    1 << 20, &bytes, &len, &e), RC_OK);
	for (size_t i = 0; i < len; i++, arena_reset(b)) {
		char *cut = arena_memdup(b, bytes, i);

		assert_int_equal(zone_parse(b, "cut", cut, i, &z, &e),
		    RC_BAD);
	}
	for (size_t i = 0; i < len; i++, arena_reset(b)) {
		char *turned = arena_memdup(b, bytes, len);
		struct civil c;

		turned[i] = (char)~turned[i];
		if (zone_parse(b, "turned", turned, len, &z, &e) != RC_OK)
			continue;
		(void)zone_civil(z, INT64_C(1793631600), &c, NULL);
		(void)zone_instant(z, &c);
	}
	arena_free(&b);
	arena_free(&a);
}

static void
test_footers_CT4(void **state)
{
	static const struct {
		const char *footer;
		bool good;
	} tests[] = {
		{ "UTC0", true },
		{ "EST5EDT,M3.2.0,M11.1.0", true },
		{ "<+0330>-3:30", true },
		{ "<-03>3<-02>,M3.5.0/-1,M10.5.0/-1", true },
		{ "XXX3EDT4,0/0,J365/23", true },
		{ "EST", false },
		{ "5", false },
		{ "EST5EDT", false },
		{ "EST5EDT,M13.2.0,M11.1.0", false },
		{ "EST5EDT,M3.2.0,M11.1.0,", false },
		{ "EST5EDT,M3.2.0", false },
		{ "EST99", false },
		{ "<+03-3", false },
		{ "ANAMETHATISMUCHTOOLONG3", false },
	};
	struct posix_tz z;

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		if (posix_tz_parse(tests[i].footer, strlen(tests[i].footer),
		    &z) != tests[i].good)
			fail_msg("%s", tests[i].footer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wall_clock_to_instant_CT5),
		cmocka_unit_test(test_agrees_with_the_system_CT4),
		cmocka_unit_test(test_names_CT3),
		cmocka_unit_test(test_damaged_files_CT4),
		cmocka_unit_test(test_footers_CT4),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
