/* daemon.c - `run`: one child per pass. */
#include "app/daemon.h"

#include "app/alarm.h"
#include "app/backup.h"
#include "app/daemon_child.h"
#include "app/status.h"
#include "base/fsx.h"
#include "base/log.h"
#include "base/sdnotify.h"
#include "core/heart.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define LONGEST_SLEEP 60000  /* the clock may jump: look again */
#define STOP_WITHIN 15000
#define WAITER_REST 120000   /* after a failure */
#define EARLY_NEWS 10000     /* sooner than this after its start: slow down */
#define SOON 60              /* seconds; what was due and is due again */

struct waiter {
	pid_t pid;               /* 0: none */
	int64_t began, not_before, pause;
};

struct daemon { /* times without _at are milliseconds, monotonic */
	const char *config_path;
	int level;               /* of the log; -1: the settings' */
	struct app app;
	struct sdnotify notify;
	int64_t fed;             /* the watchdog */
	sigset_t signals;
	int signal_fd, lock_fd;
	pid_t pass;              /* 0: none runs */
	int pass_fd;
	unsigned parts;          /* of it; 0: no pass, it only tells */
	unsigned died_parts;     /* of the last one that died; 0: none since */
	bool is_killed;          /* it was hung */
	struct str heard;        /* of it */
	struct waiter *waiters;  /* one a mailbox */
	size_t n_waiters;
	int64_t poll, rest;      /* next poll; no pass before */
	cw_time wake_at;         /* agenda or outbox; 0: nothing */
	struct heart heart;
	bool must_tell, has_died;
	bool is_asked;           /* by SIGUSR1: look what is due */
	char trouble[400], reload[600];
	char *health_text;       /* what the last pass left */
	struct pass_count last;  /* of the last good one, */
	bool has_last;           /* if there was one */
	int64_t stop;            /* all must have ended by then; 0: go on */
};

/* ---- what systemd is told ------------------------------------------------ */

/* "3 mailboxes, 212 open cases, next step Mon 9 Nov 10:00" */
static char *
doing_words(const struct daemon *d, struct arena *a)
{
	const struct policy *p = &d->app.policy;
	const char *boxes = arena_printf(a, "%zu mailbox%s", p->n_mailboxes,
	    p->n_mailboxes == 1 ? "" : "es");

	if (!d->has_last)
		return arena_printf(a, "%s, no pass is over yet", boxes);
	return arena_printf(a, "%s, %lld open case%s, next step %s", boxes,
	    (long long)d->last.open_cases, d->last.open_cases == 1 ? "" : "s",
	    d->wake_at == 0 ? "none" : calendar_format(a, p->calendar,
	    d->wake_at));
}

static void
say_status(struct daemon *d, const char *state)
{
	struct arena *a = arena_new();

	(void)sdnotify_say(&d->notify, "%sSTATUS=%s%s%s%s%s", state,
	    *d->trouble != '\0' ? "In trouble: " : "", doing_words(d, a),
	    d->last.alarms == 0 ? "" : arena_printf(a, "; alarms: %lld, see"
	    " caseward status", (long long)d->last.alarms),
	    *d->trouble == '\0' ? "" : "; ", d->trouble);
	arena_free(&a);
}

static void
feed(struct daemon *d, int64_t now)
{
	int64_t every = d->notify.watchdog_ms / 4;

	if (d->notify.watchdog_ms == 0 || now - d->fed < every ||
	    !heart_is_well(&d->heart, now))
		return;
	d->fed = now;
	(void)sdnotify_say(&d->notify, "WATCHDOG=1");
}

/* ---- a pass -------------------------------------------------------------- */

/* What goes on in a mailbox must not keep the ladder from being climbed:
 * after a pass that died with the inbox, one without it may begin at once. */
static void
rest(struct daemon *d, int64_t now)
{
	int64_t until = now + heart_rest_ms(&d->heart);

	if ((d->died_parts & PASS_INTAKE) != 0) {
		d->poll = until;
		d->wake_at = clock_now();
	} else {
		d->rest = until;
	}
}

