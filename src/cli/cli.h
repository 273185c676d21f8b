/*
 * cli.h - the command line: one table of commands, one file per group.
 *
 * To add a command, add a row in main.c and its function in the file of its
 * group.  `--help` of a command is made from the row; options that every
 * command takes (-c, --json, --now, --as, -v, -q) are read before it.
 *
 * Exit codes: 0 done, 1 found something wrong (check, audit, lint), 2 usage,
 * 3 temporary failure, 4 permanent failure.
 */
#ifndef CW_CLI_CLI_H
#define CW_CLI_CLI_H

#include "app/app.h"

#include <jansson.h>
#include <stdbool.h>

enum { EXIT_DONE, EXIT_FOUND, EXIT_USAGE, EXIT_TEMPORARY, EXIT_PERMANENT };

struct cli {
	const char *config; /* -c */
	const char *now;    /* --now */
	const char *as;     /* --as PERSON: who is speaking */
	bool json, verbose, quiet;
	struct app app;     /* loaded if the command's row says so */
	struct arena *a;
	int argc;           /* what is left, without the command's name */
	char **argv;
	const struct command *command;
};

enum command_needs {
	NEEDS_NOTHING,
	NEEDS_FILE, /* of settings, which it reads itself */
	NEEDS_POLICY,
	NEEDS_DB
};

struct command {
	const char *name, *args, *help;
	enum command_needs needs;
	int (*run)(struct cli *c);
	const char *more; /* what --help adds: options and examples */
};

/* The exit code for an rc; prints the text of `e` if it is a failure. */
int cli_end(const struct cli *c, enum rc rc, const struct err *e);
/* "caseward case: unknown ..., say caseward case --help" */
int cli_usage(const struct cli *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Is `name` among the arguments?  Takes it out. */
bool cli_flag(struct cli *c, const char *name);
/* The value of `--name VALUE` or `--name=VALUE`, taken out; NULL if absent. */
const char *cli_option(struct cli *c, const char *name);
/* "123", "ER-000123" or "[ER-000123]" */
bool cli_case_no(const char *s, int64_t *no);
/* The instant of this command, once the database is open. */
enum rc cli_set_now(struct cli *c, struct err *e);
/* The person of --as; RC_BAD if there is none of that name. */
enum rc cli_who(struct cli *c, const struct person **out, struct err *e);

/* Print and drop a JSON value. */
void cli_json(json_t *j);
/* RFC 3339 or null. */
json_t *cli_json_time(struct cli *c, cw_time t);
/* A time in the desk's zone, short: "Mon 9 Nov 10:00"; "-" for 0. */
const char *cli_time(struct cli *c, cw_time t);

/* A table on the terminal: columns as wide as they need, cut to the window;
 * no line of heads if the first one is "". */
struct table {
	struct arena *a;
	const char *const *heads;
	size_t n_cols, n_rows, cap;
	const char **cells; /* n_rows * n_cols */
};
void table_init(struct table *t, struct arena *a, const char *const *heads,
    size_t n);
void table_row(struct table *t, const char *const *cells);
void table_print(const struct table *t);

/* The table of commands (main.c), for what describes it. */
const struct command *cli_commands(size_t *n);

/* --- the commands, by file --- */
int cmd_init(struct cli *c);       /* cmd_run.c */
int cmd_run(struct cli *c);
int cmd_once(struct cli *c);
int cmd_status(struct cli *c);
int cmd_check(struct cli *c);      /* cmd_check.c */
int cmd_config(struct cli *c);
int cmd_doctor(struct cli *c);
int cmd_ingest(struct cli *c);     /* cmd_mail.c */
int cmd_mail(struct cli *c);
int cmd_explain(struct cli *c);
int cmd_case(struct cli *c);       /* cmd_case.c */
int cmd_plan(struct cli *c);       /* cmd_plan.c */
int cmd_simulate(struct cli *c);
int cmd_outbox(struct cli *c);     /* cmd_queue.c */
int cmd_quarantine(struct cli *c);
int cmd_agenda(struct cli *c);
int cmd_people(struct cli *c);     /* cmd_people.c */
int cmd_directory(struct cli *c);
int cmd_absence(struct cli *c);
int cmd_template(struct cli *c);   /* cmd_template.c */
int cmd_digest(struct cli *c);
int cmd_report(struct cli *c);
int cmd_audit(struct cli *c);      /* cmd_audit.c */
int cmd_backup(struct cli *c);     /* cmd_backup.c */
int cmd_restore(struct cli *c);
int cmd_clock(struct cli *c);      /* cmd_clock.c */
int cmd_demo(struct cli *c);       /* cmd_demo.c */
int cmd_completion(struct cli *c); /* main.c */
int cmd_manual(struct cli *c);     /* cmd_manual.c */

#endif
