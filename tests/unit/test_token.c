/* test_token.c - subject tokens, keyed addresses and ids (M4, L10, L12). */
#include "base/re.h"
#include "mail/token.h"
#include "mailtest.h"

/* Keys of 32 bytes that say whose they are. */
static const struct token_keys keys = { 1, { { '1', "first" } } };
static const struct token_keys rotated = { 2,
	{ { '2', "second" }, { '1', "first" } } };
static const struct token_keys foreign = { 1, { { '1', "foreign" } } };

/* PROTOCOL TH-9, as written there. */
#define TH9                                                               \
	"[\\[［]\\h*ER\\h*[-‐-―−－]\\h*([0-9]{4,9})\\h*[\\]］]"

static const struct {
	const char *name, *subject;
	int64_t want; /* 0: none */
} subjects[] = {
	{ "as we write it", "Re: [ER-000123] Payroll", 123 },
	{ "lower case", "re: [er-000123]", 123 },
	{ "four digits", "[ER-0007]", 7 },
	{ "nine digits", "[ER-123456789]", 123456789 },
	{ "three digits are too few", "[ER-123]", 0 },
	{ "ten digits are too many", "[ER-1234567890]", 0 },
	{ "blanks inside", "[ ER - 000123 ]", 123 },
	{ "no-break blanks", "[ER\xc2\xa0-\xc2\xa0" "000123]", 123 },
	{ "narrow no-break blank", "[ER-\xe2\x80\xaf" "000123]", 123 },
	{ "en dash", "[ER–000123]", 123 },
	{ "em dash", "[ER—000123]", 123 },
	{ "no-break hyphen", "[ER\xe2\x80\x91" "000123]", 123 },
	{ "minus sign", "[ER−000123]", 123 },
	{ "full-width hyphen and brackets", "［ER－000123］", 123 },
	{ "full-width digits do not count", "[ER-００0123]", 0 },
	{ "Arabic digits do not count", "[ER-٠٠٠١٢٣]", 0 },
	{ "tab", "[ER-\t000123]", 123 },
	{ "glued to words", "foo[ER-000123]bar", 123 },
	{ "no brackets", "ER-000123", 0 },
	{ "another prefix", "[HR-000123]", 0 },
	{ "a longer prefix", "[XER-000123]", 0 },
	{ "no dash", "[ER000123]", 0 },
	{ "two dashes", "[ER--000123]", 0 },
	{ "not closed", "[ER-000123", 0 },
	{ "half a bracket", "[[ER-000123]", 123 },
	{ "ends in the dash", "[ER-", 0 },
	{ "ends in the prefix", "[E", 0 },
	{ "empty", "", 0 },
	{ "bad bytes before", "\xff\xfe[ER-000123]", 123 },
	{ "case zero is no case", "[ER-000000]", 0 },
};

static void
test_subject_M4_TH9(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(subjects); i++) {
		int64_t v[4];
		size_t n = token_find_subject(subjects[i].subject, v, 4);

		check_int(subjects[i].name, n == 0 ? 0 : v[0],
		    subjects[i].want);
	}
}

/* The scanner means what the expression of the protocol means. */
static void
test_subject_is_the_expression_TH9(void **state)
{
	struct re *re = NULL;
	struct re_span s[2];
	struct err e;

	(void)state;
	assert_int_equal(re_new(TH9, RE_CASELESS, &re, &e), RC_OK);
	for (size_t i = 0; i < N(subjects); i++) {
		const char *text = subjects[i].subject;
		bool hit = re_match(re, text, strlen(text), 0, s, 2) == RC_OK;

		if (hit && strspn(text + s[1].start, "0") >=
		        s[1].end - s[1].start)
			hit = false; /* case 0 */
		check_int(subjects[i].name, hit, subjects[i].want != 0);
	}
	re_free(&re);
}

static void
test_several_M4_TH9(void **state)
{
	int64_t v[2] = { 0 };

	(void)state;
	assert_int_equal(token_find_subject("[ER-000123] Re: [er-0123]", v, 2),
	    1);
	assert_int_equal(token_find_subject(
	    "[ER-000124] and [ER-000123] and [ER-000125]", v, 2), 2);
	assert_int_equal(v[0], 124);
	assert_int_equal(v[1], 123);
}

