/* directory_hints.c - whom a mail may be about: ids and names in it. */
#include "core/directory.h"

#include "base/str.h"

#include <string.h>

#define TEXT_MAX (64 * 1024)
#define NAME_MAX_WORDS 4
#define NAME_MAX_LEN 80
#define SIGNATURE_LINES 12 /* looked at from the end */

/* What people write before their own or somebody's name, or a label. */
static const char *const lead_ins[] = {
	"my name is ", "i am ", "i'm ", "this is ", "on behalf of ",
	"employee: ", "employee name: ", "name: ", "regarding ", "concerning ",
	"ich bin ", "mein name ist ", "ich heiße ", "mitarbeiter: ",
	"mitarbeiterin: ", "im namen von ",
	"je suis ", "je m'appelle ", "je m’appelle ", "mon nom est ", "nom : ",
	"soy ", "me llamo ", "mi nombre es ", "nombre: ", "empleado: ",
	"empleada: ", "mi chiamo ", "meu nome é ", "me chamo ", NULL,
};

/* What stands above a signature. */
static const char *const closings[] = {
	"regards", "thanks", "thank you", "sincerely", "best", "cheers",
	"yours", "kind regards", "many thanks", "best regards", "warm regards",
	"mit freundlichen grüßen", "viele grüße", "freundliche grüße", "gruß",
	"danke", "mfg", "cordialement", "bien à vous", "merci", "saludos",
	"un saludo", "gracias", "atentamente", "cordiali saluti", "grazie",
	"atenciosamente", "obrigado", "obrigada", "--", NULL,
};

/* Small words inside names: Ana de la Cruz, Jan van Dijk. */
static const char *const particles[] = {
	"de", "da", "do", "dos", "la", "las", "los", "del", "van", "von",
	"der", "den", "di", "el", "al", "bin", "le", NULL,
};

static bool
is_one_of(const char *s, size_t n, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strlen(*words) == n && memcmp(s, *words, n) == 0)
			return true;
	return false;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (unsigned char)c >= 0x80 || c == '\'' || c == '-';
}

static void
add(const char **list, size_t *n, const char *s)
{
	for (size_t i = 0; i < *n; i++)
		if (str_caseeq(list[i], s))
			return;
	if (*n < DIRECTORY_MAX_HINTS)
		list[(*n)++] = s;
}

/*
 * A name at s: two to four words with capitals, small particles between,
 * initials with a dot.  Its length, 0 if there is none.  *is_alone: the line
 * ends behind it.
 */
static size_t
name_at(const char *s, bool *is_alone)
{
	size_t i = 0, end = 0, words = 0;

	while (words < NAME_MAX_WORDS) {
		size_t n = 0;

		while (is_letter(s[i + n]))
			n++;
		if (n == 0)
			break;
		if (is_one_of(s + i, n, particles) && words > 0) {
			i += n;
		} else {
			if (s[i] >= 'a' && s[i] <= 'z')
				break;
			words++;
			i += n;
			i += s[i] == '.' && n == 1;
			end = i;
		}
		if (s[i] != ' ')
			break;
		i++;
	}
	*is_alone = s[end + strspn(s + end, " ,\t\r")] == '\n' ||
	    s[end + strspn(s + end, " ,\t\r")] == '\0';
	return words >= 2 && end <= NAME_MAX_LEN ? end : 0;
}

/* Does one of the lead-ins, as whole words, end right before s? */
static bool
is_led_in(const char *text, const char *s)
{
	for (const char *const *l = lead_ins; *l != NULL; l++) {
		size_t n = strlen(*l);

		if ((size_t)(s - text) >= n && str_has_caseprefix(s - n, *l) &&
		    ((size_t)(s - text) == n || !is_letter(*(s - n - 1))))
			return true;
	}
	return false;
}

/* Every lead-in ends with a blank, and no name begins with a small letter:
 * there are few places to look at. */
