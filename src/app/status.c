/* status.c - how it does: mailboxes, queues, cases, alarms, the machine. */
#include "app/status.h"

#include "base/fsx.h"
#include "base/str.h"
#include "store/agenda_store.h"
#include "store/outbox_store.h"
#include "store/restore_store.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- what the database knows -------------------------------------------- */

static enum rc
count_mails(struct app *app, struct status *s, struct err *e)
{
	const struct {
		const char *state;
		int64_t *out;
	} states[] = { { "queued", &s->queued }, { "unsure", &s->unsure },
		{ "sending", &s->sending }, { "failed", &s->failed },
		{ "held", &s->held } };
	enum rc rc = RC_OK;

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]) &&
	    rc == RC_OK; i++)
		rc = outbox_store_count_state(app->db, states[i].state,
		    states[i].out, e);
	if (rc == RC_OK)
		rc = restore_store_held(app->db, &s->restored, e);
	if (rc == RC_OK)
		rc = spool_store_count_quarantined(app->db, &s->quarantined,
		    e);
	return rc == RC_OK ? outbox_store_oldest_late(app->db, app->now,
	    &s->oldest_queued_at, e) : rc;
}

static enum rc
next_due(struct app *app, struct arena *a, cw_time *out, struct err *e)
{
	struct agenda_row *v;
	size_t n = 0;
	enum rc rc = agenda_store_next(app->db, 1, a, &v, &n, e);

	*out = rc == RC_OK && n > 0 ? v[0].due_at : 0;
	return rc == RC_NONE ? RC_OK : rc;
}

static enum rc
ask_database(struct app *app, int64_t at_most, struct arena *a,
    struct status *s, struct err *e)
{
	const struct policy *p = &app->policy;
	enum rc rc = RC_OK;

	s->n_mailboxes = p->n_mailboxes;
	s->mailboxes = arena_array(a, p->n_mailboxes, sizeof(*s->mailboxes));
	for (size_t i = 0; i < p->n_mailboxes && rc == RC_OK; i++)
		rc = mailbox_store_get(app->db, p->mailboxes[i].name, a,
		    &s->mailboxes[i], e);
	s->n_oauth2 = p->n_oauth2;
	s->oauth2 = token_watch_all(app, a);
	if (rc != RC_OK ||
	    (rc = casefile_store_tally(app->db, app->now, at_most, &s->cases,
	    e)) != RC_OK ||
	    (rc = count_mails(app, s, e)) != RC_OK)
		return rc;
	s->has_db = true;
	return next_due(app, a, &s->next_due_at, e);
}

/* ---- what the machine knows --------------------------------------------- */

static void
ask_machine(const struct app *app, struct arena *a, struct status *s)
{
	const char *db = app->policy.database;
	struct stat st, wal;
	struct err e;

	s->disk_free = s->disk_size = s->db_bytes = -1;
	if (stat(db, &st) == 0) {
		s->db_bytes = (int64_t)st.st_size;
		if (stat(arena_printf(a, "%s-wal", db), &wal) == 0)
			s->db_bytes += (int64_t)wal.st_size;
	}
	(void)fsx_room(db, &s->disk_free, &s->disk_size, &e); /* -1 says so */
}

char *
status_daemon_file(const struct app *app, struct arena *a)
{
	return arena_printf(a, "%s.run", app->policy.database);
}

/* "PID STARTED\n" in a file that it holds locked. */
static void
ask_daemon(const struct app *app, struct arena *a, struct status *s)
{
	char *path = status_daemon_file(app, a), *text, *blank;
	struct stat st;
	struct err e;
	size_t len;
	int fd = -1;

	if (stat(path, &st) != 0)
		return;
	if (fsx_lock(path, &fd, &e) != RC_RETRY) {
		if (fd >= 0)
			(void)close(fd);
		return;
	}
	if (fsx_read(a, path, 100, &text, &len, &e) != RC_OK ||
	    (blank = strchr(text, ' ')) == NULL)
		return;
	*blank++ = '\0';
	blank[strcspn(blank, "\n")] = '\0';
	if (!str_to_int(text, 1, INT32_MAX, &s->pid) ||
	    !str_to_int(blank, 0, CW_TIME_MAX, &s->started_at))
		s->pid = 0;
}

