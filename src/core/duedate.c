/* duedate.c - the due date that never passes unseen (G5, G6). */
#include "core/ladder_part.h"

static void
set_warning(const struct calendar *cal, const struct policy *p, cw_time due,
    cw_time now, struct plan *out)
{
	cw_time warn = calendar_back(cal, due, p->warn_before);

	if (warn <= now) { /* too short for that: half way, while open */
		cw_time middle = now + (due - now) / 2;

		warn = calendar_next_open(cal, middle);
		if (warn >= due) /* due at the opening: the evening before */
			warn = calendar_back(cal, due,
			    (struct duration){ 4, UNIT_BUSINESS_HOURS });
		if (warn <= now)
			warn = middle;
	}
	if (warn > now && warn < due)
		plan_alarm(out, "due-warning", "", warn);
	else
		plan_clear(out, "due-warning", "");
}

void
ladder_set_due(const struct case_facts *f, const struct policy *p, cw_time due,
    cw_time now, struct plan *out)
{
	if (due <= now) /* settings that leave no time */
		due = now + CW_HOUR;
	plan_set_int(out, "due_at", due);
	plan_alarm(out, "due", "", due);
	set_warning(case_department_calendar(&f->c, p), p, due, now, out);
}

void
ladder_rescheduled(const struct case_facts *f, const struct policy *p,
    cw_time now, struct plan *out)
{
	cw_time due, least;

	if (!case_state_is_open(f->c.state))
		return;
	due = case_due(&f->c, p, f->c.opened_at);
	least = calendar_add(case_department_calendar(&f->c, p), now,
	    p->warn_before);
	ladder_set_due(f, p, due > least ? due : least, now, out);
}

/* To the owner and the lead, one mail each; without an owner, the lead. */
static void
warn_both(const struct case_facts *f, const struct policy *p, cw_time now,
    const char *reason, struct plan *out)
{
	const struct person *keeper = case_keeper(f, p, now);
	const struct person *lead = case_keeper_lead(f, p, now);

	plan_mail(out, "due-warning", AUD_INTERNAL, keeper->email,
	    keeper->name, reason);
	if (lead != keeper)
		plan_mail(out, "due-warning", AUD_INTERNAL, lead->email,
		    lead->name, reason);
}

void
ladder_due_warning(const struct case_facts *f, const struct policy *p,
    cw_time now, struct plan *out)
{
	const struct calendar *cal = case_department_calendar(&f->c, p);
	cw_time opening = calendar_next_open(cal, now);
	char *text;

	if (case_state_is_open(f->c.state) &&
	    calendar_back(cal, f->c.due_at, p->warn_before) > now) {
		/* the due date was moved since the alarm was set */
		set_warning(cal, p, f->c.due_at, now, out);
		return;
	}
	if (case_state_is_open(f->c.state) && opening > now &&
	    opening < f->c.due_at) { /* late, at night */
		plan_alarm(out, "due-warning", "", opening);
		return;
	}
	plan_clear(out, "due-warning", ""); /* once for each due date */
	if (!case_state_is_open(f->c.state) || f->c.due_at <= now)
		return;
	text = arena_printf(out->a, "The case is due on %s.",
	    calendar_format(out->a, p->calendar, f->c.due_at));
	warn_both(f, p, now, text, out);
	plan_event(out, "due-warning", text, "");
}

void
ladder_due(const struct case_facts *f, const struct policy *p, cw_time now,
    struct plan *out)
{
	char *text;

	if (!case_state_is_open(f->c.state)) {
		ladder_end(out);
		return;
	}
	if (f->c.due_at > now) { /* moved since the alarm was set */
		plan_alarm(out, "due", "", f->c.due_at);
		return;
	}
	text = arena_printf(out->a, "The due date, %s, has passed.",
	    calendar_format(out->a, p->calendar, f->c.due_at));
	plan_set_int(out, "breaches", f->c.breaches + 1);
	plan_event(out, "breach", text, "");
	ladder_set_due(f, p, case_due(&f->c, p, now), now, out);
	if (f->c.state == CASE_WAITING_EMPLOYEE)
		warn_both(f, p, now, text, out);
	else if (f->c.climbed_at != now)
		ladder_breached(f, p, f->c.due_at, now, text, out);
}
