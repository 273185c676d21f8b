/* sandbox.c - what the reader child may ask of the kernel. */
#include "mail/sandbox.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

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

#if defined(IS_INSTRUMENTED)

enum sandbox
sandbox_enter(void)
{
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return SANDBOX_INSTRUMENTED;
}

#elif !defined(ARCH)

enum sandbox
sandbox_enter(void)
{
	return SANDBOX_UNKNOWN_CPU;
}

#else

#define NUMBER ((uint32_t)offsetof(struct seccomp_data, nr))
#define MACHINE ((uint32_t)offsetof(struct seccomp_data, arch))
#define ARG(i) ((uint32_t)(offsetof(struct seccomp_data, args) + 8 * (i)))
#define LOAD(at) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at)
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, what)
/* If it is this call, the next rule decides; else the one behind. */
#define CALL(name) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1)
#define ALLOW(name) CALL(name), RETURN(SECCOMP_RET_ALLOW)
#define DENY(name) CALL(name), RETURN(SECCOMP_RET_ERRNO | EACCES)
/* Allowed if it makes no memory executable. */
#define ALLOW_DATA(name)                                                    \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 4),              \
	LOAD(ARG(2)),                                                       \
	BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1),              \
	RETURN(SECCOMP_RET_KILL_PROCESS), RETURN(SECCOMP_RET_ALLOW)

enum sandbox
sandbox_enter(void)
{
	struct sock_filter rules[] = {
		LOAD(MACHINE),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0),
		RETURN(SECCOMP_RET_KILL_PROCESS),
		LOAD(NUMBER),
		ALLOW(read), ALLOW(write), ALLOW(brk), ALLOW(munmap),
		ALLOW(mremap), ALLOW(madvise), ALLOW(futex),
		ALLOW(exit), ALLOW(exit_group), ALLOW(getrandom),
		ALLOW(clock_gettime), ALLOW(gettimeofday),
		ALLOW_DATA(mmap), ALLOW_DATA(mprotect),
		/* iconv looks for tables of a charset that is not loaded. */
		DENY(openat), DENY(newfstatat), DENY(readlinkat),
#ifdef SYS_open
		DENY(open), DENY(stat), DENY(access), DENY(readlink),
#endif
		/* abort(): a signal to this process, and to no other. */
		ALLOW(rt_sigprocmask), ALLOW(getpid), ALLOW(gettid),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_tgkill, 0, 4),
		LOAD(ARG(0)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)getpid(), 0, 1),
		RETURN(SECCOMP_RET_ALLOW), RETURN(SECCOMP_RET_KILL_PROCESS),
		/* The limit on memory of each mail, of this process only. */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prlimit64, 0, 5),
		LOAD(ARG(0)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 3),
		LOAD(ARG(1)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, RLIMIT_AS, 0, 1),
		RETURN(SECCOMP_RET_ALLOW),
		RETURN(SECCOMP_RET_KILL_PROCESS),
	};
	struct sock_fprog prog = { sizeof(rules) / sizeof(rules[0]), rules };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) != 0)
		return SANDBOX_REFUSED;
	return SANDBOX_CLOSED;
}

#endif
