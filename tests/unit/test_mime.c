/* test_mime.c - every odd mail of tests/corpus comes out readable (M7). */
#include "base/fsx.h"
#include "base/str.h"
#include "mail/codec.h"
#include "mail/flowed.h"
#include "mail/mime.h"
#include "mail/msg_json.h"
#include "mail/param.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <string.h>
#include <time.h>

static const struct {
	const char *file, *reply;
	const char *attachments; /* "name type size", with ; between */
	const char *problem;
} corpus[] = {
	/* --- charsets and encodings (HT-2, L21) --- */
	{ "plain-ascii",
	    "Dear HR,\n\nmy pay is short this month.\n\nAnn", NULL, NULL },
	{ "plain-no-mime", "I need leave on Friday.", NULL, NULL },
	{ "latin1-8bit", "Grüße aus Köln", NULL, NULL },
	{ "undeclared-utf8", "Das Gehält ist fällig.", NULL, NULL },
	{ "undeclared-cp1252", "It’s “urgent” – please", NULL, NULL },
	{ "wrong-charset-utf8", "Café um fünf", NULL, NULL },
	{ "unknown-charset", "naïve text", NULL, NULL },
	{ "japanese-iso2022jp", "給与について質問があります。", NULL, NULL },
	{ "japanese-nec-characters", "①② ok ｱ", NULL, NULL },
	{ "japanese-shiftjis", "①給与が遅れています。", NULL, NULL },
	{ "chinese-gb2312", "工资还没有发。", NULL, NULL },
	{ "chinese-big5", "薪水還沒有發。", NULL, NULL },
	{ "korean-ksc", "급여가 늦었습니다.", NULL, NULL },
	{ "russian-koi8r", "Зарплата задержана.", NULL, NULL },
	{ "utf16-base64", "Gehälter", NULL, NULL },
	{ "utf7", "Gehälter", NULL, NULL },
	{ "html-meta-charset", "zażółć", NULL, NULL },
	{ "quoted-printable-odd",
	    "soft break, x=\"1\", 100% ä =zz and end=", NULL, NULL },
	{ "base64-unpadded-footer", "All of it arrives.!", NULL, NULL },
	{ "format-flowed", "This is one long line.\nThis is another.\n"
	    " indented", NULL, NULL },
	{ "nul-bytes", "before\xef\xbf\xbd" "after\nlast line", NULL, NULL },
	{ "bare-cr", "one\ntwo\nthree", NULL, NULL },
	/* --- which text (HT-1) --- */
	{ "alternative", "plain text", NULL, NULL },
	{ "alternative-stub", "My pay is wrong.", NULL, NULL },
	{ "alternative-empty-plain", "Only here", NULL, NULL },
	{ "alternative-html-first", "plain text", NULL, NULL },
	{ "mixed-two-texts",
	    "first\nsecond", "slip.pdf application/pdf 19", NULL },
	{ "related-inline-image", "see picture", "logo.png image/png 8", NULL },
	{ "apple-alternative-with-pdf", "slip attached",
	    "slip.pdf application/pdf 1", NULL },
	{ "text-attachment", "see notes", "notes.txt text/plain 12", NULL },
	/* --- names of files --- */
	{ "name-rfc2231",
	    "see file", "Gehälter 2026.pdf application/pdf 1", NULL },
	{ "name-rfc2231-pieces", "see file",
	    "Gehälter 2026.pdf application/pdf 1", NULL },
	{ "name-encoded-word",
	    "see file", "Gehälter.pdf application/pdf 1", NULL },
	{ "name-raw-8bit",
	    "see file", "Gehälter 2026.pdf application/pdf 1", NULL },
	{ "name-path", "see files", "passwd application/pdf 1;"
	    "slip.pdf application/pdf 1; application/pdf 1", NULL },
	/* --- damage --- */
	{ "broken-no-end-boundary",
	    "the end is missing", "a.csv text/csv 5", NULL },
	{ "broken-boundary-prefix", "inner plain\nouter", NULL, NULL },
	{ "broken-quoted-boundary", "still readable", NULL, NULL },
	{ "broken-double-semicolon", "still readable", NULL, NULL },
	{ "broken-no-boundary", "no boundary was named", NULL, NULL },
	{ "broken-headerless-part", "no header here", NULL, NULL },
	{ "broken-double-content-type",
	    "the first one counts <b>", NULL, NULL },
	{ "no-header", "just some words\nwithout any header", NULL, NULL },
	{ "empty", "", NULL, NULL },
	{ "header-only", "", NULL, NULL },
	{ "mbox-line", "body", NULL, NULL },
	{ "deep-nesting", NULL, NULL,
	    "its parts are nested deeper than 20 levels" },
	{ "many-parts", NULL, "*", "it has more than 500 parts" },
	/* --- uuencode --- */
	{ "uuencode-inline", "Here is the file:\n\n\nBye",
	    "pay slip.txt application/octet-stream 3", NULL },
	{ "uuencode-not",
	    "Let us\nbegin 2026 with a plan.\n\nend", NULL, NULL },
	{ "uuencode-part", "see file",
	    "cat.txt application/octet-stream 3", NULL },
	/* --- mails within mails, reports, calendars --- */
	{ "dsn-failed", "The mail could not be delivered.",
	    " message/delivery-status 189; message/rfc822 136", NULL },
	{ "dsn-base64-headers", "Unzustellbar.",
	    " message/delivery-status 95; text/rfc822-headers 64", NULL },
	{ "forward-as-attachment", "Please see the mail.",
	    "Inner mail.eml message/rfc822 282", NULL },
	{ "forward-base64",
	    "Please see the mail.", " message/rfc822 266", NULL },
	{ "digest", "", " message/rfc822 21; message/rfc822 22", NULL },
	{ "calendar-reply", "Ann accepts.", " text/calendar 44", NULL },
	{ "calendar-method-inside", "", " text/calendar 48", NULL },
	/* --- signed, encrypted, TNEF (OF-14, IM-11) --- */
	{ "smime-signed", "signed words",
	    "smime.p7s application/pkcs7-signature 15", NULL },
	{ "smime-opaque", "", "smime.p7m application/pkcs7-mime 15",
	    "its text is inside a signature (S/MIME)" },
	{ "smime-encrypted", "", "smime.p7m application/pkcs7-mime 15", NULL },
	{ "pgp-mime-encrypted", "", " application/pgp-encrypted 10;"
	    "encrypted.asc application/octet-stream 59", NULL },
	{ "pgp-inline", "-----BEGIN PGP MESSAGE-----\n\nabc\n"
	    "-----END PGP MESSAGE-----", NULL, NULL },
	{ "pgp-clearsigned", "I accept the offer.", NULL, NULL },
	{ "tnef", "see file", "winmail.dat application/ms-tnef 4", NULL },
	/* --- HTML and replies (HT-4, HT-8) --- */
	{ "html-outlook",
	    "Hello team,\n\nthe pay slip is corrected.\n\nBo", NULL, NULL },
	{ "html-outlook-web", "It is paid.", NULL, NULL },
	{ "html-gmail", "Yes, this slip <https://pay.acme.example/slip> is "
	    "right.\n\nThanks", NULL, NULL },
	{ "html-apple", "Done, see you tomorrow.", NULL, NULL },
	{ "html-thunderbird-interleaved", "Yes.\n\nOn Monday.", NULL, NULL },
	{ "html-hidden",
	    "Tom & Ann <3 €5 each\n\n- one\n- two\na b\nc d", NULL, NULL },
	{ "reply-above-line",
	    "#resolve\n\nIt was paid on Friday.", NULL, NULL },
	{ "reply-toppost-german",
	    "Ist erledigt.\n\nMit freundlichen Grüßen\nBo", NULL, NULL },
};

