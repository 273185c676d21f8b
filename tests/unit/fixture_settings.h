/* fixture_settings.h - settings for tests: those that are shipped, or text. */
#ifndef FIXTURE_SETTINGS_H
#define FIXTURE_SETTINGS_H

#include "base/fsx.h"
#include "base/str.h"
#include "core/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

/* Files that exist in a test only; others are read from the disk if
 * `ctx` is NULL or their path begins with "/usr/share/zoneinfo/". */
struct fixture_file {
	const char *path, *text; /* path NULL at the end */
};

static inline enum rc
fixture_read(void *ctx, struct arena *a, const char *path, char **out,
    size_t *len, struct err *e)
{
	const struct fixture_file *f = ctx;

	if (f == NULL || str_has_prefix(path, "/usr/share/zoneinfo/"))
		return fsx_read(a, path, 8 << 20, out, len, e);
	for (; f->path != NULL; f++) {
		if (!str_eq(f->path, path))
			continue;
		*out = arena_strdup(a, f->text);
		*len = strlen(f->text);
		return RC_OK;
	}
	return RC_NONE;
}

static inline void
fixture_print(const struct problems *probs)
{
	for (size_t i = 0; i < probs->n; i++)
		print_message("  %s\n",
		    problem_format(probs->a, &probs->v[i]));
}

/* The shipped settings, for the year 2026; the test runs in the top folder. */
static inline void
fixture_settings(struct arena *a, const char *path, struct policy *out)
{
	struct policy_io io = { NULL, fixture_read };
	struct problems probs = { .a = a };

	if (policy_load(&io, path, 2026, a, out, &probs) != RC_OK) {
		fixture_print(&probs);
		fail_msg("%s does not load", path);
	}
}

#endif
