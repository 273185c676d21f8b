/*
 * subject.h - what stands in front of a subject: "Re:", "WG:", "[EXTERNAL]".
 *
 * PROTOCOL TH-10, TH-13.  Prefixes are known in some twenty languages, may
 * carry a counter ("Re[2]:"), a blank before the colon or a full-width
 * colon, and are taken off repeatedly.
 */
#ifndef CW_MAIL_SUBJECT_H
#define CW_MAIL_SUBJECT_H

#include "base/arena.h"

#include <stdbool.h>

enum subject_kind {
	SUBJECT_PLAIN,   /* no prefix */
	SUBJECT_REPLY,
	SUBJECT_FORWARD,
	SUBJECT_UNKNOWN  /* "VS:" answers in Finnish, forwards in Danish */
};

struct subject {
	const char *base;       /* points into the subject that was given */
	enum subject_kind kind; /* of the outermost prefix */
};

void subject_parse(const char *subject, struct subject *out);

/*
 * TH-13: a forward has a forward prefix and carries another mail: embedded
 * (`embedded_headers` not empty) or as a header block in its text.
 */
bool subject_is_forward(const char *subject, const char *text,
    const char *embedded_headers, struct arena *a);

#endif
