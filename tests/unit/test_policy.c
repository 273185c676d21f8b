/*
 * test_policy.c - the shipped settings load and say what DESIGN 3.1 says;
 * each kind of mistake is found, at its line, with what to do (L24, L25).
 */
#include "fixture_settings.h"

#define N_OF(v) (sizeof(v) / sizeof((v)[0]))

/* --- the shipped settings --- */

static void
assert_duration(const char *name, struct duration d, const char *want)
{
	struct duration w;

	assert_true(duration_parse(want, &w));
	if (d.n != w.n || d.unit != w.unit)
		fail_msg("%s is not %s", name, want);
}

static void
test_shipped_ladder_G16_G17_G18_G19(void **state)
{
	static const struct {
		const char *name;
		enum step_to to;
		const char *after;
		enum step_from from;
		bool webhook, call_task, copy_lead;
	} want[] = {
		{ "ask", STEP_TO_DEPARTMENT, "1 business day",
		    STEP_FROM_OPENED, true, false, false },
		{ "ask-again", STEP_TO_DEPARTMENT, "2 business days",
		    STEP_FROM_PREVIOUS, false, true, false },
		{ "lead", STEP_TO_LEAD, "7 days", STEP_FROM_OPENED, false,
		    false, false },
		{ "leadership", STEP_TO_LEADERSHIP, "1 business day",
		    STEP_FROM_PREVIOUS, false, false, true },
		{ "chain", STEP_TO_CHAIN, "2 business days",
		    STEP_FROM_PREVIOUS, false, false, false },
	};
	struct arena *a = arena_new();
	struct policy p;

	(void)state;
	fixture_settings(a, "config/caseward.yaml", &p);
	assert_int_equal(p.ladder.n, N_OF(want));
	for (size_t i = 0; i < N_OF(want); i++) {
		const struct step *s = &p.ladder.steps[i];

		assert_string_equal(s->name, want[i].name);
		assert_int_equal(s->to, want[i].to);
		assert_int_equal(s->from, want[i].from);
		assert_duration(s->name, s->after, want[i].after);
		assert_int_equal(s->webhook, want[i].webhook);
		assert_int_equal(s->call_task, want[i].call_task);
		assert_int_equal(s->copy_lead, want[i].copy_lead);
		assert_string_not_equal(s->template, "");
	}
	assert_duration("grace", p.ladder.answer_grace, "2 business days");
	policy_fini(&p);
	arena_free(&a);
}

static void
test_shipped_times_G5_G6_G14_G20(void **state)
{
	struct arena *a = arena_new();
	struct policy p;

	(void)state;
	fixture_settings(a, "config/caseward.yaml", &p);
	assert_duration("low", p.due[PRIO_LOW], "10 business days");
	assert_duration("normal", p.due[PRIO_NORMAL], "5 business days");
	assert_duration("high", p.due[PRIO_HIGH], "2 business days");
	assert_duration("urgent", p.due[PRIO_URGENT], "1 business day");
	assert_duration("warning", p.warn_before, "1 business day");
	assert_duration("weekly", p.weekly, "7 days");
	assert_duration("reopen", p.reopen_within, "14 days");
	assert_duration("close", p.close_after, "5 business days");
	assert_int_equal(p.poll_minutes, 30);
	assert_int_equal(p.work_list_minute, 540);
	assert_int_equal(p.acks_per_hour, 3);
	assert_int_equal(p.acks_per_day, 10);
	assert_string_equal(zone_name(p.calendar->zone), "America/New_York");
	assert_int_equal(p.calendar->open[1], 540);
	assert_int_equal(p.calendar->close[5], 1020);
	assert_int_equal(p.calendar->open[0], p.calendar->close[0]);
	assert_int_equal(p.calendar->n_holidays, 21);
	assert_int_equal(p.calendar->holidays[0], civil_days(2026, 1, 1));
	policy_fini(&p);
	arena_free(&a);
}