static void
load(struct arena *a, const char *name, char **raw, size_t *len)
{
	struct err e;

	if (fsx_read(a, arena_printf(a, "tests/corpus/%s.eml", name), 1 << 20,
	    raw, len, &e) != RC_OK)
		fail_msg("tests/corpus/%s.eml: %s", name, e.text);
}

static struct body
read_one(struct arena *a, const char *name)
{
	struct body b;
	size_t len;
	char *raw;

	load(a, name, &raw, &len);
	mime_read(raw, len, a, &b);
	return b;
}

static char *
list(struct arena *a, const struct body *b)
{
	struct str s = { 0 };
	char *out;

	for (size_t i = 0; i < b->n_attachments; i++)
		str_printf(&s, "%s%s %s %zu", i > 0 ? ";" : "",
		    b->attachments[i].filename, b->attachments[i].type,
		    b->attachments[i].size);
	out = str_dup(&s, a);
	str_fini(&s);
	return out;
}

static void
test_corpus_M7_L21(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(corpus) / sizeof(corpus[0]); i++) {
		const char *files = corpus[i].attachments;
		struct body b = read_one(a, corpus[i].file);

		if (corpus[i].reply != NULL &&
		    strcmp(b.reply_text, corpus[i].reply) != 0 &&
		    (*corpus[i].reply != '\0' || !str_is_empty(b.reply_text)))
			fail_msg("%s: reply \"%s\"", corpus[i].file,
			    b.reply_text);
		if (!str_eq(files, "*") &&
		    strcmp(list(a, &b), files == NULL ? "" : files) != 0)
			fail_msg("%s: attachments \"%s\"", corpus[i].file,
			    list(a, &b));
		if (strcmp(b.problem, corpus[i].problem == NULL ? "" :
		    corpus[i].problem) != 0)
			fail_msg("%s: problem \"%s\"", corpus[i].file,
			    b.problem);
	}
	arena_free(&a);
}

