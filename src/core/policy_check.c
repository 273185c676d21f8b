/* policy_check.c - do the settings hold together?  What no row can say. */
#include "core/policy_table.h"

#include "base/str.h"
#include "core/letter.h"
#include "mail/autoreply.h"

#include <string.h>

/* A problem with one key of an item, at the line where it stands. */
static void item_problem(struct loader *l, enum section_id s,
    const void *item, const char *key, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

static void
item_problem(struct loader *l, enum section_id s, const void *item,
    const char *key, const char *fmt, ...)
{
	const struct section *sec = &policy_sections[s];
	const struct node *node, *n;
	const char *where;
	char *text;
	va_list ap;

	va_start(ap, fmt);
	text = arena_vprintf(l->a, fmt, ap);
	va_end(ap);
	if (sec->item_size != 0) {
		node = loader_node(l, s, item);
		where = loader_item_key(l, s, (size_t)((const char *)item -
		    l->lists[s].items) / sec->item_size);
	} else {
		node = l->groups[s];
		where = sec->path;
	}
	n = node_get(node, key);
	problem_add(l->probs, node != NULL ? node->file : l->path,
	    n != NULL ? n->line : node != NULL ? node->line : 0,
	    key[0] == '\0' ? where : arena_printf(l->a, "%s.%s", where, key),
	    "%s", text);
}

static void
check_emails(struct loader *l)
{
	const struct policy *p = l->p;

	for (size_t i = 0; i < p->n_people; i++) {
		const struct person *a = &p->people[i];
		const struct person *b;

		if (a->email[0] == '\0')
			continue;
		if (policy_is_own_address(p, a->email))
			item_problem(l, SEC_PEOPLE, a, "email", "this is an "
			    "address of the desk itself: mails to it would "
			    "come back as cases; write the person's own");
		if (autoreply_is_robot(a->email))
			item_problem(l, SEC_PEOPLE, a, "email", "addresses of "
			    "this kind belong to machines: no mail would go "
			    "there; write the person's own");
		b = policy_person_by_email(p, a->email);
		if (b < a)
			item_problem(l, SEC_PEOPLE, a, "email", "%s has the "
			    "same address: each person needs their own",
			    b->id);
	}
}

/* An alarm in the inbox of the desk would become a case. */
static void
check_alarms(struct loader *l)
{
	const struct alarm_policy *p = &l->p->alarms;
	const struct node *n = l->groups[SEC_ALARMS];

	for (size_t i = 0; i < p->n_mail_to; i++)
		if (policy_is_own_address(l->p, p->mail_to[i]))
			item_problem(l, SEC_ALARMS, p, "mail_to", "%s is the"
			    " desk itself: alarms would come back as cases;"
			    " name a person", p->mail_to[i]);
	if (node_get(n, "webhook") != NULL &&
	    node_get(n, "webhook_file") != NULL)
		item_problem(l, SEC_ALARMS, p, "webhook_file",
		    "stands beside webhook: keep one of them");
}

/* Report a circle once, at the first of its people. */
static void
check_managers(struct loader *l)
{
	const struct policy *p = l->p;

	for (size_t i = 0; i < p->n_people; i++) {
		const struct person *a = &p->people[i], *up = a->manager;

		for (size_t k = 0; k < p->n_people; k++) {
			if (up == NULL || up <= a)
				break;
			up = up->manager;
		}
		if (up == a)
			item_problem(l, SEC_PEOPLE, a, "manager", "the chain of "
			    "managers goes round in a circle, so it has no "
			    "top: correct one of them");
		if (a->backup == a)
			item_problem(l, SEC_PEOPLE, a, "backup", "nobody is "
			    "their own backup: name somebody else, or remove "
			    "the line");
	}
}

static void
check_teams(struct loader *l)
{
	for (size_t i = 0; i < l->p->n_teams; i++) {
		const struct team *t = &l->p->teams[i];

		if (t->n_members == 0)
			item_problem(l, SEC_TEAMS, t, "members", "nobody is in "
			    "this team: name at least one agent");
		for (size_t k = 0; k < t->n_members; k++)
			if (t->members[k]->team != t)
				item_problem(l, SEC_TEAMS, t, "members",
				    "%s is in team %s already: a person is in "
				    "one team", t->members[k]->id,
				    t->members[k]->team->id);
	}
}

static void
check_departments(struct loader *l)
{
	for (size_t i = 0; i < l->p->n_departments; i++) {
		const struct department *d = &l->p->departments[i];

		const struct node *n = loader_node(l, SEC_DEPARTMENTS, d);

		if (node_get(n, "webhook") != NULL &&
		    node_get(n, "webhook_file") != NULL)
			item_problem(l, SEC_DEPARTMENTS, d, "webhook_file",
			    "stands beside webhook: keep one of them");
		if (d->backup != NULL && d->backup == d->contact)
			item_problem(l, SEC_DEPARTMENTS, d, "backup", "the "
			    "contact cannot be the backup too: name somebody "
			    "else, or remove the line");
	}
}

/* The mail must be there, and be written for those who get it (G13). */
static void
check_template(struct loader *l, const struct step *s)
{
	const char *names[64] = { NULL }, *name, *near;
	enum audience want = s->to == STEP_TO_DEPARTMENT ||
	    s->to == STEP_TO_LEADERSHIP ? AUD_DEPARTMENT : AUD_INTERNAL;
	bool is_there = false;

	for (size_t i = 0; i < 63 && (name = templates_name(i)) != NULL; i++) {
		names[i] = name;
		is_there = is_there || str_eq(name, s->template);
	}
	near = problem_did_you_mean(s->template, names);
	if (!is_there && s->template[0] != '\0')
		item_problem(l, SEC_STEPS, s, "template", "there is no mail "
		    "\"%s\"%s%s%s", s->template, near != NULL ?
		    ": did you mean \"" : "; \"caseward template list\" names "
		    "them", near != NULL ? near : "", near != NULL ? "\"?" : "");
	if (is_there && templates_audience(s->template) != want)
		item_problem(l, SEC_STEPS, s, "template", "this mail is not "
		    "written for who gets it here: use one for %s",
		    want == AUD_DEPARTMENT ? "departments" : "our own people");
}

static void
check_step(struct loader *l, const struct step *s, bool is_last)
{
	check_template(l, s);
	if (s->to == STEP_TO_CHAIN && !is_last)
		item_problem(l, SEC_STEPS, s, "to", "chain repeats for ever, "
		    "so no step after it is ever reached: make it the last");
	if (s->to != STEP_TO_CHAIN && is_last)
		item_problem(l, SEC_STEPS, s, "to", "the last step must go to "
		    "the chain, or the ladder would fall silent: add a step "
		    "with \"to: chain\"");
	if (s->to != STEP_TO_DEPARTMENT && s->webhook)
		item_problem(l, SEC_STEPS, s, "webhook", "has an effect only "
		    "with \"to: department\": remove it");
	if (s->to == STEP_TO_LEAD && s->copy_lead)
		item_problem(l, SEC_STEPS, s, "copy_lead", "the lead gets this "
		    "mail anyway: remove it");
}

static void
check_ladder(struct loader *l)
{
	const struct ladder *lad = &l->p->ladder;

	if (lad->n == 0)
		item_problem(l, SEC_LADDER, NULL, "steps", "the ladder has no "
		    "steps, so nobody would ever be asked: add steps, the "
		    "last one with \"to: chain\"");
	for (size_t i = 0; i < lad->n; i++)
		check_step(l, &lad->steps[i], i + 1 == lad->n);
}

/* By the text: a value that is wrong was reported before. */
static bool
has_any(const struct node *rule, const char *const *keys)
{
	for (; *keys != NULL; keys++)
		if (node_get(rule, *keys) != NULL)
			return true;
	return false;
}

static void
check_rule(struct loader *l, const struct rule *r)
{
	static const char *const asks[] = { "subject", "body", "any", "words",
		"from", NULL };
	static const char *const sets[] = { "category", "type", "department",
		"priority", "risk", "money", "escalate_to", NULL };
	const struct node *n = loader_node(l, SEC_RULES, r);
	bool has_effect = has_any(n, sets);

	if (!has_any(n, asks))
		item_problem(l, SEC_RULES, r, "", "asks for nothing, so it "
		    "would hold for every mail: add words, subject, body, "
		    "any or from");
	if (r->is_resolution && has_effect)
		item_problem(l, SEC_RULES, r, "resolution", "such a rule is "
		    "for answers of departments and sets nothing else: make "
		    "two rules of it");
	if (r->is_resolution && node_get(n, "subject") != NULL)
		item_problem(l, SEC_RULES, r, "subject", "the subject of an "
		    "answer is ours and says nothing new: use words");
	if (!r->is_resolution && !has_effect)
		item_problem(l, SEC_RULES, r, "", "has no effect: say what it "
		    "sets, or remove it");
	if (node_get(n, "escalate_why") != NULL &&
	    node_get(n, "escalate_to") == NULL)
		item_problem(l, SEC_RULES, r, "escalate_why", "has no effect "
		    "without escalate_to");
}

static void
check_rules(struct loader *l)
{
	for (size_t i = 0; i < l->p->n_rules; i++)
		check_rule(l, &l->p->rules[i]);
}

/* What must be there, and what has no effect, for one kind of source. */
static void
check_source(struct loader *l, const struct oauth2 *o)
{
	const struct node *n = loader_node(l, SEC_OAUTH2, o);
	bool is_google = str_eq(o->kind, "service-account");
	bool is_app = str_eq(o->kind, "client-credentials");
	bool has_secret = o->client_secret_file[0] != '\0' ||
	    o->client_secret_env[0] != '\0';
	const struct {
		bool is_missing;
		const char *key, *what;
	} rows[] = {
		{ !is_google && o->client_id[0] == '\0', "client_id",
		    "is missing: the id of the app at your provider" },
		{ is_app && !has_secret && !node_get(n, "client_secret"),
		    "client_secret_file", "is missing: name a file with the "
		    "app's secret, or client_secret_env" },
		{ str_eq(o->kind, "refresh-token") &&
		    o->refresh_token_file[0] == '\0', "refresh_token_file",
		    "is missing: the file with the first refresh token" },
		{ is_google && o->key_file[0] == '\0', "key_file",
		    "is missing: the JSON key of the service account" },
		{ is_google && o->subject[0] == '\0', "subject",
		    "is missing: the mailbox that the account acts for" },
		{ !str_eq(o->kind, "refresh-token") && o->scope[0] == '\0',
		    "scope", "is missing: without it the token opens "
		    "nothing" },
		{ is_google && has_secret, "client_secret_file",
		    "has no effect with kind service-account: remove it" },
		{ is_google && o->client_id[0] != '\0', "client_id",
		    "has no effect with kind service-account: remove it" },
		{ o->client_secret_file[0] != '\0' &&
		    o->client_secret_env[0] != '\0', "client_secret_env",
		    "stands beside client_secret_file: keep one of them" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].is_missing && o->kind[0] != '\0')
			item_problem(l, SEC_OAUTH2, o, rows[i].key, "%s",
			    rows[i].what);
}

static void
check_oauth2(struct loader *l)
{
	for (size_t i = 0; i < l->p->n_oauth2; i++) {
		const struct oauth2 *o = &l->p->oauth2[i];
		bool is_used = l->p->transport.oauth2 == o;

		check_source(l, o);
		for (size_t k = 0; k < l->p->n_mailboxes; k++)
			is_used |= l->p->mailboxes[k].oauth2 == o;
		if (!is_used)
			item_problem(l, SEC_OAUTH2, o, "", "is used by no "
			    "mailbox and not by the transport: add \"oauth2: "
			    "%s\" there, or remove it", o->name);
	}
}

/* What a mailbox and the transport have in common. */
static void
check_server(struct loader *l, enum section_id s, const void *item,
    const char *host, const char *tls, const char *user,
    const char *password_file, const char *password_env)
{
	const struct node *n = s == SEC_TRANSPORT ? l->groups[s] :
	    loader_node(l, s, item);
	bool has_file = password_file[0] != '\0';
	bool has_env = password_env[0] != '\0';
	bool has_oauth2 = node_get(n, "oauth2") != NULL;
	bool was_refused = node_get(n, "password") != NULL;

	if (str_eq(tls, "none") && host[0] != '\0' &&
	    !value_is_this_machine(host, strlen(host)))
		item_problem(l, s, item, "tls", "without TLS the password and "
		    "every mail would cross the network in the clear: use "
		    "implicit or starttls (none is for 127.0.0.1 only)");
	if (has_file && has_env)
		item_problem(l, s, item, "password_env", "stands beside "
		    "password_file: keep one of them");
	if (has_oauth2 && (has_file || has_env))
		item_problem(l, s, item, "oauth2", "stands beside a password: "
		    "keep one of them");
	if (user[0] != '\0' && !has_file && !has_env && !has_oauth2 &&
	    !was_refused)
		item_problem(l, s, item, "user", "has no password: add "
		    "password_file, password_env or oauth2");
	if (user[0] == '\0' && (has_file || has_env || has_oauth2) &&
	    s == SEC_TRANSPORT)
		item_problem(l, s, item, "user", "is missing: there is a "
		    "%s for it", has_oauth2 ? "token" : "password");
}

static bool
is_same_mailbox(const struct mailbox *a, const struct mailbox *b)
{
	if (!str_eq(a->kind, b->kind))
		return false;
	if (str_eq(a->kind, "maildir"))
		return str_eq(a->path, b->path);
	return str_caseeq(a->host, b->host) && str_eq(a->user, b->user) &&
	    str_eq(a->folder, b->folder) && a->port == b->port;
}

static void
check_mailbox(struct loader *l, const struct mailbox *m)
{
	const struct transport *t = &l->p->transport;

	if (str_eq(m->kind, "imap"))
		check_server(l, SEC_MAILBOXES, m, m->host, m->tls, m->user,
		    m->password_file, m->password_env);
	if (str_eq(m->after, "move") && m->move_to[0] == '\0')
		item_problem(l, SEC_MAILBOXES, m, "after", "where to? add "
		    "move_to with the name of a folder");
	if (!str_eq(m->after, "move") && m->move_to[0] != '\0')
		item_problem(l, SEC_MAILBOXES, m, "move_to", "has an effect "
		    "only with \"after: move\"");
	if (m->move_to[0] != '\0' && str_eq(m->move_to, m->folder))
		item_problem(l, SEC_MAILBOXES, m, "move_to", "is the folder "
		    "that is read: name another");
	if (str_eq(m->kind, "maildir") && str_eq(t->kind, "maildir") &&
	    m->path[0] != '\0' && str_eq(m->path, t->path))
		item_problem(l, SEC_MAILBOXES, m, "path", "is the folder our "
		    "own mails go to: name another");
	for (const struct mailbox *o = l->p->mailboxes; o < m; o++)
		if (is_same_mailbox(o, m))
			item_problem(l, SEC_MAILBOXES, m, "", "reads the same "
			    "folder as %s: remove one of them", o->name);
}

static void
check_mail(struct loader *l)
{
	const struct transport *t = &l->p->transport;

	if (l->p->n_mailboxes == 0)
		problem_add(l->probs, l->path, 0, "mailboxes", "there is no "
		    "mailbox, so no mail would ever come in: add one");
	for (size_t i = 0; i < l->p->n_mailboxes; i++)
		check_mailbox(l, &l->p->mailboxes[i]);
	if (str_eq(t->kind, "smtp"))
		check_server(l, SEC_TRANSPORT, NULL, t->host, t->tls, t->user,
		    t->password_file, t->password_env);
}

static void
check_timing(struct loader *l)
{
	if (l->p->acks_per_day < l->p->acks_per_hour)
		item_problem(l, SEC_TIMING, NULL, "acks_per_day", "is less "
		    "than acks_per_hour: make it at least %d",
		    l->p->acks_per_hour);
}

void
policy_check(struct loader *l)
{
	static void (*const checks[])(struct loader *l) = {
		check_emails, check_managers, check_teams, check_departments,
		check_ladder, check_rules, check_mail, check_oauth2,
		check_timing, check_alarms,
	};

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		checks[i](l);
}
