/* test_mailer.c - from an act to the bytes in the outbox, on a database. */
#include "fixture_app.h"

static struct plan
plan_of(struct office *o, const char *cause)
{
	struct plan p;

	plan_init(&p, o->a, "caseward", cause);
	return p;
}

/* One mail as a plan of its own. */
static enum rc
queue(struct office *o, const char *cause, const char *template_name,
    enum audience audience, const char *to)
{
	struct case_facts f = office_facts(o);
	struct plan p = plan_of(o, cause);
	const struct act *m = plan_mail(&p, template_name, audience, to,
	    "Somebody", "because");

	return mailer_queue(&o->app, &f, m, &p, o->a, &o->e);
}

static void
test_what_is_queued_is_on_the_case_G11_G10(void **state)
{
	struct office *o = *state;
	enum audience audience;
	struct outbox_mail *v;
	struct message_row *rows;
	struct known_id *known;
	size_t n;

	must(o, queue(o, "mail 1", "ack", AUD_EMPLOYEE, "joan@home.example"));
	assert_int_equal(office_mails(o, &v), 1);
	same_text("state", v[0].state, "queued");
	same_text("to", v[0].rcpt, "joan@home.example");
	assert_int_equal(v[0].next_try_at, o->app.now);
	same_text("the bytes carry the id", header_of(o, &v[0], "Message-ID"),
	    arena_printf(o->a, "<%s>", v[0].message_id));
	must(o, message_store_list(o->app.db, o->no, o->a, &rows, &n, &o->e));
	assert_int_equal(n, 1);
	assert_true(rows[0].is_out);
	assert_int_equal(rows[0].outbox, v[0].id);
	assert_int_equal(rows[0].audience, AUD_EMPLOYEE);
	must(o, known_id_store_find(o->app.db, v[0].message_id, o->a, &known,
	    &n, &o->e));
	assert_int_equal(known[0].case_no, o->no);
	must(o, participant_store_find(o->app.db, o->no, "joan@home.example",
	    &audience, &o->e));
	assert_int_equal(audience, AUD_EMPLOYEE);
	same_text("history", office_facts(o).history[1].text,
	    "ack to joan@home.example");
}

/* Reply address and Message-ID are bound to case, audience and mail. */
static void
test_keys_are_bound_to_the_mail_SA13_TH1(void **state)
{
	static const struct {
		const char *template_name, *to;
		enum audience audience;
		char letter;
	} mails[] = {
		{ "ack", "joan@home.example", AUD_EMPLOYEE, 'e' },
		{ "notice", "kim@corp.example", AUD_DEPARTMENT, 'd' },
		{ "new-mail", "ana@corp.example", AUD_INTERNAL, 'i' },
	};
	struct office *o = *state;

	for (size_t i = 0; i < N(mails); i++) {
		const char *own = o->app.policy.address;
		struct texts ours = { &own, 1 };
		struct outbox_mail *v;
		struct addrs to = { 0 };
		struct token t;
		size_t n;

		must(o, queue(o, "mail 1", mails[i].template_name,
		    mails[i].audience, mails[i].to));
		n = office_mails(o, &v) - 1;
		addrs_parse(o->a, header_of(o, &v[n], "Reply-To"), &to);
		must(o, token_find_recipient(&o->app.keys, &ours, &to, &t));
		assert_int_equal(t.case_no, o->no);
		assert_int_equal(t.audience, mails[i].letter);
		assert_int_equal(t.out_id, v[n].id);
		must(o, token_parse_message_id(&o->app.keys,
		    v[n].message_id, &t));
		assert_int_equal(t.audience, mails[i].letter);
		assert_int_equal(t.out_id, v[n].id);
	}
}

