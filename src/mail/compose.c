/* compose.c - one outgoing mail as the bytes that are sent and kept. */
#include "mail/compose.h"

#include "base/hash.h"
#include "base/str.h"
#include "mail/addr.h"
#include "mail/encode.h"

#include <stdlib.h>
#include <string.h>

#define MAX_OWN_ID 200  /* TH-1 */
#define MAX_ID 250      /* of others */
#define FIRST_REFS 4    /* TH-3 */
#define LAST_REFS 6
#define BOUNDARY_BYTES 12
#define THREAD_HEAD 22
#define THREAD_CHILD 5
#define FILETIME_1970 INT64_C(116444736000000000)

/* --- what may stand in a header --- */

/* The one door for header values: no control characters, so no line breaks,
 * and valid UTF-8. */
static enum rc
check_value(const char *field, const char *value, struct err *e)
{
	size_t n = value == NULL ? 0 : strlen(value), len;

	for (size_t i = 0; i < n; i += len) {
		unsigned char c = (unsigned char)value[i];

		if (c < ' ' || c == 0x7f)
			return err_set(e, RC_BAD,
			    "%s: control character %u in a header", field, c);
		if ((len = utf8_len(value + i, n - i)) == 0)
			return err_set(e, RC_BAD, "%s: not UTF-8", field);
	}
	return RC_OK;
}

static enum rc
check_address(const char *field, const char *value, bool is_required,
    struct err *e)
{
	enum rc rc = check_value(field, value, e);

	if (rc != RC_OK || (!is_required && str_is_empty(value)))
		return rc;
	if (value == NULL || !addr_is_valid(value))
		return err_set(e, RC_BAD, "%s: \"%.100s\" is not an address",
		    field, value == NULL ? "" : value);
	return RC_OK;
}

/* An id that mail programs will not stumble over. */
static bool
is_id(const char *s, size_t max)
{
	size_t n = strlen(s), at = 0;

	for (size_t i = 0; i < n; i++) {
		if (s[i] <= ' ' || s[i] >= 0x7f || s[i] == '<' || s[i] == '>')
			return false;
		at += s[i] == '@';
	}
	return n <= max && at == 1 && s[0] != '@' && s[n - 1] != '@';
}

static enum rc
check_ids(const char *field, const struct texts *ids, struct err *e)
{
	enum rc rc;

	for (size_t i = 0; i < ids->n; i++)
		if ((rc = check_value(field, ids->v[i], e)) != RC_OK)
			return rc;
	return RC_OK;
}

static enum rc
check_attachments(const struct outmail *m, struct err *e)
{
	enum rc rc;

	for (size_t i = 0; i < m->n_attachments; i++) {
		const struct outpart *p = &m->attachments[i];

		if ((rc = check_value("filename", p->filename, e)) != RC_OK ||
		    (rc = check_value("type", p->type, e)) != RC_OK)
			return rc;
		if (p->type[strspn(p->type, "abcdefghijklmnopqrstuvwxyz"
		        "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+-/")] != '\0')
			return err_set(e, RC_BAD, "type: \"%.60s\"", p->type);
	}
	return RC_OK;
}

static enum rc
check(const struct outmail *m, struct err *e)
{
	const struct {
		const char *field, *value;
	} texts[] = {
		{ "From", m->from_name },       { "To", m->to_name },
		{ "Subject", m->subject },      { "Message-ID", m->message_id },
		{ "X-Caseward-Loop", m->loop_id },
		{ "Thread-Topic", m->thread_topic },
	};
	enum rc rc;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if ((rc = check_value(texts[i].field, texts[i].value, e)) !=
		    RC_OK)
			return rc;
	if ((rc = check_address("From", m->from_addr, true, e)) != RC_OK ||
	    (rc = check_address("To", m->to_addr, true, e)) != RC_OK ||
	    (rc = check_address("Reply-To", m->reply_to, false, e)) != RC_OK ||
	    (rc = check_ids("In-Reply-To", &m->in_reply_to, e)) != RC_OK ||
	    (rc = check_ids("References", &m->references, e)) != RC_OK ||
	    (rc = check_attachments(m, e)) != RC_OK)
		return rc;
	if (m->message_id == NULL || !is_id(m->message_id, MAX_OWN_ID))
		return err_set(e, RC_BAD, "Message-ID: missing or malformed");
	if (m->text == NULL)
		return err_set(e, RC_BAD, "the mail has no text");
	if (abs(m->utc_offset) > 15 * CW_HOUR)
		return err_set(e, RC_BAD, "Date: impossible zone");
	return RC_OK;
}

