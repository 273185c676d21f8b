/* cmd_template.c - template list|lint|render, digest, report. */
#include "cli/cli.h"

#include "app/apply.h"
#include "app/report.h"
#include "base/fsx.h"
#include "base/str.h"
#include "core/letter_sample.h"
#include "core/phrases.h"
#include "store/person_store.h"

#include <stdio.h>
#include <string.h>

static const char *const audiences[AUD_N] = { "employee", "department",
	"internal" };

static int
list(struct cli *c)
{
	static const char *const heads[] = { "TEMPLATE", "READ BY" };
	json_t *all = json_array();
	struct table t;
	const char *name;

	table_init(&t, c->a, heads, 2);
	for (size_t i = 0; (name = templates_name(i)) != NULL; i++) {
		const char *who = audiences[templates_audience(name)];

		table_row(&t, (const char *const[]){ name, who });
		(void)json_array_append_new(all, json_pack("{s:s,s:s}",
		    "name", name, "audience", who));
	}
	if (c->json)
		cli_json(json_incref(all));
	else
		table_print(&t);
	json_decref(all);
	return EXIT_DONE;
}

static bool
is_template(const char *name)
{
	const char *n;

	for (size_t i = 0; (n = templates_name(i)) != NULL; i++)
		if (str_eq(n, name))
			return true;
	return false;
}

static int
render(struct cli *c, const char *name)
{
	bool html = cli_flag(c, "--html");
	const char *language = cli_option(c, "--lang");
	struct case_facts f;
	struct digest d;
	struct letter_more more = { .reason = "", .detail = "" };
	struct letter_to to;
	struct letter out;
	struct err e = { "" };
	enum rc rc;

	(void)cli_flag(c, "--sample");
	if (!is_template(name))
		return cli_usage(c, "no template \"%s\"; template list names"
		    " them", name);
	letter_sample(&c->app.policy, c->a, &f, &d);
	letter_sample_words(name, &more);
	letter_sample_to(name, &c->app.policy, &f, &to);
	if (language != NULL)
		to.language = language;
	more.digest = &d;
	rc = letter_render(c->app.templates, name, &c->app.policy, &f, &to,
	    &more, LETTER_SAMPLE_NOW, c->a, &out, &e);
	if (rc != RC_OK)
		return cli_end(c, rc, &e);
	if (c->json)
		cli_json(json_pack("{s:s,s:s,s:s,s:s}", "subject", out.subject,
		    "text", out.text, "html", out.html, "purpose",
		    out.purpose));
	else if (html)
		(void)fputs(out.html, stdout);
	else
		(void)printf("Subject: %s\n\n%s", out.subject, out.text);
	return EXIT_DONE;
}

/* ---- lint: mistakes were printed while loading; here is what is missing - */

struct gaps {
	struct cli *c;
	const char *language;
	json_t *all;
	size_t n;
};

static void
gap(struct gaps *g, const char *what, const char *name)
{
	g->n++;
	(void)json_array_append_new(g->all, json_pack("{s:s,s:s,s:s}",
	    "language", g->language, "missing", what, "name", name));
	if (!g->c->json && !g->c->quiet)
		(void)printf("%s: %s \"%s\" is not there: it stays English\n",
		    g->language, what, name);
}

/* A name of the settings that readers of this language would see. */
static void
name_of_settings(struct gaps *g, const char *what, const char *name)
{
	if (!str_is_empty(name) && !phrases_has(templates_phrases(
	    g->c->app.templates, g->language), name))
		gap(g, what, name);
}

static void
find_gaps(struct gaps *g)
{
	const struct policy *p = &g->c->app.policy;
	const char *name;

	if (!str_eq(words_for(g->language)->language, g->language))
		gap(g, "row of words in the program", g->language);
	for (size_t i = 0; (name = templates_name(i)) != NULL; i++)
		if (!templates_has(g->c->app.templates, name, g->language))
			gap(g, "letter", name);
	for (size_t i = 0; i < p->n_categories; i++) {
		name_of_settings(g, "category", p->categories[i].name);
		name_of_settings(g, "title", p->categories[i].public_title);
	}
	for (size_t i = 0; i < p->n_departments; i++)
		name_of_settings(g, "department", p->departments[i].name);
	for (size_t i = 0; i < p->ladder.n; i++)
		name_of_settings(g, "step", p->ladder.steps[i].name);
	for (size_t i = 0; i < p->n_rules; i++)
		name_of_settings(g, "escalate_why", p->rules[i].escalate_why);
}

