/* maildir.c - small things about Maildirs. */
#include "net/maildir.h"

#include "base/fsx.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum rc
maildir_make(const char *path, struct err *e)
{
	static const char *const subs[] = { "tmp", "new", "cur" };
	char p[PATH_MAX];
	enum rc rc = RC_OK;

	for (size_t i = 0; i < 3 && rc == RC_OK; i++) {
		if (snprintf(p, sizeof(p), "%s/%s", path, subs[i]) >=
		    (int)sizeof(p))
			return err_set(e, RC_BAD, "%s: path too long", path);
		rc = fsx_mkdirs(p, e);
	}
	return rc;
}

size_t
maildir_key_len(const char *name)
{
	const char *flags = strstr(name, ":2,");

	return flags == NULL ? strlen(name) : (size_t)(flags - name);
}

void
maildir_sync(const char *path, const char *sub)
{
	char p[PATH_MAX];
	int fd;

	(void)snprintf(p, sizeof(p), "%s/%s", path, sub);
	if ((fd = open(p, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return;
	(void)fsync(fd);
	(void)close(fd);
}
