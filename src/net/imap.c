/* imap.c - sessions, mailboxes, searching, marking and moving. */
#include "net/imap_impl.h"

#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GOODBYE_MS 3000
#define UID_BYTES 11 /* of the largest, and a blank */

void
imap_bound(struct imap *m, size_t bytes)
{
	curlstream_limit(m->stream, curlstream_patience(m->stream), bytes);
}

/* The text of the last NO or BAD; stale after anything else. */
static const char *
last_words(const struct imap *m)
{
	const char *s = m->session->imap_response;

	return s == NULL ? "" : s;
}

static uint32_t
count_expunged(const struct imap *m)
{
	const struct mailimap_response_info *i = m->session->imap_response_info;

	return i == NULL || i->rsp_expunged == NULL ? 0 :
	    (uint32_t)clist_count(i->rsp_expunged);
}

/* A server may say so at any time; our UIDs mean other mails then (IM-1). */
static bool
is_renumbered(const struct imap *m)
{
	const struct mailimap_selection_info *box =
	    m->session->imap_selection_info;

	return m->uidvalidity != 0 && box != NULL &&
	    box->sel_uidvalidity != m->uidvalidity;
}

enum rc
imap_result(struct imap *m, int r, const char *command, struct err *e)
{
	const char *why;
	uint32_t gone;

	switch (r) {
	case MAILIMAP_NO_ERROR:
	case MAILIMAP_NO_ERROR_AUTHENTICATED:
	case MAILIMAP_NO_ERROR_NON_AUTHENTICATED:
		if (m->is_dead)
			break;
		if (is_renumbered(m)) {
			m->is_dead = true;
			return err_set(e, RC_RETRY, "%s: UIDVALIDITY changed"
			    " just now", m->host);
		}
		gone = count_expunged(m);
		m->known -= gone < m->known ? gone : m->known;
		return RC_OK;
	case MAILIMAP_ERROR_MEMORY: /* also: our body handler said stop */
	case MAILIMAP_ERROR_BAD_STATE:
	case MAILIMAP_ERROR_STREAM:
	case MAILIMAP_ERROR_PARSE:
	case MAILIMAP_ERROR_FATAL:
	case MAILIMAP_ERROR_PROTOCOL:
	case MAILIMAP_ERROR_DONT_ACCEPT_CONNECTION:
	case MAILIMAP_ERROR_NEEDS_MORE_DATA:
		break;
	default: /* one error number per command: it said NO or BAD */
		return err_set(e, RC_FAIL, "%s: %s refused: %.200s", m->host,
		    command, last_words(m));
	}
	m->is_dead = true;
	why = curlstream_error(m->stream);
	return err_set(e, RC_RETRY, "%s: %s: %s", m->host, command,
	    *why != '\0' ? why : "the answer makes no sense");
}

static enum rc
learn_capabilities(struct imap *m, struct err *e)
{
	struct mailimap_capability_data *cap = NULL;
	enum rc rc;

	imap_bound(m, IMAP_SMALL_ANSWER);
	if ((rc = imap_result(m, mailimap_capability(m->session, &cap),
	    "CAPABILITY", e)) != RC_OK)
		return rc;
	if (cap != NULL)
		mailimap_capability_data_free(cap);
	if (mailimap_has_idle(m->session))
		m->can |= IMAP_CAN_IDLE;
	if (mailimap_has_uidplus(m->session))
		m->can |= IMAP_CAN_UIDPLUS;
	if (mailimap_has_extension(m->session, "MOVE"))
		m->can |= IMAP_CAN_MOVE;
	return RC_OK;
}

enum rc
imap_open(const struct net_host *h, int wake_fd, struct imap **out,
    struct err *e)
{
	mailstream *stream;
	struct imap *m;
	enum rc rc;

	if ((rc = curlstream_open(h, wake_fd, &stream, e)) != RC_OK)
		return rc;
	if ((m = calloc(1, sizeof(*m))) == NULL ||
	    (m->session = mailimap_new(0, NULL)) == NULL)
		die("out of memory");
	m->stream = stream;
	(void)snprintf(m->host, sizeof(m->host), "%s", h->host);
	rc = imap_result(m, mailimap_connect(m->session, stream), "hello", e);
	if (rc == RC_OK)
		rc = learn_capabilities(m, e);
	if (rc != RC_OK) {
		imap_close(&m);
		return rc == RC_FAIL ? RC_RETRY : rc;
	}
	*out = m;
	return RC_OK;
}

void
imap_close(struct imap **m)
{
	if (*m == NULL)
		return;
	if (!(*m)->is_dead && !(*m)->is_ahead &&
	    (*m)->session->imap_stream != NULL) {
		int64_t ms = curlstream_patience((*m)->stream);

		curlstream_limit((*m)->stream, ms < GOODBYE_MS ? ms :
		    GOODBYE_MS, IMAP_SMALL_ANSWER);
		(void)mailimap_logout((*m)->session); /* only a courtesy */
	}
	mailimap_free((*m)->session);
	free(*m);
	*m = NULL;
}

