/* test_bounce.c - mail that came back (M6, L14, L15, BN-1 to BN-9). */
#include "mail/bounce.h"
#include "mail/scan.h"
#include "mailtest.h"

#define OURS "c412.d.o4571.abcdefghijklmnopqrstuvwxyz@er.example"

static const char *
rcpts(struct arena *a, const struct bounce *b)
{
	struct str s = { 0 };
	char *out;

	for (size_t i = 0; i < b->n; i++)
		str_printf(&s, "%s%s|%s|%s", i == 0 ? "" : " ",
		    b->rcpts[i].recipient, b->rcpts[i].status,
		    b->rcpts[i].action);
	out = str_dup(&s, a);
	str_fini(&s);
	return out;
}

static bool
has_id(const struct bounce *b, const char *id)
{
	for (size_t i = 0; i < b->original_ids.n; i++)
		if (str_eq(b->original_ids.v[i], id))
			return true;
	return false;
}

static void
test_corpus_M6_BN1_BN7_BN8(void **state)
{
	static const struct {
		const char *file, *why;
		enum bounce_proof proof;
		const char *rcpts, *envelope_id;
		bool has_our_id;
	} tests[] = {
		{ "bounce-postfix.eml", "BN-1 delivery status report",
		    BOUNCE_SURE, "payroll@dept.example|5.1.1|failed", "o4571",
		    true },
		{ "bounce-postfix-delayed.eml", "BN-1 delivery status report",
		    BOUNCE_SURE, "payroll@dept.example|4.4.1|delayed", "",
		    true },
		{ "bounce-relayed-two.eml", "BN-1 delivery status report",
		    BOUNCE_SURE, "payroll@dept.example|2.0.0|relayed "
		    "leadership@dept.example|5.2.2|failed", "", true },
		{ "bounce-exchange-online.eml", "BN-1 delivery status report",
		    BOUNCE_SURE, "payroll@dept.example|5.1.10|failed", "",
		    true },
		{ "bounce-exchange-online-fr.eml",
		    "BN-1 delivery status report", BOUNCE_SURE,
		    "payroll@dept.example|5.1.10|failed", "", true },
		{ "bounce-exchange-online-it.eml",
		    "BN-1 delivery status report", BOUNCE_SURE,
		    "payroll@dept.example|5.1.10|failed", "", true },
		{ "bounce-exchange-online-de-text.eml",
		    "BN-1 From postmaster, with an error", BOUNCE_SURE,
		    "payroll@dept.example|5.1.10|failed", "", true },
		{ "bounce-exchange2003.eml",
		    "BN-1 From postmaster, with an error", BOUNCE_SURE,
		    "payroll@dept.example|5.1.1|failed", "", true },
		{ "bounce-qmail.eml", "BN-6 qmail", BOUNCE_SURE,
		    "payroll@dept.example|5.1.1|failed "
		    "old@dept.example|5.2.2|failed", "", true },
		{ "bounce-gmail.eml", "BN-1 delivery status report",
		    BOUNCE_SURE, "payroll@dept.example|5.1.1|failed", "",
		    true },
		{ "bounce-exim.eml", "BN-1 X-Failed-Recipients", BOUNCE_SURE,
		    "payroll@dept.example|5.7.1|failed "
		    "old@dept.example|5.7.1|failed", "", true },
		{ "bounce-null-path-text.eml",
		    "BN-1 null return path, with an error", BOUNCE_LIKELY,
		    "payroll@dept.example|5.1.1|failed", "", true },
		{ "auto-ooo-en.eml", "", BOUNCE_NO, "", "", true },
		{ "auto-read-receipt.eml", "AR-5 another kind of report",
		    BOUNCE_NO, "", "", false },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(tests); i++) {
		struct bounce b;
		struct msg m;
		const char *why;

		mailtest_load(a, tests[i].file, &m);
		check_int(tests[i].file, bounce_detect(&m, &why),
		    tests[i].proof);
		check_text(tests[i].file, why, tests[i].why);
		bounce_read(&m, a, &b);
		if (tests[i].proof != BOUNCE_NO)
			check_text(tests[i].file, rcpts(a, &b), tests[i].rcpts);
		check_text(tests[i].file, b.envelope_id, tests[i].envelope_id);
		check_int(tests[i].file, has_id(&b, OURS), tests[i].has_our_id);
		if (tests[i].proof != BOUNCE_NO &&
		    !str_eq(tests[i].file, "bounce-null-path-text.eml"))
			check_text(tests[i].file, b.original_subject,
			    "[ER-000412] Status request");
	}
	arena_free(&a);
}

