/* letter_sample.c - a case and a day that look like life. */
#include "core/letter_sample.h"

#include "base/str.h"

#define NOW LETTER_SAMPLE_NOW
#define SAMPLE_ROWS 6

/* The i-th of a list, round and round; `none` if it is empty. */
#define PICK(v, n, i) ((n) == 0 ? NULL : &(v)[(size_t)(i) % (n)])

static const struct person *
somebody(const struct policy *p, unsigned role, size_t i)
{
	const struct person *found = p->n_people > 0 ? &p->people[0] : NULL;
	size_t seen = 0;

	for (size_t k = 0; k < p->n_people; k++)
		if ((p->people[k].roles & role) != 0 && seen++ <= i)
			found = &p->people[k];
	return found;
}

static const char *
id_of(const struct person *who)
{
	return who != NULL ? who->id : "";
}

static struct casefile
blank_case(const struct policy *p, size_t i)
{
	const struct department *d = PICK(p->departments, p->n_departments, i);
	const struct category *cat = PICK(p->categories, p->n_categories, i);

	return (struct casefile){
		.state = CASE_WAITING_DEPARTMENT,
		.priority = PRIO_NORMAL,
		.category = cat != NULL ? cat->id : "",
		.type = "",
		.department = d != NULL ? d->id : "",
		.owner = id_of(somebody(p, ROLE_AGENT, i)),
		.notify_user = "", .team = "",
		.employee_name = "Robin Vale",
		.employee_email = "robin.vale@client.example",
		.employee_id = "E-20417",
		.client = "Fabrikam", .client_id = "C-77",
		.division = "West", .language = "", .zone_name = "",
		.brief = "", .subject = "",
		.public_title = cat != NULL ? cat->public_title : "",
		.reported_by = p->desk_name,
		.stoppage_reason = "", .escalated_why = "", .parties = "",
		.resolution = "",
	};
}

static struct casefile
sample_case(const struct policy *p, struct arena *a)
{
	struct casefile c = blank_case(p, 0);

	c.no = 412;
	c.version = 7;
	c.brief = "Pay missing from the October run";
	c.opened_at = NOW - 7 * CW_DAY + CW_HOUR;
	c.due_at = NOW + CW_DAY + CW_HOUR;
	c.step = 3;
	c.step_due_at = NOW + CW_DAY + CW_HOUR;
	c.climbed_at = NOW - 4 * CW_DAY + CW_HOUR;
	c.employee_told_at = NOW - 7 * CW_DAY + CW_HOUR;
	c.waiting_until = NOW + 4 * CW_DAY;
	c.resolved_at = NOW;
	c.resolution = "The missing two days were paid with an extra run on "
	    "6 November. Your next pay slip shows them.";
	c.resolution_in_attachment = true;
	c.has_unreviewed = true;
	c.subject = case_compose_subject(&c, p, a);
	return c;
}

static void
sample_history(const struct policy *p, struct arena *a,
    struct case_facts *f)
{
	const struct department *d = case_department(&f->c, p);
	const char *name = d != NULL ? d->name : "the department";
	const char *email = d != NULL ? d->contact->email : "nobody";
	const cw_time opened = f->c.opened_at;
	struct history_line *h = arena_array(a, 8, sizeof(*h));
	size_t n = 0;

	h[n++] = (struct history_line){ opened, "opened", "employee",
		"by mail of robin.vale@client.example", AUD_EMPLOYEE,
		"We received your message and opened a case." };
	h[n++] = (struct history_line){ opened + CW_DAY, "mail-out",
		"caseward", arena_printf(a, "status-request to %s", email),
		AUD_DEPARTMENT, "" };
	h[n++] = (struct history_line){ opened + CW_DAY, "step", "caseward",
		arena_printf(a, "Asked %s for the status: step 1, ask.", name),
		AUD_INTERNAL, "We asked the responsible department for an update." };
	h[n++] = (struct history_line){ opened + 3 * CW_DAY, "mail-out",
		"caseward", arena_printf(a, "reminder to %s", email),
		AUD_DEPARTMENT, "" };
	h[n++] = (struct history_line){ opened + 3 * CW_DAY, "step", "caseward",
		arena_printf(a, "Asked %s again, and asked the owner to call: "
		"step 2, ask-again.", name), AUD_INTERNAL,
		"We asked the responsible department for an update." };
	h[n++] = (struct history_line){ opened + 3 * CW_DAY + 2 * CW_HOUR,
		"note", "owner", "Called twice, left a message.", AUD_INTERNAL,
		"" };
	f->history = h;
	f->n_history = n;
}

