/*
 * policy.h - the settings, checked: who works here, what is due when, which
 * rule sends a mail where.  Immutable after loading; all in one arena.
 *
 * Staff (agents, leads, department contacts, managers) stand in the YAML and
 * here; employees stand in the directory, which is in the database.
 */
#ifndef CW_CORE_POLICY_H
#define CW_CORE_POLICY_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/re.h"
#include "core/calendar.h"
#include "core/problems.h"

#include <stdbool.h>
#include <stddef.h>

enum priority { PRIO_LOW, PRIO_NORMAL, PRIO_HIGH, PRIO_URGENT, PRIO_N };
enum risk { RISK_LOW, RISK_MODERATE, RISK_HIGH, RISK_CONFIDENTIAL, RISK_N };

/* Spellings in settings, store, JSON and commands: "low" ... */
const char *priority_name(enum priority p);
bool priority_parse(const char *s, enum priority *out); /* caseless */
const char *risk_name(enum risk r);
bool risk_parse(const char *s, enum risk *out);

enum role { /* a set of flags */
	ROLE_AGENT = 1,
	ROLE_LEAD = 2,
	ROLE_SUPERVISOR = 4,  /* ER supervisor and managers above */
	ROLE_DEPARTMENT = 8,  /* answers for a department */
	ROLE_LEADERSHIP = 16, /* leads a department */
	ROLE_OPERATOR = 32    /* the command line of the machine */
};

struct team;

struct person { /* staff */
	const char *id;    /* "lee.okafor": unique, [a-z0-9._-] */
	const char *name;
	const char *email; /* unique among staff, lower case */
	const char *phone; /* "" if none */
	const char *language; /* "en" */
	const char *region;   /* "" if none; backups are of the same region */
	unsigned roles;
	const struct team *team;      /* NULL if in none */
	const struct person *manager; /* next up the chain; NULL at the top */
	const struct person *backup;  /* NULL: an agent of the same region */
	const char *absence_file; /* iCalendar file of their absences, "" none */
	const struct calendar *calendar;
};

struct team {
	const char *id, *name;
	const struct person *lead;
	const struct person *const *members; /* agents who take cases */
	size_t n_members;
};

struct department {
	const char *id;   /* "payroll" */
	const char *name; /* "Payroll" */
	const struct person *contact;    /* who is asked */
	const struct person *backup;     /* NULL if none */
	const struct person *leadership;
	const char *webhook;  /* URL or "" */
	const char *webhook_kind; /* "teams" or "slack" */
	const struct calendar *calendar;
	bool is_payroll;      /* work stoppage may be set here (G4) */
	bool answers_look_automatic; /* its ticket system answers (AR-12) */
};

enum step_to { STEP_TO_DEPARTMENT, STEP_TO_LEAD, STEP_TO_LEADERSHIP, STEP_TO_CHAIN };
enum step_from { STEP_FROM_OPENED, STEP_FROM_PREVIOUS };

/*
 * One rung.  STEP_TO_CHAIN is the last one and repeats: each time it is
 * climbed the next person up the chain that begins at policy->supervisor is
 * asked, and the top of the chain again and again.
 */
struct step {
	const char *name;     /* "ask", "ask-again", "lead", ... */
	const char *template; /* "status-request" ... */
	enum step_to to;
	struct duration after;
	enum step_from from;
	bool webhook;   /* also to the department's chat */
	bool call_task; /* a call task for the owner */
	bool copy_lead; /* the team leader gets a mail of their own too */
};

struct ladder {
	const struct step *steps;
	size_t n; /* >= 1 */
	struct duration answer_grace; /* 2 business days after an answer */
	struct duration min_gap;      /* 1 business day between late steps */
};

struct category {
	const char *id, *name; /* "payroll", "Payroll" */
	const struct department *department; /* default, NULL if none */
	enum risk risk;
	bool is_payroll;
	const char *public_title; /* says nothing personal: "Your payroll question" */
};

/* One rule: all patterns that are set must match; the first rule that sets
 * a field wins it, so rules are read from the top. */
