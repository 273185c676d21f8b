/* fsx.c - files: read whole, write atomically, lock. */
#include "base/fsx.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

enum rc
fsx_meaning(int error)
{
	static const int passing[] = { ENOSPC, EDQUOT, EFBIG, EIO, EMFILE,
		ENFILE, ENOMEM, EINTR, EAGAIN };

	for (size_t i = 0; i < sizeof(passing) / sizeof(passing[0]); i++)
		if (error == passing[i])
			return RC_RETRY;
	return RC_FAIL;
}

enum rc
fsx_read(struct arena *a, const char *path, size_t max, char **out,
    size_t *len, struct err *e)
{
	struct stat st;
	enum rc rc = RC_OK;
	size_t have = 0;
	ssize_t n;
	int fd;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) < 0)
		return err_set(e, errno == ENOENT ? RC_NONE : RC_RETRY,
		    "%s: %s", path, strerror(errno));
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		rc = err_set(e, RC_BAD, "%s: not a regular file", path);
		goto out;
	}
	if ((size_t)st.st_size > max) {
		rc = err_set(e, RC_BAD, "%s: larger than %zu bytes", path, max);
		goto out;
	}
	*out = arena_alloc(a, (size_t)st.st_size + 1);
	while (have < (size_t)st.st_size) {
		n = read(fd, *out + have, (size_t)st.st_size - have);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			rc = err_set(e, RC_RETRY, "%s: %s", path,
			    strerror(errno));
			goto out;
		}
		if (n == 0)
			break;
		have += (size_t)n;
	}
	(*out)[have] = '\0';
	*len = have;
out:
	(void)close(fd);
	return rc;
}

size_t
fsx_read_some(const char *path, char *out, size_t max)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = fd < 0 ? -1 : read(fd, out, max);

	if (fd >= 0)
		(void)close(fd);
	return n < 0 ? 0 : (size_t)n;
}

void
fsx_boot_id(char out[FSX_BOOT_SIZE])
{
	size_t n = fsx_read_some("/proc/sys/kernel/random/boot_id", out,
	    FSX_BOOT_SIZE - 1);

	out[n] = '\0';
	out[strcspn(out, " \n")] = '\0';
	if (*out == '\0')
		(void)snprintf(out, FSX_BOOT_SIZE, "unknown");
}

static enum rc
write_all(int fd, const char *p, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return RC_RETRY;
		p += n;
		len -= (size_t)n;
	}
	return RC_OK;
}

void
fsx_sync_folder(const char *path)
{
	char dir[4096];
	char *slash;
	int fd;

	(void)snprintf(dir, sizeof(dir), "%s", path);
	if ((slash = strrchr(dir, '/')) == NULL)
		(void)snprintf(dir, sizeof(dir), ".");
	else
		slash[slash == dir ? 1 : 0] = '\0';
	if ((fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) >= 0) {
		(void)fsync(fd);
		(void)close(fd);
	}
}

enum rc
fsx_write_atomic(const char *path, const void *data, size_t len,
    unsigned mode, struct err *e)
{
	char tmp[4096];
	int fd;

	if (snprintf(tmp, sizeof(tmp), "%s.tmp%ld", path, (long)getpid()) >=
	    (int)sizeof(tmp))
		return err_set(e, RC_BAD, "%s: path too long", path);
	fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
	    (mode_t)mode);
	if (fd < 0)
		return err_set(e, RC_RETRY, "%s: %s", tmp, strerror(errno));
	/* whoever may read it is said here, not by the umask */
	if (fchmod(fd, (mode_t)mode) != 0 ||
	    write_all(fd, data, len) != RC_OK || fsync(fd) != 0) {
		(void)err_set(e, RC_RETRY, "%s: %s", tmp, strerror(errno));
		(void)close(fd);
		(void)unlink(tmp);
		return RC_RETRY;
	}
	(void)close(fd);
	if (rename(tmp, path) != 0) {
		(void)err_set(e, RC_RETRY, "%s: %s", path, strerror(errno));
		(void)unlink(tmp);
		return RC_RETRY;
	}
	fsx_sync_folder(path);
	return RC_OK;
}

static enum rc
pump(int in, int out)
{
	char piece[65536];
	ssize_t n;

	while ((n = read(in, piece, sizeof(piece))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || write_all(out, piece, (size_t)n) != RC_OK)
			return RC_RETRY;
	}
	return fsync(out) == 0 ? RC_OK : RC_RETRY;
}

enum rc
fsx_copy(const char *from, const char *to, unsigned mode, struct err *e)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out;
	enum rc rc;

	if (in < 0)
		return err_set(e, RC_FAIL, "%s: %s", from, strerror(errno));
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
	if (out < 0) {
		rc = err_set(e, fsx_meaning(errno), "%s: %s", to,
		    strerror(errno));
	} else if ((rc = pump(in, out)) != RC_OK) {
		(void)err_set(e, rc, "%s: %s", to, strerror(errno));
		(void)unlink(to);
	}
	if (out >= 0)
		(void)close(out);
	(void)close(in);
	fsx_sync_folder(to);
	return rc;
}

enum rc
fsx_mkdirs(const char *path, struct err *e)
{
	char p[4096];

	if (snprintf(p, sizeof(p), "%s", path) >= (int)sizeof(p))
		return err_set(e, RC_BAD, "%s: path too long", path);
	for (char *s = p + 1;; s++) {
		char was = *s;

		if (was != '/' && was != '\0')
			continue;
		*s = '\0';
		if (mkdir(p, 0700) != 0 && errno != EEXIST)
			return err_set(e, fsx_meaning(errno), "%s: %s", p,
			    strerror(errno));
		if ((*s = was) == '\0')
			return RC_OK;
	}
}

enum rc
fsx_room(const char *path, int64_t *room, int64_t *size, struct err *e)
{
	struct statvfs fs;

	if (statvfs(path, &fs) != 0)
		return err_set(e, errno == ENOENT ? RC_NONE : RC_FAIL,
		    "%s: %s", path, strerror(errno));
	*room = (int64_t)(fs.f_bavail * fs.f_frsize);
	*size = (int64_t)(fs.f_blocks * fs.f_frsize);
	return RC_OK;
}

enum rc
fsx_lock(const char *path, int *fd, struct err *e)
{
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*fd < 0)
		return err_set(e, fsx_meaning(errno), "%s: %s", path,
		    strerror(errno));
	if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
		return RC_OK;
	(void)close(*fd);
	*fd = -1;
	return err_set(e, RC_RETRY, "%s: another caseward is at work", path);
}

enum rc
fsx_lock_wait(const char *path, int64_t ms, int *fd, struct err *e)
{
	const struct timespec nap = { 0, 20 * 1000 * 1000 };
	int64_t end = clock_monotonic_ms() + ms;
	enum rc rc;

	while ((rc = fsx_lock(path, fd, e)) == RC_RETRY &&
	    clock_monotonic_ms() < end)
		(void)nanosleep(&nap, NULL);
	return rc;
}