static void
test_shipped_people_G2_G12_G19_G21(void **state)
{
	struct arena *a = arena_new();
	const struct person *kenji, *top;
	struct policy p;

	(void)state;
	fixture_settings(a, "config/caseward.yaml", &p);
	assert_string_equal(p.path, "config/caseward.yaml");
	assert_string_equal(p.database, "config/var/caseward.db");
	assert_string_equal(p.templates_dir, "config/../templates");
	assert_string_equal(p.host, "northwind.example");
	assert_string_equal(p.instance_id, "er@northwind.example");
	assert_true(policy_is_own_address(&p, "ER@Northwind.example"));
	assert_string_equal(p.mailboxes[0].path, "config/var/mail/inbox");
	assert_string_equal(p.transport.path, "config/var/mail/outbox");
	assert_string_equal(p.always_subscribed[0], "CRM/HR");
	assert_int_equal(p.n_always_subscribed, 2);

	kenji = policy_person(&p, "kenji.mori");
	assert_string_equal(zone_name(kenji->calendar->zone),
	    "America/Los_Angeles");
	assert_string_equal(kenji->language, "en");
	assert_string_equal(kenji->team->id, "er");
	assert_int_equal(kenji->roles, ROLE_AGENT);
	assert_ptr_equal(policy_person_by_email(&p,
	    "Kenji.Mori@northwind.example"), kenji);
	assert_int_equal(policy_person(&p, "lee.okafor")->roles, ROLE_LEAD);
	assert_int_equal(policy_person(&p, "omar.haddad")->roles,
	    ROLE_DEPARTMENT);

	assert_string_equal(policy_chain(&p, 0)->id, "ruth.halloran");
	assert_string_equal(policy_chain(&p, 1)->id, "victor.osei");
	top = policy_chain(&p, 2);
	assert_string_equal(top->id, "elaine.marsh");
	assert_ptr_equal(policy_chain(&p, 99), top);
	assert_int_equal(top->roles, ROLE_SUPERVISOR);

	assert_true(policy_department(&p, "payroll")->is_payroll);
	assert_ptr_equal(policy_department(&p, "WORKPLACE safety"),
	    policy_department(&p, "safety"));
	assert_null(policy_person(&p, "nobody"));
	assert_null(policy_team(&p, "nobody"));
	assert_null(policy_category(&p, "nothing"));
	policy_fini(&p);
	arena_free(&a);
}

static void
test_example_for_imap_and_smtp_M1_M2(void **state)
{
	struct arena *a = arena_new();
	struct policy p;

	(void)state;
	fixture_settings(a, "config/imap-smtp.example.yaml", &p);
	assert_string_equal(p.mailboxes[0].kind, "imap");
	assert_int_equal(p.mailboxes[0].port, 993);
	assert_true(p.mailboxes[0].idle);
	assert_string_equal(p.mailboxes[0].after, "flag");
	assert_string_equal(p.mailboxes[0].password_file,
	    "/etc/caseward/er-imap.password");
	assert_int_equal(p.transport.port, 587);
	assert_string_equal(p.transport.password_env,
	    "CASEWARD_SMTP_PASSWORD");
	assert_int_equal(p.n_own_addresses, 2);
	policy_fini(&p);
	arena_free(&a);
}

/* --- one mistake at a time --- */

static const char good[] =
    "desk:\n"                                             /* 1 */
    "  organisation: Acme\n"
    "  address: er@acme.example\n"
    "  calendar: office\n"
    "  supervisor: sue\n"
    "  default_team: er\n"
    "  default_department: pay\n"
    "  default_category: other\n"
    "files: {database: c.db, key_file: c.key, templates: t}\n"
    "mailboxes:\n"                                        /* 10 */
    "  - name: in\n"
    "    kind: imap\n"
    "    host: imap.acme.example\n"
    "    user: er\n"
    "    password_env: IMAP\n"
    "transport:\n"
    "  kind: smtp\n"
    "  host: smtp.acme.example\n"
    "  tls: starttls\n"
    "calendars:\n"                                        /* 20 */
    "  - id: office\n"
    "    zone: UTC\n"
    "    hours: Mon-Fri 09:00-17:00\n"
    "people:\n"
    "  - {id: kim, name: Kim, email: kim@acme.example, region: n}\n"
    "  - {id: lee, name: Lee, email: lee@acme.example, manager: sue}\n"
    "  - {id: sue, name: Sue, email: sue@acme.example, manager: top}\n"
    "  - {id: top, name: Top, email: top@acme.example}\n"
    "  - {id: pat, name: Pat, email: pat@acme.example, manager: boss}\n"
    "  - {id: boss, name: Bo, email: bo@acme.example}\n"   /* 30 */
    "teams:\n"
    "  - {id: er, name: ER, lead: lee, members: [kim]}\n"
    "departments:\n"
    "  - {id: pay, name: Payroll, contact: pat, leadership: boss}\n"
    "categories:\n"
    "  - {id: other, name: Other, public_title: Your question}\n"
    "rules:\n"
    "  - {name: money, any: '\\bpay\\b', money: yes}\n"
    "ladder:\n"
    "  steps:\n"                                          /* 40 */
    "    - {name: ask, to: department, after: 1 bd, template: reminder}\n"
    "    - {name: up, to: chain, after: 2 bd, template: due-warning}\n"
    "timing:\n"
    "  acks_per_hour: 3\n";

