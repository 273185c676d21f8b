/* cmd_case.c - case list, case show, and every verb. */
#include "cli/cli.h"

#include "app/apply.h"
#include "app/command.h"
#include "base/str.h"
#include "core/lifecycle.h"
#include "core/verb.h"
#include "mail/reader.h"
#include "mail/token.h"
#include "store/casefile_store.h"
#include "store/history_store.h"
#include "store/message_store.h"
#include "store/outbox_store.h"
#include "store/spool_store.h"

#include <stdio.h>
#include <string.h>

/* ---- list -------------------------------------------------------------- */

static json_t *
case_json(struct cli *c, const struct casefile *f)
{
	json_t *j = json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}",
	    "no", (json_int_t)f->no, "token", token_format(c->a, f->no),
	    "state", case_state_name(f->state),
	    "priority", priority_name(f->priority),
	    "risk", risk_name(f->risk), "category", f->category,
	    "type", f->type, "department", f->department, "owner", f->owner,
	    "team", f->team);

	(void)json_object_update_new(j, json_pack(
	    "{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}",
	    "employee_name", f->employee_name,
	    "employee_email", f->employee_email,
	    "employee_id", f->employee_id, "client", f->client,
	    "client_id", f->client_id, "division", f->division,
	    "subject", f->subject, "brief", f->brief,
	    "reported_by", f->reported_by, "notify_user", f->notify_user,
	    "stoppage_reason", f->stoppage_reason,
	    "parties", f->parties));
	(void)json_object_update_new(j, json_pack(
	    "{s:o,s:o,s:o,s:o,s:o,s:i,s:i,s:i,s:b,s:b,s:b,s:b}",
	    "opened_at", cli_json_time(c, f->opened_at),
	    "due_at", cli_json_time(c, f->due_at),
	    "step_due_at", cli_json_time(c, f->step_due_at),
	    "resolved_at", cli_json_time(c, f->resolved_at),
	    "closed_at", cli_json_time(c, f->closed_at),
	    "step", f->step, "chain", f->chain, "breaches", f->breaches,
	    "resolution_proposed", f->resolution_proposed,
	    "resolution_in_attachment", f->resolution_in_attachment,
	    "needs_directory_check", f->needs_directory_check,
	    "has_unreviewed", f->has_unreviewed));
	return j;
}

static void
print_cases(struct cli *c, const struct casefile *v, size_t n)
{
	static const char *const heads[] = { "CASE", "STATE", "PRIORITY",
		"OPENED", "DUE", "STEP", "DEPARTMENT", "OWNER", "SUBJECT" };
	struct table t;

	table_init(&t, c->a, heads, 9);
	for (size_t i = 0; i < n; i++)
		table_row(&t, (const char *const[]){ token_number(c->a,
		    v[i].no), case_state_name(v[i].state),
		    priority_name(v[i].priority), cli_time(c, v[i].opened_at),
		    case_state_is_open(v[i].state) ? cli_time(c, v[i].due_at) :
		    "-", arena_printf(c->a, "%d", v[i].step), v[i].department,
		    *v[i].owner == '\0' ? c->app.policy.desk_name :
		    v[i].owner, v[i].subject });
	table_print(&t);
}

static const char *
or_any(const char *s)
{
	return s != NULL ? s : "";
}

static int
list(struct cli *c)
{
	struct case_filter f = { .owner = or_any(cli_option(c, "--owner")),
		.team = or_any(cli_option(c, "--team")),
		.department = or_any(cli_option(c, "--department")),
		.employee_email = or_any(cli_option(c, "--employee")),
		.state = or_any(cli_option(c, "--state")), .is_open = -1 };
	struct casefile *v;
	struct err e = { "" };
	size_t n;
	enum rc rc;

	if (cli_flag(c, "--open"))
		f.is_open = 1;
	rc = casefile_store_list(c->app.db, &f, c->a, &v, &n, &e);
	if (rc != RC_OK && rc != RC_NONE)
		return cli_end(c, rc, &e);
	if (rc == RC_NONE)
		n = 0;
	if (c->json) {
		json_t *all = json_array();

		for (size_t i = 0; i < n; i++)
			(void)json_array_append_new(all, case_json(c, &v[i]));
		cli_json(all);
	} else if (n == 0) {
		(void)puts("No cases.");
	} else {
		print_cases(c, v, n);
	}
	return EXIT_DONE;
}

