/* report.c - mails about many cases: work lists, digests, the night. */
#include "app/report.h"

#include "app/apply.h"
#include "app/mailer.h"
#include "base/log.h"
#include "base/str.h"
#include "core/ladder.h"
#include "core/lifecycle.h"
#include "store/agenda_store.h"
#include "store/audit_store.h"
#include "store/history_store.h"
#include "store/outbox_store.h"
#include "store/person_store.h"
#include "store/report_store.h"

#define LEDGER_DAYS 30

struct gather {
	struct app *app;
	struct arena *a;
	struct report_scope scope;
	const struct person *who;    /* whose list it is */
	const struct person *reader; /* they, or who stands in */
	int64_t out_id; /* the mail it goes into; 0: none */
};

/* ---- one row ----------------------------------------------------------- */

/* What was tried: the last asks and what came of them. */
static const char *
story_of(const struct gather *g, const struct case_facts *f)
{
	const char *asks = "";
	size_t n = 0;

	for (size_t i = f->n_history; i > 0 && n < 3; i--) {
		const struct history_line *h = &f->history[i - 1];

		if (!str_eq(h->kind, "step"))
			continue;
		asks = arena_printf(g->a, "%s%s%s", calendar_format_day(g->a,
		    g->who->calendar, h->at), n == 0 ? "" : ", ", asks);
		n++;
	}
	if (n == 0)
		return "";
	return arena_printf(g->a, "Asked %s: %s.", asks,
	    f->c.department_answered_at == 0 ? "no answer" :
	    arena_printf(g->a, "last answer %s", calendar_format_day(g->a,
	    g->who->calendar, f->c.department_answered_at)));
}

/* Buttons of a row answer for that case; the digest's reader is bound. */
static const char *
reply_address(const struct gather *g, int64_t no)
{
	const struct token t = { no, 'i', g->out_id };

	return g->out_id == 0 ? NULL : token_reply_address(g->a,
	    &g->app->keys, &t, g->app->policy.address);
}

static enum rc
fill_list(const struct gather *g, enum report_kind kind,
    struct digest_list *out, struct err *e)
{
	struct report_list list;
	struct digest_row *rows;
	size_t n = 0;
	enum rc rc;

	rc = report_store_list(g->app->db, kind, &g->scope, g->a, &list, e);
	if (rc != RC_OK)
		return rc == RC_NONE ? RC_OK : rc;
	rows = arena_array(g->a, list.n, sizeof(*rows));
	for (size_t i = 0; i < list.n; i++) {
		struct case_facts f;

		rc = apply_load_facts(g->app, list.v[i].no, g->a, &f, e);
		if (rc != RC_OK)
			return rc;
		if (!case_may_be_listed(&f.c, g->who, g->reader))
			continue;
		rows[n++] = (struct digest_row){ .c = f.c,
			.next_action = case_next_action(&f, &g->app->policy,
			    g->a),
			.next_at = f.c.step_due_at,
			.missing = case_missing_words(&f.c,
			    &g->app->policy, g->a),
			.story = story_of(g, &f),
			.is_new_today = f.c.opened_at >= g->scope.day_start,
			.reply_address = reply_address(g, f.c.no) };
	}
	*out = (struct digest_list){ rows, n, list.more };
	return RC_OK;
}

/* ---- the whole --------------------------------------------------------- */

/* casefile.step of a case that was escalated to the lead. */
static int
step_after_lead(const struct ladder *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->steps[i].to == STEP_TO_LEAD)
			return (int)i + 1;
	return (int)l->n;
}

static void
begin(struct gather *g, const struct person *who, bool is_lead)
{
	const struct policy *p = &g->app->policy;
	const char **live = arena_array(g->a, p->n_people, sizeof(*live));
	struct civil c;

	for (size_t i = 0; i < p->n_people; i++)
		live[i] = p->people[i].id;
	(void)zone_civil(who->calendar->zone, g->app->now, &c, NULL);
	c.hour = c.minute = c.second = 0;
	g->scope = (struct report_scope){ .owner = is_lead ? "" : who->id,
		.team = is_lead && (who->roles & ROLE_SUPERVISOR) == 0 &&
		    who->team != NULL ? who->team->id : "",
		.day_start = zone_instant(who->calendar->zone, &c),
		.risk_until = calendar_add(who->calendar, g->app->now,
		    p->warn_before),
		.escalated_step = step_after_lead(&p->ladder),
		.required = p->required_fields, .n_required = p->n_required,
		.live = live, .n_live = p->n_people };
}

static enum rc
count(const struct gather *g, enum report_kind kind, int *out, struct err *e)
{
	int64_t n = 0;
	enum rc rc = report_store_count(g->app->db, kind, &g->scope, &n, e);

	*out = (int)n;
	return rc;
}

static enum rc
fill_silence(const struct gather *g, struct digest *d, struct err *e)
{
	struct digest_silence *out;
	struct silence_row *v;
	size_t n;
	enum rc rc = ask_store_ledger(g->app->db, g->app->now -
	    LEDGER_DAYS * CW_DAY, g->a, &v, &n, e);

	if (rc != RC_OK)
		return rc == RC_NONE ? RC_OK : rc;
	out = arena_array(g->a, n, sizeof(*out));
	for (size_t i = 0; i < n; i++) {
		const struct department *dep = policy_department(
		    &g->app->policy, v[i].department);

		out[i] = (struct digest_silence){ dep != NULL ? dep->name :
		    v[i].department, v[i].median_answer, v[i].nudges,
		    v[i].waiting };
	}
	d->silent = out;
	d->n_silent = n;
	return RC_OK;
}

