/* policy_settings.c - every setting there is: one row each. */
#include "core/policy_table.h"

#define COUNT(v) (sizeof(v) / sizeof((v)[0]))
#define AT(type, field) offsetof(struct type, field)
#define BOTH(type, field, count) \
	.at = offsetof(struct type, field), .at_n = offsetof(struct type, count)

static const char *const words_priority[] = { "low", "normal", "high",
	"urgent", NULL };
static const char *const words_risk[] = { "low", "moderate", "high",
	"confidential", NULL };
static const char *const words_role[] = { "agent", "lead", "supervisor",
	"department", "leadership", "operator", NULL };
static const char *const words_to[] = { "department", "lead", "leadership",
	"chain", NULL };
static const char *const words_from[] = { "opened", "previous", NULL };
static const char *const words_mailbox[] = { "imap", "maildir", NULL };
static const char *const words_transport[] = { "smtp", "maildir", NULL };
static const char *const words_tls[] = { "implicit", "starttls", "none",
	NULL };
static const char *const words_after[] = { "leave", "flag", "move", NULL };
static const char *const words_oauth2[] = { "client-credentials",
	"refresh-token", "service-account", NULL };
static const char *const words_mechanism[] = { "xoauth2", "oauthbearer",
	NULL };
static const char *const words_webhook[] = { "teams", "slack", NULL };
static const char *const words_level[] = { "error", "warn", "info", "debug",
	NULL };
static const char *const words_field[] = { "category", "type", "department",
	"owner", "notify_user", "employee_name", "employee_email",
	"employee_id", "client", "client_id", "division", "brief",
	"reported_by", NULL };

static const char no_password[] = "a password does not belong into this "
    "file: put it into a file that only the service can read and name it "
    "with password_file, or into the environment and name the variable with "
    "password_env";

static const char no_client_secret[] = "a secret does not belong into this "
    "file: put it into a file that only the service can read and name it "
    "with client_secret_file, or into the environment and name the variable "
    "with client_secret_env";

static const struct setting desk[] = {
	{ "organisation", SET_TEXT, AT(policy, org_name), .help =
	    "the name of your organisation, as employees know it" },
	{ "name", SET_TEXT, AT(policy, desk_name), .fallback =
	    "Employee Relations", .help =
	    "the name of the desk: From name and the queue of unowned cases" },
	{ "address", SET_EMAIL, AT(policy, address), .help =
	    "the address employees write to; our mails come from it" },
	{ "other_addresses", SET_EMAILS, BOTH(policy, own_addresses,
	    n_own_addresses), .fallback = "", .help =
	    "further addresses that are ours: aliases of the inbox" },
	{ "phone", SET_TEXT, AT(policy, desk_phone), .fallback = "", .help =
	    "a number that employees may call, shown in mails to them" },
	{ "language", SET_LANGUAGE, AT(policy, language), .fallback = "en",
	    .help = "language of mails where no other is known" },
	{ "calendar", SET_REF, AT(policy, calendar), .refers = SEC_CALENDARS,
	    .help = "zone, hours and holidays of the desk" },
	{ "supervisor", SET_REF, AT(policy, supervisor), .refers = SEC_PEOPLE,
	    .help = "the ER supervisor: foot of the chain of managers" },
	{ "default_team", SET_REF, AT(policy, default_team), .refers =
	    SEC_TEAMS, .help = "the team that takes new cases" },
	{ "default_department", SET_REF, AT(policy, default_department),
	    .refers = SEC_DEPARTMENTS, .help =
	    "who is asked when no rule says so" },
	{ "default_category", SET_REF, AT(policy, default_category), .refers =
	    SEC_CATEGORIES, .help = "the category when no rule says so" },
	{ "subject_format", SET_FIELDS, AT(policy, subject_format), .fallback =
	    "{{brief}} - {{employee_name}} {{employee_id}} - {{client}} "
	    "{{client_id}} - {{division}}", .help =
	    "how the internal subject of a case is composed" },
	{ "required_fields", SET_TEXTS, BOTH(policy, required_fields,
	    n_required), .words = words_field, .fallback = "category, "
	    "department, owner, employee_name, employee_id, client, division",
	    .help = "what a complete case carries; what is missing is listed "
	    "on the case and in the work list" },
	{ "always_subscribed", SET_TEXTS, BOTH(policy, always_subscribed,
	    n_always_subscribed), .fallback = "CRM/HR, Employee Relations",
	    .help = "subscribers of every case" },
	{ "payroll_subscriber", SET_TEXT, AT(policy, payroll_subscriber),
	    .fallback = "Payroll", .help =
	    "subscriber added when money is involved" },
	{ "message_id_host", SET_HOST, AT(policy, host), .fallback = "",
	    .help = "right side of our Message-IDs; the domain of the address "
	    "unless set" },
	{ "instance_id", SET_TEXT, AT(policy, instance_id), .fallback = "",
	    .help = "mark by which we know our own mails; the address unless "
	    "set" },
};