static const struct mistake {
	const char *name, *find, *put;
	int line;
	const char *key, *want;
} mistakes[] = {
	{ "a misspelled setting", "address: er", "adress: er", 3,
	    "desk.adress", "did you mean \"address\"?" },
	{ "a setting nobody knows in a person", "region: n", "hat: red", 25,
	    "people[kim].hat", "known here: id, name, email" },
	{ "a misspelled section", "timing:", "timings:", 43, "timings",
	    "did you mean \"timing\"?" },
	{ "a needed setting is missing", "  supervisor: sue\n", "", 1,
	    "desk.supervisor", "is missing: the ER supervisor" },
	{ "a needed section is missing",
	    "files: {database: c.db, key_file: c.key, templates: t}\n", "", 0,
	    "files.database", "is missing" },
	{ "a section twice", "timing:", "files: {database: d}\ntiming:", 43,
	    "files", "twice" },
	{ "a list where text belongs", "organisation: Acme",
	    "organisation: [a, b]", 2, "desk.organisation",
	    "must be text, not a list" },
	{ "a group where text belongs", "organisation: Acme",
	    "organisation: {a: b}", 2, "desk.organisation", "not a group" },
	{ "text where a group belongs", "timing:\n  acks_per_hour: 3",
	    "timing: soon", 43, "timing", "must be a group" },
	{ "text where a list belongs",
	    "rules:\n  - {name: money, any: '\\bpay\\b', money: yes}",
	    "rules: none", 37, "rules", "must be a list" },
	{ "an item that is no group", "  - {id: other, name: Other, "
	    "public_title: Your question}", "  - other", 36, "categories",
	    "item 1 must be a group" },
	{ "an empty value", "address: er@acme.example", "address:", 3,
	    "desk.address", "has no value" },
	{ "a number out of range", "acks_per_hour: 3", "acks_per_hour: 9999",
	    44, "timing.acks_per_hour", "from 1 to 1000" },
	{ "a number that is none", "acks_per_hour: 3", "acks_per_hour: three",
	    44, "timing.acks_per_hour", "whole number" },
	{ "a number that would overflow", "acks_per_hour: 3",
	    "acks_per_hour: 4294967299", 44, "timing.acks_per_hour",
	    "whole number" },
	{ "polling less than every half hour (G14)", "acks_per_hour: 3",
	    "poll_every_minutes: 45", 44, "timing.poll_every_minutes",
	    "from 1 to 30" },
	{ "neither yes nor no", "money: yes", "money: maybe", 38,
	    "rules[money].money", "yes or no" },
	{ "a bad length of time", "after: 1 bd", "after: soon", 41,
	    "ladder.steps[ask].after", "2 business days" },
	{ "no time at all", "after: 1 bd", "after: 0 days", 41,
	    "ladder.steps[ask].after", "longer than nothing" },
	{ "a bad time of day", "acks_per_hour: 3", "work_list_at: '25:00'",
	    44, "timing.work_list_at", "09:00 or 16:30" },
	{ "a word that is not possible", "to: department", "to: departmnt",
	    41, "ladder.steps[ask].to", "did you mean \"department\"?" },
	{ "an address that is none", "er@acme.example", "er at acme", 3,
	    "desk.address", "not an e-mail address" },
	{ "an address with a second line (M2)", "er@acme.example",
	    "\"er@acme.example\\r\\nRCPT TO:<x@y.z>\"", 3, "desk.address",
	    "not an e-mail address" },
	{ "an id with blanks", "id: office", "id: The Office", 21,
	    "calendars[The Office].id", "cannot be an id" },
	{ "an id used twice", "id: lee, name: Lee", "id: kim, name: Lee", 26,
	    "people[kim]", "used in x.yaml:25 already" },
	{ "an address used twice", "lee@acme.example", "KIM@acme.example", 26,
	    "people[lee].email", "kim has the same address" },
	{ "the desk's address for a person (M5)", "lee@acme.example",
	    "er@acme.example", 26, "people[lee].email", "desk itself" },
	{ "a machine's address for a person (AR-2)", "lee@acme.example",
	    "lee-request@acme.example", 26, "people[lee].email", "machines" },
	{ "a name of nobody", "supervisor: sue", "supervisor: sui", 5,
	    "desk.supervisor", "did you mean \"sue\"?" },
	{ "a member of nobody", "members: [kim]", "members: [kim, zoe]", 32,
	    "teams[er].members", "there is no \"zoe\" in people" },
	{ "a calendar that is not there", "calendar: office",
	    "calendar: factory", 4, "desk.calendar", "no \"factory\"" },
	{ "managers in a circle (G19)", "top@acme.example}",
	    "top@acme.example, manager: sue}", 27, "people[sue].manager",
	    "no top" },
	{ "one's own manager (G19)", "top@acme.example}",
	    "top@acme.example, manager: top}", 28, "people[top].manager",
	    "no top" },
	{ "one's own backup (G21)", "region: n", "backup: kim", 25,
	    "people[kim].backup", "own backup" },
	{ "a team without a lead (L25)", "lead: lee, ", "", 32,
	    "teams[er].lead", "is missing" },
	{ "a team of nobody (L25)", "members: [kim]", "members: []", 32,
	    "teams[er].members", "nobody is in this team" },
	{ "a department without leadership (G19)", ", leadership: boss", "",
	    34, "departments[pay].leadership", "is missing" },
	{ "a contact who is the backup too", "contact: pat",
	    "contact: pat, backup: pat", 34, "departments[pay].backup",
	    "cannot be the backup too" },
	{ "a ladder without steps (G19)", "  steps:\n"
	    "    - {name: ask, to: department, after: 1 bd, template: reminder}\n"
	    "    - {name: up, to: chain, after: 2 bd, template: due-warning}\n",
	    "  min_gap: 1 bd\n", 39, "ladder.steps", "nobody would ever" },
	{ "a ladder that falls silent (G19)", "to: chain", "to: lead", 42,
	    "ladder.steps[up].to", "must go to the chain" },
	{ "a step that is never reached", "to: department", "to: chain", 41,
	    "ladder.steps[ask].to", "make it the last" },
	{ "a mail that does not exist (M11)", "template: reminder",
	    "template: remindr", 41, "ladder.steps[ask].template",
	    "did you mean \"reminder\"?" },
	{ "an internal mail to a department (G13)", "template: reminder",
	    "template: escalation-lead", 41, "ladder.steps[ask].template",
	    "use one for departments" },
	{ "an employee's mail to a manager (G13)", "template: due-warning",
	    "template: ack", 42, "ladder.steps[up].template",
	    "use one for our own people" },
	{ "a chat for a step that has none (L24)", "to: chain, ",
	    "to: chain, webhook: yes, ", 42, "ladder.steps[up].webhook",
	    "only with" },
	{ "a zone that leads elsewhere (CT-3)", "zone: UTC",
	    "zone: ../../etc/passwd", 22, "calendars[office].zone",
	    "cannot be a time zone" },
	{ "a zone that does not exist (CT-3)", "zone: UTC",
	    "zone: Mars/Olympus", 22, "calendars[office].zone",
	    "knows no time zone" },
	{ "a zone file that is none (CT-3)", "zone: UTC", "zone: tzdata.zi",
	    22, "calendars[office].zone", "zone" },
	{ "a holidays file that is not there (CT-7)", "zone: UTC",
	    "zone: UTC\n    holidays: [none.ics]", 23,
	    "calendars[office].holidays", "there is no file none.ics" },
	{ "hours that end before they begin", "09:00-17:00", "17:00-09:00",
	    23, "calendars[office].hours", "opening before closing" },
	{ "a day with two hours", "hours: Mon-Fri 09:00-17:00",
	    "hours: [Mon-Fri 09:00-17:00, Fri 09:00-15:00]", 23,
	    "calendars[office].hours", "each day once" },
	{ "a bad pattern", "'\\bpay\\b'", "'pay('", 38, "rules[money].any",
	    "pattern \"pay(\"" },
	{ "one bad pattern among many", "'\\bpay\\b'", "[pay, 'x)(y']", 38,
	    "rules[money].any", "pattern \"x)(y\"" },
	{ "a rule that asks for nothing", "any: '\\bpay\\b', ", "", 38,
	    "rules[money]", "every mail" },
	{ "a rule without effect (L24)", ", money: yes", "", 38,
	    "rules[money]", "has no effect" },
	{ "a rule that resolves and sorts (G14)", "money: yes",
	    "money: yes, resolution: yes", 38, "rules[money].resolution",
	    "two rules" },
	{ "a reason without a person", "money: yes",
	    "money: yes, escalate_why: x", 38, "rules[money].escalate_why",
	    "without escalate_to" },
	{ "a host with a second line (M1)", "imap.acme.example",
	    "\"imap.acme.example\\r\\nA1 LOGOUT\"", 13, "mailboxes[in].host",
	    "not a host name" },
	{ "a user with a second line (M1)", "user: er",
	    "user: \"er\\r\\nA1 LOGOUT\"", 14, "mailboxes[in].user",
	    "control characters" },
	{ "a password in the file", "password_env: IMAP", "password: secret",
	    15, "mailboxes[in].password", "name it with password_file" },
	{ "two places for a password", "password_env: IMAP",
	    "password_env: IMAP\n    password_file: p", 15,
	    "mailboxes[in].password_env", "keep one" },
	{ "no password", "    password_env: IMAP\n", "", 14,
	    "mailboxes[in].user", "has no password" },
	{ "plain text to another machine (M2)", "tls: starttls", "tls: none",
	    19, "transport.tls", "in the clear" },
	{ "plain text to a name that looks like this machine",
	    "host: smtp.acme.example\n  tls: starttls",
	    "host: 127.0.0.1.evil.example\n  tls: none", 19, "transport.tls",
	    "in the clear" },
	{ "a password for nobody", "tls: starttls",
	    "tls: starttls\n  password_env: P", 16, "transport.user",
	    "is missing" },
	{ "a setting of the other kind (L24)", "user: er",
	    "user: er\n    path: x", 15, "mailboxes[in].path",
	    "no effect with kind imap" },
	{ "moving to nowhere", "user: er", "user: er\n    after: move", 15,
	    "mailboxes[in].after", "where to?" },
	{ "no mailbox at all", "mailboxes:\n  - name: in\n    kind: imap\n"
	    "    host: imap.acme.example\n    user: er\n"
	    "    password_env: IMAP\n", "", 0, "mailboxes", "no mailbox" },
	{ "a chat in plain text", "contact: pat",
	    "contact: pat, webhook: 'http://chat.acme.example/x'", 34,
	    "departments[pay].webhook", "https://" },
	{ "a chat that only looks local", "contact: pat",
	    "contact: pat, webhook: 'http://127.0.0.1@evil.example/'", 34,
	    "departments[pay].webhook", "https://" },
	{ "a chat's file that is not there", "contact: pat",
	    "contact: pat, webhook_file: chat.url", 34,
	    "departments[pay].webhook_file", "chat.url cannot be read" },
	{ "two places for a chat", "contact: pat", "contact: pat, webhook: "
	    "'https://c.example/', webhook_file: chat.url", 34,
	    "departments[pay].webhook_file", "keep one" },
	{ "an unknown field of the subject (G8)", "organisation: Acme",
	    "organisation: Acme\n  subject_format: '{{brif}}'", 3,
	    "desk.subject_format", "use {{brief}}" },
	{ "an unknown required field (G1)", "organisation: Acme",
	    "organisation: Acme\n  required_fields: [division, clint]", 3,
	    "desk.required_fields", "did you mean \"client\"?" },
	{ "a file that is not there", "timing:", "include: p.yaml\ntiming:",
	    43, "include", "p.yaml cannot be read" },
	{ "broken YAML", "timing:", "timing: [", 45, "", "not valid YAML" },
};

