/* autoreply.c - did a person write this, and may we answer it? */
#include "mail/autoreply.h"

#include "base/str.h"
#include "mail/addr.h"
#include "mail/bounce.h"
#include "mail/fold.h"
#include "mail/subject.h"
#include "mail/token.h"

#include <string.h>

#define MAX_RECEIVED 50

struct view {
	const struct msg *m;
	const struct msg_own *own;
	struct arena *a;
	enum autoreply_subject subject;
	enum bounce_proof bounce;
	const char *bounce_why;
	bool is_own_list;
};

/* --- subjects (AR-11) --- */

/*
 * As fold_text() leaves them.  A noun is also the beginning of what people
 * write to HR ("Out of office request"), so it needs a mark behind it.
 */
static const struct {
	const char *words;
	bool is_noun;
} subjects[] = {
	{ "automatic reply", false },
	{ "automatic response", false },
	{ "auto reply", false },
	{ "autoreply", false },
	{ "auto-reply", false },
	{ "auto response", false },
	{ "out of office autoreply", false },
	{ "out of office", true },
	{ "out of the office", true },
	{ "automatische antwort", false },
	{ "abwesenheitsnotiz", true },
	{ "abwesenheitsmeldung", true },
	{ "abwesend", true },
	{ "automatisch antwoord", false },
	{ "afwezigheidsbericht", true },
	{ "afwezig", true },
	{ "reponse automatique", false },
	{ "absence du bureau", true },
	{ "message d'absence", true },
	{ "respuesta automatica", false },
	{ "fuera de la oficina", true },
	{ "resposta automatica", false },
	{ "ausencia temporaria", true },
	{ "fora do escritorio", true },
	{ "risposta automatica", false },
	{ "fuori sede", true },
	{ "fuori ufficio", true },
	{ "autosvar", false },
	{ "automatisk svar", false },
	{ "automatiskt svar", false },
	{ "ikke til stede", true },
	{ "franvaro", true },
	{ "automaattinen vastaus", false },
	{ "poissa", true },
	{ "samodejni odgovor", false },
	{ "automatyczna odpowiedz", false },
	{ "odpowiedz automatyczna", false },
	{ "automaticka odpoved", false },
	{ "automatikus valasz", false },
	{ "raspuns automat", false },
	{ "otomatik yanit", false },
	{ "automatsvar", false },
	{ "automatyczna odp", false },
	{ "poza biurem", true },
	{ "nieobecnosc", true },
	{ "mimo kancelar", true },
	{ "nepritomnost", true },
	{ "ofis disinda", true },
	{ "ofis disi", true },
	{ "absence", true },
	{ "absent", true },
	{ "absente", true },
	{ "ausente", true },
	{ "ausencia", true },
	{ "assente", true },
	{ "fuera de oficina", true },
	{ "respuesta de ausencia", true },
	{ "vakantie", true },
	{ "poissaolo", true },
	{ "lomalla", true },
	{ "fravaer", true },
	{ "on vacation", true },
	{ "on leave", true },
	{ "im urlaub", true },
	{ "hazon kivul", true },
	{ "вне офиса", true },
	{ "отсутствие", true },
	{ "в отпуске", true },
	{ "автоматическая рассылка", true },
	{ "自動返信", false },
	{ "不在通知", false },
	{ "自动回复", false },
	{ "外出", true },
	{ "부재중", false },
	{ "자동회신", false },
	{ "자동 응답", false },
	{ "αυτοματη απαντηση", false },
	{ "автоответ", false },
	{ "автоматическии ответ", false }, /* й is folded to и */
	{ "автоматична відповідь", false },
	{ "自动答复", false },
	{ "自動回覆", false },
	{ "自動応答", false },
	{ "자동 회신", false },
};

static bool
is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* Nothing more, or a mark that sets the words apart from a title. */
static bool
is_set_apart(const char *rest)
{
	rest += strspn(rest, " ");
	return *rest == '\0' || strchr(":-(!,.", *rest) != NULL;
}

