/* reader.c - the parent's side of the reader child. */
#include "mail/reader.h"

#include "base/clock.h"
#include "base/str.h"
#include "mail/reader_child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT_MS 30000
#define CHUNK ((size_t)64 * 1024)
#define SOCKET_BUFFER (1024 * 1024)
#define KEEP ((size_t)1024 * 1024) /* of a buffer, between two answers */

struct job {
	struct reader_request head;
	const char *raw;
	size_t sent; /* of head and raw together */
};

struct reader {
	pid_t pid; /* 0: no child */
	int fd;
	int limit_ms;
	struct job q[READER_MAX_QUEUE]; /* a ring, oldest at `first` */
	size_t first, n;
	struct str in; /* read from the child, not yet taken */
};

struct reader *
reader_new(void)
{
	struct reader *r = calloc(1, sizeof(*r));

	if (r == NULL)
		die("out of memory");
	r->fd = -1;
	r->limit_ms = LIMIT_MS;
	return r;
}

/* End the child; what was sent to it has to be sent again. */
static void
stop(struct reader *r)
{
	if (r->pid == 0)
		return;
	(void)close(r->fd);
	(void)kill(r->pid, SIGKILL);
	while (waitpid(r->pid, NULL, 0) < 0 && errno == EINTR)
		;
	r->pid = 0;
	r->fd = -1;
	str_clear(&r->in);
	for (size_t i = 0; i < r->n; i++)
		r->q[(r->first + i) % READER_MAX_QUEUE].sent = 0;
}

void
reader_free(struct reader **r)
{
	if (*r == NULL)
		return;
	stop(*r);
	str_fini(&(*r)->in);
	free(*r);
	*r = NULL;
}

pid_t
reader_pid(const struct reader *r)
{
	return r->pid;
}

void
reader_limit_ms(struct reader *r, int ms)
{
	r->limit_ms = ms;
}

static enum rc
start(struct reader *r, struct err *e)
{
	int fds[2], size = SOCKET_BUFFER;

	if (r->pid != 0)
		return RC_OK;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
		return err_set(e, RC_RETRY, "cannot make a socket: %s",
		    strerror(errno));
	for (int i = 0; i < 2; i++)
		(void)setsockopt(fds[i], SOL_SOCKET, SO_SNDBUF, &size,
		    sizeof(size));
	if ((r->pid = fork()) < 0) {
		r->pid = 0;
		(void)close(fds[0]);
		(void)close(fds[1]);
		return err_set(e, RC_RETRY, "cannot start the reader: %s",
		    strerror(errno));
	}
	if (r->pid == 0)
		reader_child_main(fds[1],
		    (unsigned)(r->limit_ms / 1000) + 1);
	(void)close(fds[1]);
	r->fd = fds[0];
	(void)fcntl(r->fd, F_SETFL, O_NONBLOCK);
	return RC_OK;
}

/* The oldest job that is not yet sent in full, or NULL.  A mail that is too
 * large is never sent. */
static struct job *
unsent(struct reader *r)
{
	for (size_t i = 0; i < r->n; i++) {
		struct job *j = &r->q[(r->first + i) % READER_MAX_QUEUE];

		if (j->head.len <= READER_MAX_MAIL &&
		    j->sent < sizeof(j->head) + j->head.len)
			return j;
	}
	return NULL;
}

/* Send as much as goes without waiting; false: the child is gone. */
static bool
send_some(struct reader *r)
{
	struct job *j;

	while ((j = unsent(r)) != NULL) {
		bool in_head = j->sent < sizeof(j->head);
		const char *p = in_head ?
		    (const char *)&j->head + j->sent :
		    j->raw + (j->sent - sizeof(j->head));
		size_t n = in_head ? sizeof(j->head) - j->sent :
		    sizeof(j->head) + j->head.len - j->sent;
		ssize_t k = send(r->fd, p, n, MSG_NOSIGNAL);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK;
		j->sent += (size_t)k;
	}
	return true;
}

/* Take what is there, but not more than `want` bytes need. */
static bool
receive_some(struct reader *r, size_t want)
{
	char buf[CHUNK];

	while (r->in.len < want) {
		ssize_t k = read(r->fd, buf, sizeof(buf));

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return true;
		if (k <= 0)
			return false;
		str_addn(&r->in, buf, (size_t)k);
	}
	return true;
}

