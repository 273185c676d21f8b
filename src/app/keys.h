/*
 * keys.h - the key file: it signs reply addresses and Message-IDs.
 *
 * "caseward-key v1", then a line a key, "ID HEX": the first one makes, both
 * check.  A database knows its key by a digest (meta "key-check", an HMAC of
 * fixed words): another key would make every reply address that people hold
 * look forged, so it is refused.  A key that moves to the second line while
 * a new one comes first stays known.
 *
 * The file may be a link (credentials often are); what it leads to must be a
 * regular file of ours or root's, closed to others.
 */
#ifndef CW_APP_KEYS_H
#define CW_APP_KEYS_H

#include "app/app.h"

/* RC_FAIL: we are root, and database or key belong to somebody else: what
 * root leaves beside them (locks, health) would stop the service. */
enum rc keys_whose(const struct app *app, struct err *e);
/* Into app->keys.  RC_NONE: there is no such file; RC_FAIL: no key file, or
 * open to others. */
enum rc keys_read(struct app *app, struct err *e);
/* A new key file, unless there is one. */
enum rc keys_make(struct app *app, struct err *e);
/* Does the key belong to the open database?  One that knows none yet learns
 * it, if `may_write`.  RC_FAIL: it is the key of another one. */
enum rc keys_belong(struct app *app, struct db *db, bool may_write,
    struct err *e);

#endif
