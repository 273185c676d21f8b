/*
 * metrics.h - figures for Prometheus, in its text format (version 0.0.4),
 * for the textfile collector of node_exporter or any web server.
 *
 * Counters count since caseward was set up (health.h).  What needs the
 * database is left out when that does not work: the rest stays fresh.
 */
#ifndef CW_APP_METRICS_H
#define CW_APP_METRICS_H

#include "app/status.h"

char *metrics_text(const struct app *app, const struct status *s,
    struct arena *a);

#endif