static const struct setting files[] = {
	{ "database", SET_PATH, AT(policy, database), .help =
	    "the SQLite database" },
	{ "key_file", SET_PATH, AT(policy, key_file), .help =
	    "the master key; keep a copy apart from the database" },
	{ "templates", SET_PATH, AT(policy, templates_dir), .help =
	    "folder of the mail templates" },
	{ "status_file", SET_PATH, AT(policy, status_file), .fallback = "",
	    .help = "where each pass leaves the status as JSON, readable by our"
	    " group" },
	{ "metrics_file", SET_PATH, AT(policy, metrics_file), .fallback = "",
	    .help = "where each pass leaves figures for Prometheus, readable by"
	    " anybody" },
};

static const struct setting daemon_rows[] = {
	{ "log_level", SET_WORD, AT(policy, log_level), .words = words_level,
	    .fallback = "info", .help = "how much caseward run writes to its"
	    " log" },
	{ "stall_seconds", SET_NUMBER, AT(policy, stall_seconds), .fallback =
	    "900", .min = 2, .max = 86400, .help = "a pass that has not come"
	    " forward for so long is ended and begun again" },
};

static const struct setting alarms[] = {
	{ "mail_to", SET_EMAILS, BOTH(policy, alarms.mail_to, alarms.n_mail_to),
	    .fallback = "", .help = "who is told when caseward itself is in"
	    " trouble; the supervisor unless set" },
	{ "webhook", SET_URL, AT(policy, alarms.webhook), .fallback = "",
	    .is_secret = true, .help = "chat channel for alarms" },
	{ "webhook_file", SET_URL_FILE, AT(policy, alarms.webhook),
	    .fallback = "", .help = "file with the address of the chat"
	    " channel; such an address is a secret" },
	{ "webhook_kind", SET_CHOICE, AT(policy, alarms.webhook_kind), .words =
	    words_webhook, .fallback = "teams", .help = "the chat's format" },
	{ "repeat_hours", SET_NUMBER, AT(policy, alarms.repeat_hours),
	    .fallback = "24", .min = 1, .max = 168, .help =
	    "an alarm is told again this long after the last time" },
	{ "mailbox_polls", SET_NUMBER, AT(policy, alarms.mailbox_polls),
	    .fallback = "4", .min = 1, .max = 1000, .help = "a mailbox that"
	    " was not read for so many polls is an alarm" },
	{ "mail_waits_hours", SET_NUMBER, AT(policy, alarms.mail_waits_hours),
	    .fallback = "4", .min = 1, .max = 120, .help =
	    "a mail of ours that could not leave for so long is an alarm" },
	{ "disk_mb", SET_NUMBER, AT(policy, alarms.disk_mb), .fallback = "100",
	    .max = 1000000000, .help = "less room than this on the disk of the"
	    " database is an alarm; 0: never" },
	{ "backup_days", SET_NUMBER, AT(policy, alarms.backup_days),
	    .fallback = "0", .max = 366, .help = "a last backup that is older"
	    " than so many days is an alarm, as is none at all; 0: never" },
};

