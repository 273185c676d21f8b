/* mime.c - the body of a mail. */
#include "mail/mime.h"

#include "base/str.h"
#include "mail/header.h"
#include "mail/mime_leaf.h"
#include "mail/param.h"
#include "mail/replytext.h"

#include <gmime/gmime.h>
#include <string.h>

#define MAX_DEPTH 20
#define MAX_BOUNDARIES 5000 /* lines; 500 parts have fewer */
#define MAX_VALUE ((size_t)64 * 1024) /* of a header field, as header.h */

/* Where an object stands: behind `end` comes its parent's boundary. */
struct place {
	size_t depth;
	const char *boundary; /* of the multipart around it, or NULL */
	size_t end;
};

/* The first header of that name, from GMime's list of raw values. */
static char *
get_header(struct mime_walk *w, GMimeObject *o, const char *name)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(o);
	int n = g_mime_header_list_get_count(list);

	for (int i = 0; i < n; i++) {
		GMimeHeader *h = g_mime_header_list_get_header_at(list, i);
		const char *raw = g_mime_header_get_raw_value(h);

		if (raw != NULL && str_caseeq(g_mime_header_get_name(h), name))
			return header_unfold(w->a, raw,
			    strnlen(raw, MAX_VALUE));
	}
	return arena_strdup(w->a, "");
}

static char *
get_type(struct mime_walk *w, GMimeObject *o)
{
	GMimeContentType *ct = g_mime_object_get_content_type(o);
	char *s = g_mime_content_type_get_mime_type(ct), *type;

	type = utf8_clean(w->a, s, strnlen(s, MIME_MAX_WORD));
	g_free(s);
	return str_lower(w->a, type);
}

static const char *
get_filename(struct mime_walk *w, const char *disposition, const char *type)
{
	const char *name = param_get(w->a, disposition, "filename");

	if (name == NULL || *name == '\0')
		name = param_get(w->a, type, "name");
	return name == NULL ? "" : param_filename(w->a, name);
}

static void
make_leaf(struct mime_walk *w, GMimeObject *o, struct mime_leaf *l)
{
	l->type = get_type(w, o);
	l->content_type = get_header(w, o, "Content-Type");
	l->disposition = get_header(w, o, "Content-Disposition");
	l->filename = get_filename(w, l->disposition, l->content_type);
	if (*l->filename == '\0' && strchr(param_main(w->a, l->content_type),
	    '/') == NULL && *l->content_type != '\0')
		l->type = "text/plain"; /* no type at all: RFC 2045, 5.2 */
	l->encoding = get_header(w, o, "Content-Transfer-Encoding");
	l->data = w->mail;
	l->len = 0;
}

/* The bytes of a part are a piece of what GMime was given. */
static void
walk_part(struct mime_walk *w, GMimePart *part)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GMimeStream *s = content == NULL ? NULL :
	    g_mime_data_wrapper_get_stream(content);
	struct mime_leaf l;
	size_t start, end;

	make_leaf(w, (GMimeObject *)part, &l);
	if (s != NULL) {
		start = s->bound_start < 0 ? 0 : (size_t)s->bound_start;
		end = s->bound_end < 0 ? w->len : (size_t)s->bound_end;
		if (end > w->len)
			end = w->len;
		l.data = w->mail + (start < end ? start : end);
		l.len = start < end ? end - start : 0;
	}
	mime_leaf(w, &l);
}

/* Where the header of an object begins, or MIME_NO_INDEX. */
static size_t
header_offset(GMimeObject *o)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(o);
	gint64 at = -1;

	if (g_mime_header_list_get_count(list) > 0)
		at = g_mime_header_get_offset(
		    g_mime_header_list_get_header_at(list, 0));
	return at < 0 ? MIME_NO_INDEX : (size_t)at;
}

/* A mail within the mail is one attachment; it ends where the boundary of
 * the multipart around it stands. */
static void
walk_message(struct mime_walk *w, GMimeMessagePart *part, const struct place *p)
{
	GMimeMessage *inner = g_mime_message_part_get_message(part);
	size_t at = header_offset((GMimeObject *)part);
	const char *stop = NULL, *sep;
	struct headers h;
	struct mime_leaf l;

	make_leaf(w, (GMimeObject *)part, &l);
	if (at < w->len) {
		header_scan(w->mail + at, w->len - at, w->a, &h);
		at += h.body_at;
	} else if (inner != NULL) {
		at = header_offset((GMimeObject *)inner);
	}
	if (at < p->end) {
		l.data = w->mail + at;
		l.len = p->end - at;
		if (p->boundary != NULL) {
			sep = arena_printf(w->a, "\n--%s", p->boundary);
			stop = memmem(l.data, l.len, sep, strlen(sep));
		}
		if (stop != NULL)
			l.len = (size_t)(stop - l.data);
		if (stop != NULL && l.len > 0 && stop[-1] == '\r')
			l.len--;
	}
	mime_leaf(w, &l);
}

