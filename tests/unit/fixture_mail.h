/* fixture_mail.h - an understood mail, and what intake knows about it, for
 * the desk of fixture_desk.h. */
#ifndef FIXTURE_MAIL_H
#define FIXTURE_MAIL_H

#include "fixture_desk.h"

#include "base/re.h"
#include "core/intake.h"

struct letter_in { /* a mail on its way into a case */
	struct desk *d;
	struct addr from;
	struct msg m;
	struct triage t;
	struct thread_verdict thread;
	struct employee employee;
	struct attachment files[4];
	struct rule rules[1];
	struct re *re;
	struct intake in;
};

static inline struct letter_in *
mail_of(struct desk *d, const char *from, const char *text)
{
	struct letter_in *l = arena_alloc(d->a, sizeof(*l));

	l->d = d;
	l->from = (struct addr){ "", from };
	l->m = (struct msg){ .subject = "", .message_id = "m1@home.example",
		.class_why = "", .from = { &l->from, *from != '\0' } };
	body_init(&l->m.body, "");
	l->m.body.text = l->m.body.reply_text = text;
	l->m.body.attachments = l->files;
	l->t = (struct triage){
		.category = &d->co->categories[0], .type = "question",
		.department = &d->co->departments[0],
		.escalate_why = "", .brief = "Missing overtime pay",
		.public_title = "Your payroll question", .explain = "",
	};
	l->thread = (struct thread_verdict){ .what = THREAD_NEW,
		.why = "nothing in it names a case", .sender_belongs = true };
	l->in = (struct intake){ .policy = d->p, .m = &l->m, .triage = &l->t,
		.thread = &l->thread, .is_addressed = true, .now = d->now,
		.a = d->a,
		.staff = policy_person_by_email(d->p, from) };
	return l;
}

/* On the case of the desk, in somebody's thread. */
static inline struct letter_in *
answer_of(struct desk *d, enum audience audience, const char *from,
    const char *text)
{
	struct letter_in *l = mail_of(d, from, text);

	l->thread = (struct thread_verdict){ .what = THREAD_CASE,
		.case_no = 123, .audience = audience, .is_keyed = true,
		.sender_belongs = true, .why = "the key names ER-000123" };
	return l;
}

static inline void
mail_file(struct letter_in *l, const char *name, const char *type, size_t size)
{
	l->files[l->m.body.n_attachments++] = (struct attachment){ name, type,
		size, "" };
}

/* "paid" and "resolved" read like a resolution. Free l->re. */
static inline void
mail_rules(struct letter_in *l)
{
	struct err e;

	if (re_new("\\b(paid|resolved)\\b", RE_CASELESS, &l->re, &e) != RC_OK)
		fail_msg("%s", e.text);
	l->rules[0] = (struct rule){ .name = "resolution", .body = l->re,
		.priority = -1, .risk = -1, .is_resolution = true };
	l->d->p->rules = l->rules;
	l->d->p->n_rules = 1;
}

/* The directory knows Joan. */
static inline void
mail_employee(struct letter_in *l, bool is_sender)
{
	l->employee = (struct employee){ .employee_id = "E1007",
		.name = "Joan Park", .email = "joan@home.example",
		.client = "Acme", .client_id = "C55", .division = "West",
		.region = "us-east", .zone = "America/New_York",
		.language = "es", .manager = "" };
	l->in.employee = &l->employee;
	l->in.sender_is_employee = is_sender;
}

#endif
