/*
 * source_imap.c - mail from an IMAP mailbox: its list, and what is done to
 * mails that were taken.  The list of UIDs is fixed first (L5).
 */
#include "net/box.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#define KEYWORD "$CasewardDone"
#define SEARCH_SPAN 20000U /* mails looked through by the first SEARCH */
#define MAX_SPAN 320000U   /* and by any */
#define MOST_SILENCES 10   /* that a list may take */
#define MAX_LIST 1000000U  /* the rest is for the next source_begin */
#define MAX_EXISTS 50000000U /* more is a lie */
#define MAX_RECONNECTS 12 /* in a row, without a mail */

static enum rc
box_open(struct source *s, struct err *e)
{
	struct box *b = calloc(1, sizeof(*b));

	if (b == NULL)
		die("out of memory");
	b->held = arena_new();
	s->data = b;
	return imap_open(&s->opts.imap, s->opts.wake_fd, &b->imap, e);
}

static void
box_close(struct source *s)
{
	struct box *b = s->data;

	imap_close(&b->imap);
	arena_free(&b->held);
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
is_gone(const struct box *b)
{
	return b->imap == NULL || imap_is_dead(b->imap);
}

static bool
is_woken(const struct source *s)
{
	struct pollfd p = { .fd = s->opts.wake_fd, .events = POLLIN };

	return p.fd >= 0 && poll(&p, 1, 0) > 0;
}

enum rc
box_revive(struct source *s, struct err *e)
{
	struct box *b = s->data;
	struct imap_box found;
	enum rc rc;

	if (!is_gone(b))
		return RC_OK;
	if (is_woken(s))
		return err_set(e, RC_RETRY, "interrupted");
	if (++b->reconnects > MAX_RECONNECTS)
		return err_set(e, RC_RETRY, "%s: the connection breaks again "
		    "and again", s->opts.imap.host);
	imap_close(&b->imap);
	if ((rc = imap_open(&s->opts.imap, s->opts.wake_fd, &b->imap, e)) !=
	    RC_OK)
		return rc;
	if ((rc = select_box(s, &found, e)) == RC_OK &&
	    found.uidvalidity != b->uidvalidity)
		rc = err_set(e, RC_RETRY, "%s: UIDVALIDITY changed just now",
		    s->opts.imap.host);
	/* What is open now has no mails that our UIDs would name. */
	if (rc != RC_OK)
		imap_close(&b->imap);
	return rc;
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
 * mailbox holds; they grow while they give nothing.  Mails that vanish
 * meanwhile move later ones down: step back by as many (L2, L5).
 */
static enum rc
list_mails(struct box *b, uint32_t exists, uint32_t min_uid, cw_time since,
    struct err *e)
{
	uint32_t first = 1, last, gone, span = SEARCH_SPAN;
	size_t had;
	enum rc rc;

	b->list.n = b->next = b->window_len = b->window_pos = 0;
	for (; first <= exists && b->list.n < MAX_LIST; first = last + 1 - gone) {
		last = exists - first < span ? exists : first + span - 1;
		had = b->list.n;
		if (clock_monotonic_ms() >= b->until)
			return err_set(e, RC_RETRY, "the list of mails takes"
			    " too long");
		if ((rc = imap_search(b->imap, first, last, min_uid, since,
		    &b->list, &gone, e)) != RC_OK)
			return rc;
		if (gone > last)
			gone = last;
		exists -= gone;
		span = b->list.n != had ? SEARCH_SPAN :
		    span < MAX_SPAN ? 2 * span : span;
	}
	sort_unique(&b->list);
	return RC_OK;
}

/* Those that are tried again come last. */
static void
list_again(struct source *s, const struct source_position *pos)
{
	struct box *b = s->data;
	size_t n = b->list.n;

	if (pos->uidvalidity != b->uidvalidity)
		return;
	for (size_t i = 0; i < pos->n_again; i++)
		if ((s->opts.is_known_uid == NULL || !s->opts.is_known_uid(
		    s->opts.ctx, b->uidvalidity, pos->again[i])) &&
		    (n == 0 || bsearch(&pos->again[i], b->list.v, n,
		    sizeof(*b->list.v), by_uid) == NULL))
			imap_uids_add(&b->list, pos->again[i]);
}

static size_t
box_left(const struct source *s)
{
	const struct box *b = s->data;

	return b->list.n - b->next + b->window_len - b->window_pos;
}

/* Of the older mails that were looked for again, those we have (IM-2). */
static void
drop_known(struct source *s, uint32_t last_uid)
{
	struct box *b = s->data;
	size_t n = 0;

	if (s->opts.is_known_uid == NULL)
		return;
	for (size_t i = 0; i < b->list.n; i++)
		if (b->list.v[i] > last_uid || !s->opts.is_known_uid(
		    s->opts.ctx, b->uidvalidity, b->list.v[i]))
			b->list.v[n++] = b->list.v[i];
	b->list.n = n;
}

static enum rc
box_begin(struct source *s, const struct source_position *pos,
    bool *is_reset, struct err *e)
{
	struct box *b = s->data;
	uint32_t last_uid = pos->last_uid;
	struct imap_box found;
	enum rc rc;

	box_settle(s);
	b->is_held = b->no_ahead = false;
	b->reconnects = 0;
	s->is_cut = false;
	if (is_gone(b))
		return err_set(e, RC_RETRY, "%s: the connection is gone",
		    s->opts.imap.host);
	b->until = clock_monotonic_ms() +
	    MOST_SILENCES * imap_patience(b->imap);
	if ((rc = select_box(s, &found, e)) != RC_OK)
		return rc;
	if (found.exists > MAX_EXISTS)
		return err_set(e, RC_RETRY, "%s: says that there are %lu"
		    " mails", s->opts.imap.host, (unsigned long)found.exists);
	note_what_is_missing(s);
	b->uidvalidity = found.uidvalidity;
	if (pos->uidvalidity != found.uidvalidity) {
		*is_reset = pos->uidvalidity != 0;
		last_uid = 0;
	}
	if (last_uid == UINT32_MAX)
		found.exists = 0; /* there is no higher UID */
	rc = list_mails(b, found.exists, last_uid + 1, pos->since, e);
	if (rc == RC_OK) {
		drop_known(s, last_uid);
		list_again(s, pos);
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
	box_settle(s);
	for (size_t i = 0; i < n; i++)
		if (v[i].uidvalidity == b->uidvalidity && v[i].uid != 0)
			uids[k++] = v[i].uid;
	for (size_t i = 0, part; i < k && rc == RC_OK; i += part) {
		part = k - i < IMAP_FETCH_ROWS ? k - i : IMAP_FETCH_ROWS;
		if ((rc = box_revive(s, e)) == RC_OK)
			rc = ack_uids(s, uids + i, part, e);
	}
	free(uids);
	return rc;
}

static enum rc
box_wait(struct source *s, int wake_fd, long seconds, struct err *e)
{
	struct box *b = s->data;

	box_settle(s);
	if (is_gone(b))
		return err_set(e, RC_RETRY, "%s: the connection is gone",
		    s->opts.imap.host);
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
