/* mime_leaf.c - one part of a mail that is not a multipart. */
#include "mail/mime_leaf.h"

#include "base/hash.h"
#include "mail/charset.h"
#include "mail/codec.h"
#include "mail/flowed.h"
#include "mail/header.h"
#include "mail/html.h"
#include "mail/param.h"

#include <string.h>

#define MAX_TEXT ((size_t)1024 * 1024)
#define MAX_TEXT_PART ((size_t)4 * 1024 * 1024) /* encoded */
#define MAX_STATUS ((size_t)64 * 1024)
#define MAX_EMBEDDED ((size_t)1024 * 1024) /* where its header stands */

void
mime_problem(struct mime_walk *w, const char *what)
{
	if (*w->out->problem == '\0')
		w->out->problem = what;
}

static bool
is_type(const struct mime_leaf *l, const char *type)
{
	return strcmp(l->type, type) == 0;
}

/* --- attachments --- */

/* A file while it is decoded: nobody holds all of it, but who asked for it. */
struct file {
	struct hash_pieces *digest;
	size_t n;
	char *copy; /* or NULL */
};

static void
take_piece(void *ctx, const char *p, size_t n)
{
	struct file *f = ctx;

	hash_pieces_add(f->digest, p, n);
	if (f->copy != NULL && n > 0)
		memcpy(f->copy + f->n, p, n);
	f->n += n;
}

static void
add_file(struct mime_walk *w, const char *filename, const char *type,
    const char *encoding, const char *data, size_t len)
{
	struct body *b = w->out;
	struct file f = { .digest = hash_pieces_new(w->a) };
	uint8_t digest[SHA256_LEN];

	if (b->n_attachments == MIME_MAX_PARTS) {
		mime_problem(w, "it has more than 500 parts");
		return;
	}
	codec_pieces(encoding, data, len, take_piece, &f);
	hash_pieces_end(f.digest, digest);
	if (b->n_attachments == w->want) { /* its size is known now */
		w->bytes = f.copy = arena_alloc(w->a, f.n);
		w->n = f.n;
		f.n = 0;
		codec_pieces(encoding, data, len, take_piece, &f);
	}
	*ARENA_PUSH(w->a, b->attachments, b->n_attachments, w->cap) =
	    (struct attachment){
		.filename = filename,
		.type = type,
		.size = f.n,
		.sha256 = hash_hex(w->a, digest, sizeof(digest)),
	};
}

/* The content of a small part as text. */
static char *
small_text(struct mime_walk *w, const struct mime_leaf *l)
{
	struct arena *tmp = arena_new();
	const char *bytes;
	char *out;
	size_t n;

	bytes = codec_body(tmp, l->encoding, l->data,
	    l->len < 2 * MAX_STATUS ? l->len : 2 * MAX_STATUS, &n);
	out = charset_to_utf8(w->a, "", bytes, n < MAX_STATUS ? n : MAX_STATUS);
	arena_free(&tmp);
	return out;
}

/* The header block of a mail within the mail. */
static void
embedded(struct mime_walk *w, const char *bytes, size_t n)
{
	struct headers h;

	if (*w->out->embedded_headers != '\0')
		return;
	header_scan(bytes, n, w->a, &h);
	n = h.body_at < MAX_STATUS ? h.body_at : MAX_STATUS;
	w->out->embedded_headers = charset_to_utf8(w->a, "", bytes, n);
}

static void
embedded_leaf(struct mime_walk *w, const struct mime_leaf *l)
{
	struct arena *tmp = arena_new();
	const char *bytes;
	size_t n;

	bytes = codec_body(tmp, l->encoding, l->data,
	    l->len < MAX_EMBEDDED ? l->len : MAX_EMBEDDED, &n);
	embedded(w, bytes, n);
	arena_free(&tmp);
}

static void
calendar(struct mime_walk *w, const struct mime_leaf *l)
{
	const char *method = param_get(w->a, l->content_type, "method"), *text;
	char *upper;

	if (*w->out->calendar_method != '\0')
		return;
	if (method == NULL) {
		text = str_casefind(small_text(w, l), "\nMETHOD:");
		method = text == NULL ? "" : text + strlen("\nMETHOD:");
	}
	upper = arena_strndup(w->a, method, MIME_MAX_WORD);
	upper[strcspn(upper, "\r\n")] = '\0';
	for (char *p = upper; *p != '\0'; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - ('a' - 'A'));
	w->out->calendar_method = upper;
}

/* Types that mean more than "a file".  A meeting that somebody attached is
 * no answer to a meeting. */
