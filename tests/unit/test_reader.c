/* test_reader.c - the reader child lives, dies and is started again (M7). */
#include "base/fsx.h"
#include "base/hash.h"
#include "base/str.h"
#include "mail/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <string.h>

#define HEAD "Subject: x\r\nContent-Type: text/plain\r\n\r\n"

static char *
numbered(struct arena *a, int i)
{
	return arena_printf(a, HEAD "mail number %d\n", i);
}

static void
test_one_mail(void **state)
{
	struct reader *r = reader_new();
	struct arena *a = arena_new();
	struct body b;
	struct err e;

	(void)state;
	assert_int_equal(reader_pid(r), 0);
	assert_int_equal(reader_collect(r, a, &b, &e), RC_NONE);
	assert_int_equal(reader_read(r, HEAD "hello", sizeof(HEAD "hello") - 1,
	    a, &b, &e), RC_OK);
	assert_string_equal(b.text, "hello");
	assert_string_equal(b.reply_text, "hello");
	assert_string_equal(b.problem, "");
	assert_int_not_equal(reader_pid(r), 0);
	reader_free(&r);
	assert_null(r);
	reader_free(&r);
	arena_free(&a);
}

static void
test_many_under_way_keep_their_order(void **state)
{
	struct reader *r = reader_new();
	struct arena *a = arena_new();
	int sent = 0, taken = 0;
	struct body b;
	struct err e;

	(void)state;
	while (taken < 500) {
		for (; sent < 500 && sent - taken < READER_MAX_QUEUE; sent++) {
			char *raw = numbered(a, sent);

			assert_int_equal(reader_submit(r, raw, strlen(raw),
			    &e), RC_OK);
		}
		if (sent < 500)
			assert_int_equal(reader_submit(r, "", 0, &e), RC_RETRY);
		assert_int_equal(reader_collect(r, a, &b, &e), RC_OK);
		assert_string_equal(b.text,
		    arena_printf(a, "mail number %d\n", taken));
		taken++;
	}
	assert_int_equal(reader_collect(r, a, &b, &e), RC_NONE);
	reader_free(&r);
	arena_free(&a);
}

/* Both directions are fuller than any pipe: nobody may wait for ever. */
static void
test_large_mails_both_ways(void **state)
{
	struct reader *r = reader_new();
	struct arena *a = arena_new();
	struct str mail = { 0 };
	struct body b;
	struct err e;

	(void)state;
	str_add(&mail, HEAD);
	while (mail.len < 900000)
		str_add(&mail, "a line of text that is answered in full\n");
	for (int i = 0; i < 20; i++)
		assert_int_equal(reader_submit(r, mail.s, mail.len, &e), RC_OK);
	for (int i = 0; i < 20; i++) {
		assert_int_equal(reader_collect(r, a, &b, &e), RC_OK);
		assert_int_equal(strlen(b.text), mail.len - strlen(HEAD));
		arena_reset(a);
	}
	str_fini(&mail);
	reader_free(&r);
	arena_free(&a);
}

/* A child that fails after it has read other mails: nobody is to blame yet,
 * so all are read again by a new one. */
static void
test_death_from_outside_costs_no_mail_M7(void **state)
{
	struct reader *r = reader_new();
	struct arena *a = arena_new();
	struct body b;
	struct err e;
	pid_t first;
	char *raw;

	(void)state;
	raw = numbered(a, 0);
	assert_int_equal(reader_read(r, raw, strlen(raw), a, &b, &e), RC_OK);
	first = reader_pid(r);
	assert_int_equal(kill(first, SIGSTOP), 0); /* it will answer nothing */
	for (int i = 1; i <= 5; i++) {
		raw = numbered(a, i);
		assert_int_equal(reader_submit(r, raw, strlen(raw), &e), RC_OK);
	}
	assert_int_equal(kill(first, SIGKILL), 0);
	for (int i = 1; i <= 5; i++) {
		assert_int_equal(reader_collect(r, a, &b, &e), RC_OK);
		assert_string_equal(b.text,
		    arena_printf(a, "mail number %d\n", i));
	}
	assert_int_not_equal(reader_pid(r), first);
	reader_free(&r);
	arena_free(&a);
}

