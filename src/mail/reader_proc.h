/*
 * reader_proc.h - the process of the reader child as its parent sees it.
 *
 * The child is this program, executed anew from /proc/self/exe with nothing
 * but its socket and an empty environment: secrets of the parent (keys,
 * passwords, tokens, database pages) never were in its memory.  Starting
 * costs about 10 ms, once a pass; the parent does not wait for it.
 */
#ifndef CW_MAIL_READER_PROC_H
#define CW_MAIL_READER_PROC_H

#include "base/err.h"
#include "base/str.h"
#include "mail/reader.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct reader_proc {
	pid_t pid; /* 0: none */
	int fd;    /* our end of its socket, does not block; -1: none */
	bool is_ready; /* it said that its jail is closed */
};

/* `parse`: NULL, or what a fork of ours runs in that jail (for tests).
 * Does not wait for it.  RC_RETRY: it cannot be started. */
enum rc reader_proc_start(struct reader_proc *p, reader_parse *parse,
    struct err *e);

/* Wait for its hello.  RC_RETRY: the jail is not closed, so it is not used;
 * the child is to be stopped. */
enum rc reader_proc_ready(struct reader_proc *p, struct err *e);

/* Kill it if it lives; NULL-safe `how` gets how it ended, "" if by us. */
void reader_proc_stop(struct reader_proc *p, const char **how);

/* The processor time it has used; 0 if nobody knows. */
int64_t reader_proc_cpu_ms(const struct reader_proc *p);

#endif
