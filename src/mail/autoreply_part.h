/*
 * autoreply_part.h - what the files that read an absence share.  Others use
 * autoreply.h.  All text is as fold_text() leaves it.
 */
#ifndef CW_MAIL_AUTOREPLY_PART_H
#define CW_MAIL_AUTOREPLY_PART_H

#include "mail/autoreply.h"

struct text {
	const char *s;
	size_t n;
};

enum cue_rank { CUE_NONE, CUE_UNTIL, CUE_LAST_DAY, CUE_BACK };
enum date_order { ANY_ORDER, DAY_FIRST, MONTH_FIRST };

/* The strongest word beside a date that says what it is the date of. */
enum cue_rank absence_cue(const struct text *t, size_t start, size_t end);
/* Is t[at .. at + len) a word of its own?  Scripts without blanks: always
 * if a letter of theirs begins it. */
bool absence_is_word(const struct text *t, size_t at, size_t len);

/* "back on Monday", "until next week", "tomorrow": 00:00 UTC of that day, 0
 * if there is none (autoreply_days.c). */
cw_time absence_weekday(const struct text *t, cw_time now);
/* "en", "de" ...: in which language it says that somebody is away; NULL: it
 * does not. */
const char *absence_language(const struct text *t);

#endif
