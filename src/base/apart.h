/*
 * apart.h - do one thing in a process of its own.
 *
 * For work that may crash on what a foreign server says: the caller lives
 * on and is told.  The child is a copy of this process; what it changes in
 * memory is lost, but for the report.  It must open what may not be shared
 * (a database) anew, and leave the inherited one alone.
 */
#ifndef CW_BASE_APART_H
#define CW_BASE_APART_H

#include "base/err.h"

#include <stddef.h>

/*
 * Run work(ctx, e) in a child and wait for it.  Its rc and error come back,
 * and the `size` bytes at `report` as the child left them.  RC_UNSURE: there
 * was no child, or it died; then `report` is as before.  The child dies with
 * this process.
 */
enum rc apart_run(enum rc (*work)(void *ctx, struct err *e), void *ctx,
    void *report, size_t size, struct err *e);

#endif
