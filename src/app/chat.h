/*
 * chat.h - one text as the JSON that a chat channel takes.
 */
#ifndef CW_APP_CHAT_H
#define CW_APP_CHAT_H

#include "base/arena.h"

/* kind: "teams" or "slack" (also Mattermost, Rocket.Chat, Google Chat). */
char *chat_json(const char *kind, const char *desk, const char *text,
    struct arena *a);

#endif
