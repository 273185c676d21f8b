/* cmd_demo.c - demo: six weeks of an HR inbox in seconds. */
#include "cli/cli.h"
#include "cli/demo.h"

#include "app/pass.h"
#include "base/fsx.h"
#include "base/str.h"
#include "store/agenda_store.h"
#include "store/audit_store.h"
#include "store/history_store.h"
#include "store/outbox_store.h"

#include <errno.h>
#include <stdio.h>

/* Settings and an empty database in the folder. */
static enum rc
set_up(struct demo *d, struct err *e)
{
	struct problems probs = { .a = d->a };
	enum rc rc;

	if ((rc = demo_folder_make(d->dir, d->a, e)) != RC_OK)
		return rc;
	rc = app_load(arena_printf(d->a, "%s/" DEMO_CONFIG, d->dir), &d->app,
	    &probs, e);
	for (size_t i = 0; i < probs.n; i++)
		(void)fprintf(stderr, "%s\n", problem_format(d->a,
		    &probs.v[i]));
	if (rc == RC_OK)
		rc = app_init(&d->app, APP_MANUAL_CLOCK, e);
	if (rc == RC_OK)
		rc = db_relax(d->app.db, e);
	if (rc == RC_OK)
		rc = demo_script_read(d, e);
	return rc;
}

/* One poll at d->app.now, and when the next one has something to do. */
static enum rc
pass(struct demo *d, cw_time *next_at, struct err *e)
{
	struct pass_count n;
	enum rc rc = RC_OK;

	for (; rc == RC_OK && d->next < d->n &&
	     d->v[d->next].at <= d->app.now; d->next++)
		rc = demo_script_deliver(d, &d->v[d->next], e);
	if (rc == RC_OK)
		rc = pass_run(&d->app, PASS_ALL, &n, e);
	if (rc == RC_OK)
		rc = demo_tale_go_on(d, e);
	if (rc != RC_OK)
		return rc;
	if (n.findings > 0 || n.tick.failed > 0 || n.in.quarantined > 0 ||
	    n.out.failed > 0)
		return err_set(e, RC_FAIL, "a pass went wrong: see above");
	*next_at = d->next < d->n && d->v[d->next].at < n.next_due_at ?
	    d->v[d->next].at : n.next_due_at;
	return RC_OK;
}

/* The clock goes from one thing that is due to the next. */
static enum rc
turn_the_clock(struct demo *d, struct err *e)
{
	cw_time next_at = 0;
	enum rc rc;

	for (d->app.now = d->from; d->app.now <= d->until; d->app.now = next_at)
		if ((rc = pass(d, &next_at, e)) != RC_OK)
			return rc;
		else if (next_at <= d->app.now)
			return err_set(e, RC_FAIL, "the clock stands still");
	d->app.now = d->until;
	return RC_OK;
}

static enum rc
prove(struct demo *d, struct err *e)
{
	int64_t cases = 0, events = 0;
	struct audit_finding *v;
	size_t n = 0;
	enum rc rc = audit_store_check(d->app.db, d->app.now, 100, d->a, &v,
	    &n, e);

	for (size_t i = 0; i < n; i++)
		(void)printf("ER-%06lld  %s: %s\n", (long long)v[i].case_no,
		    v[i].rule, v[i].text);
	if (rc != RC_OK && rc != RC_NONE)
		return rc;
	if (n > 0)
		return err_set(e, RC_FAIL, "the audit found something");
	rc = history_store_verify(d->app.db, &cases, &events, e);
	if (rc == RC_OK)
		(void)printf("\nNothing is overdue and the audit is clean:"
		    " every open case has its due date and its alarms ahead,"
		    "\nand the %lld events of %lld cases form unbroken"
		    " chains.\n", (long long)events, (long long)cases);
	return rc;
}

static void
say_where_to_look(const struct demo *d)
{
	const char *me = arena_printf(d->a, "%s -c %s/" DEMO_CONFIG,
	    program_invocation_name, d->dir);
	const char *stranger = "";

	for (size_t i = 0; i < d->n; i++)
		if (str_eq(d->v[i].file, "stranger"))
			stranger = d->v[i].copy;
	(void)printf("\nTo look at, in a browser:  %s/index.html\n"
	    "Every mail that was sent:  %s/mails/ (%zu mails, .eml and"
	    " .html)\n\nTo try next: what happened to a case, what happens"
	    " if nobody answers, why a mail went where it went:\n"
	    "  %s case show 3\n  %s plan 13\n"
	    "  %s explain %s/%s\n", d->dir, d->dir, d->n_out, me, me, me,
	    d->dir, stranger);
}

int
cmd_demo(struct cli *c)
{
	struct demo d = { .a = c->a, .dir = c->argc == 1 ? c->argv[0] :
	    "demo" };
	struct err e = { "" };
	enum rc rc;

	if (c->argc > 1)
		return cli_usage(c, "into which folder?");
	if ((rc = set_up(&d, &e)) == RC_OK)
		rc = turn_the_clock(&d, &e);
	demo_tale_end(&d);
	if (rc == RC_OK)
		rc = demo_pages_write(&d, &e);
	if (rc == RC_OK)
		rc = prove(&d, &e);
	if (rc == RC_OK)
		say_where_to_look(&d);
	if (d.app.a != NULL)
		app_close(&d.app);
	return cli_end(c, rc, &e);
}
