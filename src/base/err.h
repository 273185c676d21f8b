/*
 * err.h - what failed, and what to do next.
 *
 * `enum rc` tells the program what to do; `struct err` tells a person why.
 * Every function that can fail returns an rc and takes a `struct err *` as
 * its last argument; the text is set only when the result is not RC_OK or
 * RC_NONE.  Lower layers return, only app and cli print.
 */
#ifndef CW_BASE_ERR_H
#define CW_BASE_ERR_H

enum rc {
	RC_OK = 0,
	RC_NONE,  /* nothing there: not found, end of the list */
	RC_BAD,   /* the input is wrong and will be wrong again: quarantine */
	RC_RETRY, /* the world is wrong: the same input may work later */
	RC_FAIL,  /* give up on this item and tell a person */
	RC_UNSURE /* it may have happened: SMTP reply lost after DATA */
};

struct err {
	char text[512];
};

/* Set the text and hand `rc` back, so that `return err_set(...)` works. */
enum rc err_set(struct err *e, enum rc rc, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Put words in front of the text that is already there: "words: text". */
enum rc err_wrap(struct err *e, enum rc rc, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The name of an rc, for logs and tests: "ok", "none", "bad", ... */
const char *rc_name(enum rc rc);

/* Say why on stderr and abort: out of memory, or a broken invariant. */
void die(const char *fmt, ...)
    __attribute__((noreturn, format(printf, 1, 2)));

#endif
