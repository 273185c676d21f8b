/* test_understand.c - all of it together (M4, M5, M6, M9, SA-12, TH-13). */
#include "mail/autoreply.h"
#include "mailtest.h"

static const char *own_v[] = { "er@er.example" };
static const struct msg_own own = {
	.addresses = { own_v, 1 },
	.instance_id = "caseward-1",
	.trust_authserv_id = "mx.er.example",
};

#define HEAD "From: Sam <sam@dept.example>\nTo: er@er.example\n"

static void
test_reply_with_command_M4_M9(void **state)
{
	struct arena *a = arena_new();
	struct msg m;

	(void)state;
	mailtest_parse(a, "Authentication-Results: mx.er.example; dmarc=pass "
	    "header.from=dept.example\n" HEAD
	    "Subject: =?utf-8?Q?Re:_[ER=2D000412=5D_L=C3=B6hne?=\n\n"
	    "#note paid\n\nPaid on Monday.\n", &m);
	msg_understand(&m, &own, a);
	assert_int_equal(m.class, MSG_HUMAN);
	assert_false(m.wants_no_answer);
	assert_string_equal(m.token, "[ER-000412]");
	assert_int_equal(m.token_case, 412);
	assert_false(m.token_is_ambiguous);
	assert_int_equal(m.auth.dmarc, AUTH_PASS);
	assert_string_equal(m.auth.authserv_id, "mx.er.example");
	assert_int_equal(m.commands.n, 1);
	assert_string_equal(m.commands.v[0], "#note paid");
	assert_false(m.is_forward);
	assert_int_equal(m.bounce.n, 0);
	arena_free(&a);
}

static void
test_tokens_M4_TH9(void **state)
{
	struct arena *a = arena_new();
	struct msg m;

	(void)state;
	mailtest_parse(a, HEAD "Subject: [ER-000412] and [ER-000413]\n\nx\n",
	    &m);
	msg_understand(&m, &own, a);
	assert_true(m.token_is_ambiguous);
	assert_int_equal(m.token_case, 412);
	mailtest_parse(a, HEAD "Subject: Pay\n\n[ER-000412]\n", &m);
	msg_understand(&m, &own, a);
	assert_null(m.token);
	assert_int_equal(m.token_case, 0);
	/* A token that header folding has split is found (TH-9). */
	mailtest_parse(a, HEAD "Subject: =?utf-8?Q?[ER-0?=\n"
	    " =?utf-8?Q?00412]?=\n\nx\n", &m);
	msg_understand(&m, &own, a);
	assert_int_equal(m.token_case, 412);
	arena_free(&a);
}

/* Machines command nothing (SA-12). */
static void
test_no_commands_from_machines_SA12(void **state)
{
	static const char *const headers[] = { "Auto-Submitted: auto-replied\n",
		"List-Id: <x.y>\n", "Precedence: bulk\n",
		"X-Failed-Recipients: a@x.org\n",
		"X-Caseward-Loop: caseward-1\n" };
	struct arena *a = arena_new();
	struct msg m;

	(void)state;
	for (size_t i = 0; i < N(headers); i++) {
		mailtest_parse(a, arena_printf(a, HEAD "%s\n#resolve\n",
		    headers[i]), &m);
		msg_understand(&m, &own, a);
		check_int(headers[i], (long long)m.commands.n, 0);
	}
	mailtest_parse(a, HEAD "\n#resolve\n", &m);
	msg_understand(&m, &own, a);
	assert_int_equal(m.commands.n, 1);
	arena_free(&a);
}

static void
test_forward_TH13(void **state)
{
	struct arena *a = arena_new();
	struct msg m;

	(void)state;
	mailtest_parse(a, HEAD "Subject: WG: [ER-000412] Lohn\n\nZur Info\n\n"
	    "Von: Ann\nGesendet: Montag\nAn: Lohn\nBetreff: Lohn\n", &m);
	msg_understand(&m, &own, a);
	assert_true(m.is_forward);
	assert_int_equal(m.token_case, 412);
	arena_free(&a);
}

static void
test_bounce_M6(void **state)
{
	struct arena *a = arena_new();
	struct msg m;

	(void)state;
	mailtest_load(a, "bounce-postfix.eml", &m);
	msg_understand(&m, &own, a);
	assert_int_equal(m.class, MSG_BOUNCE);
	assert_true(m.wants_no_answer);
	assert_int_equal(m.bounce.n, 1);
	assert_string_equal(m.bounce.rcpts[0].recipient,
	    "payroll@dept.example");
	assert_string_equal(m.bounce.original_ids.v[0],
	    "c412.d.o4571.abcdefghijklmnopqrstuvwxyz@er.example");
	assert_int_equal(m.commands.n, 0);
	arena_free(&a);
}

/* A mail that the reader died on is understood from its headers (M7). */
static void
test_without_body_M7(void **state)
{
	static const char raw[] = HEAD "Subject: Re: [ER-000412] Pay\n"
	    "Content-Type: multipart/mixed; boundary=\"\\\"\"\n\n--\n";
	struct arena *a = arena_new();
	struct msg m;

	(void)state;
	msg_scan(raw, strlen(raw), a, &m);
	body_init(&m.body, "the reader died");
	msg_understand(&m, &own, a);
	assert_int_equal(m.class, MSG_HUMAN);
	assert_int_equal(m.token_case, 412);
	msg_scan("", 0, a, &m);
	msg_understand(&m, &own, a);
	assert_int_equal(m.class, MSG_HUMAN);
	assert_true(m.wants_no_answer);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reply_with_command_M4_M9),
		cmocka_unit_test(test_tokens_M4_TH9),
		cmocka_unit_test(test_no_commands_from_machines_SA12),
		cmocka_unit_test(test_forward_TH13),
		cmocka_unit_test(test_bounce_M6),
		cmocka_unit_test(test_without_body_M7),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