static void
test_each_reader_has_a_thread_TH3_TH4_TH5_G13(void **state)
{
	struct office *o = *state;
	struct outbox_mail *v;
	const char *refs;

	must(o, queue(o, "a", "ack", AUD_EMPLOYEE, "joan@home.example"));
	must(o, queue(o, "b", "notice", AUD_DEPARTMENT, "kim@corp.example"));
	must(o, queue(o, "c", "weekly-update", AUD_EMPLOYEE,
	    "joan@home.example"));
	must(o, queue(o, "d", "new-mail", AUD_INTERNAL, "ana@corp.example"));
	must(o, queue(o, "e", "status-request", AUD_DEPARTMENT,
	    "kim@corp.example"));
	assert_int_equal(office_mails(o, &v), 5);
	/* the first to each reader: no parent, a root of its own */
	same_text("ack", header_of(o, &v[0], "In-Reply-To"), "");
	same_text("notice", header_of(o, &v[1], "In-Reply-To"), "");
	assert_string_not_equal(header_of(o, &v[0], "References"),
	    header_of(o, &v[1], "References"));
	assert_string_not_equal(header_of(o, &v[0], "References"),
	    header_of(o, &v[3], "References"));
	/* the next one answers it */
	same_text("weekly", header_of(o, &v[2], "In-Reply-To"),
	    header_of(o, &v[0], "Message-ID"));
	same_text("request", header_of(o, &v[4], "In-Reply-To"),
	    header_of(o, &v[1], "Message-ID"));
	refs = header_of(o, &v[2], "References");
	assert_non_null(strstr(refs, v[0].message_id));
	same_text("one subject", header_of(o, &v[2], "Subject"),
	    arena_printf(o->a, "Re: %s", header_of(o, &v[0], "Subject")));
	/* nobody's ids in another's thread */
	for (size_t i = 0; i < 5; i++)
		for (size_t k = 0; k < 5; k++)
			if (!str_eq(v[i].rcpt, v[k].rcpt) &&
			    strstr(header_of(o, &v[i], "References"),
			    v[k].message_id) != NULL)
				fail_msg("mail %zu knows mail %zu", i, k);
}

/* The mail at hand is the parent for its writer, and for nobody else. */
static void
test_the_writers_mail_is_the_parent_TH3_TH4_G13(void **state)
{
	struct office *o = *state;
	struct addr joan = { "Joan", "Joan@home.example" };
	const char *older[] = { "old@home.example" };
	struct msg m = { .from = { &joan, 1 }, .message_id = "x@home.example",
		.references = { older, 1 }, .subject = "secret words" };
	struct outbox_mail *v;

	o->app.mail = &m;
	must(o, queue(o, "a", "ack", AUD_EMPLOYEE, "joan@home.example"));
	must(o, queue(o, "a", "new-mail", AUD_INTERNAL, "ana@corp.example"));
	must(o, queue(o, "a", "notice", AUD_DEPARTMENT, "kim@corp.example"));
	o->app.mail = NULL;
	office_mails(o, &v);
	same_text("ack", header_of(o, &v[0], "In-Reply-To"),
	    "<x@home.example>");
	same_text("ack", header_of(o, &v[0], "References"),
	    "<old@home.example> <x@home.example>");
	for (size_t i = 1; i < 3; i++) {
		assert_null(strstr(v[i].bytes, "x@home.example"));
		assert_null(strstr(v[i].bytes, "old@home.example"));
		assert_null(strstr(header_of(o, &v[i], "Subject"), "secret"));
	}
}

static void
test_the_guard_holds_back_G13(void **state)
{
	static const struct {
		const char *name, *to;
		enum audience audience;
		const char *template_name, *want;
	} tests[] = {
		{ "the employee, by internal mail", "joan@home.example",
		    AUD_INTERNAL, "new-mail", "the mail new-mail to"
		    " joan@home.example was held back: the employee of this"
		    " case must not get this mail" },
		{ "a stranger", "x@y.example", AUD_DEPARTMENT, "notice",
		    "the mail notice to x@y.example was held back: not on the"
		    " staff list" },
		{ "nobody", "", AUD_EMPLOYEE, "weekly-update", "the mail"
		    " weekly-update to (nobody) was held back: not an address"
		    " that can be mailed" },
		{ "an address that came back", "kim@corp.example",
		    AUD_DEPARTMENT, "notice", "the mail notice to"
		    " kim@corp.example was held back: mail to it came back" },
	};
	struct office *o = *state;
	struct outbox_mail *v;

	must(o, address_store_undeliverable(o->app.db, "kim@corp.example",
	    o->app.now, "5.1.1", &o->e));
	for (size_t i = 0; i < N(tests); i++) {
		struct case_facts f;

		same_text(tests[i].name, rc_name(queue(o, "a",
		    tests[i].template_name, tests[i].audience, tests[i].to)),
		    "none");
		f = office_facts(o);
		same_text(tests[i].name, f.history[f.n_history - 1].text,
		    tests[i].want);
		same_text(tests[i].name, facts_task(&f, "held-mail")->text,
		    tests[i].want);
	}
	assert_int_equal(office_mails(o, &v), 0);
}

