/* status.c - how it does: mailboxes, queues, cases. */
#include "app/status.h"

#include "base/fsx.h"
#include "store/casefile_store.h"
#include "store/outbox_store.h"
#include "store/restore_store.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_TO 10000 /* cases, after each pass */

static enum rc
count_mails(struct app *app, struct arena *a, struct status *s, struct err *e)
{
	const struct {
		const char *state;
		int64_t *out;
	} states[] = { { "queued", &s->queued }, { "unsure", &s->unsure },
		{ "failed", &s->failed }, { "held", &s->held } };
	struct spool_mail *v;
	size_t n = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < 4 && rc == RC_OK; i++)
		rc = outbox_store_count_state(app->db, states[i].state,
		    states[i].out, e);
	if (rc == RC_OK)
		rc = restore_store_held(app->db, &s->restored, e);
	if (rc == RC_OK)
		rc = spool_store_quarantined(app->db, a, &v, &n, e);
	s->quarantined = (int64_t)n;
	return rc == RC_NONE ? RC_OK : rc;
}

enum rc
status_get(struct app *app, int64_t at_most, struct arena *a,
    struct status *out, struct err *e)
{
	const struct policy *p = &app->policy;
	enum rc rc;

	*out = (struct status){ .n_mailboxes = p->n_mailboxes,
		.mailboxes = arena_array(a, p->n_mailboxes,
		    sizeof(*out->mailboxes)) };
	for (size_t i = 0; i < p->n_mailboxes; i++) {
		rc = mailbox_store_get(app->db, p->mailboxes[i].name, a,
		    &out->mailboxes[i], e);
		if (rc != RC_OK)
			return rc;
		out->is_sick |= out->mailboxes[i].failures > 0;
	}
	out->n_oauth2 = p->n_oauth2;
	out->oauth2 = token_watch_all(app, a);
	for (size_t i = 0; i < p->n_oauth2; i++)
		out->is_sick |= *out->oauth2[i].error != '\0';
	if ((rc = casefile_store_tally(app->db, app->now, at_most, &out->cases,
	    e)) != RC_OK ||
	    (rc = count_mails(app, a, out, e)) != RC_OK)
		return rc;
	out->is_sick |= out->failed > 0 || out->cases.overdue > 0 ||
	    out->quarantined > 0 || out->restored > 0;
	return RC_OK;
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

char *
status_json(const struct app *app, const struct status *s, struct arena *a)
{
	json_t *boxes = json_array(), *all;
	char *dumped, *out;

	for (size_t i = 0; i < s->n_mailboxes; i++) {
		const struct mailbox_state *m = &s->mailboxes[i];

		(void)json_array_append_new(boxes, json_pack(
		    "{s:s,s:o,s:o,s:i,s:s}", "name", m->name,
		    "ok_at", time_or_null(a, m->ok_at),
		    "tried_at", time_or_null(a, m->tried_at),
		    "failures", m->failures, "error", m->error));
	}
	all = json_pack("{s:o,s:b,s:o,s:o,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}",
	    "at", time_or_null(a, app->now), "sick", s->is_sick,
	    "mailboxes", boxes, "oauth2", tokens_json(s, a), "open", (json_int_t)s->cases.open,
	    "without_owner", (json_int_t)s->cases.unowned,
	    "overdue", (json_int_t)s->cases.overdue,
	    "queued", (json_int_t)s->queued,
	    "unsure", (json_int_t)s->unsure,
	    "dead_letters", (json_int_t)s->failed,
	    "held", (json_int_t)s->held,
	    "quarantined", (json_int_t)s->quarantined);
	dumped = json_dumps(all, JSON_INDENT(2));
	out = arena_printf(a, "%s\n", dumped != NULL ? dumped : "{}");
	free(dumped);
	json_decref(all);
	return out;
}

enum rc
status_write(struct app *app, struct err *e)
{
	struct arena *a;
	struct status s;
	char *text;
	enum rc rc;

	if (app->policy.status_file[0] == '\0')
		return RC_OK;
	a = arena_new();
	if ((rc = status_get(app, COUNT_TO, a, &s, e)) == RC_OK) {
		text = status_json(app, &s, a);
		rc = fsx_write_atomic(app->policy.status_file, text,
		    strlen(text), 0644, e);
	}
	arena_free(&a);
	return rc;
}
