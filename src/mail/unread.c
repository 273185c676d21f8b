/* unread.c - what of a mail cannot be read here, in words for a person. */
#include "mail/unread.h"

#include "base/str.h"

#include <string.h>

#define KEPT " It is kept as it came."

/* The text without "-----BEGIN PGP MESSAGE----- ... -----END ...". */
static const char *
without_armour(const char *text, struct arena *a)
{
	static const char begin[] = "-----BEGIN PGP MESSAGE-----",
	    end[] = "-----END PGP MESSAGE-----";
	const char *from, *to;
	struct str b = { 0 };
	char *out;

	while ((from = strstr(text, begin)) != NULL) {
		str_addn(&b, text, (size_t)(from - text));
		to = strstr(from, end);
		text = to == NULL ? "" : to + strlen(end);
	}
	str_add(&b, text);
	out = str_trim(a, str_text(&b), b.len);
	str_fini(&b);
	return out;
}

static const char *
left(const struct body *b, struct arena *a)
{
	return b->is_encrypted ? without_armour(b->reply_text, a) :
	    b->reply_text;
}

const char *
unread_words(const struct body *b, struct arena *a)
{
	const char *sealed = !b->is_encrypted ? "" :
	    str_is_empty(left(b, a)) ? "This mail is encrypted and cannot be"
	    " read here." KEPT : "A part of this mail is encrypted and cannot"
	    " be read here." KEPT;
	const char *tnef = !b->has_tnef ? "" : "A part of this mail is in"
	    " Outlook's own format (winmail.dat) and cannot be read here: text"
	    " or files may be missing." KEPT;
	const char *rest = *b->problem == '\0' ? "" : arena_printf(a, "Attention:"
	    " not all of this mail could be read, because %s." KEPT,
	    b->problem);

	const char *const v[] = { sealed, tnef, rest };
	const char *all = "";

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		if (*v[i] != '\0')
			all = arena_printf(a, "%s%s%s", all, *all == '\0' ? "" :
			    " ", v[i]);
	return all;
}

const char *
unread_reply(const struct body *b, struct arena *a)
{
	const char *words = unread_words(b, a), *text = left(b, a);

	return *words == '\0' ? b->reply_text : str_is_empty(text) ?
	    arena_printf(a, "[%s]", words) :
	    arena_printf(a, "[%s]\n\n%s", words, text);
}
