/* heart.c - does the daemon still do its work? */
#include "core/heart.h"

#define MINUTE_MS INT64_C(60000)
#define REST_MAX (15 * MINUTE_MS)
#define LATE_MS (2 * MINUTE_MS) /* a due pass that has not begun */
#define KILL_MS MINUTE_MS       /* a hung one that did not end when killed */

bool
heart_is_hung(const struct heart *h, int64_t now_ms)
{
	return h->beat_ms != 0 && now_ms - h->beat_ms >= h->stall_ms;
}

bool
heart_is_well(const struct heart *h, int64_t now_ms)
{
	if (h->bad >= HEART_BAD_MAX)
		return false;
	if (h->beat_ms != 0)
		return now_ms - h->beat_ms < h->stall_ms + KILL_MS;
	return now_ms - h->due_ms < LATE_MS;
}

int64_t
heart_rest_ms(const struct heart *h)
{
	int64_t rest = MINUTE_MS;

	if (h->failed == 0)
		return 0;
	for (int i = 1; i < h->failed && rest < REST_MAX; i++)
		rest *= 2;
	return rest < REST_MAX ? rest : REST_MAX;
}