/* ---- together ----------------------------------------------------------- */

static bool
is_sick(const struct status *s)
{
	for (size_t i = 0; i < s->n_mailboxes; i++)
		if (s->mailboxes[i].failures > 0)
			return true;
	for (size_t i = 0; i < s->n_oauth2; i++)
		if (*s->oauth2[i].error != '\0')
			return true;
	for (size_t i = 0; i < s->health.standing.n; i++)
		if (!s->health.standing.v[i].is_over)
			return true;
	return !s->has_db || s->failed > 0 || s->cases.overdue > 0 ||
	    s->quarantined > 0 || s->restored > 0 || s->health.failed > 1;
}

enum rc
status_get(struct app *app, int64_t at_most, const struct health *health,
    struct arena *a, struct status *out, struct err *e)
{
	enum rc rc = RC_OK;

	*out = (struct status){ 0 };
	if (health != NULL)
		out->health = *health;
	else
		health_load(app, a, &out->health);
	ask_machine(app, a, out);
	ask_daemon(app, a, out);
	if (app->db != NULL)
		rc = ask_database(app, at_most, a, out, e);
	status_judge(out);
	return rc;
}

void
status_judge(struct status *s)
{
	s->is_sick = is_sick(s);
}

/* ---- in words and as JSON ----------------------------------------------- */

static size_t
count_alarms(const struct status *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->health.standing.n; i++)
		n += !s->health.standing.v[i].is_over;
	return n;
}

/* The first trouble, in the order in which they hurt. */
static char *
worst(const struct status *s, struct arena *a)
{
	if (!s->has_db)
		return arena_strdup(a, "the database cannot be read");
	for (size_t i = 0; i < s->health.standing.n; i++) {
		const struct alarm *x = &s->health.standing.v[i];

		if (!x->is_over)
			return arena_printf(a, "%s%s%s",
			    alarm_info(x->kind)->what, *x->about == '\0' ?
			    "" : ": ", x->about);
	}
	for (size_t i = 0; i < s->n_mailboxes; i++)
		if (s->mailboxes[i].failures > 0)
			return arena_printf(a, "the mailbox %s could not be"
			    " read just now", s->mailboxes[i].name);
	for (size_t i = 0; i < s->n_oauth2; i++)
		if (*s->oauth2[i].error != '\0')
			return arena_printf(a, "the tokens %s fail",
			    s->oauth2[i].name);
	if (s->cases.overdue > 0)
		return arena_strdup(a, "cases are past their due date");
	if (s->quarantined > 0)
		return arena_strdup(a, "mails wait in quarantine");
	if (s->failed > 0)
		return arena_strdup(a, "there are dead letters");
	if (s->restored > 0)
		return arena_strdup(a, "mails are held since a backup was put"
		    " back");
	return arena_strdup(a, "the last passes failed");
}

char *
status_sentence(const struct status *s, struct arena *a)
{
	size_t n = count_alarms(s);

	if (!s->is_sick)
		return arena_printf(a, "All is well: %lld open case%s, none"
		    " past its due date, every mailbox was read.",
		    (long long)s->cases.open, s->cases.open == 1 ? "" : "s");
	return arena_printf(a, "A person should look: %s%s.", worst(s, a),
	    n > 1 ? arena_printf(a, " (and %zu more)", n - 1) : "");
}

static json_t *
time_or_null(struct arena *a, cw_time t)
{
	return t == 0 ? json_null() : json_string(time_format(a, t));
}

