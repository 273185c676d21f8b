/* demo_script.c - what arrives when, and what it answers. */
#include "cli/demo.h"

#include "app/intake.h"
#include "base/embed.h"
#include "base/str.h"
#include "mail/encode.h"
#include "mail/token.h"
#include "store/outbox_store.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SCRIPT "contrib/demo/script"
#define QUOTED_LINES 12

/* ---- the table --------------------------------------------------------- */

/* The next word of the line, cut off at `*s`. */
static char *
word(struct arena *a, const char **s)
{
	size_t n;
	char *out;

	*s += strspn(*s, " \t");
	n = strcspn(*s, " \t");
	out = arena_strndup(a, *s, n);
	*s += n + strspn(*s + n, " \t");
	return out;
}

static bool
wall_clock(struct demo *d, const char *day, const char *time, cw_time *out)
{
	struct civil c;
	cw_time t;

	if (!time_parse(arena_printf(d->a, "%sT%sZ", day, time), &t))
		return false;
	civil_from_utc(t, &c);
	*out = zone_instant(d->app.policy.calendar->zone, &c);
	return true;
}

static enum rc
read_row(struct demo *d, const char *line, int no, size_t *cap,
    struct err *e)
{
	const char *day = word(d->a, &line), *time = word(d->a, &line);
	struct demo_mail m = { .line = no };

	if (!wall_clock(d, day, time, &m.at))
		return err_set(e, RC_FAIL, SCRIPT ":%d: not a day and a time",
		    no);
	m.file = word(d->a, &line);
	m.answers = word(d->a, &line);
	m.words = arena_strdup(d->a, line);
	if (str_eq(m.file, "begin"))
		d->from = m.at;
	else if (str_eq(m.file, "end"))
		d->until = m.at;
	else if (d->n > 0 && d->v[d->n - 1].at > m.at)
		return err_set(e, RC_FAIL, SCRIPT ":%d: out of order", no);
	else
		*ARENA_PUSH(d->a, d->v, d->n, *cap) = m;
	return RC_OK;
}

enum rc
demo_script_read(struct demo *d, struct err *e)
{
	const struct embedded *f = embed_find(SCRIPT);
	const char *s = f == NULL ? "" : f->data;
	size_t cap = 0;
	enum rc rc = RC_OK;

	for (int no = 1; *s != '\0' && rc == RC_OK; no++) {
		size_t n = strcspn(s, "\n");

		if (n > 0 && *s != '#')
			rc = read_row(d, arena_strndup(d->a, s, n), no, &cap,
			    e);
		s += n + (s[n] == '\n');
	}
	return rc != RC_OK || (d->n > 0 && d->until > d->from) ? rc :
	    err_set(e, RC_FAIL, SCRIPT ": nothing in it");
}

/* ---- the mail that is answered ----------------------------------------- */

struct answered {
	int64_t case_no;
	struct outbox_mail mail;
	const char *reply_to; /* keyed */
	const char *subject;
};

static struct demo_mail *
find_file(const struct demo *d, const char *file, size_t n)
{
	for (size_t i = 0; i < d->n; i++)
		if (strlen(d->v[i].file) == n &&
		    memcmp(d->v[i].file, file, n) == 0)
			return &d->v[i];
	return NULL;
}

/* The case that a mail of the script opened; 0: none yet. */
static int64_t
case_of(const struct demo *d, const char *file, size_t n)
{
	const struct demo_mail *m = find_file(d, file, n);

	return m != NULL ? m->case_no : 0;
}

/* Work lists and digests belong to no case: the action links of a row do. */
static bool
is_digest(const char *template_name)
{
	return str_eq(template_name, "work-list") ||
	    str_eq(template_name, "lead-digest");
}

static enum rc
find_sent(struct demo *d, int64_t no, const char *template_name,
    const char *to, struct arena *a, struct outbox_mail *out, struct err *e)
{
	struct outbox_mail *v;
	size_t n = 0;
	enum rc rc = outbox_store_list(d->app.db, "sent",
	    is_digest(template_name) ? 0 : no, 400, a, &v, &n, e);

	for (size_t i = 0; rc == RC_OK && i < n; i++)
		if (str_eq(v[i].template, template_name) &&
		    (*to == '\0' || str_has_prefix(v[i].rcpt, to)))
			return outbox_store_get(d->app.db, v[i].id, a, out, e);
	return rc == RC_OK || rc == RC_NONE ? err_set(e, RC_FAIL, "no %s was"
	    " sent%s%s", template_name, *to == '\0' ? "" : " to ", to) : rc;
}

/* "alice/notice" or "alice/lead-digest/lee.okafor" */
static enum rc
find_answered(struct demo *d, const char *spec, struct arena *a,
    struct answered *out, struct err *e)
{
	size_t n = strcspn(spec, "/");
	const char *template_name, *to;
	struct msg m = { 0 };
	struct token t;
	enum rc rc;

