/* test_mail_stores.c - mails as they came, on their cases, and their bytes
 * (G10, M1, M3, M4, M7). */
#include "store_fixture.h"

#include "base/hash.h"
#include "store/blob_store.h"
#include "store/message_store.h"
#include "store/spool_store.h"

#include <string.h>

/* --- blobs, single values --- */

static void
test_blobs_G10(void **state)
{
	static const struct {
		const char *name;
		size_t n;
		bool noise;
	} tests[] = {
		{ "nothing", 0, false }, { "one byte", 1, false },
		{ "a line", 80, false }, { "a mail", 30000, false },
		{ "a picture", 70000, true }, { "a big mail", 3000000, false },
		{ "a mail that is stored piece by piece", 5000001, true },
	};
	struct fixture *f = *state;
	char *got;
	size_t n;
	int64_t id;

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		char *p = arena_alloc(f->a, tests[i].n + 1);

		for (size_t k = 0; k < tests[i].n; k++)
			p[k] = (char)("From: a@b\r\n\0"[k % 12]);
		if (tests[i].noise)
			hash_random(p, tests[i].n);
		assert_ok(f, blob_store_put(f->db, p, tests[i].n, &id, &f->e));
		assert_ok(f, blob_store_get(f->db, id, f->a, &got, &n, &f->e));
		assert_int_equal(n, tests[i].n);
		assert_memory_equal(got, p, n + 1);
	}
	assert_int_equal(number_of(f, "SELECT count(*) FROM blob"
	    " WHERE codec = 1 AND length(data) < size / 2"), 2);
	assert_rc(blob_store_get(f->db, 999, f->a, &got, &n, &f->e), RC_NONE);
}

static void
test_damaged_blobs(void **state)
{
	static const char *const damage[] = {
		"UPDATE blob SET size = size + 1",
		"UPDATE blob SET size = -1",
		"UPDATE blob SET size = 9000000000000",
		"UPDATE blob SET codec = 9",
		"UPDATE blob SET codec = 0",
		"UPDATE blob SET data = x'28b52ffd0011'",
		"UPDATE blob SET data = x''",
	};
	struct fixture *f = *state;
	char text[2000], *got;
	size_t n;
	int64_t id;

	memset(text, 'a', sizeof(text));
	for (size_t i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
		assert_ok(f, db_begin(f->db, &f->e));
		assert_ok(f, blob_store_put(f->db, text, sizeof(text), &id,
		    &f->e));
		assert_ok(f, db_exec(f->db, damage[i], &f->e));
		if (blob_store_get(f->db, id, f->a, &got, &n, &f->e) != RC_FAIL)
			fail_msg("not seen: %s", damage[i]);
		db_rollback(f->db);
	}
}

/* --- mail in --- */

static struct spool_mail
a_mail(const char *mailbox, int64_t uid, const char *key, const char *raw)
{
	static uint8_t sums[64][32]; /* one for each call of a test */
	static size_t used;
	struct spool_mail m = {
		.mailbox = mailbox, .key = key, .uidvalidity = 5, .uid = uid,
		.received_at = T0, .taken_at = T0 + 60, .problem = "",
		.raw = raw, .len = strlen(raw),
	};

	used = (used + 1) % 64;
	hash_sha256(raw, m.len, sums[used]);
	m.sha256 = sums[used];
	return m;
}

/* L8, L9, IM-1: a mail is taken once per mailbox, known by its place or by
 * its bytes. */
