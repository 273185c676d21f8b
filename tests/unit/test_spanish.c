/*
 * test_spanish.c - letters in another language are the same letters (M10, M11,
 * G13, G20, H11, DR-8).
 */
#include "fixture_world.h"

#include "core/phrases.h"
#include "mail/fold.h"
#include "mail/replytext.h"

#define BREAKS " \t\r\n.,;:!?()[]<>/'\"*_=|-`{}#0123456789"

static struct letter
render_in(struct world *w, const char *name, const char *language)
{
	struct letter_more more = { .digest = &w->d };
	struct letter_to to;
	struct letter l;
	struct err e;

	letter_sample_words(name, &more);
	letter_sample_to(name, w->p, &w->f, &to);
	to.language = language;
	if (letter_render(w->t, name, w->p, &w->f, &to, &more,
	    LETTER_SAMPLE_NOW, w->a, &l, &e) != RC_OK)
		fail_msg("%s: %s", name, e.text);
	return l;
}

static const char *
read_text(struct arena *a, const char *path)
{
	struct err e;
	size_t len;
	char *s;

	if (fsx_read(a, path, 1 << 20, &s, &len, &e) != RC_OK)
		fail_msg("%s", e.text);
	return s;
}

static const char *
source_of(struct arena *a, const char *language, const char *name)
{
	return read_text(a, arena_printf(a, "templates/%s/%s.md", language,
	    name));
}

/* --- the same fields, sections, widgets and actions --- */

/* Each piece of `s` from one mark to the next end that `other` lacks. */
static void
same_pieces(const char *name, struct arena *a, const char *s,
    const char *other, const char *from, const char *until)
{
	while ((s = strstr(s, from)) != NULL) {
		size_t n = strcspn(s + strlen(from), until) + strlen(from);
		const char *piece = arena_strndup(a, s, n);

		if (strstr(other, piece) == NULL)
			fail_msg("%s: %s stands in one language only", name,
			    piece);
		s += n + (s[n] != '\0');
	}
}

static size_t
count_of(const char *s, const char *what)
{
	size_t n = 0;

	for (; (s = strstr(s, what)) != NULL; s += strlen(what))
		n++;
	return n;
}

static void
test_same_fields_and_actions_M11(void **state)
{
	static const struct {
		const char *from, *until;
	} pieces[] = {
		{ "{{", "}" },    /* fields and sections */
		{ "~~~ ", "\n" }, /* widgets */
		{ "| #", " \n" }, /* commands of buttons */
		{ "`", "`" },     /* commands in the words */
	};
	struct world *w = *state;
	const char *name;

	for (size_t i = 0; (name = templates_name(i)) != NULL; i++) {
		const char *en, *es;

		if (!templates_has(w->t, name, "es"))
			fail_msg("%s is not there in Spanish", name);
		en = source_of(w->a, "en", name);
		es = source_of(w->a, "es", name);
		for (size_t k = 0; k < 4; k++) {
			same_pieces(name, w->a, en, es, pieces[k].from,
			    pieces[k].until);
			same_pieces(name, w->a, es, en, pieces[k].from,
			    pieces[k].until);
		}
		assert_int_equal(count_of(en, "\naction:"),
		    count_of(es, "\naction:"));
		assert_int_equal(count_of(en, "\n#"), count_of(es, "\n#"));
	}
}

/* The links of a letter: the same addresses and subjects but for our title,
 * and the command itself. */
static void
test_action_links_carry_the_command(void **state)
{
	struct world *w = *state;

	has("es", render_in(w, "escalation-lead", "es").html,
	    "body=%23wait%20department%202%20business%20days");
	has("es", render_in(w, "assigned", "es").html, "body=%23assign%20");
	has("es", render_in(w, "call-task", "es").text, "#note llamé a Nómina:");
	has("es", render_in(w, "work-list", "es").html, "body=%23resolve%20");
}

/* --- no English word --- */

/* The words of `s`, folded, each between blanks. */
static void
add_words(struct arena *a, const char *s, struct str *out)
{
	for (s = fold_text(a, s, strlen(s)); *(s += strspn(s, BREAKS)) != '\0';) {
		size_t n = strcspn(s, BREAKS);

		str_addc(out, ' ');
		str_addn(out, s, n);
		str_addc(out, ' ');
		s += n;
	}
}

