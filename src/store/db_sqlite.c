/* db_sqlite.c - the thin door to the database, over SQLite. */
#include "store/db.h"

#include "base/fsx.h"
#include "base/str.h"
#include "store/migrate.h"
#include "store/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEPT 512 /* slots for statements; a power of two */
#define MAX_PARAMS 64
#define BUSY_MS 5000

struct db_stmt {
	struct db *db;
	sqlite3_stmt *s;
	const char *sql;
	bool is_kept, is_busy, has_run;
	int bad;                       /* a bind went wrong: its code */
	uint8_t param[MAX_PARAMS + 1]; /* $n -> the number SQLite gave it */
};

#define PIECE (256U * 1024) /* of a large blob */

struct db {
	sqlite3 *h;
	struct db_stmt *kept[KEPT]; /* by address of the SQL, open addressing */
	size_t n_kept;
	struct packer *packer;
	void (*on_commit)(void *ctx, int64_t n);
	void *on_commit_ctx;
	int64_t commits;
	bool is_damaged;
};

enum { Q_BEGIN, Q_COMMIT, Q_ROLLBACK, Q_SAVEPOINT, Q_RELEASE, Q_UNDO, Q_N };

static const char *const sql[Q_N] = {
	[Q_BEGIN] = "BEGIN IMMEDIATE", /* ENGINEERING 6: no deferred upgrade */
	[Q_COMMIT] = "COMMIT",
	[Q_ROLLBACK] = "ROLLBACK",
	[Q_SAVEPOINT] = "SAVEPOINT decision",
	[Q_RELEASE] = "RELEASE decision",
	[Q_UNDO] = "ROLLBACK TO decision",
};

/* --- errors --- */

/* What the operator has to do, where it is not to wait. */
#define SAY_DAMAGED "; stop caseward, keep the file as it is, and say" \
	" `caseward restore BACKUP`"
#define SAY_FULL "; the disk is full: nothing is lost, free some space and" \
	" it goes on"
#define SAY_WRITE "; may this user write the file, those that begin with" \
	" its name, and its folder, and is the disk full or read-only?"
#define SAY_BUSY "; another process holds the database"
#define SAY_DISK "; does the disk work?"

static const struct meaning {
	int primary;
	enum rc rc;
	const char *say;
} meanings[] = {
	{ SQLITE_BUSY, RC_RETRY, SAY_BUSY },
	{ SQLITE_LOCKED, RC_RETRY, SAY_BUSY },
	{ SQLITE_FULL, RC_RETRY, SAY_FULL },
	{ SQLITE_IOERR, RC_RETRY, SAY_DISK },
	{ SQLITE_CANTOPEN, RC_RETRY, SAY_WRITE },
	{ SQLITE_READONLY, RC_FAIL, SAY_WRITE },
	{ SQLITE_PERM, RC_FAIL, SAY_WRITE },
	{ SQLITE_CORRUPT, RC_FAIL, SAY_DAMAGED },
	{ SQLITE_NOTADB, RC_FAIL, SAY_DAMAGED },
	{ SQLITE_PROTOCOL, RC_RETRY, "" },
	{ SQLITE_INTERRUPT, RC_RETRY, "" },
	{ SQLITE_ABORT, RC_RETRY, "" },
	{ SQLITE_CONSTRAINT, RC_BAD, "" },
	{ SQLITE_TOOBIG, RC_BAD, "" },
	{ SQLITE_MISMATCH, RC_BAD, "" },
};

static const struct meaning *
meaning_of(int code)
{
	static const struct meaning other = { 0, RC_FAIL, "" };

	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (meanings[i].primary == (code & 0xff))
			return &meanings[i];
	return &other;
}

static enum rc
fail(sqlite3 *h, int code, struct err *e)
{
	const struct meaning *m = meaning_of(code);
	int why = h == NULL ? 0 : sqlite3_system_errno(h);

	if (code == SQLITE_NOMEM)
		die("out of memory (database)");
	if (m->rc == RC_RETRY && (why == ENOSPC || why == EDQUOT ||
	    why == EFBIG))
		m = meaning_of(SQLITE_FULL);
	return err_set(e, m->rc, "database: %s (%d)%s", h != NULL &&
	    sqlite3_extended_errcode(h) == code ? sqlite3_errmsg(h) :
	    sqlite3_errstr(code), code, m->say);
}

/* Damage met once ends all work on this connection: what it made of a case
 * is not to be trusted, and is rolled back. */
