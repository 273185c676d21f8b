/* re.c - regular expressions, always with limits. */
#include "base/re.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MATCH_LIMIT 100000
#define DEPTH_LIMIT 100000
#define HEAP_LIMIT_KIB 2048
#define WORD_LIMIT 10000 /* of MATCH_LIMIT, at each word */
#define KEY_LETTERS 3
#define KEYS (27 * 27 * 27)

/* May a match begin with these letters?  Asked once, then known. */
enum { UNKNOWN, NEVER, MAYBE };

struct re {
	pcre2_code *code;
	pcre2_match_context *limits;
	pcre2_match_data *match;
	uint8_t *begins; /* RE_WORDS: by key_of() */
};

static uint32_t
options(unsigned flags)
{
	uint32_t opt = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF |
	    PCRE2_NEVER_BACKSLASH_C;

	opt |= flags & RE_CASELESS ? PCRE2_CASELESS : 0;
	opt |= flags & RE_MULTILINE ? PCRE2_MULTILINE : 0;
	opt |= flags & RE_EXTENDED ? PCRE2_EXTENDED : 0;
	opt |= flags & RE_UNICODE ? PCRE2_UCP : 0;
	opt |= flags & RE_WORDS ? PCRE2_ANCHORED : 0;
	return opt;
}

enum rc
re_new(const char *pattern, unsigned flags, struct re **out, struct err *e)
{
	PCRE2_UCHAR why[160];
	PCRE2_SIZE at;
	struct re *re;
	int code;

	if ((re = calloc(1, sizeof(*re))) == NULL)
		die("out of memory");
	re->code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
	    options(flags), &code, &at, NULL);
	if (re->code == NULL) {
		(void)pcre2_get_error_message(code, why, sizeof(why));
		re_free(&re);
		return err_set(e, RC_BAD, "pattern \"%.200s\": %s at character %zu",
		    pattern, (const char *)why, (size_t)at + 1);
	}
	re->limits = pcre2_match_context_create(NULL);
	re->match = pcre2_match_data_create_from_pattern(re->code, NULL);
	if (flags & RE_WORDS)
		re->begins = calloc(KEYS, sizeof(*re->begins));
	if (re->limits == NULL || re->match == NULL ||
	    (flags & RE_WORDS && re->begins == NULL))
		die("out of memory");
	(void)pcre2_set_match_limit(re->limits, flags & RE_WORDS ?
	    WORD_LIMIT : MATCH_LIMIT);
	(void)pcre2_set_depth_limit(re->limits, DEPTH_LIMIT);
	(void)pcre2_set_heap_limit(re->limits, HEAP_LIMIT_KIB);
	*out = re;
	return RC_OK;
}

void
re_free(struct re **re)
{
	if (*re == NULL)
		return;
	pcre2_code_free((*re)->code);
	pcre2_match_context_free((*re)->limits);
	pcre2_match_data_free((*re)->match);
	free((*re)->begins);
	free(*re);
	*re = NULL;
}

/* What PCRE2 answered, and where. */
static enum rc
result(const struct re *re, int r, struct re_span *spans, size_t n)
{
	const PCRE2_SIZE *ov;
	uint32_t groups;

	if (r == PCRE2_ERROR_NOMATCH)
		return RC_NONE;
	if (r < 0)
		return RC_BAD;
	ov = pcre2_get_ovector_pointer(re->match);
	groups = pcre2_get_ovector_count(re->match);
	for (size_t i = 0; i < n; i++)
		spans[i] = i < groups ?
		    (struct re_span){ ov[2 * i], ov[2 * i + 1] } :
		    (struct re_span){ PCRE2_UNSET, PCRE2_UNSET };
	return RC_OK;
}

/* Machine code is made at the first match: most commands match nothing. */
static void
make_ready(const struct re *re)
{
	size_t size = 0;

	(void)pcre2_pattern_info(re->code, PCRE2_INFO_JITSIZE, &size);
	if (size == 0)
		(void)pcre2_jit_compile(re->code, PCRE2_JIT_COMPLETE);
}

enum rc
re_match(const struct re *re, const char *s, size_t len, size_t from,
    struct re_span *spans, size_t n)
{
	if (len > RE_MAX_SUBJECT)
		len = RE_MAX_SUBJECT;
	if (from > len)
		return RC_NONE;
	make_ready(re);
	return result(re, pcre2_match(re->code, (PCRE2_SPTR)s, len, from, 0,
	    re->match, re->limits), spans, n);
}

/* --- only where words begin --- */

static bool
is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || (unsigned char)c >= 0x80;
}

/* How many letters of ASCII the word at s begins with, as far as they
 * count. */
static size_t
count_letters(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && i < KEY_LETTERS && (s[i] | 0x20) >= 'a' &&
	    (s[i] | 0x20) <= 'z')
		i++;
	return i;
}

/* Those letters as a number, whatever their case. */
static uint16_t
key_of(const char *s, size_t n)
{
	size_t letters = count_letters(s, n), key = 0;

	for (size_t i = 0; i < KEY_LETTERS; i++)
		key = key * 27 + (i < letters ? (size_t)(s[i] & 0x1f) : 0);
	return (uint16_t)key;
}

void
re_words_find(const char *s, size_t len, struct arena *a,
    struct re_words *out)
{
	bool inside = false;
	size_t cap = 0;

	*out = (struct re_words){ .s = s, .len = len < RE_MAX_SUBJECT ? len :
	    RE_MAX_SUBJECT };
	for (size_t i = 0; i < out->len; i++) {
		bool was_inside = inside;

		inside = is_word_char(s[i]);
		/* between two letters one of which is foreign a word may
		 * begin: PCRE2 has to say */
		if (!inside || (was_inside && (unsigned char)s[i - 1] < 0x80) ||
		    ((unsigned char)s[i] & 0xc0) == 0x80)
			continue;
		*ARENA_PUSH(a, out->v, out->n, cap) = (struct re_word){
			(uint32_t)i, key_of(s + i, out->len - i) };
	}
}

/* Is there any text with these first letters that the pattern matches?
 * PCRE2 says so by a partial match; it can not know where the pattern looks
 * further back than to the character before (which \b does). */
static uint8_t
ask(const struct re *re, const char *s, size_t n)
{
	size_t letters = count_letters(s, n);
	uint32_t back;

	if (letters == 0 || pcre2_pattern_info(re->code,
	    PCRE2_INFO_MAXLOOKBEHIND, &back) != 0 || back > 1)
		return MAYBE;
	return pcre2_match(re->code, (PCRE2_SPTR)s, letters, 0,
	    PCRE2_PARTIAL_HARD, re->match, re->limits) ==
	    PCRE2_ERROR_NOMATCH ? NEVER : MAYBE;
}

enum rc
re_match_words(const struct re *re, const struct re_words *w,
    struct re_span *out)
{
	int r = PCRE2_ERROR_NOMATCH;

	if (re->begins == NULL)
		return re_match(re, w->s, w->len, 0, out, 1);
	make_ready(re);
	for (size_t i = 0; i < w->n && r == PCRE2_ERROR_NOMATCH; i++) {
		uint8_t *known = &re->begins[w->v[i].key];
		size_t at = w->v[i].at;

		if (*known == UNKNOWN)
			*known = ask(re, w->s + at, w->len - at);
		if (*known == MAYBE)
			r = pcre2_match(re->code, (PCRE2_SPTR)w->s, w->len, at,
			    0, re->match, re->limits);
	}
	return result(re, r, out, 1);
}