/* --- header fields --- */

static size_t
open_field(struct str *o, const char *name)
{
	str_add(o, name);
	str_addc(o, ':');
	return strlen(name) + 1;
}

static void
close_field(struct str *o)
{
	str_addn(o, "\r\n", 2);
}

/* A field of words; nothing if the value is empty. */
static void
put_text(struct str *o, const char *name, const char *value)
{
	size_t col;

	if (str_is_empty(value))
		return;
	col = open_field(o, name);
	encode_words(o, &col, value);
	close_field(o);
}

static void
put_bracketed(struct str *o, size_t *col, const char *s)
{
	char buf[ADDR_MAX + 3];
	size_t n = strlen(s);

	buf[0] = '<';
	memcpy(buf + 1, s, n);
	buf[n + 1] = '>';
	encode_token(o, col, buf, n + 2);
}

static void
put_mailbox(struct str *o, const char *field, const char *name,
    const char *email)
{
	size_t col;

	if (str_is_empty(email))
		return;
	col = open_field(o, field);
	if (str_is_empty(name)) {
		encode_token(o, &col, email, strlen(email));
	} else {
		encode_phrase(o, &col, name);
		put_bracketed(o, &col, email);
	}
	close_field(o);
}

/* "Mon, 02 Nov 2026 10:00:00 +0100" */
static void
put_date(struct str *o, cw_time date, int utc_offset)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int minutes = abs(utc_offset) / CW_MINUTE;
	struct civil c;
	int64_t day;

	civil_from_utc(date + utc_offset, &c);
	day = civil_days(c.year, c.month, c.day);
	str_printf(o, "Date: %.3s, %02d %.3s %04d %02d:%02d:%02d %c%02d%02d\r\n",
	    days + 3 * civil_weekday(day), c.day, months + 3 * (c.month - 1),
	    c.year, c.hour, c.minute, c.second, utc_offset < 0 ? '-' : '+',
	    minutes / 60, minutes % 60);
}

/* The ids at [from, to) that are fit; the field is opened with the first. */
static void
put_id_range(struct str *o, const char *field, const struct texts *ids,
    size_t from, size_t to, size_t *col)
{
	for (size_t i = from; i < to; i++) {
		if (!is_id(ids->v[i], MAX_ID))
			continue;
		if (*col == 0)
			*col = open_field(o, field);
		put_bracketed(o, col, ids->v[i]);
	}
}

/* TH-3: the first four and the last six. */
static void
put_ids(struct str *o, const char *field, const struct texts *ids)
{
	size_t col = 0, n = ids->n;

	if (n <= FIRST_REFS + LAST_REFS) {
		put_id_range(o, field, ids, 0, n, &col);
	} else {
		put_id_range(o, field, ids, 0, FIRST_REFS, &col);
		put_id_range(o, field, ids, n - LAST_REFS, n, &col);
	}
	if (col != 0)
		close_field(o);
}

/* PROTOCOL, table of section 1.  Never All or NDR: the ladder needs the
 * non-delivery reports (AR-17). */
static const struct {
	const char *auto_submitted, *suppress;
} purposes[] = {
	[MAIL_ACK] = { "auto-replied", "DR, RN, NRN, OOF, AutoReply" },
	[MAIL_FOLLOWUP] = { "auto-generated", "DR, RN, NRN, AutoReply" },
	[MAIL_DIGEST] = { "auto-generated", "DR, RN, NRN, OOF, AutoReply" },
	[MAIL_AGENT] = { NULL, NULL },
};

/* --- Outlook's threads (TH-6) --- */