bool
imap_is_dead(const struct imap *m)
{
	return m->is_dead;
}

int64_t
imap_patience(const struct imap *m)
{
	return curlstream_patience(m->stream);
}

bool
imap_is_ahead(const struct imap *m)
{
	return m->is_ahead;
}

unsigned
imap_can(const struct imap *m)
{
	return m->can;
}

/* PERMANENTFLAGS has \*; Exchange's has not (IM-5). */
static bool
keeps_keywords(const struct mailimap_selection_info *box)
{
	clist *l = box->sel_perm_flags;

	for (clistiter *i = l == NULL ? NULL : clist_begin(l); i != NULL;
	    i = clist_next(i)) {
		const struct mailimap_flag_perm *f = clist_content(i);

		if (f->fl_type == MAILIMAP_FLAG_PERM_ALL)
			return true;
	}
	return false;
}

enum rc
imap_select(struct imap *m, const char *mailbox, bool read_only,
    struct imap_box *out, struct err *e)
{
	const struct mailimap_selection_info *box;
	enum rc rc;

	if (str_is_empty(mailbox) || !net_is_clean(mailbox))
		return err_set(e, RC_BAD, "not the name of a mailbox");
	m->uidvalidity = 0;
	imap_bound(m, IMAP_SMALL_ANSWER);
	rc = imap_result(m, read_only ?
	    mailimap_examine(m->session, mailbox) :
	    mailimap_select(m->session, mailbox), "SELECT", e);
	if (rc != RC_OK)
		return err_wrap(e, rc, "mailbox %.100s", mailbox);
	if ((box = m->session->imap_selection_info) == NULL ||
	    box->sel_uidvalidity == 0)
		return err_set(e, RC_FAIL, "%s: mailbox %.100s has no "
		    "UIDVALIDITY", m->host, mailbox);
	m->can &= ~(unsigned)IMAP_CAN_KEYWORDS;
	if (keeps_keywords(box))
		m->can |= IMAP_CAN_KEYWORDS;
	out->uidvalidity = m->uidvalidity = box->sel_uidvalidity;
	out->exists = m->known = box->sel_exists;
	return RC_OK;
}

struct mailimap_set *
imap_uid_set(const uint32_t *uids, size_t n)
{
	struct mailimap_set *set = mailimap_set_new_empty();
	size_t end;

	if (set == NULL)
		die("out of memory");
	for (size_t i = 0; i < n; i = end) {
		for (end = i + 1; end < n && uids[end] == uids[end - 1] + 1;
		    end++)
			;
		if (mailimap_set_add_interval(set, uids[i], uids[end - 1]) !=
		    MAILIMAP_NO_ERROR)
			die("out of memory");
	}
	return set;
}

/* UID min_uid:* or, where a time is given, OR that SINCE its day. */
static struct mailimap_search_key *
newer_than(uint32_t min_uid, cw_time since)
{
	struct mailimap_search_key *k;
	struct mailimap_date *day;
	struct civil c;

	k = mailimap_search_key_new_uid(mailimap_set_new_interval(min_uid, 0));
	if (k == NULL || since == 0)
		return k;
	/* A day before: servers judge by their own time zone. */
	civil_from_utc(since - CW_DAY, &c);
	day = mailimap_date_new(c.day, c.month, c.year);
	return mailimap_search_key_new_or(k,
	    mailimap_search_key_new_since(day));
}

void
imap_uids_add(struct imap_uids *u, uint32_t uid)
{
	if (u->n == u->cap) {
		u->cap = u->cap == 0 ? 256 : 2 * u->cap;
		u->v = reallocarray(u->v, u->cap, sizeof(*u->v));
		if (u->v == NULL)
			die("out of memory");
	}
	u->v[u->n++] = uid;
}

/* `n:*` always holds the highest UID, even if that is below n (IM-2). */
static void
take_uids(clist *found, uint32_t min_uid, cw_time since,
    struct imap_uids *out)
{
	for (clistiter *i = clist_begin(found); i != NULL; i = clist_next(i)) {
		uint32_t uid = *(uint32_t *)clist_content(i);

		if (uid != 0 && (uid >= min_uid || since != 0))
			imap_uids_add(out, uid);
	}
}

enum rc
imap_search(struct imap *m, uint32_t first, uint32_t last, uint32_t min_uid,
    cw_time since, struct imap_uids *out, uint32_t *n_expunged,
    struct err *e)
{
	struct mailimap_search_key *k = mailimap_search_key_new_multiple_empty();
	clist *found = NULL;
	enum rc rc;

