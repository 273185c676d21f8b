/*
 * demo.h - the parts of `caseward demo`: six weeks of an HR inbox, in
 * seconds, on a clock that is turned by hand.
 *
 * What arrives when stands in contrib/demo/script, the mails beside it; the
 * binary carries them, the settings and the templates inside itself, so the
 * demo needs no file and works from anywhere.  Everything it makes lies in
 * one folder, which bears a mark: only a folder with the mark is replaced.
 */
#ifndef CW_CLI_DEMO_H
#define CW_CLI_DEMO_H

#include "app/app.h"

#include <stdbool.h>

#define DEMO_CONFIG "config/caseward.yaml" /* in the folder */

/* One row of the script. */
struct demo_mail {
	cw_time at;
	const char *file;    /* "alice": contrib/demo/alice.eml */
	const char *answers; /* "alice/notice": see the script; "-" nothing */
	const char *words;   /* what it is, or what a short reply says */
	int line;
	/* once it was written: */
	const char *message_id, *from;
	const char *bytes;
	size_t len;
	int64_t case_no; /* where it went, 0: to no case */
	const char *copy; /* "inbox/0013-2026-11-03-stranger.eml" */
};

struct demo {
	struct app app;
	struct arena *a; /* lives as long as the demo */
	const char *dir;
	struct demo_mail *v;
	size_t n, next;
	cw_time from, until;
	size_t n_out;        /* mails that were sent */
	struct tale *tale;   /* demo_tale.c */
};

/* --- demo_folder.c --- */
/* The folder, new, with settings, templates and the mark in it.  RC_BAD: there is
 * something else of that name. */
enum rc demo_folder_make(const char *dir, struct arena *a, struct err *e);
/* A file of ours below the folder; no fsync, it can be made again. */
enum rc demo_folder_put(const struct demo *d, const char *name,
    const char *bytes, size_t len, struct err *e);

/* --- demo_script.c --- */
/* Fills v, n, from, until. */
enum rc demo_script_read(struct demo *d, struct err *e);
/* Put the mail into the inbox, as the answer to what was really sent. */
enum rc demo_script_deliver(struct demo *d, struct demo_mail *m,
    struct err *e);

/* --- demo_tale.c --- */
/* Tell what is new since the last call: mails in and out, by day. */
enum rc demo_tale_go_on(struct demo *d, struct err *e);
void demo_tale_end(struct demo *d); /* tells the last day; frees */

/* --- demo_pages.c --- */
/* inbox/, mails/: each mail that came and that was sent; index.html. */
enum rc demo_pages_write(struct demo *d, struct err *e);

#endif
