/* test_command.c - whose words by mail are obeyed (M9, SA-6, SA-11, SA-14). */
#include "fixture_app.h"

#include "app/command.h"

/* A mail of ours to Ana, and what an answer to it would look like. */
struct talk {
	struct office *o;
	struct addr from, elsewhere;
	struct msg m;
	const char *lines[3];
	struct thread_verdict thread;
	const struct person *who;
	bool is_proven;
};

static struct talk *
talk_new(struct office *o)
{
	struct talk *t = arena_alloc(o->a, sizeof(*t));
	struct case_facts f = office_facts(o);
	struct plan p;
	struct outbox_mail *v;

	plan_init(&p, o->a, "caseward", "mail 1");
	must(o, mailer_queue(&o->app, &f, plan_mail(&p, "new-mail",
	    AUD_INTERNAL, "ana@corp.example", "Ana Ruiz", "x"), &p, o->a,
	    &o->e));
	office_mails(o, &v);
	t->o = o;
	t->from = (struct addr){ "Ana", "Ana@corp.example" };
	t->elsewhere = (struct addr){ "", "x@evil.example" };
	t->lines[0] = "#priority high";
	t->m = (struct msg){ .from = { &t->from, 1 }, .message_id = "",
		.commands = { t->lines, 1 } };
	t->m.auth.why = "no trust anchor";
	t->thread = (struct thread_verdict){ .what = THREAD_CASE,
		.case_no = o->no, .audience = AUD_INTERNAL, .is_keyed = true,
		.sender_belongs = true, .out_id = v[0].id, .why = "" };
	t->who = &o->d->co->people[P_ANA];
	t->is_proven = true;
	return t;
}

/* The words of the answer on one line, "" if there is none. */
static const char *
answer(struct talk *t)
{
	struct office *o = t->o;
	struct case_facts f = office_facts(o);
	struct outbox_mail *v;
	size_t n;

	must(o, command_mail(&o->app, &f, &t->m, t->who, &t->thread,
	    t->is_proven, "mail 2", o->a, &o->e));
	n = office_mails(o, &v);
	if (!str_eq(v[n - 1].template, "command-reply"))
		return "";
	assert_int_equal(v[n - 1].audience, AUD_INTERNAL);
	same_text("to the registered address", v[n - 1].rcpt, t->who->email);
	return arena_strndup(o->a, v[n - 1].bytes, v[n - 1].len);
}

static void
as_it_is(struct talk *t)
{
	(void)t;
}

static void
by_another(struct talk *t)
{
	t->from.email = "ben@corp.example";
	t->who = &t->o->d->co->people[P_BEN];
}

static void
unproven(struct talk *t)
{
	t->is_proven = false;
}

static void
without_key(struct talk *t)
{
	t->thread.is_keyed = false;
}

static void
in_the_employees_thread(struct talk *t)
{
	t->thread.audience = AUD_EMPLOYEE;
}

static void
of_no_mail(struct talk *t)
{
	t->thread.out_id = 4711;
}

static void
two_weeks_later(struct talk *t)
{
	t->o->app.now += 14 * CW_DAY;
}

static void
answers_elsewhere(struct talk *t)
{
	t->m.reply_to = (struct addrs){ &t->elsewhere, 1 };
}

static void
sent_by_another(struct talk *t)
{
	t->m.sender = (struct addrs){ &t->elsewhere, 1 };
}

static void
test_whose_commands_count_M9_SA6_SA11_SA14(void **state)
{
	static const char not_ours[] = "commands count only in a";
	static const struct {
		const char *name;
		void (*how)(struct talk *t);
		const char *refused; /* NULL: obeyed */
	} tests[] = {
		{ "the addressee, by the key", as_it_is, NULL },
		{ "a colleague with the key", by_another, not_ours },
		{ "a failed check of the sender", unproven,
		    "the mail does not prove" },
		{ "by the subject only", without_key, not_ours },
		{ "in another thread", in_the_employees_thread, not_ours },
		{ "to a mail that we never wrote", of_no_mail, not_ours },
		{ "to an old mail", two_weeks_later, not_ours },
		{ "answers go elsewhere", answers_elsewhere,
		    "Reply-To is of another domain" },
		{ "sent on behalf", sent_by_another,
		    "Sender is of another domain" },
	};

	for (size_t i = 0; i < N(tests); i++) {
		struct office *o;
		struct talk *t;
		const char *said;

		assert_int_equal(office_setup(state), 0);
		o = *state;
		t = talk_new(o);
		tests[i].how(t);
		said = answer(t);
		if (tests[i].refused == NULL && strstr(said,
		    "Priority is now high.") == NULL)
			fail_msg("%s: %s", tests[i].name, said);
		if (tests[i].refused != NULL && (strstr(said, "Refused:") ==
		    NULL || strstr(said, tests[i].refused) == NULL))
			fail_msg("%s: %s", tests[i].name, said);
		assert_int_equal(office_facts(o).c.priority,
		    tests[i].refused == NULL ? PRIO_HIGH : PRIO_LOW);
		(void)office_teardown(state);
	}
}

/* Each line by itself: what is wrong is refused, the rest is done. */
static void
test_each_line_is_answered_M9(void **state)
{
	struct office *o = *state;
	struct talk *t = talk_new(o);
	const char *said;

	t->lines[0] = "#nonsense";
	t->lines[1] = "#note called her";
	t->lines[2] = "#close";
	t->m.commands.n = 3;
	said = answer(t);
	assert_non_null(strstr(said, "Not everything could be done"));
	assert_non_null(strstr(said, "is no command"));
	assert_non_null(strstr(said, "Noted, for internal eyes only."));
	assert_non_null(strstr(said, "closing needs"));
	assert_int_equal(office_facts(o).c.state, CASE_ASSIGNED);
}

/* No commands, or nobody of the staff: no answer at all. */
static void
test_no_answer_to_others_M5(void **state)
{
	struct office *o = *state;
	struct talk *t = talk_new(o);

	t->m.commands.n = 0;
	same_text("no commands", answer(t), "");
	t->m.commands.n = 1;
	t->who = NULL;
	same_text("a stranger", answer(t), "");
}

/* The command line has no key: the operator says who it is. */
static void
test_command_line_W6_M9(void **state)
{
	struct office *o = *state;
	const char *said;

	must(o, db_commit(o->app.db, &o->e));
	must(o, command_case(&o->app, o->no, NULL, "priority high", o->a,
	    &said, &o->e));
	same_text("said", said, "Priority is now high.");
	assert_int_equal(office_facts(o).c.priority, PRIO_HIGH);
	same_text("wrong", rc_name(command_case(&o->app, o->no, NULL,
	    "priority top", o->a, &said, &o->e)), "bad");
	same_text("no such case", rc_name(command_case(&o->app, 4711, NULL,
	    "own", o->a, &said, &o->e)), "bad");
	assert_false(db_in_transaction(o->app.db));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whose_commands_count_M9_SA6_SA11_SA14),
		OFFICE_TEST(test_each_line_is_answered_M9),
		OFFICE_TEST(test_no_answer_to_others_M5),
		OFFICE_TEST(test_command_line_W6_M9),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
