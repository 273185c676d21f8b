/* test_letter.c - what stands in our mails, and what must never. */
#include "fixture_world.h"

#include "core/letter_fields.h"
#include "core/letter_frame.h"

static struct letter
render_with(struct world *w, const char *name, const struct letter_more *more)
{
	struct letter_to to;
	struct letter l;
	struct err e;

	letter_sample_to(name, w->p, &w->f, &to);
	if (letter_render(w->t, name, w->p, &w->f, &to, more,
	    LETTER_SAMPLE_NOW, w->a, &l, &e) != RC_OK)
		fail_msg("%s: %s", name, e.text);
	return l;
}

static struct letter
render(struct world *w, const char *name)
{
	struct letter_more more = { .digest = &w->d };

	letter_sample_words(name, &more);
	return render_with(w, name, &more);
}

/* The words of an HTML mail as a person sees them in an inbox. */
static char *
visible(struct arena *a, const char *html)
{
	struct str b = { 0 };
	const char *s = strstr(html, "<body");
	char *out;

	for (; s != NULL && *s != '\0'; s++) {
		if (*s == '<')
			s = strchr(s, '>');
		else if (*s != '\n')
			str_addc(&b, *s);
	}
	out = str_dup(&b, a);
	str_fini(&b);
	return out;
}

/* --- what may never be there --- */

#define MARK(field) w->f.c.field = "MARK" #field

static void
mark_everything(struct world *w)
{
	struct history_line *h = arena_array(w->a, 2, sizeof(*h));
	struct case_attachment *at = arena_array(w->a, 1, sizeof(*at));
	struct case_task *task = arena_array(w->a, 1, sizeof(*task));
	static const char *const subscribers[] = { "MARKsubscriber" };

	MARK(type);
	MARK(subject);
	MARK(brief);
	MARK(notify_user);
	MARK(team);
	MARK(employee_name);
	MARK(employee_email);
	MARK(employee_id);
	MARK(client);
	MARK(client_id);
	MARK(division);
	MARK(reported_by);
	MARK(stoppage_reason);
	MARK(escalated_why);
	h[0] = (struct history_line){ LETTER_SAMPLE_NOW - CW_DAY, "note",
		"MARKactor", "MARKnote", AUD_INTERNAL, "" };
	h[1] = (struct history_line){ LETTER_SAMPLE_NOW - CW_DAY, "mail-out",
		"MARKactor", "status-request to MARKaddress", AUD_DEPARTMENT,
		"" };
	at[0] = (struct case_attachment){ 1, "MARKfile", "MARKmime", "", 1,
		false, LETTER_SAMPLE_NOW };
	task[0] = (struct case_task){ 1, "MARKkind", "MARKwho", "MARKtask",
		LETTER_SAMPLE_NOW };
	w->f.history = h;
	w->f.n_history = 2;
	w->f.attachments = at;
	w->f.n_attachments = 1;
	w->f.tasks = task;
	w->f.n_tasks = 1;
	w->f.subscribers = subscribers;
	w->f.n_subscribers = 1;
	w->f.directory_division = "MARKdirectory";
	for (size_t i = 0; i < 4; i++) /* our own people */
		((struct person *)(uintptr_t)&w->p->people[i])->name =
		    ((struct person *)(uintptr_t)&w->p->people[i])->phone =
		    "MARKperson";
	((struct category *)(uintptr_t)&w->p->categories[0])->name =
	    "MARKcategory";
}

/* Every mark in the text must be in `allowed` (blank separated). */
static void
only_marks(const char *what, const char *text, const char *allowed)
{
	for (const char *s = text; (s = strstr(s, "MARK")) != NULL; s += 4) {
		char mark[40];
		size_t n = 4;

		while (n < sizeof(mark) - 1 && ((s[n] >= 'a' && s[n] <= 'z') ||
		    s[n] == '_'))
			n++;
		memcpy(mark, s, n);
		mark[n] = '\0';
		if (strstr(allowed, mark) == NULL)
			fail_msg("%s: %s has leaked:\n%s", what, mark, text);
	}
}

static void
only_marks_in(const char *name, const struct letter *l, const char *allowed)
{
	only_marks(name, l->subject, "");
	only_marks(name, l->text, allowed);
	only_marks(name, l->html, allowed);
}

static const struct letter_more marked_words = { "MARKreason", "MARKdetail",
	NULL };

