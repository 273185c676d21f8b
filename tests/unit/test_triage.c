/*
 * test_triage.c - the shipped rules sort mails as an HR colleague would:
 * category, department, priority (G3), money (G12), who hears at once (H5),
 * which answers read like a resolution (G14).
 */
#include "fixture_settings.h"

#include "core/triage.h"

#define N_OF(v) (sizeof(v) / sizeof((v)[0]))

struct fixture {
	struct arena *a;
	struct policy p;
};

static int
set_up(void **state)
{
	static struct fixture f;

	f.a = arena_new();
	fixture_settings(f.a, "config/caseward.yaml", &f.p);
	*state = &f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	policy_fini(&f->p);
	arena_free(&f->a);
	return 0;
}

static void
mail_init(struct msg *m, const char *subject, const char *text)
{
	static struct addr from = { "Alice Martin", "alice@northwind.example" };

	*m = (struct msg){ .subject = subject, .from = { &from, 1 } };
	body_init(&m->body, "");
	m->body.text = text;
	m->body.reply_text = text;
}

/* --- what a mail is about --- */

static const struct {
	const char *name, *subject, *text;
	const char *category, *department;
	enum priority priority;
	bool money;
	const char *escalate_to; /* NULL: nobody */
} mails[] = {
	{ "a paycheck that did not come", "My paycheck",
	    "Hello, I have not been paid for the last two weeks.",
	    "payroll", "payroll", PRIO_LOW, true, NULL },
	{ "a paycheck that did not come, in short", "Money",
	    "I haven't been paid!", "payroll", "payroll", PRIO_LOW, true,
	    NULL },
	{ "a question about a payslip", "Payslip", "Where can I see it?",
	    "payroll", "payroll", PRIO_LOW, true, NULL },
	{ "overtime is wrong", "Re: hours", "There is missing overtime on my "
	    "last check.", "payroll", "payroll", PRIO_LOW, true, NULL },
	{ "pay, in German", "Gehalt", "Mein Gehalt für Oktober fehlt noch.",
	    "payroll", "payroll", PRIO_LOW, true, NULL },
	{ "overtime, in German", "ÜBERSTUNDEN", "Bitte um Auskunft.",
	    "payroll", "payroll", PRIO_LOW, true, NULL },
	{ "pay, in Spanish", "Nómina", "Todavía no he recibido mi pago.",
	    "payroll", "payroll", PRIO_LOW, true, NULL },
	{ "a short quincena, in Spanish", "Mi quincena", "Me pagaron menos y "
	    "me faltan horas.", "payroll", "payroll", PRIO_LOW, true, NULL },
	{ "pay that did not arrive, in Spanish", "Ayuda", "No me llegó el "
	    "depósito de octubre.", "payroll", "payroll", PRIO_LOW, true,
	    NULL },
	{ "medical leave, in Spanish", "Incapacidad", "Mi licencia médica "
	    "empieza el lunes.", "leave", "leave", PRIO_LOW, false, NULL },
	{ "insurance, in Spanish", "Seguro dental", "¿Puedo agregar a mi "
	    "esposa?", "benefits", "benefits", PRIO_LOW, false, NULL },
	{ "a password, in Spanish", "Portal", "Olvidé mi contraseña y no puedo "
	    "entrar.", "hris", "hris", PRIO_LOW, false, NULL },
	{ "a policy, in Spanish", "Pregunta", "¿Puedo trabajar desde casa los "
	    "viernes?", "policy", "hr-partners", PRIO_LOW, false, NULL },
	{ "harassment at the end of a sentence, in Spanish", "Ayuda",
	    "Esto es acoso.", "harassment", "hr-partners", PRIO_URGENT, false,
	    "helen.cho" },
	{ "a past tense, in Spanish", "Ayuda", "Mi supervisor me acosó y me "
	    "hizo comentarios sexuales.", "harassment", "hr-partners",
	    PRIO_URGENT, false, "helen.cho" },
	{ "a dismissal, in Spanish", "Mi despido", "Me despidieron sin causa "
	    "y mi abogado les va a escribir.", "legal", "hr-partners",
	    PRIO_URGENT, false, "marcus.feld" },
	{ "a threat, in Spanish", "Urgente", "Me amenazó con una pistola en "
	    "la bodega.", "safety", "safety", PRIO_URGENT, false,
	    "helen.cho" },
	{ "an injury, in Spanish", "Accidente", "Me lastimé la mano en la "
	    "planta.", "safety", "safety", PRIO_HIGH, false, NULL },
	{ "a complaint, in Spanish", "Queja formal", "Tengo problemas con mi "
	    "supervisor.", "grievance", "hr-partners", PRIO_LOW, false, NULL },
	{ "the CEO, in Spanish", "Privado", "Es un conflicto con el director "
	    "general.", "executive", "hr-partners", PRIO_URGENT, false,
	    "anne.delacroix" },
	{ "pay, in French", "Question",
	    "Je n'ai pas reçu mon salaire ce mois-ci.",
	    "payroll", "payroll", PRIO_LOW, true, NULL },
	{ "dental plan", "Dental insurance", "Is my daughter covered?",
	    "benefits", "benefits", PRIO_LOW, false, NULL },
	{ "401(k)", "401(k) match", "When does it start?",
	    "benefits", "benefits", PRIO_LOW, false, NULL },
	{ "parental leave", "Parental leave", "My wife is due in May.",
	    "leave", "leave", PRIO_LOW, false, NULL },
	{ "vacation, in Spanish", "Vacaciones", "¿Cuántos días me quedan?",
	    "leave", "leave", PRIO_LOW, false, NULL },
	{ "parental leave, in German", "Elternzeit", "Wie beantrage ich sie?",
	    "leave", "leave", PRIO_LOW, false, NULL },
	{ "a harassed colleague", "Please help", "My supervisor keeps making "
	    "sexual comments about me and is harassing me.",
	    "harassment", "hr-partners", PRIO_URGENT, false, "helen.cho" },
	{ "hostile environment", "Concern", "It has become a hostile work "
	    "environment.", "harassment", "hr-partners", PRIO_URGENT, false,
	    "helen.cho" },
	{ "harassment, in German", "Hilfe", "Ich werde von meinem Chef "
	    "belästigt.", "harassment", "hr-partners", PRIO_URGENT, false,
	    "helen.cho" },
	{ "harassment, in a long German word", "Hilfe", "Es geht um sexuelle "
	    "Belästigung, ja: Dauerbelästigung.", "harassment", "hr-partners",
	    PRIO_URGENT, false, "helen.cho" },
	{ "harassment, in Spanish", "Ayuda", "Sufro acoso laboral.",
	    "harassment", "hr-partners", PRIO_URGENT, false, "helen.cho" },
	{ "harassment, in French", "Aide", "Je subis un harcèlement moral.",
	    "harassment", "hr-partners", PRIO_URGENT, false, "helen.cho" },
	{ "the training about harassment", "Training", "I could not open the "
	    "harassment prevention training.", "general", "hr-partners",
	    PRIO_LOW, false, NULL },
	{ "a lawyer", "Notice", "My attorney will contact you about this.",
	    "legal", "hr-partners", PRIO_URGENT, false, "marcus.feld" },
	{ "a lawsuit, in German", "Kündigung",
	    "Ich habe einen Rechtsanwalt eingeschaltet.",
	    "legal", "hr-partners", PRIO_URGENT, false, "marcus.feld" },
	{ "legal action, in Spanish", "Aviso", "Tomaré acciones legales.",
	    "legal", "hr-partners", PRIO_URGENT, false, "marcus.feld" },
	{ "an issue is no lawsuit", "Issue you should see", "The issue you "
	    "tissue us for pursues nobody.", "general", "hr-partners",
	    PRIO_LOW, false, NULL },
	{ "a conflict with the CEO", "Private", "I was threatened by the CEO "
	    "after I filed a complaint.", "executive", "hr-partners",
	    PRIO_URGENT, false, "anne.delacroix" },
	{ "a threat", "Urgent", "He threatened to kill me in the warehouse.",
	    "safety", "safety", PRIO_URGENT, false, "helen.cho" },
	{ "an injury", "Accident", "I was injured while lifting a box.",
	    "safety", "safety", PRIO_HIGH, false, NULL },
	{ "a grievance", "Formal complaint", "I want to file a grievance.",
	    "grievance", "hr-partners", PRIO_LOW, false, NULL },
	{ "personal data", "GDPR", "Please send me a copy of my personnel "
	    "file.", "data-access", "hris", PRIO_LOW, false, NULL },
	{ "an address change", "New address", "Please update my home address.",
	    "hris", "hris", PRIO_LOW, false, NULL },
	{ "a policy", "Dress code", "Are shorts fine in summer?",
	    "policy", "hr-partners", PRIO_LOW, false, NULL },
	{ "the third mail about it (G3)", "Benefits", "This is my third "
	    "request about my health insurance.", "benefits", "benefits",
	    PRIO_HIGH, false, NULL },
	{ "nothing that we know", "Hello", "Could somebody call me?",
	    "general", "hr-partners", PRIO_LOW, false, NULL },
	{ "an empty mail", "", "", "general", "hr-partners", PRIO_LOW, false,
	    NULL },
};

