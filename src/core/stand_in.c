/* stand_in.c - who acts for somebody that is away or cannot be reached. */
#include "core/ladder_part.h"

#include "base/str.h"
#include "core/party.h"

#define MAX_BACKUPS 8 /* of backups: two may name each other */

/* --- lists of people, the one who is meant first --- */

void
candidates_add(struct candidates *c, const struct person *who)
{
	if (who == NULL || c->n == MAX_CANDIDATES)
		return;
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i] == who)
			return;
	c->v[c->n++] = who;
}

void
candidates_add_backups(struct candidates *c, const struct person *who)
{
	for (int i = 0; who != NULL && i <= MAX_BACKUPS; i++) {
		candidates_add(c, who);
		who = who->backup;
	}
}

int
person_trouble(const struct case_facts *f, const struct person *who,
    cw_time now, const char *except)
{
	const struct address_state *s = facts_address(f, who->email);

	if (party_is(&f->c, who->email))
		return 4;
	if (except != NULL && str_caseeq(who->email, except))
		return 2;
	if (facts_is_reachable(f, who->email, now))
		return 0;
	return s != NULL && s->undeliverable_since != 0 ? 3 : 1;
}

const struct person *
candidates_best(const struct candidates *c, const struct case_facts *f,
    cw_time now, const char *except)
{
	size_t best = 0;

	for (size_t i = 1; i < c->n; i++)
		if (person_trouble(f, c->v[i], now, except) <
		    person_trouble(f, c->v[best], now, except))
			best = i;
	return c->v[best];
}

/* The person that their out-of-office named, NULL if we do not know them. */
static const struct person *
deputy_of(const struct case_facts *f, const struct policy *p,
    const struct person *who)
{
	const struct address_state *s = facts_address(f, who->email);

	return s == NULL || str_is_empty(s->deputy) ? NULL :
	    policy_person_by_email(p, s->deputy);
}

/* --- the department's side --- */

/* Anybody can name anybody in an out-of-office: only who is of the same
 * department gets mail by it. */
static bool
is_of_department(const struct department *d, const struct person *who)
{
	return who == d->contact || who == d->backup || who == d->leadership ||
	    (who->manager != NULL && who->manager == d->leadership);
}

void
candidates_department(const struct case_facts *f, const struct policy *p,
    struct candidates *c)
{
	const struct department *d = case_department(&f->c, p);
	const struct person *deputy;

	if (d == NULL)
		return;
	candidates_add(c, d->contact);
	candidates_add_backups(c, d->backup);
	if (d->contact != NULL) {
		candidates_add_backups(c, d->contact);
		deputy = deputy_of(f, p, d->contact);
		if (deputy != NULL && is_of_department(d, deputy))
			candidates_add(c, deputy);
	}
	candidates_add_backups(c, d->leadership);
}

const struct person *
case_contact(const struct case_facts *f, const struct policy *p, cw_time now)
{
	struct candidates c = { .n = 0 };

	candidates_department(f, p, &c);
	return candidates_best(&c, f, now, NULL);
}

/* --- the desk's side (G21) --- */

static void
add_managers(const struct policy *p, const struct person *who,
    struct candidates *c)
{
	for (int i = 0; who != NULL && i <= MAX_BACKUPS; i++) {
		candidates_add_backups(c, who);
		who = who->manager;
	}
	for (size_t k = 0; k <= MAX_BACKUPS; k++)
		candidates_add_backups(c, policy_chain(p, k));
}

void
candidates_leaders(const struct case_facts *f, const struct policy *p,
    const struct person *lead, struct candidates *c)
{
	const struct person *deputy = deputy_of(f, p, lead);

	candidates_add_backups(c, lead);
	if (deputy != NULL &&
	    (deputy->roles & (ROLE_LEAD | ROLE_SUPERVISOR)) != 0)
		candidates_add(c, deputy);
	add_managers(p, lead->manager, c);
}

static bool
is_colleague(const struct person *who, const struct person *x)
{
	return x != who && (who->roles & x->roles & ROLE_AGENT) != 0 &&
	    !str_is_empty(x->region) && str_eq(x->region, who->region);
}

/* The backup, who the out-of-office names, who was chosen when the absence
 * began (the least loaded), any agent of the region, the leaders. */
static void
agent_people(const struct case_facts *f, const struct policy *p,
    const struct person *who, struct candidates *c)
{
	const struct address_state *s = facts_address(f, who->email);
	const struct person *deputy = deputy_of(f, p, who), *chosen;

	candidates_add_backups(c, who);
	if (deputy != NULL && is_colleague(who, deputy))
		candidates_add(c, deputy);
	chosen = s == NULL || str_is_empty(s->stand_in) ? NULL :
	    policy_person_by_email(p, s->stand_in);
	if (chosen != NULL && is_colleague(who, chosen))
		candidates_add(c, chosen);
	for (size_t i = 0; i < p->n_people &&
	     c->n < MAX_CANDIDATES - 20; i++)
		if (is_colleague(who, &p->people[i]))
			candidates_add(c, &p->people[i]);
	if (who->team != NULL)
		candidates_add_backups(c, who->team->lead);
	add_managers(p, who->manager, c);
}

const struct person *
staff_stand_in(const struct case_facts *f, const struct policy *p,
    const struct person *who, cw_time now)
{
	struct candidates c = { .n = 0 };

	if (facts_is_reachable(f, who->email, now))
		return who;
	if ((who->roles & (ROLE_LEAD | ROLE_SUPERVISOR)) != 0)
		candidates_leaders(f, p, who, &c);
	else
		agent_people(f, p, who, &c);
	return candidates_best(&c, f, now, NULL);
}

const struct person *
case_keeper_lead(const struct case_facts *f, const struct policy *p,
    cw_time now)
{
	return staff_stand_in(f, p, case_lead(&f->c, p), now);
}

const struct person *
case_reader(const struct case_facts *f, const struct policy *p,
    const struct person *who, cw_time now)
{
	if (facts_is_reachable(f, who->email, now))
		return who;
	/* H6: of a confidential case no colleague hears, but the lead. */
	if (f->c.risk == RISK_CONFIDENTIAL &&
	    (who->roles & (ROLE_AGENT | ROLE_LEAD | ROLE_SUPERVISOR)) ==
	    ROLE_AGENT)
		return case_keeper_lead(f, p, now);
	return staff_stand_in(f, p, who, now);
}

bool
case_may_be_listed(const struct casefile *c, const struct person *meant,
    const struct person *reader)
{
	if (party_is(c, reader->email))
		return false;
	return reader == meant || c->risk != RISK_CONFIDENTIAL ||
	    (reader->roles & (ROLE_LEAD | ROLE_SUPERVISOR)) != 0;
}

const struct person *
case_keeper(const struct case_facts *f, const struct policy *p, cw_time now)
{
	const struct person *owner = case_owner(&f->c, p);

	return owner == NULL ? case_keeper_lead(f, p, now) :
	    case_reader(f, p, owner, now);
}
