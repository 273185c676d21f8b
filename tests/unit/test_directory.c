/*
 * test_directory.c - employees from CSV (G7), and whom a mail is about:
 * found by id or by a name in it.
 */
#include "fixture_settings.h"

#include "core/directory.h"

#define N_OF(v) (sizeof(v) / sizeof((v)[0]))
#define HEAD "employee_id,name,email\n"

static enum rc
parse(struct arena *a, const char *text, struct employee **v,
    struct directory_result *res, struct problems *probs)
{
	*probs = (struct problems){ .a = a };
	return directory_parse("d.csv", text, strlen(text), a, v, res, probs);
}

static void
test_shipped_directory_G7(void **state)
{
	struct arena *a = arena_new();
	struct problems probs = { .a = a };
	struct directory_result res;
	struct employee *v;
	struct err e;
	size_t len;
	char *text;

	(void)state;
	assert_int_equal(fsx_read(a, "config/directory.csv", 1 << 20, &text,
	    &len, &e), RC_OK);
	assert_int_equal(directory_parse("config/directory.csv", text, len, a,
	    &v, &res, &probs), RC_OK);
	fixture_print(&probs);
	assert_int_equal(probs.n, 0);
	assert_int_equal(res.n_rows, 30);
	assert_string_equal(res.note, "");
	assert_string_equal(v[0].employee_id, "100101");
	assert_string_equal(v[0].division, "Retail East");
	assert_string_equal(v[0].client_id, "NWT-01");
	assert_string_equal(v[0].zone, "America/New_York");
	assert_string_equal(v[8].name, "Reed, Walter Jr.");
	assert_int_equal(v[13].status, EMPLOYEE_LEFT);
	assert_string_equal(v[20].name, "Céline Moreau");
	arena_free(&a);
}

static void
test_csv_as_people_write_it(void **state)
{
	static const struct {
		const char *name, *text, *id, *ename, *email;
	} tests[] = {
		{ "plain", HEAD "7,Ann,a@x.org\n", "7", "Ann", "a@x.org" },
		{ "no newline at the end", HEAD "7,Ann,a@x.org", "7", "Ann",
		    "a@x.org" },
		{ "CRLF", "employee_id,name,email\r\n7,Ann,a@x.org\r\n", "7",
		    "Ann", "a@x.org" },
		{ "a mark in front", "\xef\xbb\xbf" HEAD "7,Ann,a@x.org\n",
		    "7", "Ann", "a@x.org" },
		{ "columns in another order", "Name,EMAIL,Employee ID\n"
		    "Ann,A@X.org,7\n", "7", "Ann", "a@x.org" },
		{ "semicolons", "employee_id;name;email\n7;Lee, Ann;a@x.org\n",
		    "7", "Lee, Ann", "a@x.org" },
		{ "quotes", HEAD "7,\"Lee, \"\"Al\"\"\",a@x.org\n", "7",
		    "Lee, \"Al\"", "a@x.org" },
		{ "a line break inside quotes", HEAD "7,\"Ann\nLee\",a@x.org\n",
		    "7", "Ann Lee", "a@x.org" },
		{ "blanks around", HEAD " 7 , Ann ,a@x.org \n", "7", "Ann",
		    "a@x.org" },
		{ "empty lines", "\n\n" HEAD "\n\r\n7,Ann,a@x.org\n\n\n", "7",
		    "Ann", "a@x.org" },
		{ "no address", HEAD "7,Ann,\n", "7", "Ann", "" },
		{ "no address, no newline", HEAD "7,Ann,", "7", "Ann", "" },
		{ "windows-1252", HEAD "7,J\xfcrgen,a@x.org\n", "7", "Jürgen",
		    "a@x.org" },
	};

	(void)state;
	for (size_t i = 0; i < N_OF(tests); i++) {
		struct arena *a = arena_new();
		struct directory_result res;
		struct problems probs;
		struct employee *v;

		if (parse(a, tests[i].text, &v, &res, &probs) != RC_OK ||
		    res.n_rows != 1 || res.n_bad != 0 ||
		    !str_eq(v[0].employee_id, tests[i].id) ||
		    !str_eq(v[0].name, tests[i].ename) ||
		    !str_eq(v[0].email, tests[i].email)) {
			fixture_print(&probs);
			fail_msg("%s", tests[i].name);
		}
		arena_free(&a);
	}
}

