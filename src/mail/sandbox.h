/*
 * sandbox.h - what the reader child may ask of the kernel.
 *
 * From sandbox_enter() on this process can use its memory and the
 * descriptors that are open, and end.  Opening a file fails; every other
 * system call, and making memory executable, ends the process (SIGSYS).
 */
#ifndef CW_MAIL_SANDBOX_H
#define CW_MAIL_SANDBOX_H

enum sandbox {
	SANDBOX_CLOSED,
	SANDBOX_REFUSED,      /* by the kernel, or by what runs us: errno */
	SANDBOX_UNKNOWN_CPU,  /* we have no table of its system calls */
	SANDBOX_INSTRUMENTED, /* a build for tests, whose sanitizer needs more */
	SANDBOX_LIMITS        /* a limit could not be set: errno */
};

enum sandbox sandbox_enter(void);

#endif