static void
test_one_cause_one_mail_M3(void **state)
{
	struct office *o = *state;
	struct outbox_mail *v;

	must(o, queue(o, "step", "status-request", AUD_DEPARTMENT,
	    "kim@corp.example"));
	same_text("again", rc_name(queue(o, "step", "status-request",
	    AUD_DEPARTMENT, "kim@corp.example")), "none");
	assert_int_equal(office_mails(o, &v), 1);
	assert_int_equal(office_facts(o).n_history, 2); /* opened, mail-out */
	must(o, queue(o, "step", "status-request", AUD_DEPARTMENT,
	    "pat@corp.example"));
	o->app.now += CW_DAY;
	must(o, queue(o, "step", "status-request", AUD_DEPARTMENT,
	    "kim@corp.example"));
	assert_int_equal(office_mails(o, &v), 3);
}

static void
test_a_deferred_mail_waits_AR14_L15(void **state)
{
	struct office *o = *state;
	struct case_facts f = office_facts(o);
	struct plan p = plan_of(o, "mail 1");
	struct act *m = plan_mail(&p, "ack", AUD_EMPLOYEE,
	    "joan@home.example", "Joan", "");
	struct outbox_mail *v;

	m->at = o->app.now + CW_HOUR;
	must(o, mailer_queue(&o->app, &f, m, &p, o->a, &o->e));
	office_mails(o, &v);
	assert_int_equal(v[0].next_try_at, o->app.now + CW_HOUR);
}

/* The headers that keep other robots silent, but not bounces (AR-17). */
static void
test_headers_by_purpose_AR16_AR17_M5(void **state)
{
	static const struct {
		const char *template_name, *to;
		enum audience audience;
		const char *submitted, *suppress;
	} tests[] = {
		{ "ack", "joan@home.example", AUD_EMPLOYEE, "auto-replied",
		    "DR, RN, NRN, OOF, AutoReply" },
		{ "status-request", "kim@corp.example", AUD_DEPARTMENT,
		    "auto-generated", "DR, RN, NRN, AutoReply" },
		{ "weekly-update", "joan@home.example", AUD_EMPLOYEE,
		    "auto-generated", "DR, RN, NRN, OOF, AutoReply" },
		{ "message", "joan@home.example", AUD_EMPLOYEE, "", "" },
	};
	struct office *o = *state;
	struct outbox_mail *v;

	for (size_t i = 0; i < N(tests); i++) {
		must(o, queue(o, "x", tests[i].template_name,
		    tests[i].audience, tests[i].to));
		office_mails(o, &v);
		same_text(tests[i].template_name, header_of(o, &v[i],
		    "Auto-Submitted"), tests[i].submitted);
		same_text(tests[i].template_name, header_of(o, &v[i],
		    "X-Auto-Response-Suppress"), tests[i].suppress);
		same_text("loop mark", header_of(o, &v[i],
		    "X-Caseward-Loop"), "test");
	}
}

static void
test_digests_are_for_staff_and_of_no_case_G13(void **state)
{
	struct office *o = *state;
	struct person joan = o->d->co->people[P_ANA];
	struct letter_more more = { "", "the words", NULL };
	struct outbox_mail mail;
	struct token t;

	must(o, mailer_queue_digest(&o->app, "help",
	    &o->d->co->people[P_ANA], &more, "help/1", o->a, &o->e));
	same_text("again", rc_name(mailer_queue_digest(&o->app, "help",
	    &o->d->co->people[P_ANA], &more, "help/1", o->a, &o->e)), "none");
	must(o, outbox_store_get(o->app.db, 1, o->a, &mail, &o->e));
	same_text("no thread", header_of(o, &mail, "References"), "");
	must(o, token_parse_message_id(&o->app.keys, mail.message_id, &t));
	assert_int_equal(t.case_no, 0);
	joan.email = "joan@home.example";
	same_text("not staff", rc_name(mailer_queue_digest(&o->app, "help",
	    &joan, &more, "help/2", o->a, &o->e)), "fail");
}

