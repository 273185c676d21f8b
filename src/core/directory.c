/* directory.c - the employees, as a CSV file tells them. */
#include "core/directory.h"

#include "base/str.h"
#include "mail/addr.h"
#include "mail/charset.h"

#include <string.h>

#define MAX_OTHER_EMAILS 16

/* --- one record: its fields, unquoted --- */

struct record {
	struct str text; /* all fields, each with a NUL behind it */
	size_t at[DIRECTORY_MAX_COLUMNS]; /* where each begins in it */
	size_t n;
	int line;        /* where it begins */
	const char *bad; /* NULL, or what is wrong with it */
};

struct csv {
	const char *s, *end;
	char separator;
	int line;
	bool is_unclosed; /* a quote that never ends: nothing is certain */
};

static const char *
field(const struct record *r, size_t i)
{
	return r->text.s + r->at[i];
}

/* The inside of a quoted field; s stands behind the opening quote. */
static void
read_quoted(struct csv *c, struct record *r)
{
	for (;; c->s++) {
		if (c->s == c->end) {
			c->is_unclosed = true;
			return;
		}
		if (*c->s == '\n')
			c->line++;
		if (*c->s != '"') {
			str_addc(&r->text, *c->s);
		} else if (c->s + 1 < c->end && c->s[1] == '"') {
			str_addc(&r->text, '"');
			c->s++;
		} else {
			c->s++;
			return;
		}
	}
}

static bool
is_end(const struct csv *c)
{
	return c->s == c->end || *c->s == '\n' || *c->s == '\r';
}

static void
read_field(struct csv *c, struct record *r)
{
	size_t start = r->text.len;

	if (r->n == DIRECTORY_MAX_COLUMNS)
		r->bad = "has too many columns";
	else
		r->at[r->n++] = start;
	if (c->s < c->end && *c->s == '"') {
		c->s++;
		read_quoted(c, r);
		if (!is_end(c) && *c->s != c->separator)
			r->bad = "has text behind a closing quote: double the "
			    "quotes inside a field";
	}
	while (!is_end(c) && *c->s != c->separator)
		str_addc(&r->text, *c->s++);
	if (r->text.len - start > DIRECTORY_MAX_FIELD)
		r->bad = "has a field of more than 1,000 bytes";
	if (memchr(r->text.s + start, '\0', r->text.len - start) != NULL)
		r->bad = "has a zero byte";
	str_addc(&r->text, '\0');
}

/* The next record that is not an empty line; false at the end. */
static bool
read_record(struct csv *c, struct record *r)
{
	while (c->s < c->end && (*c->s == '\n' || *c->s == '\r')) {
		c->line += *c->s == '\n';
		c->s++;
	}
	if (c->s == c->end)
		return false;
	str_clear(&r->text);
	/* reserve, so that text.s is there also for an empty field */
	str_add(&r->text, "");
	r->n = 0;
	r->bad = NULL;
	r->line = c->line;
	for (;;) {
		read_field(c, r);
		if (is_end(c))
			return true;
		c->s++;
		if (c->s == c->end) { /* "a,b," ends with an empty field */
			read_field(c, r);
			return true;
		}
	}
}

/* --- columns --- */

enum { COL_ID, COL_NAME, COL_EMAIL, COL_CLIENT, COL_CLIENT_ID, COL_DIVISION,
	COL_REGION, COL_ZONE, COL_LANGUAGE, COL_MANAGER, COL_STATUS, COL_OTHER,
	COL_N };

static const char *const column_names[COL_N] = {
	"employee_id", "name", "email", "client", "client_id", "division",
	"region", "zone", "language", "manager", "status", "other_emails",
};

/* For each column we know its place in the file, or SIZE_MAX. */
struct columns {
	size_t place[COL_N];
	size_t n; /* of the file */
};

static bool
is_column(const char *said, const char *name)
{
	while (*said == ' ')
		said++;
	for (; *name != '\0'; said++, name++) {
		char c = *said;

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c == ' ' || c == '-')
			c = '_';
		if (c != *name)
			return false;
	}
	return said[strspn(said, " ")] == '\0';
}