static enum rc
fail_of(struct db *db, int code, struct err *e)
{
	if ((code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB)
		db->is_damaged = true;
	return fail(db->h, code, e);
}

static enum rc
still_sound(const struct db *db, struct err *e)
{
	return !db->is_damaged ? RC_OK : err_set(e, RC_FAIL, "database: it is"
	    " damaged, nothing more is done with it" SAY_DAMAGED);
}

enum rc
db_exec(struct db *db, const char *script, struct err *e)
{
	int code = sqlite3_exec(db->h, script, NULL, NULL, NULL);

	return code == SQLITE_OK ? RC_OK : fail_of(db, code, e);
}

/* --- open and close --- */

/* The folder may be reached by links (systemd makes such), the file itself
 * may not be one; SQLite's NOFOLLOW looks at every part of the path. */
static enum rc
real_path(const char *path, unsigned flags, char out[PATH_MAX], struct err *e)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;
	char dir[PATH_MAX];
	struct stat st;
	size_t n;
	int fd;

	(void)snprintf(dir, sizeof(dir), "%.*s", slash == NULL ? 1 :
	    slash == path ? 1 : (int)(slash - path), slash == NULL ? "." : path);
	if (realpath(dir, out) == NULL)
		return err_set(e, errno == ENOENT && !(flags & DB_CREATE) ?
		    RC_NONE : RC_FAIL, "%s: %s", dir, strerror(errno));
	n = strlen(out);
	if (*name == '\0' || n + 1 + strlen(name) + 1 > PATH_MAX)
		return err_set(e, RC_FAIL, "%s: not a path of a file", path);
	(void)snprintf(out + n, PATH_MAX - n, "/%s", name);

	/* SQLite would make it 0644; -wal and -shm get the mode of the file.
	 * A file that exists is not opened here: closing it again would drop
	 * the locks of another connection of this process (POSIX). */
	if (lstat(out, &st) == 0 && !S_ISREG(st.st_mode))
		return err_set(e, RC_FAIL, "%s: not a regular file; name the"
		    " file itself, a link to it may be changed by others", path);
	if (lstat(out, &st) == 0) {
		if (st.st_mode & (S_IRWXG | S_IRWXO)) /* put back by hand? */
			(void)chmod(out, 0600);
		return RC_OK;
	}
	if (errno != ENOENT || !(flags & DB_CREATE))
		return err_set(e, errno == ENOENT ? RC_NONE : RC_FAIL,
		    "%s: %s", path, strerror(errno));
	fd = open(out, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 && errno != EEXIST)
		return err_set(e, fsx_meaning(errno), "%s: %s", path, strerror(errno));
	if (fd >= 0)
		(void)close(fd);
	return RC_OK;
}

static void
set_switches(sqlite3 *h)
{
	static const struct {
		int op, on;
	} switches[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_DQS_DML, 0 },
		{ SQLITE_DBCONFIG_DQS_DDL, 0 },
		{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
	};

	(void)sqlite3_busy_timeout(h, BUSY_MS);
	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++)
		(void)sqlite3_db_config(h, switches[i].op, switches[i].on,
		    (int *)NULL);
}

/*
 * No mmap: its pages would count as ours, and an I/O error would be SIGBUS.
 * temp_store=MEMORY: sorting and savepoints never write cases to /var/tmp.
 * A checkpoint every 16 MB writes pages that are changed often (heads of the
 * indexes) once instead of four times.
 */
static const char *const writer_settings =
    "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL;"
    "PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 8000;"
    "PRAGMA journal_size_limit = 67108864;";
static const char *const settings =
    "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
    "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;"
    "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -12288;";

static enum rc
set_up(struct db *db, unsigned flags, struct err *e)
{
	int64_t version;
	enum rc rc;

	set_switches(db->h);
	if ((rc = migrate_check(db, &version, e)) != RC_OK)
		return rc;
	if (version == 0 && !(flags & DB_CREATE))
		return err_set(e, RC_FAIL, "it is empty" SAY_DAMAGED);
	if (flags & DB_READONLY) {
		if (version != migrate_latest())
			return err_set(e, RC_FAIL, "schema version %lld is"
			    " older than this program: run `caseward init`",
			    (long long)version);
		return db_exec(db, settings, e);
	}
	if ((rc = db_exec(db, writer_settings, e)) != RC_OK ||
	    (rc = db_exec(db, settings, e)) != RC_OK)
		return rc;
	return migrate_run(db, e);
}

