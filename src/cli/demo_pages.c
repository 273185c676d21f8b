/* demo_pages.c - the mails of a demo as files, and the page about it. */
#include "cli/demo.h"

#include "base/str.h"
#include "core/page.h"
#include "mail/codec.h"
#include "mail/header.h"
#include "mail/token.h"
#include "store/casefile_store.h"
#include "store/history_store.h"
#include "store/outbox_store.h"

#include <stdlib.h>
#include <string.h>

struct writer {
	struct demo *d;
	struct casefile *cases;
	struct page_event *v;
	size_t n_cases, n, cap;
};

/* ---- files ------------------------------------------------------------- */

/* The HTML of a mail of ours; NULL: it has none. */
static const char *
html_part(const char *bytes, struct arena *a, size_t *len)
{
	const char *part = strstr(bytes, "\r\nContent-Type: text/html");
	struct headers h;
	const char *end;
	size_t n;

	if (part == NULL)
		return NULL;
	part += 2;
	n = strlen(part);
	header_scan(part, n, a, &h);
	end = memmem(part + h.body_at, n - h.body_at, "\r\n--", 4);
	n = end == NULL ? n : (size_t)(end - part);
	return codec_body(a, header_get(&h, "Content-Transfer-Encoding"),
	    part + h.body_at, n - h.body_at, len);
}

/* "2026-11-02", in the zone of the desk */
static const char *
day_of(const struct demo *d, cw_time t, struct arena *a)
{
	struct civil c;

	(void)zone_civil(d->app.policy.calendar->zone, t, &c, NULL);
	return arena_printf(a, "%04d-%02d-%02d", c.year, c.month, c.day);
}

static size_t
group_of(const struct writer *w, int64_t case_no)
{
	for (size_t i = 0; i < w->n_cases; i++)
		if (w->cases[i].no == case_no)
			return i;
	return w->n_cases;
}

static struct page_event *
add_event(struct writer *w, cw_time at, int64_t case_no)
{
	struct page_event *e = ARENA_PUSH(w->d->a, w->v, w->n, w->cap);

	*e = (struct page_event){ .at = at, .who = "", .kind = "",
		.template = "", .subject = "", .why = "", .eml = "",
		.html = "", .label = "", .group = group_of(w, case_no) };
	return e;
}

static enum rc
add_in(struct writer *w, struct demo_mail *m, size_t i, struct err *e)
{
	struct arena *a = w->d->a;
	struct page_event *ev = add_event(w, m->at, m->case_no);

	m->copy = arena_printf(a, "inbox/%04zu-%s-%s.eml", i + 1,
	    day_of(w->d, m->at, a), m->file);
	ev->mark = PAGE_IN;
	ev->who = m->from;
	ev->kind = "mail in";
	ev->subject = m->words;
	ev->eml = m->copy;
	return demo_folder_put(w->d, m->copy, m->bytes, m->len, e);
}

/* ---- mails out --------------------------------------------------------- */

/* What stands at a step of the ladder in the plot; NULL: it is no step. */
static const char *
step_label(const char *template_name)
{
	static const char *const steps[][2] = {
		{ "status-request", "ask" },
		{ "reminder", "again" },
		{ "escalation-lead", "lead" },
		{ "escalation-leadership", "leadership" },
		{ "escalation-supervisor", "chain" },
		{ "escalation-intake", "at once" },
	};

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (str_eq(steps[i][0], template_name))
			return steps[i][1];
	return NULL;
}

static enum rc
add_out(struct writer *w, const struct outbox_mail *m, struct err *e)
{
	struct arena *a = w->d->a;
	const char *stem = arena_printf(a, "mails/%04lld-%s-%s%s%s",
	    (long long)m->id, day_of(w->d, m->sent_at, a), m->template,
	    m->case_no == 0 ? "" : "-", m->case_no == 0 ? "" :
	    token_number(a, m->case_no));
	const char *label = step_label(m->template), *html;
	struct page_event *ev = add_event(w, m->sent_at, m->case_no);
	size_t len = 0;
	enum rc rc;

	ev->mark = label != NULL ? PAGE_CLIMB : PAGE_OUT;
	ev->label = label != NULL ? label : "";
	ev->who = arena_strdup(a, m->rcpt_name);
	ev->kind = "mail out";
	ev->template = arena_strdup(a, m->template);
	ev->subject = arena_strdup(a, m->subject);
	ev->why = arena_strdup(a, m->why);
	ev->eml = arena_printf(a, "%s.eml", stem);
	w->d->n_out++;
	rc = demo_folder_put(w->d, ev->eml, m->bytes, m->len, e);
	if (rc != RC_OK || (html = html_part(m->bytes, a, &len)) == NULL)
		return rc;
	ev->html = arena_printf(a, "%s.html", stem);
	return demo_folder_put(w->d, ev->html, html, len, e);
}