static void
find_column(struct columns *cols, const struct record *head, size_t i,
    struct str *unused, struct problems *probs, const char *file)
{
	for (size_t k = 0; k < COL_N; k++) {
		if (!is_column(field(head, i), column_names[k]))
			continue;
		if (cols->place[k] == SIZE_MAX)
			cols->place[k] = i;
		else
			problem_add(probs, file, head->line, column_names[k],
			    "two columns have this name: the first is used");
		return;
	}
	str_printf(unused, "%s%.60s", unused->len == 0 ? "" : ", ",
	    field(head, i));
}

static enum rc
read_head(struct csv *c, struct record *r, struct columns *cols,
    struct arena *a, const char *file, struct directory_result *res,
    struct problems *probs)
{
	struct str unused = { 0 };
	enum rc rc = RC_OK;

	for (size_t k = 0; k < COL_N; k++)
		cols->place[k] = SIZE_MAX;
	if (!read_record(c, r) || r->bad != NULL || c->is_unclosed) {
		problem_add(probs, file, 1, "", "there is no row with the "
		    "names of the columns: begin with employee_id,name,email");
		return RC_BAD;
	}
	cols->n = r->n;
	for (size_t i = 0; i < r->n; i++)
		find_column(cols, r, i, &unused, probs, file);
	for (size_t k = COL_ID; k <= COL_EMAIL; k++) {
		if (cols->place[k] != SIZE_MAX)
			continue;
		problem_add(probs, file, r->line, column_names[k], "this "
		    "column is missing: add it to the first row");
		rc = RC_BAD;
	}
	if (unused.len != 0)
		res->note = arena_printf(a, "columns not used: %s",
		    str_text(&unused));
	str_fini(&unused);
	return rc;
}

/* --- what must not stand twice: a set of hashes --- */

struct seen_row {
	uint64_t hash; /* 0: free */
	int line;
};

struct seen {
	struct arena *a; /* holds v alone */
	struct seen_row *v;
	size_t n, cap; /* cap is a power of two */
};

static uint64_t
hash_of(const char *s)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325); /* FNV-1a, then mixed */

	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c - 'A' + 'a');
		h = (h ^ c) * UINT64_C(0x100000001b3);
	}
	h ^= h >> 32;
	h *= UINT64_C(0xd6e8feb86659fd93);
	h ^= h >> 32;
	return h == 0 ? 1 : h;
}

static struct seen_row *
slot_of(struct seen_row *v, size_t cap, uint64_t h)
{
	size_t i = (size_t)h & (cap - 1);

	while (v[i].hash != 0 && v[i].hash != h)
		i = (i + 1) & (cap - 1);
	return &v[i];
}

static void
seen_grow(struct seen *set)
{
	size_t cap = set->cap == 0 ? 1024 : 2 * set->cap;
	struct arena *a = arena_new();
	struct seen_row *v = arena_array(a, cap, sizeof(*v));

	for (size_t i = 0; i < set->cap; i++)
		if (set->v[i].hash != 0)
			*slot_of(v, cap, set->v[i].hash) = set->v[i];
	arena_free(&set->a);
	set->a = a;
	set->v = v;
	set->cap = cap;
}

/* 0, or the line in which this text stood before. */
static int
seen_add(struct seen *set, const char *s, int line)
{
	struct seen_row *slot;
	uint64_t h = hash_of(s);

	if (2 * set->n >= set->cap)
		seen_grow(set);
	slot = slot_of(set->v, set->cap, h);
	if (slot->hash == h)
		return slot->line;
	*slot = (struct seen_row){ h, line };
	set->n++;
	return 0;
}

/* --- one row becomes an employee --- */

struct import {
	const char *file;
	struct columns cols;
	struct seen ids, emails;
	struct problems *probs;
	struct directory_result *res;
	struct arena *row; /* emptied for each row */
};

static const struct status_word {
	const char *word;
	enum employee_status status;
} status_words[] = {
	{ "", EMPLOYEE_ACTIVE }, { "active", EMPLOYEE_ACTIVE },
	{ "employed", EMPLOYEE_ACTIVE }, { "on leave", EMPLOYEE_ACTIVE },
	{ "left", EMPLOYEE_LEFT }, { "inactive", EMPLOYEE_LEFT },
	{ "terminated", EMPLOYEE_LEFT },
};

