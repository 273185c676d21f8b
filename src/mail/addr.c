/* addr.c - addresses as mails write them. */
#include "mail/addr.h"

#include "base/str.h"
#include "mail/header.h"

#include <string.h>

#define MAX_ADDRS 1000
#define MAX_NAME 200 /* bytes of a display name: it stands in mails of ours */

/* One list entry while it is read. */
struct entry {
	struct str words;   /* display name or bare address, unquoted */
	struct str comment; /* of (...), the name where there is no other */
	struct str angle;   /* between < and > */
	bool has_angle;
};

struct parser {
	struct arena *a;
	struct addrs *out;
	size_t cap;
	const char *p;
	struct entry e;
	struct str before; /* "Doe" of: Doe, John <j@x.org> */
	bool is_broken;    /* a quote without an end: no more quoting */
};

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* A quoted string at p->p into b; `keep` leaves the quotes in. */
static void
read_quoted(struct parser *p, struct str *b, bool keep)
{
	if (keep)
		str_addc(b, '"');
	for (p->p++; *p->p != '\0' && *p->p != '"'; p->p++) {
		if (*p->p == '\\' && p->p[1] != '\0') {
			if (keep)
				str_addc(b, '\\');
			p->p++;
		}
		str_addc(b, *p->p);
	}
	if (keep)
		str_addc(b, '"');
	if (*p->p == '"')
		p->p++;
}

static void
read_comment(struct parser *p, struct str *b)
{
	int depth = 1;

	if (b->len > 0)
		str_addc(b, ' ');
	for (p->p++; *p->p != '\0'; p->p++) {
		if (*p->p == '\\' && p->p[1] != '\0')
			p->p++;
		else if (*p->p == '(')
			depth++;
		else if (*p->p == ')' && --depth == 0)
			break;
		str_addc(b, *p->p);
	}
	if (*p->p == ')')
		p->p++;
}

/* The address between < and >, without blanks, comments and route. */
static void
read_angle(struct parser *p, struct str *b)
{
	struct str ignored = { 0 };
	const char *colon;

	for (p->p++; *p->p != '\0' && *p->p != '>' && *p->p != '<';) {
		if (*p->p == '"')
			read_quoted(p, b, true);
		else if (*p->p == '(')
			read_comment(p, &ignored);
		else if (!is_space(*p->p++))
			str_addc(b, p->p[-1]);
	}
	if (*p->p == '>')
		p->p++;
	str_fini(&ignored);
	if (b->len > 0 && b->s[0] == '@' &&
	    (colon = strrchr(b->s, ':')) != NULL) { /* <@relay:user@host> */
		size_t cut = (size_t)(colon + 1 - b->s);

		memmove(b->s, b->s + cut, b->len - cut + 1);
		b->len -= cut;
	}
	if (str_has_caseprefix(str_text(b), "mailto:")) {
		memmove(b->s, b->s + 7, b->len - 6);
		b->len -= 7;
	}
}

static char *
display_name(struct arena *a, const char *s)
{
	char *name = header_decode(a, s);
	size_t n;

	name = str_trim(a, name, strlen(name));
	n = strlen(name);
	if (n >= 2 && name[0] == '\'' && name[n - 1] == '\'') /* Outlook */
		name = str_trim(a, name + 1, n - 2);
	name[utf8_cut(name, strlen(name), MAX_NAME)] = '\0';
	return name;
}

static void
add(struct parser *p, const char *name, const char *email)
{
	char *e = arena_strdup(p->a, email);

	if (p->out->n >= MAX_ADDRS)
		return;
	for (char *d = strrchr(e, '@'); d != NULL && *d != '\0'; d++)
		if (*d >= 'A' && *d <= 'Z')
			*d = (char)(*d + ('a' - 'A'));
	if (p->cap < p->out->n)
		p->cap = p->out->n; /* grow what an earlier call made */
	*ARENA_PUSH(p->a, p->out->v, p->out->n, p->cap) = (struct addr){
		.name = display_name(p->a, name),
		.email = e,
	};
}

/* A bare address, or several without a comma between them. */
static void
add_bare(struct parser *p)
{
	const char *words = str_text(&p->e.words), *w = words;
	bool found = false;
	size_t n;

	for (; *w != '\0'; w += n) {
		while (is_space(*w))
			w++;
		for (n = 0; w[n] != '\0' && !is_space(w[n]); n++)
			;
		if (memchr(w, '@', n) == NULL || n < 3)
			continue;
		add(p, str_text(&p->e.comment), arena_strndup(p->a, w, n));
		found = true;
	}
	if (found)
		return;
	if (p->e.words.len > 0 && strpbrk(words, " \t@") == NULL &&
	    p->e.comment.len > 0) { /* MAILER-DAEMON (Mail Delivery) */
		add(p, str_text(&p->e.comment), words);
	} else { /* perhaps the first half of "Doe, John <j@x.org>" */
		if (p->before.len > 0)
			str_add(&p->before, ", ");
		str_add(&p->before, words);
	}
}

