/*
 * beat.h - signs of life of a pass, and being asked to stop.
 *
 * Whoever works in a loop calls beat() each time around.  Under the daemon
 * that tells it that the pass comes forward: one that does not is ended
 * (never one that is only slow, L7).  Elsewhere it does nothing.
 */
#ifndef CW_APP_BEAT_H
#define CW_APP_BEAT_H

#include <stdbool.h>

/* In the child, once: bytes "." go to `fd`, at most ten a second; SIGTERM
 * and SIGINT ask to stop. */
void beat_start(int fd);

/* Progress was made.  False: finish what is begun, begin nothing more. */
bool beat(void);
/* For net_on_progress(): progress only if bytes moved. */
bool beat_net(bool moved);

/* Readable as soon as the process was asked to stop, so that waiting on the
 * network ends; -1 before beat_start(). */
int beat_wake_fd(void);

#endif
