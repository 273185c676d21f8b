/* token_watch.c - how the sources of OAuth2 tokens do. */
#include "app/token_watch.h"

#include "app/alarm.h"
#include "app/bearer.h"

struct token_view *
token_watch_all(const struct app *app, struct arena *a)
{
	const struct policy *p = &app->policy;
	struct token_view *v = arena_array(a, p->n_oauth2 + 1, sizeof(*v));

	for (size_t i = 0; i < p->n_oauth2; i++) {
		const struct oauth2 *o = &p->oauth2[i];
		const struct bearer_opts opts = { .source = o,
			.database = p->database, .login = "" };
		struct bearer_state st;
		struct err e = { "" };
		enum rc rc = bearer_state(&opts, a, &st, &e);

		v[i] = (struct token_view){ .name = o->name,
			.expires_at = st.expires_at,
			.secret_expires_at = o->secret_expires_at,
			.error = rc == RC_OK ? st.error :
			arena_strdup(a, e.text) };
	}
	return v;
}

void
token_watch(struct app *app)
{
	const struct policy *p = &app->policy;

	for (size_t i = 0; i < p->n_oauth2; i++) {
		cw_time ends = p->oauth2[i].secret_expires_at;

		if (ends != 0 && ends - app->now <= TOKEN_WARN_BEFORE)
			alarm_raise(app, ALARM_SECRET, p->oauth2[i].name,
			    "the secret of oauth2 %s %s on %.10s",
			    p->oauth2[i].name, ends <= app->now ? "ended" :
			    "ends", time_format(app->a, ends));
	}
}
