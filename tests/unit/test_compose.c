/* test_compose.c - outgoing mail (M10, OF-1..OF-7, AR-16..19, TH-1..TH-6). */
#include "mail/addr.h"
#include "mail/codec.h"
#include "mail/compose.h"
#include "mail/encode.h"
#include "mail/token.h"
#include "mailtest.h"

#define NOV_2 INT64_C(1793610000) /* 2026-11-02T09:00:00Z */

static const struct outmail plain = {
	.from_name = "Employee Relations",
	.from_addr = "er@example.com",
	.to_name = "Ann Lee",
	.to_addr = "ann@example.org",
	.reply_to = "er+1e412-3iz-abcdefghijklmnopqrstuvwxyz@example.com",
	.subject = "[ER-000412] Your question",
	.message_id = "c412.e.o4571.abcdefghijklmnopqrstuvwxyz@er.example.com",
	.date = NOV_2,
	.utc_offset = 3600,
	.loop_id = "caseward-1",
	.text = "Dear Ann,\n\nwe are working on it.\n",
};

struct made {
	char *bytes;
	size_t len;
	struct msg m;
};

/* What holds for every mail: 7-bit, CRLF only, short lines. */
static void
check_lines(const char *row, const char *s, size_t n)
{
	size_t line = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c >= 0x7f || c == '\0')
			fail_msg("%s: byte %u at %zu", row, c, i);
		if ((c == '\n') != (i > 0 && s[i - 1] == '\r'))
			fail_msg("%s: bare line end at %zu", row, i);
		line = c == '\n' ? 0 : line + 1;
		if (line > 998)
			fail_msg("%s: line of more than 998 bytes", row);
	}
	if (n < 2 || memcmp(s + n - 2, "\r\n", 2) != 0)
		fail_msg("%s: no line end at the end", row);
}

static void
make(const char *row, struct arena *a, const struct outmail *m,
    struct made *out)
{
	struct err e;

	if (compose(m, a, &out->bytes, &out->len, &e) != RC_OK)
		fail_msg("%s: %s", row, e.text);
	assert_int_equal(strlen(out->bytes), out->len);
	check_lines(row, out->bytes, out->len);
	msg_scan(out->bytes, out->len, a, &out->m);
}

static const char *
field(const struct made *v, const char *name)
{
	const char *value = header_get(&v->m.headers, name);

	return value == NULL ? "" : value;
}

/* The decoded content of the i-th leaf part. */
static char *
part(struct arena *a, const struct made *v, size_t want)
{
	const char *p = v->bytes, *type;

	for (size_t i = 0; (p = strstr(p, "Content-Type: ")) != NULL; p++) {
		const char *encoding = strstr(p, "Encoding: "), *body, *end;
		size_t len;
		char *out;

		if (str_has_prefix(p + 14, "multipart/") || i++ != want)
			continue;
		type = p;
		body = strstr(type, "\r\n\r\n") + 4;
		end = strstr(body, "\r\n--=_");
		end = end == NULL ? v->bytes + v->len : end;
		encoding = arena_strndup(a, encoding + 10,
		    strcspn(encoding + 10, "\r"));
		body = codec_body(a, encoding, body, (size_t)(end - body), &len);
		out = arena_memdup(a, body, len);
		return out;
	}
	fail_msg("no part %zu", want);
	return NULL;
}

