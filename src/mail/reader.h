/*
 * reader.h - the reader child: MIME and HTML in a process of its own.
 *
 * Any mail may kill a parser, so parsing happens in a forked child that has
 * no descriptor but its socket, limits on memory and time, and no way to
 * make new processes or connections.  It is started with the first mail and
 * again after it died; one child serves many mails.  What comes back is not
 * trusted: every length is checked, all text is cleaned.
 *
 * Several mails may be under way; they are answered in the order in which
 * they were submitted:
 *
 *	reader_submit(r, raw[0], len[0], e);
 *	reader_submit(r, raw[1], len[1], e);
 *	reader_collect(r, a, &body, e);		the body of raw[0]
 *
 * A mail that kills the child, or takes longer than the limit, gives RC_BAD
 * and a body that says so; the mails behind it are read again by a new
 * child.  `raw` is not copied: it must stay until its reader_collect().
 */
#ifndef CW_MAIL_READER_H
#define CW_MAIL_READER_H

#include "base/arena.h"
#include "base/err.h"
#include "mail/msg.h"

#include <stddef.h>
#include <sys/types.h>

#define READER_MAX_MAIL ((size_t)150 * 1024 * 1024) /* PROTOCOL IM-15 */
#define READER_MAX_QUEUE 64

struct reader;

struct reader *reader_new(void);
void reader_free(struct reader **r); /* kills the child; NULL-safe */

/* RC_RETRY: the queue is full, collect first.  Never blocks. */
enum rc reader_submit(struct reader *r, const char *raw, size_t len,
    struct err *e);

/*
 * The answer for the oldest mail.  RC_BAD: the mail killed the child, took
 * too long or is too large: *out holds only the problem.  RC_NONE: no mail
 * is under way.  RC_RETRY: no child can be started; the mail stays queued.
 */
enum rc reader_collect(struct reader *r, struct arena *a, struct body *out,
    struct err *e);

/* Both in one, for a single mail; nothing else may be under way. */
enum rc reader_read(struct reader *r, const char *raw, size_t len,
    struct arena *a, struct body *out, struct err *e);

/* The decoded bytes of one attachment; nothing else may be under way.
 * RC_NONE: there is no such attachment. */
enum rc reader_attachment(struct reader *r, const char *raw, size_t len,
    size_t index, struct arena *a, const char **bytes, size_t *n,
    struct err *e);

/* For tests: the child (0: none), and the time that a mail may take. */
pid_t reader_pid(const struct reader *r);
void reader_limit_ms(struct reader *r, int ms);

#endif
