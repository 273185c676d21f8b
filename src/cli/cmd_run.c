/* cmd_run.c - init, run, once, status. */
#include "cli/cli.h"

#include "app/daemon.h"
#include "app/pass.h"
#include "store/casefile_store.h"
#include "store/outbox_store.h"
#include "store/spool_store.h"

#include <stdio.h>

int
cmd_init(struct cli *c)
{
	bool manual = cli_flag(c, "--manual-clock");
	struct err e = { "" };
	enum rc rc = app_init(&c->app, manual, &e);

	if (rc == RC_OK && !c->quiet)
		(void)printf("%s is ready.  Next: caseward doctor, then"
		    " caseward run\n", c->app.policy.database);
	return cli_end(c, rc, &e);
}

int
cmd_run(struct cli *c)
{
	struct err e = { "" };

	return cli_end(c, daemon_run(c->config, &e), &e);
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

struct figures {
	int64_t open, unowned, overdue;
	int64_t queued, unsure, failed, held, quarantined;
};

static enum rc
count_cases(struct cli *c, struct figures *n, struct err *e)
{
	struct case_filter open = { .owner = "", .team = "", .department = "",
		.employee_email = "", .state = "", .is_open = 1 };
	struct case_filter unowned = open, overdue = open;
	enum rc rc;

	unowned.owner_is_queue = "";
	overdue.due_before = c->app.now;
	if ((rc = casefile_store_count(c->app.db, &open, &n->open, e)) == RC_OK)
		rc = casefile_store_count(c->app.db, &unowned, &n->unowned, e);
	if (rc == RC_OK)
		rc = casefile_store_count(c->app.db, &overdue, &n->overdue, e);
	return rc;
}

static enum rc
count_mails(struct cli *c, struct figures *n, struct err *e)
{
	const struct {
		const char *state;
		int64_t *out;
	} states[] = { { "queued", &n->queued }, { "unsure", &n->unsure },
		{ "failed", &n->failed }, { "held", &n->held } };
	struct spool_mail *v;
	size_t quarantined = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < 4 && rc == RC_OK; i++)
		rc = outbox_store_count_state(c->app.db, states[i].state,
		    states[i].out, e);
	if (rc == RC_OK)
		rc = spool_store_quarantined(c->app.db, c->a, &v, &quarantined,
		    e);
	n->quarantined = (int64_t)quarantined;
	return rc == RC_NONE ? RC_OK : rc;
}

static enum rc
mailboxes_json(struct cli *c, json_t *out, bool *sick, struct err *e)
{
	const struct policy *p = &c->app.policy;
	struct mailbox_state st;
	enum rc rc;

	for (size_t i = 0; i < p->n_mailboxes; i++) {
		rc = mailbox_store_get(c->app.db, p->mailboxes[i].name, c->a,
		    &st, e);
		if (rc != RC_OK)
			return rc;
		*sick |= st.failures > 0;
		(void)json_array_append_new(out, json_pack(
		    "{s:s,s:o,s:o,s:i,s:s}", "name", p->mailboxes[i].name,
		    "ok_at", cli_json_time(c, st.ok_at),
		    "tried_at", cli_json_time(c, st.tried_at),
		    "failures", st.failures, "error", st.error));
		if (!c->json)
			(void)printf("mailbox %-12s last read %s%s%s\n",
			    p->mailboxes[i].name, cli_time(c, st.ok_at),
			    *st.error == '\0' ? "" : "; now failing: ",
			    st.error);
	}
	return RC_OK;
}

int
cmd_status(struct cli *c)
{
	json_t *boxes = json_array();
	struct figures n = { 0 };
	struct err e = { "" };
	bool sick = false;
	enum rc rc = mailboxes_json(c, boxes, &sick, &e);

	if (rc == RC_OK)
		rc = count_cases(c, &n, &e);
	if (rc == RC_OK)
		rc = count_mails(c, &n, &e);
	if (rc != RC_OK) {
		json_decref(boxes);
		return cli_end(c, rc, &e);
	}
	if (c->json) {
		cli_json(json_pack("{s:o,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}",
		    "mailboxes", boxes, "open", (json_int_t)n.open,
		    "without_owner", (json_int_t)n.unowned,
		    "overdue", (json_int_t)n.overdue,
		    "queued", (json_int_t)n.queued,
		    "unsure", (json_int_t)n.unsure,
		    "dead_letters", (json_int_t)n.failed,
		    "held", (json_int_t)n.held,
		    "quarantined", (json_int_t)n.quarantined));
	} else {
		(void)printf("cases   %lld open, %lld without an owner,"
		    " %lld past their due date\n"
		    "outbox  %lld queued, %lld unsure, %lld dead letters\n"
		    "inbox   %lld in quarantine\n", (long long)n.open,
		    (long long)n.unowned, (long long)n.overdue,
		    (long long)n.queued, (long long)n.unsure,
		    (long long)n.failed, (long long)n.quarantined);
		json_decref(boxes);
	}
	return sick || n.failed > 0 || n.overdue > 0 || n.quarantined > 0 ?
	    EXIT_FOUND : EXIT_DONE;
}