enum autoreply_subject
autoreply_subject(const char *subject, struct arena *a)
{
	struct subject s;
	const char *text;

	subject_parse(subject, &s);
	text = fold_text(a, s.base, strnlen(s.base, 200));
	for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
		const char *rest = text + strlen(subjects[i].words);

		if (!str_has_prefix(text, subjects[i].words) ||
		    (is_word_char(rest[-1]) && is_word_char(*rest)))
			continue;
		return s.kind != SUBJECT_PLAIN ? AUTOREPLY_PERHAPS :
		    !subjects[i].is_noun ? AUTOREPLY_YES :
		    is_set_apart(rest) ? AUTOREPLY_LIKELY :
		                         AUTOREPLY_PERHAPS;
	}
	return str_has_prefix(text, "auto:") ? AUTOREPLY_PERHAPS :
	                                       AUTOREPLY_NO;
}

/* --- ourselves --- */

/* Is it one of our addresses, with or without a +detail? */
static bool
is_own_address(const struct msg_own *own, const char *email)
{
	const char *at = strrchr(email, '@');

	for (size_t i = 0; at != NULL && i < own->addresses.n; i++) {
		const char *mine = own->addresses.v[i];
		const char *my_at = strrchr(mine, '@');
		size_t local = my_at == NULL ? 0 : (size_t)(my_at - mine);

		if (local == 0 || !str_caseeq(at, my_at) ||
		    (size_t)(at - email) < local ||
		    strncasecmp(email, mine, local) != 0)
			continue;
		if (email + local == at || email[local] == '+')
			return true;
	}
	return false;
}

static bool
has_own_address(const struct msg_own *own, const struct addrs *v)
{
	for (size_t i = 0; i < v->n; i++)
		if (is_own_address(own, v->v[i].email))
			return true;
	return false;
}

static bool
has_own_loop(const struct view *v)
{
	const char *loop = header_get(&v->m->headers, "X-Caseward-Loop");

	return loop != NULL && !str_is_empty(v->own->instance_id) &&
	    strcmp(loop, v->own->instance_id) == 0;
}

static bool
has_own_id(const struct view *v)
{
	struct token t;

	return v->own->keys != NULL &&
	    token_parse_message_id(v->own->keys, v->m->message_id, &t) == RC_OK;
}

static bool
is_from_us(const struct view *v)
{
	return has_own_address(v->own, &v->m->from);
}

/* --- machines --- */

static bool
is_sure_bounce(const struct view *v)
{
	return v->bounce == BOUNCE_SURE;
}

static bool
is_likely_bounce(const struct view *v)
{
	return v->bounce == BOUNCE_LIKELY;
}

/* Is `word` the value up to its first blank, ';' or comment? */
static bool
first_word_is(const char *value, const char *word)
{
	size_t n = strcspn(value, " \t;(");

	return n == strlen(word) && strncasecmp(value, word, n) == 0;
}

/* One pass over all fields: a mail may carry thousands of one name. */
static bool
is_auto_submitted(const struct view *v)
{
	const struct headers *h = &v->m->headers;

	for (size_t i = 0; i < h->n; i++)
		if (str_caseeq(h->v[i].name, "Auto-Submitted") &&
		    !first_word_is(h->v[i].value, "no"))
			return true;
	return false;
}

/* One of the words of a comma list. */
static bool
suppresses(const struct view *v, const char *word)
{
	const char *s = header_get(&v->m->headers, "X-Auto-Response-Suppress");

	while (s != NULL && *s != '\0') {
		size_t n;

		s += strspn(s, " \t,;");
		n = strcspn(s, " \t,;");
		if (n == strlen(word) && strncasecmp(s, word, n) == 0)
			return true;
		s += n;
	}
	return false;
}

static bool
suppresses_answers(const struct view *v)
{
	return suppresses(v, "All") || suppresses(v, "OOF") ||
	    suppresses(v, "AutoReply");
}

static bool
is_exchange_rule(const struct view *v)
{
	return suppresses(v, "All") && header_get(&v->m->headers,
	    "X-MS-Exchange-Inbox-Rules-Loop") != NULL;
}

