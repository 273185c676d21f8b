/* alarm.c - troubles of the machine: gathered in a pass, told at its end. */
#include "app/alarm.h"

#include "app/chat.h"
#include "app/connect.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/str.h"
#include "mail/compose.h"
#include "net/webhook.h"

#include <string.h>

#define MAX_TOLD 20 /* at once */
#define CHAT_SECONDS 10

void
alarm_raise(struct app *app, enum alarm_kind kind, const char *about,
    const char *fmt, ...)
{
	char *text;
	va_list ap;

	va_start(ap, fmt);
	text = arena_vprintf(app->a, fmt, ap);
	va_end(ap);
	alarm_add(&app->raised, kind, about, utf8_clean(app->a, text,
	    strlen(text)), app->a);
}

/* ---- the words ---------------------------------------------------------- */

static const char *
headline(const struct alarm *x, struct arena *a)
{
	return arena_printf(a, "%s%s%s%s", x->act == ALARM_OVER ? "Over: " :
	    x->act == ALARM_AGAIN ? "Still: " : "", alarm_info(x->kind)->what,
	    *x->about == '\0' ? "" : ": ", x->about);
}

static const char *
words(const struct app *app, const struct alarm *x, struct arena *a)
{
	const struct alarm_info *info = alarm_info(x->kind);
	char *since = calendar_format(a, app->policy.calendar, x->raised_at);

	if (x->act == ALARM_OVER)
		return arena_printf(a, "%s\n\nIt had begun %s: %s",
		    info->over, since, x->text);
	return arena_printf(a, "%s\n\nWhat to do: %s.%s%s", x->text,
	    info->advice, x->act == ALARM_AGAIN ? "\n\nIt began " : "",
	    x->act == ALARM_AGAIN ? since : "");
}

static void
write_log(const struct alarm *x)
{
	static const char *const acts[] = { [ALARM_NEW] = "new",
		[ALARM_AGAIN] = "again", [ALARM_OVER] = "over" };
	char about[128], why[600];

	if (x->act == ALARM_STANDS)
		return;
	log_event(x->act == ALARM_OVER ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR,
	    "alarm", "kind=%s act=%s about=%s why=%s",
	    alarm_info(x->kind)->name, acts[x->act],
	    log_quote(about, sizeof(about), x->about),
	    log_quote(why, sizeof(why), x->text));
}

/* ---- the routes --------------------------------------------------------- */

struct routes {
	struct app *app;
	struct arena *a;
	struct sink *sink; /* NULL: mail cannot leave */
};

static bool
tell_chat(struct routes *r, const struct alarm *x)
{
	const struct alarm_policy *p = &r->app->policy.alarms;
	const struct webhook_opts o = { .allow_http_loopback = true,
		.timeout_s = CHAT_SECONDS };
	const char *desk = r->app->policy.desk_name;
	struct err e = { "" };
	enum rc rc;

	if (*p->webhook == '\0')
		return false;
	rc = webhook_post(p->webhook, chat_json(p->webhook_kind, desk,
	    arena_printf(r->a, "caseward, %s: %s\n\n%s", desk, headline(x,
	    r->a), words(r->app, x, r->a)), r->a), &o, &e);
	if (rc != RC_OK && rc != RC_UNSURE)
		log_event(LOG_LEVEL_WARN, "alarm-untold", "route=chat"
		    " why=\"%s\"", e.text);
	return rc == RC_OK || rc == RC_UNSURE;
}

static enum rc
write_mail(struct routes *r, const struct alarm *x, const char *to,
    struct sink_mail *out, struct err *e)
{
	const struct policy *p = &r->app->policy;
	const struct person *staff = policy_person_by_email(p, to);
	const struct calendar *cal = staff != NULL ? staff->calendar :
	    p->calendar;
	/* An answer goes nowhere: nobody here would read it. */
	struct letter_to who = { to, staff != NULL ? staff->name : "",
		staff != NULL ? staff->language : p->language, cal, to };
	struct letter_more more = { .reason = headline(x, r->a),
		.detail = words(r->app, x, r->a) };
	struct outmail m = { .from_name = p->desk_name,
		.from_addr = p->address, .to_name = who.name, .to_addr = to,
		.reply_to = to, .date = r->app->now,
		.purpose = MAIL_FOLLOWUP, .loop_id = p->instance_id };
	uint8_t id[12];
	struct letter l;
	struct civil c;
	char *bytes;
	enum rc rc;

	if ((rc = letter_render(r->app->templates, "alarm", p, NULL, &who,
	    &more, r->app->now, r->a, &l, e)) != RC_OK)
		return rc;
	hash_random(id, sizeof(id));
	m.message_id = arena_printf(r->a, "alarm.%s@%s", hash_hex(r->a, id,
	    sizeof(id)), p->host);
	m.utc_offset = zone_civil(cal->zone, r->app->now, &c, NULL);
	m.subject = l.subject;
	m.thread_seed = m.message_id;
	m.text = l.text;
	m.html = l.html;
	*out = (struct sink_mail){ .from = p->address, .rcpt = to,
		.message_id = m.message_id };
	rc = compose(&m, r->a, &bytes, &out->len, e);
	out->bytes = bytes;
	return rc;
}

static bool
tell_mail(struct routes *r, const struct alarm *x)
{
	const struct alarm_policy *p = &r->app->policy.alarms;
	bool is_told = false;

	for (size_t i = 0; r->sink != NULL && i < p->n_mail_to; i++) {
		struct sink_mail m;
		struct err e = { "" };
		enum rc rc = write_mail(r, x, p->mail_to[i], &m, &e);

		if (rc == RC_OK && (rc = sink_send(r->sink, &m, 1, &e)) !=
		    RC_OK)
			sink_close(&r->sink); /* do not wait for it again */
		if (rc == RC_OK && m.rc != RC_OK)
			rc = err_set(&e, m.rc, "%s", m.reply);
		is_told |= rc == RC_OK;
		if (rc != RC_OK)
			log_event(LOG_LEVEL_WARN, "alarm-untold",
			    "route=mail why=\"%s\"", e.text);
	}
	return is_told;
}

/* Where the server refuses us in this very pass, mail need not be tried. */
static void
open_routes(struct routes *r)
{
	struct err e = { "" };

	if (alarm_find(&r->app->raised, ALARM_TRANSPORT, "") == NULL &&
	    connect_sink(r->app, r->a, &r->sink, &e) != RC_OK)
		log_event(LOG_LEVEL_WARN, "alarm-untold", "route=mail"
		    " why=\"%s\"", e.text);
}

static bool
tell(struct routes *r, const struct alarm *x)
{
	bool by_chat = tell_chat(r, x);
	bool by_mail = alarm_info(x->kind)->is_told || tell_mail(r, x);

	return by_chat || by_mail;
}

void
alarm_settle(struct app *app, struct alarm_list *standing, unsigned looked,
    struct arena *a)
{
	struct routes r = { .app = app, .a = a };
	struct alarm_list now;
	size_t told = 0;

	alarm_decide(standing, &app->raised, looked, app->now,
	    (cw_time)app->policy.alarms.repeat_hours * CW_HOUR, a, &now);
	for (size_t i = 0; i < now.n; i++) {
		struct alarm *x = &now.v[i];

		write_log(x);
		if (x->act == ALARM_STANDS || told++ >= MAX_TOLD)
			continue;
		if (told == 1)
			open_routes(&r);
		alarm_told(x, tell(&r, x), app->now);
	}
	sink_close(&r.sink);
	alarm_forget(&now);
	*standing = now;
}
