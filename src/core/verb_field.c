/* verb_field.c - the verb "field": fill in what is missing (G1). */
#include "core/verb_part.h"

#include "base/str.h"
#include "mail/addr.h"

#include <string.h>
#include <strings.h>

/* A category brings its risk: who may read what follows from it. */
static enum rc
check_category(const struct verb_call *c, const char **value, struct plan *p,
    struct err *e)
{
	const struct category *cat = policy_category(c->policy, *value);

	if (cat == NULL)
		return err_set(e, RC_BAD, "no category \"%.40s\"", *value);
	*value = cat->id;
	if (cat->risk > c->f->c.risk)
		plan_set(p, "risk", risk_name(cat->risk));
	return RC_OK;
}

static enum rc
check_email(const struct verb_call *c, const char **value, struct plan *p,
    struct err *e)
{
	const struct person *owner = case_owner(&c->f->c, c->policy);

	(void)p;
	if (!addr_is_valid(*value))
		return err_set(e, RC_BAD, "\"%.80s\" is not an address that"
		    " can be mailed", *value);
	if (policy_is_own_address(c->policy, *value))
		return err_set(e, RC_BAD, "%.80s is our own address", *value);
	if (owner != NULL && str_caseeq(owner->email, *value))
		return err_set(e, RC_BAD, "%s owns the case; give it to"
		    " somebody else first", owner->name);
	*value = str_lower(c->a, *value);
	return RC_OK;
}

static const struct {
	const char *name;
	/* May change the value, or add to the plan; NULL: any text. */
	enum rc (*check)(const struct verb_call *c, const char **value,
	    struct plan *p, struct err *e);
} fields[] = {
	{ "category", check_category },
	{ "type", NULL },
	{ "employee_name", NULL },
	{ "employee_id", NULL },
	{ "employee_email", check_email },
	{ "client", NULL },
	{ "client_id", NULL },
	{ "division", NULL },
	{ "brief", NULL },
	{ "reported_by", NULL },
};

enum { N_FIELDS = sizeof(fields) / sizeof(fields[0]) };

/* What stands behind the name of a field, however it is spelled: "employee
 * id 7", "Employee-ID: 7", "employee_id=7"; NULL: another field. */
static const char *
behind_field(const char *s, const char *name)
{
	for (; *name != '\0'; s++, name++)
		if (*name == '_' ? strchr("_- ", *s) == NULL || *s == '\0' :
		    strncasecmp(s, name, 1) != 0)
			return NULL;
	return *s != '\0' && strchr(" \t=:", *s) != NULL ?
	    s + strspn(s, " \t=:") : NULL;
}

static enum rc
wrong_field(const struct verb_call *c, struct err *e)
{
	const char *list = "";

	for (size_t i = 0; i < N_FIELDS; i++)
		list = arena_printf(c->a, "%s%s%s", list, i == 0 ? "" : ", ",
		    fields[i].name);
	return err_set(e, RC_BAD, "fields are: %s; for owner and department"
	    " say #assign", list);
}

enum rc
verb_field(const struct verb_call *c, struct plan *p, const char **said,
    struct err *e)
{
	enum rc rc;

	for (size_t i = 0; i < N_FIELDS; i++) {
		const char *name = fields[i].name;
		const char *value = behind_field(c->args, name);

		if (value == NULL || *value == '\0')
			continue;
		if (fields[i].check != NULL &&
		    (rc = fields[i].check(c, &value, p, e)) != RC_OK)
			return rc;
		plan_set(p, name, value);
		plan_event(p, "field", arena_printf(c->a, "%s = %s (by %s)",
		    name, value, verb_who(c)), "");
		*said = arena_printf(c->a, "%s is now \"%s\".", name, value);
		return RC_OK;
	}
	return wrong_field(c, e);
}