/* `text` with the first `find` replaced. */
static char *
edited(struct arena *a, const char *text, const char *find, const char *put)
{
	const char *at = strstr(text, find);

	if (at == NULL)
		fail_msg("the test does not find: %s", find);
	return arena_printf(a, "%.*s%s%s", (int)(at - text), text, put,
	    at + strlen(find));
}

static enum rc
load_text(struct arena *a, const char *text, struct policy *p,
    struct problems *probs)
{
	struct fixture_file files[] = { { "x.yaml", text }, { NULL, NULL } };
	struct policy_io io = { files, fixture_read };

	*probs = (struct problems){ .a = a };
	return policy_load(&io, "x.yaml", 2026, a, p, probs);
}

static void
test_small_settings_load(void **state)
{
	struct arena *a = arena_new();
	struct problems probs;
	struct policy p;

	(void)state;
	if (load_text(a, good, &p, &probs) != RC_OK) {
		fixture_print(&probs);
		fail();
	}
	assert_string_equal(p.desk_name, "Employee Relations");
	assert_int_equal(p.mailboxes[0].port, 993);
	assert_string_equal(p.mailboxes[0].folder, "INBOX");
	assert_int_equal(p.rules[0].priority, -1);
	assert_null(p.rules[0].type);
	assert_ptr_equal(p.departments[0].calendar, p.calendar);
	assert_int_equal(p.default_category->risk, RISK_LOW);
	assert_int_equal(p.n_required, 7);
	policy_fini(&p);
	arena_free(&a);
}

