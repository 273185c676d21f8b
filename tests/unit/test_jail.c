/*
 * test_jail.c - a mail that has taken the reader over can do nothing, and
 * costs nobody but itself (M7, L21).
 *
 * Its parser is replaced by one that obeys the mail: "do: NAME" does what
 * the table says, all else is read as ever.
 */
#include "base/clock.h"
#include "base/hash.h"
#include "base/str.h"
#include "mail/mime.h"
#include "mail/reader.h"
#include "mail/reader_wire.h"
#include "../tools/noseccomp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define HAS_SANDBOX 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_SANDBOX 0
#endif
#endif
#ifndef HAS_SANDBOX
#define HAS_SANDBOX 1
#endif

#define PLACE "/dev/shm/caseward-test-jail"
#define SYS_DENIED "a mail has no right to"

static pid_t parent; /* known before the fork: asking for it is forbidden */

/* --- what it does --- */

static void
say(struct arena *a, struct body *b, long got)
{
	b->text = got >= 0 ? "done" : arena_printf(a, "refused: %s",
	    strerror(errno));
}

static void
act_open(struct arena *a, struct body *b)
{
	say(a, b, open("/etc/passwd", O_RDONLY));
}

static void
act_create(struct arena *a, struct body *b)
{
	say(a, b, open(PLACE, O_WRONLY | O_CREAT, 0600));
}

static void
act_parent_memory(struct arena *a, struct body *b)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/mem", (int)parent);
	say(a, b, open(path, O_RDONLY));
}

static void
act_own_memory(struct arena *a, struct body *b)
{
	say(a, b, open("/proc/self/mem", O_RDWR));
}

static void
act_read_parent(struct arena *a, struct body *b)
{
	char buf[8];
	struct iovec here = { buf, sizeof(buf) }, there = { &there, 8 };

	say(a, b, process_vm_readv(parent, &here, 1, &there, 1, 0));
}

static void
act_connect(struct arena *a, struct body *b)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	say(a, b, connect(fd, (struct sockaddr *)&in, sizeof(in)));
}

static void
act_exec(struct arena *a, struct body *b)
{
	char *const none[] = { NULL };

	say(a, b, execve("/bin/true", none, none));
}

static void
act_fork(struct arena *a, struct body *b)
{
	say(a, b, fork());
}

static void
act_ptrace(struct arena *a, struct body *b)
{
	say(a, b, ptrace(PTRACE_ATTACH, parent, NULL, NULL));
}

static void
act_kill(struct arena *a, struct body *b)
{
	say(a, b, kill(parent, SIGTERM));
}

static void
act_unlink(struct arena *a, struct body *b)
{
	say(a, b, unlink(PLACE));
}

static void
act_code(struct arena *a, struct body *b)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	say(a, b, p == MAP_FAILED ? -1 : 0);
}

static void
act_more_memory(struct arena *a, struct body *b)
{
	struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };

	/* root may raise it, so the sandbox has to stop other limits */
	say(a, b, setrlimit(RLIMIT_NOFILE, &all));
}

static void
act_eat(struct arena *a, struct body *b)
{
	for (;;)
		memset(arena_alloc(a, 1 << 20), 1, 1 << 20);
	b->text = "full";
}

static void
act_eat_some(struct arena *a, struct body *b)
{
	memset(arena_alloc(a, 170 << 20), 1, 170 << 20);
	b->text = "done";
}

static void
act_spin(struct arena *a, struct body *b)
{
	(void)a;
	for (volatile int i = 0;; i = !i)
		b->text = "";
}

static void
act_sleep(struct arena *a, struct body *b)
{
	char c;

	(void)a, (void)b;
	while (read(WIRE_FD, &c, 1) >= 0)
		;
}

static void
act_pause(struct arena *a, struct body *b)
{
	say(a, b, pause());
}

static void
act_endless(struct arena *a, struct body *b)
{
	char *zeros = arena_alloc(a, 1 << 20);

	(void)b;
	for (;;)
		if (write(WIRE_FD, zeros, 1 << 20) < 0)
			_exit(0);
}

static void
answer(uint64_t len, size_t really)
{
	struct wire_response head = { .found = 1, .len = len };
	char *all = calloc(1, really + 1);

	if (write(WIRE_FD, &head, sizeof(head)) < 0 ||
	    write(WIRE_FD, all, really) < 0)
		_exit(1);
	free(all);
}

static void
act_huge_answer(struct arena *a, struct body *b)
{
	answer(UINT64_MAX - 8, 64);
	act_sleep(a, b);
}

static void
act_bad_answer(struct arena *a, struct body *b)
{
	answer(5, 5);
	act_sleep(a, b);
}

