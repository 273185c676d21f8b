/* chat.c - one text as the JSON that a chat channel takes. */
#include "app/chat.h"

#include "base/str.h"

#include <jansson.h>
#include <stdlib.h>

char *
chat_json(const char *kind, const char *desk, const char *text,
    struct arena *a)
{
	json_t *j = str_eq(kind, "teams") ? json_pack("{s:s,s:s,s:s,s:s}",
	    "@type", "MessageCard", "@context",
	    "https://schema.org/extensions", "summary", desk, "text", text) :
	    json_pack("{s:s}", "text", text);
	char *dumped = j == NULL ? NULL : json_dumps(j, JSON_COMPACT);
	char *out = arena_strdup(a, dumped != NULL ? dumped : "{}");

	free(dumped);
	json_decref(j);
	return out;
}
