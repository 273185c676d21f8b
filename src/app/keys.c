/* keys.c - the key file. */
#include "app/keys.h"

#include "base/fsx.h"
#include "base/hash.h"
#include "base/str.h"
#include "store/audit_store.h"

#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_HEAD "caseward-key v1\n"
#define CHECK_WORDS "caseward: which key belongs to this database"

static const char *
name_of_user(uid_t uid, struct arena *a)
{
	const struct passwd *pw = getpwuid(uid);

	return pw != NULL ? pw->pw_name : arena_printf(a, "#%ld", (long)uid);
}

enum rc
keys_whose(const struct app *app, struct err *e)
{
	const char *const paths[] = { app->policy.database,
		app->policy.key_file };
	struct stat st;

	for (size_t i = 0; i < 2 && geteuid() == 0; i++) {
		const char *who;

		if (stat(paths[i], &st) != 0 || st.st_uid == 0)
			continue;
		who = name_of_user(st.st_uid, app->a);
		return err_set(e, RC_FAIL, "%s belongs to %s, who could not"
		    " change what root leaves beside it: say the same as that"
		    " user, runuser -u %s -- caseward ...", paths[i], who,
		    who);
	}
	return RC_OK;
}

/* Who can read the key can write mails that we believe. */
static enum rc
is_private(const char *path, struct err *e)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return RC_OK; /* to read it tells why */
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return err_set(e, RC_FAIL, "%s belongs to another user: say"
		    " chown %ld %s", path, (long)geteuid(), path);
	if ((st.st_mode & (S_IRWXO | S_IWGRP)) != 0)
		return err_set(e, RC_FAIL, "%s can be read or changed by"
		    " others: say chmod 600 %s", path, path);
	return RC_OK;
}

static enum rc
parse(struct app *app, const char *path, char *text, struct err *e)
{
	struct token_keys *k = &app->keys;

	k->n = 0;
	if (!str_has_prefix(text, KEY_HEAD))
		return err_set(e, RC_FAIL, "%s is no key file", path);
	for (char *line = text + strlen(KEY_HEAD);
	     line[0] != '\0' && k->n < 2; k->n++) {
		size_t n = strcspn(line, "\n");
		char *hex = arena_strndup(app->a, line + 2, n > 2 ? n - 2 : 0);

		if (line[1] != ' ' ||
		    !hash_from_hex(hex, k->v[k->n].key, HMAC_KEY_LEN))
			return err_set(e, RC_FAIL, "%s: bad line %u", path,
			    k->n + 2);
		k->v[k->n].id = line[0];
		line += n + (line[n] == '\n');
	}
	return k->n > 0 ? RC_OK : err_set(e, RC_FAIL, "%s holds no key", path);
}

enum rc
keys_read(struct app *app, struct err *e)
{
	const char *path = app->policy.key_file;
	char *text;
	size_t len;
	enum rc rc;

	if ((rc = keys_whose(app, e)) != RC_OK ||
	    (rc = is_private(path, e)) != RC_OK ||
	    (rc = fsx_read(app->a, path, 4096, &text, &len, e)) != RC_OK)
		return rc;
	return parse(app, path, text, e);
}

enum rc
keys_make(struct app *app, struct err *e)
{
	uint8_t key[HMAC_KEY_LEN];
	struct stat st;
	char *text;

	if (lstat(app->policy.key_file, &st) == 0)
		return RC_OK;
	hash_random(key, sizeof(key));
	text = arena_printf(app->a, KEY_HEAD "1 %s\n",
	    hash_hex(app->a, key, sizeof(key)));
	return fsx_write_atomic(app->policy.key_file, text, strlen(text), 0600,
	    e);
}

static const char *
check_of(struct app *app, unsigned i)
{
	uint8_t digest[SHA256_LEN];

	hash_hmac(app->keys.v[i].key, CHECK_WORDS, strlen(CHECK_WORDS), digest);
	return hash_hex(app->a, digest, 16);
}

enum rc
keys_belong(struct app *app, struct db *db, bool may_write, struct err *e)
{
	const char *now = check_of(app, 0);
	char *known;
	enum rc rc = meta_store_get(db, "key-check", app->a, &known, e);

	if (rc != RC_OK && rc != RC_NONE)
		return rc;
	if (rc == RC_OK && str_eq(known, now))
		return RC_OK;
	if (rc == RC_OK && *known != '\0' && (app->keys.n < 2 ||
	    !str_eq(known, check_of(app, 1))))
		return err_set(e, RC_FAIL, "%s is the key of another database:"
		    " put the right one back (`caseward backup --with-key`"
		    " keeps a copy); with this one every answer to our mails"
		    " would look forged", app->policy.key_file);
	return may_write ? meta_store_set(db, "key-check", now, e) : RC_OK;
}
