/*
 * htmltag.h - is there a tag in this HTML that would cost libxml2 too much?
 *
 * It compares each attribute of a tag with all before it: 30,000 of them in
 * 256 KiB take seconds.
 */
#ifndef CW_MAIL_HTMLTAG_H
#define CW_MAIL_HTMLTAG_H

#include <stdbool.h>
#include <stddef.h>

/* Linear, whatever the bytes. */
bool htmltag_is_tame(const char *s, size_t n);

#endif