static void
test_all_columns(void **state)
{
	static const char text[] =
	    "employee_id,name,email,client,client_id,division,region,zone,"
	    "language,manager,status,other_emails,badge\n"
	    "7,Ann,a@x.org,Acme,A1,North,n,Europe/Berlin,DE,Bo,Inactive,"
	    "\"ann@home.example; A2@x.org\",99\n";
	struct arena *a = arena_new();
	struct directory_result res;
	struct problems probs;
	struct employee *v;

	(void)state;
	assert_int_equal(parse(a, text, &v, &res, &probs), RC_OK);
	assert_int_equal(probs.n, 0);
	assert_string_equal(res.note, "columns not used: badge");
	assert_string_equal(v[0].client, "Acme");
	assert_string_equal(v[0].division, "North");
	assert_string_equal(v[0].region, "n");
	assert_string_equal(v[0].language, "de");
	assert_string_equal(v[0].manager, "Bo");
	assert_int_equal(v[0].status, EMPLOYEE_LEFT);
	assert_string_equal(employee_status_name(v[0].status), "left");
	assert_int_equal(v[0].other_emails.n, 2);
	assert_string_equal(v[0].other_emails.v[1], "a2@x.org");
	arena_free(&a);
}

/* M11: exports name the language, or give its code. */
static void
test_languages_M11(void **state)
{
	static const struct {
		const char *cell, *want;
	} tests[] = {
		{ "Spanish", "es" }, { "español", "es" }, { "ES-mx", "es-mx" },
		{ "English", "en" }, { "", "" }, { "Klingon", "klingon" },
	};

	(void)state;
	for (size_t i = 0; i < N_OF(tests); i++) {
		struct arena *a = arena_new();
		struct directory_result res;
		struct problems probs;
		struct employee *v;

		assert_int_equal(parse(a, arena_printf(a, "employee_id,name,"
		    "email,language\n7,Ann,a@x.org,%s\n", tests[i].cell), &v,
		    &res, &probs), RC_OK);
		assert_string_equal(v[0].language, tests[i].want);
		arena_free(&a);
	}
}

static void
test_each_bad_row_is_named_and_the_others_are_taken(void **state)
{
	static const char text[] =
	    "employee_id,name,email,zone,status\n"     /* 1 */
	    "1,Ann,ann@x.org,UTC,active\n"
	    ",Bob,bob@x.org,UTC,active\n"              /* 3: no id */
	    "3,,c@x.org,UTC,active\n"                  /* 4: no name */
	    "4,Dan,dan at x,UTC,active\n"              /* 5: no address */
	    "5,Eve,eve@x.org,../etc,active\n"          /* 6: zone */
	    "6,Flo,flo@x.org,UTC,gone fishing\n"       /* 7: status */
	    "7,Gus,gus@x.org\n"                        /* 8: too few */
	    "8,Hal,hal@x.org,UTC,active,x\n"           /* 9: too many */
	    "1,Ida,ida@x.org,UTC,active\n"             /* 10: id again */
	    "9,Jon,ANN@x.org,UTC,active\n"             /* 11: address again */
	    "10,\"Kai\"x,kai@x.org,UTC,active\n"       /* 12: quote */
	    "11,\"Lea\n\",lea@x.org,UTC,active\n"      /* 13, 14: fine */
	    "12,Max,max@x.org\r\nx,UTC,active\n"       /* 15: header split */
	    "13,Nia,nia@x.org,UTC,\n";                 /* 17: fine */
	static const int lines[] = { 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 16 };
	struct arena *a = arena_new();
	struct directory_result res;
	struct problems probs;
	struct employee *v;

	(void)state;
	assert_int_equal(parse(a, text, &v, &res, &probs), RC_OK);
	for (size_t i = 0; i < N_OF(lines); i++)
		if (i >= probs.n || probs.v[i].line != lines[i]) {
			fixture_print(&probs);
			fail_msg("line %d is not named", lines[i]);
		}
	assert_int_equal(res.n_bad, N_OF(lines));
	assert_int_equal(res.n_rows, 3);
	assert_string_equal(v[0].name, "Ann");
	assert_string_equal(v[1].name, "Lea");
	assert_string_equal(v[2].name, "Nia");
	assert_non_null(strstr(probs.v[7].text, "line 2 already"));
	arena_free(&a);
}