/* Does Content-Type say so, for mails whose body could not be read? */
static bool
type_has(const struct msg *m, const char *type, const char *param)
{
	const char *value = header_get(&m->headers, "Content-Type");

	return value != NULL && str_has_caseprefix(value, type) &&
	    str_casefind(value, param) != NULL;
}

static bool
is_report(const struct view *v)
{
	return *v->m->body.report_type != '\0' ||
	    type_has(v->m, "multipart/report", "disposition-notification");
}

static bool
is_calendar_answer(const struct view *v)
{
	const char *method = v->m->body.calendar_method;

	return str_caseeq(method, "REPLY") || str_caseeq(method, "CANCEL") ||
	    type_has(v->m, "text/calendar", "method=reply") ||
	    type_has(v->m, "text/calendar", "method=\"reply") ||
	    type_has(v->m, "text/calendar", "method=cancel");
}

/* Does it answer another mail, of which we may have been the author? */
static bool
is_answer(const struct view *v)
{
	const struct msg *m = v->m;
	int64_t case_no;
	struct token t;

	return m->in_reply_to.n > 0 || m->references.n > 0 ||
	    token_find_subject(m->subject, &case_no, 1) > 0 ||
	    (v->own->keys != NULL && token_find_recipient(v->own->keys,
	        &v->own->addresses, &m->to, &t) == RC_OK);
}

static bool
has_auto_subject(const struct view *v)
{
	return v->subject == AUTOREPLY_YES ||
	    (v->subject == AUTOREPLY_LIKELY && is_answer(v));
}

/* Somebody's filter wants to hear that a person wrote: the mail has not
 * arrived, and none of us will press the button.  "Verification required for
 * my mortgage" is an employee's unless it answers us. */
static bool
is_challenge(const struct view *v)
{
	static const char *const titles[] = {
		"please confirm your message", "confirm your message",
		"please verify your email", "verification required for",
		"your message requires verification", "sender verification",
		"[spamarrest]", "boxbe:", "please confirm (conf#",
		"action required: verify your", "human verification",
		"bitte bestatigen sie ihre nachricht",
		"veuillez confirmer votre message",
		"por favor confirme su mensaje" };
	static const char *const marks[] = { "X-TMDA-Confirm",
		"X-Boxbe-Challenge", "X-SpamArrest-Challenge",
		"X-Bluebottle-Request", "X-ASK-Auth", "X-Challenge-Response" };
	struct subject s;
	const char *text;

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (header_get(&v->m->headers, marks[i]) != NULL)
			return true;
	subject_parse(v->m->subject, &s);
	if (s.kind != SUBJECT_PLAIN || !is_answer(v))
		return false;
	text = fold_text(v->a, s.base, strnlen(s.base, 200));
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		if (str_has_prefix(text, titles[i]))
			return true;
	return false;
}

static bool
has_doubtful_subject(const struct view *v)
{
	return v->subject == AUTOREPLY_PERHAPS ||
	    v->subject == AUTOREPLY_LIKELY;
}

/* --- senders that are not to be answered --- */

static bool
has_null_return_path(const struct view *v)
{
	const char *path = header_get(&v->m->headers, "Return-Path");

	return path != NULL && strchr(path, '<') != NULL &&
	    path[strspn(path, " \t<>")] == '\0';
}

static bool
is_not_one_sender(const struct view *v)
{
	return v->m->from.n != 1;
}

/* "no-reply", "No_Reply", "noreply-payroll", "do-not-reply" */
static bool
is_no_reply(const char *local, size_t n)
{
	char plain[16];
	size_t k = 0;

	for (size_t i = 0; i < n && k < sizeof(plain) - 1; i++)
		if (strchr("-_.", local[i]) == NULL)
			plain[k++] = local[i];
	plain[k] = '\0';
	return str_has_caseprefix(plain, "noreply") ||
	    str_has_caseprefix(plain, "donotreply");
}

