/*
 * bare.c - the least that must be done to take mails over: fetch them by
 * libetpan over TLS and put their bytes durably into SQLite, 20 a commit.
 * What caseward does beside that is measured against it.
 *
 *	bare PORT CAFILE USER PASSWORD DATABASE
 *
 * Prints mails and seconds of the loop (without login) as one JSON object.
 */
#include "base/clock.h"
#include "net/curlstream.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH 20

static void
fail(const char *what, const char *why)
{
	fprintf(stderr, "bare: %s: %s\n", what, why);
	exit(1);
}

static void
exec(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail(sql, sqlite3_errmsg(db));
}

static sqlite3 *
open_database(const char *path)
{
	sqlite3 *db;

	if (sqlite3_open(path, &db) != SQLITE_OK)
		fail(path, sqlite3_errmsg(db));
	exec(db, "PRAGMA journal_mode = WAL");
	exec(db, "PRAGMA synchronous = FULL");
	exec(db, "CREATE TABLE mail (uid INTEGER PRIMARY KEY, raw BLOB NOT NULL)");
	return db;
}

static mailimap *
open_inbox(char **argv, uint32_t *n)
{
	struct net_host host = { .host = "localhost", .port = atoi(argv[1]),
	    .tls = NET_TLS_IMPLICIT, .cafile = argv[2], .user = argv[3],
	    .password = argv[4] };
	mailimap *imap = mailimap_new(0, NULL);
	mailstream *stream = NULL;
	struct err e;

	if (net_init(&e) != RC_OK ||
	    curlstream_open(&host, -1, &stream, &e) != RC_OK)
		fail("connect", e.text);
	if (mailimap_connect(imap, stream) != MAILIMAP_NO_ERROR_AUTHENTICATED)
		fail("connect", "not logged in");
	curlstream_limit(stream, 3600 * 1000, SIZE_MAX);
	if (mailimap_select(imap, "INBOX") != MAILIMAP_NO_ERROR)
		fail("select", "refused");
	*n = imap->imap_selection_info->sel_exists;
	return imap;
}

/* The bytes and UID that one row of the answer carries. */
static void
insert(sqlite3 *db, sqlite3_stmt *st, struct mailimap_msg_att *att)
{
	for (clistiter *i = clist_begin(att->att_list); i; i = clist_next(i)) {
		struct mailimap_msg_att_item *item = clist_content(i);
		struct mailimap_msg_att_static *s = item->att_data.att_static;

		if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC)
			continue;
		if (s->att_type == MAILIMAP_MSG_ATT_UID)
			sqlite3_bind_int64(st, 1, s->att_data.att_uid);
		if (s->att_type == MAILIMAP_MSG_ATT_BODY_SECTION)
			sqlite3_bind_blob(st, 2,
			    s->att_data.att_body_section->sec_body_part,
			    (int)s->att_data.att_body_section->sec_length,
			    SQLITE_STATIC);
	}
	if (sqlite3_step(st) != SQLITE_DONE)
		fail("insert", sqlite3_errmsg(db));
	sqlite3_reset(st);
}

static size_t
take(mailimap *imap, sqlite3 *db, sqlite3_stmt *st, uint32_t first,
    uint32_t last)
{
	struct mailimap_set *set = mailimap_set_new_interval(first, last);
	struct mailimap_fetch_type *what =
	    mailimap_fetch_type_new_fetch_att_list_empty();
	clist *rows = NULL;
	size_t n = 0;

	mailimap_fetch_type_new_fetch_att_list_add(what,
	    mailimap_fetch_att_new_uid());
	mailimap_fetch_type_new_fetch_att_list_add(what,
	    mailimap_fetch_att_new_body_peek_section(mailimap_section_new(NULL)));
	if (mailimap_fetch(imap, set, what, &rows) != MAILIMAP_NO_ERROR)
		fail("fetch", "refused");
	exec(db, "BEGIN IMMEDIATE");
	for (clistiter *i = clist_begin(rows); i; i = clist_next(i), n++)
		insert(db, st, clist_content(i));
	exec(db, "COMMIT");
	mailimap_fetch_list_free(rows);
	mailimap_fetch_type_free(what);
	mailimap_set_free(set);
	return n;
}

int
main(int argc, char **argv)
{
	uint32_t exists = 0;
	size_t taken = 0;
	sqlite3_stmt *st;
	mailimap *imap;
	sqlite3 *db;
	int64_t start;

	if (argc != 6)
		fail("usage", "bare PORT CAFILE USER PASSWORD DATABASE");
	db = open_database(argv[5]);
	imap = open_inbox(argv, &exists);
	if (sqlite3_prepare_v2(db, "INSERT INTO mail VALUES (?, ?)", -1, &st,
	    NULL) != SQLITE_OK)
		fail("prepare", sqlite3_errmsg(db));
	start = clock_monotonic_ms();
	for (uint32_t first = 1; first <= exists; first += BATCH)
		taken += take(imap, db, st, first, first + BATCH - 1 < exists ?
		    first + BATCH - 1 : exists);
	printf("{\"mails\": %zu, \"seconds\": %.3f}\n", taken,
	    (double)(clock_monotonic_ms() - start) / 1000);
	sqlite3_finalize(st);
	sqlite3_close(db);
	mailimap_logout(imap);
	mailimap_free(imap);
	net_fini();
	return 0;
}
