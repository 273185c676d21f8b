/* letter_fields.c - the table of templates and the tables of fields. */
#include "core/letter_fields.h"

#include "base/str.h"

#include <string.h>

#define E (1u << AUD_EMPLOYEE)
#define D (1u << AUD_DEPARTMENT)
#define I (1u << AUD_INTERNAL)
#define STORY_MAX 12   /* lines of history in a letter */
#define WORDS_MAX 4000 /* bytes of somebody's words in a letter */

#define ANY "any_" /* {{#any_story}}: is there a line? */

#define CASE LETTER_CASE
#define REPLY LETTER_REPLY

const struct letter_kind letter_kinds[] = {
	{ "ack", AUD_EMPLOYEE, "ack", CASE | REPLY },
	{ "weekly-update", AUD_EMPLOYEE, "digest", CASE | REPLY },
	{ "waiting-employee", AUD_EMPLOYEE, "followup",
	    CASE | REPLY | LETTER_WORDS },
	{ "resolution", AUD_EMPLOYEE, "followup", CASE | REPLY | LETTER_WORDS },
	{ "closing", AUD_EMPLOYEE, "followup", CASE | REPLY },
	{ "message", AUD_EMPLOYEE, "agent", CASE | REPLY | LETTER_WORDS },

	{ "notice", AUD_DEPARTMENT, "followup", CASE | REPLY },
	{ "status-request", AUD_DEPARTMENT, "followup", CASE | REPLY },
	{ "reminder", AUD_DEPARTMENT, "followup", CASE | REPLY },
	{ "escalation-leadership", AUD_DEPARTMENT, "followup", CASE | REPLY },

	{ "escalation-lead", AUD_INTERNAL, "followup", CASE | REPLY },
	{ "escalation-supervisor", AUD_INTERNAL, "followup", CASE | REPLY },
	{ "escalation-intake", AUD_INTERNAL, "followup", CASE | REPLY },
	{ "assigned", AUD_INTERNAL, "followup", CASE | REPLY },
	{ "call-task", AUD_INTERNAL, "followup", CASE | REPLY },
	{ "due-warning", AUD_INTERNAL, "followup", CASE | REPLY },
	{ "undeliverable", AUD_INTERNAL, "followup", CASE | REPLY },
	{ "confirm-resolution", AUD_INTERNAL, "followup", CASE | REPLY },
	{ "new-mail", AUD_INTERNAL, "followup", CASE | REPLY },
	{ "absence", AUD_INTERNAL, "followup", CASE | REPLY },
	{ "unverified", AUD_INTERNAL, "followup", CASE | REPLY },
	{ "command-reply", AUD_INTERNAL, "ack", CASE | REPLY | LETTER_OURS },

	{ "quarantine", AUD_INTERNAL, "followup", LETTER_OURS },
	{ "finding", AUD_INTERNAL, "followup", LETTER_OURS },
	{ "alarm", AUD_INTERNAL, "followup", LETTER_OURS },
	{ "help", AUD_INTERNAL, "ack", LETTER_OURS },
	{ "work-list", AUD_INTERNAL, "digest", LETTER_DIGEST },
	{ "lead-digest", AUD_INTERNAL, "digest", LETTER_DIGEST },
	{ "handover", AUD_INTERNAL, "followup", LETTER_DIGEST },
	{ "handback", AUD_INTERNAL, "followup", LETTER_DIGEST },
	{ NULL, AUD_N, NULL, 0 },
};

const struct letter_kind *
letter_kind_find(const char *name)
{
	for (const struct letter_kind *k = letter_kinds; k->name != NULL; k++)
		if (str_eq(k->name, name))
			return k;
	return NULL;
}

bool
letter_is_confidential(const struct case_facts *f)
{
	return f != NULL && f->c.risk >= RISK_HIGH;
}

const char *
letter_say(const struct letter_ctx *x, const char *english)
{
	return phrases_say(x->phrases, x->a, english);
}

/* "Your " in the language of the title, which may have stayed English. */
static size_t
your_length(const struct letter_ctx *x, const char *title)
{
	const char *const yours[] = { x->w->your, words_for("en")->your };

	for (size_t i = 0; i < sizeof(yours) / sizeof(yours[0]); i++)
		if (str_has_prefix(title, yours[i]) &&
		    title[strlen(yours[i])] != '\0')
			return strlen(yours[i]);
	return 0;
}

