/* demo_folder.c - the folder of a demo: made anew, never a foreign one. */
#include "cli/demo.h"

#include "base/embed.h"
#include "base/fsx.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK ".caseward-demo"
#define MARK_TEXT "Made by caseward demo, which replaces this whole folder.\n"

/* Remove what is in the folder, not the folder; links are not followed. */
static bool
empty_folder(int fd)
{
	DIR *dir = fdopendir(fd);
	struct dirent *de;
	bool ok = dir != NULL;

	if (dir == NULL)
		(void)close(fd);
	while (ok && (de = readdir(dir)) != NULL) {
		int sub;

		if (str_eq(de->d_name, ".") || str_eq(de->d_name, ".."))
			continue;
		sub = openat(fd, de->d_name, O_RDONLY | O_DIRECTORY |
		    O_NOFOLLOW | O_CLOEXEC);
		if (sub >= 0)
			ok = empty_folder(sub) &&
			    unlinkat(fd, de->d_name, AT_REMOVEDIR) == 0;
		else
			ok = unlinkat(fd, de->d_name, 0) == 0;
	}
	if (dir != NULL)
		(void)closedir(dir);
	return ok;
}

static bool
is_empty(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *de;
	bool empty = dir != NULL;

	while (empty && (de = readdir(dir)) != NULL)
		empty = str_eq(de->d_name, ".") || str_eq(de->d_name, "..");
	if (dir != NULL)
		(void)closedir(dir);
	return empty;
}

static enum rc
clear(const char *path, struct arena *a, struct err *e)
{
	struct stat st;
	int fd;

	if (lstat(path, &st) != 0)
		return errno == ENOENT ? RC_OK : err_set(e, RC_FAIL, "%s: %s",
		    path, strerror(errno));
	if (is_empty(path))
		return RC_OK;
	if (!S_ISDIR(st.st_mode) || lstat(arena_printf(a, "%s/" MARK, path),
	    &st) != 0 || !S_ISREG(st.st_mode))
		return err_set(e, RC_BAD, "%s is there already and is no demo"
		    " of mine (no " MARK " in it), so it stays as it is; name"
		    " another folder: caseward demo FOLDER", path);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || !empty_folder(fd))
		return err_set(e, RC_FAIL, "%s: cannot be emptied: %s", path,
		    strerror(errno));
	return RC_OK;
}

static enum rc
put(const char *path, const char *bytes, size_t len, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool ok = fd >= 0;

	while (ok && len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if ((ok = n > 0)) {
			bytes += n;
			len -= (size_t)n;
		}
	}
	if (!ok)
		(void)err_set(e, RC_FAIL, "%s: %s", path, strerror(errno));
	if (fd >= 0)
		(void)close(fd);
	return ok ? RC_OK : RC_FAIL;
}

enum rc
demo_folder_put(const struct demo *d, const char *name, const char *bytes,
    size_t len, struct err *e)
{
	return put(arena_printf(d->app.a, "%s/%s", d->dir, name), bytes, len,
	    e);
}

/* The embedded files whose names begin so, by their names. */
static enum rc
unpack(const char *dir, const char *prefix, struct arena *a, struct err *e)
{
	const struct embedded *f = NULL;
	enum rc rc = RC_OK;

	while (rc == RC_OK && (f = embed_next(prefix, f)) != NULL) {
		char *path = arena_printf(a, "%s/%s", dir, f->name);
		const char *slash = strrchr(path, '/');

		rc = fsx_mkdirs(arena_strndup(a, path,
		    (size_t)(slash - path)), e);
		if (rc == RC_OK)
			rc = put(path, f->data, f->len, e);
	}
	return rc;
}

enum rc
demo_folder_make(const char *dir, struct arena *a, struct err *e)
{
	enum rc rc;

	if ((rc = clear(dir, a, e)) != RC_OK ||
	    (rc = fsx_mkdirs(dir, e)) != RC_OK ||
	    (rc = put(arena_printf(a, "%s/" MARK, dir), MARK_TEXT,
	    strlen(MARK_TEXT), e)) != RC_OK ||
	    (rc = unpack(dir, "config/", a, e)) != RC_OK ||
	    (rc = unpack(dir, "templates/", a, e)) != RC_OK)
		return rc;
	rc = fsx_mkdirs(arena_printf(a, "%s/inbox", dir), e);
	return rc != RC_OK ? rc :
	    fsx_mkdirs(arena_printf(a, "%s/mails", dir), e);
}
