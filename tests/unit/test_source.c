/*
 * test_source.c - mail from a Maildir and an mbox, mail into a Maildir, and
 * what may be called a host (M1, M2, M3, H1, L2, L6, L19, L21).
 */
#include "base/fsx.h"
#include "base/str.h"
#include "net/mbox.h"
#include "net/sink.h"
#include "net/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct box {
	struct arena *a;
	char dir[64];
	const char *known; /* a key that is "taken already", or NULL */
};

static const char *
path(const struct box *b, const char *rest)
{
	return arena_printf(b->a, "%s/%s", b->dir, rest);
}

static void
put(const struct box *b, const char *rest, const char *text)
{
	struct err e;

	assert_int_equal(fsx_write_atomic(path(b, rest), text, strlen(text),
	    0600, &e), RC_OK);
}

static bool
is_there(const struct box *b, const char *rest)
{
	return access(path(b, rest), F_OK) == 0;
}

static int
setup(void **state)
{
	static struct box b;
	struct err e;

	b = (struct box){ .a = arena_new(), .dir = "/tmp/cw-source-XXXXXX" };
	assert_non_null(mkdtemp(b.dir));
	assert_int_equal(fsx_mkdirs(path(&b, "new"), &e), RC_OK);
	assert_int_equal(fsx_mkdirs(path(&b, "cur"), &e), RC_OK);
	assert_int_equal(fsx_mkdirs(path(&b, "tmp"), &e), RC_OK);
	*state = &b;
	return 0;
}

static void
remove_tree(struct arena *a, const char *p)
{
	DIR *d = opendir(p);
	struct dirent *de;

	while (d != NULL && (de = readdir(d)) != NULL)
		if (strcmp(de->d_name, ".") != 0 &&
		    strcmp(de->d_name, "..") != 0)
			remove_tree(a, arena_printf(a, "%s/%s", p, de->d_name));
	if (d != NULL)
		(void)closedir(d);
	(void)remove(p);
}

static int
teardown(void **state)
{
	struct box *b = *state;

	remove_tree(b->a, b->dir);
	arena_free(&b->a);
	return 0;
}

static bool
is_known(void *ctx, const char *key)
{
	const struct box *b = ctx;

	return b->known != NULL && strcmp(key, b->known) == 0;
}

static struct source *
open_box(struct box *b, enum source_done done, bool knows)
{
	struct source_opts o = {
		.kind = SOURCE_MAILDIR, .path = b->dir, .done = done,
		.move_to = "Done", .max_mail = 1000,
		.is_known = knows ? is_known : NULL, .ctx = b,
	};
	struct source *s;
	struct err e;

	assert_int_equal(source_open(&o, &s, &e), RC_OK);
	return s;
}

/* "key key ..." of all mails that come; each batch is acknowledged. */
static const char *
take_all(struct box *b, struct source *s)
{
	struct source_position none = { 0 };
	struct str keys = { 0 };
	struct raw_mail *v;
	struct err e;
	bool is_reset;
	const char *out;
	size_t n;

	assert_int_equal(source_begin(s, &none, &is_reset, &e), RC_OK);
	while (source_next_batch(s, b->a, &v, &n, &e) == RC_OK) {
		assert_true(n > 0 && n <= SOURCE_BATCH_MAILS);
		for (size_t i = 0; i < n; i++)
			str_printf(&keys, "%s%s", keys.len ? " " : "",
			    v[i].key);
		assert_int_equal(source_ack(s, v, n, &e), RC_OK);
	}
	assert_int_equal(source_left(s), 0);
	out = str_dup(&keys, b->a);
	str_fini(&keys);
	return out;
}

static void
test_maildir_L6_oldest_first_and_moved_to_cur(void **state)
{
	struct box *b = *state;
	struct source *s = open_box(b, SOURCE_MARK, true);

	put(b, "new/1731312002.b.host", "two");
	put(b, "new/1731312000.c.host", "one");
	put(b, "cur/1731312001.a.host:2,S", "seen by a mail program");
	put(b, "new/.hidden", "no mail");
	assert_string_equal(take_all(b, s), "1731312000.c.host "
	    "1731312001.a.host 1731312002.b.host");
	assert_true(is_there(b, "cur/1731312000.c.host:2,"));
	assert_true(is_there(b, "cur/1731312001.a.host:2,S"));
	assert_true(is_there(b, "cur/1731312002.b.host:2,"));
	b->known = "1731312000.c.host";
	assert_string_equal(take_all(b, s),
	    "1731312001.a.host 1731312002.b.host");
	source_close(&s);
}