static void
test_a_mail_is_taken_once_M3_L8_L9(void **state)
{
	static const struct {
		const char *name, *mailbox;
		int64_t uid;
		const char *key, *raw;
		bool is_new;
	} tests[] = {
		{ "the first", "hr", 1, "", "a", true },
		{ "the same again after a crash", "hr", 1, "", "a", false },
		{ "the next", "hr", 2, "", "b", true },
		{ "same bytes under a new number", "hr", 9, "", "a", false },
		{ "same place, other bytes", "hr", 2, "", "c", false },
		{ "the same mail to another mailbox", "er", 1, "", "a", true },
		{ "a file", "dir", 0, "1.host", "d", true },
		{ "the next file", "dir", 0, "2.host", "e", true },
		{ "the file again", "dir", 0, "1.host", "d", false },
	};
	struct fixture *f = *state;
	int64_t id, rows = 0;

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct spool_mail m = a_mail(tests[i].mailbox, tests[i].uid,
		    tests[i].key, tests[i].raw);
		enum rc rc = spool_store_add(f->db, &m, &id, &f->e);

		if (rc != (tests[i].is_new ? RC_OK : RC_NONE) || id == 0)
			fail_msg("%s: %s %s", tests[i].name, rc_name(rc),
			    f->e.text);
		rows += tests[i].is_new;
	}
	assert_int_equal(number_of(f, "SELECT count(*) FROM spool"), rows);
	assert_int_equal(number_of(f, "SELECT count(*) FROM blob"), rows);
}

static void
test_the_way_of_a_spooled_mail_M7(void **state)
{
	struct fixture *f = *state;
	struct spool_mail m = a_mail("hr", 1, "", "Subject: x\r\n\r\ny"), *v;
	struct spool_mail got;
	int64_t id;
	size_t n;

	assert_ok(f, spool_store_add(f->db, &m, &id, &f->e));
	assert_ok(f, spool_store_attempt(f->db, &id, 1, &f->e));
	assert_ok(f, spool_store_attempt(f->db, &id, 1, &f->e));
	assert_ok(f, spool_store_get(f->db, id, f->a, &got, &f->e));
	assert_int_equal(got.attempts, 2);
	assert_string_equal(got.state, "new");
	assert_string_equal(got.raw, m.raw);
	assert_int_equal(got.len, m.len);
	assert_memory_equal(got.sha256, m.sha256, 32);
	assert_int_equal(got.received_at, T0);

	assert_ok(f, spool_store_quarantine(f->db, id, "it bites", &f->e));
	assert_ok(f, spool_store_quarantined(f->db, f->a, &v, &n, &f->e));
	assert_int_equal(n, 1);
	assert_string_equal(v[0].problem, "it bites");
	assert_null(v[0].raw);
	assert_ok(f, spool_store_new(f->db, 0, 9, 9000, f->a, &v, &n, &f->e));
	assert_int_equal(n, 0);

	assert_ok(f, spool_store_retry(f->db, id, &f->e));
	assert_rc(spool_store_retry(f->db, id, &f->e), RC_NONE);
	assert_ok(f, spool_store_new(f->db, 0, 9, 9000, f->a, &v, &n, &f->e));
	assert_int_equal(n, 1);
	assert_int_equal(v[0].attempts, 0);
	assert_ok(f, spool_store_done(f->db, id, &f->e));
	assert_ok(f, spool_store_new(f->db, 0, 9, 9000, f->a, &v, &n, &f->e));
	assert_int_equal(n, 0);
	assert_rc(spool_store_get(f->db, 77, f->a, &got, &f->e), RC_NONE);
}

/* L6: oldest first, in batches bounded in number and bytes. */
static void
test_batches_of_new_mails_L6(void **state)
{
	static const struct {
		const char *name;
		int64_t after;
		size_t max, bytes, want;
		int64_t first;
	} tests[] = {
		{ "all", 0, 9, 9000, 4, 1 }, { "two", 0, 2, 9000, 2, 1 },
		{ "those after the second", 2, 9, 9000, 2, 3 },
		{ "what fits into 25 bytes", 0, 9, 25, 2, 1 },
		{ "exactly 20 bytes", 0, 9, 20, 2, 1 },
		{ "one, however large", 0, 9, 1, 1, 1 },
		{ "no more", 4, 9, 9000, 0, 0 },
	};
	static const char *const raw[] = {
		"aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc", "dddddddddd",
	};
	struct fixture *f = *state;
	struct spool_mail *v;
	int64_t id;
	size_t n;

	for (int64_t i = 0; i < 4; i++) {
		struct spool_mail m = a_mail("hr", i + 1, "", raw[i]);

		assert_ok(f, spool_store_add(f->db, &m, &id, &f->e));
	}
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		assert_ok(f, spool_store_new(f->db, tests[i].after,
		    tests[i].max, tests[i].bytes, f->a, &v, &n, &f->e));
		if (n != tests[i].want || (n > 0 && v[0].id != tests[i].first))
			fail_msg("%s: %zu mails", tests[i].name, n);
	}
}

