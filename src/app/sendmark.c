/* sendmark.c - which mails of a round a pass that died had really begun. */
#include "app/sendmark.h"

#include "base/fsx.h"
#include "base/log.h"
#include "base/str.h"
#include "store/outbox_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_FILE (1024 * 1024) /* 200 mails, two lines each */
#define BEGUN '>'
#define TAKEN '+'
#define LISTED 100000

static char *
path_of(struct app *app)
{
	return arena_printf(app->a, "%s.sending", app->policy.database);
}

/* ---- recovery ---------------------------------------------------------- */

/* "" unless the file was written since this machine was started. */
static const char *
read_marks(struct app *app)
{
	char boot[FSX_BOOT_SIZE], *text;
	struct err why;
	size_t len;

	fsx_boot_id(boot);
	if (fsx_read(app->a, path_of(app), MAX_FILE, &text, &len, &why) !=
	    RC_OK || str_eq(boot, "unknown") || !str_has_prefix(text, boot))
		return "";
	return text + strlen(boot);
}

/* A whole line of it; the last one may be torn. */
static bool
has_mark(struct app *app, const char *marks, char kind, const char *mid)
{
	return strstr(marks, arena_printf(app->a, "\n%c%s\n", kind, mid)) !=
	    NULL;
}

static enum rc
recover_one(struct app *app, const char *marks, const struct outbox_mail *m,
    struct err *e)
{
	bool was_unsure = str_eq(m->reply, "unsure");

	if (has_mark(app, marks, TAKEN, m->message_id))
		return outbox_store_mark_sent(app->db, m->id, app->now,
		    "taken by the server before the pass ended", e);
	if (!has_mark(app, marks, BEGUN, m->message_id))
		return outbox_store_mark_untried(app->db, m->id, was_unsure ?
		    "unsure" : "queued", m->reply, e);
	return RC_OK;
}

enum rc
sendmark_recover(struct app *app, int64_t *n, struct err *e)
{
	struct outbox_mail *v = NULL;
	const char *marks;
	size_t left = 0;
	enum rc rc;

	*n = 0;
	rc = outbox_store_list(app->db, "sending", 0, LISTED, app->a, &v,
	    &left, e);
	if (rc == RC_NONE || (rc == RC_OK && left == 0))
		return RC_OK;
	if (rc != RC_OK || (rc = db_begin(app->db, e)) != RC_OK)
		return rc;
	marks = read_marks(app);
	for (size_t i = 0; i < left && rc == RC_OK && *marks != '\0'; i++)
		rc = recover_one(app, marks, &v[i], e);
	if (rc == RC_OK)
		rc = outbox_store_recover(app->db, app->now, n, e);
	if (rc == RC_OK)
		rc = db_commit(app->db, e);
	db_rollback(app->db);
	return rc;
}

/* ---- writing ----------------------------------------------------------- */

/* Without a head the file says nothing: better than half of the truth. */
static void
give_up(struct sendmark *s)
{
	log_event(LOG_LEVEL_WARN, "sendmark-failed", "why=\"%s\" emptied=%d",
	    strerror(errno), ftruncate(s->fd, 0) == 0);
	sendmark_close(s);
}

void
sendmark_open(struct sendmark *s, struct app *app)
{
	s->fd = open(path_of(app), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	if (s->fd < 0)
		log_event(LOG_LEVEL_WARN, "sendmark-failed", "why=\"%s\"",
		    strerror(errno));
}

void
sendmark_close(struct sendmark *s)
{
	if (s->fd >= 0)
		(void)close(s->fd);
	s->fd = -1;
}

void
sendmark_round(struct sendmark *s)
{
	char boot[FSX_BOOT_SIZE], line[FSX_BOOT_SIZE + 1];
	int n;

	if (s->fd < 0)
		return;
	fsx_boot_id(boot);
	n = snprintf(line, sizeof(line), "%s\n", boot);
	if (ftruncate(s->fd, 0) != 0 || write(s->fd, line, (size_t)n) != n)
		give_up(s);
}

void
sendmark_note(struct sendmark *s, const char *message_id, bool is_taken)
{
	char line[1024];
	int n = snprintf(line, sizeof(line), "%c%s\n", is_taken ? TAKEN :
	    BEGUN, message_id);

	if (s->fd >= 0 && (n < 0 || n >= (int)sizeof(line) ||
	    write(s->fd, line, (size_t)n) != n))
		give_up(s);
}