static void
test_maildir_M1_leave_and_move(void **state)
{
	struct box *b = *state;
	struct source *s = open_box(b, SOURCE_LEAVE, false);

	put(b, "new/1731312002.b.host", "two");
	put(b, "cur/1731312001.a.host:2,RS", "one");
	assert_string_equal(take_all(b, s), "1731312002.b.host");
	assert_true(is_there(b, "new/1731312002.b.host"));
	source_close(&s);

	s = open_box(b, SOURCE_MOVE, false);
	assert_string_equal(take_all(b, s),
	    "1731312001.a.host 1731312002.b.host");
	assert_true(is_there(b, ".Done/cur/1731312001.a.host:2,RS"));
	assert_true(is_there(b, ".Done/cur/1731312002.b.host:2,"));
	assert_string_equal(take_all(b, s), "");
	source_close(&s);
}

static void
test_maildir_L2_many_while_others_move_them(void **state)
{
	struct box *b = *state;
	struct source *s = open_box(b, SOURCE_MARK, false);
	struct source_position none = { 0 };
	struct raw_mail *v;
	struct err e;
	size_t n, total = 0, many = SOURCE_BATCH_MAILS + 30;
	bool is_reset;

	for (size_t i = 0; i < many; i++)
		put(b, arena_printf(b->a, "new/17313120%02zu.x.host", i), "x");
	assert_int_equal(source_begin(s, &none, &is_reset, &e), RC_OK);
	assert_int_equal(source_left(s), many);
	assert_int_equal(source_next_batch(s, b->a, &v, &n, &e), RC_OK);
	total += n;
	/* One is taken away unread, and one that we have is moved. */
	assert_int_equal(unlink(path(b, "new/1731312070.x.host")), 0);
	assert_int_equal(rename(path(b, "new/1731312000.x.host"),
	    path(b, "cur/1731312000.x.host:2,S")), 0);
	assert_int_equal(source_ack(s, v, n, &e), RC_OK);
	while (source_next_batch(s, b->a, &v, &n, &e) == RC_OK)
		total += n;
	assert_int_equal(total, many - 1);
	source_close(&s);
}

static void
test_maildir_L19_L21_what_can_not_be_taken_is_said(void **state)
{
	struct box *b = *state;
	struct source *s = open_box(b, SOURCE_MARK, false);
	struct source_position none = { 0 };
	struct raw_mail *v;
	struct err e;
	size_t n;
	bool is_reset;
	char body[3000];

	memset(body, 'x', sizeof(body) - 1);
	body[sizeof(body) - 1] = '\0';
	put(b, "new/1731312000.large.host", arena_printf(b->a,
	    "Subject: large\r\n\r\n%s", body));
	put(b, "new/1731312001.good.host", "Subject: good\n\nhi\n");
	assert_int_equal(mkfifo(path(b, "new/1731312002.fifo.host"), 0600), 0);
	assert_int_equal(source_begin(s, &none, &is_reset, &e), RC_OK);
	assert_int_equal(source_next_batch(s, b->a, &v, &n, &e), RC_OK);
	assert_int_equal(n, 3);
	assert_string_equal(v[0].raw, "Subject: large\r\n\r\n");
	assert_non_null(strstr(v[0].problem, "larger than 1000 bytes"));
	assert_string_equal(v[1].raw, "Subject: good\n\nhi\n");
	assert_string_equal(v[1].problem, "");
	assert_true(v[1].received_at == 1731312001);
	assert_string_equal(v[2].raw, "");
	assert_non_null(strstr(v[2].problem, "not a regular file"));
	source_close(&s);
}