static void
act_wild_lengths(struct arena *a, struct body *b)
{
	struct wire_response head = { .found = 1, .len = 64 };
	char all[64];

	memset(all, 0xff, sizeof(all));
	if (write(WIRE_FD, &head, sizeof(head)) < 0 ||
	    write(WIRE_FD, all, sizeof(all)) < 0)
		_exit(1);
	act_sleep(a, b);
}

static void
act_half(struct arena *a, struct body *b)
{
	(void)a, (void)b;
	answer(1000, 500);
	_exit(0);
}

static void
act_leave(struct arena *a, struct body *b)
{
	(void)a, (void)b;
	_exit(0);
}

static void
act_crash(struct arena *a, struct body *b)
{
	char **volatile wild = NULL;

	(void)a;
	b->text = wild[1];
}

static void
act_close(struct arena *a, struct body *b)
{
	(void)a;
	(void)close(WIRE_FD);
	b->text = "nobody hears";
}

enum needs { NOTHING, SANDBOX };

static const struct act {
	const char *name;
	void (*run)(struct arena *a, struct body *b);
	const char *want; /* in the problem, or the whole text */
	enum needs needs;
	int wall_ms; /* 0: as it is */
} acts[] = {
	{ "open a file", act_open, "refused: Permission denied", SANDBOX, 0 },
	{ "create a file", act_create, "refused: Permission denied", SANDBOX,
	    0 },
	{ "read the parent's memory", act_parent_memory,
	    "refused: Permission denied", SANDBOX, 0 },
	{ "open its own memory", act_own_memory, "refused: Permission denied",
	    SANDBOX, 0 },
	{ "read the parent by a call", act_read_parent, SYS_DENIED, SANDBOX,
	    0 },
	{ "connect", act_connect, SYS_DENIED, SANDBOX, 0 },
	{ "run a program", act_exec, SYS_DENIED, SANDBOX, 0 },
	{ "fork", act_fork, SYS_DENIED, SANDBOX, 0 },
	{ "trace the parent", act_ptrace, SYS_DENIED, SANDBOX, 0 },
	{ "kill the parent", act_kill, SYS_DENIED, SANDBOX, 0 },
	{ "remove a file", act_unlink, SYS_DENIED, SANDBOX, 0 },
	{ "make code", act_code, SYS_DENIED, SANDBOX, 0 },
	{ "raise a limit", act_more_memory, SYS_DENIED, SANDBOX, 0 },
	{ "take all memory", act_eat, "out of memory", SANDBOX, 0 },
	{ "take more than its size allows", act_eat_some, "out of memory",
	    SANDBOX, 0 },
	{ "spin", act_spin, "took too long", NOTHING, 5000 },
	{ "sleep", act_sleep, "took too long", NOTHING, 200 },
	{ "wait for a signal", act_pause, SYS_DENIED, SANDBOX, 0 },
	{ "write for ever", act_endless, "nonsense", NOTHING, 0 },
	{ "announce a huge answer", act_huge_answer, "nonsense", NOTHING, 0 },
	{ "answer badly", act_bad_answer, "nonsense", NOTHING, 0 },
	{ "answer with wild lengths", act_wild_lengths, "nonsense", NOTHING,
	    0 },
	{ "answer by half", act_half, "killed the reader", NOTHING, 0 },
	{ "leave", act_leave, "killed the reader", NOTHING, 0 },
	{ "crash", act_crash, "killed the reader", SANDBOX, 0 },
	{ "close its socket", act_close, "killed the reader", NOTHING, 0 },
};

#define N_ACTS (sizeof(acts) / sizeof(acts[0]))

static void
obey(char *raw, size_t len, struct arena *a, struct body *b)
{
	static const char head[] = "Content-Type: text/plain\n\ndo: ";
	size_t n = sizeof(head) - 1;

	if (len < n || memcmp(raw, head, n) != 0) {
		mime_read_here(raw, len, a, b);
		return;
	}
	body_init(b, "");
	for (size_t i = 0; i < N_ACTS; i++)
		if (str_has_prefix(raw + n, acts[i].name))
			acts[i].run(a, b);
}

/* --- the tests --- */

static char *
mail_to_do(struct arena *a, const char *what)
{
	return arena_printf(a, "Content-Type: text/plain\n\ndo: %s\n", what);
}

static void
expect_read(struct reader *r, struct arena *a, const char *text)
{
	char *raw = arena_printf(a, "Content-Type: text/plain\n\n%s", text);
	struct body b;
	struct err e;

	assert_int_equal(reader_read(r, raw, strlen(raw), a, &b, &e), RC_OK);
	assert_string_equal(b.text, text);
}