/* Who gives up leaves no answer behind for the next mail to be given. */
static void
test_forgotten_mails_answer_nobody_M7(void **state)
{
	struct reader *r = reader_new();
	struct arena *a = arena_new();
	struct body b;
	struct err e;

	(void)state;
	for (int i = 1; i <= 5; i++) {
		char *raw = numbered(a, i);

		assert_int_equal(reader_submit(r, raw, strlen(raw), &e), RC_OK);
	}
	assert_int_equal(reader_collect(r, a, &b, &e), RC_OK);
	reader_forget(r);
	arena_reset(a); /* the mails are gone */
	assert_int_equal(reader_collect(r, a, &b, &e), RC_NONE);
	assert_int_equal(reader_read(r, HEAD "new", sizeof(HEAD "new") - 1, a,
	    &b, &e), RC_OK);
	assert_string_equal(b.text, "new");
	reader_free(&r);
	arena_free(&a);
}

static void
test_a_mail_that_is_too_large_IM15(void **state)
{
	struct reader *r = reader_new();
	struct arena *a = arena_new();
	struct body b;
	struct err e;
	char *raw = numbered(a, 1);

	(void)state;
	/* Never looked at, so it need not exist. */
	assert_int_equal(reader_submit(r, raw, READER_MAX_MAIL + 1, &e), RC_OK);
	assert_int_equal(reader_submit(r, raw, strlen(raw), &e), RC_OK);
	assert_int_equal(reader_collect(r, a, &b, &e), RC_BAD);
	assert_non_null(strstr(b.problem, "larger than 150 MiB"));
	assert_int_equal(reader_collect(r, a, &b, &e), RC_OK);
	assert_string_equal(b.text, "mail number 1\n");
	reader_free(&r);
	arena_free(&a);
}

static void
test_attachment_bytes_G10(void **state)
{
	struct reader *r = reader_new();
	struct arena *a = arena_new();
	uint8_t digest[SHA256_LEN];
	const char *bytes;
	struct body b;
	struct err e;
	char *raw;
	size_t len, n;

	(void)state;
	assert_int_equal(fsx_read(a, "tests/corpus/mixed-two-texts.eml",
	    1 << 20, &raw, &len, &e), RC_OK);
	assert_int_equal(reader_read(r, raw, len, a, &b, &e), RC_OK);
	assert_int_equal(b.n_attachments, 1);
	assert_int_equal(reader_attachment(r, raw, len, 0, a, &bytes, &n, &e),
	    RC_OK);
	assert_int_equal(n, b.attachments[0].size);
	assert_memory_equal(bytes, "%PDF-1.4 not really", n);
	hash_sha256(bytes, n, digest);
	assert_string_equal(hash_hex(a, digest, sizeof(digest)),
	    b.attachments[0].sha256);
	assert_int_equal(reader_attachment(r, raw, len, 1, a, &bytes, &n, &e),
	    RC_NONE);
	reader_free(&r);
	arena_free(&a);
}

/* Charsets are loaded from files, in the child, behind its sandbox. */
static void
test_charsets_work_in_the_child_M7(void **state)
{
	struct reader *r = reader_new();
	struct arena *a = arena_new();
	struct body b;
	struct err e;
	char *raw;
	size_t len;

	(void)state;
	assert_int_equal(fsx_read(a, "tests/corpus/chinese-gb2312.eml",
	    1 << 20, &raw, &len, &e), RC_OK);
	assert_int_equal(reader_read(r, raw, len, a, &b, &e), RC_OK);
	assert_string_equal(b.text, "工资还没有发。");
	reader_free(&r);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_mail),
		cmocka_unit_test(test_many_under_way_keep_their_order),
		cmocka_unit_test(test_large_mails_both_ways),
		cmocka_unit_test(test_death_from_outside_costs_no_mail_M7),
		cmocka_unit_test(test_forgotten_mails_answer_nobody_M7),
		cmocka_unit_test(test_a_mail_that_is_too_large_IM15),
		cmocka_unit_test(test_attachment_bytes_G10),
		cmocka_unit_test(test_charsets_work_in_the_child_M7),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
