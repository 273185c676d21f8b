/*
 * imap_fetch.c - sizes, dates and bytes of mails.
 *
 * Attributes come in any order, rows for other mails may stand between
 * (flags that somebody else changes), and rows may be missing (IM-8): only
 * what was asked for is taken.  ENVELOPE and BODYSTRUCTURE are never asked
 * for: libetpan parses them recursively.
 */
#include "net/imap_impl.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

#define LEAST_ROOM ((size_t)65536) /* of a mail that flows in */
#define ROW_BYTES 2048 /* for one row of answer without the mail itself */

static struct mailimap_fetch_type *
want(struct mailimap_fetch_att *a, struct mailimap_fetch_att *b)
{
	struct mailimap_fetch_type *t =
	    mailimap_fetch_type_new_fetch_att_list_empty();
	struct mailimap_fetch_att *v[] = { mailimap_fetch_att_new_uid(), a, b };

	if (t == NULL)
		die("out of memory");
	for (size_t i = 0; i < 3; i++)
		if (v[i] != NULL &&
		    mailimap_fetch_type_new_fetch_att_list_add(t, v[i]) !=
		    MAILIMAP_NO_ERROR)
			die("out of memory");
	return t;
}

/* BODY.PEEK[] or BODY.PEEK[HEADER]: \Seen is people's, not ours (IM-3). */
static struct mailimap_fetch_type *
want_bytes(bool header_only)
{
	struct mailimap_section *section = header_only ?
	    mailimap_section_new_header() : mailimap_section_new(NULL);

	return want(mailimap_fetch_att_new_body_peek_section(section), NULL);
}

static enum rc
uid_fetch(struct imap *m, const struct imap_row *rows, size_t n,
    struct mailimap_fetch_type *what, clist **out, struct err *e)
{
	struct mailimap_set *set;
	uint32_t uids[IMAP_FETCH_ROWS];
	enum rc rc;
	int r;

	for (size_t i = 0; i < n; i++)
		uids[i] = rows[i].uid;
	set = imap_uid_set(uids, n);
	*out = NULL;
	r = mailimap_uid_fetch(m->session, set, what, out);
	rc = imap_result(m, r, "UID FETCH", e);
	mailimap_set_free(set);
	mailimap_fetch_type_free(what);
	/* After a NO libetpan 1.9.4 hands out a list that it has freed. */
	if (rc != RC_OK && r == MAILIMAP_NO_ERROR && *out != NULL)
		mailimap_fetch_list_free(*out);
	if (rc != RC_OK)
		*out = NULL;
	return rc;
}

/* What one row of the answer says; NULL and 0 where it says nothing. */
struct answer {
	uint32_t uid;
	const uint32_t *size;
	const struct mailimap_date_time *date;
	const struct mailimap_msg_att_body_section *body;
};

static void
read_item(struct mailimap_msg_att_static *s, struct answer *a)
{
	switch (s->att_type) {
	case MAILIMAP_MSG_ATT_UID:
		a->uid = s->att_data.att_uid;
		break;
	case MAILIMAP_MSG_ATT_RFC822_SIZE:
		a->size = &s->att_data.att_rfc822_size;
		break;
	case MAILIMAP_MSG_ATT_INTERNALDATE:
		a->date = s->att_data.att_internal_date;
		break;
	case MAILIMAP_MSG_ATT_BODY_SECTION:
		a->body = s->att_data.att_body_section;
		break;
	default:
		break;
	}
}

static void
read_answer(struct mailimap_msg_att *row, struct answer *a)
{
	*a = (struct answer){ .uid = 0 };
	for (clistiter *i = clist_begin(row->att_list); i != NULL;
	    i = clist_next(i)) {
		struct mailimap_msg_att_item *item = clist_content(i);

		if (item->att_type == MAILIMAP_MSG_ATT_ITEM_STATIC)
			read_item(item->att_data.att_static, a);
	}
}

static cw_time
instant(const struct mailimap_date_time *d)
{
	struct civil c = {
		.year = d->dt_year, .month = d->dt_month, .day = d->dt_day,
		.hour = d->dt_hour, .minute = d->dt_min, .second = d->dt_sec,
	};
	int zone = d->dt_zone; /* +0130 is 130 */

	if (!civil_is_valid(&c) || zone < -2400 || zone > 2400)
		return 0;
	return civil_to_utc(&c) - (zone / 100 * 60 + zone % 100) * CW_MINUTE;
}

static struct imap_row *
row_of(struct imap_row *rows, size_t n, uint32_t uid)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].uid == uid && uid != 0)
			return &rows[i];
	return NULL;
}

enum rc
imap_fetch_info(struct imap *m, struct imap_row *rows, size_t n,
    struct err *e)
{
	struct answer a;
	struct imap_row *row;
	clist *l;
	enum rc rc;

	imap_bound(m, IMAP_SMALL_ANSWER + n * ROW_BYTES);
	if ((rc = uid_fetch(m, rows, n, want(mailimap_fetch_att_new_rfc822_size(),
	    mailimap_fetch_att_new_internaldate()), &l, e)) != RC_OK)
		return rc;
	for (clistiter *i = clist_begin(l); i != NULL; i = clist_next(i)) {
		read_answer(clist_content(i), &a);
		if ((row = row_of(rows, n, a.uid)) == NULL)
			continue;
		if (a.size != NULL) {
			row->size = *a.size;
			row->has_size = true;
		}
		if (a.date != NULL)
			row->received_at = instant(a.date);
	}
	mailimap_fetch_list_free(l);
	return RC_OK;
}

