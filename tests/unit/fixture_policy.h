/*
 * fixture_policy.h - a small company, for tests.
 *
 * Desk and Payroll in New York, Benefits in Kolkata.  Team East (lead Lee
 * Okafor; agents Ana Ruiz and Ben Cole, who stand in for each other) and the
 * chain Sam Reyes, Maria Vance, Omar Diaz.  The ladder, due dates and other
 * numbers are those of DESIGN 3.1.
 */
#ifndef FIXTURE_POLICY_H
#define FIXTURE_POLICY_H

#include "fixture_zone.h"

#include "core/casefile.h"
#include "core/policy.h"

enum { P_ANA, P_BEN, P_LEE, P_KIM, P_PAT, P_DANA, P_RAJ, P_MEERA, P_SAM,
	P_MARIA, P_OMAR, P_N };

struct company {
	struct calendar office, kolkata;
	struct person people[P_N];
	struct team team;
	struct department departments[2];
	struct category categories[2];
	struct policy policy;
};

static const struct step default_steps[] = {
	{ "ask", "status-request", STEP_TO_DEPARTMENT,
	    { 1, UNIT_BUSINESS_DAYS }, STEP_FROM_OPENED, true, false, false },
	{ "ask-again", "reminder", STEP_TO_DEPARTMENT,
	    { 2, UNIT_BUSINESS_DAYS }, STEP_FROM_PREVIOUS, false, true,
	    false },
	{ "lead", "escalation-lead", STEP_TO_LEAD, { 7, UNIT_DAYS },
	    STEP_FROM_OPENED, false, false, false },
	{ "leadership", "escalation-leadership", STEP_TO_LEADERSHIP,
	    { 1, UNIT_BUSINESS_DAYS }, STEP_FROM_PREVIOUS, false, false,
	    true },
	{ "supervisor", "escalation-supervisor", STEP_TO_CHAIN,
	    { 2, UNIT_BUSINESS_DAYS }, STEP_FROM_PREVIOUS, false, false,
	    false },
};

static const char *const default_required[] = { "category", "employee-id",
	"division", "client" };

static inline void
company_person(struct company *c, int i, const char *id, const char *name,
    const char *email, unsigned roles, int manager, int backup)
{
	c->people[i] = (struct person){
		.id = id,
		.name = name,
		.email = email,
		.phone = "",
		.language = "en",
		.region = (roles & ROLE_AGENT) != 0 ? "us-east" : "",
		.roles = roles,
		.team = (roles & (ROLE_AGENT | ROLE_LEAD)) != 0 ? &c->team
		    : NULL,
		.manager = manager < 0 ? NULL : &c->people[manager],
		.backup = backup < 0 ? NULL : &c->people[backup],
		.calendar = &c->office,
	};
}

static inline void
company_people(struct company *c)
{
	company_person(c, P_ANA, "ana", "Ana Ruiz", "ana@corp.example",
	    ROLE_AGENT, P_LEE, -1);
	company_person(c, P_BEN, "ben", "Ben Cole", "ben@corp.example",
	    ROLE_AGENT, P_LEE, -1);
	company_person(c, P_LEE, "lee", "Lee Okafor", "lee@corp.example",
	    ROLE_LEAD, P_SAM, -1);
	company_person(c, P_KIM, "kim", "Kim Ode", "kim@corp.example",
	    ROLE_DEPARTMENT, P_DANA, -1);
	company_person(c, P_PAT, "pat", "Pat Lin", "pat@corp.example",
	    ROLE_DEPARTMENT, P_DANA, -1);
	company_person(c, P_DANA, "dana", "Dana Holt", "dana@corp.example",
	    ROLE_LEADERSHIP, P_OMAR, -1);
	company_person(c, P_RAJ, "raj", "Raj Iyer", "raj@corp.example",
	    ROLE_DEPARTMENT, P_MEERA, -1);
	company_person(c, P_MEERA, "meera", "Meera Rao", "meera@corp.example",
	    ROLE_LEADERSHIP, P_OMAR, -1);
	company_person(c, P_SAM, "sam", "Sam Reyes", "sam@corp.example",
	    ROLE_SUPERVISOR, P_MARIA, -1);
	company_person(c, P_MARIA, "maria", "Maria Vance",
	    "maria@corp.example", ROLE_SUPERVISOR, P_OMAR, -1);
	company_person(c, P_OMAR, "omar", "Omar Diaz", "omar@corp.example",
	    ROLE_SUPERVISOR, -1, -1);
	c->people[P_KIM].phone = "+1 212 555 0100";
	c->people[P_RAJ].calendar = &c->kolkata;
	c->people[P_MEERA].calendar = &c->kolkata;
}