static void
test_what_a_mail_is_about_G3_G12_H2_H5(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < N_OF(mails); i++) {
		struct triage t;
		struct msg m;

		mail_init(&m, mails[i].subject, mails[i].text);
		triage_classify(&f->p, &m, f->a, &t);
		if (!str_eq(t.category->id, mails[i].category) ||
		    !str_eq(t.department->id, mails[i].department) ||
		    t.priority != mails[i].priority ||
		    t.money != mails[i].money ||
		    !str_eq(t.escalate_to ? t.escalate_to->id : NULL,
		    mails[i].escalate_to))
			fail_msg("%s:\n%s", mails[i].name, t.explain);
		assert_non_null(t.public_title);
		assert_string_not_equal(t.public_title, "");
	}
}

static void
test_two_people_hear_of_it_H5(void **state)
{
	struct fixture *f = *state;
	struct triage t;
	struct msg m;

	mail_init(&m, "Harassment", "I am being harassed, and my lawyer knows. "
	    "A lawsuit will follow.");
	triage_classify(&f->p, &m, f->a, &t);
	assert_int_equal(t.n_escalations, 2);
	assert_string_equal(t.escalations[0].to->id, "helen.cho");
	assert_string_equal(t.escalations[1].to->id, "marcus.feld");
	assert_ptr_equal(t.escalate_to, t.escalations[0].to);
	assert_non_null(strstr(t.escalate_why, "legal threat"));
	assert_string_equal(t.category->id, "harassment");
	assert_int_equal(t.risk, RISK_CONFIDENTIAL);

	/* once each, also where two rules name the same person */
	mail_init(&m, "Threat", "He threatened to hurt me. It is harassment.");
	triage_classify(&f->p, &m, f->a, &t);
	assert_int_equal(t.n_escalations, 1);
	assert_non_null(strstr(t.escalations[0].why, "violence; harass"));
	assert_string_equal(t.category->id, "safety");
}

