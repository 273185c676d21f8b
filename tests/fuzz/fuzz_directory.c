/* fuzz_directory.c - any bytes as a CSV of employees: rows or problems. */
#include "core/directory.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
is_clean(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ')
			return false;
	return true;
}

static bool
check(void *ctx, const struct employee *e)
{
	size_t *n = ctx;

	if (e->employee_id[0] == '\0' || e->name[0] == '\0' ||
	    !is_clean(e->employee_id) || !is_clean(e->name) ||
	    !is_clean(e->division) || !is_clean(e->manager))
		abort();
	if (e->zone[0] != '\0' && !zone_name_is_safe(e->zone))
		abort();
	++*n;
	return true;
}

/* Half of the inputs get a header, so that rows are reached at once. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char head[] = "employee_id,name,email,zone,status,"
	    "other_emails\n";
	struct arena *a = arena_new();
	struct problems probs = { .a = a };
	struct directory_result res;
	struct str b = { 0 };
	size_t n = 0;
	enum rc rc;

	if (size > 0 && data[0] % 2 == 0)
		str_add(&b, head);
	str_addn(&b, data, size);
	rc = directory_each("d.csv", b.s, b.len, a, check, &n, &res, &probs);
	if (n != res.n_rows || (rc == RC_BAD && probs.n == 0) ||
	    (res.n_bad > 0 && probs.n == 0))
		abort();
	str_fini(&b);
	arena_free(&a);
	return 0;
}