static void
test_employees_never_see_internal_words_G13(void **state)
{
	struct world *w = *state;

	mark_everything(w);
	for (const struct letter_kind *k = letter_kinds; k->name != NULL; k++) {
		struct letter l;

		if (k->audience != AUD_EMPLOYEE)
			continue;
		l = render_with(w, k->name, &marked_words);
		only_marks_in(k->name, &l, (k->flags & LETTER_WORDS) != 0
		    ? "MARKemployee_name MARKdetail" : "MARKemployee_name");
	}
}

static void
test_departments_see_only_what_they_need_G13(void **state)
{
	struct world *w = *state;

	mark_everything(w);
	w->f.c.risk = RISK_MODERATE;
	for (const struct letter_kind *k = letter_kinds; k->name != NULL; k++) {
		struct letter l;

		if (k->audience != AUD_DEPARTMENT)
			continue;
		l = render_with(w, k->name, &marked_words);
		only_marks_in(k->name, &l, "MARKemployee_name MARKemployee_id "
		    "MARKclient MARKdivision MARKbrief MARKcategory "
		    "MARKdetail");
		has(k->name, l.text, "MARKbrief");
	}
}

static void
test_departments_get_no_facts_of_risky_cases_DR8(void **state)
{
	static const enum risk risks[] = { RISK_HIGH, RISK_CONFIDENTIAL };
	struct world *w = *state;

	mark_everything(w);
	for (size_t i = 0; i < 2; i++) {
		w->f.c.risk = risks[i];
		for (const struct letter_kind *k = letter_kinds;
		    k->name != NULL; k++) {
			struct letter l;

			if (k->audience != AUD_DEPARTMENT)
				continue;
			l = render_with(w, k->name, &marked_words);
			only_marks_in(k->name, &l, "");
			has(k->name, l.text, "confidential");
			has(k->name, l.text, "phone");
		}
	}
}

/* A department may send a command too, and is answered. */
static void
test_answers_to_commands_hold_only_the_answer_G13(void **state)
{
	struct world *w = *state;
	struct letter l;

	mark_everything(w);
	l = render_with(w, "command-reply", &marked_words);
	only_marks_in("command-reply", &l, "MARKreason MARKdetail");
}

/* Subject and first 100 characters are what a phone shows on its lock
 * screen: nothing of the case stands there, whoever the reader is. */
static void
test_previews_say_nothing_of_the_case_DR8(void **state)
{
	struct world *w = *state;

	mark_everything(w);
	w->f.c.public_title = "Your question";
	for (const struct letter_kind *k = letter_kinds; k->name != NULL; k++) {
		struct letter l = render_with(w, k->name, &marked_words);
		/* An alarm is of the machine: its subject is the news. */
		bool is_alarm = str_eq(k->name, "alarm");
		const char *names = is_alarm ? "MARKreason MARKdetail" :
		    "MARKemployee_name MARKreason";
		char *seen = visible(w->a, l.html);
		size_t n = strlen(seen);

		only_marks(k->name, l.subject, is_alarm ? names : "");
		seen[n < 100 ? n : 100] = '\0';
		only_marks(k->name, seen, "");
		n = strlen(l.text);
		only_marks(k->name, arena_strndup(w->a, l.text,
		    n < 100 ? n : 100), names);
	}
}

/* --- loading --- */

struct one_file {
	const char *name; /* the template that is changed */
	const char *text;
};

static enum rc
read_changed(void *ctx, struct arena *a, const char *path, char **out,
    size_t *len, struct err *e)
{
	const struct one_file *f = ctx;

	if (strstr(path, f->name) != NULL) {
		*out = arena_strdup(a, f->text);
		*len = f->text == NULL ? 0 : strlen(f->text);
		return f->text == NULL ? RC_NONE : RC_OK;
	}
	return strstr(path, "/en/") != NULL
	    ? fsx_read(a, path, 1 << 20, out, len, e) : RC_NONE;
}

static enum rc
load_changed(struct world *w, const char *name, const char *text,
    struct problems *probs, const struct templates **t)
{
	static const char *const languages[] = { "en", "de" };
	struct one_file f = { name, text };
	struct policy_io io = { &f, read_changed };

	*probs = (struct problems){ .a = w->a };
	return templates_load(&io, "templates", languages, 2, w->a, t, probs);
}

#define FRONT "---\npreheader: p\nwhy: w\n---\n"