enum rc
db_open(const char *path, unsigned flags, struct db **out, struct err *e)
{
	char real[PATH_MAX];
	struct db *db;
	enum rc rc;
	int code;

	*out = NULL;
	if ((rc = real_path(path, flags, real, e)) != RC_OK)
		return rc;
	if ((db = calloc(1, sizeof(*db))) == NULL)
		die("out of memory");
	/* no books about memory, no lock for them; refused (harmless) when
	 * SQLite is at work already */
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	code = sqlite3_open_v2(real, &db->h, SQLITE_OPEN_NOFOLLOW |
	    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
	    (flags & DB_READONLY ? SQLITE_OPEN_READONLY :
	    SQLITE_OPEN_READWRITE), NULL);
	rc = code == SQLITE_OK ? set_up(db, flags, e) : fail_of(db, code, e);
	if (rc != RC_OK) {
		db_close(&db);
		return err_wrap(e, rc, "%s", path);
	}
	*out = db;
	return RC_OK;
}

void
db_close(struct db **db)
{
	if (*db == NULL)
		return;
	for (size_t i = 0; i < KEPT; i++) {
		if ((*db)->kept[i] == NULL)
			continue;
		(void)sqlite3_finalize((*db)->kept[i]->s);
		free((*db)->kept[i]);
	}
	packer_free(&(*db)->packer);
	(void)sqlite3_close((*db)->h);
	free(*db);
	*db = NULL;
}

struct packer *
db_packer(struct db *db)
{
	if (db->packer == NULL)
		db->packer = packer_new();
	return db->packer;
}

/* --- statements --- */

/* $1 $2 ... are numbered by their first appearance, which need not be their
 * order (ENGINEERING 6): look the number of each up once. */
static enum rc
map_params(struct db_stmt *st, struct err *e)
{
	int n = sqlite3_bind_parameter_count(st->s);

	for (int i = 1; i <= n; i++) {
		const char *name = sqlite3_bind_parameter_name(st->s, i);
		int64_t k;

		if (name == NULL || name[0] != '$' ||
		    !str_to_int(name + 1, 1, MAX_PARAMS, &k))
			return err_set(e, RC_FAIL, "parameter %s: use $1 .. $%d",
			    name == NULL ? "?" : name, MAX_PARAMS);
		st->param[k] = (uint8_t)i;
	}
	return RC_OK;
}

static enum rc
compile(struct db *db, const char *text, bool keep, struct db_stmt **out,
    struct err *e)
{
	struct db_stmt *st = calloc(1, sizeof(*st));
	enum rc rc;
	int code;

	if (st == NULL)
		die("out of memory");
	st->db = db;
	st->sql = text;
	st->is_kept = keep;
	code = sqlite3_prepare_v3(db->h, text, -1,
	    keep ? SQLITE_PREPARE_PERSISTENT : 0, &st->s, NULL);
	if (code != SQLITE_OK)
		rc = fail_of(db, code, e);
	else if (st->s == NULL)
		rc = err_set(e, RC_FAIL, "an empty statement");
	else
		rc = map_params(st, e);
	if (rc != RC_OK) {
		(void)sqlite3_finalize(st->s);
		free(st);
		return rc;
	}
	*out = st;
	return RC_OK;
}

static struct db_stmt **
slot_of(struct db *db, const char *text)
{
	size_t i = (size_t)(((uint64_t)(uintptr_t)text *
	    UINT64_C(0x9e3779b97f4a7c15)) >> 40);

	while (db->kept[i % KEPT] != NULL && db->kept[i % KEPT]->sql != text)
		i++;
	return &db->kept[i % KEPT];
}

enum rc
db_prepare(struct db *db, const char *text, struct db_stmt **out,
    struct err *e)
{
	struct db_stmt **slot = slot_of(db, text);
	bool keep = *slot == NULL && db->n_kept < KEPT / 2;
	enum rc rc;

	*out = NULL;
	if (*slot != NULL && !(*slot)->is_busy) {
		*out = *slot;
	} else {
		if ((rc = compile(db, text, keep, out, e)) != RC_OK)
			return rc;
		if (keep) {
			*slot = *out;
			db->n_kept++;
		}
	}
	(*out)->is_busy = true;
	return RC_OK;
}

static void
committed(struct db *db)
{
	db->commits++;
	if (db->on_commit != NULL)
		db->on_commit(db->on_commit_ctx, db->commits);
}

