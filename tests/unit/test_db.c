/* test_db.c - the thin door to the database: transactions, constraints,
 * statements, copies (M3, H6, ENGINEERING 6). */
#include "store_fixture.h"

#include "store/migrate.h"

#include "base/str.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define ADD_META "INSERT INTO meta (key, value) VALUES ($1, $2)"
#define COUNT_META "SELECT count(*) FROM meta"

static enum rc
add(struct fixture *f, const char *key)
{
	return db_run(f->db, &f->e, ADD_META, "tt", key, "v");
}

static void
test_commit_and_rollback(void **state)
{
	struct fixture *f = *state;

	assert_ok(f, db_begin(f->db, &f->e));
	assert_true(db_in_transaction(f->db));
	assert_ok(f, add(f, "kept"));
	assert_ok(f, db_commit(f->db, &f->e));
	assert_false(db_in_transaction(f->db));
	db_rollback(f->db); /* after a commit: nothing */

	assert_ok(f, db_begin(f->db, &f->e));
	assert_ok(f, add(f, "dropped"));
	db_rollback(f->db);
	assert_int_equal(number_of(f, COUNT_META), 1);
}

/* G6: one bad decision does not undo the others of its batch. */
static void
test_savepoint_undoes_one_decision(void **state)
{
	struct fixture *f = *state;

	assert_rc(db_savepoint(f->db, &f->e), RC_RETRY); /* outside */
	assert_ok(f, db_begin(f->db, &f->e));
	assert_ok(f, db_savepoint(f->db, &f->e));
	assert_ok(f, add(f, "one"));
	assert_ok(f, db_release(f->db, &f->e));

	assert_ok(f, db_savepoint(f->db, &f->e));
	assert_ok(f, add(f, "two"));
	assert_rc(add(f, "one"), RC_BAD);
	db_undo(f->db);
	assert_true(db_in_transaction(f->db));

	assert_ok(f, db_savepoint(f->db, &f->e));
	assert_ok(f, add(f, "three"));
	assert_ok(f, db_release(f->db, &f->e));
	assert_ok(f, db_commit(f->db, &f->e));
	assert_int_equal(number_of(f, COUNT_META), 2);
}

static void
test_errors_say_what_to_do(void **state)
{
	static const struct {
		const char *name, *sql;
		enum rc want;
	} tests[] = {
		{ "twice the same key", "INSERT INTO meta VALUES ('k', 'v')",
		    RC_BAD },
		{ "a word where a number belongs",
		    "INSERT INTO agenda VALUES (0, 'k', '', 'soon')", RC_BAD },
		{ "a blob where text belongs",
		    "INSERT INTO meta VALUES (x'41', 'v')", RC_BAD },
		{ "a note of a case that is not there",
		    "INSERT INTO note VALUES (1, 99, 'case', 1, 'a', 't')",
		    RC_BAD },
		{ "a state that does not exist", "INSERT INTO spool VALUES"
		    " (1,'m',1,1,'',x'00',1,1,1,'lost',0,'',1)", RC_BAD },
		{ "no such table", "SELECT * FROM nothing", RC_FAIL },
		{ "a text in double quotes is a mistake",
		    "SELECT \"nothing\" FROM meta", RC_FAIL },
		{ "? instead of $1", "SELECT ?", RC_FAIL },
		{ "nothing at all", "", RC_FAIL },
		{ "the schema is protected",
		    "UPDATE sqlite_schema SET sql = 'x'", RC_FAIL },
	};
	struct fixture *f = *state;

	assert_ok(f, add(f, "k"));
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		enum rc rc = db_run(f->db, &f->e, tests[i].sql, "");

		if (rc != tests[i].want)
			fail_msg("%s: %s", tests[i].name, rc_name(rc));
		assert_true(strlen(f->e.text) > 0);
	}
}