	*out = (struct answered){ .reply_to = "", .subject = "" };
	out->mail = (struct outbox_mail){ .rcpt = "", .rcpt_name = "",
		.message_id = "", .refs = "" };
	if (str_eq(spec, "-"))
		return RC_OK;
	if ((out->case_no = case_of(d, spec, n)) == 0)
		return err_set(e, RC_FAIL, "%.*s has opened no case yet",
		    (int)n, spec);
	if (spec[n] == '\0')
		return RC_OK;
	to = strchr(spec + n + 1, '/');
	template_name = to == NULL ? spec + n + 1 :
	    arena_strndup(a, spec + n + 1, (size_t)(to - spec) - n - 1);
	rc = find_sent(d, out->case_no, template_name, to == NULL ? "" :
	    to + 1, a, &out->mail, e);
	if (rc != RC_OK)
		return rc;
	msg_scan(out->mail.bytes, out->mail.len, a, &m);
	out->subject = m.subject;
	out->reply_to = m.reply_to.n > 0 ? m.reply_to.v[0].email : "";
	if (is_digest(template_name)) {
		t = (struct token){ out->case_no, 'i', out->mail.id };
		out->reply_to = token_reply_address(a, &d->app.keys, &t,
		    d->app.policy.address);
		out->subject = token_format(a, out->case_no);
	}
	return RC_OK;
}

/* ---- the placeholders -------------------------------------------------- */

struct filler {
	struct demo *d;
	const struct demo_mail *m;
	const struct answered *to;
	struct arena *a;
};

static const char *
fill_date(const struct filler *f)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct civil c;
	int offset = zone_civil(f->d->app.policy.calendar->zone, f->m->at, &c,
	    NULL) / CW_MINUTE;
	int day = civil_weekday(civil_days(c.year, c.month, c.day));

	return arena_printf(f->a, "%.3s, %d %.3s %d %02d:%02d:00 %c%02d%02d",
	    days + (ptrdiff_t)3 * day, c.day, months +
	    (ptrdiff_t)3 * (c.month - 1), c.year, c.hour, c.minute,
	    offset < 0 ? '-' : '+', (offset < 0 ? -offset : offset) / 60,
	    (offset < 0 ? -offset : offset) % 60);
}

static const char *
fill_id(const struct filler *f)
{
	return arena_printf(f->a, "%s.%d@mail.demo.example", f->m->file,
	    f->m->line);
}

static const char *
address(const struct filler *f, const char *name, const char *email)
{
	struct str b = { 0 };
	size_t col = 10;
	char *out;

	encode_phrase(&b, &col, name);
	str_printf(&b, " <%s>", email);
	out = str_trim(f->a, b.s, b.len);
	str_fini(&b);
	return out;
}

static const char *
fill_from(const struct filler *f)
{
	return address(f, f->to->mail.rcpt_name, f->to->mail.rcpt);
}

static const char *
fill_name(const struct filler *f)
{
	return f->to->mail.rcpt_name;
}

static const char *
fill_rcpt(const struct filler *f)
{
	return f->to->mail.rcpt;
}

static const char *
fill_to(const struct filler *f)
{
	return address(f, f->d->app.policy.desk_name, f->to->reply_to);
}

static const char *
fill_message_id(const struct filler *f)
{
	return f->to->mail.message_id;
}

static const char *
fill_references(const struct filler *f)
{
	return arena_printf(f->a, "<%s>", f->to->mail.message_id);
}

static const char *
fill_original(const struct filler *f)
{
	return f->to->subject;
}

static const char *
fill_subject(const struct filler *f)
{
	return str_has_prefix(f->to->subject, "Re: ") ? f->to->subject :
	    arena_printf(f->a, "Re: %s", f->to->subject);
}

static const char *
fill_case(const struct filler *f)
{
	return token_number(f->a, f->to->case_no);
}

static const char *
fill_words(const struct filler *f)
{
	return f->m->words;
}

/* The head of the mail that is answered, as mail programs quote it. */
static const char *
fill_quote(const struct filler *f)
{
	struct str b = { 0 };
	struct msg m;
	const char *s;
	char *out;

	intake_understand(&f->d->app, "", f->to->mail.bytes, f->to->mail.len,
	    f->a, &m);
	str_printf(&b, "On %s, %s wrote:\n", fill_date(f),
	    f->d->app.policy.desk_name);
	s = m.body.text;
	for (int i = 0; i < QUOTED_LINES && *s != '\0'; i++) {
		size_t n = strcspn(s, "\n");

		str_printf(&b, ">%s%.*s\n", n > 0 ? " " : "", (int)n, s);
		s += n + (s[n] == '\n');
	}
	out = str_dup(&b, f->a);
	str_fini(&b);
	return out;
}

