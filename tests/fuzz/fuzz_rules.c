/*
 * fuzz_rules.c - a hostile mail meets a hostile pattern: the first line of
 * the input is a pattern, the second a subject, the rest a text.
 */
#include "core/directory.h"
#include "core/triage.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The next line, as a mail would have it: valid UTF-8 without NUL. */
static const char *
line(struct arena *a, const char **s, const char *end)
{
	const char *nl = *s < end ? memchr(*s, '\n', (size_t)(end - *s)) : NULL;
	const char *from = *s;

	if (nl == NULL)
		nl = end;
	*s = nl < end ? nl + 1 : end;
	return utf8_clean(a, from, (size_t)(nl - from));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *s = (const char *)data, *end = s + size;
	struct department d = { .id = "d" };
	struct category c = { .id = "c", .department = &d,
	    .public_title = "t" };
	struct rule rules[2] = {
		{ .name = "a", .priority = -1, .risk = RISK_HIGH },
		{ .name = "r", .is_resolution = true, .priority = -1,
		    .risk = -1 },
	};
	struct policy p = { .rules = rules, .n_rules = 2,
	    .default_category = &c, .default_department = &d };
	struct arena *a = arena_new();
	struct directory_hints h;
	struct triage t;
	struct err e;
	struct msg m = { .message_id = "" };
	const unsigned flags = RE_CASELESS | RE_MULTILINE | RE_UNICODE;
	const char *pattern = line(a, &s, end);

	if (re_new(pattern, flags, &rules[0].any, &e) == RC_OK &&
	    re_new(pattern, flags, &rules[1].body, &e) == RC_OK &&
	    re_new(pattern, flags, &p.employee_id, &e) == RC_OK) {
		m.subject = line(a, &s, end);
		body_init(&m.body, "");
		m.body.text = m.body.reply_text = utf8_clean(a, s,
		    (size_t)(end - s));
		triage_classify(&p, &m, a, &t);
		if (t.category != &c || t.department != &d ||
		    strlen(t.brief) > TRIAGE_MAX_BRIEF ||
		    strchr(t.brief, '\n') != NULL)
			abort();
		(void)triage_reads_resolved(&p, &m, NULL);
		directory_find_hints(&p, &m, a, &h);
	}
	policy_fini(&p);
	arena_free(&a);
	return 0;
}