static void
test_mailbox_state_M1_L17(void **state)
{
	struct fixture *f = *state;
	struct mailbox_state m;

	assert_ok(f, mailbox_store_get(f->db, "hr", f->a, &m, &f->e));
	assert_string_equal(m.name, "hr");
	assert_string_equal(m.error, "");
	assert_int_equal(m.last_uid, 0);
	for (int i = 1; i <= 2; i++) {
		m = (struct mailbox_state){ .name = "hr", .uidvalidity = 7,
			.last_uid = 10 * i, .ok_at = T0, .tried_at = T0 + i,
			.alerted_at = T0 + 2, .failures = i, .error = "no" };
		assert_ok(f, mailbox_store_put(f->db, &m, &f->e));
	}
	assert_ok(f, mailbox_store_get(f->db, "hr", f->a, &m, &f->e));
	assert_int_equal(m.last_uid, 20);
	assert_int_equal(m.failures, 2);
	assert_int_equal(m.tried_at, T0 + 2);
	assert_string_equal(m.error, "no");
}

/* --- messages --- */

static struct message_row
a_message(int64_t no, int64_t spool, const char *mid)
{
	return (struct message_row){
		.case_no = no, .audience = AUD_EMPLOYEE, .spool = spool,
		.message_id = mid, .from_email = "ann.lee@example.com",
		.from_name = "Ann", .to_email = "er@example.com",
		.subject = "pay", .at = T0, .class = "human",
		.outcome = no == 0 ? "unverified" : "opened", .words = "hello",
		.explain = "TH-8: new case",
	};
}

static int64_t
spool_one(struct fixture *f, const char *mailbox, const char *raw)
{
	struct spool_mail m = a_mail(mailbox, (unsigned char)raw[0], "", raw);
	int64_t id;

	assert_ok(f, spool_store_add(f->db, &m, &id, &f->e));
	return id;
}

static void
test_messages_G10(void **state)
{
	struct fixture *f = *state;
	int64_t no = open_case(f, "kim"), spool = spool_one(f, "hr", "a");
	struct message_row m = a_message(no, spool, "x@y"), got, *v;
	size_t n;

	assert_ok(f, message_store_add(f->db, &m, &f->e));
	assert_int_equal(m.id, 1);
	assert_rc(message_store_add(f->db, &m, &f->e), RC_NONE); /* once */
	m = a_message(no, 0, "out@us");
	m.is_out = true;
	m.outbox = 7;
	m.audience = AUD_DEPARTMENT;
	m.outcome = "sent";
	assert_ok(f, message_store_add(f->db, &m, &f->e));

	assert_ok(f, message_store_list(f->db, no, f->a, &v, &n, &f->e));
	assert_int_equal(n, 2);
	assert_true(v[1].is_out);
	assert_int_equal(v[1].outbox, 7);
	assert_int_equal(v[1].audience, AUD_DEPARTMENT);
	assert_int_equal(v[0].spool, spool);
	assert_null(v[0].fingerprint);
	assert_ok(f, message_store_get(f->db, 2, f->a, &got, &f->e));
	assert_string_equal(got.message_id, "out@us");
	assert_ok(f, message_store_by_spool(f->db, spool, f->a, &got, &f->e));
	assert_string_equal(got.explain, "TH-8: new case");
	assert_rc(message_store_by_spool(f->db, 99, f->a, &got, &f->e),
	    RC_NONE);
}

