/* test_autoreply.c - machines, lists, ourselves (M5, L14, AR-1 to AR-15). */
#include "mail/autoreply.h"
#include "mail/token.h"
#include "mailtest.h"

#define NOW INT64_C(1794819600) /* 2026-11-16T09:00:00Z */

static const char *own_v[] = { "er@er.example", "hr@er.example" };
static const struct msg_own own = {
	.addresses = { own_v, 2 },
	.instance_id = "caseward-1",
	.trust_authserv_id = "",
};

#define HEAD "From: Ann <ann@x.org>\nTo: er@er.example\n"

static const struct {
	const char *name, *headers;
	enum msg_class want;
	bool silent;
	const char *why; /* begins with */
} rules[] = {
	{ "a person", HEAD "Subject: Pay\n", MSG_HUMAN, false, "no " },
	{ "Auto-Submitted: no", HEAD "Auto-Submitted: no\n", MSG_HUMAN,
	    false, "no " },
	{ "Auto-Submitted: No; x=y", HEAD "Auto-Submitted: No; x=y\n",
	    MSG_HUMAN, false, "no " },
	{ "auto-replied with parameter",
	    HEAD "Auto-Submitted: auto-replied; x=\"y\"\n", MSG_AUTO,
	    true, "AR-1 " },
	{ "auto-generated with comment",
	    HEAD "Auto-Submitted: auto-generated (failure)\n",
	    MSG_AUTO, true, "AR-1 " },
	{ "an unknown keyword", HEAD "Auto-Submitted: whatever\n",
	    MSG_AUTO, true, "AR-1 " },
	{ "the second field says it",
	    HEAD "Auto-Submitted: no\nAuto-Submitted: auto-replied\n",
	    MSG_AUTO, true, "AR-1 " },
	{ "null return path", HEAD "Return-Path: <>\n", MSG_HUMAN, true,
	    "AR-2 " },
	{ "no return path proves nothing", HEAD, MSG_HUMAN, false,
	    "no " },
	{ "no From", "To: er@er.example\n", MSG_HUMAN, true, "AR-6 " },
	{ "two From", "From: a@x.org, b@x.org\nTo: er@er.example\n",
	    MSG_HUMAN, true, "AR-6 " },
	{ "postmaster without an error",
	    "From: postmaster@x.org\nTo: er@er.example\n", MSG_HUMAN,
	    true, "AR-2 " },
	{ "majordomo", "From: Majordomo@x.org\nTo: er@er.example\n",
	    MSG_HUMAN, true, "AR-2 " },
	{ "list request", "From: hr-request@x.org\nTo: er@er.example\n",
	    MSG_HUMAN, true, "AR-2 " },
	{ "list owner", "From: owner-hr@x.org\nTo: er@er.example\n",
	    MSG_HUMAN, true, "AR-2 " },
	{ "no-reply", "From: No_Reply@x.org\nTo: er@er.example\n",
	    MSG_HUMAN, true, "AR-2 " },
	{ "noreply with more",
	    "From: noreply-payroll@x.org\nTo: er@er.example\n",
	    MSG_HUMAN, true, "AR-2 " },
	{ "no robot, but like one",
	    "From: norah.eply@x.org\nTo: er@er.example\n", MSG_HUMAN,
	    false, "no " },
	{ "List-Id", HEAD "List-Id: <x.y>\n", MSG_LIST, true, "AR-3 " },
	{ "List-Unsubscribe", HEAD "List-Unsubscribe: <mailto:x@y>\n",
	    MSG_LIST, true, "AR-3 " },
	{ "Precedence: bulk", HEAD "Precedence: bulk\n", MSG_LIST, true,
	    "AR-3 " },
	{ "Precedence: first-class", HEAD "Precedence: first-class\n",
	    MSG_HUMAN, false, "no " },
	{ "Feedback-ID is set by relays of people too",
	    HEAD "Feedback-ID: 1:x\n", MSG_HUMAN, true, "AR-3 " },
	{ "an absence behind a list is an absence (AR-12)",
	    HEAD "List-Id: <x.y>\nAuto-Submitted: auto-replied\n",
	    MSG_AUTO, true, "AR-1 " },
	{ "asks for silence, but a person wrote it (AR-4)",
	    HEAD "X-Auto-Response-Suppress: DR, oof\n", MSG_HUMAN,
	    true, "AR-4 " },
	{ "asks for no receipts only",
	    HEAD "X-Auto-Response-Suppress: DR, RN, NRN\n", MSG_HUMAN,
	    false, "no " },
	{ "Exchange rule that only forwards (AR-10)",
	    HEAD "X-MS-Exchange-Inbox-Rules-Loop: a@x.org\n", MSG_HUMAN,
	    false, "no " },
	{ "Exchange rule that answers (AR-9)",
	    HEAD "X-MS-Exchange-Inbox-Rules-Loop: a@x.org\n"
	    "X-Auto-Response-Suppress: All\n", MSG_AUTO, true,
	    "AR-9 " },
	{ "Precedence: auto_reply", HEAD "Precedence: auto_reply\n",
	    MSG_AUTO, true, "AR-9 " },
	{ "X-Autoreply", HEAD "X-Autoreply: yes\n", MSG_AUTO, true,
	    "AR-9 " },
	{ "X-Autorespond", HEAD "X-Autorespond: x\n", MSG_AUTO, true,
	    "AR-9 " },
	{ "Apple", HEAD "X-Apple-Action: VACATION/1\n"
	    "X-Apple-Action: vacation\n", MSG_AUTO, true, "AR-9 " },
	{ "FirstClass", HEAD "X-FC-MachineGenerated: true\n", MSG_AUTO,
	    true, "AR-9 " },
	{ "Mailbox Rules Agent", HEAD
	    "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent\n",
	    MSG_AUTO, true, "AR-9 " },
	{ "subject alone", HEAD "Subject: Automatic reply: x\n",
	    MSG_AUTO, true, "AR-11 " },
	{ "subject that may be one", HEAD "Subject: Auto: for sale\n",
	    MSG_HUMAN, true, "AR-11 " },
	{ "not for us", "From: ann@x.org\nTo: bob@x.org\n", MSG_HUMAN,
	    true, "AR-7 " },
	{ "for us in Cc", "From: ann@x.org\nTo: b@x.org\n"
	    "Cc: HR <HR@ER.example>\n", MSG_HUMAN, false, "no " },
	{ "for us with a detail", "From: ann@x.org\n"
	    "To: er+1d412-x@er.example\n", MSG_HUMAN, false, "no " },
	{ "sent on to us", "From: ann@x.org\nTo: b@x.org\n"
	    "Resent-To: er@er.example\n", MSG_HUMAN, false, "no " },
	{ "only the envelope names us (AR-7)", "From: ann@x.org\n"
	    "To: b@x.org\nDelivered-To: er@er.example\n", MSG_HUMAN,
	    true, "AR-7 " },
	{ "our own address", "From: ER <er@er.example>\nTo: hr@er.example\n",
	    MSG_OWN, true, "AR-5 " },
	{ "our own keyed address",
	    "From: ER+1e1-1-x@er.example\nTo: hr@er.example\n", MSG_OWN,
	    true, "AR-5 " },
	{ "somebody like us", "From: er2@er.example\nTo: er@er.example\n",
	    MSG_HUMAN, false, "no " },
	{ "our own mark (AR-13)", HEAD "X-Caseward-Loop: caseward-1\n",
	    MSG_OWN, true, "AR-13 " },
	{ "the mark of another instance",
	    HEAD "X-Caseward-Loop: caseward-2\n", MSG_HUMAN, false,
	    "no " },
	{ "an absence that answers a mail", HEAD "In-Reply-To: <1@x>\n"
	    "Subject: Absent: Status\n", MSG_AUTO, true, "AR-11 " },
	{ "an absence that answers a case", HEAD
	    "Subject: Absent: [ER-000123] Status\n", MSG_AUTO, true,
	    "AR-11 " },
	{ "an employee who is ill", HEAD "Subject: Absent: ill\n", MSG_HUMAN,
	    true, "AR-11 " },
	{ "an employee who sends on an automatic reply", HEAD
	    "In-Reply-To: <1@x>\nSubject: FW: Automatic reply: my pay\n",
	    MSG_HUMAN, true, "AR-11 " },
	{ "a filter wants to hear that a person wrote", HEAD
	    "In-Reply-To: <1@x>\nSubject: Please confirm your message\n",
	    MSG_AUTO, true, "AR-9 challenge" },
	{ "an employee who needs a letter for the bank", HEAD
	    "Subject: Verification required for my mortgage\n", MSG_HUMAN,
	    false, "no " },
	{ "the same by its header", HEAD "X-TMDA-Confirm: 1\n", MSG_AUTO,
	    true, "AR-9 challenge" },
	{ "an employee who asks to confirm", HEAD
	    "Subject: Can you confirm your message of Friday?\n", MSG_HUMAN,
	    false, "no " },
	{ "spam", HEAD "X-Spam-Flag: YES\n", MSG_HUMAN, true, "AR-5 " },
	{ "daemon", "From: MAILER-DAEMON (Mail System)\n"
	    "To: er@er.example\n", MSG_BOUNCE, true, "BN-1 " },
	{ "calendar answer, body unread", HEAD
	    "Content-Type: text/calendar; method=REPLY\n", MSG_AUTO,
	    true, "AR-5 " },
	{ "invitation, body unread", HEAD
	    "Content-Type: text/calendar; method=REQUEST\n", MSG_HUMAN,
	    false, "no " },
};

