/* log.c - one line of key=value per event, on stderr. */
#include "base/log.h"

#include "base/clock.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The one writable global of base: where log lines go is the process's. */
static struct {
	enum log_level max;
	bool journal;
} conf = { LOG_LEVEL_WARN, false };

void
log_init(enum log_level max)
{
	conf.max = max;
	conf.journal = getenv("JOURNAL_STREAM") != NULL;
}

static void
prefix(char *out, size_t size, enum log_level level)
{
	static const int syslog_priority[] = { 3, 4, 6, 7 };
	static const char *const names[] = { "error", "warn", "info", "debug" };
	struct civil c;

	if (conf.journal) {
		(void)snprintf(out, size, "<%d>", syslog_priority[level]);
		return;
	}
	civil_from_utc(clock_now(), &c);
	(void)snprintf(out, size, "%04d-%02d-%02dT%02d:%02d:%02dZ %s ", c.year,
	    c.month, c.day, c.hour, c.minute, c.second, names[level]);
}

void
log_event(enum log_level level, const char *event, const char *fmt, ...)
{
	char line[2048], head[64];
	va_list ap;
	size_t len;
	int n, m;

	if (level > conf.max)
		return;
	prefix(head, sizeof(head), level);
	n = snprintf(line, sizeof(line) - 2, "%sevent=%s ", head, event);
	va_start(ap, fmt);
	m = vsnprintf(line + n, sizeof(line) - 2 - (size_t)n, fmt, ap);
	va_end(ap);
	if (m < 0)
		return;
	for (char *p = line; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20)
			*p = ' ';
	len = strlen(line);
	line[len++] = '\n';
	/* One write: lines of several processes do not mix. */
	if (write(STDERR_FILENO, line, len) < 0)
		return;
}

const char *
log_quote(char *buf, unsigned long size, const char *value)
{
	size_t n = 0;

	buf[n++] = '"';
	for (; *value != '\0' && n + 4 < size; value++) {
		if (*value == '"' || *value == '\\')
			buf[n++] = '\\';
		buf[n++] = (unsigned char)*value < 0x20 ? ' ' : *value;
	}
	buf[n++] = '"';
	buf[n] = '\0';
	return buf;
}