/* A mail is found by its Message-ID through its case, or among those of no
 * case; the newest one if there are several (IM-10).  One that only names a
 * case is not known to it, but can be explained. */
static void
test_messages_by_message_id_M4(void **state)
{
	static const struct {
		const char *mid;
		int64_t want; /* 0: none */
	} tests[] = {
		{ "case@x", 1 }, { "loose@x", 3 }, { "both@x", 5 },
		{ "stranger@x", 7 }, { "", 0 }, { "nobody@x", 0 },
	};
	struct fixture *f = *state;
	int64_t no = open_case(f, "kim");
	struct message_row m[] = {
		a_message(no, 0, "case@x"), a_message(0, 0, "loose@x"),
		a_message(0, 0, "loose@x"), a_message(no, 0, "both@x"),
		a_message(0, 0, "both@x"), a_message(0, 0, ""),
		a_message(no, 0, "stranger@x"),
	}, got;

	m[6].outcome = "unverified";
	for (size_t i = 0; i < sizeof(m) / sizeof(m[0]); i++) {
		assert_ok(f, message_store_add(f->db, &m[i], &f->e));
		if (m[i].case_no != 0 && strcmp(m[i].outcome, "unverified") != 0)
			assert_ok(f, known_id_store_add(f->db, m[i].message_id,
			    no, AUD_EMPLOYEE, 0, &f->e));
	}
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		enum rc rc = message_store_by_mid(f->db, tests[i].mid, f->a,
		    &got, &f->e);

		if (rc != (tests[i].want == 0 ? RC_NONE : RC_OK) ||
		    (rc == RC_OK && got.id != tests[i].want))
			fail_msg("%s: %s", tests[i].mid, rc_name(rc));
	}
}

/* L9, TH-2: the twin counts in its own mailbox only. */
static void
test_the_same_mail_delivered_twice_M3_L9(void **state)
{
	static const uint8_t print[32] = { 1, 2, 3 }, other[32] = { 9 };
	struct fixture *f = *state;
	int64_t no = open_case(f, "kim"), id = 0, case_no = 0;
	struct message_row m = a_message(no, spool_one(f, "hr", "a"), "x@y");

	m.fingerprint = print;
	assert_ok(f, message_store_add(f->db, &m, &f->e));
	assert_ok(f, message_store_find_twin(f->db, "hr", print, &id, &case_no,
	    &f->e));
	assert_int_equal(id, m.id);
	assert_int_equal(case_no, no);
	assert_rc(message_store_find_twin(f->db, "er", print, &id, &case_no,
	    &f->e), RC_NONE);
	assert_rc(message_store_find_twin(f->db, "hr", other, &id, &case_no,
	    &f->e), RC_NONE);
}

static void
test_messages_that_wait_for_a_person(void **state)
{
	struct fixture *f = *state;
	struct message_row *v;
	size_t n;

	for (int i = 0; i < 3; i++) {
		struct message_row m = a_message(i == 1 ? open_case(f, "kim") :
		    0, 0, "");

		assert_ok(f, message_store_add(f->db, &m, &f->e));
	}
	assert_ok(f, message_store_by_outcome(f->db, "unverified", 9, f->a, &v,
	    &n, &f->e));
	assert_int_equal(n, 2);
	assert_int_equal(v[0].id, 3);
	assert_ok(f, message_store_by_outcome(f->db, "opened", 9, f->a, &v, &n,
	    &f->e));
	assert_int_equal(n, 1);
}