static void
test_maildir_G14_wait_ends_when_mail_comes(void **state)
{
	struct box *b = *state;
	struct source *s = open_box(b, SOURCE_LEAVE, false);
	struct err e;
	int wake[2];

	put(b, "new/1731312000.old.host", "old");
	assert_string_equal(take_all(b, s), "1731312000.old.host");
	/* What was listed, taken or not, is no news. */
	assert_int_equal(source_wait(s, -1, 0, &e), RC_NONE);
	put(b, "new/1731312001.new.host", "new");
	assert_int_equal(source_wait(s, -1, 60, &e), RC_OK);
	assert_int_equal(unlink(path(b, "new/1731312001.new.host")), 0);
	assert_int_equal(source_wait(s, -1, 0, &e), RC_NONE);
	assert_int_equal(pipe(wake), 0);
	assert_int_equal(write(wake[1], "x", 1), 1);
	assert_int_equal(source_wait(s, wake[0], 60, &e), RC_OK);
	(void)close(wake[0]);
	(void)close(wake[1]);
	source_close(&s);
}

static void
test_source_M1_wrong_options_are_refused(void **state)
{
	static const struct {
		const char *name;
		struct source_opts o;
		enum rc want;
	} tests[] = {
		{ "a Maildir needs a path", { .kind = SOURCE_MAILDIR }, RC_BAD },
		{ "moving needs a folder",
		    { .kind = SOURCE_MAILDIR, .path = "/x",
		    .done = SOURCE_MOVE }, RC_BAD },
		{ "a folder has no line break",
		    { .kind = SOURCE_MAILDIR, .path = "/x",
		    .done = SOURCE_MOVE, .move_to = "a\r\nb" }, RC_BAD },
		{ "IMAP needs a host", { .kind = SOURCE_IMAP }, RC_BAD },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct source *s;
		struct err e;

		if (source_open(&tests[i].o, &s, &e) != tests[i].want)
			fail_msg("%s", tests[i].name);
	}
}

static void
test_mbox_H1(void **state)
{
#define SEP "From ann@x.example Tue Nov  3 10:00:00 2026\n"
	static const struct {
		const char *name, *in, *want; /* mails joined by "|" */
	} tests[] = {
		{ "one mail", SEP "S: a\n\nhi\n", "S: a\n\nhi\n" },
		{ "two mails", SEP "S: a\n\nhi\n\n" SEP "S: b\n\nho\n\n",
		    "S: a\n\nhi\n|S: b\n\nho\n" },
		{ "quoted From is unquoted, one level",
		    SEP "S: a\n\n>From me\n>>From you\n> From\n>Fromage\n",
		    "S: a\n\nFrom me\n>From you\n> From\n>Fromage\n" },
		{ "a sentence that begins with From is text",
		    SEP "S: a\n\n\nFrom here on, all is well.\n",
		    "S: a\n\n\nFrom here on, all is well.\n" },
		{ "From without an empty line before it is text",
		    SEP "S: a\n\nhi\n" SEP "ho\n",
		    "S: a\n\nhi\n" SEP "ho\n" },
		{ "CR LF lines stay CR LF",
		    "From a Tue Nov  3 10:00:00 2026\r\nS: a\r\n\r\nhi\r\n\r\n"
		    "From a Tue Nov  3 10:00:00 2026\r\nS: b\r\n\r\nho\r\n",
		    "S: a\r\n\r\nhi\r\n|S: b\r\n\r\nho\r\n" },
		{ "no newline at the end", SEP "S: a\n\nhi", "S: a\n\nhi" },
		{ "a separator alone", SEP, "" },
		{ "no mbox at all is one mail", "S: a\n\nhi\n",
		    "S: a\n\nhi\n" },
	};
	struct box *b = *state;

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		size_t len = strlen(tests[i].in), pos = 0, n, k = 0;
		struct str got = { 0 };
		const char *mail;

		while (mbox_next(tests[i].in, len, &pos, b->a, &mail, &n)) {
			str_printf(&got, "%s", k++ > 0 ? "|" : "");
			str_addn(&got, mail, n);
		}
		if (strcmp(str_text(&got), tests[i].want) != 0)
			fail_msg("%s: %s", tests[i].name, str_text(&got));
		str_fini(&got);
	}
	assert_true(mbox_is(SEP, sizeof(SEP) - 1));
	assert_false(mbox_is("From: a\n", 8));
	assert_false(mbox_is("", 0));
#undef SEP
}

