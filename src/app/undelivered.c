/* undelivered.c - a mail of ours did not arrive. */
#include "app/undelivered.h"

#include "app/apply.h"
#include "app/mailer.h"
#include "base/str.h"
#include "core/intake.h"
#include "store/person_store.h"

/* The supervisor, or the first above with another address. */
static const struct person *
somebody_else(const struct policy *p, const char *email)
{
	const struct person *who = policy_chain(p, 0);

	for (size_t k = 1; k < 32 && str_caseeq(who->email, email); k++)
		who = policy_chain(p, k);
	return who;
}

static enum rc
tell_of_digest(struct app *app, const struct outbox_mail *m,
    enum bounce_kind kind, const char *status, struct arena *a,
    struct err *e)
{
	struct letter_more more = { .reason = arena_printf(a, "A mail to %s did"
	    " not arrive (%s).", m->rcpt, *status != '\0' ? status :
	    "no reason given"), .detail = m->subject };
	enum rc rc = RC_OK;

	if (kind == BOUNCE_KIND_NONE || kind == BOUNCE_KIND_DELAY ||
	    kind == BOUNCE_KIND_SOFT)
		return RC_OK;
	if (kind == BOUNCE_KIND_HARD)
		rc = address_store_undeliverable(app->db, str_lower(a,
		    m->rcpt), app->now, status, e);
	if (rc == RC_OK) /* one a day for each address */
		rc = mailer_queue_digest(app, "finding", somebody_else(
		    &app->policy, m->rcpt), &more, arena_printf(a,
		    "undelivered/%s/%lld", m->rcpt,
		    (long long)(app->now / CW_DAY)), a, e);
	return rc == RC_NONE ? RC_OK : rc;
}

/* BN-13: the third soft bounce in two weeks is a hard one. */
static enum rc
count_soft(struct app *app, const char *rcpt, enum bounce_kind *kind,
    struct arena *a, struct err *e)
{
	bool is_third = false;
	enum rc rc;

	if (*kind != BOUNCE_KIND_SOFT)
		return RC_OK;
	rc = address_store_soft_bounce(app->db, str_lower(a, rcpt), app->now,
	    &is_third, e);
	if (is_third)
		*kind = BOUNCE_KIND_HARD;
	return rc;
}

enum rc
undelivered_mail(struct app *app, const struct outbox_mail *m,
    enum bounce_kind kind, const char *status, const char *cause,
    struct arena *a, struct err *e)
{
	struct case_facts f;
	struct plan p;
	enum rc rc;

	if ((rc = count_soft(app, m->rcpt, &kind, a, e)) != RC_OK)
		return rc;
	if (m->case_no == 0)
		return tell_of_digest(app, m, kind, status, a, e);
	rc = apply_load_facts(app, m->case_no, a, &f, e);
	if (rc != RC_OK)
		return rc == RC_NONE ? RC_OK : rc;
	plan_init(&p, a, "caseward", cause);
	intake_bounced(&f, &app->policy, app->now, m->rcpt, kind, status, &p);
	return apply_plan(app, &f, &p, a, e);
}
