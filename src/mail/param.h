/*
 * param.h - parameters of Content-Type and Content-Disposition.
 *
 * All the ways in which mails spell them: plain, quoted, RFC 2231 with
 * charset and in pieces, encoded words, raw bytes.
 */
#ifndef CW_MAIL_PARAM_H
#define CW_MAIL_PARAM_H

#include "base/arena.h"

/* What stands before the first ";", lower case, without blanks. */
char *param_main(struct arena *a, const char *value);

/* The decoded parameter, or NULL.  `name` is lower case. */
char *param_get(struct arena *a, const char *value, const char *name);

/* A file name as it may be shown: no path parts, no controls, at most 200
 * bytes; "" for what is no name at all. */
char *param_filename(struct arena *a, const char *name);

#endif
