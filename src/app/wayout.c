/* wayout.c - how the way out does. */
#include "app/wayout.h"

#include "app/alarm.h"
#include "base/log.h"
#include "base/str.h"
#include "store/audit_store.h"

#include <string.h>

#define KEY "transport-trouble"
#define LONGEST_REST (30 * CW_MINUTE)
#define ALARM_AFTER (15 * CW_MINUTE) /* a restart of the server is none */

/* The number that `*text` begins with; *text moves behind it. */
static int64_t
take_number(char **text)
{
	char *word = *text, *blank = strchr(word, ' ');
	int64_t n = 0;

	*text = blank == NULL ? word + strlen(word) : blank + 1;
	if (blank != NULL)
		*blank = '\0';
	return str_to_int(word, 0, CW_TIME_MAX, &n) ? n : 0;
}

/* "tries since next_at is_refusal why", or nothing. */
enum rc
wayout_get(struct app *app, struct arena *a, struct wayout *out,
    struct err *e)
{
	char *text;
	enum rc rc = meta_store_get(app->db, KEY, a, &text, e);

	*out = (struct wayout){ .why = "" };
	if (rc != RC_OK)
		return rc == RC_NONE ? RC_OK : rc;
	out->tries = take_number(&text);
	out->since = take_number(&text);
	out->next_at = take_number(&text);
	out->is_refusal = take_number(&text) != 0;
	out->why = text;
	return RC_OK;
}

enum rc
wayout_put(struct app *app, struct wayout *w, struct arena *a, struct err *e)
{
	if (!w->is_changed)
		return RC_OK;
	w->is_changed = false;
	return meta_store_set(app->db, KEY, w->tries == 0 ? "" :
	    arena_printf(a, "%lld %lld %lld %d %s", (long long)w->tries,
	    (long long)w->since, (long long)w->next_at, w->is_refusal,
	    w->why), e);
}

/* 2, 4, 8, 16 and then 30 minutes. */
static cw_time
rest(int64_t tries)
{
	cw_time t = tries > 5 ? LONGEST_REST : CW_MINUTE << tries;

	return t < LONGEST_REST ? t : LONGEST_REST;
}

void
wayout_note(struct app *app, struct wayout *w, enum rc host,
    const char *why, struct arena *a)
{
	if (host == RC_OK) {
		w->is_changed |= w->tries != 0;
		if (w->tries != 0)
			log_event(LOG_LEVEL_INFO, "transport-back",
			    "tries=%lld", (long long)w->tries);
		w->tries = 0;
		w->next_at = 0;
		return;
	}
	if (w->tries++ == 0 || w->since > app->now) /* the clock was set back */
		w->since = app->now;
	w->next_at = app->now + rest(w->tries);
	w->is_refusal = host != RC_RETRY;
	w->why = arena_strdup(a, why);
	w->is_changed = true;
	log_event(LOG_LEVEL_ERROR, "transport-failed", "tries=%lld again=%s"
	    " why=\"%s\"", (long long)w->tries, time_format(a, w->next_at),
	    why);
}

bool
wayout_is_shut(const struct app *app, const struct wayout *w)
{
	/* since: the clock was set back */
	return w->tries > 0 && app->now < w->next_at && app->now >= w->since;
}

void
wayout_alarm(struct app *app, const struct wayout *w, struct arena *a)
{
	if (w->tries > 0 && (w->is_refusal ||
	    app->now - w->since >= ALARM_AFTER))
		alarm_raise(app, ALARM_TRANSPORT, "", "No mail has left since"
		    " %s, all of it waits: %s", time_format(a, w->since),
		    w->why);
}
