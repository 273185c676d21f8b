/*
 * fixture_app.h - the desk of fixture_desk.h with a database of its own: an
 * app without network, and one case in it.
 */
#ifndef FIXTURE_APP_H
#define FIXTURE_APP_H

#include "fixture_desk.h"
#include "fixture_letter.h"

#include "app/apply.h"
#include "app/mailer.h"
#include "store/agenda_store.h"
#include "store/casefile_store.h"
#include "store/history_store.h"
#include "store/message_store.h"
#include "store/outbox_store.h"
#include "store/person_store.h"
#include "mail/addr.h"

#include <unistd.h>

struct office {
	struct arena *a;
	struct desk *d;
	struct app app;
	char dir[64];
	struct err e;
	int64_t no; /* the case */
};

#define must(o, call)                                                      \
	do {                                                               \
		enum rc rc_ = (call);                                      \
		if (rc_ != RC_OK)                                          \
			fail_msg("%s: %s, %s", #call, rc_name(rc_),        \
			    (o)->e.text);                                  \
	} while (0)

static inline void
office_case(struct office *o)
{
	struct casefile c = o->d->f.c;

	c.no = 0;
	must(o, casefile_store_insert(o->app.db, &c, &o->e));
	o->no = c.no;
	must(o, history_store_add(o->app.db, c.no, o->app.now, "caseward",
	    "opened", "by mail", "", &o->e));
}

/* It is Mon 2 Nov 2026, 10:00 in New York; the case was opened just now. */
static inline int
office_setup(void **state)
{
	struct arena *a = arena_new();
	struct office *o = arena_alloc(a, sizeof(*o));

	o->a = a;
	o->d = desk_new(a, "2026-11-02 10:00");
	o->d->p->host = "mail.corp.example";
	o->d->p->instance_id = "test";
	o->d->p->desk_phone = "";
	o->d->p->work_list_minute = o->d->p->digest_minute = 9 * 60;
	(void)snprintf(o->dir, sizeof(o->dir), "/tmp/cw-app-XXXXXX");
	assert_non_null(mkdtemp(o->dir));
	o->app = (struct app){ .a = a, .policy = *o->d->p,
		.templates = fixture_templates(a), .now = o->d->now,
		.keys = { 1, { { '1', "0123456789abcdef0123456789abcde" } } } };
	assert_non_null(o->app.templates);
	must(o, db_open(arena_printf(a, "%s/db", o->dir), DB_CREATE,
	    &o->app.db, &o->e));
	must(o, db_begin(o->app.db, &o->e));
	office_case(o);
	*state = o;
	return 0;
}

static inline int
office_teardown(void **state)
{
	static const char *const files[] = { "db", "db-wal", "db-shm" };
	struct office *o = *state;
	struct arena *a = o->a;

	db_rollback(o->app.db);
	db_close(&o->app.db);
	for (size_t i = 0; i < N(files); i++)
		(void)unlink(arena_printf(a, "%s/%s", o->dir, files[i]));
	(void)rmdir(o->dir);
	arena_free(&a);
	return 0;
}

#define OFFICE_TEST(t)                                                     \
	cmocka_unit_test_setup_teardown(t, office_setup, office_teardown)

static inline struct case_facts
office_facts(struct office *o)
{
	struct case_facts f;

	must(o, apply_load_facts(&o->app, o->no, o->a, &f, &o->e));
	return f;
}

/* Mails of the case, oldest first, with their bytes. */
static inline size_t
office_mails(struct office *o, struct outbox_mail **v)
{
	struct outbox_mail *list;
	size_t n;

	must(o, outbox_store_list(o->app.db, "", o->no, 100, o->a, &list, &n,
	    &o->e));
	*v = arena_array(o->a, n + 1, sizeof(**v));
	for (size_t i = 0; i < n; i++)
		must(o, outbox_store_get(o->app.db, list[n - 1 - i].id, o->a,
		    &(*v)[i], &o->e));
	return n;
}

/* A header of the bytes, unfolded; "" if it is not there. */
static inline const char *
header_of(struct office *o, const struct outbox_mail *m, const char *name)
{
	struct headers h;
	const char *value;

	header_scan(m->bytes, m->len, o->a, &h);
	value = header_get(&h, name);
	return value == NULL ? "" : value;
}

#endif