/* ---- show -------------------------------------------------------------- */

static json_t *
facts_json(struct cli *c, const struct case_facts *f, const struct note *notes,
    size_t n_notes, const struct message_row *mails, size_t n_mails)
{
	json_t *j = case_json(c, &f->c), *v = json_array();
	const char **missing;
	size_t n;

	for (size_t i = 0; i < f->n_history; i++)
		(void)json_array_append_new(v, json_pack("{s:o,s:s,s:s,s:s}",
		    "at", cli_json_time(c, f->history[i].at),
		    "kind", f->history[i].kind, "actor", f->history[i].actor,
		    "text", f->history[i].text));
	(void)json_object_set_new(j, "history", v);
	v = json_array();
	for (size_t i = 0; i < n_mails; i++)
		(void)json_array_append_new(v, json_pack(
		    "{s:I,s:o,s:s,s:s,s:s,s:s,s:s,s:s,s:s}",
		    "id", (json_int_t)mails[i].id,
		    "at", cli_json_time(c, mails[i].at),
		    "direction", mails[i].is_out ? "out" : "in",
		    "from", mails[i].from_email, "to", mails[i].to_email,
		    "subject", mails[i].subject, "class", mails[i].class,
		    "outcome", mails[i].outcome,
		    "message_id", mails[i].message_id));
	(void)json_object_set_new(j, "messages", v);
	v = json_array();
	for (size_t i = 0; i < n_notes; i++)
		(void)json_array_append_new(v, json_pack("{s:o,s:s,s:s,s:s}",
		    "at", cli_json_time(c, notes[i].at),
		    "kind", notes[i].kind, "author", notes[i].author,
		    "text", notes[i].text));
	(void)json_object_set_new(j, "notes", v);
	v = json_array();
	for (size_t i = 0; i < f->n_attachments; i++)
		(void)json_array_append_new(v, json_pack(
		    "{s:I,s:s,s:s,s:I,s:s,s:b}",
		    "id", (json_int_t)f->attachments[i].id,
		    "filename", f->attachments[i].filename,
		    "type", f->attachments[i].type,
		    "size", (json_int_t)f->attachments[i].size,
		    "sha256", f->attachments[i].sha256,
		    "reviewed", f->attachments[i].is_reviewed));
	(void)json_object_set_new(j, "attachments", v);
	v = json_array();
	for (size_t i = 0; i < f->n_subscribers; i++)
		(void)json_array_append_new(v, json_string(f->subscribers[i]));
	(void)json_object_set_new(j, "subscribers", v);
	v = json_array();
	for (size_t i = 0; i < f->n_tasks; i++)
		(void)json_array_append_new(v, json_pack("{s:s,s:s,s:s,s:o}",
		    "kind", f->tasks[i].kind, "owner", f->tasks[i].owner,
		    "text", f->tasks[i].text,
		    "due_at", cli_json_time(c, f->tasks[i].due_at)));
	(void)json_object_set_new(j, "tasks", v);
	n = case_missing(&f->c, &c->app.policy, c->a, &missing);
	v = json_array();
	for (size_t i = 0; i < n; i++)
		(void)json_array_append_new(v, json_string(missing[i]));
	(void)json_object_set_new(j, "missing", v);
	(void)json_object_set_new(j, "next_action", json_string(
	    case_next_action(f, &c->app.policy, c->a)));
	return j;
}

static void
line(const char *name, const char *value)
{
	if (*value != '\0')
		(void)printf("  %-15s%s\n", name, value);
}

