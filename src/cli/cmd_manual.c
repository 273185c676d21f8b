/*
 * cmd_manual.c - the manual pages, made from the tables of the program.
 *
 * caseward(1) from the commands and verbs, caseward.yaml(5) from the
 * settings: what a page says is what the program does.  man(7) macros.
 */
#include "cli/cli.h"

#include "base/str.h"
#include "core/policy.h"
#include "core/verb.h"

#include <stdio.h>
#include <string.h>

/* Text as man(7) wants it: no request by accident, no hyphen for a minus. */
static void
put_text(const char *s)
{
	bool at_start = true;

	for (; *s != '\0'; s++) {
		if (at_start && (*s == '.' || *s == '\''))
			(void)fputs("\\&", stdout);
		if (*s == '\\')
			(void)fputs("\\e", stdout);
		else if (*s == '-')
			(void)fputs("\\-", stdout);
		else
			(void)putchar(*s);
		at_start = *s == '\n';
	}
}

static void
put_line(const char *s)
{
	put_text(s);
	(void)putchar('\n');
}

/* A term in bold, what follows it in plain, and its meaning below. */
static void
put_item(const char *term, const char *rest, const char *meaning)
{
	(void)fputs(".TP\n\\fB", stdout);
	put_text(term);
	(void)fputs("\\fR", stdout);
	if (*rest != '\0') {
		(void)putchar(' ');
		put_text(rest);
	}
	(void)putchar('\n');
	put_line(meaning);
}

static void
put_verbatim(const char *s)
{
	if (*s == '\0')
		return;
	(void)fputs(".sp\n.nf\n", stdout);
	put_text(s);
	(void)fputs(".fi\n", stdout);
}

struct pair {
	const char *term, *meaning;
};

static void
put_section(const char *head, const char *intro, const struct pair *v,
    size_t n)
{
	(void)printf(".SH %s\n", head);
	if (*intro != '\0')
		put_line(intro);
	for (size_t i = 0; i < n; i++)
		put_item(v[i].term, "", v[i].meaning);
}

#define SECTION(head, intro, rows) \
	put_section(head, intro, rows, sizeof(rows) / sizeof((rows)[0]))

static const struct pair options[] = {
	{ "-c FILE", "the settings; without it $CASEWARD_CONFIG, ./config/"
	    "caseward.yaml or /etc/caseward/caseward.yaml, the first that"
	    " there is" },
	{ "--json", "print JSON, for programs; names in it are stable" },
	{ "--as WHO", "speak as this person of the settings: an id or an"
	    " address" },
	{ "--now T", "the time, RFC 3339; only a database made with init"
	    " --manual-clock takes it" },
	{ "-v, -q", "say more, say less" },
	{ "--help", "what the program or a command does; --version" },
};

static const struct pair exits[] = {
	{ "0", "done" },
	{ "1", "something wrong was found (check, audit, doctor, status,"
	    " template lint)" },
	{ "2", "the command was not understood" },
	{ "3", "a temporary failure: try again" },
	{ "4", "a permanent failure: somebody has to do something, and the"
	    " message says what" },
};

static const struct pair environment[] = {
	{ "CASEWARD_CONFIG", "the settings, where -c does not name them" },
	{ "CREDENTIALS_DIRECTORY", "set by systemd (LoadCredential=): a secret's"
	    " file is looked for there first, by the last part of its name" },
	{ "NOTIFY_SOCKET, WATCHDOG_USEC, JOURNAL_STREAM", "set by systemd:"
	    " readiness, state and progress are told to it, and log lines"
	    " carry its priorities" },
	{ "NO_COLOR", "no colours in the demo" },
};

static const struct pair signals[] = {
	{ "SIGHUP", "read the settings again; bad ones are reported and the"
	    " old ones stay" },
	{ "SIGTERM, SIGINT", "finish what is being committed, and end" },
};

static const struct pair files[] = {
	{ "/etc/caseward/caseward.yaml", "the settings: caseward.yaml(5)" },
	{ "/var/lib/caseward/caseward.db", "the cases and every mail; with"
	    " its -wal and -shm beside it while it is open, and what a pass"
	    " leaves for the next: .lock, .run, .health, .sending, .oauth2-NAME"
	    },
	{ "/var/lib/caseward/caseward.key", "the master key; keep a copy apart"
	    " from the database, for without it replies are not known again" },
	{ "/usr/share/caseward", "the settings and templates as shipped" },
};

