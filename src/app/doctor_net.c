/* doctor_net.c - checks that talk to the servers. */
#include "app/doctor.h"

#include "app/connect.h"
#include "base/hash.h"
#include "base/str.h"
#include "mail/compose.h"

#include <string.h>

/* What to do, by what was said; the first row that fits. */
static const char *
advice_for(enum rc rc, const char *said)
{
	static const struct {
		const char *said, *advice;
	} table[] = {
		{ "the environment has no ", "set it for the service (systemctl"
		    " edit caseward: Environment=), or set password_file" },
		{ ": no such file", "make it: the password in its first line,"
		    " for the user of the service alone (chmod 600)" },
		{ "Permission denied", "give this file to the user of the"
		    " service (chown), and to nobody else (chmod 600)" },
		{ "not to be trusted", "the certificate must be good for this"
		    " host; if its authority is your own, name it as ca_file" },
		{ "SELECT refused", "correct `folder` of this mailbox" },
		{ "Could not resolve", "correct `host`; does this machine find"
		    " other names?" },
		{ "timed out", "is the server reachable from here, and does"
		    " `tls` fit `port`: implicit 993, 465; starttls 143,"
		    " 587?" },
		{ "gnutls_handshake", "does `tls` fit `port`: implicit 993,"
		    " 465; starttls 143, 587?" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strstr(said, table[i].said) != NULL)
			return table[i].advice;
	return rc == RC_FAIL ? "check user, password and certificate" :
	    rc == RC_BAD ? "mend this setting" :
	    "is the server up and reachable from here?";
}

/* Nobody else may read what opens a mailbox. */
static void
look_at_password(struct doctor *d, const char *what, const char *file)
{
	if (app_secret_is_open(file, d->a))
		doctor_tell(d, DOCTOR_WARN, what, arena_printf(d->a,
		    "chmod 600 %s", file), "other users can read %s", file);
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
		    advice_for(rc, e.text));

		doctor_tell(d, DOCTOR_FAIL, what, advice, "%s", e.text);
	} else if (*source_note(src) != '\0')
		doctor_tell(d, DOCTOR_WARN, what, "mend `after` of this"
		    " mailbox", "%s", source_note(src));
	else
		doctor_tell(d, DOCTOR_OK, what, "", "can be read, %zu mails",
		    source_left(src));
	source_close(&src);
	look_at_password(d, what, box->password_file);
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
		    d->app->policy.transport.oauth2, &e,
		    advice_for(rc, e.text));

		if (strstr(e.text, " takes no mail from ") != NULL)
			advice = "let this login send as desk.address, at your"
			    " mail server";
		doctor_tell(d, DOCTOR_FAIL, "transport", advice, "%s", e.text);
	} else {
		doctor_tell(d, DOCTOR_OK, "transport", "", "lets us in, as %s;"
		    " doctor --send ADDRESS sends a test mail",
		    d->app->policy.address);
	}
	look_at_password(d, "transport",
	    d->app->policy.transport.password_file);
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