static void
trim(struct str *b)
{
	size_t n = 0;

	while (b->len > 0 && is_space(b->s[b->len - 1]))
		b->s[--b->len] = '\0';
	while (n < b->len && is_space(b->s[n]))
		n++;
	if (n > 0) {
		memmove(b->s, b->s + n, b->len - n + 1);
		b->len -= n;
	}
}

/* The entry is complete: what was it? */
static void
end_entry(struct parser *p)
{
	struct entry *e = &p->e;

	trim(&e->words);
	if (e->has_angle && e->angle.len > 0) {
		if (p->before.len > 0 && e->words.len > 0)
			str_add(&p->before, ", ");
		str_add(&p->before, str_text(&e->words));
		if (p->before.len == 0)
			str_add(&p->before, str_text(&e->comment));
		add(p, str_text(&p->before), str_text(&e->angle));
		str_clear(&p->before);
	} else if (!e->has_angle && e->words.len > 0) {
		add_bare(p);
	}
	str_clear(&e->words);
	str_clear(&e->comment);
	str_clear(&e->angle);
	e->has_angle = false;
}

/* "name:" of a group, unless the colon is part of an address. */
static bool
is_group(const struct parser *p)
{
	return !p->e.has_angle && p->e.words.len > 0 &&
	    strchr(p->e.words.s, '@') == NULL;
}

/* A quoted string is part of the address if an @ follows. */
static void
quoted(struct parser *p)
{
	const char *start = p->p;
	size_t had = p->e.words.len;

	if (!p->is_broken)
		read_quoted(p, &p->e.words, false);
	if (!p->is_broken && *p->p != '@' && p->p[-1] == '"')
		return;
	p->is_broken = p->is_broken || *p->p != '@';
	p->e.words.len = had;
	p->p = start;
	if (p->is_broken)
		p->p++;
	else
		read_quoted(p, &p->e.words, true);
}

static void
step(struct parser *p)
{
	switch (*p->p) {
	case '"':
		if (p->e.has_angle)
			end_entry(p);
		quoted(p);
		return;
	case '(':
		read_comment(p, &p->e.comment);
		return;
	case '<':
		if (p->e.has_angle)
			end_entry(p);
		p->e.has_angle = true;
		read_angle(p, &p->e.angle);
		return;
	case ':':
		if (is_group(p)) {
			str_clear(&p->e.words);
			str_clear(&p->before);
		} else {
			str_addc(&p->e.words, ':');
		}
		break;
	case ',':
	case ';':
		end_entry(p);
		if (*p->p == ';')
			str_clear(&p->before);
		break;
	default:
		if (p->e.has_angle && !is_space(*p->p))
			end_entry(p); /* more behind the > */
		str_addc(&p->e.words, *p->p);
	}
	p->p++;
}

static void
parse(struct arena *a, const char *value, struct addrs *out)
{
	struct parser p = { .a = a, .out = out, .p = value };

	while (*p.p != '\0')
		step(&p);
	end_entry(&p);
	str_fini(&p.e.words);
	str_fini(&p.e.comment);
	str_fini(&p.e.angle);
	str_fini(&p.before);
}

void
addrs_parse(struct arena *a, const char *value, struct addrs *out)
{
	size_t had = out->n;

	parse(a, value, out);
	/* Some mailers put the address into the encoded word, too. */
	if (out->n == had && strstr(value, "=?") != NULL)
		parse(a, header_decode(a, value), out);
}

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

static bool
is_host(const char *s)
{
	size_t label = 0;

	if (*s == '\0')
		return false;
	for (; *s != '\0'; s++) {
		if (*s == '.') {
			if (label == 0 || s[-1] == '-')
				return false;
			label = 0;
		} else if (!is_alnum(*s) && (*s != '-' || label == 0)) {
			return false;
		} else if (++label > 63) {
			return false;
		}
	}
	return label > 0 && s[-1] != '-';
}

bool
addr_is_valid(const char *email)
{
	const char *at;

	if (email == NULL || strlen(email) > ADDR_MAX ||
	    (at = strchr(email, '@')) == NULL || at == email || at - email > 64)
		return false;
	for (const char *p = email; p < at; p++)
		if (!is_alnum(*p) && strchr("!#$%&'*+-/=?^_`{|}~.", *p) == NULL)
			return false;
	return is_host(at + 1);
}

const char *
addr_domain(const char *email)
{
	const char *at = strrchr(email, '@');

	return at == NULL ? "" : at + 1;
}

bool
addr_equal(const char *a, const char *b)
{
	return str_caseeq(a, b);
}
