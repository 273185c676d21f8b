/*
 * source_imap.c - mail from an IMAP mailbox.
 *
 * The list of UIDs is fixed first; sizes are asked for a window of it at a
 * time, and mails in batches that fit.  What a batch did not bring is asked
 * for alone, three times, if need be over a new connection; then a stub
 * says what happened, so that one mail can not stop the inbox (IM-8).
 */
#include "net/source_impl.h"

#include "mail/header.h"
#include "net/imap.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEYWORD "$CasewardDone"
#define SEARCH_SPAN 20000U /* mails looked through by one SEARCH */
#define MAX_LIST 1000000U  /* the rest is for the next source_begin */
#define TRIES 3
#define MAX_RECONNECTS 12 /* per source_begin */
#define MAX_HEADER (1024U * 1024)
#define SLACK (64U * 1024) /* a size is an estimate (IM-7) */

struct box {
	struct imap *imap;
	uint32_t uidvalidity;
	struct imap_uids list;
	size_t next; /* in list: the first not in a window yet */
	struct imap_row window[IMAP_FETCH_ROWS];
	size_t window_len, window_pos;
	unsigned reconnects;
};

static enum rc
box_open(struct source *s, struct err *e)
{
	struct box *b = calloc(1, sizeof(*b));

	if (b == NULL)
		die("out of memory");
	s->data = b;
	return imap_open(&s->opts.imap, s->opts.wake_fd, &b->imap, e);
}

static void
box_close(struct source *s)
{
	struct box *b = s->data;

	imap_close(&b->imap);
	free(b->list.v);
	free(b);
}

static enum rc
select_box(struct source *s, struct imap_box *found, struct err *e)
{
	struct box *b = s->data;

	return imap_select(b->imap, s->opts.mailbox,
	    s->opts.done == SOURCE_LEAVE, found, e);
}

static void
note_what_is_missing(struct source *s)
{
	const struct box *b = s->data;
	unsigned can = imap_can(b->imap);

	s->note[0] = '\0';
	if (s->opts.done == SOURCE_MARK && !(can & IMAP_CAN_KEYWORDS))
		(void)snprintf(s->note, sizeof(s->note), "%s keeps no "
		    "keywords: mails stay unmarked", s->opts.imap.host);
	if (s->opts.done == SOURCE_MOVE &&
	    !(can & (IMAP_CAN_MOVE | IMAP_CAN_UIDPLUS)))
		(void)snprintf(s->note, sizeof(s->note), "%s has neither MOVE "
		    "nor UIDPLUS: mails stay where they are",
		    s->opts.imap.host);
}

static bool
is_woken(const struct source *s)
{
	struct pollfd p = { .fd = s->opts.wake_fd, .events = POLLIN };

	return p.fd >= 0 && poll(&p, 1, 0) > 0;
}

/* A session in which the mailbox is open, a new one if need be. */
static enum rc
revive(struct source *s, struct err *e)
{
	struct box *b = s->data;
	struct imap_box found;
	enum rc rc;

	if (b->imap != NULL && !imap_is_dead(b->imap))
		return RC_OK;
	if (is_woken(s))
		return err_set(e, RC_RETRY, "interrupted");
	if (++b->reconnects > MAX_RECONNECTS)
		return err_set(e, RC_RETRY, "%s: the connection breaks again "
		    "and again", s->opts.imap.host);
	imap_close(&b->imap);
	if ((rc = imap_open(&s->opts.imap, s->opts.wake_fd, &b->imap, e)) !=
	    RC_OK || (rc = select_box(s, &found, e)) != RC_OK)
		return rc;
	if (found.uidvalidity != b->uidvalidity)
		return err_set(e, RC_RETRY, "%s: UIDVALIDITY changed just now",
		    s->opts.imap.host);
	return RC_OK;
}

