/*
 * imap_impl.h - what imap.c, imap_fetch.c and imap_wait.c share.
 */
#ifndef CW_NET_IMAP_IMPL_H
#define CW_NET_IMAP_IMPL_H

#include "net/curlstream.h"
#include "net/imap.h"

#define IMAP_SMALL_ANSWER (1024U * 1024)

struct imap {
	mailimap *session;
	mailstream *stream; /* owned by session */
	char host[254];
	unsigned can;
	uint32_t uidvalidity; /* of the mailbox that is open; 0: none */
	uint32_t known; /* mails of imap_select that are still there */
	bool is_ahead; /* imap_fetch_ahead without its imap_fetch_raw */
	bool is_dead;
};

/* Bounds for the next command: its answer may have `bytes`, and take as
 * long as the longest silence and a bit more for what arrives. */
void imap_bound(struct imap *m, size_t bytes);

/* What libetpan's result `r` of `command` means. */
enum rc imap_result(struct imap *m, int r, const char *command,
    struct err *e);

struct mailimap_set *imap_uid_set(const uint32_t *uids, size_t n);

#endif