static void
add_templates(struct world *w, const char *language, struct str *out)
{
	const char *name;

	for (size_t i = 0; (name = templates_name(i)) != NULL; i++)
		add_words(w->a, source_of(w->a, language, name), out);
}

static void
add_row(struct arena *a, const struct words *w, struct str *out)
{
	const char *const *v = (const char *const *)(const void *)w;

	for (size_t i = 0; i < sizeof(*w) / sizeof(*v); i++)
		add_words(a, v[i], out);
}

/* Lines of phrases.txt: English at the margin, or the indented ones. */
static void
add_phrases(struct arena *a, bool english, struct str *out)
{
	const char *s = read_text(a, "templates/es/" PHRASES_FILE);

	while (*s != '\0') {
		size_t n = strcspn(s, "\n");

		if ((*s != '\t') == english && !str_has_prefix(s, "# "))
			add_words(a, arena_strndup(a, s, n), out);
		s += n + (s[n] == '\n');
	}
}

/* What people wrote, and what a person says to the program, is no leak. */
static void
no_words_of_people(struct world *w)
{
	struct history_line *h = arena_array(w->a, w->f.n_history, sizeof(*h));
	struct digest_list *lists[] = { &w->d.queue, &w->d.mine, &w->d.today,
		&w->d.decide, &w->d.risk, &w->d.unowned, &w->d.incomplete };

	memcpy(h, w->f.history, w->f.n_history * sizeof(*h));
	for (size_t i = 0; i < w->f.n_attachments; i++)
		((struct case_attachment *)(uintptr_t)&w->f.attachments[i])->
		    filename = "XX";
	for (size_t i = 0; i < w->f.n_history; i++)
		if (str_eq(h[i].kind, "note"))
			h[i].text = "XX";
	w->f.history = h;
	w->f.c.brief = w->f.c.subject = w->f.c.resolution = "XX";
	w->f.c.client = w->f.c.division = "XX";
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		for (size_t k = 0; k < lists[i]->n; k++)
			((struct digest_row *)(uintptr_t)&lists[i]->v[k])->
			    c.brief = "XX";
}

/* Without addresses, and without commands, which are English on purpose. */
static const char *
without_commands(struct arena *a, const char *text)
{
	static const char *const commands[] = { "#wait department 2 business "
	    "days", "#own", "#assign", "#note", "#priority", "#due", "#wait",
	    "#message", "#resolve", "#close", "#reopen", "#escalate",
	    "#reviewed", "#stoppage", "#field", "#exclude", "#include",
	    "#prune", "#help", "caseward quarantine", "caseward audit",
	    "caseward status" };
	char *out = arena_strdup(a, flat(a, text)), *at;

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		while ((at = strstr(out, commands[i])) != NULL)
			memset(at, ' ', strlen(commands[i]));
	while ((at = strchr(out, '@')) != NULL) {
		while (at > out && at[-1] != ' ')
			at--;
		memset(at, ' ', strcspn(at, " "));
	}
	return out;
}

static void
check_spanish(struct world *w, const char *name, const char *language,
    const struct letter_more *more, const char *english,
    const char *spanish)
{
	struct letter_to to;
	struct letter l;
	struct str words = { 0 };
	struct err e;

	letter_sample_to(name, w->p, &w->f, &to);
	to.language = language;
	to.name = to.email = "XX";
	assert_int_equal(letter_render(w->t, name, w->p, &w->f, &to, more,
	    LETTER_SAMPLE_NOW, w->a, &l, &e), RC_OK);
	has(name, l.html, "lang=\"es\"");
	add_words(w->a, l.subject, &words);
	add_words(w->a, without_commands(w->a, l.text), &words);
	for (char *s = str_dup(&words, w->a), *end; *s != '\0'; s = end + 1) {
		const char *one;

		s += *s == ' ';
		if ((end = strchr(s, ' ')) == NULL)
			break;
		one = arena_printf(w->a, " %s ",
		    arena_strndup(w->a, s, (size_t)(end - s)));
		if (strstr(english, one) != NULL &&
		    strstr(spanish, one) == NULL)
			fail_msg("%s says \"%s\" in\n%s", name, one, l.text);
	}
	str_fini(&words);
}

/* Every letter, with much and with little in it: no word that our English
 * has and our Spanish has not. */
