/* policy.c - questions about the settings once they are loaded. */
#include "core/policy.h"

#include "base/str.h"

static const char *const priorities[PRIO_N] = {
	[PRIO_LOW] = "low",
	[PRIO_NORMAL] = "normal",
	[PRIO_HIGH] = "high",
	[PRIO_URGENT] = "urgent",
};

static const char *const risks[RISK_N] = {
	[RISK_LOW] = "low",
	[RISK_MODERATE] = "moderate",
	[RISK_HIGH] = "high",
	[RISK_CONFIDENTIAL] = "confidential",
};

static bool
name_index(const char *s, const char *const *names, size_t n, size_t *out)
{
	for (size_t i = 0; i < n; i++) {
		if (str_caseeq(s, names[i])) {
			*out = i;
			return true;
		}
	}
	return false;
}

const char *
priority_name(enum priority p)
{
	return priorities[p];
}

bool
priority_parse(const char *s, enum priority *out)
{
	size_t i;

	if (!name_index(s, priorities, PRIO_N, &i))
		return false;
	*out = (enum priority)i;
	return true;
}

const char *
risk_name(enum risk r)
{
	return risks[r];
}

bool
risk_parse(const char *s, enum risk *out)
{
	size_t i;

	if (!name_index(s, risks, RISK_N, &i))
		return false;
	*out = (enum risk)i;
	return true;
}

const struct person *
policy_person(const struct policy *p, const char *id)
{
	for (size_t i = 0; i < p->n_people; i++)
		if (str_eq(p->people[i].id, id))
			return &p->people[i];
	return NULL;
}

const struct person *
policy_person_by_email(const struct policy *p, const char *email)
{
	for (size_t i = 0; i < p->n_people; i++)
		if (str_caseeq(p->people[i].email, email))
			return &p->people[i];
	return NULL;
}

const struct department *
policy_department(const struct policy *p, const char *id)
{
	for (size_t i = 0; i < p->n_departments; i++)
		if (str_caseeq(p->departments[i].id, id) ||
		    str_caseeq(p->departments[i].name, id))
			return &p->departments[i];
	return NULL;
}

const struct category *
policy_category(const struct policy *p, const char *id)
{
	for (size_t i = 0; i < p->n_categories; i++)
		if (str_caseeq(p->categories[i].id, id) ||
		    str_caseeq(p->categories[i].name, id))
			return &p->categories[i];
	return NULL;
}

const struct team *
policy_team(const struct policy *p, const char *id)
{
	for (size_t i = 0; i < p->n_teams; i++)
		if (str_caseeq(p->teams[i].id, id) ||
		    str_caseeq(p->teams[i].name, id))
			return &p->teams[i];
	return NULL;
}

bool
policy_is_own_address(const struct policy *p, const char *email)
{
	for (size_t i = 0; i < p->n_own_addresses; i++)
		if (str_caseeq(p->own_addresses[i], email))
			return true;
	return false;
}

const struct person *
policy_chain(const struct policy *p, size_t k)
{
	const struct person *who = p->supervisor;

	/* no cycle: policy_load refuses one; a person is passed but once */
	for (size_t i = 0; i < k && i < p->n_people; i++) {
		if (who == NULL || who->manager == NULL)
			break;
		who = who->manager;
	}
	return who;
}

void
policy_fini(struct policy *p)
{
	for (size_t i = 0; i < p->n_rules; i++) {
		/* the patterns are ours, though readers see them as const */
		struct rule r = p->rules[i];

		re_free(&r.subject);
		re_free(&r.body);
		re_free(&r.from);
		re_free(&r.any);
		re_free(&r.words);
		re_free(&r.unless);
	}
	p->n_rules = 0;
	re_free(&p->employee_id);
}
