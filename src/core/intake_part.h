/*
 * intake_part.h - what the files of intake share.  Others use intake.h.
 */
#ifndef CW_CORE_INTAKE_PART_H
#define CW_CORE_INTAKE_PART_H

#include "core/intake.h"

/* The address it came from, "nobody" if it names none. */
const char *intake_sender(const struct intake *in);

/* Why who keeps the case (but for one who cannot be told, "" none) hears of
 * it: one sentence, then the words. */
void intake_tell(const struct case_facts *f, const struct policy *policy,
    cw_time now, const char *not_email, const char *template_name,
    const char *reason, const char *detail, struct plan *p);

/* H5: who must hear of it hears now, by the first mail that says so. */
void intake_escalate(const struct intake *in, const struct case_facts *f,
    struct plan *p);

/* What is new in the mail, as a letter of ours shows it (unread.h). */
const char *intake_words(const struct intake *in);

/* What cannot be read here is a task for the owner (M7). */
void intake_name_unread(const struct intake *in, const struct casefile *c,
    struct plan *p);

/* New attachments are flagged until somebody has looked (G10). */
void intake_keep_files(const struct msg *m, struct plan *p);

/* A complaint: staff whom it names may be whom it is against. */
bool intake_is_grave(const struct triage *t);
/* The list is a guess by names: the owner can put it right. */
void intake_name_parties(const struct casefile *c, struct plan *p,
    struct arena *a);

#endif
