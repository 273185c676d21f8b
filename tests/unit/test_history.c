/* test_history.c - the chain of events cannot be changed unseen (H6, H12). */
#include "store_fixture.h"

#include "store/history_store.h"

#include <string.h>

static void
add(struct fixture *f, int64_t no, const char *text)
{
	assert_ok(f, history_store_add(f->db, no, T0, "kim", "note", text, "",
	    &f->e));
}

/* Three cases with a few events each, in turns, and two about no case; an
 * anchor in the middle. */
static void
fill(struct fixture *f)
{
	for (int i = 0; i < 3; i++)
		add(f, open_case(f, "kim"), "opened");
	add(f, 0, "digest");
	add(f, 2, "asked");
	add(f, 1, "asked");
	assert_ok(f, anchor_store_add(f->db, T0, &f->e));
	add(f, 1, "answered");
	add(f, 0, "digest");
	add(f, 3, "asked");
}

static void
test_history_is_listed(void **state)
{
	struct fixture *f = *state;
	struct history_line *v;
	int64_t no = open_case(f, "kim");
	size_t n;

	assert_ok(f, history_store_add(f->db, no, T0, "kim", "state",
	    "moved", "We have asked.", &f->e));
	add(f, no, "two");
	add(f, no, "three");
	assert_ok(f, history_store_list(f->db, no, 0, f->a, &v, &n, &f->e));
	assert_int_equal(n, 3);
	assert_string_equal(v[0].text, "moved");
	assert_string_equal(v[0].public_text, "We have asked.");
	assert_int_equal(v[0].audience, AUD_EMPLOYEE);
	assert_int_equal(v[1].audience, AUD_INTERNAL);
	assert_string_equal(v[2].text, "three");
	assert_ok(f, history_store_list(f->db, no, 2, f->a, &v, &n, &f->e));
	assert_int_equal(n, 2);
	assert_string_equal(v[0].text, "two");
	assert_ok(f, history_store_list(f->db, 9, 2, f->a, &v, &n, &f->e));
	assert_int_equal(n, 0);
}

static void
test_a_sound_history_H6(void **state)
{
	struct fixture *f = *state;
	int64_t cases, events;

	assert_ok(f, history_store_verify(f->db, &cases, &events, &f->e));
	assert_int_equal(cases + events, 0);
	fill(f);
	assert_ok(f, history_store_verify(f->db, &cases, &events, &f->e));
	assert_int_equal(cases, 3);
	assert_int_equal(events, 9);
}

/* One anchor a day; each stands on the one before. */
static void
test_anchors_H6(void **state)
{
	struct fixture *f = *state;
	int64_t cases, events;

	assert_ok(f, anchor_store_add(f->db, T0 - CW_DAY, &f->e));
	fill(f);
	assert_ok(f, anchor_store_add(f->db, T0 + 1, &f->e));
	assert_ok(f, anchor_store_add(f->db, T0 - CW_DAY, &f->e));
	assert_int_equal(number_of(f, "SELECT count(*) FROM anchor"), 2);
	assert_ok(f, anchor_store_add(f->db, T0 + CW_DAY, &f->e));
	assert_ok(f, anchor_store_add(f->db, T0 + 5 * CW_DAY, &f->e));
	add(f, 1, "after");
	assert_ok(f, history_store_verify(f->db, &cases, &events, &f->e));
	assert_int_equal(number_of(f, "SELECT max(last_event) FROM anchor"),
	    9);
}

#define FROM_CASE_2 "DELETE FROM event WHERE case_no = 2;"

