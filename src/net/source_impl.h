/*
 * source_impl.h - what source.c and the kinds of source share.
 */
#ifndef CW_NET_SOURCE_IMPL_H
#define CW_NET_SOURCE_IMPL_H

#include "net/source.h"

struct source_ops {
	enum rc (*open)(struct source *s, struct err *e);
	enum rc (*begin)(struct source *s, const struct source_position *pos,
	    bool *is_reset, struct err *e);
	size_t (*left)(const struct source *s);
	enum rc (*next_batch)(struct source *s, struct arena *a,
	    struct raw_mail *out, size_t *n, struct err *e);
	enum rc (*ack)(struct source *s, const struct raw_mail *v, size_t n,
	    struct err *e);
	enum rc (*wait)(struct source *s, int wake_fd, long seconds,
	    struct err *e);
	void (*close)(struct source *s);
};

struct source {
	const struct source_ops *ops;
	struct source_opts opts; /* max_mail is never 0 here */
	char note[200];
	bool is_cut;
	void *data; /* of the kind */
};

extern const struct source_ops source_imap_ops, source_maildir_ops;

#endif