static inline void
company_policy(struct company *c)
{
	c->policy = (struct policy){
		.org_name = "Northwind Traders",
		.desk_name = "Employee Relations",
		.address = "er@corp.example",
		.calendar = &c->office,
		.language = "en",
		.people = c->people,
		.n_people = P_N,
		.teams = &c->team,
		.n_teams = 1,
		.departments = c->departments,
		.n_departments = 2,
		.categories = c->categories,
		.n_categories = 2,
		.default_department = &c->departments[0],
		.default_category = &c->categories[0],
		.default_team = &c->team,
		.supervisor = &c->people[P_SAM],
		.ladder = {
			.steps = default_steps,
			.n = sizeof(default_steps) / sizeof(default_steps[0]),
			.answer_grace = { 2, UNIT_BUSINESS_DAYS },
			.min_gap = { 1, UNIT_BUSINESS_DAYS },
		},
		.due = {
			[PRIO_LOW] = { 10, UNIT_BUSINESS_DAYS },
			[PRIO_NORMAL] = { 5, UNIT_BUSINESS_DAYS },
			[PRIO_HIGH] = { 2, UNIT_BUSINESS_DAYS },
			[PRIO_URGENT] = { 1, UNIT_BUSINESS_DAYS },
		},
		.warn_before = { 1, UNIT_BUSINESS_DAYS },
		.weekly = { 7, UNIT_DAYS },
		.subject_format = "{{brief}} - {{employee_name}}"
		    " ({{employee_id}}) - {{client}} ({{client_id}}) -"
		    " {{division}}",
		.required_fields = default_required,
		.n_required = sizeof(default_required) /
		    sizeof(default_required[0]),
	};
}

/* In the arena, and it points at itself: do not copy it. */
static inline struct company *
company_new(struct arena *a)
{
	struct company *c = arena_alloc(a, sizeof(*c));

	c->office = office_hours(zone_named(a, "America/New_York"));
	c->kolkata = office_hours(zone_named(a, "Asia/Kolkata"));
	c->team = (struct team){ "east", "East", &c->people[P_LEE], NULL, 0 };
	c->departments[0] = (struct department){
		.id = "payroll",
		.name = "Payroll",
		.contact = &c->people[P_KIM],
		.backup = &c->people[P_PAT],
		.leadership = &c->people[P_DANA],
		.webhook = "https://chat.example/payroll",
		.webhook_kind = "teams",
		.calendar = &c->office,
		.is_payroll = true,
	};
	c->departments[1] = (struct department){
		.id = "benefits",
		.name = "Benefits",
		.contact = &c->people[P_RAJ],
		.leadership = &c->people[P_MEERA],
		.webhook = "",
		.webhook_kind = "",
		.calendar = &c->kolkata,
	};
	c->categories[0] = (struct category){ "payroll", "Payroll",
		&c->departments[0], RISK_LOW, true, "Your payroll question" };
	c->categories[1] = (struct category){ "benefits", "Benefits",
		&c->departments[1], RISK_LOW, false,
		"Your benefits question" };
	company_people(c);
	company_policy(c);
	return c;
}

/* A Low case of Payroll, owned by Ana. */
static inline struct casefile
company_case(cw_time opened_at)
{
	return (struct casefile){
		.no = 123,
		.version = 1,
		.state = CASE_ASSIGNED,
		.priority = PRIO_LOW,
		.category = "payroll",
		.type = "",
		.department = "payroll",
		.owner = "ana",
		.notify_user = "ana",
		.team = "east",
		.employee_name = "Joan Park",
		.employee_email = "joan@home.example",
		.employee_id = "E1007",
		.client = "Acme",
		.client_id = "C55",
		.division = "West",
		.language = "en",
		.zone_name = "",
		.brief = "Missing overtime pay",
		.subject = "",
		.public_title = "Your payroll question",
		.reported_by = "Employee Relations",
		.stoppage_reason = "",
		.escalated_why = "",
		.parties = "",
		.resolution = "",
		.opened_at = opened_at,
		.ladder_from = opened_at,
		.employee_told_at = opened_at, /* the acknowledgement */
	};
}

#endif