static void
test_internal_fields_cannot_be_named_G13(void **state)
{
	static const char *const templates[] = { "ack", "status-request" };
	struct world *w = *state;
	const struct tfield *all = letter_fields_declared(
	    letter_kind_find("escalation-lead"), w->a);
	const struct templates *t;
	struct problems probs;

	for (size_t i = 0; i < 2; i++) {
		const struct tfield *theirs = letter_fields_declared(
		    letter_kind_find(templates[i]), w->a);
		size_t refused = 0;

		for (const struct tfield *f = all; f->name != NULL; f++) {
			const struct tfield *k = theirs;

			while (k->name != NULL && strcmp(k->name, f->name) != 0)
				k++;
			if (k->name != NULL)
				continue;
			refused++;
			assert_int_equal(load_changed(w, arena_printf(w->a,
			    "/en/%s.md", templates[i]), arena_printf(w->a,
			    FRONT "# a\n\n{{#%s}}x{{/%s}}\n", f->name,
			    f->name), &probs, &t), RC_BAD);
			assert_int_equal(probs.v[0].line, 7);
			assert_string_equal(probs.v[0].key, f->name);
		}
		assert_true(refused > 20);
	}
}

static void
test_mistakes_in_templates_M11_are_errors(void **state)
{
	static const struct {
		const char *name, *text, *says;
	} tests[] = {
		{ "no file at all", NULL, "missing" },
		{ "no settings", "# a\n", "must begin with ---" },
		{ "settings that are never closed", "---\nwhy: x\n# a\n",
		    "never closed" },
		{ "a setting nobody knows", "---\npreheader: p\nwhy: w\n"
		    "color: red\n---\n# a\n", "is unknown" },
		{ "a setting that stands twice", "---\npreheader: p\nwhy: w\n"
		    "why: w\n---\n# a\n", "stands twice" },
		{ "no preheader", "---\nwhy: w\n---\n# a\n", "is missing" },
		{ "no reason why it comes", "---\npreheader: p\n---\n# a\n",
		    "says why it comes" },
		{ "a subject of its own", "---\nsubject: s\npreheader: p\n"
		    "why: w\n---\n# a\n", "TH-5" },
		{ "no heading", FRONT "a\n", "must be the heading" },
		{ "an unknown field", FRONT "# a\n{{nobody_knows}}\n",
		    "unknown field" },
		{ "an unknown field in an action", "---\npreheader: p\nwhy: w\n"
		    "action: {{x}} | y\n---\n# a\n", "unknown field" },
		{ "an action without a command", "---\npreheader: p\nwhy: w\n"
		    "action: x\n---\n# a\n", "label | command" },
		{ "four actions", "---\npreheader: p\nwhy: w\naction: a|b\n"
		    "action: a|b\naction: a|b\naction: a|b\n---\n# a\n",
		    "at most three" },
		{ "a list of cases in an employee's mail",
		    FRONT "# a\n\n~~~ cases decide\n~~~\n", "widgets" },
		{ "a link that is not safe",
		    FRONT "# a\n\n[x](http://a.example/)\n", "only https" },
	};
	struct world *w = *state;
	const struct templates *t;
	struct problems probs;

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		if (load_changed(w, "/en/ack.md", tests[i].text, &probs, &t) !=
		    RC_BAD)
			fail_msg("%s: was not found", tests[i].name);
		has(tests[i].name, probs.v[0].text, tests[i].says);
		has(tests[i].name, probs.v[0].file, "ack.md");
	}
}

static void
test_languages_fall_back_to_english_M11(void **state)
{
	static const struct {
		const char *language, *words;
	} tests[] = {
		{ "en", "We have your message" }, { "fr", "We have your message" },
		{ "de", "Ihre Nachricht ist da" },
		{ "de-AT", "Ihre Nachricht ist da" },
		{ "", "We have your message" },
	};
	struct world *w = *state;
	const struct templates *t;
	struct problems probs;

	assert_int_equal(load_changed(w, "/de/ack.md",
	    FRONT "# Ihre Nachricht ist da\n", &probs, &t), RC_OK);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct letter_to to;
		struct letter l;
		struct err e;

		letter_sample_to("ack", w->p, &w->f, &to);
		to.language = tests[i].language;
		assert_int_equal(letter_render(t, "ack", w->p, &w->f, &to,
		    NULL, LETTER_SAMPLE_NOW, w->a, &l, &e), RC_OK);
		has(tests[i].language, l.text, tests[i].words);
	}
}

/* --- what must be there --- */

