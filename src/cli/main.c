/* main.c - the command line: options that all commands share, the table. */
#include "cli/cli.h"

#include "base/log.h"
#include "base/str.h"
#include "core/verb.h"
#include "net/net.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DEFAULT_CONFIG "config/caseward.yaml"
#define SYSTEM_CONFIG "/etc/caseward/caseward.yaml"

static const struct command commands[] = {
	{ "init", "[--manual-clock] [--new-key]", "make database, key and folders",
	    NEEDS_POLICY, cmd_init,
	    "  --manual-clock  for tests and demos: commands then take --now T;"
	    "\n                  without it the clock stands where the last"
	    " pass left it\n"
	    "  --new-key       the key file is lost and no copy of it is left"
	    "\n" },
	{ "run", "", "the daemon: read, follow up, send, for ever",
	    NEEDS_FILE, cmd_run,
	    "  SIGHUP reads the settings again, SIGTERM ends it after what is"
	    " begun.\n"
	    "  -v  logs all, -q errors alone; else the setting"
	    " daemon.log_level\n" },
	{ "once", "[--no-intake] [--no-send]", "one pass, then end",
	    NEEDS_DB, cmd_once, "  caseward once --now 2026-11-09T15:00:00Z\n" },
	{ "check", "", "check settings and templates, list every mistake",
	    NEEDS_FILE, cmd_check, "" },
	{ "config", "show [SETTING]",
	    "every setting: value, default, where it was set, meaning",
	    NEEDS_POLICY, cmd_config,
	    "  caseward config show ladder\n"
	    "  caseward config show desk.address\n" },
	{ "doctor", "[--send ADDRESS]",
	    "try everything live and say what to do",
	    NEEDS_FILE, cmd_doctor,
	    "  Changes nothing.  Each line is ok, warn or FAIL; exit code 1: a"
	    " FAIL.\n"
	    "  caseward doctor --send me@northwind.example    also one test"
	    " mail\n" },
	{ "status", "", "how it does: mailboxes, queues, cases",
	    NEEDS_POLICY, cmd_status,
	    "  Exit code 1: a person should look; the first line says why.\n"
	    "  caseward status --json    for a monitor\n" },
	{ "ingest", "FILE...", "take mails from files (.eml, mbox)",
	    NEEDS_DB, cmd_ingest, "  caseward ingest old-inbox.mbox\n" },
	{ "mail", "parse FILE...", "what the bot sees in a mail",
	    NEEDS_NOTHING, cmd_mail, "  caseward mail parse letter.eml --json\n" },
	{ "explain", "MAIL", "why a mail went where it went",
	    NEEDS_DB, cmd_explain,
	    "  MAIL is a spool number, a Message-ID, or a file\n" },
	{ "case", "list | show NO | VERB NO [TEXT]",
	    "the cases, and every command that exists by mail",
	    NEEDS_DB, cmd_case,
	    "  caseward case list --open --owner lee.okafor\n"
	    "  caseward case show 12        -v: with the daily reviews\n"
	    "  caseward case note 12 \"called, no answer\" --as lee.okafor\n"
	    "  caseward case original 7 mail.eml     a mail, byte for byte\n"
	    "  caseward case attachment 3 slip.pdf   a file that came with one\n" },
	{ "plan", "NO [--until T]", "the future of one case if nobody answers",
	    NEEDS_DB, cmd_plan, "" },
	{ "simulate", "--until T", "the future of every open case",
	    NEEDS_DB, cmd_simulate, "" },
	{ "outbox", "[list|show ID|retry ID|release]", "mails on their way out",
	    NEEDS_DB, cmd_outbox, "  --state queued|sent|failed|unsure|held\n"
	    "  release   send what is held since a backup was put back\n" },
	{ "quarantine", "[list|show ID|retry ID]",
	    "mails that could not be handled, and unverified ones",
	    NEEDS_DB, cmd_quarantine, "" },
	{ "agenda", "[--case NO]", "what happens next, and when",
	    NEEDS_DB, cmd_agenda, "" },
	{ "people", "", "who works here, who is away, who bounces",
	    NEEDS_DB, cmd_people, "" },
	{ "directory", "import FILE [--complete] | find TEXT",
	    "the employee directory",
	    NEEDS_DB, cmd_directory,
	    "  caseward directory import config/directory.csv\n"
	    "  --complete   who is not in the file has left\n" },
	{ "absence", "[PERSON [FROM until] UNTIL | PERSON back | ADDRESS"
	    " reachable]", "who is away until when, and whose mail comes back",
	    NEEDS_DB, cmd_absence,
	    "  caseward absence lee.okafor 2026-11-30\n"
	    "  caseward absence lee.okafor 2026-12-21 until 2027-01-04\n"
	    "  caseward absence lee.okafor back\n"
	    "  caseward absence kim@example.com reachable\n" },
	{ "template", "list | lint | render NAME", "the words of our mails",
	    NEEDS_POLICY, cmd_template,
	    "  caseward template render ack --sample --html > ack.html\n"
	    "  caseward template render ack --sample --lang es\n" },
	{ "digest", "--for ADDRESS", "the work list or digest of a person, now",
	    NEEDS_DB, cmd_digest,
	    "  caseward digest --for lee.okafor --html > digest.html\n" },
	{ "report", "", "figures of the desk", NEEDS_DB, cmd_report, "" },
	{ "audit", "[verify]", "prove the invariants; verify the event chains",
	    NEEDS_DB, cmd_audit, "" },
	{ "backup", "FILE | --dir DIR [--keep N]",
	    "a checked copy of the database, also while it is in use",
	    NEEDS_DB, cmd_backup,
	    "  --with-key FILE  copy the key too; keep it apart from the"
	    " database\n"
	    "  --dir DIR        the file is named by its time;"
	    " --keep N: the newest N stay\n"
	    "  caseward backup --dir /backup/caseward --keep 14\n" },
	{ "restore", "FILE [--force] [--with-key FILE]",
	    "put a backup in the place of the database",
	    NEEDS_POLICY, cmd_restore,
	    "The daemon must be stopped.  What is there is kept beside it.\n"
	    "  --force     also if the database is sound and has gone on\n"
	    "  --with-key  put the copy of the key back as well\n"
	    "Mails that may have been sent before are held:\n"
	    "  caseward outbox list --state held\n"
	    "  caseward outbox release\n" },
	{ "clock", "[accept]", "is the clock to be trusted since the last pass?",
	    NEEDS_DB, cmd_clock,
	    "A clock that has jumped stops all work, so that no date is"
	    " computed from it.\n"
	    "  caseward clock accept   it is right now: go on from here\n" },
	{ "demo", "[FOLDER]", "six weeks of an HR inbox in seconds, into ./demo",
	    NEEDS_NOTHING, cmd_demo,
	    "  FOLDER is made anew if it is a demo already, never if it is"
	    " not.\n" },
	{ "completion", "", "a bash completion script",
	    NEEDS_NOTHING, cmd_completion,
	    "  eval \"$(caseward completion)\"\n" },
	{ "manual", "[settings]", "the manual page of caseward or its settings",
	    NEEDS_NOTHING, cmd_manual,
	    "  caseward manual | man -l -\n"
	    "  caseward manual settings | man -l -\n" },
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

const struct command *
cli_commands(size_t *n)
{
	*n = N_COMMANDS;
	return commands;
}

static void
usage(FILE *to)
{
	(void)fputs("caseward turns the mail of an HR inbox into cases and"
	    " follows them up until somebody resolves them.\n\n"
	    "usage: caseward [-c FILE] COMMAND ...\n\n", to);
	for (size_t i = 0; i < N_COMMANDS; i++)
		(void)fprintf(to, "  %-11s %s\n", commands[i].name,
		    commands[i].help);
	(void)fputs("\n  -c FILE    settings; default: $CASEWARD_CONFIG, ./"
	    DEFAULT_CONFIG ", " SYSTEM_CONFIG "\n"
	    "  --json     for programs\n"
	    "  --as WHO   speak as this person of the settings\n"
	    "  --now T    the time, where the database allows it\n"
	    "  -v, -q     say more, say less\n\n"
	    "caseward COMMAND --help tells more; caseward manual | man -l - tells"
	    " all.\nTo try it: caseward demo\n",
	    to);
}

static void
list_verbs(struct cli *c)
{
	static const char *const heads[] = { "", "" };
	struct table t;
	size_t n;
	const struct verb *v = verb_table(&n);

	(void)puts("\nVERB, here and with # in front in the reply to a mail:"
	    "\n");
	table_init(&t, c->a, heads, 2);
	for (size_t i = 0; i < n; i++)
		if (!str_eq(v[i].name, "help"))
			table_row(&t, (const char *const[]){ arena_printf(c->a,
			    "  %s %s", v[i].name, v[i].usage), v[i].help });
	table_print(&t);
}

static int
help_of(struct cli *c)
{
	const struct command *cmd = c->command;

	(void)printf("usage: caseward %s%s%s\n\n%s\n", cmd->name,
	    *cmd->args == '\0' ? "" : " ", cmd->args, cmd->help);
	if (*cmd->more != '\0')
		(void)printf("\n%s", cmd->more);
	if (cmd->run == cmd_case)
		list_verbs(c);
	return EXIT_DONE;
}

/* The plain words of a row's arguments: "list | show ID" -> "list show". */
static void
print_words(const char *args)
{
	for (const char *s = args; *s != '\0';) {
		size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz-");

		if (n > 1 && (s == args || strchr(" [|", s[-1]) != NULL))
			(void)printf("%.*s ", (int)n, s);
		s += n > 0 ? n : 1;
	}
}

/* The options of a line of its help, unless that is an example of another
 * command. */
static void
print_options(const char *line, const char *name)
{
	const char *end = line + strcspn(line, "\n"), *s = line;

	if (str_has_prefix(line, "  caseward ") &&
	    !str_has_prefix(line + strlen("  caseward "), name))
		return;
	while ((s = strstr(s, "--")) != NULL && s < end) {
		size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz-");

		if (n > 2)
			(void)printf("%.*s ", (int)n, s);
		s += n;
	}
}

int
cmd_completion(struct cli *c)
{
	const struct verb *verbs;
	size_t n;

	(void)c;
	/* The command is the first word that no option takes. */
	(void)fputs("_caseward()\n{\n\tlocal i=1 words"
	    " cur=${COMP_WORDS[COMP_CWORD]}\n"
	    "\tCOMPREPLY=()\n"
	    "\tcase ${COMP_WORDS[COMP_CWORD - 1]} in -c) return ;; esac\n"
	    "\twhile [ $i -lt $COMP_CWORD ]; do\n"
	    "\t\tcase ${COMP_WORDS[i]} in\n"
	    "\t\t-c|--as|--now) i=$((i + 2)) ;;\n"
	    "\t\t-*) i=$((i + 1)) ;;\n"
	    "\t\t*) break ;;\n\t\tesac\n\tdone\n"
	    "\tcase ${COMP_WORDS[i]} in\n", stdout);
	for (size_t i = 0; i < N_COMMANDS; i++) {
		(void)printf("\t%s) words='", commands[i].name);
		print_words(commands[i].args);
		for (const char *s = commands[i].more; *s != '\0';
		    s += strcspn(s, "\n"), s += *s == '\n')
			print_options(s, commands[i].name);
		verbs = verb_table(&n);
		for (size_t v = 0; v < n && commands[i].run == cmd_case; v++)
			(void)printf("%s ", verbs[v].name);
		(void)puts("' ;;");
	}
	(void)fputs("\tesac\n\t[ $COMP_CWORD -gt $i ] || words='", stdout);
	for (size_t i = 0; i < N_COMMANDS; i++)
		(void)printf("%s ", commands[i].name);
	(void)puts("'\n\tCOMPREPLY=($(compgen -W \"$words --json --help --as --now -c -v -q\""
	    " -- \"$cur\"))\n}\ncomplete -o default -F _caseward caseward");
	return EXIT_DONE;
}

/* ---- what all commands share ------------------------------------------- */

static const char *
find_config(const char *given)
{
	const char *env = getenv("CASEWARD_CONFIG");
	struct stat st;

	if (given != NULL)
		return given;
	if (env != NULL && *env != '\0')
		return env;
	return stat(DEFAULT_CONFIG, &st) != 0 && stat(SYSTEM_CONFIG, &st) == 0
	    ? SYSTEM_CONFIG : DEFAULT_CONFIG;
}

/* Neither named nor found: say where we looked. */
static bool
has_no_config(const struct cli *c)
{
	struct stat st;

	if (!str_eq(c->config, DEFAULT_CONFIG) ||
	    stat(DEFAULT_CONFIG, &st) == 0)
		return false;
	(void)fprintf(stderr, "caseward: no settings: there is no "
	    DEFAULT_CONFIG " here and no " SYSTEM_CONFIG ".\n"
	    "Name them with -c FILE or $CASEWARD_CONFIG; to try caseward"
	    " without any: caseward demo\n");
	return true;
}

static const struct command *
find_command(const char *name)
{
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (str_eq(commands[i].name, name))
			return &commands[i];
	return NULL;
}

static int
load(struct cli *c)
{
	struct problems probs = { .a = c->a };
	struct err e = { "" };
	enum rc rc;

	if (c->command->needs == NEEDS_NOTHING)
		return EXIT_DONE;
	if (has_no_config(c))
		return EXIT_PERMANENT;
	if (c->command->needs == NEEDS_FILE)
		return EXIT_DONE;
	rc = app_load(c->config, &c->app, &probs, &e);
	for (size_t i = 0; i < probs.n; i++)
		(void)fprintf(stderr, "%s\n", problem_format(c->a,
		    &probs.v[i]));
	if (rc == RC_OK && c->command->needs == NEEDS_DB)
		rc = app_open_db(&c->app, 0, &e);
	if (rc == RC_OK && c->command->needs == NEEDS_DB)
		rc = cli_set_now(c, &e);
	return rc == RC_OK ? EXIT_DONE : cli_end(c, rc, &e);
}

static int
run(struct cli *c)
{
	int status;

	c->command = find_command(c->argv[0]);
	if (c->command == NULL) {
		(void)fprintf(stderr, "caseward: there is no command \"%s\";"
		    " caseward --help lists them\n", c->argv[0]);
		return EXIT_USAGE;
	}
	c->argc--;
	c->argv++;
	if (cli_flag(c, "--help") || cli_flag(c, "-h") ||
	    (c->argc == 1 && str_eq(c->argv[0], "help")))
		return help_of(c);
	if ((status = load(c)) == EXIT_DONE)
		status = c->command->run(c);
	if (c->app.a != NULL)
		app_close(&c->app);
	return status;
}

int
main(int argc, char **argv)
{
	struct cli c = { .a = arena_new(), .argc = argc - 1,
		.argv = argv + 1 };
	struct err e = { "" };
	int status;

	(void)umask(077);
	(void)signal(SIGXFSZ, SIG_IGN); /* a full quota is an error, no death */
	c.json = cli_flag(&c, "--json");
	c.verbose = cli_flag(&c, "-v");
	c.quiet = cli_flag(&c, "-q");
	c.now = cli_option(&c, "--now");
	c.as = cli_option(&c, "--as");
	c.config = find_config(cli_option(&c, "-c"));
	log_init(c.quiet ? LOG_LEVEL_ERROR : c.verbose ? LOG_LEVEL_INFO :
	    LOG_LEVEL_WARN);
	if (c.argc == 0) {
		usage(stderr);
		status = EXIT_USAGE;
	} else if (str_eq(c.argv[0], "--help") || str_eq(c.argv[0], "-h") ||
	    str_eq(c.argv[0], "help")) {
		usage(stdout);
		status = EXIT_DONE;
	} else if (str_eq(c.argv[0], "--version")) {
		(void)puts("caseward " CASEWARD_VERSION);
		status = EXIT_DONE;
	} else if (net_init(&e) != RC_OK) {
		status = cli_end(&c, RC_FAIL, &e);
	} else {
		status = run(&c);
		net_fini();
	}
	arena_free(&c.a);
	if (fflush(stdout) != 0 && status == EXIT_DONE)
		status = EXIT_TEMPORARY;
	return status;
}