static void
sample_facts(const struct policy *p, struct arena *a, struct case_facts *f)
{
	struct case_attachment *at = arena_array(a, 2, sizeof(*at));
	struct case_task *task = arena_array(a, 1, sizeof(*task));

	*f = (struct case_facts){ .c = sample_case(p, a),
		.employee_known = true, .directory_division = "West" };
	sample_history(p, a, f);
	at[0] = (struct case_attachment){ 1, "payslip_october.pdf",
		"application/pdf", "", 184320, false, f->c.opened_at };
	at[1] = (struct case_attachment){ 2, "run_1106.xlsx",
		"application/vnd.ms-excel", "", 20480, false, NOW - CW_HOUR };
	f->attachments = at;
	f->n_attachments = 2;
	task[0] = (struct case_task){ 1, "call", f->c.owner,
		"Call the department: mail has brought no answer.",
		NOW + CW_DAY };
	f->tasks = task;
	f->n_tasks = 1;
}

/* --- a day --- */

static const struct {
	const char *brief, *next, *story, *missing;
	int opened, due; /* days from now, in hours */
} day[SAMPLE_ROWS] = {
	{ "Pay missing from the October run", "Call the department",
	    "Asked Tue 3 Nov, Thu 5 Nov: no answer.", "",
	    -7 * 24 + 1, 23 },
	{ "Enrolment not showing in the portal",
	    "Look at the attachment: it may hold the resolution",
	    "Asked Thu 5 Nov: last answer Fri 6 Nov.", "",
	    -5 * 24, 20 },
	{ "Certificate of employment for a visa", "Confirm the resolution and "
	    "close", "", "employee id, division", -4 * 24, 4 * 24 },
	{ "Two managers give different schedules", "Review the new attachments",
	    "", "client", -3 * 24, -24 },
	{ "Leave balance wrong after transfer", "The department answers next",
	    "Asked Fri 6 Nov.", "", -2 * 24, 8 * 24 },
	{ "Address change not taken over", "The department answers next", "",
	    "division", -3, 10 * 24 },
};

static struct digest_list
rows(const struct policy *p, struct arena *a, size_t first, size_t n,
    size_t more, bool is_owned)
{
	struct digest_row *v = arena_array(a, n, sizeof(*v));

	for (size_t i = 0; i < n; i++) {
		size_t k = (first + i) % SAMPLE_ROWS;

		v[i].c = blank_case(p, k);
		if (!is_owned)
			v[i].c.owner = "";
		v[i].c.no = 412 - 14 * (int64_t)k;
		v[i].c.brief = day[k].brief;
		v[i].c.opened_at = NOW + day[k].opened * CW_HOUR;
		v[i].c.due_at = NOW + day[k].due * CW_HOUR;
		v[i].next_action = day[k].next;
		v[i].story = day[k].story;
		v[i].missing = day[k].missing;
		v[i].is_new_today = day[k].opened > -24;
	}
	return (struct digest_list){ v, n, more };
}

static void
sample_silence(const struct policy *p, struct arena *a, struct digest *d)
{
	static const struct {
		int64_t median;
		int nudges, waiting;
	} words[] = {
		{ 43 * CW_DAY / 10, 9, 6 }, { 17 * CW_DAY / 10, 3, 4 },
		{ 10 * CW_HOUR, 0, 1 },
	};
	size_t n = p->n_departments < 3 ? p->n_departments : 3;
	struct digest_silence *v = arena_array(a, n, sizeof(*v));

	for (size_t i = 0; i < n; i++)
		v[i] = (struct digest_silence){ p->departments[i].name,
			words[i].median, words[i].nudges, words[i].waiting };
	d->silent = v;
	d->n_silent = n;
}

static void
sample_digest(const struct policy *p, struct arena *a, struct digest *d)
{
	*d = (struct digest){ .for_name = "Dana Ruiz", .open = 41,
		.escalated = 3, .at_risk = 5, .unassigned = 2 };
	d->queue = rows(p, a, 1, 2, 0, false);
	d->mine = rows(p, a, 0, 5, 12, true);
	d->today = rows(p, a, 5, 1, 0, true);
	d->decide = rows(p, a, 2, 3, 0, true);
	d->risk = rows(p, a, 0, 2, 3, true);
	d->unowned = rows(p, a, 4, 2, 0, false);
	d->incomplete = rows(p, a, 2, 2, 5, true);
	sample_silence(p, a, d);
}

