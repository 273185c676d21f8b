/* cmd_backup.c - backup, restore. */
#include "cli/cli.h"

#include "app/backup.h"
#include "base/fsx.h"
#include "base/str.h"

#include <stdio.h>

static int
copied(struct cli *c, const char *file, const char *key)
{
	if (c->json)
		cli_json(json_pack("{s:s,s:s?}", "file", file, "key", key));
	else if (!c->quiet)
		(void)printf("%s is a checked copy.  %s %s: it signs the reply"
		    " addresses and is not in the copy.\n", file, key != NULL ?
		    "The key is in" : "Keep a copy apart from it of",
		    key != NULL ? key : c->app.policy.key_file);
	return EXIT_DONE;
}

int
cmd_backup(struct cli *c)
{
	const char *key = cli_option(c, "--with-key");
	const char *dir = cli_option(c, "--dir");
	const char *most = cli_option(c, "--keep");
	struct err e = { "" };
	int64_t keep = 0;
	char *file;
	enum rc rc;

	if (most != NULL && (dir == NULL || !str_to_int(most, 1, 10000, &keep)))
		return cli_usage(c, "--dir DIR --keep N: how many files?");
	if (c->argc != (dir == NULL))
		return cli_usage(c, "into which file, or --dir DIR?");
	if (dir == NULL) {
		file = c->argv[0];
		rc = backup_make(&c->app, file, &e);
	} else {
		rc = backup_make_in(&c->app, dir, keep, &file, &e);
	}
	if (rc == RC_OK && key != NULL)
		rc = backup_key(&c->app, key, &e);
	return rc == RC_OK ? copied(c, file, key) : cli_end(c, rc, &e);
}

/* What the operator has to do now. */
static void
tell(struct cli *c, const struct restore_report *r)
{
	const struct policy *p = &c->app.policy;
	const char *since = r->copied_at == 0 ? "the backup" :
	    time_format(c->a, r->copied_at);

	(void)printf("%s is the backup of %s.\n", p->database, since);
	if (r->aside != NULL)
		(void)printf("What was there is kept as %s.\n", r->aside);
	(void)printf("Mails since then come again out of the mailboxes.  %lld"
	    " mails that waited are held, and so is what the first pass makes:"
	    " some of it may have been sent before.\nLook at them with caseward"
	    " outbox list --state held, then say caseward outbox release.\n",
	    (long long)r->held);
	for (size_t i = 0; i < p->n_mailboxes; i++)
		if (!str_is_empty(p->mailboxes[i].move_to))
			(void)printf("Mailbox %s: move what came since %s from"
			    " %s back into the inbox, else it is not seen"
			    " again.\n", p->mailboxes[i].name, since,
			    p->mailboxes[i].move_to);
	(void)puts("Commands given on the command line since then are lost:"
	    " give them again.");
}

int
cmd_restore(struct cli *c)
{
	const char *key = cli_option(c, "--with-key");
	bool force = cli_flag(c, "--force");
	struct restore_report r;
	struct err e = { "" };
	enum rc rc = RC_OK;

	if (c->argc != 1)
		return cli_usage(c, "which backup?");
	if (key != NULL)
		rc = fsx_copy(key, c->app.policy.key_file, 0600, &e);
	if (rc == RC_OK)
		rc = backup_restore(&c->app, c->argv[0], force, c->now, &r, &e);
	if (rc != RC_OK)
		return cli_end(c, rc, &e);
	if (c->json)
		cli_json(json_pack("{s:o,s:I,s:s?}", "copied_at",
		    cli_json_time(c, r.copied_at), "held",
		    (json_int_t)r.held, "aside", r.aside));
	else if (!c->quiet)
		tell(c, &r);
	return EXIT_DONE;
}