static void
test_chat_is_json_of_its_kind_G17(void **state)
{
	struct office *o = *state;
	struct case_facts f = office_facts(o);
	struct department d = o->d->co->departments[0];
	struct person contact;
	struct outbox_mail *v;

	must(o, mailer_queue_webhook(&o->app, &f, &d, "say \"hi\"\n", "a",
	    o->a, &o->e));
	same_text("again", rc_name(mailer_queue_webhook(&o->app, &f, &d,
	    "say \"hi\"\n", "a", o->a, &o->e)), "none");
	d.webhook_kind = "slack";
	must(o, mailer_queue_webhook(&o->app, &f, &d, "say \"hi\"\n", "b",
	    o->a, &o->e));
	d.webhook = "";
	same_text("no chat", rc_name(mailer_queue_webhook(&o->app, &f, &d,
	    "hi", "c", o->a, &o->e)), "none");
	assert_int_equal(office_mails(o, &v), 2);
	same_text("where", v[0].rcpt, "https://chat.example/payroll");
	assert_non_null(strstr(v[0].bytes, "\"MessageCard\""));
	same_text("slack", v[1].bytes, "{\"text\":\"say \\\"hi\\\"\\n\"}");
	contact = *d.contact; /* M11: in the language of who reads it */
	contact.language = "es";
	d.contact = &contact;
	d.webhook = "https://chat.example/payroll";
	must(o, mailer_queue_webhook(&o->app, &f, &d, "ER-1: please tell us"
	    " where this case stands. We have written to Kim.", "d", o->a,
	    &o->e));
	assert_int_equal(office_mails(o, &v), 3);
	assert_non_null(strstr(v[2].bytes, "Le escribimos a Kim."));
}

/* --- a whole plan (app/apply.c) --- */

static void
test_plan_leaves_its_rows_G11_H12(void **state)
{
	static const struct {
		const char *what, *question;
		int64_t want;
	} tests[] = {
		{ "field", "SELECT count(*) FROM casefile WHERE division ="
		    " 'East' AND state = 'in-progress'", 1 },
		{ "note", "SELECT count(*) FROM note WHERE kind = 'internal'"
		    " AND author = 'ana'", 1 },
		{ "alarm", "SELECT count(*) FROM agenda WHERE kind = 'step'",
		    1 },
		{ "cleared", "SELECT count(*) FROM agenda WHERE kind ="
		    " 'wait'", 0 },
		{ "task", "SELECT count(*) FROM task WHERE kind = 'call' AND"
		    " done_at = 0", 1 },
		{ "done", "SELECT count(*) FROM task WHERE kind = 'close' AND"
		    " done_at > 0", 1 },
		{ "subscriber", "SELECT count(*) FROM subscriber", 1 },
		{ "mail", "SELECT count(*) FROM outbox WHERE channel = 'mail'",
		    1 },
		{ "chat", "SELECT count(*) FROM outbox WHERE channel ="
		    " 'webhook'", 1 },
		{ "ask", "SELECT count(*) FROM ask WHERE answered_at = 0",
		    1 },
		{ "addresses", "SELECT count(*) FROM address", 2 },
		{ "events", "SELECT count(*) FROM event WHERE case_no > 0",
		    7 }, /* opened, state, note, unsubscribed, asked, mail-out,
		            reviewed */
	};
	struct office *o = *state;
	struct case_facts f = office_facts(o);
	struct plan p = plan_of(o, "mail 1");

	p.actor = "ana";
	plan_set(&p, "division", "East");
	plan_state(&p, CASE_IN_PROGRESS, "work began");
	plan_note(&p, "internal", "called her");
	plan_alarm(&p, "step", "", o->app.now + CW_DAY);
	plan_alarm(&p, "wait", "", o->app.now + CW_DAY);
	plan_clear(&p, "wait", "");
	plan_task(&p, "call", "ana", "Call Kim", o->app.now);
	plan_task(&p, "close", "ana", "Close it", o->app.now);
	plan_add(&p, ACT_TASK_DONE, "close", "");
	plan_add(&p, ACT_SUBSCRIBE, "", "Payroll");
	plan_add(&p, ACT_SUBSCRIBE, "", "Benefits");
	plan_add(&p, ACT_UNSUBSCRIBE, "", "Benefits");
	plan_event(&p, "asked", "asked Kim", "We asked.");
	plan_mail(&p, "status-request", AUD_DEPARTMENT, "kim@corp.example",
	    "Kim Ode", "");
	plan_add(&p, ACT_WEBHOOK, "payroll", "please");
	plan_add(&p, ACT_ABSENT, "", "")->to = "Pat@corp.example";
	plan_add(&p, ACT_UNDELIVERABLE, "", "5.1.1")->to = "raj@corp.example";
	plan_add(&p, ACT_REVIEWED, "", "");
	must(o, apply_plan(&o->app, &f, &p, o->a, &o->e));
	for (size_t i = 0; i < N(tests); i++) {
		struct db_stmt *st = NULL;

		must(o, db_query(o->app.db, &st, &o->e, tests[i].question,
		    ""));
		must(o, db_step(st, &o->e));
		if (db_col_int(st, 0) != tests[i].want)
			fail_msg("%s: %lld", tests[i].what,
			    (long long)db_col_int(st, 0));
		db_stmt_free(&st);
	}
	assert_int_equal(f.c.version, 2);
}

