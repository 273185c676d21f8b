/* cmd_queue.c - outbox, quarantine, agenda. */
#include "cli/cli.h"

#include "base/str.h"
#include "mail/token.h"
#include "store/agenda_store.h"
#include "store/message_store.h"
#include "store/outbox_store.h"
#include "store/restore_store.h"
#include "store/spool_store.h"

#include <stdio.h>

/* ---- outbox ------------------------------------------------------------ */

static json_t *
outbox_json(struct cli *c, const struct outbox_mail *m)
{
	return json_pack("{s:I,s:s,s:I,s:s,s:s,s:s,s:s,s:s,s:i,s:o,s:o,s:o,s:s}",
	    "id", (json_int_t)m->id, "channel", m->channel,
	    "case", (json_int_t)m->case_no, "template", m->template,
	    "to", m->rcpt, "subject", m->subject,
	    "message_id", m->message_id, "state", m->state,
	    "attempts", m->attempts, "created_at",
	    cli_json_time(c, m->created_at),
	    "next_try_at", cli_json_time(c, m->next_try_at),
	    "sent_at", cli_json_time(c, m->sent_at), "reply", m->reply);
}

static void
print_outbox(struct cli *c, const struct outbox_mail *v, size_t n)
{
	static const char *const heads[] = { "ID", "STATE", "CREATED", "SENT",
		"CASE", "TEMPLATE", "TO", "REPLY" };
	struct table t;

	table_init(&t, c->a, heads, 8);
	for (size_t i = 0; i < n; i++)
		table_row(&t, (const char *const[]){ arena_printf(c->a, "%lld",
		    (long long)v[i].id), v[i].state,
		    cli_time(c, v[i].created_at), cli_time(c, v[i].sent_at),
		    v[i].case_no == 0 ? "-" : token_number(c->a, v[i].case_no),
		    v[i].template, v[i].rcpt, v[i].reply });
	table_print(&t);
}

static int
outbox_list(struct cli *c)
{
	const char *state = cli_option(c, "--state");
	const char *of = cli_option(c, "--case");
	struct outbox_mail *v;
	struct err e = { "" };
	int64_t no = 0;
	size_t n;
	enum rc rc;

	if (of != NULL && !cli_case_no(of, &no))
		return cli_usage(c, "--case wants a case number");
	rc = outbox_store_list(c->app.db, state != NULL ? state : "", no, 1000,
	    c->a, &v, &n, &e);
	if (rc != RC_OK && rc != RC_NONE)
		return cli_end(c, rc, &e);
	n = rc == RC_NONE ? 0 : n;
	if (c->json) {
		json_t *all = json_array();

		for (size_t i = 0; i < n; i++)
			(void)json_array_append_new(all, outbox_json(c, &v[i]));
		cli_json(all);
	} else if (n == 0) {
		(void)puts("Nothing in the outbox.");
	} else {
		print_outbox(c, v, n);
	}
	return EXIT_DONE;
}

static int
outbox_one(struct cli *c, bool retry)
{
	struct outbox_mail m;
	struct err e = { "" };
	int64_t id;
	enum rc rc;

	if (!str_to_int(c->argv[1], 1, INT64_MAX / 20, &id))
		return cli_usage(c, "which mail?  caseward outbox lists them");
	if (retry) {
		rc = outbox_store_requeue(c->app.db, id, c->app.now, &e);
		if (rc == RC_NONE)
			rc = err_set(&e, RC_FAIL, "mail %lld is no dead letter",
			    (long long)id);
		return cli_end(c, rc, &e);
	}
	rc = outbox_store_get(c->app.db, id, c->a, &m, &e);
	if (rc == RC_NONE)
		rc = err_set(&e, RC_FAIL, "there is no mail %lld",
		    (long long)id);
	if (rc != RC_OK)
		return cli_end(c, rc, &e);
	(void)fwrite(m.bytes, 1, m.len, stdout);
	return EXIT_DONE;
}

static int
outbox_release(struct cli *c)
{
	struct err e = { "" };
	int64_t n;
	enum rc rc = restore_store_release(c->app.db, c->app.now, &n, &e);

	if (rc == RC_OK && c->json)
		cli_json(json_pack("{s:I}", "released", (json_int_t)n));
	else if (rc == RC_OK && !c->quiet)
		(void)printf("%lld mails leave with the next pass.\n",
		    (long long)n);
	return cli_end(c, rc, &e);
}

int
cmd_outbox(struct cli *c)
{
	if (c->argc == 1 && str_eq(c->argv[0], "release"))
		return outbox_release(c);
	if (c->argc == 2 && str_eq(c->argv[0], "show"))
		return outbox_one(c, false);
	if (c->argc == 2 && str_eq(c->argv[0], "retry"))
		return outbox_one(c, true);
	return outbox_list(c);
}

/* ---- quarantine -------------------------------------------------------- */

