/* words.c - words and dates per language. */
#include "core/words.h"

#include "base/str.h"

#include <string.h>

static const struct words table[] = {
	{
		.language = "en",
		.weekday = { "Sunday", "Monday", "Tuesday", "Wednesday",
		    "Thursday", "Friday", "Saturday" },
		.weekday_short = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri",
		    "Sat" },
		.month = { "January", "February", "March", "April", "May",
		    "June", "July", "August", "September", "October",
		    "November", "December" },
		.month_short = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
		    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" },
		.of = " ",
		.your = "Your ",
		.reply_above = "-- Please reply above this line --",
		.reply_with = "Reply with: ",
		.reply_only = "Reply to this mail",
		.you_can = "What you can do",
		.escalate = "Escalate now",
		.assign = "Give it to",
		.wait = "Wait 2 days",
		.own = "Take it",
		.resolve = "Yes, resolved",
		.settle = "Resolve",
		.note = "Add a note",
		.field = "Fill in",
		.owner = "owner ",
		.no_owner = "no owner",
		.due = "due ",
		.overdue = "overdue since ",
		.missing = "Missing: ",
		.day_open = "1 day open",
		.days_open = " days open",
		.more_before = "and ",
		.more_after = " more, not listed here",
		.none = "None.",
		.open = "open",
		.escalated = "escalated to you",
		.at_risk = "due within a day",
		.unassigned = "without an owner",
		.department = "Department",
		.median = "Median answer",
		.nudges = "Asked, 30 days",
		.waiting = "Open cases",
		.days = " days",
		.hour = " hour",
		.hours = " hours",
		.never = "no answer yet",
	},
	{
		.language = "es",
		.weekday = { "domingo", "lunes", "martes", "miércoles",
		    "jueves", "viernes", "sábado" },
		.weekday_short = { "dom", "lun", "mar", "mié", "jue", "vie",
		    "sáb" },
		.month = { "enero", "febrero", "marzo", "abril", "mayo",
		    "junio", "julio", "agosto", "septiembre", "octubre",
		    "noviembre", "diciembre" },
		.month_short = { "ene", "feb", "mar", "abr", "may", "jun",
		    "jul", "ago", "sep", "oct", "nov", "dic" },
		.of = " de ",
		.your = "Su ",
		.reply_above = "-- Por favor, responda por encima de esta"
		    " línea --",
		.reply_with = "Responda con: ",
		.reply_only = "Responda a este correo",
		.you_can = "Qué puede hacer",
		.escalate = "Escalar ahora",
		.assign = "Asignar a",
		.wait = "Esperar 2 días",
		.own = "Tomar el caso",
		.resolve = "Sí, resuelto",
		.settle = "Resolver",
		.note = "Agregar una nota",
		.field = "Completar",
		.owner = "responsable: ",
		.no_owner = "sin responsable",
		.due = "vence ",
		.overdue = "vencido desde ",
		.missing = "Falta: ",
		.day_open = "1 día abierto",
		.days_open = " días abierto",
		.more_before = "y ",
		.more_after = " más que no aparecen aquí",
		.none = "Ninguno.",
		.open = "abiertos",
		.escalated = "escalados a usted",
		.at_risk = "vencen en un día",
		.unassigned = "sin responsable",
		.department = "Departamento",
		.median = "Resp. mediana",
		.nudges = "Consultas, 30 d",
		.waiting = "Abiertos",
		.days = " días",
		.hour = " hora",
		.hours = " horas",
		.never = "aún sin respuesta",
	},
};

const struct words *
words_for(const char *language)
{
	size_t n = language != NULL ? strcspn(language, "-_") : 0;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strlen(table[i].language) == n &&
		    strncmp(table[i].language, language, n) == 0)
			return &table[i];
	return &table[0];
}

const struct words *
words_row(size_t i)
{
	return i < sizeof(table) / sizeof(table[0]) ? &table[i] : NULL;
}

static int
civil_of(const struct calendar *cal, cw_time t, struct civil *c, int *weekday,
    const char **abbrev)
{
	const struct zone *z = cal != NULL && cal->zone != NULL ? cal->zone
	    : zone_utc();
	int offset = zone_civil(z, t, c, abbrev);

	*weekday = civil_weekday(civil_days(c->year, c->month, c->day));
	return offset;
}

char *
words_day(struct arena *a, const struct words *w, const struct calendar *cal,
    cw_time t, bool in_full)
{
	const char *abbrev;
	struct civil c;
	int wd;

	if (t == 0)
		return arena_strdup(a, "");
	(void)civil_of(cal, t, &c, &wd, &abbrev);
	return arena_printf(a, "%s %d%s%s",
	    in_full ? w->weekday[wd] : w->weekday_short[wd], c.day,
	    in_full ? w->of : " ",
	    in_full ? w->month[c.month - 1] : w->month_short[c.month - 1]);
}

char *
words_day_time(struct arena *a, const struct words *w,
    const struct calendar *cal, cw_time t)
{
	const char *abbrev;
	struct civil c;
	int wd;

	if (t == 0)
		return arena_strdup(a, "");
	(void)civil_of(cal, t, &c, &wd, &abbrev);
	return arena_printf(a, "%s %d %s, %02d:%02d", w->weekday_short[wd],
	    c.day, w->month_short[c.month - 1], c.hour, c.minute);
}

char *
words_date(struct arena *a, const struct words *w, const struct calendar *cal,
    cw_time t)
{
	const char *abbrev;
	struct civil c;
	int wd, offset, minutes;

	if (t == 0)
		return arena_strdup(a, "");
	offset = civil_of(cal, t, &c, &wd, &abbrev);
	minutes = (offset < 0 ? -offset : offset) / CW_MINUTE;
	return arena_printf(a, "%s %d %s %d, %02d:%02d %s (UTC%s%02d:%02d)",
	    w->weekday_short[wd], c.day, w->month_short[c.month - 1], c.year,
	    c.hour, c.minute, abbrev != NULL ? abbrev : "",
	    offset < 0 ? "\xe2\x88\x92" : "+", minutes / 60, minutes % 60);
}

static int64_t
day_number(const struct calendar *cal, cw_time t)
{
	const char *abbrev;
	struct civil c;
	int wd;

	(void)civil_of(cal, t, &c, &wd, &abbrev);
	return civil_days(c.year, c.month, c.day);
}

int64_t
words_nights(const struct calendar *cal, cw_time from, cw_time to)
{
	return day_number(cal, to) - day_number(cal, from);
}

char *
words_span(struct arena *a, const struct words *w, int64_t seconds)
{
	int64_t tenths = (seconds * 10 + CW_DAY / 2) / CW_DAY;
	int hours = (int)((seconds + CW_HOUR / 2) / CW_HOUR);

	if (seconds < 0)
		return arena_strdup(a, w->never);
	if (seconds < CW_DAY)
		return arena_printf(a, "%d%s", hours, hours == 1 ? w->hour
		    : w->hours);
	return arena_printf(a, "%d.%d%s", (int)(tenths / 10),
	    (int)(tenths % 10), w->days);
}
