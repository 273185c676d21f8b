/*
 * re.h - regular expressions, always with limits.  The only caller of PCRE2.
 *
 * Match limit 100,000, depth 100,000, heap 2 MiB: an evil pattern or subject
 * costs about a millisecond and ends as RC_BAD, which is not "no match"
 * (ENGINEERING 7).  Subjects need not be valid UTF-8.
 */
#ifndef CW_BASE_RE_H
#define CW_BASE_RE_H

#include "base/arena.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

#define RE_MAX_SUBJECT (256 * 1024) /* longer subjects are cut here */

struct re;

enum {
	RE_CASELESS = 1,
	RE_MULTILINE = 2, /* ^ and $ at every line */
	RE_EXTENDED = 4,  /* blanks and # comments in the pattern */
	RE_UNICODE = 8,   /* \b, \w and \d know the letters and digits of
	                     all scripts; without it ü is no letter */
	RE_WORDS = 16     /* for re_match_words */
};

/* RC_BAD: the pattern is wrong; the text says where. */
enum rc re_new(const char *pattern, unsigned flags, struct re **out,
    struct err *e);
void re_free(struct re **re);

struct re_span {
	size_t start, end; /* start == end == (size_t)-1: group not set */
};

/*
 * First match at or after `from`.  RC_OK, RC_NONE (no match), RC_BAD (limit
 * hit).  spans[0] is the whole match; unset groups are (size_t)-1.
 * spans may be NULL with n 0.  One `struct re` may not be used by two
 * threads at once.
 */
enum rc re_match(const struct re *re, const char *s, size_t len, size_t from,
    struct re_span *spans, size_t n);

/*
 * Where the words of a text begin: found once, for many patterns that start
 * with \b and a letter or digit (RE_WORDS).  They are tried only there, and
 * not at words with whose first three letters no match can begin; which ones
 * these are is remembered.  A tenth of the time of re_match.
 */
struct re_word {
	uint32_t at;
	uint16_t key; /* of its first letters */
};

struct re_words {
	const char *s; /* not ours */
	size_t len;
	struct re_word *v;
	size_t n;
};

void re_words_find(const char *s, size_t len, struct arena *a,
    struct re_words *out);
/* First match, as above.  A pattern without RE_WORDS is tried everywhere. */
enum rc re_match_words(const struct re *re, const struct re_words *w,
    struct re_span *out);

#endif