static enum rc
fill(const struct gather *g, bool is_lead, struct digest *d, struct err *e)
{
	const struct {
		enum report_kind kind;
		struct digest_list *list;
		bool for_lead;
	} lists[] = {
		{ REPORT_QUEUE, &d->queue, false },
		{ REPORT_MINE, &d->mine, false },
		{ REPORT_TODAY, &d->today, false },
		{ REPORT_DECIDE, &d->decide, true },
		{ REPORT_SOON, &d->risk, true },
		{ REPORT_UNOWNED, &d->unowned, true },
		{ REPORT_INCOMPLETE, &d->incomplete, true },
		{ REPORT_ORPHANED, &d->orphaned, true },
	};
	enum rc rc = RC_OK;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (lists[i].for_lead == is_lead && (rc = fill_list(g,
		    lists[i].kind, lists[i].list, e)) != RC_OK)
			return rc;
	return is_lead ? fill_silence(g, d, e) : RC_OK;
}

enum rc
report_digest(struct app *app, const struct person *who, bool is_lead,
    int64_t out_id, struct arena *a, struct digest *out, struct err *e)
{
	struct gather g = { .app = app, .a = a, .out_id = out_id, .who = who };
	int64_t open = 0;
	enum rc rc;

	*out = (struct digest){ .for_name = who->name };
	begin(&g, who, is_lead);
	if ((rc = mailer_reader(app, who, a, &g.reader, e)) != RC_OK ||
	    (rc = fill(&g, is_lead, out, e)) != RC_OK ||
	    (rc = report_store_open(app->db, &g.scope, &open, e)) != RC_OK ||
	    (rc = count(&g, REPORT_DECIDE, &out->escalated, e)) != RC_OK ||
	    (rc = count(&g, REPORT_RISK, &out->at_risk, e)) != RC_OK)
		return rc;
	out->open = (int)open;
	return count(&g, REPORT_UNOWNED, &out->unassigned, e);
}

/* ---- the agenda's rows ------------------------------------------------- */

static enum rc
send_digest(struct app *app, const char *kind, const char *template_name,
    const char *person_id, bool is_lead, int minute, struct arena *a,
    struct err *e)
{
	const struct person *who = policy_person(&app->policy, person_id);
	struct letter_more more = { .reason = "", .detail = "" };
	struct digest d;
	int64_t out_id;
	enum rc rc;

	if (who == NULL) /* gone from the settings */
		return agenda_store_clear(app->db, 0, kind, person_id, e);
	if ((rc = outbox_store_next_id(app->db, &out_id, e)) != RC_OK ||
	    (rc = report_digest(app, who, is_lead, out_id, a, &d, e)) != RC_OK)
		return rc;
	more.digest = &d;
	if (d.open > 0 || d.today.n > 0) {
		rc = mailer_queue_digest(app, template_name, who, &more,
		    arena_printf(a, "%s/%s/%lld", kind, person_id,
		    (long long)(app->now / CW_DAY)), a, e);
		if (rc != RC_OK && rc != RC_NONE)
			return rc;
	}
	return agenda_store_set(app->db, 0, kind, person_id,
	    calendar_next_at(who->calendar, app->now, minute), e);
}

enum rc
report_work_list(struct app *app, const char *person_id, struct arena *a,
    struct err *e)
{
	return send_digest(app, "work-list", "work-list", person_id, false,
	    app->policy.work_list_minute, a, e);
}

enum rc
report_lead_digest(struct app *app, const char *person_id, struct arena *a,
    struct err *e)
{
	return send_digest(app, "lead-digest", "lead-digest", person_id, true,
	    app->policy.digest_minute, a, e);
}

/* What the invariants say, to the ER supervisor. */
static enum rc
report_findings(struct app *app, const struct audit_finding *v, size_t n,
    struct arena *a, struct err *e)
{
	const char *list = "";
	struct letter_more more = { .digest = NULL };
	enum rc rc;

	for (size_t i = 0; i < n; i++)
		list = arena_printf(a, "%s- ER-%06lld, %s: %s\n", list,
		    (long long)v[i].case_no, v[i].rule, v[i].text);
	more.reason = arena_printf(a, "The nightly check found %zu case%s"
	    " that nobody would have followed up. Please look at each.", n,
	    n == 1 ? "" : "s");
	more.detail = list;
	log_event(LOG_LEVEL_ERROR, "audit", "findings=%zu", n);
	rc = mailer_queue_digest(app, "finding", app->policy.supervisor,
	    &more, arena_printf(a, "audit/%lld", (long long)app->now), a, e);
	return rc == RC_NONE ? RC_OK : rc;
}

enum rc
report_night(struct app *app, const char *key, struct arena *a,
    struct err *e)
{
	cw_time midnight = app->now / CW_DAY * CW_DAY, due_at;
	struct audit_finding *v;
	size_t n = 0;
	enum rc rc;

	/* Rows that were due before this one have fired already; after an
	 * outage this one is as late as they are. */
	rc = agenda_store_get(app->db, 0, "night", key, &due_at, e);
	if (rc == RC_OK)
		rc = agenda_store_set(app->db, 0, "night", key,
		    midnight + CW_DAY, e);
	if (rc == RC_OK)
		rc = anchor_store_add(app->db, app->now, e);
	if (rc == RC_OK)
		rc = audit_store_check(app->db, due_at - CW_HOUR, 50, a, &v,
		    &n, e);
	if (rc == RC_OK && n > 0)
		rc = report_findings(app, v, n, a, e);
	return rc == RC_NONE ? RC_OK : rc;
}
