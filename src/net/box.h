/*
 * box.h - an IMAP mailbox that is being read: what source_imap.c and
 * box.c share.
 */
#ifndef CW_NET_BOX_H
#define CW_NET_BOX_H

#include "net/imap.h"
#include "net/source_impl.h"

struct box {
	struct imap *imap;
	uint32_t uidvalidity;
	struct imap_uids list;
	size_t next; /* in list: the first not in a window yet */
	struct imap_row window[IMAP_FETCH_ROWS];
	size_t window_len, window_pos;
	struct arena *held; /* a batch that came before it was wanted */
	bool is_held;
	bool no_ahead; /* it went wrong once */
	unsigned reconnects; /* since something came */
	int64_t until; /* on the monotonic clock: no more after that */
};

/* A session in which the mailbox is open, a new one if need be. */
enum rc box_revive(struct source *s, struct err *e);

/* Before any other command than those of box_next_batch: receive what was
 * asked ahead. */
void box_settle(struct source *s);

enum rc box_next_batch(struct source *s, struct arena *a,
    struct raw_mail *out, size_t *n, struct err *e);

#endif
