/*
 * casefile_row.h - a case as a row: its columns, in one order, for every
 * statement that reads or writes whole cases.
 */
#ifndef CW_STORE_CASEFILE_ROW_H
#define CW_STORE_CASEFILE_ROW_H

#include "core/casefile.h"
#include "store/db.h"

/* All but no and version; the order of casefile_row.c. */
#define CASEFILE_COLUMNS                                                    \
	"state, priority, risk, category, type, department, owner,"         \
	" notify_user, team, employee_name, employee_email, employee_id,"   \
	" client, client_id, division, language, zone, brief, subject,"     \
	" public_title, reported_by, stoppage_reason, escalated_why,"       \
	" opened_at, due_at, resolved_at, closed_at, resolution, step,"     \
	" chain, step_due_at, step_planned_at, step_postponed, climbed_at," \
	" ladder_from, department_answered_at, employee_told_at,"  \
	" waiting_until,"                                                  \
	" breaches, resolution_proposed, resolution_in_attachment,"         \
	" needs_directory_check, has_unreviewed, parties"
#define CASEFILE_VALUES                                                     \
	"$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15," \
	" $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28," \
	" $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41," \
	" $42, $43, $44"
#define CASEFILE_N 44

/* "SELECT " CASEFILE_SELECT " FROM casefile": for casefile_row_read. */
#define CASEFILE_SELECT "no, version, " CASEFILE_COLUMNS

void casefile_row_bind(struct db_stmt *st, const struct casefile *c);
/* RC_FAIL: a state that this program does not know. */
enum rc casefile_row_read(struct db_stmt *st, struct arena *a,
    struct casefile *out, struct err *e);
/* All rows of a statement. */
enum rc casefile_row_read_all(struct db_stmt *st, struct arena *a,
    struct casefile **out, size_t *n, struct err *e);

#endif
