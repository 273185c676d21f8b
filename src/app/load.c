/* load.c - settings, keys and database at start. */
#include "app/keys.h"

#include "base/fsx.h"
#include "base/str.h"
#include "store/audit_store.h"
#include "store/history_store.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_FILE (64 * 1024 * 1024)
#define MAX_LANGUAGES 32

static enum rc
read_file(void *ctx, struct arena *a, const char *path, char **out,
    size_t *len, struct err *e)
{
	(void)ctx;
	return fsx_read(a, path, MAX_FILE, out, len, e);
}

/* English, and every folder of the templates that is called like a language:
 * "de", "pt-br". */
static size_t
find_languages(const char *folder, struct arena *a, const char ***out)
{
	DIR *dir = opendir(folder);
	const char **v = NULL;
	size_t n = 0, cap = 0;
	struct dirent *de;

	*ARENA_PUSH(a, v, n, cap) = "en";
	while (dir != NULL && n < MAX_LANGUAGES && (de = readdir(dir)) != NULL) {
		size_t len = strlen(de->d_name);

		if (strspn(de->d_name, "abcdefghijklmnopqrstuvwxyz-") == len &&
		    len >= 2 && len <= 8 && !str_eq(de->d_name, "en"))
			*ARENA_PUSH(a, v, n, cap) = arena_strdup(a, de->d_name);
	}
	if (dir != NULL)
		(void)closedir(dir);
	*out = v;
	return n;
}

enum rc
app_load(const char *config_path, struct app *app, struct problems *probs,
    struct err *e)
{
	const struct policy_io io = { NULL, read_file };
	const char **languages;
	struct civil today;
	size_t n;
	enum rc rc;

	*app = (struct app){ .a = arena_new() };
	civil_from_utc(clock_now(), &today);
	rc = policy_load(&io, config_path, today.year, app->a, &app->policy,
	    probs);
	if (rc == RC_OK) {
		n = find_languages(app->policy.templates_dir, app->a,
		    &languages);
		rc = templates_load(&io, app->policy.templates_dir, languages,
		    n, app->a, &app->templates, probs);
	}
	if (probs->n > 0)
		return err_set(e, RC_BAD, "%zu thing%s to mend in the settings",
		    probs->n, probs->n == 1 ? "" : "s");
	return rc == RC_OK ? RC_OK :
	    err_set(e, rc, "cannot read %s", config_path);
}

/* ---- the database ------------------------------------------------------ */

/* Tests end the program right behind its n-th commit: what a power cut
 * leaves must be as good as a finished pass. */
static void
end_here(void *ctx, int64_t n)
{
	if (n == *(const int64_t *)ctx)
		(void)raise(SIGKILL);
}

static void
end_at_commit(struct app *app)
{
	const char *at = getenv("CASEWARD_TEST_KILL_AT_COMMIT");
	int64_t *n = arena_alloc(app->a, sizeof(*n));

	if (at != NULL && str_to_int(at, 1, INT32_MAX, n))
		db_on_commit(app->db, end_here, n);
}

/* What stands beside a database that was in use once: its lock is made by
 * the first pass and never removed. */
static bool
was_in_use(struct app *app)
{
	static const char *const signs[] = { ".lock", "-wal", ".lost" };
	struct stat st;

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (stat(arena_printf(app->a, "%s%s", app->policy.database,
		    signs[i]), &st) == 0)
			return true;
	return false;
}

static bool
is_empty_or_gone(const char *path)
{
	struct stat st;

	return stat(path, &st) != 0 || st.st_size == 0;
}

/* Nothing empty takes the place of what is lost without a word. */
static enum rc
no_database(struct app *app, struct err *e)
{
	const char *path = app->policy.database;

	if (was_in_use(app))
		return err_set(e, RC_FAIL, "%s is lost: it was in use here."
		    " Say `caseward restore BACKUP`.  To begin anew without"
		    " all cases, remove %s.lock and what else begins with its"
		    " name, then say `caseward init`", path, path);
	return err_set(e, RC_NONE, "%s is not there: say `caseward init`"
	    " first", path);
}

static enum rc
no_keys(struct app *app, struct err *e)
{
	const char *path = app->policy.key_file;

	if (is_empty_or_gone(app->policy.database))
		return err_set(e, RC_NONE, "%s is not there: say `caseward"
		    " init` first", path);
	return err_set(e, RC_FAIL, "%s is lost, its database is there: put the"
	    " copy back that was made with the backups.  If there is none,"
	    " `caseward init --new-key` makes a new one; answers to mails"
	    " from before then look forged and go to a person", path);
}

