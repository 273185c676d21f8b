/*
 * alarm.h - troubles of the machine that a person must hear of: which kinds
 * there are, and when which is told.
 *
 * Pure.  A pass gathers what is wrong now (app/alarm.h); alarm_decide()
 * compares it with the alarms that stand, which are kept between passes.
 * An alarm is told when it is raised, again each day while it lasts, and
 * once more when it is over (L4, L17, L20).
 */
#ifndef CW_CORE_ALARM_H
#define CW_CORE_ALARM_H

#include "base/arena.h"
#include "base/clock.h"

#include <stdbool.h>
#include <stddef.h>

enum alarm_kind {
	ALARM_MAILBOX,    /* not read successfully for too long */
	ALARM_LOGIN,      /* a mailbox refuses login or certificate */
	ALARM_TRANSPORT,  /* mail cannot leave: refused, or waits too long */
	ALARM_DEAD_LETTER,
	ALARM_QUARANTINE,
	ALARM_NO_PROGRESS,/* work is done again and again without an end */
	ALARM_DIRECTORY,  /* the employees cannot be imported */
	ALARM_INVARIANT,  /* a finding of the audit */
	ALARM_DATABASE,   /* cannot be opened, read or written */
	ALARM_DISK,       /* room runs out */
	ALARM_CLOCK,      /* the time cannot be right */
	ALARM_SECRET,     /* a secret or certificate ends soon */
	ALARM_BACKUP,     /* the last one is too old */
	ALARM_PASS,       /* a pass crashed, hung or could not be started */
	ALARM_RELOAD,     /* new settings were refused, the old ones hold */
	ALARM_N
};

/* Who looks for a kind.  Only what was looked for can be over. */
enum {
	ALARM_BY_INTAKE = 1,
	ALARM_BY_TICK = 2,
	ALARM_BY_SEND = 4, /* these three as the parts of a pass */
	ALARM_BY_DAEMON = 8
};

struct alarm_info {
	const char *name;   /* "mailbox": in status, metrics and logs */
	unsigned by;        /* all of these must have looked */
	const char *what;   /* one line: "A mailbox is not read" */
	const char *advice; /* what to do */
	const char *over;   /* "It is read again.": when it has passed */
	bool is_told;       /* the desk has had a mail about it: no second one,
	                       but chat, status and figures show it */
};

const struct alarm_info *alarm_info(enum alarm_kind k);
bool alarm_kind_parse(const char *name, enum alarm_kind *out);

enum alarm_act { ALARM_STANDS, ALARM_NEW, ALARM_AGAIN, ALARM_OVER };

struct alarm {
	enum alarm_kind kind;
	const char *about; /* what of it: the name of a mailbox; "" */
	const char *text;  /* what is wrong, for a person */
	cw_time raised_at, told_at; /* told_at 0: nobody heard of it yet */
	bool is_over;      /* and that has not been told yet */
	bool is_done;      /* ... and now it has */
	enum alarm_act act; /* of alarm_decide: what must be told now */
};

struct alarm_list {
	struct alarm *v;
	size_t n, cap;
};

/* Add, or give the one of the same kind and subject these words. */
void alarm_add(struct alarm_list *l, enum alarm_kind kind, const char *about,
    const char *text, struct arena *a);
const struct alarm *alarm_find(const struct alarm_list *l,
    enum alarm_kind kind, const char *about);

/*
 * What stands now, each with its act, oldest first.  `looked`: the
 * ALARM_BY_* who looked; a kind that was not looked for stays as it is.
 * `now` before told_at counts as never told: the clock was wrong then.
 */
void alarm_decide(const struct alarm_list *standing,
    const struct alarm_list *facts, unsigned looked, cw_time now,
    cw_time repeat, struct arena *a, struct alarm_list *out);

/* What must be told was told, or was not: then it is tried again. */
void alarm_told(struct alarm *x, bool is_told, cw_time now);
/* Drop those that are over, and heard of. */
void alarm_forget(struct alarm_list *l);

#endif