void
db_stmt_free(struct db_stmt **stp)
{
	struct db_stmt *st = *stp;
	struct db *db;
	bool wrote;

	if (st == NULL)
		return;
	*stp = NULL;
	db = st->db;
	wrote = st->has_run && !sqlite3_stmt_readonly(st->s);
	if (sqlite3_reset(st->s) != SQLITE_OK)
		wrote = false;
	if (st->is_kept) {
		/* bound text may be gone by the next use */
		(void)sqlite3_clear_bindings(st->s);
		st->is_busy = st->has_run = false;
		st->bad = SQLITE_OK;
	} else {
		(void)sqlite3_finalize(st->s);
		free(st);
	}
	if (wrote && sqlite3_get_autocommit(db->h))
		committed(db);
}

/* --- values --- */

static int
param(struct db_stmt *st, int i)
{
	return i < 1 || i > MAX_PARAMS ? 0 : st->param[i];
}

static void
note(struct db_stmt *st, int code)
{
	if (code != SQLITE_OK && st->bad == SQLITE_OK)
		st->bad = code;
}

void
db_bind_int(struct db_stmt *st, int i, int64_t v)
{
	note(st, sqlite3_bind_int64(st->s, param(st, i), v));
}

void
db_bind_text(struct db_stmt *st, int i, const char *s)
{
	note(st, s == NULL ? sqlite3_bind_null(st->s, param(st, i)) :
	    sqlite3_bind_text(st->s, param(st, i), s, -1, SQLITE_STATIC));
}

void
db_bind_blob(struct db_stmt *st, int i, const void *p, size_t n)
{
	if (p == NULL)
		note(st, sqlite3_bind_null(st->s, param(st, i)));
	else if (n == 0)
		note(st, sqlite3_bind_zeroblob(st->s, param(st, i), 0));
	else
		note(st, sqlite3_bind_blob64(st->s, param(st, i), p, n,
		    SQLITE_STATIC));
}

enum rc
db_step(struct db_stmt *st, struct err *e)
{
	int code;

	if (st->bad != SQLITE_OK)
		return err_set(e, st->bad == SQLITE_TOOBIG ? RC_BAD : RC_FAIL,
		    "database: %s (bind)", sqlite3_errstr(st->bad));
	st->has_run = true;
	code = sqlite3_step(st->s);
	if (code == SQLITE_ROW)
		return RC_OK;
	return code == SQLITE_DONE ? RC_NONE : fail_of(st->db, code, e);
}

int64_t
db_col_int(struct db_stmt *st, int i)
{
	return sqlite3_column_int64(st->s, i);
}

/* The value first, its length after: in one expression C leaves the order
 * open. */
char *
db_col_text(struct db_stmt *st, int i, struct arena *a)
{
	const unsigned char *s = sqlite3_column_text(st->s, i);
	int n = sqlite3_column_bytes(st->s, i);

	return arena_memdup(a, s, s == NULL ? 0 : (size_t)n);
}

const void *
db_view_blob(struct db_stmt *st, int i, size_t *n)
{
	const void *p = sqlite3_column_blob(st->s, i);

	*n = (size_t)sqlite3_column_bytes(st->s, i);
	return p;
}

const void *
db_col_blob(struct db_stmt *st, int i, struct arena *a, size_t *n)
{
	const void *p = db_view_blob(st, i, n);

	return arena_memdup(a, p, *n);
}

bool
db_col_is_null(struct db_stmt *st, int i)
{
	return sqlite3_column_type(st->s, i) == SQLITE_NULL;
}

static void
bind_all(struct db_stmt *st, const char *types, va_list ap)
{
	for (int i = 1; *types != '\0'; types++, i++) {
		const void *p;

		switch (*types) {
		case 'i':
			db_bind_int(st, i, va_arg(ap, int64_t));
			break;
		case 't':
			db_bind_text(st, i, va_arg(ap, const char *));
			break;
		case 'b':
			p = va_arg(ap, const void *);
			db_bind_blob(st, i, p, va_arg(ap, size_t));
			break;
		default:
			die("db_query: no type '%c'", *types);
		}
	}
}

enum rc
db_query(struct db *db, struct db_stmt **out, struct err *e,
    const char *text, const char *types, ...)
{
	va_list ap;
	enum rc rc;

	if ((rc = db_prepare(db, text, out, e)) != RC_OK)
		return rc;
	va_start(ap, types);
	bind_all(*out, types, ap);
	va_end(ap);
	return RC_OK;
}

