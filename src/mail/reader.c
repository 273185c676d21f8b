/* reader.c - the parent's side of the reader child. */
#include "mail/reader.h"

#include "base/clock.h"
#include "base/str.h"
#include "mail/reader_proc.h"
#include "mail/reader_wire.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define WALL_MS 30000 /* and a second for each MiB of the mail */
#define CPU_MS 10000  /* and a quarter of a second */
#define KILLED "the mail killed the reader"
#define NONSENSE "the reader talks nonsense"
#define CHUNK ((size_t)64 * 1024)
#define KEEP ((size_t)1024 * 1024) /* of a buffer, between two answers */

struct job {
	struct wire_request head;
	const char *raw;
	size_t sent; /* of head and raw together */
};

struct reader {
	struct reader_proc proc;
	reader_parse *parse; /* NULL: what mails are read with */
	int cpu_ms, wall_ms; /* that a small mail may take */
	struct job q[READER_MAX_QUEUE]; /* a ring, oldest at `first` */
	size_t first, n;
	struct str in; /* read from the child, not yet taken */
	size_t answered; /* mails, by this child */
};

struct reader *
reader_new_parsing(reader_parse *parse)
{
	struct reader *r = calloc(1, sizeof(*r));

	if (r == NULL)
		die("out of memory");
	r->proc.fd = -1;
	r->parse = parse;
	r->cpu_ms = CPU_MS;
	r->wall_ms = WALL_MS;
	return r;
}

struct reader *
reader_new(void)
{
	return reader_new_parsing(NULL);
}

/* End the child; what was sent to it has to be sent again. */
static void
stop(struct reader *r, const char **how)
{
	reader_proc_stop(&r->proc, how);
	str_clear(&r->in);
	r->answered = 0;
	for (size_t i = 0; i < r->n; i++)
		r->q[(r->first + i) % READER_MAX_QUEUE].sent = 0;
}

void
reader_free(struct reader **r)
{
	if (*r == NULL)
		return;
	stop(*r, NULL);
	str_fini(&(*r)->in);
	free(*r);
	*r = NULL;
}

void
reader_forget(struct reader *r)
{
	if (r->n > 0)
		stop(r, NULL);
	r->n = 0;
}

pid_t
reader_pid(const struct reader *r)
{
	return r->proc.pid;
}

void
reader_limit_ms(struct reader *r, int cpu_ms, int wall_ms)
{
	r->cpu_ms = cpu_ms;
	r->wall_ms = wall_ms;
}

