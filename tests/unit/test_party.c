/* test_party.c - whom a case is about: they handle nothing of it and hear
 * nothing of it (DESIGN 5, G13, H6). */
#include "fixture_mail.h"

#include "core/guard.h"
#include "core/ladder.h"
#include "core/lifecycle.h"
#include "core/party.h"
#include "core/verb.h"

static bool
nobody_is_away(void *ctx, const char *email)
{
	(void)ctx, (void)email;
	return false;
}

static void
test_lists(void **state)
{
	struct arena *a = arena_new();
	struct casefile c = company_case(0);
	const char *two;

	(void)state;
	two = party_with(party_with("", "Kim@corp.example", a),
	    "ana@corp.example", a);
	same_text("two", two, "kim@corp.example ana@corp.example");
	same_text("once each", party_with(two, "KIM@corp.example", a), two);
	same_text("one less", party_without(two, "Kim@corp.example", a),
	    "ana@corp.example");
	same_text("nobody left", party_without("ana@corp.example",
	    "ana@corp.example", a), "");
	c.parties = two;
	assert_true(party_is(&c, "KIM@corp.example"));
	assert_true(party_is(&c, "ana@corp.example"));
	assert_true(party_is(&c, "joan@home.example")); /* the employee */
	assert_false(party_is(&c, "im@corp.example"));
	assert_false(party_is(&c, "ben@corp.example"));
	assert_false(party_is(&c, ""));
	c.employee_email = c.parties = "";
	assert_false(party_is(&c, ""));
	arena_free(&a);
}

static void
test_who_is_named(void **state)
{
	static const struct {
		const char *name, *subject, *text, *want;
	} tests[] = {
		{ "nobody", "help", "my boss shouts", "" },
		{ "by full name", "help", "Kim Ode shouted at me.",
		    "kim@corp.example" },
		{ "in capitals, in the subject", "ABOUT KIM ODE", "",
		    "kim@corp.example" },
		{ "by address", "help", "it was <kim@corp.example>",
		    "kim@corp.example" },
		{ "two of them", "help", "Kim Ode and Lee Okafor",
		    "lee@corp.example kim@corp.example" },
		{ "a first name is not enough", "help", "Kim shouted", "" },
		{ "inside of other names it is not", "help",
		    "Hakim Odes and Tim Odell and Kim Odem", "" },
		{ "the writer's signature", "help", "Yours, Ben Cole", "" },
	};
	struct arena *a = arena_new();
	struct desk *d = desk_new(a, "2026-11-02 10:00");

	(void)state;
	for (size_t i = 0; i < N(tests); i++) {
		struct letter_in *l = mail_of(d, "ben@corp.example",
		    tests[i].text);

		l->m.subject = tests[i].subject;
		same_text(tests[i].name, party_named(d->p, &l->m,
		    "ben@corp.example", a), tests[i].want);
	}
	arena_free(&a);
}

/* A complaint about the next owner, the lead and the contact: none of them
 * hears of it, the others do, and somebody can put it right. */
static void
test_a_complaint_passes_them_by_H5_G13_H10(void **state)
{
	struct arena *a = arena_new();
	struct desk *d = desk_new(a, "2026-11-02 10:00");
	const struct triage_escalation up[] = {
		{ &d->co->people[P_SAM], "harassment" } };
	struct letter_in *l = mail_of(d, "joan@home.example",
	    "Ana Ruiz, Kim Ode and Sam Reyes harass me.");
	struct plan p = desk_plan(d, "caseward");

	(void)state;
	l->t.risk = RISK_CONFIDENTIAL;
	l->t.escalations = up;
	l->t.n_escalations = 1;
	d->f = (struct case_facts){ 0 };
	intake_open(&l->in, 0, nobody_is_away, NULL, &d->f.c);
	same_text("owner", d->f.c.owner, "ben");
	intake_opened(&l->in, &d->f, &p);
	check_lines("plan", d, &p, "mail notice department pat:*\n"
	    "mail escalation-intake internal maria:*\n"
	    "!mail * internal ana*\n!mail * department kim*\n"
	    "!mail * internal sam*\n"
	    "task check-parties ben*\nevent party: Named in the mail*");
	for (size_t i = 0; i < p.n; i++)
		if (p.v[i].kind == ACT_MAIL)
			assert_null(guard_objection(d->p, &d->f,
			    p.v[i].audience, p.v[i].to));
	arena_free(&a);
}

/* An ordinary question that names a colleague excludes nobody. */
static void
test_only_grave_mails_exclude(void **state)
{
	struct arena *a = arena_new();
	struct desk *d = desk_new(a, "2026-11-02 10:00");
	struct letter_in *l = mail_of(d, "joan@home.example",
	    "Kim Ode told me to write to you about my pay.");

	(void)state;
	intake_open(&l->in, 0, nobody_is_away, NULL, &d->f.c);
	same_text("nobody", d->f.c.parties, "");
	arena_free(&a);
}