/* Says no more than that HTML is to be looked at. */
static bool
is_stub(const char *text)
{
	static const char *const words[] = { "view", "support", "client",
		"reader", "display", "anzeig", "affich", "visuali" };

	if (str_is_empty(text))
		return true;
	if (strlen(text) > 400 || str_casefind(text, "html") == NULL)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_casefind(text, words[i]) != NULL)
			return true;
	return false;
}

static void walk(struct mime_walk *w, GMimeObject *o, const struct place *p);

/*
 * The same text several times: the plain one, or HTML where there is no
 * plain one worth the name (HT-1).  All parts are walked, for their files.
 */
static void
walk_alternative(struct mime_walk *w, GMimeMultipart *m, const struct place *p)
{
	bool was_mute = w->is_mute, has_plain = false;
	int count = g_mime_multipart_get_count(m);
	struct str before = w->text, best = { 0 };

	w->text = (struct str){ 0 };
	for (int i = 0; i < count; i++) {
		w->is_mute = was_mute || has_plain;
		w->has_html = false;
		walk(w, g_mime_multipart_get_part(m, i), p);
		if (!str_is_empty(str_text(&w->text)) &&
		    (is_stub(str_text(&best)) || !w->has_html)) {
			has_plain = !w->has_html &&
			    !is_stub(str_text(&w->text));
			str_fini(&best);
			best = w->text;
			w->text = (struct str){ 0 };
		}
		str_clear(&w->text);
	}
	str_fini(&w->text);
	w->text = before;
	w->is_mute = was_mute;
	if (before.len > 0 && best.len > 0 && before.s[before.len - 1] != '\n')
		str_addc(&w->text, '\n');
	str_addn(&w->text, str_text(&best), best.len);
	str_fini(&best);
}

static void
walk_multipart(struct mime_walk *w, GMimeMultipart *m, const struct place *p)
{
	const char *type = get_type(w, (GMimeObject *)m), *report;
	struct place inner = { p->depth + 1, g_mime_multipart_get_boundary(m),
		p->end };

	if (strcmp(type, "multipart/signed") == 0)
		w->out->is_signed = true;
	if (strcmp(type, "multipart/encrypted") == 0)
		w->out->is_encrypted = true;
	if (strcmp(type, "multipart/report") == 0 &&
	    *w->out->report_type == '\0' && (report = param_get(w->a,
	    get_header(w, (GMimeObject *)m, "Content-Type"),
	    "report-type")) != NULL)
		w->out->report_type = str_lower(w->a,
		    arena_strndup(w->a, report, MIME_MAX_WORD));
	if (strcmp(type, "multipart/alternative") == 0) {
		walk_alternative(w, m, &inner);
		return;
	}
	for (int i = 0; i < g_mime_multipart_get_count(m); i++)
		walk(w, g_mime_multipart_get_part(m, i), &inner);
}

static void
walk(struct mime_walk *w, GMimeObject *o, const struct place *p)
{
	if (p->depth > MAX_DEPTH) {
		mime_problem(w, "its parts are nested deeper than 20 levels");
	} else if (++w->parts > MIME_MAX_PARTS) {
		mime_problem(w, "it has more than 500 parts");
	} else if (GMIME_IS_MULTIPART(o)) {
		walk_multipart(w, (GMimeMultipart *)o, p);
	} else if (GMIME_IS_MESSAGE_PART(o)) {
		walk_message(w, (GMimeMessagePart *)o, p);
	} else if (GMIME_IS_PART(o)) {
		walk_part(w, (GMimePart *)o);
	}
}

/* --- a whole mail --- */

/* The first line that looks like a boundary, for a multipart that does not
 * name its own; or NULL. */
static char *
guess_boundary(struct arena *a, const char *body, size_t len)
{
	const char *at = len >= 2 && memcmp(body, "--", 2) == 0 ? body - 1 :
	    memmem(body, len, "\n--", 3);
	const char *end = body + len, *nl;

	if (at == NULL || (nl = memchr(at + 3, '\n',
	    (size_t)(end - at - 3))) == NULL)
		return NULL;
	at += 3;
	if (nl > at && nl[-1] == '\r')
		nl--;
	if (nl == at || nl - at > 70)
		return NULL;
	for (const char *p = at; p < nl; p++)
		if (*p <= ' ' || *p == '"' || *p == '\\' || *p > '~')
			return NULL;
	return arena_memdup(a, at, (size_t)(nl - at));
}

static void
add_content_type(struct mime_walk *w, struct str *b, const char *type,
    const char *body, size_t len)
{
	const char *boundary;

	str_printf(b, "Content-Type: %s", type);
	if (str_has_prefix(param_main(w->a, type), "multipart/") &&
	    param_get(w->a, type, "boundary") == NULL &&
	    (boundary = guess_boundary(w->a, body, len)) != NULL)
		str_printf(b, "; boundary=\"%s\"", boundary);
	str_addc(b, '\n');
}