static void
test_public_title_says_nothing_personal_TH5(void **state)
{
	struct fixture *f = *state;
	struct triage t;
	struct msg m;

	mail_init(&m, "Sexual harassment by Bob", "Bob groped me.");
	triage_classify(&f->p, &m, f->a, &t);
	assert_string_equal(t.public_title,
	    "Your message to Employee Relations");
	assert_string_equal(t.brief, "Sexual harassment by Bob");
}

static void
test_brief_G8(void **state)
{
	static const struct {
		const char *name, *subject, *text, *token, *want;
	} tests[] = {
		{ "as it is", "My pay", "x", NULL, "My pay" },
		{ "without what mailers add", "Re: AW: [EXTERNAL] Fwd: My pay",
		    "x", NULL, "My pay" },
		{ "without a case number", "Re: [ER-000123] My pay", "x",
		    "[ER-000123]", "My pay" },
		{ "no subject: the first line", "Re: ", "\n\n  Pay is wrong \n"
		    "more", NULL, "Pay is wrong" },
		{ "nothing at all", "", "", NULL, "" },
		{ "a long line is cut between characters",
		    "x0123456789012345678901234567890123456789012345678901234567"
		    "8901234567890123456789012345678901234567890123456789012345"
		    "67ü890123456789", "", NULL,
		    "x0123456789012345678901234567890123456789012345678901234567"
		    "8901234567890123456789012345678901234567890123456789012345"
		    "67" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < N_OF(tests); i++) {
		struct triage t;
		struct msg m;

		mail_init(&m, tests[i].subject, tests[i].text);
		m.token = tests[i].token;
		triage_classify(&f->p, &m, f->a, &t);
		if (!str_eq(t.brief, tests[i].want))
			fail_msg("%s: %s", tests[i].name, t.brief);
	}
}

static void
test_explained(void **state)
{
	struct fixture *f = *state;
	struct triage t;
	struct msg m;

	mail_init(&m, "Help", "It is a\nhostile work environment.");
	triage_classify(&f->p, &m, f->a, &t);
	assert_int_equal(t.n_hits, 1);
	assert_string_equal(t.hits[0].rule->name, "harassment");
	assert_string_equal(t.hits[0].reason,
	    "body matches at \"hostile work environment\"");
	assert_string_equal(t.explain,
	    "rule harassment: body matches at \"hostile work environment\"\n"
	    "category: harassment (harassment)\n"
	    "department: hr-partners (category)\n"
	    "priority: urgent (harassment)\n"
	    "risk: confidential (category)\n"
	    "escalate to: helen.cho (harassment or discrimination is "
	    "reported)\n");
}

/* --- rules on their own --- */

static struct re *
re_of(const char *pattern)
{
	struct re *re;
	struct err e;

	assert_int_equal(re_new(pattern, RE_CASELESS | RE_MULTILINE, &re, &e),
	    RC_OK);
	return re;
}

static void
test_first_rule_wins_each_field(void **state)
{
	struct fixture *f = *state;
	struct policy p = f->p;
	struct rule rules[] = {
		{ .name = "one", .any = re_of("tea"), .priority = -1,
		    .risk = -1, .type = "kitchen" },
		{ .name = "two", .subject = re_of("tea"),
		    .body = re_of("milk"), .from = re_of("@northwind"),
		    .unless = re_of("coffee"), .priority = PRIO_HIGH,
		    .risk = RISK_MODERATE, .type = "other" },
		{ .name = "three", .body = re_of("milk"),
		    .priority = PRIO_URGENT, .risk = -1, .money = true },
		{ .name = "four", .body = re_of("(a+)+$"), .priority = -1,
		    .risk = RISK_HIGH },
	};
	struct triage t;
	struct msg m;

	p.rules = rules;
	p.n_rules = N_OF(rules);
	mail_init(&m, "Tea", "with milk");
	triage_classify(&p, &m, f->a, &t);
	assert_string_equal(t.type, "kitchen");
	assert_int_equal(t.priority, PRIO_HIGH);
	assert_int_equal(t.risk, RISK_MODERATE);
	assert_true(t.money);
	assert_int_equal(t.n_hits, 3);

	mail_init(&m, "Tea", "with milk, or coffee");
	triage_classify(&p, &m, f->a, &t);
	assert_int_equal(t.priority, PRIO_URGENT);
	assert_int_equal(t.risk, p.default_category->risk);

	/* an evil mail makes a pattern give up, and nothing else */
	mail_init(&m, "Tea", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!");
	triage_classify(&p, &m, f->a, &t);
	assert_int_equal(t.n_hits, 1);
	assert_non_null(strstr(t.explain, "rule four: a pattern gave up"));
	policy_fini(&p);
	f->p.employee_id = NULL; /* was freed with p */
}

static void
test_only_the_first_64_KiB_count_M7(void **state)
{
	struct fixture *f = *state;
	struct str b = { 0 };
	struct triage t;
	struct msg m;

	while (b.len < TRIAGE_MAX_BODY)
		str_add(&b, "nothing here\n");
	str_add(&b, "harassed");
	mail_init(&m, "x", b.s);
	triage_classify(&f->p, &m, f->a, &t);
	assert_int_equal(t.n_hits, 0);
	str_fini(&b);
}

/* --- answers of departments --- */

static const struct {
	bool is_resolved;
	const char *text;
} answers[] = {
	{ true, "This has been resolved." },
	{ true, "Hi Maya,\n\nthe missing hours have now been paid.\nGrace" },
	{ true, "We have corrected the deduction." },
	{ true, "We've reissued the check." },
	{ true, "It's fixed now." },
	{ true, "Done." },
	{ true, "Hello,\nall set!\nOmar" },
	{ true, "The correction was processed yesterday. You can close this." },
	{ true, "Her address is now updated, no further action needed." },
	{ true, "Ist erledigt." },
	{ true, "Der Betrag wurde gestern überwiesen." },
	{ true, "Das Problem ist behoben." },
	{ true, "C'est réglé." },
	{ true, "Le salaire a été versé hier." },
	{ true, "Le problème est résolu" },
	{ true, "El caso está resuelto." },
	{ true, "Ya se pagó el viernes." },
	{ true, "El importe ha sido abonado." },
	{ true, "Resuelto: se pagó con la nómina del viernes." },
	{ true, "Listo." },
	{ true, "Hola Maya:\n\nya se le depositó la diferencia.\nGrace" },
	{ true, "Ya corregimos el descuento." },
	{ true, "Ya quedó listo." },
	{ true, "El alta se procesó ayer. Pueden cerrar el caso." },
	{ true, "O caso foi resolvido." },
	{ true, "Il problema è risolto." },
	{ true, "Het is opgelost." },

	{ false, "" },
	{ false, "We are looking into it." },
	{ false, "Could you send me her employee id?" },
	{ false, "It is not resolved yet." },
	{ false, "This has not been paid." },
	{ false, "It hasn't been fixed." },
	{ false, "It hasn't been paid and wasn't processed." },
	{ false, "It will be processed on Friday." },
	{ false, "I will let you know once it has been resolved." },
	{ false, "Has it been resolved already?" },
	{ false, "The ticket is still open." },
	{ false, "Thanks, received." },
	{ false, "Das ist noch nicht erledigt." },
	{ false, "Das wird morgen erledigt." },
	{ false, "Ist das erledigt?" },
	{ false, "Ce n'est pas encore réglé." },
	{ false, "Ce sera réglé demain." },
	{ false, "Todavía no está resuelto." },
	{ false, "Será pagado el viernes." },
	{ false, "No se ha pagado." },
	{ false, "Todavía no se pagó." },
	{ false, "Se pagará el viernes." },
	{ false, "¿Ya se pagó?" },
	{ false, "¿Está resuelto el caso?" },
	{ false, "Le aviso en cuanto se corrija y quede resuelto." },
	{ false, "Estamos trabajando en esto y esperamos terminar a más tardar "
	    "el: viernes" },
	{ false, "Este caso no es nuestro. Corresponde a: Prestaciones" },
	{ false, "Me encargo de este caso. Estará listo a más tardar el: "
	    "lunes" },
	{ false, "Gracias, recibido." },
	{ false, "Ainda não foi resolvido." },
	{ false, "Non è ancora risolto." },
	{ false, "Het is nog niet opgelost." },
};

static void
test_reads_like_a_resolution_G14(void **state)
{
	struct fixture *f = *state;
	size_t wrong = 0;

	for (size_t i = 0; i < N_OF(answers); i++) {
		const struct rule *rule = NULL;
		struct msg m;
		bool got;

		mail_init(&m, "Re: [ER-000123] It is done", answers[i].text);
		got = triage_reads_resolved(&f->p, &m, &rule);
		assert_int_equal(got, rule != NULL);
		if (got == answers[i].is_resolved)
			continue;
		wrong++;
		print_message("  %s: \"%s\"\n", got ? rule->name :
		    "no rule", answers[i].text);
	}
	assert_int_equal(wrong, 0);
}

static void
test_quoted_words_of_ours_do_not_count_G14(void **state)
{
	struct fixture *f = *state;
	struct msg m;

	mail_init(&m, "Re: [ER-000123] Your payroll question", "We are on it."
	    "\n\n> The case can be closed when it has been resolved.\n");
	m.body.reply_text = "We are on it.";
	assert_false(triage_reads_resolved(&f->p, &m, NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_a_mail_is_about_G3_G12_H2_H5),
		cmocka_unit_test(test_two_people_hear_of_it_H5),
		cmocka_unit_test(test_public_title_says_nothing_personal_TH5),
		cmocka_unit_test(test_brief_G8),
		cmocka_unit_test(test_explained),
		cmocka_unit_test(test_only_the_first_64_KiB_count_M7),
		cmocka_unit_test(test_reads_like_a_resolution_G14),
		cmocka_unit_test(test_quoted_words_of_ours_do_not_count_G14),
		cmocka_unit_test(test_first_rule_wins_each_field),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