static json_t *
tokens_json(const struct status *s, struct arena *a)
{
	json_t *v = json_array();

	for (size_t i = 0; i < s->n_oauth2; i++)
		(void)json_array_append_new(v, json_pack("{s:s,s:o,s:o,s:s}",
		    "name", s->oauth2[i].name, "token_expires_at",
		    time_or_null(a, s->oauth2[i].expires_at),
		    "secret_expires_at",
		    time_or_null(a, s->oauth2[i].secret_expires_at),
		    "error", s->oauth2[i].error));
	return v;
}

static json_t *
mailboxes_json(const struct status *s, struct arena *a)
{
	json_t *boxes = json_array();

	for (size_t i = 0; i < s->n_mailboxes; i++) {
		const struct mailbox_state *m = &s->mailboxes[i];

		(void)json_array_append_new(boxes, json_pack(
		    "{s:s,s:o,s:o,s:i,s:s}", "name", m->name,
		    "ok_at", time_or_null(a, m->ok_at),
		    "tried_at", time_or_null(a, m->tried_at),
		    "failures", m->failures, "error", utf8_clean(a, m->error,
		    strlen(m->error))));
	}
	return boxes;
}

static json_t *
alarms_json(const struct status *s, struct arena *a)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->health.standing.n; i++) {
		const struct alarm *x = &s->health.standing.v[i];

		if (!x->is_over)
			(void)json_array_append_new(list, json_pack(
			    "{s:s,s:s,s:s,s:s,s:o,s:o}",
			    "kind", alarm_info(x->kind)->name,
			    "about", x->about, "text", x->text,
			    "do", alarm_info(x->kind)->advice,
			    "raised_at", time_or_null(a, x->raised_at),
			    "told_at", time_or_null(a, x->told_at)));
	}
	return list;
}

static json_t *
machine_json(const struct status *s, struct arena *a)
{
	return json_pack("{s:I,s:o,s:o,s:o,s:I,s:i,s:s,s:I,s:I}",
	    "pid", (json_int_t)s->pid,
	    "started_at", time_or_null(a, s->started_at),
	    "pass_at", time_or_null(a, s->health.ended_at),
	    "pass_ok_at", time_or_null(a, s->health.ok_at),
	    "pass_ms", (json_int_t)s->health.pass_ms,
	    "failed_passes", s->health.failed, "why", utf8_clean(a,
	    s->health.why, strlen(s->health.why)),
	    "disk_free", (json_int_t)s->disk_free,
	    "database_bytes", (json_int_t)s->db_bytes);
}

char *
status_json(const struct app *app, const struct status *s, struct arena *a)
{
	json_t *all;
	char *dumped, *out;

	all = json_pack("{s:o,s:b,s:s,s:o,s:o,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:o,"
	    "s:o,s:o,s:o}",
	    "at", time_or_null(a, app->now), "sick", s->is_sick,
	    "health", status_sentence(s, a),
	    "mailboxes", mailboxes_json(s, a),
	    "oauth2", tokens_json(s, a),
	    "open", (json_int_t)s->cases.open,
	    "without_owner", (json_int_t)s->cases.unowned,
	    "overdue", (json_int_t)s->cases.overdue,
	    "queued", (json_int_t)s->queued,
	    "unsure", (json_int_t)s->unsure,
	    "dead_letters", (json_int_t)s->failed,
	    "held", (json_int_t)s->held,
	    "quarantined", (json_int_t)s->quarantined,
	    "oldest_queued_at", time_or_null(a, s->oldest_queued_at),
	    "next_due_at", time_or_null(a, s->next_due_at),
	    "alarms", alarms_json(s, a), "daemon", machine_json(s, a));
	dumped = all == NULL ? NULL : json_dumps(all, JSON_INDENT(2));
	out = arena_printf(a, "%s\n", dumped != NULL ? dumped : "{}");
	free(dumped);
	json_decref(all);
	return out;
}