/* A person's mail about a bounce is none (L13). */
static void
test_not_bounces_BN1(void **state)
{
	static const struct {
		const char *name, *raw;
	} tests[] = {
		{ "forwarded bounce",
		    "From: ann@x.org\nSubject: Fwd: Undeliverable: pay\n\n"
		    "I got this: 550 5.1.1 user unknown\n" },
		{ "postmaster as a person",
		    "From: postmaster@x.org\nSubject: Re: mail trouble\n\n"
		    "We fixed your mailbox this morning.\n" },
		{ "null return path without an error",
		    "Return-Path: <>\nFrom: a@x.org\nSubject: Hello\n\nHi\n" },
		{ "return path of a person",
		    "Return-Path: <a@x.org>\nFrom: a@x.org\n"
		    "Subject: failure notice\n\n5.1.1\n" },
		{ "no mail at all", "" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(tests); i++) {
		struct msg m;
		const char *why;

		mailtest_parse(a, tests[i].raw, &m);
		check_int(tests[i].name, bounce_detect(&m, &why), BOUNCE_NO);
	}
	arena_free(&a);
}

static void
test_text_M6_BN4(void **state)
{
	static const struct {
		const char *name, *subject, *text, *want;
	} tests[] = {
		{ "no code, but words", "Undeliverable",
		    "Your message to bob@x.org failed: mailbox is full.\n",
		    "bob@x.org|5.2.2|failed" },
		{ "no code, no known words", "Undeliverable",
		    "Your message to bob@x.org failed.\n",
		    "bob@x.org||failed" },
		{ "a code, but no address", "Undeliverable",
		    "Delivery failed: 5.1.1\n", "|5.1.1|failed" },
		{ "an IP address is no code (BN-4)", "Undeliverable",
		    "5.1.1.7 refused <bob@x.org>: 550 5.7.1 no\n",
		    "bob@x.org|5.7.1|failed" },
		{ "our own address is not who failed", "Undeliverable",
		    "From er@er.example to bob@x.org: 5.1.1\n",
		    "bob@x.org|5.1.1|failed" },
		{ "a warning", "Warning: message delayed",
		    "Mail to bob@x.org has been delayed, will be retried. "
		    "4.4.1\n", "bob@x.org|4.4.1|delayed" },
		{ "each address with its own code", "Undeliverable",
		    "<bob@x.org>: 5.1.1 unknown\n\n<amy@x.org>: 5.2.2 full\n",
		    "bob@x.org|5.1.1|failed amy@x.org|5.2.2|failed" },
		{ "Domino", "DELIVERY FAILURE: User bob (bob@x.org) not listed in"
		    " Domino Directory", "Your message\n  Subject: Pay\nwas not"
		    " delivered to:\n  bob@x.org\nbecause:\n  User bob"
		    " (bob@x.org) not listed in Domino Directory\n",
		    "bob@x.org|5.1.1|failed" },
		{ "like Yahoo", "Failure Notice", "Sorry, we were unable to"
		    " deliver your message to the following address.\n\n"
		    "<bob@x.org>:\n554: 5.5.4 delivery error: dd This user"
		    " doesn't have an account\n", "bob@x.org|5.5.4|failed" },
		{ "like Yahoo, without a code", "Failure Notice", "Sorry, we"
		    " were unable to deliver to\n<bob@x.org>:\nThis user"
		    " doesn't have an account here\n",
		    "bob@x.org|5.1.1|failed" },
		{ "too large, in words", "Undeliverable", "bob@x.org: message"
		    " too big for this server\n", "bob@x.org|5.3.4|failed" },
		{ "by policy, in words", "Undeliverable", "bob@x.org: message"
		    " rejected due to local policy\n",
		    "bob@x.org|5.7.1|failed" },
		{ "quota", "Undeliverable", "bob@x.org: mailbox quota"
		    " exceeded\n", "bob@x.org|5.2.2|failed" },
		{ "German words", "Unzustellbar", "bob@x.org: Empf\xc3\xa4nger"
		    " unbekannt\n", "bob@x.org|5.1.1|failed" },
		{ "Spanish words", "No se puede entregar", "bob@x.org: usuario"
		    " desconocido\n", "bob@x.org|5.1.1|failed" },
		{ "German, only late", "Zustellung verz\xc3\xb6gert",
		    "bob@x.org 4.4.1\n", "bob@x.org|4.4.1|delayed" },
		{ "nothing", "Undeliverable", "Sorry.\n", "" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(tests); i++) {
		struct bounce b;
		struct msg m;

		mailtest_parse(a, arena_printf(a, "From: MAILER-DAEMON@y.org\n"
		    "To: er@er.example\nSubject: %s\n\n%s", tests[i].subject,
		    tests[i].text), &m);
		bounce_read(&m, a, &b);
		check_text(tests[i].name, rcpts(a, &b), tests[i].want);
	}
	arena_free(&a);
}

static void
test_status_block_BN2_BN3(void **state)
{
	static const struct {
		const char *name, *status, *want;
	} tests[] = {
		{ "one block only, with a recipient",
		    "Reporting-MTA: dns; x\nFinal-Recipient: rfc822; a@x.org\n"
		    "Action: failed\nStatus: 5.1.1\n",
		    "a@x.org|5.1.1|failed" },
		{ "original recipient is preferred",
		    "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; b@x.org\n"
		    "Original-Recipient: rfc822;a@x.org\nAction: failed\n"
		    "Status: 5.1.1\n", "a@x.org|5.1.1|failed" },
		{ "failed stays failed with 4.x.x",
		    "\nFinal-Recipient: rfc822; a@x.org\nAction: failed\n"
		    "Status: 4.4.7\n", "a@x.org|4.4.7|failed" },
		{ "action with a comment, capitals",
		    "\nFinal-Recipient: RFC822; <a@x.org>\nAction: Failed (x)\n"
		    "Status: 5.2.2 (full)\n", "a@x.org|5.2.2|failed" },
		{ "no action", "\nFinal-Recipient: rfc822; a@x.org\n"
		    "Status: 4.4.1\n", "a@x.org|4.4.1|delayed" },
		{ "no status, but a diagnosis",
		    "\nFinal-Recipient: rfc822; a@x.org\nAction: failed\n"
		    "Diagnostic-Code: smtp; 550 5.1.1 no\n",
		    "a@x.org|5.1.1|failed" },
		{ "the same address twice",
		    "\nFinal-Recipient: rfc822; a@x.org\nAction: failed\n"
		    "Status: 5.1.1\n\nFinal-Recipient: rfc822; A@x.org\n"
		    "Action: failed\nStatus: 5.1.2\n", "a@x.org|5.1.1|failed" },
		{ "an address of another kind",
		    "\nFinal-Recipient: X400; /C=DE/\nAction: failed\n"
		    "Status: 5.1.1\n", "|5.1.1|failed" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(tests); i++) {
		struct bounce b;
		struct msg m;

		mailtest_parse(a, "From: x@y.org\n\n\n", &m);
		m.body.delivery_status = tests[i].status;
		bounce_read(&m, a, &b);
		check_text(tests[i].name, rcpts(a, &b), tests[i].want);
	}
	arena_free(&a);
}

static void
test_order_of_ids_M6_BN8(void **state)
{
	static const char *const want[] = { "c@x", "r2@x", "r1@x", "d@x",
		"ms@x", "own@x", "e@x" };
	struct arena *a = arena_new();
	struct bounce b;
	struct msg m;

	(void)state;
	mailtest_parse(a, "From: MAILER-DAEMON@y.org\nIn-Reply-To: <c@x>\n"
	    "References: <r1@x> <r2@x> <c@x>\n\n"
	    "text\n> Message-ID: <e@x>\n| Message-ID:\n| <d@x>\n", &m);
	m.body.embedded_headers = "Message-ID: <d@x>\n"
	    "X-Caseward-Id: <own@x>\nX-Microsoft-Original-Message-ID: <ms@x>\n"
	    "Subject: =?utf-8?Q?[ER-000412]_Gr=C3=BC=C3=9Fe?=\n";
	bounce_read(&m, a, &b);
	assert_int_equal(b.original_ids.n, N(want));
	for (size_t i = 0; i < N(want); i++)
		assert_string_equal(b.original_ids.v[i], want[i]);
	assert_string_equal(b.original_subject, "[ER-000412] Grüße");
	arena_free(&a);
}

static void
test_limits_BN2(void **state)
{
	struct arena *a = arena_new();
	struct str s = { 0 };
	struct bounce b;
	struct msg m;

	(void)state;
	for (int i = 0; i < 5000; i++)
		str_printf(&s, "\nFinal-Recipient: rfc822; a%d@x.org\n"
		    "Action: failed\nStatus: 5.1.1\n", i);
	mailtest_parse(a, "From: x@y.org\n\n\n", &m);
	m.body.delivery_status = str_text(&s);
	bounce_read(&m, a, &b);
	assert_true(b.n <= BOUNCE_MAX_RCPTS);
	str_clear(&s);
	for (int i = 0; i < 5000; i++)
		str_printf(&s, "Message-ID: <a%d@x.org>\n", i);
	m.body.text = str_text(&s);
	bounce_read(&m, a, &b);
	assert_true(b.original_ids.n <= BOUNCE_MAX_IDS);
	str_fini(&s);
	arena_free(&a);
}

static void
test_kinds_M6_BN3_BN5(void **state)
{
	static const struct {
		const char *name, *status, *action;
		enum bounce_kind want;
	} tests[] = {
		{ "user unknown", "5.1.1", "failed", BOUNCE_KIND_HARD },
		{ "bad domain", "5.1.2", "failed", BOUNCE_KIND_HARD },
		{ "bad syntax", "5.1.3", "failed", BOUNCE_KIND_HARD },
		{ "has moved", "5.1.6", "failed", BOUNCE_KIND_HARD },
		{ "Exchange not found", "5.1.10", "failed", BOUNCE_KIND_HARD },
		{ "disabled", "5.2.1", "failed", BOUNCE_KIND_HARD },
		{ "mailbox full for good", "5.2.2", "failed",
		    BOUNCE_KIND_SOFT },
		{ "mailbox full for now", "4.2.2", "failed",
		    BOUNCE_KIND_SOFT },
		{ "no answer from host", "4.4.1", "failed", BOUNCE_KIND_SOFT },
		{ "expired", "5.4.7", "failed", BOUNCE_KIND_SOFT },
		{ "refused by policy", "5.7.1", "failed",
		    BOUNCE_KIND_POLICY },
		{ "greylisted to the end", "4.7.1", "failed",
		    BOUNCE_KIND_POLICY },
		{ "our own address refused", "5.1.8", "failed",
		    BOUNCE_KIND_POLICY },
		{ "too large for the server", "5.3.4", "failed",
		    BOUNCE_KIND_SIZE },
		{ "too large for the mailbox", "5.2.3", "failed",
		    BOUNCE_KIND_SIZE },
		{ "a warning decides over 5.1.1", "5.1.1", "delayed",
		    BOUNCE_KIND_DELAY },
		{ "delivered", "2.0.0", "delivered", BOUNCE_KIND_NONE },
		{ "relayed", "2.1.9", "Relayed", BOUNCE_KIND_NONE },
		{ "expanded", "", "expanded", BOUNCE_KIND_NONE },
		{ "unknown does not blame the address", "", "failed",
		    BOUNCE_KIND_SOFT },
		{ "undefined", "5.0.0", "failed", BOUNCE_KIND_SOFT },
	};

	(void)state;
	for (size_t i = 0; i < N(tests); i++)
		check_int(tests[i].name, bounce_kind_of(tests[i].status,
		    tests[i].action), tests[i].want);
}

static void
test_scan_BN4(void **state)
{
	static const struct {
		const char *name, *text, *address, *status;
	} tests[] = {
		{ "plain", "to bob@x.org now", "bob@x.org", "" },
		{ "brackets", "<bob@x.org>: 5.1.1", "bob@x.org", "5.1.1" },
		{ "end of sentence", "to bob@x.org.", "bob@x.org", "" },
		{ "quotes", "'bob@x.org'", "bob@x.org", "" },
		{ "no dot in the domain", "bob@localhost", "", "" },
		{ "two dots", "bob@x..org", "", "" },
		{ "no local part", "@x.org", "", "" },
		{ "the second one", "@@ a@b c@d.example", "c@d.example", "" },
		{ "status in brackets", "(#5.5.0)", "", "5.5.0" },
		{ "IP address", "[5.1.1.2]", "", "" },
		{ "version number", "v5.1.1", "", "" },
		{ "in a longer number", "15.1.1 25.1.1", "", "" },
		{ "four digits", "5.1.1000", "", "" },
		{ "end of sentence", "code 5.1.10.", "", "5.1.10" },
		{ "at the very end", "x 4.2.2", "", "4.2.2" },
		{ "3 is no class", "3.1.1", "", "" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(tests); i++) {
		const char *t = tests[i].text;
		struct scan_span s = { 0, 0 };

		(void)scan_address(t, strlen(t), 0, &s);
		check_text(tests[i].name, arena_strndup(a, t + s.start,
		    s.end - s.start), tests[i].address);
		s = (struct scan_span){ 0, 0 };
		(void)scan_status(t, strlen(t), 0, &s);
		check_text(tests[i].name, arena_strndup(a, t + s.start,
		    s.end - s.start), tests[i].status);
	}
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_corpus_M6_BN1_BN7_BN8),
		cmocka_unit_test(test_not_bounces_BN1),
		cmocka_unit_test(test_text_M6_BN4),
		cmocka_unit_test(test_status_block_BN2_BN3),
		cmocka_unit_test(test_order_of_ids_M6_BN8),
		cmocka_unit_test(test_limits_BN2),
		cmocka_unit_test(test_kinds_M6_BN3_BN5),
		cmocka_unit_test(test_scan_BN4),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