static void
test_rules_M5_AR1_to_AR15(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(rules); i++) {
		struct msg m;

		mailtest_parse(a, arena_printf(a, "%s\nHello.\n",
		    rules[i].headers), &m);
		autoreply_classify(&m, &own, a);
		if (m.class != rules[i].want)
			fail_msg("%s: class %s (%s)", rules[i].name,
			    msg_class_name(m.class), m.class_why);
		check_int(rules[i].name, m.wants_no_answer, rules[i].silent);
		if (!str_has_prefix(m.class_why, rules[i].why))
			fail_msg("%s: %s", rules[i].name, m.class_why);
	}
	arena_free(&a);
}

static void
test_own_message_id_AR13(void **state)
{
	struct token_keys keys = { 1, { { '1', "key" } } };
	struct token_keys other = { 1, { { '1', "other" } } };
	struct token t = { 412, 'd', 1 };
	struct msg_own with_keys = own;
	struct arena *a = arena_new();
	struct msg m;

	(void)state;
	with_keys.keys = &keys;
	mailtest_parse(a, arena_printf(a, HEAD "Message-ID: <%s>\n\nx\n",
	    token_message_id(a, &keys, &t, "er.example")), &m);
	autoreply_classify(&m, &with_keys, a);
	assert_int_equal(m.class, MSG_OWN);
	mailtest_parse(a, arena_printf(a, HEAD "Message-ID: <%s>\n\nx\n",
	    token_message_id(a, &other, &t, "er.example")), &m);
	autoreply_classify(&m, &with_keys, a);
	assert_int_equal(m.class, MSG_HUMAN);
	arena_free(&a);
}