static void
big_endian(uint64_t v, size_t n, uint8_t *out)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)(v >> 8 * (n - 1 - i));
}

static uint64_t
filetime(cw_time t)
{
	return (uint64_t)(t * 10000000 + FILETIME_1970);
}

/*
 * 0x01, the high 40 bits of the first mail's time, a GUID made of the seed;
 * a later mail adds a block of 31 bits of the time gone by since then and a
 * byte that tells siblings apart ([MS-OXOMSG] 2.2.1.3).
 */
static void
put_thread_index(struct str *o, const struct outmail *m, struct arena *a)
{
	uint8_t v[THREAD_HEAD + THREAD_CHILD] = { 0x01 }, digest[SHA256_LEN];
	cw_time start = m->thread_started_at != 0 ? m->thread_started_at :
	                                            m->date;
	uint64_t gone = m->date > start ? filetime(m->date) - filetime(start) :
	                                  0;
	bool is_long = gone >> 49 != 0; /* more than 1.7 years */
	size_t n = THREAD_HEAD;

	if (str_is_empty(m->thread_seed))
		return;
	big_endian(filetime(start) >> 24, 5, v + 1);
	hash_sha256(m->thread_seed, strlen(m->thread_seed), digest);
	memcpy(v + 6, digest, 16);
	if (gone != 0) {
		uint64_t delta = (gone >> (is_long ? 23 : 18)) & 0x7fffffff;

		big_endian((is_long ? UINT64_C(1) << 31 : 0) | delta, 4, v + n);
		hash_sha256(m->message_id, strlen(m->message_id), digest);
		v[n + 4] = digest[0];
		n += THREAD_CHILD;
	}
	str_printf(o, "Thread-Index: %s\r\n", hash_base64(a, v, n));
}

static void
put_thread(struct str *o, const struct outmail *m, struct arena *a)
{
	put_text(o, "Thread-Topic", m->thread_topic != NULL ?
	    m->thread_topic : m->subject);
	put_thread_index(o, m, a);
}

static void
put_subject(struct str *o, const struct outmail *m)
{
	const char *subject = m->subject == NULL ? "" : m->subject;
	size_t col = open_field(o, "Subject");

	if (m->in_reply_to.n > 0 && !str_has_caseprefix(subject, "Re:"))
		encode_token(o, &col, "Re:", 3);
	encode_words(o, &col, subject);
	close_field(o);
}

static void
put_headers(struct str *o, const struct outmail *m, struct arena *a)
{
	const char *suppress = purposes[m->purpose].suppress;

	put_date(o, m->date, m->utc_offset);
	put_mailbox(o, "From", m->from_name, m->from_addr);
	put_mailbox(o, "To", m->to_name, m->to_addr);
	put_mailbox(o, "Reply-To", NULL, m->reply_to);
	put_subject(o, m);
	str_printf(o, "Message-ID: <%s>\r\n", m->message_id);
	put_ids(o, "In-Reply-To", &m->in_reply_to);
	put_ids(o, "References", m->references.n > 0 ? &m->references :
	                                               &m->in_reply_to);
	put_thread(o, m, a);
	put_text(o, "Auto-Submitted", purposes[m->purpose].auto_submitted);
	put_text(o, "X-Auto-Response-Suppress", suppress);
	put_text(o, "X-Caseward-Loop", m->loop_id);
	/* Relays replace the Message-ID; bounces then quote this (BN-8). */
	str_printf(o, "X-Caseward-Id: <%s>\r\n", m->message_id);
	str_add(o, "MIME-Version: 1.0\r\n");
}

/* --- the body --- */

/* From the Message-ID; "=_" never occurs in quoted printable, and base64
 * has no "--"; plain text with such a line is encoded (encode_choose). */
static char *
boundary(const struct outmail *m, char kind, struct arena *a)
{
	uint8_t digest[SHA256_LEN];

	hash_sha256(m->message_id, strlen(m->message_id), digest);
	return arena_printf(a, "=_%c%s", kind,
	    hash_hex(a, digest, BOUNDARY_BYTES));
}

static void
put_text_part(struct str *o, const char *subtype, const char *text,
    struct arena *a)
{
	size_t n = strlen(text);
	enum encoding how;

