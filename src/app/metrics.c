/* metrics.c - figures for Prometheus. */
#include "app/metrics.h"

#include "base/str.h"

static void
head(struct str *b, const char *name, const char *type, const char *help)
{
	str_printf(b, "# HELP caseward_%s %s\n# TYPE caseward_%s %s\n", name,
	    help, name, type);
}

static void
value(struct str *b, const char *name, int64_t v)
{
	str_printf(b, "caseward_%s %lld\n", name, (long long)v);
}

/* caseward_name{label="text"} v; the text as the format wants it. */
static void
labelled(struct str *b, const char *name, const char *label, const char *text,
    int64_t v)
{
	str_printf(b, "caseward_%s{%s=\"", name, label);
	for (; *text != '\0'; text++) {
		if (*text == '\n') {
			str_add(b, "\\n");
			continue;
		}
		if (*text == '\\' || *text == '"')
			str_addc(b, '\\');
		str_addc(b, *text);
	}
	str_printf(b, "\"} %lld\n", (long long)v);
}

static void
gauge(struct str *b, const char *name, const char *help, int64_t v)
{
	head(b, name, "gauge", help);
	value(b, name, v);
}

/* ---- always known -------------------------------------------------------- */

static const char *
help_of(const char *metric)
{
	static const struct {
		const char *metric, *help;
	} table[] = {
		{ "mails_taken_total", "Mails taken from the mailboxes." },
		{ "mails_in_total", "Mails handled, by what became of them." },
		{ "mails_out_total", "Tries to send a mail, by result." },
		{ "reader_kills_total",
		    "Mails whose body could not be read." },
		{ "mailbox_failures_total", "Polls of a mailbox that failed." },
		{ "agenda_fired_total", "Things done because their time came." },
		{ "agenda_failed_total", "Those that failed, to be tried again." },
		{ "passes_total", "Passes, by how they ended." },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (str_eq(table[i].metric, metric))
			return table[i].help;
	return metric;
}

static void
counters(struct str *b, const struct health *h)
{
	const char *last = "";

	for (const struct health_count *c = health_counts; c->name != NULL;
	     c++) {
		if (!str_eq(c->metric, last))
			head(b, c->metric, "counter", help_of(c->metric));
		last = c->metric;
		if (*c->label == '\0')
			value(b, c->metric, health_count_of(h, c));
		else
			labelled(b, c->metric, "outcome", c->label,
			    health_count_of(h, c));
	}
}

static void
alarms(struct str *b, const struct health *h)
{
	head(b, "alarm", "gauge", "Alarms of a kind that stand now.");
	for (int k = 0; k < ALARM_N; k++) {
		int64_t n = 0;

		for (size_t i = 0; i < h->standing.n; i++)
			n += h->standing.v[i].kind == (enum alarm_kind)k &&
			    !h->standing.v[i].is_over;
		labelled(b, "alarm", "kind",
		    alarm_info((enum alarm_kind)k)->name, n);
	}
}

static void
machine(struct str *b, const struct app *app, const struct status *s)
{
	const struct health *h = &s->health;

	gauge(b, "written_timestamp_seconds", "When these figures were"
	    " written.", app->now);
	gauge(b, "pass_timestamp_seconds", "End of the last pass.",
	    h->ended_at);
	gauge(b, "pass_success_timestamp_seconds",
	    "End of the last pass that went well.", h->ok_at);
	gauge(b, "pass_failures", "Passes that failed in a row.", h->failed);
	head(b, "pass_duration_seconds", "gauge",
	    "How long the last pass took.");
	str_printf(b, "caseward_pass_duration_seconds %lld.%03d\n",
	    (long long)(h->pass_ms / 1000), (int)(h->pass_ms % 1000));
	gauge(b, "disk_free_bytes", "Room on the disk of the database.",
	    s->disk_free);
	gauge(b, "database_bytes", "Size of the database.", s->db_bytes);
	gauge(b, "database_up", "1 if the database could be read.",
	    s->has_db);
}

/* ---- from the database --------------------------------------------------- */

static void
mailboxes(struct str *b, const struct status *s)
{
	head(b, "mailbox_success_timestamp_seconds", "gauge",
	    "When the mailbox was last read; 0: never.");
	for (size_t i = 0; i < s->n_mailboxes; i++)
		labelled(b, "mailbox_success_timestamp_seconds", "mailbox",
		    s->mailboxes[i].name, s->mailboxes[i].ok_at);
	head(b, "mailbox_failures", "gauge", "Polls that failed in a row.");
	for (size_t i = 0; i < s->n_mailboxes; i++)
		labelled(b, "mailbox_failures", "mailbox",
		    s->mailboxes[i].name, s->mailboxes[i].failures);
}

static void
desk(struct str *b, const struct app *app, const struct status *s)
{
	const struct {
		const char *state;
		int64_t n;
	} states[] = { { "queued", s->queued }, { "sending", s->sending },
		{ "unsure", s->unsure }, { "failed", s->failed },
		{ "held", s->held } };

	gauge(b, "cases_open", "Open cases, counted up to 10000.",
	    s->cases.open);
	gauge(b, "cases_without_owner", "Open cases that nobody owns, counted"
	    " up to 10000.", s->cases.unowned);
	gauge(b, "cases_overdue", "Open cases past their due date, counted up"
	    " to 10000.", s->cases.overdue);
	head(b, "outbox_mails", "gauge", "Mails in the outbox, by state.");
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		labelled(b, "outbox_mails", "state", states[i].state,
		    states[i].n);
	gauge(b, "outbox_oldest_seconds", "Age of the oldest mail that should"
	    " have left.", s->oldest_queued_at == 0 ? 0 :
	    app->now - s->oldest_queued_at);
	gauge(b, "quarantine_mails", "Mails in quarantine.", s->quarantined);
	gauge(b, "agenda_lag_seconds", "How late the next thing on the agenda"
	    " is.", s->next_due_at != 0 && s->next_due_at < app->now ?
	    app->now - s->next_due_at : 0);
}

char *
metrics_text(const struct app *app, const struct status *s, struct arena *a)
{
	struct str b = { 0 };
	char *out;

	machine(&b, app, s);
	alarms(&b, &s->health);
	counters(&b, &s->health);
	if (s->has_db) {
		mailboxes(&b, s);
		desk(&b, app, s);
	}
	out = str_dup(&b, a);
	str_fini(&b);
	return out;
}