/* The mistake, made in `text`, is found where it stands. */
static void
find_mistake(const char *text, const struct mistake *m)
{
	struct arena *a = arena_new();
	struct problems probs;
	struct policy p;
	bool found = false;

	assert_int_equal(load_text(a, edited(a, text, m->find, m->put), &p,
	    &probs), RC_BAD);
	for (size_t k = 0; k < probs.n; k++)
		found = found || (probs.v[k].line == m->line &&
		    str_eq(probs.v[k].key, m->key) &&
		    strstr(probs.v[k].text, m->want) != NULL);
	if (!found || probs.n > 4) {
		fixture_print(&probs);
		fail_msg("%s: not found at line %d as %s", m->name, m->line,
		    m->key);
	}
	arena_free(&a);
}

static void
test_each_mistake_L24_L25(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(mistakes); i++)
		find_mistake(good, &mistakes[i]);
}

/* ---- OAuth2: OA-5, OA-8, OA-10, L17 ------------------------------------ */

static const struct mistake token_mistakes[] = {
	{ "a source that is not there", "oauth2: app", "oauth2: ap", 15,
	    "mailboxes[in].oauth2", "did you mean \"app\"?" },
	{ "a password beside it", "oauth2: app\n", "oauth2: app\n"
	    "    password_env: IMAP\n", 15, "mailboxes[in].oauth2",
	    "stands beside a password" },
	{ "a token and nobody to log in", "tls: starttls\n",
	    "tls: starttls\n  oauth2: app\n", 16, "transport.user",
	    "is missing: there is a token for it" },
	{ "a source that nobody uses", "oauth2: app", "password_env: IMAP",
	    46, "oauth2[app]", "is used by no mailbox" },
	{ "a kind that is none", "client-credentials", "client-credential",
	    47, "oauth2[app].kind", "did you mean \"client-credentials\"?" },
	{ "tokens in the clear", "https://t.example/", "http://t.example/",
	    48, "oauth2[app].token_url", "must begin with https://" },
	{ "a name and password in the address", "https://t.", "https://a:b@t.",
	    48, "oauth2[app].token_url", "no user name" },
	{ "no address", "    token_url: https://t.example/token\n", "", 46,
	    "oauth2[app].token_url", "is missing" },
	{ "no app", "    client_id: id\n", "", 46, "oauth2[app].client_id",
	    "is missing" },
	{ "no secret", "    client_secret_file: s\n", "", 46,
	    "oauth2[app].client_secret_file", "client_secret_env" },
	{ "two secrets", "client_secret_file: s\n", "client_secret_file: s\n"
	    "    client_secret_env: S\n", 51,
	    "oauth2[app].client_secret_env", "keep one" },
	{ "the secret itself", "client_secret_file: s", "client_secret: s",
	    50, "oauth2[app].client_secret", "does not belong into this" },
	{ "no scope", "    scope: mail\n", "", 46, "oauth2[app].scope",
	    "is missing" },
	{ "a day that is none", "2027-05-31", "31.5.2027", 52,
	    "oauth2[app].secret_expires", "2027-05-31" },
	{ "another kind's setting", "scope: mail\n", "scope: mail\n"
	    "    refresh_token_file: r\n", 52,
	    "oauth2[app].refresh_token_file", "has no effect with kind" },
	{ "no refresh token", "client-credentials", "refresh-token", 46,
	    "oauth2[app].refresh_token_file", "is missing" },
	{ "no key", "client-credentials", "service-account", 46,
	    "oauth2[app].key_file", "is missing" },
	{ "no mailbox to act for", "client-credentials", "service-account",
	    46, "oauth2[app].subject", "is missing" },
	{ "a mechanism that is none", "scope: mail\n", "scope: mail\n"
	    "    mechanism: plain\n", 52, "oauth2[app].mechanism",
	    "choose one of: xoauth2, oauthbearer" },
};