/* Wait until `want` bytes of the answer are here. */
static enum rc
await(struct reader *r, size_t want, int64_t deadline, struct err *e)
{
	while (r->in.len < want) {
		struct pollfd p = { .fd = r->fd, .events = POLLIN };
		int64_t left = deadline - clock_monotonic_ms();

		if (left <= 0)
			return err_set(e, RC_BAD, "reading the mail took "
			    "longer than %d s", r->limit_ms / 1000);
		if (unsent(r) != NULL)
			p.events |= POLLOUT;
		if (poll(&p, 1, (int)left) < 0 && errno != EINTR)
			return err_set(e, RC_BAD, "poll: %s", strerror(errno));
		/* Read first: what a dead child answered still counts. */
		if ((p.revents & (POLLIN | POLLHUP | POLLERR)) != 0 &&
		    !receive_some(r, want))
			return err_set(e, RC_BAD,
			    "the mail killed the reader");
		if ((p.revents & POLLOUT) != 0 && !send_some(r) &&
		    !receive_some(r, want))
			return err_set(e, RC_BAD,
			    "the mail killed the reader");
	}
	return RC_OK;
}

/* --- what the child says, checked --- */

struct input {
	const char *s;
	size_t n;
	bool is_bad;
};

static void
get(struct input *in, void *out, size_t n)
{
	if (in->is_bad || in->n < n) {
		in->is_bad = true;
		memset(out, 0, n);
		return;
	}
	memcpy(out, in->s, n);
	in->s += n;
	in->n -= n;
}

static const char *
get_text(struct input *in, struct arena *a)
{
	const char *s;
	uint32_t n;

	get(in, &n, sizeof(n));
	if (in->is_bad || in->n < n) {
		in->is_bad = true;
		return "";
	}
	s = utf8_clean(a, in->s, n);
	in->s += n;
	in->n -= n;
	return s;
}

static void
get_attachments(struct input *in, struct arena *a, struct body *b)
{
	uint64_t size;
	uint32_t n;

	get(in, &n, sizeof(n));
	if (n > READER_MAX_ATTACHMENTS) {
		in->is_bad = true;
		return;
	}
	b->attachments = arena_array(a, n, sizeof(*b->attachments));
	b->n_attachments = n;
	for (uint32_t i = 0; i < n; i++) {
		struct attachment *at = &b->attachments[i];

		at->filename = get_text(in, a);
		at->type = get_text(in, a);
		at->sha256 = get_text(in, a);
		get(in, &size, sizeof(size));
		at->size = size;
		if (strlen(at->sha256) != 64)
			in->is_bad = true;
	}
}

static bool
get_body(struct input *in, uint32_t flags, struct arena *a, struct body *b)
{
	const char **const texts[READER_TEXTS] = { &b->text, &b->reply_text,
		&b->report_type, &b->delivery_status, &b->embedded_headers,
		&b->calendar_method, &b->problem };

	body_init(b, "");
	for (size_t i = 0; i < READER_TEXTS; i++)
		*texts[i] = get_text(in, a);
	get_attachments(in, a, b);
	b->is_encrypted = (flags & READER_ENCRYPTED) != 0;
	b->is_signed = (flags & READER_SIGNED) != 0;
	b->has_tnef = (flags & READER_TNEF) != 0;
	return !in->is_bad && in->n == 0;
}

/* --- jobs --- */

static enum rc
submit(struct reader *r, enum reader_job job, size_t index, const char *raw,
    size_t len, struct err *e)
{
	if (r->n == READER_MAX_QUEUE)
		return err_set(e, RC_RETRY, "%d mails are under way",
		    READER_MAX_QUEUE);
	r->q[(r->first + r->n) % READER_MAX_QUEUE] = (struct job){
		.head = { .job = job, .index = (uint32_t)index, .len = len },
		.raw = raw,
	};
	r->n++;
	/* That the child cannot be started or died is collect's affair. */
	if (start(r, e) == RC_OK)
		(void)send_some(r);
	return RC_OK;
}