const char *
employee_status_name(enum employee_status s)
{
	return s == EMPLOYEE_LEFT ? "left" : "active";
}

static bool
status_parse(const char *s, enum employee_status *out)
{
	for (size_t i = 0; i < sizeof(status_words) / sizeof(*status_words);
	    i++) {
		if (str_caseeq(s, status_words[i].word)) {
			*out = status_words[i].status;
			return true;
		}
	}
	return false;
}

/* Trimmed, with blanks for controls (a line break inside quotes). */
static const char *
cell(struct import *im, const struct record *r, size_t col)
{
	size_t i = im->cols.place[col];
	char *s;

	if (i == SIZE_MAX || i >= r->n)
		return "";
	s = str_trim(im->row, field(r, i), strlen(field(r, i)));
	for (char *p = s; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = ' ';
	return s;
}

static const char *
email_list(struct import *im, const char *s, struct texts *out)
{
	const char **v = arena_array(im->row, MAX_OTHER_EMAILS, sizeof(*v));

	out->v = v;
	for (;;) {
		size_t n;
		char *email;

		s += strspn(s, " ,;");
		if ((n = strcspn(s, " ,;")) == 0)
			return NULL;
		email = str_lower(im->row, arena_strndup(im->row, s, n));
		if (!addr_is_valid(email) || out->n == MAX_OTHER_EMAILS)
			return "other_emails";
		v[out->n++] = email;
		s += n;
	}
}

/* "es", "es-MX"; exports write the name of the language, too. */
static const char *
language_of(struct import *im, const struct record *r)
{
	static const struct {
		const char *name, *code;
	} names[] = {
		{ "english", "en" }, { "inglés", "en" }, { "spanish", "es" },
		{ "español", "es" }, { "espanol", "es" }, { "french", "fr" },
		{ "german", "de" }, { "portuguese", "pt" },
	};
	const char *s = str_lower(im->row, cell(im, r, COL_LANGUAGE));

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(s, names[i].name))
			return names[i].code;
	return s;
}

/* NULL, or the name of the column that is wrong. */
static const char *
employee_of(struct import *im, const struct record *r, struct employee *e)
{
	*e = (struct employee){
		.employee_id = cell(im, r, COL_ID),
		.name = cell(im, r, COL_NAME),
		.email = str_lower(im->row, cell(im, r, COL_EMAIL)),
		.client = cell(im, r, COL_CLIENT),
		.client_id = cell(im, r, COL_CLIENT_ID),
		.division = cell(im, r, COL_DIVISION),
		.region = cell(im, r, COL_REGION),
		.zone = cell(im, r, COL_ZONE),
		.language = language_of(im, r),
		.manager = cell(im, r, COL_MANAGER),
	};
	if (e->employee_id[0] == '\0' || strlen(e->employee_id) > 64)
		return "employee_id";
	if (e->name[0] == '\0')
		return "name";
	if (e->email[0] != '\0' && !addr_is_valid(e->email))
		return "email";
	if (e->zone[0] != '\0' && !zone_name_is_safe(e->zone))
		return "zone";
	if (strlen(e->language) > 11)
		return "language";
	if (!status_parse(cell(im, r, COL_STATUS), &e->status))
		return "status";
	return email_list(im, cell(im, r, COL_OTHER), &e->other_emails);
}

static bool
is_new(struct import *im, const struct record *r, const struct employee *e)
{
	int line = seen_add(&im->ids, e->employee_id, r->line);
	const char *what = "employee_id", *value = e->employee_id;

	if (line == 0 && e->email[0] != '\0') {
		line = seen_add(&im->emails, e->email, r->line);
		what = "email";
		value = e->email;
	}
	if (line != 0)
		problem_add(im->probs, im->file, r->line, what, "\"%.80s\" "
		    "stands in line %d already: this row is left out", value,
		    line);
	return line == 0;
}

/* False after a problem was added. */
static bool
take_row(struct import *im, const struct record *r, struct employee *e)
{
	const char *col;

	if (r->bad == NULL && r->n != im->cols.n) {
		problem_add(im->probs, im->file, r->line, "", "has %zu "
		    "columns, the first row has %zu: this row is left out",
		    r->n, im->cols.n);
		return false;
	}
	if (r->bad != NULL) {
		problem_add(im->probs, im->file, r->line, "",
		    "%s: this row is left out", r->bad);
		return false;
	}
	if ((col = employee_of(im, r, e)) != NULL) {
		problem_add(im->probs, im->file, r->line, col, "is missing or "
		    "cannot be right: this row is left out");
		return false;
	}
	return is_new(im, r, e);
}