static void
test_illegal_moves_are_refused_H12(void **state)
{
	struct office *o = *state;
	struct case_facts f = office_facts(o);
	struct plan p = plan_of(o, "command");

	plan_state(&p, CASE_CLOSED, "just so");
	same_text("not from assigned to closed", rc_name(apply_plan(&o->app,
	    &f, &p, o->a, &o->e)), "bad");
	assert_int_equal(office_facts(o).c.state, CASE_ASSIGNED);
	p = plan_of(o, "command");
	plan_set(&p, "salary", "1");
	same_text("no such field", rc_name(apply_plan(&o->app, &f, &p, o->a,
	    &o->e)), "bad");
}

/* Two people at once: the second one is told, nothing is lost (W6). */
static void
test_the_second_change_is_refused_W6(void **state)
{
	struct office *o = *state;
	struct case_facts mine = office_facts(o), yours = office_facts(o);
	struct plan p = plan_of(o, "command");

	plan_set(&p, "division", "East");
	must(o, apply_plan(&o->app, &mine, &p, o->a, &o->e));
	same_text("the second", rc_name(apply_plan(&o->app, &yours, &p, o->a,
	    &o->e)), "retry");
	assert_non_null(strstr(o->e.text, "modified by another user"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(test_what_is_queued_is_on_the_case_G11_G10),
		OFFICE_TEST(test_keys_are_bound_to_the_mail_SA13_TH1),
		OFFICE_TEST(test_each_reader_has_a_thread_TH3_TH4_TH5_G13),
		OFFICE_TEST(test_the_writers_mail_is_the_parent_TH3_TH4_G13),
		OFFICE_TEST(test_the_guard_holds_back_G13),
		OFFICE_TEST(test_one_cause_one_mail_M3),
		OFFICE_TEST(test_a_deferred_mail_waits_AR14_L15),
		OFFICE_TEST(test_headers_by_purpose_AR16_AR17_M5),
		OFFICE_TEST(test_digests_are_for_staff_and_of_no_case_G13),
		OFFICE_TEST(test_chat_is_json_of_its_kind_G17),
		OFFICE_TEST(test_plan_leaves_its_rows_G11_H12),
		OFFICE_TEST(test_illegal_moves_are_refused_H12),
		OFFICE_TEST(test_the_second_change_is_refused_W6),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