static void
try_act(struct reader *r, const struct act *act)
{
	struct arena *a = arena_new();
	bool is_refused = str_has_prefix(act->want, "refused");
	char *evil = mail_to_do(a, act->name), *next = arena_strdup(a,
	    "Content-Type: text/plain\n\nbehind it");
	struct body b;
	struct err e;
	enum rc rc;

	print_message("%s\n", act->name);
	(void)alarm(act->wall_ms == 0 ? 90 : 20); /* a test that hangs */
	expect_read(r, a, "before it");
	reader_limit_ms(r, 1000, act->wall_ms == 0 ? 30000 : act->wall_ms);
	assert_int_equal(reader_submit(r, evil, strlen(evil), &e), RC_OK);
	assert_int_equal(reader_submit(r, next, strlen(next), &e), RC_OK);
	rc = reader_collect(r, a, &b, &e);
	if (strstr(is_refused ? b.text : b.problem, act->want) == NULL)
		fail_msg("%s: text \"%.100s\", problem \"%s\"", act->name,
		    b.text, b.problem);
	assert_int_equal(rc, is_refused ? RC_OK : RC_BAD);
	reader_limit_ms(r, 10000, 30000);
	assert_int_equal(reader_collect(r, a, &b, &e), RC_OK);
	assert_string_equal(b.text, "behind it");
	(void)alarm(0);
	arena_free(&a);
}

static int64_t
cpu_ms_of_children(void)
{
	struct rusage u;

	assert_int_equal(getrusage(RUSAGE_CHILDREN, &u), 0);
	return (int64_t)u.ru_utime.tv_sec * 1000 + u.ru_utime.tv_usec / 1000;
}

/* Long before its time is over by the wall clock, which stands still for
 * nobody on a busy machine. */
static void
test_processor_time_is_watched_M7(void **state)
{
	struct reader *r = reader_new_parsing(obey);
	struct arena *a = arena_new();
	char *evil = mail_to_do(a, "spin");
	int64_t before = cpu_ms_of_children();
	struct body b;
	struct err e;

	(void)state;
	reader_limit_ms(r, 300, 5000);
	assert_int_equal(reader_read(r, evil, strlen(evil), a, &b, &e),
	    RC_BAD);
	assert_non_null(strstr(b.problem, "took too long"));
	assert_true(cpu_ms_of_children() - before < 1500);
	reader_free(&r);
	arena_free(&a);
}

/* What the kernel has in hand, should we not look: it ends the child, and
 * that is a verdict. */
static void
test_the_kernel_ends_who_spins_M7(void **state)
{
	struct reader *r = reader_new_parsing(obey);
	struct arena *a = arena_new();
	struct rlimit was, soon = { 1, 2 };
	char *evil = mail_to_do(a, "spin");
	struct body b;
	struct err e;

	(void)state;
	assert_int_equal(reader_ready(r, &e), RC_OK);
	assert_int_equal(prlimit(reader_pid(r), RLIMIT_CPU, &soon, &was), 0);
	assert_int_equal(was.rlim_cur, READER_CPU_S);
	assert_int_equal(was.rlim_max, READER_CPU_S + 1);
	reader_limit_ms(r, 15000, 15000);
	assert_int_equal(reader_read(r, evil, strlen(evil), a, &b, &e),
	    RC_BAD);
	assert_non_null(strstr(b.problem, "out of processor time"));
	reader_free(&r);
	arena_free(&a);
}

static void
test_evil_mails_M7(void **state)
{
	struct reader *r = reader_new_parsing(obey);

	(void)state;
	for (size_t i = 0; i < N_ACTS; i++)
		if (HAS_SANDBOX || acts[i].needs == NOTHING)
			try_act(r, &acts[i]);
	assert_int_not_equal(access(PLACE, F_OK), 0);
	reader_free(&r);
}

/* What a mail may take grows with its own size. */
static void
test_memory_by_size_M7(void **state)
{
	struct reader *r = reader_new_parsing(obey);
	struct arena *a = arena_new();
	size_t len = (size_t)64 << 20;
	char *raw = arena_alloc(a, len);
	struct body b;
	struct err e;

	(void)state;
	memset(raw, '\n', len);
	(void)memcpy(raw, mail_to_do(a, acts[14].name),
	    strlen(mail_to_do(a, acts[14].name)));
	assert_int_equal(reader_read(r, raw, len, a, &b, &e), RC_OK);
	assert_string_equal(b.text, "done");
	reader_free(&r);
	arena_free(&a);
}

static size_t
count_fds(pid_t pid)
{
	char path[64];
	size_t n = 0;
	DIR *d;

	(void)snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	if ((d = opendir(path)) == NULL)
		return 1; /* not even to be looked at */
	for (struct dirent *p; (p = readdir(d)) != NULL;)
		n += p->d_name[0] != '.';
	(void)closedir(d);
	return n;
}

static char *
proc_text(struct arena *a, pid_t pid, const char *name)
{
	char *text = arena_alloc(a, 16384);
	FILE *f = fopen(arena_printf(a, "/proc/%d/%s", (int)pid, name), "r");

	if (f == NULL)
		return NULL;
	text[fread(text, 1, 16383, f)] = '\0';
	(void)fclose(f);
	return text;
}

