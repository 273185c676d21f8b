/*
 * disk.c - a disk and a clock that fail, for the tests: a library to be
 * preloaded (LD_PRELOAD) into a caseward as it is shipped.
 *
 * Each change of a regular file, and each name made, is one operation; their
 * count is shared by all processes of a run (FAULT_COUNT, a file of 8 bytes).
 *
 *	FAULT_FULL_AT=n  the disk is full from operation n on (ENOSPC)
 *	FAULT_ONCE=1     ... only for that one
 *	FAULT_KILL_AT=n  SIGKILL in front of operation n
 *	FAULT_LOG=file   what was written and synced, for replay (replay.py)
 *	FAULT_CLOCK=s    the clock of the world is so many seconds off
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define PUBLIC __attribute__((visibility("default")))

static struct {
	int64_t *count, own, full_at, kill_at, clock;
	bool once;
	int log;
} conf = { .log = -1 };

static int64_t
number(const char *name)
{
	const char *s = getenv(name);

	return s == NULL ? 0 : strtoll(s, NULL, 10);
}

static void __attribute__((constructor))
begin(void)
{
	const char *path = getenv("FAULT_COUNT");
	void *p = MAP_FAILED;
	int fd;

	conf.full_at = number("FAULT_FULL_AT");
	conf.kill_at = number("FAULT_KILL_AT");
	conf.clock = number("FAULT_CLOCK");
	conf.once = number("FAULT_ONCE") != 0;
	conf.count = &conf.own;
	if (path != NULL &&
	    (fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR)) >= 0) {
		p = mmap(NULL, sizeof(int64_t), PROT_READ | PROT_WRITE,
		    MAP_SHARED, fd, 0);
		(void)syscall(SYS_close, fd);
	}
	if (p != MAP_FAILED)
		conf.count = p;
	if ((path = getenv("FAULT_LOG")) != NULL)
		conf.log = (int)syscall(SYS_openat, AT_FDCWD, path,
		    O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

/* ---- the record -------------------------------------------------------- */

/* "KIND a len path\n" and the bytes; one write, so that lines do not mix. */
static void
record(char kind, const char *path, int64_t at, const void *p, size_t n)
{
	char head[PATH_MAX + 64], *line;
	int len;

	if (conf.log < 0)
		return;
	len = snprintf(head, sizeof(head), "%c %lld %zu %s\n", kind,
	    (long long)at, n, path);
	if ((line = malloc((size_t)len + n)) == NULL)
		abort();
	memcpy(line, head, (size_t)len);
	if (n > 0)
		memcpy(line + len, p, n);
	(void)syscall(SYS_write, conf.log, line, (size_t)len + n);
	free(line);
}

static const char *
path_of(int fd, char out[PATH_MAX])
{
	char link[64];
	ssize_t n;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, out, PATH_MAX - 1);
	out[n < 0 ? 0 : n] = '\0';
	return out;
}

static bool
is_file(int fd)
{
	struct stat st;

	return fd != conf.log && syscall(SYS_fstat, fd, &st) == 0 &&
	    S_ISREG(st.st_mode);
}

/* Counts; true: this operation finds the disk full. */
static bool
fails(void)
{
	int64_t n = __atomic_add_fetch(conf.count, 1, __ATOMIC_SEQ_CST);

	if (conf.kill_at != 0 && n == conf.kill_at)
		(void)raise(SIGKILL);
	if (conf.full_at == 0 || n < conf.full_at ||
	    (conf.once && n > conf.full_at))
		return false;
	errno = ENOSPC;
	return true;
}

/* ---- changes of a file ------------------------------------------------- */

PUBLIC ssize_t
write(int fd, const void *p, size_t n)
{
	char path[PATH_MAX];
	bool counts = is_file(fd);
	off_t at;
	ssize_t done;

	if (counts && fails())
		return -1;
	at = counts ? lseek(fd, 0, fcntl(fd, F_GETFL) & O_APPEND ? SEEK_END :
	    SEEK_CUR) : 0;
	done = syscall(SYS_write, fd, p, n);
	if (counts && done > 0)
		record('W', path_of(fd, path), at, p, (size_t)done);
	return done;
}

PUBLIC ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	char path[PATH_MAX];
	bool counts = is_file(fd);
	ssize_t done;

	if (counts && fails())
		return -1;
	done = syscall(SYS_pwrite64, fd, p, n, at);
	if (counts && done > 0)
		record('W', path_of(fd, path), at, p, (size_t)done);
	return done;
}

PUBLIC ssize_t
pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	return pwrite(fd, p, n, at);
}