/* ENGINEERING 6: SQLite numbers $2, $1 by their first appearance. */
static void
test_parameters_have_their_own_numbers(void **state)
{
	struct fixture *f = *state;
	struct db_stmt *st = NULL;

	assert_ok(f, db_query(f->db, &st, &f->e, "SELECT $2 || '-' || $1",
	    "tt", "one", "two"));
	assert_ok(f, db_step(st, &f->e));
	assert_string_equal(db_col_text(st, 0, f->a), "two-one");
	db_stmt_free(&st);

	assert_ok(f, db_query(f->db, &st, &f->e, "SELECT $1", "ii",
	    INT64_C(1), INT64_C(2)));
	assert_rc(db_step(st, &f->e), RC_FAIL); /* there is no $2 */
	db_stmt_free(&st);
	db_stmt_free(&st); /* NULL */
}

static void
test_values_come_back(void **state)
{
	static const char q[] = "SELECT $1, $2, $3, $4, $5, $6";
	struct fixture *f = *state;
	struct db_stmt *st = NULL;
	const char *p;
	size_t n;

	for (int again = 0; again < 2; again++) {
		assert_ok(f, db_query(f->db, &st, &f->e, q, "ittbbb",
		    INT64_MIN, "\xc3\xa4", (const char *)NULL,
		    (const void *)"a\0b", (size_t)3, (const void *)"",
		    (size_t)0, (const void *)NULL, (size_t)0));
		assert_ok(f, db_step(st, &f->e));
		assert_true(db_col_int(st, 0) == INT64_MIN);
		assert_string_equal(db_col_text(st, 1, f->a), "\xc3\xa4");
		assert_true(db_col_is_null(st, 2));
		assert_string_equal(db_col_text(st, 2, f->a), "");
		p = db_col_blob(st, 3, f->a, &n);
		assert_int_equal(n, 3);
		assert_memory_equal(p, "a\0b", 4);
		assert_false(db_col_is_null(st, 4));
		assert_non_null(db_col_blob(st, 4, f->a, &n));
		assert_int_equal(n, 0);
		assert_true(db_col_is_null(st, 5));
		assert_rc(db_step(st, &f->e), RC_NONE);
		db_stmt_free(&st);
	}
	/* nothing is left bound for the next one */
	assert_ok(f, db_prepare(f->db, q, &st, &f->e));
	assert_ok(f, db_step(st, &f->e));
	assert_true(db_col_is_null(st, 0));
	db_stmt_free(&st);
}

static void
test_one_statement_in_use_twice(void **state)
{
	static const char q[] = "SELECT key FROM meta ORDER BY key";
	struct fixture *f = *state;
	struct db_stmt *x = NULL, *y = NULL;

	assert_ok(f, add(f, "a"));
	assert_ok(f, add(f, "b"));
	assert_ok(f, db_query(f->db, &x, &f->e, q, ""));
	assert_ok(f, db_step(x, &f->e));
	assert_ok(f, db_query(f->db, &y, &f->e, q, ""));
	assert_ok(f, db_step(y, &f->e));
	assert_ok(f, db_step(y, &f->e));
	assert_ok(f, db_step(x, &f->e));
	assert_string_equal(db_col_text(x, 0, f->a), "b");
	assert_rc(db_step(y, &f->e), RC_NONE);
	db_stmt_free(&x);
	db_stmt_free(&y);
}

static void
test_more_statements_than_are_kept(void **state)
{
	struct fixture *f = *state;

	for (int64_t i = 0; i < 600; i++) {
		struct db_stmt *st = NULL;
		char *q = arena_printf(f->a, "SELECT %lld", (long long)i);

		assert_ok(f, db_query(f->db, &st, &f->e, q, ""));
		assert_ok(f, db_step(st, &f->e));
		assert_int_equal(db_col_int(st, 0), i);
		db_stmt_free(&st);
	}
}

/* A stopped process holds the lock: later, not wrong.  The child waits for
 * nothing, so busy_timeout is what makes the parent wait; a reader is free. */
