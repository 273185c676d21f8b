/* source.c - where mail comes from: the part common to all kinds. */
#include "net/source_impl.h"

#include "base/str.h"

#include <stdlib.h>

static const struct source_ops *const kinds[] = {
	[SOURCE_IMAP] = &source_imap_ops,
	[SOURCE_MAILDIR] = &source_maildir_ops,
};

enum rc
source_open(const struct source_opts *o, struct source **out, struct err *e)
{
	struct source *s;
	enum rc rc;

	if (o->done == SOURCE_MOVE &&
	    (str_is_empty(o->move_to) || !net_is_clean(o->move_to)))
		return err_set(e, RC_BAD, "not a folder to move mail to");
	if ((s = calloc(1, sizeof(*s))) == NULL)
		die("out of memory");
	s->ops = kinds[o->kind];
	s->opts = *o;
	if (s->opts.max_mail == 0)
		s->opts.max_mail = SOURCE_MAX_MAIL;
	if (o->wake_fd <= 0)
		s->opts.wake_fd = -1;
	if ((rc = s->ops->open(s, e)) != RC_OK) {
		source_close(&s);
		return rc;
	}
	*out = s;
	return RC_OK;
}

enum rc
source_begin(struct source *s, const struct source_position *pos,
    bool *is_reset, struct err *e)
{
	*is_reset = false;
	return s->ops->begin(s, pos, is_reset, e);
}

size_t
source_left(const struct source *s)
{
	return s->ops->left(s);
}

enum rc
source_next_batch(struct source *s, struct arena *a, struct raw_mail **out,
    size_t *n, struct err *e)
{
	*n = 0;
	*out = arena_array(a, SOURCE_BATCH_MAILS, sizeof(**out));
	return s->ops->next_batch(s, a, *out, n, e);
}

enum rc
source_ack(struct source *s, const struct raw_mail *v, size_t n,
    struct err *e)
{
	if (n == 0 || s->opts.done == SOURCE_LEAVE)
		return RC_OK;
	return s->ops->ack(s, v, n, e);
}

bool
source_is_cut(const struct source *s)
{
	return s->is_cut;
}

const char *
source_note(const struct source *s)
{
	return s->note;
}

enum rc
source_wait(struct source *s, int wake_fd, long seconds, struct err *e)
{
	return s->ops->wait(s, wake_fd, seconds, e);
}

void
source_close(struct source **s)
{
	if (*s == NULL)
		return;
	(*s)->ops->close(*s);
	free(*s);
	*s = NULL;
}
