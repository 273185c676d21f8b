/* cmd_check.c - check, config show, doctor. */
#include "cli/cli.h"

#include "app/doctor.h"
#include "base/str.h"

#include <stdio.h>
#include <string.h>

/* Load settings and templates; every mistake is printed or counted. */
static enum rc
load(struct cli *c, json_t *list, struct err *e)
{
	struct problems probs = { .a = c->a };
	enum rc rc = app_load(c->config, &c->app, &probs, e);

	for (size_t i = 0; i < probs.n; i++) {
		const struct problem *p = &probs.v[i];

		if (!c->json)
			(void)printf("%s\n", problem_format(c->a, p));
		(void)json_array_append_new(list, json_pack(
		    "{s:s,s:i,s:s,s:s}", "file", p->file, "line", p->line,
		    "key", p->key, "text", p->text));
	}
	return probs.n > 0 ? RC_BAD : rc;
}

int
cmd_check(struct cli *c)
{
	json_t *list = json_array();
	struct err e = { "" };
	enum rc rc = load(c, list, &e);

	if (c->json)
		cli_json(json_incref(list));
	else if (rc == RC_OK && !c->quiet)
		(void)printf("%s is sound: %zu people, %zu departments, %zu"
		    " rules, %zu mailbox%s.\n", c->config,
		    c->app.policy.n_people, c->app.policy.n_departments,
		    c->app.policy.n_rules, c->app.policy.n_mailboxes,
		    c->app.policy.n_mailboxes == 1 ? "" : "es");
	else if (rc != RC_BAD && rc != RC_OK)
		(void)cli_end(c, rc, &e);
	json_decref(list);
	return rc == RC_OK ? EXIT_DONE : EXIT_FOUND;
}

/* ---- config show ------------------------------------------------------- */

#define CUT 40 /* of a value in the table; alone it is shown whole */

static const char *
cut_value(struct cli *c, const char *s)
{
	size_t n = strcspn(s, "\n"), keep;

	if (n == strlen(s) && n <= CUT)
		return *s == '\0' ? "-" : s;
	keep = utf8_cut(s, n, n < CUT - 3 ? n : CUT - 3);
	return arena_printf(c->a, "%.*s...", (int)keep, s);
}

static const char *
origin(struct cli *c, const struct setting_view *v)
{
	return *v->file == '\0' ? "default" :
	    arena_printf(c->a, "%s:%d", v->file, v->line);
}

static void
print_setting(struct cli *c, const struct setting_view *v)
{
	(void)printf("%s\n  %s\n\n  value    %s\n  default  %s\n"
	    "  from     %s\n", v->key, v->help, *v->value == '\0' ? "-" :
	    v->value, *v->fallback == '\0' ? "-" : v->fallback,
	    origin(c, v));
}

static void
print_settings(struct cli *c, const struct setting_view *const *v, size_t n)
{
	static const char *const heads[] = { "SETTING", "VALUE", "DEFAULT",
		"FROM", "MEANING" };
	struct table t;

	table_init(&t, c->a, heads, 5);
	for (size_t i = 0; i < n; i++)
		table_row(&t, (const char *const[]){ v[i]->key,
		    cut_value(c, v[i]->value), cut_value(c, v[i]->fallback),
		    origin(c, v[i]), v[i]->help });
	table_print(&t);
}

int
cmd_config(struct cli *c)
{
	const struct policy *p = &c->app.policy;
	const struct setting_view **v = arena_array(c->a, p->n_settings,
	    sizeof(*v));
	json_t *all;
	size_t n = 0;

	if (c->argc < 1 || c->argc > 2 || !str_eq(c->argv[0], "show"))
		return cli_usage(c, "say: caseward config show");
	for (size_t i = 0; i < p->n_settings; i++)
		if (c->argc < 2 || str_has_prefix(p->settings[i].key,
		    c->argv[1]))
			v[n++] = &p->settings[i];
	if (n == 0)
		return cli_usage(c, "no setting begins with \"%s\"",
		    c->argc == 2 ? c->argv[1] : "");
	all = json_array();
	for (size_t i = 0; i < n; i++)
		(void)json_array_append_new(all, json_pack(
		    "{s:s,s:s,s:s,s:s,s:i,s:s}", "key", v[i]->key,
		    "value", v[i]->value, "default", v[i]->fallback,
		    "file", v[i]->file, "line", v[i]->line,
		    "help", v[i]->help));
	if (c->json)
		cli_json(json_incref(all));
	else if (n == 1)
		print_setting(c, v[0]);
	else
		print_settings(c, v, n);
	json_decref(all);
	return EXIT_DONE;
}

/* ---- doctor ------------------------------------------------------------ */

struct page {
	struct cli *c;
	json_t *list;
};

static void
print_line(void *ctx, const struct doctor_line *l)
{
	struct page *p = ctx;

	if (!p->c->json)
		(void)printf("%-5s %-24s %s\n%s%s%s",
		    doctor_level_name(l->level), l->what, l->text,
		    *l->advice == '\0' ? "" : "      do:  ", l->advice,
		    *l->advice == '\0' ? "" : "\n");
	(void)json_array_append_new(p->list, json_pack(
	    "{s:s,s:s,s:b,s:s,s:s}", "what", l->what,
	    "level", doctor_level_name(l->level),
	    "ok", l->level == DOCTOR_OK, "text", l->text, "do", l->advice));
}

int
cmd_doctor(struct cli *c)
{
	struct page p = { c, json_array() };
	struct doctor d = { .app = &c->app, .config_path = c->config,
		.a = c->a, .tell = print_line, .ctx = &p };

	d.send_to = cli_option(c, "--send");
	if (c->argc != 0) {
		json_decref(p.list);
		return cli_usage(c, "what is the rest of the line?");
	}
	doctor_run(&d);
	if (c->json)
		cli_json(json_incref(p.list));
	json_decref(p.list);
	return d.n_fail == 0 ? EXIT_DONE : EXIT_FOUND;
}
