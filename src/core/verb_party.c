/* verb_party.c - the verbs "exclude" and "include": who must hear nothing
 * of a case, because it is about them. */
#include "core/verb_part.h"

#include "base/str.h"
#include "core/party.h"

static enum rc
find(const struct verb_call *c, const struct person **who, struct err *e)
{
	*who = policy_person(c->policy, c->args);
	if (*who == NULL)
		*who = policy_person_by_email(c->policy, c->args);
	return *who != NULL ? RC_OK : err_set(e, RC_BAD, "nobody of the staff"
	    " is called \"%.80s\"; `caseward people` lists them", c->args);
}

enum rc
verb_exclude(const struct verb_call *c, struct plan *p, const char **said,
    struct err *e)
{
	const struct casefile *f = &c->f->c;
	const struct person *who;
	enum rc rc;

	if ((rc = find(c, &who, e)) != RC_OK)
		return rc;
	if (str_eq(who->id, f->owner))
		return err_set(e, RC_BAD, "%s owns the case; give it to"
		    " somebody else first", who->name);
	plan_set(p, "parties", party_with(f->parties, who->email, c->a));
	plan_event(p, "party", arena_printf(c->a, "%s hears nothing of this"
	    " case (by %s)", who->name, verb_who(c)), "");
	*said = arena_printf(c->a, "%s hears nothing of this case.",
	    who->name);
	return RC_OK;
}

enum rc
verb_include(const struct verb_call *c, struct plan *p, const char **said,
    struct err *e)
{
	const struct casefile *f = &c->f->c;
	const struct person *who;
	enum rc rc;

	if ((rc = find(c, &who, e)) != RC_OK)
		return rc;
	plan_set(p, "parties", party_without(f->parties, who->email, c->a));
	plan_add(p, ACT_TASK_DONE, "check-parties", "");
	plan_event(p, "party", arena_printf(c->a, "%s may hear of this case"
	    " again (by %s)", who->name, verb_who(c)), "");
	*said = arena_printf(c->a, "%s may hear of this case again.",
	    who->name);
	return RC_OK;
}
