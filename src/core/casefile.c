/* casefile.c - a case: its fields by name, its states and the legal moves. */
#include "core/casefile.h"

#include "base/str.h"

#include <inttypes.h>
#include <string.h>

#define BIT(s) (1U << (s))

/* Everything that is being worked on can be put aside, given back to the
 * pool or resolved; only what is resolved can be closed. */
#define FROM_WORK                                                          \
	(BIT(CASE_TRIAGED) | BIT(CASE_ASSIGNED) | BIT(CASE_IN_PROGRESS) |  \
	    BIT(CASE_WAITING_DEPARTMENT) | BIT(CASE_WAITING_EMPLOYEE) |    \
	    BIT(CASE_RESOLVED))

static const struct {
	const char *name, *words;
	unsigned may_become;
} states[CASE_STATE_N] = {
	[CASE_NEW] = { "new", "new", FROM_WORK },
	[CASE_TRIAGED] = { "triaged", "sorted, waiting for an owner",
	    FROM_WORK },
	[CASE_ASSIGNED] = { "assigned", "assigned", FROM_WORK },
	[CASE_IN_PROGRESS] = { "in-progress", "in progress", FROM_WORK },
	[CASE_WAITING_DEPARTMENT] = { "waiting-department",
	    "waiting on the department", FROM_WORK },
	[CASE_WAITING_EMPLOYEE] = { "waiting-employee",
	    "waiting on the employee", FROM_WORK },
	[CASE_RESOLVED] = { "resolved", "resolved",
	    BIT(CASE_CLOSED) | BIT(CASE_IN_PROGRESS) },
	[CASE_CLOSED] = { "closed", "closed", BIT(CASE_IN_PROGRESS) },
};

const char *
case_state_name(enum case_state s)
{
	return states[s].name;
}

const char *
case_state_words(enum case_state s)
{
	return states[s].words;
}

bool
case_state_parse(const char *s, enum case_state *out)
{
	for (size_t i = 0; i < CASE_STATE_N; i++)
		if (str_caseeq(s, states[i].name)) {
			*out = (enum case_state)i;
			return true;
		}
	return false;
}

bool
case_state_is_open(enum case_state s)
{
	return s != CASE_RESOLVED && s != CASE_CLOSED;
}

bool
case_move_is_legal(enum case_state from, enum case_state to)
{
	return from == to || (states[from].may_become & BIT(to)) != 0;
}

/* --- fields by name --- */

enum field_type { F_TEXT, F_TIME, F_INT, F_BOOL, F_PRIORITY, F_RISK };

#define FIELD(type, name) { #name, type, offsetof(struct casefile, name) }

static const struct field {
	const char *name;
	enum field_type type;
	size_t offset;
} fields[] = {
	FIELD(F_PRIORITY, priority),
	FIELD(F_RISK, risk),
	FIELD(F_TEXT, category),
	FIELD(F_TEXT, type),
	FIELD(F_TEXT, department),
	FIELD(F_TEXT, owner),
	FIELD(F_TEXT, notify_user),
	FIELD(F_TEXT, team),
	FIELD(F_TEXT, employee_name),
	FIELD(F_TEXT, employee_email),
	FIELD(F_TEXT, employee_id),
	FIELD(F_TEXT, client),
	FIELD(F_TEXT, client_id),
	FIELD(F_TEXT, division),
	FIELD(F_TEXT, language),
	FIELD(F_TEXT, zone_name),
	FIELD(F_TEXT, brief),
	FIELD(F_TEXT, subject),
	FIELD(F_TEXT, public_title),
	FIELD(F_TEXT, reported_by),
	FIELD(F_TEXT, stoppage_reason),
	FIELD(F_TEXT, escalated_why),
	FIELD(F_TEXT, parties),
	FIELD(F_TEXT, resolution),
	FIELD(F_TIME, opened_at),
	FIELD(F_TIME, due_at),
	FIELD(F_TIME, resolved_at),
	FIELD(F_TIME, closed_at),
	FIELD(F_INT, step),
	FIELD(F_INT, chain),
	FIELD(F_TIME, step_due_at),
	FIELD(F_TIME, step_planned_at),
	FIELD(F_BOOL, step_postponed),
	FIELD(F_TIME, climbed_at),
	FIELD(F_TIME, ladder_from),
	FIELD(F_TIME, department_answered_at),
	FIELD(F_TIME, employee_told_at),
	FIELD(F_TIME, waiting_until),
	FIELD(F_INT, breaches),
	FIELD(F_BOOL, resolution_proposed),
	FIELD(F_BOOL, resolution_in_attachment),
	FIELD(F_BOOL, needs_directory_check),
	FIELD(F_BOOL, has_unreviewed),
};

/* Settings may say "employee-id" or "employee id" for employee_id. */
static bool
same_name(const char *field, const char *said, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char c = said[i];

		if (c == '-' || c == ' ')
			c = '_';
		if (field[i] == '\0' || c != field[i])
			return false;
	}
	return field[n] == '\0';
}

