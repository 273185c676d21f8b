/* health.c - alarms, last passes and counts, in a file of their own. */
#include "app/health.h"

#include "base/fsx.h"
#include "base/str.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FILE (1024 * 1024)
#define MAX_ALARMS 500

#define AT(field) offsetof(struct health, field)

const struct health_count health_counts[] = {
	{ "in-taken", "mails_taken_total", "", AT(total.in.taken) },
	{ "in-opened", "mails_in_total", "opened", AT(total.in.opened) },
	{ "in-appended", "mails_in_total", "appended",
	    AT(total.in.appended) },
	{ "in-filed", "mails_in_total", "filed", AT(total.in.filed) },
	{ "in-unverified", "mails_in_total", "unverified",
	    AT(total.in.unverified) },
	{ "in-duplicate", "mails_in_total", "duplicate",
	    AT(total.in.duplicate) },
	{ "in-quarantined", "mails_in_total", "quarantined",
	    AT(total.in.quarantined) },
	{ "in-unread", "reader_kills_total", "", AT(total.in.unread) },
	{ "mailbox-failures", "mailbox_failures_total", "",
	    AT(total.in.failed_mailboxes) },
	{ "fired", "agenda_fired_total", "", AT(total.tick.fired) },
	{ "fired-failed", "agenda_failed_total", "", AT(total.tick.failed) },
	{ "out-sent", "mails_out_total", "sent", AT(total.out.sent) },
	{ "out-later", "mails_out_total", "later", AT(total.out.later) },
	{ "out-unsure", "mails_out_total", "unsure", AT(total.out.unsure) },
	{ "out-failed", "mails_out_total", "failed", AT(total.out.failed) },
	{ "passes", "passes_total", "ok", AT(passes) },
	{ "failed-passes", "passes_total", "failed", AT(failed_passes) },
	{ "died-passes", "passes_total", "died", AT(died_passes) },
	{ NULL, NULL, NULL, 0 },
};

static int64_t *
count_at(struct health *h, const struct health_count *c)
{
	return (int64_t *)(void *)((char *)h + c->at);
}

int64_t
health_count_of(const struct health *h, const struct health_count *c)
{
	return *(const int64_t *)(const void *)((const char *)h + c->at);
}

/* ---- from text ---------------------------------------------------------- */

static int64_t
integer(const json_t *j, const char *key)
{
	return (int64_t)json_integer_value(json_object_get(j, key));
}

static const char *
text(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s != NULL ? s : "";
}

static void
read_alarms(const json_t *list, struct arena *a, struct alarm_list *out)
{
	size_t n = json_array_size(list);

	for (size_t i = 0; i < n && i < MAX_ALARMS; i++) {
		const json_t *j = json_array_get(list, i);
		enum alarm_kind kind;

		if (!alarm_kind_parse(text(j, "kind"), &kind))
			continue;
		*ARENA_PUSH(a, out->v, out->n, out->cap) = (struct alarm){
			.kind = kind, .about = arena_strdup(a, text(j,
			"about")), .text = arena_strdup(a, text(j, "text")),
			.raised_at = integer(j, "raised_at"),
			.told_at = integer(j, "told_at"),
			.is_over = json_is_true(json_object_get(j, "over")) };
	}
}

static void
parse(const char *s, struct arena *a, struct health *h)
{
	json_t *j = s == NULL ? NULL : json_loads(s, 0, NULL);
	const json_t *counts;

	*h = (struct health){ 0 };
	if (j == NULL)
		return;
	h->serial = integer(j, "serial");
	h->ended_at = integer(j, "ended_at");
	h->ok_at = integer(j, "ok_at");
	h->pass_ms = integer(j, "pass_ms");
	h->failed = (int)integer(j, "failed");
	(void)snprintf(h->why, sizeof(h->why), "%s", text(j, "why"));
	read_alarms(json_object_get(j, "alarms"), a, &h->standing);
	counts = json_object_get(j, "counts");
	for (const struct health_count *c = health_counts; c->name != NULL;
	     c++)
		*count_at(h, c) = integer(counts, c->name);
	json_decref(j);
}

static const char *
file_name(const struct app *app, struct arena *a)
{
	return arena_printf(a, "%s.health", app->policy.database);
}

void
health_load(const struct app *app, struct arena *a, struct health *out)
{
	struct health known;
	struct err e;
	char *s;
	size_t len;

	if (fsx_read(a, file_name(app, a), MAX_FILE, &s, &len, &e) != RC_OK)
		s = NULL;
	parse(s, a, out);
	parse(app->health_text, a, &known);
	if (known.serial > out->serial)
		*out = known;
}

/* ---- to text ------------------------------------------------------------ */

static json_t *
alarms_json(const struct alarm_list *l)
{
	json_t *list = json_array();

	for (size_t i = 0; i < l->n; i++) {
		const struct alarm *x = &l->v[i];

		(void)json_array_append_new(list, json_pack(
		    "{s:s,s:s,s:s,s:I,s:I,s:b}",
		    "kind", alarm_info(x->kind)->name, "about", x->about,
		    "text", x->text, "raised_at", (json_int_t)x->raised_at,
		    "told_at", (json_int_t)x->told_at, "over", x->is_over));
	}
	return list;
}

enum rc
health_save(struct app *app, struct health *h, struct err *e)
{
	json_t *counts = json_object(), *j;
	char *dumped;

	h->serial++;
	for (const struct health_count *c = health_counts; c->name != NULL;
	     c++)
		(void)json_object_set_new(counts, c->name,
		    json_integer((json_int_t)health_count_of(h, c)));
	j = json_pack("{s:I,s:I,s:I,s:I,s:i,s:s,s:o,s:o}",
	    "serial", (json_int_t)h->serial,
	    "ended_at", (json_int_t)h->ended_at,
	    "ok_at", (json_int_t)h->ok_at,
	    "pass_ms", (json_int_t)h->pass_ms, "failed", h->failed,
	    "why", utf8_clean(app->a, h->why, strlen(h->why)), "alarms", alarms_json(&h->standing),
	    "counts", counts);
	dumped = j == NULL ? NULL : json_dumps(j, JSON_INDENT(1));
	json_decref(j);
	if (dumped == NULL)
		return err_set(e, RC_FAIL, "the state of health is no text");
	app->health_text = arena_printf(app->a, "%s\n", dumped);
	free(dumped);
	return fsx_write_atomic(file_name(app, app->a), app->health_text,
	    strlen(app->health_text), 0600, e);
}

/* ---- passes ------------------------------------------------------------- */

void
health_add_pass(struct health *h, const struct pass_count *n, enum rc rc,
    const struct err *why, cw_time now, int64_t ms)
{
	struct health one = { .total = *n };

	for (const struct health_count *c = health_counts; c->name != NULL;
	     c++)
		*count_at(h, c) += health_count_of(&one, c);
	h->passes += rc == RC_OK;
	h->failed_passes += rc != RC_OK;
	h->failed = rc == RC_OK ? 0 : h->failed + 1;
	h->ended_at = now;
	h->pass_ms = ms;
	if (rc == RC_OK)
		h->ok_at = now;
	(void)snprintf(h->why, sizeof(h->why), "%s", rc == RC_OK ? "" :
	    why->text);
}
