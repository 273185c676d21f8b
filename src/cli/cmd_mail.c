/* cmd_mail.c - ingest, mail parse, explain. */
#include "cli/cli.h"

#include "app/directory.h"
#include "app/intake.h"
#include "base/fsx.h"
#include "base/str.h"
#include "mail/msg_json.h"
#include "mail/unread.h"
#include "net/mbox.h"
#include "store/message_store.h"
#include "store/spool_store.h"

#include <stdio.h>
#include <string.h>

#define MAX_FILE (2048UL * 1024 * 1024)

/* ---- ingest ------------------------------------------------------------ */

static enum rc
ingest_mail(struct cli *c, const char *key, const char *raw, size_t len,
    struct intake_count *n, int64_t *known, struct err *e)
{
	enum rc rc = intake_file(&c->app, "file", key, raw, len, c->app.now, n,
	    e);

	*known += rc == RC_NONE;
	return rc == RC_NONE ? RC_OK : rc;
}

static enum rc
ingest_mbox(struct cli *c, const char *path, const char *text, size_t len,
    struct intake_count *n, int64_t *known, struct err *e)
{
	struct arena *a = arena_new();
	size_t pos = 0, size, i = 0;
	const char *mail;
	enum rc rc = RC_OK;

	while (rc == RC_OK && mbox_next(text, len, &pos, a, &mail, &size)) {
		rc = ingest_mail(c, arena_printf(a, "%s#%zu", path, ++i), mail,
		    size, n, known, e);
		arena_reset(a);
		if (!c->quiet && !c->json && i % 100 == 0)
			(void)fprintf(stderr, "\r%s: %zu mails", path, i);
	}
	if (!c->quiet && !c->json && i >= 100)
		(void)fputc('\n', stderr);
	arena_free(&a);
	return rc;
}

int
cmd_ingest(struct cli *c)
{
	struct intake_count n = { 0 };
	struct err e = { "" };
	int64_t known = 0;
	enum rc rc = RC_OK;

	if (c->argc == 0)
		return cli_usage(c, "which files?");
	if (directory_refresh(&c->app, &e) != RC_OK) /* who wrote? */
		(void)fprintf(stderr, "caseward: %s\n", e.text);
	for (int i = 0; i < c->argc && rc == RC_OK; i++) {
		struct arena *a = arena_new();
		char *text;
		size_t len;

		rc = fsx_read(a, c->argv[i], MAX_FILE, &text, &len, &e);
		if (rc == RC_OK)
			rc = mbox_is(text, len) ? ingest_mbox(c, c->argv[i],
			    text, len, &n, &known, &e) : ingest_mail(c,
			    c->argv[i], text, len, &n, &known, &e);
		arena_free(&a);
	}
	if (rc != RC_OK)
		return cli_end(c, rc == RC_NONE ? RC_FAIL : rc, &e);
	if (c->json)
		cli_json(json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I}",
		    "taken", (json_int_t)n.taken,
		    "opened", (json_int_t)n.opened,
		    "appended", (json_int_t)n.appended,
		    "filed", (json_int_t)n.filed,
		    "unverified", (json_int_t)n.unverified,
		    "quarantined", (json_int_t)n.quarantined,
		    "known_already", (json_int_t)(known + n.duplicate)));
	else if (!c->quiet)
		(void)printf("%lld taken: %lld opened a case, %lld added to"
		    " one, %lld filed, %lld unverified; %lld known already\n", (long long)n.taken, (long long)n.opened,
		    (long long)n.appended, (long long)n.filed,
		    (long long)n.unverified, (long long)(known + n.duplicate));
	return EXIT_DONE;
}

/* ---- mail parse -------------------------------------------------------- */

/* Settings help (own addresses, trust), but are not needed. */
static void
load_if_there(struct cli *c)
{
	struct problems probs = { .a = c->a };
	struct err e;

	if (app_load(c->config, &c->app, &probs, &e) == RC_OK)
		return;
	app_close(&c->app);
	c->app = (struct app){ .a = arena_new() };
}