static void
test_locked_by_another_process(void **state)
{
	struct fixture *f = *state;
	struct db *other = NULL;

	assert_ok(f, db_open(f->path, 0, &other, &f->e));
	assert_ok(f, db_exec(other, "PRAGMA busy_timeout = 0", &f->e));
	assert_ok(f, db_begin(f->db, &f->e));
	assert_ok(f, add(f, "mine"));
	assert_rc(db_begin(other, &f->e), RC_RETRY);
	assert_false(db_in_transaction(other));
	assert_ok(f, db_check(other, &f->e));
	assert_ok(f, db_commit(f->db, &f->e));
	assert_ok(f, db_begin(other, &f->e));
	db_rollback(other);
	db_close(&other);
	assert_null(other);
	db_close(&other);
}

static void
count_commit(void *ctx, int64_t n)
{
	*(int64_t *)ctx = n;
}

/* M3: the tests that kill the process at every commit hang on this. */
static void
test_commits_are_counted(void **state)
{
	struct fixture *f = *state;
	int64_t n = 0, before;

	db_on_commit(f->db, count_commit, &n);
	assert_ok(f, add(f, "alone"));
	before = n;
	assert_true(before > 0);
	assert_int_equal(number_of(f, COUNT_META), 1); /* reading is none */
	assert_int_equal(n, before);
	assert_ok(f, db_begin(f->db, &f->e));
	assert_ok(f, db_savepoint(f->db, &f->e));
	assert_ok(f, add(f, "with others"));
	assert_ok(f, db_release(f->db, &f->e));
	assert_int_equal(n, before);
	assert_ok(f, db_commit(f->db, &f->e));
	assert_int_equal(n, before + 1);
	assert_rc(add(f, "alone"), RC_BAD);
	assert_int_equal(n, before + 1);
}

static void
stop_here(void *ctx, int64_t n)
{
	(void)ctx;
	(void)n;
	_exit(7);
}

/* M3: what was committed is there after a kill, what was not is gone. */
static void
test_killed_at_a_commit_M3(void **state)
{
	struct fixture *f = *state;
	struct db *db = NULL;
	pid_t pid;
	int status;

	db_close(&f->db);
	if ((pid = fork()) == 0) {
		if (db_open(f->path, 0, &db, &f->e) != RC_OK)
			_exit(1);
		db_on_commit(db, stop_here, NULL);
		if (db_begin(db, &f->e) != RC_OK || db_run(db, &f->e,
		    ADD_META, "tt", "kept", "v") != RC_OK)
			_exit(2);
		(void)db_commit(db, &f->e);
		_exit(3);
	}
	assert_true(waitpid(pid, &status, 0) == pid);
	assert_int_equal(WEXITSTATUS(status), 7);
	assert_ok(f, db_open(f->path, 0, &f->db, &f->e));
	assert_int_equal(number_of(f, COUNT_META), 1);
}

static void
test_switches_are_set(void **state)
{
	const struct {
		const char *ask;
		int64_t want;
	} tests[] = {
		{ "PRAGMA synchronous", 2 }, { "PRAGMA foreign_keys", 1 },
		{ "PRAGMA secure_delete", 1 }, { "PRAGMA trusted_schema", 0 },
		{ "PRAGMA user_version", migrate_latest() }, { "PRAGMA mmap_size", 0 },
		{ "PRAGMA temp_store", 2 }, { "PRAGMA busy_timeout", 5000 },
	};
	struct fixture *f = *state;
	struct db_stmt *st = NULL;

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		if (number_of(f, tests[i].ask) != tests[i].want)
			fail_msg("%s", tests[i].ask);
	assert_ok(f, db_query(f->db, &st, &f->e, "PRAGMA journal_mode", ""));
	assert_ok(f, db_step(st, &f->e));
	assert_string_equal(db_col_text(st, 0, f->a), "wal");
	db_stmt_free(&st);
}