static void
test_hops_AR15_L14(void **state)
{
	struct arena *a = arena_new();
	struct str s = { 0 };
	struct msg m;

	(void)state;
	for (int i = 0; i < 50; i++)
		str_add(&s, "Received: from a by b; x\n");
	str_add(&s, HEAD "\nx\n");
	mailtest_parse(a, str_text(&s), &m);
	autoreply_classify(&m, &own, a);
	assert_false(m.wants_no_answer);
	mailtest_parse(a, arena_printf(a, "Received: from a by b; x\n%s",
	    str_text(&s)), &m);
	autoreply_classify(&m, &own, a);
	assert_true(m.wants_no_answer);
	assert_int_equal(m.class, MSG_HUMAN);
	str_fini(&s);
	arena_free(&a);
}

static void
test_subjects_AR11(void **state)
{
	static const struct {
		const char *subject;
		enum autoreply_subject want;
	} tests[] = {
		{ "Automatic reply: x", AUTOREPLY_YES },
		{ "AUTOMATIC REPLY", AUTOREPLY_YES },
		{ "Automatic reply to you", AUTOREPLY_YES },
		{ "Out of Office: x", AUTOREPLY_LIKELY },
		{ "Out of Office AutoReply: x", AUTOREPLY_YES },
		{ "Out of office - back on Monday", AUTOREPLY_LIKELY },
		{ "Out of office", AUTOREPLY_LIKELY },
		{ "Out of office request for Friday", AUTOREPLY_PERHAPS },
		{ "Out of officeholders", AUTOREPLY_NO },
		{ "Auto: for sale", AUTOREPLY_PERHAPS },
		{ "Automatische Antwort: x", AUTOREPLY_YES },
		{ "Abwesenheitsnotiz: x", AUTOREPLY_LIKELY },
		{ "Automatisch antwoord: x", AUTOREPLY_YES },
		{ "Réponse automatique : x", AUTOREPLY_YES },
		{ "RE\xcc\x81PONSE AUTOMATIQUE : x", AUTOREPLY_YES },
		{ "Respuesta automática: x", AUTOREPLY_YES },
		{ "Resposta automática: x", AUTOREPLY_YES },
		{ "Risposta automatica: x", AUTOREPLY_YES },
		{ "Fuori sede: x", AUTOREPLY_LIKELY },
		{ "Fuori sede a Milano, rimborso", AUTOREPLY_PERHAPS },
		{ "Autosvar: x", AUTOREPLY_YES },
		{ "Automatisk svar: x", AUTOREPLY_YES },
		{ "Automatiskt svar: x", AUTOREPLY_YES },
		{ "FRÅNVARO: x", AUTOREPLY_LIKELY },
		{ "Frånvaro på grund av sjukdom", AUTOREPLY_PERHAPS },
		{ "Automaattinen vastaus: x", AUTOREPLY_YES },
		{ "Samodejni odgovor: x", AUTOREPLY_YES },
		{ "АВТООТВЕТ: x", AUTOREPLY_YES },
		{ "Автоматический ответ: x", AUTOREPLY_YES },
		{ "Automatická odpověď: x", AUTOREPLY_YES },
		{ "Otomatik Yanıt: x", AUTOREPLY_YES },
		{ "Αυτόματη απάντηση: x", AUTOREPLY_YES },
		{ "Poza biurem: x", AUTOREPLY_LIKELY },
		{ "Mimo kancelář: x", AUTOREPLY_LIKELY },
		{ "Ofis dışında: x", AUTOREPLY_LIKELY },
		{ "Вне офиса: x", AUTOREPLY_LIKELY },
		{ "自動返信: x", AUTOREPLY_YES },
		{ "不在通知: x", AUTOREPLY_YES },
		{ "自动回复：x", AUTOREPLY_YES },
		{ "부재중: x", AUTOREPLY_YES },
		{ "Im Urlaub: x", AUTOREPLY_LIKELY },
		{ "Absence de paie", AUTOREPLY_PERHAPS },
		{ "自动答复: x", AUTOREPLY_YES },
		{ "自動応答", AUTOREPLY_YES },
		{ "[EXTERNAL] Automatic reply: x", AUTOREPLY_YES },
		{ "Absence", AUTOREPLY_LIKELY },
		{ "On leave - my pay is missing", AUTOREPLY_LIKELY },
		{ "Re: Automatic reply: x", AUTOREPLY_PERHAPS },
		{ "FW: Automatic reply: x", AUTOREPLY_PERHAPS },
		{ "WG: Abwesenheitsnotiz: x", AUTOREPLY_PERHAPS },
		{ "Question on the automatic reply", AUTOREPLY_NO },
		{ "Payroll", AUTOREPLY_NO },
		{ "", AUTOREPLY_NO },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(tests); i++)
		check_int(tests[i].subject, autoreply_subject(tests[i].subject,
		    a), tests[i].want);
	arena_free(&a);
}

