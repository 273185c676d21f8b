/* err.c - what failed, and what to do next. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum rc
err_set(struct err *e, enum rc rc, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	return rc;
}

enum rc
err_wrap(struct err *e, enum rc rc, const char *fmt, ...)
{
	char words[sizeof(e->text)], all[2 * sizeof(e->text) + 2];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	(void)snprintf(all, sizeof(all), "%s: %s", words, e->text);
	all[sizeof(e->text) - 1] = '\0';
	memcpy(e->text, all, sizeof(e->text));
	return rc;
}

const char *
rc_name(enum rc rc)
{
	static const char *const names[] = {
		[RC_OK] = "ok", [RC_NONE] = "none", [RC_BAD] = "bad",
		[RC_RETRY] = "retry", [RC_FAIL] = "fail",
		[RC_UNSURE] = "unsure",
	};

	return names[rc];
}

void
die(const char *fmt, ...)
{
	va_list ap;

	(void)fputs("caseward: ", stderr);
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
	abort();
}
