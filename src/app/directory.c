/* directory.c - the employee directory comes in. */
#include "app/directory.h"

#include "app/beat.h"
#include "base/fsx.h"
#include "base/log.h"
#include "base/str.h"
#include "store/audit_store.h"
#include "store/person_store.h"

#include <string.h>
#include <sys/stat.h>

#define MAX_DIRECTORY (1024UL * 1024 * 1024)
#define ROWS_A_COMMIT 5000 /* a million rows are no single transaction */
#define FEW 20
#define FEW_OF_ALL 10

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

/* Whom an import that began at `since` did not see. */
static enum rc
count_missing(struct app *app, cw_time since, int64_t *missing, bool *are_few,
    struct err *e)
{
	int64_t here = 0;
	enum rc rc = person_store_here(app->db, CW_TIME_MAX, &here, e);

	if (rc == RC_OK)
		rc = person_store_here(app->db, since, missing, e);
	*are_few = *missing <= FEW || *missing <= here / FEW_OF_ALL;
	return rc;
}

static enum rc
end_rest(struct app *app, enum directory_rest rest, int64_t *left,
    struct err *e)
{
	int64_t missing;
	bool are_few = true;
	enum rc rc = RC_OK;

	if (rest == REST_HAS_LEFT_IF_FEW)
		rc = count_missing(app, app->now, &missing, &are_few, e);
	return rc != RC_OK || !are_few ? rc :
	    person_store_mark_left(app->db, app->now, left, e);
}

enum rc
directory_import(struct app *app, const char *path,
    enum directory_rest rest, struct arena *a, struct directory_count *out, struct problems *probs,
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
	if (im.rc == RC_OK && rest != REST_STAYS && out->read.n_bad == 0 &&
	    db_in_transaction(app->db))
		im.rc = end_rest(app, rest, &out->left, e);
	if (im.rc == RC_OK && db_in_transaction(app->db))
		im.rc = db_commit(app->db, e);
	db_rollback(app->db);
	return im.rc;
}

/* "STAMP" of the file that was taken; behind it " TIME" of its import, while
 * it is in doubt because it names too few. */
static enum rc
settle(struct app *app, const char *stamp, cw_time since, struct arena *a,
    struct err *e)
{
	int64_t missing = 0;
	bool are_few;
	enum rc rc = count_missing(app, since, &missing, &are_few, e);

	if (rc != RC_OK)
		return rc;
	rc = meta_store_set(app->db, "directory", are_few ? stamp :
	    arena_printf(a, "%s %lld", stamp, (long long)since), e);
	if (rc != RC_OK || are_few)
		return rc;
	return err_set(e, RC_FAIL, "%s: it no longer names %lld employees;"
	    " nobody was marked as gone. If they have left, say: caseward"
	    " directory import --complete %s", app->policy.directory_file,
	    (long long)missing, app->policy.directory_file);
}

static enum rc
take_file(struct app *app, const char *stamp, struct arena *a, struct err *e)
{
	struct problems probs = { .a = a };
	struct directory_count n;
	enum rc rc = directory_import(app, app->policy.directory_file,
	    REST_HAS_LEFT_IF_FEW, a, &n, &probs, e);

	if (rc != RC_OK)
		return rc;
	log_event(n.read.n_bad > 0 ? LOG_LEVEL_WARN : LOG_LEVEL_INFO,
	    "directory", "taken=%zu bad=%zu left=%lld", n.read.n_rows,
	    n.read.n_bad, (long long)n.left);
	return n.read.n_bad > 0 ? meta_store_set(app->db, "directory", stamp,
	    e) : settle(app, stamp, app->now, a, e);
}

enum rc
directory_refresh(struct app *app, struct err *e)
{
	const char *path = app->policy.directory_file;
	struct arena *a;
	struct stat st;
	char *seen, *stamp, *doubt = NULL;
	cw_time since;
	enum rc rc;

	if (path[0] == '\0' || stat(path, &st) != 0)
		return RC_OK;
	a = arena_new();
	stamp = arena_printf(a, "%lld.%09ld/%lld",
	    (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec,
	    (long long)st.st_size);
	rc = meta_store_get(app->db, "directory", a, &seen, e);
	if (rc == RC_OK && (doubt = strchr(seen, ' ')) != NULL)
		*doubt++ = '\0';
	if (rc == RC_NONE || (rc == RC_OK && !str_eq(seen, stamp)))
		rc = take_file(app, stamp, a, e);
	else if (rc == RC_OK && doubt != NULL &&
	    str_to_int(doubt, 0, CW_TIME_MAX, &since))
		rc = settle(app, stamp, since, a, e);
	arena_free(&a);
	return rc;
}
