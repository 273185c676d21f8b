/* test_heart.c - when the watchdog is fed, a pass ended, the next one begun
 * (L4 L7 L17). */
#include "core/heart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define N_OF(v) (sizeof(v) / sizeof((v)[0]))
#define NOW INT64_C(10000000)
#define STALL INT64_C(300000)
#define SECOND INT64_C(1000)

static void
test_fed_by_progress_alone_L4_L7(void **state)
{
	static const struct {
		const char *name;
		int64_t beat, due; /* seconds ago; -1: no pass, or not due */
		int bad;
		bool is_hung, is_well;
	} tests[] = {
		{ "idle, nothing due", -1, -60, 0, false, true },
		{ "idle, a pass is due this moment", -1, 0, 0, false, true },
		{ "idle, a due pass begins not", -1, 121, 0, false, false },
		{ "a pass that comes forward", 1, 500, 0, false, true },
		{ "a slow one that comes forward (L7)", 299, 500, 0, false,
		    true },
		{ "one that does not", 300, 500, 0, true, true },
		{ "one that does not end when killed", 361, 500, 0, true,
		    false },
		{ "four passes died", -1, -60, 4, false, true },
		{ "five passes died in a row", -1, -60, 5, false, false },
	};

	(void)state;
	for (size_t i = 0; i < N_OF(tests); i++) {
		struct heart h = { .stall_ms = STALL, .bad = tests[i].bad,
			.beat_ms = tests[i].beat < 0 ? 0 : NOW -
			    tests[i].beat * SECOND,
			.due_ms = NOW - tests[i].due * SECOND };

		if (heart_is_hung(&h, NOW) != tests[i].is_hung ||
		    heart_is_well(&h, NOW) != tests[i].is_well)
			fail_msg("%s", tests[i].name);
	}
}

static void
test_rests_grow_and_stay_below_the_half_hour_G14(void **state)
{
	static const int64_t minutes[] = { 0, 1, 2, 4, 8, 15, 15 };
	struct heart h = { .stall_ms = STALL };

	(void)state;
	for (size_t i = 0; i < N_OF(minutes); i++) {
		h.failed = (int)i;
		assert_int_equal(heart_rest_ms(&h), minutes[i] * 60 * SECOND);
	}
	h.failed = 1000000;
	assert_int_equal(heart_rest_ms(&h), 15 * 60 * SECOND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fed_by_progress_alone_L4_L7),
		cmocka_unit_test(
		    test_rests_grow_and_stay_below_the_half_hour_G14),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
