/* cmd_run.c - init, run, once, status. */
#include "cli/cli.h"

#include "app/daemon.h"
#include "app/pass.h"
#include "app/status.h"
#include "base/log.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Root in a folder of the service makes what the service cannot open. */
static void
warn_of_root(struct cli *c)
{
	const char *db = c->app.policy.database, *slash = strrchr(db, '/');
	const char *folder = slash == NULL ? "." : slash == db ? "/" :
	    arena_strndup(c->a, db, (size_t)(slash - db));
	struct stat st;

	if (geteuid() == 0 && stat(folder, &st) == 0 && st.st_uid != 0)
		(void)fprintf(stderr, "caseward: %s belongs to another user,"
		    " who cannot open what root made in it now.  For the"
		    " service say: chown -R --reference=%s %s\n", folder,
		    folder, folder);
}

int
cmd_init(struct cli *c)
{
	unsigned flags = (cli_flag(c, "--manual-clock") ? APP_MANUAL_CLOCK : 0) |
	    (cli_flag(c, "--new-key") ? APP_NEW_KEY : 0);
	struct err e = { "" };
	enum rc rc = app_init(&c->app, flags, &e);

	if (rc == RC_OK)
		warn_of_root(c);
	if (rc == RC_OK && !c->quiet)
		(void)printf("%s is ready.  Next: caseward doctor, then"
		    " caseward run\n", c->app.policy.database);
	return cli_end(c, rc, &e);
}

int
cmd_run(struct cli *c)
{
	struct err e = { "" };
	int level = c->quiet ? LOG_LEVEL_ERROR : c->verbose ?
	    LOG_LEVEL_DEBUG : -1;

	return cli_end(c, daemon_run(c->config, level, &e), &e);
}

static json_t *
count_json(const struct pass_count *n)
{
	return json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}",
	    "taken", (json_int_t)n->in.taken,
	    "opened", (json_int_t)n->in.opened,
	    "appended", (json_int_t)n->in.appended,
	    "filed", (json_int_t)n->in.filed,
	    "unverified", (json_int_t)n->in.unverified,
	    "duplicate", (json_int_t)n->in.duplicate,
	    "quarantined", (json_int_t)n->in.quarantined,
	    "failed_mailboxes", (json_int_t)n->in.failed_mailboxes,
	    "fired", (json_int_t)n->tick.fired,
	    "sent", (json_int_t)n->out.sent,
	    "later", (json_int_t)n->out.later,
	    "unsure", (json_int_t)n->out.unsure,
	    "failed", (json_int_t)n->out.failed,
	    "findings", (json_int_t)n->findings);
}

int
cmd_once(struct cli *c)
{
	unsigned parts = PASS_ALL;
	struct pass_count n;
	struct err e = { "" };
	enum rc rc;

	if (cli_flag(c, "--no-intake"))
		parts &= ~(unsigned)PASS_INTAKE;
	if (cli_flag(c, "--no-send"))
		parts &= ~(unsigned)PASS_SEND;
	if ((rc = pass_run(&c->app, parts, &n, &e)) != RC_OK)
		return cli_end(c, rc, &e);
	if (c->json)
		cli_json(count_json(&n));
	else if (!c->quiet)
		(void)printf("in: %lld new, %lld cases opened, %lld added to"
		    " cases, %lld filed, %lld unverified, %lld quarantined\n"
		    "due: %lld done, %lld failed\n"
		    "out: %lld sent, %lld later, %lld failed\n",
		    (long long)n.in.taken, (long long)n.in.opened,
		    (long long)n.in.appended, (long long)n.in.filed,
		    (long long)n.in.unverified, (long long)n.in.quarantined,
		    (long long)n.tick.fired, (long long)n.tick.failed,
		    (long long)n.out.sent, (long long)n.out.later,
		    (long long)n.out.failed);
	return n.in.failed_mailboxes > 0 || n.findings > 0 ? EXIT_FOUND :
	    EXIT_DONE;
}

/* ---- status ------------------------------------------------------------ */

static const char *
ago(struct cli *c, cw_time t)
{
	int64_t minutes = (c->app.now - t) / CW_MINUTE;

	if (t == 0)
		return "never";
	if (minutes < 120)
		return arena_printf(c->a, "%lld min ago", (long long)minutes);
	return minutes < 48 * 60 ? arena_printf(c->a, "%lld hours ago",
	    (long long)(minutes / 60)) : arena_printf(c->a, "%lld days ago",
	    (long long)(minutes / (24 * 60)));
}

