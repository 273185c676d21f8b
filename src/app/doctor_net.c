/* doctor_net.c - checks that talk to the servers. */
#include "app/doctor.h"

#include "app/connect.h"

static const char *
advice_for(enum rc rc)
{
	return rc == RC_FAIL ? "check user, password and certificate" :
	    rc == RC_BAD ? "mend this setting" :
	    "is the server up and reachable from here?";
}

static void
try_mailbox(struct doctor *d, const struct mailbox *box)
{
	const char *what = arena_printf(d->a, "mailbox %s", box->name);
	struct source_position pos = { .last_uid = 0 };
	struct source *src = NULL;
	struct err e = { "" };
	bool is_reset;
	enum rc rc = connect_source(d->app, box, d->a, &src, &e);

	if (rc == RC_OK)
		rc = source_begin(src, &pos, &is_reset, &e);
	if (rc != RC_OK) {
		const char *advice = doctor_login_advice(box->oauth2, &e,
		    advice_for(rc));

		doctor_tell(d, DOCTOR_FAIL, what, advice, "%s", e.text);
	} else if (*source_note(src) != '\0')
		doctor_tell(d, DOCTOR_WARN, what, "mend `after` of this"
		    " mailbox", "%s", source_note(src));
	else
		doctor_tell(d, DOCTOR_OK, what, "", "can be read, %zu mails",
		    source_left(src));
	source_close(&src);
}

void
doctor_mailboxes(struct doctor *d)
{
	for (size_t i = 0; i < d->app->policy.n_mailboxes; i++)
		try_mailbox(d, &d->app->policy.mailboxes[i]);
}

void
doctor_transport(struct doctor *d)
{
	struct sink *sink = NULL;
	struct err e = { "" };
	enum rc rc = connect_sink(d->app, d->a, &sink, &e);

	if (rc == RC_OK)
		rc = sink_try(sink, &e);
	sink_close(&sink);
	if (rc != RC_OK) {
		const char *advice = doctor_login_advice(
		    d->app->policy.transport.oauth2, &e, advice_for(rc));

		doctor_tell(d, DOCTOR_FAIL, "transport", advice, "%s", e.text);
	} else {
		doctor_tell(d, DOCTOR_OK, "transport", "", "lets us in; the"
		    " first mail proves the rest");
	}
}