/*
 * A mail of very many parts is cut: GMime would need a thousand bytes for
 * each, and we look at the first 500.  A line that is a boundary begins with
 * two dashes; those with blanks are prose.
 */
static void
cut(struct mime_walk *w)
{
	const char *at = w->mail + w->body_at, *end = w->mail + w->len, *nl;
	size_t lines = 0;

	for (; at < end; at = nl + 1) {
		if ((nl = memchr(at, '\n', (size_t)(end - at))) == NULL)
			return;
		lines += nl - at > 2 && at[0] == '-' && at[1] == '-' &&
		    memchr(at, ' ', (size_t)(nl - at)) == NULL;
		if (lines > MAX_BOUNDARIES)
			break;
	}
	if (at < end) {
		w->len = (size_t)(at - w->mail);
		mime_problem(w, "it has more than 500 parts");
	}
}

/*
 * What GMime reads: the fields that matter, as our scanner sees them, and
 * the body.  Doubled fields, junk and mbox lines cannot confuse it then.
 */
static void
stitch(struct mime_walk *w, const char *raw, size_t len, char *here)
{
	static const char *const names[] = { "Content-Transfer-Encoding",
		"Content-Disposition" };
	struct str b = { 0 };
	struct headers h;
	const char *v;
	char *mail;

	header_scan(raw, len, w->a, &h);
	if (h.is_cut)
		mime_problem(w, "its header is larger than is read");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((v = header_get(&h, names[i])) != NULL)
			str_printf(&b, "%s: %s\n", names[i], v);
	if ((v = header_get(&h, "Content-Type")) != NULL && *v != '\0')
		add_content_type(w, &b, v, raw + h.body_at, len - h.body_at);
	str_addc(&b, '\n');
	w->body_at = b.len;
	w->len = b.len + len - h.body_at;
	if (here != NULL && b.len <= h.body_at) { /* where the header stood */
		mail = here + h.body_at - b.len;
	} else {
		mail = arena_alloc(w->a, w->len);
		if (len > h.body_at)
			memcpy(mail + b.len, raw + h.body_at, len - h.body_at);
	}
	memcpy(mail, b.s, b.len);
	w->mail = mail;
	str_fini(&b);
	cut(w);
}

/* A multipart without a readable part: its bytes are better than nothing. */
static void
show_all(struct mime_walk *w)
{
	struct mime_leaf l = { "text/plain", "", "", "", "",
		w->mail + w->body_at, w->len - w->body_at };

	mime_problem(w, "its parts cannot be told apart");
	mime_add_text(w, &l);
}

static void
run(struct mime_walk *w, const char *raw, size_t len, char *here)
{
	GByteArray all; /* GMime reads it, and does not own it */
	GMimeParser *parser;
	GMimeStream *stream;
	GMimeObject *o;

	g_mime_init();
	stitch(w, raw, len, here);
	all = (GByteArray){ (guint8 *)(uintptr_t)w->mail, (guint)w->len };
	stream = g_mime_stream_mem_new();
	g_mime_stream_mem_set_byte_array((GMimeStreamMem *)stream, &all);
	parser = g_mime_parser_new_with_stream(stream);
	o = g_mime_parser_construct_part(parser, NULL);
	if (o != NULL)
		walk(w, o, &(struct place){ 0, NULL, w->len });
	if ((o == NULL || GMIME_IS_MULTIPART(o)) && w->text.len == 0 &&
	    w->out->n_attachments == 0 && w->len > w->body_at)
		show_all(w);
	if (o != NULL)
		g_object_unref(o);
	g_object_unref(parser);
	g_object_unref(stream);
}

static void
read_body(const char *raw, size_t len, char *here, struct arena *a,
    struct body *out)
{
	struct mime_walk w = { .a = a, .out = out, .want = MIME_NO_INDEX };

	body_init(out, "");
	run(&w, raw, len, here);
	out->text = str_dup(&w.text, a);
	out->reply_text = replytext_extract(out->text, a);
	str_fini(&w.text);
}

void
mime_read(const char *raw, size_t len, struct arena *a, struct body *out)
{
	read_body(raw, len, NULL, a, out);
}

void
mime_read_here(char *raw, size_t len, struct arena *a, struct body *out)
{
	read_body(raw, len, raw, a, out);
}

enum rc
mime_attachment(const char *raw, size_t len, size_t index, struct arena *a,
    const char **bytes, size_t *n, struct err *e)
{
	struct body body;
	struct mime_walk w = { .a = a, .out = &body, .want = index };

	(void)e;
	body_init(&body, "");
	run(&w, raw, len, NULL);
	str_fini(&w.text);
	*bytes = w.bytes;
	*n = w.n;
	return w.bytes == NULL ? RC_NONE : RC_OK;
}