static void
start_pass(struct daemon *d, unsigned parts, int64_t now)
{
	const struct child_news news = { d->trouble, d->reload, d->has_died };
	pid_t pid = child_pass(&d->app, parts, &news, &d->pass_fd);

	d->must_tell = d->has_died = false;
	if (pid < 0) {
		log_event(LOG_LEVEL_ERROR, "pass-not-started", "why=\"%s\"",
		    strerror(errno));
		d->died_parts = PASS_ALL & ~(unsigned)PASS_INTAKE;
		d->heart.bad++;
		d->heart.failed++;
		rest(d, now);
		(void)snprintf(d->trouble, sizeof(d->trouble),
		    "no process can be started: %s", strerror(errno));
		return;
	}
	d->pass = pid;
	d->parts = parts;
	d->is_asked = d->is_asked && parts == 0;
	d->is_killed = false;
	d->heart.beat_ms = now;
	str_clear(&d->heard);
}

static void
pass_died(struct daemon *d, int status, int64_t now)
{
	if (d->is_killed)
		(void)snprintf(d->trouble, sizeof(d->trouble), "a pass showed"
		    " no sign of life for %d seconds and was ended",
		    d->app.policy.stall_seconds);
	else if (WIFSIGNALED(status))
		(void)snprintf(d->trouble, sizeof(d->trouble), "a pass was"
		    " ended by signal %d", WTERMSIG(status));
	else
		(void)snprintf(d->trouble, sizeof(d->trouble), "a pass ended"
		    " without a report");
	log_event(LOG_LEVEL_ERROR, "pass-died", "status=%d hung=%d why=\"%s\"",
	    status, d->is_killed, d->trouble);
	if (d->parts == 0) /* who tells of it would die too */
		return;
	d->died_parts = d->parts;
	d->heart.bad++;
	d->heart.failed++;
	d->has_died = d->must_tell = true;
	rest(d, now);
}

static cw_time
earlier(cw_time a, cw_time b)
{
	return a == 0 || (b != 0 && b < a) ? b : a;
}

static void
keep_health(struct daemon *d, const char *text)
{
	if (*text == '\0')
		return;
	free(d->health_text);
	d->health_text = strdup(text);
	d->app.health_text = d->health_text;
}

static void
pass_reported(struct daemon *d, const struct pass_report *r, int64_t now)
{
	cw_time clock = clock_now();

	if (d->parts == 0) {
		d->last.alarms = r->n.alarms;
		return;
	}
	if (r->rc != RC_OK) {
		(void)snprintf(d->trouble, sizeof(d->trouble), "the last pass"
		    " failed: %s", r->why);
		d->died_parts = 0;
		d->heart.bad = 0;
		d->heart.failed++;
		d->must_tell = d->heart.failed > 1; /* it may be over soon */
		rest(d, now);
		return;
	}
	/* One that left out what the last one died of proves nothing. */
	if ((d->died_parts & ~d->parts) == 0) {
		d->died_parts = 0;
		d->heart.bad = d->heart.failed = 0;
		d->trouble[0] = '\0';
	}
	d->last = r->n;
	d->has_last = true;
	if (r->n.in.unfinished > 0 && r->n.in.taken > 0)
		d->poll = now;
	d->wake_at = earlier(r->n.next_due_at, r->n.out.next_try_at);
	if (d->wake_at != 0 && d->wake_at <= clock)
		d->wake_at = clock + SOON;
}

static void
pass_ended(struct daemon *d, int status, int64_t now)
{
	struct pass_report r;
	const char *health;

	(void)child_hear(d->pass_fd, &d->heard);
	(void)close(d->pass_fd);
	d->pass = 0;
	d->heart.beat_ms = 0;
	if (WIFEXITED(status) && child_report(&d->heard, &r, &health)) {
		keep_health(d, health);
		pass_reported(d, &r, now);
	} else if (d->stop == 0) {
		pass_died(d, status, now);
	}
	str_fini(&d->heard);
	say_status(d, "");
}

/* ---- those who wait for mail ---------------------------------------------- */

