/* doctor_people.c - does what we say reach living people, in their time? */
#include "app/doctor.h"

#include "app/zones.h"
#include "base/str.h"
#include "store/person_store.h"

#define MAX_LINES 10 /* of a kind */
#define MAX_EMPLOYEES 200000

/* Why a person of the settings does not read what we send; NULL: may well. */
static const char *
why_not(struct doctor *d, const struct person *who)
{
	struct address_state at = { .undeliverable_since = 0 };
	struct employee_row row;
	struct err e;

	if (person_store_by_email(d->app->db, who->email, d->a, &row, &e) ==
	    RC_OK && str_eq(row.status, "left"))
		return "has left, says the directory";
	if (address_store_get(d->app->db, who->email, d->a, &at, &e) ==
	    RC_OK && at.undeliverable_since != 0)
		return "gets no mail: it came back";
	return NULL;
}

void
doctor_people(struct doctor *d)
{
	const struct policy *p = &d->app->policy;
	size_t n = 0;

	for (size_t i = 0; i < p->n_people; i++) {
		const struct person *who = &p->people[i];
		const char *why = why_not(d, who);

		if (why == NULL || n++ >= MAX_LINES)
			continue;
		doctor_tell(d, DOCTOR_WARN, arena_printf(d->a, "person %s",
		    who->id), "put a successor or the right address into the"
		    " settings; the one who stands in is asked until then",
		    "%s %s", who->name, why);
	}
	if (n == 0)
		doctor_tell(d, DOCTOR_OK, "people", "", "none of %zu is known"
		    " to be out of reach", p->n_people);
}

/* One line for each zone that there is not, at the first who has it. */
static size_t
tell_of_zones(struct doctor *d, const struct employee_row *v, size_t n)
{
	const char *told[MAX_LINES];
	size_t n_told = 0;

	for (size_t i = 0; i < n && n_told < MAX_LINES; i++) {
		size_t k = 0;

		if (*v[i].zone == '\0' ||
		    zones_calendar(d->app, v[i].zone) != NULL)
			continue;
		while (k < n_told && !str_eq(told[k], v[i].zone))
			k++;
		if (k < n_told)
			continue;
		told[n_told++] = v[i].zone;
		doctor_tell(d, DOCTOR_WARN, "directory", "mend it in the"
		    " directory, or install tzdata; the desk's hours count"
		    " until then", "there is no time zone %s, which employee"
		    " %s has", v[i].zone, v[i].employee_id);
	}
	return n_told;
}

void
doctor_directory(struct doctor *d)
{
	struct arena *a = arena_new();
	struct employee_row *v = NULL;
	size_t n = 0;
	struct err e;
	enum rc rc = person_store_list(d->app->db, "", MAX_EMPLOYEES, a, &v,
	    &n, &e);

	if (rc != RC_OK && rc != RC_NONE)
		doctor_tell(d, DOCTOR_FAIL, "directory", "caseward directory"
		    " import FILE", "%s", e.text);
	else if (n == 0)
		doctor_tell(d, DOCTOR_WARN, "directory", *d->app->policy.
		    directory_file != '\0' ? "the first pass imports it; at"
		    " once: caseward directory import FILE" : "caseward"
		    " directory import FILE, or set directory.import_file",
		    "no employee is known: a person must look at each mail");
	else if (tell_of_zones(d, v, n) == 0)
		doctor_tell(d, DOCTOR_OK, "directory", "", "%zu employees, all"
		    " their time zones are known", n);
	arena_free(&a);
}