static void
test_what_leads_to_a_case_M4_TH2(void **state)
{
	struct fixture *f = *state;
	int64_t one = open_case(f, "kim"), two = open_case(f, "kim");
	enum audience who;
	struct known_id *v;
	size_t n;

	for (int i = 0; i < 2; i++) /* twice is harmless */
		assert_ok(f, known_id_store_add(f->db, "a@x", one,
		    AUD_DEPARTMENT, 4, &f->e));
	assert_ok(f, known_id_store_add(f->db, "a@x", two, AUD_EMPLOYEE, 0,
	    &f->e));
	assert_ok(f, known_id_store_find(f->db, "a@x", f->a, &v, &n, &f->e));
	assert_int_equal(n, 2);
	assert_int_equal(v[0].case_no, one);
	assert_int_equal(v[0].outbox, 4);
	assert_int_equal(v[0].audience, AUD_DEPARTMENT);
	assert_ok(f, known_id_store_find(f->db, "b@x", f->a, &v, &n, &f->e));
	assert_int_equal(n, 0);

	assert_ok(f, participant_store_add(f->db, one, "Ann.Lee@example.com",
	    AUD_EMPLOYEE, &f->e));
	assert_ok(f, participant_store_add(f->db, one, "ann.lee@example.com",
	    AUD_INTERNAL, &f->e)); /* the first audience stays */
	assert_ok(f, participant_store_find(f->db, one, "ANN.LEE@example.com",
	    &who, &f->e));
	assert_int_equal(who, AUD_EMPLOYEE);
	assert_rc(participant_store_find(f->db, two, "ann.lee@example.com",
	    &who, &f->e), RC_NONE);
}

static void
test_attachments_are_reviewed_G10(void **state)
{
	const struct attachment att = { "pay slip.pdf", "application/pdf", 77,
		"aa" };
	struct fixture *f = *state;
	int64_t no = open_case(f, "kim"), spool = spool_one(f, "hr", "a"), s;
	struct message_row m = a_message(no, spool, "x@y");
	struct case_attachment got;
	struct case_facts facts;
	size_t idx;

	assert_ok(f, message_store_add(f->db, &m, &f->e));
	for (size_t i = 0; i < 3; i++)
		assert_ok(f, attachment_store_add(f->db, no, m.id, i, &att,
		    &f->e));
	assert_ok(f, attachment_store_get(f->db, 2, f->a, &got, &s, &idx,
	    &f->e));
	assert_string_equal(got.filename, "pay slip.pdf");
	assert_int_equal(got.size, 77);
	assert_int_equal(got.at, T0);
	assert_int_equal(s, spool);
	assert_int_equal(idx, 1);
	assert_false(got.is_reviewed);

	assert_ok(f, attachment_store_review(f->db, no, 2, "kim", T0, &f->e));
	assert_rc(attachment_store_review(f->db, no, 99, "kim", T0, &f->e),
	    RC_NONE);
	assert_ok(f, facts_store_load(f->db, no, NULL, 0, f->a, &facts,
	    &f->e));
	assert_int_equal(facts.n_attachments, 3);
	assert_true(facts.attachments[1].is_reviewed);
	assert_false(facts.attachments[2].is_reviewed);
	assert_ok(f, attachment_store_review(f->db, no, 0, "kim", T0, &f->e));
	assert_int_equal(number_of(f, "SELECT count(*) FROM attachment"
	    " WHERE reviewed_at > 0 AND reviewed_by = 'kim'"), 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(test_blobs_G10),
		STORE_TEST(test_damaged_blobs),
		STORE_TEST(test_a_mail_is_taken_once_M3_L8_L9),
		STORE_TEST(test_the_way_of_a_spooled_mail_M7),
		STORE_TEST(test_batches_of_new_mails_L6),
		STORE_TEST(test_mailbox_state_M1_L17),
		STORE_TEST(test_messages_G10),
		STORE_TEST(test_messages_by_message_id_M4),
		STORE_TEST(test_the_same_mail_delivered_twice_M3_L9),
		STORE_TEST(test_messages_that_wait_for_a_person),
		STORE_TEST(test_what_leads_to_a_case_M4_TH2),
		STORE_TEST(test_attachments_are_reviewed_G10),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
