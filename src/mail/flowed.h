/*
 * flowed.h - format=flowed text (RFC 3676) as its writer saw it.
 */
#ifndef CW_MAIL_FLOWED_H
#define CW_MAIL_FLOWED_H

#include "base/arena.h"

#include <stdbool.h>

/* `text` is UTF-8 with "\n" lines; quoted lines keep their "> ". */
char *flowed_join(struct arena *a, const char *text, bool delsp);

#endif