/* Also the mails that other tests brought: all of them have words to show
 * or a reason why not. */
static void
test_every_mail_of_the_corpus_is_read_M7(void **state)
{
	struct arena *a = arena_new();
	DIR *d = opendir("tests/corpus");
	struct dirent *f;
	char *dot;

	(void)state;
	assert_non_null(d);
	while ((f = readdir(d)) != NULL) {
		if ((dot = strstr(f->d_name, ".eml")) == NULL)
			continue;
		*dot = '\0';
		assert_non_null(read_one(a, f->d_name).text);
	}
	(void)closedir(d);
	arena_free(&a);
}

static void
test_reports_and_flags_M6_OF14_IM11(void **state)
{
	struct arena *a = arena_new();
	struct body b;

	(void)state;
	b = read_one(a, "dsn-failed");
	assert_string_equal(b.report_type, "delivery-status");
	assert_non_null(strstr(b.delivery_status, "Status: 5.1.1\n"));
	assert_non_null(strstr(b.embedded_headers,
	    "Message-ID: <c123.o17.mac@hr.example>\n"));
	b = read_one(a, "dsn-base64-headers");
	assert_non_null(strstr(b.delivery_status, "Status: 5.2.2\n"));
	assert_non_null(strstr(b.embedded_headers, "[ER-000124]"));
	b = read_one(a, "forward-base64");
	assert_non_null(strstr(b.embedded_headers, "Inner mail"));
	assert_string_equal(read_one(a, "calendar-reply").calendar_method,
	    "REPLY");
	assert_string_equal(read_one(a, "calendar-method-inside")
	    .calendar_method, "REQUEST");
	assert_true(read_one(a, "smime-signed").is_signed);
	assert_true(read_one(a, "smime-opaque").is_signed);
	assert_true(read_one(a, "pgp-clearsigned").is_signed);
	assert_true(read_one(a, "smime-encrypted").is_encrypted);
	assert_true(read_one(a, "pgp-mime-encrypted").is_encrypted);
	assert_true(read_one(a, "pgp-inline").is_encrypted);
	assert_true(read_one(a, "tnef").has_tnef);
	b = read_one(a, "plain-ascii");
	assert_false(b.is_signed || b.is_encrypted || b.has_tnef);
	arena_free(&a);
}

