/* weekly.c - the weekly word to the employee (G20, G22). */
#include "core/ladder_part.h"

#include "base/str.h"

/* The employee cannot be written to: somebody has to call. */
static void
call_instead(const struct case_facts *f, const struct policy *p, cw_time now,
    struct plan *out)
{
	struct duration day = { 1, UNIT_BUSINESS_DAYS };

	plan_event(out, "weekly", "The weekly word was not sent: there is no"
	    " address that works. A call is asked for instead.", "");
	if (facts_task(f, "call-employee") == NULL)
		plan_task(out, "call-employee", case_keeper(f, p, now)->id,
		    "Call the employee with the weekly word: mail does not"
		    " arrive.", calendar_add(p->calendar, now, day));
}

static bool
is_deliverable(const struct case_facts *f)
{
	const struct address_state *s;

	if (str_is_empty(f->c.employee_email))
		return false;
	s = facts_address(f, f->c.employee_email);
	return s == NULL || s->undeliverable_since == 0;
}

static void
tell(const struct case_facts *f, cw_time now, struct plan *out)
{
	const char *template = f->c.state == CASE_WAITING_EMPLOYEE
	    ? "waiting-employee" : "weekly-update";

	plan_mail(out, template, AUD_EMPLOYEE, f->c.employee_email,
	    f->c.employee_name, "");
	plan_set_int(out, "employee_told_at", now);
	plan_event(out, "weekly", "Sent the weekly word to the employee.", "");
}

void
ladder_weekly(const struct case_facts *f, const struct policy *p, cw_time now,
    struct plan *out)
{
	const struct calendar *theirs = f->employee_calendar != NULL
	    ? f->employee_calendar : p->calendar;
	cw_time next = calendar_add(theirs, now, p->weekly), due;

	if (!case_state_is_open(f->c.state)) {
		ladder_end(out);
		return;
	}
	due = f->c.employee_told_at == 0 ? now
	    : calendar_add(theirs, f->c.employee_told_at, p->weekly);
	if (due <= now) /* not at night */
		due = calendar_next_open(theirs, now);
	if (due > now) {
		plan_alarm(out, "weekly", "", due);
		return;
	}
	if (directory_doubt(f) != NULL) {
		note_doubt(f, p, now, out);
		plan_event(out, "weekly", "The weekly word was held back: the"
		    " directory says that the employee left or moved.", "");
	} else if (is_deliverable(f)) {
		tell(f, now, out);
	} else {
		call_instead(f, p, now, out);
	}
	plan_alarm(out, "weekly", "", next > now ? next : now + CW_DAY);
}