static const struct setting directory[] = {
	{ "import_file", SET_PATH, AT(policy, directory_file), .fallback = "",
	    .help = "CSV of the employees, imported when it has changed" },
	{ "employee_id_pattern", SET_PATTERN, AT(policy, employee_id),
	    .fallback = "\\b[A-Z]{0,3}[0-9]{5,8}\\b", .help =
	    "what an employee id looks like in a mail" },
};

static const struct setting timing[] = {
	{ "poll_every_minutes", SET_NUMBER, AT(policy, poll_minutes),
	    .fallback = "30", .min = 1, .max = 30, .help =
	    "how often the inbox is read, half an hour at most" },
	{ "work_list_at", SET_CLOCK, AT(policy, work_list_minute), .fallback =
	    "09:00", .help = "when agents get their work list" },
	{ "digest_at", SET_CLOCK, AT(policy, digest_minute), .fallback =
	    "09:00", .help = "when leads get their digest" },
	{ "weekly_word", SET_DURATION, AT(policy, weekly), .fallback =
	    "7 days", .min = 1, .help = "the employee hears from us this long "
	    "after our last mail" },
	{ "due_warning", SET_DURATION, AT(policy, warn_before), .fallback =
	    "1 business day", .min = 1, .help =
	    "owner and lead are warned this long before the due date" },
	{ "wait_default", SET_DURATION, AT(policy, wait_default), .fallback =
	    "7 days", .min = 1, .help = "#wait without a date waits this long" },
	{ "reopen_within", SET_DURATION, AT(policy, reopen_within), .fallback =
	    "14 days", .min = 1, .help = "a reply reopens a closed case for "
	    "this long; later it opens a new, linked one" },
	{ "close_after", SET_DURATION, AT(policy, close_after), .fallback =
	    "5 business days", .min = 1, .help =
	    "a resolved case is closed after this long" },
	{ "acks_per_hour", SET_NUMBER, AT(policy, acks_per_hour), .fallback =
	    "3", .min = 1, .max = 1000, .help =
	    "acknowledgements to one sender in an hour" },
	{ "acks_per_day", SET_NUMBER, AT(policy, acks_per_day), .fallback =
	    "10", .min = 1, .max = 10000, .help =
	    "acknowledgements to one sender in a day" },
};

#define DUE(key, prio, time) { key, SET_DURATION, AT(policy, due[prio]), \
	.fallback = time, .min = 1, .help = \
	"due date of a case of this priority, from its opening" }

static const struct setting due[] = {
	DUE("low", PRIO_LOW, "10 business days"),
	DUE("normal", PRIO_NORMAL, "5 business days"),
	DUE("high", PRIO_HIGH, "2 business days"),
	DUE("urgent", PRIO_URGENT, "1 business day"),
};

static const struct setting absence[] = {
	{ "calendars", SET_PATHS, BOTH(policy, absence_files,
	    n_absence_files), .fallback = "", .help = "iCalendar files of "
	    "absences; an event is of whom it invites or names in its title. "
	    "Read again whenever they change" },
	{ "unknown_length", SET_DURATION, AT(policy, absence_unknown),
	    .fallback = "2 business days", .min = 1, .help = "an "
	    "out-of-office that names no day counts this long; the owner is "
	    "asked" },
	{ "ask_lead_after", SET_DURATION, AT(policy, absence_long), .fallback =
	    "28 days", .min = 1, .help = "of an absence longer than this the "
	    "lead is asked who takes the cases" },
	{ "undeliverable_for", SET_DURATION, AT(policy, undeliverable_for),
	    .fallback = "30 days", .min = 1, .help = "an address that failed "
	    "is tried again after this long, and that is told" },
};