static void
test_no_English_word(void **state)
{
	struct world *w = *state;
	struct str english = { 0 }, spanish = { 0 };
	const char *name;

	no_words_of_people(w);
	add_templates(w, "en", &english);
	add_templates(w, "es", &spanish);
	add_row(w->a, words_for("en"), &english);
	add_row(w->a, words_for("es"), &spanish);
	add_phrases(w->a, true, &english);
	add_phrases(w->a, false, &spanish);
	for (int round = 0; round < 4; round++) {
		w->f.c.risk = round == 1 ? RISK_CONFIDENTIAL : RISK_LOW;
		if (round == 2) {
			w->f.n_history = w->f.n_attachments = 0;
			w->f.n_tasks = 0;
			w->d = (struct digest){ .for_name = "XX" };
		}
		if (round == 3) {
			w->f.c.department_answered_at = LETTER_SAMPLE_NOW - 1;
			w->f.c.due_at = LETTER_SAMPLE_NOW - CW_DAY;
			w->f.c.owner = w->f.c.employee_name = "";
			w->f.c.resolution_proposed = true;
		}
		for (size_t i = 0; (name = templates_name(i)) != NULL; i++) {
			struct letter_more more;

			letter_sample_words(name, &more);
			more.digest = &w->d;
			/* of these the detail is a person's */
			if (!str_eq(name, "help") && !str_eq(name, "finding"))
				more.detail = "XX";
			if (round == 2)
				more.reason = more.detail = "";
			check_spanish(w, name, "es-MX", &more,
			    str_text(&english), str_text(&spanish));
		}
	}
	str_fini(&english);
	str_fini(&spanish);
}

/* --- what it says --- */