/* --- the file --- */

static bool
is_utf8(const char *s, size_t n)
{
	size_t len;

	for (; n > 0; s += len, n -= len)
		if ((len = utf8_len(s, n)) == 0)
			return false;
	return true;
}

static void
csv_init(struct csv *c, const char *text, size_t len)
{
	const char *eol;

	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		len -= 3;
	}
	*c = (struct csv){ .s = text, .end = text + len, .separator = ',',
	    .line = 1 };
	eol = memchr(text, '\n', len);
	if (eol == NULL)
		eol = c->end;
	if (memchr(text, ',', (size_t)(eol - text)) == NULL &&
	    memchr(text, ';', (size_t)(eol - text)) != NULL)
		c->separator = ';';
}

static enum rc
each_row(struct import *im, struct csv *c, struct record *r,
    bool (*take)(void *ctx, const struct employee *e), void *ctx)
{
	struct employee e;

	while (read_record(c, r)) {
		if (c->is_unclosed) {
			problem_add(im->probs, im->file, r->line, "", "a quote "
			    "is opened here and never closed: nothing behind "
			    "it can be read");
			return RC_BAD;
		}
		arena_reset(im->row);
		if (!take_row(im, r, &e)) {
			im->res->n_bad++;
			continue;
		}
		im->res->n_rows++;
		if (!take(ctx, &e))
			break;
	}
	return RC_OK;
}

enum rc
directory_each(const char *file, const char *text, size_t len,
    struct arena *a, bool (*take)(void *ctx, const struct employee *e),
    void *ctx, struct directory_result *res, struct problems *probs)
{
	struct import im = { .file = file, .probs = probs, .res = res };
	struct record r = { 0 };
	struct csv c;
	enum rc rc;

	*res = (struct directory_result){ .note = "" };
	if (probs->a == NULL)
		probs->a = a;
	if (!is_utf8(text, len)) {
		text = charset_to_utf8(a, "", text, len);
		len = strlen(text);
	}
	csv_init(&c, text, len);
	im.row = arena_new();
	rc = read_head(&c, &r, &im.cols, a, file, res, probs);
	if (rc == RC_OK)
		rc = each_row(&im, &c, &r, take, ctx);
	arena_free(&im.row);
	str_fini(&r.text);
	arena_free(&im.ids.a);
	arena_free(&im.emails.a);
	return rc;
}

struct list {
	struct arena *a;
	struct employee *v;
	size_t n, cap;
};

static bool
keep(void *ctx, const struct employee *e)
{
	struct list *l = ctx;
	struct employee *k = ARENA_PUSH(l->a, l->v, l->n, l->cap);
	const char **other;

	*k = (struct employee){
		.employee_id = arena_strdup(l->a, e->employee_id),
		.name = arena_strdup(l->a, e->name),
		.email = arena_strdup(l->a, e->email),
		.client = arena_strdup(l->a, e->client),
		.client_id = arena_strdup(l->a, e->client_id),
		.division = arena_strdup(l->a, e->division),
		.region = arena_strdup(l->a, e->region),
		.zone = arena_strdup(l->a, e->zone),
		.language = arena_strdup(l->a, e->language),
		.manager = arena_strdup(l->a, e->manager),
		.status = e->status,
	};
	other = arena_array(l->a, e->other_emails.n + 1, sizeof(*other));
	for (size_t i = 0; i < e->other_emails.n; i++)
		other[i] = arena_strdup(l->a, e->other_emails.v[i]);
	k->other_emails = (struct texts){ other, e->other_emails.n };
	return true;
}

enum rc
directory_parse(const char *file, const char *text, size_t len,
    struct arena *a, struct employee **v, struct directory_result *res,
    struct problems *probs)
{
	struct list l = { .a = a };
	enum rc rc = directory_each(file, text, len, a, keep, &l, res, probs);

	*v = l.v;
	return rc;
}
