/* test_authres.c - who is believed about From (M9, SA-1 to SA-9). */
#include "mail/authres.h"
#include "mailtest.h"

#define EXO                                                               \
	"spf=pass (sender IP is 203.0.113.7) smtp.mailfrom=example.com; " \
	"dkim=pass (signature was verified) header.d=example.com;"        \
	"dmarc=pass action=none header.from=example.com;"                 \
	"compauth=pass reason=100"

static void
test_parse_SA4(void **state)
{
	static const struct {
		const char *name, *in;
		const char *want; /* id|spf|dkim|dmarc|header.from|compauth */
	} tests[] = {
		{ "Exchange Online writes no id (SA-3)", EXO,
		    "|pass|pass|pass|example.com|pass" },
		{ "bare domains between semicolons (SA-3)",
		    "spf=pass smtp.mailfrom=a.example; example.org; dkim=none "
		    "(message not signed) header.d=none;example.org; "
		    "dmarc=none action=none header.from=a.example;",
		    "|pass|none|none|a.example|" },
		{ "Gmail", "mx.google.com; dkim=pass header.i=@example.com "
		    "header.s=s1 header.b=AbC/+12=; spf=pass (google.com: "
		    "domain of a@example.com designates 203.0.113.7 as "
		    "permitted sender) smtp.mailfrom=a@example.com; dmarc=pass "
		    "(p=REJECT sp=REJECT dis=NONE) header.from=example.com",
		    "mx.google.com|pass|pass|pass|example.com|" },
		{ "version and none", "example.com 1; none",
		    "example.com|||||" },
		{ "none alone", "example.com; none", "example.com|||||" },
		{ "capitals", "MX.Example.COM; DMARC=Pass Header.From=Example.COM",
		    "mx.example.com|||pass|example.com|" },
		{ "method version", "a.example; dkim/1=pass; dmarc/1=fail",
		    "a.example||pass|fail||" },
		{ "blanks and comments everywhere",
		    " (x) a.example (y(z)) ; (1) dmarc (2) = (3) pass (4) "
		    "header.from (5) = (6) b.example (7)",
		    "a.example|||pass|b.example|" },
		{ "comment with semicolon and forged result",
		    "a.example; dmarc=fail (; dmarc=pass header.from=b.example;) "
		    "header.from=b.example", "a.example|||fail|b.example|" },
		{ "quoted values", "\"a.example\"; dmarc=\"pass\" "
		    "header.from=\"b.example\"", "a.example|||pass|b.example|" },
		{ "quoted reason with semicolon and escapes",
		    "a.example; dmarc=fail reason=\"bad; \\\"x\\\" dmarc=pass\" "
		    "header.from=b.example", "a.example|||fail|b.example|" },
		{ "header.from as an address",
		    "a.example; dmarc=pass header.from=joe@b.example",
		    "a.example|||pass|b.example|" },
		{ "unknown methods are ignored",
		    "a.example; x-foo=pass x.y=z; dmarc=pass header.from=b.example",
		    "a.example|||pass|b.example|" },
		{ "one good signature shows",
		    "a.example; dkim=fail header.d=x; dkim=pass header.d=y; "
		    "dkim=neutral", "a.example||pass|||" },
		{ "unfinished comment hides the rest",
		    "a.example; dmarc=pass (oops header.from=b.example",
		    "a.example|||pass||" },
		{ "unfinished quote", "a.example; dmarc=\"pass", "a.example|||pass||" },
		{ "junk", ";;==;= ;=a; b=; \"\"\"", "|||||" },
		{ "empty", "", "|||||" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(tests); i++) {
		struct authres r;

		authres_parse(tests[i].in, a, &r);
		check_text(tests[i].name, arena_printf(a, "%s|%s|%s|%s|%s|%s",
		    r.id, r.spf, r.dkim, r.dmarc, r.header_from, r.compauth),
		    tests[i].want);
	}
	arena_free(&a);
}

static void
test_caps_SA4(void **state)
{
	struct arena *a = arena_new();
	struct str s = { 0 };
	struct authres r;

	(void)state;
	str_add(&s, "a.example");
	for (int i = 0; i < 100; i++)
		str_add(&s, "; x=y");
	str_add(&s, "; dmarc=pass header.from=b.example");
	authres_parse(str_text(&s), a, &r);
	assert_string_equal(r.dmarc, ""); /* beyond 50 results */
	str_clear(&s);
	str_add(&s, "a.example; dmarc=pass (");
	for (int i = 0; i < 10000; i++)
		str_add(&s, "x");
	str_add(&s, ") header.from=b.example");
	authres_parse(str_text(&s), a, &r);
	assert_string_equal(r.header_from, ""); /* beyond 8 KiB */
	str_fini(&s);
	arena_free(&a);
}

#define OUTSIDE                                                           \
	"Received: from out.example.com (out.example.com [203.0.113.7])"  \
	" by mx.er.example (Postfix) with ESMTPS id 1; Mon, 2 Nov 2026\n"
#define PASS                                                              \
	"Authentication-Results: mx.er.example; dmarc=pass"               \
	" header.from=example.com\n"
#define FROM "From: Ann <ann@example.com>\n"

static void
test_trust_SA1_SA2_SA3_SA5_SA9(void **state)
{
	static const struct {
		const char *name, *anchor, *headers;
		enum auth_verdict want;
	} tests[] = {
		{ "no anchor: nobody is believed", "", PASS OUTSIDE FROM,
		    AUTH_NONE },
		{ "above the border's Received", "mx.er.example",
		    PASS OUTSIDE FROM, AUTH_PASS },
		{ "right below it, as Gmail does", "mx.er.example",
		    OUTSIDE PASS FROM, AUTH_PASS },
		{ "behind a hand-over inside", "mx.er.example",
		    "Received: from mx.er.example by imap.er.example with LMTP\n"
		    PASS OUTSIDE FROM, AUTH_PASS },
		{ "behind a hand-over without from", "mx.er.example",
		    "Received: by 2002:a17:906:1::1 with SMTP id x\n"
		    PASS OUTSIDE FROM, AUTH_PASS },
		{ "id in capitals", "MX.ER.example", PASS OUTSIDE FROM,
		    AUTH_PASS },
		{ "another id", "mx.er.example", "Authentication-Results: "
		    "mx.evil.example; dmarc=pass header.from=example.com\n"
		    OUTSIDE FROM, AUTH_NONE },
		{ "foreign field above ours is passed over", "mx.er.example",
		    "Authentication-Results: filter.example; dmarc=fail "
		    "header.from=example.com\n" PASS OUTSIDE FROM, AUTH_PASS },
		{ "below a foreign Received", "mx.er.example",
		    "Received: from a by relay.evil.example; x\n" PASS FROM,
		    AUTH_NONE },
		{ "forged one below ours that failed", "mx.er.example",
		    "Authentication-Results: mx.er.example; dmarc=fail "
		    "header.from=example.com\n" OUTSIDE PASS FROM, AUTH_FAIL },
		{ "forged one below ours without DMARC", "mx.er.example",
		    "Authentication-Results: mx.er.example; spf=none\n"
		    OUTSIDE PASS FROM, AUTH_NONE },
		{ "two milters, one field each", "mx.er.example",
		    "Authentication-Results: mx.er.example; spf=pass\n"
		    PASS OUTSIDE FROM, AUTH_PASS },
		{ "two fields that disagree", "mx.er.example", PASS
		    "Authentication-Results: mx.er.example; dmarc=fail "
		    "header.from=example.com\n" OUTSIDE FROM, AUTH_FAIL },
		{ "two results that disagree", "mx.er.example",
		    "Authentication-Results: mx.er.example; dmarc=pass "
		    "header.from=example.com; dmarc=fail "
		    "header.from=example.com\n" FROM, AUTH_FAIL },
		{ "ARC is not looked at (SA-9)", "mx.er.example",
		    "ARC-Authentication-Results: i=1; mx.er.example; dmarc=pass "
		    "header.from=example.com\n" OUTSIDE FROM, AUTH_NONE },
		{ "header.from of another domain (SA-5)", "mx.er.example",
		    PASS OUTSIDE "From: ann@example.org\n", AUTH_FAIL },
		{ "header.from of a parent domain (SA-5)", "mx.er.example",
		    PASS OUTSIDE "From: ann@mail.example.com\n", AUTH_FAIL },
		{ "no header.from (SA-5)", "mx.er.example",
		    "Authentication-Results: mx.er.example; dmarc=pass\n" FROM,
		    AUTH_NONE },
		{ "two From mailboxes (SA-5)", "mx.er.example",
		    PASS OUTSIDE "From: ann@example.com, bob@example.com\n",
		    AUTH_NONE },
		{ "no From (SA-5)", "mx.er.example", PASS OUTSIDE, AUTH_NONE },
		{ "bestguesspass is no pass (SA-5)", "mx.er.example",
		    "Authentication-Results: mx.er.example; dmarc=bestguesspass "
		    "header.from=example.com\n" FROM, AUTH_NONE },
		{ "temperror is no pass (SA-5)", "mx.er.example",
		    "Authentication-Results: mx.er.example; dmarc=temperror "
		    "header.from=example.com\n" FROM, AUTH_NONE },
		{ "Exchange Online (SA-3)", AUTHRES_TOPMOST,
		    "Received: from a (2603:10a6::1) by b.outlook.com; x\n"
		    "Authentication-Results: " EXO "\n" FROM, AUTH_PASS },
		{ "only the topmost counts (SA-3)", AUTHRES_TOPMOST,
		    "Authentication-Results: spf=none; dmarc=none\n"
		    "Authentication-Results: " EXO "\n" FROM, AUTH_NONE },
		{ "topmost with an id (SA-3)", AUTHRES_TOPMOST, PASS
		    "Authentication-Results: " EXO "\n" FROM, AUTH_NONE },
		{ "composite authentication objects (SA-7)", AUTHRES_TOPMOST,
		    "Authentication-Results: dmarc=pass header.from=example.com;"
		    "compauth=fail reason=001\n" FROM, AUTH_FAIL },
		{ "ARC override of a failure (SA-7)", AUTHRES_TOPMOST,
		    "Authentication-Results: dmarc=pass header.from=example.com;"
		    "compauth=pass reason=130\n" FROM, AUTH_FAIL },
		{ "an anchor of one label trusts itself only", "localhost",
		    "Received: from x by other; x\nAuthentication-Results: "
		    "localhost; dmarc=pass header.from=example.com\n" FROM,
		    AUTH_NONE },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(tests); i++) {
		struct msg_own own = { .trust_authserv_id = tests[i].anchor };
		struct msg m;

		mailtest_parse(a, arena_printf(a, "%s\nx\n", tests[i].headers),
		    &m);
		authres_check(&m.headers, &m.from, &own, a, &m.auth);
		if (m.auth.dmarc != tests[i].want)
			fail_msg("%s: %s", tests[i].name, m.auth.why);
		assert_true(*m.auth.why != '\0');
	}
	arena_free(&a);
}

static void
test_internal_SA8(void **state)
{
#define AS "X-MS-Exchange-Organization-AuthAs: "
	static const struct {
		const char *name, *headers;
		bool trust;
		enum auth_verdict want;
	} tests[] = {
		{ "internal", AS "Internal\n" FROM, true, AUTH_PASS },
		{ "off by default", AS "Internal\n" FROM, false, AUTH_NONE },
		{ "not the exact value", AS "Internal74\n" FROM, true,
		    AUTH_NONE },
		{ "other spelling", AS "internal\n" FROM, true, AUTH_NONE },
		{ "twice", AS "Internal\n" AS "Internal\n" FROM, true,
		    AUTH_NONE },
		{ "anonymous", AS "Anonymous\n" FROM, true, AUTH_NONE },
		{ "a failed DMARC wins", "Authentication-Results: dmarc=fail "
		    "header.from=example.com\n" AS "Internal\n" FROM, true,
		    AUTH_FAIL },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(tests); i++) {
		struct msg_own own = { .trust_authserv_id = AUTHRES_TOPMOST,
			.trust_authas_internal = tests[i].trust };
		struct msg m;

		mailtest_parse(a, arena_printf(a, "%s\nx\n", tests[i].headers),
		    &m);
		authres_check(&m.headers, &m.from, &own, a, &m.auth);
		check_int(tests[i].name, m.auth.dmarc, tests[i].want);
	}
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_SA4),
		cmocka_unit_test(test_caps_SA4),
		cmocka_unit_test(test_trust_SA1_SA2_SA3_SA5_SA9),
		cmocka_unit_test(test_internal_SA8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