static void
start_waiters(struct daemon *d, int64_t now)
{
	for (size_t i = 0; i < d->n_waiters; i++) {
		struct waiter *w = &d->waiters[i];

		if (!d->app.policy.mailboxes[i].idle || w->pid != 0 ||
		    now < w->not_before)
			continue;
		w->began = now;
		w->pid = child_wait(&d->app, &d->app.policy.mailboxes[i]);
		if (w->pid < 0) {
			w->pid = 0;
			w->not_before = now + WAITER_REST;
		}
	}
}

static void
waiter_ended(struct daemon *d, struct waiter *w, int status, int64_t now)
{
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : CHILD_FAILED;

	w->pid = 0;
	if (code == CHILD_NEWS)
		d->poll = now;
	/* News without an end: mail that we cannot take, or a server that
	 * cannot wait. */
	if (code == CHILD_FAILED)
		w->pause = WAITER_REST;
	else if (now - w->began >= EARLY_NEWS)
		w->pause = 0;
	else if ((w->pause = 2 * w->pause + 500) > WAITER_REST)
		w->pause = WAITER_REST;
	w->not_before = now + w->pause;
}

static void
end_waiters(struct daemon *d)
{
	for (size_t i = 0; i < d->n_waiters; i++) {
		struct waiter *w = &d->waiters[i];

		if (w->pid == 0)
			continue;
		(void)kill(w->pid, SIGKILL); /* it holds nothing */
		while (waitpid(w->pid, NULL, 0) < 0 && errno == EINTR)
			;
		w->pid = 0;
	}
	free(d->waiters);
	d->waiters = NULL;
	d->n_waiters = 0;
}

static void
make_waiters(struct daemon *d)
{
	size_t n = d->app.policy.n_mailboxes;

	end_waiters(d);
	d->waiters = calloc(n + 1, sizeof(*d->waiters));
	if (d->waiters == NULL)
		die("out of memory");
	d->n_waiters = n;
}

static void
reap(struct daemon *d)
{
	int64_t now = clock_monotonic_ms();
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == d->pass)
			pass_ended(d, status, now);
		for (size_t i = 0; i < d->n_waiters; i++)
			if (pid == d->waiters[i].pid)
				waiter_ended(d, &d->waiters[i], status, now);
	}
}

/* ---- signals --------------------------------------------------------------- */

static void
log_problems(const struct problems *probs)
{
	char why[600];

	for (size_t i = 0; i < probs->n; i++)
		log_event(LOG_LEVEL_ERROR, "setting-refused", "at=%s:%d"
		    " key=%s why=%s", probs->v[i].file, probs->v[i].line,
		    probs->v[i].key, log_quote(why, sizeof(why),
		    probs->v[i].text));
}

static void
use_settings(struct daemon *d)
{
	log_init(d->level >= 0 ? (enum log_level)d->level :
	    (enum log_level)d->app.policy.log_level);
	d->heart.stall_ms = (int64_t)d->app.policy.stall_seconds * 1000;
	d->app.health_text = d->health_text;
	make_waiters(d);
}

static enum rc
load_again(struct daemon *d, struct app *fresh, struct problems *probs,
    struct err *e)
{
	enum rc rc = app_load(d->config_path, fresh, probs, e);

	if (rc == RC_OK && !str_eq(fresh->policy.database,
	    d->app.policy.database))
		rc = err_set(e, RC_BAD, "another database needs a restart");
	if (rc == RC_BAD && probs->n > 0)
		rc = err_wrap(e, rc, "%s:%d: %s: %s", probs->v[0].file,
		    probs->v[0].line, probs->v[0].key, probs->v[0].text);
	return rc;
}

static void
reload(struct daemon *d)
{
	struct problems probs = { .a = arena_new() };
	int64_t now = clock_monotonic_ms();
	struct app fresh;
	struct err e = { "" };
	char why[600];

	(void)sdnotify_say(&d->notify, "RELOADING=1\nMONOTONIC_USEC=%lld",
	    (long long)now * 1000);
	if (load_again(d, &fresh, &probs, &e) == RC_OK) {
		app_close(&d->app);
		d->app = fresh;
		d->reload[0] = '\0';
		use_settings(d);
		log_event(LOG_LEVEL_INFO, "reloaded", "file=%s",
		    d->config_path);
	} else {
		log_problems(&probs);
		log_event(LOG_LEVEL_ERROR, "reload-refused", "why=%s"
		    " say=\"caseward check\"", log_quote(why, sizeof(why),
		    e.text));
		(void)snprintf(d->reload, sizeof(d->reload), "%s", e.text);
		d->must_tell = true;
		app_close(&fresh);
	}
	/* Somebody is looking after it: try again now. */
	d->heart.bad = d->heart.failed = 0;
	d->died_parts = 0;
	d->poll = d->rest = now;
	arena_free(&probs.a);
	say_status(d, "READY=1\n");
}

