/*
 * sink_impl.h - what sink.c and the kinds of sink share.
 */
#ifndef CW_NET_SINK_IMPL_H
#define CW_NET_SINK_IMPL_H

#include "net/sink.h"

struct sink_ops {
	enum rc (*open)(struct sink *s, struct err *e);
	/* The caller has set each v[i].rc to RC_RETRY and its reply to "". */
	enum rc (*send)(struct sink *s, struct sink_mail *v, size_t n,
	    struct err *e);
	enum rc (*try)(struct sink *s, const char *from, struct err *e); /* NULL: it is */
	void (*close)(struct sink *s);
};

struct sink {
	const struct sink_ops *ops;
	struct sink_opts opts; /* max_connections is 1 or more here */
	void *data; /* of the kind */
	sink_watcher *watcher; /* or NULL */
	void *watcher_ctx;
};

extern const struct sink_ops sink_smtp_ops, sink_maildir_ops;

/* Tell the watcher, if there is one. */
void sink_tell(const struct sink *s, const struct sink_mail *m,
    bool is_taken);
/* Say what became of a mail. */
void sink_result(struct sink_mail *m, enum rc rc, const char *reply);

#endif
