/* absence.c - who is away, and who stands in. */
#include "app/absence.h"

#include "app/mailer.h"
#include "base/log.h"
#include "base/str.h"
#include "core/ladder.h"
#include "store/agenda_store.h"
#include "store/casefile_store.h"
#include "store/history_store.h"
#include "store/person_store.h"
#include "store/report_store.h"

#define ROW "absence" /* of the agenda */
#define STAFF (ROLE_AGENT | ROLE_LEAD | ROLE_SUPERVISOR)
#define MAX_CASES 200 /* of an employee: told of, when an address is tried */

/* ---- what is known ----------------------------------------------------- */

/* The span of `email` is copied to where decisions look for it. */
static enum rc
refresh(struct app *app, const char *email, struct arena *a, struct err *e)
{
	struct absence_row span;
	enum rc rc = absence_store_span(app->db, email, app->now, a, &span, e);

	if (rc == RC_NONE)
		return address_store_absent(app->db, email, 0, 0, "", e);
	return rc != RC_OK ? rc : address_store_absent(app->db, email,
	    span.from_at, span.until_at, span.deputy, e);
}

enum rc
absence_wake(struct app *app, cw_time at, struct err *e)
{
	cw_time due_at;
	enum rc rc = agenda_store_get(app->db, 0, ROW, "", &due_at, e);

	if (rc == RC_OK && due_at <= at)
		return RC_OK;
	return rc == RC_OK || rc == RC_NONE ?
	    agenda_store_set(app->db, 0, ROW, "", at, e) : rc;
}

enum rc
absence_dead(struct app *app, const char *email, cw_time since,
    const char *why, struct arena *a, struct err *e)
{
	enum rc rc = address_store_undeliverable(app->db, str_lower(a, email),
	    since, why, e);

	if (rc != RC_OK || since == 0)
		return rc;
	return absence_wake(app, calendar_add(app->policy.calendar, since,
	    app->policy.undeliverable_for), e);
}

enum rc
absence_set(struct app *app, const struct absence_row *r, struct arena *a,
    struct err *e)
{
	struct absence_row row = *r;
	enum rc rc;

	row.email = str_lower(a, r->email);
	if (row.from_at == 0 || row.from_at > row.until_at)
		row.from_at = app->now;
	if (str_eq(row.source, "command")) /* several may lie ahead */
		row.key = arena_printf(a, "%lld", (long long)row.from_at);
	if (row.until_at <= app->now)
		rc = absence_store_end(app->db, row.email,
		    str_eq(row.source, "mail") ? "mail" : "", app->now, e);
	else
		rc = absence_store_add(app->db, &row, app->now, e);
	if (rc == RC_OK)
		rc = refresh(app, row.email, a, e);
	return rc == RC_OK ? absence_due(app, "", a, e) : rc;
}

enum rc
absence_heard(struct app *app, const char *email, struct arena *a,
    struct err *e)
{
	struct address_state s;
	enum rc rc = address_store_get(app->db, email, a, &s, e);

	if (rc != RC_OK || !address_is_absent(&s, app->now))
		return rc == RC_NONE ? RC_OK : rc;
	return absence_set(app, &(struct absence_row){ .email = email,
	    .source = "mail", .key = "", .deputy = "" }, a, e);
}

/* ---- who stands in ----------------------------------------------------- */

static enum rc
open_cases(struct app *app, const struct person *who, int64_t *n,
    struct err *e)
{
	const struct report_scope scope = { .owner = who->id, .team = "" };

	*n = 0;
	return report_store_open(app->db, &scope, n, e);
}

static bool
is_backup_of(const struct person *who, const struct person *x)
{
	for (int i = 0; i < 8 && who->backup != NULL; i++) {
		who = who->backup;
		if (who == x)
			return true;
	}
	return false;
}

/* Anybody of the region would do: then the one with the fewest cases. */
static enum rc
least_loaded(struct app *app, const struct case_facts *f,
    const struct person *who, const struct person **to, struct err *e)
{
	int64_t least = INT64_MAX, n;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < app->policy.n_people && rc == RC_OK; i++) {
		const struct person *x = &app->policy.people[i];

		if (x == who || (x->roles & ROLE_AGENT) == 0 ||
		    !str_eq(x->region, who->region) ||
		    !facts_is_reachable(f, x->email, app->now) ||
		    (rc = open_cases(app, x, &n, e)) != RC_OK || n >= least)
			continue;
		least = n;
		*to = x;
	}
	return rc;
}