static void
test_attachment_bytes_G10(void **state)
{
	struct arena *a = arena_new();
	const char *bytes;
	size_t len, n;
	struct err e;
	char *raw;

	(void)state;
	load(a, "forward-as-attachment", &raw, &len);
	assert_int_equal(mime_attachment(raw, len, 0, a, &bytes, &n, &e),
	    RC_OK);
	assert_int_equal(n, 282);
	assert_memory_equal(bytes, "From: bob@acme.example\r\n", 24);
	assert_int_equal(mime_attachment(raw, len, 1, a, &bytes, &n, &e),
	    RC_NONE);
	load(a, "uuencode-inline", &raw, &len);
	assert_int_equal(mime_attachment(raw, len, 0, a, &bytes, &n, &e),
	    RC_OK);
	assert_memory_equal(bytes, "Cat", 3);
	arena_free(&a);
}

/* Cut anywhere, or with any byte spoilt, a mail is still read. */
static void
test_damage_anywhere_M7(void **state)
{
	static const char *const names[] = { "mixed-two-texts", "dsn-failed",
		"name-rfc2231-pieces", "html-gmail", "uuencode-inline",
		"japanese-nec-characters" };
	struct arena *a = arena_new();
	struct body b;
	size_t len;
	char *raw;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		load(a, names[i], &raw, &len);
		for (size_t k = 0; k < len; k += 13) {
			struct arena *t = arena_new();
			char *copy = arena_memdup(t, raw, len);

			copy[k] = (char)(copy[k] ^ 0x85);
			mime_read(copy, len, t, &b);
			mime_read(raw, k, t, &b);
			arena_free(&t);
		}
	}
	arena_free(&a);
}

/* Processor time for a mail of `size` bytes of the same. */
static clock_t
time_of(struct arena *a, const char *head, const char *again, size_t size)
{
	struct str m = { 0 };
	clock_t start;
	struct body b;

	str_add(&m, head);
	while (m.len < size)
		str_add(&m, again);
	start = clock();
	mime_read(m.s, m.len, a, &b);
	start = clock() - start;
	str_fini(&m);
	arena_reset(a);
	return start;
}