/* H6: nobody else may read the files. */
static void
test_files_are_private_H6(void **state)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	struct fixture *f = *state;
	struct stat st;

	assert_ok(f, add(f, "k"));
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(stat(arena_printf(f->a, "%s%s", f->path,
		    ends[i]), &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
}

static void
test_which_files_are_opened(void **state)
{
	struct fixture *f = *state;
	char *other = arena_printf(f->a, "%s/other.db", f->dir);
	char *link = arena_printf(f->a, "%s/link.db", f->dir);
	struct db *db = NULL;
	int fd;

	assert_rc(db_open(other, 0, &db, &f->e), RC_NONE);
	assert_null(db);
	assert_rc(db_open("/nowhere/x.db", 0, &db, &f->e), RC_NONE);
	assert_rc(db_open("/nowhere/x.db", DB_CREATE, &db, &f->e), RC_FAIL);
	assert_rc(db_open(f->dir, 0, &db, &f->e), RC_FAIL);
	assert_int_equal(symlink(f->path, link), 0);
	assert_rc(db_open(link, 0, &db, &f->e), RC_FAIL);

	fd = open(other, O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	assert_true(write(fd, f->dir, 20) == 20);
	(void)close(fd);
	assert_rc(db_open(other, 0, &db, &f->e), RC_FAIL); /* not a database */
	assert_null(db);
}

static void
test_foreign_and_newer_files_stay_untouched(void **state)
{
	struct fixture *f = *state;
	struct db *db = NULL;

	assert_ok(f, db_exec(f->db, "PRAGMA user_version = 99", &f->e));
	assert_rc(db_open(f->path, 0, &db, &f->e), RC_FAIL);
	assert_non_null(strstr(f->e.text, "newer"));
	assert_ok(f, db_exec(f->db, "PRAGMA user_version = 2;"
	    "PRAGMA application_id = 5", &f->e));
	assert_rc(db_open(f->path, 0, &db, &f->e), RC_FAIL);
	assert_non_null(strstr(f->e.text, "not a database of caseward"));
}

static void
test_read_only(void **state)
{
	struct fixture *f = *state;
	struct db *db = NULL;

	assert_ok(f, add(f, "k"));
	assert_ok(f, db_open(f->path, DB_READONLY, &db, &f->e));
	assert_rc(db_run(db, &f->e, ADD_META, "tt", "x", "y"), RC_FAIL);
	assert_ok(f, db_check(db, &f->e));
	db_close(&db);
}

static void
test_backup(void **state)
{
	struct fixture *f = *state;
	char *copy = arena_printf(f->a, "%s/copy.db", f->dir);
	struct stat st;

	assert_ok(f, add(f, "k"));
	assert_ok(f, db_backup(f->db, copy, &f->e));
	assert_rc(db_backup(f->db, copy, &f->e), RC_FAIL); /* never over one */
	assert_int_equal(stat(copy, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	db_close(&f->db);
	assert_ok(f, db_open(copy, 0, &f->db, &f->e));
	assert_int_equal(number_of(f, COUNT_META), 1);
}

/* A page of zeros in the middle of the file is seen. */
static void
test_damage_is_seen(void **state)
{
	static const char zeros[4096];
	struct fixture *f = *state;
	int fd;

	assert_ok(f, db_exec(f->db, "PRAGMA wal_checkpoint(TRUNCATE)", &f->e));
	assert_ok(f, db_check(f->db, &f->e));
	db_close(&f->db);
	assert_true((fd = open(f->path, O_WRONLY)) >= 0);
	assert_true(pwrite(fd, zeros, 4096, 5 * 4096) == 4096);
	(void)close(fd);
	assert_ok(f, db_open(f->path, 0, &f->db, &f->e));
	assert_rc(db_check(f->db, &f->e), RC_FAIL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(test_commit_and_rollback),
		STORE_TEST(test_savepoint_undoes_one_decision),
		STORE_TEST(test_errors_say_what_to_do),
		STORE_TEST(test_parameters_have_their_own_numbers),
		STORE_TEST(test_values_come_back),
		STORE_TEST(test_one_statement_in_use_twice),
		STORE_TEST(test_more_statements_than_are_kept),
		STORE_TEST(test_locked_by_another_process),
		STORE_TEST(test_commits_are_counted),
		STORE_TEST(test_killed_at_a_commit_M3),
		STORE_TEST(test_switches_are_set),
		STORE_TEST(test_files_are_private_H6),
		STORE_TEST(test_which_files_are_opened),
		STORE_TEST(test_foreign_and_newer_files_stay_untouched),
		STORE_TEST(test_read_only),
		STORE_TEST(test_backup),
		STORE_TEST(test_damage_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