static void
test_headers_OF6_TH1(void **state)
{
	static const struct {
		const char *name, *want;
	} fields[] = {
		{ "Date", "Mon, 02 Nov 2026 10:00:00 +0100" },
		{ "From", "Employee Relations <er@example.com>" },
		{ "To", "Ann Lee <ann@example.org>" },
		{ "Reply-To",
		    "er+1e412-3iz-abcdefghijklmnopqrstuvwxyz@example.com" },
		{ "Subject", "[ER-000412] Your question" },
		{ "Message-ID",
		    "<c412.e.o4571.abcdefghijklmnopqrstuvwxyz@er.example.com>" },
		{ "X-Caseward-Loop", "caseward-1" },
		{ "MIME-Version", "1.0" },
		{ "Content-Type", "text/plain; charset=utf-8" },
		{ "Content-Transfer-Encoding", "7bit" },
	};
	struct arena *a = arena_new();
	struct made v;

	(void)state;
	make("plain", a, &plain, &v);
	for (size_t i = 0; i < N(fields); i++) {
		check_text(fields[i].name, field(&v, fields[i].name),
		    fields[i].want);
		if (header_get_nth(&v.m.headers, fields[i].name, 1) != NULL)
			fail_msg("%s twice", fields[i].name);
	}
	assert_int_equal(v.m.date, NOV_2);
	assert_null(header_get(&v.m.headers, "In-Reply-To"));
	assert_string_equal(v.bytes + v.m.headers.body_at,
	    "Dear Ann,\r\n\r\nwe are working on it.\r\n");
	arena_free(&a);
}

static void
test_purposes_AR16_to_AR19(void **state)
{
	static const struct {
		const char *name;
		enum mail_purpose purpose;
		const char *submitted, *suppress;
	} tests[] = {
		{ "acknowledgement", MAIL_ACK, "auto-replied",
		    "DR, RN, NRN, OOF, AutoReply" },
		{ "follow-up hears of absences", MAIL_FOLLOWUP,
		    "auto-generated", "DR, RN, NRN, AutoReply" },
		{ "digest", MAIL_DIGEST, "auto-generated",
		    "DR, RN, NRN, OOF, AutoReply" },
		{ "a person's reply", MAIL_AGENT, "", "" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(tests); i++) {
		struct outmail m = plain;
		struct made v;

		m.purpose = tests[i].purpose;
		make(tests[i].name, a, &m, &v);
		check_text(tests[i].name, field(&v, "Auto-Submitted"),
		    tests[i].submitted);
		check_text(tests[i].name, field(&v, "X-Auto-Response-Suppress"),
		    tests[i].suppress);
		/* AR-17: reports must come; AR-19: no list, no receipt. */
		assert_null(strstr(v.bytes, "NDR"));
		assert_null(strstr(v.bytes, "Precedence"));
		assert_null(strstr(v.bytes, "Disposition-Notification"));
	}
	arena_free(&a);
}

/* No value may end its line: M9 and the 41 ways to smuggle a Bcc. */
static void
test_header_injection_OF5(void **state)
{
	static const char *const evil[] = { "x\r\nBcc: a@evil.example",
		"x\nBcc: a@evil.example", "x\rBcc: a@evil.example", "x\x01y",
		"x\x7f", "x\ty", "\xff\xfe" };
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(evil); i++)
		for (int where = 0; where < 12; where++) {
			struct outmail m = plain;
			struct outpart p = { "a.pdf", "application/pdf", "x",
				1 };
			const char *ids[] = { evil[i] };
			struct err e;
			char *bytes;
			size_t len;

			m.attachments = &p;
			m.n_attachments = 1;
			*(where == 0 ? &m.from_name : where == 1 ? &m.from_addr :
			  where == 2 ? &m.to_name : where == 3 ? &m.to_addr :
			  where == 4 ? &m.reply_to : where == 5 ? &m.subject :
			  where == 6 ? &m.message_id : where == 7 ? &m.loop_id :
			  where == 8 ? &m.thread_topic :
			  where == 9 ? &p.filename : &p.type) = evil[i];
			if (where >= 10)
				p.type = "application/pdf";
			if (where == 10)
				m.in_reply_to = (struct texts){ ids, 1 };
			if (where == 11)
				m.references = (struct texts){ ids, 1 };
			if (compose(&m, a, &bytes, &len, &e) != RC_BAD)
				fail_msg("value %zu got into field %d", i,
				    where);
		}
	arena_free(&a);
}

