/* re.c - regular expressions, always with limits. */
#include "base/re.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#define MATCH_LIMIT 100000
#define DEPTH_LIMIT 100000
#define HEAP_LIMIT_KIB 2048

struct re {
	pcre2_code *code;
	pcre2_match_context *limits;
	pcre2_match_data *match;
};

enum rc
re_new(const char *pattern, unsigned flags, struct re **out, struct err *e)
{
	uint32_t opt = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF |
	    PCRE2_NEVER_BACKSLASH_C;
	PCRE2_UCHAR why[160];
	PCRE2_SIZE at;
	struct re *re;
	int code;

	opt |= flags & RE_CASELESS ? PCRE2_CASELESS : 0;
	opt |= flags & RE_MULTILINE ? PCRE2_MULTILINE : 0;
	opt |= flags & RE_EXTENDED ? PCRE2_EXTENDED : 0;
	opt |= flags & RE_UNICODE ? PCRE2_UCP : 0;
	if ((re = calloc(1, sizeof(*re))) == NULL)
		die("out of memory");
	re->code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
	    opt, &code, &at, NULL);
	if (re->code == NULL) {
		(void)pcre2_get_error_message(code, why, sizeof(why));
		re_free(&re);
		return err_set(e, RC_BAD, "pattern \"%.200s\": %s at character %zu",
		    pattern, (const char *)why, (size_t)at + 1);
	}
	(void)pcre2_jit_compile(re->code, PCRE2_JIT_COMPLETE);
	re->limits = pcre2_match_context_create(NULL);
	re->match = pcre2_match_data_create_from_pattern(re->code, NULL);
	if (re->limits == NULL || re->match == NULL)
		die("out of memory");
	(void)pcre2_set_match_limit(re->limits, MATCH_LIMIT);
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
	free(*re);
	*re = NULL;
}

enum rc
re_match(const struct re *re, const char *s, size_t len, size_t from,
    struct re_span *spans, size_t n)
{
	const PCRE2_SIZE *ov;
	uint32_t groups;
	int r;

	if (len > RE_MAX_SUBJECT)
		len = RE_MAX_SUBJECT;
	if (from > len)
		return RC_NONE;
	r = pcre2_match(re->code, (PCRE2_SPTR)s, len, from, 0, re->match,
	    re->limits);
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