static const struct {
	const char *name;
	const char *(*fill)(const struct filler *f);
} fillers[] = {
	{ "date", fill_date },
	{ "id", fill_id },
	{ "from", fill_from },
	{ "name", fill_name },
	{ "rcpt", fill_rcpt },
	{ "to", fill_to },
	{ "message-id", fill_message_id },
	{ "references", fill_references },
	{ "original-subject", fill_original },
	{ "subject", fill_subject },
	{ "case", fill_case },
	{ "words", fill_words },
	{ "quote", fill_quote },
};

static enum rc
fill_one(const struct filler *f, const char *name, size_t n, struct str *out,
    struct err *e)
{
	for (size_t i = 0; i < sizeof(fillers) / sizeof(fillers[0]); i++)
		if (strlen(fillers[i].name) == n &&
		    memcmp(fillers[i].name, name, n) == 0) {
			str_add(out, fillers[i].fill(f));
			return RC_OK;
		}
	return err_set(e, RC_FAIL, "%s.eml: what is {{%.*s}}?", f->m->file,
	    (int)n, name);
}

static enum rc
fill(const struct filler *f, const struct embedded *eml, struct str *out,
    struct err *e)
{
	const char *s = eml->data, *end = s + eml->len, *open, *close;
	enum rc rc = RC_OK;

	while (rc == RC_OK &&
	    (open = memmem(s, (size_t)(end - s), "{{", 2)) != NULL &&
	    (close = memmem(open, (size_t)(end - open), "}}", 2)) != NULL) {
		str_addn(out, s, (size_t)(open - s));
		rc = fill_one(f, open + 2, (size_t)(close - open) - 2, out, e);
		s = close + 2;
	}
	str_addn(out, s, (size_t)(end - s));
	return rc;
}

/* ---- deliver ----------------------------------------------------------- */

static enum rc
compose_mail(struct demo *d, struct demo_mail *m, struct arena *a,
    struct str *out, struct err *e)
{
	const struct embedded *eml = embed_find(arena_printf(a,
	    "contrib/demo/%s.eml", m->file));
	struct answered to;
	struct filler f = { d, m, &to, a };
	enum rc rc;

	if (eml == NULL)
		return err_set(e, RC_FAIL, "there is no %s.eml", m->file);
	if ((rc = find_answered(d, m->answers, a, &to, e)) != RC_OK)
		return rc;
	return fill(&f, eml, out, e);
}

/* "=alice": the same mail once more, over another way. */
static enum rc
compose_again(const struct demo *d, const char *file, struct str *out,
    struct err *e)
{
	const struct demo_mail *m = find_file(d, file, strlen(file));

	if (m == NULL || m->bytes == NULL)
		return err_set(e, RC_FAIL, "%s has not come yet", file);
	str_add(out, "Received: from relay.example ([198.51.100.7])"
	    " by mx.northwind.example with ESMTP\n");
	str_addn(out, m->bytes, m->len);
	return RC_OK;
}

/* As a mail server would: complete in tmp/, then moved to new/. */
static enum rc
put_in_inbox(struct demo *d, const struct demo_mail *m, struct arena *a,
    struct err *e)
{
	const char *box = d->app.policy.mailboxes[0].path;
	const char *name = arena_printf(a, "%lld.L%d.demo", (long long)m->at,
	    m->line);
	const char *tmp = arena_printf(a, "%s/tmp/%s", box, name);
	int fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool ok = fd >= 0 &&
	    write(fd, m->bytes, m->len) == (ssize_t)m->len;

	if (fd >= 0)
		(void)close(fd);
	ok = ok && rename(tmp, arena_printf(a, "%s/new/%s", box, name)) == 0;
	return ok ? RC_OK : err_set(e, RC_FAIL, "%s: cannot write", tmp);
}

enum rc
demo_script_deliver(struct demo *d, struct demo_mail *m, struct err *e)
{
	struct arena *a = arena_new();
	struct str bytes = { 0 };
	struct msg seen = { 0 };
	enum rc rc;

	rc = *m->answers == '=' ?
	    compose_again(d, m->answers + 1, &bytes, e) :
	    compose_mail(d, m, a, &bytes, e);
	if (rc == RC_OK) {
		m->bytes = str_dup(&bytes, d->a);
		m->len = bytes.len;
		msg_scan(m->bytes, m->len, a, &seen);
		m->message_id = arena_strdup(d->a, seen.message_id);
		m->from = seen.from.n == 0 ? "" : arena_strdup(d->a,
		    *seen.from.v[0].name != '\0' ? seen.from.v[0].name :
		    seen.from.v[0].email);
		rc = put_in_inbox(d, m, a, e);
	}
	if (rc != RC_OK)
		rc = err_wrap(e, rc, SCRIPT ":%d: %s", m->line, m->file);
	str_fini(&bytes);
	arena_free(&a);
	return rc;
}