PUBLIC int
ftruncate(int fd, off_t size)
{
	char path[PATH_MAX];
	int rc;

	if (is_file(fd) && fails())
		return -1;
	if ((rc = (int)syscall(SYS_ftruncate, fd, size)) == 0)
		record('T', path_of(fd, path), size, NULL, 0);
	return rc;
}

PUBLIC int
ftruncate64(int fd, off64_t size)
{
	return ftruncate(fd, size);
}

static int
synced(int fd, long call)
{
	char path[PATH_MAX];

	if (is_file(fd) && fails()) {
		errno = EIO; /* what could not be written shows here */
		return -1;
	}
	record('S', path_of(fd, path), 0, NULL, 0);
	return (int)syscall(call, fd);
}

PUBLIC int
fsync(int fd)
{
	return synced(fd, SYS_fsync);
}

PUBLIC int
fdatasync(int fd)
{
	return synced(fd, SYS_fdatasync);
}

/* ---- names ------------------------------------------------------------- */

static int
opened(int dir, const char *path, int flags, mode_t mode)
{
	struct stat st;
	char real[PATH_MAX];
	bool makes = (flags & O_CREAT) != 0 &&
	    fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) != 0;
	int fd;

	if (makes && fails())
		return -1;
	fd = (int)syscall(SYS_openat, dir, path, flags, mode);
	if (fd >= 0 && is_file(fd)) {
		if (makes)
			record('O', path_of(fd, real), 0, NULL, 0);
		else if (flags & O_TRUNC)
			record('T', path_of(fd, real), 0, NULL, 0);
	}
	return fd;
}

static mode_t
mode_arg(int flags, va_list ap)
{
	return flags & (O_CREAT | __O_TMPFILE) ? (mode_t)va_arg(ap, int) : 0;
}

#define OPEN(name)                                                         \
	PUBLIC int name(const char *path, int flags, ...)                  \
	{                                                                  \
		va_list ap;                                                \
		mode_t mode;                                               \
                                                                           \
		va_start(ap, flags);                                       \
		mode = mode_arg(flags, ap);                                \
		va_end(ap);                                                \
		return opened(AT_FDCWD, path, flags, mode);                \
	}
#define OPENAT(name)                                                       \
	PUBLIC int name(int dir, const char *path, int flags, ...)         \
	{                                                                  \
		va_list ap;                                                \
		mode_t mode;                                               \
                                                                           \
		va_start(ap, flags);                                       \
		mode = mode_arg(flags, ap);                                \
		va_end(ap);                                                \
		return opened(dir, path, flags, mode);                     \
	}

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

static const char *
full(const char *path, char out[PATH_MAX])
{
	char dir[PATH_MAX];

	if (*path == '/' || getcwd(dir, sizeof(dir)) == NULL)
		(void)snprintf(out, PATH_MAX, "%s", path);
	else
		(void)snprintf(out, PATH_MAX, "%.2000s/%.2000s", dir, path);
	return out;
}

static int
two_names(char kind, long call, const char *from, const char *to)
{
	char a[PATH_MAX], b[PATH_MAX];
	int rc;

	if (fails())
		return -1;
	rc = (int)syscall(call, AT_FDCWD, from, AT_FDCWD, to, 0);
	if (rc == 0) {
		full(to, b);
		record(kind, full(from, a), 0, b, strlen(b));
	}
	return rc;
}

PUBLIC int
rename(const char *from, const char *to)
{
	return two_names('R', SYS_renameat2, from, to);
}

PUBLIC int
link(const char *from, const char *to)
{
	return two_names('L', SYS_linkat, from, to);
}

PUBLIC int
unlink(const char *path)
{
	char real[PATH_MAX];
	int rc = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);

	if (rc == 0)
		record('U', full(path, real), 0, NULL, 0);
	return rc;
}

PUBLIC int
mkdir(const char *path, mode_t mode)
{
	struct stat st;
	char real[PATH_MAX];
	int rc;

	if (stat(path, &st) != 0 && fails())
		return -1;
	rc = (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
	if (rc == 0)
		record('M', full(path, real), 0, NULL, 0);
	return rc;
}

/* ---- the clock --------------------------------------------------------- */

PUBLIC int
clock_gettime(clockid_t id, struct timespec *t)
{
	int rc = (int)syscall(SYS_clock_gettime, id, t);

	if (rc == 0 && id == CLOCK_REALTIME)
		t->tv_sec += conf.clock;
	return rc;
}

PUBLIC time_t
time(time_t *out)
{
	struct timespec t = { 0 };

	(void)clock_gettime(CLOCK_REALTIME, &t);
	if (out != NULL)
		*out = t.tv_sec;
	return t.tv_sec;
}