static enum rc
add_outs(struct writer *w, struct err *e)
{
	struct arena *a = arena_new();
	struct outbox_mail m;
	enum rc rc = RC_OK;

	for (int64_t id = 1; rc == RC_OK; id++) {
		arena_reset(a);
		rc = outbox_store_get(w->d->app.db, id, a, &m, e);
		if (rc == RC_OK && str_eq(m.state, "sent"))
			rc = add_out(w, &m, e);
	}
	arena_free(&a);
	return rc == RC_NONE ? RC_OK : rc;
}

/* ---- what became of the cases ------------------------------------------ */

static bool
is_turn(const char *kind)
{
	return str_eq(kind, "breach") || str_eq(kind, "resolved") ||
	    str_eq(kind, "reopened") || str_eq(kind, "closed");
}

static enum rc
add_turns(struct writer *w, int64_t case_no, struct err *e)
{
	struct history_line *v;
	size_t n = 0;
	enum rc rc = history_store_list(w->d->app.db, case_no, 0, w->d->a, &v,
	    &n, e);

	for (size_t i = 0; i < n; i++)
		if (is_turn(v[i].kind)) {
			struct page_event *ev = add_event(w, v[i].at, case_no);

			ev->mark = PAGE_CHANGE;
			ev->who = "";
			ev->kind = v[i].kind;
			ev->label = str_eq(v[i].kind, "breach") ? "" :
			    v[i].kind;
			ev->subject = v[i].text;
		}
	return rc == RC_NONE ? RC_OK : rc;
}

static int
by_time(const void *a, const void *b)
{
	const struct page_event *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->mark != y->mark ? (x->mark == PAGE_IN ? -1 :
	    y->mark == PAGE_IN ? 1 : strcmp(x->eml, y->eml)) :
	    strcmp(x->eml, y->eml);
}

/* ---- the page ---------------------------------------------------------- */

static struct page_group *
groups_of(const struct writer *w)
{
	const struct demo *d = w->d;
	struct page_group *v = arena_array(d->a, w->n_cases, sizeof(*v));

	for (size_t i = 0; i < w->n_cases; i++) {
		const struct casefile *c = &w->cases[i];
		const struct department *dep = policy_department(
		    &d->app.policy, c->department);

		v[i] = (struct page_group){ token_number(d->a, c->no),
			c->employee_name, arena_printf(d->a, "%s  %s",
			token_number(d->a, c->no), c->subject),
			arena_printf(d->a, "%s, priority %s, %s. %s%s.",
			dep != NULL ? dep->name : c->department,
			priority_name(c->priority),
			case_state_words(c->state),
			case_state_is_open(c->state) ? "Due " :
			"Opened ", calendar_format_day(d->a,
			d->app.policy.calendar, case_state_is_open(c->state) ?
			c->due_at : c->opened_at)) };
	}
	return v;
}

static size_t
count_open(const struct writer *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n_cases; i++)
		n += case_state_is_open(w->cases[i].state);
	return n;
}

static enum rc
write_page(const struct writer *w, struct err *e)
{
	struct demo *d = w->d;
	const struct calendar *cal = d->app.policy.calendar;
	const struct page p = {
		.title = arena_printf(d->a, "Six weeks, %zu cases: no due date"
		    " expired unseen", w->n_cases),
		.eyebrow = arena_printf(d->a, "caseward demo, %s to %s %.4s,"
		    " New York time", calendar_format_day(d->a, cal, d->from),
		    calendar_format_day(d->a, cal, d->until),
		    day_of(d, d->until, d->a)),
		.lead = arena_printf(d->a, "%zu mails came in, %zu went out."
		    " %zu cases are open, each with its next step ahead.",
		    d->n, d->n_out, count_open(w)),
		.calendar = cal, .events = w->v, .n_events = w->n,
		.groups = groups_of(w), .n_groups = w->n_cases,
		.rest = "Work lists, digests, and mail of no case" };
	struct str out = { 0 };
	enum rc rc;

	page_timeline(&p, d->a, &out);
	rc = demo_folder_put(d, "index.html", out.s, out.len, e);
	str_fini(&out);
	return rc;
}

enum rc
demo_pages_write(struct demo *d, struct err *e)
{
	const struct case_filter all = { .owner = "", .team = "",
		.department = "", .employee_email = "", .state = "",
		.is_open = -1 };
	struct writer w = { .d = d };
	enum rc rc = casefile_store_list(d->app.db, &all, d->a, &w.cases,
	    &w.n_cases, e);

	for (size_t i = 0; i < d->n && rc == RC_OK; i++)
		rc = add_in(&w, &d->v[i], i, e);
	if (rc == RC_OK)
		rc = add_outs(&w, e);
	for (size_t i = 0; i < w.n_cases && rc == RC_OK; i++)
		rc = add_turns(&w, w.cases[i].no, e);
	if (rc != RC_OK)
		return rc;
	qsort(w.v, w.n, sizeof(*w.v), by_time);
	return write_page(&w, e);
}
