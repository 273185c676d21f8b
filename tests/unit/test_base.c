/* test_base.c - arena, errors, log lines, embedded files (M7, L1). */
#include "base/arena.h"
#include "base/embed.h"
#include "base/err.h"
#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
test_arena_M7(void **state)
{
	struct arena *a = arena_new();
	struct point {
		int x, y;
	} *v = NULL;
	size_t n = 0, cap = 0;
	char *p = arena_alloc(a, 100);

	(void)state;
	for (int i = 0; i < 100; i++)
		assert_int_equal(p[i], 0);
	assert_null(arena_strdup(a, NULL));
	assert_string_equal(arena_strndup(a, "abcdef", 3), "abc");
	assert_string_equal(arena_printf(a, "%s-%06d", "ER", 7), "ER-000007");
	assert_memory_equal(arena_memdup(a, "a\0b", 3), "a\0b", 4);
	for (int i = 0; i < 1000; i++)
		*ARENA_PUSH(a, v, n, cap) = (struct point){ i, -i };
	assert_int_equal(n, 1000);
	for (int i = 0; i < 1000; i++)
		assert_true(v[i].x == i && v[i].y == -i);
	assert_true(arena_bytes(a) >= 1000 * sizeof(*v));
	arena_reset(a);
	assert_int_equal(arena_bytes(a), 0);
	assert_string_equal(arena_strdup(a, "again"), "again");
	arena_free(&a);
	assert_null(a);
	arena_free(&a);
}

static void
test_errors_say_why_L1(void **state)
{
	char words[2000];
	struct err e;

	(void)state;
	assert_int_equal(err_set(&e, RC_RETRY, "port %d: closed", 993), RC_RETRY);
	assert_int_equal(err_wrap(&e, RC_FAIL, "mailbox %s", "er"), RC_FAIL);
	assert_string_equal(e.text, "mailbox er: port 993: closed");
	assert_string_equal(rc_name(RC_OK), "ok");
	assert_string_equal(rc_name(RC_UNSURE), "unsure");
	/* A long story is cut, not written past the end. */
	memset(words, 'w', sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	(void)err_set(&e, RC_BAD, "%s", words);
	(void)err_wrap(&e, RC_BAD, "%s", words);
	assert_true(strlen(e.text) < sizeof(e.text));
}

/* What log_event() writes to stderr, in `out`. */
static void
logged(char *out, size_t size, enum log_level level, const char *value)
{
	char quoted[64];
	int pipes[2], old = dup(STDERR_FILENO);
	ssize_t n;

	assert_int_equal(pipe(pipes), 0);
	(void)dup2(pipes[1], STDERR_FILENO);
	(void)close(pipes[1]);
	log_event(level, "mail-taken", "why=%s", log_quote(quoted,
	    sizeof(quoted), value));
	(void)dup2(old, STDERR_FILENO);
	(void)close(old);
	n = read(pipes[0], out, size - 1);
	assert_true(n >= 0);
	out[n] = '\0';
	(void)close(pipes[0]);
}

static void
test_log_lines_cannot_be_forged_M7(void **state)
{
	char line[4096], longer[5000];

	(void)state;
	assert_int_equal(setenv("JOURNAL_STREAM", "1:2", 1), 0);
	log_init(LOG_LEVEL_INFO);
	logged(line, sizeof(line), LOG_LEVEL_WARN, "a \"b\"\nevent=forged");
	assert_string_equal(line,
	    "<4>event=mail-taken why=\"a \\\"b\\\" event=forged\"\n");
	logged(line, sizeof(line), LOG_LEVEL_DEBUG, "not asked for");
	assert_string_equal(line, "");
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	logged(line, sizeof(line), LOG_LEVEL_ERROR, longer);
	assert_true(strlen(line) < 200 && line[strlen(line) - 1] == '\n');
}

static void
test_embedded_files_M11(void **state)
{
	const struct embedded *e = NULL;
	size_t n = 0;

	(void)state;
	assert_null(embed_find("no/such/file"));
	while ((e = embed_next("", e)) != NULL) {
		n++;
		assert_ptr_equal(embed_find(e->name), e);
		assert_int_equal(e->data[e->len], 0);
		assert_true(e[1].name == NULL || strcmp(e->name, e[1].name) < 0);
	}
	assert_true(n > 0);
	assert_null(embed_next("no/such/", NULL));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arena_M7),
		cmocka_unit_test(test_errors_say_why_L1),
		cmocka_unit_test(test_log_lines_cannot_be_forged_M7),
		cmocka_unit_test(test_embedded_files_M11),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