static const char *
megabytes(struct cli *c, int64_t bytes)
{
	return bytes < 0 ? "?" : arena_printf(c->a, "%lld MB",
	    (long long)(bytes / 1000000));
}

/* Each trouble with what to do about it, the oldest first. */
static void
print_alarms(const struct alarm_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct alarm *x = &l->v[i];

		if (!x->is_over)
			(void)printf("  ! %s%s%s: %s\n    do: %s\n",
			    alarm_info(x->kind)->what, *x->about == '\0' ? ""
			    : ", ", x->about, x->text,
			    alarm_info(x->kind)->advice);
	}
}

static void
print_machine(struct cli *c, const struct status *s)
{
	if (s->pid != 0)
		(void)printf("daemon  runs as process %lld since %s\n",
		    (long long)s->pid, cli_time(c, s->started_at));
	else
		(void)printf("daemon  does not run\n");
	(void)printf("pass    last one %s, last good one %s, took %lld ms\n"
	    "disk    %s free, the database has %s\n",
	    ago(c, s->health.ended_at), ago(c, s->health.ok_at),
	    (long long)s->health.pass_ms, megabytes(c, s->disk_free),
	    megabytes(c, s->db_bytes));
}

static void
print_desk(struct cli *c, const struct status *s)
{
	for (size_t i = 0; i < s->n_mailboxes; i++)
		(void)printf("mailbox %-12s last read %s (%s)%s%s\n",
		    s->mailboxes[i].name, cli_time(c, s->mailboxes[i].ok_at),
		    ago(c, s->mailboxes[i].ok_at),
		    *s->mailboxes[i].error == '\0' ? "" : "; now failing: ",
		    s->mailboxes[i].error);
	for (size_t i = 0; i < s->n_oauth2; i++)
		(void)printf("oauth2  %-12s token until %s%s%s\n",
		    s->oauth2[i].name, cli_time(c, s->oauth2[i].expires_at),
		    *s->oauth2[i].error == '\0' ? "" : "; now failing: ",
		    s->oauth2[i].error);
	(void)printf("cases   %lld open, %lld without an owner, %lld past"
	    " their due date\n"
	    "agenda  next step %s\n"
	    "outbox  %lld queued, %lld unsure, %lld dead letters%s%s\n"
	    "inbox   %lld in quarantine\n", (long long)s->cases.open,
	    (long long)s->cases.unowned, (long long)s->cases.overdue,
	    cli_time(c, s->next_due_at), (long long)s->queued,
	    (long long)s->unsure, (long long)s->failed,
	    s->oldest_queued_at == 0 ? "" : "; the oldest waits since ",
	    s->oldest_queued_at == 0 ? "" : cli_time(c, s->oldest_queued_at),
	    (long long)s->quarantined);
	if (s->restored > 0)
		(void)printf("restore %lld mails are held since a backup was"
		    " put back: look at caseward outbox list --state held, then"
		    " say caseward outbox release\n", (long long)s->restored);
}

/* The database is opened here, so that one that does not work is told too. */
int
cmd_status(struct cli *c)
{
	struct err e = { "" };
	struct status s;
	enum rc rc = app_open_db(&c->app, 0, &e);

	if (rc == RC_NONE) /* not made yet: nothing to tell */
		return cli_end(c, rc, &e);
	if (rc == RC_OK)
		rc = cli_set_now(c, &e);
	else
		c->app.now = clock_now();
	if (rc == RC_BAD)
		return cli_end(c, rc, &e);
	if (rc == RC_OK)
		rc = status_get(&c->app, -1, NULL, c->a, &s, &e);
	else
		(void)status_get(&c->app, -1, NULL, c->a, &s, &(struct err){
		    "" });
	if (c->json) {
		(void)fputs(status_json(&c->app, &s, c->a), stdout);
		return rc != RC_OK ? cli_end(c, rc, &e) : s.is_sick ?
		    EXIT_FOUND : EXIT_DONE;
	}
	(void)printf("%s\n", status_sentence(&s, c->a));
	print_alarms(&s.health.standing);
	if (s.has_db)
		print_desk(c, &s);
	print_machine(c, &s);
	if (rc != RC_OK) {
		(void)fflush(stdout);
		return cli_end(c, rc, &e);
	}
	return s.is_sick ? EXIT_FOUND : EXIT_DONE;
}