const char *
letter_title(const struct letter_ctx *x)
{
	const char *title = letter_say(x, x->f->c.public_title), *rest;

	if (str_is_empty(title))
		title = letter_say(x, x->p->desk_name);
	if (x->kind->audience == AUD_EMPLOYEE ||
	    (rest = title + your_length(x, title)) == title)
		return title;
	if (*rest < 'a' || *rest > 'z')
		return rest;
	return arena_printf(x->a, "%c%s", *rest - 'a' + 'A', rest + 1);
}

/* --- small questions --- */

static const char *
text_or(const char *s)
{
	return s != NULL ? s : "";
}

static const struct calendar *
zone_of(const struct letter_ctx *x)
{
	return x->to->calendar != NULL ? x->to->calendar : x->p->calendar;
}

/* Employees read "Monday 9 November", others "Mon 9 Nov". */
static const char *
day(const struct letter_ctx *x, cw_time t)
{
	return words_day(x->a, x->w, zone_of(x), t,
	    x->kind->audience == AUD_EMPLOYEE);
}

static const char *
date(const struct letter_ctx *x, cw_time t)
{
	return words_date(x->a, x->w, zone_of(x), t);
}

static const char *
cut(const struct letter_ctx *x, const char *s)
{
	s = text_or(s);
	return arena_strndup(x->a, s, utf8_cut(s, strlen(s), WORDS_MAX));
}

/* A person's words; "[This mail is encrypted ...]" above them is ours. */
static const char *
quoted(const struct letter_ctx *x, const char *words)
{
	const char *s = cut(x, words);
	size_t n = strcspn(s, "\n");

	if (n < 2 || s[0] != '[' || s[n - 1] != ']')
		return s;
	return arena_printf(x->a, "[%s]%s", letter_say(x, arena_strndup(x->a,
	    s + 1, n - 2)), s + n);
}

static const struct department *
department(const struct letter_ctx *x)
{
	return case_department(&x->f->c, x->p);
}

static const struct category *
category(const struct letter_ctx *x)
{
	return policy_category(x->p, x->f->c.category);
}

static const char *
number(const struct letter_ctx *x, int64_t n)
{
	return n == 0 ? "" : arena_printf(x->a, "%lld", (long long)n);
}

static const char *
flag(bool on)
{
	return on ? "yes" : "";
}

/* --- for everybody --- */

#define TEXT(fn, expr)                                                     \
	static const char *fn(const struct letter_ctx *x)                  \
	{                                                                  \
		return (expr);                                             \
	}

TEXT(f_case, case_number(&x->f->c, x->a))
TEXT(f_title, letter_title(x))
TEXT(f_desk, letter_say(x, x->p->desk_name))
TEXT(f_org, x->p->org_name)
TEXT(f_desk_phone, x->p->desk_phone)
TEXT(f_address, x->p->address)
TEXT(f_name, x->to->name)
TEXT(f_today, day(x, x->now))
TEXT(f_opened_day, day(x, x->f->c.opened_at))
TEXT(f_confidential, flag(letter_is_confidential(x->f)))

/* --- for the employee --- */

TEXT(f_next_word_day, day(x, calendar_add(zone_of(x), x->now, x->p->weekly)))
TEXT(f_close_day, day(x, calendar_add(zone_of(x), x->now, x->p->close_after)))
TEXT(f_wait_day, day(x, x->f->c.waiting_until))

static const char *
f_reopen_day(const struct letter_ctx *x)
{
	const struct casefile *c = &x->f->c;
	cw_time from = c->closed_at > c->resolved_at ? c->closed_at
	    : c->resolved_at;

	return day(x, calendar_add(zone_of(x), from != 0 ? from : x->now,
	    x->p->reopen_within));
}

static const char *
f_department_public(const struct letter_ctx *x)
{
	const struct department *d = department(x);

	return d == NULL || letter_is_confidential(x->f) ? ""
	    : letter_say(x, d->name);
}

/* Words that were written for this reader. */
static const char *
public_words(const struct letter_ctx *x)
{
	if ((x->kind->flags & LETTER_WORDS) == 0)
		return "";
	return cut(x, str_is_empty(x->more->detail) ? x->more->reason
	    : x->more->detail);
}

static const char *
f_resolution(const struct letter_ctx *x)
{
	return str_is_empty(x->f->c.resolution) ? public_words(x)
	    : cut(x, x->f->c.resolution);
}

