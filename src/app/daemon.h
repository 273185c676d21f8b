/*
 * daemon.h - `run`: sleep, fork one child per pass, wait for it, note its
 * death.  The parent holds no database and no network connection.
 *
 * A pass is started when a poll is due, when the agenda or the outbox has
 * something due, and when a waiting child (IMAP IDLE) reports new mail.
 * SIGTERM and SIGINT end it after the pass that runs; SIGHUP reads the
 * settings again (bad ones are reported, the old ones stay).
 */
#ifndef CW_APP_DAEMON_H
#define CW_APP_DAEMON_H

#include "app/app.h"

enum rc daemon_run(const char *config_path, struct err *e);

#endif