	if (utf8_valid(text, n) < n) { /* should not be: better than none */
		text = utf8_clean(a, text, n);
		n = strlen(text);
	}
	how = encode_choose(text, n);
	str_printf(o, "Content-Type: text/%s; charset=utf-8\r\n"
	              "Content-Transfer-Encoding: %s\r\n\r\n",
	    subtype, encode_name(how));
	encode_text(o, how, text, n);
}

static void
put_multipart(struct str *o, const char *subtype, const char *mark)
{
	str_printf(o, "Content-Type: multipart/%s;\r\n boundary=\"%s\"\r\n\r\n",
	    subtype, mark);
}

/* Text alone, or text and HTML. */
static void
put_alternative(struct str *o, const struct outmail *m, struct arena *a)
{
	const char *mark;

	if (str_is_empty(m->html)) {
		put_text_part(o, "plain", m->text, a);
		return;
	}
	mark = boundary(m, 'a', a);
	put_multipart(o, "alternative", mark);
	str_printf(o, "--%s\r\n", mark);
	put_text_part(o, "plain", m->text, a);
	str_printf(o, "\r\n--%s\r\n", mark);
	put_text_part(o, "html", m->html, a);
	str_printf(o, "\r\n--%s--\r\n", mark);
}

/* RFC 2231 with an ASCII fallback for old programs (OF-5). */
static void
put_filename(struct str *o, const char *name)
{
	static const char hex[] = "0123456789ABCDEF";
	bool is_ascii = true;

	str_add(o, ";\r\n filename=\"");
	for (const char *p = name; *p != '\0'; p++) {
		bool odd = *p == '"' || *p == '\\' || *p == '/' ||
		    (unsigned char)*p >= 0x7f;

		str_addc(o, odd ? '_' : *p);
		is_ascii = is_ascii && (unsigned char)*p < 0x7f;
	}
	str_addc(o, '"');
	if (is_ascii)
		return;
	str_add(o, ";\r\n filename*=utf-8''");
	for (const char *p = name; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		    (c >= 'a' && c <= 'z') || c == '.' || c == '-') {
			str_addc(o, *p);
		} else {
			str_addc(o, '%');
			str_addc(o, hex[c >> 4]);
			str_addc(o, hex[c & 15]);
		}
	}
}

static void
put_attachment(struct str *o, const struct outpart *p)
{
	char name[128] = "attachment";
	size_t n = p->filename == NULL ? 0 : strlen(p->filename);

	if (n > 0) {
		n = utf8_cut(p->filename, n, sizeof(name) - 1);
		memcpy(name, p->filename, n);
		name[n] = '\0';
	}
	str_printf(o, "Content-Type: %s\r\n"
	              "Content-Transfer-Encoding: base64\r\n"
	              "Content-Disposition: attachment",
	    p->type);
	put_filename(o, name);
	str_add(o, "\r\n\r\n");
	encode_bytes(o, p->bytes, p->len);
}

static void
put_body(struct str *o, const struct outmail *m, struct arena *a)
{
	const char *mark;

	if (m->n_attachments == 0) {
		put_alternative(o, m, a);
		return;
	}
	mark = boundary(m, 'm', a);
	put_multipart(o, "mixed", mark);
	str_printf(o, "--%s\r\n", mark);
	put_alternative(o, m, a);
	for (size_t i = 0; i < m->n_attachments; i++) {
		str_printf(o, "\r\n--%s\r\n", mark);
		put_attachment(o, &m->attachments[i]);
	}
	str_printf(o, "\r\n--%s--\r\n", mark);
}

enum rc
compose(const struct outmail *m, struct arena *a, char **bytes, size_t *len,
    struct err *e)
{
	struct str o = { 0 };
	enum rc rc = check(m, e);

	if (rc != RC_OK)
		return err_wrap(e, rc, "cannot compose a mail");
	put_headers(&o, m, a);
	put_body(&o, m, a);
	*bytes = str_dup(&o, a);
	*len = o.len;
	str_fini(&o);
	return RC_OK;
}