static void
test_the_jail_is_closed_M7(void **state)
{
	static const char *const limits[] = {
		"Max core file size        0                    0 ",
		"Max file size             0                    0 ",
		"Max processes             0                    0 ",
		"Max open files            4                    4 ",
		"Max cpu time              1200                 1201 ",
	};
	struct reader *r = reader_new();
	struct arena *a = arena_new();
	int leak = open("/etc/hostname", O_RDONLY); /* not close-on-exec */
	const char *text;
	struct err e;

	(void)state;
	assert_int_equal(reader_ready(r, &e), RC_OK);
	assert_int_equal(count_fds(reader_pid(r)), 1);
	text = proc_text(a, reader_pid(r), "status");
	assert_non_null(strstr(text, "\nNoNewPrivs:\t1\n"));
	if (HAS_SANDBOX)
		assert_non_null(strstr(text, "\nSeccomp:\t2\n"));
	text = proc_text(a, reader_pid(r), "limits");
	for (size_t i = 0; text != NULL &&
	    i < sizeof(limits) / sizeof(limits[0]); i++)
		assert_non_null(strstr(text, limits[i]));
	(void)close(leak);
	reader_free(&r);
	arena_free(&a);
}

/* Nothing of a line such as "7f00-7f10 rw-p ..." holds the secret. */
static bool
area_has(int mem, const char *line, const char *secret, size_t n)
{
	unsigned long from, to;
	char mode[8], *buf;
	bool found = false;
	ssize_t got;

	if (sscanf(line, "%lx-%lx %7s", &from, &to, mode) != 3 ||
	    mode[0] != 'r' || to - from > 256 << 20)
		return false;
	buf = malloc(to - from);
	got = pread(mem, buf, to - from, (off_t)from);
	if (got > 0)
		found = memmem(buf, (size_t)got, secret, n) != NULL;
	free(buf);
	return found;
}

/* How many places of that process hold the secret; -1: nobody may look. */
static int
count_secret(pid_t pid, const char *secret)
{
	char path[64], line[512];
	FILE *maps;
	int mem, n = 0;

	(void)snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
	mem = open(path, O_RDONLY | O_CLOEXEC);
	(void)snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	maps = fopen(path, "re");
	if (mem < 0 || maps == NULL)
		return -1;
	while (fgets(line, sizeof(line), maps) != NULL)
		n += area_has(mem, line, secret, strlen(secret));
	(void)fclose(maps);
	(void)close(mem);
	return n;
}

/* Keys, passwords and tokens of the parent never were in the child. */
static void
test_no_secret_in_the_child_M7(void **state)
{
	struct reader *r, *fork;
	struct arena *a;
	uint8_t key[32];
	struct err e;
	char *secret;

	(void)state;
	if (!HAS_SANDBOX) /* shadow memory */
		skip();
	r = reader_new(), fork = reader_new_parsing(obey);
	a = arena_new();
	hash_random(key, sizeof(key));
	secret = hash_hex(a, key, sizeof(key));
	assert_int_equal(setenv("CASEWARD_TEST_SECRET", secret, 1), 0);
	assert_int_equal(reader_ready(r, &e), RC_OK);
	assert_int_equal(reader_ready(fork, &e), RC_OK);
	/* It would be found: a fork has it. */
	assert_int_not_equal(count_secret(reader_pid(fork), secret), 0);
	assert_true(count_secret(reader_pid(r), secret) <= 0);
	assert_int_equal(unsetenv("CASEWARD_TEST_SECRET"), 0);
	reader_free(&fork);
	reader_free(&r);
	arena_free(&a);
}

static void
test_no_jail_no_reading_M7(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	if (!HAS_SANDBOX)
		skip();
	if ((pid = fork()) == 0) {
		struct reader *r = reader_new();
		struct arena *a = arena_new();
		struct body b;
		struct err e;

		if (!refuse_seccomp())
			_exit(9);
		if (reader_read(r, "A: b\n\nc", 7, a, &b, &e) != RC_RETRY)
			_exit(1);
		if (strstr(e.text, "refuses seccomp") == NULL ||
		    strstr(e.text, "Invalid argument") == NULL)
			_exit(2);
		if (reader_pid(r) != 0)
			_exit(3);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_evil_mails_M7),
		cmocka_unit_test(test_processor_time_is_watched_M7),
		cmocka_unit_test(test_the_kernel_ends_who_spins_M7),
		cmocka_unit_test(test_memory_by_size_M7),
		cmocka_unit_test(test_the_jail_is_closed_M7),
		cmocka_unit_test(test_no_secret_in_the_child_M7),
		cmocka_unit_test(test_no_jail_no_reading_M7),
	};

	parent = getpid();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