static void
test_every_letter_is_well_made_M10(void **state)
{
	struct world *w = *state;
	const char *name;

	for (size_t i = 0; (name = templates_name(i)) != NULL; i++) {
		const struct letter_kind *k = letter_kind_find(name);
		struct letter l = render(w, name);
		bool asks = (k->flags & LETTER_REPLY) != 0;

		has(name, l.html, "<html lang=\"en\">");
		has(name, l.html, "content=\"light dark\""); /* OF-9 */
		has(name, l.html, "<h1 ");
		has(name, l.html, "You get this");
		has(name, l.text, "\n-- \nYou get this");
		has_not(name, strstr(l.html, "<h1 ") + 1, "<h1 ");
		has_not(name, l.html, "<img"); /* OF-11 */
		has_not(name, l.html, "http://");
		has_not(name, l.html, "url("); /* OF-8 */
		has_not(name, l.html, "{{");
		has_not(name, l.text, "{{");
		has_not(name, l.text, "\n\n\n");
		has_not(name, l.text, "  \n");
		assert_true(strlen(l.html) < LETTER_MAX_MAILTO + 80000);
		/* HT-8 */
		assert_int_equal(asks, strstr(l.html,
		    "-- Please reply above this line --") != NULL);
		assert_int_equal(asks, str_has_prefix(l.text,
		    "-- Please reply above this line --\n"));
		for (const char *s = l.text; *s != '\0';) { /* OF-2 */
			size_t n = strcspn(s, "\n");

			if (n > 90)
				fail_msg("%s: long line: %s", name, s);
			s += n + (s[n] == '\n');
		}
	}
}

static void
test_subjects_are_constant_TH5(void **state)
{
	struct world *w = *state;
	const char *name;

	for (size_t i = 0; (name = templates_name(i)) != NULL; i++) {
		const struct letter_kind *k = letter_kind_find(name);
		struct letter l = render(w, name);

		if ((k->flags & LETTER_CASE) == 0)
			continue;
		assert_string_equal(l.subject, k->audience == AUD_EMPLOYEE
		    ? "[ER-000412] Your payroll question"
		    : "[ER-000412] Payroll question");
	}
}

static void
test_purposes_choose_the_headers_AR18(void **state)
{
	struct world *w = *state;

	assert_string_equal(render(w, "ack").purpose, "ack");
	assert_string_equal(render(w, "command-reply").purpose, "ack");
	assert_string_equal(render(w, "reminder").purpose, "followup");
	assert_string_equal(render(w, "weekly-update").purpose, "digest");
	assert_string_equal(render(w, "lead-digest").purpose, "digest");
	assert_string_equal(render(w, "message").purpose, "agent");
}

