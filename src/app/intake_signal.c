/* intake_signal.c - what a mail names its case by (TH-8). */
#include "app/intake_work.h"

#include "core/lifecycle.h"
#include "core/party.h"
#include "store/casefile_store.h"
#include "store/message_store.h"

#define MAX_RECIPIENTS 50

/* To, Delivered-To and X-Original-To often name the same address. */
static bool
is_known_signal(const struct work *w, enum signal_kind kind, int64_t no,
    enum audience audience, int64_t out_id)
{
	for (size_t i = 0; i < w->n_signals; i++) {
		const struct thread_signal *s = &w->signals[i];

		if (s->kind == kind && s->case_no == no &&
		    s->audience == audience && s->out_id == out_id)
			return true;
	}
	return false;
}

static enum rc
add_signal(struct work *w, enum signal_kind kind, int64_t no,
    enum audience audience, int64_t out_id, struct err *e)
{
	struct thread_signal *s = &w->signals[w->n_signals];
	enum audience theirs = audience;
	struct casefile c;
	enum rc rc;

	if (w->n_signals == MAX_SIGNALS || is_known_signal(w, kind, no,
	    audience, out_id))
		return RC_OK;
	*s = (struct thread_signal){ .kind = kind, .case_no = no,
		.audience = audience, .out_id = out_id };
	if (no == 0 && kind != SIGNAL_FORGED) {
		w->answers_digest = true; /* leads to no case */
		if (w->digest_id == 0)
			w->digest_id = out_id;
		return RC_OK;
	}
	if (kind != SIGNAL_FORGED) {
		rc = casefile_store_get(w->app->db, no, w->a, &c, e);
		if (rc != RC_OK && rc != RC_NONE)
			return rc;
		s->exists = rc == RC_OK;
		rc = participant_store_find(w->app->db, no,
		    str_lower(w->a, w->from), &theirs, e);
		if (rc != RC_OK && rc != RC_NONE)
			return rc;
		s->sender_belongs = !w->in.is_forged && !(s->exists &&
		    w->in.staff != NULL && party_is(&c, w->from) &&
		    theirs != AUD_EMPLOYEE) && ((rc == RC_OK &&
		    *w->from != '\0') || (s->exists && w->in.staff != NULL &&
		    case_belongs(&c, &w->app->policy, w->in.staff, &theirs)));
		if (kind == SIGNAL_TOKEN || kind == SIGNAL_KNOWN_ID)
			s->audience = theirs;
	}
	w->n_signals++;
	str_printf(&w->explain, "signal: %s names ER-%06lld%s%s\n",
	    signal_kind_name(kind), (long long)no,
	    s->exists ? "" : " (no such case)",
	    s->sender_belongs ? ", the sender belongs" :
	    ", the sender does not belong");
	return RC_OK;
}

static enum audience
audience_of(char letter)
{
	return letter == 'e' ? AUD_EMPLOYEE : letter == 'd' ? AUD_DEPARTMENT :
	    AUD_INTERNAL;
}

static enum rc
signal_of_id(struct work *w, const char *mid, struct err *e)
{
	struct known_id *known;
	struct token t;
	size_t n;
	enum rc rc = token_parse_message_id(&w->app->keys, mid, &t);

	if (rc == RC_OK)
		return add_signal(w, SIGNAL_KEYED_ID, t.case_no,
		    audience_of(t.audience), t.out_id, e);
	if (rc == RC_BAD)
		return add_signal(w, SIGNAL_FORGED, 0, AUD_INTERNAL, 0, e);
	rc = known_id_store_find(w->app->db, mid, w->a, &known, &n, e);
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		rc = add_signal(w, SIGNAL_KNOWN_ID, known[i].case_no,
		    known[i].audience, known[i].outbox, e);
	return rc == RC_NONE ? RC_OK : rc;
}

static struct texts
own_addresses(const struct policy *p)
{
	return (struct texts){ (const char **)(uintptr_t)p->own_addresses,
		p->n_own_addresses };
}

/* Each keyed address by itself: two of different cases contradict. */
static enum rc
signal_of_recipient(struct work *w, const struct addr *to, struct err *e)
{
	const struct texts own = own_addresses(&w->app->policy);
	struct addr one = *to;
	const struct addrs list = { &one, 1 };
	struct token t;
	enum rc rc = token_find_recipient(&w->app->keys, &own, &list, &t);

	if (rc == RC_OK)
		return add_signal(w, SIGNAL_ADDRESS, t.case_no,
		    audience_of(t.audience), t.out_id, e);
	return rc == RC_BAD ? add_signal(w, SIGNAL_FORGED, 0, AUD_INTERNAL, 0,
	    e) : RC_OK;
}

enum rc
intake_signals(struct work *w, struct err *e)
{
	const struct msg *m = w->m;
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < m->recipients.n &&
	     i < MAX_RECIPIENTS; i++)
		rc = signal_of_recipient(w, &m->recipients.v[i], e);
	for (size_t i = 0; rc == RC_OK && i < m->in_reply_to.n && i < 4; i++)
		rc = signal_of_id(w, m->in_reply_to.v[i], e);
	for (size_t i = 0; rc == RC_OK && i < m->references.n && i < 16; i++)
		rc = signal_of_id(w, /* newest first */
		    m->references.v[m->references.n - 1 - i], e);
	if (rc == RC_OK && m->token_case != 0 && !m->token_is_ambiguous)
		rc = add_signal(w, SIGNAL_TOKEN, m->token_case, AUD_INTERNAL,
		    0, e);
	return rc;
}
