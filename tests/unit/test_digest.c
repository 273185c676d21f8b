/* test_digest.c - work lists and digests (G15, LOOK, OF-10). */
#include "fixture_world.h"

static struct letter
render(struct world *w, const char *name)
{
	struct letter_more more = { "", "", &w->d };
	struct letter_to to;
	struct letter l;
	struct err e;

	letter_sample_to(name, w->p, &w->f, &to);
	if (letter_render(w->t, name, w->p, NULL, &to, &more,
	    LETTER_SAMPLE_NOW, w->a, &l, &e) != RC_OK)
		fail_msg("%s: %s", name, e.text);
	return l;
}

static size_t
count(const char *text, const char *words)
{
	size_t n = 0;

	while ((text = strstr(text, words)) != NULL) {
		n++;
		text++;
	}
	return n;
}

/* The words stand in the text in this order. */
static void
in_order(const char *text, const char *const *words)
{
	for (const char *s = text; *words != NULL; words++) {
		if ((s = strstr(s, *words)) == NULL)
			fail_msg("\"%s\" is missing or too early in\n%s",
			    *words, text);
	}
}

static struct digest_list
many(struct world *w, const struct digest_list *like, size_t n, size_t more)
{
	struct digest_row *v = arena_array(w->a, n, sizeof(*v));

	for (size_t i = 0; i < n; i++) {
		v[i] = like->v[i % like->n];
		v[i].c.no = (int64_t)(1000 + i);
		v[i].c.brief = "A title that is as long as titles of cases "
		    "are when people write them with care and detail";
		v[i].story = "Asked Tue 3 Nov and Thu 5 Nov, called Thu 5 Nov: "
		    "no answer since then.";
		v[i].missing = "employee id, client, division";
	}
	return (struct digest_list){ v, n, more };
}

static void
test_work_list_begins_with_the_queue_G15(void **state)
{
	static const char *const order[] = { "7 cases wait for you today",
		"Queue: Employee Relations", "ER-000398", "Your cases",
		"ER-000412", "New today: has it been resolved?", "ER-000342",
		NULL };
	struct world *w = *state;
	struct letter l;

	w->d.mine.more = 0;
	l = render(w, "work-list");
	in_order(l.text, order);
	in_order(l.html, order + 1);
	has("G15 next action", flat(w->a, l.text), "Look at the attachment");
	has("G1 missing fields", l.text, "Missing: employee id, division.");
	has("subject", l.subject, "Your work list for Mon 9 Nov: 7 open");
}

static void
test_new_cases_are_only_asked_about_G15(void **state)
{
	struct world *w = *state;
	const char *text = render(w, "work-list").text;

	text = strstr(text, "New today");
	has("asks", text, "Reply with: #resolve ...");
	has_not("nothing else", text, "#escalate  |");
	has_not("no next action", text, "answers next");
}

static void
test_nothing_to_do_says_so(void **state)
{
	struct world *w = *state;
	struct letter l;

	w->d = (struct digest){ .for_name = "Dana", .open = 12 };
	l = render(w, "work-list");
	has("work list", l.text, "Nothing waits for you today");
	has_not("no empty lists", l.text, "Queue:");
	l = render(w, "lead-digest");
	has("digest", l.text, "Nothing needs your decision today");
	has("digest", l.text, "Every open case is on track.");
	has_not("no empty lists", l.text, "Decide now");
}

static void
test_lead_digest_begins_with_the_news(void **state)
{
	static const char *const order[] = { "3 cases need you today",
		"Decide now", "Due within a day", "Who is silent",
		"Without an owner", "Incomplete", NULL };
	struct world *w = *state;
	struct letter l = render(w, "lead-digest");

	in_order(l.text, order);
	in_order(l.html, order);
	has("first what is next most important", l.html,
	    "5 due within a day. Slowest to answer: Payroll, 4.3 days.");
	has("big number", l.html, ">41</span>");
	has("one is one", (w->d.decide.n = 1, render(w, "lead-digest").text),
	    "1 case needs you today");
}