enum rc
app_open_db(struct app *app, unsigned flags, struct err *e)
{
	char *manual;
	enum rc rc;

	if ((rc = keys_read(app, e)) != RC_OK)
		return rc == RC_NONE ? no_keys(app, e) : rc;
	if (!(flags & APP_CREATE) && is_empty_or_gone(app->policy.database))
		return no_database(app, e);
	rc = db_open(app->policy.database,
	    flags & APP_CREATE ? DB_CREATE : 0, &app->db, e);
	if (rc == RC_NONE)
		return no_database(app, e);
	if (rc != RC_OK)
		return rc;
	if (flags & APP_NEW_KEY &&
	    (rc = meta_store_set(app->db, "key-check", "", e)) != RC_OK)
		return rc;
	if ((rc = keys_belong(app, app->db, true, e)) != RC_OK)
		return rc;
	rc = meta_store_get(app->db, "manual-clock", app->a, &manual, e);
	app->manual_clock = rc == RC_OK;
	if (app->manual_clock)
		end_at_commit(app);
	return rc == RC_NONE ? RC_OK : rc;
}

static enum rc
make_folder_of(struct app *app, const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL || slash == path)
		return RC_OK;
	return fsx_mkdirs(arena_strndup(app->a, path, (size_t)(slash - path)),
	    e);
}

/* An embedded default needs its Maildirs. */
static enum rc
make_maildir(struct app *app, const char *path, struct err *e)
{
	static const char *const subs[] = { "cur", "new", "tmp" };
	enum rc rc = RC_OK;

	for (size_t i = 0; i < 3 && rc == RC_OK; i++)
		rc = fsx_mkdirs(arena_printf(app->a, "%s/%s", path, subs[i]),
		    e);
	return rc;
}

enum rc
app_init(struct app *app, unsigned flags, struct err *e)
{
	const struct policy *p = &app->policy;
	bool is_new = is_empty_or_gone(p->database);
	cw_time last_at;
	enum rc rc;

	if (is_new && was_in_use(app))
		return no_database(app, e);
	if ((rc = make_folder_of(app, p->database, e)) != RC_OK ||
	    (rc = make_folder_of(app, p->key_file, e)) != RC_OK)
		return rc;
	if ((is_new || flags & APP_NEW_KEY) && (rc = keys_make(app, e)) != RC_OK)
		return rc;
	for (size_t i = 0; i < p->n_mailboxes && rc == RC_OK; i++)
		if (str_eq(p->mailboxes[i].kind, "maildir"))
			rc = make_maildir(app, p->mailboxes[i].path, e);
	if (rc == RC_OK && str_eq(p->transport.kind, "maildir"))
		rc = make_maildir(app, p->transport.path, e);
	if (rc != RC_OK || (rc = app_open_db(app, flags | APP_CREATE, e)) != RC_OK)
		return rc;
	/* where nothing has happened yet: an init that broke off is repeated */
	if (flags & APP_MANUAL_CLOCK &&
	    (rc = history_store_last_at(app->db, &last_at, e)) == RC_NONE) {
		rc = meta_store_set(app->db, "manual-clock", "1", e);
		app->manual_clock = true;
	}
	return rc;
}

enum rc
app_set_now(struct app *app, const char *now_text, struct err *e)
{
	app->now = clock_now();
	if (now_text == NULL)
		return RC_OK;
	if (!app->manual_clock)
		return err_set(e, RC_BAD, "--now is only for databases made with"
		    " `caseward init --manual-clock`");
	if (!time_parse(now_text, &app->now))
		return err_set(e, RC_BAD, "--now %s: not a time; say"
		    " 2026-11-02T10:00:00Z", now_text);
	return RC_OK;
}

struct reader *
app_reader(struct app *app)
{
	if (app->reader == NULL)
		app->reader = reader_new();
	return app->reader;
}

/* systemd puts LoadCredential= secrets into a folder of their own: what lies
 * there under the last part of the name is taken first. */
static const char *
find_secret(const char *file, struct arena *a)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	const char *slash = strrchr(file, '/'), *there;
	struct stat st;

	if (folder == NULL || *folder != '/')
		return file;
	there = arena_printf(a, "%s/%s", folder, slash == NULL ? file :
	    slash + 1);
	return stat(there, &st) == 0 ? there : file;
}

bool
app_secret_is_open(const char *file, struct arena *a)
{
	struct stat st;

	return file != NULL && *file != '\0' &&
	    stat(find_secret(file, a), &st) == 0 &&
	    (st.st_mode & S_IRWXO) != 0;
}

enum rc
app_secret(const char *file, const char *env, struct arena *a,
    const char **out, struct err *e)
{
	const char *value;
	char *text;
	size_t len;
	enum rc rc;

	if (file != NULL && *file != '\0') {
		file = find_secret(file, a);
		if ((rc = fsx_read(a, file, 65536, &text, &len, e)) != RC_OK)
			return rc == RC_NONE ? err_set(e, RC_FAIL,
			    "%s: no such file", file) : rc;
		text[strcspn(text, "\r\n")] = '\0';
		*out = text;
		return *text != '\0' ? RC_OK : err_set(e, RC_FAIL,
		    "%s: its first line, the secret, is empty", file);
	}
	if (env == NULL || *env == '\0')
		return RC_NONE;
	if ((value = getenv(env)) == NULL)
		return err_set(e, RC_FAIL, "the environment has no %s", env);
	*out = arena_strdup(a, value);
	return RC_OK;
}

void
app_close(struct app *app)
{
	reader_free(&app->reader);
	db_close(&app->db);
	policy_fini(&app->policy);
	arena_free(&app->a);
}