/* The first time gently; the second time, and when it takes too long, not. */
static void
stop(struct daemon *d, int64_t now)
{
	bool is_first = d->stop == 0;

	d->stop = is_first ? now + STOP_WITHIN : now;
	if (!is_first)
		return;
	(void)sdnotify_say(&d->notify, "STOPPING=1\nSTATUS=Finishing what is"
	    " begun");
	end_waiters(d);
	if (d->pass != 0)
		(void)kill(d->pass, SIGTERM);
}

static void
take_signals(struct daemon *d)
{
	struct signalfd_siginfo s;

	while (read(d->signal_fd, &s, sizeof(s)) == (ssize_t)sizeof(s)) {
		if (s.ssi_signo == SIGTERM || s.ssi_signo == SIGINT)
			stop(d, clock_monotonic_ms());
		else if (s.ssi_signo == SIGHUP && d->stop == 0)
			reload(d);
		else if (s.ssi_signo == SIGUSR1)
			d->is_asked = true;
	}
}

/* ---- the loop -------------------------------------------------------------- */

/* What runs and should not: hung, or asked to stop and too slow. */
static void
watch_pass(struct daemon *d, int64_t now)
{
	if (d->pass == 0 || d->is_killed)
		return;
	if (d->stop != 0 ? now < d->stop : !heart_is_hung(&d->heart, now))
		return;
	d->is_killed = true;
	(void)kill(d->pass, SIGKILL);
	log_event(LOG_LEVEL_ERROR, "pass-killed", "pid=%d why=%s",
	    (int)d->pass, d->stop != 0 ? "too-slow-to-stop" : "hung");
}

/* When the next pass is due, by the monotonic clock. */
static int64_t
next_pass(const struct daemon *d, int64_t now)
{
	int64_t due = d->poll;

	if (d->wake_at != 0) {
		int64_t wake = now + (d->wake_at - clock_now()) * 1000;

		due = wake < due ? wake : due;
	}
	if (d->is_asked)
		due = now;
	return due < d->rest ? d->rest : due;
}

static void
begin_what_is_due(struct daemon *d, int64_t now)
{
	bool poll_due = d->poll <= now;

	d->heart.due_ms = next_pass(d, now);
	if (d->must_tell) {
		start_pass(d, 0, now);
	} else if (d->heart.due_ms <= now) {
		start_pass(d, poll_due ? PASS_ALL : PASS_TICK | PASS_SEND,
		    now);
		if (poll_due && d->pass != 0)
			d->poll = now + d->app.policy.poll_minutes * 60000;
		d->app.is_patient = true; /* until settings are read again */
	}
	if (d->pass == 0)
		start_waiters(d, now);
}

static int64_t
sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int
how_long(const struct daemon *d, int64_t now)
{
	int64_t t = LONGEST_SLEEP;

	if (d->notify.watchdog_ms != 0)
		t = sooner(t, d->notify.watchdog_ms / 3);
	if (d->stop != 0)
		t = sooner(t, d->stop - now);
	else if (d->pass != 0)
		t = sooner(t, d->heart.beat_ms + d->heart.stall_ms - now);
	else
		t = sooner(t, next_pass(d, now) - now);
	for (size_t i = 0; d->pass == 0 && i < d->n_waiters; i++)
		if (d->waiters[i].pid == 0 && d->waiters[i].not_before > now)
			t = sooner(t, d->waiters[i].not_before - now);
	return t < 10 ? 10 : (int)t;
}