static int
by_uid(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void
sort_unique(struct imap_uids *l)
{
	size_t n = 0;

	if (l->n == 0)
		return;
	qsort(l->v, l->n, sizeof(*l->v), by_uid);
	for (size_t i = 0; i < l->n; i++)
		if (n == 0 || l->v[i] != l->v[n - 1])
			l->v[n++] = l->v[i];
	l->n = n;
}

/*
 * In spans of sequence numbers, so that memory is bounded whatever the
 * mailbox holds.  Mails that vanish meanwhile move later ones down: step
 * back by as many (L2, L5).
 */
static enum rc
list_mails(struct box *b, uint32_t exists, uint32_t min_uid, cw_time since,
    struct err *e)
{
	uint32_t first = 1, last, gone;
	enum rc rc;

	b->list.n = b->next = b->window_len = b->window_pos = 0;
	for (; first <= exists && b->list.n < MAX_LIST; first = last + 1 - gone) {
		last = exists - first < SEARCH_SPAN ? exists :
		    first + SEARCH_SPAN - 1;
		if ((rc = imap_search(b->imap, first, last, min_uid, since,
		    &b->list, &gone, e)) != RC_OK)
			return rc;
		if (gone > last)
			gone = last;
		exists -= gone;
	}
	sort_unique(&b->list);
	return RC_OK;
}

static enum rc
box_begin(struct source *s, const struct source_position *pos,
    bool *is_reset, struct err *e)
{
	struct box *b = s->data;
	uint32_t last_uid = pos->last_uid;
	struct imap_box found;
	enum rc rc;

	b->reconnects = 0;
	if ((rc = select_box(s, &found, e)) != RC_OK)
		return rc;
	note_what_is_missing(s);
	b->uidvalidity = found.uidvalidity;
	if (pos->uidvalidity != found.uidvalidity) {
		*is_reset = pos->uidvalidity != 0;
		last_uid = 0;
	}
	if (last_uid == UINT32_MAX)
		found.exists = 0; /* there is no higher UID */
	return list_mails(b, found.exists, last_uid + 1, pos->since, e);
}

static size_t
box_left(const struct source *s)
{
	const struct box *b = s->data;

	return b->list.n - b->next + b->window_len - b->window_pos;
}

/* Sizes and dates of the mails that come next. */
static enum rc
fill_window(struct source *s, struct err *e)
{
	struct box *b = s->data;
	size_t n = b->list.n - b->next;
	enum rc rc;

	if (n > IMAP_FETCH_ROWS)
		n = IMAP_FETCH_ROWS;
	for (size_t i = 0; i < n; i++)
		b->window[i] = (struct imap_row){
			.uid = b->list.v[b->next + i],
		};
	do {
		if ((rc = revive(s, e)) != RC_OK)
			return rc;
		rc = imap_fetch_info(b->imap, b->window, n, e);
	} while (rc == RC_RETRY);
	if (rc != RC_OK)
		return err_wrap(e, RC_RETRY, "sizes");
	b->next += n;
	b->window_len = n;
	b->window_pos = 0;
	return RC_OK;
}

/* IM-9: Exchange puts a mail of its own in the place of one it can not
 * convert. */
static bool
is_substitute(const struct imap_row *r)
{
	static const char says[] = "Retrieval using the IMAP4 protocol failed "
	    "for the following message";
	size_t n = r->len < 16384 ? r->len : 16384;
	struct headers h;
	struct arena *a;
	bool has_id;

	if (r->raw == NULL || memmem(r->raw, n, says, sizeof(says) - 1) == NULL)
		return false;
	a = arena_new();
	header_scan(r->raw, r->len, a, &h);
	has_id = header_get(&h, "Message-ID") != NULL;
	arena_free(&a);
	return !has_id;
}

static void
hand_out(const struct source *s, const struct imap_row *r,
    const char *problem, struct raw_mail *out, size_t *n)
{
	const struct box *b = s->data;

	if (*problem == '\0' && is_substitute(r))
		problem = "the server could not convert this mail";
	out[(*n)++] = (struct raw_mail){
		.uid = r->uid, .uidvalidity = b->uidvalidity, .key = "",
		.raw = r->raw == NULL ? "" : r->raw, .len = r->len,
		.size_on_server = r->has_size ? r->size : r->len,
		.received_at = r->received_at, .problem = problem,
	};
}

/* The header and why there is no more; nothing if even that fails. */
static enum rc
hand_out_stub(struct source *s, struct imap_row *r, const char *problem,
    struct arena *a, struct raw_mail *out, size_t *n, struct err *e)
{
	struct box *b = s->data;
	struct err ignored;
	enum rc rc;

	if ((rc = revive(s, e)) != RC_OK)
		return rc;
	(void)imap_fetch_one(b->imap, r, true, MAX_HEADER, a, &ignored);
	hand_out(s, r, problem, out, n);
	return RC_OK;
}

static enum rc
hand_out_too_large(struct source *s, struct imap_row *r, struct arena *a,
    struct raw_mail *out, size_t *n, struct err *e)
{
	return hand_out_stub(s, r, arena_printf(a,
	    "larger than the limit of %zu bytes; left on the server",
	    s->opts.max_mail), a, out, n, e);
}

/* One mail by itself.  RC_NONE: it is not on the server any more. */
static enum rc
fetch_alone(struct source *s, struct imap_row *r, struct arena *a,
    struct raw_mail *out, size_t *n, struct err *e)
{
	struct err why = { "the server did not give it" };
	struct box *b = s->data;
	enum rc rc;

	if (r->has_size && r->size > s->opts.max_mail)
		return hand_out_too_large(s, r, a, out, n, e);
	for (int i = 0; i < TRIES; i++) {
		if ((rc = revive(s, e)) != RC_OK)
			return rc;
		if ((rc = imap_find(b->imap, r->uid, e)) == RC_NONE)
			return RC_NONE;
		if (rc == RC_OK)
			rc = imap_fetch_one(b->imap, r, false,
			    s->opts.max_mail, a, e);
		if (rc == RC_BAD)
			return hand_out_too_large(s, r, a, out, n, e);
		if (rc == RC_OK && r->raw != NULL) {
			hand_out(s, r, "", out, n);
			return RC_OK;
		}
		if (rc != RC_OK)
			why = *e;
	}
	return hand_out_stub(s, r, arena_printf(a, "tried %d times: %s",
	    TRIES, why.text), a, out, n, e);
}

/* How many rows from here fit one batch; 0: the first one goes alone. */
static size_t
count_batch(const struct source *s, size_t *bytes)
{
	const struct box *b = s->data;
	size_t n = 0;

	*bytes = 0;
	for (size_t i = b->window_pos; i < b->window_len &&
	    n < SOURCE_BATCH_MAILS; i++, n++) {
		const struct imap_row *r = &b->window[i];

		if (!r->has_size || r->size > s->opts.max_mail ||
		    r->size > SOURCE_BATCH_BYTES - *bytes)
			break;
		*bytes += r->size;
	}
	return n;
}

static enum rc
fetch_batch(struct source *s, struct arena *a, struct raw_mail *out,
    size_t *n, struct err *e)
{
	struct box *b = s->data;
	struct imap_row *rows = &b->window[b->window_pos];
	size_t bytes, k = count_batch(s, &bytes);
	enum rc rc;

	if ((rc = revive(s, e)) != RC_OK)
		return rc;
	if (k != 0)
		(void)imap_fetch_raw(b->imap, rows, k, 2 * bytes + k * SLACK,
		    a, e); /* what is missing then is fetched alone */
	else
		k = 1;
	for (size_t i = 0; i < k; i++) {
		if (rows[i].raw != NULL)
			hand_out(s, &rows[i], "", out, n);
		else if ((rc = fetch_alone(s, &rows[i], a, out, n, e)) !=
		    RC_OK && rc != RC_NONE)
			return rc;
	}
	b->window_pos += k;
	return RC_OK;
}

static enum rc
box_next_batch(struct source *s, struct arena *a, struct raw_mail *out,
    size_t *n, struct err *e)
{
	struct box *b = s->data;
	enum rc rc = RC_OK;

	while (rc == RC_OK && *n == 0) {
		if (b->window_pos < b->window_len)
			rc = fetch_batch(s, a, out, n, e);
		else if (b->next < b->list.n)
			rc = fill_window(s, e);
		else
			return RC_NONE;
	}
	return rc;
}

static enum rc
ack_uids(struct source *s, const uint32_t *uids, size_t n, struct err *e)
{
	struct box *b = s->data;
	unsigned can = imap_can(b->imap);

	if (s->opts.done == SOURCE_MARK && can & IMAP_CAN_KEYWORDS)
		return imap_mark(b->imap, uids, n, KEYWORD, e);
	if (s->opts.done == SOURCE_MOVE &&
	    can & (IMAP_CAN_MOVE | IMAP_CAN_UIDPLUS))
		return imap_move(b->imap, uids, n, s->opts.move_to, e);
	return RC_OK; /* source_note says so */
}

static enum rc
box_ack(struct source *s, const struct raw_mail *v, size_t n, struct err *e)
{
	const struct box *b = s->data;
	uint32_t *uids = calloc(n, sizeof(*uids));
	size_t k = 0;
	enum rc rc = RC_OK;

	if (uids == NULL)
		die("out of memory");
	for (size_t i = 0; i < n; i++)
		if (v[i].uidvalidity == b->uidvalidity && v[i].uid != 0)
			uids[k++] = v[i].uid;
	for (size_t i = 0, part; i < k && rc == RC_OK; i += part) {
		part = k - i < IMAP_FETCH_ROWS ? k - i : IMAP_FETCH_ROWS;
		if ((rc = revive(s, e)) == RC_OK)
			rc = ack_uids(s, uids + i, part, e);
	}
	free(uids);
	return rc;
}

static enum rc
box_wait(struct source *s, int wake_fd, long seconds, struct err *e)
{
	struct box *b = s->data;

	return imap_wait(b->imap, wake_fd, seconds, e);
}

const struct source_ops source_imap_ops = {
	.open = box_open,
	.begin = box_begin,
	.left = box_left,
	.next_batch = box_next_batch,
	.ack = box_ack,
	.wait = box_wait,
	.close = box_close,
};