	if (k == NULL || mailimap_search_key_multiple_add(k,
	    mailimap_search_key_new_set(mailimap_set_new_interval(first,
	    last))) != MAILIMAP_NO_ERROR ||
	    mailimap_search_key_multiple_add(k, newer_than(min_uid, since)) !=
	    MAILIMAP_NO_ERROR)
		die("out of memory");
	imap_bound(m, IMAP_SMALL_ANSWER + (size_t)(last - first) * UID_BYTES);
	rc = imap_result(m, mailimap_uid_search(m->session, NULL, k, &found),
	    "UID SEARCH", e);
	mailimap_search_key_free(k);
	*n_expunged = count_expunged(m);
	if (rc == RC_OK && found != NULL)
		take_uids(found, min_uid, since, out);
	if (found != NULL)
		mailimap_search_result_free(found);
	return rc;
}

enum rc
imap_find(struct imap *m, uint32_t uid, struct err *e)
{
	struct mailimap_search_key *k;
	clist *found = NULL;
	enum rc rc;

	k = mailimap_search_key_new_uid(mailimap_set_new_single(uid));
	if (k == NULL)
		die("out of memory");
	imap_bound(m, IMAP_SMALL_ANSWER);
	rc = imap_result(m, mailimap_uid_search(m->session, NULL, k, &found),
	    "UID SEARCH", e);
	mailimap_search_key_free(k);
	if (rc == RC_OK && (found == NULL || clist_begin(found) == NULL))
		rc = RC_NONE;
	if (found != NULL)
		mailimap_search_result_free(found);
	return rc;
}

static enum rc
add_flag(struct imap *m, struct mailimap_set *set, struct mailimap_flag *f,
    struct err *e)
{
	struct mailimap_flag_list *l = mailimap_flag_list_new_empty();
	struct mailimap_store_att_flags *att;
	enum rc rc;

	if (l == NULL || f == NULL ||
	    mailimap_flag_list_add(l, f) != MAILIMAP_NO_ERROR ||
	    (att = mailimap_store_att_flags_new_add_flags_silent(l)) == NULL)
		die("out of memory");
	imap_bound(m, IMAP_SMALL_ANSWER);
	rc = imap_result(m, mailimap_uid_store(m->session, set, att),
	    "UID STORE", e);
	mailimap_store_att_flags_free(att);
	return rc;
}

enum rc
imap_mark(struct imap *m, const uint32_t *uids, size_t n,
    const char *keyword, struct err *e)
{
	struct mailimap_set *set = imap_uid_set(uids, n);
	enum rc rc;

	rc = add_flag(m, set,
	    mailimap_flag_new_flag_keyword(strdup(keyword)), e);
	mailimap_set_free(set);
	return rc;
}

/* Their answers name the new UIDs; we have no use for them. */
static int
transfer(struct imap *m, struct mailimap_set *set, const char *mailbox)
{
	struct mailimap_set *from = NULL, *to = NULL;
	uint32_t uidvalidity;
	int r;

	imap_bound(m, IMAP_SMALL_ANSWER);
	r = (m->can & IMAP_CAN_MOVE ? mailimap_uidplus_uid_move :
	    mailimap_uidplus_uid_copy)(m->session, set, mailbox,
	    &uidvalidity, &from, &to);
	if (from != NULL)
		mailimap_set_free(from);
	if (to != NULL)
		mailimap_set_free(to);
	return r;
}

static enum rc
move_set(struct imap *m, struct mailimap_set *set, const char *mailbox,
    struct err *e)
{
	const char *name = m->can & IMAP_CAN_MOVE ? "UID MOVE" : "UID COPY";
	enum rc rc = imap_result(m, transfer(m, set, mailbox), name, e);

	if (rc == RC_FAIL) { /* perhaps there is no such mailbox yet */
		struct err there_is; /* the first error says more */

		imap_bound(m, IMAP_SMALL_ANSWER);
		(void)imap_result(m, mailimap_create(m->session, mailbox),
		    "CREATE", &there_is);
		if (!m->is_dead)
			rc = imap_result(m, transfer(m, set, mailbox), name,
			    e);
	}
	if (rc == RC_FAIL)
		return err_wrap(e, rc, "mailbox %.100s", mailbox);
	if (rc != RC_OK || m->can & IMAP_CAN_MOVE)
		return rc;
	if ((rc = add_flag(m, set, mailimap_flag_new_deleted(), e)) != RC_OK)
		return rc;
	/* Never a plain EXPUNGE: it would take others' mails along. */
	imap_bound(m, IMAP_SMALL_ANSWER);
	return imap_result(m, mailimap_uid_expunge(m->session, set),
	    "UID EXPUNGE", e);
}

enum rc
imap_move(struct imap *m, const uint32_t *uids, size_t n,
    const char *mailbox, struct err *e)
{
	struct mailimap_set *set = imap_uid_set(uids, n);
	enum rc rc = move_set(m, set, mailbox, e);

	mailimap_set_free(set);
	return rc;
}