static void
test_refused_OF6(void **state)
{
	static const struct {
		const char *name;
		struct outmail m;
	} tests[] = {
		{ "no recipient", { .from_addr = "er@x.org",
		    .message_id = "a@x", .text = "x" } },
		{ "no sender", { .to_addr = "a@x.org", .message_id = "a@x",
		    .text = "x" } },
		{ "no id", { .from_addr = "er@x.org", .to_addr = "a@x.org",
		    .text = "x" } },
		{ "id with two at signs", { .from_addr = "er@x.org",
		    .to_addr = "a@x.org", .message_id = "a@b@x", .text = "x" } },
		{ "no text", { .from_addr = "er@x.org", .to_addr = "a@x.org",
		    .message_id = "a@x" } },
		{ "two recipients in one (OF-7)", { .from_addr = "er@x.org",
		    .to_addr = "a@x.org, b@x.org", .message_id = "a@x",
		    .text = "x" } },
		{ "angle in an address", { .from_addr = "er@x.org",
		    .to_addr = "a@x.org> SIZE=1", .message_id = "a@x",
		    .text = "x" } },
	};
	struct arena *a = arena_new();
	struct err e;
	char *bytes;
	size_t len;

	(void)state;
	for (size_t i = 0; i < N(tests); i++)
		check_int(tests[i].name, compose(&tests[i].m, a, &bytes, &len,
		    &e), RC_BAD);
	arena_free(&a);
}

