/* store_fixture.h - a fresh database in memory-like speed, and small cases,
 * for the tests of the stores. */
#ifndef CW_TESTS_STORE_FIXTURE_H
#define CW_TESTS_STORE_FIXTURE_H

#include "store/casefile_store.h"
#include "store/db.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define T0 INT64_C(1793613600) /* Mon 2 Nov 2026, 10:00 UTC */

struct fixture {
	char dir[64], path[96];
	struct db *db;
	struct arena *a;
	struct err e;
};

#define assert_ok(f, call)                                                  \
	do {                                                                \
		enum rc rc_ = (call);                                       \
		if (rc_ != RC_OK)                                           \
			fail_msg("%s: %s, %s", #call, rc_name(rc_),         \
			    (f)->e.text);                                   \
	} while (0)
#define assert_rc(call, want)                                               \
	assert_string_equal(rc_name(call), rc_name(want))

static inline int
fixture_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	(void)snprintf(f->dir, sizeof(f->dir), "/tmp/cw-store-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	(void)snprintf(f->path, sizeof(f->path), "%s/case.db", f->dir);
	f->a = arena_new();
	assert_ok(f, db_open(f->path, DB_CREATE, &f->db, &f->e));
	*state = f;
	return 0;
}

static inline int
fixture_teardown(void **state)
{
	static const char *const files[] = {
		"case.db", "case.db-wal", "case.db-shm", "copy.db",
		"copy.db-wal", "copy.db-shm", "other.db", "link.db",
	};
	struct fixture *f = *state;
	char path[128];

	db_close(&f->db);
	arena_free(&f->a);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", f->dir, files[i]);
		(void)unlink(path);
	}
	(void)rmdir(f->dir);
	free(f);
	return 0;
}

#define STORE_TEST(t)                                                       \
	cmocka_unit_test_setup_teardown(t, fixture_setup, fixture_teardown)

/* The first column of the first row of any question. */
static inline int64_t
number_of(struct fixture *f, const char *question)
{
	struct db_stmt *st = NULL;
	int64_t n;

	assert_ok(f, db_query(f->db, &st, &f->e, question, ""));
	assert_ok(f, db_step(st, &f->e));
	n = db_col_int(st, 0);
	db_stmt_free(&st);
	return n;
}

/* An open case, all text set to something of its own. */
static inline struct casefile
a_case(const char *owner)
{
	return (struct casefile){
		.state = CASE_ASSIGNED, .priority = PRIO_LOW,
		.risk = RISK_LOW, .category = "payroll", .type = "question",
		.department = "payroll", .owner = owner, .notify_user = owner,
		.team = "east", .employee_name = "Ann Lee",
		.employee_email = "ann.lee@example.com",
		.employee_id = "E1001", .client = "Northwind",
		.client_id = "NW", .division = "D7", .language = "en",
		.zone_name = "America/New_York", .brief = "pay is short",
		.subject = "pay is short, Ann Lee E1001, Northwind NW, D7",
		.public_title = "Your payroll question",
		.reported_by = "Employee Relations", .stoppage_reason = "",
		.escalated_why = "", .opened_at = T0,
		.ladder_from = T0,
		.due_at = T0 + 14 * CW_DAY, .resolution = "",
		.step_due_at = T0 + CW_DAY, .step_planned_at = T0 + CW_DAY,
	};
}

static inline int64_t
open_case(struct fixture *f, const char *owner)
{
	struct casefile c = a_case(owner);

	assert_ok(f, casefile_store_insert(f->db, &c, &f->e));
	return c.no;
}

#endif
