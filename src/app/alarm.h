/*
 * alarm.h - say that something is wrong with the machine (not with a case).
 *
 * Whoever finds a trouble in a pass says so, each time as long as it lasts:
 *
 *	alarm_raise(app, ALARM_DISK, "", "%s has only %lld MB left", ...);
 *
 * What to tell whom, and when, is decided once at the end of the pass
 * (core/alarm.h): at first, again each day, and when a later pass has looked
 * and raises it no more, that it is over.  A new kind is a row in
 * core/alarm.c.  The words are read by an operator: no subjects, names or
 * addresses of employees.
 */
#ifndef CW_APP_ALARM_H
#define CW_APP_ALARM_H

#include "app/app.h"
#include "core/alarm.h"

/* `about`: which mailbox, file ...; "" if there is only one. */
void alarm_raise(struct app *app, enum alarm_kind kind, const char *about,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/*
 * At the end of a pass: what was raised changes what stands, and what is new
 * is told: in the log, to the chat channel and by mail, which goes straight
 * to the transport, so that neither database nor outbox has to work.  It
 * counts as told when one of chat and mail took it; else the next pass tries
 * again.  `looked`: which ALARM_BY_* have looked.
 */
void alarm_settle(struct app *app, struct alarm_list *standing,
    unsigned looked, struct arena *a);

#endif
