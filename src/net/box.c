/*
 * box.c - the mails of an IMAP mailbox, batch by batch.
 *
 * Sizes are asked for a window of the list at a time, and mails in batches
 * that fit; while the caller works on a batch, the server gets the next
 * one ready.  What a batch did not bring is asked for alone, if need be over
 * a new connection; then it is left for another time, or a stub says what
 * happened, so that one mail can not stop the inbox (IM-8).
 */
#include "net/box.h"

#include "mail/header.h"

#include <string.h>

#define TRIES 2 /* alone, after the batch */
#define MAX_HEADER (1024U * 1024)
#define SLACK (64U * 1024) /* a size is an estimate (IM-7) */

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
		if ((rc = box_revive(s, e)) != RC_OK)
			return rc;
		rc = imap_fetch_info(b->imap, b->window, n, e);
	} while (rc == RC_RETRY && clock_monotonic_ms() < b->until);
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

/* The header, or a line of ours if even that fails, and why there is no
 * more. */
static enum rc
hand_out_stub(struct source *s, struct imap_row *r, const char *problem,
    struct arena *a, struct raw_mail *out, size_t *n, struct err *e)
{
	struct box *b = s->data;
	struct err ignored;
	enum rc rc;

	if ((rc = box_revive(s, e)) != RC_OK)
		return rc;
	(void)imap_fetch_one(b->imap, r, true, MAX_HEADER, a, &ignored);
	if (r->raw == NULL) { /* by its bytes a mail is known again */
		r->raw = arena_printf(a, "X-Caseward-Stub: UIDVALIDITY %lu"
		    " UID %lu\r\n\r\n", (unsigned long)b->uidvalidity,
		    (unsigned long)r->uid);
		r->len = strlen(r->raw);
	}
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

/* One mail by itself.  RC_NONE: not now, or not on the server any more. */
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
		if ((rc = box_revive(s, e)) != RC_OK)
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
			b->reconnects = 0;
			return RC_OK;
		}
		if (rc != RC_OK)
			why = *e;
	}
	if (s->opts.may_wait != NULL && s->opts.may_wait(s->opts.ctx,
	    b->uidvalidity, r->uid, why.text))
		return RC_NONE;
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

static size_t
budget_of(size_t bytes, size_t n)
{
	return 2 * bytes + n * SLACK;
}

/* The next batch into `a`; what does not come now is fetched alone. */
static void
receive_batch(struct source *s, struct arena *a)
{
	struct box *b = s->data;
	struct imap_row *rows = &b->window[b->window_pos];
	bool ahead = imap_is_ahead(b->imap);
	size_t bytes, n = count_batch(s, &bytes);
	struct err ignored;

	if (n != 0 && imap_fetch_raw(b->imap, rows, n, budget_of(bytes, n), a,
	    &ignored) != RC_OK && ahead)
		b->no_ahead = true;
}

/* Let the server get the batch ready that comes after this one. */
static void
ask_ahead(struct source *s)
{
	struct box *b = s->data;
	size_t bytes, n = count_batch(s, &bytes);

	if (n != 0 && !b->no_ahead && b->imap != NULL &&
	    !imap_is_dead(b->imap))
		imap_fetch_ahead(b->imap, &b->window[b->window_pos], n,
		    budget_of(bytes, n));
}

void
box_settle(struct source *s)
{
	struct box *b = s->data;

	if (b->imap == NULL || !imap_is_ahead(b->imap))
		return;
	arena_reset(b->held);
	receive_batch(s, b->held);
	b->is_held = true;
}

static void
take_held(struct box *b, size_t n, struct arena *a)
{
	for (struct imap_row *r = &b->window[b->window_pos]; n > 0; n--, r++)
		if (r->raw != NULL)
			r->raw = arena_memdup(a, r->raw, r->len);
	arena_reset(b->held);
	b->is_held = false;
}

static size_t
bytes_of(const struct raw_mail *v, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += v[i].len;
	return sum;
}

/* They are for the next batch: their bytes go with the arena of this one. */
static void
put_off(struct imap_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		rows[i].raw = rows[i].room = NULL;
		rows[i].len = rows[i].room_size = 0;
	}
}

static enum rc
fetch_batch(struct source *s, struct arena *a, struct raw_mail *out,
    size_t *n, struct err *e)
{
	struct box *b = s->data;
	struct imap_row *rows = &b->window[b->window_pos];
	size_t bytes, k = count_batch(s, &bytes);
	enum rc rc;

	if (b->is_held)
		take_held(b, k, a);
	else if ((rc = box_revive(s, e)) != RC_OK)
		return rc;
	else
		receive_batch(s, a);
	if (k == 0)
		k = 1; /* it does not fit a batch */
	for (size_t i = 0; i < k; i++) {
		if (bytes_of(out, *n) > SOURCE_BATCH_BYTES) {
			put_off(rows + i, k - i); /* sizes lied */
			k = i;
			break;
		}
		if (rows[i].raw != NULL)
			hand_out(s, &rows[i], "", out, n);
		else if ((rc = fetch_alone(s, &rows[i], a, out, n, e)) !=
		    RC_OK && rc != RC_NONE) {
			put_off(rows + i, k - i);
			b->window_pos += i; /* what came, came */
			return *n > 0 ? RC_OK : rc;
		}
	}
	b->window_pos += k;
	ask_ahead(s);
	return RC_OK;
}

enum rc
box_next_batch(struct source *s, struct arena *a, struct raw_mail *out,
    size_t *n, struct err *e)
{
	struct box *b = s->data;
	enum rc rc = RC_OK;

	while (rc == RC_OK && *n == 0) {
		s->is_cut = (b->window_pos < b->window_len ||
		    b->next < b->list.n) && clock_monotonic_ms() >= b->until;
		if (s->is_cut)
			return RC_NONE;
		if (b->window_pos < b->window_len)
			rc = fetch_batch(s, a, out, n, e);
		else if (b->next < b->list.n)
			rc = fill_window(s, e);
		else
			return RC_NONE;
	}
	return rc;
}