static void
test_what_cannot_be_read_at_all(void **state)
{
	static const struct {
		const char *name, *text, *want;
	} tests[] = {
		{ "nothing", "", "no row with the names" },
		{ "no header", "7,Ann,a@x.org\n", "this column is missing" },
		{ "no id", "name,email\nAnn,a@x.org\n", "column is missing" },
		{ "a quote that never ends", HEAD "7,\"Ann,a@x.org\n8,Bob,"
		    "b@x.org\n", "never closed" },
	};

	(void)state;
	for (size_t i = 0; i < N_OF(tests); i++) {
		struct arena *a = arena_new();
		struct directory_result res;
		struct problems probs;
		struct employee *v;

		assert_int_equal(parse(a, tests[i].text, &v, &res, &probs),
		    RC_BAD);
		assert_int_equal(res.n_rows, 0);
		if (strstr(probs.v[0].text, tests[i].want) == NULL)
			fail_msg("%s: %s", tests[i].name, probs.v[0].text);
		arena_free(&a);
	}
}

static bool
count(void *ctx, const struct employee *e)
{
	size_t *n = ctx;

	assert_string_not_equal(e->employee_id, "");
	return ++*n < 20000;
}

static void
test_many_rows_with_little_memory(void **state)
{
	struct arena *a = arena_new();
	struct problems probs = { .a = a };
	struct directory_result res;
	struct str b = { 0 };
	size_t n = 0;

	(void)state;
	str_add(&b, HEAD);
	for (int i = 0; i < 30000; i++)
		str_printf(&b, "E%05d,Person %d,p%d@x.org\n", i, i, i);
	assert_int_equal(directory_each("d.csv", b.s, b.len, a, count, &n,
	    &res, &probs), RC_OK);
	assert_int_equal(n, 20000); /* stopped by who counts */
	assert_int_equal(res.n_rows, 20000);
	assert_true(arena_bytes(a) < 1000);
	str_fini(&b);
	arena_free(&a);
}

/* --- whom a mail is about --- */