static const struct setting ladder[] = {
	{ "answer_grace", SET_DURATION, AT(policy, ladder.answer_grace),
	    .fallback = "2 business days", .min = 1, .help = "an answer of "
	    "the department postpones the next step to this long after it" },
	{ "min_gap", SET_DURATION, AT(policy, ladder.min_gap), .fallback =
	    "1 business day", .min = 1, .help =
	    "least time between two steps when steps are late" },
};

static const struct setting transport[] = {
	{ "kind", SET_CHOICE, AT(policy, transport.kind), .words =
	    words_transport, .help = "how our mails leave" },
	{ "host", SET_HOST, AT(policy, transport.host), .only_for = "smtp",
	    .help = "the submission server" },
	{ "port", SET_NUMBER, AT(policy, transport.port), .fallback = "0",
	    .min = 0, .max = 65535, .only_for = "smtp", .help =
	    "0: 465 for implicit, 587 for starttls, 25 for none" },
	{ "tls", SET_CHOICE, AT(policy, transport.tls), .words = words_tls,
	    .fallback = "starttls", .only_for = "smtp", .help =
	    "none only to this very machine" },
	{ "ca_file", SET_PATH, AT(policy, transport.ca_file), .fallback = "",
	    .only_for = "smtp", .help =
	    "certificates to trust instead of the system's" },
	{ "user", SET_TEXT, AT(policy, transport.user), .fallback = "",
	    .only_for = "smtp", .help = "login name, if the server wants one" },
	{ "password_file", SET_PATH, AT(policy, transport.password_file),
	    .fallback = "", .only_for = "smtp", .help =
	    "file whose first line is the password" },
	{ "password_env", SET_ENV, AT(policy, transport.password_env),
	    .fallback = "", .only_for = "smtp", .help =
	    "environment variable that holds the password" },
	{ "password", SET_REFUSED, .fallback = "", .help = no_password },
	{ "oauth2", SET_REF, AT(policy, transport.oauth2), .refers =
	    SEC_OAUTH2, .fallback = "", .only_for = "smtp", .help =
	    "log in with tokens of this source instead of a password" },
	{ "max_connections", SET_NUMBER, AT(policy, transport.max_connections),
	    .fallback = "2", .min = 1, .max = 20, .only_for = "smtp", .help =
	    "connections at the same time" },
	{ "per_minute", SET_NUMBER, AT(policy, transport.per_minute),
	    .fallback = "0", .min = 0, .max = 100000, .only_for = "smtp",
	    .help = "mails a minute at most; 0: no limit" },
	{ "timeout_seconds", SET_NUMBER, AT(policy, transport.timeout_s),
	    .fallback = "0", .min = 0, .max = 3600, .help =
	    "longest silence of the server; 0: 600, of a chat channel 20" },
	{ "path", SET_PATH, AT(policy, transport.path), .only_for = "maildir",
	    .help = "folder into which our mails are written" },
};