enum rc
reader_ready(struct reader *r, struct err *e)
{
	enum rc rc;

	/* A child has a limit on all its time: take a new one in time. */
	if (reader_proc_cpu_ms(&r->proc) > READER_CPU_S / 2 * 1000)
		stop(r, NULL);
	if ((rc = reader_proc_start(&r->proc, r->parse, e)) != RC_OK)
		return rc;
	if ((rc = reader_proc_ready(&r->proc, e)) != RC_OK)
		stop(r, NULL);
	return rc;
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
		ssize_t k = send(r->proc.fd, p, n, MSG_NOSIGNAL);

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
		ssize_t k = read(r->proc.fd, buf, sizeof(buf));

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

/* Until when the oldest mail is to be answered, by both clocks. */
struct deadline {
	int64_t wall, cpu;
};

static struct deadline
deadline_for(const struct reader *r, const struct job *j)
{
	int64_t mib = (int64_t)(j->head.len >> 20);

	return (struct deadline){
		clock_monotonic_ms() + r->wall_ms + mib * 1000,
		reader_proc_cpu_ms(&r->proc) + r->cpu_ms + mib * 250 };
}

/* How long to wait before looking at the clocks again; 0: it is over.  One
 * thread cannot use more processor time than time passes. */
static int64_t
time_left(const struct reader *r, const struct deadline *d)
{
	int64_t wall = d->wall - clock_monotonic_ms(),
	    cpu = d->cpu - reader_proc_cpu_ms(&r->proc),
	    left = wall < cpu ? wall : cpu;

	return left < 0 ? 0 : left;
}

/* Wait until `want` bytes of the answer are here. */
static enum rc
await(struct reader *r, size_t want, const struct deadline *d, struct err *e)
{
	while (r->in.len < want) {
		struct pollfd p = { .fd = r->proc.fd, .events = POLLIN };
		int64_t left = time_left(r, d);

		if (left == 0)
			return err_set(e, RC_BAD, "reading the mail took"
			    " too long");
		if (unsent(r) != NULL)
			p.events |= POLLOUT;
		if (poll(&p, 1, (int)left) < 0 && errno != EINTR)
			return err_set(e, RC_BAD, "poll: %s", strerror(errno));
		/* Read first: what a dead child answered still counts. */
		if ((p.revents & (POLLIN | POLLHUP | POLLERR)) != 0 &&
		    !receive_some(r, want))
			return err_set(e, RC_BAD, KILLED);
		if ((p.revents & POLLOUT) != 0 && !send_some(r) &&
		    !receive_some(r, want))
			return err_set(e, RC_BAD, KILLED);
	}
	return RC_OK;
}

/* --- jobs --- */

static enum rc
submit(struct reader *r, enum wire_job job, size_t index, const char *raw,
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
	if (reader_proc_start(&r->proc, r->parse, e) == RC_OK)
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
await_answer(struct reader *r, struct wire_response *head, struct err *e)
{
	const struct job *j = &r->q[r->first];
	struct deadline d = deadline_for(r, j);
	size_t max = j->head.job == WIRE_BODY ? WIRE_MAX_PAYLOAD :
	    (size_t)j->head.len;
	enum rc rc;

	if (!send_some(r) && !receive_some(r, sizeof(*head)))
		return err_set(e, RC_BAD, KILLED);
	if ((rc = await(r, sizeof(*head), &d, e)) != RC_OK)
		return rc;
	memcpy(head, r->in.s, sizeof(*head));
	if (head->len > max)
		return err_set(e, RC_BAD, NONSENSE);
	return await(r, sizeof(*head) + head->len, &d, e);
}

/* One try; RC_BAD: the child is gone. */
static enum rc
try_oldest(struct reader *r, struct arena *a, struct wire_response *head,
    struct body *out, struct err *e)
{
	const char *how;
	enum rc rc = await_answer(r, head, e);

	if (rc == RC_OK && out != NULL && !wire_get_body(r->in.s +
	    sizeof(*head), head->len, head->flags, a, out))
		rc = err_set(e, RC_BAD, NONSENSE);
	if (rc == RC_OK)
		return rc;
	stop(r, &how);
	return *how == '\0' ? rc : err_set(e, rc, KILLED " (%s)", how);
}

/*
 * The answer to the oldest mail.  If the child fails that has read others
 * before, one of those may have damaged it: so this one is read once more,
 * by a new child, before it is called bad.
 */
static enum rc
begin_collect(struct reader *r, struct arena *a, struct wire_response *head,
    struct body *out, struct err *e)
{
	bool is_fresh;
	enum rc rc;

	if (r->n == 0)
		return RC_NONE;
	if (r->q[r->first].head.len > READER_MAX_MAIL) {
		pop(r);
		return err_set(e, RC_BAD, "the mail is larger than %zu MiB",
		    READER_MAX_MAIL >> 20);
	}
	do {
		if ((rc = reader_ready(r, e)) != RC_OK)
			return rc;
		is_fresh = r->answered == 0;
		rc = try_oldest(r, a, head, out, e);
	} while (rc != RC_OK && !is_fresh);
	if (rc != RC_OK)
		pop(r);
	return rc;
}

/* The answer is taken, the mail is done. */
static void
end_collect(struct reader *r, const struct wire_response *head)
{
	size_t n = sizeof(*head) + head->len;

	memmove(r->in.s, r->in.s + n, r->in.len - n);
	r->in.len -= n;
	if (r->in.len == 0 && r->in.cap > KEEP)
		str_fini(&r->in);
	r->answered++;
	pop(r);
}

enum rc
reader_collect(struct reader *r, struct arena *a, struct body *out,
    struct err *e)
{
	struct wire_response head;
	enum rc rc;

	body_init(out, "");
	rc = begin_collect(r, a, &head, out, e);
	if (rc == RC_OK)
		end_collect(r, &head);
	if (rc == RC_BAD)
		body_init(out, arena_strdup(a, e->text));
	return rc;
}

enum rc
reader_read(struct reader *r, const char *raw, size_t len, struct arena *a,
    struct body *out, struct err *e)
{
	enum rc rc;

	if ((rc = submit(r, WIRE_BODY, 0, raw, len, e)) != RC_OK)
		return rc;
	rc = reader_collect(r, a, out, e);
	if (rc == RC_RETRY)
		pop(r);
	return rc;
}

enum rc
reader_submit(struct reader *r, const char *raw, size_t len, struct err *e)
{
	return submit(r, WIRE_BODY, 0, raw, len, e);
}

enum rc
reader_attachment(struct reader *r, const char *raw, size_t len, size_t index,
    struct arena *a, const char **bytes, size_t *n, struct err *e)
{
	struct wire_response head;
	enum rc rc;

	*bytes = NULL;
	*n = 0;
	if ((rc = submit(r, WIRE_ATTACHMENT, index, raw, len, e)) != RC_OK)
		return rc;
	if ((rc = begin_collect(r, a, &head, NULL, e)) != RC_OK) {
		if (rc == RC_RETRY)
			pop(r);
		return rc;
	}
	if (head.found) {
		*bytes = arena_memdup(a, r->in.s + sizeof(head), head.len);
		*n = head.len;
	}
	end_collect(r, &head);
	return head.found ? RC_OK : RC_NONE;
}
