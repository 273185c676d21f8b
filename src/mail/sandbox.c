/* sandbox.c - what the reader child may ask of the kernel. */
#include "mail/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#endif

#if defined(__SANITIZE_ADDRESS__)
#define IS_INSTRUMENTED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_INSTRUMENTED 1
#endif
#endif

#if defined(ARCH) && !defined(IS_INSTRUMENTED)

#define WORD(field) ((uint32_t)offsetof(struct seccomp_data, field))
#define ALLOW(name)                                                         \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1),              \
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

void
sandbox_enter(void)
{
	static const struct sock_filter rules[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, WORD(arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, WORD(nr)),
		ALLOW(read), ALLOW(write), ALLOW(writev), ALLOW(close),
		ALLOW(brk), ALLOW(mmap), ALLOW(munmap), ALLOW(mremap),
		ALLOW(mprotect), ALLOW(madvise), ALLOW(futex),
		ALLOW(pread64), ALLOW(lseek), ALLOW(fstat),
		ALLOW(newfstatat), ALLOW(getrandom), ALLOW(clock_gettime),
		ALLOW(gettimeofday), ALLOW(rt_sigaction),
		ALLOW(rt_sigprocmask), ALLOW(rt_sigreturn),
		ALLOW(setitimer), ALLOW(getpid), ALLOW(gettid),
		ALLOW(tgkill), ALLOW(exit), ALLOW(exit_group),
#ifdef SYS_alarm
		ALLOW(alarm),
#endif
		/* Files may be opened to read: iconv has its tables there. */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, WORD(args[2])),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K,
		    O_WRONLY | O_RDWR | O_CREAT | O_TRUNC, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
	};
	/* The kernel does not write to it, but its type says it might. */
	struct sock_fprog prog = { sizeof(rules) / sizeof(rules[0]),
		(struct sock_filter *)(uintptr_t)rules };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		(void)prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog);
}

#else

void
sandbox_enter(void)
{
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

#endif
