/*
 * encode.h - text and bytes as 7-bit lines for outgoing mail.
 *
 * PROTOCOL OF-2, OF-3, OF-5.  Everything is appended to a `struct str`;
 * line ends are CRLF, whatever they were before.
 */
#ifndef CW_MAIL_ENCODE_H
#define CW_MAIL_ENCODE_H

#include "base/str.h"

enum encoding { ENCODE_7BIT, ENCODE_QP, ENCODE_BASE64 };

/* What valid UTF-8 text needs: nothing for short ASCII lines, quoted
 * printable, or base64 when more than a sixth of it is not ASCII. */
enum encoding encode_choose(const char *s, size_t n);
const char *encode_name(enum encoding e); /* Content-Transfer-Encoding */
/* The text so encoded; ends with CRLF unless it is empty. */
void encode_text(struct str *o, enum encoding e, const char *s, size_t n);
/* Bytes as base64 in lines of 76. */
void encode_bytes(struct str *o, const void *p, size_t n);

/*
 * Header fields.  `col` is the length of the line so far; words that do not
 * fit into 76 characters begin a new one.  Values must have been checked:
 * no controls, valid UTF-8.
 */

/* One word that must not be broken, with a blank in front of it. */
void encode_token(struct str *o, size_t *col, const char *s, size_t n);
/* Free text: words of RFC 2047 from the first to the last word that needs
 * them, so that [ER-000123] stays readable; blanks become single. */
void encode_words(struct str *o, size_t *col, const char *s);
/* A display name: atoms, quoted string or words of RFC 2047. */
void encode_phrase(struct str *o, size_t *col, const char *s);

#endif