static void
print_head(struct cli *c, const struct case_facts *f)
{
	const struct casefile *k = &f->c;

	(void)printf("%s  %s\n\n", token_number(c->a, k->no), k->subject);
	line("state", case_state_words(k->state));
	line("next", case_next_action(f, &c->app.policy, c->a));
	line("priority", priority_name(k->priority));
	line("risk", risk_name(k->risk));
	line("category", k->category);
	line("type", k->type);
	line("department", k->department);
	line("owner", *k->owner == '\0' ? c->app.policy.desk_name : k->owner);
	line("employee", arena_printf(c->a, "%s <%s> %s", k->employee_name,
	    k->employee_email, k->employee_id));
	line("client", arena_printf(c->a, "%s %s", k->client, k->client_id));
	line("division", k->division);
	line("opened", cli_time(c, k->opened_at));
	if (case_state_is_open(k->state)) {
		line("due", cli_time(c, k->due_at));
		line("next step", cli_time(c, k->step_due_at));
	}
	line("work stoppage", k->stoppage_reason);
	line("escalated", k->escalated_why);
	line("hears nothing", k->parties);
	line("resolution", k->resolution);
	line("missing", case_missing_words(k, &c->app.policy, c->a));
	for (size_t i = 0; i < f->n_tasks; i++)
		line("task", f->tasks[i].text);
	for (size_t i = 0; i < f->n_attachments; i++)
		line("attachment", arena_printf(c->a, "%lld  %s, %s, %lld"
		    " bytes%s", (long long)f->attachments[i].id,
		    f->attachments[i].filename, f->attachments[i].type,
		    (long long)f->attachments[i].size,
		    f->attachments[i].is_reviewed ? "" : " (new)"));
}

/* A step is on the case as a note, too: told once. */
static bool
is_told_again(const struct case_facts *f, size_t i)
{
	return i + 1 < f->n_history &&
	    f->history[i].at == f->history[i + 1].at &&
	    str_eq(f->history[i].text, f->history[i + 1].text);
}

static void
print_history(struct cli *c, const struct case_facts *f)
{
	static const char *const heads[] = { "", "", "", "" };
	size_t reviews = 0;
	struct table t;

	(void)puts("\nWhat happened:");
	table_init(&t, c->a, heads, 4);
	for (size_t i = 0; i < f->n_history; i++)
		if (!c->verbose && str_eq(f->history[i].kind, "review"))
			reviews++;
		else if (!is_told_again(f, i))
			table_row(&t, (const char *const[]){
			    arena_printf(c->a, "  %s", cli_time(c,
			    f->history[i].at)), f->history[i].kind,
			    f->history[i].actor, f->history[i].text });
	table_print(&t);
	if (reviews > 0)
		(void)printf("and %zu daily review%s (-v shows them)\n",
		    reviews, reviews == 1 ? "" : "s");
}

static int
show(struct cli *c, int64_t no)
{
	struct message_row *mails;
	struct history_line *history;
	struct case_facts f;
	struct note *notes;
	struct err e = { "" };
	size_t n_mails = 0, n_notes = 0;
	enum rc rc = apply_load_facts(&c->app, no, c->a, &f, &e);

	if (rc == RC_NONE)
		rc = err_set(&e, RC_FAIL, "there is no ER-%06lld", (long long)no);
	if (rc == RC_OK) /* all of it: decisions look at the last part only */
		rc = history_store_list(c->app.db, no, 0, c->a, &history,
		    &f.n_history, &e);
	if (rc == RC_OK) {
		f.history = history;
		rc = message_store_list(c->app.db, no, c->a, &mails, &n_mails,
		    &e);
	}
	if (rc == RC_OK || rc == RC_NONE)
		rc = note_store_list(c->app.db, no, c->a, &notes, &n_notes, &e);
	if (rc != RC_OK && rc != RC_NONE)
		return cli_end(c, rc, &e);
	if (c->json) {
		cli_json(facts_json(c, &f, notes, n_notes, mails, n_mails));
		return EXIT_DONE;
	}
	print_head(c, &f);
	print_history(c, &f);
	return EXIT_DONE;
}

/* ---- files of a case --------------------------------------------------- */