/* --- for the department: facts only while the case is no secret --- */

#define OPEN_FACT(fn, expr)                                                \
	static const char *fn(const struct letter_ctx *x)                  \
	{                                                                  \
		return x->kind->audience != AUD_INTERNAL &&                \
		    letter_is_confidential(x->f) ? "" : (expr);            \
	}

OPEN_FACT(f_category, category(x) != NULL ? letter_say(x, category(x)->name)
    : "")
OPEN_FACT(f_employee, x->f->c.employee_name)
OPEN_FACT(f_employee_id, x->f->c.employee_id)
OPEN_FACT(f_client, x->f->c.client)
OPEN_FACT(f_division, x->f->c.division)
OPEN_FACT(f_brief, x->f->c.brief)

static const char *
f_words(const struct letter_ctx *x)
{
	if (x->kind->audience == AUD_EMPLOYEE)
		return public_words(x);
	return letter_is_confidential(x->f) ? "" : quoted(x, x->more->detail);
}

/* When an answer is hoped for: before the next step is climbed. */
static cw_time
answer_by(const struct letter_ctx *x)
{
	if (x->f->c.step_due_at > x->now)
		return x->f->c.step_due_at;
	return calendar_add(case_department_calendar(&x->f->c, x->p), x->now,
	    x->p->ladder.answer_grace);
}

TEXT(f_answer_by, date(x, answer_by(x)))
TEXT(f_answer_by_day, day(x, answer_by(x)))

static const char *
f_days_open(const struct letter_ctx *x)
{
	int64_t n = words_nights(zone_of(x), x->f->c.opened_at, x->now);

	return n < 1 ? "" : n == 1 ? x->w->day_open
	    : arena_printf(x->a, "%lld%s", (long long)n, x->w->days_open);
}

/* --- internal --- */

TEXT(f_department, department(x) != NULL ? letter_say(x, department(x)->name)
    : "")
TEXT(f_employee_email, x->f->c.employee_email)
TEXT(f_type, letter_say(x, x->f->c.type))
TEXT(f_subject, x->f->c.subject)
TEXT(f_priority, letter_say(x, priority_name(x->f->c.priority)))
TEXT(f_risk, letter_say(x, risk_name(x->f->c.risk)))
TEXT(f_state, letter_say(x, case_state_words(x->f->c.state)))
TEXT(f_due, date(x, x->f->c.due_at))
TEXT(f_due_day, words_day_time(x->a, x->w, zone_of(x), x->f->c.due_at))
TEXT(f_overdue, flag(x->f->c.due_at != 0 && x->f->c.due_at <= x->now))
TEXT(f_breaches, number(x, x->f->c.breaches))
TEXT(f_answered_day, day(x, x->f->c.department_answered_at))
TEXT(f_next_step, x->f->c.step_due_at > x->now ? date(x, x->f->c.step_due_at)
    : "")
TEXT(f_reason, letter_say(x, cut(x, x->more->reason)))
TEXT(f_detail, (x->kind->flags & LETTER_OURS) == 0 ? quoted(x, x->more->detail)
    : phrases_say_lines(x->phrases, x->a, cut(x, x->more->detail)))
TEXT(f_escalated_why, letter_say(x, x->f->c.escalated_why))
TEXT(f_stoppage, x->f->c.stoppage_reason)
TEXT(f_proposed, flag(x->f->c.resolution_proposed))
TEXT(f_in_attachment, flag(x->f->c.resolution_in_attachment))
TEXT(f_check_employee, flag(x->f->c.needs_directory_check))
TEXT(f_lead, case_lead(&x->f->c, x->p)->name)

#define OWNER(fn, member)                                                  \
	static const char *fn(const struct letter_ctx *x)                  \
	{                                                                  \
		const struct person *o = case_owner(&x->f->c, x->p);       \
		return o != NULL ? o->member : "";                         \
	}

OWNER(f_owner, name)
OWNER(f_owner_email, email)
OWNER(f_owner_phone, phone)

#define CONTACT(fn, who, member)                                           \
	static const char *fn(const struct letter_ctx *x)                  \
	{                                                                  \
		const struct department *d = department(x);                \
		return d != NULL && d->who != NULL ? d->who->member : "";  \
	}

CONTACT(f_contact, contact, name)
CONTACT(f_contact_email, contact, email)
CONTACT(f_contact_phone, contact, phone)
CONTACT(f_leadership, leadership, name)