static void
test_each_mistake_about_tokens(void **state)
{
	struct arena *a = arena_new();
	struct problems probs;
	struct policy p;
	char *text = arena_printf(a, "%s%s", edited(a, good,
	    "password_env: IMAP", "oauth2: app"), "oauth2:\n"
	    "  - name: app\n"                                  /* 46 */
	    "    kind: client-credentials\n"
	    "    token_url: https://t.example/token\n"
	    "    client_id: id\n"
	    "    client_secret_file: s\n"                      /* 50 */
	    "    scope: mail\n"
	    "    secret_expires: 2027-05-31\n");

	(void)state;
	assert_int_equal(load_text(a, text, &p, &probs), RC_OK);
	assert_ptr_equal(p.mailboxes[0].oauth2, &p.oauth2[0]);
	assert_null(p.transport.oauth2);
	assert_string_equal(p.oauth2[0].mechanism, "xoauth2");
	assert_int_equal(p.oauth2[0].secret_expires_at, 1811721600);
	policy_fini(&p);
	for (size_t i = 0; i < N_OF(token_mistakes); i++)
		find_mistake(text, &token_mistakes[i]);
	arena_free(&a);
}

static void
test_examples_for_microsoft_and_google_M1_M2(void **state)
{
	static const struct {
		const char *path, *kind, *imap, *smtp;
	} tests[] = {
		{ "config/microsoft-365.example.yaml", "client-credentials",
		    "outlook.office365.com", "smtp.office365.com" },
		{ "config/google-workspace.example.yaml", "service-account",
		    "imap.gmail.com", "smtp.gmail.com" },
	};

	(void)state;
	for (size_t i = 0; i < N_OF(tests); i++) {
		struct arena *a = arena_new();
		struct policy p;

		fixture_settings(a, tests[i].path, &p);
		assert_string_equal(p.oauth2[0].kind, tests[i].kind);
		assert_ptr_equal(p.mailboxes[0].oauth2, &p.oauth2[0]);
		assert_ptr_equal(p.transport.oauth2, &p.oauth2[0]);
		assert_string_equal(p.mailboxes[0].host, tests[i].imap);
		assert_string_equal(p.transport.host, tests[i].smtp);
		assert_int_equal(p.transport.port, 587);
		assert_in_range(p.transport.per_minute, 1, 29); /* OA-12 */
		policy_fini(&p);
		arena_free(&a);
	}
}

