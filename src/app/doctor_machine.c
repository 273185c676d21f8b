/* doctor_machine.c - what this machine has for us: room, backups. */
#include "app/doctor.h"

#include "app/backup.h"
#include "base/fsx.h"
#include "base/str.h"
#include "store/audit_store.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MB (INT64_C(1024) * 1024)
#define MUCH (1024 * MB) /* of room */
#define BACKUP_DAYS 7

static const char *
folder_of(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? "." : slash == path ? "/" :
	    arena_strndup(a, path, (size_t)(slash - path));
}

/* ---- disk -------------------------------------------------------------- */

static void
tell_room(struct doctor *d, const char *of, const char *path, int64_t enough)
{
	const char *what = arena_printf(d->a, "disk of %s", of);
	const char *folder = folder_of(d->a, path);
	int64_t room, size, least = d->app->policy.alarms.disk_mb * MB;
	struct err e;
	enum rc rc = fsx_room(folder, &room, &size, &e);

	if (rc != RC_OK)
		doctor_tell(d, DOCTOR_FAIL, what, "make this folder, for the"
		    " user of the service", "%s", e.text);
	else
		doctor_tell(d, room < least ? DOCTOR_FAIL : room < enough ?
		    DOCTOR_WARN : DOCTOR_OK, what, room < enough || room <
		    least ? "make room before it is full: mails wait in the"
		    " inbox then" : "", "%lld MB are free in %s",
		    (long long)(room / MB), folder);
}

void
doctor_disk(struct doctor *d)
{
	const struct policy *p = &d->app->policy;
	struct stat st = { .st_size = 0 };
	int64_t enough;
	char *backup;
	struct err e;

	(void)stat(p->database, &st); /* not there yet: no size */
	enough = 3 * (int64_t)st.st_size;
	if (enough < MUCH)
		enough = MUCH;
	tell_room(d, "database", p->database, enough);
	if (*p->status_file != '\0')
		tell_room(d, "status file", p->status_file, 0);
	if (*p->metrics_file != '\0')
		tell_room(d, "metrics file", p->metrics_file, 0);
	if (d->has_db && meta_store_get(d->app->db, "backup-file", d->a,
	    &backup, &e) == RC_OK)
		tell_room(d, "backups", backup, enough);
}

/* ---- backup ------------------------------------------------------------ */

void
doctor_backup(struct doctor *d)
{
	static const char *const advice = "caseward backup --dir DIR, best"
	    " every night (caseward-backup.timer)";
	int days = d->app->policy.alarms.backup_days;
	char *file;
	cw_time at;
	struct err e;
	enum rc rc = backup_last(d->app, &at, &e);

	if (days == 0)
		days = BACKUP_DAYS;
	if (rc != RC_OK)
		doctor_tell(d, DOCTOR_WARN, "backup", advice, "none was made"
		    " yet");
	else if (d->app->now - at > days * (cw_time)CW_DAY)
		doctor_tell(d, DOCTOR_WARN, "backup", advice, "the last one is"
		    " of %.10s", time_format(d->a, at));
	else if (meta_store_get(d->app->db, "backup-file", d->a, &file, &e) ==
	    RC_OK && access(file, F_OK) != 0)
		doctor_tell(d, DOCTOR_WARN, "backup", "good if it was moved to"
		    " another machine; else make another one", "%s of %.10s is"
		    " not there any more", file, time_format(d->a, at));
	else
		doctor_tell(d, DOCTOR_OK, "backup", "", "made %s",
		    time_format(d->a, at));
}