static const char *
f_missing(const struct letter_ctx *x)
{
	return phrases_say_list(x->phrases, x->a,
	    case_missing_words(&x->f->c, x->p, x->a));
}

/* --- lists --- */

/* A step is on the case as a note, too: told once. */
static bool
is_told_again(const struct letter_ctx *x, const struct history_line *h)
{
	const struct history_line *end = x->f->history + x->f->n_history;

	return h + 1 < end && h->at == h[1].at && str_eq(h->text, h[1].text);
}

static bool
is_visible(const struct letter_ctx *x, const struct history_line *h)
{
	if (str_eq(h->kind, "mail-out") || is_told_again(x, h))
		return false; /* the step or the event says it better */
	return x->kind->audience == AUD_INTERNAL
	    ? !str_is_empty(h->text) && !str_eq(h->kind, "review")
	    : !str_is_empty(h->public_text);
}

/* People's words stay as they were written; ours are said again. */
static const char *
history_words(const struct letter_ctx *x, const struct history_line *h)
{
	static const char *const theirs[] = { "note", "message", "resolved",
		"stoppage" };

	if (x->kind->audience != AUD_INTERNAL)
		return letter_say(x, h->public_text);
	for (size_t i = 0; i < sizeof(theirs) / sizeof(theirs[0]); i++)
		if (str_eq(h->kind, theirs[i]) && !str_eq(h->actor, "caseward"))
			return cut(x, h->text);
	return letter_say(x, cut(x, h->text));
}

/* Employees hear what happened since our last mail to them. */
static cw_time
story_since(const struct letter_ctx *x)
{
	return x->kind->audience == AUD_EMPLOYEE ? x->f->c.employee_told_at : 0;
}

static void
l_story(const struct letter_ctx *x, struct tval *list)
{
	size_t n = 0, first = x->f->n_history;

	while (first > 0 && n < STORY_MAX &&
	    x->f->history[first - 1].at > story_since(x))
		n += is_visible(x, &x->f->history[--first]);
	for (size_t i = first; i < x->f->n_history; i++) {
		const struct history_line *h = &x->f->history[i];
		struct tval *row;

		if (!is_visible(x, h))
			continue;
		row = tval_row(x->a, list);
		tval_text(x->a, row, "when", x->kind->audience == AUD_INTERNAL
		    ? words_day_time(x->a, x->w, zone_of(x), h->at)
		    : day(x, h->at));
		tval_text(x->a, row, "what", history_words(x, h));
	}
}

/* "status-request to kim@example.com" is the line of a mail that went out. */
static bool
is_question(const struct history_line *h)
{
	static const char *const asking[] = { "status-request ", "reminder ",
		"escalation-leadership " };

	for (size_t i = 0; i < sizeof(asking) / sizeof(asking[0]); i++)
		if (str_eq(h->kind, "mail-out") && h->text != NULL &&
		    str_has_prefix(h->text, asking[i]))
			return true;
	return false;
}

/* On which days the department was asked; "later" for all but the first. */
static void
l_asked(const struct letter_ctx *x, struct tval *list)
{
	const char *last = "", *when;
	size_t first = x->f->n_history;

	while (first > 0 && !str_eq(x->f->history[first - 1].kind, "department"))
		first--; /* what the department before was asked is not said */
	for (size_t i = first; i < x->f->n_history; i++) {
		const struct history_line *h = &x->f->history[i];
		struct tval *row;

		if (!is_question(h) || h->at >= x->now)
			continue;
		when = day(x, h->at);
		if (str_eq(when, last)) /* two people, one day */
			continue;
		last = when;
		row = tval_row(x->a, list);
		tval_text(x->a, row, "when", when);
		tval_flag(x->a, row, "later", list->n > 1);
	}
}

static const char *
size_words(const struct letter_ctx *x, int64_t size)
{
	if (size >= 1000000)
		return arena_printf(x->a, "%lld.%lld MB",
		    (long long)(size / 1000000),
		    (long long)(size / 100000 % 10));
	return arena_printf(x->a, "%lld KB", (long long)((size + 999) / 1000));
}