static void
look_at(struct mime_walk *w, const struct mime_leaf *l, bool is_file)
{
	const char *smime;

	if (is_type(l, "message/delivery-status") ||
	    is_type(l, "message/global-delivery-status")) {
		if (*w->out->delivery_status == '\0')
			w->out->delivery_status = small_text(w, l);
	} else if (is_type(l, "text/rfc822-headers") ||
	    is_type(l, "message/rfc822") ||
	    is_type(l, "message/global-headers") ||
	    is_type(l, "message/global")) {
		embedded_leaf(w, l);
	} else if (is_type(l, "text/calendar") ||
	    is_type(l, "application/ics")) {
		if (!is_file)
			calendar(w, l);
	} else if (is_type(l, "application/ms-tnef") ||
	    is_type(l, "application/vnd.ms-tnef") ||
	    str_caseeq(l->filename, "winmail.dat")) {
		w->out->has_tnef = true;
	} else if (is_type(l, "application/x-microsoft-rpmsg-message")) {
		w->out->is_encrypted = true;
	} else if (is_type(l, "application/pkcs7-mime") ||
	    is_type(l, "application/x-pkcs7-mime")) {
		smime = param_get(w->a, l->content_type, "smime-type");
		if (smime != NULL && str_caseeq(smime, "signed-data")) {
			w->out->is_signed = true;
			mime_problem(w,
			    "its text is inside a signature (S/MIME)");
		} else {
			w->out->is_encrypted = true;
		}
	}
}

/* --- text --- */

/* A carriage return alone ends a line, too. */
static const char *
fix_newlines(struct arena *a, const char *s, size_t n)
{
	const char *p = s;
	char *copy = NULL;

	while ((p = memchr(p, '\r', n - (size_t)(p - s))) != NULL) {
		p++;
		if (p < s + n && *p == '\n')
			continue;
		if (copy == NULL)
			copy = arena_memdup(a, s, n);
		copy[p - s - 1] = '\n';
	}
	return copy == NULL ? s : copy;
}

/* Files that somebody uuencoded into the text become attachments. */
static void
take_uu(struct mime_walk *w, const char *text, struct str *out)
{
	size_t at = 0, n = strlen(text);
	struct codec_uu uu;

	while (w->parts < MIME_MAX_PARTS &&
	    codec_find_uu(w->a, text, n, at, &uu)) {
		str_addn(out, text + at, uu.start - at);
		add_file(w, param_filename(w->a, uu.name),
		    "application/octet-stream", "", uu.data, uu.len);
		at = uu.end;
		w->parts++;
	}
	str_addn(out, text + at, n - at);
}

static char *
plain_text(struct mime_walk *w, const struct mime_leaf *l, const char *text,
    struct arena *a)
{
	const char *format = param_get(a, l->content_type, "format"),
	    *delsp = param_get(a, l->content_type, "delsp");
	struct str b = { 0 };
	char *out;

	if (format != NULL && str_caseeq(format, "flowed"))
		text = flowed_join(a, text,
		    delsp != NULL && str_caseeq(delsp, "yes"));
	if (strstr(text, "-----BEGIN PGP MESSAGE-----") != NULL)
		w->out->is_encrypted = true;
	if (strstr(text, "-----BEGIN PGP SIGNED MESSAGE-----") != NULL)
		w->out->is_signed = true;
	take_uu(w, text, &b);
	out = str_dup(&b, a);
	str_fini(&b);
	return out;
}

/* The decoded text of a text/plain or text/html part. */
static char *
leaf_text(struct mime_walk *w, const struct mime_leaf *l, struct arena *a)
{
	const char *charset = param_get(a, l->content_type, "charset");
	bool is_html = is_type(l, "text/html");
	size_t len = l->len, n;
	const char *bytes;
	char *text;

	if (len > MAX_TEXT_PART) {
		len = MAX_TEXT_PART;
		mime_problem(w, "its text is longer than is shown");
	}
	bytes = codec_body(a, l->encoding, l->data, len, &n);
	bytes = fix_newlines(a, bytes, n);
	if (is_html && (charset == NULL || *charset == '\0'))
		charset = html_charset(a, bytes, n);
	text = charset_to_utf8(a, charset == NULL ? "" : charset, bytes, n);
	return is_html ? html_to_text(a, text, strlen(text)) :
	    plain_text(w, l, text, a);
}

void
mime_add_text(struct mime_walk *w, const struct mime_leaf *l)
{
	struct arena *tmp;
	const char *text;
	size_t n;

	if (w->is_mute)
		return;
	if (w->text.len >= MAX_TEXT) {
		mime_problem(w, "its text is longer than is shown");
		return;
	}
	tmp = arena_new();
	text = leaf_text(w, l, tmp);
	n = strlen(text);
	if (n > MAX_TEXT - w->text.len) {
		n = utf8_cut(text, n, MAX_TEXT - w->text.len);
		mime_problem(w, "its text is longer than is shown");
	}
	if (!str_is_empty(text))
		w->has_html = is_type(l, "text/html");
	if (w->text.len > 0 && w->text.s[w->text.len - 1] != '\n')
		str_addc(&w->text, '\n');
	str_addn(&w->text, text, n);
	arena_free(&tmp);
}

void
mime_leaf(struct mime_walk *w, const struct mime_leaf *l)
{
	bool is_text = is_type(l, "text/plain") || is_type(l, "text/html");
	bool is_file = str_caseeq(param_main(w->a, l->disposition),
	    "attachment");

	/* A named part in front of all text is probably the text. */
	if (is_text && !is_file &&
	    (*l->filename == '\0' || w->text.len == 0))
		mime_add_text(w, l);
	if (is_text && !is_file && *l->filename == '\0')
		return;
	look_at(w, l, is_file);
	add_file(w, l->filename, l->type, l->encoding, l->data, l->len);
}
