/*
 * restore_store.h - a database that was put back from a backup.
 *
 * What was done between the backup and its loss is not on record, and some
 * of it left the house.  So that nothing known is sent twice and no number
 * names two things:
 *	- mails that waited in the backup are held for the operator;
 *	- cases and outgoing mails take numbers far beyond those of the backup:
 *	  a reply address or Message-ID of a lost one leads to nothing here;
 *	- until the next whole pass is over (the mails since the backup come
 *	  again out of the mailbox, the agenda fires again what was due since)
 *	  every mail that is made is held as well (outbox_store_add).
 * Held mails show in `status`; the operator looks and releases them.
 */
#ifndef CW_STORE_RESTORE_STORE_H
#define CW_STORE_RESTORE_STORE_H

#include "base/clock.h"
#include "store/db.h"

/* What the numbers jump by. */
#define RESTORE_GAP_CASES 1000
#define RESTORE_GAP_MAILS 100000
#define RESTORE_WAIT CW_DAY

/* In one transaction of its own; *held: mails that waited. */
enum rc restore_store_begin(struct db *db, cw_time now, cw_time copied_at,
    int64_t *held, struct err *e);
/* A pass is over: mails leave again if all mailboxes were read in it, or
 * after RESTORE_WAIT of passes in which one could not be: nothing waits for
 * that for ever.  Nothing if none is awaited. */
enum rc restore_store_end(struct db *db, cw_time now, bool all_read,
    struct err *e);
/* Held by this -> queued; *n of them. */
enum rc restore_store_release(struct db *db, cw_time now, int64_t *n,
    struct err *e);
enum rc restore_store_held(struct db *db, int64_t *n, struct err *e);
/* How far a database has come: the number of its last event. */
enum rc restore_store_last_event(struct db *db, int64_t *id, struct err *e);

#endif