static const struct setting oauth2[] = {
	{ "name", SET_ID, AT(oauth2, name), .help =
	    "how mailboxes and transport refer to it" },
	{ "kind", SET_CHOICE, AT(oauth2, kind), .words = words_oauth2,
	    .help = "how we prove who we are: the app's own secret, a "
	    "person's consent (refresh token), or a Google service account" },
	{ "token_url", SET_URL, AT(oauth2, token_url), .help =
	    "where tokens are given out" },
	{ "ca_file", SET_PATH, AT(oauth2, ca_file), .fallback = "", .help =
	    "certificates to trust there instead of the system's" },
	{ "client_id", SET_TEXT, AT(oauth2, client_id), .fallback = "",
	    .help = "the app's id at the provider" },
	{ "client_secret_file", SET_PATH, AT(oauth2, client_secret_file),
	    .fallback = "", .help =
	    "file whose first line is the app's secret" },
	{ "client_secret_env", SET_ENV, AT(oauth2, client_secret_env),
	    .fallback = "", .help =
	    "environment variable that holds the app's secret" },
	{ "client_secret", SET_REFUSED, .fallback = "", .help =
	    no_client_secret },
	{ "secret_expires", SET_DATE, AT(oauth2, secret_expires_at),
	    .fallback = "", .help = "the day on which the app's secret ends; "
	    "we warn a month ahead" },
	{ "refresh_token_file", SET_PATH, AT(oauth2, refresh_token_file),
	    .fallback = "", .only_for = "refresh-token", .help =
	    "file whose first line is the first refresh token; later ones "
	    "are kept beside the database" },
	{ "key_file", SET_PATH, AT(oauth2, key_file), .fallback = "",
	    .only_for = "service-account", .help =
	    "JSON key of the service account, as Google gives it out" },
	{ "subject", SET_EMAIL, AT(oauth2, subject), .fallback = "",
	    .only_for = "service-account", .help =
	    "the mailbox that the service account acts for" },
	{ "scope", SET_TEXT, AT(oauth2, scope), .fallback = "", .help =
	    "what the token is for, as the provider calls it" },
	{ "mechanism", SET_CHOICE, AT(oauth2, mechanism), .words =
	    words_mechanism, .fallback = "xoauth2", .help =
	    "how the token is shown to the mail server" },
};

/* struct calendar has no id: it is known by its node only */
static const struct setting calendars[] = {
	{ "id", SET_ID, .at = SIZE_MAX, .help = "how others refer to it" },
	{ "zone", SET_ZONE, .help =
	    "time zone: America/New_York, Europe/Berlin" },
	{ "hours", SET_HOURS, .fallback = "Mon-Fri 09:00-17:00", .help =
	    "opening hours; several lines where days differ" },
	{ "holidays", SET_HOLIDAYS, .fallback = "", .help =
	    "iCalendar files of days on which nobody works" },
};

static const struct setting people[] = {
	{ "id", SET_ID, AT(person, id), .help = "how others refer to them" },
	{ "name", SET_TEXT, AT(person, name), .help = "as mails address them" },
	{ "email", SET_EMAIL, AT(person, email), .help = "their own address" },
	{ "phone", SET_TEXT, AT(person, phone), .fallback = "", .help =
	    "for call tasks" },
	{ "language", SET_LANGUAGE, AT(person, language), .fallback = "",
	    .help = "language of mails to them; the desk's unless set" },
	{ "region", SET_TEXT, AT(person, region), .fallback = "", .help =
	    "agents of the same region are each other's backup" },
	{ "roles", SET_FLAGS, AT(person, roles), .words = words_role,
	    .fallback = "", .help = "roles beyond those that follow from "
	    "teams, departments and the chain" },
	{ "manager", SET_REF, AT(person, manager), .refers = SEC_PEOPLE,
	    .fallback = "", .help = "who is next up the chain" },
	{ "backup", SET_REF, AT(person, backup), .refers = SEC_PEOPLE,
	    .fallback = "", .help = "who steps in when they are away" },
	{ "absences", SET_PATH, AT(person, absence_file), .fallback = "",
	    .help = "iCalendar file of their absences" },
	{ "calendar", SET_REF, AT(person, calendar), .refers = SEC_CALENDARS,
	    .fallback = "", .help =
	    "their zone, hours and holidays; the desk's unless set" },
};

static const struct setting teams[] = {
	{ "id", SET_ID, AT(team, id), .help = "how others refer to it" },
	{ "name", SET_TEXT, AT(team, name), .help = "as people call it" },
	{ "lead", SET_REF, AT(team, lead), .refers = SEC_PEOPLE, .help =
	    "the team leader, who hears of a case after a week" },
	{ "members", SET_REFS, BOTH(team, members, n_members), .refers =
	    SEC_PEOPLE, .help = "the agents who take cases" },
};

