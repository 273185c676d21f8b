/*
 * daemon.h - `run`: sleep, fork one child per pass, wait for it, note its
 * death.  The parent holds no database and no network connection.
 *
 * A pass is started when a poll is due, when the agenda or the outbox has
 * something due, and when a waiting child (IMAP IDLE) reports new mail.  One
 * that shows no sign of life for daemon.stall_seconds is killed and begun
 * again, after a rest that grows each time; what was wrong is told by alarm
 * (alarm.h).
 *
 *	SIGTERM, SIGINT  end after what is begun, within 15 seconds; the
 *	                 second one at once
 *	SIGHUP           read the settings again and poll; bad ones are
 *	                 reported, the old ones stay
 *	SIGUSR1          look whether something is due (a command was given)
 *
 * Under systemd (Type=notify or notify-reload, WatchdogSec=): READY=1 after
 * the first checks, STATUS= in words, and WATCHDOG=1 only while the work
 * comes forward (core/heart.h).
 */
#ifndef CW_APP_DAEMON_H
#define CW_APP_DAEMON_H

#include "app/app.h"

/* level: an enum log_level, or -1: the one of the settings.  RC_FAIL also if
 * another daemon works on this database. */
enum rc daemon_run(const char *config_path, int level, struct err *e);

#endif