static void
from_lead_ins(const char *text, struct arena *a, struct directory_hints *out)
{
	bool alone;
	size_t n;

	for (const char *s = text; (s = strchr(s, ' ')) != NULL &&
	    out->n_names < DIRECTORY_MAX_HINTS;) {
		s++;
		if (is_letter(*s) && !(*s >= 'a' && *s <= 'z') &&
		    is_led_in(text, s) && (n = name_at(s, &alone)) != 0)
			add(out->names, &out->n_names,
			    arena_strndup(a, s, n));
	}
}

static bool
is_closing(const char *line, size_t n, struct arena *a)
{
	const char *s = str_lower(a, str_trim(a, line, n));

	n = strlen(s);
	while (n > 0 && strchr(",.!", s[n - 1]) != NULL)
		n--;
	return n > 0 && is_one_of(s, n, closings);
}

/* The first line behind the last closing, or the last line, if it is a name
 * and no more. */
static void
from_signature(const char *text, struct arena *a, struct directory_hints *out)
{
	const char *line = text + strlen(text), *name = NULL, *last = NULL;
	bool alone, has_closing = false;
	size_t n;

	for (int i = 0; i < SIGNATURE_LINES && line > text && !has_closing;
	    i++) {
		const char *end = line;

		if (end > text && end[-1] == '\n')
			end--;
		for (line = end; line > text && line[-1] != '\n'; line--)
			;
		has_closing = is_closing(line, (size_t)(end - line), a);
		if (has_closing || line + strspn(line, " \t\r") >= end)
			continue;
		name = line + strspn(line, " \t");
		if (last == NULL)
			last = name;
	}
	if (!has_closing)
		name = last;
	if (name != NULL && (n = name_at(name, &alone)) != 0 && alone)
		add(out->names, &out->n_names, arena_strndup(a, name, n));
}

/* "Lopez, Maria" is Maria Lopez. */
static void
from_sender(const struct msg *m, struct arena *a, struct directory_hints *out)
{
	const char *name = m->from.n == 1 ? m->from.v[0].name : "", *comma;

	if (name[0] == '\0' || strlen(name) > NAME_MAX_LEN ||
	    strchr(name, '@') != NULL)
		return;
	if ((comma = strchr(name, ',')) != NULL && comma[1] != '\0')
		name = arena_printf(a, "%s %.*s", str_trim(a, comma + 1,
		    strlen(comma + 1)), (int)(comma - name), name);
	add(out->names, &out->n_names, name);
}

static void
find_ids(const struct re *re, const char *s, struct arena *a,
    struct directory_hints *out)
{
	size_t len = utf8_cut(s, strlen(s), TEXT_MAX), from = 0;
	struct re_span at;

	while (re != NULL && out->n_ids < DIRECTORY_MAX_HINTS &&
	    re_match(re, s, len, from, &at, 1) == RC_OK) {
		char *id = arena_strndup(a, s + at.start, at.end - at.start);

		for (char *p = id; *p != '\0'; p++)
			if (*p >= 'a' && *p <= 'z')
				*p = (char)(*p - 'a' + 'A');
		if (id[0] != '\0')
			add(out->ids, &out->n_ids, id);
		from = at.end > from ? at.end : from + 1;
	}
}

void
directory_find_hints(const struct policy *p, const struct msg *m,
    struct arena *a, struct directory_hints *out)
{
	const char *text = m->body.text;
	size_t len = strlen(text);

	*out = (struct directory_hints){ .n_ids = 0 };
	if (len > TEXT_MAX)
		text = arena_strndup(a, text, utf8_cut(text, len, TEXT_MAX));
	find_ids(p->employee_id, m->subject, a, out);
	find_ids(p->employee_id, text, a, out);
	from_sender(m, a, out);
	from_signature(m->body.reply_text, a, out);
	from_lead_ins(m->subject, a, out);
	from_lead_ins(text, a, out);
}
