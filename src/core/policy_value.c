/* policy_value.c - how the text of a setting becomes a value. */
#include "core/policy_table.h"

#include "base/str.h"
#include "mail/addr.h"

#include <string.h>

#define TEXT_MAX 500

void
value_problem(const struct value *v, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = arena_vprintf(v->l->a, fmt, ap);
	va_end(ap);
	problem_add(v->l->probs, v->node->file, v->node->line, v->key, "%s",
	    text);
}

static void
store_text(const struct value *v, const char *s)
{
	memcpy(v->field, &s, sizeof(s));
}

static void
store_int(const struct value *v, int n)
{
	memcpy(v->field, &n, sizeof(n));
}

/* Every character is ASCII from 33 to 126, and in `also` or alphanumeric. */
static bool
is_made_of(const char *s, const char *also)
{
	for (; *s != '\0'; s++) {
		bool is_alnum = (*s >= 'a' && *s <= 'z') ||
		    (*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9');

		if (!is_alnum && strchr(also, *s) == NULL)
			return false;
	}
	return true;
}

static bool
read_text(struct value *v)
{
	const char *s = v->node->text;

	if (value_has_control(s)) {
		value_problem(v, "line breaks and control characters are not "
		    "allowed here: write it on one line");
		return false;
	}
	if (strlen(s) > TEXT_MAX) {
		value_problem(v, "longer than %d characters: shorten it",
		    TEXT_MAX);
		return false;
	}
	store_text(v, s);
	return true;
}

static bool
read_id(struct value *v)
{
	const char *s = v->node->text;

	if (strlen(s) > 64 || !is_made_of(s, "._-") ||
	    !str_eq(s, str_lower(v->l->a, s))) {
		value_problem(v, "\"%.80s\" cannot be an id: use up to 64 "
		    "small letters, digits and . _ -", s);
		return false;
	}
	if (v->field != NULL)
		store_text(v, s);
	return true;
}

static bool
is_domain(const char *s)
{
	size_t len = strlen(s);

	return len > 0 && len <= 253 && is_made_of(s, ".-") && s[0] != '.' &&
	    s[0] != '-' && s[len - 1] != '.' && strstr(s, "..") == NULL;
}

static bool
read_email(struct value *v)
{
	const char *email = value_email_of(v, v->node->text);

	if (email != NULL)
		store_text(v, email);
	return email != NULL;
}

static bool
read_host(struct value *v)
{
	const char *s = v->node->text;

	if (s[0] != '\0' && !is_domain(s) &&
	    !(strchr(s, ':') != NULL && strlen(s) < 46 && is_made_of(s, ":."))) {
		value_problem(v, "not a host name: write it like "
		    "mail.example.com, without protocol, port or blanks");
		return false;
	}
	store_text(v, s);
	return true;
}

bool
value_is_this_machine(const char *host, size_t n)
{
	static const char *const names[] = { "localhost", "::1", "[::1]" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (n == strlen(names[i]) && strncmp(host, names[i], n) == 0)
			return true;
	return n > 4 && strncmp(host, "127.", 4) == 0 &&
	    strspn(host, "0123456789.") >= n;
}

static bool
is_url(const char *s)
{
	const char *host = s;
	size_t n;

	if (str_has_prefix(s, "https://"))
		host = s + 8;
	else if (str_has_prefix(s, "http://"))
		host = s + 7;
	n = *host == '[' ? strcspn(host, "/?#]") + 1 : strcspn(host, "/:?#");
	if (host == s || n == 0 || strlen(s) > 2000 ||
	    strcspn(host, "@") < strcspn(host, "/?#") ||
	    (host == s + 7 && !value_is_this_machine(host, n)))
		return false;
	for (; *s != '\0'; s++)
		if (*s <= ' ' || *s >= 0x7f)
			return false;
	return true;
}

static bool
store_url(struct value *v, const char *s)
{
	if (s[0] != '\0' && !is_url(s)) {
		value_problem(v, "not a web address that may be used: it must "
		    "begin with https:// (http:// only to 127.0.0.1) and have "
		    "no blanks and no user name");
		return false;
	}
	store_text(v, s);
	return true;
}

static bool
read_url(struct value *v)
{
	return store_url(v, v->node->text);
}

static bool
read_url_file(struct value *v)
{
	struct loader *l = v->l;
	const char *path;
	struct err e = { "" };
	size_t len;
	char *text;
	enum rc rc;

	if (v->node->text[0] == '\0')
		return true;
	path = str_beside(l->a, v->node->file, v->node->text);
	rc = l->io->read(l->io->ctx, l->a, path, &text, &len, &e);
	if (rc != RC_OK) {
		value_problem(v, "%s cannot be read: %s", path, rc == RC_NONE ?
		    "there is no such file" : e.text);
		return false;
	}
	return store_url(v, str_trim(l->a, text, strcspn(text, "\n")));
}

static bool
read_env(struct value *v)
{
	const char *s = v->node->text;

	if (!is_made_of(s, "_") || strlen(s) > 100 ||
	    (s[0] >= '0' && s[0] <= '9')) {
		value_problem(v, "\"%.80s\" is not the name of an environment "
		    "variable: letters, digits and _ only", s);
		return false;
	}
	store_text(v, s);
	return true;
}

static bool
read_language(struct value *v)
{
	const char *s = v->node->text;
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz");

	if (s[0] != '\0' && ((n != 2 && n != 3) ||
	    (s[n] != '\0' && s[n] != '-') || !is_made_of(s, "-") ||
	    strlen(s) > 11)) {
		value_problem(v, "\"%.80s\" is not a language: write it like "
		    "en, es or pt-br", s);
		return false;
	}
	store_text(v, s);
	return true;
}

static bool
read_path(struct value *v)
{
	if (!read_text(v))
		return false;
	store_text(v, v->node->text[0] == '\0' ? "" :
	    str_beside(v->l->a, v->node->file, v->node->text));
	return true;
}

/* Text with {{name}} of the fields of a subject (case_compose_subject). */
static bool
read_fields(struct value *v)
{
	static const char *const fields[] = { "brief", "employee_name",
		"employee_id", "client", "client_id", "division", "category",
		"type", NULL };
	const char *s = v->node->text, *end;

	if (!read_text(v))
		return false;
	while ((s = strstr(s, "{{")) != NULL) {
		const char *const *f = fields;
		char *name;

		s += 2;
		if ((end = strstr(s, "}}")) == NULL) {
			value_problem(v, "\"{{\" without \"}}\": close it");
			return false;
		}
		name = str_trim(v->l->a, s, (size_t)(end - s));
		while (*f != NULL && !str_eq(*f, name))
			f++;
		if (*f == NULL) {
			const char *near = problem_did_you_mean(name, fields);

			value_problem(v, "there is no field {{%.40s}}: use "
			    "{{%s}}", name, near != NULL ? near : "brief}}, "
			    "{{employee_name}}, {{employee_id}}, {{client}}, "
			    "{{client_id}} or {{division");
			return false;
		}
		s = end + 2;
	}
	return true;
}

static bool
read_number(struct value *v)
{
	int64_t n;

	if (!str_to_int(v->node->text, v->row->min, v->row->max, &n)) {
		value_problem(v, "must be a whole number from %lld to %lld, "
		    "not \"%.80s\"", (long long)v->row->min,
		    (long long)v->row->max, v->node->text);
		return false;
	}
	store_int(v, (int)n);
	return true;
}

static bool
read_date(struct value *v)
{
	const char *s = v->node->text;
	cw_time t = 0;

	if (s[0] != '\0' && (strlen(s) != 10 || !time_parse(s, &t))) {
		value_problem(v, "\"%.80s\" is not a date: write it like "
		    "2027-05-31", s);
		return false;
	}
	memcpy(v->field, &t, sizeof(t));
	return true;
}

static bool
read_bool(struct value *v)
{
	static const char *const yes[] = { "yes", "true", "on" };
	static const char *const no[] = { "no", "false", "off" };
	const char *s = v->node->text;

	for (size_t i = 0; i < 3; i++) {
		bool is_yes = str_caseeq(s, yes[i]);

		if (is_yes || str_caseeq(s, no[i])) {
			memcpy(v->field, &is_yes, sizeof(is_yes));
			return true;
		}
	}
	value_problem(v, "must be yes or no, not \"%.80s\"", s);
	return false;
}

static bool
read_duration(struct value *v)
{
	struct duration d;

	if (!duration_parse(v->node->text, &d)) {
		value_problem(v, "\"%.80s\" is not a length of time: write it "
		    "like 2 business days, 7 days, 8 business hours or "
		    "24 hours", v->node->text);
		return false;
	}
	if (d.n < v->row->min) {
		value_problem(v, "must be longer than nothing: write it like "
		    "1 business day");
		return false;
	}
	memcpy(v->field, &d, sizeof(d));
	return true;
}

bool
value_scan_clock(const char **s, int *minute)
{
	const char *p = *s;
	int h = 0, m, n = 0;

	for (; *p >= '0' && *p <= '9' && n < 2; p++, n++)
		h = h * 10 + (*p - '0');
	if (n == 0 || p[0] != ':' || p[1] < '0' || p[1] > '5' || p[2] < '0' ||
	    p[2] > '9')
		return false;
	m = (p[1] - '0') * 10 + (p[2] - '0');
	if (h > 24 || (h == 24 && m != 0))
		return false;
	*minute = h * 60 + m;
	*s = p + 3;
	return true;
}

static bool
read_clock(struct value *v)
{
	const char *s = v->node->text;
	int minute;

	if (!value_scan_clock(&s, &minute) || *s != '\0' || minute == 24 * 60) {
		value_problem(v, "\"%.80s\" is not a time of day: write it "
		    "like 09:00 or 16:30", v->node->text);
		return false;
	}
	store_int(v, minute);
	return true;
}

static bool
read_choice(struct value *v)
{
	int i = value_word_index(v, v->node->text);

	if (i >= 0)
		store_text(v, v->row->words[i]);
	return i >= 0;
}

static bool
read_word(struct value *v)
{
	int i = -1;

	if (v->node->text[0] != '\0' &&
	    (i = value_word_index(v, v->node->text)) < 0)
		return false;
	store_int(v, i);
	return true;
}

static bool
read_refused(struct value *v)
{
	value_problem(v, "%s", v->row->help);
	return false;
}

enum { TAKES_LIST = 1, TAKES_NOTHING = 2, TAKES_BOTH = 3 };

static const struct kind {
	const char *words;
	bool (*read)(struct value *v);
	unsigned takes;
} kinds[] = {
	[SET_TEXT] = { "text", read_text, TAKES_NOTHING },
	[SET_ID] = { "an id", read_id, 0 },
	[SET_EMAIL] = { "an e-mail address", read_email, 0 },
	[SET_EMAILS] = { "e-mail addresses", value_read_emails, TAKES_BOTH },
	[SET_HOST] = { "a host name", read_host, 0 },
	[SET_URL] = { "a web address", read_url, TAKES_NOTHING },
	[SET_ENV] = { "a variable", read_env, TAKES_NOTHING },
	[SET_LANGUAGE] = { "a language", read_language, 0 },
	[SET_PATH] = { "a path", read_path, TAKES_NOTHING },
	[SET_FIELDS] = { "text with {{fields}}", read_fields, 0 },
	[SET_DATE] = { "a date", read_date, 0 },
	[SET_URL_FILE] = { "a path", read_url_file, TAKES_NOTHING },
	[SET_NUMBER] = { "a whole number", read_number, 0 },
	[SET_BOOL] = { "yes or no", read_bool, 0 },
	[SET_DURATION] = { "a length of time", read_duration, 0 },
	[SET_CLOCK] = { "a time of day", read_clock, 0 },
	[SET_CHOICE] = { "a word", read_choice, 0 },
	[SET_WORD] = { "a word", read_word, 0 },
	[SET_FLAGS] = { "words", value_read_flags, TAKES_BOTH },
	[SET_TEXTS] = { "a list of text", value_read_texts, TAKES_BOTH },
	[SET_PATHS] = { "a list of paths", value_read_paths, TAKES_BOTH },
	[SET_PATTERN] = { "a pattern or several", value_read_pattern, TAKES_LIST },
	[SET_WORDS] = { "a pattern or several", value_read_pattern, TAKES_LIST },
	[SET_REF] = { "an id", value_read_ref, 0 },
	[SET_REFS] = { "a list of ids", value_read_refs, TAKES_BOTH },
	[SET_ZONE] = { "a time zone", value_read_zone, 0 },
	[SET_HOURS] = { "opening hours", value_read_hours, TAKES_LIST },
	[SET_HOLIDAYS] = { "iCalendar files", value_read_holidays, TAKES_BOTH },
	[SET_REFUSED] = { "nothing", read_refused, TAKES_BOTH },
};

const char *
setting_type_words(enum setting_type t)
{
	return kinds[t].words;
}

bool
value_read(struct value *v)
{
	const struct kind *k = &kinds[v->row->type];

	if (v->node->kind == NODE_MAP ||
	    (v->node->kind == NODE_LIST && (k->takes & TAKES_LIST) == 0)) {
		value_problem(v, "must be %s, not %s", k->words,
		    node_kind_words(v->node->kind));
		return false;
	}
	if (v->node->is_empty && (k->takes & TAKES_NOTHING) == 0) {
		value_problem(v, "has no value: write %s, or remove the line "
		    "to have the default", k->words);
		return false;
	}
	return k->read(v);
}