static const struct field *
find_field(const char *name, size_t n)
{
	if (same_name("employee", name, n))
		return find_field("employee_name", strlen("employee_name"));
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (same_name(fields[i].name, name, n))
			return &fields[i];
	return NULL;
}

bool
case_field_is_known(const char *name)
{
	return find_field(name, strlen(name)) != NULL;
}

static void *
slot(struct casefile *c, const struct field *f)
{
	return (char *)c + f->offset;
}

static const void *
slot_of(const struct casefile *c, const struct field *f)
{
	return (const char *)c + f->offset;
}

static const char *
field_text(const struct casefile *c, const struct field *f, struct arena *a)
{
	const void *p = slot_of(c, f);
	const char *s;

	switch (f->type) {
	case F_TEXT:
		s = *(const char *const *)p;
		return s == NULL ? "" : s;
	case F_TIME:
		return *(const cw_time *)p == 0
		    ? "" : time_format(a, *(const cw_time *)p);
	case F_INT:
		return arena_printf(a, "%d", *(const int *)p);
	case F_BOOL:
		return *(const bool *)p ? "yes" : "";
	case F_PRIORITY:
		return priority_name(*(const enum priority *)p);
	case F_RISK:
		return risk_name(*(const enum risk *)p);
	}
	return "";
}

const char *
case_get(const struct casefile *c, const char *name, struct arena *a)
{
	const struct field *f = find_field(name, strlen(name));

	return f == NULL ? NULL : field_text(c, f, a);
}

enum rc
case_set(struct casefile *c, const char *name, const char *text,
    struct arena *a, struct err *e)
{
	const struct field *f = find_field(name, strlen(name));
	int64_t n = 0;
	bool ok = true;

	if (f == NULL)
		return err_set(e, RC_BAD, "a case has no field '%s'", name);
	switch (f->type) {
	case F_TEXT:
		*(const char **)slot(c, f) = arena_strdup(a, text);
		break;
	case F_TIME:
		ok = str_to_int(text, 0, CW_TIME_MAX, &n);
		*(cw_time *)slot(c, f) = n;
		break;
	case F_INT:
		ok = str_to_int(text, 0, INT32_MAX, &n);
		*(int *)slot(c, f) = (int)n;
		break;
	case F_BOOL:
		ok = str_to_int(text, 0, 1, &n);
		*(bool *)slot(c, f) = n == 1;
		break;
	case F_PRIORITY:
		ok = priority_parse(text, slot(c, f));
		break;
	case F_RISK:
		ok = risk_parse(text, slot(c, f));
		break;
	}
	return ok ? RC_OK : err_set(e, RC_BAD, "'%s' is no value for %s", text,
	    name);
}

size_t
case_missing(const struct casefile *c, const struct policy *p,
    struct arena *a, const char ***out)
{
	const char **v = arena_array(a, p->n_required + 1, sizeof(*v));
	size_t n = 0;

	for (size_t i = 0; i < p->n_required; i++) {
		const char *s = case_get(c, p->required_fields[i], a);

		if (s == NULL || str_is_empty(s))
			v[n++] = p->required_fields[i];
	}
	*out = v;
	return n;
}

char *
case_missing_words(const struct casefile *c, const struct policy *p,
    struct arena *a)
{
	const char **names;
	size_t n = case_missing(c, p, a, &names);
	char *out = arena_strdup(a, "");

	for (size_t i = 0; i < n; i++)
		out = arena_printf(a, "%s%s%s", out, i == 0 ? "" : ", ",
		    names[i]);
	for (char *s = out; *s != '\0'; s++)
		if (*s == '_')
			*s = ' ';
	return out;
}

char *
case_number(const struct casefile *c, struct arena *a)
{
	return arena_printf(a, "ER-%06" PRId64, c->no);
}

/* --- who and when --- */

const struct department *
case_department(const struct casefile *c, const struct policy *p)
{
	const struct department *d = NULL;

	if (!str_is_empty(c->department))
		d = policy_department(p, c->department);
	return d != NULL ? d : p->default_department;
}

const struct calendar *
case_department_calendar(const struct casefile *c, const struct policy *p)
{
	const struct department *d = case_department(c, p);

	return d != NULL && d->calendar != NULL ? d->calendar : p->calendar;
}

cw_time
case_due(const struct casefile *c, const struct policy *p, cw_time from)
{
	return calendar_add(case_department_calendar(c, p), from,
	    p->due[c->priority]);
}

const struct person *
case_owner(const struct casefile *c, const struct policy *p)
{
	return str_is_empty(c->owner) ? NULL : policy_person(p, c->owner);
}

const struct person *
case_lead(const struct casefile *c, const struct policy *p)
{
	const struct person *owner = case_owner(c, p);
	const struct team *t = owner == NULL ? NULL : owner->team;

	if ((t == NULL || t->lead == NULL) && !str_is_empty(c->team))
		t = policy_team(p, c->team);
	if (t == NULL || t->lead == NULL)
		t = p->default_team;
	return t->lead;
}
