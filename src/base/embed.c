/*
 * embed.c - look up embedded files.
 */
#include "base/embed.h"
#include "base/str.h"

const struct embedded *
embed_find(const char *name)
{
	for (const struct embedded *e = embedded_files; e->name; e++)
		if (str_eq(e->name, name))
			return e;
	return NULL;
}

const struct embedded *
embed_next(const char *prefix, const struct embedded *prev)
{
	for (prev = prev ? prev + 1 : embedded_files; prev->name; prev++)
		if (str_has_prefix(prev->name, prefix))
			return prev;
	return NULL;
}
