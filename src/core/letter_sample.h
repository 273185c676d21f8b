/*
 * letter_sample.h - a case and a day that look like life, to show and to
 * check templates with: `template render NAME --sample`, lint, `make look`.
 *
 * People, departments and titles are those of the settings; everything else
 * is invented.  The sample's clock stands at LETTER_SAMPLE_NOW.
 */
#ifndef CW_CORE_LETTER_SAMPLE_H
#define CW_CORE_LETTER_SAMPLE_H

#include "core/letter.h"

#define LETTER_SAMPLE_NOW INT64_C(1794232800) /* 2026-11-09 14:00 UTC */

void letter_sample(const struct policy *p, struct arena *a,
    struct case_facts *facts, struct digest *digest);

/* Reason and detail as they are usual for the template `name`. */
void letter_sample_words(const char *name, struct letter_more *more);

/* Who reads it: an employee, a department's contact, or a lead. */
void letter_sample_to(const char *name, const struct policy *p,
    const struct case_facts *f, struct letter_to *to);

#endif