void
letter_sample(const struct policy *p, struct arena *a,
    struct case_facts *facts, struct digest *digest)
{
	sample_facts(p, a, facts);
	sample_digest(p, a, digest);
}

void
letter_sample_words(const char *name, struct letter_more *more)
{
	static const struct {
		const char *name, *reason, *detail;
	} table[] = {
		{ "notice", "", "Hello, my pay for October is two days short. "
		    "The slip is attached.\nCould you look into it?\n\nRobin" },
		{ "escalation-lead",
		    "We last asked on Thu 5 Nov and have no answer.", "" },
		{ "escalation-supervisor",
		    "We last asked on Tue 10 Nov and have no answer.", "" },
		{ "escalation-intake",
		    "The settings send such cases to you at once.", "" },
		{ "assigned", "Lee Okafor gave you the case.", "" },
		{ "call-task", "Call Kim Ode, +1 555 0201: mail has brought no "
		    "answer.", "" },
		{ "undeliverable",
		    "mail to kim.ode@payroll.example came back (5.1.1)", "" },
		{ "confirm-resolution",
		    "The department's answer reads like a resolution.",
		    "Done: paid with the extra run of 6 November.\n"
		    "The list is attached.\n\nKim" },
		{ "new-mail", "The employee wrote.",
		    "Any news? The rent is due on Friday." },
		{ "unverified", "A mail of r.vale@elsewhere.example is kept as "
		    "unverified: the address does not belong to the case.",
		    "This is Robin from my private address." },
		{ "command-reply", "Not everything could be done.",
		    "#note called Payroll\nNoted, for internal eyes only.\n"
		    "#priority top\nRefused: \"top\" is no priority: low, "
		    "normal, high or urgent" },
		{ "quarantine", "A mail could not be read: it ended the reader "
		    "three times.", "Subject: Invoice\nFrom: "
		    "someone@elsewhere.example" },
		{ "finding", "An open case has no alarm ahead of it.",
		    "ER-000231: no step is planned" },
		{ "alarm", "A mailbox is not read: er", "The mailbox er "
		    "has not been read since Mon 2 Nov 2026, 10:00 EST (UTC"
		    "\xe2\x88\x92" "05:00): what people write there is seen "
		    "by nobody. imap.northwind.example:993: connection refused"
		    "\n\nWhat to do: caseward doctor says where it stops." },
		{ "help", "", "#own - take the case\n#assign <department or "
		    "person> - hand the case over\n#note <text> - add an "
		    "internal note" },
		{ "waiting-employee", "", "Which bank account should the "
		    "missing pay go to? Please send the last four digits "
		    "only." },
		{ "absence", "kim.ode@example.com is out of office until Mon 16 "
		    "Nov. Say #back kim.ode if they are there, #absent kim.ode "
		    "and a date if that is not right.",
		    "I am out of the office until 16 November.\nKim" },
		{ "handover", "Lee Okafor is away until Mon 16 Nov, and you "
		    "stand in.", "" },
		{ "handback", "Welcome back, Lee Okafor. Since Mon 2 Nov, "
		    "Sam Whit stood in for you; from now on everything comes to "
		    "you again.", "" },
		{ "message", "", "Payroll confirmed that the two missing days "
		    "will be paid on Friday.\n\nKind regards\nLee" },
	};

	more->reason = more->detail = "";
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (str_eq(table[i].name, name)) {
			more->reason = table[i].reason;
			more->detail = table[i].detail;
		}
}

void
letter_sample_to(const char *name, const struct policy *p,
    const struct case_facts *f, struct letter_to *to)
{
	const struct department *d = case_department(&f->c, p);
	const struct person *who = case_lead(&f->c, p);

	*to = (struct letter_to){ .language = p->language,
		.calendar = p->calendar, .reply_address = p->address };
	if (templates_audience(name) == AUD_EMPLOYEE) {
		to->email = f->c.employee_email;
		to->name = f->c.employee_name;
		return;
	}
	if (templates_audience(name) == AUD_DEPARTMENT && d != NULL)
		who = str_eq(name, "escalation-leadership") ? d->leadership
		    : d->contact;
	to->email = who->email;
	to->name = who->name;
	if (who->calendar != NULL)
		to->calendar = who->calendar;
}
