/*
 * heart.h - does the daemon still do its work?
 *
 * Pure; times are of the monotonic clock.  The answer decides when a pass
 * is ended by force, when the next one may begin, and whether the watchdog
 * of systemd is fed: only while work comes forward.
 */
#ifndef CW_CORE_HEART_H
#define CW_CORE_HEART_H

#include <stdbool.h>
#include <stdint.h>

#define HEART_BAD_MAX 5 /* passes that died in a row: start afresh */

struct heart {
	int64_t stall_ms; /* a pass may be silent for so long */
	int64_t beat_ms;  /* last sign of life of the pass; 0: none runs */
	int64_t due_ms;   /* when the next pass should begin */
	int bad;          /* in a row that crashed, hung, could not start */
	int failed;       /* in a row that ended without success, those too */
};

bool heart_is_hung(const struct heart *h, int64_t now_ms);

/* Feed the watchdog? */
bool heart_is_well(const struct heart *h, int64_t now_ms);

/* How long to rest after the last pass: 0 after a good one, then 1, 2, 4 ...
 * at most 15 minutes, so that the inbox is read each half hour (G14). */
int64_t heart_rest_ms(const struct heart *h);

#endif
