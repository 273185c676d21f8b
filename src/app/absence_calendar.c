/* absence_calendar.c - absences from iCalendar files. */
#include "app/absence.h"

#include "app/mailer.h"
#include "base/fsx.h"
#include "base/log.h"
#include "base/str.h"
#include "core/ics_event.h"
#include "core/party.h"
#include "store/audit_store.h"

#include <sys/stat.h>

#define MAX_FILE (4UL * 1024 * 1024)
#define LOOK_AHEAD 400 /* days */
#define META "absence-calendars"

struct reading {
	struct app *app;
	struct arena *a;
	size_t n, unnamed, skipped;
	const char *problem; /* "" or what is wrong with a file */
};

/* ---- one event --------------------------------------------------------- */

static cw_time
instant(const struct zone *z, bool is_utc, int64_t day, int second)
{
	struct civil c;

	civil_from_days(day, &c);
	c.hour = second / 3600;
	c.minute = second / 60 % 60;
	c.second = second % 60;
	return is_utc ? civil_to_utc(&c) : zone_instant(z, &c);
}

static enum rc
keep(struct reading *r, const struct person *who, const struct ics_event *ev,
    struct err *e)
{
	const struct zone *z = who->calendar->zone;
	struct absence_row row = { .email = who->email, .source = "calendar",
		.from_at = instant(z, ev->is_utc, ev->from_day,
		    ev->from_second),
		.until_at = instant(z, ev->is_utc, ev->until_day,
		    ev->until_second), .deputy = "" };

	row.key = arena_printf(r->a, "%.60s/%lld-%lld", ev->uid,
	    (long long)row.from_at, (long long)row.until_at);
	if (row.until_at <= row.from_at || row.until_at <= r->app->now)
		return RC_OK;
	r->n++;
	return absence_store_add(r->app->db, &row, r->app->now, e);
}

/* Whom the event is about: invited, or named in its title. */
static const struct person *
person_of(const struct policy *p, const struct ics_event *ev)
{
	const struct person *who = policy_person_by_email(p, ev->email);

	for (size_t i = 0; who == NULL && i < p->n_people; i++)
		if (party_is_named(ev->summary, &p->people[i]))
			who = &p->people[i];
	return who;
}

/* ---- one file ---------------------------------------------------------- */

static enum rc
read_file(struct reading *r, const char *path, const struct person *owner,
    struct err *e)
{
	int64_t today = r->app->now / CW_DAY;
	struct ics_event *v;
	size_t len, n, skipped;
	struct err why;
	char *text;
	enum rc rc = fsx_read(r->a, path, MAX_FILE, &text, &len, &why);

	if (rc == RC_OK)
		rc = ics_events(r->a, text, len, today - 1,
		    today + LOOK_AHEAD, &v, &n, &skipped, &why);
	if (rc != RC_OK) {
		r->problem = arena_printf(r->a, "%s- %s: %s\n", r->problem,
		    path, rc == RC_NONE ? "there is no such file" : why.text);
		return RC_OK;
	}
	r->skipped += skipped;
	for (size_t i = 0; i < n; i++) {
		const struct person *who = owner != NULL ? owner :
		    person_of(&r->app->policy, &v[i]);

		if (who == NULL)
			r->unnamed++;
		else if ((rc = keep(r, who, &v[i], e)) != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum rc
read_all(struct reading *r, struct err *e)
{
	const struct policy *p = &r->app->policy;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < p->n_absence_files && rc == RC_OK; i++)
		rc = read_file(r, p->absence_files[i], NULL, e);
	for (size_t i = 0; i < p->n_people && rc == RC_OK; i++)
		if (!str_is_empty(p->people[i].absence_file))
			rc = read_file(r, p->people[i].absence_file,
			    &p->people[i], e);
	return rc;
}

/* ---- have they changed? ------------------------------------------------ */

static void
add_stamp(struct str *b, const char *path)
{
	struct stat st;

	if (str_is_empty(path))
		return;
	if (stat(path, &st) != 0)
		str_printf(b, "%s ?;", path);
	else
		str_printf(b, "%s %lld.%09ld/%lld;", path,
		    (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec,
		    (long long)st.st_size);
}

/* Names, times and sizes of the files, and the week: far events come near. */
static const char *
stamp_of(const struct app *app, struct arena *a)
{
	const struct policy *p = &app->policy;
	struct str b = { 0 };
	const char *out;

	for (size_t i = 0; i < p->n_absence_files; i++)
		add_stamp(&b, p->absence_files[i]);
	for (size_t i = 0; i < p->n_people; i++)
		add_stamp(&b, p->people[i].absence_file);
	if (b.len > 0)
		str_printf(&b, "%lld", (long long)(app->now / (7 * CW_DAY)));
	out = str_dup(&b, a);
	str_fini(&b);
	return out;
}

/* What cannot be read leaves what was known as it was, and is told. */
static enum rc
tell(struct reading *r, const char *reason, const char *detail,
    const char *what, struct err *e)
{
	struct letter_more more = { .reason = reason, .detail = detail };
	enum rc rc = mailer_queue_digest(r->app, "finding",
	    r->app->policy.supervisor, &more, arena_printf(r->a,
	    "absence-file/%s/%lld", what, (long long)(r->app->now / CW_DAY)),
	    r->a, e);

	return rc == RC_NONE ? RC_OK : rc;
}

static enum rc
finish(struct reading *r, struct err *e)
{
	enum rc rc = RC_OK;

	log_event(*r->problem != '\0' ? LOG_LEVEL_WARN : LOG_LEVEL_INFO,
	    META, "events=%zu unnamed=%zu skipped=%zu", r->n, r->unnamed,
	    r->skipped);
	if (*r->problem != '\0')
		return tell(r, "A calendar of absences cannot be read. The"
		    " absences that were known stay.", r->problem, "bad", e);
	if (r->unnamed + r->skipped > 0)
		rc = tell(r, arena_printf(r->a, "In the calendars of absences"
		    " %zu event%s no one of the staff, and %zu could not be"
		    " understood.", r->unnamed, r->unnamed == 1 ? " names" :
		    "s name", r->skipped), "", "unnamed", e);
	return rc != RC_OK ? rc : absence_store_sweep_calendar(r->app->db,
	    r->app->now, e);
}

enum rc
absence_calendars(struct app *app, struct arena *a, bool *has_changed,
    struct err *e)
{
	struct reading r = { .app = app, .a = a, .problem = "" };
	const char *stamp = stamp_of(app, a);
	char *seen;
	enum rc rc = meta_store_get(app->db, META, a, &seen, e);

	if (rc != RC_OK && rc != RC_NONE)
		return rc;
	if (rc == RC_OK ? str_eq(seen, stamp) : *stamp == '\0')
		return RC_OK;
	if ((rc = read_all(&r, e)) != RC_OK || (rc = finish(&r, e)) != RC_OK)
		return rc;
	*has_changed = true;
	return meta_store_set(app->db, META, stamp, e);
}
