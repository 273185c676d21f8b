/*
 * source_maildir.c - mail from a Maildir.
 *
 * A mail is known by its file name without flags: another program may move
 * it from new/ to cur/ or set flags at any time.
 */
#include "net/source_impl.h"

#include "base/fsx.h"
#include "base/str.h"
#include "net/maildir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_HEADER (256U * 1024)

struct entry {
	cw_time time; /* of the name, else of the file */
	const char *name;
	const char *sub; /* "new" or "cur" */
};

struct dirs {
	struct arena *arena; /* of the list */
	struct entry *v;
	size_t n, cap, next;
	int inotify;
};

static enum rc
dirs_open(struct source *s, struct err *e)
{
	struct dirs *d = calloc(1, sizeof(*d));

	if (d == NULL)
		die("out of memory");
	d->arena = arena_new();
	d->inotify = -1;
	s->data = d;
	return str_is_empty(s->opts.path) ? err_set(e, RC_BAD,
	    "no path of a Maildir") : RC_OK;
}

static void
dirs_close(struct source *s)
{
	struct dirs *d = s->data;

	if (d->inotify >= 0)
		(void)close(d->inotify);
	arena_free(&d->arena);
	free(d);
}

static char *
path_of(const struct source *s, struct arena *a, const char *sub,
    const char *name)
{
	return arena_printf(a, "%s/%s/%s", s->opts.path, sub, name);
}

/* "1731312000.M1P2.host" came at 1731312000. */
static cw_time
time_of_name(const char *name)
{
	size_t n = strspn(name, "0123456789");
	char digits[16];
	int64_t t;

	if (n < 6 || n >= sizeof(digits) || name[n] != '.')
		return 0;
	(void)snprintf(digits, sizeof(digits), "%.*s", (int)n, name);
	return str_to_int(digits, 0, CW_TIME_MAX, &t) ? t : 0;
}

static cw_time
time_of_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (cw_time)st.st_mtime : 0;
}

static bool
is_taken(const struct source *s, struct arena *a, const char *name)
{
	return s->opts.is_known != NULL && s->opts.is_known(s->opts.ctx,
	    arena_strndup(a, name, maildir_key_len(name)));
}

static enum rc
list_sub(struct source *s, const char *sub, struct err *e)
{
	struct dirs *d = s->data;
	const char *path = arena_printf(d->arena, "%s/%s", s->opts.path, sub);
	struct arena *tmp = arena_new();
	struct dirent *de;
	struct entry n;
	DIR *dir;

	if ((dir = opendir(path)) == NULL) {
		arena_free(&tmp);
		return err_set(e, errno == ENOENT ? RC_FAIL : RC_RETRY,
		    "%s: %s", path, strerror(errno));
	}
	while ((de = readdir(dir)) != NULL) {
		arena_reset(tmp);
		if (de->d_name[0] == '.' || is_taken(s, tmp, de->d_name))
			continue;
		n.name = arena_strdup(d->arena, de->d_name);
		n.sub = sub;
		if ((n.time = time_of_name(n.name)) == 0)
			n.time = time_of_file(path_of(s, tmp, sub, n.name));
		*ARENA_PUSH(d->arena, d->v, d->n, d->cap) = n;
	}
	(void)closedir(dir);
	arena_free(&tmp);
	return RC_OK;
}

static int
by_age(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return strcmp(x->name, y->name);
}

static enum rc
dirs_begin(struct source *s, const struct source_position *pos,
    bool *is_reset, struct err *e)
{
	struct dirs *d = s->data;
	enum rc rc;

	(void)pos;
	(void)is_reset;
	arena_reset(d->arena);
	d->v = NULL;
	d->n = d->cap = d->next = 0;
	if ((rc = list_sub(s, "new", e)) != RC_OK)
		return rc;
	/* cur/ would come again and again where nothing tells it apart. */
	if (s->opts.done != SOURCE_LEAVE || s->opts.is_known != NULL)
		if ((rc = list_sub(s, "cur", e)) != RC_OK)
			return rc;
	if (d->n != 0)
		qsort(d->v, d->n, sizeof(*d->v), by_age);
	return RC_OK;
}

static size_t
dirs_left(const struct source *s)
{
	const struct dirs *d = s->data;

	return d->n - d->next;
}