static void
l_attachments(const struct letter_ctx *x, struct tval *list)
{
	for (size_t i = 0; i < x->f->n_attachments; i++) {
		const struct case_attachment *at = &x->f->attachments[i];
		struct tval *row;

		if (at->is_reviewed)
			continue;
		row = tval_row(x->a, list);
		tval_text(x->a, row, "file", cut(x, at->filename));
		tval_text(x->a, row, "size", size_words(x, at->size));
	}
}

static void
l_tasks(const struct letter_ctx *x, struct tval *list)
{
	for (size_t i = 0; i < x->f->n_tasks; i++) {
		struct tval *row = tval_row(x->a, list);

		tval_text(x->a, row, "what", letter_say(x, cut(x,
		    x->f->tasks[i].text)));
		tval_text(x->a, row, "by", words_day_time(x->a, x->w,
		    zone_of(x), x->f->tasks[i].due_at));
	}
}

/* --- digests --- */

static size_t
list_size(const struct digest_list *l)
{
	return l->n + l->more;
}

#define COUNT(fn, expr)                                                    \
	static const char *fn(const struct letter_ctx *x)                  \
	{                                                                  \
		return number(x, (int64_t)(expr));                         \
	}                                                                  \
	static const char *fn##_one(const struct letter_ctx *x)            \
	{                                                                  \
		return flag((expr) == 1);                                  \
	}

COUNT(n_open, x->digest->open)
COUNT(n_escalated, x->digest->escalated)
COUNT(n_queue, list_size(&x->digest->queue))
COUNT(n_mine, list_size(&x->digest->mine))
COUNT(n_work, list_size(&x->digest->queue) + list_size(&x->digest->mine))
COUNT(n_today, list_size(&x->digest->today))
COUNT(n_decide, list_size(&x->digest->decide))
COUNT(n_due, x->digest->at_risk)
COUNT(n_risk, list_size(&x->digest->risk))
COUNT(n_unowned, list_size(&x->digest->unowned))
COUNT(n_incomplete, list_size(&x->digest->incomplete))
COUNT(n_orphaned, list_size(&x->digest->orphaned))
COUNT(n_silent, x->digest->n_silent)

TEXT(f_slowest, x->digest->n_silent > 0 ? letter_say(x,
    x->digest->silent[0].department) : "")

static const char *
f_slowest_time(const struct letter_ctx *x)
{
	if (x->digest->n_silent == 0 || x->digest->silent[0].median_answer < 0)
		return "";
	return words_span(x->a, x->w, x->digest->silent[0].median_answer);
}

/* --- the table --- */

static const struct tfield when_what[] = {
	{ "when", NULL }, { "what", NULL }, { NULL, NULL } };
static const struct tfield when_later[] = {
	{ "when", NULL }, { "later", NULL }, { NULL, NULL } };
static const struct tfield file_size[] = {
	{ "file", NULL }, { "size", NULL }, { NULL, NULL } };
static const struct tfield what_by[] = {
	{ "what", NULL }, { "by", NULL }, { NULL, NULL } };

struct field {
	const char *name;
	unsigned audiences;
	unsigned needs; /* LETTER_CASE, LETTER_DIGEST: only in such letters */
	const char *(*text)(const struct letter_ctx *x);
	void (*list)(const struct letter_ctx *x, struct tval *list);
	const struct tfield *sub;
};