struct rule {
	const char *name;
	struct re *subject, *body, *from, *any; /* NULL: not asked; any =
	                                           subject or body */
	struct re *words;  /* like any, at the start of a word */
	struct re *unless; /* in subject or body: the rule does not hold */
	const struct category *category; /* NULL: not set */
	const char *type;                /* NULL: not set */
	const struct department *department;
	int priority; /* enum priority, -1: not set */
	int risk;     /* enum risk, -1: not set */
	bool money;   /* Payroll becomes a subscriber (G12) */
	bool is_resolution; /* a department's reply that reads like one (G14) */
	const struct person *escalate_to; /* at intake (H5); NULL: nobody */
	const char *escalate_why;
};

/* Where access tokens come from.  What is not of the kind is "" or 0. */
struct oauth2 {
	const char *name;   /* unique */
	const char *kind;   /* "client-credentials", "refresh-token",
	                       "service-account" */
	const char *token_url, *ca_file;
	const char *client_id;
	const char *client_secret_file, *client_secret_env;
	const char *refresh_token_file; /* the first one */
	const char *key_file; /* JSON of a service account */
	const char *subject;  /* the mailbox that it acts for */
	const char *scope;
	const char *mechanism; /* "xoauth2", "oauthbearer" */
	cw_time secret_expires_at; /* 0: not known */
};

struct mailbox {
	const char *name;   /* unique */
	const char *kind;   /* "imap" or "maildir" */
	/* imap */
	const char *host, *user, *folder, *ca_file;
	int port;
	const char *tls;    /* "implicit", "starttls", "none" (loopback only) */
	const char *password_file, *password_env; /* one of them, else "" */
	const struct oauth2 *oauth2; /* instead of a password; or NULL */
	const char *after;  /* "leave", "flag", "move" */
	const char *move_to;
	bool idle;
	int timeout_s;      /* longest silence of the server */
	/* maildir */
	const char *path;
	/* authentication results of this mailbox's border (SA-2, SA-3, SA-8) */
	const char *trust_authserv_id; /* "" none */
	bool trust_authas_internal;
};

struct transport {
	const char *kind;   /* "smtp" or "maildir" */
	const char *host, *user, *ca_file;
	int port;
	const char *tls;
	const char *password_file, *password_env;
	const struct oauth2 *oauth2;
	const char *path;   /* maildir */
	int max_connections;
	int per_minute;     /* 0: no limit */
	int timeout_s;      /* longest silence; 0: the default */
};

/* Who hears of troubles of the machine, and when (core/alarm.h). */
struct alarm_policy {
	const char *const *mail_to; /* never empty */
	size_t n_mail_to;
	const char *webhook; /* URL or "" */
	const char *webhook_kind;
	int repeat_hours, mailbox_polls, mail_waits_hours;
	int disk_mb, backup_days; /* 0: never said */
};

/* One line of `caseward config show`. */
struct setting_view {
	const char *key;      /* "desk.address", "teams[east].lead" */
	const char *value;    /* as written, or the default; "" = none */
	const char *fallback; /* the default; "" = none */
	const char *file;     /* where it was set; "" = it is the default */
	int line;
	const char *help;
};

/* One setting that there is, for the manual. */
struct setting_help {
	const char *section, *section_help; /* "desk", "ladder.steps" */
	bool is_list;           /* the section holds items of this kind */
	const char *key, *type, *help;
	const char *const *words; /* what may be chosen, NULL at the end; or
	                             NULL */
	const char *fallback;   /* "" none; NULL: it must be set */
	const char *only_for;   /* the `kind` that has it, or NULL */
};