/* Every header line has at most 76 characters, and comes back whole. */
static void
test_words_OF5(void **state)
{
	static const struct {
		const char *name, *subject;
	} tests[] = {
		{ "ASCII", "[ER-000412] Your question" },
		{ "long ASCII is folded",
		    "[ER-000412] one two three four five six seven eight nine "
		    "ten eleven twelve thirteen fourteen fifteen sixteen" },
		{ "German", "[ER-000412] Überstunden und Zuschläge" },
		{ "ends in ASCII", "[ER-000412] Prämie für 2026" },
		{ "long German",
		    "[ER-000412] Überstundenzuschläge für Beschäftigte mit "
		    "unregelmäßigen Arbeitszeiten während der Feiertage" },
		{ "Japanese", "[ER-000412] 給与計算についてのご質問への回答でございます" },
		{ "Russian", "[ER-000412] Вопрос о расчёте заработной платы за "
		    "октябрь" },
		{ "emoji", "[ER-000412] 😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀" },
		{ "looks like an encoded word", "=?utf-8?Q?x?= and more" },
		{ "a word of 200 letters",
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
		{ "question marks and equal signs", "Ärger? a=b_c?=" },
		{ "one letter", "é" },
		{ "empty", "" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(tests); i++) {
		struct outmail m = plain;
		struct made v;
		size_t at = 0;

		m.subject = tests[i].subject;
		make(tests[i].name, a, &m, &v);
		check_text(tests[i].name, v.m.subject, tests[i].subject);
		while (at < v.m.headers.body_at) {
			size_t n = strcspn(v.bytes + at, "\r");

			if (n > 76 && !str_has_prefix(v.bytes + at,
			        "Thread-Topic"))
				fail_msg("%s: header line of %zu", tests[i].name,
				    n);
			at += n + 2;
		}
		if (str_has_prefix(tests[i].subject, "[ER-") &&
		    strstr(v.bytes, "Subject: [ER-000412]") == NULL)
			fail_msg("%s: the token is hidden", tests[i].name);
	}
	arena_free(&a);
}

#define LONG_NAME                                                         \
	"A very long name of somebody who has very many names indeed, "   \
	"far too many for one line of mail"

static void
test_names_OF5(void **state)
{
	static const char *const names[] = { "Ann Lee", "Lee, Ann",
		"Ann \"Bo\" Lee", "back\\slash", "Jörg Müller", "山田太郎",
		"a@x.org", "Müller, Jörg (Lohn)", "=?utf-8?Q?x?=",
		LONG_NAME, "" };
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(names); i++) {
		struct outmail m = plain;
		struct made v;

		m.to_name = names[i];
		make(names[i], a, &m, &v);
		check_int(names[i], (long long)v.m.to.n, 1);
		check_text(names[i], v.m.to.v[0].name, names[i]);
		check_text(names[i], v.m.to.v[0].email, "ann@example.org");
	}
	arena_free(&a);
}

static void
test_bodies_OF2_OF3(void **state)
{
	static const struct {
		const char *name, *text, *encoding;
		const char *want; /* NULL: the text with CRLF */
	} tests[] = {
		{ "short ASCII", "Hello\n", "7bit", NULL },
		{ "a few umlauts", "Grüße aus der Personalabteilung von uns.\n",
		    "quoted-printable", NULL },
		{ "mostly not ASCII", "給与計算についてのご質問\n", "base64", NULL },
		{ "long line", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n",
		    "quoted-printable", NULL },
		{ "From at the head", "Hi\nFrom here on\n", "quoted-printable",
		    NULL },
		{ "a dot alone", "Hi\n.\nRCPT TO\n", "quoted-printable", NULL },
		{ "blank at the end", "Hi \nthere\t\n", "quoted-printable",
		    NULL },
		{ "equal signs", "a=b and é, in a text of more words\n", "quoted-printable",
		    NULL },
		{ "looks like a boundary", "--=_a0123\n", "quoted-printable",
		    NULL },
		{ "Windows line ends", "a\r\nb\r\n", "7bit", "a\r\nb\r\n" },
		{ "Mac line ends", "a\rb\r", "7bit", "a\r\nb\r\n" },
		{ "no line end", "a", "7bit", "a\r\n" },
		{ "bare CR and LF mixed", "a\r\r\n\nb", "7bit",
		    "a\r\n\r\n\r\nb\r\n" },
		{ "controls", "a\x01" "b\n", "quoted-printable", NULL },
		{ "not UTF-8", "ab\xff\n", NULL, "ab\xef\xbf\xbd\r\n" },
		{ "empty", "", "7bit", "" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(tests); i++) {
		struct outmail m = plain;
		struct made v;
		struct str want = { 0 };

		for (const char *p = tests[i].text; *p != '\0'; p++)
			if (*p == '\n')
				str_add(&want, "\r\n");
			else
				str_addc(&want, *p);
		m.text = tests[i].text;
		make(tests[i].name, a, &m, &v);
		if (tests[i].encoding != NULL)
			check_text(tests[i].name, field(&v,
			    "Content-Transfer-Encoding"), tests[i].encoding);
		check_text(tests[i].name, part(a, &v, 0), tests[i].want != NULL ?
		    tests[i].want : str_text(&want));
		for (size_t k = 0; v.bytes[k] != '\0';) {
			size_t n = strcspn(v.bytes + k, "\r");

			if (n > 78)
				fail_msg("%s: line of %zu", tests[i].name, n);
			if (v.bytes[k] == '.' ||
			    str_has_prefix(v.bytes + k, "From "))
				fail_msg("%s: line begins badly", tests[i].name);
			k += n + 2;
		}
		str_fini(&want);
	}
	arena_free(&a);
}

/* A thousand random texts come back as they were. */
static void
test_encodings_round_trip_OF3(void **state)
{
	static const char *const pieces[] = { "a", "ü", "日", "😀", " ", "\t",
		"=", ".", "\n", "From ", "--", "x y z ", "\n\n", "=_", "?" };
	unsigned seed = 1;
	struct arena *a = arena_new();

	(void)state;
	for (int round = 0; round < 1000; round++) {
		for (int e = ENCODE_QP; e <= ENCODE_BASE64; e++) {
			struct str in = { 0 }, want = { 0 }, out = { 0 };
			size_t len;

			for (int i = 0; i < 60; i++) {
				const char *p;

				seed = seed * 1103515245 + 12345;
				p = pieces[(seed >> 16) % N(pieces)];
				str_add(&in, p);
			}
			str_add(&in, "\n");
			for (size_t i = 0; i < in.len; i++)
				if (in.s[i] == '\n')
					str_add(&want, "\r\n");
				else
					str_addc(&want, in.s[i]);
			encode_text(&out, (enum encoding)e, in.s, in.len);
			check_lines("random", out.s, out.len);
			assert_memory_equal(codec_body(a,
			    encode_name((enum encoding)e), out.s, out.len,
			    &len), want.s, want.len);
			assert_int_equal(len, want.len);
			str_fini(&in);
			str_fini(&want);
			str_fini(&out);
		}
		arena_reset(a);
	}
	arena_free(&a);
}

/* RFC 2045 6.7: 76 at most, also where the last letter needs six. */
static void
test_length_of_QP_lines_OF3(void **state)
{
	char text[100];

	(void)state;
	for (size_t n = 1; n < 90; n++) {
		struct str out = { 0 };

		memset(text, 'a', n);
		memcpy(text + n, "é", 3);
		encode_text(&out, ENCODE_QP, text, n + 2);
		for (size_t at = 0; at < out.len;) {
			size_t len = strcspn(out.s + at, "\r");

			assert_true(len <= 76);
			at += len + 2;
		}
		str_fini(&out);
	}
}

static void
test_structure_OF1_M10(void **state)
{
	struct arena *a = arena_new();
	struct outpart files[] = {
		{ "Gehälter 2026.csv", "text/csv", "a;b\n", 4 },
		{ "report.json", "application/json", "{}", 2 },
	};
	struct outmail m = plain;
	struct made v, again;

	(void)state;
	m.html = "<p>Dear Ann, it costs 3 €</p>\n";
	make("alternative", a, &m, &v);
	assert_true(str_has_prefix(field(&v, "Content-Type"),
	    "multipart/alternative;"));
	assert_string_equal(part(a, &v, 0),
	    "Dear Ann,\r\n\r\nwe are working on it.\r\n");
	assert_string_equal(part(a, &v, 1),
	    "<p>Dear Ann, it costs 3 €</p>\r\n");
	make("again", a, &m, &again);
	assert_string_equal(v.bytes, again.bytes); /* the same bytes */

	m.attachments = files;
	m.n_attachments = 2;
	make("mixed", a, &m, &v);
	assert_true(str_has_prefix(field(&v, "Content-Type"),
	    "multipart/mixed;"));
	assert_string_equal(part(a, &v, 2), "a;b\n");
	assert_string_equal(part(a, &v, 3), "{}");
	assert_non_null(strstr(v.bytes, "filename=\"Geh__lter 2026.csv\""));
	assert_non_null(strstr(v.bytes,
	    "filename*=utf-8''Geh%C3%A4lter%202026.csv"));
	arena_free(&a);
}

static void
test_references_TH3_TH5(void **state)
{
	struct arena *a = arena_new();
	const char *ids[12], *parent[] = { "i11@x" };
	struct outmail m = plain;
	struct made v;

	(void)state;
	for (int i = 0; i < 12; i++)
		ids[i] = arena_printf(a, "i%d@x", i);
	m.references = (struct texts){ ids, 12 };
	m.in_reply_to = (struct texts){ parent, 1 };
	make("twelve", a, &m, &v);
	assert_string_equal(field(&v, "References"), "<i0@x> <i1@x> <i2@x> "
	    "<i3@x> <i6@x> <i7@x> <i8@x> <i9@x> <i10@x> <i11@x>");
	assert_string_equal(field(&v, "In-Reply-To"), "<i11@x>");
	assert_string_equal(field(&v, "Subject"),
	    "Re: [ER-000412] Your question");

	/* An id of a careless mailer does not stop our answer. */
	ids[1] = "no at sign";
	ids[2] = "br<ack>@et";
	ids[3] = "ümlaut@x";
	m.references.n = 5;
	m.subject = "RE: [ER-000412] Your question";
	make("odd ids", a, &m, &v);
	assert_string_equal(field(&v, "References"), "<i0@x> <i4@x>");
	assert_string_equal(field(&v, "Subject"),
	    "RE: [ER-000412] Your question");

	m.references.n = 0;
	make("parent only", a, &m, &v);
	assert_string_equal(field(&v, "References"), "<i11@x>");
	arena_free(&a);
}

/* Bytes of a base64 value. */
static size_t
thread_index(const struct made *v, uint8_t out[64])
{
	const char *s = field(v, "Thread-Index");

	assert_true(strlen(s) < 64);
	return codec_base64(s, strlen(s), (char *)out);
}

static void
test_outlook_thread_TH6(void **state)
{
	struct arena *a = arena_new();
	struct outmail m = plain;
	uint8_t first[64], later[64], other[64];
	struct made v;

	(void)state;
	make("no seed", a, &m, &v);
	assert_string_equal(field(&v, "Thread-Index"), "");
	m.thread_seed = "412|e";
	make("first", a, &m, &v);
	assert_int_equal(thread_index(&v, first), 22);
	/* 2026-11-02T09:00Z is FILETIME 0x01dd6a54_95e4_... by hand:
	 * (1793610000 + 11644473600) * 10^7 = 134380836000000000. */
	assert_int_equal(first[0], 1);
	for (int i = 0; i < 5; i++)
		assert_int_equal(first[1 + i], (uint8_t)
		    (UINT64_C(134380836000000000) >> (56 - 8 * i)));
	assert_string_equal(field(&v, "Thread-Topic"),
	    "[ER-000412] Your question");

	m.thread_started_at = m.date;
	m.date += 7 * CW_DAY;
	make("later", a, &m, &v);
	assert_int_equal(thread_index(&v, later), 27);
	assert_memory_equal(first, later, 22);
	assert_int_equal(later[22] >> 7, 0);

	m.thread_seed = "412|d";
	make("another audience (TH-4)", a, &m, &v);
	(void)thread_index(&v, other);
	assert_memory_not_equal(first + 6, other + 6, 16);
	arena_free(&a);
}

/* What we send is known again when it comes back (AR-13, TH-8). */
static void
test_comes_back_AR13_M4(void **state)
{
	static const char *own_v[] = { "er@example.com" };
	struct token_keys keys = { 1, { { '1', "key" } } };
	struct token t = { 412, 'd', 4571 }, got;
	struct texts own = { own_v, 1 };
	struct arena *a = arena_new();
	struct outmail m = plain;
	struct made v;
	int64_t case_no;

	(void)state;
	m.message_id = token_message_id(a, &keys, &t, "er.example.com");
	m.reply_to = token_reply_address(a, &keys, &t, "er@example.com");
	make("keyed", a, &m, &v);
	assert_int_equal(token_parse_message_id(&keys, v.m.message_id, &got),
	    RC_OK);
	assert_int_equal(got.out_id, 4571);
	assert_int_equal(token_find_recipient(&keys, &own, &v.m.reply_to,
	    &got), RC_OK);
	assert_int_equal(got.case_no, 412);
	assert_int_equal(token_find_subject(v.m.subject, &case_no, 1), 1);
	assert_int_equal(case_no, 412);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers_OF6_TH1),
		cmocka_unit_test(test_purposes_AR16_to_AR19),
		cmocka_unit_test(test_header_injection_OF5),
		cmocka_unit_test(test_refused_OF6),
		cmocka_unit_test(test_words_OF5),
		cmocka_unit_test(test_names_OF5),
		cmocka_unit_test(test_bodies_OF2_OF3),
		cmocka_unit_test(test_encodings_round_trip_OF3),
		cmocka_unit_test(test_length_of_QP_lines_OF3),
		cmocka_unit_test(test_structure_OF1_M10),
		cmocka_unit_test(test_references_TH3_TH5),
		cmocka_unit_test(test_outlook_thread_TH6),
		cmocka_unit_test(test_comes_back_AR13_M4),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