static void
test_format(void **state)
{
	struct arena *a = arena_new();
	int64_t v;

	(void)state;
	assert_string_equal(token_format(a, 123), "[ER-000123]");
	assert_string_equal(token_number(a, 123), "ER-000123");
	assert_string_equal(token_format(a, TOKEN_CASE_MAX), "[ER-999999999]");
	assert_int_equal(token_find_subject(token_format(a, TOKEN_CASE_MAX),
	    &v, 1), 1);
	assert_int_equal(v, TOKEN_CASE_MAX);
	arena_free(&a);
}

static const struct token samples[] = {
	{ 412, 'd', 4571 },
	{ 0, 'i', 0 },
	{ 1, 'e', 1 },
	{ TOKEN_CASE_MAX, 'e', TOKEN_OUT_MAX },
};

static void
check_token_is(const struct token *got, const struct token *want)
{
	assert_int_equal(got->case_no, want->case_no);
	assert_int_equal(got->audience, want->audience);
	assert_int_equal(got->out_id, want->out_id);
}

static void
test_detail_round_trip_TH12_SA13(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(samples); i++) {
		char *d = token_reply_detail(a, &keys, &samples[i]);
		struct token t;

		assert_true(strlen(d) <= TOKEN_DETAIL_MAX);
		assert_int_equal(strspn(d,
		    "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(d));
		assert_int_equal(token_parse_detail(&keys, d, &t), RC_OK);
		check_token_is(&t, &samples[i]);
		/* The old key still checks after a new one came. */
		assert_int_equal(token_parse_detail(&rotated, d, &t), RC_OK);
		for (char *p = d; *p != '\0'; p++)
			*p = (char)(*p >= 'a' && *p <= 'z' ? *p - 32 : *p);
		assert_int_equal(token_parse_detail(&keys, d, &t), RC_OK);
	}
	arena_free(&a);
}

/* The MAC is the one of SA-13: a change of it orphans all mail underway. */
static void
test_mac_is_stable_SA13(void **state)
{
	struct arena *a = arena_new();
	uint8_t digest[SHA256_LEN];
	char *mac;

	(void)state;
	hash_hmac(keys.v[0].key, "v1|reply|412|d|4571", 19, digest);
	mac = arena_printf(a, "1d412-3iz-%s", hash_base32(a, digest, 16));
	assert_string_equal(token_reply_detail(a, &keys, &samples[0]), mac);
	hash_hmac(keys.v[0].key, "v1|id|412|d|4571", 16, digest);
	mac = arena_printf(a, "c412.d.o4571.%s@er.example.com",
	    hash_base32(a, digest, 16));
	assert_string_equal(token_message_id(a, &keys, &samples[0],
	    "er.example.com"), mac);
	arena_free(&a);
}

/* Every single changed character is noticed (L12). */
static void
test_forged_detail_L12(void **state)
{
	struct arena *a = arena_new();
	char *d = token_reply_detail(a, &keys, &samples[0]);
	struct token t = { 0 };

	(void)state;
	assert_int_equal(token_parse_detail(&foreign, d, &t), RC_BAD);
	for (size_t i = 0; d[i] != '\0'; i++) {
		char was = d[i];

		d[i] = was == '7' ? '6' : '7';
		assert_int_not_equal(token_parse_detail(&keys, d, &t), RC_OK);
		d[i] = was;
	}
	assert_int_equal(t.case_no, 0);
	arena_free(&a);
}

static void
test_detail_form_M4(void **state)
{
#define MAC "abcdefghijklmnopqrstuvwxyz"
	static const struct {
		const char *name, *detail;
		enum rc want;
	} tests[] = {
		{ "ours, not our MAC", "1d412-3iz-" MAC, RC_BAD },
		{ "unknown key id", "9d412-3iz-" MAC, RC_BAD },
		{ "empty", "", RC_NONE },
		{ "another detail", "newsletter", RC_NONE },
		{ "unknown audience", "1x412-3iz-" MAC, RC_NONE },
		{ "leading zero", "1d0412-3iz-" MAC, RC_NONE },
		{ "no case", "1d-3iz-" MAC, RC_NONE },
		{ "case too long", "1d1234567890-3iz-" MAC, RC_NONE },
		{ "MAC too short", "1d412-3iz-abc", RC_NONE },
		{ "MAC too long", "1d412-3iz-" MAC "a", RC_NONE },
		{ "0 is not base 32", "1d412-3iz-0bcdefghijklmnopqrstuvwxyz",
		    RC_NONE },
		{ "far too long", "1d412-3iz-" MAC MAC MAC, RC_NONE },
	};
	struct token t;

	(void)state;
	for (size_t i = 0; i < N(tests); i++)
		check_int(tests[i].name, token_parse_detail(&keys,
		    tests[i].detail, &t), tests[i].want);
}

static void
test_recipient_TH12_M4(void **state)
{
	static const char *own_v[] = { "er@example.com", "hr@example.com" };
	const struct texts own = { own_v, 2 };
	struct arena *a = arena_new();
	const char *good = token_reply_address(a, &keys, &samples[0],
	    "er@example.com");
	const char *bad = token_reply_address(a, &foreign, &samples[1],
	    "er@example.com");
	const char *other = token_reply_address(a, &keys, &samples[1],
	    "er@example.org");
	const struct {
		const char *name, *first, *second;
		enum rc want;
	} tests[] = {
		{ "ours", "bob@example.com", good, RC_OK },
		{ "ours behind a forged one", bad, good, RC_OK },
		{ "ours before a forged one", good, bad, RC_OK },
		{ "only forged", bad, "er@example.com", RC_BAD },
		{ "another domain", other, "er@example.com", RC_NONE },
		{ "plain address", "er@example.com", "er+x@example.com",
		    RC_NONE },
		{ "no address at all", "", "@", RC_NONE },
		{ "capitals", "ER+NEWS@EXAMPLE.COM", good, RC_OK },
	};

	(void)state;
	for (size_t i = 0; i < N(tests); i++) {
		struct addr v[] = { { "", tests[i].first },
			{ "", tests[i].second } };
		struct addrs to = { v, 2 };
		struct token t = { 0 };

		check_int(tests[i].name, token_find_recipient(&keys, &own, &to,
		    &t), tests[i].want);
		if (tests[i].want == RC_OK)
			check_token_is(&t, &samples[0]);
	}
	arena_free(&a);
}

static void
test_message_id_TH1_L10(void **state)
{
	struct arena *a = arena_new();
	struct token t;
	char *id, *detail;

	(void)state;
	for (size_t i = 0; i < N(samples); i++) {
		id = token_message_id(a, &keys, &samples[i], "er.example.com");
		assert_true(strlen(id) <= 200);
		assert_int_equal(token_parse_message_id(&rotated, id, &t),
		    RC_OK);
		check_token_is(&t, &samples[i]);
		assert_int_equal(token_parse_message_id(&foreign, id, &t),
		    RC_BAD);
	}
	/* One purpose is no proof for another. */
	id = token_message_id(a, &keys, &samples[0], "x");
	detail = arena_printf(a, "1d412-3iz-%.26s", id + 13);
	assert_int_equal(token_parse_detail(&keys, detail, &t), RC_BAD);
	assert_int_equal(token_parse_message_id(&keys, "abc@x", &t), RC_NONE);
	assert_int_equal(token_parse_message_id(&keys, "c1.d.o1." MAC, &t),
	    RC_NONE);
	assert_int_equal(token_parse_message_id(&keys, "c1.d.o1.@x", &t),
	    RC_NONE);
	assert_int_equal(token_parse_message_id(&keys, "", &t), RC_NONE);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_subject_M4_TH9),
		cmocka_unit_test(test_subject_is_the_expression_TH9),
		cmocka_unit_test(test_several_M4_TH9),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_detail_round_trip_TH12_SA13),
		cmocka_unit_test(test_mac_is_stable_SA13),
		cmocka_unit_test(test_forged_detail_L12),
		cmocka_unit_test(test_detail_form_M4),
		cmocka_unit_test(test_recipient_TH12_M4),
		cmocka_unit_test(test_message_id_TH1_L10),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
