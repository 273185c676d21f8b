/* fuzz_smtp.c - addresses, names and mails before an SMTP server sees them,
 * and lines as it would (M2, OF-2). */
#include "fuzz.h"

#include "net/smtp_rules.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	const char *s = (const char *)data;
	char *line = arena_strndup(a, s, size);
	enum smtp_stage stage = SMTP_HELLO;
	struct smtp_end end = { .code = size > 0 ? data[0] * 3 : 0 };

	if (smtp_is_path(line))
		fuzz_must(strpbrk(line, " \t\r\n<>") == NULL &&
		    strlen(line) <= SMTP_MAX_PATH && *line != '\0');
	if (smtp_is_host_name(line))
		fuzz_must(strpbrk(line, " \t\r\n<>/@") == NULL);
	if (smtp_has_crlf_lines(s, size))
		for (size_t i = 0; i < size; i++)
			fuzz_must((s[i] != '\n' || (i > 0 && s[i - 1] == '\r')) &&
			    (s[i] != '\r' || (i + 1 < size && s[i + 1] == '\n')));
	while (size > 0) {
		line = fuzz_line(a, &data, &size, false);
		stage = smtp_stage_after(stage, line, strlen(line));
		end.stage = stage;
		end.r = size % 2 == 0 ? CURLE_OK : (CURLcode)(size % 100);
		(void)smtp_judge(&end);
	}
	arena_free(&a);
	return 0;
}
