/* test_page.c - the page about what happened (LOOK 12, W16). */
#include "core/page.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#define MON INT64_C(1793613600) /* 2026-11-02 10:00 UTC */

static const struct page_event events[] = {
	{ MON, PAGE_IN, "Robin Vale", "mail-in", "", "My pay <is> short",
	    "opened a case", "0001 a.eml", "", NULL, 0 },
	{ MON, PAGE_OUT, "Robin Vale", "mail-out", "ack",
	    "[ER-000412] Your payroll question", "", "2.eml", "2.html", NULL, 0 },
	{ MON + CW_DAY, PAGE_OUT, "Payroll", "mail-out", "status-request",
	    "[ER-000412] Payroll question", "step 1", "3.eml", "3.html", NULL, 0 },
	{ MON + 3 * CW_DAY, PAGE_OUT, "Payroll", "mail-out", "reminder",
	    "[ER-000412] Payroll question", "step 2", "4.eml", "4.html", NULL, 0 },
	{ MON + 7 * CW_DAY, PAGE_CLIMB, "Dana Ruiz", "mail-out",
	    "escalation-lead", "[ER-000412] Payroll question", "step 3",
	    "5.eml", "5.html", NULL, 0 },
	{ MON + 8 * CW_DAY, PAGE_CHANGE, "", "state", "", "resolved",
	    "by Lee Okafor", "", "", NULL, 0 },
};

static const struct page page = {
	.title = "One case, nine days & no date expired",
	.eyebrow = "caseward demo",
	.lead = "Payroll answered after the third step.",
	.events = events,
	.n_events = sizeof(events) / sizeof(events[0]),
};

static void
has(const char *text, const char *words)
{
	if (strstr(text, words) == NULL)
		fail_msg("\"%s\" is not in\n%s", words, text);
}

static void
test_plot_and_table_say_the_same(void **state)
{
	struct arena *a = arena_new();
	struct str out = { 0 };

	(void)state;
	page_timeline(&page, a, &out);
	has(out.s, "<h1>One case, nine days &amp; no date expired</h1>");
	has(out.s, ">Robin Vale</text>");
	has(out.s, ">Mon 2 Nov</text>");
	has(out.s, "href=\"#e5\"");
	has(out.s, "<tr id=\"e5\">");
	has(out.s, ">escalation-lead</text>");
	has(out.s, "My pay &lt;is&gt; short");
	has(out.s, "href=\"./0001%20a.eml\">original</a>");
	has(out.s, "href=\"./2.html\">read</a>");
	has(out.s, "prefers-color-scheme:dark");
	has(out.s, "@media print");
	assert_null(strstr(out.s, "http"));
	assert_null(strstr(out.s, "<script"));
	/* zero-based: the first day begins at the left edge of the plot */
	has(out.s, "<path d=\"M150 24V");
	str_fini(&out);
	arena_free(&a);
}

static void
test_labels_do_not_lie_on_each_other(void **state)
{
	struct page_event crowd[40];
	struct page p = page;
	struct arena *a = arena_new();
	struct str out = { 0 };
	size_t labels = 0;

	(void)state;
	for (size_t i = 0; i < 40; i++) {
		crowd[i] = events[2];
		crowd[i].at = MON + (cw_time)i * CW_HOUR;
	}
	p.events = crowd;
	p.n_events = 40;
	page_timeline(&p, a, &out);
	for (const char *s = out.s; (s = strstr(s, "class=\"l\"")) != NULL; s++)
		labels++;
	assert_in_range(labels, 2, 12);
	str_fini(&out);
	arena_free(&a);
}

static void
test_many_people_and_nothing_at_all(void **state)
{
	struct page_event crowd[60];
	struct page p = page;
	struct arena *a = arena_new();
	struct str out = { 0 };

	(void)state;
	for (size_t i = 0; i < 60; i++) {
		crowd[i] = events[2];
		crowd[i].who = arena_printf(a, "Person %zu", i);
	}
	p.events = crowd;
	p.n_events = 60;
	page_timeline(&p, a, &out);
	has(out.s, ">others</text>");
	str_clear(&out);
	p.n_events = 0;
	page_timeline(&p, a, &out);
	assert_null(strstr(out.s, "<svg"));
	str_fini(&out);
	arena_free(&a);
}

/* Cases as lanes, each with its table; what belongs to none is folded. */
static void
test_a_lane_and_a_table_for_each_case(void **state)
{
	static const struct page_group groups[] = {
		{ "ER-000001", "Robin <Vale>", "ER-000001 Pay", "closed" },
		{ "ER-000002", "Kim Ode", "ER-000002 Leave", "open" },
	};
	struct page_event v[6];
	struct page p = page;
	struct arena *a = arena_new();
	struct str out = { 0 };

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		v[i] = events[i];
		v[i].group = i / 2;
	}
	v[2].label = "ask";
	p.events = v;
	p.groups = groups;
	p.n_groups = 2;
	p.rest = "Work lists";
	page_timeline(&p, a, &out);
	has(out.s, ">Robin &lt;Vale&gt;</text>");
	has(out.s, "<a href=\"#ER-000002\">");
	has(out.s, "<h2 id=\"ER-000002\">ER-000002 Leave</h2>");
	has(out.s, ">ask</text>");
	has(out.s, "<details><summary><h2>Work lists (2)</h2>");
	has(out.s, "<a href=\"#e4\">");
	assert_null(strstr(out.s, "<a href=\"#e5\">")); /* in no lane */
	has(out.s, "<tr id=\"e5\">");
	str_fini(&out);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plot_and_table_say_the_same),
		cmocka_unit_test(test_labels_do_not_lie_on_each_other),
		cmocka_unit_test(test_many_people_and_nothing_at_all),
		cmocka_unit_test(test_a_lane_and_a_table_for_each_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
