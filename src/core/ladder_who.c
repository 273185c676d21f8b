/* ladder_who.c - who is asked by a rung. */
#include "core/ladder_part.h"

#include "base/str.h"

static void
department_people(const struct case_facts *f, const struct policy *p,
    int chain, struct candidates *c)
{
	(void)chain;
	candidates_department(f, p, c);
}

static void
lead_people(const struct case_facts *f, const struct policy *p, int chain,
    struct candidates *c)
{
	(void)chain;
	candidates_leaders(f, p, case_lead(&f->c, p), c);
}

static void
leadership_people(const struct case_facts *f, const struct policy *p,
    int chain, struct candidates *c)
{
	const struct department *d = case_department(&f->c, p);

	(void)chain;
	if (d == NULL || d->leadership == NULL)
		return;
	candidates_add_backups(c, d->leadership);
	candidates_add(c, d->leadership->manager);
}

static bool
is_top(const struct policy *p, size_t k)
{
	return policy_chain(p, k + 1) == policy_chain(p, k);
}

static void
chain_people(const struct case_facts *f, const struct policy *p, int chain,
    struct candidates *c)
{
	size_t k;

	(void)f;
	for (k = (size_t)chain; !is_top(p, k); k++)
		candidates_add(c, policy_chain(p, k));
	candidates_add_backups(c, policy_chain(p, k));
}

/* The first one is who should be asked, the others stand in. */
static void (*const people[])(const struct case_facts *,
    const struct policy *, int, struct candidates *) = {
	[STEP_TO_DEPARTMENT] = department_people,
	[STEP_TO_LEAD] = lead_people,
	[STEP_TO_LEADERSHIP] = leadership_people,
	[STEP_TO_CHAIN] = chain_people,
};

size_t
rung_index(const struct policy *p, int step)
{
	if (step < 0)
		return 0;
	return (size_t)step < p->ladder.n ? (size_t)step : p->ladder.n - 1;
}

static struct candidates
candidates(const struct case_facts *f, const struct policy *p, int step,
    int chain)
{
	const struct step *s = &p->ladder.steps[rung_index(p, step)];
	struct candidates c = { .n = 0 };

	people[s->to](f, p, chain, &c);
	if (c.n == 0) /* the settings forbid it; still never silent */
		candidates_add(&c, case_lead(&f->c, p));
	return c;
}

const struct person *
rung_first_person(const struct case_facts *f, const struct policy *p,
    int step, int chain)
{
	return candidates(f, p, step, chain).v[0];
}

const struct calendar *
rung_calendar(const struct case_facts *f, const struct policy *p, int step,
    int chain)
{
	const struct step *s = &p->ladder.steps[rung_index(p, step)];
	const struct calendar *cal;

	if (s->to == STEP_TO_DEPARTMENT)
		return case_department_calendar(&f->c, p);
	cal = rung_first_person(f, p, step, chain)->calendar;
	return cal != NULL ? cal : p->calendar;
}

const struct person *
rung_person(const struct case_facts *f, const struct policy *p, int step,
    int chain, cw_time now, const char *except, bool *is_live)
{
	const struct step *s = &p->ladder.steps[rung_index(p, step)];
	struct candidates c = candidates(f, p, step, chain);
	size_t best = 0;
	int least = 5;

	for (size_t i = 0; i < c.n; i++) {
		int t = person_trouble(f, c.v[i], now, except);
		/* nobody up there can be reached: the top is asked anyway */
		bool higher = s->to == STEP_TO_CHAIN && i > 0 && t != 0 &&
		    c.v[i - 1]->manager == c.v[i];

		if (t < least || (t == least && higher)) {
			least = t;
			best = i;
		}
	}
	if (is_live != NULL)
		*is_live = least == 0;
	return c.v[best];
}

const struct person *
rung_rescuer(const struct case_facts *f, const struct policy *p, cw_time now,
    const char *except)
{
	struct candidates c = { .n = 0 };
	const struct person *who;

	candidates_leaders(f, p, case_lead(&f->c, p), &c);
	who = candidates_best(&c, f, now, except);
	return person_trouble(f, who, now, except) == 0 ? who : NULL;
}

const struct person *
ladder_target(const struct case_facts *f, const struct policy *p, int step,
    int chain, cw_time now)
{
	return rung_person(f, p, step, chain, now, NULL, NULL);
}

bool
rung_asks(const struct case_facts *f, const struct policy *p, int step,
    int chain, cw_time now, const char *email)
{
	struct candidates c = candidates(f, p, step, chain);

	for (size_t i = 0; i < c.n; i++) {
		if (str_caseeq(c.v[i]->email, email))
			return true;
		if (facts_is_reachable(f, c.v[i]->email, now))
			return false; /* nobody after this one was asked */
	}
	return false;
}

int
rung_next_chain(const struct policy *p, int chain, const struct person *who)
{
	size_t k = (size_t)chain;

	while (policy_chain(p, k) != who && !is_top(p, k))
		k++;
	return (int)k + 1;
}

/* --- the employee (G22) --- */

const char *
directory_doubt(const struct case_facts *f)
{
	if (!f->employee_known)
		return NULL;
	if (f->employee_left)
		return "The directory says that the employee has left.";
	if (!str_is_empty(f->directory_division) &&
	    !str_is_empty(f->c.division) &&
	    !str_caseeq(f->directory_division, f->c.division))
		return "The directory has the employee in another division.";
	return NULL;
}

void
note_doubt(const struct case_facts *f, const struct policy *p, cw_time now,
    struct plan *out)
{
	const struct person *keeper = case_keeper(f, p, now);
	const char *doubt = directory_doubt(f);
	struct duration day = { 1, UNIT_BUSINESS_DAYS };

	if (!f->c.needs_directory_check)
		plan_set_int(out, "needs_directory_check", 1);
	if (facts_task(f, "check-employee") == NULL)
		plan_task(out, "check-employee", keeper->id,
		    arena_printf(out->a, "%s Ask whether the case is still"
		    " needed, and put the case or the directory right.",
		    doubt), calendar_add(p->calendar, now, day));
}