static enum rc
choose(struct app *app, const struct case_facts *f, const struct person *who,
    const struct address_state *s, const struct person **to, struct err *e)
{
	*to = staff_stand_in(f, &app->policy, who, app->now);
	if (!str_is_empty(s->stand_in) || is_backup_of(who, *to) ||
	    str_caseeq((*to)->email, s->deputy) ||
	    (who->roles & (ROLE_LEAD | ROLE_SUPERVISOR)) != 0 ||
	    ((*to)->roles & ROLE_AGENT) == 0 || str_is_empty(who->region) ||
	    !str_eq((*to)->region, who->region))
		return RC_OK;
	return least_loaded(app, f, who, to, e);
}

/* ---- coming and going -------------------------------------------------- */

/* Has begun, or whoever stood in is not there any more. */
static enum rc
hand_over(struct app *app, const struct case_facts *f,
    const struct person *who, const struct address_state *s,
    struct arena *a, struct err *e)
{
	struct handover h = { who, NULL, s->away_since != 0 ? s->away_since :
	    app->now, s->absent_until };
	bool begins = s->away_since == 0;
	enum rc rc;

	if ((rc = choose(app, f, who, s, &h.to, e)) != RC_OK)
		return rc;
	if (!begins && str_caseeq(h.to->email, s->stand_in))
		return RC_OK;
	log_event(LOG_LEVEL_INFO, ROW, "who=%s stands_in=%s", who->id,
	    h.to == who ? "nobody" : h.to->id);
	rc = address_store_away(app->db, s->email, h.since, h.to->email, e);
	return rc != RC_OK ? rc : handover_begin(app, &h, begins &&
	    s->absent_until > calendar_add(who->calendar, app->now,
	    app->policy.absence_long), a, e);
}

static enum rc
hand_back(struct app *app, const struct person *who,
    const struct address_state *s, struct arena *a, struct err *e)
{
	struct handover h = { who, policy_person_by_email(&app->policy,
	    s->stand_in), s->away_since, app->now };
	enum rc rc = address_store_away(app->db, s->email, 0, "", e);

	log_event(LOG_LEVEL_INFO, ROW, "who=%s back=yes", who->id);
	return rc != RC_OK ? rc : handover_end(app, &h, a, e);
}

static enum rc
turn(struct app *app, const struct case_facts *f,
    const struct address_state *s, struct arena *a, struct err *e)
{
	const struct person *who = policy_person_by_email(&app->policy,
	    s->email);
	bool is_away = address_is_absent(s, app->now);

	if (who == NULL || (who->roles & STAFF) == 0)
		return s->away_since == 0 ? RC_OK :
		    address_store_away(app->db, s->email, 0, "", e);
	if (is_away)
		return hand_over(app, f, who, s, a, e);
	return s->away_since == 0 ? RC_OK : hand_back(app, who, s, a, e);
}

/* ---- addresses that failed are tried again (L15) ----------------------- */

static cw_time
try_again_at(const struct app *app, const struct address_state *s)
{
	return calendar_add(app->policy.calendar, s->undeliverable_since,
	    app->policy.undeliverable_for);
}

/* On the open cases of that employee. */
static enum rc
note_on_cases(struct app *app, const char *email, const char *text,
    struct arena *a, struct err *e)
{
	const struct case_filter of = { .employee_email = email, .is_open = 1,
		.limit = MAX_CASES };
	struct casefile *v;
	size_t n = 0;
	enum rc rc = casefile_store_list(app->db, &of, a, &v, &n, e);

	for (size_t i = 0; rc == RC_OK && i < n; i++)
		rc = history_store_add(app->db, v[i].no, app->now, "caseward",
		    "reachable", text, "", e);
	return rc == RC_NONE ? RC_OK : rc;
}

