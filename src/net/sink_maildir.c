/*
 * sink_maildir.c - mail into a Maildir.
 *
 * The file's name is a digest of Message-ID and recipient, so that a mail
 * that is sent again after a crash is there once.
 */
#include "net/sink_impl.h"

#include "base/hash.h"
#include "base/str.h"
#include "net/maildir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum rc
dir_open(struct sink *s, struct err *e)
{
	if (str_is_empty(s->opts.path))
		return err_set(e, RC_BAD, "no path of a Maildir");
	return maildir_make(s->opts.path, e);
}

static void
dir_close(struct sink *s)
{
	(void)s; /* nothing is kept open */
}

static const char *
name_of(const struct sink_mail *m, struct arena *a)
{
	const char *id = arena_printf(a, "%s\n%s", m->message_id, m->rcpt);
	uint8_t digest[SHA256_LEN];

	hash_sha256(id, strlen(id), digest);
	return arena_printf(a, "caseward.%s", hash_hex(a, digest, 16));
}

/* Read, and moved to cur/ by a mail program? */
static void
mark_those_in_cur(const char *path, const char *const *names, bool *is_there,
    size_t n, struct arena *a)
{
	DIR *dir = opendir(arena_printf(a, "%s/cur", path));
	struct dirent *de;

	while (dir != NULL && (de = readdir(dir)) != NULL) {
		size_t len = maildir_key_len(de->d_name);

		if (!str_has_prefix(de->d_name, "caseward."))
			continue;
		for (size_t i = 0; i < n; i++)
			if (strlen(names[i]) == len &&
			    memcmp(names[i], de->d_name, len) == 0)
				is_there[i] = true;
	}
	if (dir != NULL)
		(void)closedir(dir);
}

static bool
write_file(const char *path, const char *p, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	bool ok = fd >= 0;

	while (ok && len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if ((ok = n > 0)) {
			p += n;
			len -= (size_t)n;
		}
	}
	ok = ok && fsync(fd) == 0;
	if (fd >= 0)
		(void)close(fd);
	return ok;
}

/* link() and not rename(): it says if there is one already. */
static void
deliver(const char *dir, const char *name, struct arena *a,
    struct sink_mail *m)
{
	const char *tmp = arena_printf(a, "%s/tmp/%s.%ld", dir, name,
	    (long)getpid());
	const char *new = arena_printf(a, "%s/new/%s", dir, name);

	if (!write_file(tmp, m->bytes, m->len) ||
	    (link(tmp, new) != 0 && errno != EEXIST))
		sink_result(m, RC_RETRY, strerror(errno));
	else
		sink_result(m, RC_OK, "written");
	(void)unlink(tmp);
}

static enum rc
dir_send(struct sink *s, struct sink_mail *v, size_t n, struct err *e)
{
	struct arena *a = arena_new();
	const char **names = arena_array(a, n, sizeof(*names));
	bool *is_there = arena_array(a, n, sizeof(*is_there));
	enum rc rc = RC_OK;

	for (size_t i = 0; i < n; i++)
		names[i] = name_of(&v[i], a);
	mark_those_in_cur(s->opts.path, names, is_there, n, a);
	for (size_t i = 0; i < n; i++) {
		if (is_there[i])
			sink_result(&v[i], RC_OK, "is there already");
		else
			deliver(s->opts.path, names[i], a, &v[i]);
		if (v[i].rc == RC_RETRY)
			rc = err_set(e, RC_RETRY, "%s: %s", s->opts.path,
			    v[i].reply);
	}
	maildir_sync(s->opts.path, "new");
	arena_free(&a);
	return rc;
}

const struct sink_ops sink_maildir_ops = {
	.open = dir_open,
	.send = dir_send,
	.close = dir_close,
};
