/* db_sql.c - the statements of all stores, so that a test can prepare them. */
#include "store/db.h"

#define STORES(X)                                                           \
	X(absence_store_sql) X(address_store_sql) X(agenda_store_sql) X(ask_store_sql)           \
	X(attachment_store_sql) X(audit_store_sql) X(blob_store_sql)        \
	X(casefile_store_sql) X(facts_store_sql) X(history_store_sql)       \
	X(history_verify_sql) X(known_store_sql) X(message_store_sql)       \
	X(meta_store_sql) X(note_store_sql) X(outbox_store_sql)             \
	X(person_store_sql) X(report_store_sql) X(restore_store_sql)     \
	X(spool_store_sql)

#define DECLARE(name) extern const struct db_sql name;
#define LIST(name) &name,

STORES(DECLARE)

const struct db_sql *const db_all_sql[] = { STORES(LIST) NULL };