static void
print_human(const struct msg *m, struct arena *a)
{
	const char *unread = unread_words(&m->body, a);

	(void)printf("From:     %s\nSubject:  %s\nClass:    %s%s%s\n",
	    m->from.n > 0 ? m->from.v[0].email : "-", m->subject,
	    msg_class_name(m->class), *m->class_why == '\0' ? "" : ", ",
	    m->class_why);
	(void)printf("Token:    %s\n", m->token != NULL ? m->token : "-");
	for (size_t i = 0; i < m->body.n_attachments; i++)
		(void)printf("Attached: %s (%s, %zu bytes)\n",
		    m->body.attachments[i].filename,
		    m->body.attachments[i].type, m->body.attachments[i].size);
	if (*unread != '\0')
		(void)printf("Unread:   %s\n", unread);
	(void)printf("\n%s\n", m->body.reply_text);
}

static enum rc
parse_file(struct cli *c, const char *path, struct err *e)
{
	struct arena *a = arena_new();
	struct msg m;
	char *raw;
	size_t len;
	enum rc rc = fsx_read(a, path, MAX_FILE, &raw, &len, e);

	if (rc == RC_OK) {
		intake_understand(&c->app, "file", raw, len, a, &m);
		if (c->json)
			(void)puts(msg_to_json(&m, a));
		else
			print_human(&m, a);
	}
	arena_free(&a);
	return rc;
}

int
cmd_mail(struct cli *c)
{
	struct err e = { "" };
	enum rc rc = RC_OK;

	if (c->argc < 2 || !str_eq(c->argv[0], "parse"))
		return cli_usage(c, "say: caseward mail parse FILE...");
	load_if_there(c);
	for (int i = 1; i < c->argc && rc == RC_OK; i++)
		rc = parse_file(c, c->argv[i], &e);
	return rc == RC_OK ? EXIT_DONE :
	    cli_end(c, rc == RC_NONE ? RC_FAIL : rc, &e);
}

/* ---- explain ----------------------------------------------------------- */

static enum rc
find_message(struct cli *c, const char *what, struct message_row *out,
    struct err *e)
{
	struct arena *a = c->a;
	int64_t spool;
	struct msg m = { 0 };
	char *raw;
	size_t len;

	if (str_to_int(what, 1, INT64_C(999999999999), &spool))
		return message_store_by_spool(c->app.db, spool, a, out, e);
	if (fsx_read(a, what, MAX_FILE, &raw, &len, e) == RC_OK) {
		msg_scan(raw, len, a, &m);
		what = m.message_id;
	}
	if (*what == '<')
		what = str_trim(a, what + 1, strcspn(what + 1, ">"));
	return message_store_by_mid(c->app.db, what, a, out, e);
}

int
cmd_explain(struct cli *c)
{
	struct message_row m;
	struct err e = { "" };
	enum rc rc;

	if (c->argc != 1)
		return cli_usage(c, "which mail?  A spool number, a Message-ID"
		    " or a file");
	rc = find_message(c, c->argv[0], &m, &e);
	if (rc == RC_NONE) {
		(void)fprintf(stderr, "caseward: no such mail was taken in\n");
		return EXIT_FOUND;
	}
	if (rc != RC_OK)
		return cli_end(c, rc, &e);
	if (c->json)
		cli_json(json_pack("{s:I,s:I,s:s,s:s,s:s,s:s,s:s}",
		    "mail", (json_int_t)m.spool, "case", (json_int_t)m.case_no,
		    "message_id", m.message_id, "from", m.from_email,
		    "class", m.class, "outcome", m.outcome,
		    "explain", m.explain));
	else
		(void)printf("mail %lld from %s, received %s\n%s",
		    (long long)m.spool, m.from_email, cli_time(c, m.at),
		    m.explain);
	return EXIT_DONE;
}
