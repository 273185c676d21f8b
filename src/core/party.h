/*
 * party.h - whom a case is about or against: they neither handle it nor get
 * any of its mail, and their commands on it are refused (DESIGN 5, H6).
 *
 * The employee is one; staff that a grave mail names are put on the list
 * `parties` of the case, and #exclude and #include change it.  Pure.
 */
#ifndef CW_CORE_PARTY_H
#define CW_CORE_PARTY_H

#include "core/casefile.h"
#include "mail/msg.h"

/* Is the address the employee's, or on the list? */
bool party_is(const struct casefile *c, const char *email);

/* The list with one more, or one less. */
const char *party_with(const char *parties, const char *email,
    struct arena *a);
const char *party_without(const char *parties, const char *email,
    struct arena *a);

/* Both lists as one. */
const char *party_join(const char *parties, const char *more,
    struct arena *a);

/* `who` or, if the case is about them, the first manager above of whom it is
 * not. */
const struct person *party_above(const struct casefile *c,
    const struct person *who);

/* Does the text name that person, by full name, id or address? */
bool party_is_named(const char *text, const struct person *who);

/*
 * Addresses of the staff whose full name or address stands in the subject or
 * the new text of a mail, but for `not_email` (its writer): a list, "" if
 * it names nobody.  At most 64 KiB are looked at.
 */
const char *party_named(const struct policy *p, const struct msg *m,
    const char *not_email, struct arena *a);

#endif
