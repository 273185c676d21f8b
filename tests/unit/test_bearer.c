/*
 * test_bearer.c - tokens that are kept between processes: one exchange for
 * many, what a crash or a full disk leaves (M1, M2, OA-9, L17, L18).
 */
#include "mailtest.h"

#include "app/bearer.h"
#include "app/bearer_file.h"
#include "base/fsx.h"
#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILDREN 8

static struct arena *a;
static char folder[] = "/tmp/cw-bearer-XXXXXX";
static cw_time clock_at;

static struct oauth2 source = { .name = "s", .kind = "refresh-token",
	.token_url = "https://t.example/", .ca_file = "", .client_id = "id",
	.client_secret_file = "", .client_secret_env = "", .key_file = "",
	.refresh_token_file = "", .subject = "", .scope = "",
	.mechanism = "xoauth2" };

static cw_time
fake_now(void)
{
	return clock_at;
}

/* How often it was asked is the length of a file: children count, too. */
static void
count_one(void)
{
	FILE *f = fopen(arena_printf(a, "%s/asked", folder), "a");

	assert_non_null(f);
	(void)fputc('x', f);
	(void)fclose(f);
}

static long
asked(void)
{
	struct stat st;

	return stat(arena_printf(a, "%s/asked", folder), &st) == 0 ?
	    (long)st.st_size : 0;
}

/* Each refresh token is good once. */
static enum rc
rotate(const struct oauth2_request *r, struct arena *mem,
    struct oauth2_answer *out, struct err *e)
{
	long n = asked();

	count_one();
	if (!str_eq(r->refresh_token, arena_printf(mem, "r%ld", n)))
		return err_set(e, RC_FAIL, "invalid_grant: %s after %ld",
		    r->refresh_token, n);
	*out = (struct oauth2_answer){ .verdict = OAUTH2_OK, .life_s = 3600,
		.access = arena_printf(mem, "a%ld", n + 1),
		.refresh = arena_printf(mem, "r%ld", n + 1) };
	return RC_OK;
}

static enum rc
away(const struct oauth2_request *r, struct arena *mem,
    struct oauth2_answer *out, struct err *e)
{
	(void)r;
	(void)mem;
	count_one();
	*out = (struct oauth2_answer){ .verdict = OAUTH2_RETRY,
		.retry_after_s = 600 };
	return err_set(e, RC_RETRY, "away");
}

static struct bearer_opts
opts(void)
{
	return (struct bearer_opts){ .source = &source, .database =
		arena_printf(a, "%s/db", folder), .login = "mailbox er",
		.fetch = rotate, .now = fake_now };
}

static const char *
kept(void)
{
	return arena_printf(a, "%s/db.oauth2-s", folder);
}

static int
set_up(void **state)
{
	struct err e;

	(void)state;
	a = arena_new();
	memcpy(strrchr(folder, '-') + 1, "XXXXXX", 6);
	assert_non_null(mkdtemp(folder));
	clock_at = 1000000;
	source.refresh_token_file = arena_printf(a, "%s/first", folder);
	assert_int_equal(fsx_write_atomic(source.refresh_token_file, "r0\n", 3,
	    0600, &e), RC_OK);
	return 0;
}

static int
tear_down(void **state)
{
	static const char *const names[] = { "db.oauth2-s",
		"db.oauth2-s.lock", "first", "asked" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)unlink(arena_printf(a, "%s/%s", folder, names[i]));
	(void)rmdir(folder);
	arena_free(&a);
	return 0;
}

static enum rc
get(const struct net_bearer *b, bool refused, const char **token)
{
	struct err e = { "the server says no" };

	*token = "";
	return b->get(b->ctx, refused, token, &e);
}