/* The header of a mail that is not taken as a whole. */
static void
read_header(const char *path, struct arena *a, struct raw_mail *out)
{
	char *buf = arena_alloc(a, MAX_HEADER + 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	const char *end;
	ssize_t n = 0;

	if (fd >= 0) {
		n = read(fd, buf, MAX_HEADER);
		(void)close(fd);
	}
	out->raw = buf;
	out->len = n < 0 ? 0 : (size_t)n;
	if ((end = memmem(buf, out->len, "\n\n", 2)) != NULL)
		out->len = (size_t)(end - buf) + 2;
	if ((end = memmem(buf, out->len, "\n\r\n", 3)) != NULL)
		out->len = (size_t)(end - buf) + 3;
	buf[out->len] = '\0';
}

/* RC_NONE: the file went away; it comes again under its new name. */
static enum rc
read_mail(struct source *s, const struct entry *n, const struct stat *st,
    struct arena *a, struct raw_mail *out)
{
	const char *path = path_of(s, a, n->sub, n->name);
	struct err why;
	char *raw;
	enum rc rc;

	*out = (struct raw_mail){
		.key = arena_strndup(a, n->name, maildir_key_len(n->name)),
		.raw = "", .problem = "", .received_at = n->time,
		.size_on_server = (size_t)st->st_size,
	};
	rc = fsx_read(a, path, s->opts.max_mail, &raw, &out->len, &why);
	if (rc == RC_NONE)
		return RC_NONE;
	if (rc == RC_OK) {
		out->raw = raw;
		return RC_OK;
	}
	out->problem = arena_strdup(a, why.text);
	if (S_ISREG(st->st_mode))
		read_header(path, a, out);
	return RC_OK;
}

static enum rc
dirs_next_batch(struct source *s, struct arena *a, struct raw_mail *out,
    size_t *n, struct err *e)
{
	struct dirs *d = s->data;
	size_t bytes = 0;
	struct stat st;

	(void)e;
	for (; d->next < d->n && *n < SOURCE_BATCH_MAILS; d->next++) {
		const struct entry *next = &d->v[d->next];

		if (stat(path_of(s, a, next->sub, next->name), &st) != 0)
			continue;
		if (*n > 0 && bytes + (size_t)st.st_size > SOURCE_BATCH_BYTES)
			break;
		if (read_mail(s, next, &st, a, &out[*n]) != RC_OK)
			continue;
		bytes += (size_t)st.st_size;
		(*n)++;
	}
	return *n > 0 ? RC_OK : RC_NONE;
}

/* From the end of what was handed out: there are the mails of a batch. */
static const struct entry *
find_entry(const struct dirs *d, size_t from, const char *key, size_t n)
{
	for (size_t i = from; i > 0; i--)
		if (maildir_key_len(d->v[i - 1].name) == n &&
		    memcmp(d->v[i - 1].name, key, n) == 0)
			return &d->v[i - 1];
	return NULL;
}

static const char *
target_of(const struct source *s, struct arena *a)
{
	return s->opts.done == SOURCE_MARK ? s->opts.path :
	    arena_printf(a, "%s/.%s", s->opts.path, s->opts.move_to);
}

static enum rc
ack_one(const struct source *s, struct arena *a, const char *target,
    const char *key, struct err *e)
{
	const struct dirs *d = s->data;
	const struct entry *n = find_entry(d, d->next, key, strlen(key));
	const char *flags, *from, *to;

	if (n == NULL)
		return RC_OK;
	from = path_of(s, a, n->sub, n->name);
	flags = n->name + maildir_key_len(n->name);
	to = arena_printf(a, "%s/cur/%s%s", target, key,
	    *flags == '\0' ? ":2," : flags);
	/* ENOENT: gone or moved by somebody else, nothing to do. */
	if (strcmp(from, to) != 0 && rename(from, to) != 0 && errno != ENOENT)
		return err_set(e, RC_FAIL, "%s: %s", to, strerror(errno));
	return RC_OK;
}

static enum rc
dirs_ack(struct source *s, const struct raw_mail *v, size_t n, struct err *e)
{
	struct arena *a = arena_new();
	const char *target = target_of(s, a);
	enum rc rc = RC_OK;

	if (s->opts.done == SOURCE_MOVE &&
	    strchr(s->opts.move_to, '/') != NULL)
		rc = err_set(e, RC_BAD, "not a Maildir folder: %s",
		    s->opts.move_to);
	if (rc == RC_OK && s->opts.done == SOURCE_MOVE)
		rc = maildir_make(target, e);
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		rc = ack_one(s, a, target, v[i].key, e);
	maildir_sync(target, "cur");
	arena_free(&a);
	return rc;
}

/* Something that the last list does not have. */
static bool
has_new(const struct source *s)
{
	const struct dirs *d = s->data;
	struct arena *a = arena_new();
	DIR *dir = opendir(arena_printf(a, "%s/new", s->opts.path));
	struct dirent *de;
	bool found = false;

	while (dir != NULL && !found && (de = readdir(dir)) != NULL)
		found = de->d_name[0] != '.' &&
		    find_entry(d, d->n, de->d_name,
		    maildir_key_len(de->d_name)) == NULL &&
		    !is_taken(s, a, de->d_name);
	if (dir != NULL)
		(void)closedir(dir);
	arena_free(&a);
	return found;
}

/* Watch before looking, so that nothing slips in between. */
static void
watch(struct source *s)
{
	struct dirs *d = s->data;
	char path[PATH_MAX];

	if (d->inotify >= 0)
		return;
	d->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	(void)snprintf(path, sizeof(path), "%s/new", s->opts.path);
	if (d->inotify >= 0)
		(void)inotify_add_watch(d->inotify, path,
		    IN_CREATE | IN_MOVED_TO);
}

static enum rc
dirs_wait(struct source *s, int wake_fd, long seconds, struct err *e)
{
	struct dirs *d = s->data;
	int64_t until = clock_monotonic_ms() + (int64_t)seconds * 1000;
	char events[4096];
	int r;

	watch(s);
	while (d->inotify >= 0 && read(d->inotify, events, sizeof(events)) > 0)
		; /* what is there already is seen by has_new */
	if (has_new(s))
		return RC_OK;
	do {
		struct pollfd p[2] = { { .fd = d->inotify, .events = POLLIN },
			{ .fd = wake_fd, .events = POLLIN } };
		int64_t left = until - clock_monotonic_ms();

		r = poll(p, 2, left < 0 ? 0 : left > INT_MAX ? INT_MAX :
		    (int)left);
	} while (r < 0 && errno == EINTR);
	if (r < 0)
		return err_set(e, RC_RETRY, "poll: %s", strerror(errno));
	return r > 0 ? RC_OK : RC_NONE;
}

const struct source_ops source_maildir_ops = {
	.open = dirs_open,
	.begin = dirs_begin,
	.left = dirs_left,
	.next_batch = dirs_next_batch,
	.ack = dirs_ack,
	.wait = dirs_wait,
	.close = dirs_close,
};
