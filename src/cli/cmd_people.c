/* cmd_people.c - people, directory. */
#include "cli/cli.h"

#include "app/directory.h"
#include "base/str.h"
#include "store/person_store.h"

#include <stdio.h>

/* ---- people ------------------------------------------------------------ */

static const char *
roles_text(struct cli *c, unsigned roles)
{
	static const struct {
		unsigned role;
		const char *name;
	} names[] = { { ROLE_AGENT, "agent" }, { ROLE_LEAD, "lead" },
		{ ROLE_SUPERVISOR, "supervisor" },
		{ ROLE_DEPARTMENT, "department" },
		{ ROLE_LEADERSHIP, "leadership" } };
	const char *out = "";

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((roles & names[i].role) != 0)
			out = arena_printf(c->a, "%s%s%s", out,
			    *out == '\0' ? "" : ", ", names[i].name);
	return out;
}

static const char *
standing(struct cli *c, const char *email)
{
	struct address_state st;
	struct err e;

	if (address_store_get(c->app.db, email, c->a, &st, &e) != RC_OK)
		return "";
	if (st.undeliverable_since != 0)
		return "mail comes back";
	return !address_is_absent(&st, c->app.now) ? "" : arena_printf(c->a,
	    "away until %s", cli_time(c, st.absent_until));
}

int
cmd_people(struct cli *c)
{
	static const char *const heads[] = { "ID", "NAME", "ADDRESS", "ROLES",
		"TEAM", "REGION", "NOW" };
	const struct policy *p = &c->app.policy;
	json_t *all = json_array();
	struct table t;

	table_init(&t, c->a, heads, 7);
	for (size_t i = 0; i < p->n_people; i++) {
		const struct person *who = &p->people[i];
		const char *team = who->team != NULL ? who->team->id : "";

		table_row(&t, (const char *const[]){ who->id, who->name,
		    who->email, roles_text(c, who->roles), team, who->region,
		    standing(c, who->email) });
		(void)json_array_append_new(all, json_pack(
		    "{s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "id", who->id, "name",
		    who->name, "email", who->email, "roles",
		    roles_text(c, who->roles), "team", team, "region",
		    who->region, "standing", standing(c, who->email)));
	}
	if (c->json)
		cli_json(json_incref(all));
	else
		table_print(&t);
	json_decref(all);
	return EXIT_DONE;
}

/* ---- directory --------------------------------------------------------- */

static int
import(struct cli *c, const char *path, enum directory_rest rest)
{
	struct problems probs = { .a = c->a };
	struct directory_count n;
	struct err e = { "" };
	enum rc rc = directory_import(&c->app, path, rest, c->a, &n, &probs,
	    &e);

	for (size_t i = 0; i < probs.n; i++)
		(void)fprintf(stderr, "%s\n", problem_format(c->a,
		    &probs.v[i]));
	if (rc != RC_OK)
		return cli_end(c, rc, &e);
	if (c->json)
		cli_json(json_pack("{s:I,s:I,s:I}", "taken",
		    (json_int_t)n.read.n_rows, "bad",
		    (json_int_t)n.read.n_bad, "left", (json_int_t)n.left));
	else if (!c->quiet)
		(void)printf("%zu employees taken, %zu rows left out, %lld"
		    " marked as gone%s%s\n", n.read.n_rows, n.read.n_bad,
		    (long long)n.left, *n.read.note != '\0' ? "; " : "",
		    n.read.note);
	return n.read.n_bad > 0 ? EXIT_FOUND : EXIT_DONE;
}

static int
find(struct cli *c, const char *text)
{
	static const char *const heads[] = { "ID", "NAME", "ADDRESS", "CLIENT",
		"DIVISION", "STATUS" };
	json_t *all = json_array();
	struct employee_row *v;
	struct err e = { "" };
	struct table t;
	size_t n = 0;
	enum rc rc = person_store_list(c->app.db, text, 200, c->a, &v, &n, &e);

	table_init(&t, c->a, heads, 6);
	for (size_t i = 0; i < n; i++) {
		table_row(&t, (const char *const[]){ v[i].employee_id,
		    v[i].name, v[i].email, v[i].client, v[i].division,
		    v[i].status });
		(void)json_array_append_new(all, json_pack(
		    "{s:s,s:s,s:s,s:s,s:s,s:s}", "employee_id",
		    v[i].employee_id, "name", v[i].name, "email", v[i].email,
		    "client", v[i].client, "division", v[i].division,
		    "status", v[i].status));
	}
	if (c->json)
		cli_json(json_incref(all));
	else if (n == 0)
		(void)puts("Nobody.");
	else
		table_print(&t);
	json_decref(all);
	return rc == RC_OK || rc == RC_NONE ? EXIT_DONE : cli_end(c, rc, &e);
}

int
cmd_directory(struct cli *c)
{
	enum directory_rest rest = cli_flag(c, "--complete") ? REST_HAS_LEFT :
	    REST_STAYS;

	if (c->argc >= 2 && str_eq(c->argv[0], "import"))
		return import(c, c->argv[1], rest);
	if (c->argc >= 1 && str_eq(c->argv[0], "find"))
		return find(c, c->argc > 1 ? c->argv[1] : "");
	return cli_usage(c, "say: import FILE, or find TEXT");
}
