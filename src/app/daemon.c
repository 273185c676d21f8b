/* daemon.c - `run`: one child per pass. */
#include "app/daemon.h"

#include "app/backup.h"
#include "app/connect.h"
#include "app/pass.h"
#include "base/log.h"
#include "net/net.h"
#include "store/spool_store.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_WAITERS 32
#define IDLE_SECONDS (25 * 60)   /* renewed well within 29 minutes (IM-13) */
#define REST_AFTER_CRASH 60
#define LONGEST_SLEEP 600        /* the clock may jump: look again */

struct daemon {
	const char *config_path;
	struct app app;
	sigset_t signals;
	pid_t pass;               /* 0: none runs */
	int pass_fd;              /* its report */
	pid_t waiters[MAX_WAITERS];
	cw_time waiter_rest[MAX_WAITERS]; /* not started again before */
	cw_time poll_at, wake_at;
	bool stop;
};

/* ---- children ---------------------------------------------------------- */

static void
child_signals(const struct daemon *d)
{
	(void)sigprocmask(SIG_UNBLOCK, &d->signals, NULL);
}

static void
pass_child(struct daemon *d, unsigned parts, int fd)
{
	struct pass_count n = { 0 };
	struct err e = { "" };
	enum rc rc;

	child_signals(d);
	rc = net_init(&e);
	if (rc == RC_OK)
		rc = app_open_db(&d->app, 0, &e);
	if (rc == RC_OK)
		rc = app_set_now(&d->app, NULL, &e);
	if (rc == RC_OK)
		rc = pass_run(&d->app, parts, &n, &e);
	if (rc != RC_OK)
		log_event(LOG_LEVEL_ERROR, "pass-failed", "rc=%s why=\"%s\"",
		    rc_name(rc), e.text);
	else
		log_event(LOG_LEVEL_INFO, "pass", "taken=%lld opened=%lld"
		    " fired=%lld sent=%lld later=%lld failed=%lld",
		    (long long)n.in.taken, (long long)n.in.opened,
		    (long long)n.tick.fired, (long long)n.out.sent,
		    (long long)n.out.later, (long long)n.out.failed);
	if (write(fd, &n, sizeof(n)) < 0)
		rc = RC_RETRY;
	app_close(&d->app);
	net_fini();
	_exit(rc == RC_OK ? 0 : 3);
}

/* Holds one IDLE; ends with 0 when there is something new. */
static void
waiter_child(struct daemon *d, const struct mailbox *box)
{
	struct arena *a = arena_new();
	struct mailbox_state st;
	struct source *src = NULL;
	struct source_position pos;
	struct err e = { "" };
	bool is_reset;
	enum rc rc;

	child_signals(d);
	rc = net_init(&e);
	if (rc == RC_OK)
		rc = app_open_db(&d->app, 0, &e);
	if (rc == RC_OK)
		rc = mailbox_store_get(d->app.db, box->name, a, &st, &e);
	db_close(&d->app.db);
	if (rc == RC_OK)
		rc = connect_source(&d->app, box, a, &src, &e);
	if (rc != RC_OK)
		_exit(3);
	pos = (struct source_position){
		.uidvalidity = (uint32_t)st.uidvalidity,
		.last_uid = (uint32_t)st.last_uid };
	rc = source_begin(src, &pos, &is_reset, &e);
	if (rc == RC_OK && source_left(src) == 0)
		rc = source_wait(src, -1, IDLE_SECONDS, &e);
	source_close(&src);
	_exit(rc == RC_OK ? 0 : rc == RC_NONE ? 1 : 3);
}

static void
start_pass(struct daemon *d, unsigned parts)
{
	int fds[2];

	if (pipe(fds) != 0)
		return;
	if ((d->pass = fork()) == 0) {
		(void)close(fds[0]);
		pass_child(d, parts, fds[1]);
	}
	(void)close(fds[1]);
	d->pass_fd = fds[0];
	if (d->pass < 0) {
		(void)close(fds[0]);
		d->pass = 0;
	}
}

static void
start_waiters(struct daemon *d, cw_time now)
{
	const struct policy *p = &d->app.policy;

	for (size_t i = 0; i < p->n_mailboxes && i < MAX_WAITERS; i++) {
		if (!p->mailboxes[i].idle || d->waiters[i] > 0 ||
		    now < d->waiter_rest[i])
			continue;
		if ((d->waiters[i] = fork()) == 0)
			waiter_child(d, &p->mailboxes[i]);
	}
}

/* ---- what children report ---------------------------------------------- */

static cw_time
earlier(cw_time a, cw_time b)
{
	return a == 0 || (b != 0 && b < a) ? b : a;
}

