/*
 * db.h - a thin door to the database: prepare, bind, step, column,
 * transaction.  SQL is portable text with $1 $2 ... in order; a driver for
 * another server can be put under the same SQL.  db_sqlite.c is the only
 * file that includes sqlite3.h.
 *
 * Errors: RC_RETRY (locked, disk full, I/O), RC_BAD (a constraint was
 * broken), RC_FAIL (damaged, wrong schema, programming error); the words say
 * what to do.  Once damage was met, no transaction can be begun or committed
 * through this connection any more, so that nothing is decided by it.
 */
#ifndef CW_STORE_DB_H
#define CW_STORE_DB_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct codec;
struct db;
struct db_stmt;
struct packer;

enum { DB_CREATE = 1, DB_READONLY = 2 };

/* Open, set WAL, synchronous=FULL and the safe switches of ENGINEERING 6,
 * and (unless DB_READONLY) bring the schema up to date.  RC_FAIL: the file
 * is newer than this program (or, to be read only, older), somebody else's,
 * empty without DB_CREATE, or damaged; RC_NONE: no such file.  Files are made
 * with mode 0600; one that others can read is closed to them. */
enum rc db_open(const char *path, unsigned flags, struct db **out,
    struct err *e);
void db_close(struct db **db);

/* BEGIN IMMEDIATE ... COMMIT; no transaction may be open across the network.
 * db_rollback is a no-op outside a transaction. */
enum rc db_begin(struct db *db, struct err *e);
enum rc db_commit(struct db *db, struct err *e);
void db_rollback(struct db *db); /* also of what stands behind a savepoint */
bool db_in_transaction(const struct db *db);

/* One decision within a transaction: undone alone if it fails.  RC_RETRY: a
 * full disk has ended the whole transaction, nothing of it is left. */
enum rc db_savepoint(struct db *db, struct err *e);
enum rc db_release(struct db *db, struct err *e);
void db_undo(struct db *db); /* back to the savepoint, and drop it */

/* Called after each commit (also that of a single statement outside a
 * transaction) with their count since db_open; for the tests that stop the
 * process at every commit in turn.  NULL: none. */
void db_on_commit(struct db *db, void (*cb)(void *ctx, int64_t n), void *ctx);

/*
 * Statements are kept and reused, keyed by the address of the SQL text,
 * which must be a constant.  db_stmt_free gives one back; NULL-safe.
 */
enum rc db_prepare(struct db *db, const char *sql, struct db_stmt **out,
    struct err *e);
void db_stmt_free(struct db_stmt **st);

/* Parameter $i, from 1.  Text and bytes are not copied: they must live until
 * the statement is given back.  A wrong `i` shows in the next db_step. */
void db_bind_int(struct db_stmt *st, int i, int64_t v);
void db_bind_text(struct db_stmt *st, int i, const char *s); /* NULL = NULL */
void db_bind_blob(struct db_stmt *st, int i, const void *p, size_t n);

enum rc db_step(struct db_stmt *st, struct err *e); /* RC_OK row, RC_NONE end */
int64_t db_col_int(struct db_stmt *st, int i); /* i from 0 */
char *db_col_text(struct db_stmt *st, int i, struct arena *a); /* never NULL */
const void *db_col_blob(struct db_stmt *st, int i, struct arena *a, size_t *n);
/* The bytes where they are, good until the next step; nothing is copied. */
const void *db_view_blob(struct db_stmt *st, int i, size_t *n);
bool db_col_is_null(struct db_stmt *st, int i);

/*
 * Prepare and bind in one go; `types` has a letter an argument: 'i' int64_t,
 * 't' const char *, 'b' const void * and size_t.
 *	db_query(db, &st, e, sql[Q_GET], "i", no)
 * db_run also steps to the end and gives the statement back; db_ask gives the
 * number that stands first in the first row (RC_NONE: no row, *out is left).
 */
enum rc db_query(struct db *db, struct db_stmt **out, struct err *e,
    const char *sql, const char *types, ...);
enum rc db_run(struct db *db, struct err *e, const char *sql,
    const char *types, ...);
enum rc db_ask(struct db *db, int64_t *out, struct err *e, const char *sql,
    const char *types, ...);

/* Several statements without parameters or rows, not kept: migrations. */
enum rc db_exec(struct db *db, const char *script, struct err *e);

/* Do not wait for the disk any more, for what can be made again (the demo):
 * a power cut may damage the file. */
enum rc db_relax(struct db *db, struct err *e);

/* Fill a blob column of that row, made as long as `n` by zeroblob(n), piece
 * by piece: a bound value is copied whole before it is stored. */
enum rc db_fill_blob(struct db *db, const char *table, const char *column,
    int64_t id, const void *p, size_t n, struct err *e);

int64_t db_last_id(const struct db *db);
int64_t db_changes(const struct db *db);

/* Compressor that lives as long as the connection; made at its first use. */
struct packer *db_packer(struct db *db);

/* VACUUM INTO; refuses a file that exists.  integrity_check of it after. */
enum rc db_backup(struct db *db, const char *path, struct err *e);
/* Quick check of the open file: RC_OK or RC_FAIL with the first finding. */
enum rc db_check(struct db *db, struct err *e);
/* The same, with every index against its table: takes several times longer. */
enum rc db_check_whole(struct db *db, struct err *e);

/* The statements of a store, so that a test can prepare them all. */
struct db_sql {
	const char *file;
	const char *const *sql;
	size_t n;
};
extern const struct db_sql *const db_all_sql[]; /* ends with NULL */

#endif
