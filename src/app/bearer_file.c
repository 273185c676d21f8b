/* bearer_file.c - what is kept of a token source between processes. */
#include "app/bearer_file.h"

#include "base/fsx.h"
#include "base/str.h"
#include "net/oauth2.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define VERSION 1
#define MAX_FILE (256U * 1024)
#define MAX_LOGINS 100

static void
wipe(const char *s)
{
	if (s != NULL)
		explicit_bzero((char *)(uintptr_t)s, strlen(s));
}

static void
wipe_json(const json_t *j)
{
	wipe(json_string_value(json_object_get(j, "access")));
	wipe(json_string_value(json_object_get(j, "refresh")));
}

void
bearer_file_wipe(struct bearer_file *f)
{
	wipe(f->access);
	wipe(f->refresh);
}

static const char *
text_of(const json_t *j, const char *key, struct arena *a)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s == NULL ? "" : arena_strdup(a, s);
}

static int64_t
number_of(const json_t *j, const char *key)
{
	int64_t n = json_integer_value(json_object_get(j, key));

	return n < 0 || n > CW_TIME_MAX ? 0 : n;
}

static struct bearer_strike
read_strike(const json_t *j, struct arena *a)
{
	int64_t n = number_of(j, "failures");

	return (struct bearer_strike){ .who = text_of(j, "who", a),
		.failures = n > 1000 ? 1000 : (int)n,
		.try_at = number_of(j, "try_at"),
		.error = text_of(j, "error", a) };
}

static void
read_all(const json_t *j, struct arena *a, struct bearer_file *f)
{
	const json_t *logins = json_object_get(j, "logins");
	const char *access = text_of(j, "access", a);
	const char *refresh = text_of(j, "refresh", a);

	if (oauth2_is_token(access))
		f->access = arena_strdup(a, access);
	if (*refresh != '\0')
		f->refresh = arena_strdup(a, refresh);
	wipe(access);
	wipe(refresh);
	f->asked_at = number_of(j, "asked_at");
	f->renew_at = number_of(j, "renew_at");
	f->expires_at = number_of(j, "expires_at");
	f->endpoint = read_strike(json_object_get(j, "endpoint"), a);
	for (size_t i = 0; i < json_array_size(logins) && i < MAX_LOGINS; i++)
		*ARENA_PUSH(a, f->logins, f->n_logins, f->cap_logins) =
		    read_strike(json_array_get(logins, i), a);
}

enum rc
bearer_file_load(const char *path, const char *key, struct arena *a,
    struct bearer_file *out, struct err *e)
{
	char *text;
	size_t len;
	json_t *j;
	enum rc rc = fsx_read(a, path, MAX_FILE, &text, &len, e);

	*out = (struct bearer_file){ .endpoint = { "", 0, 0, "" } };
	if (rc != RC_OK)
		return rc == RC_NONE || rc == RC_BAD ? RC_OK : rc;
	j = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	explicit_bzero(text, len);
	if (number_of(j, "version") == VERSION &&
	    str_eq(json_string_value(json_object_get(j, "for")), key))
		read_all(j, a, out);
	wipe_json(j);
	json_decref(j);
	return RC_OK;
}

static json_t *
strike_json(const struct bearer_strike *s)
{
	return json_pack("{s:s,s:i,s:I,s:s}", "who", s->who, "failures",
	    s->failures, "try_at", (json_int_t)s->try_at, "error", s->error);
}

enum rc
bearer_file_store(const char *path, const char *key,
    const struct bearer_file *f, struct err *e)
{
	json_t *logins = json_array(), *j;
	char *text;
	enum rc rc;

	for (size_t i = 0; i < f->n_logins; i++)
		if (f->logins[i].failures > 0)
			(void)json_array_append_new(logins,
			    strike_json(&f->logins[i]));
	j = json_pack("{s:i,s:s,s:s*,s:s*,s:I,s:I,s:I,s:o,s:o}",
	    "version", VERSION, "for", key, "access", f->access,
	    "refresh", f->refresh, "asked_at", (json_int_t)f->asked_at,
	    "renew_at", (json_int_t)f->renew_at,
	    "expires_at", (json_int_t)f->expires_at,
	    "endpoint", strike_json(&f->endpoint), "logins", logins);
	text = j == NULL ? NULL : json_dumps(j, JSON_INDENT(1));
	rc = text == NULL ? err_set(e, RC_FAIL, "%s: cannot be said in JSON",
	    path) : fsx_write_atomic(path, text, strlen(text), 0600, e);
	wipe(text);
	free(text);
	wipe_json(j);
	json_decref(j);
	return rc;
}

struct bearer_strike *
bearer_file_login(struct bearer_file *f, const char *who, struct arena *a)
{
	for (size_t i = 0; i < f->n_logins; i++)
		if (str_eq(f->logins[i].who, who))
			return &f->logins[i];
	*ARENA_PUSH(a, f->logins, f->n_logins, f->cap_logins) =
	    (struct bearer_strike){ .who = who, .error = "" };
	return &f->logins[f->n_logins - 1];
}