/* All of them at once: a person mends them in one go. */
static void
test_all_in_one_run(void **state)
{
	static const char *const edits[][2] = {
		{ "organisation: Acme", "organization: Acme" },
		{ "tls: starttls", "tls: none" },
		{ "zone: UTC", "zone: Nowhere/Land" },
		{ "supervisor: sue", "supervisor: susan" },
		{ "to: chain", "to: nobody" },
		{ "after: 1 bd", "after: 1 fortnight" },
		{ "members: [kim]", "members: [kim, kit]" },
		{ "lee@acme.example", "kim@acme.example" },
		{ "'\\bpay\\b'", "'('" },
		{ "password_env: IMAP", "password: hunter2" },
		{ "acks_per_hour: 3", "acks_per_hour: 30" },
	};
	static const int lines[] = { 1, 2, 5, 15, 19, 22, 26, 32, 38, 41, 42 };
	struct arena *a = arena_new();
	const char *text = good;
	struct problems probs;
	struct policy p;

	(void)state;
	for (size_t i = 0; i < N_OF(edits); i++)
		text = edited(a, text, edits[i][0], edits[i][1]);
	assert_int_equal(load_text(a, text, &p, &probs), RC_BAD);
	for (size_t i = 0; i < N_OF(lines); i++) {
		bool found = false;

		for (size_t k = 0; k < probs.n; k++)
			found = found || probs.v[k].line == lines[i];
		if (!found) {
			fixture_print(&probs);
			fail_msg("nothing said about line %d", lines[i]);
		}
	}
	/* in the order of the file */
	for (size_t k = 1; k < probs.n; k++)
		assert_true(probs.v[k - 1].line <= probs.v[k].line);
	/* and the password is not repeated */
	for (size_t k = 0; k < probs.n; k++)
		assert_null(strstr(probs.v[k].text, "hunter2"));
	arena_free(&a);
}

/* --- several files --- */

