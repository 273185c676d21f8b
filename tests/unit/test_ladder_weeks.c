/*
 * test_ladder_weeks.c - twelve weeks of one case, hour by hour, with random
 * answers, absences, bounces, waits and downtime: what must hold, holds.
 */
#include "fixture_sim.h"

#include "core/ladder_part.h"

enum { HOURS = 12 * 7 * 24 };

struct week {
	struct sim *s;
	unsigned seed;
	bool is_stormy;    /* downtime, waits, changed priorities too */
	cw_time asked_at;  /* the last climb, or since when it should count */
	bool was_disturbed; /* downtime or a wait before the lead was asked */
};

static bool
happens(struct week *w, int per_mille)
{
	return rand_r(&w->seed) % 1000 < per_mille;
}

static const struct person *
somebody(struct week *w)
{
	return &w->s->company->people[rand_r(&w->seed) % P_N];
}

static const char *
day_text(struct week *w, int days)
{
	return time_format(w->s->a, w->s->now + days * CW_DAY);
}

/* Somebody is away or bounces, and the mail that told us is handled. */
static void
lose_somebody(struct week *w)
{
	const struct person *who = somebody(w);
	struct plan plan = sim_plan(w->s);
	struct sim *s = w->s;

	ladder_divert(&s->f, s->p, s->now, who->email, "away", &plan);
	sim_apply(s, &plan);
	sim_unreachable(s, who->email, happens(w, 200) ? "bounced"
	    : day_text(w, 1 + rand_r(&w->seed) % 20));
}

static void
begin_wait(struct week *w)
{
	struct plan plan = sim_plan(w->s);

	plan_state(&plan, CASE_WAITING_EMPLOYEE, "asked the employee");
	plan_set_int(&plan, "waiting_until", happens(w, 500) ? 0
	    : w->s->now + (1 + rand_r(&w->seed) % 9) * CW_DAY);
	sim_apply(w->s, &plan);
	w->was_disturbed = true;
}

static void
end_wait(struct week *w)
{
	struct plan plan = sim_plan(w->s);

	plan_state(&plan, CASE_IN_PROGRESS, "the employee answered");
	plan_set_int(&plan, "waiting_until", 0);
	sim_apply(w->s, &plan);
}

static void
change_priority(struct week *w)
{
	struct plan plan = sim_plan(w->s);

	w->s->f.c.priority = (enum priority)(rand_r(&w->seed) % PRIO_N);
	ladder_rescheduled(&w->s->f, w->s->p, w->s->now, &plan);
	sim_apply(w->s, &plan);
}

static void
live_an_hour(struct week *w)
{
	bool waits = w->s->f.c.state == CASE_WAITING_EMPLOYEE;

	if (happens(w, 30))
		sim_answer(w->s);
	if (happens(w, 5))
		lose_somebody(w);
	if (!w->is_stormy)
		return;
	if (waits && happens(w, 10))
		end_wait(w);
	else if (!waits && happens(w, 3))
		begin_wait(w);
	if (happens(w, 3))
		change_priority(w);
}

static void
check_alarms(const struct week *w)
{
	const struct sim *s = w->s;
	const struct agenda_item *step = agenda_find(&s->ag, "step", ""),
	    *due = agenda_find(&s->ag, "due", ""),
	    *weekly = agenda_find(&s->ag, "weekly", "");

	assert_non_null(step);
	assert_non_null(due);
	assert_non_null(weekly);
	assert_true(agenda_first(&s->ag)->due_at > s->now);
	assert_int_equal(due->due_at, s->f.c.due_at);
	assert_int_equal(step->due_at, s->f.c.step_due_at);
	assert_true(s->f.c.due_at < s->now + 40 * CW_DAY);
	assert_true(s->f.c.step_due_at < s->now + 12 * CW_DAY);
}