#define T(name, audiences, needs, fn) { name, audiences, needs, fn, NULL, NULL }
#define L(name, audiences, needs, fn, sub) { name, audiences, needs, NULL, fn, sub }
#define N(name) T(#name, I, LETTER_DIGEST, name), \
	T(#name "_one", I, LETTER_DIGEST, name##_one)

static const struct field fields[] = {
	T("desk", E | D | I, 0, f_desk),
	T("org", E | D | I, 0, f_org),
	T("desk_phone", E | D | I, 0, f_desk_phone),
	T("address", E | D | I, 0, f_address),
	T("name", E | D | I, 0, f_name),
	T("today", E | D | I, 0, f_today),
	T("reason", I, 0, f_reason),
	T("detail", I, 0, f_detail),

	T("case", E | D | I, CASE, f_case),
	T("title", E | D | I, CASE, f_title),
	T("opened_day", E | D | I, CASE, f_opened_day),
	T("confidential", E | D | I, CASE, f_confidential),
	L("story", E | I, CASE, l_story, when_what),

	T("next_word_day", E, CASE, f_next_word_day),
	T("close_day", E, CASE, f_close_day),
	T("wait_day", E, CASE, f_wait_day),
	T("reopen_day", E, CASE, f_reopen_day),
	T("department_public", E, CASE, f_department_public),
	T("words", E | D, CASE, f_words),
	T("resolution", E | I, CASE, f_resolution),

	T("department", D | I, CASE, f_department),
	T("category", D | I, CASE, f_category),
	T("employee", D | I, CASE, f_employee),
	T("employee_id", D | I, CASE, f_employee_id),
	T("client", D | I, CASE, f_client),
	T("division", D | I, CASE, f_division),
	T("brief", D | I, CASE, f_brief),
	T("answer_by", D | I, CASE, f_answer_by),
	T("answer_by_day", D | I, CASE, f_answer_by_day),
	T("days_open", D | I, CASE, f_days_open),
	L("asked", D | I, CASE, l_asked, when_later),

	T("employee_email", I, CASE, f_employee_email),
	T("type", I, CASE, f_type),
	T("subject", I, CASE, f_subject),
	T("priority", I, CASE, f_priority),
	T("risk", I, CASE, f_risk),
	T("state", I, CASE, f_state),
	T("due", I, CASE, f_due),
	T("due_day", I, CASE, f_due_day),
	T("overdue", I, CASE, f_overdue),
	T("breaches", I, CASE, f_breaches),
	T("answered_day", I, CASE, f_answered_day),
	T("next_step", I, CASE, f_next_step),
	T("escalated_why", I, CASE, f_escalated_why),
	T("stoppage", I, CASE, f_stoppage),
	T("proposed", I, CASE, f_proposed),
	T("in_attachment", I, CASE, f_in_attachment),
	T("check_employee", I, CASE, f_check_employee),
	T("missing", I, CASE, f_missing),
	T("owner", I, CASE, f_owner),
	T("owner_email", I, CASE, f_owner_email),
	T("owner_phone", I, CASE, f_owner_phone),
	T("lead", I, CASE, f_lead),
	T("contact", I, CASE, f_contact),
	T("contact_email", I, CASE, f_contact_email),
	T("contact_phone", I, CASE, f_contact_phone),
	T("leadership", I, CASE, f_leadership),
	L("attachments", I, CASE, l_attachments, file_size),
	L("tasks", I, CASE, l_tasks, what_by),

	N(n_open), N(n_escalated), N(n_queue), N(n_mine), N(n_work),
	N(n_today), N(n_decide), N(n_due), N(n_risk), N(n_unowned), N(n_incomplete),
	N(n_orphaned), N(n_silent),
	T("slowest", I, LETTER_DIGEST, f_slowest),
	T("slowest_time", I, LETTER_DIGEST, f_slowest_time),
};

#define N_FIELDS (sizeof(fields) / sizeof(fields[0]))

static bool
is_declared(const struct field *f, const struct letter_kind *k)
{
	return (f->audiences & (1u << k->audience)) != 0 &&
	    (f->needs & k->flags) == f->needs;
}

const struct tfield *
letter_fields_declared(const struct letter_kind *k, struct arena *a)
{
	struct tfield *out = arena_array(a, 2 * N_FIELDS + 1, sizeof(*out));
	size_t n = 0;

	for (size_t i = 0; i < N_FIELDS; i++) {
		if (!is_declared(&fields[i], k))
			continue;
		out[n++] = (struct tfield){ fields[i].name, fields[i].sub };
		if (fields[i].list != NULL)
			out[n++].name = arena_printf(a, ANY "%s",
			    fields[i].name);
	}
	return out;
}

static const struct field *
find_field(const struct letter_kind *k, const char *name)
{
	for (size_t i = 0; i < N_FIELDS; i++)
		if (strcmp(fields[i].name, name) == 0 &&
		    is_declared(&fields[i], k))
			return &fields[i];
	return NULL;
}

void
letter_field_fill(const struct letter_ctx *x, const char *name,
    struct tval *into)
{
	bool any = str_has_prefix(name, ANY);
	const struct field *f = find_field(x->kind,
	    any ? name + strlen(ANY) : name);
	struct tval *list;

	if (f == NULL)
		return;
	if (any) {
		list = tval_list(x->a, tval_new(x->a), f->name);
		f->list(x, list);
		tval_flag(x->a, into, name, list->n > 0);
	} else if (f->list != NULL) {
		f->list(x, tval_list(x->a, into, f->name));
	} else {
		tval_text(x->a, into, f->name, f->text(x));
	}
}
