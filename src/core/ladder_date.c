/*
 * ladder_date.c - when a rung is due.
 *
 * A rung that counts from the opening (the lead) must come within
 * answer_grace of its date, however the rungs before it dragged on: that is
 * its limit.  Earlier rungs are due early enough to leave min_gap between
 * all of them.  After downtime, when a limit has passed already, the rungs
 * follow each other by min_gap: nothing is skipped, nothing is a burst
 * (CT-8).  The first of them waits for opening hours.
 */
#include "core/ladder_part.h"

static cw_time
min_time(cw_time a, cw_time b)
{
	return a < b ? a : b;
}

static cw_time
max_time(cw_time a, cw_time b)
{
	return a > b ? a : b;
}

cw_time
rung_late_opening(const struct case_facts *f, const struct policy *p,
    cw_time due, cw_time now)
{
	return now - due <= CW_HOUR ? now : calendar_next_open(
	    rung_calendar(f, p, f->c.step, f->c.chain), now);
}

/* The date of rung `i` when everything goes by the clock. */
static cw_time
nominal(const struct case_facts *f, const struct policy *p, size_t i,
    int chain, cw_time previous)
{
	const struct step *s = &p->ladder.steps[i];

	return calendar_add(rung_calendar(f, p, (int)i, chain),
	    s->from == STEP_FROM_OPENED ? f->c.ladder_from : previous, s->after);
}

static cw_time
last_date(const struct case_facts *f, const struct policy *p, size_t i)
{
	return calendar_add(rung_calendar(f, p, (int)i, 0),
	    nominal(f, p, i, 0, 0), p->ladder.answer_grace);
}

/* The latest moment for rung `i` that leaves the rungs after it their gaps
 * before the last date of each that counts from the opening; only rungs
 * from `first` on are asked. */
static cw_time
limit_by(const struct case_facts *f, const struct policy *p, size_t i,
    size_t first)
{
	cw_time least = CW_TIME_MAX;

	for (size_t j = first; j < p->ladder.n; j++) {
		struct duration gaps = p->ladder.min_gap;

		if (p->ladder.steps[j].from != STEP_FROM_OPENED)
			continue;
		gaps.n *= (int)(j - i);
		least = min_time(least, calendar_back(rung_calendar(f, p,
		    (int)j, 0), last_date(f, p, j), gaps));
	}
	return least;
}

static cw_time
limit(const struct case_facts *f, const struct policy *p, size_t i)
{
	return limit_by(f, p, i, i);
}

struct rung_dates
rung_first(const struct case_facts *f, const struct policy *p, cw_time now)
{
	struct rung_dates d;

	/* `now`, not opened_at: a case that is reopened begins anew */
	d.planned = calendar_add(rung_calendar(f, p, 0, 0), now,
	    p->ladder.steps[0].after);
	d.due = max_time(d.planned, now + CW_MINUTE);
	return d;
}

struct rung_dates
rung_after(const struct case_facts *f, const struct policy *p, int step,
    int chain, cw_time now)
{
	size_t i = rung_index(p, step);
	const struct step *s = &p->ladder.steps[i];
	const struct calendar *cal = rung_calendar(f, p, step, chain);
	cw_time gap = calendar_add(cal, now, p->ladder.min_gap);
	struct rung_dates d;

	d.planned = nominal(f, p, i, chain, now);
	if (s->from == STEP_FROM_OPENED) {
		cw_time last = last_date(f, p, i);

		d.due = last > now ? max_time(d.planned, min_time(gap, last))
		    : gap;
	} else {
		d.due = min_time(d.planned, max_time(limit(f, p, i), gap));
	}
	if (d.due <= now) /* settings with no time between rungs */
		d.due = max_time(gap, now + CW_HOUR);
	return d;
}

cw_time
rung_postponed(const struct case_facts *f, const struct policy *p, cw_time now)
{
	const struct casefile *c = &f->c;
	const struct calendar *cal = rung_calendar(f, p, c->step, c->chain);
	cw_time due, last;

	due = calendar_add(cal, now, p->ladder.answer_grace);
	last = calendar_add(cal, c->step_planned_at, p->ladder.answer_grace);
	due = min_time(due, min_time(last, limit(f, p,
	    rung_index(p, c->step))));
	return max_time(due, c->step_due_at);
}

cw_time
rung_held(const struct case_facts *f, const struct policy *p, cw_time until)
{
	size_t i = rung_index(p, f->c.step), first = i;

	/* People may spare the department, but not keep it from the lead. */
	while (first < p->ladder.n &&
	    p->ladder.steps[first].to == STEP_TO_DEPARTMENT)
		first++;
	return max_time(min_time(until, limit_by(f, p, i, first)),
	    f->c.step_due_at);
}
