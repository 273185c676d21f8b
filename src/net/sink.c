/* sink.c - where mail goes: the part common to all kinds. */
#include "net/sink_impl.h"

#include <stdio.h>
#include <stdlib.h>

static const struct sink_ops *const kinds[] = {
	[SINK_SMTP] = &sink_smtp_ops,
	[SINK_MAILDIR] = &sink_maildir_ops,
};

enum rc
sink_open(const struct sink_opts *o, struct sink **out, struct err *e)
{
	struct sink *s;
	enum rc rc;

	if ((s = calloc(1, sizeof(*s))) == NULL)
		die("out of memory");
	s->ops = kinds[o->kind];
	s->opts = *o;
	if (s->opts.max_connections < 1)
		s->opts.max_connections = 1;
	if ((rc = s->ops->open(s, e)) != RC_OK) {
		sink_close(&s);
		return rc;
	}
	*out = s;
	return RC_OK;
}

enum rc
sink_send(struct sink *s, struct sink_mail *v, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		v[i].rc = RC_RETRY;
		v[i].code = 0;
		v[i].reply[0] = '\0';
		v[i].is_auth_problem = v[i].is_address = false;
		v[i].was_tried = s->opts.kind == SINK_MAILDIR;
	}
	return n == 0 ? RC_OK : s->ops->send(s, v, n, e);
}

void
sink_watch(struct sink *s, sink_watcher *watcher, void *ctx)
{
	s->watcher = watcher;
	s->watcher_ctx = ctx;
}

void
sink_tell(const struct sink *s, const struct sink_mail *m, bool is_taken)
{
	if (s->watcher != NULL && m->message_id != NULL)
		s->watcher(s->watcher_ctx, m->message_id, is_taken);
}

enum rc
sink_try(struct sink *s, const char *from, struct err *e)
{
	return s->ops->try == NULL ? RC_OK : s->ops->try(s, from, e);
}

void
sink_close(struct sink **s)
{
	if (*s == NULL)
		return;
	(*s)->ops->close(*s);
	free(*s);
	*s = NULL;
}

void
sink_result(struct sink_mail *m, enum rc rc, const char *reply)
{
	m->rc = rc;
	(void)snprintf(m->reply, sizeof(m->reply), "%s", reply);
}