static const struct {
	const char *name, *from, *subject, *text, *ids, *names;
} mails[] = {
	{ "an id in the subject first, then in the text", "",
	    "Pay of NW100234", "My id is 5551234 (again nw100234).",
	    "NW100234 5551234", "" },
	{ "no id in a phone number with dashes or a year", "",
	    "2026", "Call 212-555-0100 in 2027.", "", "" },
	{ "the sender's name", "Maria Lopez", "", "", "", "Maria Lopez" },
	{ "the sender's name, turned round", "Lopez, Maria", "", "", "",
	    "Maria Lopez" },
	{ "an address is no name", "maria@x.org", "", "", "", "" },
	{ "I am", "", "", "Hello, I am Alice Martin from the warehouse.", "",
	    "Alice Martin" },
	{ "my name is, with an initial", "", "", "my name is John Q. Public.",
	    "", "John Q. Public" },
	{ "I am writing", "", "", "I am writing about my pay", "", "" },
	{ "one capital is no name", "", "", "I am Alice and unpaid", "", "" },
	{ "a form", "", "", "Employee: Rosa Delgado\nDate: x", "",
	    "Rosa Delgado" },
	{ "German", "", "", "ich bin Jürgen Haas.", "", "Jürgen Haas" },
	{ "French", "", "", "Je m'appelle Céline Moreau, bonjour", "",
	    "Céline Moreau" },
	{ "Spanish, with particles", "", "", "me llamo Ana de la Cruz Pérez",
	    "", "Ana de la Cruz Pérez" },
	{ "a signature", "", "", "Please help.\n\nKind regards,\n\n"
	    "Bridget O'Connell\nPlant Fresno", "", "Bridget O'Connell" },
	{ "a signature in German", "", "", "Bitte um Hilfe.\n"
	    "Mit freundlichen Grüßen\nHannah Weiss\n", "", "Hannah Weiss" },
	{ "the last words, without a closing", "", "", "Where is my pay?\n\n"
	    "Kevin Doyle", "", "Kevin Doyle" },
	{ "the same name once", "Kevin Doyle", "", "This is Kevin Doyle.\n"
	    "Thanks\nKevin Doyle", "", "Kevin Doyle" },
	{ "nothing", "", "", "", "", "" },
};

static const char *
joined(struct arena *a, const char *const *v, size_t n, const char *by)
{
	const char *s = "";

	for (size_t i = 0; i < n; i++)
		s = arena_printf(a, "%s%s%s", s, i == 0 ? "" : by, v[i]);
	return s;
}

static void
test_hints_G7(void **state)
{
	struct arena *a = arena_new();
	struct policy p;

	(void)state;
	fixture_settings(a, "config/caseward.yaml", &p);
	for (size_t i = 0; i < N_OF(mails); i++) {
		struct addr from = { mails[i].from, "x@y.example" };
		struct msg m = { .subject = mails[i].subject,
		    .from = { &from, 1 } };
		struct directory_hints h;

		body_init(&m.body, "");
		m.body.text = m.body.reply_text = mails[i].text;
		directory_find_hints(&p, &m, a, &h);
		if (!str_eq(joined(a, h.ids, h.n_ids, " "), mails[i].ids) ||
		    !str_eq(joined(a, h.names, h.n_names, "|"),
		    mails[i].names))
			fail_msg("%s: ids \"%s\", names \"%s\"", mails[i].name,
			    joined(a, h.ids, h.n_ids, " "),
			    joined(a, h.names, h.n_names, "|"));
	}
	policy_fini(&p);
	arena_free(&a);
}

static void
test_hints_are_bounded_M7(void **state)
{
	struct arena *a = arena_new();
	struct directory_hints h;
	struct str b = { 0 };
	struct policy p;
	struct msg m = { .subject = "" };

	(void)state;
	fixture_settings(a, "config/caseward.yaml", &p);
	for (int i = 0; i < 20000; i++)
		str_printf(&b, "I am Name Number%c%c and %d\n", 'a' + i % 26,
		    'a' + i / 26 % 26, 100000 + i);
	body_init(&m.body, "");
	m.body.text = m.body.reply_text = b.s;
	directory_find_hints(&p, &m, a, &h);
	assert_int_equal(h.n_ids, DIRECTORY_MAX_HINTS);
	assert_int_equal(h.n_names, DIRECTORY_MAX_HINTS);
	str_fini(&b);
	policy_fini(&p);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shipped_directory_G7),
		cmocka_unit_test(test_csv_as_people_write_it),
		cmocka_unit_test(test_all_columns),
		cmocka_unit_test(test_languages_M11),
		cmocka_unit_test(
		    test_each_bad_row_is_named_and_the_others_are_taken),
		cmocka_unit_test(test_what_cannot_be_read_at_all),
		cmocka_unit_test(test_many_rows_with_little_memory),
		cmocka_unit_test(test_hints_G7),
		cmocka_unit_test(test_hints_are_bounded_M7),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
