/* test_guard.c - who may be mailed about a case (G13, DESIGN 5). */
#include "fixture_desk.h"

#include "core/guard.h"

#define E AUD_EMPLOYEE
#define D AUD_DEPARTMENT
#define I AUD_INTERNAL

static const struct row {
	const char *name;
	enum audience audience;
	const char *email, *want; /* NULL: may be mailed */
} rows[] = {
	{ "the employee, in the employee's thread", E, "joan@home.example",
	    NULL },
	{ "however it is spelled", E, "Joan@HOME.example", NULL },
	{ "the department's contact", D, "kim@corp.example", NULL },
	{ "the department's leadership", D, "dana@corp.example", NULL },
	{ "an agent", I, "ana@corp.example", NULL },
	{ "the top of the chain", I, "omar@corp.example", NULL },
	/* nobody outside the audience */
	{ "another employee, in the employee's thread", E,
	    "jack@home.example", "not the employee of this case" },
	{ "an agent, in the employee's thread", E, "ana@corp.example",
	    "not the employee of this case" },
	{ "a stranger, by department mail", D, "mallory@evil.example",
	    "not on the staff list" },
	{ "a stranger, by internal mail", I, "mallory@evil.example",
	    "not on the staff list" },
	{ "a deputy that only an out-of-office named", D,
	    "tom@corp.example", "not on the staff list" },
	/* never the employee by mail that is not for them */
	{ "the employee, by department mail", D, "joan@home.example",
	    "the employee of this case must not get this mail" },
	{ "the employee, by internal mail", I, "joan@home.example",
	    "the employee of this case must not get this mail" },
	{ "the employee in capitals, by internal mail", I,
	    "JOAN@home.example",
	    "the employee of this case must not get this mail" },
	/* never ourselves */
	{ "our own address", D, "er@corp.example", "our own address" },
	{ "our alias, in the employee's thread", E, "HR@corp.example",
	    "our own address" },
	/* what cannot be mailed */
	{ "no address", I, "", "not an address that can be mailed" },
	{ "a header in the address", E,
	    "joan@home.example\nBcc: x@evil.example",
	    "not an address that can be mailed" },
	{ "two addresses", E, "joan@home.example,x@evil.example",
	    "not an address that can be mailed" },
	{ "an address that came back", D, "pat@corp.example",
	    "mail to it came back" },
	{ "somebody who is only away", I, "lee@corp.example", NULL },
};

static void
test_guard_G13_rows(void **state)
{
	struct arena *a = arena_new();
	struct desk *d = desk_new(a, "2026-11-02 10:00");

	(void)state;
	desk_address(d, "pat@corp.example", d->now - CW_DAY, 0);
	desk_address(d, "lee@corp.example", 0, d->now + CW_DAY);
	for (size_t i = 0; i < N(rows); i++) {
		const char *why = guard_objection(d->p, &d->f,
		    rows[i].audience, rows[i].email);

		same_text(rows[i].name, why == NULL ? "" : why,
		    rows[i].want == NULL ? "" : rows[i].want);
	}
	arena_free(&a);
}

/* Staff that is the employee of a case gets the employee's mail only. */
static void
test_guard_staff_as_the_employee_G13(void **state)
{
	struct arena *a = arena_new();
	struct desk *d = desk_new(a, "2026-11-02 10:00");

	(void)state;
	d->f.c.employee_email = "kim@corp.example";
	assert_null(guard_objection(d->p, &d->f, E, "kim@corp.example"));
	assert_non_null(guard_objection(d->p, &d->f, D, "kim@corp.example"));
	assert_non_null(guard_objection(d->p, &d->f, I, "kim@corp.example"));
	arena_free(&a);
}

/* A system that reported something reads no weekly word (AR-2). */
static void
test_guard_robots_AR2_M5(void **state)
{
	struct arena *a = arena_new();
	struct desk *d = desk_new(a, "2026-11-02 10:00");

	(void)state;
	d->f.c.employee_email = "no-reply@hris.example";
	assert_non_null(guard_objection(d->p, &d->f, E,
	    "no-reply@hris.example"));
	arena_free(&a);
}

/* A case without an employee's address mails no employee. */
static void
test_guard_no_employee_G13(void **state)
{
	struct arena *a = arena_new();
	struct desk *d = desk_new(a, "2026-11-02 10:00");

	(void)state;
	d->f.c.employee_email = "";
	assert_non_null(guard_objection(d->p, &d->f, E, "joan@home.example"));
	assert_non_null(guard_objection(d->p, &d->f, E, ""));
	assert_null(guard_objection(d->p, &d->f, I, "ana@corp.example"));
	arena_free(&a);
}

static void
test_guard_digests_are_for_staff_G13(void **state)
{
	struct arena *a = arena_new();
	struct desk *d = desk_new(a, "2026-11-02 10:00");

	(void)state;
	assert_null(guard_objection(d->p, NULL, I, "lee@corp.example"));
	assert_non_null(guard_objection(d->p, NULL, I, "joan@home.example"));
	assert_non_null(guard_objection(d->p, NULL, E, "joan@home.example"));
	assert_non_null(guard_objection(d->p, NULL, I, "er@corp.example"));
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_guard_G13_rows),
		cmocka_unit_test(test_guard_staff_as_the_employee_G13),
		cmocka_unit_test(test_guard_robots_AR2_M5),
		cmocka_unit_test(test_guard_no_employee_G13),
		cmocka_unit_test(test_guard_digests_are_for_staff_G13),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
