/* tick.c - the agenda: what is due now, oldest first. */
#include "app/tick.h"

#include "app/absence.h"
#include "app/alarm.h"
#include "app/apply.h"
#include "app/beat.h"
#include "app/mailer.h"
#include "app/report.h"
#include "base/log.h"
#include "base/str.h"
#include "core/ladder.h"
#include "core/lifecycle.h"
#include "store/agenda_store.h"
#include "store/history_store.h"

#define BATCH_ROWS 100 /* rows a commit */
#define RETRY_SECONDS CW_HOUR
#define MAX_ROWS 1000000 /* a pass; more means that some never end (L4) */

/* Who decides when a row of this kind is due: one row a kind. */
static const struct case_kind {
	const char *kind;
	void (*decide)(const struct case_facts *f, const struct policy *p,
	    cw_time now, struct plan *out);
} case_kinds[] = {
	{ "step", ladder_step },
	{ "due-warning", ladder_due_warning },
	{ "due", ladder_due },
	{ "weekly", ladder_weekly },
	{ "review", case_review },
	{ "wait", case_wait_over },
	{ "close", case_close_due },
};

/* Rows that are not about one case: key = staff id or "". */
static const struct desk_kind {
	const char *kind;
	enum rc (*run)(struct app *app, const char *key, struct arena *a,
	    struct err *e); /* also sets its next row */
} desk_kinds[] = {
	{ "work-list", report_work_list },
	{ "lead-digest", report_lead_digest },
	{ "night", report_night },
	{ "absence", absence_due },
};

static enum rc
fire_case(struct app *app, const struct agenda_row *row, struct arena *a,
    struct err *e)
{
	struct case_facts f;
	struct plan p;
	enum rc rc;

	for (size_t i = 0; i < sizeof(case_kinds) / sizeof(case_kinds[0]); i++) {
		if (!str_eq(case_kinds[i].kind, row->kind))
			continue;
		rc = apply_load_facts(app, row->case_no, a, &f, e);
		if (rc != RC_OK)
			return rc;
		plan_init(&p, a, "caseward", row->kind);
		/* The row has fired; the decision sets the next one. */
		plan_clear(&p, row->kind, row->key);
		case_kinds[i].decide(&f, &app->policy, app->now, &p);
		return apply_plan(app, &f, &p, a, e);
	}
	return err_set(e, RC_FAIL, "nobody knows the agenda kind %s", row->kind);
}

static enum rc
fire_desk(struct app *app, const struct agenda_row *row, struct arena *a,
    struct err *e)
{
	for (size_t i = 0; i < sizeof(desk_kinds) / sizeof(desk_kinds[0]); i++)
		if (str_eq(desk_kinds[i].kind, row->kind))
			return desk_kinds[i].run(app, row->key, a, e);
	return agenda_store_clear(app->db, 0, row->kind, row->key, e);
}

/* Has an earlier row of this pass moved or removed it? */
static enum rc
is_still_due(struct app *app, const struct agenda_row *row, bool *out,
    struct err *e)
{
	cw_time due_at;
	enum rc rc = agenda_store_get(app->db, row->case_no, row->kind,
	    row->key, &due_at, e);

	*out = rc == RC_OK && due_at <= app->now;
	return rc == RC_NONE ? RC_OK : rc;
}

/* Nothing that fails again and again may do so unseen: the supervisor hears,
 * once a day for each row. */
static enum rc
tell_of_failure(struct app *app, const struct agenda_row *row,
    const char *why, struct arena *a, struct err *e)
{
	struct letter_more more = { .reason = arena_printf(a, "What was due by"
	    " time (%s) could not be done. It is tried again each hour.",
	    row->kind), .detail = row->case_no == 0 ? why : arena_printf(a,
	    "ER-%06lld: %s", (long long)row->case_no, why) };
	enum rc rc;

	if ((rc = db_savepoint(app->db, e)) != RC_OK)
		return rc;
	rc = mailer_queue_digest(app, "finding", app->policy.supervisor, &more,
	    arena_printf(a, "failed/%lld/%s/%s/%lld", (long long)row->case_no,
	    row->kind, row->key, (long long)(app->now / CW_DAY)), a, e);
	if (rc == RC_OK || rc == RC_NONE)
		return db_release(app->db, e);
	db_undo(app->db); /* the log has it, and the audit */
	return RC_OK;
}

