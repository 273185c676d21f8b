/* fixture_letter.h - a small desk with people, for letters. */
#ifndef FIXTURE_LETTER_H
#define FIXTURE_LETTER_H

#include "base/fsx.h"
#include "base/str.h"
#include "core/letter_sample.h"

#include <stdio.h>
#include <stdlib.h>

static enum rc
fixture_read(void *ctx, struct arena *a, const char *path, char **out,
    size_t *len, struct err *e)
{
	(void)ctx;
	return fsx_read(a, path, 1 << 20, out, len, e);
}

static const struct policy_io fixture_io = { NULL, fixture_read };

/* Templates of the repository; NULL and words on stderr if they are bad. */
static inline const struct templates *
fixture_templates(struct arena *a)
{
	static const char *const languages[] = { "en", "es" };
	struct problems probs = { .a = a };
	const struct templates *t = NULL;

	if (templates_load(&fixture_io, "templates", languages, 2, a, &t,
	    &probs) == RC_OK)
		return t;
	for (size_t i = 0; i < probs.n; i++)
		(void)fprintf(stderr, "%s\n", problem_format(a, &probs.v[i]));
	return NULL;
}

static inline struct calendar *
fixture_hours(struct arena *a)
{
	struct calendar *c = arena_alloc(a, sizeof(*c));
	struct err e = { "" };
	size_t len;
	char *bytes;

	if (fsx_read(a, "/usr/share/zoneinfo/America/New_York", 1 << 20,
	    &bytes, &len, &e) != RC_OK || zone_parse(a, "America/New_York",
	    bytes, len, &c->zone, &e) != RC_OK) {
		(void)fprintf(stderr, "%s\n", e.text);
		exit(2);
	}
	for (int w = 1; w <= 5; w++) {
		c->open[w] = 9 * 60;
		c->close[w] = 17 * 60;
	}
	return c;
}

static inline void
fixture_people(struct arena *a, struct policy *p)
{
	static const struct {
		const char *id, *name, *phone;
		unsigned roles;
	} table[] = {
		{ "lee.okafor", "Lee Okafor", "+1 555 0101", ROLE_AGENT },
		{ "sam.whit", "Sam Whit", "+1 555 0102", ROLE_AGENT },
		{ "dana.ruiz", "Dana Ruiz", "+1 555 0103", ROLE_LEAD },
		{ "ines.falk", "Ines Falk", "+1 555 0104", ROLE_SUPERVISOR },
		{ "kim.ode", "Kim Ode", "+1 555 0201", ROLE_DEPARTMENT },
		{ "ray.tan", "Ray Tan", "+1 555 0202", ROLE_LEADERSHIP },
	};
	size_t n = sizeof(table) / sizeof(table[0]);
	struct person *v = arena_array(a, n, sizeof(*v));
	struct team *t = arena_alloc(a, sizeof(*t));

	for (size_t i = 0; i < n; i++) {
		v[i] = (struct person){ .id = table[i].id,
			.name = table[i].name, .phone = table[i].phone,
			.email = arena_printf(a, "%s@example.com", table[i].id),
			.language = "en", .region = "",
			.roles = table[i].roles, .calendar = p->calendar };
	}
	*t = (struct team){ .id = "east", .name = "East", .lead = &v[2] };
	v[0].team = v[1].team = v[2].team = t;
	p->people = v;
	p->n_people = n;
	p->teams = p->default_team = t;
	p->n_teams = 1;
	p->supervisor = &v[3];
}

static inline void
fixture_departments(struct arena *a, struct policy *p)
{
	static const struct {
		const char *id, *name, *title;
	} table[] = {
		{ "payroll", "Payroll", "Your payroll question" },
		{ "benefits", "Benefits", "Your benefits question" },
		{ "hris", "HRIS", "Your records" },
		{ "relations", "Workplace conduct", "Your concern" },
	};
	size_t n = sizeof(table) / sizeof(table[0]);
	struct department *d = arena_array(a, n, sizeof(*d));
	struct category *c = arena_array(a, n, sizeof(*c));

	for (size_t i = 0; i < n; i++) {
		d[i] = (struct department){ .id = table[i].id,
			.name = table[i].name, .contact = &p->people[4],
			.leadership = &p->people[5], .webhook = "",
			.calendar = p->calendar };
		c[i] = (struct category){ .id = table[i].id,
			.name = table[i].name, .department = &d[i],
			.public_title = table[i].title };
	}
	p->departments = p->default_department = d;
	p->n_departments = n;
	p->categories = p->default_category = c;
	p->n_categories = n;
}

static inline struct policy *
fixture_policy(struct arena *a)
{
	static const char *const required[] = { "category", "employee_id",
		"type" };
	static const struct step steps[] = {
		{ "ask", "status-request", STEP_TO_DEPARTMENT,
		    { 1, UNIT_BUSINESS_DAYS }, STEP_FROM_OPENED, true, false,
		    false },
	};
	struct policy *p = arena_alloc(a, sizeof(*p));

	*p = (struct policy){
		.org_name = "Northwind Traders",
		.desk_name = "Employee Relations",
		.address = "er+k4f9@example.com",
		.desk_phone = "+1 555 0100",
		.calendar = fixture_hours(a),
		.language = "en",
		.ladder = { steps, 1, { 2, UNIT_BUSINESS_DAYS },
		    { 1, UNIT_BUSINESS_DAYS } },
		.weekly = { 7, UNIT_DAYS },
		.reopen_within = { 14, UNIT_DAYS },
		.close_after = { 5, UNIT_BUSINESS_DAYS },
		.subject_format = "{{brief}}, {{employee_name}} "
		    "({{employee_id}}), {{client}}, {{division}}",
		.required_fields = required,
		.n_required = 3,
	};
	fixture_people(a, p);
	fixture_departments(a, p);
	return p;
}

#endif