static void
test_tampering_is_found_H6(void **state)
{
	static const struct {
		const char *name, *what, *said;
	} tests[] = {
		{ "a word is changed",
		    "UPDATE event SET text = 'x' WHERE id = 6", "ER-000001" },
		{ "the time is changed",
		    "UPDATE event SET at = at - 1 WHERE id = 2", "changed" },
		{ "who did it is changed",
		    "UPDATE event SET actor = 'sam' WHERE id = 3", "changed" },
		{ "the public words are changed",
		    "UPDATE event SET public_text = 'x' WHERE id = 3",
		    "changed" },
		{ "a letter moves from one field to the next",
		    "UPDATE event SET actor = 'ki', kind = 'mnote'"
		    " WHERE id = 3", "changed" },
		{ "a digest is changed",
		    "UPDATE event SET text = 'x' WHERE id = 4", "digests" },
		{ "the first event is removed",
		    "DELETE FROM event WHERE id = 1", "gone" },
		{ "one in the middle is removed",
		    "DELETE FROM event WHERE id = 6", "gone" },
		{ "the last of a case is removed",
		    "DELETE FROM event WHERE id = 9", "last events" },
		{ "the last of a case is removed, and the head set back",
		    "DELETE FROM event WHERE id = 5; UPDATE event_head"
		    " SET seq = 1, hash = (SELECT hash FROM event"
		    " WHERE id = 2) WHERE case_no = 2", "anchor" },
		{ "one removed after the anchor, and the head set back",
		    "DELETE FROM event WHERE id = 7; UPDATE event_head"
		    " SET seq = 2, hash = (SELECT hash FROM event"
		    " WHERE id = 6) WHERE case_no = 1", "number 7 is gone" },
		{ "two events of a case change places",
		    "UPDATE event SET seq = 9 WHERE id = 6;"
		    "UPDATE event SET seq = 2 WHERE id = 7;"
		    "UPDATE event SET seq = 3 WHERE id = 6", "changed" },
		{ "two events change places in the order of all",
		    "UPDATE event SET id = 99 WHERE id = 5;"
		    "UPDATE event SET id = 5 WHERE id = 6;"
		    "UPDATE event SET id = 6 WHERE id = 99", "anchor" },
		{ "an event goes to another case",
		    "UPDATE event SET case_no = 3, seq = 3 WHERE id = 7",
		    "gone" },
		{ "all events of a case are removed", FROM_CASE_2,
		    "last events" },
		{ "and its head", FROM_CASE_2
		    "DELETE FROM event_head WHERE case_no = 2",
		    "no history" },
		{ "the whole case is removed", FROM_CASE_2
		    "DELETE FROM event_head WHERE case_no = 2;"
		    "DELETE FROM casefile WHERE no = 2", "anchor" },
		{ "and the gap is closed", FROM_CASE_2
		    "DELETE FROM event_head WHERE case_no = 2;"
		    "DELETE FROM casefile WHERE no = 2;"
		    "UPDATE event SET id = id - 1 WHERE id > 2;"
		    "UPDATE event SET id = id - 1 WHERE id > 4", "anchor" },
		{ "only the row of the case is removed",
		    "DELETE FROM casefile WHERE no = 2", "case is gone" },
		{ "a head is removed",
		    "DELETE FROM event_head WHERE case_no = 2", "head" },
		{ "a head is changed", "UPDATE event_head"
		    " SET hash = zeroblob(32) WHERE case_no = 2", "end" },
		{ "the anchor is changed",
		    "UPDATE anchor SET hash = zeroblob(32)", "anchor" },
		{ "the anchor covers more than there is",
		    "UPDATE anchor SET last_event = 99", "anchor" },
		{ "the anchor covers less",
		    "UPDATE anchor SET last_event = 5", "anchor" },
	};
	struct fixture *f = *state;

	fill(f);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		int64_t cases, events;
		enum rc rc;

		assert_ok(f, db_begin(f->db, &f->e));
		assert_ok(f, db_exec(f->db, tests[i].what, &f->e));
		rc = history_store_verify(f->db, &cases, &events, &f->e);
		if (rc != RC_BAD || strstr(f->e.text, tests[i].said) == NULL)
			fail_msg("%s: %s: %s", tests[i].name, rc_name(rc),
			    f->e.text);
		db_rollback(f->db);
	}
}

/* A hash kept with the changed text would still not fit the next event. */
static void
test_a_new_hash_does_not_help_H6(void **state)
{
	struct fixture *f = *state;
	int64_t cases, events;

	fill(f);
	assert_ok(f, db_exec(f->db, "UPDATE event SET text = 'x', hash ="
	    " randomblob(32) WHERE id = 6", &f->e));
	assert_rc(history_store_verify(f->db, &cases, &events, &f->e), RC_BAD);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(test_history_is_listed),
		STORE_TEST(test_a_sound_history_H6),
		STORE_TEST(test_anchors_H6),
		STORE_TEST(test_tampering_is_found_H6),
		STORE_TEST(test_a_new_hash_does_not_help_H6),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
