/*
 * directory.h - the employee directory comes in: by command, and by itself
 * when the file of the settings has changed (G7).
 */
#ifndef CW_APP_DIRECTORY_H
#define CW_APP_DIRECTORY_H

#include "app/app.h"
#include "core/directory.h"

struct directory_count {
	struct directory_result read;
	int64_t left; /* employees that the file no longer names */
};

/* Take the file at `path`.  `is_complete`: who is not in it has left, but
 * never when a row could not be read.  Wrong rows are problems, not errors. */
enum rc directory_import(struct app *app, const char *path, bool is_complete,
    struct arena *a, struct directory_count *out, struct problems *probs,
    struct err *e);

/* Import directory_file if it is newer than the last time. */
enum rc directory_refresh(struct app *app, struct err *e);

#endif
