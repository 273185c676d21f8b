/* test_msg_scan.c - what the headers alone say (M4, M7, IM-16). */
#include "base/str.h"
#include "mail/date.h"
#include "mail/msg.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static void
test_date(void **state)
{
	static const struct {
		const char *in, *want; /* NULL: not a date */
	} tests[] = {
		{ "Mon, 2 Nov 2026 10:00:00 +0100", "2026-11-02T09:00:00Z" },
		{ "Mon, 02 Nov 2026 10:00:00 +0000 (UTC)",
		    "2026-11-02T10:00:00Z" },
		{ "2 Nov 2026 10:00 GMT", "2026-11-02T10:00:00Z" },
		{ "2 Nov 26 10:00:00 EST", "2026-11-02T15:00:00Z" },
		{ "Mon, 2 November 2026 10:00:00 -0530",
		    "2026-11-02T15:30:00Z" },
		{ "Mon,2 Nov 2026 10:00:00", "2026-11-02T10:00:00Z" },
		{ "2-Nov-2026 10.00.05 Z", "2026-11-02T10:00:05Z" },
		{ "2026-11-02T10:00:00Z", "2026-11-02T10:00:00Z" },
		{ "Thu, 31 Dec 2026 23:59:60 +0000", "2026-12-31T23:59:59Z" },
		{ "31 Feb 2026 10:00:00 +0000", NULL },
		{ "yesterday", NULL },
		{ "", NULL },
		{ "2 Nov 2026 99:00:00", NULL },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		cw_time t;
		bool ok = maildate_parse(tests[i].in, &t);

		if (!str_eq(ok ? time_format(a, t) : NULL, tests[i].want))
			fail_msg("\"%s\"", tests[i].in);
	}
	arena_free(&a);
}

static void
test_ids_M4(void **state)
{
	static const struct {
		const char *name, *value, *want;
	} tests[] = {
		{ "one", "<a@x>", "a@x" },
		{ "several", "<a@x> <b@y>\r\n\t<c@z>", "a@x b@y c@z" },
		{ "without blanks between", "<a@x><b@y>", "a@x b@y" },
		{ "fold inside an id", "<a\r\n @x>", "a@x" },
		{ "no angles", "a@x b@y", "a@x b@y" },
		{ "prose around it", "Your mail <a@x> of Monday", "a@x" },
		{ "prose alone", "Your mail of Monday", "" },
		{ "no end", "<a@x <b@y>", "a@x b@y" },
		{ "empty", "<>", "" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		const char *raw = arena_printf(a, "References: %s\r\n\r\n",
		    tests[i].value);
		struct str got = { 0 };
		struct msg m;

		msg_scan(raw, strlen(raw), a, &m);
		for (size_t k = 0; k < m.references.n; k++)
			str_printf(&got, "%s%s", k > 0 ? " " : "",
			    m.references.v[k]);
		if (strcmp(str_text(&got), tests[i].want) != 0)
			fail_msg("%s: got \"%s\"", tests[i].name,
			    str_text(&got));
		str_fini(&got);
	}
	arena_free(&a);
}

static void
test_scan_whole_M4_TH12(void **state)
{
	static const char raw[] = "Delivered-To: er+k1@hr.example\r\n"
	    "From: =?utf-8?Q?J=C3=B6rg?= <j@x.org>\r\n"
	    "To: er@hr.example, b@x.org\r\nCc: C <c@x.org>\r\n"
	    "X-Original-To: er+k2@hr.example\r\n"
	    "Subject: =?utf-8?Q?=5BER-000123=5D?= pay\r\n"
	    "Message-ID: <1@x.org>\r\nIn-Reply-To: <0@x.org>\r\n"
	    "Date: Mon, 2 Nov 2026 10:00:00 +0000\r\n\r\nbody";
	struct arena *a = arena_new();
	struct msg m;

	(void)state;
	msg_scan(raw, sizeof(raw) - 1, a, &m);
	assert_int_equal(m.from.n, 1);
	assert_string_equal(m.from.v[0].name, "Jörg");
	assert_int_equal(m.to.n, 2);
	assert_int_equal(m.cc.n, 1);
	assert_int_equal(m.recipients.n, 5);
	assert_string_equal(m.recipients.v[3].email, "er+k1@hr.example");
	assert_string_equal(m.subject, "[ER-000123] pay");
	assert_string_equal(m.message_id, "1@x.org");
	assert_string_equal(m.in_reply_to.v[0], "0@x.org");
	assert_true(m.date == INT64_C(1793613600));
	assert_string_equal(m.body.text, "");
	assert_string_equal(msg_class_name(MSG_BOUNCE), "bounce");
	arena_free(&a);
}

static void
test_two_from_fields_are_two_senders_SA6(void **state)
{
	static const char raw[] = "From: a@x.org\nFrom: b@y.org\n\n";
	struct arena *a = arena_new();
	struct msg m;

	(void)state;
	msg_scan(raw, sizeof(raw) - 1, a, &m);
	assert_int_equal(m.from.n, 2);
	assert_string_equal(m.message_id, "");
	assert_true(m.date == 0);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_date),
		cmocka_unit_test(test_ids_M4),
		cmocka_unit_test(test_scan_whole_M4_TH12),
		cmocka_unit_test(test_two_from_fields_are_two_senders_SA6),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
