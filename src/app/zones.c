/* zones.c - business hours where an employee lives. */
#include "app/zones.h"

#include "base/fsx.h"
#include "base/str.h"

#define ZONEINFO "/usr/share/zoneinfo/"
#define MAX_ZONE_FILE 65536
#define MAX_ZONES 600 /* there are fewer; a directory may name nonsense */

struct zone_row {
	const char *name;
	const struct calendar *calendar; /* NULL: no such zone */
	struct zone_row *next;
};

static const struct calendar *
read_calendar(struct app *app, const char *name)
{
	struct calendar *c;
	const struct zone *z;
	struct err e;
	char *bytes;
	size_t len;

	if (!zone_name_is_safe(name) || fsx_read(app->a, arena_printf(app->a,
	    ZONEINFO "%s", name), MAX_ZONE_FILE, &bytes, &len, &e) != RC_OK ||
	    zone_parse(app->a, arena_strdup(app->a, name), bytes, len, &z,
	    &e) != RC_OK)
		return NULL;
	c = arena_alloc(app->a, sizeof(*c));
	*c = *app->policy.calendar;
	c->zone = z;
	return c;
}

const struct calendar *
zones_calendar(struct app *app, const char *zone_name)
{
	struct zone_row *row;
	size_t n = 0;

	if (*zone_name == '\0')
		return NULL;
	for (row = app->zones; row != NULL; row = row->next, n++)
		if (str_eq(row->name, zone_name))
			return row->calendar;
	if (n >= MAX_ZONES)
		return NULL;
	row = arena_alloc(app->a, sizeof(*row));
	*row = (struct zone_row){ arena_strdup(app->a, zone_name),
		read_calendar(app, zone_name), app->zones };
	app->zones = row;
	return row->calendar;
}
