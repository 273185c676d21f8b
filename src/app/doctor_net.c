/* doctor_net.c - checks that talk to the servers. */
#include "app/doctor.h"

#include "app/connect.h"
#include "base/hash.h"
#include "base/str.h"
#include "mail/compose.h"

#include <string.h>

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
		rc = sink_try(sink, d->app->policy.address, &e);
	sink_close(&sink);
	if (rc != RC_OK) {
		const char *advice = doctor_login_advice(
		    d->app->policy.transport.oauth2, &e, advice_for(rc));

		if (strstr(e.text, " takes no mail from ") != NULL)
			advice = "let this login send as desk.address, at your"
			    " mail server";
		doctor_tell(d, DOCTOR_FAIL, "transport", advice, "%s", e.text);
	} else {
		doctor_tell(d, DOCTOR_OK, "transport", "", "lets us in, as %s;"
		    " doctor --send ADDRESS sends a test mail",
		    d->app->policy.address);
	}
}

/* ---- --send ------------------------------------------------------------- */

static enum rc
write_test_mail(struct doctor *d, struct sink_mail *out, struct err *e)
{
	const struct policy *p = &d->app->policy;
	struct outmail m = { .from_name = p->desk_name,
		.from_addr = p->address, .to_name = "", .to_addr = d->send_to,
		.reply_to = d->send_to, .date = d->app->now,
		.purpose = MAIL_FOLLOWUP, .loop_id = p->instance_id };
	uint8_t id[12];
	char *bytes;
	enum rc rc;

	hash_random(id, sizeof(id));
	m.message_id = arena_printf(d->a, "doctor.%s@%s", hash_hex(d->a, id,
	    sizeof(id)), p->host);
	m.thread_seed = m.message_id;
	m.subject = "Test mail of caseward";
	m.text = arena_printf(d->a, "This is a test, nothing is to be done."
	    "\n\nSomebody said `caseward doctor --send` to see whether mail of"
	    " %s arrives.  It does.\n", p->desk_name);
	*out = (struct sink_mail){ .from = p->address, .rcpt = d->send_to,
		.message_id = m.message_id };
	rc = compose(&m, d->a, &bytes, &out->len, e);
	out->bytes = bytes;
	return rc;
}

void
doctor_send(struct doctor *d)
{
	struct sink *sink = NULL;
	struct sink_mail m;
	struct err e = { "" };
	enum rc rc;

	if (d->send_to == NULL)
		return;
	if (d->app->now == 0)
		d->app->now = clock_now();
	if ((rc = connect_sink(d->app, d->a, &sink, &e)) == RC_OK &&
	    (rc = write_test_mail(d, &m, &e)) == RC_OK &&
	    (rc = sink_send(sink, &m, 1, &e)) == RC_OK && m.rc != RC_OK)
		rc = err_set(&e, m.rc, "%s", m.reply);
	sink_close(&sink);
	if (rc == RC_OK)
		doctor_tell(d, DOCTOR_OK, "test mail", "", "was taken for %s:"
		    " look whether it arrives", d->send_to);
	else
		doctor_tell(d, DOCTOR_FAIL, "test mail", "the server says why"
		    " it did not take it; the line of the transport says more",
		    "%s", e.text);
}
