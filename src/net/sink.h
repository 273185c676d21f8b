/*
 * sink.h - where mail goes: an SMTP server or a Maildir.
 *
 * One recipient per mail (privacy, and an unambiguous answer).  The result
 * of each mail is in the mail; the caller claims before it sends and marks
 * afterwards, so that a crash in between is known as "unsure".
 */
#ifndef CW_NET_SINK_H
#define CW_NET_SINK_H

#include "base/err.h"
#include "net/net.h"

#include <stdbool.h>
#include <stddef.h>

enum sink_kind { SINK_SMTP, SINK_MAILDIR };

struct sink_opts {
	enum sink_kind kind;
	struct net_host smtp;
	const char *ehlo_name;  /* NULL: what the library finds */
	int max_connections;    /* at once; 0: 1 */
	const char *path;       /* Maildir; made if missing */
};

struct sink_mail {
	const char *from; /* bare address; "" is the null sender */
	const char *rcpt; /* bare address */
	const char *message_id; /* stable; a Maildir takes each only once */
	const char *bytes; /* CRLF lines, as composed */
	size_t len;

	/* RC_OK sent; RC_RETRY not sent, later; RC_FAIL refused for ever;
	 * RC_UNSURE the server fell silent after the final dot. */
	enum rc rc;
	int code;        /* last SMTP code, 0 if none */
	char reply[256]; /* last reply, or what went wrong */
	bool is_auth_problem; /* not the mail: our login or our certificate */
	bool was_tried;  /* the server was asked about this very mail */
	bool is_address; /* RC_FAIL: it is the recipient that was refused */
};

struct sink;

enum rc sink_open(const struct sink_opts *o, struct sink **out,
    struct err *e);

/*
 * Send all.  RC_OK: each mail was tried.  Else the host is the trouble and
 * mails that were not accepted have RC_RETRY: RC_RETRY not reachable or
 * busy, RC_FAIL login or certificate refused (tell a person).  The host is
 * not tried again within the call.  Connections stay open between calls.
 */
enum rc sink_send(struct sink *s, struct sink_mail *v, size_t n,
    struct err *e);

/* Be told when the server may have a whole mail (the final dot goes out next)
 * and when it has said that it took it.  A Maildir, which takes each mail
 * once, tells nothing. */
typedef void sink_watcher(void *ctx, const char *message_id, bool is_taken);
void sink_watch(struct sink *s, sink_watcher *watcher, void *ctx);

/* Is the way open?  Connects, logs in and asks whether mail from this address
 * would be taken (NULL: does not ask); sends nothing.  As sink_send. */
enum rc sink_try(struct sink *s, const char *from, struct err *e);

void sink_close(struct sink **s); /* NULL-safe */

#endif
