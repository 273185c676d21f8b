/* handover.c - the letters when somebody goes, and is back. */
#include "app/absence.h"

#include "app/apply.h"
#include "app/mailer.h"
#include "base/str.h"
#include "core/ladder.h"
#include "core/lifecycle.h"
#include "store/casefile_store.h"
#include "store/outbox_store.h"

#include <string.h>

#define MAX_CASES 500  /* of one owner, looked through */
#define MAX_EVENTS 3   /* of a case, told in its row */

struct gather {
	struct app *app;
	const struct handover *h;
	const struct person *reader;
	bool is_return;
	int64_t out_id; /* the mail it goes into */
	struct arena *a;
};

/* ---- one row ----------------------------------------------------------- */

static bool
is_news(const struct history_line *h, cw_time since)
{
	static const char *const kinds[] = { "mail-in", "step", "divert",
		"resolution-proposed", "resolved", "reopened", "breach",
		"bounce", "note", "owner", "department", "unverified" };

	for (size_t i = 0; h->at >= since &&
	     i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_eq(h->kind, kinds[i]))
			return true;
	return false;
}

/* What happened, the newest first; "" nothing. */
static const char *
meanwhile(const struct gather *g, const struct case_facts *f)
{
	const char *out = "";
	size_t n = 0;

	for (size_t i = f->n_history; i > 0 && n < MAX_EVENTS; i--) {
		const struct history_line *h = &f->history[i - 1];

		if (!is_news(h, g->h->since) || (i > 1 && n > 0 &&
		    str_eq(h->text, f->history[i].text)))
			continue;
		out = arena_printf(g->a, "%s%s%s: %.*s", out,
		    n++ == 0 ? "" : "; ", calendar_format_day(g->a,
		    g->reader->calendar, h->at), (int)utf8_cut(h->text,
		    strlen(h->text), 90), h->text);
	}
	return out;
}

static const char *
reply_address(const struct gather *g, int64_t no)
{
	const struct token t = { no, 'i', g->out_id };

	return token_reply_address(g->a, &g->app->keys, &t,
	    g->app->policy.address);
}

static enum rc
add_row(const struct gather *g, const struct casefile *c,
    struct digest_row *rows, struct digest_list *list, struct err *e)
{
	struct case_facts f;
	const char *news;
	enum rc rc = apply_facts_of(g->app, c, g->a, &f, e);

	if (rc != RC_OK)
		return rc;
	news = g->is_return ? meanwhile(g, &f) : "";
	if (!case_may_be_listed(&f.c, g->h->who, g->reader) ||
	    (g->is_return && *news == '\0'))
		return RC_OK;
	if (list->n == DIGEST_MAX_ROWS) {
		list->more++;
		return RC_OK;
	}
	rows[list->n++] = (struct digest_row){ .c = f.c, .story = news,
		.next_action = case_next_action(&f, &g->app->policy, g->a),
		.next_at = f.c.step_due_at, .missing = "",
		.reply_address = reply_address(g, f.c.no) };
	return RC_OK;
}

static enum rc
gather(const struct gather *g, struct digest_list *list, struct err *e)
{
	const struct case_filter of = { .owner = g->h->who->id, .is_open = 1,
		.limit = MAX_CASES };
	struct digest_row *rows = arena_array(g->a, DIGEST_MAX_ROWS,
	    sizeof(*rows));
	struct casefile *open, *ended = NULL;
	size_t n_open = 0, n_ended = 0;
	enum rc rc = casefile_store_list(g->app->db, &of, g->a, &open, &n_open,
	    e);

	*list = (struct digest_list){ .v = rows };
	if (rc == RC_OK && g->is_return)
		rc = casefile_store_ended(g->app->db, g->h->who->id,
		    g->h->since, MAX_CASES, g->a, &ended, &n_ended, e);
	for (size_t i = 0; rc == RC_OK && i < n_open; i++)
		rc = add_row(g, &open[i], rows, list, e);
	for (size_t i = 0; rc == RC_OK && i < n_ended; i++)
		rc = add_row(g, &ended[i], rows, list, e);
	return rc;
}

/* ---- the letters ------------------------------------------------------- */

static enum rc
letter(struct app *app, const char *template_name, const struct handover *h,
    const struct person *reader, const char *reason, struct arena *a,
    struct err *e)
{
	struct gather g = { app, h, NULL, str_eq(template_name, "handback"), 0,
		a };
	struct digest d = { .for_name = reader->name };
	struct letter_more more = { .reason = reason, .detail = "",
		.digest = &d };
	enum rc rc;

	if ((rc = mailer_reader(app, reader, a, &g.reader, e)) != RC_OK ||
	    (rc = outbox_store_next_id(app->db, &g.out_id, e)) != RC_OK ||
	    (rc = gather(&g, &d.mine, e)) != RC_OK)
		return rc;
	d.open = (int)(d.mine.n + d.mine.more);
	rc = mailer_queue_digest(app, template_name, reader, &more,
	    arena_printf(a, "%s/%s/%s/%lld", template_name, h->who->id,
	    reader->id, (long long)app->now), a, e);
	return rc == RC_NONE ? RC_OK : rc;
}

enum rc
handover_begin(struct app *app, const struct handover *h, bool is_long,
    struct arena *a, struct err *e)
{
	const struct person *lead = h->who->team != NULL &&
	    h->who->team->lead != h->who ? h->who->team->lead :
	    h->who->manager;
	const char *until = calendar_format_day(a, h->who->calendar,
	    h->until);
	enum rc rc = RC_OK;

	if (h->to != h->who)
		rc = letter(app, "handover", h, h->to, arena_printf(a,
		    "%s is away until %s, and you stand in.", h->who->name,
		    until), a, e);
	if (rc == RC_OK && is_long && lead != NULL && lead != h->to)
		rc = letter(app, "handover", h, lead, arena_printf(a, "%s is"
		    " away until %s: that is long. %s stands in. Should the"
		    " cases go to somebody else? #assign does it.",
		    h->who->name, until, h->to == h->who ? "Nobody" :
		    h->to->name), a, e);
	return rc;
}

enum rc
handover_end(struct app *app, const struct handover *h, struct arena *a,
    struct err *e)
{
	const char *since = calendar_format_day(a, h->who->calendar,
	    h->since);
	bool stood_in = h->to != NULL && h->to != h->who;
	enum rc rc = letter(app, "handback", h, h->who, arena_printf(a,
	    "Welcome back, %s. Since %s, %s%s; from now on everything comes to"
	    " you again.", h->who->name, since, stood_in ? h->to->name :
	    "nobody", " stood in for you"), a, e);

	if (rc == RC_OK && stood_in)
		rc = letter(app, "handback", h, h->to, arena_printf(a,
		    "%s is back. Since %s you stood in; from now on everything"
		    " goes to %s again.", h->who->name, since, h->who->name),
		    a, e);
	return rc;
}