/* A mail of no bytes is one that did not come: iCloud (IM-3). */
static void
take_body(struct imap_row *row,
    const struct mailimap_msg_att_body_section *body, struct arena *a)
{
	if (row == NULL || row->raw != NULL || body == NULL ||
	    body->sec_body_part == NULL || body->sec_length == 0)
		return;
	row->raw = arena_memdup(a, body->sec_body_part, body->sec_length);
	row->len = body->sec_length;
}

enum rc
imap_fetch_raw(struct imap *m, struct imap_row *rows, size_t n,
    size_t budget, struct arena *a, struct err *e)
{
	struct answer got;
	clist *l;
	enum rc rc;

	m->is_ahead = false;
	imap_bound(m, budget + IMAP_SMALL_ANSWER / 4 + n * ROW_BYTES);
	if ((rc = uid_fetch(m, rows, n, want_bytes(false), &l, e)) != RC_OK)
		return rc;
	for (clistiter *i = clist_begin(l); i != NULL; i = clist_next(i)) {
		read_answer(clist_content(i), &got);
		take_body(row_of(rows, n, got.uid), got.body, a);
	}
	mailimap_fetch_list_free(l);
	return RC_OK;
}

/* The very words of libetpan, with the tag that it will use next. */
void
imap_fetch_ahead(struct imap *m, const struct imap_row *rows, size_t n,
    size_t budget)
{
	struct str text = { 0 };
	const char *comma = "";
	size_t end;

	str_printf(&text, "%d UID FETCH ", m->session->imap_tag + 1);
	for (size_t i = 0; i < n; i = end) {
		for (end = i + 1; end < n &&
		    rows[end].uid == rows[end - 1].uid + 1; end++)
			;
		str_printf(&text, "%s%u", comma, rows[i].uid);
		if (end - i > 1)
			str_printf(&text, ":%u", rows[end - 1].uid);
		comma = ",";
	}
	str_add(&text, " (UID BODY.PEEK[])\r\n");
	imap_bound(m, budget + IMAP_SMALL_ANSWER / 4 + n * ROW_BYTES);
	curlstream_say_ahead(m->stream, str_text(&text));
	str_fini(&text);
	m->is_ahead = true;
}

/* The bytes of one mail on their way from the stream into the arena. */
struct inflow {
	struct arena *arena;
	mailstream *stream;
	struct imap_row *row;
	size_t len, max;
	bool is_too_large;
};

/* Pages that are not written to cost nothing, so make room enough at once:
 * the size is an estimate. */
static void
make_room(struct inflow *f, size_t want)
{
	struct imap_row *r = f->row;

	if (want <= r->room_size)
		return;
	r->room = r->room == NULL ? arena_array(f->arena, want + 1, 1) :
	    arena_resize(f->arena, r->room, r->room_size + 1, want + 1);
	r->room_size = want;
}

/* What came is of no use: give most of it back. */
static void
give_back(struct inflow *f)
{
	struct imap_row *r = f->row;

	if (r->room_size <= LEAST_ROOM)
		return;
	r->room = arena_resize(f->arena, r->room, r->room_size + 1,
	    LEAST_ROOM + 1);
	r->room_size = LEAST_ROOM;
}

static bool
flow(int type, struct mailimap_msg_att_body_section *section,
    const char *bytes, size_t n, void *ctx)
{
	struct inflow *f = ctx;

	(void)type;
	(void)section;
	if (n > f->max - f->len)
		f->is_too_large = true;
	if (f->is_too_large)
		return false;
	if (n > f->row->room_size - f->len)
		make_room(f, 2 * (f->len + n));
	memcpy(f->row->room + f->len, bytes, n);
	f->len += n;
	curlstream_allow(f->stream, n);
	return true;
}

/*
 * Did the flow bring it?  The handler is not told which mail the bytes are
 * of, so the answer must have one row with a body, and be of this UID.
 */
static bool
is_answer_to(clist *l, uint32_t uid, struct answer *out)
{
	struct answer a;
	size_t n_bodies = 0;
	bool is_ours = false;

	for (clistiter *i = clist_begin(l); i != NULL; i = clist_next(i)) {
		read_answer(clist_content(i), &a);
		if (a.body == NULL)
			continue;
		n_bodies++;
		is_ours = a.uid == uid;
		*out = a;
	}
	return n_bodies == 1 && is_ours;
}

enum rc
imap_fetch_one(struct imap *m, struct imap_row *row, bool header_only,
    size_t max, struct arena *a, struct err *e)
{
	struct inflow f = { .arena = a, .stream = m->stream, .row = row,
		.max = max };
	struct answer got = { .uid = 0 };
	clist *l;
	enum rc rc;

	make_room(&f, row->size < max / 2 && !header_only ?
	    2 * row->size + LEAST_ROOM : LEAST_ROOM);
	/* Only the bytes of the mail may be many: rows and lines that nobody
	 * asked for cost memory many times their size. */
	imap_bound(m, IMAP_SMALL_ANSWER);
	mailimap_set_msg_body_handler(m->session, flow, &f);
	rc = uid_fetch(m, row, 1, want_bytes(header_only), &l, e);
	mailimap_set_msg_body_handler(m->session, NULL, NULL);
	if (f.is_too_large) {
		m->is_dead = true;
		give_back(&f);
		return err_set(e, RC_BAD, "larger than %zu bytes", max);
	}
	if (rc == RC_OK && is_answer_to(l, row->uid, &got)) {
		if (f.len != 0) {
			row->room[f.len] = '\0';
			row->raw = row->room;
			row->len = f.len;
		} else
			take_body(row, got.body, a);
	}
	if (row->raw != row->room)
		give_back(&f);
	if (rc == RC_OK)
		mailimap_fetch_list_free(l);
	return rc;
}