struct policy {
	const char *path;       /* of the YAML */
	const char *org_name;   /* "Northwind Traders" */
	const char *desk_name;  /* "Employee Relations": queue, From name */
	const char *address;    /* "er@example.com": From and reply address */
	const char *host;       /* right side of our Message-IDs */
	const char *instance_id;/* X-Caseward-Loop */
	const char *desk_phone; /* "" if none: employees may call it */
	const char *database, *key_file, *templates_dir; /* paths, resolved
	                                           beside the YAML file */
	const char *status_file, *metrics_file; /* "" none */
	const char *directory_file; /* CSV of employees to import, "" none */
	struct re *employee_id;  /* what an employee id looks like in a mail */
	const char *const *own_addresses; /* lower case, address included */
	size_t n_own_addresses;

	const struct calendar *calendar; /* of the ER desk */
	const char *language;            /* default "en" */

	const struct person *people;
	size_t n_people;
	const struct team *teams;
	size_t n_teams;
	const struct department *departments;
	size_t n_departments;
	const struct category *categories;
	size_t n_categories;
	const struct rule *rules;
	size_t n_rules;
	const struct oauth2 *oauth2;
	size_t n_oauth2;
	const struct mailbox *mailboxes;
	size_t n_mailboxes;
	struct transport transport;
	struct alarm_policy alarms;
	int log_level;     /* enum log_level of the daemon */
	int stall_seconds; /* a pass without progress is ended */

	const struct department *default_department;
	const struct category *default_category;
	const struct team *default_team;
	const struct person *supervisor; /* ER supervisor, foot of the chain */

	struct ladder ladder;
	struct duration due[PRIO_N];     /* due date by priority */
	struct duration warn_before;     /* due-date warning */
	struct duration weekly;          /* weekly word: 7 days */
	struct duration wait_default;    /* #wait without a date */
	struct duration reopen_within;   /* 14 days (TH-14) */
	const char *const *absence_files; /* iCalendar, of everybody's absences */
	size_t n_absence_files;
	struct duration absence_unknown; /* an out-of-office without a date */
	struct duration absence_long;    /* longer: the lead is asked */
	struct duration undeliverable_for; /* then the address is tried again */
	struct duration close_after;     /* resolved -> closed: 5 business days */
	int work_list_minute;  /* daily work list, minutes after midnight: 540 */
	int digest_minute;     /* lead digest */
	int poll_minutes;      /* 30 */
	int acks_per_hour, acks_per_day; /* per sender (AR-14) */
	const char *subject_format; /* Mustache of G8 */
	const char *const *required_fields; /* of a case: "category", ... */
	size_t n_required;
	const char *const *always_subscribed; /* "CRM/HR", "Employee Relations" */
	size_t n_always_subscribed;
	const char *payroll_subscriber; /* "Payroll" */

	const struct setting_view *settings; /* all of them, for config show */
	size_t n_settings;
};

/* How core gets at files: app reads them.  RC_NONE: no such file. */
struct policy_io {
	void *ctx;
	enum rc (*read)(void *ctx, struct arena *a, const char *path,
	    char **out, size_t *len, struct err *e);
};

/*
 * Read the YAML at `path` and what it includes, check everything, and fill
 * *out.  RC_OK only if no problem was found; otherwise RC_BAD and all
 * problems in *probs.  The policy lives in `a`; policy_fini() frees the
 * compiled patterns.  `year` is the current one, for holidays.
 */
enum rc policy_load(const struct policy_io *io, const char *path, int year,
    struct arena *a, struct policy *out, struct problems *probs);
void policy_fini(struct policy *p);

/* The i-th of all settings in the order of the manual; false behind the
 * last. */
bool policy_setting_help(size_t i, struct setting_help *out);

const struct person *policy_person(const struct policy *p, const char *id);
const struct person *policy_person_by_email(const struct policy *p,
    const char *email);
const struct department *policy_department(const struct policy *p,
    const char *id); /* by id or name, caseless */
const struct category *policy_category(const struct policy *p, const char *id);
const struct team *policy_team(const struct policy *p, const char *id);
bool policy_is_own_address(const struct policy *p, const char *email);

/* Who is asked on the k-th climb of the chain (0: the supervisor); beyond
 * the top it is the top. */
const struct person *policy_chain(const struct policy *p, size_t k);

#endif
