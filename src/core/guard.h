/*
 * guard.h - may this person be mailed about this case?  Every recipient
 * passes here before a mail is queued (DESIGN 5): nobody outside the
 * audience, never the employee by an internal or a department's mail,
 * never ourselves, never an address that is known to be dead.  Pure.
 */
#ifndef CW_CORE_GUARD_H
#define CW_CORE_GUARD_H

#include "core/facts.h"

/* NULL: it may.  Else why not, in words. */
const char *guard_objection(const struct policy *p,
    const struct case_facts *f, /* NULL: not about one case */
    enum audience audience, const char *email);

#endif
