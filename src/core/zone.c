/* zone.c - time zones from TZif bytes (RFC 8536), immutable (CT-2 .. CT-5). */
#include "core/calendar.h"
#include "core/posix_tz.h"

#include "base/str.h"

#include <string.h>

enum {
	HEADER = 44,
	MAX_TRANSITIONS = 4000,
	MAX_TYPES = 256,
	MAX_CHARS = 1024,
	MAX_LEAPS = 1000,
	MAX_OFFSET = 26 * 3600,
	MAX_FOOTER = 200
};

struct zone_type {
	int offset; /* seconds east of UTC */
	const char *abbrev;
};

struct zone {
	const char *name;
	const int64_t *at;    /* transitions, ascending */
	const uint8_t *after; /* type that holds from at[i] on */
	size_t n;
	const struct zone_type *types; /* [0] holds before the first one */
	bool has_footer;
	struct posix_tz footer;
};

static const struct zone_type utc_type = { 0, "UTC" };
static const struct zone utc = { .name = "UTC", .types = &utc_type };

const struct zone *
zone_utc(void)
{
	return &utc;
}

const char *
zone_name(const struct zone *z)
{
	return z->name;
}

bool
zone_name_is_safe(const char *name)
{
	size_t n = strlen(name);

	if (n == 0 || n > 64 || *name == '/' || name[n - 1] == '/' ||
	    strstr(name, "//") != NULL)
		return false;
	for (; *name != '\0'; name++)
		if (!((*name >= 'A' && *name <= 'Z') ||
		    (*name >= 'a' && *name <= 'z') ||
		    (*name >= '0' && *name <= '9') ||
		    strchr("_+-/", *name) != NULL))
			return false;
	return true;
}

/* --- reading the file --- */

struct counts {
	size_t isut, isstd, leaps, times, types, chars;
};

static uint32_t
be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static int64_t
be64(const uint8_t *p)
{
	uint64_t v = (uint64_t)be32(p) << 32 | be32(p + 4);
	int64_t out;

	memcpy(&out, &v, sizeof(out));
	return out;
}

/* One header, and the size of the block that follows it. */
static bool
header(const uint8_t *p, size_t len, size_t time_size, struct counts *c,
    size_t *block)
{
	if (len < HEADER || memcmp(p, "TZif", 4) != 0 || p[4] < '2')
		return false;
	*c = (struct counts){ be32(p + 20), be32(p + 24), be32(p + 28),
	    be32(p + 32), be32(p + 36), be32(p + 40) };
	if (c->times > MAX_TRANSITIONS || c->types > MAX_TYPES ||
	    c->chars > MAX_CHARS || c->leaps > MAX_LEAPS ||
	    c->isut > MAX_TYPES || c->isstd > MAX_TYPES)
		return false;
	*block = c->times * (time_size + 1) + c->types * 6 + c->chars +
	    c->leaps * (time_size + 4) + c->isstd + c->isut;
	return len - HEADER >= *block;
}

static bool
read_transitions(const uint8_t *p, const struct counts *c, struct arena *a,
    struct zone *z)
{
	int64_t *at = arena_array(a, c->times + 1, sizeof(*at));
	uint8_t *after = arena_alloc(a, c->times + 1);

	for (size_t i = 0; i < c->times; i++) {
		at[i] = be64(p + 8 * i);
		after[i] = p[8 * c->times + i];
		if (after[i] >= c->types || (i > 0 && at[i] <= at[i - 1]))
			return false;
	}
	z->at = at;
	z->after = after;
	z->n = c->times;
	return true;
}

static bool
read_types(const uint8_t *p, const struct counts *c, struct arena *a,
    struct zone *z)
{
	struct zone_type *types = arena_array(a, c->types, sizeof(*types));
	const char *chars = arena_memdup(a, p + 6 * c->types, c->chars);

	for (size_t i = 0; i < c->types; i++, p += 6) {
		int64_t offset = be32(p);

		if (offset > INT32_MAX)
			offset -= INT64_C(1) << 32;
		if (offset < -MAX_OFFSET || offset > MAX_OFFSET ||
		    p[4] > 1 || p[5] >= c->chars)
			return false;
		types[i].offset = (int)offset;
		types[i].abbrev = chars + p[5]; /* memdup ended it with a NUL */
	}
	z->types = types;
	return true;
}

/* "\nEST5EDT,M3.2.0,M11.1.0\n"; nothing between: the table says it all. */
static bool
read_footer(const uint8_t *p, size_t len, struct zone *z)
{
	const uint8_t *end;

	if (len < 2 || *p != '\n' ||
	    (end = memchr(p + 1, '\n', len - 1)) == NULL ||
	    end - p > MAX_FOOTER)
		return false;
	z->has_footer = end > p + 1;
	return !z->has_footer ||
	    posix_tz_parse((const char *)p + 1, (size_t)(end - p - 1),
	    &z->footer);
}

enum rc
zone_parse(struct arena *a, const char *name, const void *bytes, size_t len,
    const struct zone **out, struct err *e)
{
	const uint8_t *p = bytes;
	struct zone *z = arena_alloc(a, sizeof(*z));
	struct counts c;
	size_t block;

	*out = NULL;
	z->name = arena_strdup(a, name);
	if (!header(p, len, 4, &c, &block))
		goto out;
	p += HEADER + block; /* the old 32-bit block */
	len -= HEADER + block;
	if (!header(p, len, 8, &c, &block) || c.types == 0 || c.chars == 0)
		goto out;
	p += HEADER;
	len -= HEADER;
	if (!read_transitions(p, &c, a, z) ||
	    !read_types(p + 9 * c.times, &c, a, z) ||
	    !read_footer(p + block, len - block, z))
		goto out;
	*out = z;
out:
	return *out != NULL ? RC_OK : err_set(e, RC_BAD,
	    "time zone %s: not a TZif file of version 2 or later", name);
}

/* --- asking --- */

static int
offset_at(const struct zone *z, cw_time t, const char **abbrev)
{
	const struct zone_type *type = &z->types[0];
	size_t lo = 0, hi = z->n;

	if (z->has_footer && (z->n == 0 || t >= z->at[z->n - 1]))
		return posix_tz_offset(&z->footer, t, abbrev);
	while (lo < hi) { /* how many transitions lie at or before t */
		size_t mid = lo + (hi - lo) / 2;

		if (z->at[mid] <= t)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo > 0)
		type = &z->types[z->after[lo - 1]];
	if (abbrev != NULL)
		*abbrev = type->abbrev;
	return type->offset;
}

int
zone_civil(const struct zone *z, cw_time t, struct civil *out,
    const char **abbrev)
{
	int offset = offset_at(z, t, abbrev);

	civil_from_utc(t + offset, out);
	return offset;
}

cw_time
zone_instant(const struct zone *z, const struct civil *c)
{
	cw_time local = civil_to_utc(c), lo, hi;
	int before = offset_at(z, local - CW_DAY, NULL);
	int after = offset_at(z, local + CW_DAY, NULL);

	/* `before` comes first, also where both readings are right */
	lo = local - before;
	if (offset_at(z, lo, NULL) == before)
		return lo;
	if (offset_at(z, local - after, NULL) == after)
		return local - after;

	/* a gap: the first instant after it, between the two readings */
	hi = lo;
	lo = local - after;
	while (hi - lo > 1) {
		cw_time mid = lo + (hi - lo) / 2;

		if (offset_at(z, mid, NULL) == before)
			lo = mid;
		else
			hi = mid;
	}
	return hi;
}