static void
test_hostile_structure_L22(void **state)
{
	static const struct {
		const char *head, *again;
	} tests[] = {
		{ "Content-Type: multipart/mixed; boundary=b\n\n",
		    "--b\nContent-Type: multipart/mixed; boundary=b\n\n" },
		{ "Content-Type: multipart/mixed; boundary=b\n\n", "--b\n\n" },
		{ "Content-Type: message/rfc822\n\n",
		    "Content-Type: message/rfc822\n\n" },
		{ "Content-Type: text/plain\n\n", "begin 644 x\n#0V%T\n" },
		{ "", "Content-Type: a/b; x=\"y\"; name*0*=z\n" },
		{ "Content-Type: a/b", "; name=\"=?a?q?" },
		{ "Content-Type: multipart/mixed; boundary=b\n\n--b\n",
		    "X-Y: z\n" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		clock_t small = time_of(a, tests[i].head, tests[i].again,
		    100000);
		clock_t large = time_of(a, tests[i].head, tests[i].again,
		    400000);

		/* Squared time would be sixteen times as much. */
		if (large > 10 * small + CLOCKS_PER_SEC)
			fail_msg("\"%s\" takes too long", tests[i].again);
	}
	arena_free(&a);
}

static void
test_parameters(void **state)
{
	static const struct {
		const char *name, *value, *want;
	} tests[] = {
		{ "plain", "a/b; name=x.pdf", "x.pdf" },
		{ "quoted", "a/b; name=\"x; y.pdf\"", "x; y.pdf" },
		{ "blanks without quotes", "a/b; name=x y.pdf; z=1",
		    "x y.pdf" },
		{ "capitals", "a/b; NAME=x.pdf", "x.pdf" },
		{ "escaped quote", "a/b; name=\"x\\\"y\"", "x\"y" },
		{ "backslash of Windows", "a/b; name=\"C:\\t.pdf\"",
		    "C:\\t.pdf" },
		{ "RFC 2231", "a/b; name*=utf-8''%C3%A4.pdf", "ä.pdf" },
		{ "RFC 2231 beside a plain one",
		    "a/b; name=\"a.pdf\"; name*=utf-8'de'%C3%A4.pdf", "ä.pdf" },
		{ "RFC 2231, Latin-1", "a/b; name*=iso-8859-1''%E4.pdf",
		    "ä.pdf" },
		{ "without charset", "a/b; name*=%C3%A4.pdf", "ä.pdf" },
		{ "pieces", "a/b; name*0=x; name*1=y.pdf", "xy.pdf" },
		{ "pieces, one lost", "a/b; name*0=x; name*2=y", "x" },
		{ "bad percent", "a/b; name*=utf-8''%C3%A4%zz", "ä%zz" },
		{ "quote without an end", "a/b; name=\"x.pdf", "x.pdf" },
		{ "absent", "a/b; nam=x; namex=y", NULL },
		{ "no semicolon", "a/b name=x", NULL },
		{ "empty", "", NULL },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		const char *got = param_get(a, tests[i].value, "name");

		if (!str_eq(got, tests[i].want))
			fail_msg("%s: got \"%s\"", tests[i].name, got);
	}
	assert_string_equal(param_filename(a, "a/b\\c\td.pdf"), "c d.pdf");
	assert_string_equal(param_filename(a, "a\u202efdp.exe"), "afdp.exe");
	assert_int_equal(strlen(param_filename(a, arena_printf(a,
	    "%0300d.pdf", 1))), 200);
	arena_free(&a);
}

static void
test_flowed_and_base64(void **state)
{
	struct arena *a = arena_new();
	char out[32];
	size_t n;

	(void)state;
	assert_string_equal(flowed_join(a, "a \nb\n", false), "a b\n");
	assert_string_equal(flowed_join(a, "a \nb\n", true), "ab\n");
	assert_string_equal(flowed_join(a, "> a \n>> b\n", false),
	    "> a \n>> b\n");
	assert_string_equal(flowed_join(a, "-- \nx\n", false), "-- \nx\n");
	n = codec_base64("QQ==Qg==", 8, out); /* encoded in pieces */
	assert_memory_equal(out, "AB", n);
	n = codec_base64("Q!U\nJD", 6, out);
	assert_memory_equal(out, "ABC", n);
	/* M7: it calls itself base64 and is prose */
	assert_memory_equal(codec_body(a, "base64", "plain words", 11, &n),
	    "plain words", 11);
	assert_int_equal(n, 11);
	arena_free(&a);
}

static void
test_json_names_DESIGN8(void **state)
{
	static const char *const want[] = {
		"\"from\": {\n    \"name\": \"Ann Lee\",\n"
		"    \"address\": \"ann.lee@acme.example\"\n  }",
		"\"to\": [\n    {\n      \"name\": \"\",\n"
		"      \"address\": \"er@hr.example\"\n    }\n  ]",
		"\"cc\": []", "\"subject\": \"x\"",
		"\"date\": \"2026-11-02T09:00:00Z\"", "\"message_id\": \"m",
		"\"in_reply_to\": []", "\"references\": []",
		"\"text\": \"first\\nsecond\"",
		"\"reply_text\": \"first\\nsecond\"",
		"\"filename\": \"slip.pdf\"", "\"type\": \"application/pdf\"",
		"\"size\": 19", "\"sha256\": \"", "\"class\": \"human\"",
		"\"bounce\": []", "\"token\": null", "\"auth\": {",
		"\"commands\": []" };
	struct arena *a = arena_new();
	struct msg m;
	char *raw, *json;
	size_t len;

	(void)state;
	load(a, "mixed-two-texts", &raw, &len);
	msg_scan(raw, len, a, &m);
	mime_read(raw, len, a, &m.body);
	json = msg_to_json(&m, a);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		if (strstr(json, want[i]) == NULL)
			fail_msg("%s is not in %s", want[i], json);
	msg_scan("", 0, a, &m);
	json = msg_to_json(&m, a);
	assert_non_null(strstr(json, "\"address\": \"\""));
	assert_non_null(strstr(json, "\"date\": null"));
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_corpus_M7_L21),
		cmocka_unit_test(test_every_mail_of_the_corpus_is_read_M7),
		cmocka_unit_test(test_reports_and_flags_M6_OF14_IM11),
		cmocka_unit_test(test_attachment_bytes_G10),
		cmocka_unit_test(test_damage_anywhere_M7),
		cmocka_unit_test(test_hostile_structure_L22),
		cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_flowed_and_base64),
		cmocka_unit_test(test_json_names_DESIGN8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