/* One row as a savepoint of its own; what fails is tried again later. */
static enum rc
fire(struct app *app, const struct agenda_row *row, struct tick_count *n,
    struct arena *a, struct err *e)
{
	bool due;
	enum rc rc;

	if ((rc = is_still_due(app, row, &due, e)) != RC_OK || !due)
		return rc;
	if ((rc = db_savepoint(app->db, e)) != RC_OK)
		return rc;
	rc = row->case_no != 0 ? fire_case(app, row, a, e) :
	    fire_desk(app, row, a, e);
	if (rc == RC_OK) {
		n->fired++;
		return db_release(app->db, e);
	}
	db_undo(app->db);
	if (rc == RC_RETRY)
		return rc;
	n->failed++;
	log_event(LOG_LEVEL_ERROR, "agenda-failed",
	    "case=ER-%06lld kind=%s why=\"%s\"", (long long)row->case_no,
	    row->kind, e->text);
	if ((rc = tell_of_failure(app, row, arena_strdup(a, e->text), a,
	    e)) != RC_OK)
		return rc;
	return agenda_store_set(app->db, row->case_no, row->kind, row->key,
	    app->now + RETRY_SECONDS, e);
}

static enum rc
fire_batch(struct app *app, const struct agenda_row *v, size_t n_rows,
    struct tick_count *n, struct err *e)
{
	struct arena *a = arena_new();
	enum rc rc;

	if ((rc = db_begin(app->db, e)) != RC_OK)
		goto out;
	for (size_t i = 0; i < n_rows && rc == RC_OK; i++) {
		arena_reset(a);
		(void)beat(); /* a batch that was begun is finished */
		rc = fire(app, &v[i], n, a, e);
	}
	if (rc == RC_OK)
		rc = db_commit(app->db, e);
out:
	db_rollback(app->db);
	arena_free(&a);
	return rc;
}

enum rc
tick_run(struct app *app, struct tick_count *n, struct err *e)
{
	struct arena *a = arena_new();
	struct agenda_row *v;
	size_t n_rows;
	enum rc rc;

	do {
		arena_reset(a);
		rc = agenda_store_due(app->db, app->now, BATCH_ROWS, a, &v,
		    &n_rows, e);
		if (rc == RC_NONE || (rc == RC_OK && n_rows == 0)) {
			rc = RC_OK;
			break;
		}
		if (rc == RC_OK)
			rc = fire_batch(app, v, n_rows, n, e);
		if (n->fired + n->failed > MAX_ROWS) {
			alarm_raise(app, ALARM_NO_PROGRESS, "agenda", "More"
			    " than %d things were due at once; the rest waits"
			    " for the next pass", MAX_ROWS);
			break;
		}
	} while (rc == RC_OK && beat());
	arena_free(&a);
	return rc;
}

/* ---- standing rows ----------------------------------------------------- */

static enum rc
ensure(struct app *app, const char *kind, const char *key, cw_time first,
    struct err *e)
{
	cw_time due_at;
	enum rc rc = agenda_store_get(app->db, 0, kind, key, &due_at, e);

	return rc == RC_NONE ? agenda_store_set(app->db, 0, kind, key, first,
	    e) : rc;
}

static enum rc
ensure_person(struct app *app, const struct person *who, struct err *e)
{
	const struct policy *p = &app->policy;
	enum rc rc = RC_OK;

	if ((who->roles & ROLE_AGENT) != 0)
		rc = ensure(app, "work-list", who->id, calendar_next_at(
		    who->calendar, app->now, p->work_list_minute), e);
	if (rc == RC_OK && (who->roles & (ROLE_LEAD | ROLE_SUPERVISOR)) != 0)
		rc = ensure(app, "lead-digest", who->id, calendar_next_at(
		    who->calendar, app->now, p->digest_minute), e);
	return rc;
}

enum rc
tick_standing(struct app *app, struct err *e)
{
	const struct policy *p = &app->policy;
	enum rc rc;

	if ((rc = db_begin(app->db, e)) != RC_OK)
		return rc;
	for (size_t i = 0; i < p->n_people && rc == RC_OK; i++)
		rc = ensure_person(app, &p->people[i], e);
	if (rc == RC_OK)
		rc = ensure(app, "night", "", (app->now / CW_DAY + 1) * CW_DAY,
		    e);
	if (rc == RC_OK)
		rc = db_commit(app->db, e);
	db_rollback(app->db);
	return rc;
}