static const struct setting departments[] = {
	{ "id", SET_ID, AT(department, id), .help = "how others refer to it" },
	{ "name", SET_TEXT, AT(department, name), .help = "as people call it" },
	{ "contact", SET_REF, AT(department, contact), .refers = SEC_PEOPLE,
	    .help = "who is asked first" },
	{ "backup", SET_REF, AT(department, backup), .refers = SEC_PEOPLE,
	    .fallback = "", .help = "who is asked when the contact is away or "
	    "the mail bounces" },
	{ "leadership", SET_REF, AT(department, leadership), .refers =
	    SEC_PEOPLE, .help = "who leads it and hears of cases it leaves "
	    "unanswered" },
	{ "webhook", SET_URL, AT(department, webhook), .fallback = "",
	    .is_secret = true, .help = "chat channel for status requests" },
	{ "webhook_file", SET_URL_FILE, AT(department, webhook), .fallback =
	    "", .help = "file with the address of the chat channel; such an "
	    "address is a secret" },
	{ "webhook_kind", SET_CHOICE, AT(department, webhook_kind), .words =
	    words_webhook, .fallback = "teams", .help = "the chat's format" },
	{ "calendar", SET_REF, AT(department, calendar), .refers =
	    SEC_CALENDARS, .fallback = "", .help =
	    "its zone, hours and holidays; the contact's unless set" },
	{ "payroll", SET_BOOL, AT(department, is_payroll), .fallback = "no",
	    .help = "work stoppage may be set here" },
	{ "answers_look_automatic", SET_BOOL, AT(department,
	    answers_look_automatic), .fallback = "no", .help = "it answers "
	    "through a ticket system: its mails count as answers" },
};

static const struct setting categories[] = {
	{ "id", SET_ID, AT(category, id), .help = "how others refer to it" },
	{ "name", SET_TEXT, AT(category, name), .help = "as people call it" },
	{ "department", SET_REF, AT(category, department), .refers =
	    SEC_DEPARTMENTS, .fallback = "", .help =
	    "who answers for it unless a rule says so" },
	{ "risk", SET_WORD, AT(category, risk), .words = words_risk,
	    .fallback = "low", .help = "risk class unless a rule says so" },
	{ "payroll", SET_BOOL, AT(category, is_payroll), .fallback = "no",
	    .help = "work stoppage may be set on such cases" },
	{ "public_title", SET_TEXT, AT(category, public_title), .help =
	    "subject of mails about it; says nothing personal" },
};

static const struct setting rules[] = {
	{ "name", SET_TEXT, AT(rule, name), .help = "shown by explain" },
	{ "subject", SET_PATTERN, AT(rule, subject), .fallback = "", .help =
	    "must match in the subject" },
	{ "body", SET_PATTERN, AT(rule, body), .fallback = "", .help =
	    "must match in the text" },
	{ "any", SET_PATTERN, AT(rule, any), .fallback = "", .help =
	    "must match in the subject or in the text" },
	{ "words", SET_WORDS, AT(rule, words), .fallback = "", .help =
	    "must match at the start of a word in the subject or in the text; "
	    "faster than any" },
	{ "from", SET_PATTERN, AT(rule, from), .fallback = "", .help =
	    "must match the sender's address" },
	{ "unless", SET_PATTERN, AT(rule, unless), .fallback = "", .help =
	    "must match neither in the subject nor in the text" },
	{ "category", SET_REF, AT(rule, category), .refers = SEC_CATEGORIES,
	    .fallback = "", .help = "sets the category" },
	{ "type", SET_TEXT, AT(rule, type), .fallback = "", .help =
	    "sets the type within the category" },
	{ "department", SET_REF, AT(rule, department), .refers =
	    SEC_DEPARTMENTS, .fallback = "", .help = "sets the department" },
	{ "priority", SET_WORD, AT(rule, priority), .words = words_priority,
	    .fallback = "", .help = "sets the priority" },
	{ "risk", SET_WORD, AT(rule, risk), .words = words_risk, .fallback =
	    "", .help = "sets the risk class" },
	{ "money", SET_BOOL, AT(rule, money), .fallback = "no", .help =
	    "money is involved: Payroll becomes a subscriber" },
	{ "resolution", SET_BOOL, AT(rule, is_resolution), .fallback = "no",
	    .help = "an answer of a department that matches reads like a "
	    "resolution" },
	{ "escalate_to", SET_REF, AT(rule, escalate_to), .refers = SEC_PEOPLE,
	    .fallback = "", .help = "hears of the case at once" },
	{ "escalate_why", SET_TEXT, AT(rule, escalate_why), .fallback = "",
	    .help = "the reason told to them; the rule's name unless set" },
};

