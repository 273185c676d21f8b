/* test_alarm.c - which trouble is told when (L4, L17, L20). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/alarm.h"

#include <string.h>

#define T0 1793000000
#define ALL (ALARM_BY_INTAKE | ALARM_BY_TICK | ALARM_BY_SEND | ALARM_BY_DAEMON)

/* One pass: is there a fact, who looked, did the telling work; what must
 * have been told. */
struct pass {
	const char *name;
	cw_time after; /* hours since the first */
	bool fact;
	unsigned looked;
	bool is_told;
	int want; /* an act, -1: nothing stands */
};

static void
play(const struct pass *v, size_t n)
{
	struct arena *a = arena_new();
	struct alarm_list standing = { 0 };

	for (size_t i = 0; i < n; i++) {
		cw_time now = T0 + v[i].after * CW_HOUR;
		struct alarm_list facts = { 0 }, next;

		if (v[i].fact)
			alarm_add(&facts, ALARM_MAILBOX, "inbox", "silent", a);
		alarm_decide(&standing, &facts, v[i].looked, now, CW_DAY, a,
		    &next);
		if ((next.n == 0 ? -1 : (int)next.v[0].act) != v[i].want)
			fail_msg("%s: %d, wanted %d", v[i].name,
			    next.n == 0 ? -1 : (int)next.v[0].act, v[i].want);
		for (size_t k = 0; k < next.n; k++)
			alarm_told(&next.v[k], v[i].is_told, now);
		alarm_forget(&next);
		standing = next;
	}
	arena_free(&a);
}

#define PLAY(...)                                                          \
	do {                                                               \
		static const struct pass v_[] = { __VA_ARGS__ };           \
		play(v_, sizeof(v_) / sizeof(v_[0]));                      \
	} while (0)

static void
test_told_once_then_daily_then_over_L17(void **state)
{
	(void)state;
	PLAY({ "it begins", 0, true, ALL, true, ALARM_NEW },
	    { "half an hour later", 1, true, ALL, true, ALARM_STANDS },
	    { "the next day", 24, true, ALL, true, ALARM_AGAIN },
	    { "an hour after that", 25, true, ALL, true, ALARM_STANDS },
	    { "it is over", 26, false, ALL, true, ALARM_OVER },
	    { "and forgotten", 27, false, ALL, true, -1 },
	    { "it comes back", 28, true, ALL, true, ALARM_NEW });
}

static void
test_untold_is_tried_again_L17(void **state)
{
	(void)state;
	PLAY({ "nobody can be reached", 0, true, ALL, false, ALARM_NEW },
	    { "still not", 1, true, ALL, false, ALARM_NEW },
	    { "now", 2, true, ALL, true, ALARM_NEW },
	    { "the end is not heard of", 3, false, ALL, false, ALARM_OVER },
	    { "but later", 4, false, ALL, true, ALARM_OVER },
	    { "once", 5, false, ALL, true, -1 });
	PLAY({ "nobody heard of it", 0, true, ALL, false, ALARM_NEW },
	    { "nobody needs to hear of the end", 1, false, ALL, true, -1 });
}

static void
test_what_was_not_looked_for_stays_L4(void **state)
{
	(void)state;
	PLAY({ "raised", 0, true, ALL, true, ALARM_NEW },
	    { "a pass that reads no mail", 1, false, ALARM_BY_TICK |
	      ALARM_BY_SEND | ALARM_BY_DAEMON, true, ALARM_STANDS },
	    { "a pass that failed", 2, false, 0, true, ALARM_STANDS },
	    { "one that read it", 3, false, ALARM_BY_INTAKE, true,
	      ALARM_OVER });
}

static void
test_it_comes_back_before_the_end_is_told(void **state)
{
	(void)state;
	PLAY({ "raised", 0, true, ALL, true, ALARM_NEW },
	    { "over, not told", 1, false, ALL, false, ALARM_OVER },
	    { "it lasts", 2, true, ALL, true, ALARM_STANDS });
}

static void
test_a_wrong_clock_does_not_silence_it(void **state)
{
	(void)state;
	PLAY({ "in the year 2040", 130000, true, ALL, true, ALARM_NEW },
	    { "the clock is put right", 0, true, ALL, true, ALARM_AGAIN },
	    { "quiet again", 1, true, ALL, true, ALARM_STANDS });
}

static void
test_each_by_itself_L18(void **state)
{
	struct arena *a = arena_new();
	struct alarm_list standing = { 0 }, facts = { 0 }, next;
	enum alarm_kind k;

	(void)state;
	alarm_add(&facts, ALARM_MAILBOX, "one", "silent", a);
	alarm_add(&facts, ALARM_MAILBOX, "two", "silent", a);
	alarm_add(&facts, ALARM_MAILBOX, "two", "refused", a);
	assert_int_equal(facts.n, 2);
	alarm_decide(&standing, &facts, ALL, T0, CW_DAY, a, &next);
	for (size_t i = 0; i < next.n; i++)
		alarm_told(&next.v[i], true, T0);
	standing = next;
	facts = (struct alarm_list){ 0 };
	alarm_add(&facts, ALARM_MAILBOX, "two", "refused", a);
	alarm_decide(&standing, &facts, ALL, T0 + 60, CW_DAY, a, &next);
	assert_int_equal(alarm_find(&next, ALARM_MAILBOX, "one")->act,
	    ALARM_OVER);
	assert_int_equal(alarm_find(&next, ALARM_MAILBOX, "two")->act,
	    ALARM_STANDS);
	for (int i = 0; i < ALARM_N; i++) {
		assert_true(alarm_kind_parse(alarm_info((enum alarm_kind)i)->
		    name, &k));
		assert_int_equal(k, i);
		assert_true(*alarm_info(k)->what && *alarm_info(k)->advice);
	}
	assert_false(alarm_kind_parse("nothing", &k));
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_told_once_then_daily_then_over_L17),
		cmocka_unit_test(test_untold_is_tried_again_L17),
		cmocka_unit_test(test_what_was_not_looked_for_stays_L4),
		cmocka_unit_test(test_it_comes_back_before_the_end_is_told),
		cmocka_unit_test(test_a_wrong_clock_does_not_silence_it),
		cmocka_unit_test(test_each_by_itself_L18),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
