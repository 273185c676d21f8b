/* understand.c - what a mail is, from its headers and its body. */
#include "mail/msg.h"

#include "mail/authres.h"
#include "mail/autoreply.h"
#include "mail/bounce.h"
#include "mail/commands.h"
#include "mail/subject.h"
#include "mail/token.h"

#define MAX_TOKENS 8

static void
find_token(struct msg *m, struct arena *a)
{
	int64_t cases[MAX_TOKENS];
	size_t n = token_find_subject(m->subject, cases, MAX_TOKENS);

	m->token = n == 0 ? NULL : token_format(a, cases[0]);
	m->token_case = n == 0 ? 0 : cases[0];
	m->token_is_ambiguous = n > 1;
}

/* SA-12: never from automatic mail. */
static void
find_commands(struct msg *m, struct arena *a)
{
	m->commands = (struct texts){ 0 };
	if (m->class == MSG_HUMAN)
		commands_find(m->body.reply_text, a, &m->commands);
}

void
msg_understand(struct msg *m, const struct msg_own *own, struct arena *a)
{
	autoreply_classify(m, own, a);
	m->bounce = (struct bounce){ .envelope_id = "",
		.original_subject = "" };
	if (m->class == MSG_BOUNCE)
		bounce_read(m, a, &m->bounce);
	authres_check(&m->headers, &m->from, own, a, &m->auth);
	find_token(m, a);
	m->is_forward = subject_is_forward(m->subject, m->body.text,
	    m->body.embedded_headers, a);
	find_commands(m, a);
}