/* Nobody is forgotten: neither those who are to act nor the employee. */
static void
check_not_silent(struct week *w)
{
	struct sim *s = w->s;

	if (s->f.c.climbed_at > w->asked_at)
		w->asked_at = s->f.c.climbed_at;
	if (s->f.c.state == CASE_WAITING_EMPLOYEE)
		w->asked_at = s->now;
	if (s->now - w->asked_at > 8 * CW_DAY)
		fail_msg("silent since %s", clock_text(s->a, s->zone,
		    w->asked_at));
	if (s->now - s->employee_at > 10 * CW_DAY)
		fail_msg("the employee has heard nothing since %s",
		    clock_text(s->a, s->zone, s->employee_at));
}

/* A step reaches somebody of the staff who is there, if anybody is: the one
 * it asks, who stands in, or a leader of the desk. */
static void
check_reached(struct week *w, const char *lines)
{
	struct sim *s = w->s;

	if (rung_rescuer(&s->f, s->p, s->now, NULL) == NULL)
		return;
	for (size_t i = 0; i < P_N; i++) {
		const struct person *who = &s->company->people[i];

		if (facts_is_reachable(&s->f, who->email, s->now) &&
		    strstr(lines, arena_printf(s->a, " %s\n", who->id)))
			return;
	}
	fail_msg("nobody who is there heard of the step:\n%s", lines);
}

static void
pass(struct week *w, cw_time now)
{
	struct sim *s = w->s;
	int before = s->climbs, rung = s->f.c.step, chain = s->f.c.chain;
	size_t said = s->log.len;

	sim_pass(s, now);
	if (s->climbs > before)
		check_reached(w, str_text(&s->log) + said);
	assert_in_range(s->climbs - before, 0, 1); /* CT-8 */
	if (s->climbs == before) {
		assert_int_equal(s->f.c.step, rung);
		assert_int_equal(s->f.c.chain, chain);
	} else { /* no rung is skipped, none is lowered */
		assert_in_range(s->f.c.step, rung, rung + 1);
		assert_true(s->f.c.step > rung || s->f.c.chain > chain);
	}
}

static void
live(struct week *w)
{
	struct sim *s = w->s;
	cw_time end = s->now + HOURS * (cw_time)CW_HOUR;
	cw_time last = calendar_add(&s->company->office, calendar_add(
	    &s->company->office, s->now, default_steps[2].after),
	    s->p->ladder.answer_grace);

	w->asked_at = s->now;
	for (cw_time t = s->now; t < end; t += CW_HOUR) {
		if (w->is_stormy && happens(w, 2)) {
			t += (1 + rand_r(&w->seed) % 200) * (cw_time)CW_HOUR;
			w->was_disturbed = true;
			w->asked_at = s->employee_at = t;
		}
		pass(w, t);
		check_alarms(w);
		check_not_silent(w);
		live_an_hour(w);
		check_alarms(w);
		if (!w->was_disturbed && s->lead_at == 0 &&
		    t > last + CW_HOUR)
			fail_msg("the lead was not asked by %s",
			    clock_text(s->a, s->zone, last));
	}
	assert_true(s->lead_at != 0);
	assert_int_equal(s->f.c.step, s->p->ladder.n - 1);
	assert_true(s->f.c.chain >= 3); /* the top, and again */
}

static void
many_weeks(bool is_stormy, unsigned first_seed)
{
	for (unsigned seed = first_seed; seed < first_seed + 150; seed++) {
		struct arena *a = arena_new();
		struct week w = { .seed = seed, .is_stormy = is_stormy };

		w.s = sim_new(a, time_format(a, at(zone_utc(),
		    "2026-10-20 00:17") + (rand_r(&w.seed) % (21 * 24)) *
		    (cw_time)CW_HOUR));
		if (seed % 3 == 0)
			w.s->f.c.department = "benefits";
		if (seed % 5 == 0)
			w.s->f.c.owner = "";
		live(&w);
		sim_fini(w.s);
		arena_free(&a);
	}
}

/* Answers and absences: the lead is asked within two business days of its
 * date, whatever the department says. */
static void
test_calm_weeks_G18_G19_G20(void **state)
{
	(void)state;
	many_weeks(false, 1);
}

static void
test_stormy_weeks_G6_CT8_L24(void **state)
{
	(void)state;
	many_weeks(true, 1001);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calm_weeks_G18_G19_G20),
		cmocka_unit_test(test_stormy_weeks_G6_CT8_L24),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