static void
test_sink_M3_a_mail_is_written_once(void **state)
{
	struct box *b = *state;
	struct sink_opts o = { .kind = SINK_MAILDIR,
		.path = path(b, "deep/out") };
	struct sink_mail v[] = {
		{ .from = "", .rcpt = "a@x.example", .message_id = "1@x",
		    .bytes = "one\r\n", .len = 5 },
		{ .from = "", .rcpt = "b@x.example", .message_id = "1@x",
		    .bytes = "two\r\n", .len = 5 },
	};
	struct source_opts in = { .kind = SOURCE_MAILDIR, .path = o.path,
		.done = SOURCE_MARK };
	struct source_position none = { 0 };
	struct source *s;
	struct raw_mail *got;
	struct sink *out;
	struct err e;
	bool is_reset;
	size_t n;

	assert_int_equal(sink_open(&o, &out, &e), RC_OK);
	for (int round = 0; round < 2; round++) {
		assert_int_equal(sink_send(out, v, 2, &e), RC_OK);
		assert_int_equal(v[0].rc, RC_OK);
		assert_int_equal(v[1].rc, RC_OK);
	}
	assert_int_equal(sink_send(out, v, 0, &e), RC_OK);
	assert_int_equal(source_open(&in, &s, &e), RC_OK);
	assert_int_equal(source_begin(s, &none, &is_reset, &e), RC_OK);
	assert_int_equal(source_next_batch(s, b->a, &got, &n, &e), RC_OK);
	assert_int_equal(n, 2);
	/* Read by somebody: it is still there once. */
	assert_int_equal(source_ack(s, got, n, &e), RC_OK);
	assert_int_equal(sink_send(out, v, 2, &e), RC_OK);
	assert_string_equal(v[0].reply, "is there already");
	assert_int_equal(source_begin(s, &none, &is_reset, &e), RC_OK);
	assert_int_equal(source_left(s), 2);
	source_close(&s);
	sink_close(&out);
}

static void
test_host_M1_M2(void **state)
{
	static const struct {
		const char *name;
		struct net_host h;
		enum rc want;
	} tests[] = {
		{ "a name with TLS", { .host = "imap.x.example", .port = 993 },
		    RC_OK },
		{ "an IPv6 address", { .host = "2001:db8::1", .port = 993 },
		    RC_OK },
		{ "no TLS to this machine by name", { .host = "localhost",
		    .port = 143, .tls = NET_TLS_NONE }, RC_OK },
		{ "no TLS to this machine by address", { .host = "127.9.9.9",
		    .port = 143, .tls = NET_TLS_NONE }, RC_OK },
		{ "no TLS over IPv6", { .host = "::1", .port = 143,
		    .tls = NET_TLS_NONE }, RC_OK },
		{ "no TLS elsewhere is refused", { .host = "imap.x.example",
		    .port = 143, .tls = NET_TLS_NONE }, RC_BAD },
		{ "a name that only begins like loopback", {
		    .host = "127.0.0.1.evil.example", .port = 143,
		    .tls = NET_TLS_NONE }, RC_BAD },
		{ "no host", { .port = 993 }, RC_BAD },
		{ "a path in the host", { .host = "x/y", .port = 993 },
		    RC_BAD },
		{ "a user in the host", { .host = "u@x", .port = 993 },
		    RC_BAD },
		{ "no port", { .host = "x" }, RC_BAD },
		{ "a port too high", { .host = "x", .port = 65536 }, RC_BAD },
		{ "a line break in the user", { .host = "x", .port = 993,
		    .user = "a\r\nb" }, RC_BAD },
		{ "a line break in the password", { .host = "x", .port = 993,
		    .user = "a", .password = "a\n" }, RC_BAD },
		{ "a line break in the mechanism", { .host = "x", .port = 993,
		    .user = "a", .login_options = "a\r" }, RC_BAD },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct err e;

		if (net_host_check(&tests[i].h, &e) != tests[i].want)
			fail_msg("%s", tests[i].name);
	}
}

int
main(void)
{
#define WITH_BOX(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		WITH_BOX(test_maildir_L6_oldest_first_and_moved_to_cur),
		WITH_BOX(test_maildir_M1_leave_and_move),
		WITH_BOX(test_maildir_L2_many_while_others_move_them),
		WITH_BOX(test_maildir_L19_L21_what_can_not_be_taken_is_said),
		WITH_BOX(test_maildir_G14_wait_ends_when_mail_comes),
		cmocka_unit_test(test_source_M1_wrong_options_are_refused),
		WITH_BOX(test_mbox_H1),
		WITH_BOX(test_sink_M3_a_mail_is_written_once),
		cmocka_unit_test(test_host_M1_M2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
