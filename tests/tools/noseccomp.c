/*
 * noseccomp.c - run a program where the kernel refuses seccomp filters, as
 * some containers do.
 *
 *	noseccomp PROGRAM ARG...
 */
#include "noseccomp.h"

#include <stdio.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	if (argc < 2 || !refuse_seccomp()) {
		perror("noseccomp");
		return 1;
	}
	(void)execv(argv[1], argv + 1);
	perror(argv[1]);
	return 1;
}