static const struct setting steps[] = {
	{ "name", SET_ID, AT(step, name), .help = "of the step" },
	{ "to", SET_WORD, AT(step, to), .words = words_to, .help =
	    "who is asked; chain is the last one and repeats" },
	{ "after", SET_DURATION, AT(step, after), .min = 1, .help =
	    "how long after the opening or the previous step" },
	{ "from", SET_WORD, AT(step, from), .words = words_from, .fallback =
	    "previous", .help = "what the time counts from" },
	{ "template", SET_ID, AT(step, template), .help =
	    "the mail that is sent" },
	{ "webhook", SET_BOOL, AT(step, webhook), .fallback = "no", .help =
	    "also to the department's chat" },
	{ "call_task", SET_BOOL, AT(step, call_task), .fallback = "no",
	    .help = "the owner gets a task to call" },
	{ "copy_lead", SET_BOOL, AT(step, copy_lead), .fallback = "no",
	    .help = "the team leader is told too" },
};

static const struct setting mailboxes[] = {
	{ "name", SET_ID, AT(mailbox, name), .help = "of the mailbox" },
	{ "kind", SET_CHOICE, AT(mailbox, kind), .words = words_mailbox,
	    .help = "where mail comes from" },
	{ "host", SET_HOST, AT(mailbox, host), .only_for = "imap", .help =
	    "the IMAP server" },
	{ "port", SET_NUMBER, AT(mailbox, port), .fallback = "0", .min = 0,
	    .max = 65535, .only_for = "imap", .help =
	    "0: 993 for implicit, 143 for starttls and none" },
	{ "tls", SET_CHOICE, AT(mailbox, tls), .words = words_tls, .fallback =
	    "implicit", .only_for = "imap", .help =
	    "none only to this very machine" },
	{ "ca_file", SET_PATH, AT(mailbox, ca_file), .fallback = "",
	    .only_for = "imap", .help =
	    "certificates to trust instead of the system's" },
	{ "user", SET_TEXT, AT(mailbox, user), .only_for = "imap", .help =
	    "login name" },
	{ "password_file", SET_PATH, AT(mailbox, password_file), .fallback =
	    "", .only_for = "imap", .help =
	    "file whose first line is the password" },
	{ "password_env", SET_ENV, AT(mailbox, password_env), .fallback = "",
	    .only_for = "imap", .help =
	    "environment variable that holds the password" },
	{ "password", SET_REFUSED, .fallback = "", .help = no_password },
	{ "oauth2", SET_REF, AT(mailbox, oauth2), .refers = SEC_OAUTH2,
	    .fallback = "", .only_for = "imap", .help =
	    "log in with tokens of this source instead of a password" },
	{ "folder", SET_TEXT, AT(mailbox, folder), .fallback = "INBOX",
	    .only_for = "imap", .help = "the folder that is read" },
	{ "after", SET_CHOICE, AT(mailbox, after), .words = words_after,
	    .fallback = "leave", .only_for = "imap", .help =
	    "what happens to a mail we have taken; it is never deleted" },
	{ "move_to", SET_TEXT, AT(mailbox, move_to), .fallback = "",
	    .only_for = "imap", .help = "folder for after: move" },
	{ "idle", SET_BOOL, AT(mailbox, idle), .fallback = "yes", .only_for =
	    "imap", .help = "wake up when mail comes, where the server can" },
	{ "timeout_seconds", SET_NUMBER, AT(mailbox, timeout_s), .fallback =
	    "60", .min = 1, .max = 3600, .only_for = "imap", .help =
	    "longest silence of the server; ten times as long for a poll" },
	{ "path", SET_PATH, AT(mailbox, path), .only_for = "maildir", .help =
	    "the Maildir that is read" },
	{ "trust_authserv_id", SET_TEXT, AT(mailbox, trust_authserv_id),
	    .fallback = "", .help = "whose Authentication-Results are "
	    "believed; empty: nobody's" },
	{ "trust_authas_internal", SET_BOOL, AT(mailbox,
	    trust_authas_internal), .fallback = "no", .help =
	    "believe Exchange's mark of an internal sender" },
};