static void
pop(struct reader *r)
{
	r->first = (r->first + 1) % READER_MAX_QUEUE;
	r->n--;
}

/* The answer to the oldest job: its head, and its payload in r->in behind
 * the head.  RC_BAD: the child is to be stopped. */
static enum rc
await_answer(struct reader *r, struct reader_response *head, struct err *e)
{
	const struct job *j = &r->q[r->first];
	int64_t deadline = clock_monotonic_ms() + r->limit_ms +
	    (int64_t)(j->head.len >> 20) * 1000;
	size_t max = j->head.job == READER_BODY ? READER_MAX_PAYLOAD :
	    (size_t)j->head.len;
	enum rc rc;

	if (!send_some(r) && !receive_some(r, sizeof(*head)))
		return err_set(e, RC_BAD, "the mail killed the reader");
	if ((rc = await(r, sizeof(*head), deadline, e)) != RC_OK)
		return rc;
	memcpy(head, r->in.s, sizeof(*head));
	if (head->len > max)
		return err_set(e, RC_BAD, "the reader talks nonsense");
	return await(r, sizeof(*head) + head->len, deadline, e);
}

/* Take the answer out of the buffer. */
static void
consume(struct reader *r, size_t n)
{
	memmove(r->in.s, r->in.s + n, r->in.len - n);
	r->in.len -= n;
	if (r->in.len == 0 && r->in.cap > KEEP)
		str_fini(&r->in);
}

static enum rc
begin_collect(struct reader *r, struct reader_response *head, struct err *e)
{
	enum rc rc;

	if (r->n == 0)
		return RC_NONE;
	if (r->q[r->first].head.len > READER_MAX_MAIL) {
		pop(r);
		return err_set(e, RC_BAD, "the mail is larger than %zu MiB",
		    READER_MAX_MAIL >> 20);
	}
	if ((rc = start(r, e)) != RC_OK)
		return rc;
	if ((rc = await_answer(r, head, e)) != RC_OK) {
		stop(r);
		pop(r);
	}
	return rc;
}

enum rc
reader_collect(struct reader *r, struct arena *a, struct body *out,
    struct err *e)
{
	struct reader_response head;
	struct input in;
	enum rc rc;

	body_init(out, "");
	if ((rc = begin_collect(r, &head, e)) != RC_OK) {
		if (rc == RC_BAD)
			body_init(out, arena_strdup(a, e->text));
		return rc;
	}
	in = (struct input){ r->in.s + sizeof(head), head.len, false };
	if (!get_body(&in, head.flags, a, out)) {
		rc = err_set(e, RC_BAD, "the reader talks nonsense");
		body_init(out, arena_strdup(a, e->text));
		pop(r);
		stop(r);
		return rc;
	}
	consume(r, sizeof(head) + head.len);
	pop(r);
	return RC_OK;
}

enum rc
reader_read(struct reader *r, const char *raw, size_t len, struct arena *a,
    struct body *out, struct err *e)
{
	enum rc rc;

	if ((rc = submit(r, READER_BODY, 0, raw, len, e)) != RC_OK)
		return rc;
	rc = reader_collect(r, a, out, e);
	if (rc == RC_RETRY)
		pop(r);
	return rc;
}

enum rc
reader_submit(struct reader *r, const char *raw, size_t len, struct err *e)
{
	return submit(r, READER_BODY, 0, raw, len, e);
}

enum rc
reader_attachment(struct reader *r, const char *raw, size_t len, size_t index,
    struct arena *a, const char **bytes, size_t *n, struct err *e)
{
	struct reader_response head;
	enum rc rc;

	*bytes = NULL;
	*n = 0;
	if ((rc = submit(r, READER_ATTACHMENT, index, raw, len, e)) != RC_OK)
		return rc;
	if ((rc = begin_collect(r, &head, e)) != RC_OK) {
		if (rc == RC_RETRY)
			pop(r);
		return rc;
	}
	if (head.found) {
		*bytes = arena_memdup(a, r->in.s + sizeof(head), head.len);
		*n = head.len;
	}
	consume(r, sizeof(head) + head.len);
	pop(r);
	return head.found ? RC_OK : RC_NONE;
}