static void
test_corpus_M5_L14_L16(void **state)
{
	static const struct {
		const char *file;
		enum msg_class want;
		const char *why;
		const char *back, *deputy; /* of absences; NULL: none */
	} tests[] = {
		{ "auto-ooo-en.eml", MSG_AUTO, "AR-1", "2026-11-30",
		    "sam.okafor@dept.example" },
		{ "auto-ooo-en-through.eml", MSG_AUTO, "AR-11", "2026-11-28",
		    "sam.okafor@dept.example" },
		{ "auto-ooo-de.eml", MSG_AUTO, "AR-11", "2026-11-30",
		    "l.aydin@dept.example" },
		{ "auto-ooo-de-abwesend.eml", MSG_AUTO, "AR-11", "2026-11-30",
		    "l.aydin@dept.example" },
		{ "auto-ooo-fr.eml", MSG_AUTO, "AR-1", "2026-11-30",
		    "luc.roy@dept.example" },
		{ "auto-ooo-es.eml", MSG_AUTO, "AR-1", "2026-11-30",
		    "pablo.ruiz@dept.example" },
		{ "auto-ooo-pt.eml", MSG_AUTO, "AR-1", "2026-11-30",
		    "ana.silva@dept.example" },
		{ "auto-ooo-it.eml", MSG_AUTO, "AR-1", "2026-11-30",
		    "marco.neri@dept.example" },
		{ "auto-ooo-nl.eml", MSG_AUTO, "AR-1", "2026-11-30",
		    "e.dewit@dept.example" },
		{ "auto-ooo-sv.eml", MSG_AUTO, "AR-1", "2026-11-30",
		    "nils@dept.example" },
		{ "auto-ooo-da.eml", MSG_AUTO, "AR-1", "2026-11-30",
		    "lars@dept.example" },
		{ "auto-ooo-fi.eml", MSG_AUTO, "AR-1", "2026-11-29",
		    "matti@dept.example" },
		{ "auto-ooo-pl.eml", MSG_AUTO, "AR-9", "2026-11-30",
		    "jan.lis@dept.example" },
		{ "auto-ooo-ru.eml", MSG_AUTO, "AR-11", "2026-11-30",
		    "petrov@dept.example" },
		{ "auto-ooo-ja.eml", MSG_AUTO, "AR-11", "2026-11-29",
		    "sato@dept.example" },
		{ "auto-ooo-zh.eml", MSG_AUTO, "AR-11", "2026-11-30",
		    "li@dept.example" },
		{ "auto-ooo-no-details.eml", MSG_AUTO, "AR-1", NULL, "" },
		{ "auto-calendar-accept.eml", MSG_AUTO, "AR-5", NULL, "" },
		{ "auto-calendar-invite.eml", MSG_HUMAN, "no", NULL, "" },
		{ "auto-read-receipt.eml", MSG_AUTO, "AR-5", NULL, "" },
		{ "auto-ticket-system.eml", MSG_AUTO, "AR-1", NULL, "" },
		{ "list-announce.eml", MSG_LIST, "AR-3", NULL, "" },
		{ "list-newsletter.eml", MSG_LIST, "AR-3", NULL, "" },
		{ "list-group-reply.eml", MSG_LIST, "AR-3", NULL, "" },
		{ "bounce-postfix.eml", MSG_BOUNCE, "BN-1", NULL, "" },
		{ "bounce-qmail.eml", MSG_BOUNCE, "BN-6", NULL, "" },
		{ "bounce-null-path-text.eml", MSG_BOUNCE, "BN-1", NULL, "" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(tests); i++) {
		struct absence away;
		struct msg m;

		mailtest_load(a, tests[i].file, &m);
		autoreply_classify(&m, &own, a);
		if (m.class != tests[i].want)
			fail_msg("%s: class %s (%s)", tests[i].file,
			    msg_class_name(m.class), m.class_why);
		if (!str_has_prefix(m.class_why, tests[i].why))
			fail_msg("%s: %s", tests[i].file, m.class_why);
		if (m.class != MSG_AUTO)
			continue;
		(void)autoreply_absence(&m, NOW, a, &away);
		check_text(tests[i].file, away.back_at == 0 ? NULL :
		    arena_strndup(a, time_format(a, away.back_at), 10),
		    tests[i].back);
		check_text(tests[i].file, away.deputy, tests[i].deputy);
	}
	arena_free(&a);
}

static void
test_absence_dates_G21(void **state)
{
	static const struct {
		const char *text;
		const char *want; /* NULL: none */
	} tests[] = {
		{ "back on 2026-11-30", "2026-11-30" },
		{ "Back on November 30.", "2026-11-30" },
		{ "back Nov 30th, 2026", "2026-11-30" },
		{ "I return on Monday, 30 November", "2026-11-30" },
		{ "I return on the 30th of November 2026", "2026-11-30" },
		{ "away until 30-Nov-2026", "2026-11-30" },
		{ "away until 11/30/2026", "2026-11-30" },
		{ "away until 30/11/26", "2026-11-30" },
		{ "away through 11/27", "2026-11-28" },
		{ "away until 12/01/2026", "2026-12-01" },
		{ "until January 4", "2027-01-04" },
		{ "bis 30.11.", "2026-11-30" },
		{ "bis zum 30. November", "2026-11-30" },
		{ "bis einschliesslich 27.11.2026", "2026-11-28" },
		{ "zurück am 30. 11. 2026", "2026-11-30" },
		{ "jusqu'au 1er décembre", "2026-12-01" },
		{ "de retour le 1er déc. 2026", "2026-12-01" },
		{ "de vuelta el 30 de noviembre de 2026", "2026-11-30" },
		{ "tot en met 29 november", "2026-11-30" },
		{ "from 20 Nov to 27 Nov", "2026-11-27" },
		{ "16 Nov - 27 Nov", "2026-11-27" },
		{ "2026-11-16 – 2026-11-27", "2026-11-27" },
		{ "16.11. - 27.11.2026", "2026-11-27" },
		{ "until 27 November, back on 30 November", "2026-11-30" },
		{ "back in the office on Monday 30 November", "2026-11-30" },
		{ "away t.o.m. 27 november", "2026-11-28" },
		{ "11月30日まで不在", "2026-11-30" },
		{ "11월 30일까지 부재", "2026-11-30" },
		{ "30.11.2026 asti", "2026-11-30" },
		{ "until noon", NULL },
		{ "until 30.2.2026", NULL },
		{ "until 2031-01-01", NULL },
		{ "until 2026-01-01", NULL },
		{ "I wrote on 20 November to you", NULL },
		{ "back at 10.30 and 12.45", NULL },
		{ "call me back: +49 30 11.22.33", NULL },
		{ "I will be back. Invoice of 30 November", NULL },
		{ "marching until the end", NULL },
		{ "", NULL },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(tests); i++) {
		struct absence away;
		struct msg m;

		mailtest_parse(a, arena_printf(a, HEAD "Subject: x\n\n%s\n",
		    tests[i].text), &m);
		(void)autoreply_absence(&m, NOW, a, &away);
		check_text(tests[i].text, away.back_at == 0 ? NULL :
		    arena_strndup(a, time_format(a, away.back_at), 10),
		    tests[i].want);
	}
	arena_free(&a);
}

static void
test_absence_deputy_G21(void **state)
{
	static const struct {
		const char *name, *text, *want;
	} tests[] = {
		{ "named", "Please contact Bob.Roe@X.org instead.",
		    "bob.roe@x.org" },
		{ "the reason stands behind", "bob@x.org covers for me.",
		    "bob@x.org" },
		{ "link", "Urgent: <mailto:bob@x.org>", "bob@x.org" },
		{ "the sender's own address", "Contact me at ann@x.org", "" },
		{ "our address", "You wrote to er@er.example, urgent", "" },
		{ "second one counts", "ann@x.org; contact bob@x.org",
		    "bob@x.org" },
		{ "no reason given", "-- \nsupport@vendor.example", "" },
		{ "none", "I am away.", "" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(tests); i++) {
		struct absence away;
		struct msg m;

		mailtest_parse(a, arena_printf(a, HEAD "\n%s\n",
		    tests[i].text), &m);
		(void)autoreply_absence(&m, NOW, a, &away);
		check_text(tests[i].name, away.deputy, tests[i].want);
	}
	arena_free(&a);
}

/* Whole notices as people write them; it is Monday 16 November 2026. */
static const struct {
	const char *name, *text;
	const char *from, *back; /* NULL: not said */
} notices[] = {
	{ "en, a range", "I am on vacation from 23 to 27 November and"
	    " will read mail after that.", "2026-11-23", "2026-11-27" },
	{ "en, weekday", "I am out of the office and back on Monday.",
	    NULL, "2026-11-23" },
	{ "en, tomorrow", "I'm away today, returning tomorrow.", NULL,
	    "2026-11-17" },
	{ "en, next week", "Out of office until next week.", NULL,
	    "2026-11-23" },
	{ "en, no day", "I am on parental leave until further notice.",
	    NULL, NULL },
	{ "en, the date is stronger than the weekday", "I am out of"
	    " office, back on Friday 27 November.", NULL,
	    "2026-11-27" },
	{ "de, Spanne", "Ich bin vom 23. bis 27. November im Urlaub.",
	    "2026-11-23", "2026-11-27" },
	{ "de, Wochentag", "Ich bin abwesend und ab Donnerstag wieder"
	    " erreichbar. Am Donnerstag wieder da.", NULL,
	    "2026-11-19" },
	{ "de, auf weiteres", "Ich bin bis auf Weiteres nicht im"
	    " B\u00fcro.", NULL, NULL },
	{ "de, Tag zuerst", "Ich bin abwesend bis 03/12/2026.", NULL,
	    "2026-12-03" },
	{ "fr", "Je suis en cong\u00e9s du 23 au 27 novembre 2026.",
	    "2026-11-23", "2026-11-27" },
	{ "fr, jour", "Je suis absente du bureau, de retour mardi.",
	    NULL, "2026-11-17" },
	{ "es", "Estoy de vacaciones del 23 al 27 de noviembre de"
	    " 2026.", "2026-11-23", "2026-11-27" },
	{ "es, d\u00eda", "Estoy fuera de la oficina hasta el"
	    " mi\u00e9rcoles.", NULL, "2026-11-18" },
	{ "it", "Sono in ferie dal 23 al 27 novembre.", "2026-11-23",
	    "2026-11-27" },
	{ "it, giorno", "Sono fuori ufficio e torno luned\u00ec.", NULL,
	    "2026-11-23" },
	{ "pt", "Estou de f\u00e9rias at\u00e9 27 de novembro de 2026.",
	    NULL, "2026-11-27" },
	{ "pt, dia", "Estou ausente, volto na quinta-feira.", NULL,
	    "2026-11-19" },
	{ "nl", "Ik ben met vakantie van 23 tot 27 november.",
	    "2026-11-23", "2026-11-27" },
	{ "nl, dag", "Ik ben afwezig en ben dinsdag weer bereikbaar.",
	    NULL, "2026-11-17" },
	{ "sv", "Jag har semester fr\u00e5n 23 till 27 november.",
	    "2026-11-23", "2026-11-27" },
	{ "sv, dag", "Jag \u00e4r inte p\u00e5 kontoret, tillbaka p\u00e5"
	    " torsdag.", NULL, "2026-11-19" },
	{ "da", "Jeg holder ferie fra 23. til 27. november.",
	    "2026-11-23", "2026-11-27" },
	{ "da, dag", "Jeg er ikke p\u00e5 kontoret og er tilbage"
	    " p\u00e5 fredag.", NULL, "2026-11-20" },
	{ "no", "Jeg er borte fra kontoret, tilbake 1. desember.",
	    NULL, "2026-12-01" },
	{ "fi", "Olen lomalla 27.11.2026 asti.", NULL, "2026-11-27" },
	{ "fi, p\u00e4iv\u00e4", "Olen poissa. Palaan maanantaina.",
	    NULL, "2026-11-23" },
	{ "pl", "Jestem na urlopie od 23 do 27 listopada.",
	    "2026-11-23", "2026-11-27" },
	{ "pl, dzie\u0144", "Jestem poza biurem. Wracam we wtorek.",
	    NULL, "2026-11-17" },
	{ "cs", "Jsem na dovolen\u00e9 od 23. do 27. listopadu.",
	    "2026-11-23", "2026-11-27" },
	{ "cs, den", "Jsem mimo kancel\u00e1\u0159, zp\u011bt v"
	    " pond\u011bl\u00ed.", NULL, "2026-11-23" },
	{ "tr", "27 Kas\u0131m 2026 tarihine kadar ofis"
	    " d\u0131\u015f\u0131nday\u0131m.", NULL, "2026-11-27" },
	{ "ru", "\u042f \u0432 \u043e\u0442\u043f\u0443\u0441\u043a"
	    "\u0435 \u0434\u043e 27 \u043d\u043e\u044f\u0431\u0440"
	    "\u044f.", NULL, "2026-11-27" },
	{ "ru, day", "Меня не будет. Вернусь в понедельник.", NULL,
	    "2026-11-23" },
	{ "ja", "11月27日まで不在にしております。", NULL, "2026-11-27" },
	{ "ja, month first", "休暇中です。11/27まで。", NULL,
	    "2026-11-27" },
	{ "ja, weekday", "不在です。月曜日に戻ります。", NULL,
	    "2026-11-23" },
	{ "zh", "我正在休假，11月30日返回。", NULL, "2026-11-30" },
	{ "ko", "휴가 중입니다. 11월 27일까지.", NULL, "2026-11-27" },
	{ "hu", "Szabads\u00e1gon vagyok, vissza november 30.", NULL,
	    "2026-11-30" },
	{ "over the year", "I am on leave from 21 December to 4"
	    " January.", "2026-12-21", "2027-01-04" },
};

static void
test_absence_languages_G21_AR11(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(notices); i++) {
		struct absence away;
		struct msg m;

		mailtest_parse(a, arena_printf(a, HEAD "Subject: x\nMIME-Version:"
		    " 1.0\nContent-Type: text/plain; charset=utf-8\n"
		    "Content-Transfer-Encoding: 8bit\n\n%s\n",
		    notices[i].text), &m);
		if (!autoreply_absence(&m, NOW, a, &away))
			fail_msg("%s: no absence", notices[i].name);
		check_text(notices[i].name, away.back_at == 0 ? NULL :
		    arena_strndup(a, time_format(a, away.back_at), 10),
		    notices[i].back);
		check_text(notices[i].name, away.from_at == 0 ? NULL :
		    arena_strndup(a, time_format(a, away.from_at), 10),
		    notices[i].from);
	}
	arena_free(&a);
}

/* 3/12 where the mail comes from (G21). */
static void
test_absence_day_or_month_first_G21(void **state)
{
	static const struct {
		const char *name, *date, *text, *want;
	} tests[] = {
		{ "New York", "Mon, 16 Nov 2026 09:00:00 -0500",
		    "Out of office until 12/03/2026.", "2026-12-03" },
		{ "London", "Mon, 16 Nov 2026 09:00:00 +0000",
		    "Out of office until 03/12/2026.", "2026-12-03" },
		{ "Madrid writes Spanish", "Mon, 16 Nov 2026 09:00:00 +0100",
		    "De vacaciones hasta 03/12/2026.", "2026-12-03" },
		{ "only one can be", "Mon, 16 Nov 2026 09:00:00 +0000",
		    "Out of office until 11/30/2026.", "2026-11-30" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(tests); i++) {
		struct absence away;
		struct msg m;

		mailtest_parse(a, arena_printf(a, HEAD "Date: %s\n\n%s\n",
		    tests[i].date, tests[i].text), &m);
		(void)autoreply_absence(&m, NOW, a, &away);
		check_text(tests[i].name, arena_strndup(a, time_format(a,
		    away.back_at), 10), tests[i].want);
	}
	arena_free(&a);
}

/* What machines answer makes nobody absent (AR-12, M5). */
static void
test_no_absence_AR12(void **state)
{
	static const char *const texts[] = {
		"We have received your request and will get back to you by 30"
		" November.", "Ticket 4711 was opened. Contact"
		" support@x.org if it is urgent.", "Thank you.",
		"Your mail was read on Monday.", "" };
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(texts); i++) {
		struct absence away;
		struct msg m;

		mailtest_parse(a, arena_printf(a, HEAD "Subject: Ticket\n\n"
		    "%s\n", texts[i]), &m);
		if (autoreply_absence(&m, NOW, a, &away))
			fail_msg("%s", texts[i]);
	}
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_absence_languages_G21_AR11),
		cmocka_unit_test(test_absence_day_or_month_first_G21),
		cmocka_unit_test(test_no_absence_AR12),
		cmocka_unit_test(test_rules_M5_AR1_to_AR15),
		cmocka_unit_test(test_own_message_id_AR13),
		cmocka_unit_test(test_hops_AR15_L14),
		cmocka_unit_test(test_subjects_AR11),
		cmocka_unit_test(test_corpus_M5_L14_L16),
		cmocka_unit_test(test_absence_dates_G21),
		cmocka_unit_test(test_absence_deputy_G21),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
