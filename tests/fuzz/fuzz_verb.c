/*
 * fuzz_verb.c - any line as a command of anybody, and any words as a date:
 * it is refused with a reason, or makes a plan that leaves the case with a
 * due date ahead (M9, G6, SA-11).
 */
#include "fixture_desk.h"
#include "fuzz.h"

#include "core/verb.h"
#include "mail/date.h"

/* Somebody without a role may do nothing at all. */
static void
say(struct desk *d, const char *line, unsigned roles)
{
	struct plan p;
	const char *said = NULL;
	struct err e = { "" };
	const struct verb_call c = { .f = &d->f, .policy = d->p, .now = d->now,
		.who = roles == 0 ? NULL : &d->co->people[P_ANA],
		.roles = roles, .args = "", .a = d->a };
	enum rc rc;

	plan_init(&p, d->a, "ana", "fuzz");
	rc = verb_decide(line, &c, &p, &said, &e);
	fuzz_must(rc == RC_OK || rc == RC_BAD);
	fuzz_must(rc != RC_OK || (said != NULL && roles != 0));
	fuzz_must(rc == RC_OK || e.text[0] != '\0');
	for (size_t i = 0; rc == RC_OK && i < p.n; i++)
		if (p.v[i].kind == ACT_SET && strcmp(p.v[i].field, "due_at") == 0)
			fuzz_must(p.v[i].at >= d->now || p.v[i].at == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct desk *d = desk_new(a, "2026-11-02 10:00");
	const char *line = utf8_clean(a, (const char *)data, size);
	struct duration dur;
	cw_time t;

	say(d, line, 0);
	say(d, line, ROLE_AGENT);
	say(d, line, ROLE_DEPARTMENT);
	say(d, line, ~0u);
	if (verb_date(line, d->p->calendar, d->now, &t))
		fuzz_must(t > 0 && t < CW_TIME_MAX);
	if (maildate_parse(line, &t))
		fuzz_must(t > -CW_TIME_MAX && t < CW_TIME_MAX);
	if (duration_parse(line, &dur))
		fuzz_must(dur.n >= 0 && dur.n <= 1000);
	arena_free(&a);
	return 0;
}
