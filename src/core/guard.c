/* guard.c - may this person be mailed about this case? */
#include "core/guard.h"

#include "base/str.h"
#include "core/party.h"
#include "mail/addr.h"
#include "mail/autoreply.h"

static bool
is_employee(const struct case_facts *f, const char *email)
{
	return f != NULL && *f->c.employee_email != '\0' &&
	    str_caseeq(f->c.employee_email, email);
}

const char *
guard_objection(const struct policy *p, const struct case_facts *f,
    enum audience audience, const char *email)
{
	const struct person *staff = policy_person_by_email(p, email);
	const struct address_state *st;

	if (!addr_is_valid(email))
		return "not an address that can be mailed";
	if (policy_is_own_address(p, email))
		return "our own address";
	if (autoreply_is_robot(email))
		return "nobody reads what is sent there";
	if (audience == AUD_EMPLOYEE && !is_employee(f, email))
		return "not the employee of this case";
	if (audience != AUD_EMPLOYEE && is_employee(f, email))
		return "the employee of this case must not get this mail";
	if (audience != AUD_EMPLOYEE && f != NULL && party_is(&f->c, email))
		return "the case is about them";
	if (audience != AUD_EMPLOYEE && staff == NULL)
		return "not on the staff list";
	if (f == NULL || (st = facts_address(f, email)) == NULL)
		return NULL;
	return st->undeliverable_since != 0 ? "mail to it came back" : NULL;
}
