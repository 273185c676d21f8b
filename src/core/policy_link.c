/* policy_link.c - what follows from the settings: roles, teams, defaults. */
#include "core/policy_table.h"

#include "base/str.h"
#include "mail/addr.h"

#include <string.h>

/* The items are ours until policy_load returns; readers see them const. */
#define ITEMS(l, sec, type) ((struct type *)(void *)(l)->lists[sec].items)

static void
hand_over(struct loader *l)
{
	struct policy *p = l->p;

	p->people = ITEMS(l, SEC_PEOPLE, person);
	p->n_people = l->lists[SEC_PEOPLE].n;
	p->teams = ITEMS(l, SEC_TEAMS, team);
	p->n_teams = l->lists[SEC_TEAMS].n;
	p->departments = ITEMS(l, SEC_DEPARTMENTS, department);
	p->n_departments = l->lists[SEC_DEPARTMENTS].n;
	p->categories = ITEMS(l, SEC_CATEGORIES, category);
	p->n_categories = l->lists[SEC_CATEGORIES].n;
	p->rules = ITEMS(l, SEC_RULES, rule);
	p->n_rules = l->lists[SEC_RULES].n;
	p->oauth2 = ITEMS(l, SEC_OAUTH2, oauth2);
	p->n_oauth2 = l->lists[SEC_OAUTH2].n;
	p->mailboxes = ITEMS(l, SEC_MAILBOXES, mailbox);
	p->n_mailboxes = l->lists[SEC_MAILBOXES].n;
	p->ladder.steps = ITEMS(l, SEC_STEPS, step);
	p->ladder.n = l->lists[SEC_STEPS].n;
}

/* The same person, to be written to. */
static struct person *
mutable(struct loader *l, const struct person *who)
{
	return who == NULL ? NULL :
	    &ITEMS(l, SEC_PEOPLE, person)[who - l->p->people];
}

static void
grant(struct loader *l, const struct person *who, enum role role)
{
	if (who != NULL)
		mutable(l, who)->roles |= role;
}

static void
link_teams(struct loader *l)
{
	for (size_t i = 0; i < l->p->n_teams; i++) {
		const struct team *t = &l->p->teams[i];

		grant(l, t->lead, ROLE_LEAD);
		for (size_t k = 0; k < t->n_members; k++) {
			grant(l, t->members[k], ROLE_AGENT);
			if (t->members[k]->team == NULL)
				mutable(l, t->members[k])->team = t;
		}
	}
	for (size_t i = 0; i < l->p->n_teams; i++) {
		const struct team *t = &l->p->teams[i];

		if (t->lead != NULL && t->lead->team == NULL)
			mutable(l, t->lead)->team = t;
	}
}

static void
link_people(struct loader *l)
{
	const struct person *who;

	for (size_t i = 0; i < l->p->n_people; i++) {
		struct person *p = mutable(l, &l->p->people[i]);

		if (p->calendar == NULL)
			p->calendar = l->p->calendar;
		if (p->language[0] == '\0')
			p->language = l->p->language;
	}
	for (size_t k = 0; k <= l->p->n_people; k++) {
		if ((who = policy_chain(l->p, k)) == NULL)
			break;
		grant(l, who, ROLE_SUPERVISOR);
	}
}

static void
link_departments(struct loader *l)
{
	for (size_t i = 0; i < l->p->n_departments; i++) {
		struct department *d =
		    &ITEMS(l, SEC_DEPARTMENTS, department)[i];

		grant(l, d->contact, ROLE_DEPARTMENT);
		grant(l, d->backup, ROLE_DEPARTMENT);
		grant(l, d->leadership, ROLE_LEADERSHIP);
		if (d->calendar == NULL)
			d->calendar = d->contact != NULL ?
			    d->contact->calendar : l->p->calendar;
	}
}

static void
link_rules(struct loader *l)
{
	for (size_t i = 0; i < l->p->n_rules; i++) {
		struct rule *r = &ITEMS(l, SEC_RULES, rule)[i];

		if (r->type[0] == '\0')
			r->type = NULL;
		if (r->escalate_to != NULL && r->escalate_why[0] == '\0')
			r->escalate_why = r->name;
	}
}

/* Port 0 is the usual one of the protocol. */
static int
port_of(int port, const char *tls, int implicit, int starttls, int none)
{
	if (port != 0)
		return port;
	if (str_eq(tls, "implicit"))
		return implicit;
	return str_eq(tls, "starttls") ? starttls : none;
}

static void
link_servers(struct loader *l)
{
	struct transport *t = &l->p->transport;

	if (str_eq(t->kind, "smtp"))
		t->port = port_of(t->port, t->tls, 465, 587, 25);
	for (size_t i = 0; i < l->p->n_mailboxes; i++) {
		struct mailbox *m = &ITEMS(l, SEC_MAILBOXES, mailbox)[i];

		if (str_eq(m->kind, "imap"))
			m->port = port_of(m->port, m->tls, 993, 143, 143);
	}
}

static void
link_desk(struct loader *l)
{
	struct policy *p = l->p;
	const char **v = arena_array(l->a, p->n_own_addresses + 1, sizeof(*v));
	size_t n = 0;

	v[n++] = p->address;
	for (size_t i = 0; i < p->n_own_addresses; i++)
		if (!str_eq(p->own_addresses[i], p->address))
			v[n++] = p->own_addresses[i];
	p->own_addresses = v;
	p->n_own_addresses = n;
	if (p->host[0] == '\0')
		p->host = addr_domain(p->address);
	if (p->instance_id[0] == '\0')
		p->instance_id = p->address;
}

static void
link_alarms(struct loader *l)
{
	struct alarm_policy *p = &l->p->alarms;
	const char **v;

	if (p->n_mail_to != 0 || l->p->supervisor == NULL)
		return;
	v = arena_array(l->a, 1, sizeof(*v));
	v[0] = l->p->supervisor->email;
	p->mail_to = v;
	p->n_mail_to = 1;
}

void
policy_link(struct loader *l)
{
	hand_over(l);
	link_desk(l);
	link_people(l);
	link_teams(l);
	link_departments(l);
	link_rules(l);
	link_servers(l);
	link_alarms(l);
}
