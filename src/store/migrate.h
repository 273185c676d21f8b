/*
 * migrate.h - bring the schema of an open file up to date.
 *
 * Migrations are src/store/sql/NNNN_name.sql, carried inside the binary; each
 * runs in a transaction of its own that also sets PRAGMA user_version.
 */
#ifndef CW_STORE_MIGRATE_H
#define CW_STORE_MIGRATE_H

#include "store/db.h"

/* Is the file ours, and not newer than this program?  RC_FAIL if not.  Must
 * come before anything is changed; *version is 0 for a fresh file. */
enum rc migrate_check(struct db *db, int64_t *version, struct err *e);
enum rc migrate_run(struct db *db, struct err *e);
int64_t migrate_latest(void);

#endif