static void
put_head(const char *name, const char *section, const char *what)
{
	(void)printf(".TH %s %s \"\" \"caseward %s\"\n.SH NAME\n", name,
	    section, CASEWARD_VERSION);
	(void)printf("%s \\- %s\n", str_eq(section, "1") ? "caseward" :
	    "caseward.yaml", what);
}

static void
put_commands(void)
{
	size_t n;
	const struct command *v = cli_commands(&n);

	(void)puts(".SH COMMANDS");
	for (size_t i = 0; i < n; i++) {
		put_item(v[i].name, v[i].args, v[i].help);
		put_verbatim(v[i].more);
	}
}

static void
put_verbs(void)
{
	size_t n;
	const struct verb *v = verb_table(&n);

	put_section("VERBS", "As caseward case VERB NO, and by mail: a line"
	    " with # in front at the top of a reply to a mail of ours.  A verb"
	    " counts only from the person to whom that mail was written, and"
	    " each is confirmed or refused with the reason.", NULL, 0);
	for (size_t i = 0; i < n; i++)
		put_item(v[i].name, v[i].usage, v[i].help);
}

static void
put_program(void)
{
	put_head("CASEWARD", "1", "turn the mail of an HR inbox into cases,"
	    " and follow them up until a person resolves them");
	(void)puts(".SH SYNOPSIS\n.B caseward\n[\\fB\\-c\\fR \\fIFILE\\fR]"
	    " \\fICOMMAND\\fR ...\n.SH DESCRIPTION");
	put_line("caseward reads an Employee Relations inbox over IMAP or from"
	    " a Maildir, keeps every mail, opens a case for each matter,"
	    " threads the replies, asks the department that owes an answer and"
	    " climbs a ladder of people until somebody resolves the case.  It"
	    " tells the employee every week, and no due date passes unseen."
	    "  Everybody but the operator uses nothing but mail.");
	(void)puts(".PP");
	put_line("A first look, without any settings: caseward demo.  A real"
	    " desk: write the settings, then check, init, doctor, run.");
	SECTION("OPTIONS", "", options);
	put_commands();
	put_verbs();
	SECTION("EXIT STATUS", "", exits);
	SECTION("ENVIRONMENT", "", environment);
	SECTION("SIGNALS", "What caseward run does on a signal:", signals);
	SECTION("FILES", "As the Debian package has them:", files);
	(void)puts(".SH SEE ALSO\n.BR caseward.yaml (5)");
}

/* ---- caseward.yaml(5) -------------------------------------------------- */

static void
put_setting(struct cli *c, const struct setting_help *s)
{
	struct str meaning = { 0 };

	str_printf(&meaning, "%s (%s", s->help, s->type);
	for (size_t i = 0; s->words != NULL && s->words[i] != NULL; i++)
		str_printf(&meaning, "%s%s", i == 0 ? ": " : ", ",
		    s->words[i]);
	if (s->only_for != NULL)
		str_printf(&meaning, "; kind %s", s->only_for);
	str_addc(&meaning, ')');
	put_item(s->key, s->fallback == NULL ? "" : *s->fallback == '\0' ?
	    "[none]" : arena_printf(c->a, "[%s]", s->fallback),
	    str_text(&meaning));
	str_fini(&meaning);
}

static void
put_settings(struct cli *c)
{
	struct setting_help s;
	const char *section = "";

	put_head("CASEWARD.YAML", "5", "the settings of caseward");
	(void)puts(".SH DESCRIPTION");
	put_line("One YAML file, and those that its include: list names."
	    "  caseward check finds every mistake with file and line; caseward"
	    " config show tells what is in force and where it was set.  A"
	    " default stands in brackets; what has none must be set.");
	(void)puts(".PP");
	put_line("Paths count from the folder of the file in which they stand."
	    "  Lengths of time are written as 2 business days, 8 business"
	    " hours, 7 days, 24 hours.  Secrets never stand in it: a setting"
	    " that ends in _file or _env names the place.");
	for (size_t i = 0; policy_setting_help(i, &s); i++) {
		if (!str_eq(section, s.section)) {
			section = s.section;
			(void)puts(".SH");
			put_line(section);
			put_line(arena_printf(c->a, "%s%s.", s.section_help,
			    s.is_list ? ", a list" : ""));
		}
		put_setting(c, &s);
	}
	(void)puts(".SH SEE ALSO\n.BR caseward (1)");
}

int
cmd_manual(struct cli *c)
{
	if (c->argc == 0)
		put_program();
	else if (c->argc == 1 && str_eq(c->argv[0], "settings"))
		put_settings(c);
	else
		return cli_usage(c, "say: caseward manual, or caseward manual"
		    " settings");
	return EXIT_DONE;
}
