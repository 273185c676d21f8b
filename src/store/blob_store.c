/* blob_store.c - raw bytes: the one place where they are written and read. */
#include "store/blob_store.h"

#include "store/pack.h"

/* Larger ones are stored as they are, piece by piece: packing and binding
 * would take twice their size in memory, and large mails are files in base64,
 * of which packing saves little more than that quarter. */
#define LARGE (4U * 1024 * 1024)

enum { Q_PUT, Q_PUT_LARGE, Q_GET, Q_N };

#define PUT "INSERT INTO blob (codec, size, data) VALUES "

static const char *const sql[Q_N] = {
	[Q_PUT] = PUT "($1, $2, $3)",
	[Q_PUT_LARGE] = PUT "(0, $1, zeroblob($1))",
	[Q_GET] = "SELECT codec, size, data FROM blob WHERE id = $1",
};

const struct db_sql blob_store_sql = { __FILE__, sql, Q_N };

static enum rc
put_large(struct db *db, const void *p, size_t n, int64_t *id, struct err *e)
{
	enum rc rc = db_run(db, e, sql[Q_PUT_LARGE], "i", (int64_t)n);

	*id = db_last_id(db);
	return rc == RC_OK ? db_fill_blob(db, "blob", "data", *id, p, n, e) :
	    rc;
}

enum rc
blob_store_put(struct db *db, const void *p, size_t n, int64_t *id,
    struct err *e)
{
	const void *data;
	size_t len;
	enum rc rc;
	int codec;

	if (n > LARGE)
		return put_large(db, p, n, id, e);
	codec = packer_pack(db_packer(db), n == 0 ? "" : p, n, &data, &len);
	rc = db_run(db, e, sql[Q_PUT], "iib", (int64_t)codec, (int64_t)n,
	    data, len);
	if (rc == RC_OK)
		*id = db_last_id(db);
	return rc;
}

enum rc
blob_store_get(struct db *db, int64_t id, struct arena *a, char **out,
    size_t *n, struct err *e)
{
	struct db_stmt *st = NULL;
	int64_t size;
	const void *data;
	size_t len;
	enum rc rc;

	if ((rc = db_query(db, &st, e, sql[Q_GET], "i", id)) != RC_OK ||
	    (rc = db_step(st, e)) != RC_OK)
		goto out;
	size = db_col_int(st, 1);
	data = db_view_blob(st, 2, &len);
	rc = packer_unpack(db_packer(db), (int)db_col_int(st, 0), data, len,
	    size, a, out, e);
	*n = (size_t)size;
out:
	db_stmt_free(&st);
	return rc;
}
