/* cmd_plan.c - the future: of one case, of all. */
#include "cli/cli.h"

#include "app/apply.h"
#include "base/str.h"
#include "core/forecast.h"
#include "core/verb.h"
#include "mail/token.h"
#include "store/agenda_store.h"
#include "store/casefile_store.h"

#include <stdio.h>
#include <unistd.h>

#define DEFAULT_DAYS 42

/* What will happen to one case until then, if nobody answers. */
static enum rc
foretell(struct cli *c, int64_t no, cw_time until, struct arena *a,
    struct forecast_line **out, size_t *n, struct err *e)
{
	struct agenda_item *alarms;
	struct agenda_row *rows;
	struct case_facts f;
	size_t n_rows = 0;
	enum rc rc;

	rc = apply_load_facts(&c->app, no, a, &f, e);
	if (rc == RC_NONE)
		return err_set(e, RC_FAIL, "there is no ER-%06lld",
		    (long long)no);
	if (rc == RC_OK)
		rc = agenda_store_of_case(c->app.db, no, a, &rows, &n_rows, e);
	if (rc != RC_OK && rc != RC_NONE)
		return rc;
	alarms = arena_array(a, n_rows, sizeof(*alarms));
	for (size_t i = 0; i < n_rows; i++)
		alarms[i] = (struct agenda_item){ rows[i].kind, rows[i].key,
			rows[i].due_at };
	rc = forecast_case(&f, alarms, n_rows, &c->app.policy, until, a, out,
	    n);
	return rc == RC_OK ? RC_OK : err_set(e, rc, "ER-%06lld: too far ahead;"
	    " say an earlier --until", (long long)no);
}

static json_t *
line_json(struct cli *c, int64_t no, const struct forecast_line *l)
{
	return json_pack("{s:I,s:s,s:o,s:s,s:s,s:s,s:s,s:s}",
	    "case", (json_int_t)no, "token", token_number(c->a, no),
	    "at", cli_json_time(c, l->at), "kind", l->kind,
	    "template", l->template_name, "to", l->to, "to_name", l->to_name,
	    "why", l->words);
}

static enum rc
until_when(struct cli *c, cw_time *out, struct err *e)
{
	const char *s = cli_option(c, "--until");

	*out = c->app.now + DEFAULT_DAYS * CW_DAY;
	if (s == NULL || verb_date(s, c->app.policy.calendar, c->app.now, out))
		return RC_OK;
	return err_set(e, RC_BAD, "--until %s: say 2026-12-31, or 6 weeks", s);
}

static void
add_lines(struct cli *c, int64_t no, const struct forecast_line *v, size_t n,
    struct table *t, json_t *all)
{
	for (size_t i = 0; i < n; i++) {
		if (c->json) {
			(void)json_array_append_new(all,
			    line_json(c, no, &v[i]));
			continue;
		}
		table_row(t, (const char *const[]){ cli_time(c, v[i].at),
		    token_number(c->a, no), v[i].kind,
		    arena_strdup(c->a, v[i].template_name),
		    arena_strdup(c->a, v[i].to), arena_strdup(c->a,
		    v[i].words) });
	}
}

static const char *const heads[] = { "WHEN", "CASE", "WHAT", "WHICH", "TO",
	"WHY" };

int
cmd_plan(struct cli *c)
{
	json_t *all = json_array();
	struct forecast_line *v;
	struct err e = { "" };
	struct table t;
	cw_time until;
	int64_t no;
	size_t n = 0;
	enum rc rc = until_when(c, &until, &e);

	if (rc == RC_OK && (c->argc != 1 || !cli_case_no(c->argv[0], &no))) {
		json_decref(all);
		return cli_usage(c, "which case?");
	}
	table_init(&t, c->a, heads, 6);
	if (rc == RC_OK)
		rc = foretell(c, no, until, c->a, &v, &n, &e);
	if (rc == RC_OK)
		add_lines(c, no, v, n, &t, all);
	if (rc == RC_OK && c->json)
		cli_json(json_incref(all));
	else if (rc == RC_OK && t.n_rows == 0)
		(void)puts("Nothing is planned: the case is not open.");
	else if (rc == RC_OK)
		table_print(&t);
	json_decref(all);
	return cli_end(c, rc, &e);
}

int
cmd_simulate(struct cli *c)
{
	struct case_filter open = { .owner = "", .team = "", .department = "",
		.employee_email = "", .state = "", .is_open = 1,
		.limit = 100000 };
	json_t *all = json_array();
	struct casefile *cases;
	struct forecast_line *v;
	struct err e = { "" };
	struct table t;
	cw_time until;
	size_t n_cases = 0, n;
	enum rc rc = until_when(c, &until, &e);

	table_init(&t, c->a, heads, 6);
	if (rc == RC_OK)
		rc = casefile_store_list(c->app.db, &open, c->a, &cases,
		    &n_cases, &e);
	for (size_t i = 0; i < n_cases && rc == RC_OK; i++) {
		struct arena *a = arena_new();

		rc = foretell(c, cases[i].no, until, a, &v, &n, &e);
		if (rc == RC_OK)
			add_lines(c, cases[i].no, v, n, &t, all);
		arena_free(&a);
		if (!c->quiet && isatty(2) && i % 1000 == 999)
			(void)fprintf(stderr, "\r%zu of %zu cases", i + 1,
			    n_cases);
	}
	if (rc == RC_NONE)
		rc = RC_OK;
	if (rc == RC_OK && c->json)
		cli_json(json_incref(all));
	else if (rc == RC_OK)
		table_print(&t);
	json_decref(all);
	return cli_end(c, rc, &e);
}