static void
test_what_letters_say(void **state)
{
	static const struct {
		const char *id, *name, *words;
	} tests[] = {
		{ "H11 what happens next", "ack", "Qué sigue" },
		{ "H11 by when", "ack", "lunes 16 de noviembre" },
		{ "H11 how it is kept secret", "ack",
		    "Cómo protegemos lo que nos cuenta" },
		{ "G20 weekly word", "weekly-update",
		    "le avisaremos en cuanto lo esté" },
		{ "G20 what happened since", "weekly-update", "jueves 5 de "
		    "noviembre: Pedimos noticias al departamento responsable." },
		{ "the date in full", "escalation-lead",
		    "mar 10 nov 2026, 10:00 EST (UTC\xe2\x88\x92" "05:00)" },
		{ "the story", "escalation-lead", "Se preguntó a Nómina cómo va "
		    "el caso: paso 1, consulta." },
		{ "a person's note stays", "escalation-lead",
		    "Called twice, left a message." },
		{ "the employee's words stay", "notice",
		    "my pay for October is two days short" },
		{ "an answer to a command", "command-reply",
		    "Rechazado: \"top\" no es una prioridad" },
		{ "and the command as it was", "command-reply",
		    "#note called Payroll" },
		{ "plural", "lead-digest", "3 casos necesitan su decisión" },
		{ "a row of a digest", "lead-digest", "vencido desde dom 8 nov" },
		{ "hours and days", "lead-digest", "10 horas" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		has(tests[i].id, flat(w->a, render_in(w, tests[i].name,
		    "es").text), tests[i].words);
	assert_string_equal(words_span(w->a, words_for("es"), CW_HOUR),
	    "1 hora");
}

/* A person who writes what we might have said is quoted all the same. */
static void
test_words_of_people_stay(void **state)
{
	struct world *w = *state;
	struct history_line h[] = {
		{ LETTER_SAMPLE_NOW - 3, "note", "lee.okafor",
		    "Call the department", AUD_INTERNAL, "" },
		{ LETTER_SAMPLE_NOW - 2, "resolved", "lee.okafor",
		    "the department answered", AUD_INTERNAL, "" },
		{ LETTER_SAMPLE_NOW - 1, "note", "caseward",
		    "Call the department", AUD_INTERNAL, "" },
	};
	struct letter_to to = { "a@example.com", "", "es", w->p->calendar, "" };
	struct letter_more more = { "", "[This mail is encrypted and cannot be"
	    " read here. It is kept as it came.]\n\nthe department answered",
	    NULL };
	const char *text;
	struct letter l;
	struct err e;

	w->f.history = h;
	w->f.n_history = 3;
	text = flat(w->a, render_in(w, "due-warning", "es").text);
	has("a note", text, "Call the department");
	has("what was done", text, "the department answered");
	has("a note of ours", text, "Llame al departamento");
	w->f.n_history = 0;
	text = render_in(w, "new-mail", "es").text;
	has("a mail", text, "Any news?");
	assert_int_equal(letter_render(w->t, "new-mail", w->p, &w->f, &to,
	    &more, LETTER_SAMPLE_NOW, w->a, &l, &e), RC_OK);
	text = flat(w->a, l.text);
	has("ours above a mail", text, "[Este correo está cifrado");
	has("theirs below it", text, "the department answered");
}

/* DR-8, TH-5: one title for all letters of a reader, and nothing else. */
static void
test_subjects_say_nothing_personal_DR8(void **state)
{
	struct world *w = *state;
	const char *name;

	for (size_t i = 0; (name = templates_name(i)) != NULL; i++) {
		struct letter l = render_in(w, name, "es");

		if (strstr(l.subject, "ER-000412") == NULL)
			continue;
		assert_string_equal(l.subject, templates_audience(name) ==
		    AUD_EMPLOYEE ? "[ER-000412] Su consulta de nómina"
		    : "[ER-000412] Consulta de nómina");
	}
	w->f.c.public_title = "Your parking place"; /* not in phrases.txt */
	assert_string_equal(render_in(w, "ack", "es").subject,
	    "[ER-000412] Your parking place");
	assert_string_equal(render_in(w, "notice", "es").subject,
	    "[ER-000412] Parking place");
}

/* --- a letter is in one language as a whole --- */

static enum rc
read_but_ack(void *ctx, struct arena *a, const char *path, char **out,
    size_t *len, struct err *e)
{
	if (strstr(path, "es/ack.md") != NULL)
		return RC_NONE;
	return fixture_io.read(ctx, a, path, out, len, e);
}

static void
test_missing_letter_is_wholly_English_M11(void **state)
{
	static const struct policy_io io = { NULL, read_but_ack };
	static const char *const languages[] = { "en", "es" };
	struct world *w = *state;
	struct letter want = render_in(w, "ack", "en"), got;
	struct problems probs = { .a = w->a };

	assert_int_equal(templates_load(&io, "templates", languages, 2, w->a,
	    &w->t, &probs), RC_OK);
	assert_false(templates_has(w->t, "ack", "es"));
	assert_true(templates_has(w->t, "closing", "es"));
	got = render_in(w, "ack", "es");
	assert_string_equal(got.subject, want.subject);
	assert_string_equal(got.text, want.text);
	assert_string_equal(got.html, want.html);
	has("the others", render_in(w, "closing", "es").text, "Su caso");
	/* an unknown language, too */
	assert_string_equal(render_in(w, "ack", "tlh").text, want.text);
}

/* HT-8: what stands above our own line is the answer, in each language. */
static void
test_reply_line_of_each_language_HT8(void **state)
{
	struct world *w = *state;
	const struct words *row;

	for (size_t i = 0; (row = words_row(i)) != NULL; i++) {
		assert_string_equal(replytext_extract(arena_printf(w->a,
		    "Listo.\n\n%s\n\nold words\n", row->reply_above), w->a),
		    "Listo.");
		assert_string_equal(replytext_extract(arena_printf(w->a,
		    "Listo.\n\n> %s\n> old words\n", row->reply_above), w->a),
		    "Listo.");
	}
}

/* Each word of a row is there: an empty one would be a hole in a letter, and
 * one like the English was forgotten. */
static void
test_rows_are_whole(void **state)
{
	const struct words *row, *en = words_for("en");

	(void)state;
	for (size_t i = 0; (row = words_row(i)) != NULL; i++) {
		const char *const *v = (const char *const *)(const void *)row;

		for (size_t k = 0; k < sizeof(*row) / sizeof(*v); k++) {
			if (str_is_empty(v[k]) && !str_eq(v[k], " "))
				fail_msg("%s: word %zu", row->language, k);
			if (i > 0 && strlen(v[k]) > 3 && str_eq(v[k],
			    ((const char *const *)(const void *)en)[k]))
				fail_msg("%s: \"%s\" is English",
				    row->language, v[k]);
		}
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_same_fields_and_actions_M11),
		TEST(test_action_links_carry_the_command),
		TEST(test_no_English_word),
		TEST(test_what_letters_say),
		TEST(test_words_of_people_stay),
		TEST(test_subjects_say_nothing_personal_DR8),
		TEST(test_missing_letter_is_wholly_English_M11),
		TEST(test_reply_line_of_each_language_HT8),
		TEST(test_rows_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