/* The ladder goes around them, up to the top (G19). */
static void
test_the_ladder_goes_around_them_G19(void **state)
{
	static const struct {
		int step, chain, want;
	} tests[] = {
		{ 0, 0, P_PAT },   /* not Kim */
		{ 2, 0, P_SAM },   /* not Lee */
		{ 3, 0, P_OMAR },  /* not Dana, but her manager */
		{ 4, 0, P_SAM },
		{ 4, 1, P_OMAR },  /* not Maria */
	};
	struct arena *a = arena_new();
	struct desk *d = desk_new(a, "2026-11-02 10:00");

	(void)state;
	d->f.c.parties = "kim@corp.example lee@corp.example dana@corp.example"
	    " maria@corp.example";
	for (size_t i = 0; i < N(tests); i++)
		same_text("asked", ladder_target(&d->f, d->p, tests[i].step,
		    tests[i].chain, d->now)->id,
		    d->co->people[tests[i].want].id);
	arena_free(&a);
}

/* The owner has left the settings: the case does not fall to a lead whom it is
 * about. */
static void
test_they_inherit_nothing_H10_H6(void **state)
{
	struct arena *a = arena_new();
	struct desk *d = desk_new(a, "2026-11-02 10:00");
	struct plan p = desk_plan(d, "caseward");

	(void)state;
	d->f.c.owner = "gone";
	d->f.c.parties = "lee@corp.example";
	case_review(&d->f, d->p, d->now, &p);
	must_have("owner", d, &p, "set owner=sam");
	arena_free(&a);
}

static void
test_they_do_not_belong_M4_H6(void **state)
{
	struct arena *a = arena_new();
	struct desk *d = desk_new(a, "2026-11-02 10:00");
	enum audience as;

	(void)state;
	d->f.c.parties = "lee@corp.example kim@corp.example";
	assert_false(case_belongs(&d->f.c, d->p, &d->co->people[P_LEE], &as));
	assert_false(case_belongs(&d->f.c, d->p, &d->co->people[P_KIM], &as));
	assert_true(case_belongs(&d->f.c, d->p, &d->co->people[P_ANA], &as));
	assert_non_null(guard_objection(d->p, &d->f, AUD_INTERNAL,
	    "lee@corp.example"));
	assert_non_null(guard_objection(d->p, &d->f, AUD_DEPARTMENT,
	    "kim@corp.example"));
	/* with a key, a party is no colleague who answers for the department */
	struct letter_in *l = answer_of(d, AUD_DEPARTMENT, "kim@corp.example",
	    "nothing happened");
	struct plan p = desk_plan(d, "department");

	l->thread.sender_belongs = false;
	intake_append(&l->in, &d->f, &p);
	must_not_have("answer", d, &p, "set department_answered_at*");
	arena_free(&a);
}

/* --- #exclude, #include --- */

static void
test_verbs_M9(void **state)
{
	static const struct {
		const char *name, *parties;
		int who;
		const char *line, *want; /* refused: "! reason" */
	} tests[] = {
		{ "exclude", "", P_ANA, "#exclude kim",
		    "set parties=kim@corp.example\nevent party: Kim Ode hears"
		    " nothing of this case (by Ana Ruiz)" },
		{ "one more, by address", "kim@corp.example", P_ANA,
		    "#exclude PAT@corp.example",
		    "set parties=kim@corp.example pat@corp.example" },
		{ "include again", "kim@corp.example pat@corp.example", P_ANA,
		    "#include kim", "set parties=pat@corp.example\n"
		    "task-done check-parties" },
		{ "not the owner", "", P_LEE, "#exclude ana",
		    "! Ana Ruiz owns the case; give it to somebody else" },
		{ "nobody of that name", "", P_ANA, "#exclude bob",
		    "! nobody of the staff is called \"bob\"" },
		{ "nobody includes themselves", "lee@corp.example", P_LEE,
		    "#include lee", "! the case is about you" },
		{ "nor commands otherwise", "lee@corp.example", P_LEE,
		    "#resolve nothing happened", "! the case is about you" },
		{ "nor gets it", "lee@corp.example", P_ANA, "#assign lee",
		    "! the case is about Lee Okafor" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(tests); i++) {
		struct desk *d = desk_new(a, "2026-11-02 10:00");
		const struct person *who = &d->co->people[tests[i].who];
		struct verb_call c = { &d->f, d->p, d->now, who, who->roles,
			"", a };
		struct plan p = desk_plan(d, who->id);
		const char *said;
		struct err e = { "" };
		enum rc rc;

		d->f.c.parties = tests[i].parties;
		rc = verb_decide(tests[i].line, &c, &p, &said, &e);
		if (tests[i].want[0] == '!') {
			same_text(tests[i].name, rc_name(rc), "bad");
			same_text(tests[i].name, arena_strndup(a, e.text,
			    strlen(tests[i].want) - 2), tests[i].want + 2);
			continue;
		}
		same_text(tests[i].name, rc_name(rc), "ok");
		check_lines(tests[i].name, d, &p, tests[i].want);
		desk_apply(tests[i].name, d, &p);
	}
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_who_is_named),
		cmocka_unit_test(test_a_complaint_passes_them_by_H5_G13_H10),
		cmocka_unit_test(test_only_grave_mails_exclude),
		cmocka_unit_test(test_the_ladder_goes_around_them_G19),
		cmocka_unit_test(test_they_inherit_nothing_H10_H6),
		cmocka_unit_test(test_they_do_not_belong_M4_H6),
		cmocka_unit_test(test_verbs_M9),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