/* OA-9: many processes at once, one exchange; all have the same token. */
static void
test_one_exchange_for_all(void **state)
{
	pid_t pids[CHILDREN];
	const char *token;
	int gate[2], status;
	char byte;

	(void)state;
	assert_int_equal(pipe(gate), 0);
	for (size_t i = 0; i < CHILDREN; i++) {
		if ((pids[i] = fork()) != 0)
			continue;
		const struct bearer_opts o = opts();

		(void)close(gate[1]);
		(void)!read(gate[0], &byte, 1); /* until all are there */
		_exit(get(bearer_new(&o, a), false, &token) == RC_OK &&
		    str_eq(token, "a1") ? 0 : 1);
	}
	(void)close(gate[0]);
	(void)close(gate[1]);
	for (size_t i = 0; i < CHILDREN; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(asked(), 1);
}

/* OA-9: two that are refused the same token renew it once. */
static void
test_one_renewal_for_two(void **state)
{
	const struct bearer_opts o = opts();
	const struct net_bearer *x = bearer_new(&o, a), *y = bearer_new(&o, a);
	const char *token;

	(void)state;
	assert_int_equal(get(x, false, &token), RC_OK);
	assert_int_equal(get(y, false, &token), RC_OK);
	assert_int_equal(get(x, true, &token), RC_OK);
	assert_string_equal(token, "a2");
	assert_int_equal(get(y, true, &token), RC_OK);
	assert_string_equal(token, "a2");
	assert_int_equal(asked(), 2);
}

/* L18: a login that is refused twice rests; another of the same source and
 * the same token does not; success ends the rest. */
static void
test_logins_rest_apart(void **state)
{
	struct bearer_opts o = opts(), other = opts();
	const struct net_bearer *b = bearer_new(&o, a);
	const char *token;

	(void)state;
	other.login = "mailbox two";
	assert_int_equal(get(b, false, &token), RC_OK);
	assert_int_equal(get(b, true, &token), RC_OK);
	assert_int_equal(get(b, true, &token), RC_FAIL);
	assert_int_equal(get(b, true, &token), RC_FAIL);
	assert_int_equal(get(bearer_new(&o, a), false, &token), RC_FAIL);
	assert_int_equal(get(bearer_new(&other, a), false, &token), RC_OK);
	assert_int_equal(asked(), 2);
	clock_at += 5 * CW_MINUTE; /* of its own it is tried again */
	b = bearer_new(&o, a);
	assert_int_equal(get(b, false, &token), RC_OK);
	b->accepted(b->ctx);
	b = bearer_new(&o, a);
	assert_int_equal(get(b, false, &token), RC_OK);
	o.insist = true;
	assert_int_equal(get(bearer_new(&o, a), false, &token), RC_OK);
}

/* L17: growing rests, as long as the endpoint wants, an hour at most. */
static void
test_endpoint_rests(void **state)
{
	struct bearer_opts o = opts();
	const char *token;
	struct bearer_file f;
	struct err e;

	(void)state;
	o.fetch = away;
	for (long n = 1; n <= 12; n++) {
		assert_int_equal(get(bearer_new(&o, a), false, &token),
		    RC_RETRY);
		assert_int_equal(get(bearer_new(&o, a), false, &token),
		    RC_RETRY);
		assert_int_equal(asked(), n);
		clock_at += n <= 4 ? 10 * CW_MINUTE : CW_HOUR;
	}
	clock_at -= 10 * CW_DAY; /* set back: no rest of ten days */
	assert_int_equal(get(bearer_new(&o, a), false, &token), RC_RETRY);
	assert_int_equal(asked(), 13);
	assert_int_equal(bearer_file_load(kept(), "", a, &f, &e), RC_OK);
	assert_null(f.access);
}

/* L17: if what comes back could not be kept, nothing is exchanged. */
static void
test_no_room(void **state)
{
	const struct bearer_opts o = opts();
	const char *token;

	(void)state;
	assert_int_equal(mkdir(kept(), 0700), 0); /* cannot be renamed over */
	assert_int_not_equal(get(bearer_new(&o, a), false, &token), RC_OK);
	assert_int_equal(asked(), 0);
	assert_int_equal(rmdir(kept()), 0);
	assert_int_equal(get(bearer_new(&o, a), false, &token), RC_OK);
}

/* Nobody else may read it; another secret makes it void. */
static void
test_file(void **state)
{
	struct bearer_file f = { .endpoint = { "", 2, 77, "why" },
		.asked_at = 5, .renew_at = 6, .expires_at = 7 }, got;
	char access[] = "a.1", refresh[] = "r \"1\"";
	struct stat st;
	struct err e;

	(void)state;
	f.access = access;
	f.refresh = refresh;
	bearer_file_login(&f, "mailbox er", a)->failures = 3;
	bearer_file_login(&f, "well", a)->failures = 0;
	assert_int_equal(bearer_file_store(kept(), "k", &f, &e), RC_OK);
	assert_int_equal(stat(kept(), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(bearer_file_load(kept(), "k", a, &got, &e), RC_OK);
	assert_string_equal(got.access, "a.1");
	assert_string_equal(got.refresh, "r \"1\"");
	assert_int_equal(got.endpoint.failures, 2);
	assert_int_equal(got.endpoint.try_at, 77);
	assert_int_equal(got.renew_at, 6);
	assert_int_equal(got.n_logins, 1);
	assert_int_equal(got.logins[0].failures, 3);
	assert_int_equal(bearer_file_load(kept(), "other", a, &got, &e),
	    RC_OK);
	assert_null(got.access);
	assert_int_equal(got.endpoint.failures, 0);
}

/* Cut anywhere it is an empty file, or all of it. */
static void
test_torn_file(void **state)
{
	struct bearer_file f = { .endpoint = { "", 0, 0, "" } }, got;
	char access[] = "a", *text;
	struct err e;
	size_t len;

	(void)state;
	f.access = access;
	assert_int_equal(bearer_file_store(kept(), "k", &f, &e), RC_OK);
	assert_int_equal(fsx_read(a, kept(), 4096, &text, &len, &e), RC_OK);
	for (size_t n = 0; n < len; n++) {
		assert_int_equal(fsx_write_atomic(kept(), text, n, 0600, &e),
		    RC_OK);
		assert_int_equal(bearer_file_load(kept(), "k", a, &got, &e),
		    RC_OK);
		assert_true(got.access == NULL || str_eq(got.access, "a"));
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_one_exchange_for_all), T(test_one_renewal_for_two),
		T(test_logins_rest_apart), T(test_endpoint_rests),
		T(test_no_room), T(test_file), T(test_torn_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
