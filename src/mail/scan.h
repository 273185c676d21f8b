/*
 * scan.h - small things found in running text: addresses, status codes,
 * words.  All linear in the text, none of them needs a regular expression.
 */
#ifndef CW_MAIL_SCAN_H
#define CW_MAIL_SCAN_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

struct scan_span {
	size_t start, end;
};

/*
 * The first e-mail address in s[from .. len): local part at most 64 bytes,
 * domain with a dot in it, at most 255.
 */
bool scan_address(const char *s, size_t len, size_t from,
    struct scan_span *out);

/*
 * The first enhanced status code, `[245].1-3 digits.1-3 digits`, that is
 * not part of a longer number such as an IP address (PROTOCOL BN-4).
 */
bool scan_status(const char *s, size_t len, size_t from,
    struct scan_span *out);

/*
 * The next line from *at, without its end ("\n" or "\r\n"), and move on;
 * false at the end of the text.
 */
bool scan_line(const char *s, size_t len, size_t *at, struct scan_span *out);

#endif
