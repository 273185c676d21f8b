/* alarm.c - troubles of the machine, gathered in a pass. */
#include "app/alarm.h"

void
alarm_raise(struct app *app, enum alarm_kind kind, const char *about,
    const char *fmt, ...)
{
	char *text;
	va_list ap;

	va_start(ap, fmt);
	text = arena_vprintf(app->a, fmt, ap);
	va_end(ap);
	alarm_add(&app->raised, kind, about, text, app->a);
}