bool
autoreply_is_robot(const char *email)
{
	static const char *const names[] = { "mailer-daemon", "postmaster",
		"listserv", "majordomo" };
	static const char suffix[] = "-request";
	const char *at = strrchr(email, '@');
	size_t n = at == NULL ? strlen(email) : (size_t)(at - email);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (n == strlen(names[i]) &&
		    strncasecmp(email, names[i], n) == 0)
			return true;
	return str_has_caseprefix(email, "owner-") ||
	    (n >= sizeof(suffix) && strncasecmp(email + n + 1 - sizeof(suffix),
	        suffix, sizeof(suffix) - 1) == 0) ||
	    is_no_reply(email, n);
}

static bool
is_robot_address(const struct view *v)
{
	return v->m->from.n > 0 && autoreply_is_robot(v->m->from.v[0].email);
}

/* AR-7; with no address of our own known, nothing can be said. */
static bool
is_not_for_us(const struct view *v)
{
	const struct msg *m = v->m;
	struct addrs resent = { 0 };
	const char *to = header_get(&m->headers, "Resent-To");
	const char *cc = header_get(&m->headers, "Resent-Cc");

	if (v->own->addresses.n == 0 || has_own_address(v->own, &m->to) ||
	    has_own_address(v->own, &m->cc))
		return false;
	if (to != NULL)
		addrs_parse(v->a, to, &resent);
	if (cc != NULL)
		addrs_parse(v->a, cc, &resent);
	return !has_own_address(v->own, &resent);
}

static bool
has_many_hops(const struct view *v)
{
	size_t n = 0;

	for (size_t i = 0; i < v->m->headers.n; i++)
		n += str_caseeq(v->m->headers.v[i].name, "Received");
	return n > MAX_RECEIVED;
}

/* --- the table --- */

/*
 * A rule looks at a header (any value, or that first word) or asks a test.
 * Class MSG_HUMAN: says nothing about who wrote it, only forbids an answer.
 */
static const struct rule {
	const char *id, *what;
	enum msg_class class;
	const char *header, *value;
	bool (*test)(const struct view *);
} rules[] = {
	{ "AR-13", "our own X-Caseward-Loop", MSG_OWN, NULL, NULL,
	    has_own_loop },
	{ "AR-13", "our own Message-ID", MSG_OWN, NULL, NULL, has_own_id },
	{ "AR-5", "From is our own address", MSG_OWN, NULL, NULL, is_from_us },
	{ "BN-1", "", MSG_BOUNCE, NULL, NULL, is_sure_bounce },
	{ "AR-9", "challenge of a spam filter", MSG_AUTO, NULL, NULL,
	    is_challenge },
	{ "AR-5", "report, not for people", MSG_AUTO, NULL, NULL, is_report },
	{ "AR-5", "calendar answer", MSG_AUTO, NULL, NULL,
	    is_calendar_answer },
	{ "AR-1", "Auto-Submitted", MSG_AUTO, NULL, NULL, is_auto_submitted },
	{ "AR-9", "Precedence: auto_reply", MSG_AUTO, "Precedence",
	    "auto_reply", NULL },
	{ "AR-9", "X-Autoreply", MSG_AUTO, "X-Autoreply", NULL, NULL },
	{ "AR-9", "X-Autorespond", MSG_AUTO, "X-Autorespond", NULL, NULL },
	{ "AR-9", "X-Apple-Action: VACATION", MSG_AUTO, "X-Apple-Action",
	    "VACATION", NULL },
	{ "AR-9", "X-FC-MachineGenerated", MSG_AUTO, "X-FC-MachineGenerated",
	    "true", NULL },
	{ "AR-9", "Mailbox Rules Agent", MSG_AUTO,
	    "X-MS-Exchange-Generated-Message-Source", "Mailbox", NULL },
	{ "AR-9", "Exchange rule and suppress All", MSG_AUTO, NULL, NULL,
	    is_exchange_rule },
	{ "AR-11", "subject of an automatic reply", MSG_AUTO, NULL, NULL,
	    has_auto_subject },
	{ "BN-1", "", MSG_BOUNCE, NULL, NULL, is_likely_bounce },
	{ "AR-3", "List-Id", MSG_LIST, "List-Id", NULL, NULL },
	{ "AR-3", "List-Post", MSG_LIST, "List-Post", NULL, NULL },
	{ "AR-3", "List-Unsubscribe", MSG_LIST, "List-Unsubscribe", NULL,
	    NULL },
	{ "AR-3", "List-Help", MSG_LIST, "List-Help", NULL, NULL },
	{ "AR-3", "List-Subscribe", MSG_LIST, "List-Subscribe", NULL, NULL },
	{ "AR-3", "List-Owner", MSG_LIST, "List-Owner", NULL, NULL },
	{ "AR-3", "List-Archive", MSG_LIST, "List-Archive", NULL, NULL },
	{ "AR-3", "Precedence: list", MSG_LIST, "Precedence", "list", NULL },
	{ "AR-3", "Precedence: bulk", MSG_LIST, "Precedence", "bulk", NULL },
	{ "AR-3", "Precedence: junk", MSG_LIST, "Precedence", "junk", NULL },

	{ "AR-3", "Feedback-ID", MSG_HUMAN, "Feedback-ID", NULL, NULL },
	{ "AR-2", "null return path", MSG_HUMAN, NULL, NULL,
	    has_null_return_path },
	{ "AR-6", "From is not one mailbox", MSG_HUMAN, NULL, NULL,
	    is_not_one_sender },
	{ "AR-2", "From is a robot", MSG_HUMAN, NULL, NULL, is_robot_address },
	{ "AR-4", "asks for no automatic answer", MSG_HUMAN, NULL, NULL,
	    suppresses_answers },
	{ "AR-5", "marked as spam", MSG_HUMAN, "X-Spam-Flag", "YES", NULL },
	{ "AR-7", "not addressed to us", MSG_HUMAN, NULL, NULL,
	    is_not_for_us },
	{ "AR-11", "subject may be automatic", MSG_HUMAN, NULL, NULL,
	    has_doubtful_subject },
	{ "AR-15", "too many hops", MSG_HUMAN, NULL, NULL, has_many_hops },
};

