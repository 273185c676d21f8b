/*
 * charset.h - bytes in any character set to clean UTF-8.
 *
 * Never fails: what is declared comes first, then valid UTF-8, then
 * windows-1252 (PROTOCOL HT-2).  Bytes that mean nothing become U+FFFD.
 * The result is valid UTF-8 without NUL and without controls except tab and
 * newline; CRLF becomes LF.
 */
#ifndef CW_MAIL_CHARSET_H
#define CW_MAIL_CHARSET_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/* `charset` as a mail declares it, "" or unknown: guess. */
char *charset_to_utf8(struct arena *a, const char *charset, const char *s,
    size_t n);

/* Load the tables of all charsets that mails are written in, for good: a
 * process that may open no file later knows these, and guesses the others. */
void charset_load(void);

bool charset_is_ascii(const char *s, size_t n);

#endif