static void
test_includes(void **state)
{
	struct arena *a = arena_new();
	struct fixture_file files[] = {
		{ "etc/x.yaml", arena_printf(a, "include: [more/p.yaml]\n%s",
		    good) },
		{ "etc/more/p.yaml",
		    "people:\n"
		    "  - {id: zoe, name: Zoe, email: zoe@acme.example,"
		    " calendar: west}\n"
		    "departments:\n"
		    "  - {id: ben, name: Benefits, contact: zoe, leadership: boss,"
		    " webhook_file: chat.url}\n"
		    "calendars:\n"
		    "  - {id: west, zone: UTC, holidays: h.ics}\n" },
		{ "etc/more/h.ics", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
		    "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261225\r\n"
		    "END:VEVENT\r\nEND:VCALENDAR\r\n" },
		{ "etc/more/chat.url", "https://chat.example/s3cret \nx" },
		{ NULL, NULL },
	};
	struct policy_io io = { files, fixture_read };
	struct problems probs = { .a = a };
	struct policy p;

	(void)state;
	if (policy_load(&io, "etc/x.yaml", 2026, a, &p, &probs) != RC_OK) {
		fixture_print(&probs);
		fail();
	}
	assert_int_equal(policy_person(&p, "zoe")->calendar->n_holidays, 1);
	assert_string_equal(p.database, "etc/c.db");
	assert_string_equal(policy_department(&p, "ben")->webhook,
	    "https://chat.example/s3cret");
	policy_fini(&p);

	files[1].text = "include: x.yaml\npeople:\n  - {id: kim, name: K, "
	    "email: k@acme.example}\ndesk: {}\n";
	assert_int_equal(policy_load(&io, "etc/x.yaml", 2026, a, &p, &probs),
	    RC_BAD);
	assert_int_equal(probs.n, 3);
	assert_string_equal(probs.v[0].file, "etc/more/p.yaml");
	assert_non_null(strstr(probs.v[0].text, "only the main file"));
	assert_non_null(strstr(probs.v[1].text, "used in etc/x.yaml:26"));
	assert_non_null(strstr(probs.v[2].text, "stands in etc/x.yaml:2"));
	arena_free(&a);
}

static void
test_no_file_at_all(void **state)
{
	struct arena *a = arena_new();
	struct fixture_file none[] = { { NULL, NULL } };
	struct policy_io io = { none, fixture_read };
	struct problems probs = { .a = a };
	struct policy p;

	(void)state;
	assert_int_equal(policy_load(&io, "x.yaml", 2026, a, &p, &probs),
	    RC_BAD);
	assert_int_equal(probs.n, 1);
	assert_string_equal(problem_format(a, &probs.v[0]),
	    "x.yaml: x.yaml cannot be read: there is no such file");
	arena_free(&a);
}

/* --- config show --- */

static const struct setting_view *
view_of(const struct policy *p, const char *key)
{
	for (size_t i = 0; i < p->n_settings; i++)
		if (str_eq(p->settings[i].key, key))
			return &p->settings[i];
	fail_msg("no setting %s", key);
	return NULL;
}

static void
test_every_setting_is_shown(void **state)
{
	struct arena *a = arena_new();
	const struct setting_view *v;
	struct problems probs;
	struct policy p;

	(void)state;
	assert_int_equal(load_text(a, edited(a, good, "contact: pat",
	    "contact: pat, webhook: 'https://chat.example/secret'"), &p,
	    &probs), RC_OK);
	v = view_of(&p, "timing.acks_per_hour");
	assert_string_equal(v->value, "3");
	assert_string_equal(v->file, "x.yaml");
	assert_int_equal(v->line, 44);
	v = view_of(&p, "timing.poll_every_minutes");
	assert_string_equal(v->value, "30");
	assert_string_equal(v->fallback, "30");
	assert_string_equal(v->file, "");
	assert_string_not_equal(v->help, "");
	assert_string_equal(view_of(&p, "teams[er].members")->value, "kim");
	assert_string_equal(view_of(&p, "departments[pay].webhook")->value,
	    "(set)");
	policy_fini(&p);
	arena_free(&a);
}

static void
test_names_of_priorities_and_risks_G3_H2(void **state)
{
	enum priority p;
	enum risk r;

	(void)state;
	for (int i = 0; i < PRIO_N; i++) {
		assert_true(priority_parse(priority_name((enum priority)i),
		    &p));
		assert_int_equal(p, i);
	}
	for (int i = 0; i < RISK_N; i++) {
		assert_true(risk_parse(risk_name((enum risk)i), &r));
		assert_int_equal(r, i);
	}
	assert_true(priority_parse("URGENT", &p));
	assert_false(priority_parse("very urgent", &p));
	assert_false(priority_parse("", &p));
	assert_false(risk_parse("none", &r));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shipped_ladder_G16_G17_G18_G19),
		cmocka_unit_test(test_shipped_times_G5_G6_G14_G20),
		cmocka_unit_test(test_shipped_people_G2_G12_G19_G21),
		cmocka_unit_test(test_example_for_imap_and_smtp_M1_M2),
		cmocka_unit_test(test_small_settings_load),
		cmocka_unit_test(test_each_mistake_L24_L25),
		cmocka_unit_test(test_each_mistake_about_tokens),
		cmocka_unit_test(test_examples_for_microsoft_and_google_M1_M2),
		cmocka_unit_test(test_all_in_one_run),
		cmocka_unit_test(test_includes),
		cmocka_unit_test(test_no_file_at_all),
		cmocka_unit_test(test_every_setting_is_shown),
		cmocka_unit_test(test_names_of_priorities_and_risks_G3_H2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
