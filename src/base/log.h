/*
 * log.h - one line of key=value per event, on stderr.
 *
 * Under systemd (JOURNAL_STREAM set at log_init) each line begins with the
 * journal's <N> priority; else with an RFC 3339 time.  Never log bodies,
 * subjects or names of employees.  Only app and cli log; lower layers
 * return errors.
 */
#ifndef CW_BASE_LOG_H
#define CW_BASE_LOG_H

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

void log_init(enum log_level max);

/*
 * log_event(LOG_LEVEL_INFO, "mail-taken", "mailbox=%s uid=%u", name, uid);
 * The format makes the key=value pairs; wrap a value that may hold blanks
 * with log_quote().
 */
void log_event(enum log_level level, const char *event, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* "value" with quotes and escapes if it needs them; `buf` holds it. */
const char *log_quote(char *buf, unsigned long size, const char *value);

#endif