static int
lint(struct cli *c)
{
	struct gaps g = { .c = c, .all = json_array() };

	for (size_t i = 1; (g.language = templates_language(c->app.templates,
	    i)) != NULL; i++)
		find_gaps(&g);
	if (c->json)
		cli_json(json_incref(g.all));
	else if (!c->quiet)
		(void)puts("Every template is sound.");
	json_decref(g.all);
	return EXIT_DONE;
}

int
cmd_template(struct cli *c)
{
	if (c->argc >= 1 && str_eq(c->argv[0], "list"))
		return list(c);
	if (c->argc >= 1 && str_eq(c->argv[0], "lint"))
		return lint(c);
	if (c->argc >= 2 && str_eq(c->argv[0], "render"))
		return render(c, c->argv[1]);
	return cli_usage(c, "say: list, lint, or render NAME");
}

int
cmd_digest(struct cli *c)
{
	const char *email = cli_option(c, "--for");
	bool html = cli_flag(c, "--html");
	const struct person *who;
	struct letter_more more = { .reason = "", .detail = "" };
	struct letter_to to;
	struct letter out;
	struct digest d;
	struct err e = { "" };
	bool is_lead;
	enum rc rc;

	who = email == NULL ? NULL :
	    policy_person_by_email(&c->app.policy, email);
	if (who == NULL && email != NULL)
		who = policy_person(&c->app.policy, email);
	if (who == NULL)
		return cli_usage(c, "--for wants a person of the settings;"
		    " caseward people lists them");
	is_lead = (who->roles & (ROLE_LEAD | ROLE_SUPERVISOR)) != 0;
	if ((rc = report_digest(&c->app, who, is_lead, 0, c->a, &d,
	    &e)) != RC_OK)
		return cli_end(c, rc, &e);
	more.digest = &d;
	to = (struct letter_to){ who->email, who->name, who->language,
		who->calendar, c->app.policy.address };
	rc = letter_render(c->app.templates, is_lead ? "lead-digest" :
	    "work-list", &c->app.policy, NULL, &to, &more, c->app.now, c->a,
	    &out, &e);
	if (rc != RC_OK)
		return cli_end(c, rc, &e);
	if (html)
		(void)fputs(out.html, stdout);
	else
		(void)printf("Subject: %s\n\n%s", out.subject, out.text);
	return EXIT_DONE;
}

/* ---- report ------------------------------------------------------------ */

int
cmd_report(struct cli *c)
{
	static const char *const heads[] = { "DEPARTMENT", "MEDIAN ANSWER",
		"ASKED", "WAITING" };
	json_t *all = json_array();
	struct silence_row *v;
	struct err e = { "" };
	struct table t;
	size_t n = 0;
	enum rc rc = ask_store_ledger(c->app.db, c->app.now - 30 * CW_DAY,
	    c->a, &v, &n, &e);

	table_init(&t, c->a, heads, 4);
	for (size_t i = 0; i < n; i++) {
		const char *median = v[i].median_answer < 0 ? "never" :
		    arena_printf(c->a, "%.1f days",
		    (double)v[i].median_answer / CW_DAY);

		table_row(&t, (const char *const[]){ v[i].department, median,
		    arena_printf(c->a, "%d", v[i].nudges),
		    arena_printf(c->a, "%d", v[i].waiting) });
		(void)json_array_append_new(all, json_pack("{s:s,s:I,s:i,s:i}",
		    "department", v[i].department, "median_answer_seconds",
		    (json_int_t)v[i].median_answer, "asked", v[i].nudges,
		    "waiting", v[i].waiting));
	}
	if (c->json)
		cli_json(json_incref(all));
	else if (rc == RC_OK || rc == RC_NONE)
		table_print(&t);
	json_decref(all);
	return rc == RC_NONE ? EXIT_DONE : cli_end(c, rc, &e);
}
