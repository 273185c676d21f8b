/*
 * language.h - in which language a mail is written, if that is unmistakable.
 *
 * By its commonest little words, and only for people of whom nothing else is
 * known: what stands in the directory or in the settings goes first.  Pure.
 */
#ifndef CW_CORE_LANGUAGE_H
#define CW_CORE_LANGUAGE_H

#include "base/arena.h"

/*
 * "es", "en" ...; "" if the text is too short or in two minds: at least
 * LANGUAGE_MIN_HITS of its words must be of one language, and twice as many
 * as of any other.  The head of the text counts, 4000 bytes.
 */
#define LANGUAGE_MIN_HITS 4
const char *language_guess(const char *text, struct arena *a);

#endif
