/* test_outbox_store.c - mails on their way out (G11, M2, M3, L19, L20). */
#include "store_fixture.h"

#include "base/str.h"
#include "store/outbox_store.h"

#include <string.h>

static struct outbox_mail
a_mail(struct fixture *f, const char *dedup, const char *rcpt, cw_time at)
{
	return (struct outbox_mail){
		.channel = "mail", .case_no = 3, .audience = AUD_EMPLOYEE,
		.template = "ack", .rcpt = rcpt, .rcpt_name = "Ann",
		.subject = "[ER-000003] Your question", .why = "opening",
		.message_id = arena_printf(f->a, "<%s@us>", dedup),
		.refs = "<a@x> <b@x>", .dedup = dedup, .created_at = at,
		.next_try_at = at, .bytes = "To: ann\r\n\r\nHello\r\n",
		.len = 18,
	};
}

static int64_t
put_to(struct fixture *f, const char *dedup, const char *rcpt, cw_time at)
{
	struct outbox_mail m = a_mail(f, dedup, rcpt, at);
	int64_t id;

	assert_ok(f, outbox_store_next_id(f->db, &id, &f->e));
	assert_ok(f, outbox_store_add(f->db, &m, &f->e));
	return id;
}

static int64_t
put(struct fixture *f, const char *dedup, cw_time at)
{
	return put_to(f, dedup, "ann@example.com", at);
}

static size_t
claim(struct fixture *f, cw_time now, size_t max, size_t bytes,
    struct outbox_mail **v)
{
	size_t n;

	assert_ok(f, outbox_store_claim(f->db, "", now, max, bytes, f->a, v, &n,
	    &f->e));
	return n;
}

/* G11: what goes out is what was stored, byte for byte. */
static void
test_a_mail_comes_back_whole_G11(void **state)
{
	struct fixture *f = *state;
	int64_t id = put(f, "k", T0);
	struct outbox_mail m;

	assert_int_equal(id, 1);
	assert_ok(f, outbox_store_get(f->db, id, f->a, &m, &f->e));
	assert_string_equal(m.channel, "mail");
	assert_int_equal(m.case_no, 3);
	assert_string_equal(m.template, "ack");
	assert_string_equal(m.rcpt_name, "Ann");
	assert_string_equal(m.why, "opening");
	assert_string_equal(m.refs, "<a@x> <b@x>");
	assert_string_equal(m.state, "queued");
	assert_int_equal(m.len, 18);
	assert_memory_equal(m.bytes, "To: ann\r\n\r\nHello\r\n", 18);
	assert_ok(f, outbox_store_by_mid(f->db, "<k@us>", f->a, &m, &f->e));
	assert_int_equal(m.id, id);
	assert_rc(outbox_store_by_mid(f->db, "<z@us>", f->a, &m, &f->e),
	    RC_NONE);
	assert_rc(outbox_store_get(f->db, 99, f->a, &m, &f->e), RC_NONE);
}

/* M3: a decision that is carried out twice queues one mail. */
static void
test_a_mail_is_queued_once_M3(void **state)
{
	struct fixture *f = *state;
	struct outbox_mail m = a_mail(f, "3:ack", "ann@example.com", T0);

	(void)put(f, "3:ack", T0);
	assert_rc(outbox_store_add(f->db, &m, &f->e), RC_NONE);
	m.dedup = "3:other"; /* the same Message-ID is a mistake of ours */
	assert_rc(outbox_store_add(f->db, &m, &f->e), RC_BAD);
	assert_int_equal(number_of(f, "SELECT count(*) FROM outbox"), 1);
	m.message_id = "<n@us>";
	m.state = "held";
	m.reply = "not in the audience";
	assert_ok(f, outbox_store_add(f->db, &m, &f->e));
	assert_ok(f, outbox_store_get(f->db, 2, f->a, &m, &f->e));
	assert_string_equal(m.state, "held");
	assert_string_equal(m.reply, "not in the audience");
}

/* M2: the next mail on a case to the same person waits for an earlier one
 * that was put off, but not for hours; a refusal of the server for all
 * leaves no trace on a mail. */
static void
test_an_earlier_mail_goes_first_M2(void **state)
{
	struct fixture *f = *state;
	struct outbox_mail *v;

	(void)put(f, "first", T0 + 120);
	(void)put(f, "second", T0);
	assert_int_equal(claim(f, T0 + 5, 9, 9000, &v), 0);
	assert_int_equal(claim(f, T0 + 130, 9, 9000, &v), 1);
	assert_string_equal(v[0].dedup, "first");
	assert_ok(f, outbox_store_mark_untried(f->db, v[0].id, "queued",
	    "421 busy", &f->e));
	assert_int_equal(claim(f, T0 + 130, 9, 9000, &v), 1);
	assert_int_equal(v[0].attempts, 1);
	assert_ok(f, outbox_store_mark_later(f->db, v[0].id, "queued",
	    T0 + 7200, "450 busy", &f->e));
	assert_int_equal(claim(f, T0 + 130, 9, 9000, &v), 1);
	assert_string_equal(v[0].dedup, "second");
}

