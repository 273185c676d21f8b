/* alarm.c - which troubles are told when. */
#include "core/alarm.h"

#include "base/str.h"

#define DAEMON ALARM_BY_DAEMON
#define INTAKE ALARM_BY_INTAKE
#define TICK ALARM_BY_TICK
#define SEND ALARM_BY_SEND

static const struct alarm_info infos[ALARM_N] = {
	[ALARM_MAILBOX] = { "mailbox", INTAKE, "A mailbox is not read",
	    "caseward doctor says where it stops",
	    "It is read again. What came meanwhile is being handled.", false },
	[ALARM_LOGIN] = { "login", INTAKE, "A mailbox refuses us",
	    "check user, password and certificate with caseward doctor",
	    "We are let in again.", false },
	[ALARM_TRANSPORT] = { "transport", SEND, "Mail does not leave",
	    "check the transport with caseward doctor; what waits is in"
	    " caseward outbox --state queued",
	    "Mail leaves again.", false },
	[ALARM_DEAD_LETTER] = { "dead-letter", SEND,
	    "Mails could not be delivered",
	    "see caseward outbox --state failed; mend the address or the"
	    " server, then caseward outbox retry ID",
	    "No more were added for a day.", true },
	[ALARM_QUARANTINE] = { "quarantine", INTAKE,
	    "Mails could not be handled",
	    "look at them with caseward quarantine",
	    "None are left.", true },
	[ALARM_NO_PROGRESS] = { "no-progress", INTAKE,
	    "The same work is done again and again",
	    "caseward status and the log say where; caseward doctor tries"
	    " each part",
	    "The work comes forward again.", false },
	[ALARM_DIRECTORY] = { "directory", 0,
	    "The employee directory cannot be imported",
	    "caseward directory import FILE names the line; the old"
	    " directory is used until then",
	    "It was imported.", false },
	[ALARM_INVARIANT] = { "invariant", TICK,
	    "A case breaks a rule that must never break",
	    "caseward audit names the cases; please report it as a bug",
	    "Every case obeys it again.", false },
	[ALARM_DATABASE] = { "database", DAEMON | TICK,
	    "The database does not work",
	    "caseward doctor says more; a damaged one is replaced by the last"
	    " backup",
	    "It works again.", false },
	[ALARM_DISK] = { "disk", 0, "The disk is nearly full",
	    "make room on the disk of the database",
	    "There is room again.", false },
	[ALARM_CLOCK] = { "clock", 0, "The clock cannot be right",
	    "check the time of this machine and its time service",
	    "The time is plausible again.", false },
	[ALARM_SECRET] = { "secret", INTAKE,
	    "A secret or certificate ends soon",
	    "renew it before it ends: caseward doctor lists them",
	    "It was renewed.", false },
	[ALARM_BACKUP] = { "backup", 0, "There is no recent backup",
	    "caseward backup FILE, best every night",
	    "There is one again.", false },
	[ALARM_PASS] = { "pass", DAEMON, "The work does not get done",
	    "the log says why; caseward doctor tries each part",
	    "The work is done again.", false },
	[ALARM_RELOAD] = { "reload", DAEMON,
	    "New settings were refused; the old ones hold",
	    "caseward check lists every mistake; then reload again",
	    "The settings are taken.", false },
};

const struct alarm_info *
alarm_info(enum alarm_kind k)
{
	return &infos[k];
}

bool
alarm_kind_parse(const char *name, enum alarm_kind *out)
{
	for (size_t i = 0; i < ALARM_N; i++) {
		if (!str_eq(infos[i].name, name))
			continue;
		*out = (enum alarm_kind)i;
		return true;
	}
	return false;
}

static struct alarm *
find(const struct alarm_list *l, enum alarm_kind kind, const char *about)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].kind == kind && str_eq(l->v[i].about, about))
			return &l->v[i];
	return NULL;
}

const struct alarm *
alarm_find(const struct alarm_list *l, enum alarm_kind kind, const char *about)
{
	return find(l, kind, about);
}

void
alarm_add(struct alarm_list *l, enum alarm_kind kind, const char *about,
    const char *text, struct arena *a)
{
	struct alarm *had = find(l, kind, about);

	if (had != NULL)
		had->text = arena_strdup(a, text);
	else
		*ARENA_PUSH(a, l->v, l->n, l->cap) = (struct alarm){
			.kind = kind, .about = arena_strdup(a, about),
			.text = arena_strdup(a, text) };
}

static bool
was_looked_for(enum alarm_kind k, unsigned looked)
{
	return (infos[k].by & looked) == infos[k].by && looked != 0;
}

/* One that stood before. */
static struct alarm
go_on(struct alarm x, const struct alarm *fact, unsigned looked, cw_time now,
    cw_time repeat)
{
	if (fact != NULL) {
		x.text = fact->text;
		x.is_over = false;
	} else if (was_looked_for(x.kind, looked)) {
		x.is_over = true;
	}
	x.act = x.is_over ? ALARM_OVER : x.told_at == 0 ? ALARM_NEW :
	    now < x.told_at || now - x.told_at >= repeat ? ALARM_AGAIN :
	    ALARM_STANDS;
	return x;
}

void
alarm_decide(const struct alarm_list *standing,
    const struct alarm_list *facts, unsigned looked, cw_time now,
    cw_time repeat, struct arena *a, struct alarm_list *out)
{
	*out = (struct alarm_list){ 0 };
	for (size_t i = 0; i < standing->n; i++) {
		const struct alarm *s = &standing->v[i];
		struct alarm x = go_on(*s, find(facts, s->kind, s->about),
		    looked, now, repeat);

		/* Nobody heard of it, so nobody needs to hear that it is over. */
		if (x.act != ALARM_OVER || x.told_at != 0)
			*ARENA_PUSH(a, out->v, out->n, out->cap) = x;
	}
	for (size_t i = 0; i < facts->n; i++) {
		struct alarm x = facts->v[i];

		if (find(standing, x.kind, x.about) != NULL)
			continue;
		x.raised_at = now;
		x.told_at = 0;
		x.is_over = false;
		x.act = ALARM_NEW;
		*ARENA_PUSH(a, out->v, out->n, out->cap) = x;
	}
}

void
alarm_told(struct alarm *x, bool is_told, cw_time now)
{
	if (is_told && x->act == ALARM_OVER)
		x->is_done = true;
	else if (is_told && x->act != ALARM_STANDS)
		x->told_at = now;
}

void
alarm_forget(struct alarm_list *l)
{
	size_t keep = 0;

	for (size_t i = 0; i < l->n; i++)
		if (!l->v[i].is_done)
			l->v[keep++] = l->v[i];
	l->n = keep;
}