static enum rc
try_again(struct app *app, const struct address_state *s, struct arena *a,
    struct err *e)
{
	char *text = arena_printf(a, "Mail to %s came back on %s. It was held"
	    " back since; from now on it is tried again.", s->email,
	    calendar_format_day(a, app->policy.calendar,
	    s->undeliverable_since));
	struct letter_more more = { .reason = text, .detail = "" };
	bool was_marked;
	enum rc rc = address_store_heard(app->db, s->email, &was_marked, e);

	if (rc == RC_OK)
		rc = note_on_cases(app, s->email, text, a, e);
	if (rc == RC_OK && policy_person_by_email(&app->policy, s->email))
		rc = mailer_queue_digest(app, "finding",
		    app->policy.supervisor, &more, arena_printf(a,
		    "tried/%s/%lld", s->email, (long long)app->now), a, e);
	return rc == RC_NONE ? RC_OK : rc;
}

/* ---- the row of the agenda --------------------------------------------- */

static void
sooner(cw_time at, cw_time now, cw_time *next)
{
	if (at > now && (*next == 0 || at < *next))
		*next = at;
}

static enum rc
load(struct app *app, struct arena *a, struct case_facts *f, struct err *e)
{
	struct address_state *v;
	enum rc rc;

	*f = (struct case_facts){ .n_addresses = 0 };
	rc = address_store_list(app->db, a, &v, &f->n_addresses, e);
	f->addresses = v;
	return rc;
}

/* One row may end and another begin: each look at the spans is fresh. */
static enum rc
refresh_all(struct app *app, struct arena *a, struct err *e)
{
	struct absence_row *v;
	struct case_facts f;
	size_t n = 0;
	enum rc rc = load(app, a, &f, e);

	for (size_t i = 0; rc == RC_OK && i < f.n_addresses; i++) {
		const struct address_state *s = &f.addresses[i];

		if (s->undeliverable_since != 0 &&
		    try_again_at(app, s) <= app->now)
			rc = try_again(app, s, a, e);
		if (rc == RC_OK && (s->absent_until != 0 ||
		    s->away_since != 0))
			rc = refresh(app, s->email, a, e);
	}
	if (rc == RC_OK)
		rc = absence_store_list(app->db, "", app->now, a, &v, &n, e);
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		if (i == 0 || !str_eq(v[i].email, v[i - 1].email))
			rc = refresh(app, v[i].email, a, e);
	return rc;
}

enum rc
absence_due(struct app *app, const char *key, struct arena *a, struct err *e)
{
	struct case_facts f;
	cw_time next = 0;
	enum rc rc;

	(void)key;
	if ((rc = refresh_all(app, a, e)) != RC_OK ||
	    (rc = load(app, a, &f, e)) != RC_OK)
		return rc;
	for (size_t i = 0; i < f.n_addresses && rc == RC_OK; i++) {
		const struct address_state *s = &f.addresses[i];

		sooner(s->absent_from, app->now, &next);
		sooner(s->absent_until, app->now, &next);
		if (s->undeliverable_since != 0)
			sooner(try_again_at(app, s), app->now, &next);
		rc = turn(app, &f, s, a, e);
	}
	if (rc != RC_OK)
		return rc;
	return next == 0 ? agenda_store_clear(app->db, 0, ROW, "", e) :
	    agenda_store_set(app->db, 0, ROW, "", next, e);
}

enum rc
absence_refresh(struct app *app, struct err *e)
{
	struct arena *a = arena_new();
	bool has_changed = false;
	cw_time due_at;
	enum rc rc;

	if ((rc = db_begin(app->db, e)) != RC_OK ||
	    (rc = absence_calendars(app, a, &has_changed, e)) != RC_OK)
		goto out;
	rc = agenda_store_get(app->db, 0, ROW, "", &due_at, e);
	if (has_changed || (rc == RC_OK && due_at <= app->now))
		rc = absence_due(app, "", a, e);
	if (rc == RC_OK || rc == RC_NONE) {
		rc = db_commit(app->db, e);
	} else if (rc != RC_RETRY && !has_changed) {
		log_event(LOG_LEVEL_ERROR, "absence-failed", "why=\"%s\"",
		    e->text);
		rc = RC_OK;
	}
out:
	db_rollback(app->db);
	arena_free(&a);
	return rc;
}
