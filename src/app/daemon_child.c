/* daemon_child.c - the processes that the daemon starts. */
#include "app/daemon_child.h"

#include "app/alarm.h"
#include "app/beat.h"
#include "app/connect.h"
#include "base/log.h"
#include "net/net.h"
#include "store/spool_store.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define IDLE_SECONDS (25 * 60)  /* renewed well within 29 minutes (IM-13) */
#define MAX_HEARD ((size_t)8 * 1024 * 1024)
#define MARK 'R'

/* A process of ours that ends with the daemon, whatever ends that. */
static pid_t
start(void)
{
	pid_t parent = getpid(), pid = fork();
	sigset_t none;

	if (pid != 0)
		return pid;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(CHILD_FAILED);
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGUSR1, SIG_IGN);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	return 0;
}

/* ---- a pass ------------------------------------------------------------- */

static void
write_all(int fd, const void *p, size_t n)
{
	const char *s = p;

	while (n > 0) {
		struct pollfd out = { .fd = fd, .events = POLLOUT };
		ssize_t k = write(fd, s, n);

		if (k > 0) {
			s += k;
			n -= (size_t)k;
		} else if (errno != EAGAIN && errno != EINTR) {
			return;
		} else {
			(void)poll(&out, 1, -1);
		}
	}
}

static void
say(int fd, const struct pass_report *r, const char *health)
{
	char mark = MARK;

	write_all(fd, &mark, 1);
	write_all(fd, r, sizeof(*r));
	if (health != NULL)
		write_all(fd, health, strlen(health));
}

static void
raise_news(struct app *app, const struct child_news *n)
{
	if (*n->trouble != '\0')
		alarm_raise(app, ALARM_PASS, "", "%s", n->trouble);
	if (*n->reload != '\0')
		alarm_raise(app, ALARM_RELOAD, "", "%s", n->reload);
}

static enum rc
run(struct app *app, unsigned parts, const struct child_news *news,
    struct pass_count *n, struct err *e)
{
	struct err why = { "" };
	enum rc rc;

	net_on_progress(beat_net);
	if ((rc = net_init(e)) != RC_OK)
		return rc;
	raise_news(app, news);
	rc = app_open_db(app, 0, e);
	if (app_set_now(app, NULL, &why) != RC_OK && rc == RC_OK)
		*e = why;
	if (rc == RC_OK && parts != 0)
		return pass_run(app, parts, n, e);
	if (rc != RC_OK)
		alarm_raise(app, ALARM_DATABASE, "", "%s", e->text);
	pass_tell(app, news->has_died, n);
	return rc;
}

static void
log_pass(const struct pass_count *n, enum rc rc, const struct err *e,
    int64_t ms)
{
	if (rc != RC_OK)
		log_event(LOG_LEVEL_ERROR, "pass-failed", "rc=%s why=\"%s\"",
		    rc_name(rc), e->text);
	else
		log_event(LOG_LEVEL_INFO, "pass", "taken=%lld opened=%lld"
		    " added=%lld fired=%lld sent=%lld later=%lld failed=%lld"
		    " ms=%lld", (long long)n->in.taken,
		    (long long)n->in.opened, (long long)n->in.appended,
		    (long long)n->tick.fired, (long long)n->out.sent,
		    (long long)n->out.later, (long long)n->out.failed,
		    (long long)ms);
}

pid_t
child_pass(struct app *app, unsigned parts, const struct child_news *news,
    int *fd)
{
	struct pass_report r = { RC_OK, { .findings = 0 }, "" };
	int64_t began = clock_monotonic_ms();
	struct err e = { "" };
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) != 0)
		return -1;
	if ((pid = start()) == 0) {
		(void)close(fds[0]);
		beat_start(fds[1]);
		r.rc = run(app, parts, news, &r.n, &e);
		if (parts != 0)
			log_pass(&r.n, r.rc, &e, clock_monotonic_ms() - began);
		(void)snprintf(r.why, sizeof(r.why), "%.250s", e.text);
		say(fds[1], &r, app->health_text);
		app_close(app);
		net_fini();
		_exit(r.rc == RC_OK ? 0 : CHILD_FAILED);
	}
	(void)close(fds[1]);
	(void)fcntl(fds[0], F_SETFL, O_NONBLOCK);
	*fd = fds[0];
	if (pid < 0)
		(void)close(fds[0]);
	return pid;
}

bool
child_hear(int fd, struct str *heard)
{
	char buf[8192];
	bool any = false;
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		size_t skip = 0;

		any = true;
		/* signs of life say no more than that */
		while (heard->len == 0 && skip < (size_t)n && buf[skip] == '.')
			skip++;
		if (heard->len + (size_t)n < MAX_HEARD)
			str_addn(heard, buf + skip, (size_t)n - skip);
	}
	return any;
}

bool
child_report(const struct str *heard, struct pass_report *out,
    const char **health)
{
	*health = "";
	if (heard->len < 1 + sizeof(*out) || heard->s[0] != MARK)
		return false;
	memcpy(out, heard->s + 1, sizeof(*out));
	out->why[sizeof(out->why) - 1] = '\0';
	*health = heard->s + 1 + sizeof(*out);
	return true;
}

/* ---- waiting for mail ---------------------------------------------------- */

static enum rc
wait_for_mail(struct app *app, const struct mailbox *box, struct err *e)
{
	struct arena *a = arena_new();
	struct source_position pos;
	struct mailbox_state st;
	struct source *src = NULL;
	bool is_reset;
	enum rc rc;

	rc = net_init(e);
	if (rc == RC_OK)
		rc = app_open_db(app, 0, e);
	if (rc == RC_OK)
		rc = mailbox_store_get(app->db, box->name, a, &st, e);
	db_close(&app->db);
	if (rc == RC_OK)
		rc = connect_source(app, box, a, &src, e);
	if (rc != RC_OK)
		return rc; /* the process ends, and all with it */
	pos = (struct source_position){
		.uidvalidity = (uint32_t)st.uidvalidity,
		.last_uid = (uint32_t)st.last_uid };
	rc = source_begin(src, &pos, &is_reset, e);
	if (rc == RC_OK && source_left(src) == 0)
		rc = source_wait(src, -1, IDLE_SECONDS, e);
	source_close(&src);
	return rc;
}

pid_t
child_wait(struct app *app, const struct mailbox *box)
{
	struct err e = { "" };
	pid_t pid = start();
	enum rc rc;

	if (pid != 0)
		return pid;
	rc = wait_for_mail(app, box, &e);
	if (rc != RC_OK && rc != RC_NONE)
		log_event(LOG_LEVEL_INFO, "wait-failed", "mailbox=%s"
		    " why=\"%s\"", box->name, e.text);
	_exit(rc == RC_OK ? CHILD_NEWS : rc == RC_NONE ? CHILD_QUIET :
	    CHILD_FAILED);
}
