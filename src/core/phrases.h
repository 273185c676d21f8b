/*
 * phrases.h - sentences of ours, said again in another language.
 *
 * History, reasons, tasks and answers are written once, in English: they are
 * evidence, and their bytes are hashed.  In a letter to somebody who reads
 * another language they are said again from templates/<language>/phrases.txt,
 * which also holds names of the settings (categories, departments, titles).
 *
 *	Asked {s} ({}) for the status
 *		Se pidió a {s} ({}) que informe cómo va
 *
 * A line at the margin is English, the indented one below it is what is said
 * instead; "# " begins a comment.  Holes: {} is kept as it is, {s} is itself a
 * phrase, {l} is a list of phrases with commas, {d} holds dates.  {1} .. {6} in
 * the answer takes a hole out of its order.  The first line that matches the
 * whole text wins; what none matches stays as it was written.  Pure.
 */
#ifndef CW_CORE_PHRASES_H
#define CW_CORE_PHRASES_H

#include "core/problems.h"
#include "core/words.h"

#define PHRASES_FILE "phrases.txt"
#define PHRASES_MAX_HOLES 6

struct phrases;

/* Every mistake goes to *probs.  `w` is for the dates; all is kept in `a`. */
const struct phrases *phrases_parse(const char *text, const char *file,
    const struct words *w, struct arena *a, struct problems *probs);

/* One sentence.  p NULL (English): the text itself; "" for NULL. */
const char *phrases_say(const struct phrases *p, struct arena *a,
    const char *text);
/* Each line by itself. */
const char *phrases_say_lines(const struct phrases *p, struct arena *a,
    const char *text);
/* "client, division": each part by itself. */
const char *phrases_say_list(const struct phrases *p, struct arena *a,
    const char *text);
/* Is the whole text known? */
bool phrases_has(const struct phrases *p, const char *text);

#endif