static enum rc
step_to_end(struct db_stmt *st, struct err *e)
{
	enum rc rc;

	while ((rc = db_step(st, e)) == RC_OK)
		;
	return rc == RC_NONE ? RC_OK : rc;
}

enum rc
db_run(struct db *db, struct err *e, const char *text, const char *types, ...)
{
	struct db_stmt *st = NULL;
	va_list ap;
	enum rc rc;

	if ((rc = db_prepare(db, text, &st, e)) != RC_OK)
		return rc;
	va_start(ap, types);
	bind_all(st, types, ap);
	va_end(ap);
	rc = step_to_end(st, e);
	db_stmt_free(&st);
	return rc;
}

enum rc
db_ask(struct db *db, int64_t *out, struct err *e, const char *text,
    const char *types, ...)
{
	struct db_stmt *st = NULL;
	va_list ap;
	enum rc rc;

	if ((rc = db_prepare(db, text, &st, e)) != RC_OK)
		return rc;
	va_start(ap, types);
	bind_all(st, types, ap);
	va_end(ap);
	if ((rc = db_step(st, e)) == RC_OK)
		*out = db_col_int(st, 0);
	db_stmt_free(&st);
	return rc;
}

enum rc
db_relax(struct db *db, struct err *e)
{
	return db_exec(db, "PRAGMA synchronous = OFF", e);
}

enum rc
db_fill_blob(struct db *db, const char *table, const char *column, int64_t id,
    const void *p, size_t n, struct err *e)
{
	sqlite3_blob *b = NULL;
	int code = sqlite3_blob_open(db->h, "main", table, column, id, 1, &b);

	for (size_t at = 0, piece; code == SQLITE_OK && at < n; at += piece) {
		piece = n - at < PIECE ? n - at : PIECE;
		code = sqlite3_blob_write(b, (const char *)p + at, (int)piece,
		    (int)at);
	}
	if (sqlite3_blob_close(b) != SQLITE_OK && code == SQLITE_OK)
		code = SQLITE_IOERR;
	return code == SQLITE_OK ? RC_OK : fail_of(db, code, e);
}

int64_t
db_last_id(const struct db *db)
{
	return sqlite3_last_insert_rowid(db->h);
}

int64_t
db_changes(const struct db *db)
{
	return sqlite3_changes64(db->h);
}

/* --- transactions --- */

bool
db_in_transaction(const struct db *db)
{
	return !sqlite3_get_autocommit(db->h);
}

enum rc
db_begin(struct db *db, struct err *e)
{
	enum rc rc = still_sound(db, e);

	return rc != RC_OK ? rc : db_run(db, e, sql[Q_BEGIN], "");
}

static enum rc
need_transaction(struct db *db, struct err *e)
{
	enum rc rc = still_sound(db, e);

	if (rc != RC_OK || db_in_transaction(db))
		return rc;
	return err_set(e, RC_RETRY, "database: the transaction was undone");
}

enum rc
db_commit(struct db *db, struct err *e)
{
	enum rc rc;

	if ((rc = need_transaction(db, e)) != RC_OK ||
	    (rc = db_run(db, e, sql[Q_COMMIT], "")) != RC_OK)
		return rc;
	committed(db);
	return RC_OK;
}

void
db_rollback(struct db *db)
{
	struct err e;

	/* it can only fail where SQLite has rolled back by itself */
	if (db_in_transaction(db))
		(void)db_run(db, &e, sql[Q_ROLLBACK], "");
}

enum rc
db_savepoint(struct db *db, struct err *e)
{
	enum rc rc = need_transaction(db, e);

	return rc != RC_OK ? rc : db_run(db, e, sql[Q_SAVEPOINT], "");
}

enum rc
db_release(struct db *db, struct err *e)
{
	enum rc rc = need_transaction(db, e);

	return rc != RC_OK ? rc : db_run(db, e, sql[Q_RELEASE], "");
}

void
db_undo(struct db *db)
{
	struct err e;

	/* fails only if the whole transaction is undone already */
	if (db_in_transaction(db) &&
	    db_run(db, &e, sql[Q_UNDO], "") == RC_OK)
		(void)db_run(db, &e, sql[Q_RELEASE], "");
}

void
db_on_commit(struct db *db, void (*cb)(void *ctx, int64_t n), void *ctx)
{
	db->on_commit = cb;
	db->on_commit_ctx = ctx;
}
