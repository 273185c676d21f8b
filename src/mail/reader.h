/*
 * reader.h - the reader child: MIME and HTML in a jail.
 *
 * Any mail may kill a parser, or take it over, so parsing happens in a child
 * that is this program executed anew (reader_proc.h): it never had our
 * memory, has no descriptor but its socket, may open no file, make no
 * process or connection (sandbox.h), and for each mail has so much memory
 * and time as the mail's size allows.  A kernel that refuses the jail gets no
 * mail read.  The child is started with the first mail and again after it
 * died; one child serves many mails.  What comes back is not trusted: every
 * length is checked, all text is cleaned (reader_wire.h).
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
#define READER_CPU_S 1200 /* a child lives no longer, whatever it does */

struct reader;

struct reader *reader_new(void);
void reader_free(struct reader **r); /* kills the child; NULL-safe */

/* RC_OK: there is a child, and its jail is closed.  RC_RETRY: no mail can be
 * read here now, and why. */
enum rc reader_ready(struct reader *r, struct err *e);

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

/* Nobody waits for what is under way any more. */
void reader_forget(struct reader *r);

/* Both in one, for a single mail; nothing else may be under way. */
enum rc reader_read(struct reader *r, const char *raw, size_t len,
    struct arena *a, struct body *out, struct err *e);

/* The decoded bytes of one attachment; nothing else may be under way.
 * RC_NONE: there is no such attachment. */
enum rc reader_attachment(struct reader *r, const char *raw, size_t len,
    size_t index, struct arena *a, const char **bytes, size_t *n,
    struct err *e);

/* For tests: the child (0: none), and the time that a small mail may take. */
pid_t reader_pid(const struct reader *r);
void reader_limit_ms(struct reader *r, int cpu_ms, int wall_ms);

/* For tests: mails are read by `parse`, in the same jail, but in a fork of
 * the caller: a function has no name that another process would know. */
typedef void reader_parse(char *raw, size_t len, struct arena *a,
    struct body *out);
struct reader *reader_new_parsing(reader_parse *parse);

#endif
