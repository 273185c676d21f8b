/* casefile_row.c - a case as a row. */
#include "store/casefile_row.h"

#include <string.h>

enum kind { TEXT, TIME, NUMBER, FLAG, STATE, PRIORITY, RISK };

#define FIELD(kind, name) { kind, offsetof(struct casefile, name) }

/* The order of CASEFILE_COLUMNS. */
static const struct {
	enum kind kind;
	size_t at;
} fields[CASEFILE_N] = {
	FIELD(STATE, state),
	FIELD(PRIORITY, priority),
	FIELD(RISK, risk),
	FIELD(TEXT, category),
	FIELD(TEXT, type),
	FIELD(TEXT, department),
	FIELD(TEXT, owner),
	FIELD(TEXT, notify_user),
	FIELD(TEXT, team),
	FIELD(TEXT, employee_name),
	FIELD(TEXT, employee_email),
	FIELD(TEXT, employee_id),
	FIELD(TEXT, client),
	FIELD(TEXT, client_id),
	FIELD(TEXT, division),
	FIELD(TEXT, language),
	FIELD(TEXT, zone_name),
	FIELD(TEXT, brief),
	FIELD(TEXT, subject),
	FIELD(TEXT, public_title),
	FIELD(TEXT, reported_by),
	FIELD(TEXT, stoppage_reason),
	FIELD(TEXT, escalated_why),
	FIELD(TIME, opened_at),
	FIELD(TIME, due_at),
	FIELD(TIME, resolved_at),
	FIELD(TIME, closed_at),
	FIELD(TEXT, resolution),
	FIELD(NUMBER, step),
	FIELD(NUMBER, chain),
	FIELD(TIME, step_due_at),
	FIELD(TIME, step_planned_at),
	FIELD(FLAG, step_postponed),
	FIELD(TIME, climbed_at),
	FIELD(TIME, ladder_from),
	FIELD(TIME, department_answered_at),
	FIELD(TIME, employee_told_at),
	FIELD(TIME, waiting_until),
	FIELD(NUMBER, breaches),
	FIELD(FLAG, resolution_proposed),
	FIELD(FLAG, resolution_in_attachment),
	FIELD(FLAG, needs_directory_check),
	FIELD(FLAG, has_unreviewed),
	FIELD(TEXT, parties),
};

static void
bind_field(struct db_stmt *st, int i, enum kind kind, const void *p)
{
	const char *text;

	switch (kind) {
	case TEXT:
		text = *(const char *const *)p;
		db_bind_text(st, i, text == NULL ? "" : text);
		return;
	case TIME:
		db_bind_int(st, i, *(const cw_time *)p);
		return;
	case NUMBER:
		db_bind_int(st, i, *(const int *)p);
		return;
	case FLAG:
		db_bind_int(st, i, *(const bool *)p);
		return;
	case STATE:
		db_bind_text(st, i, case_state_name(*(const enum case_state *)p));
		return;
	case PRIORITY:
		db_bind_int(st, i, *(const enum priority *)p);
		return;
	case RISK:
		db_bind_int(st, i, *(const enum risk *)p);
		return;
	}
}

void
casefile_row_bind(struct db_stmt *st, const struct casefile *c)
{
	for (int i = 0; i < CASEFILE_N; i++)
		bind_field(st, i + 1, fields[i].kind,
		    (const char *)c + fields[i].at);
}

static bool
read_field(struct db_stmt *st, int i, enum kind kind, struct arena *a,
    void *p)
{
	switch (kind) {
	case TEXT:
		*(const char **)p = db_col_text(st, i, a);
		return true;
	case TIME:
		*(cw_time *)p = db_col_int(st, i);
		return true;
	case NUMBER:
		*(int *)p = (int)db_col_int(st, i);
		return true;
	case FLAG:
		*(bool *)p = db_col_int(st, i) != 0;
		return true;
	case STATE:
		return case_state_parse(db_col_text(st, i, a), p);
	case PRIORITY:
		*(enum priority *)p = (enum priority)db_col_int(st, i);
		return true;
	case RISK:
		*(enum risk *)p = (enum risk)db_col_int(st, i);
		return true;
	}
	return false;
}

enum rc
casefile_row_read(struct db_stmt *st, struct arena *a, struct casefile *out,
    struct err *e)
{
	memset(out, 0, sizeof(*out));
	out->no = db_col_int(st, 0);
	out->version = db_col_int(st, 1);
	for (int i = 0; i < CASEFILE_N; i++)
		if (!read_field(st, i + 2, fields[i].kind, a,
		    (char *)out + fields[i].at))
			return err_set(e, RC_FAIL, "ER-%06lld: unknown state",
			    (long long)out->no);
	return RC_OK;
}

enum rc
casefile_row_read_all(struct db_stmt *st, struct arena *a,
    struct casefile **out, size_t *n, struct err *e)
{
	struct casefile *v = NULL;
	size_t have = 0, cap = 0;
	enum rc rc;

	while ((rc = db_step(st, e)) == RC_OK)
		if ((rc = casefile_row_read(st, a,
		    ARENA_PUSH(a, v, have, cap), e)) != RC_OK)
			break;
	*out = v;
	*n = have;
	return rc == RC_NONE ? RC_OK : rc;
}
