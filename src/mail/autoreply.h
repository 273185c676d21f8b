/*
 * autoreply.h - did a person write this, and may we answer it?
 *
 * PROTOCOL AR-1 to AR-15 as one table of rules.  The first rule that names
 * a class decides it; any rule that applies forbids an answer.  Silence
 * never means discard: the mail is still stored (AR-8).
 */
#ifndef CW_MAIL_AUTOREPLY_H
#define CW_MAIL_AUTOREPLY_H

#include "mail/msg.h"

/* Sets class, class_why, wants_no_answer and is_challenge.  Needs headers and body. */
void autoreply_classify(struct msg *m, const struct msg_own *own,
    struct arena *a);

/* An address behind which nobody reads (AR-2): no-reply, mailer-daemon ... */
bool autoreply_is_robot(const char *email);

/*
 * Does a subject begin like that of an automatic reply (AR-11)?  Absences
 * are what people write to HR about, too, and machines begin no
 * conversation: LIKELY is a machine only where the mail answers another one.
 * "Re:" or "FW:" in front of such words is a person's.
 */
enum autoreply_subject {
	AUTOREPLY_NO,
	AUTOREPLY_PERHAPS, /* "Auto:", "Out of office request": no answer */
	AUTOREPLY_LIKELY,  /* "Absence", "On leave: x" */
	AUTOREPLY_YES
};

enum autoreply_subject autoreply_subject(const char *subject,
    struct arena *a);

/*
 * What an absence notice says.  All of it is a claim of whoever wrote the
 * mail: propose it, never mail the deputy without asking the directory.
 */
struct absence {
	cw_time from_at;    /* 00:00 UTC of the first day away, 0: not said */
	cw_time back_at;    /* 00:00 UTC of the first day back, 0: not said */
	const char *deputy; /* e-mail address in lower case, "" if none */
};

/*
 * Read new text and subject of an automatic reply, at most 8 KiB, in some
 * twenty languages; a date without a year is the next one after `now`, a
 * weekday the next of that name.  3/4 is read as the writer's language and
 * zone have it.  Dates further than 60 days back or two years ahead are not
 * believed.  True if it says that somebody is away ("until further notice"
 * has no date); an acknowledgement of a ticket system does not.
 */
bool autoreply_absence(const struct msg *m, cw_time now, struct arena *a,
    struct absence *out);

#endif