#define GROUP(path, rows, help) { path, 0, NULL, rows, COUNT(rows), help }
#define LIST(path, type, id, rows, help) \
	{ path, sizeof(struct type), id, rows, COUNT(rows), help }

const struct section policy_sections[SEC_N] = {
	[SEC_DESK] = GROUP("desk", desk, "who we are"),
	[SEC_FILES] = GROUP("files", files, "where things are kept"),
	[SEC_DAEMON] = GROUP("daemon", daemon_rows, "caseward run"),
	[SEC_ALARMS] = GROUP("alarms", alarms, "who hears of troubles"),
	[SEC_DIRECTORY] = GROUP("directory", directory, "the employees"),
	[SEC_TIMING] = GROUP("timing", timing, "how often and how soon"),
	[SEC_DUE] = GROUP("due", due, "due dates by priority"),
	[SEC_ABSENCE] = GROUP("absence", absence, "who is away, and who "
	    "cannot be reached"),
	[SEC_LADDER] = GROUP("ladder", ladder, "who is asked when"),
	[SEC_TRANSPORT] = GROUP("transport", transport, "how mail leaves"),
	[SEC_OAUTH2] = LIST("oauth2", oauth2, "name", oauth2,
	    "where OAuth2 tokens come from"),
	[SEC_CALENDARS] = LIST("calendars", calendar, "id", calendars,
	    "zones, hours, holidays"),
	[SEC_PEOPLE] = LIST("people", person, "id", people, "staff"),
	[SEC_TEAMS] = LIST("teams", team, "id", teams, "teams of agents"),
	[SEC_DEPARTMENTS] = LIST("departments", department, "id", departments,
	    "who owes answers"),
	[SEC_CATEGORIES] = LIST("categories", category, "id", categories,
	    "what a case is about"),
	[SEC_RULES] = LIST("rules", rule, "name", rules,
	    "which mail is about what"),
	[SEC_STEPS] = LIST("ladder.steps", step, "name", steps,
	    "the rungs of the ladder"),
	[SEC_MAILBOXES] = LIST("mailboxes", mailbox, "name", mailboxes,
	    "where mail comes in"),
};

bool
policy_setting_help(size_t i, struct setting_help *out)
{
	for (size_t s = 0; s < SEC_N; s++) {
		const struct section *sec = &policy_sections[s];

		for (size_t r = 0; r < sec->n_rows; r++) {
			const struct setting *row = &sec->rows[r];

			if (row->type == SET_REFUSED || i-- > 0)
				continue;
			*out = (struct setting_help){ sec->path, sec->help,
				sec->item_size > 0, row->key,
				setting_type_words(row->type), row->help,
				row->words, row->fallback, row->only_for };
			return true;
		}
	}
	return false;
}
