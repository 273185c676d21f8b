/* demo_tale.c - what happened, as lines on the terminal: a block a day. */
#include "cli/demo.h"

#include "base/str.h"
#include "mail/token.h"
#include "store/casefile_store.h"
#include "store/message_store.h"
#include "store/outbox_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH 116 /* where there is no window */
#define NAMES 30

enum paint { PLAIN, BOLD, DIM, RED, GREEN, BLUE };

static const char *const codes[] = { [PLAIN] = "", [BOLD] = "\033[1m",
	[DIM] = "\033[2m", [RED] = "\033[31m", [GREEN] = "\033[32m",
	[BLUE] = "\033[34m" };

/* A case as it was last told. */
struct known_case {
	enum case_state state;
	int breaches;
};

struct tale {
	bool colour;
	size_t width;
	int64_t seen_out;
	size_t told;          /* rows of the script */
	struct known_case *cases;
	size_t n_cases, cap_cases;
	/* the day that is being told */
	int64_t day;
	struct str lines;
	cw_time last_at;
	int64_t last_case;
	int64_t breached;     /* case that this pass has told of; 0 none */
	/* what everybody gets, by the week */
	int64_t week;
	int work_lists, digests, weekly;
};

/* What a mail of ours is, in a few words. */
static const struct {
	const char *template, *words;
	enum paint paint;
	enum { SAY, SAY_NO_REASON, JOIN } how; /* JOIN: to the line before */
} kinds[] = {
	{ "ack", "acknowledged", PLAIN, SAY },
	{ "notice", "asked to look at it", PLAIN, JOIN },
	{ "status-request", "how does it stand?", PLAIN, SAY_NO_REASON },
	{ "reminder", "reminder", PLAIN, SAY },
	{ "call-task", "task", PLAIN, SAY },
	{ "escalation-lead", "to the lead", RED, SAY },
	{ "escalation-leadership", "to leadership", RED, SAY },
	{ "escalation-supervisor", "up the chain", RED, SAY },
	{ "escalation-intake", "at once", RED, SAY },
	{ "due-warning", "the due date is near", PLAIN, SAY_NO_REASON },
	{ "new-mail", "mail on your case", PLAIN, SAY },
	{ "confirm-resolution", "resolved?", PLAIN, SAY },
	{ "resolution", "what was done", GREEN, SAY_NO_REASON },
	{ "closing", "closed", GREEN, SAY_NO_REASON },
	{ "command-reply", "command refused", RED, SAY_NO_REASON },
	{ "waiting-employee", "we wait for your answer", PLAIN, SAY },
	{ "unverified", "please check", RED, SAY },
	{ "undeliverable", "please check", RED, SAY },
	{ "quarantine", "please check", RED, SAY },
};

#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* ---- lines ------------------------------------------------------------- */