static void
test_bars_are_zero_based_and_labelled(void **state)
{
	struct world *w = *state;
	struct letter l = render(w, "lead-digest");

	has("the slowest fills the track", l.html, "width=\"100%\" height=\"14\"");
	has("others in proportion", l.html, "width=\"39%\" height=\"14\"");
	has("with the number beside it", l.html, ">1.7 days</td>");
	has("as text too", l.text,
	    "Payroll                        4.3 days               9           6");
	has("real heads", l.html, "scope=\"col\"");
}

static void
test_state_is_said_in_words_too(void **state)
{
	struct world *w = *state;
	struct letter l = render(w, "lead-digest");

	has("overdue", l.html, ">overdue since Sun 8 Nov, 09:00</span>");
	has("soon", l.html, ">due Tue 10 Nov, 08:00</span>");
	has("in the text part", flat(w->a, l.text), "overdue since Sun 8 Nov");
}

static void
test_big_digests_stay_small_OF10(void **state)
{
	static const char *const names[] = { "work-list", "lead-digest" };
	struct world *w = *state;

	w->d.queue = many(w, &w->d.queue, 50, 36);
	w->d.mine = many(w, &w->d.mine, 50, 200);
	w->d.today = many(w, &w->d.today, 50, 0);
	w->d.decide = many(w, &w->d.decide, 50, 36);
	w->d.risk = many(w, &w->d.risk, 50, 10);
	w->d.unowned = many(w, &w->d.unowned, 50, 0);
	w->d.incomplete = many(w, &w->d.incomplete, 50, 0);
	w->d.orphaned = many(w, &w->d.unowned, 50, 0);
	for (size_t i = 0; i < 2; i++) {
		struct letter l = render(w, names[i]);

		assert_true(strlen(l.html) < 80000);
		has("first list in full", l.html, "and 36 more, not listed here");
		assert_in_range(count(l.html, "#5BER") + count(l.html,
		    "%5BER-00"), 6, 18); /* few actions */
		has("last case of the first list", l.text, "ER-001049");
		for (const char *s = l.text; *s != '\0';) {
			size_t n = strcspn(s, "\n");

			assert_true(n <= 90);
			s += n + (s[n] == '\n');
		}
	}
}

static void
test_confidential_cases_keep_their_title_H6(void **state)
{
	struct world *w = *state;
	struct digest_row *row = (struct digest_row *)(uintptr_t)
	    &w->d.decide.v[0];
	struct letter l;

	row->c.risk = RISK_CONFIDENTIAL;
	row->c.brief = "SECRET";
	row->story = "";
	l = render(w, "lead-digest");
	has_not("html", l.html, "SECRET");
	has_not("text", l.text, "SECRET");
	has("public title instead", l.text, "Records");
}

static void
test_buttons_go_to_the_address_of_the_case_M4(void **state)
{
	struct world *w = *state;
	struct digest_row *row = (struct digest_row *)(uintptr_t)
	    &w->d.decide.v[0];

	row->reply_address = "er+c384.key@example.com";
	has("keyed address", render(w, "lead-digest").html,
	    "mailto:er%2Bc384.key@example.com?subject=%5BER-000384%5D"
	    "&amp;body=%23escalate");
}

static void
test_hostile_titles_stay_words(void **state)
{
	struct world *w = *state;
	struct digest_row *row = (struct digest_row *)(uintptr_t)
	    &w->d.decide.v[0];
	struct letter l;

	row->c.brief = "<script>x</script> \"&\"";
	l = render(w, "lead-digest");
	has_not("no script", l.html, "<script");
	has("words", l.html, "&lt;script&gt;x&lt;/script&gt; &quot;&amp;&quot;");
}

#define FRESH(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FRESH(test_work_list_begins_with_the_queue_G15),
		FRESH(test_new_cases_are_only_asked_about_G15),
		FRESH(test_nothing_to_do_says_so),
		FRESH(test_lead_digest_begins_with_the_news),
		FRESH(test_bars_are_zero_based_and_labelled),
		FRESH(test_state_is_said_in_words_too),
		FRESH(test_big_digests_stay_small_OF10),
		FRESH(test_confidential_cases_keep_their_title_H6),
		FRESH(test_buttons_go_to_the_address_of_the_case_M4),
		FRESH(test_hostile_titles_stay_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