/* The desk's own address may be that of a mail group: then everybody's mail
 * carries the marks of a list (List-Id is the address with a dot for @). */
static bool
is_own_list(const struct view *v)
{
	const char *id = header_get(&v->m->headers, "List-Id");
	const char *post = header_get(&v->m->headers, "List-Post");

	for (size_t i = 0; i < v->own->addresses.n; i++) {
		const char *mine = v->own->addresses.v[i];
		char *dotted = arena_printf(v->a, "<%s>", mine);

		if (post != NULL && str_casefind(post, arena_printf(v->a,
		    "mailto:%s", mine)) != NULL)
			return true;
		for (char *s = dotted; *s != '\0'; s++)
			if (*s == '@')
				*s = '.';
		if (id != NULL && str_casefind(id, dotted) != NULL)
			return true;
	}
	return false;
}

static bool
applies(const struct rule *r, const struct view *v)
{
	const struct headers *h = &v->m->headers;

	if (r->class == MSG_LIST && v->is_own_list)
		return false;
	if (r->test != NULL)
		return r->test(v);
	for (size_t i = 0; i < h->n; i++)
		if (str_caseeq(h->v[i].name, r->header) && (r->value == NULL ||
		        first_word_is(h->v[i].value, r->value)))
			return true;
	return false;
}

static const char *
explain(const struct rule *r, const struct view *v, struct arena *a)
{
	return r->class == MSG_BOUNCE ? v->bounce_why :
	                                arena_printf(a, "%s %s", r->id, r->what);
}

void
autoreply_classify(struct msg *m, const struct msg_own *own, struct arena *a)
{
	struct view v = { .m = m, .own = own, .a = a };

	v.subject = autoreply_subject(m->subject, a);
	v.is_own_list = is_own_list(&v);
	v.bounce = bounce_detect(m, &v.bounce_why);
	m->class = MSG_HUMAN;
	m->class_why = "no rule for automatic mail applies";
	m->wants_no_answer = m->is_challenge = false;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (!applies(&rules[i], &v))
			continue;
		m->class = rules[i].class;
		m->class_why = explain(&rules[i], &v, a);
		m->wants_no_answer = true;
		m->is_challenge = rules[i].test == is_challenge;
		return;
	}
}
