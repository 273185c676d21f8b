/*
 * replay.c - run a fuzz target over files, without a fuzzer: every mail that
 * once broke something is tried again by `make check` (M7).
 *
 *	replay FILE|DIRECTORY...
 *
 * Says what it does as TAP; a target that dies takes the process with it.
 */
#include "fuzz.h"

#include "base/fsx.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

#define MAX_FILE (8UL * 1024 * 1024)

static int
replay(const char *path, bool is_inside)
{
	struct arena *a = arena_new();
	struct dirent *entry;
	struct stat st;
	struct err e;
	int n = 0;
	size_t len;
	char *data;
	DIR *dir;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		dir = is_inside ? NULL : opendir(path);
		while (dir != NULL && (entry = readdir(dir)) != NULL)
			if (entry->d_name[0] != '.')
				n += replay(arena_printf(a, "%s/%s", path,
				    entry->d_name), true);
		if (dir != NULL)
			(void)closedir(dir);
	} else if (fsx_read(a, path, MAX_FILE, &data, &len, &e) != RC_OK) {
		die("%s", e.text);
	} else {
		(void)fprintf(stderr, "# %s\n", path);
		(void)LLVMFuzzerTestOneInput((const uint8_t *)data, len);
		n = 1;
	}
	arena_free(&a);
	return n;
}

int
main(int argc, char **argv)
{
	int n = 0;

	for (int i = 1; i < argc; i++)
		n += replay(argv[i], false);
	(void)printf("%s 1 - %d inputs M7\n1..1\n", n > 0 ? "ok" : "not ok", n);
	return n > 0 ? 0 : 1;
}
