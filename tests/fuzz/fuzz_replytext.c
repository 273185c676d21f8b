/*
 * fuzz_replytext.c - any text as a reply: what is new is a choice of its
 * lines in their order, never empty if the text is not (L23), and a command
 * is one of those lines (M8, M9, SA-12).
 */
#include "fuzz.h"

#include "mail/commands.h"
#include "mail/replytext.h"

static bool
next_line(const char **s, const char **line, size_t *n)
{
	if (**s == '\0')
		return false;
	*line = *s;
	*n = strcspn(*s, "\n");
	*s += *n + ((*s)[*n] == '\n');
	while (*n > 0 && strchr(" \t\r", (*line)[*n - 1]) != NULL)
		--*n;
	return true;
}

/* Every line with words in it stands in `text`, in this order. */
static void
check_lines(const char *part, const char *text)
{
	const char *want, *have;
	size_t n_want, n_have;

	while (next_line(&part, &want, &n_want)) {
		bool found = n_want == 0;

		while (!found && next_line(&text, &have, &n_have))
			found = n_have == n_want &&
			    memcmp(have, want, n_want) == 0;
		fuzz_must(found);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	const char *text = utf8_clean(a, (const char *)data, size);
	const char *reply = replytext_extract(text, a);
	struct texts commands;

	fuzz_must(!str_is_empty(reply) || str_is_empty(text));
	check_lines(reply, text);
	commands_find(reply, a, &commands);
	fuzz_must(commands.n <= COMMANDS_MAX);
	for (size_t i = 0; i < commands.n; i++) {
		fuzz_must(commands.v[i][0] == '#');
		fuzz_must(strchr(commands.v[i], '\n') == NULL);
		fuzz_must(strstr(reply, commands.v[i]) != NULL);
	}
	arena_free(&a);
	return 0;
}
