/* doctor_oauth2.c - asks each token endpoint, and when its secret ends. */
#include "app/doctor.h"

#include "app/bearer.h"
#include "app/token_watch.h"
#include "base/str.h"

#include <string.h>

const char *
doctor_login_advice(const struct oauth2 *source, struct err *e,
    const char *usual)
{
	const char *advice = source == NULL ? NULL : oauth2_advice(e->text);
	char *said = strstr(e->text, "; to do: ");

	if (said != NULL)
		*said = '\0';
	return advice != NULL ? advice : usual;
}

/* True if there is something to say. */
static bool
tell_of_secret(struct doctor *d, const struct oauth2 *o, const char *what)
{
	cw_time ends = o->secret_expires_at;

	if (ends == 0 || ends - d->app->now > TOKEN_WARN_BEFORE)
		return false;
	doctor_tell(d, ends <= d->app->now ? DOCTOR_FAIL : DOCTOR_WARN, what,
	    "make a new secret at your provider, put it into its file, and"
	    " write its last day to secret_expires", "the secret %s on %.10s",
	    ends <= d->app->now ? "ended" : "ends",
	    time_format(d->a, ends));
	return true;
}

static void
try_source(struct doctor *d, const struct oauth2 *o)
{
	const char *what = arena_printf(d->a, "oauth2 %s", o->name);
	const struct bearer_opts opts = { .source = o, .database =
		d->app->policy.database, .login = "doctor", .insist = true };
	struct err e = { "" };
	cw_time until = 0;
	enum rc rc = bearer_renew(&opts, &until, &e);
	const char *advice;

	if (rc != RC_OK) {
		advice = doctor_login_advice(o, &e, rc == RC_FAIL ?
		    "compare its settings with your provider's" :
		    "is the token endpoint reachable from here?");
		doctor_tell(d, DOCTOR_FAIL, what, advice, "%s", e.text);
	}
	if (!tell_of_secret(d, o, what) && rc == RC_OK)
		doctor_tell(d, DOCTOR_OK, what, "", "gives a token, good until"
		    " %s", time_format(d->a, until));
}

void
doctor_oauth2(struct doctor *d)
{
	d->app->insist = true; /* for the logins, which come next */
	for (size_t i = 0; i < d->app->policy.n_oauth2; i++)
		try_source(d, &d->app->policy.oauth2[i]);
}