static void
turn(struct daemon *d)
{
	int64_t now = clock_monotonic_ms();
	struct pollfd p[2] = { { .fd = d->signal_fd, .events = POLLIN },
		{ .fd = d->pass, .events = POLLIN } };

	watch_pass(d, now);
	if (d->pass == 0 && d->stop == 0)
		begin_what_is_due(d, now);
	feed(d, now);
	p[1].fd = d->pass != 0 ? d->pass_fd : -1;
	(void)poll(p, 2, how_long(d, now));
	if (d->pass != 0 && child_hear(d->pass_fd, &d->heard))
		d->heart.beat_ms = clock_monotonic_ms();
	take_signals(d);
	reap(d);
}

/* ---- begin and end ---------------------------------------------------------- */

/* One daemon a database; who it is stands in the file. */
static enum rc
lock(struct daemon *d, struct err *e)
{
	char *path = status_daemon_file(&d->app, d->app.a), *text;
	size_t len;
	/* also: none while a backup is put back */
	enum rc rc = backup_lock_daemon(&d->app, &d->lock_fd, e);

	if (rc == RC_RETRY && fsx_read(d->app.a, path, 100, &text, &len, e) ==
	    RC_OK)
		return err_set(e, RC_FAIL, "another daemon works on %s:"
		    " process %.*s", d->app.policy.database,
		    (int)strcspn(text, " \n"), text);
	if (rc == RC_OK && (ftruncate(d->lock_fd, 0) != 0 ||
	    dprintf(d->lock_fd, "%d %lld\n", (int)getpid(),
	    (long long)clock_now()) < 0))
		rc = err_set(e, RC_RETRY, "%s: %s", path, strerror(errno));
	return rc;
}

/* Only to see that it is there and sound. */
static enum rc
try_database(struct daemon *d, struct err *e)
{
	struct pass_count n;
	enum rc rc = app_open_db(&d->app, 0, e);

	db_close(&d->app.db);
	if (rc == RC_OK && d->app.manual_clock)
		return err_set(e, RC_BAD, "this database has a manual clock,"
		    " for tests and demos; say `caseward once --now T`");
	if (rc != RC_OK && rc != RC_NONE) {
		d->app.now = clock_now();
		alarm_raise(&d->app, ALARM_DATABASE, "", "caseward cannot"
		    " start: %s", e->text);
		pass_tell(&d->app, false, &n);
	}
	return rc;
}

static enum rc
begin(struct daemon *d, struct err *e)
{
	static const int wanted[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1,
		SIGCHLD };
	struct problems probs = { .a = arena_new() };
	enum rc rc = app_load(d->config_path, &d->app, &probs, e);

	log_problems(&probs);
	arena_free(&probs.a);
	if (rc != RC_OK || (rc = lock(d, e)) != RC_OK ||
	    (rc = try_database(d, e)) != RC_OK)
		return rc;
	(void)sigemptyset(&d->signals);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		(void)sigaddset(&d->signals, wanted[i]);
	(void)sigprocmask(SIG_BLOCK, &d->signals, NULL);
	d->signal_fd = signalfd(-1, &d->signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (d->signal_fd < 0)
		return err_set(e, RC_RETRY, "signals: %s", strerror(errno));
	d->poll = clock_monotonic_ms();
	use_settings(d);
	return RC_OK;
}

static void
end(struct daemon *d)
{
	end_waiters(d);
	sdnotify_close(&d->notify);
	if (d->signal_fd >= 0)
		(void)close(d->signal_fd);
	if (d->lock_fd >= 0)
		(void)close(d->lock_fd);
	str_fini(&d->heard);
	app_close(&d->app);
	free(d->health_text);
}

enum rc
daemon_run(const char *config_path, int level, struct err *e)
{
	struct daemon d = { .config_path = config_path, .level = level,
		.signal_fd = -1, .lock_fd = -1 };
	enum rc rc;

	sdnotify_open(&d.notify);
	if ((rc = begin(&d, e)) != RC_OK)
		goto out;
	log_event(LOG_LEVEL_INFO, "started", "pid=%d config=%s",
	    (int)getpid(), config_path);
	say_status(&d, "READY=1\n");
	while (d.stop == 0 || d.pass != 0)
		turn(&d);
	log_event(LOG_LEVEL_INFO, "stopped", "pid=%d config=%s",
	    (int)getpid(), config_path);
out:
	end(&d);
	return rc;
}
