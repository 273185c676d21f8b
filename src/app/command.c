/* command.c - what people say about a case. */
#include "app/command.h"

#include "app/apply.h"
#include "base/str.h"
#include "core/verb.h"
#include "mail/commands.h"
#include "store/outbox_store.h"

/* One line: decide, apply as a savepoint of its own, answer in words. */
static enum rc
one_line(struct app *app, struct case_facts *f, const struct person *who,
    unsigned roles, const char *line, const char *cause, struct arena *a,
    const char **said, struct err *e)
{
	struct verb_call call = { f, &app->policy, app->now, who, roles, "",
		a };
	struct case_facts before = *f;
	struct plan p;
	enum rc rc;

	plan_init(&p, a, who != NULL ? who->id : "operator", cause);
	if ((rc = verb_decide(line, &call, &p, said, e)) != RC_OK)
		return rc;
	if (p.n == 0)
		return RC_OK;
	if ((rc = db_savepoint(app->db, e)) != RC_OK)
		return rc;
	if ((rc = apply_plan(app, f, &p, a, e)) == RC_OK)
		return db_release(app->db, e);
	db_undo(app->db);
	*f = before;
	return rc;
}

#define COMMANDS_FOR (14 * CW_DAY) /* SA-14 */

/* Why the commands of this mail do not count; NULL: they do.  They come from
 * the one our internal mail was written to, not too long ago, in a mail that
 * nobody else had a hand in (M9, SA-6, SA-11). */
static enum rc
objection(struct app *app, const struct msg *m,
    const struct thread_verdict *thread, bool is_proven, const char **why,
    struct arena *a, struct err *e)
{
	struct outbox_mail mail;
	enum rc rc = RC_NONE;

	if (!commands_sender_is_plain(m, why))
		return RC_OK;
	if (thread->is_keyed && thread->audience == AUD_INTERNAL &&
	    thread->out_id != 0)
		rc = outbox_store_get(app->db, thread->out_id, a, &mail, e);
	if (rc != RC_OK && rc != RC_NONE)
		return rc;
	if (rc == RC_NONE || !str_caseeq(mail.rcpt, m->from.v[0].email) ||
	    mail.created_at + COMMANDS_FOR <= app->now)
		*why = "commands count only in a reply to a mail that we wrote"
		    " to you in the last 14 days";
	else if (!is_proven)
		*why = arena_printf(a, "the mail does not prove that you wrote"
		    " it (%s)", m->auth.why);
	else
		*why = NULL;
	return RC_OK;
}

static enum rc
reply_with(struct app *app, struct case_facts *f, const struct person *who,
    const char *reason, const char *transcript, const char *cause,
    struct arena *a, struct err *e)
{
	struct plan p;

	plan_init(&p, a, "caseward", arena_printf(a, "%s reply", cause));
	plan_mail(&p, "command-reply", AUD_INTERNAL, who->email, who->name,
	    reason)->key = transcript;
	return apply_plan(app, f, &p, a, e);
}

enum rc
command_mail(struct app *app, struct case_facts *f, const struct msg *m,
    const struct person *who, const struct thread_verdict *thread,
    bool is_proven, const char *cause, struct arena *a, struct err *e)
{
	struct str said = { 0 };
	bool failed = false;
	const char *answer, *why;
	enum rc rc = RC_OK;

	if (m->commands.n == 0 || who == NULL)
		return RC_OK;
	if ((rc = objection(app, m, thread, is_proven, &why, a, e)) != RC_OK)
		return rc;
	for (size_t i = 0; i < m->commands.n && rc == RC_OK; i++) {
		rc = why != NULL ? err_set(e, RC_BAD, "%s", why) :
		    one_line(app, f, who, who->roles, m->commands.v[i], cause,
		    a, &answer, e);
		failed |= rc == RC_BAD;
		str_printf(&said, "%s\n%s%s\n", m->commands.v[i],
		    rc == RC_BAD ? "Refused: " : "", rc == RC_OK ? answer :
		    e->text);
		if (rc == RC_BAD)
			rc = RC_OK;
	}
	if (rc == RC_OK)
		rc = reply_with(app, f, who, failed ?
		    "Not everything could be done." : "Done.",
		    str_dup(&said, a), cause, a, e);
	str_fini(&said);
	return rc;
}

enum rc
command_case(struct app *app, int64_t no, const struct person *who,
    const char *line, struct arena *a, const char **said, struct err *e)
{
	struct case_facts f;
	enum rc rc;

	if ((rc = db_begin(app->db, e)) != RC_OK)
		return rc;
	rc = apply_load_facts(app, no, a, &f, e);
	if (rc == RC_NONE)
		rc = err_set(e, RC_BAD, "there is no ER-%06lld; `caseward case"
		    " list` shows them", (long long)no);
	if (rc == RC_OK)
		rc = one_line(app, &f, who, ROLE_OPERATOR | (who != NULL ?
		    who->roles : 0), line, "command", a, said, e);
	if (rc == RC_OK)
		rc = db_commit(app->db, e);
	db_rollback(app->db);
	return rc;
}
