/*
 * thanks.h - is a mail nothing but thanks (L16)?  Then it opens no case
 * again.  Pure.
 */
#ifndef CW_CORE_THANKS_H
#define CW_CORE_THANKS_H

#include "base/arena.h"

#include <stdbool.h>

/*
 * True only if every word is one of thanks, greeting or courtesy, or part of
 * the writer's name, and one of them is thanks.  "Thanks, but it did not
 * arrive" is not: in doubt a case is opened again.
 */
bool thanks_only(const char *text, const char *name, struct arena *a);

#endif