static int
write_new(struct cli *c, const char *path, const char *bytes, size_t n)
{
	struct err e = { "" };
	enum rc rc = RC_OK;
	FILE *out;

	if ((out = fopen(path, "wx")) == NULL) {
		(void)err_set(&e, RC_FAIL, "%s: cannot make this file (does it"
		    " exist?)", path);
		return cli_end(c, RC_FAIL, &e);
	}
	if (fwrite(bytes, 1, n, out) != n)
		rc = err_set(&e, RC_RETRY, "%s: cannot write", path);
	if (fclose(out) != 0)
		rc = err_set(&e, RC_RETRY, "%s: cannot write", path);
	return cli_end(c, rc, &e);
}

static int
attachment(struct cli *c, int64_t id, const char *path)
{
	struct case_attachment att;
	struct spool_mail mail;
	int64_t spool;
	struct err e = { "" };
	const char *bytes;
	size_t idx, n;
	enum rc rc;

	rc = attachment_store_get(c->app.db, id, c->a, &att, &spool, &idx, &e);
	if (rc == RC_OK)
		rc = spool_store_get(c->app.db, spool, c->a, &mail, &e);
	if (rc == RC_OK)
		rc = reader_attachment(app_reader(&c->app), mail.raw, mail.len,
		    idx, c->a, &bytes, &n, &e);
	return rc != RC_OK ? cli_end(c, rc, &e) : write_new(c, path, bytes, n);
}

/* G10, G11: a mail as it came, or as it left. */
static int
original(struct cli *c, int64_t id, const char *path)
{
	struct message_row m;
	struct spool_mail in;
	struct outbox_mail out;
	struct err e = { "" };
	enum rc rc = message_store_get(c->app.db, id, c->a, &m, &e);

	if (rc == RC_OK && m.is_out)
		rc = outbox_store_get(c->app.db, m.outbox, c->a, &out, &e);
	else if (rc == RC_OK)
		rc = spool_store_get(c->app.db, m.spool, c->a, &in, &e);
	if (rc == RC_NONE)
		rc = err_set(&e, RC_FAIL, "there is no mail %lld",
		    (long long)id);
	if (rc != RC_OK)
		return cli_end(c, rc, &e);
	return m.is_out ? write_new(c, path, out.bytes, out.len) :
	    write_new(c, path, in.raw, in.len);
}

static int
file(struct cli *c)
{
	bool is_mail = str_eq(c->argv[0], "original");
	int64_t id;

	if (c->argc != 3 || !str_to_int(c->argv[1], 1, INT64_MAX / 20, &id))
		return cli_usage(c, "say: case %s ID FILE; case show --json"
		    " names the ids", c->argv[0]);
	return is_mail ? original(c, id, c->argv[2]) :
	    attachment(c, id, c->argv[2]);
}

/* ---- verbs ------------------------------------------------------------- */

static int
say(struct cli *c, int64_t no)
{
	const struct person *who;
	const char *said = "";
	struct err e = { "" };
	struct str text = { 0 };
	enum rc rc = cli_who(c, &who, &e);

	str_add(&text, c->argv[0]);
	for (int i = 2; i < c->argc; i++)
		str_printf(&text, " %s", c->argv[i]);
	if (rc == RC_OK)
		rc = command_case(&c->app, no, who, str_text(&text), c->a,
		    &said, &e);
	str_fini(&text);
	if (rc != RC_OK)
		return cli_end(c, rc, &e);
	if (c->json)
		cli_json(json_pack("{s:I,s:s}", "case", (json_int_t)no,
		    "said", said));
	else if (!c->quiet)
		(void)puts(said);
	return EXIT_DONE;
}

int
cmd_case(struct cli *c)
{
	int64_t no;

	if (c->argc == 0)
		return cli_usage(c, "what about the cases?");
	if (str_eq(c->argv[0], "list"))
		return list(c);
	if (str_eq(c->argv[0], "attachment") || str_eq(c->argv[0], "original"))
		return file(c);
	if (c->argc < 2 || !cli_case_no(c->argv[1], &no))
		return cli_usage(c, "which case?  For example: caseward case"
		    " show 12");
	if (str_eq(c->argv[0], "show"))
		return show(c, no);
	if (verb_find(c->argv[0]) == NULL)
		return cli_usage(c, "\"%s\" is no verb; caseward case help"
		    " lists them", c->argv[0]);
	return say(c, no);
}