static void
test_what_letters_say(void **state)
{
	static const struct {
		const char *id, *name, *words;
	} tests[] = {
		{ "H11 what happens next", "ack", "What happens next" },
		{ "H11 by when", "ack", "Monday 16 November" },
		{ "H11 how it is kept secret", "ack", "protect what you tell us" },
		{ "G20 weekly word", "weekly-update", "will advise you" },
		{ "G20 what happened since", "weekly-update",
		    "Thursday 5 November: We asked the responsible department" },
		{ "G20 when we write again", "weekly-update",
		    "again by Monday 16 November" },
		{ "how to reopen TH-14", "resolution",
		    "by Monday 23 November and your case is open again" },
		{ "what was done", "resolution", "> The missing two days" },
		{ "G16 a notice asks for no status", "notice",
		    "Please start on it now" },
		{ "G17 the department is asked", "status-request",
		    "tell us how ER-000412 stands" },
		{ "CT-9 date with zone and offset", "status-request",
		    "Nov 2026, 10:00 EST (UTC\xe2\x88\x92" "05:00)" },
		{ "G18 when it was asked before", "reminder",
		    "on Tue 3 Nov and Thu 5 Nov" },
		{ "G19 the lead sees the story", "escalation-lead",
		    "Called twice, left a message." },
		{ "G19 and who comes next", "escalation-lead",
		    "leadership of Payroll (Ray Tan)" },
		{ "G1 and what is missing", "escalation-lead", "Missing     type" },
		{ "G6 warned before", "due-warning", "is due Tue 10 Nov, 10:00" },
		{ "G14 a person confirms", "confirm-resolution",
		    "> Done: paid with the extra run" },
		{ "G10 unseen attachments", "confirm-resolution",
		    "run_1106.xlsx (21 KB)" },
		{ "M9 refused with the reason", "command-reply",
		    "Refused: \"top\" is no priority" },
		{ "M4 unverified mail is shown", "unverified",
		    "from my private address" },
		{ "BN-13 the owner is told", "undeliverable", "came back (5.1.1)" },
		{ "commands stand as text OF-13", "escalation-lead",
		    "Escalate now  Reply with: #escalate" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		has(tests[i].id, render(w, tests[i].name).text, tests[i].words);
}

static void
test_buttons_are_written_mails_OF13(void **state)
{
	struct world *w = *state;
	const char *html = render(w, "escalation-lead").html;

	has("address, subject, command", html,
	    "href=\"mailto:er%2Bk4f9@example.com?subject=%5BER-000412%5D"
	    "&amp;body=%23escalate\"");
	has("words still to come", html, "body=%23assign%20\"");
	has("blanks are %20", html,
	    "body=%23wait%20department%202%20business%20days\"");
}

static void
test_mailto_is_bounded_OF13(void **state)
{
	struct world *w = *state;
	struct str long_body = { 0 }, out = { 0 };

	for (int i = 0; i < 2000; i++)
		str_add(&long_body, "\xc3\xbc\n");
	letter_mailto(&out, w->p->address, "[ER-000412]", long_body.s);
	assert_true(out.len <= LETTER_MAX_MAILTO);
	has("line break", out.s, "%C3%BC%0D%0A");
	assert_true(out.s[out.len - 3] == '%');
	str_fini(&long_body);
	str_fini(&out);
}

static void
test_hostile_words_stay_words(void **state)
{
	struct world *w = *state;
	struct letter_more more = { "", "<script>alert(1)</script>\n# head\n"
	    "[x](https://evil.example/)\n~~~ cases decide\n~~~\n\n"
	    "| a | b |\n|---|---|\n\n-- Please reply above this line --",
	    NULL };
	struct letter l;

	w->f.c.employee_name = "**Ann** <b onclick=x> [me](https://evil.example)";
	l = render_with(w, "new-mail", &more);
	has_not("no script", l.html, "<script");
	has_not("no link", l.html, "href=\"https://evil");
	has_not("no tag", l.html, "<b onclick");
	has("words are shown", l.html, "&lt;script&gt;alert(1)");
	has("also in text", l.text, "> <script>alert(1)</script>\n> # head");
	has("names too", l.html, "**Ann** &lt;b onclick=x&gt;");
}

static void
test_long_words_are_cut(void **state)
{
	struct world *w = *state;
	struct str b = { 0 };
	struct letter_more more = { "", "", NULL };

	for (int i = 0; i < 100000; i++)
		str_add(&b, "*long* ");
	more.detail = b.s;
	assert_true(strlen(render_with(w, "new-mail", &more).html) < 80000);
	str_fini(&b);
}

static void
test_unknown_names_are_refused(void **state)
{
	struct world *w = *state;
	struct letter_to to = { .language = "en" };
	struct letter l;
	struct err e;

	assert_int_equal(letter_render(w->t, "nonsense", w->p, &w->f, &to,
	    NULL, LETTER_SAMPLE_NOW, w->a, &l, &e), RC_BAD);
	assert_int_equal(letter_render(w->t, "ack", w->p, NULL, &to,
	    NULL, LETTER_SAMPLE_NOW, w->a, &l, &e), RC_BAD);
	assert_null(templates_name(1000));
	assert_int_equal(templates_audience("ack"), AUD_EMPLOYEE);
	assert_int_equal(templates_audience("status-request"), AUD_DEPARTMENT);
	assert_int_equal(templates_audience("lead-digest"), AUD_INTERNAL);
}

#define FRESH(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FRESH(test_employees_never_see_internal_words_G13),
		FRESH(test_departments_see_only_what_they_need_G13),
		FRESH(test_departments_get_no_facts_of_risky_cases_DR8),
		FRESH(test_answers_to_commands_hold_only_the_answer_G13),
		FRESH(test_previews_say_nothing_of_the_case_DR8),
		FRESH(test_internal_fields_cannot_be_named_G13),
		FRESH(test_mistakes_in_templates_M11_are_errors),
		FRESH(test_languages_fall_back_to_english_M11),
		FRESH(test_every_letter_is_well_made_M10),
		FRESH(test_subjects_are_constant_TH5),
		FRESH(test_purposes_choose_the_headers_AR18),
		FRESH(test_what_letters_say),
		FRESH(test_buttons_are_written_mails_OF13),
		FRESH(test_mailto_is_bounded_OF13),
		FRESH(test_hostile_words_stay_words),
		FRESH(test_long_words_are_cut),
		FRESH(test_unknown_names_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
