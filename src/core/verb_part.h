/*
 * verb_part.h - what the files of the verbs share.  Others use verb.h.
 */
#ifndef CW_CORE_VERB_PART_H
#define CW_CORE_VERB_PART_H

#include "core/verb.h"

/* "Ana Ruiz", "the operator" */
const char *verb_who(const struct verb_call *c);

/* The verb "field" (verb_field.c). */
enum rc verb_field(const struct verb_call *c, struct plan *p,
    const char **said, struct err *e);

/* Who must hear nothing of the case, and who may again (verb_party.c). */
enum rc verb_exclude(const struct verb_call *c, struct plan *p,
    const char **said, struct err *e);
enum rc verb_include(const struct verb_call *c, struct plan *p,
    const char **said, struct err *e);

/* Who is away, and is back (verb_absence.c). */
enum rc verb_absent(const struct verb_call *c, struct plan *p,
    const char **said, struct err *e);
enum rc verb_back(const struct verb_call *c, struct plan *p,
    const char **said, struct err *e);

#endif
