/* undelivered.c - a mail of ours did not arrive. */
#include "app/undelivered.h"

#include "app/absence.h"
#include "app/apply.h"
#include "app/mailer.h"
#include "base/str.h"
#include "core/intake.h"
#include "mail/addr.h"
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
		rc = absence_dead(app, m->rcpt, app->now, status, a, e);
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

/* BN-5: refused by policy is nobody's address failing, but ours to mend: the
 * operators hear, once a day for each domain. */
static enum rc
tell_operators(struct app *app, const struct outbox_mail *m,
    const char *status, struct arena *a, struct err *e)
{
	const struct policy *p = &app->policy;
	const char *domain = addr_domain(m->rcpt);
	struct letter_more more = { .reason = arena_printf(a, "The server of"
	    " %s refuses our mail by its policy (%s). The address is not to"
	    " blame; look at SPF, DKIM, DMARC and the reputation of our"
	    " server, or ask their postmaster.", domain, *status != '\0' ?
	    status : "no reason given"), .detail = m->subject };
	bool any = false;
	enum rc rc = RC_OK;

	for (size_t i = 0; i <= p->n_people && rc == RC_OK; i++) {
		const struct person *who = i < p->n_people ? &p->people[i] :
		    any ? NULL : somebody_else(p, m->rcpt);

		if (who == NULL || (i < p->n_people &&
		    (who->roles & ROLE_OPERATOR) == 0) ||
		    str_caseeq(who->email, m->rcpt))
			continue;
		any = true;
		rc = mailer_queue_digest(app, "finding", who, &more,
		    arena_printf(a, "policy/%s/%s/%lld", who->id, domain,
		    (long long)(app->now / CW_DAY)), a, e);
		if (rc == RC_NONE)
			rc = RC_OK;
	}
	return rc;
}

/* Too large: once more, as plain text and without what it quoted.  What was
 * written for the employee must not be cut: that is left to the owner. */
static bool
resend_small(const struct outbox_mail *m, enum bounce_kind kind,
    struct plan *p)
{
	struct act *act;

	if (kind != BOUNCE_KIND_SIZE || m->audience == AUD_EMPLOYEE ||
	    str_has_prefix(m->dedup, MAILER_SMALL))
		return false;
	plan_event(p, "bounce", arena_printf(p->a, "mail to %s was too large:"
	    " sent again as plain text", m->rcpt), "");
	act = plan_mail(p, m->template, m->audience, m->rcpt, m->rcpt_name,
	    m->why);
	act->n = 1;
	return true;
}

enum rc
undelivered_mail(struct app *app, const struct outbox_mail *m,
    enum bounce_kind kind, const char *status, const char *cause,
    struct arena *a, struct err *e)
{
	struct returned r = { m->rcpt, m->template, kind, status };
	struct case_facts f;
	struct plan p;
	enum rc rc;

	if ((rc = count_soft(app, m->rcpt, &r.kind, a, e)) != RC_OK)
		return rc;
	if (kind == BOUNCE_KIND_POLICY &&
	    (rc = tell_operators(app, m, status, a, e)) != RC_OK)
		return rc;
	if (m->case_no == 0)
		return tell_of_digest(app, m, r.kind, status, a, e);
	rc = apply_load_facts(app, m->case_no, a, &f, e);
	if (rc != RC_OK)
		return rc == RC_NONE ? RC_OK : rc;
	plan_init(&p, a, "caseward", cause);
	if (!resend_small(m, r.kind, &p))
		intake_bounced(&f, &app->policy, app->now, &r, &p);
	return apply_plan(app, &f, &p, a, e);
}
