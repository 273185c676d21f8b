/*
 * bearer_file.h - what is kept of a token source between processes.
 * Inside app/bearer*.c only; bearer.h says what it is for.
 */
#ifndef CW_APP_BEARER_FILE_H
#define CW_APP_BEARER_FILE_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"

#include <stddef.h>

/* Something was refused, or did not answer, so often; it rests. */
struct bearer_strike {
	const char *who;   /* a login; "" for the endpoint */
	int failures;
	cw_time try_at;
	const char *error; /* "" if there is none */
};

struct bearer_file {
	char *access;  /* NULL: none */
	char *refresh; /* NULL: the one of the settings */
	cw_time asked_at, renew_at, expires_at;
	struct bearer_strike endpoint;
	struct bearer_strike *logins;
	size_t n_logins, cap_logins;
};

/* `key` is a digest of the settings and secrets it is good for.  A file that
 * is missing, torn or for another key is an empty one. */
enum rc bearer_file_load(const char *path, const char *key, struct arena *a,
    struct bearer_file *out, struct err *e);
enum rc bearer_file_store(const char *path, const char *key,
    const struct bearer_file *f, struct err *e);
void bearer_file_wipe(struct bearer_file *f);

/* The strike of a login, made if there is none. */
struct bearer_strike *bearer_file_login(struct bearer_file *f,
    const char *who, struct arena *a);

#endif
