/* test_fsx.c - files, and the lock that makes one daemon one (M3, L7). */
#include "base/fsx.h"
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
	struct arena *a;
	char dir[64];
};

static int
setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	p->a = arena_new();
	strcpy(p->dir, "/tmp/caseward-fsx-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	*state = p;
	return 0;
}

static int
teardown(void **state)
{
	struct place *p = *state;
	int gone = rmdir(p->dir);

	arena_free(&p->a);
	free(p);
	return gone;
}

static void
test_written_whole_or_not_at_all_M3(void **state)
{
	struct place *p = *state;
	char *path = arena_printf(p->a, "%s/f", p->dir), *got = NULL;
	struct stat st;
	struct err e;
	size_t len = 0;

	assert_int_equal(fsx_read(p->a, path, 10, &got, &len, &e), RC_NONE);
	assert_int_equal(fsx_write_atomic(path, "a\0b", 3, 0600, &e), RC_OK);
	assert_int_equal(fsx_write_atomic(path, "new\0x", 5, 0600, &e), RC_OK);
	assert_int_equal(fsx_read(p->a, path, 5, &got, &len, &e), RC_OK);
	assert_int_equal(len, 5);
	assert_memory_equal(got, "new\0x", 6);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(fsx_read(p->a, path, 4, &got, &len, &e), RC_BAD);
	assert_int_equal(fsx_read(p->a, p->dir, 4, &got, &len, &e), RC_BAD);
	assert_int_equal(unlink(path), 0);
	/* teardown's rmdir proves that no temporary file was left. */
	assert_int_not_equal(fsx_write_atomic("/nowhere/f", "x", 1, 0600, &e),
	    RC_OK);
	assert_non_null(strstr(e.text, "/nowhere"));
}

static void
test_fifo_is_not_waited_for_L7(void **state)
{
	struct place *p = *state;
	char *path = arena_printf(p->a, "%s/fifo", p->dir), *got = NULL;
	struct err e;
	size_t len;

	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(fsx_read(p->a, path, 4, &got, &len, &e), RC_BAD);
	assert_int_equal(unlink(path), 0);
}

static void
test_lock_ends_with_its_holder_L7(void **state)
{
	struct place *p = *state;
	char *path = arena_printf(p->a, "%s/lock", p->dir);
	int first = -1, second = -1;
	struct err e;

	assert_int_equal(fsx_lock(path, &first, &e), RC_OK);
	assert_int_equal(fsx_lock(path, &second, &e), RC_RETRY);
	assert_int_equal(close(first), 0);
	assert_int_equal(fsx_lock(path, &second, &e), RC_OK);
	assert_int_equal(close(second), 0);
	assert_int_equal(unlink(path), 0);
}

static void
test_folders_M3(void **state)
{
	struct place *p = *state;
	char *inner = arena_printf(p->a, "%s/a/b", p->dir);
	struct stat st;
	struct err e;

	assert_int_equal(fsx_mkdirs(inner, &e), RC_OK);
	assert_int_equal(fsx_mkdirs(inner, &e), RC_OK);
	assert_int_equal(stat(inner, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(rmdir(inner), 0);
	assert_int_equal(rmdir(arena_printf(p->a, "%s/a", p->dir)), 0);
	assert_string_equal(str_beside(p->a, "/etc/c/main.yaml", "people.yaml"),
	    "/etc/c/people.yaml");
	assert_string_equal(str_beside(p->a, "/etc/c/main.yaml", "/x/y"), "/x/y");
	assert_string_equal(str_beside(p->a, "main.yaml", "y"), "y");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_written_whole_or_not_at_all_M3,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(test_fifo_is_not_waited_for_L7,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(test_lock_ends_with_its_holder_L7,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(test_folders_M3, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
