/* directory.c - the employee directory comes in. */
#include "app/directory.h"

#include "app/beat.h"
#include "base/fsx.h"
#include "base/log.h"
#include "base/str.h"
#include "store/audit_store.h"
#include "store/person_store.h"

#include <sys/stat.h>

#define MAX_DIRECTORY (1024UL * 1024 * 1024)
#define ROWS_A_COMMIT 5000 /* a million rows are no single transaction */

struct import {
	struct app *app;
	struct err *e;
	enum rc rc;
	size_t n;
};

static bool
take(void *ctx, const struct employee *em)
{
	struct import *im = ctx;
	struct db *db = im->app->db;
	struct employee_row row = { .employee_id = em->employee_id,
		.name = em->name, .email = em->email, .client = em->client,
		.client_id = em->client_id, .division = em->division,
		.region = em->region, .zone = em->zone,
		.language = em->language, .manager = em->manager,
		.status = employee_status_name(em->status) };

	if (im->n % ROWS_A_COMMIT == 0) {
		if (im->n > 0 && (im->rc = db_commit(db, im->e)) != RC_OK)
			return false;
		if ((im->rc = db_begin(db, im->e)) != RC_OK)
			return false;
	}
	im->rc = person_store_upsert(db, &row, im->app->now, im->e);
	im->n++;
	(void)beat(); /* all or nothing */
	return im->rc == RC_OK;
}

enum rc
directory_import(struct app *app, const char *path, bool is_complete,
    struct arena *a, struct directory_count *out, struct problems *probs,
    struct err *e)
{
	struct import im = { .app = app, .e = e, .rc = RC_OK };
	char *text;
	size_t len;
	enum rc rc;

	*out = (struct directory_count){ .read = { .note = "" } };
	rc = fsx_read(a, path, MAX_DIRECTORY, &text, &len, e);
	if (rc != RC_OK)
		return rc == RC_NONE ? RC_FAIL : rc;
	rc = directory_each(path, text, len, a, take, &im, &out->read, probs);
	if (rc != RC_OK)
		im.rc = err_set(e, RC_FAIL, "%s: no employee could be read",
		    path);
	if (im.rc == RC_OK && is_complete && out->read.n_bad == 0 &&
	    db_in_transaction(app->db))
		im.rc = person_store_mark_left(app->db, app->now, &out->left,
		    e);
	if (im.rc == RC_OK && db_in_transaction(app->db))
		im.rc = db_commit(app->db, e);
	db_rollback(app->db);
	return im.rc;
}

enum rc
directory_refresh(struct app *app, struct err *e)
{
	const char *path = app->policy.directory_file;
	struct arena *a;
	struct directory_count n;
	struct problems probs = { 0 };
	struct stat st;
	char *seen, *stamp;
	enum rc rc;

	if (path[0] == '\0' || stat(path, &st) != 0)
		return RC_OK;
	probs.a = a = arena_new();
	stamp = arena_printf(a, "%lld.%09ld/%lld",
	    (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec,
	    (long long)st.st_size);
	rc = meta_store_get(app->db, "directory", a, &seen, e);
	if ((rc == RC_OK && str_eq(seen, stamp)) ||
	    (rc != RC_OK && rc != RC_NONE))
		goto out;
	rc = directory_import(app, path, true, a, &n, &probs, e);
	if (rc != RC_OK)
		goto out;
	log_event(n.read.n_bad > 0 ? LOG_LEVEL_WARN : LOG_LEVEL_INFO,
	    "directory", "taken=%zu bad=%zu left=%lld", n.read.n_rows,
	    n.read.n_bad, (long long)n.left);
	rc = meta_store_set(app->db, "directory", stamp, e);
out:
	arena_free(&a);
	return rc;
}