static int
quarantine_list(struct cli *c)
{
	static const char *const heads[] = { "MAIL", "RECEIVED", "FROM", "WHY" };
	struct spool_mail *v;
	struct message_row *u;
	struct err e = { "" };
	size_t n = 0, n_unverified = 0;
	json_t *all = json_array();
	struct table t;
	enum rc rc;

	table_init(&t, c->a, heads, 4);
	rc = spool_store_quarantined(c->app.db, c->a, &v, &n, &e);
	if (rc == RC_OK || rc == RC_NONE)
		rc = message_store_by_outcome(c->app.db, "unverified", 500,
		    c->a, &u, &n_unverified, &e);
	for (size_t i = 0; i < n; i++) {
		table_row(&t, (const char *const[]){ arena_printf(c->a, "%lld",
		    (long long)v[i].id), cli_time(c, v[i].received_at), "-",
		    v[i].problem });
		(void)json_array_append_new(all, json_pack("{s:I,s:s,s:o,s:s}",
		    "mail", (json_int_t)v[i].id, "state", "quarantined",
		    "received_at", cli_json_time(c, v[i].received_at),
		    "why", v[i].problem));
	}
	for (size_t i = 0; i < n_unverified; i++) {
		table_row(&t, (const char *const[]){ arena_printf(c->a, "%lld",
		    (long long)u[i].spool), cli_time(c, u[i].at),
		    u[i].from_email, u[i].case_no == 0 ? "unverified" :
		    arena_printf(c->a, "unverified, names %s",
		    token_number(c->a, u[i].case_no)) });
		(void)json_array_append_new(all, json_pack(
		    "{s:I,s:s,s:o,s:s,s:I,s:s}", "mail",
		    (json_int_t)u[i].spool, "state", "unverified",
		    "received_at", cli_json_time(c, u[i].at), "from",
		    u[i].from_email, "case", (json_int_t)u[i].case_no, "why",
		    u[i].explain));
	}
	if (c->json)
		cli_json(json_incref(all));
	else if (t.n_rows == 0)
		(void)puts("Nothing in quarantine.");
	else
		table_print(&t);
	json_decref(all);
	return rc == RC_OK || rc == RC_NONE ? EXIT_DONE : cli_end(c, rc, &e);
}

int
cmd_quarantine(struct cli *c)
{
	struct spool_mail m;
	struct err e = { "" };
	int64_t id;
	enum rc rc;

	if (c->argc == 0 || str_eq(c->argv[0], "list"))
		return quarantine_list(c);
	if (c->argc != 2 || !str_to_int(c->argv[1], 1, INT64_MAX / 20, &id))
		return cli_usage(c, "say: show ID or retry ID");
	if (str_eq(c->argv[0], "retry")) {
		rc = spool_store_retry(c->app.db, id, &e);
		if (rc == RC_OK && !c->quiet)
			(void)puts("The next pass tries it again.");
	} else if ((rc = spool_store_get(c->app.db, id, c->a, &m,
	    &e)) == RC_OK) {
		(void)fwrite(m.raw, 1, m.len, stdout);
	}
	if (rc == RC_NONE)
		rc = err_set(&e, RC_FAIL, "there is no mail %lld",
		    (long long)id);
	return cli_end(c, rc, &e);
}

/* ---- agenda ------------------------------------------------------------ */

int
cmd_agenda(struct cli *c)
{
	static const char *const heads[] = { "WHEN", "WHAT", "CASE", "FOR" };
	const char *of = cli_option(c, "--case");
	json_t *all = json_array();
	struct agenda_row *v;
	struct err e = { "" };
	struct table t;
	int64_t no = 0;
	size_t n = 0;
	enum rc rc;

	if (of != NULL && !cli_case_no(of, &no)) {
		json_decref(all);
		return cli_usage(c, "--case wants a case number");
	}
	rc = no != 0 ? agenda_store_of_case(c->app.db, no, c->a, &v, &n, &e) :
	    agenda_store_next(c->app.db, 200, c->a, &v, &n, &e);
	table_init(&t, c->a, heads, 4);
	for (size_t i = 0; i < n; i++) {
		table_row(&t, (const char *const[]){ cli_time(c, v[i].due_at),
		    v[i].kind, v[i].case_no == 0 ? "-" :
		    token_number(c->a, v[i].case_no), v[i].key });
		(void)json_array_append_new(all, json_pack("{s:o,s:s,s:s,s:I}",
		    "due_at", cli_json_time(c, v[i].due_at), "kind", v[i].kind,
		    "key", v[i].key, "case", (json_int_t)v[i].case_no));
	}
	if (c->json)
		cli_json(json_incref(all));
	else
		table_print(&t);
	json_decref(all);
	return rc == RC_OK || rc == RC_NONE ? EXIT_DONE : cli_end(c, rc, &e);
}