/* M2: what is claimed is claimed once, oldest first, in bounded batches. */
static void
test_claims_are_bounded_and_in_order_M2(void **state)
{
	struct fixture *f = *state;
	struct outbox_mail *v;

	(void)put_to(f, "a", "a@example.com", T0 + 3);
	(void)put_to(f, "b", "b@example.com", T0 + 1);
	(void)put_to(f, "c", "c@example.com", T0 + 2);
	(void)put_to(f, "d", "d@example.com", T0 + 9);
	assert_int_equal(claim(f, T0, 9, 9000, &v), 0);
	assert_int_equal(claim(f, T0 + 5, 2, 9000, &v), 2);
	assert_string_equal(v[0].dedup, "b");
	assert_string_equal(v[1].dedup, "c");
	assert_string_equal(v[0].state, "sending");
	assert_int_equal(v[0].attempts, 1);
	assert_memory_equal(v[1].bytes, "To: ann", 7);
	assert_int_equal(claim(f, T0 + 5, 9, 9000, &v), 1);
	assert_string_equal(v[0].dedup, "a");
	assert_int_equal(claim(f, T0 + 5, 9, 9000, &v), 0);
}

static void
test_claims_are_bounded_in_bytes_M2(void **state)
{
	static const struct {
		const char *name;
		size_t bytes, want;
	} tests[] = {
		{ "one, however large", 1, 1 }, { "one fits", 18, 1 },
		{ "two fit", 36, 2 }, { "two fit, a third does not", 53, 2 },
		{ "all fit", 54, 3 },
	};
	struct fixture *f = *state;
	struct outbox_mail *v;

	for (int i = 0; i < 3; i++)
		(void)put(f, arena_printf(f->a, "%d", i), T0 + i);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		assert_ok(f, db_begin(f->db, &f->e));
		if (claim(f, T0 + 9, 9, tests[i].bytes, &v) != tests[i].want)
			fail_msg("%s", tests[i].name);
		db_rollback(f->db);
	}
}

/* A pass that died in the middle: unsure, once more later, same id (L20). */
static void
test_the_way_of_a_mail_M2_L20(void **state)
{
	struct fixture *f = *state;
	int64_t id = put(f, "a", T0), n;
	struct outbox_mail *v, m;

	assert_int_equal(claim(f, T0, 9, 9000, &v), 1);
	assert_ok(f, outbox_store_recover(f->db, T0 + 60, &n, &f->e));
	assert_int_equal(n, 1);
	assert_ok(f, outbox_store_recover(f->db, T0 + 60, &n, &f->e));
	assert_int_equal(n, 0);
	assert_ok(f, outbox_store_count_state(f->db, "unsure", &n, &f->e));
	assert_int_equal(n, 1);
	assert_int_equal(claim(f, T0 + 59, 9, 9000, &v), 0);
	assert_int_equal(claim(f, T0 + 60, 9, 9000, &v), 1);
	assert_int_equal(v[0].attempts, 2);
	assert_string_equal(v[0].message_id, "<a@us>");

	assert_ok(f, outbox_store_mark_later(f->db, id, "queued", T0 + 90,
	    "451 later", &f->e));
	assert_int_equal(claim(f, T0 + 90, 9, 9000, &v), 1);
	assert_ok(f, outbox_store_mark_failed(f->db, id, "550 no", &f->e));
	assert_ok(f, outbox_store_get(f->db, id, f->a, &m, &f->e));
	assert_string_equal(m.state, "failed");
	assert_string_equal(m.reply, "550 no");
	assert_ok(f, outbox_store_requeue(f->db, id, T0 + 100, &f->e));
	assert_rc(outbox_store_requeue(f->db, id, T0 + 100, &f->e), RC_NONE);
	assert_int_equal(claim(f, T0 + 100, 9, 9000, &v), 1);
	assert_ok(f, outbox_store_mark_sent(f->db, id, T0 + 101, "250 ok",
	    &f->e));
	assert_ok(f, outbox_store_mark_bounced(f->db, id, T0 + 200, &f->e));
	assert_ok(f, outbox_store_mark_bounced(f->db, id, T0 + 300, &f->e));
	assert_ok(f, outbox_store_get(f->db, id, f->a, &m, &f->e));
	assert_string_equal(m.state, "sent");
	assert_int_equal(m.sent_at, T0 + 101);
	assert_int_equal(m.bounced_at, T0 + 200); /* the first one */
	assert_int_equal(m.attempts, 4);
}

