/* commands.c - the "#verb ..." lines at the top of a reply. */
#include "mail/commands.h"

#include "base/str.h"
#include "mail/fold.h"
#include "mail/scan.h"

#include <string.h>

/* The line without what HTML and mail programs leave in front of text:
 * blanks of all kinds, zero-width spaces, byte order marks. */
static char *
bare_line(struct arena *a, const char *s, size_t n)
{
	size_t i = 0, len;

	while (i < n) {
		uint32_t c = fold_char(s + i, n - i, &len);

		if (!fold_is_blank(c) && c != 0x200b && c != 0xfeff)
			break;
		i += len;
	}
	n = i + utf8_cut(s + i, n - i, COMMAND_MAX_LENGTH);
	return str_trim(a, s + i, n - i);
}

void
commands_find(const char *reply_text, struct arena *a, struct texts *out)
{
	size_t n = strlen(reply_text), at = 0, cap = 0;
	struct scan_span line;

	*out = (struct texts){ 0 };
	while (out->n < COMMANDS_MAX &&
	    scan_line(reply_text, n, &at, &line)) {
		char *s = bare_line(a, reply_text + line.start,
		    line.end - line.start);

		if (*s == '\0')
			continue;
		if (*s != '#')
			return;
		*ARENA_PUSH(a, out->v, out->n, cap) = s;
	}
}

static bool
has_domain_of(const struct addrs *v, const char *email)
{
	const char *want = strrchr(email, '@');

	for (size_t i = 0; i < v->n; i++) {
		const char *at = strrchr(v->v[i].email, '@');

		if (at == NULL || want == NULL || !str_caseeq(at, want))
			return false;
	}
	return true;
}

bool
commands_sender_is_plain(const struct msg *m, const char **why)
{
	*why = m->from.n == 0 ? "the mail names no sender (SA-6)" :
	    m->from.n > 1 ? "the mail names several senders (SA-6)" :
	    !has_domain_of(&m->sender, m->from.v[0].email) ?
	    "Sender is of another domain than From (SA-6)" :
	    !has_domain_of(&m->reply_to, m->from.v[0].email) ?
	    "Reply-To is of another domain than From (SA-6)" : "";
	return **why == '\0';
}