static size_t
characters(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* Bytes of the first `n` characters. */
static size_t
first_characters(const char *s, size_t n)
{
	size_t i = 0;

	while (s[i] != '\0' && (((unsigned char)s[i] & 0xc0) == 0x80 || n-- > 0))
		i++;
	return i;
}

static void
add(struct tale *t, enum paint p, const char *s)
{
	bool on = t->colour && p != PLAIN && *s != '\0';

	str_printf(&t->lines, "%s%s%s", on ? codes[p] : "", s,
	    on ? "\033[0m" : "");
}

/* At most `room` characters on one line; what is left of the room. */
static size_t
add_cut(struct tale *t, enum paint p, const char *s, size_t room,
    struct arena *a)
{
	size_t line = strcspn(s, "\r\n"), n = first_characters(s, room);
	bool whole = line <= n;

	if (room < 4)
		return 0;
	n = whole ? line : first_characters(s, room - 3);
	s = arena_printf(a, "%.*s%s", (int)n, s, whole ? "" : "...");
	add(t, p, s);
	return room - characters(s);
}

struct told {
	cw_time at;
	int64_t case_no;
	const char *arrow, *who, *what, *why;
	enum paint arrow_paint, what_paint;
};

/* "  10:00  ER-000003  ->  Paula Reyes    status request  why" */
static void
tell(struct demo *d, const struct told *l, struct arena *a)
{
	struct tale *t = d->tale;
	bool same = l->case_no == t->last_case && l->at == t->last_at;
	size_t room = t->width - 25 - NAMES, names = characters(l->who);
	struct civil c;

	(void)zone_civil(d->app.policy.calendar->zone, l->at, &c, NULL);
	if (l->at == t->last_at)
		str_add(&t->lines, "         ");
	else
		str_printf(&t->lines, "  %02d:%02d  ", c.hour, c.minute);
	add(t, BOLD, same || l->case_no == 0 ? "         " :
	    token_number(a, l->case_no));
	str_add(&t->lines, "  ");
	add(t, l->arrow_paint, l->arrow);
	str_printf(&t->lines, "  %s%*s", l->who, names < NAMES ?
	    (int)(NAMES - names) : 1, "");
	room -= names < NAMES ? 0 : names + 1 - NAMES;
	room = add_cut(t, l->what_paint, l->what, room, a);
	if (*l->why != '\0' && room > 12) {
		str_add(&t->lines, "  ");
		(void)add_cut(t, DIM, l->why, room - 2, a);
	}
	str_addc(&t->lines, '\n');
	t->last_at = l->at;
	t->last_case = l->case_no;
}

static void
count_words(struct str *b, int n, const char *one, const char *many)
{
	if (n > 0)
		str_printf(b, "%s%d %s", b->len > 0 ? ", " : "", n,
		    n == 1 ? one : many);
}

/* What everybody gets every day or week: a line for all of it. */
static void
end_week(struct tale *t)
{
	struct str b = { 0 };

	count_words(&b, t->work_lists, "work list", "work lists");
	count_words(&b, t->digests, "lead digest", "lead digests");
	count_words(&b, t->weekly, "weekly word to an employee",
	    "weekly words to employees");
	if (b.len > 0)
		(void)printf("%sthat week  ->  %s%s\n", t->colour ?
		    codes[DIM] : "", b.s, t->colour ? "\033[0m" : "");
	str_fini(&b);
	t->work_lists = t->digests = t->weekly = 0;
}

static void
end_day(struct demo *d)
{
	struct tale *t = d->tale;
	struct civil c;

	if (t->lines.len > 0) {
		civil_from_days(t->day, &c);
		c.hour = 12;
		c.minute = c.second = 0;
		(void)printf("%s%s%s\n%s", t->colour ? codes[BOLD] : "",
		    calendar_format_day(d->app.a, d->app.policy.calendar,
		    zone_instant(d->app.policy.calendar->zone, &c)),
		    t->colour ? "\033[0m" : "", t->lines.s);
		(void)fflush(stdout);
	}
	str_clear(&t->lines);
	t->last_at = 0;
}

/* The day changes, and on a Monday the week. */
static void
turn_page(struct demo *d, int64_t day)
{
	struct tale *t = d->tale;

	if (day == t->day)
		return;
	end_day(d);
	t->day = day;
	if ((day + 3) / 7 == t->week)
		return;
	end_week(t);
	t->week = (day + 3) / 7;
}

/* ---- mails in ---------------------------------------------------------- */

static const char *
outcome_words(const struct message_row *row)
{
	static const struct {
		const char *outcome, *words;
	} table[] = {
		{ "opened", "a new case" },
		{ "appended", "" },
		{ "filed", "filed, never answered" },
		{ "unverified", "kept apart, nothing goes back" },
		{ "duplicate", "known already" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (str_eq(table[i].outcome, row->outcome))
			return table[i].words;
	return row->outcome;
}

static enum rc
tell_in(struct demo *d, struct demo_mail *m, struct arena *a,
    struct err *e)
{
	struct message_row row;
	enum rc rc = message_store_by_mid(d->app.db, m->message_id, a, &row, e);

	if (rc != RC_OK)
		return rc == RC_NONE ? err_set(e, RC_FAIL, "%s was not taken"
		    " in", m->file) : rc;
	m->case_no = row.case_no;
	tell(d, &(struct told){ d->app.now, row.case_no, "<-",
	    *row.from_name != '\0' ? row.from_name : row.from_email, m->words,
	    outcome_words(&row), GREEN, PLAIN }, a);
	return RC_OK;
}

/* ---- mails out --------------------------------------------------------- */

/* Counted, not told. */
static bool
is_routine(struct tale *t, const struct outbox_mail *m)
{
	if (str_eq(m->template, "work-list"))
		t->work_lists++;
	else if (str_eq(m->template, "lead-digest"))
		t->digests++;
	else if (str_eq(m->template, "weekly-update"))
		t->weekly++;
	else /* what was said is told, that it was done is clear */
		return str_eq(m->template, "command-reply") &&
		    str_eq(m->why, "Done.");
	return true;
}

static size_t
kind_of(const struct outbox_mail *m)
{
	size_t i = 0;

	while (i < N_KINDS && !str_eq(kinds[i].template, m->template))
		i++;
	return i;
}

/* A letter, or several that are told in one line. */
struct letters {
	const struct outbox_mail *last; /* NULL: none yet */
	const char *who, *what;
};

static void
tell_letters(struct demo *d, struct letters *l, struct arena *a)
{
	const struct outbox_mail *m = l->last;
	size_t kind;

	if (m == NULL)
		return;
	kind = kind_of(m);
	tell(d, &(struct told){ d->app.now, m->case_no, "->", l->who, l->what,
	    kind < N_KINDS && (kinds[kind].how != SAY ||
	    d->tale->breached == m->case_no) ? "" : m->why, BLUE,
	    kind < N_KINDS ? kinds[kind].paint : PLAIN }, a);
	l->last = NULL;
}

/* The same letter to one more, or one that joins, or a line of its own. */
static void
add_letter(struct demo *d, struct letters *l, const struct outbox_mail *m,
    struct arena *a)
{
	size_t kind = kind_of(m);
	const char *what = kind < N_KINDS ? kinds[kind].words : m->template;
	bool is_same = l->last != NULL && str_eq(l->last->template,
	    m->template) && str_eq(l->last->why, m->why);
	bool joins = l->last != NULL && kind < N_KINDS &&
	    kinds[kind].how == JOIN;

	if (!is_same && !joins) {
		tell_letters(d, l, a);
		*l = (struct letters){ m, m->rcpt_name, what };
		return;
	}
	l->who = arena_printf(a, "%s, %s", l->who, m->rcpt_name);
	if (joins)
		l->what = arena_printf(a, "%s; %s", l->what, what);
	l->last = m;
}

/* What was sent since the last time, without the routine. */
struct outs {
	struct outbox_mail *v;
	size_t n, cap;
};

static enum rc
gather_outs(struct demo *d, struct outs *o, struct arena *a, struct err *e)
{
	struct outbox_mail m;
	enum rc rc;

	while ((rc = outbox_store_get(d->app.db, d->tale->seen_out + 1, a, &m,
	    e)) == RC_OK) {
		d->tale->seen_out++;
		if (!is_routine(d->tale, &m))
			*ARENA_PUSH(a, o->v, o->n, o->cap) = m;
	}
	return rc == RC_NONE ? RC_OK : rc;
}

static void
tell_outs(struct demo *d, const struct outs *o, int64_t case_no,
    struct arena *a)
{
	struct letters l = { NULL, "", "" };

	for (size_t i = 0; i < o->n; i++)
		if (o->v[i].case_no == case_no)
			add_letter(d, &l, &o->v[i], a);
	tell_letters(d, &l, a);
}

/* ---- cases ------------------------------------------------------------- */

/* Resolving and closing show in what was said and mailed. */
static void
tell_change(struct demo *d, const struct casefile *c,
    const struct known_case *was, struct arena *a)
{
	struct told l = { d->app.now, c->no, "**", "", "", "", BOLD, RED };

	d->tale->breached = 0;
	if (c->breaches > was->breaches) {
		d->tale->breached = c->no;
		l.what = arena_printf(a, "due date reached, one step up; now"
		    " due %s", calendar_format_day(a,
		    d->app.policy.calendar, c->due_at));
	} else if (case_state_is_open(c->state) &&
	    !case_state_is_open(was->state)) {
		l.what = "reopened, the ladder begins anew";
	} else {
		return;
	}
	tell(d, &l, a);
}

static enum rc
tell_cases(struct demo *d, const struct outs *o, struct arena *a,
    struct err *e)
{
	const struct case_filter all = { .owner = "", .team = "",
		.department = "", .employee_email = "", .state = "",
		.is_open = -1 };
	struct tale *t = d->tale;
	struct casefile *v;
	size_t n = 0;
	enum rc rc = casefile_store_list(d->app.db, &all, a, &v, &n, e);

	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		if (i < t->n_cases)
			tell_change(d, &v[i], &t->cases[i], a);
		else
			(void)ARENA_PUSH(d->a, t->cases, t->n_cases,
			    t->cap_cases);
		t->cases[i] = (struct known_case){ v[i].state, v[i].breaches };
		tell_outs(d, o, v[i].no, a);
	}
	tell_outs(d, o, 0, a);
	return rc == RC_NONE ? RC_OK : rc;
}

/* ---- the tale ---------------------------------------------------------- */

static struct tale *
begin(struct arena *a)
{
	struct tale *t = arena_array(a, 1, sizeof(*t));
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
	bool is_tty = isatty(STDOUT_FILENO) == 1;
	struct winsize ws;

	t->colour = is_tty && str_is_empty(no_color) &&
	    !(term != NULL && str_eq(term, "dumb"));
	t->width = is_tty && ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 &&
	    ws.ws_col >= 80 ? ws.ws_col : WIDTH;
	return t;
}

enum rc
demo_tale_go_on(struct demo *d, struct err *e)
{
	struct arena *a = arena_new();
	struct outs outs = { 0 };
	struct civil c;
	int64_t day;
	enum rc rc = RC_OK;

	if (d->tale == NULL)
		d->tale = begin(d->a);
	(void)zone_civil(d->app.policy.calendar->zone, d->app.now, &c, NULL);
	day = civil_days(c.year, c.month, c.day);
	turn_page(d, day);
	for (; d->tale->told < d->next && rc == RC_OK; d->tale->told++)
		rc = tell_in(d, &d->v[d->tale->told], a, e);
	if (rc == RC_OK)
		rc = gather_outs(d, &outs, a, e);
	if (rc == RC_OK)
		rc = tell_cases(d, &outs, a, e);
	arena_free(&a);
	return rc;
}

void
demo_tale_end(struct demo *d)
{
	if (d->tale == NULL)
		return;
	end_day(d);
	end_week(d->tale);
	str_fini(&d->tale->lines);
	d->tale = NULL;
}