/* TH-3: the parent of the next mail to the same person on the same case. */
static void
test_the_last_mail_to_somebody_TH3(void **state)
{
	struct fixture *f = *state;
	struct outbox_mail m;

	assert_rc(outbox_store_last_to(f->db, 3, "ann@example.com", f->a, &m,
	    &f->e), RC_NONE);
	(void)put(f, "a", T0);
	(void)put(f, "b", T0);
	m = a_mail(f, "c", "bo@example.com", T0);
	assert_ok(f, outbox_store_add(f->db, &m, &f->e));
	m = a_mail(f, "d", "ann@example.com", T0);
	m.case_no = 4;
	assert_ok(f, outbox_store_add(f->db, &m, &f->e));
	m = a_mail(f, "e", "ann@example.com", T0);
	m.channel = "webhook";
	assert_ok(f, outbox_store_add(f->db, &m, &f->e));
	assert_ok(f, outbox_store_last_to(f->db, 3, "ann@example.com", f->a,
	    &m, &f->e));
	assert_string_equal(m.dedup, "b");
}

/* AR-14: when a sender's last answers left, or are to leave. */
static void
test_nth_last_M5_AR14(void **state)
{
	static const struct {
		const char *rcpt, *template;
		cw_time since;
		int64_t nth;
		cw_time want; /* 0: there are fewer */
	} tests[] = {
		{ "ann@example.com", "ack", T0, 1, T0 + 3 * CW_HOUR },
		{ "ann@example.com", "ack", T0, 4, T0 },
		{ "ann@example.com", "ack", T0, 5, 0 },
		{ "ann@example.com", "ack", T0 + 2 * CW_HOUR, 3, 0 },
		{ "ann@example.com", "weekly", T0, 1, 0 },
		{ "bo@example.com", "ack", T0, 1, 0 },
	};
	struct fixture *f = *state;

	for (int i = 0; i < 4; i++)
		(void)put(f, arena_printf(f->a, "%d", i), T0 + i * CW_HOUR);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		cw_time at = 0;
		enum rc rc = outbox_store_nth_last_at(f->db, tests[i].rcpt,
		    tests[i].template, tests[i].since, tests[i].nth, &at,
		    &f->e);

		assert_int_equal(rc, tests[i].want == 0 ? RC_NONE : RC_OK);
		assert_int_equal(at, tests[i].want);
	}
}

static void
test_lists(void **state)
{
	static const struct {
		const char *state;
		int64_t case_no;
		size_t limit;
		const char *want;
	} tests[] = {
		{ "", 0, 9, "e d c b a" }, { "", 0, 2, "e d" },
		{ "queued", 0, 9, "e a" }, { "sent", 0, 9, "b" },
		{ "failed", 0, 9, "c" }, { "sending", 0, 9, "d" },
		{ "unsure", 0, 9, "" }, { "", 4, 9, "e" },
		{ "queued", 3, 9, "a" },
	};
	struct fixture *f = *state;
	struct outbox_mail m, *v;
	int64_t count;
	size_t n;

	for (int i = 0; i < 4; i++)
		(void)put(f, (const char *[]){ "a", "b", "c", "d" }[i], T0 + i);
	m = a_mail(f, "e", "bo@example.com", T0);
	m.case_no = 4;
	assert_ok(f, outbox_store_add(f->db, &m, &f->e));
	assert_ok(f, outbox_store_mark_sent(f->db, 2, T0, "", &f->e));
	assert_ok(f, outbox_store_mark_failed(f->db, 3, "", &f->e));
	assert_ok(f, db_exec(f->db, "UPDATE outbox SET state = 'sending'"
	    " WHERE id = 4", &f->e));
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct str got = { 0 };

		assert_ok(f, outbox_store_list(f->db, tests[i].state,
		    tests[i].case_no, tests[i].limit, f->a, &v, &n, &f->e));
		for (size_t k = 0; k < n; k++)
			str_printf(&got, "%s%s", k ? " " : "", v[k].dedup);
		if (!str_eq(str_text(&got), tests[i].want))
			fail_msg("%s of case %lld: %s", tests[i].state,
			    (long long)tests[i].case_no, str_text(&got));
		str_fini(&got);
		assert_ok(f, outbox_store_count_state(f->db, tests[i].state,
		    &count, &f->e));
		if (tests[i].case_no == 0 && tests[i].limit == 9)
			assert_int_equal(count, n);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(test_a_mail_comes_back_whole_G11),
		STORE_TEST(test_a_mail_is_queued_once_M3),
		STORE_TEST(test_an_earlier_mail_goes_first_M2),
		STORE_TEST(test_claims_are_bounded_and_in_order_M2),
		STORE_TEST(test_claims_are_bounded_in_bytes_M2),
		STORE_TEST(test_the_way_of_a_mail_M2_L20),
		STORE_TEST(test_the_last_mail_to_somebody_TH3),
		STORE_TEST(test_nth_last_M5_AR14),
		STORE_TEST(test_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
