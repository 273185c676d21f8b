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

/* What becomes of employees that a file does not name; they stay when a row
 * could not be read. */
enum directory_rest {
	REST_STAYS,
	REST_HAS_LEFT,
	REST_HAS_LEFT_IF_FEW, /* a file cut short must not end their letters:
	                       * at most 20, or a tenth of all */
};

/* Take the file at `path`.  Wrong rows are problems, not errors. */
enum rc directory_import(struct app *app, const char *path,
    enum directory_rest rest, struct arena *a, struct directory_count *out,
    struct problems *probs, struct err *e);

/* Import directory_file if it is newer than the last time.  RC_FAIL as long
 * as it names too few of those whom the one before named: its rows were
 * taken, nobody was marked as gone. */
enum rc directory_refresh(struct app *app, struct err *e);

#endif
