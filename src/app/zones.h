/*
 * zones.h - business hours where an employee lives: the desk's hours and
 * holidays in the zone that the directory names.  Zones are read once.
 */
#ifndef CW_APP_ZONES_H
#define CW_APP_ZONES_H

#include "app/app.h"

/* NULL: no zone is named, or there is none of that name: the desk's hours
 * count then.  Lives as long as the app. */
const struct calendar *zones_calendar(struct app *app, const char *zone_name);

#endif
