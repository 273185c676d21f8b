/* cmd_absence.c - who is away, and whose mail comes back. */
#include "cli/cli.h"

#include "app/absence.h"
#include "base/str.h"
#include "core/verb.h"
#include "store/person_store.h"

#include <stdio.h>
#include <string.h>

/* ---- the list ---------------------------------------------------------- */

/* "command, calendar" */
static const char *
sources(struct cli *c, const char *email, struct err *e)
{
	struct absence_row *v;
	const char *out = "";
	size_t n = 0;

	if (absence_store_list(c->app.db, email, c->app.now, c->a, &v, &n,
	    e) != RC_OK)
		return "";
	for (size_t i = 0; i < n; i++)
		if (strstr(out, v[i].source) == NULL)
			out = arena_printf(c->a, "%s%s%s", out,
			    *out == '\0' ? "" : ", ", v[i].source);
	return out;
}

static bool
is_shown(const struct cli *c, const struct address_state *s)
{
	return s->undeliverable_since != 0 || s->absent_until > c->app.now;
}

static void
list_row(struct cli *c, const struct address_state *s, struct table *t,
    json_t *all)
{
	struct err e = { "" };
	const char *why = sources(c, s->email, &e);
	bool is_dead = s->undeliverable_since != 0;

	table_row(t, (const char *const[]){ s->email,
	    s->absent_from > c->app.now ? cli_time(c, s->absent_from) : "",
	    cli_time(c, s->absent_until), s->stand_in, is_dead ?
	    arena_printf(c->a, "mail comes back%s%s", *why == '\0' ? "" :
	    ", ", why) : why });
	(void)json_array_append_new(all, json_pack(
	    "{s:s,s:o,s:o,s:o,s:s,s:s,s:s}", "email", s->email,
	    "absent_from", cli_json_time(c, s->absent_from),
	    "absent_until", cli_json_time(c, s->absent_until),
	    "undeliverable_since", cli_json_time(c, s->undeliverable_since),
	    "stand_in", s->stand_in, "deputy", s->deputy, "source", why));
}

static int
list(struct cli *c)
{
	static const char *const heads[] = { "ADDRESS", "FROM", "AWAY UNTIL",
		"STANDS IN", "WHY" };
	json_t *all = json_array();
	struct address_state *v;
	struct err e = { "" };
	struct table t;
	size_t n = 0;
	enum rc rc = address_store_list(c->app.db, c->a, &v, &n, &e);

	table_init(&t, c->a, heads, 5);
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		if (is_shown(c, &v[i]))
			list_row(c, &v[i], &t, all);
	if (c->json)
		cli_json(json_incref(all));
	else if (t.n_rows == 0)
		(void)puts("Everybody is there.");
	else
		table_print(&t);
	json_decref(all);
	return rc == RC_OK ? EXIT_DONE : cli_end(c, rc, &e);
}

/* ---- changing it ------------------------------------------------------- */

static enum rc
commit(struct cli *c, enum rc rc, struct err *e)
{
	if (rc == RC_OK)
		rc = db_commit(c->app.db, e);
	db_rollback(c->app.db);
	return rc;
}

/* Its owner says that it works, or the server was mended. */
static int
reachable(struct cli *c, const char *email)
{
	struct err e = { "" };
	bool was_marked = false;
	enum rc rc = address_store_heard(c->app.db, email, &was_marked, &e);

	if (rc == RC_OK && !was_marked)
		return cli_usage(c, "nothing is held against %s; caseward"
		    " absence lists whose mail comes back", email);
	return cli_end(c, rc, &e);
}

static const char *
rest_of(struct cli *c)
{
	const char *out = "";

	for (int i = 1; i < c->argc; i++)
		out = arena_printf(c->a, "%s%s%s", out, i == 1 ? "" : " ",
		    c->argv[i]);
	return out;
}

int
cmd_absence(struct cli *c)
{
	struct absence_row row = { .source = "command", .key = "",
		.deputy = "" };
	const struct person *who;
	struct err e = { "" };
	enum rc rc;

	if (c->argc == 0)
		return list(c);
	if (c->argc == 2 && str_eq(c->argv[1], "reachable"))
		return reachable(c, c->argv[0]);
	who = policy_person(&c->app.policy, c->argv[0]);
	if (who == NULL)
		who = policy_person_by_email(&c->app.policy, c->argv[0]);
	if (who == NULL)
		return cli_usage(c, "nobody is called \"%s\"; caseward people"
		    " lists them", c->argv[0]);
	row.email = who->email;
	if (c->argc < 2 || (!str_eq(c->argv[1], "back") && verb_span(
	    rest_of(c), who->calendar, c->app.now, c->a, &row.from_at,
	    &row.until_at, &e) != RC_OK))
		return cli_usage(c, "until when?  2026-11-30, friday, 5 days,"
		    " 2026-11-16 until 2026-11-30, or back");
	if ((rc = db_begin(c->app.db, &e)) == RC_OK)
		rc = commit(c, absence_set(&c->app, &row, c->a, &e), &e);
	return cli_end(c, rc, &e);
}
