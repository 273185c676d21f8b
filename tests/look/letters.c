/*
 * letters.c - every template with the sample's facts, as files to look at.
 *
 *	letters DIR [LANGUAGE]     writes DIR/NAME.html, DIR/NAME.txt, DIR/page.html
 */
#include "../unit/fixture_letter.h"

#include "core/page.h"

#include <string.h>

/* One of no label and no group of its own. */
#define EVENT(...) { __VA_ARGS__, NULL, 0 }

static void
write_file(const char *dir, const char *name, const char *suffix,
    const char *text)
{
	struct arena *a = arena_new();
	struct err e;

	if (fsx_write_atomic(arena_printf(a, "%s/%s%s", dir, name, suffix),
	    text, strlen(text), 0644, &e) != RC_OK)
		die("%s", e.text);
	arena_free(&a);
}

static void
render(const struct templates *t, const struct policy *p, const char *name,
    const char *file, const struct case_facts *f, const struct digest *d,
    const char *dir, struct arena *a)
{
	struct letter_more more = { .digest = d };
	struct letter_to to;
	struct letter l;
	struct err e;

	letter_sample_words(name, &more);
	letter_sample_to(name, p, f, &to);
	to.language = p->language;
	if (letter_render(t, name, p, f, &to, &more, LETTER_SAMPLE_NOW, a, &l,
	    &e) != RC_OK)
		die("%s: %s", name, e.text);
	write_file(dir, file, ".html", l.html);
	write_file(dir, file, ".txt", arena_printf(a, "Subject: %s\n\n%s",
	    l.subject, l.text));
}

/* The page that `demo` writes, with one case on it. */
static void
render_page(const struct policy *p, const char *dir, struct arena *a)
{
	const cw_time t = LETTER_SAMPLE_NOW - 7 * CW_DAY + CW_HOUR;
	const struct page_event events[] = {
		EVENT(t, PAGE_IN, "Robin Vale", "mail-in", "", "Pay missing",
		    "opened ER-000412", "ack.txt", ""),
		EVENT(t, PAGE_OUT, "Robin Vale", "mail-out", "ack",
		    "[ER-000412] Your payroll question", "", "ack.txt",
		    "ack.html"),
		EVENT(t, PAGE_OUT, "Payroll", "mail-out", "notice",
		    "[ER-000412] Payroll question", "", "notice.txt",
		    "notice.html"),
		EVENT(t + CW_DAY, PAGE_OUT, "Payroll", "mail-out",
		    "status-request", "[ER-000412] Payroll question", "step 1",
		    "status-request.txt", "status-request.html"),
		EVENT(t + 3 * CW_DAY, PAGE_OUT, "Payroll", "mail-out", "reminder",
		    "[ER-000412] Payroll question", "step 2", "reminder.txt",
		    "reminder.html"),
		EVENT(t + 7 * CW_DAY, PAGE_CLIMB, "Dana Ruiz (lead)", "mail-out",
		    "escalation-lead", "[ER-000412] Payroll question",
		    "step 3: no answer since Thu 5 Nov", "",
		    "escalation-lead.html"),
		EVENT(t + 7 * CW_DAY, PAGE_OUT, "Robin Vale", "mail-out",
		    "weekly-update", "[ER-000412] Your payroll question", "",
		    "", "weekly-update.html"),
		EVENT(t + 8 * CW_DAY, PAGE_CLIMB, "Ray Tan (Payroll)", "mail-out",
		    "escalation-leadership", "[ER-000412] Payroll question",
		    "step 4", "", "escalation-leadership.html"),
		EVENT(t + 9 * CW_DAY, PAGE_IN, "Payroll", "mail-in", "",
		    "Re: [ER-000412] Payroll question",
		    "reads like a resolution", "", ""),
		EVENT(t + 9 * CW_DAY + CW_HOUR, PAGE_CHANGE, "", "state", "",
		    "resolved", "by Lee Okafor", "", ""),
		EVENT(t + 9 * CW_DAY + CW_HOUR, PAGE_OUT, "Robin Vale", "mail-out",
		    "resolution", "[ER-000412] Your payroll question", "", "",
		    "resolution.html"),
	};
	const struct page page = { .title = "One case, ten days, no due date "
	    "expired", .eyebrow = "Employee Relations \xc2\xb7 demo",
	    .lead = "Payroll stayed silent until its leadership was asked; "
	    "the employee heard from us every week.",
	    .calendar = p->calendar, .events = events,
	    .n_events = sizeof(events) / sizeof(events[0]) };
	struct str out = { 0 };

	page_timeline(&page, a, &out);
	write_file(dir, "page", ".html", out.s);
	str_fini(&out);
}

int
main(int argc, char **argv)
{
	struct arena *a = arena_new();
	const struct templates *t = fixture_templates(a);
	struct policy *p = fixture_policy(a);
	struct case_facts f, secret;
	struct digest d, nothing = { .for_name = "Dana Ruiz", .open = 12 };
	const char *name;

	if (argc < 2 || argc > 3 || t == NULL)
		return 2;
	p->language = argc == 3 ? argv[2] : "en";
	letter_sample(p, a, &f, &d);
	render_page(p, argv[1], a);
	for (size_t i = 0; (name = templates_name(i)) != NULL; i++)
		render(t, p, name, name, &f, &d, argv[1], a);
	/* the same, when there is something to hide or nothing to say */
	secret = f;
	secret.c.risk = RISK_CONFIDENTIAL;
	secret.n_history = 0;
	render(t, p, "ack", "ack-confidential", &secret, &d, argv[1], a);
	render(t, p, "notice", "notice-confidential", &secret, &d, argv[1], a);
	render(t, p, "weekly-update", "weekly-update-no-news", &secret, &d,
	    argv[1], a);
	render(t, p, "work-list", "work-list-empty", &f, &nothing, argv[1], a);
	render(t, p, "lead-digest", "lead-digest-empty", &f, &nothing, argv[1],
	    a);
	arena_free(&a);
	return 0;
}