static void
pass_ended(struct daemon *d, int status, cw_time now)
{
	struct pass_count n = { 0 };
	bool told = read(d->pass_fd, &n, sizeof(n)) == (ssize_t)sizeof(n);

	(void)close(d->pass_fd);
	d->pass = 0;
	if (!told || !WIFEXITED(status)) {
		log_event(LOG_LEVEL_ERROR, "pass-died", "status=%d", status);
		d->wake_at = now + REST_AFTER_CRASH;
		return;
	}
	d->wake_at = earlier(n.next_due_at, n.out.next_try_at);
	if (WEXITSTATUS(status) != 0 || d->wake_at <= now)
		d->wake_at = now + REST_AFTER_CRASH;
}

static void
child_ended(struct daemon *d, pid_t pid, int status, cw_time now)
{
	if (pid == d->pass) {
		pass_ended(d, status, now);
		return;
	}
	for (size_t i = 0; i < MAX_WAITERS; i++) {
		if (d->waiters[i] != pid)
			continue;
		d->waiters[i] = 0;
		if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
			d->poll_at = now; /* new mail */
		d->waiter_rest[i] = now + (WIFEXITED(status) &&
		    WEXITSTATUS(status) < 3 ? 0 : 2 * REST_AFTER_CRASH);
	}
}

static void
reap(struct daemon *d)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		child_ended(d, pid, status, clock_now());
}

/* ---- the loop ---------------------------------------------------------- */

static void
reload(struct daemon *d)
{
	struct problems probs = { .a = arena_new() };
	struct app fresh;
	struct err e = { "" };

	if (app_load(d->config_path, &fresh, &probs, &e) == RC_OK) {
		app_close(&d->app);
		d->app = fresh;
		d->poll_at = 0;
		log_event(LOG_LEVEL_INFO, "reloaded", "file=%s", d->config_path);
	} else {
		log_event(LOG_LEVEL_ERROR, "reload-refused", "why=\"%s\""
		    " say=\"caseward check\"", e.text);
		app_close(&fresh);
	}
	arena_free(&probs.a);
}

static void
sleep_until_something(struct daemon *d, cw_time now)
{
	cw_time until = earlier(d->poll_at, d->wake_at);
	struct timespec t = { 0 };
	int sig;

	t.tv_sec = d->pass != 0 || until - now > LONGEST_SLEEP ?
	    LONGEST_SLEEP : until > now ? until - now : 1;
	sig = sigtimedwait(&d->signals, NULL, &t);
	if (sig == SIGTERM || sig == SIGINT)
		d->stop = true;
	else if (sig == SIGHUP)
		reload(d);
}

static void
end_children(struct daemon *d)
{
	int status;

	for (size_t i = 0; i < MAX_WAITERS; i++)
		if (d->waiters[i] > 0)
			(void)kill(d->waiters[i], SIGTERM);
	while (waitpid(-1, &status, 0) > 0 || errno == EINTR)
		;
}

static void
turn(struct daemon *d)
{
	cw_time now = clock_now();
	bool poll_due;

	if (d->poll_at > now + d->app.policy.poll_minutes * CW_MINUTE)
		d->poll_at = now; /* the clock was set back */
	poll_due = d->poll_at <= now;
	if (d->pass == 0 && (poll_due || d->wake_at <= now)) {
		start_pass(d, poll_due ? PASS_ALL : PASS_TICK | PASS_SEND);
		if (poll_due)
			d->poll_at = now +
			    d->app.policy.poll_minutes * CW_MINUTE;
	}
	if (d->pass == 0)
		start_waiters(d, now);
	sleep_until_something(d, now);
	reap(d);
}

enum rc
daemon_run(const char *config_path, struct err *e)
{
	struct problems probs = { .a = arena_new() };
	struct daemon d = { .config_path = config_path };
	enum rc rc = app_load(config_path, &d.app, &probs, e);
	int lock = -1;

	if (rc != RC_OK)
		goto out;
	if ((rc = app_open_db(&d.app, 0, e)) != RC_OK)
		goto out;
	if ((rc = backup_lock_daemon(&d.app, &lock, e)) != RC_OK)
		goto out; /* one is enough, and none while a backup is put back */
	db_close(&d.app.db); /* only to see that it is there and sound */
	if (d.app.manual_clock) {
		rc = err_set(e, RC_BAD, "this database has a manual clock, for"
		    " tests and demos; say `caseward once --now T`");
		goto out;
	}
	(void)sigemptyset(&d.signals);
	(void)sigaddset(&d.signals, SIGTERM);
	(void)sigaddset(&d.signals, SIGINT);
	(void)sigaddset(&d.signals, SIGHUP);
	(void)sigaddset(&d.signals, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &d.signals, NULL);
	log_event(LOG_LEVEL_INFO, "started", "config=%s", config_path);
	while (!d.stop)
		turn(&d);
	end_children(&d);
	log_event(LOG_LEVEL_INFO, "stopped", "config=%s", config_path);
out:
	if (lock >= 0)
		(void)close(lock);
	app_close(&d.app);
	arena_free(&probs.a);
	return rc;
}
